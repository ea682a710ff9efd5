"""What the authors say: sentences that give a reason, and the commits that a message names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from minekvm.analyses.why.facts import Facts
from minekvm.core.model import CommitId, Gap
from minekvm.core.relate.relations import Citation as Words
from minekvm.core.relate.relations import Relation
from minekvm.core.why.candidate import Weighed
from minekvm.core.why.model import Check, Citation, Claim, MessagePlace, Part, entitled
from minekvm.core.why.occurrence import Occurrence
from minekvm.core.why.reading import Reading
from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reasons import opening, overlapping, reasons
from minekvm.core.why.sentences import Sentence, sentences, subject
from minekvm.core.why.verbs import SAYS

_TOGETHER = 3  # commits named from which on they are told in one claim
_ENABLING = re.compile(
    r"\b(?:no longer|not (?:necessary|needed|required)|these days|now that|nowadays|meanwhile"
    r"|already|since|because|allow\w*|enabl\w+|possible|thanks to|restricted?|follow(?:ing|s)?)\b",
    re.IGNORECASE,
)
_HASH = re.compile(r"\b(?=[a-f]{0,63}[0-9])[0-9a-f]{7,64}\b")
_VERBS = {"fixes": "fixes", "reverts": "reverts", "cites": "refers to"}


@dataclass(frozen=True, slots=True)
class Said:
    """The claims that a commit's message makes, and the commits that it names."""

    claims: tuple[Claim, ...]
    named: tuple[CommitId, ...]


def sought(reading: Reading, weighed: Weighed, occurrence: Occurrence) -> Sought:
    """What a reason is sought for."""
    about = frozenset({*reading.symbols, occurrence.symbol} - {""})
    related = occurrence.names | _neighbours(occurrence)
    return Sought(about, related, weighed.stems, SAYS.get(reading.verb))


def stated(facts: Facts, occurrence: Occurrence, wanted: Sought) -> Said:
    """Why a commit did what it did, in its author's words."""
    commit = facts.commit(occurrence.commit)
    if not commit.parents:
        why = "this history begins with it: what came before is not here"
        facts.note(Gap("reason", why, commit.id))
        return Said((), ())
    spoken = facts.spoken(commit.id)
    chosen = reasons(commit.message, wanted)
    if facts.ignore_citations:
        chosen = tuple(r for r in chosen if not _HASH.search(r.sentence.quote))
    claims = [_quoted(commit.id, r.sentence) for r in chosen]
    if not claims:
        claims += _opened(facts, commit.id, commit.message)
    told = [r for r in _strongest(spoken) if not _is_quoted(r, claims)]
    claims += _relations(facts, commit.id, commit.message, told)
    return Said(tuple(claims), tuple(dict.fromkeys(r.other for r in spoken)))


def _strongest(spoken: Sequence[Relation]) -> list[Relation]:
    """Of what is said of the same commit the most telling, in the order of the message."""
    best: dict[CommitId, Relation] = {}
    kinds = list(_VERBS)
    for relation in sorted(spoken, key=lambda r: kinds.index(r.kind)):
        best.setdefault(relation.other, relation)
    return [r for r in spoken if best[r.other] is r]


def _neighbours(occurrence: Occurrence) -> frozenset[str]:
    """The calls beside the ones that moved: a reason often lies in them."""
    sites = [site for s in occurrence.shifts for site in (s.left, s.came) if site is not None]
    return frozenset(n for site in sites for n in (site.before, site.after) if n)


def _quoted(commit: CommitId, sentence: Sentence, part: Part = "reason") -> Claim:
    place = MessagePlace(sentence.first, sentence.last)
    text = f"\u201c{sentence.text}\u201d"
    return Claim(part, commit, text, "stated", (Citation(commit, place, sentence.quote),))


def _opened(facts: Facts, commit: CommitId, message: str) -> Iterator[Claim]:
    """How a message begins that gives no reason, with a gap that says so."""
    first = opening(message)
    if first is None:
        facts.note(Gap("reason", "the commit does not say why: its message is a subject", commit))
        whole = subject(message)
        if whole.quote:
            said = f"without a reason; it says: \u201c{whole.text}\u201d"
            yield replace(_quoted(commit, whole), text=said)
        return
    facts.note(Gap("reason", "the commit does not say why; quoted is how it begins", commit))
    yield replace(
        _quoted(commit, first), text=f"without a reason; it begins: \u201c{first.text}\u201d"
    )


def _relations(
    facts: Facts,
    commit: CommitId,
    message: str,
    spoken: Sequence[Relation],
) -> Iterator[Claim]:
    """The commits that a message names, one claim each, or together where they are many."""
    every = sentences(message)
    by_part: dict[tuple[Part, str], list[Relation]] = {}
    for relation in spoken:
        assert relation.citation is not None
        words = " ".join(s.text for s in every if _stands_in(relation.citation, s))
        enabling = relation.kind == "cites" and bool(_ENABLING.search(words))
        part: Part = "possible" if enabling else "reason"
        by_part.setdefault((part, _VERBS[relation.kind]), []).append(relation)
    for (part, verb), some in by_part.items():
        groups = [some] if len(some) >= _TOGETHER else [[r] for r in some]
        for group in groups:
            what = ", ".join(entitled(facts.about(r.other)) for r in group)
            citations = tuple(_message(r.citation) for r in group if r.citation is not None)
            checks = tuple(
                Check("names", r.other, before=None, after=True, other=r.kind) for r in group
            )
            yield Claim(part, commit, f"{commit[:12]} {verb} {what}", "stated", citations, checks)


def _is_quoted(relation: Relation, claims: Sequence[Claim]) -> bool:
    """Whether the words that name a commit are quoted by a claim already."""
    said = relation.citation
    assert said is not None
    return any(
        isinstance(c.place, MessagePlace)
        and c.place.first <= said.first
        and said.last <= c.place.last
        and any(hash_ in c.quote for hash_ in _HASH.findall(said.quote))
        for claim in claims
        for c in claim.citations
    )


def _stands_in(words: Words, sentence: Sentence) -> bool:
    """Whether a sentence is the one that names a commit; of two on a line the hash tells."""
    named = _HASH.findall(words.quote)
    said = not named or any(hash_ in sentence.quote for hash_ in named)
    return said and overlapping(sentence, words.first, words.last)


def _message(words: Words) -> Citation:
    return Citation(words.commit, MessagePlace(words.first, words.last), words.quote)
