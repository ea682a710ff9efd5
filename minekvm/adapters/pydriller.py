"""PyDriller on the shadow: the picked commits' authors, dates and messages.

It is here to drill the few commits that an answer shows whole; every other one is streamed by git.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minekvm.adapters.git import process, sealed
from minekvm.core.model import Commit, CommitId, Gap

if TYPE_CHECKING:
    from pydriller.domain.commit import Commit as Drilled

_AT_ONCE = 500  # hashes per call: well below any limit on arguments


class Drill:
    """Reads commits through PyDriller, imported beside the walk because that takes long.

    `note` hears of what it could not read.
    """

    def __init__(self, shadow: Path, note: Callable[[Gap], None]) -> None:
        self._shadow = shadow
        self._note = note
        self._import = threading.Thread(target=_load, daemon=True)
        self._import.start()

    def commits(self, ids: Sequence[CommitId]) -> dict[CommitId, Commit]:
        """The commits by id. Those that PyDriller cannot read are left out, and noted as a gap."""
        self._import.join()
        found: dict[CommitId, Commit] = {}
        for at in range(0, len(ids), _AT_ONCE):
            found |= {c.id: c for c in self._some(ids[at : at + _AT_ONCE])}
        return found

    def _some(self, ids: Sequence[CommitId]) -> Iterator[Commit]:
        try:
            picked = _open(self._shadow).get_list_commits(
                rev=["--no-walk=unsorted", *ids], reverse=False
            )
            for drilled in picked:
                commit = _commit(drilled)
                if not _lossy(commit):
                    yield commit
        except Exception as error:  # PyDriller wraps every failure of git in a bare Exception
            reason = process.complaint(str(error).encode()) or type(error).__name__
            why = f"PyDriller gave up ({reason}): as git has the commits"
            self._note(Gap("commits", why))


def _load() -> None:
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    # It asks for a version on being imported, by a path that may lead into the clone.
    os.environ.setdefault("GIT_PYTHON_GIT_EXECUTABLE", sealed.git_program())
    logging.getLogger("git").addHandler(logging.NullHandler())
    for name in ("lizard", "lizard_languages"):  # half of the import, for what is never asked
        _postpone(name)
    import pydriller.git  # noqa: F401 - slow: beside the walk, on another core


def _postpone(name: str) -> None:
    """Let a module load when something of it is first used."""
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _open(shadow: Path) -> Any:
    from git import Repo
    from pydriller.git import Git

    class Shadow(Git):  # type: ignore[misc]
        """PyDriller's Git without the configuration it writes on opening."""

        def _open_repository(self) -> None:
            self._repo = Repo(str(self.path))
            self._repo.git.update_environment(**sealed.environment(self.path))
            self._conf.set_value("main_branch", "")

    return Shadow(str(shadow))


def _lossy(commit: Commit) -> bool:
    """Whether bytes were lost: PyDriller knows no encoding but the stated one or UTF-8."""
    return any("\ufffd" in said for said in (commit.author, commit.email, commit.message))


def _commit(drilled: Drilled) -> Commit:
    message = str(drilled._c_object.message)  # `msg` is stripped, and lines are cited by number
    return Commit(
        id=CommitId(drilled.hash),
        parents=tuple(CommitId(p) for p in drilled.parents),
        author=drilled.author.name or "",
        email=drilled.author.email or "",
        authored=drilled.author_date.isoformat(),
        committed=int(drilled.committer_date.timestamp()),
        subject=message.lstrip("\n").split("\n", 1)[0].strip(),
        message=message,
    )
