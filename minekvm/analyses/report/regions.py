"""The regions of a story: what lies between markers at every commit that changes it."""

from __future__ import annotations

from collections.abc import Iterator

from minekvm.analyses.region.region import region
from minekvm.analyses.report import summary as gist
from minekvm.analyses.report.parts import Ground, Part, reason
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.phrases import plain
from minekvm.core.region import words
from minekvm.core.region.model import DEPTH, Answer, Change, Question
from minekvm.core.report.model import Missing, ReportEvent
from minekvm.core.report.story import Bounds
from minekvm.core.why.model import Citation
from minekvm.core.why.statements import line_of
from minekvm.errors import MinekvmError

_NAMED = 8  # calls that came or left with one commit, by name
_CITED = 2  # markers cited for one commit


def regions(ground: Ground) -> Part[Answer]:
    """The story of each region; one whose markers never stood here is missing."""
    found: list[Answer] = []
    missing: list[Missing] = []
    for asked in ground.story.regions:
        try:
            question = _question(ground, asked)
            found.append(region(ground.clone, question))
        except MinekvmError as error:
            between = f"{asked.enter[0]} and {asked.exit[0]}"
            missing.append(Missing(f"region between {between}", reason(error)))
    return Part(
        found=tuple(found),
        events=[d for n, f in enumerate(found) for d in _events(n, f)],
        orders=[[c.commit for c in f.changes] for f in found],
        claims=[c for f in found for c in gist.of_region(f, _shown(ground, f))],
        missing=missing,
    )


def _question(ground: Ground, asked: Bounds) -> Question:
    return Question(
        enter=asked.enter,
        exit=asked.exit,
        function=asked.function,
        path=asked.path,
        depth=DEPTH if asked.depth is None else asked.depth,
        where=asked.where,
        rev=ground.asked,
        scope=ground.story.scope,
    )


def _events(number: int, found: Answer) -> Iterator[ReportEvent]:
    """What each commit did to the region, and to how the symbols asked for stand to it."""
    function = found.question.function
    for change in found.changes:
        said = [
            f"{table}: " * bool(table) + plain(words.sentence(each, _NAMED))
            for table, each in words.done(change)
        ]
        verdict = words.verdict(change)
        path = change.regions[0].path if change.regions else found.question.path or ""
        told = f"{verdict}: {'; '.join(said)}" if said else verdict
        yield ReportEvent("", change.commit, (verdict,), "region", number, function, path, told)
    top = found.now[0].path if found.now else found.question.path or ""
    for standing in found.placements:
        for flip in standing.flips:
            told = f"{standing.what}() {words.standing(standing, flip.after)}, {flip.before} before"
            what = str(standing.what)
            yield ReportEvent("", flip.commit, (flip.after,), "region", number, what, top, told)


def _shown(ground: Ground, found: Answer) -> dict[CommitId, list[Citation]]:
    """Lines of the markers as the commits left them at which a placement turned."""
    turned = {s.flips[0].commit for s in found.placements if s.flips}
    changes = {c.commit: c for c in found.changes}
    return {c: list(_markers(ground, changes[c])) for c in turned & changes.keys()}


def _markers(ground: Ground, change: Change) -> Iterator[Citation]:
    history = ground.clone.history
    marks = dict.fromkeys((m.path, m.line) for r in change.regions for m in r.markers)
    for path, line in list(marks)[:_CITED]:
        for function in history.trees.functions_at(change.commit, path):
            if function.start_line <= line <= function.end_line:
                yield from line_of(change.commit, FunctionVersion(path, function), line)
