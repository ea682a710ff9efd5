"""`minekvm ports`: where a change is in."""

from __future__ import annotations

from pathlib import Path

import typer

from minekvm.cli.options import (
    Commit,
    Format,
    IndexFile,
    Json,
    Repo,
    Verbose,
    Written,
    asking,
    examples,
    show,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=examples("minekvm ports 87fa7f3e98a1 --repo ~/linux-stable"))
def ports(
    commit: Commit,
    repo: Repo = Path(),
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say which branches and tags have a change, as which commit, and which fixes they lack."""
    with asking(repo, index_file) as clone:
        found = clone.ports(commit)
    show("ports", found, format_, json=json, verbose=verbose)
