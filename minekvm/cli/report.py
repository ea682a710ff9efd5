"""Commands that tell stories: query check, query new, report, and the demo of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minekvm.cli.options import IndexFile, Json, Repo, app, tell, watched

if TYPE_CHECKING:
    from minekvm.adapters.query_files import QueryFile
    from minekvm.analyses.report.report import Request

_ALL = "html,md,json"
_TERMINAL = "terminal"

query = typer.Typer(
    help="Stories to mine: check a query file, or begin one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(query, name="query")

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
_REPORTS = Path("reports")


@query.command(epilog="Example:  minekvm query check queries/guest-entry.toml")
def check(
    file: Annotated[
        str, typer.Argument(help="A query file, or the name of a shipped one.", show_default=False)
    ],
    json: Json = False,
) -> None:
    """Say what a query file asks for, or what is wrong with it."""
    from minekvm.adapters import query_files as queries
    from minekvm.core.report.query_file import read
    from minekvm.render.pages import query as query_screen

    found = queries.find(file)
    story = read(found.text, found.name)
    if json:
        print(query_screen.as_json(story, found.name))
    else:
        query_screen.show(story, found.name)


@query.command(epilog="Examples:  minekvm query new story.toml   |   minekvm query new | less")
def new(
    file: Annotated[
        Path | None, typer.Argument(help="Where to write it; nothing is overwritten.")
    ] = None,
) -> None:
    """Write a commented query file to begin with; to stdout where no file is named."""
    from minekvm.adapters import query_files as queries
    from minekvm.core.report.query_template import TEMPLATE

    if file is None:
        print(TEMPLATE, end="")
        return
    queries.begin(file, TEMPLATE)
    print(f"{file}: written; minekvm query check {file} says what it asks for")


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
    output: Output = _REPORTS,
    format_: Formats = _ALL,
    rev: Annotated[str, typer.Option("--rev", help="Tell the story as of this revision.")] = "HEAD",
    web: Web = None,
    index_file: IndexFile = None,
    json: Json = False,
) -> None:
    """Mine a clone for a story and write the report; --json prints the document, writing none."""
    from minekvm.adapters import query_files as queries

    found = queries.find(story)
    _told(found, _request(found, rev, web), repo, output, format_, index_file, json)


@app.command(epilog="Example:  minekvm demo && xdg-open reports/guest-entry.html")
def demo(
    output: Output = _REPORTS,
    format_: Formats = _ALL,
    json: Json = False,
) -> None:
    """Build the embedded miniature kernel history, once, and report the guest-entry story of it."""
    from dataclasses import replace

    from minekvm import replica
    from minekvm.adapters import query_files as queries
    from minekvm.adapters.git.shadow import cache_root
    from minekvm.analyses import mail_index as mailing

    where = replica.ensure(cache_root())
    mailing.index(where, [replica.ensure_mails(cache_root())], tell=tell)
    found = queries.find("guest-entry")
    request = replace(_request(found), name="replica", command="minekvm demo")
    if not json:
        print(f"# replica: {where}", file=sys.stderr)
        print("# minekvm report guest-entry --repo <replica>", file=sys.stderr)
    _told(found, request, where, output, format_, None, json)


def _request(found: QueryFile, rev: str = "HEAD", web: str | None = None) -> Request:
    from minekvm.analyses.report.report import Request
    from minekvm.core.report import commit_urls as addresses
    from minekvm.core.report.query_file import read

    return Request(
        story=read(found.text, found.name),
        file=found.name,
        text=found.text,
        rev=rev,
        web=None if web is None else addresses.checked(web),
    )


def _told(
    found: QueryFile,
    request: Request,
    repo: Path,
    output: Path,
    formats: str,
    index_file: Path | None,
    json: bool,
) -> None:
    """Mine, make every rendering, and only then write; print the answer last."""
    from minekvm.adapters import files as shelf
    from minekvm.analyses.report import report as verb
    from minekvm.render import report_files as renderer

    whole = _TERMINAL in [f.strip() for f in formats.split(",")]
    asked = ",".join(f for f in formats.split(",") if f.strip() != _TERMINAL)
    wanted = renderer.chosen(asked) if asked or not whole else []
    with watched() as progress:
        document = verb.report(repo, request, index_file, progress, tell)
        if json:
            print(renderer.dumped(document), end="")
            return
        progress("writing the report")
        files = renderer.files(document, found.stem, wanted)
        written = shelf.put(output, files) if files else []
    _printed(document, [str(path) for path in written], whole)


def _printed(document: dict[str, Any], files: list[str], whole: bool) -> None:
    from minekvm.render.pages import report as report_terminal

    if whole:
        report_terminal.story(document, files)
    else:
        report_terminal.summary(document, files)
