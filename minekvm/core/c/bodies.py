"""The top-level `... {...}` of a file, told apart by matching braces.

Braces balance in nearly all functions, and one regular expression then finds the end. Where they
do not, because `#if` branches or macros hide some, two habits of C writers help: the brace that
ends a function stands in the first column, and so does the next function's header.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from minekvm.core.c.headers import Header, read_header
from minekvm.core.c.source import CLOSE, HASH, LITERAL, NEWLINE, OPEN, Directive, events

# A balanced body without directives, in which no nested brace closes in the first column.
_CODE = rb"[^{}\"'/#]++|" + LITERAL + rb"|/"
_NESTED = _CODE
for _ in range(7):
    _NESTED = _CODE + rb"|\{(?:" + _NESTED + rb")*+(?:(?<!\n)\}|\}(?=,))"
_BALANCED = re.compile(rb"\{(?:" + _NESTED + rb")*+\}", re.DOTALL)
_TRANSPARENT = re.compile(rb"(?:^|[;}\s])(?:extern\s++\"[^\"\n]*\"|namespace\s*+[\w:]*+)\s*+\Z")
_AGGREGATE = re.compile(
    rb"\s*+(?:(?:static|const|inline|extern)\s++)*+(?:struct|union|enum)\b[\w\s]*+\Z"
)
# The same inside of parameters: `int f(struct {...} *a) {...}`.
_PARAMETER = re.compile(rb"[(,]\s*+(?:const\s++)?+(?:struct|union|enum)\b[\w\s]*+\Z")
_REST_OF_LINE = re.compile(rb"[ \t]*+[\w$*](?![^;{}(\"'/#]*+;)")
_NEVER = sys.maxsize


class Body(NamedTuple):
    """Braces at the top level, and the function header in front of them, if it is one.

    `cut` says that the braces do not balance, so that the end is a guess. A closing brace alone
    is one too. `joined` says that more belongs to it: alternatives under `#else` that open braces
    of their own in front of the same body (those with other names follow, each as a body of its
    own), or a header of which it is a part.
    """

    header: Header | None
    brace: int
    end: int
    cut: bool
    joined: bool = False


def bodies(source: bytes, at: int, directives: list[Directive]) -> Iterator[Body]:
    """Each top-level pair of braces from `at` on, which must itself lie at the top level.

    Collects the directives it passes in `directives`, in file order.
    """
    region = low = done = at  # ends of the last body, of the last declaration, of the last event
    clean = True
    flush_until = 0
    while True:
        for char, start, end in events(source, at):
            semicolon = source.rfind(b";", done, start)
            if semicolon >= 0:
                low, clean = semicolon + 1, True
            done = end
            if char == CLOSE or (char == OPEN and _transparent(source, low, start)):
                region = low = end
                clean = True
                if char == CLOSE:
                    yield Body(None, start, end, cut=True)
            elif char == OPEN:
                header = read_header(source, region, low, start, clean)
                balanced = _BALANCED.match(source, start)
                others: list[tuple[int, int]] = []
                if balanced is not None:
                    at, resume = balanced.end(), 0
                else:
                    at, resume, others = _end(source, start, directives, start < flush_until)
                    flush_until = max(flush_until, resume)
                while directives and directives[-1].start >= at:
                    directives.pop()  # read ahead, and read again
                # `enum {...} name(...) {...}` is one function, its first body part of its header.
                carried = header is None and low >= region and _returned(source, low, start, at)
                body = Body(header, start, at, resume > 0, carried or len(others) > 0)
                yield body
                yield from _alternatives(source, body, others)
                low, clean = (low, False) if carried else (at, True)
                region = done = at
                break
            else:
                if char == HASH:
                    directives.append(Directive(start, end, source[start:end]))
                clean = clean and not source[low:start].strip()
                low = end if clean else low
        else:
            return


def _alternatives(source: bytes, body: Body, others: list[tuple[int, int]]) -> Iterator[Body]:
    """The functions under other names that an `#else` begins and the same braces end."""
    names = {body.header.name} if body.header is not None else set()
    for low, brace in others:
        if brace >= body.end:
            break  # the body was found to end before: what follows is read on its own
        header = read_header(source, low, low, brace, clean=False)
        if header is not None and header.name not in names:
            names.add(header.name)
            yield body._replace(header=header, brace=brace)


def _returned(source: bytes, low: int, brace: int, end: int) -> bool:
    """Whether a body is that of a struct, union or enum, with more on the line that ends it."""
    if not goes_on(source, end):
        return False
    return bool(_AGGREGATE.match(source, low, brace) or _PARAMETER.search(source, low, brace))


def goes_on(source: bytes, end: int) -> bool:
    """Whether a declaration goes on in this line with a header: `enum {...} name(...) {`."""
    return _REST_OF_LINE.match(source, end) is not None


def _transparent(source: bytes, low: int, brace: int) -> bool:
    """Whether a brace opens a linkage or namespace block, whose inside is top level too."""
    header = source[low:brace]
    return (b"extern" in header or b"namespace" in header) and bool(_TRANSPARENT.search(header))


class _Depth:
    """How deep braces lead inside a body, where each branch of an `#if` starts afresh."""

    __slots__ = ("_branches", "_skipped", "now", "uneven")

    def __init__(self) -> None:
        self.now = 1
        self.uneven = False  # whether the branches of some #if led to different depths
        self._branches: list[list[int]] = []  # the depth before, then those behind each branch
        self._skipped = 0  # open #ifs inside an alternative to this body's own header

    @property
    def conditional(self) -> bool:
        return bool(self._branches)

    @property
    def alternative(self) -> bool:
        """Whether this is an alternative to the body's own header, outside of inner #ifs."""
        return self._skipped == 1

    def step(self, by: int) -> None:
        if not self._skipped:
            self.now += by

    def branch(self, kind: str) -> None:
        """Take a directive: `if`, `else`, `endif` or another."""
        if self._skipped:
            self._skipped += (kind == "if") - (kind == "endif")
        elif kind == "if":
            self._branches.append([self.now])
        elif kind == "else" and not self._branches:
            self._skipped = 1
        elif kind and self._branches:
            depths = self._branches[-1]
            depths.append(self.now)
            self.now = depths[0]
            if kind == "endif":
                # What the most different branch opens, a later #if closes.
                self.now = max(depths, key=lambda depth: abs(depth - depths[0]))
                self.uneven = self.uneven or len(set(depths[len(depths) > 2 :])) > 1
                self._branches.pop()


