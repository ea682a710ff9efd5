"""`minekvm report`: a story mined from a clone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from minekvm.adapters import files
from minekvm.analyses.report.report import Request
from minekvm.api.report import request_for
from minekvm.cli.options import IndexFile, Json, Repo, asking, watched
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
    request = request_for(story, rev, web)
    tell_story(request, repo, output, format_, index_file, json)


def tell_story(
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
    with asking(repo, index_file) as clone:
        found = clone.report_for(request)
    if json:
        print(found.to_json())
        return
    with watched() as progress:
        progress("writing the report")
        made = report_files.files(found.document, Path(request.file).stem, wanted)
        written = files.put(output, made) if made else []
    _printed(found.document, [str(path) for path in written], whole)


def _printed(document: dict[str, Any], written: list[str], whole: bool) -> None:
    if whole:
        page.story(document, written)
    else:
        page.summary(document, written)
