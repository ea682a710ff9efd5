"""What a survey costs, and whether it says what the single questions say.

    python benchmarks/survey.py rate CLONE RANGE [--jobs 2] [--drilled 100]
    python benchmarks/survey.py same CLONE RANGE [--commits 200] [--functions 100] [--seed 1]
    python benchmarks/survey.py cluster CLONE RANGE [--workers 2 4]

`rate`: commits a second and processor milliseconds a commit of the survey, of `git log -p -U0` and
of PyDriller's `modified_files` alone (on some commits of the range). `same`: of random commits,
whether the events are those of `inspect`; of random functions of the newest commit, how many of the
commits that `lineage --first-ancestor` tells a survey's lineage has too. `cluster`: rows of the
pool against dask workers in processes of their own, one of which is killed half-way.

Surveys lie in a folder of one run, indexes where minekvm keeps them (XDG_CACHE_HOME).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import minekvm
from minekvm.adapters.files.surveys import SurveyFolder
from minekvm.adapters.parquet import rows
from minekvm.core.survey.tables import BY_NAME, NAMES


def main() -> None:
    """Print the figures that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("what", choices=("rate", "same", "cluster"))
    parser.add_argument("clone", type=Path)
    parser.add_argument("range")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--drilled", type=int, default=100)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--functions", type=int, default=100)
    parser.add_argument("--workers", type=int, nargs="*", default=[2, 4])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        {"rate": rate, "same": same, "cluster": cluster}[given.what](given, Path(made))


