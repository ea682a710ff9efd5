"""What made a commit possible, read off the code alone.

By names: what the changed functions call now and did not call before was introduced by an earlier
commit. By regions: see `placed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minekvm.analyses.enabling import introduced
from minekvm.analyses.why.facts import Facts
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.why.model import Check, Claim, entitled
from minekvm.core.why.occurrence import Occurrence
from minekvm.core.why.statements import call, definition, line_of
from minekvm.core.why.words import names

_Pair = tuple[FunctionVersion | None, FunctionVersion | None]

_WIDE = 48  # source files from which only those in question are compared
_MOST_NAMES = 16  # fresh names whose beginning is looked for


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A name that a function came to call, and where."""

    name: str
    version: FunctionVersion
    line: int


def by_names(facts: Facts, occurrence: Occurrence) -> Iterator[Claim]:
    """The earlier commits that introduced what the changed functions call since."""
    if not facts.commit(occurrence.commit).parents:
        return
    told: dict[CommitId, list[tuple[_Fresh, FunctionVersion]]] = {}
    for fresh in list(_fresh(facts, occurrence))[:_MOST_NAMES]:
        begun = _introduced(facts, fresh, occurrence.commit)
        if begun is not None:
            commit, version = begun
            told.setdefault(commit, []).append((fresh, version))
    for commit, some in told.items():
        about = facts.about(commit)
        born = ", ".join(call(f.name) for f, _ in some)
        places = ", ".join(dict.fromkeys(v.path for _, v in some))
        where = call(some[0][0].version.name)
        later = f"a call that {occurrence.commit[:12]} added to {where}"
        text = f"{entitled(about)} introduced {born} ({places}): {later}"
        citations = [definition(commit, v) for _, v in some]
        for fresh, _ in some:
            citations += line_of(occurrence.commit, fresh.version, fresh.line)
        checks = [Check("ancestor", commit, before=None, after=True, commit=occurrence.commit)]
        for fresh, version in some:
            place = fresh.version
            checks += (
                Check("defines", version.name, version.path, before=False, after=True),
                Check(
                    "calls", fresh.name, place.path, place.name,
                    before=None, after=True, commit=occurrence.commit,
                ),
            )  # fmt: skip
        yield Claim("possible", commit, text, "observed", tuple(citations), tuple(checks))


def _fresh(facts: Facts, occurrence: Occurrence) -> Iterator[_Fresh]:
    """What the functions in question call since the commit, each name once.

    A function that is itself new calls many things that are no news: there, the message must name
    them.
    """
    moves = []
    if occurrence.symbol:
        moves = [m.shift for m in facts.calls_at(occurrence.symbol, [occurrence.commit])]
    sides = [*occurrence.sides, *((s.old, s.new) for s in moves)]
    news = list(dict.fromkeys(new for _, new in sides if new is not None))
    seen = {v.name for v in news} | _called_before(facts, occurrence, sides)
    spoken = names(facts.commit(occurrence.commit).message) | {s.by for s in moves}
    grown = {new for old, new in sides if old is not None}
    for new in news:
        for one in calls(flow(new.function.text).steps):
            told = new in grown or one.name in spoken
            if told and one.name not in seen and not one.indirect:
                seen.add(one.name)
                line = new.function.start_line + one.line
                yield _Fresh(one.name, new, line)


def _called_before(facts: Facts, occurrence: Occurrence, sides: Sequence[_Pair]) -> set[str]:
    """What the functions in question, and those they came from, called before the commit."""
    concerned = {v.name for pair in sides for v in pair if v is not None}
    olds = [old.function for old, _ in sides if old is not None]
    for parent in facts.commit(occurrence.commit).parents[:1]:
        files = facts.clone.history.changes.files(occurrence.commit, parent)
        if len(files) > _WIDE:
            paths = {v.path for pair in sides for v in pair if v is not None}
            files = [f for f in files if paths & {f.old_path, f.new_path}]
        pairs = facts.clone.history.changes.pairs(files)
        olds += [f for pair in pairs for f in pair.old if f.name in concerned]
    return {one.name for f in olds for one in calls(flow(f.text).steps)}


def _introduced(
    facts: Facts, fresh: _Fresh, by: CommitId
) -> tuple[CommitId, FunctionVersion] | None:
    """The commit before one that introduced the definition of a name, if that was news then."""
    older = facts.changing(fresh.name, before=by)
    found = introduced(facts.clone, fresh.name, fresh.version.path, by, older)
    if found is None or found[1].parameters:
        return None
    return found[0], found[1].version
