"""Literals, directives, conditions and tokens of C source, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minekvm.core.c.source import (
    condition_at,
    conditions,
    directive_at,
    events,
    mask,
    starts_plainly,
    strip_comments,
    tokens,
    within_comment,
)


@pytest.mark.parametrize(
    ("source", "masked"),
    [
        (b"a /* b */ c", b"a         c"),
        (b"a // b\nc", b"a     \nc"),
        (b"a // b\\\nc\nd", b"a      \n \nd"),
        (b"a /* b\nc */ d", b"a     \n     d"),
        (b"a /*/ b */ c", b"a          c"),
        (b"a /* b", b"a     "),
        (b'a "b\\"c" d', b"a        d"),
        (b'a "b\nc', b"a   \nc"),
        (b'a "b\\\nc" d', b"a    \n   d"),
        (b'a "/*" b', b"a      b"),
        (b"a '\"' b '\\'' c", b"a     b      c"),
        (b"don't\nb", b"don  \nb"),
        (b"a\n# define b \\\n c\nd", b"a\n            \n  \nd"),
        (b"#define a /* b\n c */ d\ne", b"              \n       \ne"),
        (b'#define a "/*"\nb', b"              \nb"),
        (b"#error don't /* b\n*/ c\nd", b"                 \n    \nd"),
        (b"a # b\nc", b"a # b\nc"),
        (b"/* a */ # b\nc", b"           \nc"),
        (b"/* a */ /* b */# c\nd", b"                  \nd"),
        (b"x /* a */ # b\nc", b"x         # b\nc"),
        (b"a\r\n#b\\\r\nc\r\nd", b"a\r\n    \n  \nd"),
    ],
)
def test_mask_blanks_literals_and_directives_at_equal_length(source: bytes, masked: bytes) -> None:
    text, _ = mask(source)
    assert text == masked
    assert len(text) == len(source)


def test_mask_returns_the_directives_as_they_stand() -> None:
    source = b"#if A /* a */ && \\\n B\nint x;\n\t#endif\n"
    _, directives = mask(source)
    assert [d.text for d in directives] == [b"#if A /* a */ && \\\n B", b"#endif"]
    assert [source[d.start : d.end] for d in directives] == [d.text for d in directives]
    assert [d.branch for d in directives] == ["if", "endif"]


def test_mask_takes_a_part_of_a_file() -> None:
    source = b"/* a */ b /* c */ d"
    assert mask(source, 8, 18) == (b"b         ", [])


@pytest.mark.parametrize(
    ("text", "branch"),
    [
        (b"#if A", "if"),
        (b"#  ifdef A", "if"),
        (b"#ifndef A", "if"),
        (b"#elif A", "else"),
        (b"#elifdef A", "else"),
        (b"#else", "else"),
        (b"#endif // A", "endif"),
        (b"#define if", ""),
        (b"#iffy", ""),
    ],
)
def test_a_directive_knows_its_part_in_a_conditional(text: bytes, branch: str) -> None:
    assert directive_at(text, 0).branch == branch


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        (b"a/* b */c", b"a c"),
        (b"a // b\nc", b"a  \nc"),
        (b'"/* b */" /* c */', b'"/* b */"  '),
        (b"'/*' a", b"'/*' a"),
        (b"a / b", b"a / b"),
        (b"a", b"a"),
    ],
)
def test_strip_comments_leaves_a_space_for_each(text: bytes, stripped: bytes) -> None:
    assert strip_comments(text) == stripped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a->b++ /* c */;", [b"a", b"->", b"b", b"++", b";"]),
        (b"x <<= 0x1fUL >> y", [b"x", b"<<=", b"0x1fUL", b">>", b"y"]),
        (b"f(\"a b\", 'c')", [b"f", b"(", b'"a b"', b",", b"'c'", b")"]),
        (b"#define A(b, ...) a##b \\\n c", b"# define A ( b , ... ) a ## b c".split()),
        (b"a \\\r\n b", [b"a", b"b"]),
        (b".5 1.5e3 a.b", [b".5", b"1.5e3", b"a", b".", b"b"]),
        (b"a && b || !c != d", b"a && b || ! c != d".split()),
    ],
)
def test_tokens_are_those_of_c(text: bytes, expected: list[bytes]) -> None:
    assert tokens(text) == expected


@settings(max_examples=200)
@given(st.text(alphabet="ab1/*\"'\\\n =.&", max_size=24).map(str.encode))
def test_comments_are_no_tokens(text: bytes) -> None:
    assert tokens(text) == tokens(strip_comments(text))


def condition(source: bytes) -> str:
    """The condition at the `@` of a source."""
    _, directives = mask(source)
    return condition_at(list(conditions(source, directives)), source.index(b"@"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"@", ""),
        (b"#ifdef A\n@\n#endif", "defined(A)"),
        (b"#ifndef A\n@\n#endif", "!defined(A)"),
        (b"#if A > 1 /* a */ && \\\n  B\n@", "A > 1 && B"),
        (b"#if(A)\n@", "(A)"),
        (b"#if 0\n@", "0"),
        (b"#ifdef A\n#else\n@", "!defined(A)"),
        (b"#ifndef A\n#else\n@", "defined(A)"),
        (b"#if A\n#else\n@", "!(A)"),
        (b"#ifdef A\n#else A\n@", "!defined(A)"),
        (b"#if A\n#elif B\n@", "!(A) && B"),
        (b"#if A\n#elif B\n#else\n@", "!(A) && !(B)"),
        (b"#if A\n#elif B\n#elif C\n@", "!(A) && !(B) && C"),
        (b"#if A\n#endif\n@", ""),
        (b"#ifdef A\n#if B\n@", "defined(A) && B"),
        (b"#if A || B\n@", "A || B"),
        (b"#if A || B\n#ifdef C\n@", "(A || B) && defined(C)"),
        (b"#if (A || B)\n#ifdef C\n@", "(A || B) && defined(C)"),
        (b"#endif\n#else\n@", ""),
        (b"/*\n#if A\n*/ @", ""),
        (b"#define m \\\n#if A\n@", ""),
    ],
)
def test_conditions_are_written_from_the_outermost_in(source: bytes, expected: str) -> None:
    assert condition(source) == expected


@pytest.mark.parametrize(
    "guard",
    [
        b"#ifndef A_H\n#define A_H\n@",
        b"/* a */\n#ifndef A_H /* b */\n\n// c\n# define A_H 1\n@",
        b"#if !defined(A_H)\n#define A_H\n@",
        b"#if !defined A_H\n#define A_H\r\n@",
        b"#if !defined(_A_H) || defined(TRACE_HEADER_MULTI_READ)\n#define _A_H\n@",
    ],
)
def test_header_guards_are_no_conditions(guard: bytes) -> None:
    assert condition(guard) == ""


@pytest.mark.parametrize(
    "source",
    [
        b"#ifndef f\n#define f f\n@",
        b"#ifndef f\n#define g\n@",
        b"#ifndef f\nint x;\n#define f\n@",
    ],
)
def test_fallback_definitions_are_conditions(source: bytes) -> None:
    assert condition(source) == "!defined(f)"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        (b"@", True),
        (b"int a;\n@", True),
        (b"/* a */\n@", True),
        (b"a */\n@", True),
        (b"/* a\n@", False),
        (b"/* a */ /* b\n@", False),
        (b"/* a */*\n@", False),
        (b"/*/\n@", False),
        (b'char *a = "/*";\n@', False),
        (b"#define a \\\n@", False),
        (b"#define a \\\r\n@", False),
    ],
)
def test_a_line_surely_starts_outside_of_comments(source: bytes, plain: bool) -> None:
    assert starts_plainly(source, source.index(b"@")) is plain


@pytest.mark.parametrize(
    ("source", "within"),
    [
        (b"/* @", True),
        (b"a /* b\n * @", True),
        (b"a // @", True),
        (b"/* a */ @", False),
        (b"/* a /*/ @", False),
        (b'"/*" @', False),
        (b"// /*\n@", False),
        (b"/* // */ @", False),
        (b"\\\n/* @", False),
    ],
)
def test_an_offset_surely_lies_in_a_comment(source: bytes, within: bool) -> None:
    assert within_comment(source, source.index(b"@")) is within


LEXICAL = st.lists(
    st.sampled_from(
        [b"/*", b"*/", b"//", b"/", b"*", b'"', b"'", b"\\", b"\n", b"\r\n", b"#", b" ", b"a", b"{"]
    ),
    max_size=25,
).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(LEXICAL, LEXICAL)
def test_what_is_sure_without_the_top_of_the_file_is_true(before: bytes, after: bytes) -> None:
    source, at = before + b"@" + after, len(before)
    around = [e for e in events(source) if e[1] <= at < e[2]]
    if before.endswith(b"\n") and starts_plainly(source, at):
        assert around == []
    if within_comment(source, at):
        assert [char for char, _, _ in around] in ([ord("/")], [ord("#")])


@settings(max_examples=300, deadline=None)
@given(LEXICAL)
def test_mask_keeps_length_and_newlines(source: bytes) -> None:
    text, _ = mask(source)
    assert [i for i, c in enumerate(text) if c == 10] == [
        i for i, c in enumerate(source) if c == 10
    ]
    assert len(text) == len(source)
