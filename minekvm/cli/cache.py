"""`minekvm cache`: what minekvm keeps for itself."""

from __future__ import annotations

from typing import Annotated

import typer

from minekvm.adapters.files.own import cache_root
from minekvm.analyses import cache as analysis
from minekvm.cli.options import Format, Json, Written, examples, show

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=examples("minekvm cache", "minekvm cache --remove-gone"))
def cache(
    remove_gone: Annotated[
        bool,
        typer.Option(
            "--remove-gone", help="Remove what is kept of clones that are no more; costs only time."
        ),
    ] = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """List what is kept of which clone, shadows and indexes, and remove what is of none."""
    found = analysis.cache(cache_root(), remove_gone=remove_gone)
    show("cache", found, format_, json=json)
