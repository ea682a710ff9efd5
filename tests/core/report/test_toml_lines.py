"""Where keys and values of a TOML text stand."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.report.toml_lines import Place, lines

TEXT = '''\
# a comment with [brackets] and = signs
title = "a # b"   # and a tail
"quoted key" = 'c'

list = [
  "one", # [
  [2, 3],
  { a = 1, b.c = """
text with
a = "no key"
""" },
]
when = 1979-05-27 07:32:00
[table.inner]
deep.er = true
[[many]]
a = 1
[[many]]
a = 2
[many.sub]
b = \'\'\'
x\'\'\'
[[many.more]]
c = 1
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("quoted key",), 3),
        (("list",), 5),
        (("list", 0), 6),
        (("list", 1), 7),
        (("list", 1, 1), 7),
        (("list", 2, "b", "c"), 8),
        (("when",), 13),
        (("table", "inner"), 14),
        (("table", "inner", "deep", "er"), 15),
        (("many",), 16),
        (("many", 0, "a"), 17),
        (("many", 1), 18),
        (("many", 1, "a"), 19),
        (("many", 1, "sub"), 20),
        (("many", 1, "sub", "b"), 21),
        (("many", 1, "more", 0, "c"), 24),
    ],
)
def test_a_place_has_its_line(place: Place, line: int) -> None:
    tomllib.loads(TEXT)
    assert lines(TEXT)[place] == line


_KEYS = st.text(min_size=1, max_size=6)
_VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_string(k)} = {_written(v)}' for k, v in value.items())} }}"
    return json.dumps(value)


def _string(value: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'


def _places(value: Any, at: Place) -> list[Place]:
    found: list[Place] = [at] if at else []
    if isinstance(value, list):
        value = dict(enumerate(value))
    for step, inner in value.items() if isinstance(value, dict) else ():
        found += _places(inner, (*at, step))
    return found


@given(st.dictionaries(_KEYS.filter(str.isprintable), _VALUES, max_size=4))
def test_every_place_of_what_tomllib_reads_is_found(values: dict[str, Any]) -> None:
    text = "\n\n".join(f"{_string(k)} = {_written(v)}" for k, v in values.items())
    read = tomllib.loads(text)
    found = lines(text)
    assert sorted(found, key=repr) == sorted(_places(read, ()), key=repr)
    assert [found[(key,)] for key in values] == [1 + 2 * n for n in range(len(values))]
