"""`minekvm thread`: a patch's discussion."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
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


@app.command(
    epilog=examples(
        "minekvm thread HEAD",
        "minekvm thread 20220101.1-foo@example.org",
        "minekvm thread https://lore.kernel.org/all/20220101.1-foo@example.org/",
    )
)
def thread(
    what: Annotated[
        str,
        typer.Argument(
            metavar="COMMIT|MESSAGE-ID|URL",
            help="A commit, or a mail by its Message-Id or its address in an archive.",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    patch: Annotated[
        bool, typer.Option("--patch", "-p", help="Show what each next version changes otherwise.")
    ] = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Show a patch's discussion: its versions, what reviewers said of which lines, its commit."""
    with asking(repo, index_file) as clone:
        found = clone.thread(what)
    show("thread", found, format_, json=json, patch=patch, verbose=verbose)
