"""`minekvm lineage`: a symbol followed back to its birth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
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
        "minekvm lineage vcpu_enter_guest --repo ~/linux",
        "minekvm lineage guest_enter_irqoff --path include/linux/context_tracking.h --patch",
        "minekvm lineage 'SYSCALL_DEFINE3(open' --since '2 years ago' --json",
        "minekvm lineage kvm_vcpu.mode",
    )
)
def lineage(
    symbol: Annotated[
        str,
        symbol_argument(
            "A function, macro, tracepoint (trace_x) or syscall (sys_x); struct:x, x.field,"
            " config:X and what else is no function."
        ),
    ],
    repo: Repo = Path(),
    path: Annotated[str | None, path_option("The file, where several define the symbol.")] = None,
    rev: Annotated[str, rev_option("Start here; the symbol need not live here any more.")] = "HEAD",
    scope: Scope = None,
    since: Annotated[str | None, since_option("Show events committed after.")] = None,
    until: Annotated[str | None, until_option("Show events up to then.")] = None,
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
    verbose: Annotated[
        bool, verbose_option("Show by which rule each event was told, with its score.")
    ] = False,
    limit: Limit = None,
    skip: Skip = 0,
    json: Json = False,
    json_lines: JsonLines = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Follow a symbol back to its birth, through renames, moves, splits, merges and wrappers."""
    with asking(repo, index_file, scope, full_history=full_history) as clone:
        found = clone.lineage(
            symbol,
            path=located(repo, path),
            rev=rev,
            since=since,
            until=until,
            first_ancestor=first_ancestor,
            through_extractions=through_extractions,
            whole_messages=patch,
        )
    show(
        "lineage",
        found,
        format_,
        json=json,
        json_lines=json_lines,
        part=Part(limit, skip),
        patch=patch,
        verbose=verbose,
    )
