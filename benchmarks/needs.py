"""What `needs` finds of what backporters took along, against git's own verdicts; beside git-deps.

    python benchmarks/needs.py KERNEL --scratch FOLDER [--count 100] [--git-deps PROGRAM]
                               [--truth FILE] [--answers FILE]

Backports ("commit X upstream") are drawn that touch a file which other backports of the three days
before touched too. Each is asked about at the parent of the first of these, where none of them is.
What was needed is told by git alone: in a scratch clone below FOLDER the backport is merged, as
`git cherry-pick` would (needs_picks.py), with the trees with and without each of the others. One
counts as needed by its text if with it fewer places conflict; by name, if it is the first to add a
word which the backport adds a use of and which no file of the tree before had.

Printed: how many of those were found (recall), how many of what was called absent is so (precision:
no commit of that subject, and none of its upstream's, is behind the target), and the same of
git-deps where its program is given. What git and what we said is kept a line a backport in the two
files, and a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from needs_picks import git

import minekvm
from minekvm.errors import MinekvmError

_UPSTREAM = re.compile(r"(?:commit|upstream commit:?) ([0-9a-f]{40})\b|\[ ?Upstream commit "
                       r"([0-9a-f]{40}) ?\]", re.IGNORECASE)  # fmt: skip
_DAYS = 3 * 86400
_MOST = 60  # commits before a backport
_LINE = 5_000  # commits of which backports are drawn
_WORD = re.compile(r"[A-Za-z_]\w{4,}")


def upstream(clone: Path, commit: str) -> str:
    """The upstream commit that a message gives; "" for none."""
    found = _UPSTREAM.search(git(clone, "log", "-1", "--format=%B", commit)[1])
    return (found[1] or found[2]) if found else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A commit on the first-parent line: when it was committed, what it says it is, its files."""

    commit: str
    seconds: int
    merge: bool
    upstream: str
    files: frozenset[str]


def line_of(clone: Path, rev: str, most: int) -> list[Row]:
    """The newest commits on the first-parent line, newest first."""
    form = "%x01%H%x02%ct%x02%P%x02%B%x02"
    asked = ["log", "--first-parent", f"-{most}", "--name-only", f"--format={form}", rev]
    found = []
    for part in git(clone, *asked)[1].split("\x01")[1:]:
        commit, when, parents, message, files = part.split("\x02", 4)
        named = _UPSTREAM.search(message)
        origin = (named[1] or named[2]) if named else ""
        paths = frozenset(files.split("\n")) - {""}
        found.append(Row(commit, int(when), " " in parents.strip(), origin, paths))
    return found


def weight(scratch: Path, commit: str, onto: str) -> int:
    """In how many places a commit conflicts when it is picked onto another."""
    # On the commit's own parent, so that this is what both have in common.
    made = ["commit-tree", "-m", onto, "-p", f"{commit}^", f"{onto}^{{tree}}"]
    side = git(scratch, *made)[1]
    code, out = git(scratch, "merge-tree", "--write-tree", "--no-messages", side, commit)
    if not code or not out:  # clean; or the clone lacks objects, and nothing is known
        return 0
    tree, *lines = out.splitlines()
    count = 0
    for path in {line.partition("\t")[2] for line in lines if "\t" in line}:
        count += max(git(scratch, "show", f"{tree}:{path}")[1].count("<<<<<<< "), 1)
    return count


def added(clone: Path, commits: list[str]) -> dict[str, set[str]]:
    """The words in the lines that each of some commits adds to C files."""
    form = "--format=%x01%H"
    out = git(clone, "log", "--no-walk=unsorted", form, "-p", "-U0", *commits, "--", "*.[ch]")[1]
    found: dict[str, set[str]] = {}
    for part in out.split("\x01")[1:]:
        head, *lines = part.split("\n")
        found[head] = {w for n in lines if n[:1] == "+" for w in _WORD.findall(_bare(n))}
    return found


def _bare(line: str) -> str:
    return re.sub(r"\"[^\"]*\"|/\*.*?\*/|//.*|^\+\s*\*.*", " ", line)


def needed(scratch: Path, row: Row, before: list[Row], base: str) -> set[str]:
    """Those of the commits before one (oldest first) that it needs, by git's verdicts."""
    found = set()
    heavy = weight(scratch, row.commit, base)
    for other in before:
        if not heavy:
            break
        if row.files & other.files:
            now = weight(scratch, row.commit, other.commit)
            if now < heavy:
                found.add(other.commit)
            heavy = now
    words = added(scratch, [row.commit, *(b.commit for b in before)])
    own = words.get(row.commit, set())
    shared = {b.commit: words.get(b.commit, set()) & own for b in before}
    every = {word for some in shared.values() for word in some}
    near = sorted({path for each in (row, *before) for path in each.files})
    seen: set[str] = set()
    for paths in (near, ["*.[ch]"]):  # what every file has is not searched for in every file
        if every - seen:
            asked = [a for word in sorted(every - seen) for a in ("-e", word)]
            search = ["grep", "-h", "-o", "-w", "-F", *asked, base, "--", *paths]
            seen |= set(git(scratch, *search)[1].split("\n"))
    for other in before:
        if shared[other.commit] - seen:
            found.add(other.commit)
        seen |= shared[other.commit]
    return found


