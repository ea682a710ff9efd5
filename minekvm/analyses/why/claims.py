"""The claims about one commit that answers a question, and about what came after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from minekvm.analyses.why.by_names import by_names
from minekvm.analyses.why.by_regions import by_places
from minekvm.analyses.why.checked import holding, sound
from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.put_there import put_there
from minekvm.analyses.why.reviews import discussed
from minekvm.analyses.why.stated import sought, stated
from minekvm.core.model import CommitId
from minekvm.core.why.candidate import Weighed
from minekvm.core.why.fit import fit
from minekvm.core.why.model import Check, Citation, Claim, FilePlace, MessagePlace, entitled
from minekvm.core.why.occurrence import Occurrence, undoes
from minekvm.core.why.reading import Reading
from minekvm.core.why.sentences import subject
from minekvm.core.why.statements import line_of
from minekvm.core.why.verbs import Verb
from minekvm.core.why.wording import spoken, told

_MOVES: tuple[Verb, ...] = ("moved", "ordered")
_SHOWN = 3  # citations of what happened in one commit
_FOLLOWED = 1  # later commits told that fix or revert it


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one commit: its claims, what they rest on, and what it did in words."""

    claims: tuple[Claim, ...]
    enabling: tuple[CommitId, ...]
    did: str


def told_of(facts: Facts, reading: Reading, weighed: Weighed, occurrence: Occurrence) -> Told:
    """The claims about one commit: what it did, why, what made it possible, what followed."""
    did, first = _did(facts, occurrence)
    wanted = sought(reading, weighed, occurrence)
    said = stated(facts, occurrence, wanted)
    claims = [first, *said.claims, *discussed(facts, occurrence, wanted)]
    undone = list(_undone(facts, reading, occurrence)) if reading.back else []
    if reading.verb in _MOVES and not undone:  # what is taken back is told of as such
        claims += put_there(facts, occurrence, wanted)
    enabling: list[Claim] = []
    if reading.possible or reading.back or facts.ignore_citations:
        enabling += by_places(facts, occurrence, asked=True)
        known = {claim.commit for claim in enabling}
        enabling += (c for c in by_names(facts, occurrence) if c.commit not in known)
    claims += enabling
    claims += [claim for _, claim in undone]
    claims += _followed(facts, occurrence)
    rests = [c.commit for c in enabling] + [commit for commit, _ in undone]
    if reading.possible or reading.back:
        rests += said.named
    return Told(tuple(sound(facts, claims)), tuple(dict.fromkeys(rests)), did)


def _did(facts: Facts, occurrence: Occurrence) -> tuple[str, Claim]:
    """What one commit did: read off the code, or its subject where no function changed."""
    commit = facts.commit(occurrence.commit)
    head = f"{commit.id[:12]} ({commit.authored[:10]}, {commit.author})"
    statements = holding(facts, commit.id, told(occurrence, commit.parents))
    cited = [c for s in statements for c in s.citations] or [*_in_files(facts, occurrence)]
    shown = tuple(dict.fromkeys(cited))[:_SHOWN]
    if statements and shown:
        text, first = spoken(statements), spoken(statements, 1)
        checks = tuple(check for s in statements for check in s.checks)
        return first, Claim("happened", commit.id, f"{head} {text}", "observed", shown, checks)
    title = subject(commit.message)
    place = MessagePlace(title.first, title.last)
    text = f"made the change \u201c{title.text}\u201d"
    citation = Citation(commit.id, place, title.quote or commit.id)
    return text, Claim("happened", commit.id, f"{head} {text}", "stated", (citation,))


def _in_files(facts: Facts, occurrence: Occurrence) -> Iterator[Citation]:
    """The first lines of files that show a use outside of functions: since, or else before."""
    parents = facts.commit(occurrence.commit).parents
    for use in (u for u in occurrence.uses if u.old is None and u.new is None):
        side = occurrence.commit if use.after else next(iter(parents), None)
        line = facts.line_with(side, use.path, use.word) if side is not None else None
        if line is not None and side is not None:
            number, quote = line
            yield Citation(side, FilePlace(use.path, number, number), quote)


def _undone(
    facts: Facts, reading: Reading, occurrence: Occurrence
) -> Iterator[tuple[CommitId, Claim]]:
    """The earlier move that is taken back, and what says so."""
    limit = facts.commit(occurrence.commit).committed
    for move in facts.calls(occurrence.symbol):
        other = move.shift
        if facts.commit(move.commit).committed >= limit or move.commit == occurrence.commit:
            continue
        if other.came is None or not any(undoes(mine, other) for mine in occurrence.shifts):
            continue
        assert other.new is not None
        about = facts.about(move.commit)
        earlier = fit(reading, Occurrence(move.commit, occurrence.symbol, (), (other,))).what
        statements = holding(facts, move.commit, told(earlier))
        checks = tuple(replace(c, commit=move.commit) for s in statements for c in s.checks)
        checks += (Check("ancestor", move.commit, before=None, after=True),)
        if not statements:
            continue
        text = f"that takes back {entitled(about)}, which {spoken(statements)}"
        shown = tuple(line_of(move.commit, other.new, other.came.line))
        if shown:
            yield move.commit, Claim("happened", occurrence.commit, text, "observed", shown, checks)
            return


def _followed(facts: Facts, occurrence: Occurrence) -> Iterator[Claim]:
    """The commits up to the revision that say they fix or revert it."""
    seen: set[CommitId] = set()
    for relation in facts.answered(occurrence.commit):
        if relation.citation is None or relation.other in seen or len(seen) == _FOLLOWED:
            continue
        seen.add(relation.other)
        about = facts.about(relation.other)
        verb = "fixed" if relation.kind == "fixes" else "reverted"
        text = f"{entitled(about)} {verb} {occurrence.commit[:12]}"
        words = relation.citation
        citation = Citation(words.commit, MessagePlace(words.first, words.last), words.quote)
        names = Check("names", occurrence.commit, before=None, after=True, other=relation.kind)
        later = Check("ancestor", occurrence.commit, before=None, after=True)
        yield Claim("followed", relation.other, text, "stated", (citation,), (names, later))


def evidence(claims: Sequence[Claim]) -> Iterator[CommitId]:
    """Every commit that some claims speak of or cite."""
    for claim in claims:
        yield claim.commit
        yield from (citation.commit for citation in claim.citations)
