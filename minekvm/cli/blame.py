"""`minekvm blame`: who really wrote each line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli import paging
from minekvm.cli.options import (
    Format,
    IndexFile,
    Json,
    JsonLines,
    Limit,
    Repo,
    Skip,
    Verbose,
    Written,
    asking,
    beside,
    completed,
    examples,
    located,
    path_option,
    rev_option,
    show,
)
from minekvm.render.json.parts import Part

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm blame vcpu_enter_guest --repo ~/linux",
        "minekvm blame arch/x86/kvm/x86.c:100-140 --why --moves",
        "minekvm blame virt/kvm/kvm_main.c --porcelain",
    )
)
def blame(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SYMBOL|FILE[:LINES]",
            help="A symbol, a file, a line of it (FILE:12) or some (FILE:12-30).",
            show_default=False,
            autocompletion=completed("targets"),
        ),
    ],
    repo: Repo = Path(),
    path: Annotated[str | None, path_option("The file, where several define the symbol.")] = None,
    rev: Annotated[str, rev_option("The revision whose lines are asked for.")] = "HEAD",
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
    limit: Limit = None,
    skip: Skip = 0,
    json: Json = False,
    json_lines: JsonLines = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say who really wrote each line: through moves, renames, reverts and mass changes."""
    with asking(repo, index_file, full_history=full_history) as clone:
        found = clone.blame(
            beside(repo, what),
            path=located(repo, path),
            rev=rev,
            tokens=tokens,
            why=why,
            moves=moves,
            origins=porcelain,
        )
    if porcelain:
        paging.put_bytes(found.to_porcelain())
    else:
        show(
            "blame",
            found,
            format_,
            json=json,
            json_lines=json_lines,
            part=Part(limit, skip),
            verbose=verbose,
        )
