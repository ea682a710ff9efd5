"""`minekvm relate`: what ties a commit to others, and what connects two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Commit,
    Exhaustive,
    Format,
    IndexFile,
    Json,
    Repo,
    Verbose,
    Written,
    asking,
    completed,
    examples,
    show,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm relate 87fa7f3e98a1 --repo ~/linux", "minekvm relate HEAD HEAD~20 -v")
)
def relate(
    commit: Commit,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="[COMMIT]",
            autocompletion=completed("refs"),
            help="A second one: what connects both?",
            show_default=False,
        ),
    ] = None,
    repo: Repo = Path(),
    exhaustive: Exhaustive = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what ties a commit to others: fixes, reverts, backports, citations, series, functions."""
    with asking(repo, index_file, exhaustive=exhaustive) as clone:
        found = clone.relate(commit, other)
    show("relate", found, format_, json=json, verbose=verbose)
