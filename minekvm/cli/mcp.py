"""`minekvm mcp`: the questions for agents, over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import Repos, examples, extra

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm mcp --repo ~/linux", "minekvm mcp --repo ~/linux --repo ~/git")
)
def mcp(
    repo: Repos = None,
    query: Annotated[
        list[str] | None,
        typer.Option("--query", metavar="FILE", help="A story that may be told; repeatable."),
    ] = None,
) -> None:
    """Serve agents over the Model Context Protocol on stdin and stdout; needs minekvm[mcp]."""
    from minekvm.server.answers import Answers, stories
    from minekvm.server.clones import Clones

    answers = Answers(Clones(repo or [Path()]), stories(query or []))
    with extra("mcp"):
        from minekvm.server.mcp import serve
    serve(answers)
