"""The clones that a server may read: named once, at its start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from minekvm.api import Clone
from minekvm.errors import MinekvmError
from minekvm.progress import Progress


class Clones:
    """Clones by name, in the order in which they were named; the first goes without saying.

    A name is its folder's, with a number where two would be alike. Raises NotARepository.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths: dict[str, Path] = {}
        for path in dict.fromkeys(path.expanduser().resolve() for path in paths):
            Clone(path).verify()
            self._paths[self._name(path)] = path

    def _name(self, path: Path) -> str:
        base = path.name.removesuffix(".git") or path.parent.name or "clone"
        name, number = base, 2
        while name in self._paths:
            name, number = f"{base}-{number}", number + 1
        return name

    @property
    def names(self) -> list[str]:
        """The names that there are."""
        return list(self._paths)

    def clone(self, name: str | None, scope: Sequence[str], progress: Progress) -> Clone:
        """The clone of a name, to be asked. Raises MinekvmError where none was named so."""
        path = self._paths.get(name or self.names[0])
        if path is None:
            raise MinekvmError(f"no clone is named {name}", f"there are: {', '.join(self.names)}")
        return Clone(path, scope=tuple(scope), progress=progress)
