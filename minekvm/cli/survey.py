"""`minekvm survey`: every function of a history, as Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from minekvm.adapters import user
from minekvm.analyses.survey import survey as analysis
from minekvm.cli.options import (
    Format,
    IndexFile,
    Json,
    Repo,
    Scope,
    Written,
    completed,
    examples,
    notify,
    show,
    watched,
)
from minekvm.clone.clone import IndexOptions, open_clone
from minekvm.core.survey.model import MERGED
from minekvm.core.survey.questions import BY_NAME
from minekvm.errors import MinekvmError

if TYPE_CHECKING:
    from minekvm.analyses.survey.engines import Engine

_RUN = "run"


class _Group(TyperGroup):
    """`survey` itself is a command: what is none of its own is a range for it, or an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in self.commands:
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Group,
    add_completion=False,
    help="Every function of a history, as Parquet.",
    rich_markup_mode=None,
)

Folder = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="The folder of the survey; if not said, one of the clone's in the cache folder.",
        show_default=False,
    ),
]


@app.command(
    _RUN,
    epilog=examples(
        "minekvm survey --repo ~/git -o ~/surveys/git",
        "minekvm survey v5.4..v5.5 --scope virt/kvm",
        "minekvm survey --status -o ~/surveys/git",
    ),
)
def run(
    range_: Annotated[
        str,
        typer.Argument(
            metavar="[RANGE]",
            help="A..B, or a revision for all that it reaches.",
            show_default=False,
            autocompletion=completed("refs"),
        ),
    ] = "HEAD",
    repo: Repo = Path(),
    scope: Scope = None,
    output: Folder = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs", "-j", metavar="N", min=0, help="Processes; 0 are as many as there are cores."
        ),
    ] = 0,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Have the workers of this dask scheduler do it; needs minekvm[cluster].",
            show_default=False,
        ),
    ] = "",
    clone_at: Annotated[
        Path | None,
        typer.Option(
            "--clone-at",
            metavar="PATH",
            help="Where the cluster's workers have the clone, if not where it is here.",
            show_default=False,
        ),
    ] = None,
    merged: Annotated[
        int,
        typer.Option(
            "--merged",
            metavar="N",
            min=0,
            help="Compare a merge with the parents from which it differs in so many files at most.",
        ),
    ] = MERGED,
    status: Annotated[
        bool, typer.Option("--status", help="Say what the folder has by now; do nothing.")
    ] = False,
    index_file: IndexFile = None,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Write every event, definition, call and relation of a history as Parquet files.

    Needs minekvm[survey]. What the folder has is not done again: interrupted, it goes on.
    """
    if status:
        found = analysis.status(repo, output)
        if found is None:
            raise MinekvmError("there is no survey", "minekvm survey makes one; -o says where")
    else:
        index = index_file or user.path("minekvm.index")
        options = IndexOptions(index, notify, wait=True)
        paths = tuple(scope or ())
        with (
            _engine(jobs, scheduler) as engine,
            watched() as progress,
            open_clone(repo, paths, index=options, progress=progress) as clone,
        ):
            asked = analysis.question(clone, range_, paths, merged)
            given = analysis.Given(output, engine, index, clone_at=clone_at)
            found = analysis.survey(clone, asked, given)
    show("survey", found, format_, json=json)


@app.command(
    epilog=examples(
        "minekvm survey query most-moved -o ~/surveys/git",
        "minekvm survey query 'SELECT kind, count(*) FROM events GROUP BY ALL' --repo ~/git",
        "minekvm survey query lacking-ports -o ~/surveys/vendor --upstream ~/surveys/linux",
    )
)
def query(
    sql: Annotated[
        str,
        typer.Argument(
            metavar="SQL|NAME",
            help=f"A query, or the name of a shipped one: {', '.join(BY_NAME)}.",
            show_default=False,
            autocompletion=lambda incomplete: [n for n in BY_NAME if n.startswith(incomplete)],
        ),
    ],
    repo: Repo = Path(),
    output: Folder = None,
    upstream: Annotated[
        Path | None,
        typer.Option(
            "--upstream",
            metavar="DIR",
            help="A second survey: its tables are called upstream_commits and so on.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    format_: Written = Format.TERMINAL,
) -> None:
    """Ask a survey in SQL, by DuckDB; the tables are commits, events, definitions, calls, ..."""
    from minekvm.analyses.survey.query import query as ask

    show("survey.answer", ask(repo, output, sql, upstream), format_, json=json)


@contextmanager
def _engine(jobs: int, scheduler: str) -> Iterator[Engine | None]:
    """Who does the units; None for as many processes as pay."""
    from minekvm.analyses.survey.engines import Here, Pool

    if scheduler:
        from minekvm.adapters.cluster import Cluster
        from minekvm.analyses.survey.clustered import Clustered

        with Cluster(scheduler) as cluster:
            yield Clustered(cluster)
    elif jobs == 0:
        yield None
    else:
        yield Here() if jobs == 1 else Pool(jobs)
