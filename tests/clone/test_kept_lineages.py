"""A lineage is kept under its question, and comes back as it was told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from minekvm.clone.cache import Cache
from minekvm.clone.gaps import Gaps
from minekvm.clone.lineages import Lineages
from minekvm.core.model import (
    Change,
    Commit,
    CommitId,
    Event,
    Function,
    FunctionVersion,
    Gap,
    Lineage,
    Told,
)
from support.code import edited, file, function
from support.repos import Repo

ONE, TWO = CommitId("1" * 40), CommitId("2" * 40)


class Kept:
    """A store in memory."""

    writable = True

    def __init__(self) -> None:
        self.rows: dict[tuple[str, bytes], bytes] = {}

    def recall(self, kind: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {k: self.rows[kind, k] for k in keys if (kind, k) in self.rows}

    def keep(self, kept: Iterable[tuple[str, bytes, bytes]]) -> None:
        self.rows |= {(kind, key): value for kind, key, value in kept}


def version(path: str, text: bytes) -> FunctionVersion:
    made = Function("f", "function", 0, len(text), 1, 1, "int f(void)", "CONFIG_X", text)
    return FunctionVersion(path, made)


OLD, NEW = version("a\udcff.c", b"int f(void) { return 1; }"), version("b.c", b"int f(void) {}")
TOLD = Told(
    Lineage(
        "f",
        TWO,
        (NEW,),
        (
            Event(TWO, ONE, Change(("moved", "modified"), OLD, NEW, "body", 1 / 3, (OLD, NEW))),
            Event(ONE, None, Change(("introduced",), None, OLD, "root", 1.0)),
        ),
        (Gap("of the walk", "it ends", TWO, "b.c"),),
        ((0,),),
        ((1,), ()),
    ),
    {
        c: Commit(c, p, "Ä", "a@b", "2020-01-01T00:00:00+00:00", 7, "s", "s\n\nbody\n")
        for c, p in ((TWO, (ONE,)), (ONE, ()))
    },
)


def told(store: Kept, gaps: Gaps, asked: Sequence[str], answer: Told | None = TOLD) -> Told:
    """The answer in a new process; without one to give, it has to be known."""
    cache = Cache(store)

    def read() -> Told:
        assert answer is not None, "asked for what is kept"
        gaps.note(Gap("a file", "missing from this clone", TWO, "z.c"))
        gap = tuple(gaps)
        return replace(answer, lineage=replace(answer.lineage, gaps=gap + answer.lineage.gaps))

    found = Lineages(cache, gaps).told(asked, read)
    cache.flush()
    return found


def test_a_lineage_comes_back_with_all_that_it_had() -> None:
    store, first, again = Kept(), Gaps(), Gaps()
    fresh = told(store, first, ["f", "HEAD"])
    assert fresh.lineage.events == TOLD.lineage.events
    assert told(store, again, ["f", "HEAD"], None) == fresh
    assert list(again) == list(first)
    assert again.doubts == first.doubts == 1


def test_another_question_has_another_answer() -> None:
    store = Kept()
    told(store, Gaps(), ["f", "HEAD"])
    with pytest.raises(AssertionError, match="asked for what is kept"):
        told(store, Gaps(), ["f", "HEAD~1"], None)


@pytest.mark.parametrize("kind", ["text", "told"])
def test_what_is_damaged_is_worked_out_anew(kind: str) -> None:
    store = Kept()
    fresh = told(store, Gaps(), ["f"])
    for key in [k for k in store.rows if k[0] == kind]:
        store.rows[key] = b"x"
    gaps = Gaps()
    assert told(store, gaps, ["f"]) == fresh
    assert len(gaps) == 1


def test_what_is_kept_is_told_without_what_follows_functions(repo: Repo, tmp_path: Path) -> None:
    repo.commit("begin", {"a.c": file(function("f"))})
    repo.commit("edit", {"a.c": file(edited("f"))})
    script = "import sys; from minekvm.cli.main import main\n"
    script += f"sys.argv = ['minekvm', 'lineage', 'f', '--repo', {str(repo.path)!r}]\n"
    script += "try: main()\nfinally: print(sorted(m for m in sys.modules if 'minekvm.core' in m))"

    def run() -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        answer, _, modules = done.stdout.rstrip("\n").rpartition("\n")
        return answer, modules

    cold, warm = run(), run()
    assert warm[0] == cold[0]
    assert "core.lineage.tracer" in cold[1]
    assert not [
        m for m in ("core.lineage.tracer", "core.c.finder", "core.declared") if m in warm[1]
    ]
