"""Whose lines are blamed rightly, and how long that takes: `minekvm blame` beside `git blame`.

    python benchmarks/blame.py --clones FOLDER

`blame_labels.tsv` has lines whose writers were settled by reading diffs, before any answer of ours
was seen (`blame_draw.py` drew them): repository, revision, path, function, line, commit. The folder
has a clone of each as OWNER+NAME/repo, or NAME. Each function is blamed by us, cold (no cache, its
own folder) and warm, and its lines by `git blame`, `-w -C` and `-w -C -C -C` (`-L`, which spares
git most of the file); the file as a whole by plain `git blame`. Times are processor seconds of the
process and its children.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

LABELS = Path(__file__).parent / "blame_labels.tsv"
GIT = {"git blame": [], "-w -C": ["-w", "-C"], "-w -C -C -C": ["-w", "-C", "-C", "-C"]}

Function = tuple[str, str, str, str]  # repository, revision, path, name
Blamed = dict[int, str]


def labels() -> dict[Function, Blamed]:
    """By function the commit of each line that was settled."""
    found: dict[Function, Blamed] = defaultdict(dict)
    for row in LABELS.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            repo, rev, path, name, line, commit = row.split("\t")
            found[repo, rev, path, name][int(line)] = commit
    return found


def spent(command: Sequence[str], env: Mapping[str, str]) -> tuple[bytes, float]:
    """What a command prints, and the processor seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, capture_output=True, check=True, env=dict(env)).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_git(
    repo: Path, function: Function, lines: Sequence[int], options: Sequence[str]
) -> tuple[Blamed, float]:
    """The writers of some lines as git tells them."""
    _, rev, path, _ = function
    where = [x for n in lines for x in ("-L", f"{n},{n}")]
    command = ["git", "-C", str(repo), "blame", "--porcelain", *options, *where, rev, "--", path]
    out, seconds = spent(command, os.environ)
    found: Blamed = {}
    for row in out.split(b"\n"):
        words = row.split(b" ")
        if len(words) in (3, 4) and len(words[0]) == 40 and words[2].isdigit():
            found[int(words[2])] = words[0].decode("ascii")
    return found, seconds


def of_ours(
    repo: Path, function: Function, lines: Sequence[int], cache: str
) -> tuple[Blamed, float]:
    """The writers of a function's lines as we tell them; of the lines, where it has variants."""
    _, rev, path, name = function
    env = {**os.environ, "XDG_CACHE_HOME": cache, "MINEKVM_NO_BACKGROUND": "1"}
    command = [sys.executable, "-m", "minekvm", "blame", name, "--path", path, "--rev", rev]
    out, seconds = spent([*command, "--repo", str(repo), "--json"], env)
    rows = json.loads(out)["lines"]
    return {row["line"]: row["commit"] for row in rows if row["line"] in lines}, seconds


def clone_of(clones: Path, repo: str) -> Path:
    """Where a repository's clone lies."""
    owner, _, name = repo.partition("/")
    choices = (clones / f"{owner}+{name}" / "repo", clones / name)
    return next(c for c in choices if c.exists())


def main() -> None:
    """Blame every function in every way, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clones", type=Path, required=True)
    parser.add_argument("--only", default="", help="repositories whose name has this")
    parser.add_argument("--wrong", action="store_true", help="print the lines that differ")
    parser.add_argument("--without", action="append", default=[], help="ways left out")
    options = parser.parse_args()
    wanted = {f: lines for f, lines in labels().items() if options.only in f[0]}
    right: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    ratios: dict[str, list[float]] = defaultdict(list)
    for function, truth in wanted.items():
        repo = clone_of(options.clones, function[0])
        whole = spent(
            ["git", "-C", str(repo), "blame", "--porcelain", function[1], "--", function[2]],
            os.environ,
        )[1]
        seconds["git blame of the file"] += whole
        with tempfile.TemporaryDirectory() as cache:
            for way in ("ours", "ours, warm"):
                found, took = of_ours(repo, function, list(truth), cache)
                seconds[way] += took
                ratios[way].append(took / whole)
                right[way] += sum(
                    found.get(n) in c.split("|") for n, c in truth.items() if n in found
                )
                for n, commit in truth.items() if options.wrong and way == "ours" else ():
                    if found.get(n) not in commit.split("|"):
                        print(*function[2:], n, "ours", str(found.get(n))[:10], "is", commit[:10])
        for way, arguments in GIT.items():
            if way not in options.without:
                found, took = of_git(repo, function, list(truth), arguments)
                seconds[way] += took
                right[way] += sum(
                    found.get(n) in c.split("|") for n, c in truth.items() if n in found
                )
    total = sum(map(len, wanted.values()))
    print(f"{total} lines of {len(wanted)} functions of {len({f[0] for f in wanted})} histories")
    for way, took in seconds.items():
        share = f"{right[way]:4} right, {right[way] / total:6.1%}" if way in right else " " * 19
        median = sorted(ratios[way])[len(ratios[way]) // 2] if way in ratios else 0.0
        against = f", median {median:.2f} of git blame of the file" if median else ""
        print(f"{way:22} {share}  {took:7.2f} s{against}")


if __name__ == "__main__":
    main()
