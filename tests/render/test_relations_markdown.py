"""Relations, paths and origins as Markdown."""

from __future__ import annotations

import pytest
from relation_values import (
    A,
    B,
    by_many,
    connected,
    everything,
    found_origins,
    mention,
    related,
    steps,
)
from render_values import marked

from minekvm.render.markup import opening

EVERYTHING = """\
# `aaaaaaaaaaaa` pump: close the valve before the tank runs dry

2022-03-04, by Grace Hopper

fixes 1, fixed by 1, backport of 1, cites 1, same series 2, touched before 1; \
1 wrong subject; 1 mention not found

## Fixes (1)

- `bbbbbbbbbbbb` 2021-02-03 pump: open the valve by hand
  - "Fixes: bbbbbbbbbbbb ("pump: open the valve by hand")", `message:7 of aaaaaaaaaaaa`

## Fixed by (1)

- `cccccccccccc` 2022-05-06 pump: close the valve only once
  - "This repairs commit aaaaaaaaaaaa for good.", `message:3-4 of cccccccccccc`

## Backport of (1)

- `123456789abc` not in this clone
  - "\\[ Upstream commit 123456789abc0000000000000000000000000000 \\]", `message:3 of aaaaaaaaaaaa`

## Cites (1)

- `ffffffffffff` 2020-01-02 tank: new, with a float that tells when it runs dry
  - **! the subject quoted is of `eeeeeeeeeeee` pump: name the strokes**
  - "As since commit ffffffffffff ("tank: paint it red"), it is full.", `message:5 of aaaaaaaaaaaa`

## Same series (2)

- `dddddddddddd` 2022-03-04 pump: count the strokes
  - one author, one prefix
- `eeeeeeeeeeee` 2022-03-04 pump: name the strokes
  - one author, one prefix

## Touched the same functions before (1)

- `ffffffffffff` 2020-01-02 tank: new, with a float that tells when it runs dry
  - changed run\\_dry() before

## Mentioned but not found (1)

- `0a1b2c3d` not in this clone
  - "tank: gone"
  - "Fixes: 0a1b2c3d ("tank")", `message:8 of aaaaaaaaaaaa`

## People (2)

- **Reported-by** Mary `<m@example.org>`
- **Reported-by** Bob `<b@example.org>`

## Links (1)

- <https://example.org/r/1>, message:10 of `aaaaaaaaaaaa`

## Gaps

- gap: functions touched: only the first 12 files (aaaaaaaaaaaa)"""


def test_one_of_everything() -> None:
    assert marked("relate", everything()) == EVERYTHING


def test_rules() -> None:
    lines = marked("relate", everything(), verbose=True).splitlines()
    assert lines[9].endswith("message:7 of aaaaaaaaaaaa` (Fixes trailer)")
    assert "  - changed run\\_dry() before" in lines


def test_nothing_is_left_out() -> None:
    assert marked("relate", by_many()).count("\n- `") == 200


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://example.org/r/a@b?c=d&e", "<https://example.org/r/a@b?c=d&e>"),
        ("2020.1-2-a@example.org", "`2020.1-2-a@example.org`"),
        ("https://a/><script>", "`https://a/><script>`"),
        ("https://a/ b", "`https://a/ b`"),
        ("javascript:alert(1)", "`javascript:alert(1)`"),
    ],
)
def test_only_a_plain_address_is_a_link(target: str, shown: str) -> None:
    text = marked("relate", related(links=[mention("link", target=target)]))
    assert text.endswith(f"## Links (1)\n\n- {shown}, message:1 of `aaaaaaaaaaaa`")


def test_a_path() -> None:
    assert marked("relate", steps()).split("\n\n")[1:] == [
        "`aaaaaaaaaaaa` 2022-03-04 pump: close the valve before the tank runs dry",
        "`bbbbbbbbbbbb` 2021-02-03 pump: open the valve by hand",
        "1 path, the best first",
        "## Path 1, 2 steps",
        "1. `aaaaaaaaaaaa` **cites** `ffffffffffff` 2020-01-02 "
        "tank: new, with a float that tells when it runs dry\n"
        '   - "As in ffffffffffff, it is full.", `message:5 of aaaaaaaaaaaa`\n'
        "2. `ffffffffffff` **touches the same functions as** `bbbbbbbbbbbb` 2021-02-03 "
        "pump: open the valve by hand\n"
        "   - changed run\\_dry() after",
        "## Gaps",
        "- gap: paths: the search was given up",
    ]


def test_no_path() -> None:
    text = marked("relate", connected([], [A, B]))
    assert text.startswith("# What connects `aaaaaaaaaaaa` and `bbbbbbbbbbbb`\n\n")
    assert text.endswith("\n\nnothing connects them")
    text = marked("relate", connected([[]], [A], "aa"))
    assert text.endswith("dry\n\nthey are one commit")


def test_ranked_origins() -> None:
    assert marked("origins", found_origins(), verbose=True).splitlines()[4:] == [
        "2 candidates, the likeliest first",
        "",
        "1. very likely (0.87) `bbbbbbbbbbbb` 2021-02-03 pump: open the valve by hand",
        "   - last changed 3 of the 4 lines that go away (blame)",
        "   - wrote close\\_valve(), which the change guards against a tank that ran dry before "
        "anybody looked at the float (names)",
        "2. unlikely (0.10) `ffffffffffff` 2020-01-02 "
        "tank: new, with a float that tells when it runs dry",
    ]
    assert marked("origins", found_origins(0)).endswith("\n\nno origin found")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("=== line", "\\=== line"),
        ("12. item", "12\\. item"),
        ("1) item", "1\\) item"),
        ("1.5 is a number - so", "1.5 is a number - so"),
        ("# head", "\\# head"),
        ("plain - text", "plain - text"),
    ],
)
def test_a_line_that_begins_like_a_list_is_text(text: str, seen: str) -> None:
    assert opening(text) == seen
