"""The commands: read arguments, ask, hand the value to a renderer. Nothing is decided here."""

from __future__ import annotations

import gc
import os
import posixpath
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from minekvm import __version__
from minekvm.adapters.process import seal
from minekvm.errors import MinekvmError

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


@app.command(
    epilog="Examples:  minekvm lineage vcpu_enter_guest --repo ~/linux   |   "
    "minekvm lineage guest_enter_irqoff --path include/linux/context_tracking.h --patch   |   "
    "minekvm lineage 'SYSCALL_DEFINE3(open' --since '2 years ago' --json"
)
def lineage(
    symbol: Annotated[
        str,
        typer.Argument(
            help="A function, function-like macro, tracepoint (trace_x) or syscall (sys_x).",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    path: Annotated[
        str | None, typer.Option("--path", help="The file, where several define the symbol.")
    ] = None,
    rev: Annotated[
        str, typer.Option("--rev", help="Start here; the symbol need not live here any more.")
    ] = "HEAD",
    scope: Scope = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Show events committed after; as git reads dates.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Show events up to then.")] = None,
    first_ancestor: Annotated[
        bool, typer.Option("--first-ancestor", help="Follow one line where it parts.")
    ] = False,
    through_extractions: Annotated[
        bool,
        typer.Option(
            "--through-extractions", help="Go on into the function that a new one was taken from."
        ),
    ] = False,
    full_history: Annotated[
        bool,
        typer.Option(
            "--full-history",
            help="Follow every side of merges that could have had the file from each; slower. "
            "Small clones are always read so.",
        ),
    ] = False,
    patch: Annotated[
        bool, typer.Option("--patch", "-p", help="Show each event's diff of the function.")
    ] = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Follow a symbol back to its birth, through renames, moves, splits, merges and wrappers."""
    from minekvm import ask

    question = ask.Question(
        symbol=symbol,
        path=None if path is None else posixpath.normpath(path),
        rev=rev,
        scope=tuple(scope or ()),
        since=ask.timestamp(since, "since"),
        until=ask.timestamp(until, "until"),
        first_ancestor=first_ancestor,
        through_extractions=through_extractions,
        drilled=patch,
        full_history=full_history,
    )
    with _progress() as progress:
        told = ask.lineage(repo, question, progress, ask.Kept(index_file, _tell))
    if json or format_ is Format.JSON:
        from minekvm.render import json as renderer

        print(renderer.lineage(told))
    elif format_ is Format.MARKDOWN:
        from minekvm.render import markdown

        print(markdown.lineage(told, patch=patch, verbose=verbose))
    else:
        from minekvm.render import terminal

        terminal.lineage(told, patch=patch, verbose=verbose)


@app.command(
    epilog="Examples:  minekvm inspect HEAD   |   minekvm inspect 87fa7f3e98a1 --repo ~/linux -v"
)
def inspect(
    commit: Annotated[
        str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
    ],
    repo: Repo = Path(),
    scope: Scope = None,
    patch: Annotated[bool, typer.Option("--patch", "-p", help="Show each change's diff.")] = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what one commit did to functions; a merge, against each of its parents."""
    from minekvm import ask

    with _progress() as progress:
        kept = ask.Kept(index_file, _tell)
        found = ask.inspect(repo, commit, tuple(scope or ()), progress, kept)
    if json or format_ is Format.JSON:
        from minekvm.render import json as renderer

        print(renderer.inspection(found))
    elif format_ is Format.MARKDOWN:
        from minekvm.render import markdown

        print(markdown.inspection(found, patch=patch, verbose=verbose))
    else:
        from minekvm.render import terminal

        terminal.inspection(found, patch=patch, verbose=verbose)


@app.command(
    epilog="Examples:  minekvm index --repo ~/linux   |   minekvm index --functions virt/kvm   |   "
    "minekvm index --status"
)
def index(
    repo: Repo = Path(),
    rev: Annotated[
        str | None, typer.Option("--rev", help="Only what this reaches, not every ref.")
    ] = None,
    functions: Annotated[
        list[str] | None,
        typer.Option(
            "--functions",
            metavar="SCOPE",
            help="Take in the functions of every version of these files (path, folder, glob).",
        ),
    ] = None,
    status: Annotated[
        bool, typer.Option("--status", help="Say what is there, how old and how big.")
    ] = False,
    index_file: IndexFile = None,
    json: Json = False,
) -> None:
    """Read what the commits say and touch into the index; only what is new, after the first time.

    Other commands bring the index up to date by themselves; this one shows what it does.
    """
    from datetime import UTC, datetime

    from minekvm import mine
    from minekvm.render import index as renderer
    from minekvm.render import json as jsonic

    if status:
        there = mine.status(repo, index_file, _tell)
        if json:
            print(jsonic.index_status(there))
        else:
            renderer.status(there, datetime.now(UTC))
        return
    with _progress() as progress:
        mined = mine.index(repo, index_file, rev, tuple(functions or ()), progress, _tell)
    if json:
        print(jsonic.mined(mined))
    else:
        renderer.mined(mined)


@app.command(
    epilog="Examples:  minekvm relate 87fa7f3e98a1 --repo ~/linux   |   "
    "minekvm relate HEAD HEAD~20 -v"
)
def relate(
    commit: Annotated[
        str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
    ],
    other: Annotated[
        str | None, typer.Argument(help="A second one: what connects both?", show_default=False)
    ] = None,
    repo: Repo = Path(),
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what ties a commit to others: fixes, reverts, backports, citations, series, functions."""
    from minekvm import related as verb

    with _progress() as progress:
        if other is None:
            found = verb.relate(repo, commit, index_file, progress, _tell)
        else:
            pair = (commit, other)
            connected = verb.connection(repo, pair, index_file, progress, _tell)
    if json or format_ is Format.JSON:
        from minekvm.render import json as jsonic

        print(jsonic.related(found) if other is None else jsonic.connected(connected))
        return
    if format_ is Format.MARKDOWN:
        from minekvm.render import relations_markdown as markdown

        if other is None:
            print(markdown.related(found, verbose=verbose))
        else:
            print(markdown.connected(connected, verbose=verbose))
        return
    from minekvm.render import relations as renderer

    if other is None:
        renderer.related(found, verbose=verbose)
    else:
        renderer.connected(connected, verbose=verbose)


@app.command(
    epilog="Examples:  minekvm origins HEAD   |   minekvm origins 87fa7f3e98a1 --blind --top 5"
)
def origins(
    commit: Annotated[
        str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
    ],
    repo: Repo = Path(),
    blind: Annotated[
        bool, typer.Option("--blind", help="Ignore what the commit's own message cites.")
    ] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="How many candidates.")] = 10,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Rank the earlier commits that made one necessary or possible, with the reasons."""
    from minekvm import related as verb
    from minekvm.causes import Question

    with _progress() as progress:
        asked = Question(top=top, blind=blind)
        found = verb.origins(repo, commit, asked, index_file, progress, _tell)
    if json or format_ is Format.JSON:
        from minekvm.render import json as jsonic

        print(jsonic.origins(found))
    elif format_ is Format.MARKDOWN:
        from minekvm.render import relations_markdown as markdown

        print(markdown.origins(found, verbose=verbose))
    else:
        from minekvm.render import relations as renderer

        renderer.origins(found, verbose=verbose)


@app.command(epilog="Example:  minekvm demo -v")
def demo(
    patch: Annotated[bool, typer.Option("--patch", "-p", help="Show the diffs too.")] = False,
    verbose: Verbose = False,
    json: Json = False,
) -> None:
    """Build the embedded miniature kernel history, once, and follow guest_enter_irqoff in it."""
    from minekvm import ask, replica
    from minekvm.adapters.shadow import cache_root

    where = replica.ensure(cache_root())
    if not json:
        print(f"# replica: {where}", file=sys.stderr)
        print("# minekvm lineage guest_enter_irqoff --repo <replica>", file=sys.stderr)
    lineage("guest_enter_irqoff", repo=where, patch=patch, verbose=verbose, json=json)
    del ask


def _tell(what: str) -> None:
    """One line of talk, for the person, not for the pipe."""
    if sys.stderr is not None:
        print(f"minekvm: {_one_line(what)}", file=sys.stderr)


def _progress() -> AbstractContextManager[Callable[..., None]]:
    from minekvm.render.progress import progress

    return progress()


class _Interrupted(BaseException):
    """Ctrl-C, under a name that typer does not know: its versions end differently on the other."""


def _interrupt(*_: object) -> NoReturn:
    raise _Interrupted


def main() -> NoReturn:
    """Run the command line; the exit code is 0, 1 (our errors), 2 (usage) or 130 (interrupted)."""
    seal()
    gc.set_threshold(50_000)  # many small values and few cycles: looking for them costs a tenth
    if sys.stdout is not None and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names may be made of any bytes
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        code = _run()
    finally:
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, before)
    sys.exit(code)


def entry() -> NoReturn:
    """`main` as a program of its own, which leaves taking the interpreter apart to the system.

    Python would spend a tenth of a short command on that.
    """
    try:
        main()
    except SystemExit as end:
        code = _code(end)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def _run() -> int:
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except MinekvmError as error:
        return _fail(error.message, error.hint)
    except _Interrupted:
        return _fail("interrupted", code=130)
    except SystemExit as end:  # typer's end, also where it found that nobody reads on
        return _unread() if isinstance(end.__context__, BrokenPipeError) else _code(end)
    except BrokenPipeError:
        return _unread()
    except OSError as error:  # a full disk, a folder without rights: not a bug of ours
        what = f": {error.filename}" if error.filename else ""
        return _fail(f"{error.strerror or error}{what}", "mind disk space and rights")
    return 0


def _code(end: SystemExit) -> int:
    return end.code if isinstance(end.code, int) else 0


def _unread() -> int:
    """The reader of our output, a pager or head, has seen enough: end quietly."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
    return 0


def _fail(message: str, hint: str = "", code: int = 1) -> int:
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"minekvm: {_one_line(message)}", file=sys.stderr)
            if hint:
                print(f"hint: {_one_line(hint)}", file=sys.stderr)
    return code


def _one_line(text: str) -> str:
    """Text fit for a terminal: what is not printable is escaped, what is endless is cut."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
