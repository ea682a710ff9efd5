"""What commands have in common: the program, the options, the talk on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from minekvm import __version__

_LONGEST = 500  # characters of a message

app = typer.Typer(
    name="minekvm",
    help="How did this C code come to be here, and why did it move?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How an answer is written."""

    TERMINAL = "terminal"
    MARKDOWN = "md"
    JSON = "json"


Repo = Annotated[
    Path, typer.Option("--repo", "-C", help="The clone: a work tree, a bare repository, or inside.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]
Written = Annotated[Format, typer.Option("--format", help="terminal, md or json.")]
Scope = Annotated[
    list[str] | None,
    typer.Option("--scope", metavar="PATHSPEC", help="Only files that match; may be repeated."),
]
IndexFile = Annotated[
    Path | None,
    typer.Option("--index", metavar="PATH", help="The index file, if not in the cache folder."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the rule and the score.")]


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
) -> None:
    del version  # its callback has answered by then


def tell(what: str) -> None:
    """One line of talk, for the person, not for the pipe."""
    if sys.stderr is not None:
        print(f"minekvm: {one_line(what)}", file=sys.stderr)


def watched() -> AbstractContextManager[Callable[..., None]]:
    """The progress that a person sees on stderr."""
    from minekvm.render.progress_bar import progress

    return progress()


def one_line(text: str) -> str:
    """Text fit for a terminal: what is not printable is escaped, what is endless is cut."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
