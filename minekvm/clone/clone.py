"""A clone opened for questions: its shadow, its objects, its index; and who watches meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from minekvm.adapters.git import revisions, shadow
from minekvm.adapters.git.repository import Repository
from minekvm.adapters.index.index import Index
from minekvm.clone.cache import Memory
from minekvm.clone.history import History
from minekvm.core.mail.ids import asked_id
from minekvm.core.model import CommitId, Gap
from minekvm.errors import UnknownCommit

if TYPE_CHECKING:
    from minekvm.core.lineage.past import Known

Tell = Callable[[str], None]


class Progress(Protocol):
    """Hears what is under way and, where that can be counted, how much of it is done."""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None: ...


def silent(step: str, done: int = 0, total: int = 0) -> None:
    """Progress that nobody watches."""


def unheard(what: str) -> None:
    """Talk that nobody hears."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the index lies (None: in the cache folder), and who hears what befell it."""

    where: Path | None = None
    tell: Tell = unheard


@dataclass(frozen=True, slots=True)
class Opened:
    """A clone opened through its shadow; `known` is what its commits did to functions, so far."""

    clone: shadow.Clone
    shadow: Path
    history: History
    repository: Repository
    index: Index | None
    known: Known = field(default_factory=dict)

    def resolve(self, revision: str) -> CommitId:
        """The commit that a revision names, or that a mail became: by Message-Id or address.

        Raises UnknownCommit.
        """
        try:
            return revisions.resolve(self.clone.git_dir, revision)
        except UnknownCommit:
            if not (message_id := asked_id(revision)):
                raise
        from minekvm.clone.patch_matching import Posted, sure

        found = Posted(self.index, self.shadow).became(message_id) if self.index else []
        best = sure(found)
        if best is None:
            raise UnknownCommit(
                f"no commit is known that mail {message_id} became",
                "minekvm thread shows a mail that is indexed; to index more: minekvm mail index",
            )
        why = f"answered for commit {best.commit[:12]} ({best.match.rule})"
        self.history.note(Gap(f"mail {message_id}", why))
        return best.commit


AS_USUAL = Kept()


@contextmanager
def opened(
    path: Path,
    scope: Sequence[str] = (),
    *,
    full_history: bool = False,
    kept: Kept = AS_USUAL,
) -> Iterator[Opened]:
    """Open a clone for reading; the shadow is created or renewed in the cache folder.

    `full_history` follows both sides of merges that git simplifies; small clones do so anyway.
    What is read is remembered in the index, which is None where another process has only begun to
    make it.
    """
    clone = shadow.locate(path)
    mirror = shadow.open_shadow(clone)
    every_side = full_history or shadow.is_small(clone)
    file = kept.where or shadow.index_path(clone)
    with (
        Index.opened(file, str(clone.common_dir), kept.tell, wait=False) as index,
        Repository(mirror, scope, every_side=every_side) as repository,
        History(repository, Memory(index, repository.view)) as history,
    ):
        if clone.shallow:
            history.note(Gap("history", "the clone is shallow: older commits are not in it"))
        yield Opened(clone, mirror, history, repository, index)
