"""Verb 2, for lines: a symbol, a file or lines of one -> who wrote each, and the way it took."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from minekvm.adapters.git.committers import parse_origin
from minekvm.adapters.git.objects import Missing
from minekvm.analyses.blame.targets import Target, targets
from minekvm.clone.clone import Clone
from minekvm.core.blame.ignored import IGNORE_FILE, listed
from minekvm.core.blame.lines import token_places
from minekvm.core.blame.model import Blame, Line, LookedThrough, Origin, Reason, Step, Token
from minekvm.core.model import CommitId

if TYPE_CHECKING:
    from minekvm.core.blame.descent import Marks


@dataclass(frozen=True, slots=True)
class Question:
    """What `blame` was asked: see `targets`; with `tokens` of each token, with `why` the reasons,
    with `origins` who committed. `moves` is for those who show the answer."""

    asked: str
    path: str | None = None
    rev: str = "HEAD"
    tokens: bool = False
    why: bool = False
    moves: bool = False
    origins: bool = False


def blame(clone: Clone, question: Question) -> Blame:
    """Who wrote each line that was asked for. Raises UnknownSymbol, UnknownCommit, MinekvmError."""
    rev = clone.resolve(question.rev)
    clone.progress(f"looking for {question.asked}")
    wanted = targets(clone, question.asked, question.path, rev, question.rev)
    ignored = _ignored(clone, rev)
    lines: list[Line] = []
    through: dict[CommitId, LookedThrough] = {}
    previous: dict[tuple[CommitId, str], tuple[CommitId, str]] = {}
    begins: set[CommitId] = set()
    for target in wanted:
        found = _Blamed(clone, rev, ignored, target).lines(previous, through, begins)
        if question.tokens:
            found = _with_tokens(clone, rev, ignored, target, found)
        lines += found
    named = dict.fromkeys(step.commit for line in lines for step in line.way)
    named |= dict.fromkeys(token.commit for line in lines for token in line.tokens)
    commits = {c: clone.history.commit(c) for c in named}
    writers = list(dict.fromkeys(line.commit for line in lines))
    return Blame(
        question.asked,
        rev,
        tuple(lines),
        commits,
        _origins(clone, writers) if question.origins else {},
        {c: r for c in writers if (r := _reason(commits[c].message))} if question.why else {},
        tuple(through.values()),
        frozenset(begins.intersection(named)),
        previous,
        tuple(clone.history.gaps),
        question.moves,
    )


def _ignored(clone: Clone, rev: CommitId) -> frozenset[str]:
    """The commits that the revision's own list has git look through; nothing else of it is read."""
    blob = clone.repository.blob(rev, IGNORE_FILE)
    if blob is None:
        return frozenset()
    ((_, content),) = clone.history.blobs.sources({blob: IGNORE_FILE})
    return listed((content or b"").decode("utf-8", "replace"))


class _Blamed:
    """The answers for the lines of one target, remembered by segment."""

    def __init__(
        self, clone: Clone, rev: CommitId, ignored: frozenset[str], target: Target
    ) -> None:
        self._clone, self._rev, self._target = clone, rev, target
        self._ignored = ignored

    def lines(
        self,
        previous: dict[tuple[CommitId, str], tuple[CommitId, str]],
        through: dict[CommitId, LookedThrough],
        begins: set[CommitId],
    ) -> list[Line]:
        """Each line with its writer; what else was found is added to what is given."""
        target = self._target
        asked = range(target.first, target.last + 1)
        segments = dict.fromkeys(target.segments[line] for line in asked)
        words = self._clone.history.answers.remembered(
            ["blame", self._rev, target.path, target.blob, *map(str, segments), str(self._sides)],
            lambda: self._read(segments),
        )
        rows = json.loads(words[0])
        begins.update(rows["begins"])
        for commit, why in rows["through"]:
            through[commit] = LookedThrough(commit, why)
        for commit, path, *before in rows["previous"]:
            previous[commit, path] = before[0], before[1]
        ways = [tuple(Step(*step) for step in way) for way in rows["ways"]]
        return [
            Line(target.path, line, _shown(target.text[line - 1]), commit, path, old, ways[way])
            for line, commit, path, old, way in rows["lines"]
            if target.first <= line <= target.last
        ]

    @property
    def _sides(self) -> bool:
        return self._clone.repository.every_side

    def _read(self, segments: Iterable[int]) -> Sequence[str]:
        """The rows for whole segments, as JSON."""
        from minekvm.analyses.blame.carrying import Carrying  # what is known needs none of it

        wanted = set(segments)
        asked = [line for line, segment in self._target.segments.items() if segment in wanted]
        carrying = Carrying(self._clone, self._rev, self._ignored)
        for segment in sorted(wanted):
            marks: Marks = {
                (line, -1): [line] for line in asked if self._target.segments[line] == segment
            }
            carrying.carry(self._target.path, marks)
        carrying.run()
        ways: dict[tuple[Step, ...], int] = {}
        lines, previous = [], {}
        for line in asked:
            written = carrying.written[line]
            way = ways.setdefault(carrying.way(line), len(ways))
            lines.append((line, written.commit, written.path, written.line, way))
            if written.previous is not None:
                previous[written.commit, written.path] = written.previous
        through = [(t.commit, t.why) for t in carrying.looked_through.values()]
        rows = {
            "lines": lines,
            "ways": list(ways),
            "through": through,
            "begins": sorted(carrying.begins),
            "previous": [(*key, *value) for key, value in previous.items()],
        }
        return [json.dumps(rows)]


def _with_tokens(
    clone: Clone, rev: CommitId, ignored: frozenset[str], target: Target, lines: Sequence[Line]
) -> list[Line]:
    """The same lines, each token with its own writer."""
    from minekvm.analyses.blame.carrying import Carrying

    carrying = Carrying(clone, rev, ignored)
    places = {line.line: token_places(target.text[line.line - 1]) for line in lines}
    numbers: dict[tuple[int, int], int] = {}
    by_segment: dict[int, Marks] = {}
    for line, tokens in places.items():
        for n in range(len(tokens)):
            numbers[line, n] = len(numbers)
            marks = by_segment.setdefault(target.segments[line], {})
            marks[line, n] = [numbers[line, n]]
    for marks in by_segment.values():
        carrying.carry(target.path, marks)
    carrying.run()

    def tokens_of(line: int) -> tuple[Token, ...]:
        return tuple(
            Token(column, _shown(text), carrying.written[numbers[line, n]].commit)
            for n, (column, text) in enumerate(places[line])
        )

    return [replace(line, tokens=tokens_of(line.line)) for line in lines]


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _reason(message: str) -> Reason | None:
    """The sentence that says why, or else what the message begins with."""
    from minekvm.core.why.reason_signs import Sought
    from minekvm.core.why.reasons import opening, reasons

    best = next((r.sentence for r in reasons(message, Sought(), 1)), None) or opening(message)
    return None if best is None else Reason(best.text, best.first, best.last)


def _origins(clone: Clone, commits: Sequence[CommitId]) -> dict[CommitId, Origin]:
    """Who committed; and whether the history ends there."""
    found = {}
    for commit, raw in zip(commits, clone.repository.objects.read_many(commits), strict=True):
        if not isinstance(raw, Missing):
            ends = not clone.history.commit(commit).parents
            found[commit] = replace(parse_origin(raw), boundary=ends)
    return found
