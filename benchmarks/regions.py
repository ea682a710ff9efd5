"""How often `region --where` and `callers` say what a commit's diff says, on histories at hand.

    python benchmarks/regions.py git=CLONE ovs=CLONE dpdk=CLONE u-boot=CLONE kernel=CLONE

The facts are in regions.toml and calls.toml beside this file: hashes and names, settled by reading
the diffs. Each region is asked for at its commit: the newest change of the symbol's place must be
that commit, with that state; `kept` must not change there. Each call is asked of the commit's own
files. Facts of histories that are not named are left out. Prints what was wrong, then the counts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from minekvm.clone.clone import open_clone
from minekvm.core.callers.shifts import shifts
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import CommitId

HERE = Path(__file__).parent
Row = Mapping[str, Any]


def main() -> None:
    """Score the facts of the histories that are given."""
    clones = dict(argument.split("=", 1) for argument in sys.argv[1:])
    for name, judge in (("call", of_call), ("region", of_region)):
        rows: list[Row] = tomllib.loads((HERE / f"{name}s.toml").read_text())[name]
        asked = [row for row in rows if row["repo"] in clones]
        wrong = [
            (row, said) for row in asked if (said := judge(clones[row["repo"]], row)) is not None
        ]
        for row, said in wrong:
            print(f"{row['repo']} {row['commit']} {row['function']}() {row['symbol']}: {said}")
        print(f"{name}s: {len(asked) - len(wrong)} of {len(asked)} right")


def of_call(clone: str, row: Row) -> str | None:
    """What was said of a call, where that is wrong."""
    said = list(_said(clone, row))
    if row["how"] == "none":
        return ", ".join(how for how, _ in said) or None
    wanted = set(row.get("by", ()))
    right = any(how == row["how"] and wanted <= by for how, by in said)
    return None if right else ", ".join(f"{how} {' '.join(sorted(by))}" for how, by in said) or "no"


def _said(clone: str, row: Row) -> Iterator[tuple[str, set[str]]]:
    with open_clone(Path(clone)) as opened:
        commit = opened.resolve(row["commit"])
        about = opened.history.commit(commit)
        pairs = opened.history.pairs(commit, CommitId(about.parents[0]))
        for shift in shifts(pairs, changes(pairs, about.message), row["symbol"]):
            here = {(v.path, v.name) for v in (shift.old, shift.new) if v is not None}
            if (row["path"], row["function"]) in here:
                yield shift.how, {name for name in (shift.by, *shift.also) if name}


def of_region(clone: str, row: Row) -> str | None:
    """What was said of a region, where that is wrong."""
    command = [sys.executable, "-m", "minekvm", "region", "--repo", clone, "--json"]
    command += ["--rev", row["commit"], "--path", row["path"], "--in", row["function"]]
    command += ["--enter", row["enter"], "--exit", row["exit"], "--where", row["symbol"]]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        return ran.stderr.strip().partition("\n")[0]
    flips = json.loads(ran.stdout)["placements"]
    newest = next(iter(flips), None)
    here = newest is not None and newest["commit"].startswith(row["commit"])
    state = newest["state"] if newest else "unknown"
    wanted = row.get("after", row.get("kept"))
    right = state == wanted and here == ("after" in row)
    return None if right else f"{state} since {newest['commit'][:12] if newest else 'ever'}"


if __name__ == "__main__":
    main()
