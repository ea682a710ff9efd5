"""`minekvm needs`: what else a change needs where it is to be taken."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Changes,
    Format,
    IndexFile,
    Json,
    Repo,
    Rules,
    Tree,
    Verbose,
    Written,
    asking,
    completed,
    examples,
    show,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm needs 87fa7f3e98a1 --onto linux-5.4.y",
        "minekvm needs topic~3..topic --onto v2.30.0",
        "minekvm needs fix.patch --onto stable",
    )
)
def needs(
    changes: Changes,
    repo: Repo = Path(),
    onto: Annotated[
        str,
        typer.Option(
            "--onto",
            metavar="REV",
            autocompletion=completed("refs"),
            help="Where it is to be taken.",
        ),
    ] = "HEAD",
    depth: Annotated[
        int, typer.Option("--depth", min=0, max=12, help="How far needs of needs are followed.")
    ] = 3,
    tree: Tree = None,
    rules: Rules = None,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what a target lacks for a change, whether it applies, and what to take with it."""
    with asking(repo, index_file) as clone:
        found = clone.needs(*changes, onto=onto, depth=depth, every=verbose, rules=rules, tree=tree)
    show("needs", found, format_, json=json, verbose=verbose)
