"""Fits the scorer of reasons (core/why/reasons.py), and says how it does on histories left out.

    python benchmarks/reasons_fit.py MIRRORS [--print]

MIRRORS has a bare clone OWNER+NAME/repo of each labelled history. The labels are those of
benchmarks/why (who made them, and how, stands there): of whole messages, which lines state a
reason, or that none does; of questions, which lines are the best ones. Each history is judged by a
fit on the others.

`best` counts the messages with a reason whose best sentence lies in the labelled lines, beside what
its first sentence and its subject would have got; `asked` the same of questions alone. `silent` are
the messages that are said to give no reason: how many, how many of them rightly (precision), and
how many of those without one are found (recall).

Of the fit that is shipped, on 962 messages and questions with a reason and 212 messages without,
each history left out: best 87 % (of questions 85 %), first sentence 81 %, subject 7 %; silence told
174 times, 91 % rightly, for 75 % of those without a reason. Words of the signs were added after
labels had been seen (typos, broken builds, reinvented, open-coded; keys like "Problem:"), so what a
history does that nobody looked at may be a little less.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from logistic import chance, choice, fit

from minekvm.core.why.reason_signs import Sought, features, whole
from minekvm.core.why.reasons import LEAST, score, shares
from minekvm.core.why.sentences import Sentence, sentences, subject
from minekvm.core.why.words import is_name, stems, words

_LABELS = Path(__file__).parent / "why"
_RIDGE = 3.0
_OF_QUESTIONS = 2.0  # what a question's labels count beside a message's
Weights = Mapping[str, float]


@dataclass
class Message:
    """A labelled message: its sentences, what is sought, and which of them state the reason."""

    repo: str
    every: tuple[Sentence, ...]
    right: tuple[bool, ...]
    asked: bool
    rows: list[dict[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Judged:
    """A message as a fit on other histories sees it: `best` and `next` are sentences' numbers."""

    message: Message
    gives: float
    best: int
    next: int
    ratio: float

    @property
    def is_right(self) -> bool:
        """Whether the best sentence states a reason."""
        return self.message.right[self.best]


def main() -> None:
    """Print the figures by history and, when asked, the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--print", action="store_true", help="print the weights for the scorer")
    arguments = parser.parse_args()
    every = list(messages(arguments.mirrors))
    heads = ("n", "best", "asked", "first", "subject", "silent", "prec.", "recall")
    print(f"{'history':32}", *(f"{head:>7}" for head in heads))
    told: list[Judged] = []
    for repo in sorted({m.repo for m in every}):
        told += shown(repo, judged(every, repo))
    shown("all, each left out", told)
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        silent = [j for j in told if j.gives < least]
        quiet = [not any(j.message.right) for j in silent if not j.message.asked]
        asked = sum(j.message.asked for j in silent)
        print(f"silent below {least}: {len(quiet)}, {_share(quiet)} rightly; questions {asked}")
    for least in (0.2, 0.3, 0.5, 0.75, 0.9):
        beside = [j.message.right[j.next] for j in told if j.ratio >= least]
        print(f"a second of {least} of the best: {len(beside)}, {_share(beside)} right")
    if arguments.print:
        picked, gives = fitted(every)
        printed("WEIGHTS", picked)
        printed("GIVES", gives)


def _share(values: Sequence[bool]) -> str:
    return f"{sum(values) / len(values):.0%}" if values else "-"


def printed(name: str, weights: Weights) -> None:
    """Weights as the scorer has them."""
    print(f"{name}: Mapping[str, float] = {{")
    for sign, value in sorted(weights.items(), key=lambda w: -abs(w[1])):
        if abs(value) >= 0.005:
            print(f'    "{sign}": {value:.2f},')
    print("}")


def fitted(given: Sequence[Message]) -> tuple[Weights, Weights]:
    """The weights of sentences among their neighbours, and of messages that give a reason."""
    groups = [(m.rows, m.right, _OF_QUESTIONS if m.asked else 1.0) for m in given]
    picked = choice(groups, _RIDGE)
    plain = [m for m in given if not m.asked]
    rows = [whole(m.every, m.rows, [score(picked, r) for r in m.rows]) for m in plain]
    return picked, fit(rows, [float(any(m.right)) for m in plain], None, _RIDGE)


def judged(every: Sequence[Message], repo: str) -> list[Judged]:
    """The messages of a history by a fit on the others."""
    picked, gives = fitted([m for m in every if m.repo != repo])
    found = []
    for message in (m for m in every if m.repo == repo):
        scores = [score(picked, row) for row in message.rows]
        parts = shares(scores)
        order = sorted(range(len(scores)), key=lambda i: -scores[i])
        after = order[1] if len(order) > 1 else order[0]
        ratio = parts[after] / parts[order[0]] if len(order) > 1 else 0.0
        sure = chance(gives, whole(message.every, message.rows, scores))
        found.append(Judged(message, sure, order[0], after, ratio))
    return found


def shown(name: str, told: Sequence[Judged]) -> Sequence[Judged]:
    """Print a history's line."""
    some = [j for j in told if any(j.message.right)]
    first = [j.message.right[min(1, len(j.message.right) - 1)] for j in some]
    silent = [j for j in told if j.gives < LEAST and not j.message.asked]
    without = [j.gives < LEAST for j in told if not any(j.message.right)]
    cells = (
        str(len(told)),
        _share([j.is_right for j in some]),
        _share([j.is_right for j in some if j.message.asked]),
        _share(first),
        _share([j.message.right[0] for j in some]),
        str(len(silent)),
        _share([not any(j.message.right) for j in silent]),
        _share(without),
    )
    print(f"{name:32}", *(f"{cell:>7}" for cell in cells))
    return told


def messages(mirrors: Path) -> Iterator[Message]:
    """Every labelled message and question whose history is there."""
    for row in _labels("reasons-*.jsonl"):
        ranges = [tuple(r) for r in row["reasons"]]
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
    rows = [features(every, nth, sought) for nth in range(len(every))]
    return Message(repo, every, right, asked, rows)


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
