"""`minekvm index` against `git log --raw --no-renames --all`, in turn, on one clone.

    python benchmarks/index.py CLONE [--runs 3] [--functions SCOPE]

Whole processes: wall time and peak memory of the largest process. Each index is built in a fresh
cache folder; then a second run of `index`, which finds nothing new, and one after a single new
commit (made in a throwaway repository that borrows the clone's objects). Only ratios mean anything.
`python benchmarks/synthetic.py PATH 1300000` writes a history of the kernel's length.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from lineage import Run, run


def main() -> None:
    """Print one line per measurement and the ratio of the medians."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--functions", metavar="SCOPE", help="take in these functions as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        borrowed = _borrow(given.clone, Path(folder) / "clone.git")
        git: list[Run] = []
        ours: list[Run] = []
        for number in range(given.runs):
            git.append(
                run(_git(borrowed, "log", "--all", "--raw", "--no-renames"), _sealed(), keep=False)
            )
            environment = _sealed() | {"XDG_CACHE_HOME": f"{folder}/cache{number}"}
            ours.append(run(_index(borrowed), environment))
            again = run(_index(borrowed), environment)
        _report("git log --raw", git)
        _report("minekvm index", ours)
        _report("again, nothing new", [again])
        _commit(borrowed)
        _report("again, one new commit", [run(_index(borrowed), environment)])
        if given.functions:
            scoped = [*_index(borrowed), "--functions", given.functions]
            _report(f"--functions {given.functions}", [run(scoped, environment)])
        ratio = _median(ours) / _median(git)
        print(f"{'ratio':24} {ratio:8.2f}")


def _borrow(clone: Path, made: Path) -> Path:
    """A bare repository with the clone's commits, to which a commit can be added."""
    cloned = ["git", "clone", "-q", "--bare", "--shared", "--mirror", str(clone.resolve())]
    subprocess.run([*cloned, str(made)], check=True, env=_sealed(), stderr=subprocess.DEVNULL)
    return made


def _commit(repository: Path) -> None:
    """Add an empty commit to HEAD's branch."""
    who = {f"GIT_{role}_{part}": "x@y.z" for role in ("AUTHOR", "COMMITTER") for part in _PARTS}
    environment = _sealed() | who
    asked = _git(repository, "commit-tree", "-p", "HEAD", "-m", "one more", "HEAD^{tree}")
    made = subprocess.run(asked, check=True, env=environment, capture_output=True, text=True)
    update = _git(repository, "update-ref", "HEAD", made.stdout.strip())
    subprocess.run(update, check=True, env=environment)


_PARTS = ("NAME", "EMAIL")


def _git(repository: Path, *arguments: str) -> list[str]:
    return ["git", "-C", str(repository), *arguments]


def _index(repository: Path) -> list[str]:
    return [sys.executable, "-m", "minekvm", "index", "--no-words", "--repo", str(repository)]


def _sealed() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return kept | {"GIT_CONFIG_NOSYSTEM": "1", "MINEKVM_NO_BACKGROUND": "1"}


def _median(runs: list[Run]) -> float:
    return statistics.median(r.wall for r in runs)


def _report(what: str, runs: list[Run]) -> None:
    peak = max(r.peak for r in runs)
    print(f"{what:24} {_median(runs):8.2f} s {peak:8.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
