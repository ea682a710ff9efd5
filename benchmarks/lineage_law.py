"""Whether `lineage` tells of a commit what `inspect` tells of it, on random commits of a clone.

    python benchmarks/lineage_law.py CLONE [--commits N] [--seed S] [--each K]

For each commit drawn (one parent, C changed) and up to K of the functions that it left changed,
the lineage of the function from that commit on is asked what happened there. Printed: how many
agree, and each that does not. What one commit cannot show (a copy whose original goes later, a
name that came back) is counted apart.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from pathlib import Path

from minekvm.analyses.inspect import function_changes
from minekvm.clone.clone import Clone, open_clone
from minekvm.core.kinds import BESIDE
from minekvm.core.lineage.past import same
from minekvm.core.lineage.tracer import Tracer
from minekvm.core.model import CommitId, Event, FunctionVersion

BIRTHS = {"introduced", "added"}
LATER = ("copied first", "came back")


def drawn(path: Path, number: int, seed: int) -> list[CommitId]:
    """Random commits that changed C."""
    asked = ["git", "-C", str(path), "rev-list", "--no-merges", "HEAD", "--", "*.c", "*.h"]
    every = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    return [CommitId(c) for c in random.Random(seed).sample(every, min(number, len(every)))]


def inspected(events: tuple[Event, ...], version: FunctionVersion) -> set[str]:
    """The kinds that inspect tells of a function that stands after the commit."""
    mine = [e.change for e in events if e.change.new is not None and same(e.change.new, version)]
    kinds: set[str] = {k for c in mine for k in c.kinds}
    olds = [c.old for c in mine if c.old is not None and (c.old.path, c.old.name) == at(version)]
    for event in events:
        old, new = event.change.old, event.change.new
        if old is None or new is None or same(new, version):
            continue
        if any(same(old, o) for o in olds):
            kinds |= BESIDE & set(event.change.kinds)
    return kinds - BIRTHS


def at(version: FunctionVersion) -> tuple[str, str]:
    return version.path, version.name


def followed(clone: Clone, commit: CommitId, version: FunctionVersion) -> tuple[set[str], bool]:
    """The kinds that the function's lineage tells at the commit; whether a later one spoke."""
    tracer = Tracer(clone.history, commit, known=clone.memo)
    tracer.follow(version.path, commit, version.function)
    mine = [e.change for e in tracer.newest_first() if e.commit == commit]
    mine = [c for c in mine if c.new is not None and same(c.new, version)]
    later = any(c.rule.startswith(LATER) for c in mine)
    kinds: set[str] = {k for c in mine for k in c.kinds}
    return kinds - BIRTHS, later


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=2)
    asked = parser.parse_args()
    agree = later = 0
    apart: list[str] = []
    with open_clone(asked.clone) as clone:
        for commit in drawn(asked.clone, asked.commits, asked.seed):
            events = function_changes(clone, commit)
            stand = list(dict.fromkeys(e.change.new for e in events if e.change.new is not None))
            for version in random.Random(asked.seed).sample(stand, min(asked.each, len(stand))):
                told = inspected(events, version)
                walked, spoken_later = followed(clone, commit, version)
                if told - {"file-renamed"} == walked - {"file-renamed"}:
                    agree += 1
                elif spoken_later:
                    later += 1
                else:
                    where = f"{commit[:12]} {version.path}:{version.name}"
                    apart.append(f"{where}: inspect {sorted(told)}, lineage {sorted(walked)}")
    print(f"{agree} agree, {later} told by other commits, {len(apart)} do not agree")
    print("\n".join(f"  {line}" for line in apart))


if __name__ == "__main__":
    main()
