"""What was cached is never wrong: asked warm, a clone that changed answers as asked cold.

A longer run of random sequences: MINEKVM_LAW_RUNS=200 pytest tests/clone/test_cache_laws.py
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from support.changing import CHANGES, QUESTIONS, Changing

RUNS = int(os.environ.get("MINEKVM_LAW_RUNS", "1"))
STEPS = 5

# Each of these was answered wrongly by some version: changes in a row, asked after each.
SEQUENCES = [
    ["cloned shallow", "unshallowed", "made shallow", "deepened", "unshallowed"],
    ["cloned without blobs", "asked again", "filled"],
    ["cloned without trees", "filled"],
    ["a commit replaced", "its replacement changed", "replacements removed"],
    ["a blob replaced", "replacements removed"],
    ["grafted", "grafted to a root", "grafts removed"],
    ["a blob lost", "asked again", "put back"],
    ["a tree lost", "put back"],
    ["a commit lost", "put back"],
    ["a branch deleted", "a branch added", "main moved back", "main moved ahead"],
    ["pushed by force", "main moved ahead", "collected", "pushed by force"],
    ["another branch", "main again", "detached"],
    ["objects borrowed", "borrowed no more", "repacked", "collected"],
    ["a commit-graph", "pushed by force", "no commit-graph"],
    ["another clone at the path", "one of SHA-256 at the path", "cloned whole"],
]


def differences(clone: Changing, warm: Path, cold: Path) -> list[str]:
    """The questions that are answered otherwise warm than cold, and how."""
    from_memory, afresh = clone.answers(warm), clone.answers(cold)
    return [
        f"{question}:\n--- cold\n{afresh[question]}\n--- warm\n{from_memory[question]}"
        for question in afresh
        if afresh[question] != from_memory[question]
    ]


def obeys(clone: Changing, base: Path, steps: Sequence[str]) -> None:
    """Ask everything before and after each change: a cold cache answers as the warm."""
    number = count()
    clone.answers(base / "warm")
    for done, step in enumerate(steps, 1):
        clone.apply(step)
        wrong = differences(clone, base / "warm", base / f"cold-{next(number)}")
        assert not wrong, f"after {steps[:done]}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("steps", SEQUENCES, ids=lambda steps: steps[0])
def test_a_changed_clone_is_answered_as_if_nothing_had_been_cached(
    tmp_path: Path, steps: list[str]
) -> None:
    obeys(Changing.create(tmp_path), tmp_path, steps)


@pytest.mark.parametrize("seed", range(RUNS))
def test_so_it_is_after_any_changes_in_any_order(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    obeys(Changing.create(tmp_path, seed), tmp_path, chance.choices(sorted(CHANGES), k=STEPS))


def test_every_change_is_made_and_every_question_answered(tmp_path: Path) -> None:
    assert {name for steps in SEQUENCES for name in steps} == set(CHANGES)
    told = Changing.create(tmp_path).answers(tmp_path / "cache")
    assert len(told) == len(QUESTIONS)
    assert all(text.startswith("0\n") for text in told.values()), told
