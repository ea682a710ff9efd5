"""`git log -L` against `minekvm lineage`, in turn, on one clone: wall time, peak memory, events.

    python benchmarks/lineage.py CLONE SYMBOL:PATH... [--list FILE] [--runs 3] [--warm]

Both walk from the same revision with the same commit-graph (the clone's own, if it has one). Cold:
a fresh cache folder per run. `--warm`: one cache folder, whose shadow has had its commit-graph
written, as after a first question; git walks the clone as it is. Times are whole processes; only
the ratios mean anything. "Crossed" counts renames, moves, splits and merges; git log -L crosses a
file rename at most.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CROSSED = {"renamed", "moved", "renamed+moved", "split", "merged", "superseded", "file-renamed"}


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds of wall time, peak memory in MiB, and its stdout."""

    wall: float
    peak: float
    out: str


def run(command: Sequence[str], environment: dict[str, str], *, keep: bool = True) -> Run:
    """Run a command to its end; its peak memory is that of its largest process.

    Its stdout is kept unless it may be so long that our own memory would be counted as its.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        out.seek(0)
        told = out.read().decode("utf-8", "replace") if keep else ""
        return Run(wall, usage.ru_maxrss / 1024, told)


def main() -> None:
    """Print a line per symbol and the medians of the ratios (minekvm / git)."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("symbols", nargs="*", metavar="SYMBOL:PATH")
    parser.add_argument("--list", type=Path, help="a file with one SYMBOL:PATH a line")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--warm", action="store_true", help="measure with the shadow in place")
    arguments = parser.parse_args()
    symbols = list(arguments.symbols)
    if arguments.list:
        symbols += arguments.list.read_text().split()
    print(f"{'symbol':44} {'git s':>7} {'ours s':>7} {'ratio':>6} {'MiB':>5} {'crossed':>8}")
    ratios = [measure(arguments.clone, s, arguments.runs, arguments.warm) for s in symbols]
    within = sum(r <= 2 for r in ratios) / len(ratios)
    print(f"median ratio {statistics.median(ratios):.2f}, within twice git's time {within:.0%}")


def measure(clone: Path, symbol: str, runs: int, warm: bool) -> float:
    """Time both on one symbol, alternately; returns the median ratio of the pairs."""
    name, _, path = symbol.partition(":")
    gits: list[Run] = []
    ours: list[Run] = []
    with tempfile.TemporaryDirectory() as kept:
        if warm:
            prepare(clone, symbol, kept)
        for _ in range(runs):
            environment = dict(os.environ, MINEKVM_NO_BACKGROUND="1")
            log = ["git", "-C", str(clone), "log", "-s", "--format=%H", f"-L:{name}:{path}"]
            gits.append(run(log, environment))
            with tempfile.TemporaryDirectory() as fresh:
                environment["XDG_CACHE_HOME"] = kept if warm else fresh
                ours.append(run(lineage(clone, name, path), environment))
    ratio = statistics.median(o.wall / g.wall for o, g in zip(ours, gits, strict=True))
    events = json.loads(ours[-1].out)["events"] if ours[-1].out else []
    crossed = sum(bool(CROSSED & set(e["kinds"])) for e in events)
    print(
        f"{symbol[:44]:44} {statistics.median(g.wall for g in gits):7.2f}"
        f" {statistics.median(o.wall for o in ours):7.2f} {ratio:6.2f}"
        f" {max(o.peak for o in ours):5.0f} {crossed:4}/{len(events)}"
    )
    return ratio


def lineage(clone: Path, name: str, path: str) -> list[str]:
    """The command line that is measured."""
    command = [sys.executable, "-m", "minekvm", "lineage", name, "--path", path]
    return [*command, "--repo", str(clone), "--json"]


def prepare(clone: Path, symbol: str, cache: str) -> None:
    """Ask once, and wait for the commit-graph that the background would have written."""
    name, _, path = symbol.partition(":")
    environment = dict(os.environ, XDG_CACHE_HOME=cache, MINEKVM_NO_BACKGROUND="1")
    run(lineage(clone, name, path), environment)
    for shadow in (Path(cache) / "minekvm" / "shadows").iterdir():
        write = ["git", "-C", str(shadow), "commit-graph", "write", "--reachable"]
        run([*write, "--changed-paths"], environment)


if __name__ == "__main__":
    main()
