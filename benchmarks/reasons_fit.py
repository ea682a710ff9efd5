"""Fits the scorer of reasons (core/why/reasons.py), and says how it does on histories left out.

    python benchmarks/reasons_fit.py MIRRORS [--print]

MIRRORS has a bare clone OWNER+NAME/repo of each labelled history. The labels are those of
benchmarks/why (who made them, and how, stands there): of whole messages, which lines state a
reason; of questions, which lines are the best ones. Each history is judged by a fit on the others.
`best` counts the messages whose best sentence lies in the labelled lines, beside what its first
sentence and its subject would have got. Figures of the fit that is shipped, on 596 messages and
questions with a reason: best 82 %, first sentence 77 %, subject 3 %, each history left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from logistic import chance, fit

from minekvm.core.why.reasons import LEAST, Sought, features
from minekvm.core.why.sentences import Sentence, sentences, subject
from minekvm.core.why.words import is_name, stems, words

_LABELS = Path(__file__).parent / "why"
_RIDGE = 3.0
_OF_QUESTIONS = 2.0  # what a question's labels count beside a message's


@dataclass
class Message:
    """A labelled message: its sentences, what is sought, and which of them state the reason."""

    repo: str
    every: tuple[Sentence, ...]
    sought: Sought
    right: tuple[bool, ...]
    asked: bool

    def rows(self) -> list[dict[str, float]]:
        """The features of its sentences."""
        return [features(self.every, n, self.sought) for n in range(len(self.every))]


def main() -> None:
    """Print the figures by history and, when asked, the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--print", action="store_true", help="print the weights for the scorer")
    arguments = parser.parse_args()
    every = list(messages(arguments.mirrors))
    print(f"{'history':32} {'n':>4} {'best':>5} {'first':>6} {'subject':>8} {'AP':>5} {'none':>5}")
    found: list[tuple[float, bool]] = []
    totals: list[tuple[int, ...]] = []
    for repo in sorted({m.repo for m in every}):
        weights = fitted([m for m in every if m.repo != repo])
        totals.append(judged(repo, [m for m in every if m.repo == repo], weights, found))
    n, best, first, title = (sum(t[i] for t in totals) for i in range(4))
    print(f"{'all, each left out':32} {n:4} {best / n:5.0%} {first / n:6.0%} {title / n:8.0%}")
    for least in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        over = [right for weight, right in found if weight >= least]
        print(f"best at {least:.2f} or more: {len(over)} of {len(found)}, {_share(over):.0%} right")
    if arguments.print:
        weights = fitted(every)
        print("WEIGHTS: Mapping[str, float] = {")
        for name, value in sorted(weights.items(), key=lambda w: -abs(w[1])):
            print(f'    "{name}": {value:.2f},')
        print("}")


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))


def fitted(given: Sequence[Message]) -> dict[str, float]:
    """The weights that fit some messages."""
    rows, labels, counts = [], [], []
    for message in given:
        weight = _OF_QUESTIONS if message.asked else 1.0
        for row, right in zip(message.rows(), message.right, strict=True):
            rows.append(row)
            labels.append(float(right))
            counts.append(weight)
    return fit(rows, labels, counts, _RIDGE)


def judged(
    repo: str,
    given: Sequence[Message],
    weights: dict[str, float],
    found: list[tuple[float, bool]],
) -> tuple[int, ...]:
    """One history's line: how often the best sentence is right; `found` gets best and whether."""
    best = first = title = n = 0
    precisions = []
    silent: list[float] = []
    for message in given:
        scores = [chance(weights, row) for row in message.rows()]
        order = sorted(range(len(scores)), key=lambda i: -scores[i])
        found.append((scores[order[0]], message.right[order[0]]))
        if not any(message.right):
            silent.append(scores[order[0]])
            continue
        n += 1
        best += message.right[order[0]]
        first += message.right[min(1, len(scores) - 1)]
        title += message.right[0]
        hits = [i for i, at in enumerate(order) if message.right[at]]
        precisions.append(sum((k + 1) / (i + 1) for k, i in enumerate(hits)) / len(hits))
    quiet = sum(s < LEAST for s in silent) / max(1, len(silent))
    mean = sum(precisions) / max(1, n)
    print(
        f"{repo:32} {n:4} {best / max(1, n):5.0%} {first / max(1, n):6.0%}"
        f" {title / max(1, n):8.0%} {mean:5.2f} {quiet:5.0%}"
    )
    return n, best, first, title


def messages(mirrors: Path) -> Iterator[Message]:
    """Every labelled message and question whose history is there."""
    for row in _labels("reasons-*.jsonl"):
        ranges = [tuple(r) for r in row.get("reasons", row.get("lines", []))]
        yield _message(mirrors, row["repo"], row["commit"], ranges, Sought(), asked=False)
    for row in _labels("questions*.jsonl"):
        if row.get("reason"):
            sought = _sought(row["question"])
            reason = row["reason"]
            ranges = [tuple(reason["lines"])]
            yield _message(mirrors, row["repo"], reason["commit"], ranges, sought, asked=True)


def _labels(pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(_LABELS.glob(pattern)):
        yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)


def _sought(question: str) -> Sought:
    about = frozenset(w for w in words(question) if is_name(w))
    return Sought(about, (), dict.fromkeys(stems(question), 1.0))


def _message(
    mirrors: Path, repo: str, commit: str, ranges: list[tuple[int, int]], sought: Sought, *,
    asked: bool,
) -> Message:  # fmt: skip
    text = _text(mirrors / repo / "repo", commit)
    every = (subject(text), *sentences(text))
    right = tuple(any(s.first <= b and a <= s.last for a, b in ranges) for s in every)
    return Message(repo, every, sought, right, asked)


@cache
def _text(clone: Path, commit: str) -> str:
    shown = subprocess.run(
        ["git", "-C", str(clone), "log", "-1", "--format=%B", commit],
        capture_output=True,
        check=True,
    )
    return shown.stdout.decode("utf-8", "replace").rstrip("\n")


if __name__ == "__main__":
    main()
