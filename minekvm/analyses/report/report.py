"""Verb 3, `report`: a clone and a story -> one document, from which every rendering is made.

Readable top to bottom, no printing. The same clone, story and version give the same document: it
has no clock and no path of this machine in it, and what has no order of its own is sorted.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from minekvm.adapters.git import shadow
from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.analyses.report import commits, relations
from minekvm.analyses.report import commits_named as named
from minekvm.analyses.report import summary as gist
from minekvm.analyses.report.answers import answers
from minekvm.analyses.report.callers import ledger
from minekvm.analyses.report.commits_named import Named
from minekvm.analyses.report.lineages import lineages
from minekvm.analyses.report.parts import Drawn, Ground, Missing, Part, Section
from minekvm.analyses.report.regions import regions
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId, Gap
from minekvm.core.report import commit_urls as web
from minekvm.core.report.merge_orders import woven
from minekvm.core.report.story import Story
from minekvm.render.json.rows import claim_row, gap_row
from minekvm.version import __version__

SCHEMA = "minekvm.report/1"
_CLAIMS = 8  # of the short answer

# What the document holds under which key, in the order in which the short answer is taken.
SECTIONS: dict[str, Section] = {
    "answers": answers,
    "regions": regions,
    "lineages": lineages,
    "ledger": ledger,
}


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


def report(clone: Clone, request: Request) -> dict[str, Any]:
    """The document of a story on a clone. What the clone lacks of the story is in `missing`.

    The clone is one that was opened with the story's scope.
    """
    rev = clone.resolve_indexed(request.rev)
    touching = SameFunctionChanges(clone.index, clone.history)
    ground = Ground(clone, request.story, rev, request.rev, touching)
    parts = {key: section(ground) for key, section in SECTIONS.items()}
    known, missing = named.find(ground)
    return _assembled(ground, request, parts, known, missing)


def _assembled(
    ground: Ground,
    request: Request,
    parts: dict[str, Part],
    known: Sequence[Named],
    missing: Sequence[Missing],
) -> dict[str, Any]:
    clone, story = ground.clone, ground.story
    asked = list(dict.fromkeys(n.commit for n in known))
    orders = [order for part in parts.values() for order in part.orders]
    inside = _newest_first(clone, [*orders, *([c] for c in asked)])
    clone.progress("looking for what ties the commits to one another")
    spoken = relations.spoken(clone.index, ground.touching, inside, asked)
    edges = relations.edges(spoken, asked, inside)
    ends = dict.fromkeys(c for e in edges for c in (e.source, e.target))
    every = _newest_first(clone, [inside, *([c] for c in ends)])
    linked = {*ends, *asked}
    summaries = clone.index.summaries(every)
    claims = [claim for part in parts.values() for claim in part.claims]
    said = [c for commit in asked for c in gist.of_relations(commit, spoken[commit], summaries)]
    claims += {c.citations: c for c in reversed(said)}.values()  # both ends say the same
    remote, view = _remote(clone, request.web)
    changes = [change for part in parts.values() for change in part.changes]
    symbols = {s.name for s in story.symbols} | set(story.callers)
    told = commits.rows(clone, every, changes, symbols, view)
    drawn = [d for part in parts.values() for d in part.drawn]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "title": story.title,
        "query": _query(request, known),
        "clone": _clone(ground, request, remote, view),
        "answer": [claim_row(c) for c in dict.fromkeys(claims)][:_CLAIMS],
        **{key: list(part.rows) for key, part in parts.items()},
        "relations": {
            "nodes": [c for c in [*every, *sorted(ends.keys() - set(every))] if c in linked],
            "edges": [e.row() for e in edges],
        },
        "commits": told,
        "events": _events(drawn, every),
        "missing": [{"what": m.what, "why": m.why} for m in _all_missing(parts, missing)],
        "gaps": [gap_row(g) for g in _gaps(ground)],
        "reproduce": _reproduce(ground, request),
    }


def _newest_first(clone: Clone, orders: Iterable[Sequence[CommitId]]) -> list[CommitId]:
    """The commits of several orders in one, without those that this clone has not got."""
    orders = list(orders)
    summaries = clone.index.summaries(dict.fromkeys(c for order in orders for c in order))
    here = [[c for c in order if c in summaries] for order in orders]
    return woven(here, key=lambda c: (-summaries[c].committed, c))


def _query(request: Request, known: Sequence[Named]) -> dict[str, Any]:
    story = request.story
    return {
        "file": request.file,
        "text": request.text,
        "symbols": [s.name for s in story.symbols],
        "callers": list(story.callers),
        "scope": list(story.scope),
        "questions": list(story.questions),
        "commits": list(story.commits),
        "named": [{"written": n.written, "commit": n.commit, "how": n.how} for n in known],
        "notes": list(story.notes),
    }


def _remote(clone: Clone, template: str | None) -> tuple[str | None, str | None]:
    """The clone's remote, fit to be shown, and where its commits can be looked at."""
    remote = web.public(clone.location.origin)
    return remote, template or web.view(remote)


def _clone(
    ground: Ground, request: Request, remote: str | None, view: str | None
) -> dict[str, Any]:
    clone = ground.clone
    return {
        "name": request.name or web.name(remote, shadow.folder(clone.location)),
        "remote": remote,
        "head": ground.rev,
        "rev": request.rev,
        "commits": clone.history.count(ground.rev),
        "web": view,
    }


def _events(drawn: Sequence[Drawn], order: Sequence[CommitId]) -> list[dict[str, Any]]:
    """Every drawn event, newest first, numbered in that order."""
    place = {c: n for n, c in enumerate(order)}
    known = sorted((d for d in drawn if d.commit in place), key=lambda d: place[d.commit])
    return [
        {
            "id": f"e{number}",
            "commit": d.commit,
            "kinds": list(d.kinds),
            "section": d.section,
            "of": d.of,
            "symbol": d.symbol,
            "path": d.path,
            "text": d.text,
        }
        for number, d in enumerate(known, 1)
    ]


def _all_missing(parts: dict[str, Part], more: Sequence[Missing]) -> list[Missing]:
    return list(dict.fromkeys([*(m for part in parts.values() for m in part.missing), *more]))


def _gaps(ground: Ground) -> list[Gap]:
    return list(dict.fromkeys([*ground.clone.history.gaps, *ground.touching.gaps]))


def _reproduce(ground: Ground, request: Request) -> dict[str, Any]:
    root = ground.clone.history.root(ground.rev)
    words = ["minekvm", "report", request.file, "--repo", "CLONE"]
    words += ["--rev", request.rev] if request.rev != "HEAD" else []
    words += ["--web", request.web] if request.web else []
    return {
        "range": f"{root}..{ground.rev}",
        "version": __version__,
        "commands": [request.command or shlex.join(words)],
    }
