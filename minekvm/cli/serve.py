"""`minekvm serve`: pages of questions for a browser on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import examples
from minekvm.errors import MinekvmError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog=examples("minekvm serve --repo ~/linux", "minekvm serve --repo ~/linux --port 8080")
)
def serve(
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
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 takes any that is free.")
    ] = 0,
) -> None:
    """Serve pages of questions on this machine's own address; needs minekvm[web]."""
    from minekvm.server.clones import Clones

    clones = Clones(repo or [Path()])
    try:
        from minekvm.server import web
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "minekvm":
            raise
        raise MinekvmError(
            f"the server needs the package {error.name}", "pip install 'minekvm[web]'"
        ) from None
    web.serve(clones, port, lambda address: print(address, flush=True))
