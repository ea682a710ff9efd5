"""`minekvm drift`: the same functions in several trees."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.analyses.drift import MOST
from minekvm.cli.options import (
    Format,
    Json,
    Rules,
    Scope,
    Verbose,
    Written,
    asking,
    examples,
    show,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm drift ~/linux ~/vendor/kernel --scope virt/kvm --scope arch/x86/kvm",
        "minekvm drift ~/linux@v6.1 ~/vendor/one@main ~/vendor/two --json",
    )
)
def drift(
    clones: Annotated[
        list[str],
        typer.Argument(
            metavar="CLONE CLONE...",
            help="Upstream's clone, then those that are compared with it; each with @REV where not"
            " HEAD is meant.",
            show_default=False,
        ),
    ],
    scope: Scope = None,
    most: Annotated[
        int,
        typer.Option(
            "--most", metavar="N", min=0, help="Functions of a tree whose lineages are followed."
        ),
    ] = MOST,
    rules: Rules = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say where trees have left upstream: functions, since which commit, and fixes they lack."""
    if len(clones) < 2:
        raise typer.BadParameter("name upstream's clone and one or more others")
    upstream, *others = map(_named, clones)
    with asking(upstream[0], None, scope) as clone:
        found = clone.drift(*others, rev=upstream[1], most=most, rules=rules)
    show("drift", found, format_, json=json, verbose=verbose)


def _named(clone: str) -> tuple[Path, str]:
    """A clone's path and the revision that is meant; a path may have an @ of its own."""
    path, at, rev = clone.rpartition("@")
    if not at or not path or Path(clone).expanduser().exists():
        return Path(clone), "HEAD"
    return Path(path), rev or "HEAD"
