"""Names that pass to other bodies: which edits are suspected of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.builders import body
from minekvm.core.lineage.passed_names import strangers
from minekvm.core.lineage.similarity import Edit, similarity

_LINES = st.lists(st.sampled_from([f"call_{n}(one, two, {n});" for n in range(6)]), max_size=12)


@settings(max_examples=60)
@given(_LINES, _LINES)
def test_who_has_little_in_common_is_a_stranger(before: list[str], behind: list[str]) -> None:
    lead = ["int a = b + c * d + e;"] * 3
    texts = ("\n".join(lines) for lines in ([*before, *lead], behind))
    old, new = (body(f"void one(void)\n{{\n{text}\n}}\n") for text in texts)
    edit = Edit(old, new)
    telling = min(len(old.tokens), len(new.tokens)) >= 30
    assert strangers([edit], []) == ([edit] if telling and similarity(old, new) < 0.4 else [])
