"""The commands by name: listed without loading any, loaded one at a time.

Each is a module of this package with a `typer.Typer` named `app`. `--help`, a misspelt name and
shell completion read the table alone, so that the program starts without what it does not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from minekvm.cli import paging
from minekvm.version import __version__

_WIDEST = 1000  # columns of --help: the terminal's own width

# In the order of --help, with what it says: the first sentence of each command's own help.
COMMANDS = {
    "why": "Say why something happened: cited claims, what made it possible, and what is not known",
    "report": "Mine a clone for a story and write the report; --json prints the document, writing"
    " none",
    "lineage": "Follow a symbol back to its birth, through renames, moves, splits, merges and"
    " wrappers",
    "blame": "Say who really wrote each line: through moves, renames, reverts and mass changes",
    "region": "Say what lies between two markers, seen from a function, and which commits changed"
    " it",
    "callers": "Say who calls a symbol, since when, and where its calls went: moved, replaced or"
    " gone",
    "inspect": "Say what one commit did to functions; a merge, against each of its parents",
    "relate": "Say what ties a commit to others: fixes, reverts, backports, citations, series,"
    " functions",
    "origins": "Rank the earlier commits that made one necessary or possible, with the reasons",
    "needs": "Say what a target lacks for a change, whether it applies, and what to take with it",
    "check": "Say what speaks against a change: forbidden calls, undone fixes, callers, mirror"
    " places",
    "ports": "Say which branches and tags have a change, as which commit, and which fixes they"
    " lack",
    "drift": "Say where trees have left upstream: functions, since which commit, and fixes they"
    " lack",
    "survey": "Every function of a history, as Parquet",
    "thread": "Show a patch's discussion: its versions, what reviewers said of which lines, its"
    " commit",
    "index": "Read what the commits say and touch into the index; only what is new, after the first"
    " time",
    "cache": "List what is kept of which clone, shadows and indexes, and remove what is of none",
    "demo": "Build the embedded miniature kernel history, once, and report the guest-entry story of"
    " it",
    "mail": "Archives of mail beside a clone: index them, say what is there",
    "query": "Stories to mine: check a query file, or begin one",
    "serve": "Serve pages of questions on this machine's own address; needs minekvm[web]",
    "mcp": "Serve agents over the Model Context Protocol on stdin and stdout; needs minekvm[mcp]",
}


def load(name: str) -> Any:
    """A command, or a group of them, with its options."""
    command = typer.main.get_command(import_module(f"minekvm.cli.{name}").app)
    command.name = name
    return command


class Commands(TyperGroup):
    """The group of all commands, which loads the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        attributes["commands"] = {n: TyperCommand(n, help=text) for n, text in COMMANDS.items()}
        super().__init__(**attributes)
        self._is_listing = False

    def get_params(self, ctx: Any) -> list[Any]:
        """The options, but for the one that would write into the files of the user's shell.

        `--show-completion` prints what the user may put there.
        """
        return [p for p in super().get_params(ctx) if p.name != "install_completion"]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, ready to run; while commands are listed, its name and help."""
        listed = self.commands.get(cmd_name)
        return listed if listed is None or self._is_listing else load(cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands in --help."""
        with self._listing():
            super().format_commands(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The names that begin as something typed does."""
        with self._listing():
            return super().shell_complete(ctx, incomplete)

    @contextmanager
    def _listing(self) -> Iterator[None]:
        self._is_listing = True
        try:
            yield
        finally:
            self._is_listing = False


app = typer.Typer(
    name="minekvm",
    cls=Commands,
    help="How did this C code come to be here, and why did it move?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"minekvm {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_version),
    ] = False,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="Do not show long answers through a pager.")
    ] = False,
) -> None:
    del version  # its callback has answered by then
    paging.wanted = not no_pager
