"""`minekvm blame`: who really wrote each line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import Format, IndexFile, Json, Repo, Verbose, Written, asking, show
from minekvm.render import formats

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog="Examples:  minekvm blame vcpu_enter_guest --repo ~/linux   |   "
    "minekvm blame arch/x86/kvm/x86.c:100-140 --why --moves   |   "
    "minekvm blame virt/kvm/kvm_main.c --porcelain"
)
def blame(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SYMBOL|FILE[:LINES]",
            help="A symbol, a file, a line of it (FILE:12) or some (FILE:12-30).",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    path: Annotated[
        str | None, typer.Option("--path", help="The file, where several define the symbol.")
    ] = None,
    rev: Annotated[str, typer.Option("--rev", help="The revision whose lines are asked for.")] = (
        "HEAD"
    ),
    tokens: Annotated[
        bool, typer.Option("--tokens", help="Tell in --json who wrote each token.")
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Add for each commit the sentence that says why.")
    ] = False,
    moves: Annotated[
        bool,
        typer.Option("--moves", help="Show the way of lines that were moved or changed in form."),
    ] = False,
    porcelain: Annotated[
        bool, typer.Option("--porcelain", help="Print the very form of `git blame --porcelain`.")
    ] = False,
    full_history: Annotated[
        bool, typer.Option("--full-history", help="Follow every side of merges; slower.")
    ] = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say who really wrote each line: through moves, renames, reverts and mass changes."""
    with asking(repo, index_file, full_history=full_history) as clone:
        found = clone.blame(
            what, path=path, rev=rev, tokens=tokens, why=why, moves=moves, origins=porcelain
        )
    if porcelain:
        formats.write_bytes(found.to_porcelain())
    else:
        show("blame", found, format_, json=json, verbose=verbose)
