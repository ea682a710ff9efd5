"""Fit the weights of `origins` on pairs of repair and cause, and say how they do where unseen.

    python benchmarks/origins_fit.py gather DATA CLONE... [--sample 150] [--seed 1]
    python benchmarks/origins_fit.py fit DATA

`gather` writes, for each pair (see origins.py), the signs of every candidate worth a look and what
minekvm, PyDriller's SZZ and plain blame rank to DATA/<clone>.jsonl; what is there already is not
gathered again, so that it may be stopped at any time. `fit` (needs numpy) reads these files: a
conditional logit (the chance that a candidate is the cause, among all of one commit), with ridge
towards the weights in use, by ascent from there, so that nothing in it is by chance; every
repository counts the same. It prints F1 at 1 and recall at 5 for each repository, of the three ways
as they rank, of the weights in use, and of weights fitted on the others alone; then the weights for
core/origins/ranking.py.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from origins import Pair, Ranking, Score, drilled, pairs, plainly_blamed, sample, throwaway

from minekvm.adapters.git import blame
from minekvm.analyses.origins import gather, imports, possible
from minekvm.clone.clone import Clone, open_clone
from minekvm.core.model import CommitId
from minekvm.core.origins.features import Signs, sized, weigh
from minekvm.core.origins.ranking import WEIGHTS, rank, shortlist

Table = dict[str, Signs]
STEPS = 150  # of the ascent
FEWEST = 20  # examples of a repository that is fitted on
RIDGES = (0.1, 0.2, 0.5, 2.0)
RIDGE = 0.5  # the best mean of both figures where unseen
LEAST = 0.03  # of a weight that is kept


@dataclass(frozen=True)
class Example:
    """A commit, its causes, and the signs of the candidates that were worth a look."""

    commit: str
    causes: tuple[str, ...]
    table: Table
    ranked: Mapping[str, Sequence[str]]


# --- gathering


def write(clone_path: Path, data: Path, many: int, seed: int) -> None:
    """Append the examples of a clone that its file has not got yet."""
    file = data / f"{clone_path.resolve().parent.name}.jsonl"
    done = {json.loads(line)["commit"] for line in _lines(file)}
    with (
        open_clone(clone_path) as clone,
        tempfile.TemporaryDirectory() as folder,
        file.open("a") as out,
    ):
        head = clone.resolve("HEAD")
        borrowing = throwaway(folder, clone.shadow, head)
        others = {"PyDriller SZZ": drilled(borrowing), "git blame": plainly_blamed(borrowing)}
        for pair in sample(clone.shadow, pairs(clone.shadow, head), many, seed):
            if pair[0] not in done:
                row = _row(clone, pair, others)
                out.write(json.dumps(row, separators=(",", ":")) + "\n")
                out.flush()


def _row(clone: Clone, pair: Pair, others: Mapping[str, Ranking]) -> dict[str, object]:
    commit, causes = pair
    about = clone.history.commit(commit)
    evidence, _ = gather(clone, about)
    table = weigh(evidence, imports(clone, evidence))
    taken = shortlist(table)
    sizes = blame.sizes(clone.shadow, [*taken, *(c for c in causes if c in table.signs)])
    signs = {
        c: {k: round(v, 4) for k, v in sized(table.signs[c], n).items() if v}
        for c, n in sizes.items()
    }
    mine = rank(evidence, table, {c: sizes[c] for c in taken}, (), 5, possible(clone, about))
    ranked = {"minekvm --blind": [c.commit for c in mine]}
    ranked |= {name: _answer(way, commit) for name, way in others.items()}
    return {"commit": commit, "causes": causes, "ranked": ranked, "signs": signs}


def _answer(way: Ranking, commit: CommitId) -> list[CommitId]:
    try:
        return [CommitId(c) for c in way(commit)][:5]
    except Exception:  # PyDriller lets those of git, of Python and its own through
        return []


def _lines(file: Path) -> Iterator[str]:
    return iter(file.read_text().splitlines() if file.exists() else [])


# --- fitting


class Fit:
    """The signs of many examples as arrays: each as it is, then as a share of the highest."""

    def __init__(self, repositories: Mapping[str, Sequence[Example]]) -> None:
        tables = [s for rows in repositories.values() for e in rows for s in e.table.values()]
        self.signs = sorted({sign for signs in tables for sign in signs})
        self.data = {name: [self._arrays(e) for e in rows] for name, rows in repositories.items()}
        self.prior = self.of(WEIGHTS)

    def of(self, weights: Mapping[str, tuple[float, float]]) -> Any:
        """A table of weights as an array."""
        return np.array([weights.get(s, (0.0, 0.0))[side] for side in (0, 1) for s in self.signs])

    def _arrays(self, example: Example) -> tuple[Any, Any, int]:
        rows = [[t.get(s, 0.0) for s in self.signs] for t in example.table.values()]
        plain = np.array(rows).reshape(len(rows), len(self.signs))
        highest = plain.max(0, initial=0.0)
        share = plain / np.where(highest > 0, highest, 1.0)
        right = np.array([c in example.causes for c in example.table], dtype=bool)
        return np.hstack([plain, share]), right, len(example.causes)

    def weights(self, names: Sequence[str], ridge: float) -> Any:
        """The weights of the highest penalised likelihood on some repositories (Adam)."""
        parts = [
            (x, right / right.sum(), np.full(len(right), 1 / len(self.data[name]) / len(names)))
            for name in names
            for x, right, _ in self.data[name]
            if right.any() and len(right) > 1
        ]
        lengths = [len(right) for _, right, _ in parts]
        starts = np.cumsum([0, *lengths[:-1]])
        signs, right, worth = (np.concatenate([p[i] for p in parts]) for i in range(3))
        scale = signs.std(0) + 1e-9
        signs, prior = signs / scale, self.prior * scale
        found = prior.copy()
        mean, square = np.zeros_like(found), np.zeros_like(found)
        for step in range(1, STEPS + 1):
            score = signs @ found
            chance = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), lengths))
            chance /= np.repeat(np.add.reduceat(chance, starts), lengths)
            slope = signs.T @ (worth * (right - chance)) - ridge * (found - prior)
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            found += 0.05 * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        return found / scale

    def measured(self, name: str, weights: Any) -> tuple[float, float]:
        """F1 at 1 and recall at 5 on one repository."""
        score = Score()
        for signs, right, causes in self.data[name]:
            order = np.argsort(-(signs @ weights), kind="stable")
            score.pairs += causes
            score.answered += bool(len(order))
            score.right += bool(right[order[:1]].any())
            score.within += int(right[order[:5]].sum())
        return score.figures()[2:]

    def table(self, weights: Any) -> dict[str, tuple[float, float]]:
        """Sign -> weight as it is, weight of its share; the strongest first, no slight ones."""
        plain, share = np.round(weights.reshape(2, -1), 2) + 0.0
        rows = {s: (float(p), float(q)) for s, p, q in zip(self.signs, plain, share, strict=True)}
        kept = {s: w for s, w in rows.items() if max(map(abs, w)) >= LEAST}
        return dict(sorted(kept.items(), key=lambda row: -max(map(abs, row[1]))))


def report(data: Path) -> None:
    """Print figures where unseen, for each ridge, and the weights of the one given most."""
    repositories = {f.stem: examples(f) for f in sorted(data.glob("*.jsonl"))}
    fit = Fit({name: rows for name, rows in repositories.items() if len(rows) >= FEWEST})
    names = list(fit.data)
    print(" ".join(f"{t:>24}" for t in ("", *names, "mean")))
    ways = {"in use": [fit.prior] * len(names)}
    for ridge in RIDGES:
        ways[f"unseen, ridge {ridge}"] = [
            fit.weights([n for n in names if n != name], ridge) for name in names
        ]
    for way in repositories[names[0]][0].ranked:
        _print(way, [_ranked(repositories[name], way) for name in names])
    for way, weights in ways.items():
        _print(way, [fit.measured(name, w) for name, w in zip(names, weights, strict=True)])
    for sign, weight in fit.table(fit.weights(names, RIDGE)).items():
        print(f'    "{sign}": {weight},')


def _ranked(examples: Sequence[Example], way: str) -> tuple[float, float]:
    """F1 at 1 and recall at 5 of what one way ranked."""
    score = Score()
    for example in examples:
        score.add(example.ranked[way], example.causes, 0.0)
    return score.figures()[2:]


def _print(way: str, rows: Sequence[tuple[float, float]]) -> None:
    both = [*rows, (float(np.mean([f for f, _ in rows])), float(np.mean([r for _, r in rows])))]
    print(f"{way:>24} " + " ".join(f"{f'{f:.3f} {r:.3f}':>24}" for f, r in both))


def examples(file: Path) -> list[Example]:
    rows = map(json.loads, _lines(file))
    return [Example(r["commit"], tuple(r["causes"]), r["signs"], r["ranked"]) for r in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    commands = parser.add_subparsers(dest="command", required=True)
    gathering = commands.add_parser("gather")
    gathering.add_argument("data", type=Path)
    gathering.add_argument("clones", type=Path, nargs="+")
    gathering.add_argument("--sample", type=int, default=150)
    gathering.add_argument("--seed", type=int, default=1)
    fitting = commands.add_parser("fit")
    fitting.add_argument("data", type=Path)
    given = parser.parse_args()
    if given.command == "fit":
        report(given.data)
        return
    given.data.mkdir(parents=True, exist_ok=True)
    for clone in given.clones:
        write(clone, given.data, given.sample, given.seed)


if __name__ == "__main__":
    main()
