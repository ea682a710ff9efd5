"""How alike two definitions are: token sequences, statements, names.

Whole bodies are compared as token sequences with the Indel ratio (2·LCS / total length, as computed
by rapidfuzz), the definition's own name masked. Parts of bodies are compared as multisets of
statements weighted by their tokens, which survives reordering and surrounding edits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from minekvm.core.c.source import tokens
from minekvm.core.lineage.signatures import SELF, signature
from minekvm.core.model import Function, FunctionVersion, SymbolKind

_TEXT_WORD = re.compile(rb"[A-Za-z_]\w{2,}+")
_NAME_WORD = re.compile(rb"[\w$]++")
_BREAKS = frozenset((b";", b"{", b"}"))
_REMEMBERED = 4_096  # definitions of whose texts the parts are at hand
_LONG = 60_000  # tokens; hand-set: no function of the kernel has as many
_COMMON = frozenset(
    b"if else for while do return break continue goto switch case default sizeof int char void"
    b" unsigned long struct const static NULL 0 1".split()
)

Statement = tuple[bytes, ...]


class _Lexed:
    """A definition's text taken apart; what many versions of its file share is made once."""

    def __init__(self, text: bytes, name: str, kind: SymbolKind) -> None:
        own = name.encode("latin-1", "replace")
        self.tokens = [SELF if t == own else t for t in tokens(text)]
        self.body_start = _body_start(self.tokens, kind)

    @cached_property
    def sequence(self) -> tuple[bytes, ...]:
        return tuple(self.tokens)

    @cached_property
    def header(self) -> tuple[bytes, ...]:
        return signature(self.tokens[: self.body_start])

    @cached_property
    def body(self) -> list[bytes]:
        return self.tokens[self.body_start :]

    @cached_property
    def words(self) -> frozenset[bytes]:
        return frozenset(t for t in self.body if t[:1].isalnum() or t[:1] == b"_")

    @cached_property
    def statements(self) -> Counter[Statement]:
        return statements(self.body)

    @cached_property
    def weight(self) -> int:
        return weight(self.statements)


_lexed = lru_cache(maxsize=_REMEMBERED)(_Lexed)


def _body_start(found: Sequence[bytes], kind: SymbolKind) -> int:
    """Where a definition's body begins among its tokens."""
    if kind == "macro":
        return found.index(b")") + 1 if b")" in found else 0
    if kind == "tracepoint" or b"{" not in found:
        return 0
    return found.index(b"{")


@dataclass(eq=False)
class Body:
    """A definition prepared for comparison; everything is computed when first asked for."""

    version: FunctionVersion
    order: int = 0  # place among the definitions of its file

    @property
    def name(self) -> str:
        return self.version.function.name

    @property
    def path(self) -> str:
        return self.version.path

    @property
    def function(self) -> Function:
        return self.version.function

    @cached_property
    def _text(self) -> _Lexed:
        function = self.function
        return _lexed(function.text, function.name, function.kind)

    @property
    def tokens(self) -> list[bytes]:
        """Header and body, own name masked."""
        return self._text.tokens

    @property
    def sequence(self) -> tuple[bytes, ...]:
        """The same, to be looked up by."""
        return self._text.sequence

    @property
    def header(self) -> tuple[bytes, ...]:
        """Return type and parameters, without storage words and annotations."""
        return self._text.header

    @property
    def body(self) -> list[bytes]:
        """The tokens behind the header."""
        return self._text.body

    @property
    def words(self) -> frozenset[bytes]:
        """Identifiers, keywords and numbers of the body, own name left out."""
        return self._text.words

    @cached_property
    def calls(self) -> frozenset[bytes]:
        """The names that stand before a parenthesis in the body."""
        following = zip(self.body, self.body[1:], strict=False)
        found = {
            t for t, after in following if after == b"(" and (t[:1].isalpha() or t[:1] == b"_")
        }
        return frozenset(found - _COMMON)

    @cached_property
    def called(self) -> frozenset[bytes]:
        """The words by which others name it: its name's, of what a macro made all."""
        name = self.function.name.encode("latin-1", "replace")
        return frozenset(_NAME_WORD.findall(name))

    def called_by(self, other: Body) -> bool:
        """Whether another definition names this one."""
        return self.called <= other.words

    @property
    def statements(self) -> Counter[Statement]:
        """The statements of the body, each as often as it stands there."""
        return self._text.statements

    @property
    def weight(self) -> int:
        """Tokens in statements: the size that coverage is measured against."""
        return self._text.weight


