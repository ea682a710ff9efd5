"""Pages of a JSON document: none is long, and together they have every row."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minekvm.server.paging import LARGEST, Paged, brief, cost, dumped, paged, readable

TEXTS = st.one_of(
    st.text(max_size=40), st.sampled_from(['"\\' * 400, "\x01" * 400, "wörter " * 150])
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-9, 10**9), TEXTS)
KEYS = st.text("abcdefgh", min_size=1, max_size=8)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=12), st.dictionaries(KEYS, inner, max_size=6)),
    max_leaves=40,
)
ROWS = st.lists(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), max_size=12)


def pages(document: Paged, most: int = 500) -> list[dict[str, Any]]:
    found, start = [], 0
    while True:
        page, following = document.page(start, most)
        found.append(page)
        if following is None:
            return found
        assert following > start
        start = following


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [json.dumps(value)]


@settings(max_examples=50)
@given(ROWS, st.integers(1, 30))
def test_no_page_is_long_and_no_row_is_lost(rows: list[dict[str, Any]], most: int) -> None:
    document = paged({"schema": "s/1", "rows_": rows, "gaps": []}, ["rows_", "gaps"])
    found = pages(document, most)
    assert all(cost(page) <= LARGEST for page in found)
    told = [row for page in found for row in page.get("rows_", [])]
    assert [page["rows"]["of"] for page in found] == [len(told)] * len(found)
    whole = {leaf for leaf in leaves(rows) if "cut here" not in leaf and len(leaf) < 60}
    assert whole <= set(leaves(told))


def test_a_short_document_is_one_page_as_it_is() -> None:
    document = {"schema": "s/1", "head": {"a": 1}, "events": [{"x": 1}, {"x": 2}], "gaps": []}
    (page,) = pages(paged(document, ["events", "gaps"]))
    assert page == {**document, "rows": {"from": 1, "to": 2, "of": 2}}


def test_rows_come_in_the_order_of_the_lists_and_go_on_where_the_last_page_ended() -> None:
    document = {"schema": "s/1", "a": [{"n": 1}, {"n": 2}], "b": [{"n": 3}], "symbol": "f"}
    first, second = pages(paged(document, ["b", "a"]), 2)
    assert (first["b"], first["a"], first["symbol"]) == ([{"n": 3}], [{"n": 1}], "f")
    assert second == {"schema": "s/1", "a": [{"n": 2}], "rows": {"from": 3, "to": 3, "of": 3}}


def test_a_long_row_is_told_in_parts_that_have_its_plain_keys_again() -> None:
    calls = [{"call": f"function_{n}", "line": n} for n in range(400)]
    document = {"schema": "s/1", "now": [{"function": "f", "table": "t", "inside": calls}]}
    told = [row for page in pages(paged(document, ["now"])) for row in page["now"]]
    assert len(told) > 1
    assert {(row["function"], row["table"]) for row in told} == {("f", "t")}
    assert [call for row in told for call in row["inside"]] == calls


def test_a_text_without_room_is_cut_and_says_so() -> None:
    document = {"schema": "s/1", "gaps": [{"why": "x" * 50_000, "what": "it"}]}
    (page,) = pages(paged(document, ["gaps"]))
    (gap,) = page["gaps"]
    assert gap["why"].startswith("xxx")
    assert gap["why"].endswith("[cut here: 50000 characters]")
    assert gap["what"] == "it"


def test_a_page_has_the_commits_that_it_names_and_no_others() -> None:
    about = {f"{n:040x}": {"subject": f"subject {n}"} for n in range(9)}
    rows = [{"commit": commit} for commit in about]
    document = paged({"schema": "s/1", "sites": rows, "commits": about}, ["sites"])
    assert [list(page["commits"]) for page in pages(document, 4)] == [
        [*about][:4],
        [*about][4:8],
        [*about][8:],
    ]


def test_what_is_spared_is_left_out_where_it_stands_and_nowhere_else() -> None:
    document = {"inside": 1, "changes": [{"inside": [1], "left": [], "came": ["f"], "no": None}]}
    assert brief(document, ["changes.inside"]) == {"inside": 1, "changes": [{"came": ["f"]}]}


def test_an_empty_list_of_rows_is_told_as_empty() -> None:
    assert brief({"claims": [], "lead": ""}, []) == {"claims": [], "lead": ""}


def test_bytes_that_are_no_text_are_written_so_that_they_can_be_sent() -> None:
    name = b"caf\xe9.c".decode("utf-8", "surrogateescape")
    found = readable({"path": name, "rows": [name]})
    assert dumped(found).encode() == b'{"path":"caf\\\\udce9.c","rows":["caf\\\\udce9.c"]}'
