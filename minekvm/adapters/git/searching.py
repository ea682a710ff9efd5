"""Words in a commit's tree and in the changes between two commits, asked of git."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from minekvm.adapters.git import process
from minekvm.core.file_kinds import SOURCE, is_source
from minekvm.core.model import BlobId, CommitId

_AT_ONCE = 4_000  # paths on a command line
_TOGETHER = 200  # words in an expression
_SPECIAL = re.compile(r"[][\\.^$*+?(){}|]")  # what an extended expression of POSIX means otherwise
EVERYWHERE = (*(f"*{end}" for end in SOURCE), "*.S", "*Kconfig*")
HEADERS = ("*.h", "*Kconfig*")


def _any_of(words: Iterable[str]) -> list[str]:
    """What asks git's grep for any of some words: one expression, for of several it looks for each
    by itself (44 words in a kernel's headers took 12 seconds, together 3)."""
    ordered = sorted(set(words))
    groups = (ordered[at : at + _TOGETHER] for at in range(0, len(ordered), _TOGETHER))
    return [a for group in groups for a in ("-e", "|".join(map(_literal, group)))]


def _literal(word: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", word)


def words_in(
    git_dir: Path, commit: CommitId, words: Iterable[str], where: Sequence[str] = EVERYWHERE
) -> set[str]:
    """Those of some words that stand in a commit's files, which pathspecs choose."""
    asked = _any_of(words)
    found: set[str] = set()
    for at in range(0, len(where) if asked else 0, _AT_ONCE):
        arguments = ["grep", "-h", "-o", "-I", "-w", "-E", *asked, commit, "--"]
        arguments += where[at : at + _AT_ONCE]
        _, out, _ = process.run(arguments, git_dir, literal=False)
        found.update(out.decode("utf-8", "surrogateescape").split("\n"))
    return found - {""}


def files_with(
    git_dir: Path, commit: CommitId, words: Iterable[str], where: Sequence[str]
) -> dict[str, list[str]]:
    """The files at a commit, among those that pathspecs choose, that have some words, by word."""
    asked = _any_of(words)
    found: dict[str, dict[str, None]] = {}
    for at in range(0, len(where) if asked else 0, _AT_ONCE):
        arguments = ["grep", "-z", "-o", "-I", "-w", "-E", *asked, commit, "--"]
        arguments += where[at : at + _AT_ONCE]
        _, out, _ = process.run(arguments, git_dir, literal=False)
        for line in out.split(b"\n")[:-1]:
            name, _, word = line.partition(b"\0")
            paths = found.setdefault(word.decode("utf-8", "surrogateescape"), {})
            paths[os.fsdecode(name[len(commit) + 1 :])] = None
    return {word: list(paths) for word, paths in found.items()}


def lines_with(
    git_dir: Path, commit: CommitId, texts: Sequence[str], where: Sequence[str] = EVERYWHERE
) -> list[tuple[str, int, str]]:
    """Where lines hold one of some texts, at a commit: path, line and the line."""
    asked = [a for text in texts for a in ("-e", text)]
    arguments = ["grep", "-z", "-n", "-I", "-F", *asked, commit, "--", *where]
    _, out, _ = process.run(arguments, git_dir, literal=False)
    found = []
    for row in out.split(b"\n"):
        name, _, rest = row.partition(b"\0")
        number, _, line = rest.partition(b"\0")
        if number.isdigit():
            path = os.fsdecode(name[len(commit) + 1 :])
            found.append((path, int(number), line.decode("utf-8", "surrogateescape")))
    return found


def changing(
    git_dir: Path, word: str, start: CommitId, stop: CommitId, paths: Sequence[str]
) -> list[CommitId]:
    """The commits from `start` back to what `stop` has that changed how often a word stands in
    some files, oldest first."""
    arguments = ["log", "--no-color", "--no-show-signature", "--format=%H", "--no-renames"]
    arguments += ["--reverse", f"-S{word}", start, f"^{stop}", "--", *paths]
    code, out, _ = process.run(arguments, git_dir)
    return [] if code else [CommitId(c.decode("ascii")) for c in out.split()]


def differing(
    git_dir: Path, one: CommitId, other: CommitId
) -> dict[str, tuple[BlobId | None, BlobId | None]]:
    """The source and Kconfig files that differ between two trees, with their blobs in both."""
    arguments = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", one, other]
    fields = process.output(arguments, git_dir).split(b"\0")
    found: dict[str, tuple[BlobId | None, BlobId | None]] = {}
    for about, name in zip(fields[::2], fields[1::2], strict=False):
        path = os.fsdecode(name)
        _, _, old, new, _ = about.decode("ascii").split()
        if is_source(path) or "Kconfig" in path or path.endswith(".S"):
            sides = (BlobId(blob) if blob.strip("0") else None for blob in (old, new))
            found[path] = next(sides), next(sides)
    return found


def between(git_dir: Path, start: CommitId, stop: CommitId) -> list[CommitId]:
    """The commits that one has behind it and another has not, parents before children."""
    arguments = ["rev-list", "--topo-order", "--reverse", start, f"^{stop}"]
    return [CommitId(c.decode("ascii")) for c in process.output(arguments, git_dir).split()]


def sizes(git_dir: Path, commits: Sequence[CommitId]) -> dict[CommitId, int]:
    """How many lines each of some commits adds and takes away; binary files count as none."""
    found: dict[CommitId, int] = {}
    if not commits:
        return found
    feed = "".join(f"{c}\n" for c in commits).encode("ascii")
    arguments = ["diff-tree", "--stdin", "-r", "--root", "--numstat", "--no-renames"]
    current = CommitId("")
    for line in process.output(arguments, git_dir, feed=feed).split(b"\n"):
        fields = line.split(b"\t")
        if len(fields) >= 3:
            found[current] += sum(int(n) for n in fields[:2] if n.isdigit())
        elif line:
            current = CommitId(line.decode("ascii"))
            found[current] = 0
    return found
