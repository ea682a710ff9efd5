"""`minekvm report`: a story mined from a clone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from minekvm.adapters import user
from minekvm.adapters.files import outputs
from minekvm.adapters.files.folder import found as find_folder
from minekvm.adapters.files.own import own
from minekvm.adapters.git import shadow
from minekvm.analyses.report.report import Request
from minekvm.api.report import request_for
from minekvm.cli import paging
from minekvm.cli.options import (
    IndexFile,
    Json,
    Repo,
    Shared,
    asking,
    completed,
    examples,
    notify,
    rev_option,
    watched,
)
from minekvm.core.report.model import Report
from minekvm.errors import FileRefused
from minekvm.render import report_files, terminal
from minekvm.render.pages import report as page

ALL_FORMATS = "html,md,json"
_REPORTS = Path("reports")
_TERMINAL = "terminal"

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="The folder to write into; if not named, reports, unless that is in the clone.",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Replace files that are no reports of minekvm's.")
]
Formats = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="LIST",
        help="Of html, md, json, dot; with terminal, the whole story is printed too.",
    ),
]
Web = Annotated[
    str | None,
    typer.Option(
        "--web", metavar="URL", help="Where commits can be looked at, with %s for the hash."
    ),
]


@app.command(
    epilog=examples(
        "minekvm report guest-entry --repo ~/linux",
        "minekvm report story.toml -o out --format html,md",
        "minekvm report story.toml --json",
    )
)
def report(
    story: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            autocompletion=completed("queries"),
            help="A query file, or the name of a shipped one.",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    output: Output = None,
    format_: Formats = ALL_FORMATS,
    force: Force = False,
    rev: Annotated[str, rev_option("Tell the story as of this revision.")] = "HEAD",
    web: Web = None,
    index_file: IndexFile = None,
    shared: Shared = False,
    json: Json = False,
) -> None:
    """Mine a clone for a story and write the report; --json prints the document, writing none."""
    request = request_for(story, rev, web or user.value("minekvm.web"))
    tell_story(request, repo, output, format_, index_file, json=json, shared=shared, force=force)


def tell_story(
    request: Request,
    repo: Path,
    output: Path | None,
    formats: str,
    index_file: Path | None,
    *,
    json: bool,
    force: bool,
    shared: bool = False,
) -> None:
    """Mine, make every rendering, and only then write; print the answer last."""
    whole = _TERMINAL in [f.strip() for f in formats.split(",")]
    asked = ",".join(f for f in formats.split(",") if f.strip() != _TERMINAL)
    wanted = report_files.chosen(asked) if asked or not whole else []
    if json:
        with asking(repo, index_file) as clone:
            print(report_files.dumped(clone.report_for(request), shared=shared), end="")
        return
    read = shadow.locate(repo)
    keep_out = (read.common_dir,)
    folder = output or (_folder(read) if wanted else _REPORTS)
    sort = outputs.Sort(
        "a report of minekvm's",
        lambda data: force or report_files.is_report(data),
        "write elsewhere with -o, or replace it with --force",
    )
    stem = outputs.clean(Path(request.file).stem)
    # What stands in the way is told before any work is done, and looked for again afterwards.
    outputs.check(folder, report_files.names(stem, wanted), sort, keep_out)
    with asking(repo, index_file) as clone:
        found = clone.report_for(request)
    with watched() as progress:
        progress("writing the report")
        made = report_files.files(found, stem, wanted)
        if made:
            with find_folder(folder, make=True, keep_out=keep_out) as place:
                outputs.put(place, made, sort)
    _printed(found, [str(folder / name) for name in made], whole)


def _folder(read: shadow.Clone) -> Path:
    """`reports` here; where that is in the clone, a folder in the cache folder, which is said."""
    try:
        find_folder(Path(), keep_out=(read.common_dir,)).close()
    except FileRefused:
        with own("reports", shadow.name(read)) as elsewhere:
            notify(f"the clone is only read: the report goes to {elsewhere.path}; or name one: -o")
            return elsewhere.path
    return _REPORTS


def _printed(found: Report, written: list[str], whole: bool) -> None:
    if whole:
        paging.put(terminal.write(page.page(found, written), verbose=True))
    else:
        print(terminal.write(page.summary(found, written)), end="")
