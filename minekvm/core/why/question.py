"""A question in words -> what is asked, by plain rules that can be told.

A question names symbols and has a verb. What stands before a name says what part it plays: `out of
F`, `into G`, `before X`, `in F`. Words that no rule reads are given back, to be said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from minekvm.core.messages.scan import word_set

Verb = Literal[
    "moved",
    "split",
    "merged",
    "renamed",
    "added",
    "removed",
    "deprecated",
    "changed",
    "calls",
    "began calling",
    "stopped calling",
    "replaced",
    "commit",
]
VERBS: tuple[Verb, ...] = get_args(Verb)

FORMS = (
    "why did X move [out of F] [into G]",
    "why could X move back [into F]",
    "why was X split | renamed | added | removed | merged | deprecated | changed",
    "why does F call X [before Y | after Y]",
    "why did F stop calling X",
    "why was X replaced by Y [in F]",
    "why COMMIT",
)

_VERBS: tuple[tuple[Verb, str], ...] = (
    ("stopped calling", r"(?:stop|stops|stopped|cease[sd]?|quit)\s+(?:to\s+call|calling|using)"),
    ("stopped calling", r"(?:no\s+longer|not)\s+(?:calls?|called|calling|uses?|used)"),
    ("stopped calling", r"(?:drop(?:s|ped)?|remove[sd]?|lose|lost)\s+(?:the|its)\s+calls?"),
    ("began calling", r"(?:start|starts|started|begin|begins|began)\s+(?:to\s+call|calling|using)"),
    ("replaced", r"replac(?:e|es|ed|ing)|swap(?:s|ped)?|switch(?:es|ed)?|convert(?:s|ed)?"),
    ("replaced", r"substitut(?:e|es|ed)"),
    ("moved", r"mov(?:e|es|ed|ing)|relocat(?:e|es|ed)|hoist(?:s|ed)?|shift(?:s|ed)?"),
    ("split", r"split(?:s|ting)?|divid(?:e|es|ed)|cut\s+up|broken\s+up|separated?"),
    ("renamed", r"renam(?:e|es|ed|ing)"),
    ("merged", r"merg(?:e|es|ed|ing)|consolidat(?:e|es|ed)|unif(?:y|ies|ied)|inlined?|folded"),
    ("deprecated", r"deprecat(?:e|es|ed|ing)|obsolete[sd]?"),
    ("added", r"add(?:s|ed)?|introduc(?:e|es|ed|ing)|creat(?:e|es|ed)|invent(?:s|ed)?|born"),
    ("added", r"exist(?:s|ed)?|factored|extract(?:s|ed)?|carved|com(?:e|es|ing)\s+to\s+be|c[ao]me"),
    ("removed", r"remov(?:e|es|ed|al|ing)|delet(?:e|es|ed)|drop(?:s|ped)?|gone|go\s+away"),
    ("removed", r"disappear(?:s|ed)?|killed?"),
    ("calls", r"calls?|called|calling|invoke[sd]?|uses?|used"),
    ("changed", r"chang(?:e|es|ed|ing)|modif(?:y|ies|ied)|edit(?:s|ed)?|rework(?:s|ed)?"),
    ("changed", r"rewrit(?:e|es|ten)|fix(?:es|ed)?|touch(?:es|ed)?|wrapped"),
)
_VERB = tuple(
    (verb, re.compile(rf"(?<![\w/.-])(?:{words})(?![\w/.-])", re.I)) for verb, words in _VERBS
)
_TOKEN = re.compile(
    r"[A-Za-z_][\w]*(?:\([^()]*\))?(?![\w/.-]|\.\w)|[\w][\w./+-]*[\w]|[\w]", re.ASCII
)
_CUT = "0"  # stands where a verb was: ends what a preposition governs
_HASH = re.compile(r"[0-9a-f]{7,64}")
_FILE = re.compile(r"[\w.+-]+(?:/[\w.+-]+)+/?|[\w+-]+\.[chS]")
_NAME = re.compile(r"[A-Za-z_]\w*")
_CALLING: tuple[Verb, ...] = ("calls", "began calling", "stopped calling")
_ROLES = {
    "from": "source",
    "out": "source",
    "off": "source",
    "into": "goal",
    "to": "goal",
    "by": "goal",
    "with": "goal",
    "inside": "scope",
    "within": "scope",
    "in": "scope",
    "before": "before",
    "above": "before",
    "ahead": "before",
    "after": "after",
    "behind": "after",
    "below": "after",
    "instead": "source",
}
_FILLERS = word_set("""
    why how come what who which did do does doing done was were is are be been being has have
    had it its the a an this that there of and or on at for as then now again ever any made make
    makes possible enable enabled enables allow allowed allows could can may might should would
    will need needed needs necessary become became get got gets function functions macro macros
    helper call calls called caller callers calling site sites use uses used tracepoint
    tracepoints trace symbol symbols commit patch change definition code reason back closer
    place file files when where than rather two three several parts pieces not longer no so
    please explain up away first order stop stopped start started begin began down upwards
    downwards earlier later higher lower top bottom end beginning same more anymore still own
    purpose itself them their they static inline const extern void int char long unsigned struct
    enum union