@dataclass(eq=False)
class Edit:
    """A definition that stands on both sides under one name."""

    old: Body
    new: Body

    @cached_property
    def gone(self) -> Counter[Statement]:
        """Statements that the old body has and the new one lacks."""
        return self.old.statements - self.new.statements

    @cached_property
    def come(self) -> Counter[Statement]:
        """Statements that the new body has and the old one lacks."""
        return self.new.statements - self.old.statements


def statements(body: Iterable[bytes]) -> Counter[Statement]:
    """Split tokens at `;`, `{` and `}`; statements of a single token tell nothing and are left."""
    found: Counter[Statement] = Counter()
    current: list[bytes] = []
    for token in body:
        if token in _BREAKS:
            if len(current) > 1:
                found[tuple(current)] += 1
            current = []
        else:
            current.append(token)
    if len(current) > 1:
        found[tuple(current)] += 1
    return found


def weight(bag: Counter[Statement]) -> int:
    """The number of tokens in a bag of statements."""
    return sum(len(statement) * count for statement, count in bag.items())


def similarity(a: Body, b: Body) -> float:
    """The Indel ratio of two token sequences, headers included: 0 to 1.

    Of texts too long for that, whose time grows with the square, the ratio of their statements.
    """
    from rapidfuzz.distance import Indel

    if len(a.tokens) * len(b.tokens) > _LONG * _LONG:
        return float(Indel.normalized_similarity(_pieces(a.tokens), _pieces(b.tokens)))
    return float(Indel.normalized_similarity(a.tokens, b.tokens))


def _pieces(tokens: Sequence[bytes]) -> list[Statement]:
    """Tokens cut at `;`, `{` and `}`, in their order."""
    found: list[Statement] = []
    begin = 0
    for at, token in enumerate(tokens, 1):
        if token in _BREAKS:
            found.append(tuple(tokens[begin:at]))
            begin = at
    return [*found, tuple(tokens[begin:])]


def words_covered(part: Body, lost: Body, kept: Body) -> float:
    """The share of a part's names and numbers that one text has more of than another.

    Finds parts too small or too reworked to leave whole statements: a condition that became a
    function, an expression put in place of a call.
    """
    wanted = Counter(_words_of(part.body))
    given = Counter(_words_of(lost.body)) - Counter(_words_of(kept.body))
    total = wanted.total()
    return (wanted & given).total() / total if total else 0.0


def _words_of(tokens: Iterable[bytes]) -> Iterator[bytes]:
    """The names and numbers among tokens, and the words of texts: these go whole, however cut."""
    for token in tokens:
        if token[:1] == b'"':
            yield from _TEXT_WORD.findall(token)
        elif _is_word(token):
            yield token


def _is_word(token: bytes) -> bool:
    return (token[:1].isalnum() or token[:1] == b"_") and token not in _COMMON


def could_reach(a: Body, b: Body, least: float) -> bool:
    """Whether the lengths alone leave room for a similarity of at least `least`."""
    shorter, longer = sorted((len(a.tokens), len(b.tokens)))
    return 2 * shorter >= least * (shorter + longer) - 1e-9


def covered(part: Counter[Statement], by: Counter[Statement]) -> float:
    """The share of `part`, by weight, that stands in `by`, near-equal statements counted in part.

    Extracting and inlining rename variables: a statement of three tokens or more counts with the
    Indel ratio to its best counterpart, from 0.6 on.
    """
    from rapidfuzz.distance import Indel

    total = weight(part)
    if not total:
        return 0.0
    left_part, left_by = part - by, by - part
    found = float(total - weight(left_part))
    pool = [s for s in left_by.elements() if len(s) >= 3]
    for statement in sorted(left_part.elements(), key=len, reverse=True):
        if len(statement) < 3 or not pool:
            continue
        best, share = -1, 0.0
        for index, other in enumerate(pool):
            if 2 * min(len(other), len(statement)) < 0.7 * (len(other) + len(statement)):
                continue
            ratio = Indel.normalized_similarity(statement, other, score_cutoff=0.6)
            if ratio > share:
                best, share = index, ratio
        if best >= 0:
            pool.pop(best)
            found += share * len(statement)
    return found / total


def name_likeness(a: str, b: str) -> float:
    """How alike two names are, by letters or by the words between underscores: 0 to 1."""
    from rapidfuzz.distance import Levenshtein

    letters = float(Levenshtein.normalized_similarity(a, b))
    words_a = {w for w in a.lower().split("_") if w}
    words_b = {w for w in b.lower().split("_") if w}
    if not words_a or not words_b:
        return letters
    shared = 2 * len(words_a & words_b) / (len(words_a) + len(words_b))
    return max(letters, shared)
