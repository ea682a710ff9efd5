"""`minekvm query`: stories to mine, checked or begun."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.adapters import query_files
from minekvm.cli.options import Format, Json, completed, examples, one_line, show
from minekvm.core.report.query_file import read
from minekvm.core.report.query_template import TEMPLATE

app = typer.Typer(
    add_completion=False,
    help="Stories to mine: check a query file, or begin one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog=examples("minekvm query check queries/guest-entry.toml"))
def check(
    file: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="A query file, or the name of a shipped one.",
            show_default=False,
            autocompletion=completed("queries"),
        ),
    ],
    json: Json = False,
) -> None:
    """Say what a query file asks for, or what is wrong with it."""
    found = query_files.find(file)
    story = read(found.text, found.name)
    show("query", (story, found.name), Format.TERMINAL, json=json)


@app.command(epilog=examples("minekvm query new story.toml", "minekvm query new | less"))
def new(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Where to write it; nothing is overwritten."),
    ] = None,
) -> None:
    """Write a commented query file to begin with; to stdout where no file is named."""
    if file is None:
        print(TEMPLATE, end="")
        return
    query_files.begin(file, TEMPLATE)
    name = one_line(str(file))
    print(f"{name}: written; minekvm query check {name} says what it asks for")
