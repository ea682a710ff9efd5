"""Bits of the index that change by themselves: what a sum finds heals, what SQLite finds too."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm.adapters.index import store
from minekvm.clone.clone import open_clone
from minekvm.errors import IndexFailed
from support.code import edited, file, function
from support.repos import Repo
from support.running import Ran

Ask = Callable[..., Ran]
ASKED = (("callers", "g"), ("relate", "HEAD~1"), ("lineage", "f"))


@pytest.fixture
def index(repo: Repo, minekvm: Ask) -> Path:
    top = "int top(int n)\n{\n\treturn g(n);\n}\n"
    root = repo.commit("begin", {"a.c": file(function("f"), function("g"))})
    repo.commit("call g", {"b.c": file(top)})
    repo.commit(
        f'f: mend\n\nFixes: {root[:12]} ("begin")', {"a.c": file(edited("f"), function("g"))}
    )
    repo.commit("g: edit", {"a.c": file(edited("f"), edited("g"))})
    return Path(minekvm("index", "--json").json["path"])


def flipped(path: Path, seed: int) -> None:
    """Some bits of a file are others; its size and time are as they were."""
    chance, about = random.Random(seed), path.stat()
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 4, 64))):
        data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_bits_change_the_answers_stay_and_the_index_heals(
    index: Path, minekvm: Ask, seed: int
) -> None:
    before = [minekvm(*asked, "--json").out for asked in ASKED]
    flipped(index, seed)
    told = [minekvm(*asked, "--json") for asked in ASKED]
    assert [ran.out for ran in told] == before
    assert "building it anew" in "".join(ran.err for ran in told)
    assert [minekvm(*asked, "--json").err for asked in ASKED] == [""] * len(ASKED)


@pytest.mark.parametrize("seed", range(6))
def test_where_a_page_of_a_large_one_is_lost_an_answer_is_given_all_the_same(
    index: Path, minekvm: Ask, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(store, "_SUMMED", 0)
    minekvm("relate", "HEAD")
    os.truncate(index, index.stat().st_size)  # sealed without a sum by the next who writes
    minekvm("index", "--functions", "*.c")
    about = index.stat()
    data = bytearray(index.read_bytes())
    at = 4096 * random.Random(seed).randrange(1, len(data) // 4096)
    data[at : at + 4096] = os.urandom(4096)
    index.write_bytes(data)
    os.utime(index, ns=(about.st_atime_ns, about.st_mtime_ns))
    for asked in ASKED:
        ran = minekvm(*asked, "--json")
        assert ran.code == 0, ran.err


def test_rows_that_were_not_asked_for_are_damage(
    index: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Astray:
        def execute(self, *asked: object) -> list[tuple[bytes, bytes]]:
            return [(b"other", b"1")]

    with pytest.raises(IndexFailed, match="not asked for"), open_clone(repo.path) as clone:
        monkeypatch.setattr(clone.index, "_db", Astray())
        clone.index.recall("kind", [b"one"])
