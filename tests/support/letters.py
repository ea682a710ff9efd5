"""Mails and archives for tests: patches as `git format-patch` makes them, answers, covers."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from support.repos import START, Repo

DAY = 86_400


def diff(path: str, old: str, new: str) -> str:
    """The diff of a file that is on both sides, without blobs."""
    sides = (old.splitlines(keepends=True), new.splitlines(keepends=True))
    lines = difflib.unified_diff(*sides, f"a/{path}", f"b/{path}")
    return f"diff --git a/{path} b/{path}\n{''.join(lines)}"


@dataclass(frozen=True)
class Letter:
    """A mail; `day` counts from the repositories' first commit, `answers` are Message-Ids."""

    id: str
    subject: str
    body: str = "Because.\n"
    sender: str = "A. Uthor <a@example.org>"
    day: float = 0
    answers: Sequence[str] = ()
    headers: str = ""

    @property
    def raw(self) -> str:
        sent = format_datetime(datetime.fromtimestamp(START + int(self.day * DAY), UTC))
        lines = [f"From: {self.sender}", f"Date: {sent}", f"Subject: {self.subject}"]
        lines.append(f"Message-Id: <{self.id}>")
        if self.answers:
            lines.append(f"In-Reply-To: <{self.answers[-1]}>")
            lines.append(f"References: {' '.join(f'<{a}>' for a in self.answers)}")
        return "\n".join(lines) + f"\n{self.headers}\n{self.body}"


def inbox(path: Path, letters: Sequence[Letter | str]) -> Path:
    """A public-inbox repository of these mails, in their order."""
    repo = Repo.create(path, bare=True)
    for n, one in enumerate(letters):
        repo.commit(f"mail {n}", {"m": one if isinstance(one, str) else one.raw})
    return path
