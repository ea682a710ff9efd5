"""`minekvm index`: the index of a clone, brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.adapters import user
from minekvm.analyses import index as analysis
from minekvm.cli.options import (
    Format,
    IndexFile,
    Json,
    Repo,
    examples,
    notify,
    opened_to_write,
    rev_option,
    show,
)
from minekvm.clone.clone import IndexOptions

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm index --repo ~/linux",
        "minekvm index --functions virt/kvm",
        "minekvm index --status",
    )
)
def index(
    repo: Repo = Path(),
    rev: Annotated[str | None, rev_option("Only what this reaches, not every ref.")] = None,
    functions: Annotated[
        list[str] | None,
        typer.Option(
            "--functions",
            metavar="SCOPE",
            help="Take in the functions of every version of these files (path, folder, glob).",
        ),
    ] = None,
    words: Annotated[
        bool | None,
        typer.Option(
            "--words/--no-words",
            help="Take in what every commit changed, as callers and why do when asked; done for "
            "short histories if nothing is said.",
        ),
    ] = None,
    status: Annotated[
        bool, typer.Option("--status", help="Say what is there, how old and how big.")
    ] = False,
    index_file: IndexFile = None,
    json: Json = False,
) -> None:
    """Read what the commits say and touch into the index; only what is new, after the first time.

    Other commands bring the index up to date by themselves; this one shows what it does.
    """
    if status:
        there = analysis.status(
            repo, IndexOptions(index_file or user.path("minekvm.index"), notify)
        )
        show("index", there, Format.TERMINAL, json=json)
        return
    question = analysis.Question(rev, tuple(functions or ()), words)
    with opened_to_write(repo, index_file) as clone:
        mined = analysis.index(clone, question)
    show("index", mined, Format.TERMINAL, json=json)
