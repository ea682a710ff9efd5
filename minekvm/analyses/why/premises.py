"""What a question takes for granted: that its names are here, and that what it says was so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.occurrences import occurrence
from minekvm.core.c.symbols import patterns
from minekvm.core.why.fit import fit, turned_round
from minekvm.core.why.model import entitled
from minekvm.core.why.occurrence import counted
from minekvm.core.why.ranking import Candidate
from minekvm.core.why.reading import Reading, is_path

_ASSERTED = ("moved", "renamed", "split", "merged")
_FIRST = 5  # candidates that may show the contrary
_NEARLY = 0.7  # how well something fits that may be what is meant


def absent(facts: Facts, reading: Reading) -> list[str]:
    """The names of a question that no version and no message has."""
    return [name for name in reading.symbols if not facts.is_known(name)]


def false_premise(
    facts: Facts, reading: Reading, candidates: Sequence[Candidate]
) -> list[str]:  # fmt: skip
    """What the question takes for granted and the code denies, in words.

    Only what can be seen: a caller whose versions never had the word; a name that still stands and
    never went.
    """
    return [
        *_never_together(facts, reading),
        *_still_there(facts, reading, candidates),
        *_never_so(facts, reading, candidates),
        *_begun_with(facts, reading),
        *_the_other_way(facts, reading, candidates),
    ]


def _the_other_way(
    facts: Facts, reading: Reading, candidates: Sequence[Candidate]
) -> Iterator[str]:  # fmt: skip
    """Where nothing fits, but what one of the first did fits the question turned round."""
    other = turned_round(reading)
    if other is None:
        return
    if any(c.fit is not None and c.in_time and c.fit.degree >= _NEARLY for c in candidates):
        return
    for candidate in (c for c in candidates[:_FIRST] if c.in_time):
        touched = facts.clone.index.touched(candidate.commit)
        found = occurrence(facts, other, candidate.commit, touched)
        if max((fit(other, what).degree for what in found), default=0.0) >= _NEARLY:
            about = facts.about(candidate.commit)
            yield f"it went the other way in {entitled(about)}"
            return


def _begun_with(facts: Facts, reading: Reading) -> Iterator[str]:
    """Something that is said to have been added, and stands in the history's first commit."""
    name = reading.subject
    if reading.verb != "added" or not name or reading.content or reading.of_calls:
        return
    if reading.scope or reading.source or len(reading.symbols) > 1:
        return
    files = facts.clone.history.trees.files_naming(
        patterns(name), facts.clone.history.commits.root(facts.rev)
    )
    if files and not facts.lineage_begins(name):
        yield f"{name} stands in {files[0]} in the first commit: this history begins with it"


def _never_so(
    facts: Facts, reading: Reading, candidates: Sequence[Candidate]
) -> Iterator[str]:  # fmt: skip
    """A change of a definition or of calls, named by its verb alone, that no commit made."""
    if reading.verb not in _ASSERTED or not reading.subject or reading.content:
        return
    if any(c.fit is not None and c.fit.degree >= _NEARLY for c in candidates):
        return
    if not facts.versions(reading.subject):
        return
    roles = (("before", reading.before), ("after", reading.after), ("to", reading.goal))
    beside = "".join(f" {word} {name}" for word, name in roles if name)
    yield f"no commit is seen to have {reading.verb} {reading.subject}{beside}"


def _never_together(facts: Facts, reading: Reading) -> Iterator[str]:
    """A function that never had what it is said to call, to use, or to have used."""
    word = reading.called or reading.subject
    places = (reading.subject if reading.called else "", reading.source, reading.scope)
    for place in dict.fromkeys(p for p in places if p and not is_path(p) and p != word):
        if not word:
            continue
        versions = facts.versions(place)
        if versions and not any(word in counted(text) for text in versions):
            yield f"no version of {place}() has {word}"
            return


def _still_there(
    facts: Facts, reading: Reading, candidates: Sequence[Candidate]
) -> Iterator[str]:  # fmt: skip
    """A definition that is said to be gone, and stands."""
    name = reading.subject
    if reading.verb not in ("removed", "renamed") or not name or reading.of_calls:
        return
    if reading.scope or reading.source or reading.content:
        return
    standing = facts.clone.history.standing([name], facts.rev)
    fits = any(c.fit is not None and c.fit.degree >= 0.7 for c in candidates)
    if standing and not fits:
        yield f"{name} still stands in {standing[0].path} and was never {reading.verb}"
