"""`minekvm inspect`: what one commit did to functions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Commit,
    Format,
    IndexFile,
    Json,
    JsonLines,
    Limit,
    Repo,
    Scope,
    Skip,
    Written,
    asking,
    examples,
    show,
    verbose_option,
)
from minekvm.render.json.parts import Part

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm inspect HEAD", "minekvm inspect 87fa7f3e98a1 --repo ~/linux -v")
)
def inspect(
    commit: Commit,
    repo: Repo = Path(),
    scope: Scope = None,
    patch: Annotated[bool, typer.Option("--patch", "-p", help="Show each change's diff.")] = False,
    index_file: IndexFile = None,
    verbose: Annotated[
        bool, verbose_option("Show by which rule each change was told, and edits beside moves.")
    ] = False,
    limit: Limit = None,
    skip: Skip = 0,
    json: Json = False,
    json_lines: JsonLines = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what one commit did to functions; a merge, against each of its parents."""
    with asking(repo, index_file, scope) as clone:
        found = clone.inspect(commit)
    show(
        "inspect",
        found,
        format_,
        json=json,
        json_lines=json_lines,
        part=Part(limit, skip),
        patch=patch,
        verbose=verbose,
    )
