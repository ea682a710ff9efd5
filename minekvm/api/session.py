"""What every question needs of a clone: opened anew, in a sealed environment, and closed again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from minekvm.api.result import Background, Result
from minekvm.errors import IndexFailed, MinekvmError
from minekvm.progress import Notify, Progress, no_notify, no_progress

if TYPE_CHECKING:
    from minekvm.clone.clone import Clone as Opened

_Answer = TypeVar("_Answer")


class Session:
    """A clone's place and how it is read; between two questions nothing is held."""

    def __init__(
        self,
        path: Path,
        *,
        scope: tuple[str, ...] = (),
        index: Path | None = None,
        progress: Progress = no_progress,
        notify: Notify = no_notify,
        full_history: bool = False,
        exhaustive: bool = False,
    ) -> None:
        self.path = path
        self.scope = scope
        self._index = index
        self._progress = progress
        self._notify = notify
        self._full_history = full_history
        self._exhaustive = exhaustive
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer no more."""
        self._is_closed = True

    def verify(self) -> None:
        """Raise NotARepository where there is no repository that can be opened."""
        from minekvm.adapters.git import shadow

        shadow.locate(self.path)

    def asked(
        self,
        ask: Callable[[Opened], _Answer],
        scope: Sequence[str] = (),
        *,
        beside: str | os.PathLike[str] | None = None,
    ) -> _Answer:
        """What is answered of the clone, with another `beside` it; once more where its index turns
        out to be damaged."""
        other = None if beside is None else Path(beside).expanduser()
        try:
            with self._opened(scope, other) as clone:
                return _against(ask(clone), clone)
        except IndexFailed:
            self._notify("index: its file is damaged: building it anew")
            with self._opened(scope, other) as clone:
                return _against(ask(clone), clone)

    @contextmanager
    def _opened(self, scope: Sequence[str], beside: Path | None) -> Iterator[Opened]:
        """The clone opened for one question, in an environment that no GIT_ variable reaches."""
        from minekvm.adapters.git.sealed import seal
        from minekvm.clone.clone import IndexOptions, open_clone

        if self._is_closed:
            raise MinekvmError("the clone is closed", "ask inside of `with minekvm.open(...)`")
        before = dict(os.environ)
        seal()
        changed = {n for n in {*before, *os.environ} if before.get(n) != os.environ.get(n)}
        try:
            options = IndexOptions(self._index, self._notify)
            with open_clone(
                self.path,
                scope,
                full_history=self._full_history,
                exhaustive=self._exhaustive,
                index=options,
                progress=self._progress,
                beside=beside,
            ) as clone:
                yield clone
        finally:
            for name in changed:
                os.environ.pop(name, None)
            os.environ.update({n: before[n] for n in changed if n in before})


def _against(answer: _Answer, clone: Opened) -> _Answer:
    """An answer, with what its writers know of the clone."""
    if isinstance(answer, Result):
        answer.against(Background(clone.notice, clone.location.origin))
    return answer
