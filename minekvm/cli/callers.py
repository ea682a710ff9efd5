"""`minekvm callers`: who calls a symbol, since when, and where its calls went."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Exhaustive,
    Format,
    IndexFile,
    Json,
    JsonLines,
    Limit,
    Repo,
    Scope,
    Skip,
    Written,
    asking,
    examples,
    located,
    path_option,
    rev_option,
    show,
    since_option,
    symbol_argument,
    until_option,
    verbose_option,
)
from minekvm.render.json.parts import Part

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm callers guest_enter_irqoff --repo ~/linux",
        "minekvm callers kmalloc --scope virt/kvm --scope arch/x86/kvm",
        "minekvm callers trace_kvm_exit --since '2 years ago' --json",
        "minekvm callers kvm_vcpu.mode",
    )
)
def callers(
    symbol: Annotated[
        str,
        symbol_argument(
            "What is called: a function, function-like macro or tracepoint (trace_x); or what is"
            " used: struct:x, x.field, CONFIG_X."
        ),
    ],
    repo: Repo = Path(),
    path: Annotated[
        str | None, path_option("Only the calls in this file, and where they went.")
    ] = None,
    rev: Annotated[str, rev_option("Who calls here; the history before.")] = "HEAD",
    scope: Scope = None,
    since: Annotated[
        str | None,
        since_option("What was committed after."),
    ] = None,
    until: Annotated[str | None, until_option("What was committed up to then.")] = None,
    exhaustive: Exhaustive = False,
    index_file: IndexFile = None,
    verbose: Annotated[
        bool, verbose_option("Show every call site and every change of the past.")
    ] = False,
    limit: Limit = None,
    skip: Skip = 0,
    json: Json = False,
    json_lines: JsonLines = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say who calls a symbol, since when, and where its calls went: moved, replaced or gone."""
    with asking(repo, index_file, scope, exhaustive=exhaustive) as clone:
        found = clone.callers(symbol, path=located(repo, path), rev=rev, since=since, until=until)
    show(
        "callers",
        found,
        format_,
        json=json,
        json_lines=json_lines,
        part=Part(limit, skip),
        verbose=verbose,
    )
