"""From a question to its answer: read, search, rank, then claims about the commit that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from minekvm.analyses.why.candidates import Search
from minekvm.analyses.why.claims import Told, evidence, told_of
from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.occurrences import of_commit
from minekvm.analyses.why.premises import absent, false_premise, no_longer
from minekvm.analyses.why.vocabulary import Words
from minekvm.clone.clone import Clone
from minekvm.core.c.symbols import alike
from minekvm.core.model import CommitId, Gap
from minekvm.core.why import reading as readings
from minekvm.core.why.candidate import Candidate, Weighed
from minekvm.core.why.confidence import chosen, confidence
from minekvm.core.why.model import PARTS, Answer, Claim, Confidence, Nearest, Part, Speaks, entitled
from minekvm.core.why.occurrence import Occurrence
from minekvm.core.why.ranking import speaks
from minekvm.core.why.reading import Reading
from minekvm.core.why.verbs import Verb
from minekvm.errors import MinekvmError, UnknownCommit, UnknownSymbol

MOST_CLAIMS = 7  # claims on a screen
_HASH = re.compile(r"(?=[a-f]{0,63}[0-9])[0-9a-f]{7,64}")  # a word of letters alone is a name
_LINE = re.compile(r"[^\s:]*[./][^\s:]*:[1-9]\d{0,7}")  # a file and a line of it
_MOST_KEYS = 4  # key commits, unless a list is asked for
_LISTED = 24  # key commits of a list
_OFFERED = 10  # candidates told
_BEGUN = 4.0  # by what score history's first commit is ahead where nothing happened (hand-set)
_SURE: dict[Confidence, str] = {
    "sure": "",
    "likely": "Probably: ",
    "unsure": "Perhaps: ",
    "none": "",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What `why` was asked: a sentence or a commit, or a symbol with a verb.

    `ignore_citations` leaves out whatever messages say of other commits, so that what the code
    alone shows is seen; `candidates` keeps the commits considered, which are else told only where
    there is no answer.
    """

    text: str
    verb: Verb | None = None
    rev: str = "HEAD"
    scope: tuple[str, ...] = ()
    ignore_citations: bool = False
    candidates: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """The answer to one of the questions that a text asks."""

    lead: str
    confidence: Confidence
    claims: tuple[Claim, ...] = ()
    keys: tuple[CommitId, ...] = ()
    candidates: tuple[Nearest, ...] = ()
    of_all: bool = False  # whether it says what only the whole history can tell


def why(clone: Clone, asked: Asked) -> Answer:
    """Answer a question about a clone.

    Raises MinekvmError where the question says nothing, UnknownSymbol where it names nothing that
    this history has.
    """
    clone.progress("reading the question")
    facts = Facts(clone, clone.resolve(asked.rev), asked.scope, asked.ignore_citations)
    try:
        facts, questions, parts = _tried(facts, asked)
        denied = any(part.of_all for part in parts)
    except UnknownSymbol:
        if clone.partial is None:
            raise
        denied = True
    if denied and clone.partial is not None:  # that nothing is there is said of all of it alone
        clone.widen()
        facts = Facts(clone, facts.rev, asked.scope, asked.ignore_citations)
        facts, questions, parts = _tried(facts, asked)
    claims = tuple(dict.fromkeys(c for part in parts for c in part.claims))
    keys = tuple(dict.fromkeys(k for part in parts for k in part.keys))
    told = [part for part in parts if asked.candidates or part.confidence == "none"]
    nearest = tuple(dict.fromkeys(n for part in told for n in part.candidates))
    named = dict.fromkeys([*keys, *evidence(claims), *(n.commit for n in nearest)])
    clone.note_unread()
    order: tuple[Confidence, ...] = ("none", "unsure", "likely", "sure")
    return Answer(
        question=" ".join(asked.text.split()),
        reading="; ".join(q.line for q in questions),
        symbols=tuple(dict.fromkeys(s for q in questions for s in q.symbols)),
        verb=questions[0].verb,
        claims=claims,
        key_commits=keys,
        commits={c: facts.about(c) for c in named},
        gaps=tuple(dict.fromkeys((*facts.gaps, *clone.history.gaps))),
        lead=" ".join(part.lead for part in parts),
        confidence=min((p.confidence for p in parts), key=order.index),
        candidates=nearest,
    )


def _tried(facts: Facts, asked: Asked) -> tuple[Facts, tuple[Reading, ...], list[_Part]]:
    """The questions and their answers, from as much of the history as suits them, which is told."""
    clone = facts.clone
    questions = _read(facts, asked)
    part = clone.partial
    if part is not None and not (part.has_commits or all(map(_is_narrow, questions))):
        clone.widen()
        facts = Facts(clone, facts.rev, asked.scope, asked.ignore_citations)
        questions = _read(facts, asked)
    parts = []
    for question in questions:
        clone.progress(question.line)
        parts.append(_answered(facts, question))
    return facts, questions, parts


