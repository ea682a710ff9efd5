"""`minekvm callers`: who calls a symbol, since when, and where its calls went."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Format,
    IndexFile,
    Json,
    Repo,
    Scope,
    Written,
    asking,
    show,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


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
    with asking(repo, index_file, scope) as clone:
        found = clone.callers(symbol, path=path, rev=rev, since=since, until=until)
    show("callers", found, format_, json=json, verbose=verbose)