class _Walk:
    """Looks for the end of a body brace by brace.

    Each step returns nothing, or where the body ends and where it shows that braces do not
    balance. They do not where a firm header, or the end of the file, follows a closing brace in
    the first column: then the first such brace ended the body. With `flush` it always does.
    """

    def __init__(self, source: bytes, brace: int, flush: bool) -> None:
        line = source.rfind(b"\n", max(brace - 1_000, 0), brace) + 1
        self._source = source
        self._flush = flush
        self._flush_left = not source[line : line + 1].isspace()
        self._depth = _Depth()
        self._closed = 0  # where all braces were closed, if inside an #if
        self._last = brace + 1  # behind the last brace
        self._other = 0  # where an alternative to the header begins, until its brace opens
        self.first = 0  # behind the first brace that may have ended the body
        self.others: list[tuple[int, int]] = []  # where alternatives begin, and their braces

    def directive(self, branch: str, end: int) -> tuple[int, int] | None:
        self._depth.branch(branch)
        self._other = end if branch == "else" and self._depth.alternative else self._other
        if self._depth.now == 0 and not self._depth.conditional:
            return self._closed, 0
        return None

    def opened(self, start: int) -> tuple[int, int] | None:
        if self._depth.now == 0:
            return self._closed, 0
        if self._other and self._depth.alternative:
            self.others.append((self._other, start))
            self._other = 0
        if self.first > 0:
            header = read_header(self._source, self._last, self._last, start, clean=False)
            if header is not None and header.firm:
                return self.first, start
        self._depth.step(1)
        self._last = start + 1
        return None

    def closed(self, start: int) -> tuple[int, int] | None:
        depth, end = self._depth, start + 1
        if depth.now == 0:
            return self._closed, 0
        in_column = self._source[start - 1] == NEWLINE
        ends = in_column and self._source[end : end + 1] != b","
        depth.step(-1)
        over = depth.now == 0
        if over and self._flush_left and not in_column and (depth.conditional or depth.uneven):
            depth.now = 1  # perhaps: a closing brace in the first column would be surer
            ends, over = True, False
        elif over:
            self._closed = end
        if ends:
            self.first = self.first or end
        self._last = end
        if (over and not depth.conditional) or (self._flush and in_column and ends):
            return end, 0
        return None


def _end(
    source: bytes, brace: int, directives: list[Directive], flush: bool
) -> tuple[int, int, list[tuple[int, int]]]:
    """Where the body ends that opens at `brace`, and where it shows to be unbalanced, or 0.

    Third, where alternatives to its header begin, each with its brace.
    """
    walk = _Walk(source, brace, flush)
    for char, start, over in events(source, brace + 1):
        end = None
        if char == HASH:
            directives.append(Directive(start, over, source[start:over]))
            end = walk.directive(directives[-1].branch, over)
        elif char == OPEN:
            end = walk.opened(start)
        elif char == CLOSE:
            end = walk.closed(start)
        if end is not None:
            return *end, walk.others
    return walk.first or len(source), _NEVER, walk.others
