"""Blind origins on the `Fixes:` pairs of a clone: minekvm, PyDriller's SZZ, plain blame.

    python benchmarks/origins.py CLONE [--sample 300] [--seed 1] [--rev HEAD]

A pair is a commit of one parent that touches C files, and an ancestor that its `Fixes:` line
names, or a sentence such as `broken by commit X` or `oversight in X`; in Vim, a patch (`after
9.0.1234`). A hash that is not in the clone is resolved through the backport whose
message names it. A
history's first commit is no cause. Precision, recall and F1 are those of the first candidate,
against all true pairs; recall at 5 counts the true ones among the first five. None of the three is
shown the citation.

PyDriller's answer (`Git.get_commits_last_modified_lines`) is a set, put newest first, which serves
it best. Plain blame is `git blame` of the removed lines at the parent, most lines first.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minekvm.adapters.git import process
from minekvm.analyses import origins as analysis
from minekvm.clone.clone import Clone, open_clone
from minekvm.core.model import CommitId

FIXES = re.compile(
    r"^[ \t]*+fixes:?+[ \t]*+(?:commit[ \t]++)?+([0-9a-f]{7,40})\b", re.IGNORECASE | re.MULTILINE
)
BLAMED = re.compile(
    r"\b(?:(?:broke[n]?|introduced|caused|regress(?:ed|ion)|exposed|triggered|started|oversight|bug"
    r"|mistake|thinko|missed|forgotten|overlooked|botched)\s++(?:by|in|since|with|from|of)"
    r"|fix(?:es|ed|up|ing)?(?:\s++for)?|(?:follow|clean)-?up (?:to|for))\s++"
    r"(?:(?:my|the|recent|earlier|in|previous)\s++)*+(?:git\s++)?(?:commits?\s++)?\(?"
    r"([0-9a-f]{7,40})\b"
    r"|\bcommit\s++([0-9a-f]{7,40})\b[^.]{0,80}?\b(?:broke|introduced\s+(?:a|the)\s+(?:bug|regression)"
    r"|missed|forgot|failed\s+to|neglected|overlooked|regressed)\b",
    re.IGNORECASE,
)
AFTER = re.compile(r"\bafter\s++(?:patch\s++)?(\d\.\d\.\d{1,4})\b")
PATCH = re.compile(r"\s*+patch\s++(\d\.\d\.\d{1,4}):")
BACKPORT = re.compile(
    r"commit\s++([0-9a-f]{40})\s++upstream|upstream commit:?+\s++([0-9a-f]{40})"
    r"|cherry picked from commit ([0-9a-f]{40})",
    re.IGNORECASE,
)
HUNK = re.compile(rb"@@ -(\d++)(?:,(\d++))?+ ")
COLUMNS = ("", "precision", "recall", "F1 at 1", "recall@5", "median s", "max s", "failed")
Pair = tuple[CommitId, tuple[CommitId, ...]]
Ranking = Callable[[CommitId], Sequence[str]]


@dataclass
class Score:
    """How one way of ranking does: counts over all pairs, and the seconds it took."""

    pairs: int = 0
    answered: int = 0
    right: int = 0
    within: int = 0
    failed: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, ranked: Sequence[str], causes: Sequence[str], seconds: float) -> None:
        self.pairs += len(causes)
        self.answered += bool(ranked)
        self.right += bool(ranked) and ranked[0] in causes
        self.within += len(set(ranked[:5]).intersection(causes))
        self.seconds.append(seconds)

    def figures(self) -> tuple[float, float, float, float]:
        """Precision and recall of the first candidate, their F1, and recall at 5."""
        precision = self.right / max(self.answered, 1)
        recall = self.right / max(self.pairs, 1)
        both = 2 * precision * recall / ((precision + recall) or 1)
        return precision, recall, both, self.within / max(self.pairs, 1)

    def row(self) -> str:
        precision, recall, both, within = self.figures()
        times = sorted(self.seconds)
        middle, most = times[len(times) // 2], times[-1]
        return (
            f"{precision:9.3f} {recall:8.3f} {both:7.3f} {within:9.3f}"
            f" {middle:9.2f} {most:8.2f} {self.failed:6}"
        )


def pairs(git_dir: Path, rev: str) -> list[Pair]:
    """The commits with a `Fixes:` line whose cause is known in the clone, newest first."""
    out = process.output(["log", "--format=%H%x00%P%x00%B%x01", rev], git_dir)
    rows = [r.lstrip().split("\0") for r in out.decode("utf-8", "replace").split("\x01")]
    rows = [r for r in rows if len(r) == 3]
    parents = {commit: of.split() for commit, of, _ in rows}
    backports: dict[str, str] = {}
    for commit, _, message in reversed(rows):
        for groups in BACKPORT.findall(message):
            backports.setdefault("".join(groups).lower(), commit)
    numbered = {m[1]: commit for commit, _, message in rows if (m := PATCH.match(message))}
    here, upstream = sorted(parents), sorted(backports)
    found: list[Pair] = []
    for commit, of, message in rows:
        causes: dict[CommitId, None] = {}
        for prefix in blamed_in(message):
            named = starting(here, prefix) or [backports[u] for u in starting(upstream, prefix)]
            if len(set(named)) == 1 and named[0] != commit and parents[named[0]]:
                causes[CommitId(named[0])] = None
        for number in AFTER.findall(message) if PATCH.match(message) else ():
            if number in numbered and numbered[number] != commit:
                causes[CommitId(numbered[number])] = None
        if causes and len(of.split()) == 1:
            found.append((CommitId(commit), tuple(causes)))
    return found


def blamed_in(message: str) -> list[str]:
    """The digits of the commits that a message blames, in lower case."""
    named = FIXES.findall(message) or ["".join(groups) for groups in BLAMED.findall(message)]
    return [digits.lower() for digits in named]


def starting(ordered: Sequence[str], prefix: str) -> list[str]:
    """Those of ordered hashes that begin with some digits."""
    at = bisect_left(ordered, prefix)
    found: list[str] = []
    while at < len(ordered) and ordered[at].startswith(prefix):
        found.append(ordered[at])
        at += 1
    return found


def sample(git_dir: Path, found: list[Pair], many: int, seed: int) -> Iterator[Pair]:
    """So many of the pairs, by chance, whose commit touches C and comes after the cause."""
    random.Random(seed).shuffle(found)
    taken = 0
    for commit, causes in found:
        listing = ["diff-tree", "-r", "--no-commit-id", "--name-only", "-z", commit]
        names = process.output(listing, git_dir).split(b"\0")
        if not any(n.endswith((b".c", b".h")) for n in names):
            continue
        before = tuple(c for c in causes if is_ancestor(git_dir, c, commit))
        if before:
            yield commit, before
            taken += 1
        if taken == many:
            return


def is_ancestor(git_dir: Path, one: CommitId, other: CommitId) -> bool:
    return process.run(["merge-base", "--is-ancestor", one, other], git_dir)[0] == 0


def ours(clone: Clone) -> Ranking:
    """minekvm, blind."""

    def ranked(commit: CommitId) -> list[str]:
        found = analysis.ranked(clone, commit, analysis.Question(top=10, blind=True))
        return [c.commit for c in found.candidates]

    return ranked


def plainly_blamed(git_dir: Path) -> Ranking:
    """`git blame` of the removed lines of C files, the commit of most lines first."""

    def ranked(commit: CommitId) -> list[str]:
        counted: Counter[str] = Counter()
        diff = ["diff-tree", "-p", "-U0", "-r", "--no-commit-id", "--no-prefix", commit, "--"]
        lines = process.output([*diff, "*.c", "*.h"], git_dir, literal=False).split(b"\n")
        removed: dict[bytes, list[str]] = {}
        path = b""
        for line in lines:
            hunk = HUNK.match(line)
            if line.startswith(b"--- "):
                path = line[4:].rstrip(b"\t")
            elif hunk is not None and hunk.group(2) != b"0":
                first, many = int(hunk.group(1)), int(hunk.group(2) or 1)
                removed.setdefault(path, []).append(f"-L{first},+{many}")
        for name, ranges in removed.items():
            asked: list[str | bytes] = [
                "blame",
                "-s",
                "-l",
                "--root",
                *ranges,
                f"{commit}^",
                "--",
                name,
            ]
            counted.update(o[:40].decode() for o in process.run(asked, git_dir)[1].splitlines())
        return [c for c, _ in counted.most_common()]

    return ranked


def drilled(git_dir: Path) -> Ranking:
    """PyDriller's SZZ on a throwaway repository: it writes into the configuration."""
    from pydriller.git import Git

    git: Any = Git(str(git_dir))
    order = process.output(["rev-list", "HEAD"], git_dir).decode("ascii").split()
    place = {commit: at for at, commit in enumerate(order)}

    def ranked(commit: CommitId) -> list[str]:
        found: set[str] = set()
        for commits in git.get_commits_last_modified_lines(git.get_commit(commit)).values():
            found |= commits
        return sorted(found, key=lambda c: place.get(c, len(place)))

    return ranked


