"""What is asked of a server, answered one question after another in a thread beside the protocol.

A question that nobody waits for any more is stopped where it next says what is under way.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Event, Lock
from typing import Any, TypeVar

from minekvm.api import Clone
from minekvm.api.report import Request, request_for, shipped, shipped_request
from minekvm.errors import MinekvmError
from minekvm.progress import Progress
from minekvm.server import resources
from minekvm.server.clones import Clones
from minekvm.server.paging import Paged, brief, dumped, paged, readable
from minekvm.server.tools import Arguments, Tool, answered

_KEPT = 8  # answers whose next pages may be asked for
_PAUSE = 0.2  # seconds between two words of progress, and between two looks at a lock

Found = TypeVar("Found")


class Stopped(BaseException):
    """Nobody waits for this answer any more."""


class Hearer:
    """Hears progress: passes on some of it, and stops the work once nobody waits.

    Both `tell` and the work run in the same thread.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._stopped = Event()
        self._last = float("-inf")

    def stop(self) -> None:
        """Nobody waits: whoever next says what is under way is stopped there."""
        self._stopped.set()

    def check(self) -> None:
        """Raise Stopped where nobody waits."""
        if self._stopped.is_set():
            raise Stopped

    def hear(self, step: str, done: int = 0, total: int = 0) -> None:
        """A `Progress`."""
        self.check()
        now = time.monotonic()
        if now - self._last >= _PAUSE:
            self._last = now
            self._tell(f"{step}: {done} of {total}" if total else step)


class Turns:
    """Questions wait for each other: each may use a processor for seconds, and the environment
    that git runs in is the process's own.
    """

    def __init__(self) -> None:
        self._asking = Lock()

    def take(self, hearer: Hearer, ask: Callable[[], Found]) -> Found:
        """What is answered when the turn has come. Raises Stopped where nobody waits any more."""
        while not self._asking.acquire(timeout=_PAUSE):
            hearer.check()
        try:
            hearer.check()
            return ask()
        finally:
            self._asking.release()


class Answers:
    """Answers of some clones: tools in pages, and what has an address."""

    def __init__(self, clones: Clones, stories: dict[str, Request] | None = None) -> None:
        self.clones = clones
        self._stories = stories or {}
        self._turns = Turns()
        self._kept: OrderedDict[str, tuple[str, Paged]] = OrderedDict()

    def tool(self, tool: Tool, given: Arguments, hearer: Hearer) -> dict[str, Any]:
        """A page of a tool's answer; its `next` is the next page's cursor. Raises MinekvmError."""
        return self._turns.take(hearer, lambda: self._page(tool, dict(given), hearer.hear))

    def read(self, uri: str, hearer: Hearer) -> str:
        """A page of what an address names. Raises MinekvmError."""
        asked = resources.address(uri)
        if asked.repo not in self.clones.names:
            raise MinekvmError(
                f"no clone is named {asked.repo}", f"there are: {', '.join(self.clones.names)}"
            )
        clone = self.clones.clone(asked.repo, (), hearer.hear)
        return self._turns.take(hearer, lambda: resources.text(asked, clone, self._report))

    @property
    def stories(self) -> list[str]:
        """The names of the stories that can be told."""
        return sorted({*shipped(), *self._stories})

    def _report(self, clone: Clone, name: str) -> str:
        request = self._stories.get(name) or shipped_request(name)
        return clone.report_for(request).to_markdown()

    def _page(self, tool: Tool, given: Arguments, progress: Progress) -> dict[str, Any]:
        cursor = given.pop("cursor", None)
        most = given.pop("limit", 25)
        key = dumped([tool.name, sorted(given.items())])
        kept, start = self._continued(key, cursor) if cursor is not None else (None, 0)
        if kept is None:
            kept = self._ask(tool, given, progress)
            if cursor is not None and cursor != f"{kept[0]}:{start}":
                raise MinekvmError(
                    "this cursor is of another answer: the arguments or the clone have changed",
                    "ask again without it",
                )
            self._kept[key] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        digest, document = kept
        page, following = document.page(start, most)
        return page if following is None else {**page, "next": f"{digest}:{following}"}

    def _continued(self, key: str, cursor: str) -> tuple[tuple[str, Paged] | None, int]:
        """The answer that a cursor goes on in, if it is still there, and the row it begins at."""
        digest, _, row = cursor.partition(":")
        if not (row.isascii() and row.isdigit() and len(row) < 9):
            raise MinekvmError("no cursor", "take the `next` of an answer as it is")
        kept = self._kept.get(key)
        return kept if kept is not None and kept[0] == digest else None, int(row)

    def _ask(self, tool: Tool, given: Arguments, progress: Progress) -> tuple[str, Paged]:
        clone = self.clones.clone(given.get("repo"), given.get("scope", ()), progress)
        found = readable(answered(tool, clone, given))
        document = found if given.get("detail") else brief(found, tool.spared)
        digest = hashlib.blake2b(dumped(document).encode(), digest_size=6).hexdigest()
        return digest, paged(document, tool.lists)


def stories(files: list[str]) -> dict[str, Request]:
    """Query files that were named at the start, by name. Raises QueryFailed."""
    asked = [request_for(file) for file in files]
    return {request.file.removesuffix(".toml"): request for request in asked}
