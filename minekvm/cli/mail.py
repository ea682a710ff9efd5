"""Commands about mail: mail index, mail status, thread."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.cli.options import Format, IndexFile, Json, Repo, Verbose, Written, app, tell, watched

_mail = typer.Typer(
    help="Archives of mail beside a clone: index them, say what is there.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(_mail, name="mail")


@_mail.command(
    epilog="Examples:  minekvm mail index ~/lore/kvm --repo ~/linux   |   minekvm mail index a.mbox"
)
def index(
    archives: Annotated[
        list[Path],
        typer.Argument(
            metavar="ARCHIVE...",
            help="public-inbox repositories or folders of them, mbox files, maildirs.",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    index_file: IndexFile = None,
    json: Json = False,
) -> None:
    """Take archives of mail into the clone's index; only what is new, after the first time.

    The mails stay where they are: the archives are read again for what `thread` shows.
    """
    from minekvm.analyses import mail_index as mailing

    with watched() as progress:
        done = mailing.index(repo, archives, index_file, progress, tell)
    if json:
        from minekvm.render.json import thread as threads_json

        print(threads_json.indexed(done))
    else:
        from minekvm.render.pages import thread as threads

        threads.indexed(done)


@_mail.command(epilog="Example:  minekvm mail status --repo ~/linux")
def status(repo: Repo = Path(), index_file: IndexFile = None, json: Json = False) -> None:
    """Say which archives are indexed, what mails they have, and what was wrong with which."""
    from minekvm.analyses import mail_index as mailing

    held = mailing.status(repo, index_file, tell)
    if json:
        from minekvm.render.json import thread as threads_json

        print(threads_json.status(held))
    else:
        from minekvm.render.pages import thread as threads

        threads.status(held)


@app.command(
    epilog="Examples:  minekvm thread HEAD   |   minekvm thread 20220101.1-foo@example.org   |   "
    "minekvm thread https://lore.kernel.org/all/20220101.1-foo@example.org/"
)
def thread(
    what: Annotated[
        str,
        typer.Argument(
            metavar="COMMIT|MESSAGE-ID|URL",
            help="A commit, or a mail by its Message-Id or its address in an archive.",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    patch: Annotated[
        bool, typer.Option("--patch", "-p", help="Show what each next version changes otherwise.")
    ] = False,
    index_file: IndexFile = None,
    verbose: Verbose = False,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Show a patch's discussion: its versions, what reviewers said of which lines, its commit."""
    from minekvm.analyses import thread as verb

    with watched() as progress:
        found = verb.thread(repo, what, index_file, progress, tell)
    if json or format_ is Format.JSON:
        from minekvm.render.json import thread as threads_json

        print(threads_json.thread(found))
    elif format_ is Format.MARKDOWN:
        from minekvm.render.pages import threads_markdown

        print(threads_markdown.thread(found, patch=patch))
    else:
        from minekvm.render.pages import thread as threads

        threads.thread(found, patch=patch, verbose=verbose)
