"""Fit the weights of `origins` on pairs of repair and cause, and say how they do where unseen.

    python benchmarks/origins_fit.py gather DATA CLONE... [--sample 150] [--seed 1]
    python benchmarks/origins_fit.py fit DATA... [--out minekvm/core/origins/weights.py]

`gather` writes the signs of every candidate worth a look of each pair to DATA/<clone>.jsonl; what
is there already is not gathered again. `fit` reads these files: a conditional logit (the chance
that a candidate is the cause, among all of one commit) with ridge, by gradient ascent from zero, so
that it needs no seed; every repository counts the same. It prints, for each repository, F1 at 1
and recall at 5 of weights fitted on the other repositories alone, and of the weights in use.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from origins import Pair, pairs, sample

from minekvm.adapters.git import blame
from minekvm.analyses.origins import gather, imports
from minekvm.clone.clone import Clone, open_clone
from minekvm.core.origins.features import Signs, sized, weigh
from minekvm.core.origins.ranking import shortlist

Table = dict[str, Signs]


@dataclass(frozen=True)
class Example:
    """A commit, its causes, and the signs of the candidates that were worth a look."""

    commit: str
    causes: tuple[str, ...]
    table: Table


# --- gathering


def write(clone_path: Path, data: Path, many: int, seed: int) -> None:
    """Append the examples of a clone that its file has not got yet."""
    file = data / f"{clone_path.resolve().parent.name}.jsonl"
    done = {json.loads(line)["commit"] for line in _lines(file)}
    with open_clone(clone_path) as clone, file.open("a") as out:
        found = pairs(clone.shadow, clone.resolve("HEAD"))
        for pair in sample(clone.shadow, found, many, seed):
            if pair[0] not in done:
                row = _row(clone, pair)
                out.write(json.dumps(row, separators=(",", ":")) + "\n")
                out.flush()


def _row(clone: Clone, pair: Pair) -> dict[str, object]:
    commit, causes = pair
    evidence, _ = gather(clone, clone.history.commit(commit))
    table = weigh(evidence, imports(clone, evidence))
    taken = shortlist(table)
    sizes = blame.sizes(clone.shadow, [*taken, *(c for c in causes if c in table.signs)])
    signs = {
        c: {k: round(v, 4) for k, v in sized(table.signs[c], n).items() if v}
        for c, n in sizes.items()
    }
    return {"commit": commit, "causes": causes, "short": len(taken), "signs": signs}


def _lines(file: Path) -> Iterator[str]:
    return iter(file.read_text().splitlines() if file.exists() else [])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    gathering = commands.add_parser("gather")
    gathering.add_argument("data", type=Path)
    gathering.add_argument("clones", type=Path, nargs="+")
    gathering.add_argument("--sample", type=int, default=150)
    gathering.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    for clone in given.clones:
        write(clone, given.data, given.sample, given.seed)


if __name__ == "__main__":
    main()
