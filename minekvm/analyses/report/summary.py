"""What a section says in a sentence or two, with the places that show it. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from minekvm.core.callers import words as calls
from minekvm.core.callers.periods import CallHistory
from minekvm.core.kinds import EDITS
from minekvm.core.lineage import words
from minekvm.core.model import CommitId, Event, FunctionVersion, Kind, Told
from minekvm.core.phrases import count, plain
from minekvm.core.region.model import Answer as Region
from minekvm.core.relate.kinds import strength, verb
from minekvm.core.relate.relations import About, Relation
from minekvm.core.why.model import Citation, Claim, MessagePlace
from minekvm.core.why.statements import line_of

_STEPS = 4  # turns of a lineage in one sentence
_PLACES = 2  # definitions named there
_SMALL: frozenset[Kind] = EDITS | {"extracted", "inlined"}
_SAID = 2  # relations of a commit that the short answer takes


def of_lineage(told: Told) -> Iterator[Claim]:
    """How a symbol came to be where it is: its origin, its latest turns, and where it is now."""
    events, standing = told.lineage.events, told.lineage.definitions
    large = [e for e in reversed(events) if words.primary(e.change) not in _SMALL]
    turns = list({_step(e, told): e for e in large}.values())  # twins under #ifdef turn together
    shown = turns if len(turns) <= _STEPS else [turns[0], *turns[1 - _STEPS :]]
    citations = [c for e in shown for c in _shown_by(e)]
    citations += [c for v in standing[:_PLACES] for c in _first_line(told.lineage.rev, v)]
    if not citations:
        return
    steps = [_step(e, told) for e in reversed(shown)]
    if len(turns) > len(shown):
        steps.insert(-1, count(len(turns) - len(shown), "more turn"))
    if len(events) > len(large):
        steps.append(count(len(events) - len(large), "edit"))
    now = f"now in {_where(standing)}" if standing else "not defined any more"
    commit = events[0].commit if events else told.lineage.rev
    sentence = f"{told.lineage.symbol}, {now}: {'; '.join(steps)}"
    yield Claim("happened", commit, sentence, "observed", tuple(dict.fromkeys(citations)))


def of_calls(found: CallHistory, shown: Sequence[Citation]) -> Iterator[Claim]:
    """Who calls a symbol now, and how often that changed."""
    before = calls.past(found)
    said = plain(calls.headline(found)) + (f"; {before}" if before else "")
    if shown:
        commit = found.moves[0].commit if found.moves else found.rev
        yield Claim("happened", commit, said, "observed", tuple(shown))


def of_region(found: Region, shown: Mapping[CommitId, Sequence[Citation]]) -> Iterator[Claim]:
    """How the calls of a symbol stand to a region, and since when."""
    markers = f"{found.question.enter[0]}() and {found.question.exit[0]}()"
    for standing in found.placements:
        flip = next(iter(standing.flips), None)
        if flip is None or not shown.get(flip.commit):
            continue
        when = found.commits[flip.commit].authored[:10]
        said = f"{standing.what}() is {flip.after} between {markers} in {found.question.function}()"
        if flip.before == "unknown":
            said += f", called there first in {flip.commit[:12]} ({when})"
        else:
            said += f" since {flip.commit[:12]} ({when}); {flip.before} before"
        yield Claim("happened", flip.commit, said, "observed", tuple(shown[flip.commit]))


def of_relations(
    commit: CommitId, relations: Sequence[Relation], commits: Mapping[CommitId, About]
) -> Iterator[Claim]:
    """What is said of a commit, and by it, that the commits themselves put into words."""
    said = [r for r in relations if r.citation is not None and r.here and r.kind != "same-series"]
    for relation in sorted(said, key=strength)[:_SAID]:
        assert relation.citation is not None
        cited = relation.citation
        place = MessagePlace(cited.first, cited.last)
        sentence = f"{_titled(commit, commits)} {verb(relation)} {_titled(relation.other, commits)}"
        quoted = Citation(cited.commit, place, cited.quote)
        yield Claim("followed", commit, sentence, "stated", (quoted,))


def _where(standing: Sequence[FunctionVersion]) -> str:
    """Where it is defined: each file with its lines, the first files by name."""
    lines: dict[str, list[str]] = {}
    for version in standing:
        lines.setdefault(version.path, []).append(str(version.function.start_line))
    files = [f"{path}:{','.join(at)}" for path, at in lines.items()]
    count = len(files) - _PLACES
    more = f" and {count} more file{'s' * (count > 1)}" if count > 0 else ""
    return f"{', '.join(files[:_PLACES])}{more}"


def _step(event: Event, told: Told) -> str:
    kind, details = words.happened(event.change)
    new = event.change.new
    said = " ".join(filter(None, (kind, plain(details))))
    if kind == "moved" and new is not None:
        said = f"moved to {new.path}"
    if words.begins(event.change) and new is not None:
        there = any(v.path == new.path for v in told.lineage.definitions)
        said = f"{'there' if there else f'in {new.path}'} since the history begins"
    return f"{said} ({event.commit[:12]}, {told.commits[event.commit].authored[:10]})"


def _shown_by(event: Event) -> Iterator[Citation]:
    """The first line of what an event left behind, or of what it ended, in the parent."""
    change = event.change
    if change.new is not None:
        yield from _first_line(event.commit, change.new)
    elif change.old is not None and event.parent is not None:
        yield from _first_line(event.parent, change.old)


def _first_line(commit: CommitId, version: FunctionVersion) -> Iterator[Citation]:
    return line_of(commit, version, version.function.start_line)


def _titled(commit: CommitId, commits: Mapping[CommitId, About]) -> str:
    about = commits.get(commit)
    return f'{commit[:12]} ("{about.subject}")' if about else commit[:12]
