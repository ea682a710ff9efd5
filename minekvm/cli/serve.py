"""`minekvm serve`: pages of questions for a browser on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import Repos, examples, extra

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm serve --repo ~/linux", "minekvm serve --repo ~/linux --port 8080")
)
def serve(
    repo: Repos = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes any that is free.")
    ] = 0,
) -> None:
    """Serve pages of questions on this machine's own address; needs minekvm[web]."""
    from minekvm.server.clones import Clones

    clones = Clones(repo or [Path()])
    with extra("web"):
        from minekvm.server import web
    web.serve(clones, port, lambda address: print(address, flush=True))
