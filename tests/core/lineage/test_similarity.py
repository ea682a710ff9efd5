"""How alike: tokens, statements, what of one stands in another, names."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.builders import BACK, ENTER, FRONT, LOAD, body, define, within
from minekvm.core.c.source import tokens
from minekvm.core.lineage.similarity import (
    Body,
    Edit,
    could_reach,
    covered,
    name_likeness,
    similarity,
    statements,
    weight,
    words_covered,
)


def bag(text: str) -> Counter[tuple[bytes, ...]]:
    return statements(tokens(text.encode()))


def of_words(words: str) -> Body:
    """A definition whose body is these words."""
    return body(f"int f(void) {{ {words}; }}")


# --- tokens


def test_own_name_is_masked_in_header_and_body() -> None:
    assert body("int f(int n) { return n ? f(n - 1) : 0; }").tokens == (
        body("int g(int n) { return n ? g(n - 1) : 0; }").tokens
    )


def test_other_names_are_not_masked() -> None:
    assert body("int f(void) { return h(); }").tokens != body("int f(void) { return k(); }").tokens


def test_a_longer_name_that_holds_the_own_one_is_not_masked() -> None:
    assert b"ff" in body("int f(void) { return ff(); }").tokens


def test_comments_and_layout_are_no_tokens() -> None:
    spaced = "int f(void)\n{\n\t/* why */\n\treturn 0; // so\n}"
    assert body(spaced).tokens == body("int f(void) { return 0; }").tokens


def test_the_header_leaves_storage_words_out() -> None:
    plain = body("int f(int n) { return n; }")
    assert body("static __always_inline noinstr int f(int n) { return n; }").header == plain.header


def test_the_header_knows_return_type_and_parameters() -> None:
    assert body("int f(int n) {}").header != body("long f(int n) {}").header
    assert body("int f(int n) {}").header != body("int f(long n) {}").header


def test_the_body_begins_with_its_brace() -> None:
    assert body("int f(int n) { return n; }").body == [b"{", b"return", b"n", b";", b"}"]


def test_the_body_of_a_macro_begins_behind_its_parameters() -> None:
    macro = body("#define f(x) ((x) + 1)\n")
    assert macro.body == [b"(", b"(", b"x", b")", b"+", b"1", b")"]
    assert b"x" in macro.header


def test_a_tracepoint_is_all_body() -> None:
    event = body("TRACE_EVENT(kvm_exit, TP_PROTO(int reason), TP_ARGS(reason));")
    assert event.header == ()
    assert event.body == event.tokens


def test_words_are_names_and_numbers_of_the_body() -> None:
    assert body("int f(int n) { return n + f(0x10) - _v; }").words == {
        b"return",
        b"n",
        b"0x10",
        b"_v",
    }


# --- statements


def test_statements_end_at_semicolons_and_braces() -> None:
    assert bag("if (a) { b(c); d = e; }") == Counter(
        {
            (b"if", b"(", b"a", b")"): 1,
            (b"b", b"(", b"c", b")"): 1,
            (b"d", b"=", b"e"): 1,
        }
    )


def test_equal_statements_are_counted() -> None:
    assert bag("a++; a++; b++;") == Counter({(b"a", b"++"): 2, (b"b", b"++"): 1})


def test_a_single_token_is_no_statement() -> None:
    assert bag("out; { break; } ; a++") == Counter({(b"a", b"++"): 1})


def test_weight_counts_tokens_of_statements() -> None:
    assert weight(bag("a++; a++; b = c;")) == 7
    assert body("int f(void) { a++; }").weight == 2


def test_an_edit_tells_statements_gone_and_come() -> None:
    edit = Edit(body("int f(void) { a++; b++; }"), body("int f(void) { b++; c++; }"))
    assert edit.gone == bag("a++;")
    assert edit.come == bag("c++;")


# --- bodies


def test_similarity_of_equal_bodies_under_two_names_is_one() -> None:
    assert similarity(body(define("f", LOAD)), body(define("g", LOAD))) == 1.0


def test_similarity_is_twice_the_common_subsequence_over_both_lengths() -> None:
    a, b = of_words("a b c d"), of_words("a x c d")
    assert len(a.tokens) == len(b.tokens) == 12
    assert similarity(a, b) == pytest.approx(22 / 24)


def test_similarity_is_symmetric() -> None:
    a, b = body(define("f", LOAD)), body(define("g", ENTER))
    assert similarity(a, b) == similarity(b, a)
    assert 0.3 < similarity(a, b) < 0.6


SOUP = st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=40).map(" ".join).map(of_words)


@given(SOUP, SOUP, st.floats(0, 1))
def test_could_reach_is_an_upper_bound(a: Body, b: Body, share: float) -> None:
    least = similarity(a, b) * share
    assert could_reach(a, b, max(0.0, least - 1e-9))


def test_could_reach_says_no_by_the_lengths_alone() -> None:
    a, b = of_words("a"), of_words("a b c d e f g h i j k l m n o p q r s t")
    assert similarity(a, b) == pytest.approx(18 / 37)
    assert could_reach(a, b, 18 / 37 - 1e-9)
    assert not could_reach(a, b, 18 / 37 + 1e-9)


def test_could_reach_what_is_just_reached() -> None:
    a, b = of_words(" ".join("abcdef")), of_words(" ".join("abcdef" * 13))
    assert (len(a.tokens), len(b.tokens)) == (14, 86)
    assert could_reach(a, b, similarity(a, b))


# --- parts


def test_a_part_that_stands_in_another_is_covered_wholly() -> None:
    assert covered(bag(BACK), bag(FRONT + BACK)) == 1.0


def test_order_does_not_matter_to_what_is_covered() -> None:
    assert covered(bag("a(1); b(2);"), bag("b(2); c(3); a(1);")) == 1.0


def test_nothing_in_common_covers_nothing() -> None:
    assert covered(bag("a(1); b(2);"), bag("while (x) y--;")) == 0.0


def test_an_empty_part_is_not_covered() -> None:
    assert covered(Counter(), bag("a(1);")) == 0.0


def test_statements_count_by_their_tokens() -> None:
    assert covered(bag("a = b; f(c, d, e);"), bag("f(c, d, e);")) == pytest.approx(8 / 11)


def test_a_near_equal_statement_counts_with_its_share() -> None:
    part, by = bag("x = f(vcpu, gfn, level);"), bag("y = f(vcpu, gfn, level);")
    assert covered(part, by) == pytest.approx(9 / 10)


def test_a_statement_covers_but_once() -> None:
    assert covered(bag("f(a, b); f(a, b);"), bag("f(a, b);")) == pytest.approx(0.5)


@given(SOUP, SOUP)
@example(of_words("a b; a b"), of_words("a b"))
def test_covered_is_a_share(a: Body, b: Body) -> None:
    assert 0.0 <= covered(a.statements, b.statements) <= 1.0 + 1e-9
    assert covered(a.statements, a.statements) == (1.0 if a.weight else 0.0)


def test_words_covered_counts_names_that_one_text_lost() -> None:
    part = body("bool p(void) { return state == ACTIVE && cpu >= 0; }")
    lost = body("int f(void) { if (state == ACTIVE && cpu) go(); }")
    kept = body("int f(void) { if (p()) go(); }")
    assert words_covered(part, lost, kept) == 1.0


def test_words_that_stayed_are_not_covered() -> None:
    part = body("bool p(void) { return state == ACTIVE; }")
    lost = body("int f(void) { if (state == ACTIVE) go(); }")
    kept = body("int f(void) { if (p()) go(state); }")
    assert words_covered(part, lost, kept) == 0.5


def test_words_of_every_function_tell_nothing() -> None:
    part = body("int p(void) { return 0; }")
    lost = body("int f(void) { if (0) return 0; }")
    assert words_covered(part, lost, body("int f(void) { p(); }")) == 0.0


# --- names


@pytest.mark.parametrize(
    ("a", "b", "likeness"),
    [
        ("kvm_run", "kvm_run", 1.0),
        ("vmx_flush_tlb", "vmx_tlb_flush", 1.0),
        ("__do_run", "do_run", 1.0),
        ("f", "f_front", 2 / 3),
        ("kvm_get", "kvm_put", 5 / 7),
        ("foo", "bar", 0.0),
        ("", "x", 0.0),
    ],
)
def test_names_are_alike_by_letters_or_by_words(a: str, b: str, likeness: float) -> None:
    assert name_likeness(a, b) == pytest.approx(likeness)
    assert name_likeness(b, a) == pytest.approx(likeness)


def test_very_long_bodies_are_compared_by_statements() -> None:
    """200,000 tokens each, all statements but a tenth alike: token by token it takes minutes."""
    old = "#define m(x) " + "".join(f"g(x, {n}); " for n in range(30_000))
    new = "#define m(x) " + "".join(f"g(x, {n + (n % 10 == 0) * 40_000}); " for n in range(30_000))
    with within(30):
        assert similarity(body(old), body(new)) == pytest.approx(0.9, abs=0.01)
