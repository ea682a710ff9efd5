"""What commands have in common: options, the opened clone, the formats, the talk."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minekvm.adapters import user
from minekvm.api import Clone
from minekvm.cli import paging
from minekvm.errors import MinekvmError
from minekvm.render import formats
from minekvm.render.json.parts import WHOLE, Part

if TYPE_CHECKING:
    from minekvm.clone.clone import Clone as Opened

_LONGEST = 500  # characters of a message


class Format(StrEnum):
    """How an answer is written."""

    TERMINAL = "terminal"
    MARKDOWN = "md"
    JSON = "json"
    JSON_LINES = "json-lines"
    VIMGREP = "vimgrep"


def completed(kind: str) -> Callable[[typer.Context, str], list[str]]:
    """What completes a word of a kind; loaded when a shell asks."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        from minekvm.cli import completion

        return completion.completed(kind, ctx.params, incomplete)

    return complete


def examples(*lines: str) -> str:
    """The end of a command's --help: an example a line, as it can be pasted."""
    title = "Examples" if len(lines) > 1 else "Example"
    return "\n".join(["\b", f"{title}:", *(f"  {line}" for line in lines)])


def symbol_argument(help_: str) -> Any:
    """The symbol that a command is about."""
    return typer.Argument(
        metavar="SYMBOL", help=help_, show_default=False, autocompletion=completed("symbols")
    )


def rev_option(help_: str) -> Any:
    """The revision from which history is looked at."""
    return typer.Option("--rev", metavar="REV", help=help_, autocompletion=completed("refs"))


def path_option(help_: str) -> Any:
    """A file of the clone; give what was typed to `located`."""
    help_ = f"{help_} As git takes it: from the folder of --repo, or from the top with :/ before."
    return typer.Option("--path", metavar="PATH", help=help_, autocompletion=completed("paths"))


def since_option(help_: str) -> Any:
    """From when on."""
    help_ = f"{help_} As git reads dates."
    return typer.Option("--since", metavar="DATE", help=help_)


def until_option(help_: str) -> Any:
    """Up to when."""
    return typer.Option("--until", metavar="DATE", help=help_)


def verbose_option(help_: str) -> Any:
    """What a command shows more of."""
    return typer.Option("--verbose", "-v", help=help_)


