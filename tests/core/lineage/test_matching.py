"""Whole bodies: what the message says, which evidence helps, and who is matched with whom."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from core.builders import (
    BACK,
    CLOCK,
    DIRTY,
    FRONT,
    LOAD,
    QUEUE,
    body,
    define,
    more,
    pair,
    rows,
    within,
)
from minekvm.core.lineage import matching
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.matching import Evidence, Match, followers, match_bodies, stem
from minekvm.core.lineage.message_names import read_message
from minekvm.core.lineage.similarity import Body, Edit, similarity

# --- what a message says


@pytest.mark.parametrize(
    "message",
    [
        "Rename foo() to bar()",
        "KVM: x86: rename foo to bar",
        "Renamed `foo` to `bar`.",
        "renaming 'foo' as \"bar\"",
        "Rename the static function foo() to bar().",
        "Rename the helper foo()\nto bar()",
        "rename foo into bar",
        "rename foo() => bar()",
        "foo() -> bar()",
        "foo \u2192 bar",
        "s/foo/bar/",
        "Do a s/foo/bar/g over the tree",
        "foo() is renamed to bar()",
        "foo has been renamed to\nbar",
        "bar() (renamed from foo())",
        "foo() becomes bar()",
    ],
)
def test_a_message_says_what_became_what(message: str) -> None:
    assert read_message(message).said == {("foo", "bar")}


def test_a_message_may_say_it_of_several() -> None:
    message = "Rename foo() to bar() and\nrename baz() to qux().  s/old/new/"
    assert read_message(message).said == {("foo", "bar"), ("baz", "qux"), ("old", "new")}


@pytest.mark.parametrize(
    "message",
    [
        "",
        "rename the file",
        "rename things",
        "rename foo.c to bar.c",
        "rename arch/x86/foo.c to arch/x86/bar.c",
        "a.h -> b.h",
        "foo() calls bar()",
        "foo() instead of bar()",
        "prename foo to bar",
        "Move foo() to bar.c",
        "foo, bar",
        "x -> y",
    ],
)
def test_a_message_that_says_no_such_thing(message: str) -> None:
    assert read_message(message).said == frozenset()


@pytest.mark.parametrize(
    "message",
    [
        "rename foo to bar.c",
        "rename foo to bar/",
        "read vcpu->arch before entering",
        "The path is foo() -> bar() -> baz()",
    ],
)
def test_files_members_and_call_chains_are_no_renames(message: str) -> None:
    assert read_message(message).said == frozenset()


def test_words_are_all_identifiers() -> None:
    assert read_message("Drop foo_bar(), __baz too").words == {"Drop", "foo_bar", "__baz", "too"}


@pytest.mark.parametrize(
    "message", ["Move foo() to b.c", "moving foo", "foo was moved", "Relocate foo()"]
)
def test_names_in_a_sentence_about_moving(message: str) -> None:
    assert "foo" in read_message(message).moved


@pytest.mark.parametrize(
    "message",
    [
        "Extract foo() from bar()",
        "Factor out foo()",
        "Split the tail out into foo()",
        "Add a new helper foo()",
        "Introduce a common function, foo()",
        "Pull the code out of bar() into foo()",
    ],
)
def test_names_in_a_sentence_about_extracting(message: str) -> None:
    assert "foo" in read_message(message).extracted


@pytest.mark.parametrize(
    "message", ["Inline foo()", "Open-code foo() in bar()", "opencode foo", "Fold foo into bar"]
)
def test_names_in_a_sentence_about_inlining(message: str) -> None:
    assert "foo" in read_message(message).inlined


def test_another_sentence_is_not_about_it() -> None:
    said = read_message("Move foo() to b.c.  Then fix bar().\n\nRemove baz too")
    assert "foo" in said.moved
    assert not {"bar", "baz"} & said.moved


def test_use_and_removal_are_neither_moving_nor_extracting_nor_inlining() -> None:
    said = read_message("Use foo() instead of bar(); remove baz()")
    assert not {"foo", "bar", "baz"} & (said.moved | said.extracted | said.inlined)


HUGE = 200_000


@pytest.mark.parametrize(
    "unit",
    [
        "rename ",
        "rename the ",
        "move ab ",
        "split x ",
        "ab->",
        "ab is ",
        "s/ab/",
        ". ",
        "\n",
        "\n  ",
        "new ",
        "rename" + " " * 1000,
        "ab" + " " * 1000,
    ],
)
def test_a_long_message_is_read_in_no_time(unit: str) -> None:
    with within(1.0):
        read_message(unit * (HUGE // len(unit)))


def test_a_megabyte_is_read_in_no_time() -> None:
    with within(3.0):
        said = read_message(
            "Rename the helper foo() to bar().\n" + "move vcpu->arch; " * 60_000
        ).said
    assert ("foo", "bar") in said


@pytest.mark.parametrize("hostile", ["a", "*", "`'", "ab(c", "ab'", "_"])
def test_one_endless_word_is_read_in_no_time(hostile: str) -> None:
    with within(1.0):
        read_message("ab" + hostile[:3] + hostile[-1] * HUGE)
        read_message(hostile * (HUGE // len(hostile)))


# --- evidence beside the body

Neighbours = dict[Body, tuple[str | None, str | None]]


def silent() -> Evidence:
    return Evidence(read_message(""), Counter(), {})


def matched(
    vanished: list[Body], appeared: list[Body], message: str = "", *, one_file: bool = False
) -> list[tuple[str, str]]:
    evidence = Evidence(read_message(message), Counter(), {})
    same = {("a.c", "a.c")} if one_file else set()
    found = match_bodies(vanished, appeared, same, evidence)
    return [(m.old.name, m.new.name) for m in found]


OLD = body(define("alpha", LOAD))
# Nine tenths, eight tenths and less than three quarters of it, by the Indel ratio.
LIKE = body(define("omega", more(LOAD, "a(1);", "b(2, 3);")), "b.c")
LESS = body(define("gamma", more(LOAD, "a(1); b(2, 3);", "c(4); d(5, 6, 7);", "x->y = z;")), "b.c")
LEAST = body(define("omega", LOAD + BACK), "b.c")


def test_the_samples_are_as_alike_as_told() -> None:
    assert [round(similarity(OLD, b), 2) for b in (LIKE, LESS, LEAST)] == [0.92, 0.81, 0.73]


def test_another_name_in_another_file_needs_a_likeness_of_85_hundredths() -> None:
    assert matched([OLD], [LIKE]) == [("alpha", "omega")]
    assert matched([OLD], [LESS]) == []


def test_within_one_file_less_likeness_will_do() -> None:
    assert matched([OLD], [body(LESS.function.text.decode())], one_file=True) == [
        ("alpha", "gamma")
    ]


def test_both_names_in_the_message_make_up_for_a_little() -> None:
    assert matched([OLD], [LESS], "alpha and gamma") == [("alpha", "gamma")]
    assert matched([OLD], [LEAST], "alpha and omega") == []


def test_a_stated_rename_makes_up_for_much() -> None:
    assert matched([OLD], [LEAST], "Rename alpha() to omega().") == [("alpha", "omega")]


def test_a_stated_rename_does_not_replace_the_body() -> None:
    stranger = body("int omega(void)\n{\n\tif (a)\n\t\tb();\n}\n", "b.c")
    assert matched([OLD], [stranger], "Rename alpha() to omega().") == []


def test_the_same_name_elsewhere_needs_half_the_body() -> None:
    half = body(define("alpha", LOAD + DIRTY), "b.c")
    assert 0.5 < similarity(OLD, half) < 0.7
    assert matched([OLD], [half]) == [("alpha", "alpha")]


def test_the_same_name_with_a_third_of_the_body_is_matched_where_a_move_is_stated() -> None:
    third = body(define("alpha", LOAD + DIRTY + QUEUE + CLOCK + FRONT), "b.c")
    assert 0.28 < similarity(OLD, third) < 0.4
    assert matched([OLD], [third]) == []
    assert matched([OLD], [third], "alpha() too") == []
    assert matched([OLD], [third], "Move alpha() to b.c") == [("alpha", "alpha")]


def test_alike_names_make_up_for_a_little() -> None:
    less = body(LESS.function.text.decode().replace("gamma", "alpha_locked"), "b.c")
    assert matched([OLD], [less]) == [("alpha", "alpha_locked")]


def test_followers_count_functions_that_turned_from_one_name_to_the_other() -> None:
    edits = [
        Edit(body("int c(void) { alpha(); }"), body("int c(void) { omega(); }")),
        Edit(body("int d(void) { alpha(); }"), body("int d(void) { omega(); }")),
        Edit(body("int e(void) { alpha(); }"), body("int e(void) { beta(); }")),
    ]
    assert followers(edits, [OLD], [LIKE]) == {("alpha", "omega"): 2}


def test_a_caller_that_keeps_the_old_name_does_not_follow() -> None:
    edits = [Edit(body("int c(void) { alpha(); }"), body("int c(void) { alpha(); omega(); }"))]
    assert followers(edits, [OLD], [LIKE]) == {}


def test_callers_that_follow_make_up_for_some() -> None:
    evidence = Evidence(read_message(""), Counter({("alpha", "gamma"): 1}), {})
    (found,) = match_bodies([OLD], [LESS], set(), evidence)
    assert found.rule == "alike body, other name: callers follow"


def test_callers_follow_the_name_that_most_turned_to() -> None:
    counts = Counter({("alpha", "gamma"): 1, ("alpha", "third"): 2})
    assert match_bodies([OLD], [LESS], set(), Evidence(read_message(""), counts, {})) == []


def test_the_same_neighbours_make_up_for_a_little() -> None:
    between: Neighbours = {OLD: ("before", "after"), LESS: ("before", "after")}
    (found,) = match_bodies([OLD], [LESS], set(), Evidence(read_message(""), Counter(), between))
    assert found.rule == "alike body, other name: same place"


def test_other_neighbours_do_not() -> None:
    apart: Neighbours = {OLD: ("before", "after"), LESS: ("first", "last")}
    assert match_bodies([OLD], [LESS], set(), Evidence(read_message(""), Counter(), apart)) == []


# --- who is matched with whom


def test_a_match_carries_its_rule_and_likeness() -> None:
    (found,) = match_bodies([OLD], [LIKE], set(), silent())
    assert found == Match(OLD, LIKE, "alike body, other name", similarity(OLD, LIKE))


def test_an_equal_body_wins_over_an_alike_one() -> None:
    equal = body(define("zeta", LOAD), "b.c")
    assert matched([OLD], [LIKE, equal]) == [("alpha", "zeta")]


def test_the_same_name_wins_over_an_equal_body() -> None:
    namesake = body(define("alpha", more(LOAD, "a(1);")), "b.c")
    assert matched([OLD], [body(define("zeta", LOAD), "b.c"), namesake]) == [("alpha", "alpha")]


def test_each_body_is_used_once() -> None:
    twins = [body(define("zeta", LOAD), "b.c"), body(define("eta", LOAD), "b.c")]
    assert matched([OLD], twins) == [("alpha", "zeta")]
    assert matched(twins, [OLD]) == [("zeta", "alpha")]


def test_the_second_best_takes_what_the_best_left() -> None:
    other = body(define("quick", more(LOAD, "a(1);")))
    assert matched([OLD, other], [LIKE, body(define("zeta", LOAD), "b.c")]) == [
        ("alpha", "zeta"),
        ("quick", "omega"),
    ]


def test_of_equal_claims_the_first_in_file_order_wins() -> None:
    olds = [body(define(n, LOAD)) for n in ("one", "two", "six")]
    news = [body(define(n, LOAD), "b.c") for n in ("ava", "bob", "cid")]
    assert matched(olds, news) == [("one", "ava"), ("two", "bob"), ("six", "cid")]


# --- many against many


def numbered(seed: int) -> str:
    """Six statements told by a number, half of whose words others use too."""
    chance = random.Random(seed)
    verbs = ("get", "put", "set", "map")
    return "\n" + "".join(
        f"\t{chance.choice(verbs)}_{chance.randrange(80)}"
        f"(vcpu, {chance.randrange(90)}, v{chance.randrange(40)});\n"
        for _ in range(6)
    )


def test_two_hundred_renames_by_a_shortlist_as_by_full_comparison(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(7)
    names = [f"{chance.getrandbits(40):x}" for _ in range(400)]
    became = {f"o{a}": f"n{b}" for a, b in zip(names[:200], names[200:], strict=True)}
    old = [define(name, numbered(i)) for i, name in enumerate(became)]
    new = [define(n, more(numbered(i), f"extra_{i}();")) for i, n in enumerate(became.values())]
    chance.shuffle(new)
    pairs = [pair("a.c", "".join(old), "".join(new))]

    shortened: list[int] = []
    shortlist = matching._shortlist

    def counted(vanished: list[Body], appeared: list[Body]) -> list[tuple[int, int]]:
        found = shortlist(vanished, appeared)
        shortened.append(len(found))
        return found

    monkeypatch.setattr(matching, "_shortlist", counted)
    short = changes(pairs)
    assert len(shortened) == 1
    assert shortened[0] < 40_000 / 4
    assert {c.old.name: c.new.name for c in short if c.old and c.new} == became
    assert {c.kinds for c in short} == {("renamed", "modified")}

    monkeypatch.setattr(matching, "_FULL_PAIRS", 40_000)
    assert changes(pairs) == short
    assert len(shortened) == 1


def test_the_shortlist_always_holds_namesakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_FULL_PAIRS", 0)
    monkeypatch.setattr(matching, "_SHORTLIST", 1)
    olds = [body(define("f", FRONT + CLOCK)), OLD]
    news = [body(define("f", FRONT + QUEUE), "b.c"), body(define("zeta", FRONT + CLOCK), "b.c")]
    assert (0, 0) in matching._pairs(olds, news)
    assert (0, 1) in matching._pairs(olds, news)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("f_evalcmd", "f_execute", ("evalcmd", "execute")),
        ("evalcmd_redir_str", "execute_redir_str", ("evalcmd", "execute")),
        ("a_very_old_get", "a_new_get", ("very_old", "new")),
        ("get", "put", ("", "")),
        ("get_a", "get_a", ("", "")),
        ("get_a", "get_a_b", ("", "b")),
        ("x_priv_rxq_get", "x_rxq_get", ("priv", "")),
    ],
)
def test_the_part_in_which_names_differ(old: str, new: str, expected: tuple[str, str]) -> None:
    assert stem(old, new) == expected


def test_a_part_that_is_replaced_in_several_names_makes_up_for_much() -> None:
    """A command gets another name, and its function grows: so do the names around it change."""
    more_of_it = LOAD + QUEUE.replace("irq", "cmd")
    alone = rows(pair("a.c", define("f_eval", LOAD), define("f_run", more_of_it)))
    assert alone == ["removed a.c:f_eval > -", "added - > a.c:f_run"]
    old = define("f_eval", LOAD) + define("eval_text", CLOCK) + define("keep", DIRTY)
    new = define("run_text", CLOCK) + define("keep", DIRTY) + define("f_run", more_of_it)
    assert rows(pair("a.c", old, new)) == [
        "renamed a.c:eval_text > a.c:run_text",
        "renamed modified a.c:f_eval > a.c:f_run",
    ]


def test_families_of_names_that_end_alike_are_not_taken_for_one_another() -> None:
    """`priv` went from all names; that makes no table of a queue."""
    bodies = {"rxq_verify": LOAD, "rxq_get": CLOCK, "tab_get": more(CLOCK, "a++;")}
    bodies |= {"tab_verify": more(LOAD, "b++;")}
    old = "".join(define(f"x_priv_{name}", body) for name, body in bodies.items())
    new = "".join(define(f"x_{name}", more(body, "c++;")) for name, body in bodies.items())
    assert sorted(rows(pair("a.c", old, new))) == sorted(
        f"renamed modified a.c:x_priv_{name} > a.c:x_{name}" for name in bodies
    )