# --- the question


def _read(facts: Facts, asked: Asked) -> tuple[Reading, ...]:
    """The questions asked."""
    text = asked.text.strip()
    if asked.verb is not None:
        return (readings.asked(text.split("(", 1)[0], asked.verb),)
    if text and len(text.split()) == 1:
        return (_one_word(facts, text),)
    found = readings.read(text, Words(facts))
    if not found:
        raise MinekvmError(
            f"the question is not understood: {text}" if text else "no question was asked",
            f"understood are: {'; '.join(readings.FORMS)}",
        )
    spelt = _spelt_out(facts, text, found)
    if spelt != text:
        found = readings.read(spelt, Words(facts))
    for reading in found:
        if reading.left_out:
            why_ = f"not looked for: {len(reading.left_out)} words beyond the first"
            facts.note(Gap("question", why_))
    return found


def _spelt_out(facts: Facts, text: str, found: Sequence[Reading]) -> str:
    """A question with the whole names for those cut short in front: `add_file` for
    `configset_add_file`, where nothing is called that, and one definition's name ends so."""
    for name in dict.fromkeys(n for reading in found for n in reading.symbols if "_" in n):
        if not facts.is_known(name):
            near = facts.clone.history.trees.defined_words(name, facts.rev)
            whole = [word for word in near if word.endswith(f"_{name}")]
            if len(whole) == 1:
                text = re.sub(rf"\b{re.escape(name)}\b", whole[0], text)
    return text


def _is_narrow(reading: Reading) -> bool:
    """Whether a question concerns something that is looked for in some files alone."""
    return bool(reading.symbols or reading.commit or any("." in p for p in reading.paths))


def _one_word(facts: Facts, text: str) -> Reading:
    """A commit, a line whose writer is asked for, or a symbol whose changes are."""
    if _LINE.fullmatch(text):
        return Reading(text, "commit", commit=_writer(facts, text))
    name = text.split("(", 1)[0]
    if not facts.is_known(name):
        try:
            facts.clone.resolve_indexed(text)
        except UnknownCommit:
            if _HASH.fullmatch(text):
                raise UnknownCommit(
                    f"commit {text[:12]} is not here, nor one that names it as its upstream",
                    "is it of another clone, or of a branch that was not fetched?",
                ) from None
        else:
            return Reading(text, "commit", commit=text)
    return readings.asked(name, "changed")


def _writer(facts: Facts, place: str) -> CommitId:
    """The commit that wrote a line, FILE:LINE, wherever that stood then."""
    from minekvm.analyses.blame import Question, blame

    return blame(facts.clone, Question(place, rev=facts.rev)).lines[0].commit


# --- the answer


def _answered(facts: Facts, reading: Reading) -> _Part:
    """The answer to one question."""
    if reading.verb == "commit":
        return _of_commit(facts, reading)
    missing = absent(facts, reading)
    if missing and len(missing) == len(reading.symbols) and not reading.content:
        _unknown(facts, missing[0])
    search = Search(facts, reading)
    candidates = search.candidates()
    nearest = tuple(_nearest(reading, search.weighed, c) for c in candidates[:_OFFERED])
    wrong = [f"nothing in this history has {name}" for name in missing]
    wrong += false_premise(facts, reading, search.weighed, candidates)
    if wrong:
        facts.note(Gap("the question", "; ".join(wrong)))
        lead = f"The question does not hold: {'; '.join(wrong)}."
        return _Part(lead, "none", candidates=nearest, of_all=bool(missing))
    past = [f"{remark}, but once did" for remark in no_longer(facts, reading)]
    if past:
        facts.note(Gap("the question", past[0]))
    certainty = confidence(reading, search.weighed, candidates)
    origin = _begun(candidates)
    if origin is not None:
        about = entitled(facts.about(origin.commit))
        facts.note(Gap("what happened", f"this history begins with {origin.commit[:12]}"))
        lead = f"This history begins with {about}, and nothing since answers that"
        return _Part(f"{lead}: what came before is not here.", "none", candidates=nearest)
    if certainty == "none":
        facts.note(Gap("what happened", f"no commit in this history fits: {_bare(reading)}"))
        lead = "Nothing in this history answers that."
        return _Part(lead, certainty, candidates=nearest, of_all=True)
    found = _told(facts, reading, search.weighed, candidates, nearest, certainty)
    return replace(found, lead=f"{past[0]}. {found.lead}") if past else found