""")
_PARTS = re.compile(r"[?;\n]|,?\s+and\s+(?=why\b|how\b|what\b)|,\s+(?=why\b)", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|that)\b", re.IGNORECASE)
_POSSIBLE = re.compile(r"\b(?:could|can|possible|enabled?s?|allow(?:s|ed)?)\b", re.I)
_BACK = re.compile(r"\b(?:back|again|return(?:s|ed)?)\b", re.I)
_NEARBY = re.compile(
    r"\b(?:(?:up|down)(?:wards?)?|earlier|later|higher|lower|top|bottom|(?:its|same) file)\b", re.I
)
_HOW_COME = re.compile(r"\bhow\s+come\b", re.I)
_SHORTENED = re.compile(r"n['\u2019]t\b")
_NOT_CALLED = re.compile(r"\bnot\s+(?:the\s+)?(\S+)\s+((?:call|us)(?:e?s|e?d|e)?)\b", re.I)
_CALL_OF = re.compile(r"\b(?:call|calls|call sites?|callers?|uses?)\s+(?:of|to)\b", re.I)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    `subject` is what the question is about, `called` what the subject is asked to call. `source`
    and `goal` are where it came from and went, `scope` where it is to be looked for; each is a
    name or a path. `before` and `after` are calls beside which it stands. `possible` asks what
    made it possible, `back` for a return, `nearby` for a move within the file, `of_calls` for the
    calls of the subject rather than its definition. `unread` are words that no rule read.
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
    possible: bool = False
    back: bool = False
    nearby: bool = False
    of_calls: bool = False
    unread: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol named, the subject first."""
        names = (
            self.subject, self.called, self.source, self.goal, self.scope, self.before, self.after
        )  # fmt: skip
        return tuple(dict.fromkeys(n for n in names if n and not is_path(n)))


def is_path(name: str) -> bool:
    """Whether a name is a file's or folder's, not a symbol's."""
    return bool(_FILE.fullmatch(name))


@dataclass
class _Found:
    """The names of a question by their part in it, in order."""

    plain: list[str] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    unread: list[str] = field(default_factory=list)


def read(text: str, is_symbol: Callable[[str], bool] = lambda _: False) -> tuple[Question, ...]:
    """The questions that a text asks; () where one of them fits no form.

    A word without an underscore, capital or parenthesis is a symbol where `is_symbol` says so.
    `it` is what the question before was about.
    """
    found: list[Question] = []
    for part in _PARTS.split(text):
        if not part.strip(" ,?!."):
            continue
        one = _read(part, is_symbol, found[-1].subject if found else "")
        if one is None:
            return ()
        found.append(one)
    return tuple(found)


def _read(text: str, is_symbol: Callable[[str], bool], before: str) -> Question | None:
    verb, masked = _verb(_plain(text))
    found = _names(masked, is_symbol)
    if not found.plain and before and _PRONOUN.search(masked):
        found.plain.append(before)
    if not found.plain and not found.roles and not found.commit:
        return None
    if found.commit and not found.plain:
        verb = "commit"
    verb = verb or "changed"
    question = Question(
        " ".join(text.split()),
        verb,
        commit=found.commit,
        possible=bool(_POSSIBLE.search(text)),
        back=bool(_BACK.search(text)),
        nearby=bool(_NEARBY.search(text)),
        of_calls=bool(_CALL_OF.search(text)),
        unread=tuple(dict.fromkeys(found.unread)),
        **found.roles,
    )
    return _arranged(question, found.plain)


def _plain(text: str) -> str:
    """A question without turns of phrase: "how come X isn't called" as "why is X not called"."""
    text = _HOW_COME.sub("why", _SHORTENED.sub(" not", text))
    return _NOT_CALLED.sub(r"\1 not \2", text)


