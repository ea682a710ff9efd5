"""What a question takes for granted: that its names are here, and that what it says was so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.occurrences import occurrence
from minekvm.core.c.symbols import patterns
from minekvm.core.kinds import BEGINS
from minekvm.core.model import CommitId, FunctionVersion
from minekvm.core.why.candidate import Candidate, Weighed
from minekvm.core.why.fit import fit, turned_round
from minekvm.core.why.model import entitled
from minekvm.core.why.occurrence import counted, in_order
from minekvm.core.why.ranking import Way
from minekvm.core.why.reading import Reading, is_path
from minekvm.core.why.verbs import ROWS
from minekvm.core.why.words import stem

_OF_DEFINITIONS = ("split", "merged", "renamed")  # of which one need not use the other
_ASSERTED = ("moved", "renamed", "split", "merged")
_LIKELY = 0.4  # of the best one's chance, from which on one may (hand-set)
_WHOLLY = 0.9  # of what is asked, anywhere (hand-set)
_FIRST = 5  # candidates that may show the contrary
_CONTRARY = 0.6  # of what is asked, in the blocks named (hand-set; no labelled answer has over 0.2)
_BECAME = re.compile(
    r"\b(?:into|became|become|becomes|made)\s+an?\s+(?:[\w-]+\s+)?(?P<kind>macro|function)\b", re.I
)
_HIDDEN = frozenset(("static", "private", "local"))
_SHOWN = frozenset(("public", "global", "export", "exported", "exports", "extern", "visible"))
_FEW = 60  # commits that changed lines with a name, of which all calls are looked at
_NEARLY = 0.7  # how well something fits that may be what is meant


def absent(facts: Facts, reading: Reading) -> list[str]:
    """The names of a question that no version and no message has."""
    return [n for n in reading.symbols if not facts.is_known(n) and not _is_plural(facts, n)]


def _is_plural(facts: Facts, name: str) -> bool:
    """Whether a name is the plural of one that is here: "whole screen_cells"."""
    return name.endswith("s") and facts.is_known(name[:-1])


def false_premise(
    facts: Facts, reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> list[str]:  # fmt: skip
    """What the question takes for granted and the code denies, in words.

    Only what can be seen: a caller whose versions never had the word; a name that still stands and
    never went.
    """
    return [
        *_never_together(facts, reading, candidates),
        *_other_visibility(facts, reading),
        *_never_ended(facts, reading),
        *_other_order(facts, reading),
        *_still_there(facts, reading, candidates),
        *_both_stand(facts, reading),
        *_other_kind(facts, reading),
        *_never_so(facts, reading, candidates),
        *_begun_with(facts, reading),
        *_unchanged(facts, reading),
        *(
            _the_other_way(facts, reading, candidates)
            or _against(facts, reading, weighed, candidates)
        ),
    ]


def _against(
    facts: Facts, reading: Reading, weighed: Weighed, candidates: Sequence[Candidate]
) -> Iterator[str]:  # fmt: skip
    """Where one that is likely did the contrary of it all, and none that is as likely did it.

    In the blocks that are named; or anywhere, where one thing is said to have become another.
    """
    both = {1, -1} <= set(reading.signs.values())
    likely = [c for c in candidates[:_FIRST] if c.chance >= _LIKELY * candidates[0].chance]
    ways = [
        (Way.of(reading, weighed, c, "part"), Way.of(reading, weighed, c, signed=both))
        for c in likely
    ]
    if reading.back and not both:
        return
    if any(part.toward > 1 - _CONTRARY or (both and whole.toward) for part, whole in ways):
        return
    for candidate, (part, whole) in zip(likely, ways, strict=True):
        if part.against >= _CONTRARY or (both and whole.against >= _WHOLLY):
            yield f"it went the other way in {entitled(facts.about(candidate.commit))}"
            return


def _the_other_way(
    facts: Facts, reading: Reading, candidates: Sequence[Candidate]
) -> list[str]:  # fmt: skip
    """Where nothing fits, but what one of the first did fits the question turned round."""
    other = turned_round(reading)
    if other is None:
        return []
    if any(c.fit is not None and c.in_time and c.fit.degree >= _NEARLY for c in candidates):
        return []
    for candidate in (c for c in candidates[:_FIRST] if c.in_time):
        touched = facts.touched(candidate.commit)
        found = occurrence(facts, other, candidate.commit, touched)
        if max((fit(other, what).degree for what in found), default=0.0) >= _NEARLY:
            return [f"it went the other way in {entitled(facts.about(candidate.commit))}"]
    return []


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


def _unchanged(facts: Facts, reading: Reading) -> Iterator[str]:
    """A function that is said to have changed, and stands as it did when history began."""
    name = reading.subject
    plain = not (reading.content or reading.paths or reading.times or reading.of_calls)
    if reading.verb != "changed" or not plain or reading.symbols != (name,):
        return
    events = facts.lineage(name) or ()
    if events and name not in facts.unfollowed and all(e.change.rule == BEGINS for e in events):
        about = facts.about(events[-1].commit)
        yield (
            f"{name} stands as it did when this history begins with {entitled(about)}:"
            " what came before is not here"
        )


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


def _never_together(
    facts: Facts, reading: Reading, candidates: Sequence[Candidate]
) -> Iterator[str]:  # fmt: skip
    """A function that never had what it is said to call, to use, or to have used.

    Nor had a type, table or macro of its name, in what the candidates changed.
    """
    if reading.verb in _OF_DEFINITIONS:
        return
    word = reading.called or reading.subject
    places = (reading.subject if reading.called else "", reading.source, reading.scope)
    for place in dict.fromkeys(p for p in places if p and not is_path(p) and p != word):
        if not word or any(stem(word) in c.edit.within.get(place, ()) for c in candidates):
            continue
        if any(place in counted(text) for text in facts.versions(word)):
            continue  # the other way round: "why did F move from one call to another"
        versions = facts.versions(place)
        if versions and not any(_has(text, word) for text in versions):
            yield f"no version of {place}() has {word}"
            return


def _has(text: bytes, word: str) -> bool:
    """Whether a text has a word, or a longer one that ends with it: questions cut names short."""
    found = counted(text)
    return word in found or any(name.endswith(f"_{word}") for name in found)


def _standing(facts: Facts, name: str) -> list[FunctionVersion]:
    return facts.clone.history.standing([name], facts.rev) if name and not is_path(name) else []


def no_longer(facts: Facts, reading: Reading) -> Iterator[str]:
    """A call that is said to be there, which earlier versions had and the last one has not.

    It was so, and why is told: this is said beside it.
    """
    caller, word = reading.subject, reading.called
    ordered = reading.before or reading.after
    if reading.verb != "calls" or not reading.now or ordered or not caller or not word:
        return
    last = [v.function.text for v in _standing(facts, caller)]
    gone = last and not any(word in counted(text) for text in last)
    if gone and any(word in counted(text) for text in facts.versions(caller)):
        yield f"{caller}() does not call {word}() any more"


def _other_order(facts: Facts, reading: Reading) -> Iterator[str]:
    """Calls that are said to stand in an order, and stand in the other one in all versions.

    An order that no longer holds was so once: it is answered.
    """
    word, caller = reading.called or reading.subject, reading.subject if reading.called else ""
    caller = caller or reading.scope
    beside = reading.before, reading.after
    if not reading.now or not any(beside) or not word or not caller:
        return
    last = _standing(facts, caller)
    if not any(in_order(version, word, *beside[::-1]) for version in last):
        return
    sides = [(e.change.old, e.change.new) for e in facts.lineage(caller) or ()]
    every = [*last, *(v for pair in sides for v in pair if v is not None)]
    if not any(in_order(v, word, *beside) for v in every if v.name == caller):
        side = f"after {reading.before}" if reading.before else f"before {reading.after}"
        yield f"{caller}() calls {word}() {side}()"


def _both_stand(facts: Facts, reading: Reading) -> Iterator[str]:
    """Functions that are said to be merged with each other, and all stand."""
    names = [n for n in (reading.subject, *reading.names) if n and not is_path(n)]
    names = list(dict.fromkeys(names))
    if reading.verb != "merged" or reading.goal or reading.scope or len(names) < 2:
        return
    if all(_standing(facts, name) for name in names):
        yield f"{' and '.join(names)} still stand, each by itself"


def _other_kind(facts: Facts, reading: Reading) -> Iterator[str]:
    """A name that is said to have become a macro or a function, and never was one."""
    said = _BECAME.search(reading.text)
    name = reading.subject
    if said is None or not name or reading.called or reading.source:
        return
    standing = [version.function.text for version in _standing(facts, name)]
    texts = [*standing, *facts.versions(name)]
    wanted = said["kind"].lower() == "macro"
    if texts and not any(_is_macro(text) == wanted for text in texts):
        yield f"no version of {name} is a {said['kind'].lower()}"


def _is_macro(text: bytes) -> bool:
    return text.lstrip().startswith(b"#")


def _other_visibility(facts: Facts, reading: Reading) -> Iterator[str]:
    """A function that is said to have become static, or no longer so, and only did the contrary."""
    if reading.verb != "exposed" or not reading.subject or reading.back:
        return
    words = {word.lower() for word in reading.said}
    wanted = int(bool(words & _HIDDEN)) - int(bool(words & _SHOWN))
    turns = {0: ""}
    for event in facts.lineage(reading.subject) or ():
        old, new = event.change.old, event.change.new
        if old is not None and new is not None:
            turn = _is_static(new.function.text) - _is_static(old.function.text)
            turns.setdefault(turn, event.commit)
    if wanted and wanted not in turns and -wanted in turns:
        about = facts.about(CommitId(turns[-wanted]))
        yield f"it went the other way in {entitled(about)}"


def _is_static(text: bytes) -> int:
    return int(b"static" in text.partition(b"(")[0].split())


def _never_ended(facts: Facts, reading: Reading) -> Iterator[str]:
    """Calls that are said to have ended, of which none ever did, but some began."""
    if reading.verb != "stopped calling" or not reading.called or reading.times:
        return
    if reading.subject or not 0 < len(facts.changing(reading.called)) <= _FEW:
        return
    moves = facts.calls(reading.called)
    began = [move for move in moves if move.shift.how == "began"]
    if began and not any(move.shift.how in ROWS[reading.verb].hows for move in moves):
        about = facts.about(began[0].commit)
        yield f"no call of {reading.called} ended; the last one began in {entitled(about)}"


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
