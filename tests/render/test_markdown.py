"""Markdown that a forge renders and a mail reader reads."""

from __future__ import annotations

import pytest
from render_values import commit, event, inspection, marked, parted, told, version, wandering

from minekvm.core.model import Gap
from minekvm.render.markup import code, prose

WANDERING = """\
# `f`, function

**`kernel/new.c:30-33`** at `999999999999`

3 events, 2019-2022: 1 move

```mermaid
flowchart TD
  n0["f<br/>old.c"]
  n1["f<br/>kernel/new.c"]
  n0 -->|"moved 2022-03-04"| n1
```

## Events

- 2022-03-04 `cccccccccccc` Grace Hopper **moved** `old.c` -> `kernel/new.c`
  - f: move it where it belongs
- 2021-02-03 `bbbbbbbbbbbb` Ada Lovelace modified
  - f: return one
- 2019-12-31 `aaaaaaaaaaaa` Ada Lovelace **introduced** in `old.c`
  - f: new"""


def test_a_wandering_function() -> None:
    assert marked("lineage", wandering()) == WANDERING


def test_patches_and_rules_stay_in_their_list_item() -> None:
    text = marked("lineage", wandering(), patch=True, verbose=True)
    assert (
        "\n  - (same body elsewhere, score 1.00)\n\n  ```diff\n  (text unchanged)\n  ```\n\n- 2021"
        in text
    )
    assert "\n\n  ```diff\n  @@ -10,4 +10,4 @@\n   int f(void)\n   {\n  -\treturn 0;\n" in text


def test_variants_are_told_apart_in_the_graph_and_the_list() -> None:
    text = marked("lineage", parted())
    assert '  n2["f<br/>a.c<br/>defined#40;X#41;"]\n' in text
    assert '  n0 -->|"split 2021-02-03"| n2\n' in text
    assert "**split** `whole` -> `f` `#if !(defined(X))`\n" in text


def test_a_function_that_stayed_has_no_graph() -> None:
    story = told([event("a", "modified", version(), version(text="x"))], [commit("a")], [version()])
    assert "mermaid" not in marked("lineage", story)


def test_a_graph_label_is_only_a_label() -> None:
    old = version('x"]; click n0 "javascript:1" %% <b>')
    story = told([event("a", "renamed", old, version())], [commit("a")], [version()])
    assert (
        '  n0["x#34;#93;#59; click n0 #34;javascript:1#34; #37;#37; #60;b#62;<br/>a.c"]\n'
        in marked("lineage", story)
    )


def test_gaps_and_nothing_else() -> None:
    story = told([], [], gaps=[Gap("history", "the clone is *shallow*")])
    assert marked("lineage", story) == (
        "# `f`\n\n**not defined** at `999999999999`\n\nno events in range\n\n"
        "## Gaps\n\n- gap: history: the clone is \\*shallow\\*"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a|b *c* _d_ <e> `f` [g](h) \\", "a\\|b \\*c\\* \\_d\\_ \\<e\\> \\`f\\` \\[g\\](h) \\\\"),
        ("&amp; ~~x~~ $y$ #1", "\\&amp; \\~\\~x\\~\\~ \\$y\\$ `#1`"),
        ("\x1b[m", "\\\\x1b\\[m"),
    ],
)
def test_prose_shows_markup(text: str, written: str) -> None:
    assert prose(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("f", "`f`"), ("a`b", "``a`b``"), ("``x`", "``` ``x` ```"), ("a\nb", "`a\\nb`")],
)
def test_code_spans_hold_backticks(text: str, written: str) -> None:
    assert code(text) == written


def test_a_fence_is_longer_than_any_in_the_code() -> None:
    new = version(text="/*\n```\n`````\n*/")
    story = told([event("a", "introduced", None, new)], [commit("a")], [new])
    text = marked("lineage", story, patch=True)
    assert "\n  ``````diff\n" in text
    assert text.count("\n  ``````\n") == 1


def test_one_commit() -> None:
    found = inspection(
        commit("c", "2022-03-04", "Grace Hopper", "tidy_up", parents="12"),
        [
            event("c", "moved", version("m"), version("m", "b.c"), score=0.5, parent="2"),
            event("c", "modified", version("one"), version("one", text="x"), parent="2"),
            event("c", "modified", version("two"), version("two", text="x"), parent="2"),
        ],
    )
    assert (
        marked("inspect", found)
        == """\
# `cccccccccccc` tidy\\_up

2022-03-04, by Grace Hopper

a merge of 2 parents

against parent 1, 111111111111: no function changed

against parent 2, 222222222222: 3 function changes: 1 moved, 2 modified

## against parent 2, 222222222222

- **moved** `m` `a.c` -> `b.c` score 0.50
- **modified** `a.c`: `one`, `two`"""
    )


def test_a_commit_that_changed_no_function() -> None:
    assert marked("inspect", inspection(commit("c"), [])) == (
        "# `cccccccccccc` subject\n\n2020-01-01, by Ada L.\n\nno function changed"
    )
