"""A replica on disk, for the tests to ask git about."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from minekvm.replica import repository


@dataclass(frozen=True, slots=True)
class Built:
    """Where it is, what its HEAD is, and its commits by the story's keys."""

    path: Path
    head: str
    commits: Mapping[str, str]

    @classmethod
    def at(cls, path: Path) -> Built:
        """Builds one."""
        told = repository.write_history(path)
        return cls(path, told.head, told.commits)

    def git(self, *arguments: str) -> str:
        """What git says of it, without the final line feed."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        return done.stdout.removesuffix("\n")

    def message(self, key: str) -> str:
        return self.git("log", "-1", "--encoding=UTF-8", "--format=%B", self.commits[key])

    def parent(self, key: str) -> str:
        """The key of a commit's first parent."""
        parent = self.git("rev-parse", f"{self.commits[key]}^")
        return next(key for key, commit in self.commits.items() if commit == parent)

    def text(self, key: str, path: str) -> str:
        return self.git("show", f"{self.commits[key]}:{path}")

    def calls(self, key: str, path: str, function: str) -> list[list[str]]:
        """The calls of each variant of a function, in order, as they are after that commit."""
        bodies = re.findall(
            rf"^[a-z][^;{{}}#]*\b{function}\([^;{{}}]*\)\n{{\n(.*?)^}}",
            self.text(key, path),
            re.M | re.S,
        )
        return [
            [call for call in re.findall(r"\b(\w+)\(", body) if call not in {"if", "for"}]
            for body in (re.sub(r"/\*.*?\*/", "", body, flags=re.S) for body in bodies)
        ]
