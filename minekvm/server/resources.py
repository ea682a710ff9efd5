"""What can be read whole, in pages, by an address: commits, function versions and reports.

    minekvm://CLONE/commit/COMMIT           its message, its people, and what it did to functions
    minekvm://CLONE/function/COMMIT/NAME    the text of what defines a symbol there (?path=FILE)
    minekvm://CLONE/report/QUERY            a story told of the clone, in Markdown

`?page=2` has what did not fit into the first page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from minekvm.api import Clone
from minekvm.errors import MinekvmError

if TYPE_CHECKING:
    from minekvm.api.lineage import Inspection

SCHEME = "minekvm"
_LONGEST = 15_000  # bytes of a page, as text in JSON
_LINE = 3_000  # characters of a line: each takes up to six bytes, of which a page has room for
_HINT = "there are minekvm://CLONE/commit/COMMIT, .../function/COMMIT/NAME and .../report/QUERY"


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of address: what it takes, as an RFC 6570 template, and what it says."""

    name: str
    template: str
    title: str
    says: str
    media: str


SORTS = (
    Sort(
        "commit",
        f"{SCHEME}://{{repo}}/commit/{{commit}}{{?page}}",
        "A commit",
        "Its message verbatim, its people, and what it did to functions.",
        "text/plain",
    ),
    Sort(
        "function",
        f"{SCHEME}://{{repo}}/function/{{commit}}/{{name}}{{?path,page}}",
        "A version of a function",
        "The text of what defines a symbol at a commit, with its lines.",
        "text/plain",
    ),
    Sort(
        "report",
        f"{SCHEME}://{{repo}}/report/{{query}}{{?page}}",
        "A report",
        "A story told of the clone: the answer, lineages, regions, calls and commits.",
        "text/markdown",
    ),
)
MEDIA: Mapping[str, str] = {sort.name: sort.media for sort in SORTS}


@dataclass(frozen=True, slots=True)
class Address:
    """What an address names."""

    repo: str
    sort: str
    parts: tuple[str, ...]
    path: str | None
    page: int

    def at(self, page: int) -> str:
        """The address of another page."""
        parts = "/".join(quote(part, safe="") for part in (self.sort, *self.parts))
        named = f"path={quote(self.path)}&" if self.path else ""
        return f"{SCHEME}://{quote(self.repo, safe='')}/{parts}?{named}page={page}"


def address(text: str) -> Address:
    """An address as it was written. Raises MinekvmError."""
    try:
        split = urlsplit(text)
        given = dict(parse_qsl(split.query))
        page = int(given.get("page", "1"))
    except ValueError:
        raise MinekvmError(f"no address: {text}", _HINT) from None
    sort, *parts = [unquote(part) for part in split.path.strip("/").split("/")]
    many = {"commit": 1, "function": 2, "report": 1}.get(sort)
    if sort == "commit":
        parts = ["/".join(parts)] if parts else []  # a branch may have slashes
    is_whole = len(parts) == many and all(parts) and page >= 1
    if split.scheme != SCHEME or not is_whole or set(given) - {"path", "page"}:
        raise MinekvmError(f"no address: {text}", _HINT)
    return Address(unquote(split.netloc), sort, tuple(parts), given.get("path"), page)


def text(asked: Address, clone: Clone, report: Callable[[Clone, str], str]) -> str:
    """The page of what an address names; its last line says where the next one is.

    `report` tells a story of a name as Markdown. Raises MinekvmError.
    """
    if asked.sort == "commit":
        whole = _commit(clone.inspect(asked.parts[0]))
    elif asked.sort == "function":
        whole = _function(clone, asked)
    else:
        whole = report(clone, asked.parts[0])
    found = list(_pages(whole.encode("utf-8", "backslashreplace").decode()))
    if asked.page > len(found):
        raise MinekvmError(f"there is no page {asked.page}", f"there are {len(found)}")
    page = found[asked.page - 1]
    if asked.page == len(found):
        return page
    return f"{page}\n[page {asked.page} of {len(found)}; next: {asked.at(asked.page + 1)}]\n"


def _commit(found: Inspection) -> str:
    commit = found.commit
    lines = [
        f"commit {commit.id}",
        *(f"parent {parent}" for parent in commit.parents),
        f"author {commit.author} <{commit.email}>, {commit.authored}",
        "",
        *(f"    {line}" for line in commit.message.rstrip("\n").split("\n")),
        "",
        "What it did to functions:",
    ]
    for event in found.events:
        old, new = event.change.old, event.change.new
        places = [f"{v.path}:{v.function.start_line} {v.name}" for v in (old, new) if v]
        lines.append(f"  {' '.join(event.change.kinds)}: {' -> '.join(dict.fromkeys(places))}")
    if not found.events:
        lines.append("  nothing")
    lines += [f"not known: {gap.what}: {gap.why}" for gap in found.gaps]
    return "\n".join(lines) + "\n"


def _function(clone: Clone, asked: Address) -> str:
    commit, name = asked.parts
    found = clone.definitions(name, rev=commit, path=asked.path)
    told = []
    for version in found.versions:
        function = version.function
        lines = f"{function.start_line}-{function.end_line}"
        under = f", under {function.condition}" if function.condition else ""
        told.append(
            f"{version.path}:{lines} of {found.rev}: {function.kind} {function.name}{under}"
        )
        told += [function.text.decode("utf-8", "replace"), ""]
    return "\n".join(told)


def _pages(whole: str) -> Iterator[str]:
    """A text in pages of whole lines; a line that is longer than a page is taken apart."""
    page: list[str] = []
    used = 0
    for line in whole.splitlines(keepends=True):
        for start in range(0, len(line), _LINE):
            part = line[start : start + _LINE]
            takes = len(json.dumps(part, ensure_ascii=False).encode())
            if page and used + takes > _LONGEST:
                yield "".join(page)
                page, used = [], 0
            page.append(part)
            used += takes
    yield "".join(page)
