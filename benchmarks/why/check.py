"""Checks the labels of this folder against the clones: the figures, and a mistake a line.

In: a folder of bare clones named OWNER+NAME/repo. Exit 1 where a hash is unknown or not reachable
from its tip, a line range lies outside of its message or on an empty line, a field is missing, or
an id or a commit comes twice.

    python benchmarks/why/check.py FOLDER
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sample import EVERY_TIP, HERE, git

EXPECTATIONS = ("answer", "wrong-premise", "absent", "nothing")
MOST_KEYS = 4


def rows(name: str) -> list[dict[str, Any]]:
    """The objects of a file of this folder; none where there is no such file yet."""
    path = HERE / name
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


@cache
def lines_of(folder: Path, history: str, commit: str) -> tuple[str, ...]:
    """The lines of a message, as ``git log -1 --format=%B`` prints them."""
    return tuple(git(folder, history, "log", "-1", "--format=%B", commit).split("\n"))


@cache
def reachable(folder: Path, history: str) -> frozenset[str]:
    """All commits from which the history's tip came."""
    return frozenset(git(folder, history, "rev-list", EVERY_TIP[history]).split())


def wrong_lines(folder: Path, history: str, commit: str, first: int, last: int) -> str:
    """What is wrong with a range of lines of a message; empty where nothing is."""
    try:
        lines = lines_of(folder, history, commit)
    except subprocess.CalledProcessError:
        return f"{commit}: no such commit"
    if not 1 <= first <= last <= len(lines):
        return f"{commit}: lines {first}-{last} of {len(lines)}"
    if not (lines[first - 1].strip() and lines[last - 1].strip()):
        return f"{commit}: lines {first}-{last} begin or end with an empty one"
    return ""


def commit_faults(known: frozenset[str], row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the commits that a question names."""
    named = [*row["key"], *row["also"], *(commit for twins in row["same"] for commit in twins)]
    for commit in named:
        if commit not in known:
            yield f"{commit} is not reachable"
    if any(not set(twins) & set(row["key"]) for twins in row["same"]):
        yield "same as no key"
    if set(row["key"]) & set(row["also"]):
        yield "a commit is both key and also"
    if len(row["key"]) > MOST_KEYS and row["kind"] != "list":
        yield f"{len(row['key'])} keys"
    if (row["expect"] == "answer") != bool(row["key"]):
        yield "an answer without a key, or a key without an answer"


def question_faults(folder: Path, row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one question."""
    yield from commit_faults(reachable(folder, row["repo"]), row)
    if row["expect"] not in EXPECTATIONS:
        yield f"expects {row['expect']}"
    if row["reason"]:
        commit, lines = row["reason"]["commit"], row["reason"]["lines"]
        if commit not in [*row["key"], *row["also"]]:
            yield "the reason is no key's"
        if fault := wrong_lines(folder, row["repo"], commit, *lines):
            yield fault


def reason_faults(folder: Path, row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the labels of one message."""
    if row["none"] != (not row["reasons"]):
        yield "none and reasons contradict"
    for first, last in row["reasons"]:
        if fault := wrong_lines(folder, row["repo"], row["commit"], first, last):
            yield fault


def repeated(values: list[str]) -> list[str]:
    """Those that come more than once."""
    return [value for value, times in Counter(values).items() if times > 1]


def main(folder: Path) -> int:
    """Prints the faults and the figures; 1 where there is a fault."""
    questions, faults = rows("questions.jsonl"), []
    for row in questions:
        faults += [f"{row['id']}: {fault}" for fault in question_faults(folder, row)]
    faults += [f"twice: {value}" for value in repeated([row["id"] for row in questions])]
    for field in ("repo", "expect", "kind"):
        print(f"questions by {field}:", dict(Counter(row[field] for row in questions)))
    for path in sorted(HERE.glob("reasons-*.jsonl")):
        labelled = rows(path.name)
        drawn = "plain.jsonl" if path.name == "reasons-c.jsonl" else "sample.jsonl"
        sample = {row["commit"] for row in rows(drawn)}
        for row in labelled:
            found = [*reason_faults(folder, row)]
            found += [] if row["commit"] in sample else ["not in the sample"]
            faults += [f"{path.name} {row['commit']}: {fault}" for fault in found]
        faults += [f"twice: {value}" for value in repeated([row["commit"] for row in labelled])]
        missing = sample - {row["commit"] for row in labelled}
        none = sum(row["none"] for row in labelled)
        print(
            f"{path.name}: {len(labelled)} messages, {none} without a reason, {len(missing)} left"
        )
        print(f"{path.name} by repo:", dict(Counter(row["repo"] for row in labelled)))
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
