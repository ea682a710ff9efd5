"""A question in words -> what is asked, every word of it with a fate.

A word is a symbol, a file, a place (the name of a folder or file), a time, the verb, a relation to
the name behind it, a word to be searched for, or grammar. Nothing is dropped: `Reading.line` tells
it all. English is what it reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from minekvm.core.why.asked_verbs import searchable, verb_of
from minekvm.core.why.phrases import plainer, questions
from minekvm.core.why.tokens import Fate, NoClone, Vocabulary, Word, promoted, sorted_out
from minekvm.core.why.turns import (
    BACK,
    CALL_OF,
    DEEDS,
    DOES,
    LIST,
    NEARBY,
    NOW,
    POSSIBLE,
    THEN,
    WHAT,
    WRAPS,
)
from minekvm.core.why.verbs import ROWS, Verb
from minekvm.core.why.words import beginning, stem

FORMS = (
    "why did X move [out of F] [into G]",
    "why could X move back [into F]",
    "why was X split | renamed | added | removed | merged | deprecated | changed",
    "why does F call X [before Y | after Y]",
    "why did F stop calling X",
    "why was X replaced by Y [in F]",
    "why does AREA do SOMETHING [since 2019 | in v5.4]",
    "why COMMIT",
)
_MOST_NAMES, _MOST_WORDS = 12, 24  # symbols and search words of a question that are looked for
_TOLD = 12  # of either that are told
_PART = 3  # letters of a part of a name that is looked for
_PRONOUN = re.compile(r"\b(?:it|they|that)\b", re.IGNORECASE)
_CALLING: tuple[Verb, ...] = ("calls", "began calling", "stopped calling")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked.

    `subject` is what the question is about, `called` what the subject is asked to call, or to use.
    `source` and `goal` are where it came from and went, `scope` where it is to be looked for; each
    is a name or a path. `before` and `after` are calls beside which it stands; `names` is every
    symbol. `now` asks after what is so, not after what happened; `possible` asks what made it
    possible, `back` for a return, `nearby` for a move within the file, `of_calls` for the calls of
    the subject, `many` for a list. `content` are the words to search for, `said` the verb's own
    words, `left_out` words beyond the many that are looked for; `times` years, months and releases.
    """

    text: str
    verb: Verb
    subject: str = ""
    called: str = ""
    source: str = ""
    goal: str = ""
    scope: str = ""
    before: str = ""
    after: str = ""
    commit: str = ""
    now: bool = False
    possible: bool = False
    back: bool = False
    nearby: bool = False
    of_calls: bool = False
    many: bool = False
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol named, the subject first."""
        first = (self.subject, self.called)
        return tuple(dict.fromkeys(n for n in (*first, *self.names) if n and not is_path(n)))

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems of the words to search for, the verb's among them."""
        return tuple(dict.fromkeys(stem(w) for w in (*self.content, *self.said)))

    @property
    def terms(self) -> tuple[str, ...]:
        """The words to search for as a full-text search takes them, one for each of `stems`."""
        found: dict[str, str] = {}
        for word in (*self.content, *self.said):
            found.setdefault(stem(word), beginning(word))
        return tuple(found.values())

    @property
    def parts(self) -> tuple[str, ...]:
        """The words in the names of symbols, as a full-text search takes them."""
        every = (p for n in self.symbols for p in n.split("_") if len(p) >= _PART)
        return tuple(dict.fromkeys(map(beginning, every)))

    @property
    def signs(self) -> Mapping[str, int]:
        """By the stem of a name or search word whether it came (1) or went (-1), by the question.

        0 where either may have been.
        """
        own = _SIGN.get(self.verb, int(self.now))
        if self.verb in _EITHER and (ends := _ENDED.search(self.text)):
            own = -1 if ends.lastgroup == "went" else 1
        if self.verb == "moved" and bool(self.source) != bool(self.goal):
            own = -1 if self.source else 1
        found = {stem(n): own for n in self.symbols} | dict.fromkeys(self.stems, own)
        if self.verb in _EITHER and is_symbol(self.goal):
            found |= {stem(self.goal): 1}
        if self.verb == "replaced":
            found |= dict.fromkeys(found, 0)
            found |= {stem(self.goal): 1} if self.goal else {}
        if self.verb == "replaced" or (self.verb == "became" and self.goal):
            found |= {stem(self.subject): -1} if self.subject else {}
        return found | {
            stem(w.text): w.sign for w in self.words if w.sign and stem(w.text) in found
        }

    @property
    def line(self) -> str:
        """How the question was read, in one line."""
        if self.verb == "commit":
            return f"the reasons of commit {self.commit}"
        parts = [_sentence(self)]
        for what, values in (
            ("places", self.places), ("time", self.times), ("search words", self.content)
        ):  # fmt: skip
            if values:
                parts.append(f"{what}: {_some(values)}")
        rest = [n for n in self.symbols if n not in parts[0]]
        if rest:
            parts.insert(1, f"with {_some(rest)}")
        return "; ".join(parts)


