"""`minekvm mail`: archives of mail beside a clone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.adapters import user
from minekvm.analyses import mail_index as analysis
from minekvm.cli.options import (
    Format,
    IndexFile,
    Json,
    Repo,
    examples,
    notify,
    opened_to_write,
    show,
)
from minekvm.clone.clone import IndexOptions
from minekvm.errors import MinekvmError

app = typer.Typer(
    add_completion=False,
    help="Archives of mail beside a clone: index them, say what is there.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(
    epilog=examples("minekvm mail index ~/lore/kvm --repo ~/linux", "minekvm mail index a.mbox")
)
def index(
    archives: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="ARCHIVE...",
            help="public-inbox repositories or folders of them, mbox files (also .gz), maildirs, "
            "folders of .eml; without, those of minekvm.mailArchive in your git configuration.",
            show_default=False,
        ),
    ] = None,
    repo: Repo = Path(),
    index_file: IndexFile = None,
    json: Json = False,
) -> None:
    """Take archives of mail into the clone's index; only what is new, after the first time.

    The mails stay where they are: the archives are read again for what `thread` shows.
    """
    wanted = archives or user.paths("minekvm.mailArchive")
    if not wanted:
        raise MinekvmError("no archive was named", "name some, or set minekvm.mailArchive")
    with opened_to_write(repo, index_file) as clone:
        done = analysis.index(clone, wanted)
    show("mail.indexed", done, Format.TERMINAL, json=json)


@app.command(epilog=examples("minekvm mail status --repo ~/linux"))
def status(repo: Repo = Path(), index_file: IndexFile = None, json: Json = False) -> None:
    """Say which archives are indexed, what mails they have, and what was wrong with which."""
    held = analysis.status(repo, IndexOptions(index_file or user.path("minekvm.index"), notify))
    show("mail.status", held, Format.TERMINAL, json=json)
