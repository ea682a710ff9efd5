"""How far two annotators of reasons agree: what a tool can be asked for at most.

In: two files of this folder in the format of ``reasons-*.jsonl`` (by default a's and b's); the
messages that both hold are compared. Out: a line of figures for all of them and one for each
history; with ``--list`` also the messages on which they differ.

    python benchmarks/why/agreement.py [--list] [FILE FILE]

Cohen's kappa: J. Cohen, "A coefficient of agreement for nominal scales", 1960.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Range = tuple[int, int]
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    """The ranges that two annotators gave to one message, best first; none: no reason there."""

    history: str
    commit: str
    a: tuple[Range, ...]
    b: tuple[Range, ...]


def read(path: Path) -> dict[tuple[str, str], tuple[Range, ...]]:
    """The ranges of each message of a file, by history and commit."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        (row["repo"], row["commit"]): tuple((first, last) for first, last in row["reasons"])
        for row in rows
    }


def pairs(left: Path, right: Path) -> list[Pair]:
    """The messages that both files hold, in the order of the second."""
    a, b = read(left), read(right)
    return [Pair(*key, a[key], ranges) for key, ranges in b.items() if key in a]


def lines(ranges: Iterable[Range]) -> set[int]:
    """All lines of some ranges."""
    return {line for first, last in ranges for line in range(first, last + 1)}


def meet(one: Iterable[Range], other: Iterable[Range]) -> bool:
    """Whether two sets of ranges share a line."""
    return bool(lines(one) & lines(other))


def f1(one: Iterable[Range], other: Iterable[Range]) -> float:
    """Twice the shared lines by the sum of the lines of both; neither is empty."""
    left, right = lines(one), lines(other)
    return 2 * len(left & right) / (len(left) + len(right))


def kappa(verdicts: list[tuple[bool, bool]]) -> float:
    """Cohen's kappa of pairs of verdicts; 1 where all verdicts of both are one and the same."""
    total = len(verdicts)
    agreed = sum(a == b for a, b in verdicts) / total
    yes_a, yes_b = (sum(column) / total for column in zip(*verdicts, strict=True))
    chance = yes_a * yes_b + (1 - yes_a) * (1 - yes_b)
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def mean(values: Iterable[float]) -> float:
    """The mean; nan of nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


def figures(compared: list[Pair]) -> str:
    """The figures of some messages on one line."""
    verdicts = [(not pair.a, not pair.b) for pair in compared]
    both = [pair for pair in compared if pair.a and pair.b]
    columns = {
        "none a": sum(a for a, _ in verdicts),
        "none b": sum(b for _, b in verdicts),
        "none both": sum(a and b for a, b in verdicts),
        "same verdict": mean(a == b for a, b in verdicts),
        "kappa": kappa(verdicts),
        "both a reason": len(both),
        "first meet": mean(meet(pair.a[:1], pair.b[:1]) for pair in both),
        "first same": mean(pair.a[0] == pair.b[0] for pair in both),
        "a's first in b's": mean(meet(pair.a[:1], pair.b) for pair in both),
        "b's first in a's": mean(meet(pair.a, pair.b[:1]) for pair in both),
        "either": mean(meet(pair.a[:1], pair.b) or meet(pair.a, pair.b[:1]) for pair in both),
        "any meet": mean(meet(pair.a, pair.b) for pair in both),
        "F1 all": mean(f1(pair.a, pair.b) for pair in both),
        "F1 first": mean(f1(pair.a[:1], pair.b[:1]) for pair in both),
        "ranges a": mean(len(pair.a) for pair in both),
        "ranges b": mean(len(pair.b) for pair in both),
    }
    shown = (
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in columns.items()
    )
    return f"{len(compared)} messages: " + ", ".join(shown)


def main(arguments: list[str]) -> None:
    """Prints the figures of two files, for all messages and by history."""
    names = [word for word in arguments if word != "--list"] or [
        str(HERE / "reasons-a.jsonl"),
        str(HERE / "reasons-b.jsonl"),
    ]
    left, right = map(Path, names)
    compared = pairs(left, right)
    print("all:", figures(compared))
    for history in dict.fromkeys(pair.history for pair in compared):
        print(f"{history}:", figures([pair for pair in compared if pair.history == history]))
    if "--list" in arguments:
        for pair in compared:
            neither = not pair.a and not pair.b
            if not neither and not meet(pair.a[:1], pair.b[:1]):
                print(pair.history, pair.commit, "a", list(pair.a), "b", list(pair.b))


if __name__ == "__main__":
    main(sys.argv[1:])