def asked(symbol: str, verb: Verb) -> Question:
    """The question of a symbol and a verb alone."""
    return Question(f"why was {symbol} {verb}?", verb, subject=symbol)


def _verb(text: str) -> tuple[Verb | None, str]:
    """The verb that comes first in the order of the rules, and the text without its words."""
    for verb, pattern in _VERB:
        match = pattern.search(text)
        if match is not None:
            return verb, f"{text[: match.start()]} {_CUT} {text[match.end() :]}"
    return None, text


def _names(text: str, is_symbol: Callable[[str], bool]) -> _Found:
    found = _Found()
    role = ""
    for match in _TOKEN.finditer(text):
        token = match.group().rstrip(".-+")
        word = token.casefold()
        if word in _ROLES:
            role = _ROLES[word]
            continue
        if token == _CUT:
            role = ""
            continue
        if word == "of" and role:
            continue  # out of, instead of, ahead of
        name = _named(token, is_symbol)
        if name:
            if role and role not in found.roles:
                found.roles[role] = name
            elif not role:
                found.plain.append(name)
            else:
                found.unread.append(token)
            role = ""
        elif _is_commit(token):
            found.commit = found.commit or token
            role = ""
        elif word not in _FILLERS:
            found.unread.append(token)
    return found


def _named(token: str, is_symbol: Callable[[str], bool]) -> str:
    """The symbol or path that a token names, or ""."""
    if _FILE.fullmatch(token):
        return token.rstrip("/")
    name = token.split("(", 1)[0]
    if not _NAME.fullmatch(name):
        return ""
    telling = "(" in token or "_" in name or any(c.isupper() for c in name[1:])
    if telling and not _is_commit(token):
        return name
    return name if name.casefold() not in _FILLERS and is_symbol(name) else ""


def _is_commit(token: str) -> bool:
    return bool(_HASH.fullmatch(token)) and any(c.isdigit() for c in token)


def _arranged(question: Question, plain: list[str]) -> Question | None:
    """The names without a preposition in their places: subject, object, neighbours."""
    symbols = [n for n in plain if not is_path(n)]
    paths = [n for n in plain if is_path(n)]
    if not question.scope:
        question = replace(question, scope=next(iter(paths), ""))
        paths = paths[1:]
    place = _called if question.verb in _CALLING else _replaced
    question, rest = place(question, symbols)
    if not question.subject and not question.called and not question.commit:
        return None
    return replace(question, unread=(*question.unread, *paths, *rest))


def _called(question: Question, symbols: list[str]) -> tuple[Question, list[str]]:
    """Who calls what: "F call X", or "X called in F", where F may be a file or a folder."""
    if len(symbols) > 1:
        return replace(question, subject=symbols[0], called=symbols[1]), symbols[2:]
    caller = "" if is_path(question.scope) else question.scope
    return replace(question, subject=caller, called=next(iter(symbols), "")), []


def _replaced(question: Question, symbols: list[str]) -> tuple[Question, list[str]]:
    """What something happened to: the first name; of a replacement, "F switch from X to Y", X."""
    subject, rest = next(iter(symbols), ""), symbols[1:]
    if question.verb == "replaced":
        old = "" if is_path(question.source) else question.source
        if not old and rest:
            old, rest = rest[0], rest[1:]
        if old:
            scope = question.scope or subject
            return replace(question, subject=old, scope=scope, source=""), rest
    return replace(question, subject=subject), rest


def reading(question: Question) -> str:
    """How a question was read, in one line."""
    if question.verb == "commit":
        return f"the reasons of commit {question.commit}"
    shown = question.subject if question.subject else "whoever"
    parts = [f"{shown} {question.verb}"]
    if question.called:
        parts = [f"{shown} {question.verb} {question.called}"]
        if not question.subject:
            parts = [f"calls of {question.called}"]
    elif question.of_calls:
        parts = [f"calls of {shown} {question.verb}"]
    names = (
        ("out of", question.source),
        ("by" if question.verb == "replaced" else "into", question.goal),
        ("before", question.before),
        ("after", question.after),
        ("in", question.scope if question.scope != question.subject else ""),
        ("at", question.commit),
    )
    parts += [f"{word} {name}" for word, name in names if name]
    if question.back:
        parts.append("back")
    if question.nearby and question.verb == "moved":
        parts.append("within its file")
    asked = "what made possible: " if question.possible else "why: "
    return asked + " ".join(parts)
