"""What two texts share at their ends: literal values, and the law that says what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.ends import common_ends


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"abc", b"abc", (3, 0)),
        (b"aXc", b"aYc", (1, 1)),
        (b"", b"a", (0, 0)),
        (b"aa", b"a", (1, 0)),
    ],
)
def test_what_two_texts_share(old: bytes, new: bytes, expected: tuple[int, int]) -> None:
    assert common_ends(old, new) == expected


_TEXT = st.text("ab", max_size=12).map(str.encode)


@given(_TEXT, _TEXT)
def test_it_is_the_most_that_both_have(old: bytes, new: bytes) -> None:
    start, end = common_ends(old, new)
    shorter = min(len(old), len(new))
    assert old[:start] == new[:start]
    assert start == shorter or old[start] != new[start]
    assert old[len(old) - end :] == new[len(new) - end :]
    assert start + end == shorter or old[-end - 1] != new[-end - 1]
