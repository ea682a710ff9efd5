"""`minekvm report`: a story mined from a clone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from minekvm.adapters import files, query_files
from minekvm.adapters.query_files import QueryFile
from minekvm.analyses.report import report as analysis
from minekvm.analyses.report.report import Request
from minekvm.cli.options import IndexFile, Json, Repo, opened, watched
from minekvm.core.report import commit_urls
from minekvm.core.report.query_file import read
from minekvm.render import report_files
from minekvm.render.pages import report as page

ALL_FORMATS = "html,md,json"
REPORTS = Path("reports")
_TERMINAL = "terminal"

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write into.")
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
    epilog="Examples:  minekvm report guest-entry --repo ~/linux   |   "
    "minekvm report story.toml -o out --format html,md   |   minekvm report story.toml --json"
)
def report(
    story: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="A query file, or the name of a shipped one.",
            show_default=False,
        ),
    ],
    repo: Repo = Path(),
    output: Output = REPORTS,
    format_: Formats = ALL_FORMATS,
    rev: Annotated[str, typer.Option("--rev", help="Tell the story as of this revision.")] = "HEAD",
    web: Web = None,
    index_file: IndexFile = None,
    json: Json = False,
) -> None:
    """Mine a clone for a story and write the report; --json prints the document, writing none."""
    found = query_files.find(story)
    tell_story(found, request_for(found, rev, web), repo, output, format_, index_file, json)


def request_for(found: QueryFile, rev: str = "HEAD", web: str | None = None) -> Request:
    """What is asked of a clone by a query file. Raises QueryFailed."""
    return Request(
        story=read(found.text, found.name),
        file=found.name,
        text=found.text,
        rev=rev,
        web=None if web is None else commit_urls.checked(web),
    )


def tell_story(
    found: QueryFile,
    request: Request,
    repo: Path,
    output: Path,
    formats: str,
    index_file: Path | None,
    json: bool,
) -> None:
    """Mine, make every rendering, and only then write; print the answer last."""
    whole = _TERMINAL in [f.strip() for f in formats.split(",")]
    asked = ",".join(f for f in formats.split(",") if f.strip() != _TERMINAL)
    wanted = report_files.chosen(asked) if asked or not whole else []
    with opened(repo, index_file, request.story.scope) as clone:
        document = analysis.report(clone, request)
    if json:
        print(report_files.dumped(document), end="")
        return
    with watched() as progress:
        progress("writing the report")
        made = report_files.files(document, found.stem, wanted)
        written = files.put(output, made) if made else []
    _printed(document, [str(path) for path in written], whole)


def _printed(document: dict[str, Any], written: list[str], whole: bool) -> None:
    if whole:
        page.story(document, written)
    else:
        page.summary(document, written)