def throwaway(folder: str, shadow: Path, head: CommitId) -> Path:
    """A bare repository that borrows all objects, and whose HEAD is a commit."""
    where = Path(folder) / "throwaway.git"
    process.output(["init", "--quiet", "--bare", str(where)], None)
    (where / "objects" / "info" / "alternates").write_bytes(bytes(shadow / "objects") + b"\n")
    (where / "HEAD").write_text(f"{head}\n")
    return where


def main() -> None:
    """Print a row per way of ranking."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--without", choices=["pydriller", "blame"], action="append", default=[])
    arguments = parser.parse_args()
    with open_clone(arguments.clone) as clone, tempfile.TemporaryDirectory() as folder:
        head = clone.resolve(arguments.rev)
        borrowing = throwaway(folder, clone.shadow, head)
        found = pairs(clone.shadow, head)
        chosen = list(sample(clone.shadow, found, arguments.sample, arguments.seed))
        print(f"{len(found)} commits with a known cause, {len(chosen)} of them taken")
        ways: dict[str, Ranking] = {"minekvm --blind": ours(clone)}
        if "pydriller" not in arguments.without:
            ways["PyDriller SZZ"] = drilled(borrowing)
        if "blame" not in arguments.without:
            ways["git blame"] = plainly_blamed(borrowing)
        scores = measured(ways, chosen)
    titles = zip((16, 9, 8, 7, 9, 9, 8, 6), COLUMNS, strict=True)
    print(" ".join(f"{title:>{width}}" for width, title in titles))
    for name, score in scores.items():
        print(f"{name:16} {score.row()}")


def measured(ways: dict[str, Ranking], chosen: Sequence[Pair]) -> dict[str, Score]:
    """Ask each way for each commit, in turn."""
    scores = {name: Score() for name in ways}
    for number, (commit, causes) in enumerate(chosen, 1):
        if sys.stderr.isatty():
            print(f"\r{number}/{len(chosen)}", end="", file=sys.stderr)
        for name, ranked in ways.items():
            started = time.perf_counter()
            try:
                answer = ranked(commit)
            except Exception:  # PyDriller lets those of git, of Python and its own through
                answer = []
                scores[name].failed += 1
            scores[name].add(answer, causes, time.perf_counter() - started)
    return scores


if __name__ == "__main__":
    main()
