"""The command about the calls of a symbol."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import Format, IndexFile, Json, Repo, Scope, Written, app, tell, watched


@app.command(
    epilog="Examples:  minekvm callers guest_enter_irqoff --repo ~/linux   |   "
    "minekvm callers kmalloc --scope virt/kvm --scope arch/x86/kvm   |   "
    "minekvm callers trace_kvm_exit --since '2 years ago' --json"
)
def callers(
    symbol: Annotated[
        str,
        typer.Argument(
            help="What is called: a function, function-like macro or tracepoint (trace_x).",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    path: Annotated[
        str | None, typer.Option("--path", help="Only the calls in this file, and their ways.")
    ] = None,
    rev: Annotated[str, typer.Option("--rev", help="Who calls here; the history before.")] = "HEAD",
    scope: Scope = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="What was committed after; as git reads dates."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="What was committed up to then.")
    ] = None,
    index_file: IndexFile = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Leave nothing out on a terminal.")
    ] = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say who calls a symbol, since when, and where its calls went: moved, replaced or gone."""
    from minekvm.analyses import lineage as ask
    from minekvm.analyses.callers import callers as verb

    question = verb.Question(
        symbol=symbol,
        path=None if path is None else posixpath.normpath(path),
        rev=rev,
        scope=tuple(scope or ()),
        since=ask.timestamp(since, "since"),
        until=ask.timestamp(until, "until"),
    )
    with watched() as progress:
        found = verb.callers(repo, question, index_file, progress, tell)
    if json or format_ is Format.JSON:
        from minekvm.render.json import callers as calls_json

        print(calls_json.callers(found))
    elif format_ is Format.MARKDOWN:
        from minekvm.render.pages import calls_markdown

        print(calls_markdown.callers(found))
    else:
        from minekvm.render.pages import callers as calls

        calls.callers(found, verbose=verbose)
