"""`minekvm check`: what speaks against a change before it is taken."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Changes,
    IndexFile,
    Json,
    Repo,
    Rules,
    Tree,
    Verbose,
    asking,
    completed,
    examples,
    show,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)
FINDINGS = 3  # the exit code where there are any


class CheckFormat(StrEnum):
    """How an answer is written, also for a forge."""

    TERMINAL = "terminal"
    MARKDOWN = "md"
    JSON = "json"
    SARIF = "sarif"


@app.command(
    epilog=examples(
        "minekvm check HEAD",
        "minekvm check fix.patch --onto linux-5.4.y",
        "minekvm check main..topic --format sarif > check.sarif",
    )
)
def check(
    changes: Changes,
    repo: Repo = Path(),
    onto: Annotated[
        str,
        typer.Option(
            "--onto",
            metavar="REV",
            autocompletion=completed("refs"),
            help="Where it is to be taken; if not said, a commit's own parent, a patch HEAD.",
            show_default=False,
        ),
    ] = "",
    tree: Tree = None,
    rules: Rules = None,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Annotated[
        CheckFormat,
        typer.Option("--format", metavar="FORMAT", help="One of terminal, md, json, sarif."),
    ] = CheckFormat.TERMINAL,
) -> None:
    """Say what speaks against a change: forbidden calls, undone fixes, callers, mirror places."""
    with asking(repo, index_file) as clone:
        found = clone.check(*changes, onto=onto, rules=rules, tree=tree)
    show("check", found, format_, json=json, verbose=verbose)
    if found.findings:
        raise typer.Exit(FINDINGS)
