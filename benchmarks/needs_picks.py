"""Does a trial application say what `git cherry-pick` does?

    python benchmarks/needs_picks.py CLONE --scratch FOLDER [--count 200] [--by-files] [--rows FILE]

Random commits of a clone without merges are applied in memory to a release that is older than each,
and cherry-picked there by git in a scratch clone below FOLDER, which is made and left. A pick that
ends empty counts as clean. Prints every pair on which both differ, then how many agree. With
--rows what both said is kept a line a pair, and a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import time
from pathlib import Path

from minekvm.adapters.git.merging import Picker
from minekvm.adapters.git.objects import Objects
from minekvm.adapters.git.shadow import locate, open_shadow
from minekvm.core.model import CommitId

_RELEASE = re.compile(r"v\d+\.\d+(?:\.0)?")
_QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
_BACK = 6  # releases before a commit of which one is chosen


def git(clone: Path, *arguments: str) -> tuple[int, str]:
    """The exit code and output of git."""
    who = {f"GIT_{w}_{k}": "x" for w in ("AUTHOR", "COMMITTER") for k in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments],
        cwd=clone,
        env=os.environ | _QUIET | who,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace").strip()


def releases(clone: Path) -> list[tuple[int, str]]:
    """The releases with the seconds at which they were made, oldest first."""
    form = "%(refname:short) %(creatordate:unix)"
    rows = git(clone, "for-each-ref", f"--format={form}", "refs/tags")[1].splitlines()
    found = [row.split() for row in rows]
    return sorted((int(r[1]), r[0]) for r in found if len(r) == 2 and _RELEASE.fullmatch(r[0]))


def drawn(clone: Path, count: int, seed: int) -> list[tuple[str, str]]:
    """Commits, each with a release that was there before it."""
    chance = random.Random(seed)
    listed = git(clone, "log", "--no-merges", "--format=%H %ct", "HEAD")[1].splitlines()
    tags = releases(clone)
    found: list[tuple[str, str]] = []
    for line in chance.sample(listed, len(listed)):
        commit, when = line.split()
        before = [tag for at, tag in tags if at < int(when)][-_BACK:]
        if before and len(found) < count:
            found.append((commit, chance.choice(before)))
    return found


def picked(scratch: Path, commit: str, onto: str) -> str:
    """What git makes of it: clean, empty or conflict."""
    git(scratch, "cherry-pick", "--abort")
    git(scratch, "reset", "-q", "--hard")
    code, _ = git(scratch, "checkout", "-q", "-f", "--detach", onto)
    git(scratch, "clean", "-fdqx")
    if code:
        return "no checkout"
    code, _ = git(scratch, "cherry-pick", commit)
    if not code:
        return "clean"
    return "conflict" if git(scratch, "ls-files", "-u")[1] else "empty"


def tried(picker: Picker, commit: str, onto: str) -> str:
    """What is made of it in memory."""
    shadow = picker.git_dir
    parents = git(shadow, "rev-list", "--parents", "-1", commit)[1].split()[1:]
    target = git(shadow, "rev-parse", f"{onto}^{{commit}}")[1]
    base = CommitId(parents[0]) if parents else None
    found = picker.pick(base, CommitId(commit), CommitId(target))
    return "conflict" if found.conflicts else "clean"


def kept(rows: Path | None) -> dict[tuple[str, str], tuple[str, str]]:
    """What earlier runs found of each pair: git's word and ours."""
    if rows is None or not rows.exists():
        return {}
    split = [line.split() for line in rows.read_text().splitlines()]
    return {(r[0], r[1]): (r[2], r[3]) for r in split if len(r) == 4}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--by-files", action="store_true")
    parser.add_argument("--rows", type=Path, help="What both said of each pair, from run to run.")
    given = parser.parse_args()
    scratch = given.scratch / "picks"
    if not scratch.exists():
        asked = ["clone", "-q", "--shared", "--no-checkout", str(given.clone), str(scratch)]
        git(given.scratch, *asked)
        git(scratch, "sparse-checkout", "set", "--no-cone", "/nothing")
    shadow = open_shadow(locate(given.clone))
    same = {"clean": 0, "empty": 0, "conflict": 0}
    pairs, ours = drawn(given.clone, given.count, given.seed), 0.0
    known = kept(given.rows)
    for commit, onto in pairs:
        if (commit, onto) not in known:
            theirs = picked(scratch, commit, onto)
            start = time.process_time()
            with (
                Objects(shadow) as objects,
                Picker(shadow, objects, by_files=given.by_files) as picker,
            ):
                found = tried(picker, commit, onto)
            ours += time.process_time() - start
            known[commit, onto] = (theirs, found)
            if given.rows:
                with given.rows.open("a") as rows:
                    rows.write(f"{commit} {onto} {theirs} {found}\n")
        theirs, found = known[commit, onto]
        if found == {"empty": "clean"}.get(theirs, theirs):
            same[theirs] += 1
        else:
            print(f"{commit[:12]} onto {onto}: git {theirs}, here {found}", flush=True)
    agreed = sum(same.values())
    print(f"{agreed} of {len(pairs)} agree ({same}), {ours:.0f} s of our own")


if __name__ == "__main__":
    main()