Repo = Annotated[
    Path,
    typer.Option(
        "--repo",
        "-C",
        metavar="PATH",
        help="The clone: a work tree, a bare repository, or inside.",
    ),
]
Repos = Annotated[
    list[Path] | None,
    typer.Option(
        "--repo",
        "-C",
        metavar="PATH",
        help="A clone that may be read, and no other; repeatable. Without: the current one.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]
JsonLines = Annotated[
    bool,
    typer.Option("--json-lines", help="The document without its rows, then each row, a line each."),
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", min=0, help="In JSON, so many rows; `more` says how many follow."
    ),
]
Skip = Annotated[
    int, typer.Option("--skip", metavar="N", min=0, help="In JSON, leave out the first N rows.")
]
Shared = Annotated[
    bool,
    typer.Option("--shared", help="In JSON, write each call inside once, in `calls`."),
]
Written = Annotated[
    Format,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="One of terminal, md, json; json-lines where it has rows, vimgrep where places.",
    ),
]
Scope = Annotated[
    list[str] | None,
    typer.Option("--scope", metavar="PATHSPEC", help="Only files that match; may be repeated."),
]
IndexFile = Annotated[
    Path | None,
    typer.Option("--index", metavar="PATH", help="The index file, if not in the cache folder."),
]
Exhaustive = Annotated[
    bool,
    typer.Option(
        "--exhaustive", help="Wait for all of a long history, where a part is searched else."
    ),
]
Verbose = Annotated[
    bool, verbose_option("Show rules and scores, and all that a screen has no room for.")
]
Commit = Annotated[
    str,
    typer.Argument(
        metavar="COMMIT",
        help="A commit, in any form git accepts; or an upstream hash, a mail.",
        show_default=False,
        autocompletion=completed("refs"),
    ),
]
Changes = Annotated[
    list[str],
    typer.Argument(
        metavar="COMMIT|RANGE|PATCH|MESSAGE-ID...",
        autocompletion=completed("refs"),
        help="What is to be taken: commits, ranges A..B, patch files, mails that are indexed.",
        show_default=False,
    ),
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        metavar="QUERY",
        help="A query file that says what must not be called in which regions; may be repeated.",
    ),
]
Tree = Annotated[
    Path | None,
    typer.Option(
        "--tree",
        metavar="CLONE",
        help="Another clone, of which --onto names a branch or release; nothing is written there.",
        show_default=False,
    ),
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
def extra(name: str) -> Iterator[None]:
    """What is loaded here comes with an extra of that name. Raises MinekvmError without it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "minekvm":
            raise
        raise MinekvmError(
            f"the server needs the package {error.name}", f"pip install 'minekvm[{name}]'"
        ) from None


@contextmanager
def asking(
    repo: Path,
    index_file: Path | None,
    scope: Iterable[str] | None = None,
    *,
    full_history: bool = False,
    exhaustive: bool = False,
) -> Iterator[Clone]:
    """A clone to be asked by a command; what is under way is shown on stderr."""
    with watched() as progress:
        yield Clone(
            repo,
            scope=tuple(_scope() if scope is None else scope),
            index=index_file or user.path("minekvm.index"),
            progress=progress,
            notify=notify,
            full_history=full_history,
            exhaustive=exhaustive,
        )


def _scope() -> tuple[str, ...]:
    """The scope of the user's own configuration; that it narrows an answer is said."""
    scope = user.values("minekvm.scope")
    if scope:
        notify(f"only {', '.join(scope)}: minekvm.scope of your git configuration")
    return scope


@contextmanager
def opened_to_write(repo: Path, index_file: Path | None) -> Iterator[Opened]:
    """A clone opened for a command that writes its index, after whoever writes it now."""
    from minekvm.clone.clone import IndexOptions, open_clone

    file = index_file or user.path("minekvm.index")
    options = IndexOptions(file, notify, wait=True)
    with watched() as progress, open_clone(repo, index=options, progress=progress) as clone:
        yield clone


def show(
    question: str,
    answer: object,
    chosen: StrEnum,
    *,
    json: bool = False,
    json_lines: bool = False,
    verbose: bool = False,
    patch: bool = False,
    part: Part = WHOLE,
) -> None:
    """Print an answer in a format; `question` names its page, as `render.formats` has it."""
    form = Format.JSON_LINES if json_lines else Format.JSON if json else chosen
    how = {"verbose": verbose, "patch": patch}
    web = _web() if form is Format.TERMINAL else None
    paging.put(formats.text(question, answer, form.value, **how, part=part, web=web))


def _web() -> str | None:
    """Where a terminal's links to commits lead, by the user's own configuration."""
    if sys.stdout is None or not (sys.stdout.isatty() or os.environ.get("FORCE_COLOR")):
        return None
    found = user.value("minekvm.web")
    if found is None:
        return None
    from minekvm.core.report import commit_urls

    return commit_urls.checked(found)


def one_line(text: str) -> str:
    """Text fit for a terminal: what is not printable is escaped, what is endless is cut."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def located(repo: Path, path: str | None) -> str | None:
    """A path as git takes it, from the top of the clone: it counts from the folder of --repo.

    `:/path` counts from the top; all else is taken as it stands, for a file may be named like that.
    """
    if path is None:
        return None
    if path.startswith(":/"):
        return path.removeprefix(":/")
    from minekvm.adapters.git.discovery import prefix

    return posixpath.normpath(posixpath.join(prefix(repo), path))


def beside(repo: Path, what: str) -> str:
    """A symbol as it is; a file, with its lines or without, as `located` has it.

    A file is what lies there, or what begins with :/ as paths from the top do.
    """
    file, colon, lines = what.rpartition(":") if not what.startswith(":/") else (what, "", "")
    if not file:
        file, colon, lines = what, "", ""
    if what.startswith(":/") or (repo / file).is_file():
        return f"{located(repo, file)}{colon}{lines}"
    return what