_SIGN: Mapping[Verb, int] = {
    **dict.fromkeys(("added", "calls", "began calling", "guarded", "exposed", "deprecated"), 1),
    **dict.fromkeys(("removed", "stopped calling"), -1),
    **dict.fromkeys(("moved", "split", "merged", "renamed", "replaced", "ordered"), 0),
}


_EITHER: tuple[Verb, ...] = ("became", "changed")
_ENDED = re.compile(
    r"\b(?:(?P<came>(?:begin|begins|began|start|starts|started)\s+(?:to|\w+ing))"
    r"|(?P<went>(?:stop|stops|stopped|cease[sd]?)\s+(?:to|\w+ing)))\b",
    re.I,
)


def _some(words: Sequence[str]) -> str:
    more = len(words) - _TOLD
    return ", ".join(words[:_TOLD]) + (f" and {more} more" if more > 0 else "")


def is_path(name: str) -> bool:
    """Whether a name is a file's or folder's, not a symbol's."""
    return "/" in name or bool(re.search(r"\.[chS]\Z", name))


def is_symbol(name: str) -> bool:
    """Whether a name is a symbol's."""
    return bool(name) and not is_path(name)


def read(text: str, vocabulary: Vocabulary | None = None) -> tuple[Reading, ...]:
    """The questions that a text asks; () where it says nothing.

    A word without an underscore, capital or parenthesis is a symbol where no other is named and the
    vocabulary says so. `it` is what the question before was about.
    """
    found: list[Reading] = []
    for part in questions(text):
        one = _read(part, vocabulary or NoClone(), found[-1].subject if found else "")
        if found and _is_further(one, found[-1]):
            found[-1] = replace(found[-1], content=(*found[-1].content, *one.content))
        elif one.names or one.paths or one.content or one.commit or one.times:
            found.append(one)
    return tuple(found)


def _is_further(one: Reading, before: Reading) -> bool:
    """Whether what reads like a question asks no more of the one before: "and what was wrong"."""
    own = set(one.symbols) - {before.subject}
    says = any(word.fate == "verb" for word in one.words)
    return not (own or says or one.paths or one.commit or len(one.content) > 1)


def asked(symbol: str, verb: Verb) -> Reading:
    """The question of a symbol and a verb alone."""
    words = (Word(symbol, "symbol"), Word(verb, "verb"))
    calls = ROWS[verb].of_calls
    reading = Reading(f"why was {symbol} {verb}?", verb, names=(symbol,), words=words)
    return replace(reading, called=symbol) if calls else replace(reading, subject=symbol)


def _read(text: str, vocabulary: Vocabulary, before: str) -> Reading:
    plain = plainer(text)
    now = bool(NOW.search(plain)) and not THEN.search(plain)
    verb, spans = verb_of(plain)
    if verb in DEEDS and DOES.search(plain) and now:
        verb, spans = "became", ()  # what the code does is asked after, not what was done to it
    if verb is None and WHAT.search(plain):
        verb = "added"  # what something is, the commit says that brought it
    found = sorted_out(plain, spans, vocabulary)
    if not found.plain and not found.roles and not found.commit:
        if before and _PRONOUN.search(plain):
            found.plain.append(before)
        else:
            promoted(found, vocabulary)
    names = [n for n in (*found.plain, *found.roles.values(), *found.extra) if not is_path(n)]
    paths = [n for n in (*found.plain, *found.roles.values(), *found.extra) if is_path(n)]
    if found.commit and not names:
        verb = "commit"

    def of(fate: Fate) -> tuple[str, ...]:
        return tuple(dict.fromkeys(w.text for w in found.words if w.fate == fate))

    content = tuple(dict.fromkeys((*of("content"), *of("place"))))
    reading = Reading(
        " ".join(text.split()),
        verb or "changed",
        commit=found.commit,
        now=now or THEN.search(plain) is None,
        possible=bool(POSSIBLE.search(plain)),
        back=bool(BACK.search(plain)),
        nearby=bool(NEARBY.search(plain)),
        of_calls=bool(CALL_OF.search(plain)),
        many=bool(LIST.search(plain)),
        names=tuple(dict.fromkeys(names))[:_MOST_NAMES],
        paths=tuple(dict.fromkeys(paths)),
        places=of("place"),
        times=of("time"),
        content=content[:_MOST_WORDS],
        said=searchable(verb, of("verb")),
        words=tuple(found.words),
        left_out=(*tuple(dict.fromkeys(names))[_MOST_NAMES:], *content[_MOST_WORDS:]),
    )
    get = found.roles.get
    reading = replace(
        reading,
        source=get("source", ""),
        goal=get("goal", ""),
        scope=get("scope", ""),
        before=get("before", ""),
        after=get("after", ""),
    )
    return _arranged(reading, found.plain)


