"""Commands about commits: inspect, index, relate, origins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import (
    Format,
    IndexFile,
    Json,
    Repo,
    Scope,
    Verbose,
    Written,
    app,
    tell,
    watched,
)


@app.command(
    epilog="Examples:  minekvm inspect HEAD   |   minekvm inspect 87fa7f3e98a1 --repo ~/linux -v"
)
def inspect(
    commit: Annotated[
        str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
    ],
    repo: Repo = Path(),
    scope: Scope = None,
    patch: Annotated[bool, typer.Option("--patch", "-p", help="Show each change's diff.")] = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what one commit did to functions; a merge, against each of its parents."""
    from minekvm.analyses import lineage as ask
    from minekvm.clone.clone import Kept

    with watched() as progress:
        kept = Kept(index_file, tell)
        found = ask.inspect(repo, commit, tuple(scope or ()), progress, kept)
    if json or format_ is Format.JSON:
        from minekvm.render.json import lineage as renderer

        print(renderer.inspection(found))
    elif format_ is Format.MARKDOWN:
        from minekvm.render import markdown

        print(markdown.inspection(found, patch=patch, verbose=verbose))
    else:
        from minekvm.render.pages import lineage as terminal

        terminal.inspection(found, patch=patch, verbose=verbose)


@app.command(
    epilog="Examples:  minekvm index --repo ~/linux   |   minekvm index --functions virt/kvm   |   "
    "minekvm index --status"
)
def index(
    repo: Repo = Path(),
    rev: Annotated[
        str | None, typer.Option("--rev", help="Only what this reaches, not every ref.")
    ] = None,
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
    from datetime import UTC, datetime

    from minekvm.clone import indexing as mine
    from minekvm.render.json import lineage as jsonic
    from minekvm.render.pages import index as renderer

    if status:
        there = mine.status(repo, index_file, tell)
        if json:
            print(jsonic.index_status(there))
        else:
            renderer.status(there, datetime.now(UTC))
        return
    with watched() as progress:
        scope = tuple(functions or ())
        mined = mine.index(repo, index_file, rev, scope, progress, tell, words=words)
    if json:
        print(jsonic.mined(mined))
    else:
        renderer.mined(mined)


@app.command(
    epilog="Examples:  minekvm relate 87fa7f3e98a1 --repo ~/linux   |   "
    "minekvm relate HEAD HEAD~20 -v"
)
def relate(
    commit: Annotated[
        str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
    ],
    other: Annotated[
        str | None, typer.Argument(help="A second one: what connects both?", show_default=False)
    ] = None,
    repo: Repo = Path(),
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Say what ties a commit to others: fixes, reverts, backports, citations, series, functions."""
    from minekvm.analyses.relate import relate as verb

    with watched() as progress:
        if other is None:
            found = verb.relate(repo, commit, index_file, progress, tell)
        else:
            pair = (commit, other)
            connected = verb.connection(repo, pair, index_file, progress, tell)
    if json or format_ is Format.JSON:
        from minekvm.render.json import lineage as jsonic

        print(jsonic.related(found) if other is None else jsonic.connected(connected))
        return
    if format_ is Format.MARKDOWN:
        from minekvm.render.pages import relations_markdown as markdown

        if other is None:
            print(markdown.related(found, verbose=verbose))
        else:
            print(markdown.connected(connected, verbose=verbose))
        return
    from minekvm.render.pages import relate as renderer

    if other is None:
        renderer.related(found, verbose=verbose)
    else:
        renderer.connected(connected, verbose=verbose)


@app.command(
    epilog="Examples:  minekvm origins HEAD   |   minekvm origins 87fa7f3e98a1 --blind --top 5"
)
def origins(
    commit: Annotated[
        str, typer.Argument(help="A commit, in any form git accepts.", show_default=False)
    ],
    repo: Repo = Path(),
    blind: Annotated[
        bool, typer.Option("--blind", help="Ignore what the commit's own message cites.")
    ] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="How many candidates.")] = 10,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Rank the earlier commits that made one necessary or possible, with the reasons."""
    from minekvm.analyses.origins import Question
    from minekvm.analyses.relate import relate as verb

    with watched() as progress:
        asked = Question(top=top, blind=blind)
        found = verb.origins(repo, commit, asked, index_file, progress, tell)
    if json or format_ is Format.JSON:
        from minekvm.render.json import lineage as jsonic

        print(jsonic.origins(found))
    elif format_ is Format.MARKDOWN:
        from minekvm.render.pages import relations_markdown as markdown

        print(markdown.origins(found, verbose=verbose))
    else:
        from minekvm.render.pages import relate as renderer

        renderer.origins(found, verbose=verbose)
