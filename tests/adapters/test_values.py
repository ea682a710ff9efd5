"""Values as the index's columns have them: what is kept short is given back whole."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from minekvm.adapters.index.values import dated, path_of, restored, shortened, stamp

ZONES = st.integers(-(24 * 60 - 1), 24 * 60 - 1)
PARTS = st.text("ab1 \x01\x02\x03", max_size=5)


@given(st.integers(0, 2**33), ZONES)
def test_a_date_is_kept_whole(seconds: int, zone: int) -> None:
    when = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=zone)))
    assert dated(when.isoformat()) == (seconds, zone)
    assert stamp(*dated(when.isoformat())) == when.isoformat()


@example("1", "", "1", "\x02")
@given(st.text("ab1 \x01\x02\x03", max_size=60), PARTS, PARTS, PARTS)
def test_a_quote_is_kept_whole(quote: str, hash_: str, subject: str, target: str) -> None:
    beside = hash_, subject, target
    form, kept = shortened(quote, *beside)
    assert (form is None) != (kept is None)
    assert (kept if form is None else restored(form, *beside)) == quote


def test_what_returns_is_kept_as_its_form() -> None:
    one = shortened('Fixes: 1234567890ab ("area: do it")', "1234567890ab", "area: do it", "")
    other = shortened('Fixes: ab0987654321 ("x: not that")', "ab0987654321", "x: not that", "")
    assert one == other
    assert one[0] is not None
    assert shortened("as was found in commit 1234567", "7654321", "", "")[0] is None


@given(st.binary(max_size=20))
def test_a_path_is_the_text_that_the_system_makes_of_it(raw: bytes) -> None:
    assert path_of(raw) == os.fsdecode(raw)
