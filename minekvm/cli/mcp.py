"""`minekvm mcp`: the questions for agents, over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import examples
from minekvm.errors import MinekvmError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm mcp --repo ~/linux", "minekvm mcp --repo ~/linux --repo ~/git")
)
def mcp(
    repo: Annotated[
        list[Path] | None,
        typer.Option(
            "--repo",
            "-C",
            metavar="PATH",
            help="A clone that may be read, and no other; repeatable. Without: the current one.",
            show_default=False,
        ),
    ] = None,
    query: Annotated[
        list[str] | None,
        typer.Option("--query", metavar="FILE", help="A story that may be told; repeatable."),
    ] = None,
) -> None:
    """Serve agents over the Model Context Protocol on stdin and stdout; needs minekvm[mcp]."""
    from minekvm.server.answers import Answers, stories
    from minekvm.server.clones import Clones

    answers = Answers(Clones(repo or [Path()]), stories(query or []))
    try:
        from minekvm.server.mcp import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "minekvm":
            raise
        raise MinekvmError(
            f"the server needs the package {error.name}", "pip install 'minekvm[mcp]'"
        ) from None
    serve(answers)
