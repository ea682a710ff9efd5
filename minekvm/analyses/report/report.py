"""Verb 3, `report`: a clone and a story -> one value, from which every rendering is made.

Readable top to bottom, no printing. The same clone, story and version give the same report: it
has no clock and no path of this machine in it, and what has no order of its own is sorted.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from minekvm.adapters.git import shadow
from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.analyses.report import commits_named, relations, summary
from minekvm.analyses.report.answers import answers
from minekvm.analyses.report.callers import callers
from minekvm.analyses.report.commits import commits
from minekvm.analyses.report.lineages import lineages
from minekvm.analyses.report.parts import Ground, Part
from minekvm.analyses.report.regions import regions
from minekvm.analyses.report.steps import counted
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId
from minekvm.core.relate.relations import About, Relation
from minekvm.core.report import commit_urls as web
from minekvm.core.report.event_ids import identified
from minekvm.core.report.merge_orders import woven
from minekvm.core.report.model import Named, Query, Report, ReportEvent, Reproduce, Source
from minekvm.core.report.story import Story
from minekvm.core.why.model import Claim
from minekvm.version import __version__

_CLAIMS = 8  # of the short answer
_STEPS = 6  # questions, regions, lineages, callers, what ties them, the commits themselves


@dataclass(frozen=True, slots=True)
class Request:
    """What `report` was asked: a story, the text it was read from, and where it is told.

    `file` is the query file's name, `web` a template for addresses of commits instead of the one
    that the clone's remote suggests, `name` what to call the clone, `command` how to ask again.
    """

    story: Story
    file: str
    text: str
    rev: str = "HEAD"
    web: str | None = None
    name: str | None = None
    command: str = ""


def report(clone: Clone, request: Request) -> Report:
    """The story told of a clone. What the clone lacks of it is in `missing`.

    The clone is one that was opened with the story's scope.
    """
    with counted(clone, _STEPS) as begin:
        return _report(clone, request, begin)


def _report(clone: Clone, request: Request, begin: Callable[[], None]) -> Report:
    """`begin` is called where each of the steps begins."""
    story = request.story
    rev = clone.resolve_indexed(request.rev)
    touching = SameFunctionChanges(clone)
    ground = Ground(clone, story, rev, request.rev, touching)
    begin()
    answered = answers(ground)
    begin()
    bounded = regions(ground)
    begin()
    followed = lineages(ground)
    begin()
    called = callers(ground)
    # In the order in which the short answer is taken.
    parts: tuple[Part[object], ...] = (answered, bounded, followed, called)
    known, missing = commits_named.find(ground)
    asked = list(dict.fromkeys(n.commit for n in known))
    orders = [order for part in parts for order in part.orders]
    inside = _newest_first(clone, [*orders, *([c] for c in asked)])
    begin()
    clone.progress("looking for what ties the commits to one another")
    spoken = relations.spoken(clone.index, touching, inside, asked)
    edges = relations.edges(spoken, asked, inside)
    ends = dict.fromkeys(c for e in edges for c in (e.source, e.target))
    every = _newest_first(clone, [inside, *([c] for c in ends)])
    linked = {*ends, *asked}
    remote = web.public(clone.location.origin)
    view = request.web or web.view(remote)
    symbols = {s.name for s in story.symbols} | set(story.callers)
    begin()
    return Report(
        version=__version__,
        title=story.title,
        query=_query(request, known),
        clone=Source(
            request.name or web.name(remote, shadow.folder(clone.location)),
            remote,
            rev,
            request.rev,
            clone.history.commits.count(rev),
            view,
        ),
        answer=_short(parts, asked, spoken, clone.index.summaries(every)),
        answers=answered.found,
        regions=bounded.found,
        lineages=followed.found,
        callers=called.found,
        nodes=tuple(c for c in [*every, *sorted(ends.keys() - set(every))] if c in linked),
        edges=tuple(edges),
        commits=commits(clone, every, [c for part in parts for c in part.changes], symbols, view),
        events=_events([event for part in parts for event in part.events], every),
        missing=tuple(dict.fromkeys([*(m for part in parts for m in part.missing), *missing])),
        gaps=tuple(dict.fromkeys([*clone.history.gaps, *touching.gaps])),
        reproduce=_reproduce(ground, request),
        notice=clone.notice,
    )


def _short(
    parts: Iterable[Part[object]],
    asked: Sequence[CommitId],
    spoken: Mapping[CommitId, Sequence[Relation]],
    summaries: Mapping[CommitId, About],
) -> tuple[Claim, ...]:
    """The short answer: what the parts claim, then what the named commits are said to be."""
    claims = [claim for part in parts for claim in part.claims]
    told = [c for commit in asked for c in summary.of_relations(commit, spoken[commit], summaries)]
    claims += {c.citations: c for c in reversed(told)}.values()  # both ends say the same
    return tuple(dict.fromkeys(claims))[:_CLAIMS]


def _newest_first(clone: Clone, orders: Iterable[Sequence[CommitId]]) -> list[CommitId]:
    """The commits of several orders in one, without those that this clone has not got."""
    orders = list(orders)
    summaries = clone.index.summaries(dict.fromkeys(c for order in orders for c in order))
    here = [[c for c in order if c in summaries] for order in orders]
    return woven(here, key=lambda c: (-summaries[c].committed, c))


def _query(request: Request, known: Sequence[Named]) -> Query:
    story = request.story
    return Query(
        request.file,
        request.text,
        tuple(s.name for s in story.symbols),
        story.callers,
        story.scope,
        story.questions,
        story.commits,
        tuple(known),
        story.notes,
    )


def _events(events: Sequence[ReportEvent], order: Sequence[CommitId]) -> tuple[ReportEvent, ...]:
    """Every event, newest first, each with an address."""
    place = {c: n for n, c in enumerate(order)}
    return identified(
        sorted((e for e in events if e.commit in place), key=lambda e: place[e.commit])
    )


def _reproduce(ground: Ground, request: Request) -> Reproduce:
    root = ground.clone.history.commits.root(ground.rev)
    words = ["minekvm", "report", request.file, "--repo", "CLONE"]
    words += ["--rev", request.rev] if request.rev != "HEAD" else []
    words += ["--web", request.web] if request.web else []
    command = request.command or shlex.join(words)
    return Reproduce(f"{root}..{ground.rev}", __version__, (command,))
