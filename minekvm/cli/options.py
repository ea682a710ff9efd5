"""What commands have in common: options, the opened clone, the formats, the talk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minekvm.api import Clone
from minekvm.render import formats

if TYPE_CHECKING:
    from minekvm.clone.clone import Clone as Opened

_LONGEST = 500  # characters of a message


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
    question: str,
    answer: object,
    chosen: Format,
    *,
    json: bool = False,
    verbose: bool = False,
    patch: bool = False,
) -> None:
    """Print an answer in a format; `question` names its page, as `render.formats` has it."""
    form = Format.JSON if json else chosen
    formats.write(question, answer, form.value, verbose=verbose, patch=patch)


def one_line(text: str) -> str:
    """Text fit for a terminal: what is not printable is escaped, what is endless is cut."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
