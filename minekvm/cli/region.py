"""`minekvm region`: what lies between two markers."""

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
    Names,
    Repo,
    Shared,
    Skip,
    Written,
    asking,
    examples,
    located,
    path_option,
    rev_option,
    show,
    since_option,
    until_option,
    verbose_option,
)
from minekvm.render.json.parts import Part

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm region --enter guest_enter_irqoff --exit guest_exit_irqoff --in vcpu_enter_guest",
        "minekvm region --enter srcu_read_lock --exit srcu_read_unlock --in vcpu_run"
        " --where kvm_vcpu_block",
        "minekvm region --enter local_irq_disable --exit local_irq_enable --in vcpu_enter_guest"
        " --at-place 'kvm_wait_lapic_expire:before:__delay'",
    )
)
def region(
    enter: Annotated[
        list[str],
        typer.Option("--enter", metavar="A[,B...]", help="What opens the region; repeatable."),
    ],
    exit_: Annotated[
        list[str],
        typer.Option("--exit", metavar="A[,B...]", help="What closes it; repeatable."),
    ],
    function: Annotated[
        str, typer.Option("--in", metavar="FUNCTION", help="The function it is seen from.")
    ],
    repo: Repo = Path(),
    path: Annotated[str | None, path_option("The file, where several define the function.")] = None,
    depth: Annotated[
        int,
        typer.Option(
            "--depth", metavar="N", min=0, max=12, help="How many calls deep it is looked into."
        ),
    ] = 3,
    follow_markers: Annotated[
        bool,
        typer.Option(
            "--follow-markers/--no-follow-markers",
            help="Where a marker is not called, take what it was renamed to or taken apart into.",
        ),
    ] = True,
    also: Annotated[
        Names, typer.Option("--also", metavar="IDENT", help="Tell uses of this identifier too.")
    ] = None,
    where: Annotated[
        Names,
        typer.Option(
            "--where", metavar="SYMBOL", help="Inside or outside? And which commits changed that?"
        ),
    ] = None,
    at_place: Annotated[
        Names,
        typer.Option(
            "--at-place",
            metavar="FUNCTION:before|after[:CALL[:N]]",
            help="Would a call there lie inside? Without CALL: at the function's start or end.",
        ),
    ] = None,
    rev: Annotated[str, rev_option("Look from here back.")] = "HEAD",
    since: Annotated[
        str | None,
        since_option("Show changes committed after."),
    ] = None,
    until: Annotated[str | None, until_option("Show changes up to then.")] = None,
    scope: Annotated[
        Names,
        typer.Option("--scope", metavar="PATH", help="Look into these files or folders too."),
    ] = None,
    index_file: IndexFile = None,
    verbose: Annotated[
        bool, verbose_option("Show every call inside and every change of the region.")
    ] = False,
    shared: Shared = False,
    limit: Limit = None,
    skip: Skip = 0,
    json: Json = False,
    json_lines: JsonLines = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what lies between two markers, seen from a function, and which commits changed it."""
    with asking(repo, index_file, scope) as clone:
        found = clone.region(
            enter=enter,
            exit=exit_,
            within=function,
            path=located(repo, path),
            depth=depth,
            follow_markers=follow_markers,
            also=also or (),
            where=where or (),
            at_place=at_place or (),
            rev=rev,
            since=since,
            until=until,
        )
    show(
        "region",
        found,
        format_,
        json=json,
        json_lines=json_lines,
        part=Part(limit, skip, shared),
        verbose=verbose,
    )
