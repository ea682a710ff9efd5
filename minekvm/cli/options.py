"""What commands have in common: options, the opened clone, the table of formats, the talk."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minekvm.api import Clone
from minekvm.api.result import Result

if TYPE_CHECKING:
    from minekvm.clone.clone import Clone as Opened

_LONGEST = 500  # characters of a message


class Format(StrEnum):
    """How an answer is written."""

    TERMINAL = "terminal"
    MARKDOWN = "md"
    JSON = "json"


# How each answer is written in each format: the function of `minekvm.render` that does it. One that
# gives text has it printed; the others print. Answers of the API know their JSON.
FORMATS: dict[str, dict[Format, str]] = {
    "lineage": {
        Format.MARKDOWN: "markdown:lineage",
        Format.TERMINAL: "pages.lineage:lineage",
    },
    "inspect": {
        Format.MARKDOWN: "markdown:inspection",
        Format.TERMINAL: "pages.lineage:inspection",
    },
    "callers": {
        Format.MARKDOWN: "pages.calls_markdown:callers",
        Format.TERMINAL: "pages.callers:callers",
    },
    "region": {
        Format.MARKDOWN: "pages.regions_markdown:region",
        Format.TERMINAL: "pages.region:region",
    },
    "relate": {
        Format.MARKDOWN: "pages.relations_markdown:related",
        Format.TERMINAL: "pages.relate:related",
    },
    "connection": {
        Format.MARKDOWN: "pages.relations_markdown:connected",
        Format.TERMINAL: "pages.relate:connected",
    },
    "origins": {
        Format.MARKDOWN: "pages.relations_markdown:origins",
        Format.TERMINAL: "pages.relate:origins",
    },
    "thread": {
        Format.MARKDOWN: "pages.threads_markdown:thread",
        Format.TERMINAL: "pages.thread:thread",
    },
    "why": {
        Format.MARKDOWN: "pages.why:markdown",
        Format.TERMINAL: "pages.why:terminal",
    },
    "index": {
        Format.JSON: "json.lineage:mined",
        Format.TERMINAL: "pages.index:mined",
    },
    "index status": {
        Format.JSON: "json.lineage:index_status",
        Format.TERMINAL: "pages.index:status",
    },
    "mail index": {
        Format.JSON: "json.thread:indexed",
        Format.TERMINAL: "pages.thread:indexed",
    },
    "mail status": {
        Format.JSON: "json.thread:status",
        Format.TERMINAL: "pages.thread:status",
    },
    "query check": {
        Format.JSON: "pages.query:as_json",
        Format.TERMINAL: "pages.query:show",
    },
}

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
Commit = Annotated[
    str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
]
Names = list[str] | None


def notify(text: str) -> None:
    """One line of talk, for the person, not for the pipe."""
    if sys.stderr is not None:
        print(f"minekvm: {one_line(text)}", file=sys.stderr)


def watched() -> AbstractContextManager[Callable[..., None]]:
    """The progress that a person sees on stderr."""
    from minekvm.render.progress_bar import progress  # where nobody looks it loads no more

    return progress()


@contextmanager
def asking(
    repo: Path,
    index_file: Path | None,
    scope: Iterable[str] | None = None,
    *,
    full_history: bool = False,
) -> Iterator[Clone]:
    """A clone to be asked by a command; what is under way is shown on stderr."""
    with watched() as progress:
        yield Clone(
            repo,
            scope=tuple(scope or ()),
            index=index_file,
            progress=progress,
            notify=notify,
            full_history=full_history,
        )


@contextmanager
def opened_to_write(repo: Path, index_file: Path | None) -> Iterator[Opened]:
    """A clone opened for a command that writes its index, after whoever writes it now."""
    from minekvm.clone.clone import IndexOptions, open_clone

    options = IndexOptions(index_file, notify, wait=True)
    with watched() as progress, open_clone(repo, index=options, progress=progress) as clone:
        yield clone


def show(
    what: str, answer: object, chosen: Format, *, json: bool = False, **details: object
) -> None:
    """Write an answer in a format. `details` (verbose, patch) go to those who know them."""
    if isinstance(answer, Result) and (json or chosen is Format.JSON):
        print(answer.to_json())
        return
    module, _, name = FORMATS[what][Format.JSON if json else chosen].partition(":")
    renderer = getattr(import_module(f"minekvm.render.{module}"), name)
    known = inspect.signature(renderer).parameters.keys()
    text = renderer(answer, **{k: v for k, v in details.items() if k in known})
    if text is not None:
        print(text)


def one_line(text: str) -> str:
    """Text fit for a terminal: what is not printable is escaped, what is endless is cut."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
