"""`minekvm origins`: the earlier commits that made one necessary or possible."""

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
    Written,
    asking,
    examples,
    show,
    verbose_option,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm origins HEAD", "minekvm origins 87fa7f3e98a1 --blind --top 5")
)
def origins(
    commit: Commit,
    repo: Repo = Path(),
    blind: Annotated[
        bool, typer.Option("--blind", help="Ignore what the commit's own message cites.")
    ] = False,
    top: Annotated[
        int, typer.Option("--top", metavar="N", min=1, help="How many candidates.")
    ] = 10,
    exhaustive: Exhaustive = False,
    index_file: IndexFile = None,
    verbose: Annotated[
        bool, verbose_option("Show every reason of each candidate, with its rule and weight.")
    ] = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Rank the earlier commits that made one necessary or possible, with the reasons."""
    with asking(repo, index_file, exhaustive=exhaustive) as clone:
        found = clone.origins(commit, top=top, blind=blind)
    show("origins", found, format_, json=json, verbose=verbose)
