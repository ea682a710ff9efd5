"""Query files: what is read, and what is said of mistakes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.report.query_file import KEYS, read
from minekvm.core.report.query_template import TEMPLATE
from minekvm.core.report.story import Bounds, Followed, Story, spelt
from minekvm.errors import QueryFailed

WHOLE = """
title = "A   story"
symbols = ["f", "SYSCALL_DEFINE3(open", { name = "g", path = "lib/g.c" }]
callers = "f"
questions = ["why was f split?"]
commits = ['87fa7f3e98a1 ("x86: Move it")']
notes = "mind the gap"
scope = ["lib/", "*.h"]

[[region]]
enter = ["lock", "trylock"]
exit = "unlock"
in = "g"
path = "lib/g.c"
depth = 0
where = "f"

[[region]]
enter = "a"
exit = "b"
in = "c"
"""


def test_everything_that_a_story_may_have() -> None:
    assert read(WHOLE, "q.toml") == Story(
        title="A story",
        symbols=(Followed("f"), Followed("SYSCALL_DEFINE3(open"), Followed("g", "lib/g.c")),
        callers=("f",),
        regions=(
            Bounds(("lock", "trylock"), ("unlock",), "g", "lib/g.c", 0, ("f",)),
            Bounds(("a",), ("b",), "c"),
        ),
        questions=("why was f split?",),
        commits=('87fa7f3e98a1 ("x86: Move it")',),
        notes=("mind the gap",),
        scope=("lib", "*.h"),
    )


MISTAKES = [
    ("title = 't'\nsymbol = ['f']", "q.toml:2: unknown key 'symbol'", "did you mean symbols?"),
    ("title = 't'\n[[regions]]", "q.toml:2: unknown key 'regions'", "did you mean region?"),
    ("title = 't'\nzzz = 1", "q.toml:2: unknown key 'zzz'", "the keys here are title, symbols"),
    ("symbols = ['f']", "q.toml:1: no title", "title = "),
    ("title = ['a', 'b']", "q.toml:1: title: must be a string, not a list", "quotes"),
    ("title = ''", "q.toml:1: title: is empty", ""),
    ("title = 't'\nsymbols = 3", "q.toml:2: symbols: must be a string, not a number", ""),
    ("title = 't'\nsymbols = [\n'f',\n'g', true]", "q.toml:4: symbols 3: must be a string", ""),
    (
        "title = 't'\nsymbols = [2024-01-01]",
        "q.toml:2: symbols 1: must be a string, not a date",
        "",
    ),
    ("title = 't'\nsymbols = [['f']]", "q.toml:2: symbols 1: must be a string, not a list", ""),
    ("title = 't'\nsymbols = ['a b']", "q.toml:2: 'a b' is no name of a symbol", "trace_x"),
    ("title = 't'\nsymbols = [\n'f',\n'f']", "q.toml:4: f is there twice", ""),
    ("title = 't'\nsymbols = [{ nam = 'f' }]", "unknown key 'nam' in symbols 1", "mean name?"),
    ("title = 't'\nsymbols = [{ path = 'f' }]", "q.toml:2: no name in symbols 1", ""),
    (
        "title = 't'\nsymbols = [{ name = 'f', path = ['a', 'b'] }]",
        "q.toml:2: symbols 1, path: must be one path",
        "",
    ),
    ("title = 't'\nsymbols = ['f']\nscope = ['/etc']", "q.toml:3: '/etc' is no path", "top"),
    ("title = 't'\nsymbols = ['f']\nscope = ['a/../b']", "q.toml:3: 'a/../b' is no path", ""),
    ("title = 't'\n[region]\nenter = 'a'", "q.toml:2: region: must be tables", "[[region]]"),
    ("title = 't'\nregion = 1", "q.toml:2: region: must be tables", "[[region]]"),
    ("title = 't'\n[[region]]\nexit = 'b'\nin = 'f'", "q.toml:2: no enter in region 1", ""),
    (
        "title = 't'\n[[region]]\nenter='a'\nexit='b'\nin='f'\n[[region]]\nenter='a'\nin='f'",
        "q.toml:6: no exit in region 2",
        "",
    ),
    (
        "title = 't'\n[[region]]\nenter='a'\nexit='b'\nin='f'\ndepth = -1",
        "q.toml:6: depth: must be a number from 0 to",
        "",
    ),
    (
        "title = 't'\n[[region]]\nenter='a'\nexit='b'\nin='f'\ndepth = true",
        "q.toml:6: depth: must be a number",
        "",
    ),
    ("title = 't'", "q.toml:1: the story asks for nothing", "symbols"),
    ("title = 't'\nsymbols = ['f'", "q.toml:2: no TOML: ", "lists in brackets"),
    ("title = 't'\n\nsymbols = 'f\n", "q.toml:3: no TOML: ", ""),
    ("title = 't'\ntitle = 'u'", "q.toml:2: no TOML: cannot overwrite a value", ""),
    ("a = " + "[" * 5000, "q.toml:1: nested too deep", ""),
    ("title = 't'\n" + "a" + ".a" * 9000 + " = 1", "q.toml:2: a key of too many parts", ""),
    ("title = 't'\n['b' . \"c\"" + ".c" * 30 + "]", "q.toml:2: a key of too many parts", ""),
    ("title = 't'\nx = " + "9" * 5000, "q.toml:2: a number too long", ""),
    (
        "title = 't'\nsymbols = [\n" + "'f',\n" * 300 + "]",
        "q.toml:203: symbols: 300 are too many: at most 200",
        "two stories",
    ),
    (
        "title = 't'\n" + "[[region]]\n" * 60,
        "q.toml:52: region: 60 are too many: at most 50",
        "",
    ),
    (f"title = '{'t' * 3000}'", "q.toml:1: title: 3000 characters are too many", "2000"),
]


@pytest.mark.parametrize(("text", "said", "hint"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_key(text: str, said: str, hint: str) -> None:
    with pytest.raises(QueryFailed) as caught:
        read(text, "q.toml")
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.hint


_PIECES = [*"ab\"'[]{}=#.,\n \\1-:", "'''", "[[", "]]", " = ", "'f'\n", *KEYS]


@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_any_text_is_a_story_or_a_clear_mistake(pieces: list[str]) -> None:
    try:
        assert isinstance(read("".join(pieces), "q.toml"), Story)
    except QueryFailed as error:
        assert error.message.startswith("q.toml:")


def test_the_beginning_is_in_order_and_names_every_key() -> None:
    assert read(TEMPLATE, "new.toml").symbols == (Followed("vcpu_enter_guest"),)
    for key in KEYS:
        assert f"\n{key} = " in TEMPLATE or f"\n# {key} = " in TEMPLATE or f"[[{key}]]" in TEMPLATE
    whole = re.sub(r"^# (?=\w+ = |\[\[)", "", TEMPLATE, flags=re.M)
    assert read(whole, "new.toml").regions[0].depth == 3


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HEAD~2", ("HEAD~2", "")),
        ("v5.19", ("v5.19", "")),
        ("87fa7f3e98a1", ("87fa7f3e98a1", "")),
        ('87fa7f3e98a1 ("x86: Move it")', ("87fa7f3e98a1", "x86: Move it")),
        ('87fa7f3e98a1 "x86: Move it"', ("87fa7f3e98a1", "x86: Move it")),
        ('87fa7f3e98a1 ("x86: Move\n it")', ("87fa7f3e98a1", "x86: Move it")),
        ('"x86: Move it"', ("", "x86: Move it")),
        ("x86: Move it", ("", "x86: Move it")),
        ('"one"', ("", "one")),
        ('87fa7f3e98a1 ("a "quoted" word")', ("87fa7f3e98a1", 'a "quoted" word')),
    ],
)
def test_a_commit_as_a_story_writes_it(written: str, meant: tuple[str, str]) -> None:
    assert spelt(written) == meant


def test_a_region_may_forbid_calls_and_be_declared_for_that_alone() -> None:
    text = (
        'title = "rules"\n[[region]]\nenter = "lock"\nexit = "unlock"\n'
        'forbid = ["sleep_*", "wait"]\n'
        'reason = "it may not sleep"\n[[region]]\nenter = "a_enter"\nexit = "a_exit"\nin = "f"\n'
    )
    story = read(text, "rules.toml")
    assert [b.function for b in story.regions] == ["f"]
    (rule,) = story.rules
    assert (rule.enter, rule.exit, rule.forbid) == (("lock",), ("unlock",), ("sleep_*", "wait"))
    assert (rule.reason, rule.name) == ("it may not sleep", "rules.toml")


@pytest.mark.parametrize("pattern", ["*", "a b", "f()"])
def test_a_pattern_that_names_nothing_is_a_mistake(pattern: str) -> None:
    text = f'title = "x"\n[[region]]\nenter = "a"\nexit = "b"\nforbid = ["{pattern}"]\n'
    with pytest.raises(QueryFailed) as caught:
        read(text, "x.toml")
    assert "x.toml:5" in caught.value.message
