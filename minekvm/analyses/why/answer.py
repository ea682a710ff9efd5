"""From a question to its answer: what happened, why, what made it possible, what followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from minekvm.analyses.why import by_names as enabled
from minekvm.analyses.why import by_regions as placed
from minekvm.analyses.why.events import happened
from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.reviews import discussed
from minekvm.analyses.why.stated import stated
from minekvm.clone.clone import Clone
from minekvm.core.c.symbols import alike
from minekvm.core.model import CommitId, Gap
from minekvm.core.why import question as questions
from minekvm.core.why.events import Happening, undoes
from minekvm.core.why.model import PARTS, Answer, Citation, Claim, MessagePlace, Part, entitled
from minekvm.core.why.question import Question, Verb
from minekvm.core.why.sentences import subject
from minekvm.core.why.wording import cited, line_of, told
from minekvm.errors import MinekvmError, UnknownCommit, UnknownSymbol

_MOST = 4  # commits told of what happened; more are a gap
_WORDS = 8  # words that were not understood, told
_FOLLOWED = 2  # later commits told
_SHOWN = 3  # citations of what happened in one commit


@dataclass(frozen=True, slots=True)
class Asked:
    """What `why` was asked: a sentence or a commit, or a symbol with a verb.

    `ignore_citations` leaves out whatever messages say of other commits, so that what the code
    alone shows is seen.
    """

    text: str
    verb: Verb | None = None
    rev: str = "HEAD"
    scope: tuple[str, ...] = ()
    ignore_citations: bool = False


def why(clone: Clone, asked: Asked) -> Answer:
    """Answer a question about a clone.

    Raises MinekvmError where the question cannot be read, UnknownSymbol where it names nothing
    that this history has.
    """
    clone.progress("reading the question")
    facts = Facts(clone, clone.resolve(asked.rev), asked.scope, asked.ignore_citations)
    read = _read(facts, asked)
    claims: list[Claim] = []
    keys: dict[CommitId, None] = {}
    for question in read:
        clone.progress(questions.reading(question))
        found, key = _answered(facts, question)
        claims += (c for c in found if c not in claims)
        keys |= dict.fromkeys(key)
    named = dict.fromkeys([*keys, *(c.commit for c in claims), *_quoted(claims)])
    symbols = dict.fromkeys(s for q in read for s in q.symbols)
    gaps = dict.fromkeys((*facts.gaps, *clone.history.gaps))
    return Answer(
        question=" ".join(asked.text.split()),
        reading="; ".join(map(questions.reading, read)),
        symbols=tuple(symbols),
        verb=read[0].verb,
        claims=tuple(claims),
        key_commits=tuple(keys),
        commits={c: facts.about(c) for c in named},
        gaps=tuple(gaps),
    )


def _quoted(claims: Iterable[Claim]) -> Iterator[CommitId]:
    return (citation.commit for claim in claims for citation in claim.citations)


# --- the question


def _read(facts: Facts, asked: Asked) -> tuple[Question, ...]:
    """The questions asked; what of them no rule reads is noted."""
    text = asked.text.strip()
    if asked.verb is not None:
        return (questions.asked(text.split("(", 1)[0], asked.verb),)
    if text and len(text.split()) == 1:
        return (_one_word(facts, text),)
    found = questions.read(text, lambda word: _is_symbol(facts, word))
    if not found:  # what is called and never defined here: a library's
        found = questions.read(text, lambda word: bool(facts.changing(word)))
    if not found:
        raise MinekvmError(
            f"the question is not understood: {text}" if text else "no question was asked",
            f"understood are: {'; '.join(questions.FORMS)}",
        )
    for question in found:
        if question.unread:
            words = ", ".join(question.unread[:_WORDS])
            more = len(question.unread) - _WORDS
            words += f" and {more} more" if more > 0 else ""
            facts.note(Gap("question", f"not understood and left out: {words}"))
    return found


def _one_word(facts: Facts, text: str) -> Question:
    """A commit, or a symbol whose changes are asked for."""
    name = text.split("(", 1)[0]
    if facts.lineage(name) is None:
        try:
            facts.clone.resolve_indexed(text)
        except UnknownCommit:
            pass
        else:
            return Question(text, "commit", commit=text)
    return questions.asked(name, "changed")


def _is_symbol(facts: Facts, word: str) -> bool:
    """Whether a plain word is a function's or macro's name, or was one."""
    return bool(facts.changing(word)) and facts.lineage(word) is not None


# --- the answer


def _answered(facts: Facts, question: Question) -> tuple[list[Claim], list[CommitId]]:
    """The claims that answer one question, in reading order, and the commits they rest on."""
    found = happened(facts, question)
    if not found.happenings:
        _nothing(facts, question)
        return [], []
    chosen = found.happenings[-_MOST:]
    if len(found.happenings) > len(chosen):
        why_ = f"the newest {len(chosen)} of {len(found.happenings)} commits are told"
        facts.note(Gap("what happened", why_))
    claims: list[Claim] = []
    named: list[CommitId] = []
    enabling: list[Claim] = []
    undone: list[tuple[CommitId, Claim]] = []
    heard: set[CommitId] = set()
    looks_closer = question.possible or question.back or facts.ignore_citations
    for happening in chosen:
        claims += _told(facts, happening)
        if question.back:
            undone += _undone(facts, happening, found.others)
        if happening.commit not in heard:
            heard.add(happening.commit)
            said = stated(facts, happening, question)
            claims += said.claims
            claims += discussed(facts, happening, question)
            named += said.named
        enabling += placed.by_places(facts, happening, asked=looks_closer)
        told_ = {claim.commit for claim in enabling}
        enabling += (c for c in enabled.by_names(facts, happening) if c.commit not in told_)
    claims += enabling
    claims += [claim for _, claim in undone]
    keys = [h.commit for h in reversed(chosen)]
    keys += [*named, *(c.commit for c in enabling), *(commit for commit, _ in undone)]
    claims += _followed(facts, chosen, found.others)
    return _ordered(claims, chosen), list(dict.fromkeys(keys))


def _ordered(claims: Sequence[Claim], chosen: Sequence[Happening]) -> list[Claim]:
    """The parts in reading order; what happened and why stay together, commit by commit."""
    place = {h.commit: i for i, h in enumerate(chosen)}
    telling: tuple[Part, ...] = ("happened", "reason")

    def rank(claim: Claim) -> tuple[int, int, int]:
        part = PARTS.index(claim.part)
        if claim.part in telling:
            return 0, place.get(claim.commit, 0), part
        return part, 0, 0

    return sorted(claims, key=rank)


def _told(facts: Facts, happening: Happening) -> Iterator[Claim]:
    """What one commit did: read off the code, or its subject where no function changed."""
    commit = facts.commit(happening.commit)
    head = f"{commit.id[:12]} ({commit.authored[:10]}, {commit.author})"
    text = told(happening)
    shown = tuple(dict.fromkeys(cited(happening, commit.parents)))[:_SHOWN]
    if text and shown:
        yield Claim("happened", commit.id, f"{head} {text}", "observed", shown)
        return
    first = subject(commit.message)
    place = MessagePlace(1, 1)
    text = f"{head} made the change \u201c{first.text}\u201d"
    yield Claim("happened", commit.id, text, "stated", (Citation(commit.id, place, first.quote),))


def _undone(
    facts: Facts, happening: Happening, others: Sequence[Happening]
) -> Iterator[tuple[CommitId, Claim]]:
    """The earlier move that is taken back, and what says so."""
    for other in others:
        for shift in other.shifts:
            if any(undoes(mine, shift) for mine in happening.shifts) and shift.came is not None:
                assert shift.new is not None
                about = facts.about(other.commit)
                text = f"that takes back {entitled(about)}, which {told(other)}"
                shown = tuple(line_of(other.commit, shift.new, shift.came.line))
                if shown:
                    yield other.commit, Claim("happened", happening.commit, text, "observed", shown)
                return


def _followed(
    facts: Facts, chosen: Sequence[Happening], others: Sequence[Happening]
) -> Iterator[Claim]:
    """What became of it: the commits that say they fix it, and what happened to it next."""
    here = {h.commit for h in chosen}
    last = max(facts.commit(c).committed for c in here)
    told_: set[CommitId] = set()
    for happening in chosen:
        for relation in facts.answered(happening.commit):
            if relation.citation is None or relation.other in here | told_:
                continue
            told_.add(relation.other)
            about = facts.about(relation.other)
            verb = "fixed" if relation.kind == "fixes" else "reverted"
            text = f"{entitled(about)} {verb} {happening.commit[:12]}"
            words = relation.citation
            citation = Citation(words.commit, MessagePlace(words.first, words.last), words.quote)
            yield Claim("followed", relation.other, text, "stated", (citation,))
    places = {path for h in chosen for path in h.paths}
    later = [
        h
        for h in others
        if h.is_more_than_an_edit
        and (h.events or places & h.paths)
        and facts.commit(h.commit).committed > last
        and h.commit not in told_
    ]
    for happening in later[::-1][:_FOLLOWED]:
        commit = facts.commit(happening.commit)
        text = told(happening)
        shown = tuple(dict.fromkeys(cited(happening, commit.parents)))[:1]
        if text and shown:
            head = f"{commit.id[:12]} ({commit.authored[:10]}, {commit.author})"
            yield Claim("followed", commit.id, f"{head} {text}", "observed", shown)


def _nothing(facts: Facts, question: Question) -> None:
    """Say what was not found; an error where not even the symbol is known."""
    name = question.called or question.subject
    if name in facts.unfollowed:
        facts.note(facts.unfollowed[name])
    elif not facts.is_known(name):
        meant = alike(name, facts.clone.history.defined_words(name, facts.rev))
        hint = f"did you mean {' or '.join(meant)}?" if meant else "check the spelling and --rev"
        unread = facts.clone.history.gaps
        if unread:
            hint += f"; not everything could be read: {unread[0].why}"
        raise UnknownSymbol(f"nothing in this history defines or calls {name}", hint)
    short = replace(question, possible=False)
    what = questions.reading(short).removeprefix("why: ")
    facts.note(Gap("what happened", f"no commit in this history fits: {what}"))
