"""`minekvm why`: cited claims that answer a question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Exhaustive,
    Format,
    IndexFile,
    Json,
    Repo,
    Scope,
    Written,
    asking,
    completed,
    examples,
    rev_option,
    show,
    verbose_option,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples(
        "minekvm why 'why did trace_kvm_wait_lapic_expire move out of wait_lapic_expire?'",
        "minekvm why guest_enter_irqoff --verb split",
        "minekvm why 87fa7f3e98a1 --repo ~/linux",
        "minekvm why arch/x86/kvm/x86.c:1234",
    )
)
def why(
    question: Annotated[
        list[str],
        typer.Argument(
            metavar="QUESTION...",
            help="A question in words, a symbol (with --verb), a commit, or a line (FILE:12).",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    verb: Annotated[
        str | None,
        typer.Option(
            "--verb",
            metavar="VERB",
            autocompletion=completed("verbs"),
            help="moved, changed, split, merged, renamed, added, removed, calls, ...",
        ),
    ] = None,
    rev: Annotated[str, rev_option("The history up to here.")] = "HEAD",
    scope: Scope = None,
    ignore_citations: Annotated[
        bool,
        typer.Option("--ignore-citations", help="Leave out what messages say of other commits."),
    ] = False,
    candidates: Annotated[
        bool,
        typer.Option(
            "--candidates", help="Show the commits considered, with what speaks for each."
        ),
    ] = False,
    exhaustive: Exhaustive = False,
    index_file: IndexFile = None,
    verbose: Annotated[
        bool, verbose_option("Show the rule of each claim and everything that was considered.")
    ] = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say why something happened: cited claims, what made it possible, and what is not known."""
    asked = " ".join(question)
    with asking(repo, index_file, scope, exhaustive=exhaustive) as clone:
        found = clone.why(
            asked,
            verb=verb,
            rev=rev,
            ignore_citations=ignore_citations,
            candidates=candidates,
        )
    show("why", found, format_, json=json, verbose=verbose)
