"""Fits the words of confidence (core/why/confidence.py), and says how often each is right.

    python benchmarks/confidence_fit.py --data FILE

FILE is what `why_fit.py --collect` wrote: the candidates of labelled questions about some histories
with their features. Each history's candidates are ranked by a fit on the others, so that a chance
is what it is on a history that nobody looked at; the answers are sorted into bins by the chance of
the first candidate (histogram binning, Zadrozny and Elkan 2001), and it is counted how many of a
bin are the key commit, all and only. Printed are the words that are shipped, by history, and what
a threshold for "sure" does on a history where it was set on the others as the least one from which
on 85 % are right. A question that has no answer counts as wrong whatever is told, though some of
them are stopped before by what they take for granted. Lists are left out.

On git (41 questions), Open vSwitch (42), rdma-core (37), GLib (37), and the first of the kernel
(14) and DPDK (10): sure 51 of 55, likely 44 of 72, unsure 19 of 54; by a threshold set on the other
histories, sure 65 of 77.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from why_fit import fitted as ranking
from why_fit import softmax

from minekvm.core.why.confidence import LIKELY, SURE
from minekvm.core.why.ranking import HAND_SET

_LABELS = Path(__file__).parent / "why" / "questions.jsonl"
_WANTED = 0.85  # of the answers told as sure, that are to be right
Row = Mapping[str, Any]


class Answer(NamedTuple):
    """The first candidate of a question: its chance among all, and whether it is right."""

    repo: str
    chance: float
    right: bool


def main() -> None:
    """Print how the words do, by history left out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.data.read_text("utf-8").splitlines()]
    told = list(answers(rows))
    above: list[bool] = []
    for repo in sorted({a.repo for a in told}):
        mine = [a for a in told if a.repo == repo]
        shown(repo, mine)
        least = threshold([a for a in told if a.repo != repo])
        above += [a.right for a in mine if a.chance >= least]
    shown("all, each left out", told)
    print(f"sure by a threshold set on the others: {sum(above)} of {len(above)} right")
    for least in (0.99, 0.97, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3):
        rights = [a.right for a in told if a.chance >= least]
        print(f"at {least} or more: {sum(rights)} of {len(rights)} right")


def threshold(told: Sequence[Answer]) -> float:
    """The least chance from which on the answers told as sure are right as often as they should."""
    for percent in range(50, 100):
        rights = [a.right for a in told if a.chance >= percent / 100]
        if rights and sum(rights) >= _WANTED * len(rights):
            return percent / 100
    return 1.0


def answers(rows: Sequence[Row]) -> Iterator[Answer]:
    """The first candidates by a ranking that was fitted on the other histories."""
    labels = {row["id"]: row for row in map(json.loads, _LABELS.read_text("utf-8").splitlines())}
    for repo in sorted({row["repo"] for row in rows}):
        weights = {**ranking([row for row in rows if row["repo"] != repo]), **HAND_SET}
        for row in (row for row in rows if row["repo"] == repo and row["candidates"]):
            label = labels[row["id"]]
            if label["kind"] == "list":
                continue
            every = row["candidates"]
            scores = [sum(weights.get(n, 0.0) * v for n, v in c["signs"].items()) for c in every]
            chances = softmax(scores)
            first = max(range(len(every)), key=lambda i: chances[i])
            yield Answer(repo, chances[first], is_right(label, every[first]["commit"]))


def is_right(label: Row, commit: str) -> bool:
    """Whether a commit is the one key of a question, or carries the same patch."""
    keys = {next((min(g) for g in label["same"] if k in g), k) for k in label["key"]}
    mine = next((min(g) for g in label["same"] if commit in g), commit)
    return label["expect"] == "answer" and keys == {mine}


def shown(name: str, told: Sequence[Answer]) -> None:
    """Print how many answers each word would be given, and how many of them are right."""
    words: dict[str, list[bool]] = defaultdict(list)
    for one in told:
        word = "sure" if one.chance >= SURE else "likely" if one.chance >= LIKELY else "unsure"
        words[word].append(one.right)
    cells = [f"{w} {sum(words[w]):3} of {len(words[w]):3}" for w in ("sure", "likely", "unsure")]
    print(f"{name:32}", *cells, sep="   ")


if __name__ == "__main__":
    main()