def _begun(candidates: Sequence[Candidate]) -> Candidate | None:
    """The commit with which history begins, where no event comes near to what it has of that.

    Of 107 labelled questions with an answer none has it in front at all; the nearest by 4.8 behind.
    """
    first = max((c for c in candidates if c.begins), key=lambda c: c.score, default=None)
    best = max((c.score for c in candidates if not c.eventless), default=0.0)
    return first if first is not None and first.score - best > _BEGUN else None


def _told(
    facts: Facts,
    reading: Reading,
    weights: Weighed,
    candidates: Sequence[Candidate],
    nearest: tuple[Nearest, ...],
    certainty: Confidence,
) -> _Part:
    picked = chosen(reading, candidates, _LISTED if reading.many else _MOST_KEYS)
    tales = [told_of(facts, reading, weights, _what(c)) for c in picked[:_MOST_KEYS]]
    keys = dict.fromkeys(c.commit for c in picked)
    if not reading.many:
        for tale in tales:
            keys |= dict.fromkeys(tale.enabling)
        nearest = _with_enabling(nearest, picked[0].commit, tales[0].enabling)
    most = _LISTED if reading.many else _MOST_KEYS
    claims = _ordered([c for tale in tales for c in tale.claims], [c.commit for c in picked])
    lead = _SURE[certainty] + _lead(facts, picked[0].commit, tales[0])
    return _Part(lead, certainty, tuple(claims), tuple(keys)[:most], nearest)


def _with_enabling(
    nearest: tuple[Nearest, ...], best: CommitId, enabling: Sequence[CommitId]
) -> tuple[Nearest, ...]:
    """The candidates with what made the best one possible right behind it."""
    made = Speaks("possible", f"it made {best[:12]} possible")
    others = {n.commit: n for n in nearest}
    first = [
        replace(others[c], reasons=(made, *others[c].reasons))
        if c in others
        else Nearest(c, 0.0, (made,))
        for c in enabling
    ]
    known = {n.commit for n in first}
    rest = [n for n in nearest[1:] if n.commit not in known]
    return (*nearest[:1], *first, *rest)[:_OFFERED]


def _what(candidate: Candidate) -> Occurrence:
    if candidate.fit is None:
        return Occurrence(candidate.commit, "")
    return candidate.fit.what


def _of_commit(facts: Facts, reading: Reading) -> _Part:
    """The answer to "why COMMIT"."""
    commit = facts.clone.resolve_indexed(reading.commit)
    nothing = Weighed({}, {})
    tales = [
        told_of(facts, reading, nothing, occurrence) for occurrence in of_commit(facts, commit)
    ]
    claims = dict.fromkeys(c for tale in tales for c in tale.claims)
    lead = _lead(facts, commit, tales[0])
    return _Part(lead, "sure", tuple(_ordered(list(claims), [commit])), (commit,))


def _lead(facts: Facts, commit: CommitId, tale: Told) -> str:
    """The answer in one sentence: who, when, did what, because of which words."""
    about = facts.about(commit)
    reason = next((c for c in tale.claims if c.part == "reason" and c.commit == commit), None)
    because = f", because {reason.text}" if reason is not None else ""
    if not because or any(g.what == "reason" and g.commit == commit for g in facts.gaps):
        because = "; the message does not say why"
    return f"{about.author} ({about.authored[:10]}) {tale.did} in {commit[:12]}{because}"


def _ordered(claims: Sequence[Claim], keys: Sequence[CommitId]) -> list[Claim]:
    """The parts in reading order; what happened and why stay together, commit by commit."""
    place = {commit: i for i, commit in enumerate(keys)}
    telling: tuple[Part, ...] = ("happened", "reason")

    def rank(claim: Claim) -> tuple[int, int, int]:
        part = PARTS.index(claim.part)
        if claim.part in telling:
            return 0, place.get(claim.commit, 0), part
        return part, 0, 0

    return sorted(claims, key=rank)


def _nearest(reading: Reading, weights: Weighed, candidate: Candidate) -> Nearest:
    """A candidate with what speaks for it."""
    reasons = tuple(Speaks(rule, text) for rule, text in speaks(reading, weights, candidate))
    return Nearest(candidate.commit, round(candidate.chance, 4), reasons)


def _bare(reading: Reading) -> str:
    return replace(reading, possible=False).line.removeprefix("why: ")


def _unknown(facts: Facts, name: str) -> None:
    """Raise that no version has a symbol, with those it may be meant for."""
    facts.calls(name)  # so that what cannot be read is known
    meant = alike(name, facts.clone.history.trees.defined_words(name, facts.rev))
    hint = f"did you mean {' or '.join(meant)}?" if meant else "check the spelling and --rev"
    unread = facts.clone.history.gaps
    if unread:
        hint += f"; not everything could be read: {unread[0].why}"
    raise UnknownSymbol(f"nothing in this history defines or calls {name}", hint)