def surveyed(given: argparse.Namespace, folder: Path, *more: str) -> dict[str, Any]:
    """A survey of the range, by the command."""
    at = ("--repo", str(given.clone), "-o", str(folder), "--json", *more)
    done = subprocess.run(
        [sys.executable, "-m", "minekvm", "survey", given.range, *at],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(command: list[str] | None, run: Any = None) -> tuple[float, float]:
    """Wall and processor seconds of a command, or of something that starts some."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    if command is not None:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    else:
        run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, spent


def rate(given: argparse.Namespace, folder: Path) -> None:
    """What the survey costs, against others that walk the same commits."""
    git = ["git", "-C", str(given.clone)]
    listed = subprocess.check_output([*git, "rev-list", given.range], text=True).split()
    minekvm.open(given.clone).relate(listed[0], listed[0])  # the index is made before
    surveyed_ = measured(None, lambda: surveyed(given, folder / "out", "-j", str(given.jobs)))
    logged = measured([*git, "log", "-p", "-U0", given.range])
    few = random.Random(given.seed).sample(listed, min(given.drilled, len(listed)))
    script = (
        "import sys; from pydriller import Git\n"
        "git = Git(sys.argv[1])\n"
        "for c in sys.argv[2:]: git.get_commit(c).modified_files"
    )
    with tempfile.TemporaryDirectory() as made:
        shadow = Path(made) / "shadow.git"
        subprocess.run(
            ["git", "clone", "-q", "--bare", "--shared", str(given.clone), str(shadow)], check=True
        )
        drilled = measured([sys.executable, "-c", script, str(shadow), *few])
    for name, (wall, spent), count in (
        (f"survey, {given.jobs} at a time", surveyed_, len(listed)),
        ("git log -p -U0", logged, len(listed)),
        ("PyDriller modified_files", drilled, len(few)),
    ):
        each = f"{count / wall:8.1f} commits/s {1000 * spent / count:8.2f} ms of processor each"
        print(f"{name:28} {count:7} commits {wall:8.1f} s {each}", flush=True)


def same(given: argparse.Namespace, folder: Path) -> None:
    """Whether a survey says what the single questions say."""
    surveyed(given, folder / "out", "-j", str(given.jobs))
    with SurveyFolder.opened(folder / "out") as place:
        events = list(rows(place.files("events"), tuple(BY_NAME["events"].types())))
        gaps = {row[0] for row in rows(place.files("gaps"), ("commit",))}
        commits = [row[0] for row in rows(place.files("commits"), ("commit",))]
    chance = random.Random(given.seed)
    some = chance.sample(commits, min(given.commits, len(commits)))
    names = list(BY_NAME["events"].types())
    told: dict[str, Counter[tuple[Any, ...]]] = {}
    wanted = ("parent", "kind", "rule", "old_path", "old_name", "new_path", "new_name")
    for row in events:
        about = dict(zip(names, row, strict=True))
        told.setdefault(about["commit"], Counter())[tuple(about[w] for w in wanted)] += 1
    equal = partial = 0
    with minekvm.open(given.clone) as clone:
        for commit in some:
            found: Counter[tuple[Any, ...]] = Counter()
            for change in clone.inspect(commit).to_dict()["changes"]:
                old, new = change["old"] or {}, change["new"] or {}
                what = change["parent"], change["kind"], change["rule"]
                sides = old.get("path"), old.get("name"), new.get("path"), new.get("name")
                found[(*what, *sides)] += 1
            here = told.get(commit, Counter())
            if here == found:
                equal += 1
            elif commit in gaps and not here - found:
                partial += 1
            else:
                print(f"differs: {commit}", flush=True)
    parts = f"{partial} merges are told against some parents alone, as their gaps say"
    print(f"events: {equal} of {len(some)} commits as inspect has them; {parts}", flush=True)
    lineages(given, [dict(zip(names, row, strict=True)) for row in events], chance)


def lineages(
    given: argparse.Namespace, events: list[dict[str, Any]], chance: random.Random
) -> None:
    """Of random functions, whose history begins in the range, the commits of both lineages."""
    by_lineage: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        by_lineage.setdefault(event["lineage"], []).append(event)
    last = {
        key: max(some, key=lambda e: (e["position"], e["nth"]))
        for key, some in by_lineage.items()
        if any(e["old_path"] is None for e in some) and len(some) > 1
    }
    standing = sorted(k for k, e in last.items() if e["new_path"] is not None)
    tip = given.range.partition("..")[2] or given.range
    equal = lacking = asked = 0
    with minekvm.open(given.clone) as clone:
        for key in chance.sample(standing, len(standing)):
            if asked == given.functions:
                break
            end = last[key]
            try:
                found = clone.lineage(end["new_name"], path=end["new_path"], rev=tip)
            except minekvm.MinekvmError:
                continue
            if len(found.definitions) != 1:
                continue
            asked += 1
            here = {e["commit"] for e in by_lineage[key]}
            there = {e.commit for e in found.events}
            equal += here >= there
            lacking += len(there - here)
    print(
        f"lineages: {equal} of {asked} functions have every commit that lineage tells;"
        f" {lacking} commits are lacking",
        flush=True,
    )


def cluster(given: argparse.Namespace, folder: Path) -> None:
    """The rows of dask workers against those of the pool."""
    import distributed

    library: Any = distributed

    surveyed(given, folder / "pool", "-j", str(given.jobs))
    wanted = everything(folder / "pool")
    for many in given.workers:
        with library.LocalCluster(
            n_workers=many, threads_per_worker=1, dashboard_address=None
        ) as workers:
            out = folder / f"dask-{many}"
            at = ("--repo", str(given.clone), "-o", str(out), "--json")
            command = [sys.executable, "-m", "minekvm", "survey", given.range, *at]
            start = time.monotonic()
            running = subprocess.Popen(
                [*command, "--scheduler", workers.scheduler_address], stdout=subprocess.DEVNULL
            )
            total = sum(len(some) for some in wanted.values())
            while len(list(out.glob("units/*.json"))) < 4 and running.poll() is None:
                time.sleep(0.2)
            with library.Client(workers.scheduler_address) as client:
                pids = client.run(os.getpid)
            os.kill(pids[min(pids)], signal.SIGKILL)
            code = running.wait()
            equal = everything(out) == wanted
            wall = time.monotonic() - start
            print(f"{many} workers, one killed: exit {code}, {wall:.0f} s, {total} rows", end="")
            print(", the same" if equal else ", NOT the same", flush=True)


def everything(folder: Path) -> dict[str, list[str]]:
    """Every row of every table, sorted."""
    with SurveyFolder.opened(folder) as place:
        return {
            table: sorted(map(repr, rows(place.files(table), tuple(BY_NAME[table].types()))))
            for table in NAMES
        }


if __name__ == "__main__":
    main()