def is_there(clone: Path, commit: str, onto: str) -> bool:
    """Whether a commit, or one of its subject or upstream, is behind a target."""
    if git(clone, "merge-base", "--is-ancestor", commit, onto)[0] == 0:
        return True
    subject = git(clone, "log", "-1", "--format=%s", commit)[1]
    asked = ["log", "--format=%s", "--fixed-strings", f"--grep={subject}", onto]
    if subject in git(clone, *asked)[1].splitlines():
        return True
    origin = upstream(clone, commit)
    return bool(origin) and bool(
        git(clone, "log", "-1", "--format=%h", f"--grep={origin}", onto)[1]
    )


def by_git_deps(program: str, clone: Path, base: str, commit: str) -> set[str]:
    """What git-deps names; empty where it fails."""
    asked = [program, "-e", base, f"{commit}^!"]
    try:
        done = subprocess.run(asked, cwd=clone, capture_output=True, check=False, timeout=120)
    except subprocess.TimeoutExpired:
        return set()
    return set(re.findall(r"\b[0-9a-f]{40}\b", done.stdout.decode())) - {commit}


def drawn(clone: Path, rev: str, count: int, seed: int) -> list[tuple[Row, list[Row], str]]:
    """Backports with the backports before them, oldest first, and the commit before those."""
    chance = random.Random(seed)
    line = line_of(clone, rev, _LINE)
    found: list[tuple[Row, list[Row], str]] = []
    for at in chance.sample(range(len(line) - _MOST - 2), len(line) - _MOST - 2):
        row = line[at]
        if row.merge or not row.upstream:
            continue
        near = line[at + 1 : at + 1 + _MOST]
        near = [b for b in near if abs(row.seconds - b.seconds) <= _DAYS and not b.merge]
        shared = [n for n, b in enumerate(near) if row.files & b.files]
        if shared and len(found) < count:
            before = near[: max(shared) + 1]
            base = git(clone, "rev-parse", f"{before[-1].commit}^")[1]
            found.append((row, before[::-1], base))
    return found


def kept(rows: Path | None) -> dict[str, dict[str, list[str]]]:
    """What earlier runs found, by the commit asked about."""
    if rows is None or not rows.exists():
        return {}
    return {r.pop("asked"): r for r in map(json.loads, rows.read_text().splitlines())}


def keep(rows: Path | None, commit: str, found: dict[str, list[str]]) -> None:
    """Adds a line, so that a run that is stopped can go on."""
    if rows is not None:
        with rows.open("a") as out:
            out.write(json.dumps({"asked": commit} | found) + "\n")


def answered(clone: Path, commit: str, base: str) -> dict[str, list[str]]:
    """What we call absent, what of it is there after all, and the reasons' rules of each."""
    try:
        with minekvm.open(clone) as opened:
            answer = opened.needs(commit, onto=base)
    except MinekvmError as error:
        print(f"{commit[:12]}: {error.message}", file=sys.stderr)
        return {"absent": [], "wrong": [], "rules": []}
    lacking = [n for n in answer.needs if n.standing.state == "absent"]
    rules = [f"{n.commit[:12]} {r.rule}" for n in lacking for r in n.reasons]
    wrong = [n.commit for n in lacking if is_there(clone, n.commit, base)]
    return {"absent": [n.commit for n in lacking], "wrong": list(wrong), "rules": rules}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--git-deps", default="")
    parser.add_argument("--truth", type=Path, help="What git said, kept from run to run.")
    parser.add_argument("--answers", type=Path, help="What we said, kept from run to run.")
    given = parser.parse_args()
    scratch = given.scratch / "needs"
    given.scratch.mkdir(parents=True, exist_ok=True)
    if not scratch.exists():
        asked = ["clone", "-q", "--shared", "--no-checkout", str(given.clone), str(scratch)]
        git(given.scratch, *asked)
        git(scratch, "sparse-checkout", "set", "--no-cone", "/nothing")
    told, said = kept(given.truth), kept(given.answers)
    ours, theirs, truth, absent, right, spent = 0, 0, 0, 0, 0, 0.0
    for row, before, base in drawn(given.clone, given.rev, given.count, given.seed):
        commit = row.commit
        if commit not in told:
            named = set[str]()
            if given.git_deps:
                named = by_git_deps(given.git_deps, given.clone, base, commit)
            needs = sorted(needed(scratch, row, before, base))
            told[commit] = {"needed": needs, "git_deps": sorted(named)}
            keep(given.truth, commit, told[commit])
        if commit not in said:
            start = time.process_time()
            said[commit] = answered(given.clone, commit, base)
            spent += time.process_time() - start
            keep(given.answers, commit, said[commit])
        wanted, lacking = set(told[commit]["needed"]), set(said[commit]["absent"])
        truth, ours = truth + len(wanted), ours + len(wanted & lacking)
        theirs += len(wanted & set(told[commit]["git_deps"]))
        wrong = len(said[commit]["wrong"])
        absent, right = absent + len(lacking), right + len(lacking) - wrong
        missed = " ".join(c[:12] for c in sorted(wanted - lacking)) or "-"
        print(f"{commit[:12]} onto {base[:12]}: needed {len(wanted)}, missed {missed},"
              f" absent {len(lacking)}, wrongly {wrong}", flush=True)  # fmt: skip
    print(f"recall {ours}/{truth}, precision {right}/{absent}, git-deps {theirs}/{truth},"
          f" {spent:.0f} s of processor time of our own")  # fmt: skip


if __name__ == "__main__":
    main()
