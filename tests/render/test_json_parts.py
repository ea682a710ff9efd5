"""Rows of documents: some of them, one a line, and those that are alike written once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.errors import MinekvmError
from minekvm.render.json import writing
from minekvm.render.json.parts import Part, lines, shared, taken
from support import schemas
from support.repos import Repo
from support.running import run

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(_JSON)
def test_a_document_is_ascii_and_reads_back(value: Any) -> None:
    for text in (writing.dumped(value), writing.compact(value)):
        assert text.isascii()
        assert json.loads(text) == value


def test_what_is_long_is_not_indented() -> None:
    assert "\n" in writing.dumped({"a": 1})
    assert "\n" not in writing.dumped(["x" * writing.LONG])


@given(st.integers(0, 12), st.integers(0, 12))
def test_parts_together_are_the_whole(size: int, limit: int) -> None:
    document = {"schema": "minekvm.lineage/1", "events": [{"n": n} for n in range(size)]}
    first = taken("lineage", document, Part(limit=limit))
    rest = taken("lineage", document, Part(skip=limit))
    assert first["events"] + rest["events"] == document["events"]
    assert first.get("more", {}).get("events", 0) == len(rest["events"])
    assert "more" not in rest
    head, *rows = lines("lineage", document)
    assert head == {"schema": "minekvm.lineage/1"} and rows == document["events"]


def test_what_has_no_rows_is_refused() -> None:
    with pytest.raises(MinekvmError, match="why has no rows"):
        list(lines("why", {}))


def test_calls_that_are_alike_are_written_once() -> None:
    one, other = ({"call": name, "chain": ["f", name], "line": 3} for name in "gh")
    later = {**one, "line": 4}
    changes = [{"commit": "a", "inside": [one, other]}, {"commit": "b", "inside": [later]}]
    found = shared({"now": [{"inside": [later]}], "changes": changes})
    assert [call["call"] for call in found["calls"]] == ["g", "h"]
    assert [c["inside_at"] for c in found["changes"]] == [[0, 1], [0]]
    assert found["now"] == [{"inside_at": [0], "inside_lines": [4]}]
    assert [inside(found, change) for change in found["changes"]] == [[one, other], [later]]


def inside(document: Any, version: Any) -> Any:
    """The rows that a version of a shared document stands for."""
    at = zip(version["inside_at"], version["inside_lines"], strict=True)
    return [{**document["calls"][place], "line": line} for place, line in at]


def test_a_region_of_a_clone_in_its_forms(repo: Repo) -> None:
    code = "void f(void)\n{\n\tlock();\n\twork();\n\tunlock();\n}\n"
    repo.commit("start", {"a.c": code})
    repo.commit("more", {"a.c": code.replace("\twork();\n", "\twork();\n\tmore();\n")})
    asked = ["region", "--enter", "lock", "--exit", "unlock", "--in", "f", "--repo", str(repo.path)]
    whole = run(*asked, "--json").json
    some = run(*asked, "--json", "--shared", "--limit", "1").json
    assert schemas.mistakes(some) == [] and some["more"] == {"changes": 1}
    assert inside(some, some["changes"][0]) == whole["changes"][0]["inside"]
    told = [json.loads(line) for line in run(*asked, "--json-lines").out.splitlines()]
    assert told[1:] == whole["changes"] and "changes" not in told[0]