def _arranged(reading: Reading, plain: list[str]) -> Reading:
    """The names without a preposition in their places: subject, object."""
    symbols = [n for n in plain if not is_path(n)]
    paths = [n for n in plain if is_path(n)]
    gone = [w.text for w in reading.words if w.sign < 0 and w.text in reading.names]
    if reading.verb == "replaced" and not symbols and gone and is_symbol(reading.scope):
        return replace(reading, verb="moved", source=gone[0], goal=reading.scope, scope="")
    if not reading.scope and paths:
        reading = replace(reading, scope=paths[0])
    if reading.verb in _CALLING:
        return _called(reading, symbols)
    wraps = reading.verb == "guarded" and WRAPS.search(reading.text) is not None
    if wraps and len(symbols) > 1 and not reading.scope:  # "F wraps X in A"
        return replace(reading, scope=symbols[0], subject=symbols[1])
    return _replaced(reading, symbols)


def _called(reading: Reading, symbols: list[str]) -> Reading:
    """Who calls what: "F call X", or "X called in F", where F may be a file or a folder."""
    if len(symbols) > 1:
        return replace(reading, subject=symbols[0], called=symbols[1])
    caller = "" if is_path(reading.scope) else reading.scope
    return replace(reading, subject=caller, called=next(iter(symbols), ""))


def _replaced(reading: Reading, symbols: list[str]) -> Reading:
    """What something happened to: the first name; of a replacement, "F switch from X to Y", X."""
    subject, rest = next(iter(symbols), ""), symbols[1:]
    if reading.verb == "replaced":
        old = "" if is_path(reading.source) else reading.source
        if not old and rest:
            old, rest = rest[0], rest[1:]
        if old:
            new = reading.goal or next((n for n in rest if n != old), "")
            if subject and not rest and not new and reading.scope != subject:
                subject, new = "", subject  # "X rather than Y": what is named alone is the new one
            scope = reading.scope or subject
            return replace(reading, subject=old, scope=scope, source="", goal=new)
    if reading.verb == "renamed" and rest and not reading.goal:  # "renamed X Y"
        reading = replace(reading, goal=rest[0])
    inner = (reading.scope, reading.goal, reading.source)
    if not subject and not reading.scope:
        inside = next((n for n in inner if n and not is_path(n)), "")
        reading = replace(reading, scope=inside)
    return replace(reading, subject=subject)


def _sentence(reading: Reading) -> str:
    """The symbols and their parts in it."""
    shown = reading.subject or ("whoever" if reading.called else "what was")
    parts = [f"{shown} {reading.verb}"]
    if reading.called:
        parts = [f"{shown} {reading.verb} {reading.called}"]
        if not reading.subject:
            parts = [f"calls of {reading.called}"]
    elif reading.of_calls:
        parts = [f"calls of {shown} {reading.verb}"]
    roles = (
        ("out of", reading.source),
        ("by" if reading.verb == "replaced" else "into", reading.goal),
        ("before", reading.before),
        ("after", reading.after),
        ("in", reading.scope if reading.scope != reading.subject else ""),
        ("at", reading.commit),
    )
    parts += [f"{word} {name}" for word, name in roles if name]
    parts += ["back"] * reading.back + ["within its file"] * (
        reading.nearby and reading.verb == "moved"
    )
    return ("what made possible: " if reading.possible else "why: ") + " ".join(parts)
