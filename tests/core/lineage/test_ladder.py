"""The ladder: what one commit did to whole definitions, and the laws that hold for any commit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import (
    BACK,
    CLOCK,
    DIRTY,
    ENTER,
    FRONT,
    HEADER,
    LOAD,
    NESTED,
    QUEUE,
    TINY,
    body,
    define,
    edit,
    more,
    pair,
    rows,
)
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.similarity import similarity
from minekvm.core.model import Change, FilePair, Function, FunctionVersion

KEEP = define("keep", CLOCK)
OTHER = define("other", DIRTY)
F = define("f", LOAD)
LONG = NESTED + CLOCK + DIRTY  # hardly like LOAD: by its length
EDITED = more(LOAD, "vcpu->edits++;")
WIDER = HEADER.replace("int flags", "u64 flags")


def twins(first: str, second: str, condition: str = "#ifdef CONFIG_X") -> str:
    """One name defined twice."""
    return f"{condition}\n{define('f', first)}#else\n{define('f', second)}#endif\n"


# --- one name on both sides


def test_nothing_changed() -> None:
    assert edit(F + KEEP, F + KEEP) == []


def test_a_definition_that_only_went_elsewhere_in_its_file_did_not_change() -> None:
    assert edit(F + KEEP, "\n\n" + KEEP + F) == []


def test_added() -> None:
    assert edit(KEEP, KEEP + F) == ["added - > f"]


def test_removed() -> None:
    assert edit(KEEP + F, KEEP) == ["removed f > -"]


def test_added_with_its_file() -> None:
    assert rows(pair("a.c", None, F)) == ["added - > a.c:f"]


def test_removed_with_its_file() -> None:
    assert rows(pair("a.c", F, None)) == ["removed a.c:f > -"]


def test_modified() -> None:
    assert edit(F, define("f", EDITED)) == ["modified f > f"]


def test_a_comment_alone_is_a_modification_by_its_own_rule() -> None:
    (found,) = changes([pair("a.c", F, define("f", more(LOAD, "/* Why. */")))])
    assert (found.kinds, found.rule) == (("modified",), "comments or layout only")


def test_layout_alone_is_a_modification_by_its_own_rule() -> None:
    (found,) = changes([pair("a.c", F, F.replace("\t", "        "))])
    assert (found.kinds, found.rule) == (("modified",), "comments or layout only")


def test_signature() -> None:
    assert edit(F, define("f", LOAD, WIDER)) == ["signature f > f"]


def test_a_return_type_belongs_to_the_signature() -> None:
    assert edit(F, define("f", LOAD, HEADER.replace("int", "long", 1))) == ["signature f > f"]


def test_body_and_signature_in_one_row() -> None:
    assert edit(F, define("f", EDITED, WIDER)) == ["modified signature f > f"]


@pytest.mark.parametrize(
    "storage", ["", "inline ", "static inline ", "static __always_inline ", "static noinline "]
)
def test_storage_words_are_no_signature(storage: str) -> None:
    assert edit(F, define("f", LOAD, HEADER.replace("static ", storage))) == ["attributes f > f"]


ANNOTATED = "static {}int NAME(struct kvm_vcpu *vcpu, int flags){}"


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("__always_inline ", ""),
        ("__printf(1, 2) ", ""),
        ("__attribute__((noreturn)) ", ""),
        ("", " __acquires(lock)"),
        ("", "\n\tREQUIRES(lock)"),
        ("[[nodiscard]] ", ""),
    ],
)
def test_annotations_alone_are_attributes(before: str, behind: str) -> None:
    new = define("f", LOAD, ANNOTATED.format(before, behind))
    (change,) = changes([pair("a.c", F, new)])
    assert change.kinds == ("attributes",)
    assert change.rule == "storage class, inline or annotations only"
    both = define("f", EDITED, ANNOTATED.format(before, behind))
    assert edit(F, both) == ["modified f > f"]


@pytest.mark.parametrize("kind", ["__u32", "__le16", "u64", "__typeof__(x)"])
def test_a_type_with_underscores_is_no_annotation(kind: str) -> None:
    new = define("f", LOAD, f"static {kind} NAME(struct kvm_vcpu *vcpu, int flags)")
    assert edit(F, new) == ["signature f > f"]


def test_a_returned_function_has_a_signature_behind_the_parameters() -> None:
    old = define("f", LOAD, "void (*NAME(struct kvm_vcpu *vcpu, int flags))(int)")
    new = define("f", LOAD, "void (*NAME(struct kvm_vcpu *vcpu, int flags))(long)")
    assert edit(old, new) == ["signature f > f"]


def test_a_copy_says_what_it_is_a_copy_of() -> None:
    (change,) = changes([pair("a.c", F + KEEP, F + KEEP + define("g", more(LOAD, "g_only();")))])
    assert (change.kinds, change.old) == (("added",), None)
    assert change.rule == "copy of f, which stays"
    assert [v.name for v in change.others] == ["f"]


def test_an_edit_of_one_name_leaves_nothing_to_doubt() -> None:
    (found,) = changes([pair("a.c", F, define("f", EDITED))])
    assert (found.rule, found.score) == ("same path and name", 1.0)


def test_one_name_is_an_edit_whatever_became_of_its_body() -> None:
    assert edit(F, define("f", LONG)) == ["modified f > f"]


def test_a_macro_that_became_an_inline_function_keeps_its_identity() -> None:
    macro = "#define loaded(v) ((v)->root != INVALID && (v)->cpu >= 0)\n"
    inline = (
        "static inline bool loaded(struct vcpu *v)\n"
        "{\n\treturn v->root != INVALID && v->cpu >= 0;\n}\n"
    )
    assert edit(macro, inline) == ["modified signature loaded > loaded"]


# --- twins of one name


def test_the_twin_that_was_edited_is_told_by_its_condition() -> None:
    (found,) = changes([pair("a.c", twins(LOAD, ENTER), twins(LOAD, more(ENTER, "a++;")))])
    assert found.old is not None
    assert found.new is not None
    assert found.old.function.condition == found.new.function.condition == "!defined(CONFIG_X)"


def test_both_twins_edited_are_paired_by_condition() -> None:
    found = changes([pair("a.c", twins(LOAD, LOAD), twins(EDITED, more(LOAD, "b--;")))])
    assert [c.kinds for c in found] == [("modified",), ("modified",)]
    assert all(
        c.old and c.new and c.old.function.condition == c.new.function.condition for c in found
    )


def test_twins_whose_conditions_changed_are_paired_by_text() -> None:
    assert edit(twins(LOAD, ENTER), twins(ENTER, LOAD, "#ifndef CONFIG_X")) == []


def test_the_text_of_twins_goes_before_their_condition() -> None:
    old, new = twins(LOAD, ENTER), twins(ENTER, more(LOAD, "a++;"))
    (found,) = changes([pair("a.c", old, new)])
    assert found.old is not None
    assert found.old.function.condition == "defined(CONFIG_X)"


def test_twins_without_text_or_condition_in_common_are_paired_by_likeness() -> None:
    old = twins(LOAD, ENTER)
    new = twins(more(ENTER, "a++;"), more(LOAD, "b++;"), "#if NR_CPUS > 1")
    found = changes([pair("a.c", old, new)])
    assert [c.kinds for c in found] == [("modified",)] * 2
    for change in found:
        assert change.old is not None
        assert change.new is not None
        assert (b"root_hpa" in change.old.function.text) == (
            b"root_hpa" in change.new.function.text
        )


def test_a_twin_that_came_is_added() -> None:
    assert edit(F, twins(LOAD, TINY)) == ["added - > f"]


def test_a_strange_twin_that_went_is_removed() -> None:
    assert edit(twins(LOAD, TINY), F) == ["removed f > -"]


# --- renamed


def test_renamed() -> None:
    assert edit(KEEP + F, KEEP + define("g", LOAD)) == ["renamed f > g"]


def test_renamed_and_edited() -> None:
    assert edit(KEEP + F, KEEP + define("g", EDITED)) == ["renamed modified f > g"]


def test_renamed_with_another_signature() -> None:
    assert edit(KEEP + F, KEEP + define("g", LOAD, WIDER)) == ["renamed signature f > g"]


def test_a_recursive_function_renamed_is_not_modified() -> None:
    recursive = more(LOAD, "NAME(vcpu, flags - 1);")
    assert edit(define("f", recursive), define("g", recursive)) == ["renamed f > g"]


def test_renamed_with_its_callers() -> None:
    old = F + define("caller", QUEUE + "\tf(vcpu, 0);\n")
    new = define("g", LOAD) + define("caller", QUEUE + "\tg(vcpu, 0);\n")
    assert edit(old, new) == ["modified caller > caller", "renamed f > g"]


def test_a_rename_tells_its_rule_and_likeness() -> None:
    (found,) = changes([pair("a.c", KEEP + F, KEEP + define("g", EDITED))])
    assert found.rule == "alike body, other name: same place"
    assert found.score == pytest.approx(
        similarity(body(F), body(define("g", EDITED)))  # 68 tokens of 72
    )


def test_an_unlike_body_under_another_name_is_no_rename() -> None:
    assert edit(KEEP + F, KEEP + define("g", ENTER)) == ["removed f > -", "added - > g"]


RIVALS = (
    KEEP + F,
    KEEP + define("near", more(LOAD, "a = 1;")) + define("said", more(LOAD, "a(1); b(2, 3);")),
)


def test_of_two_rivals_the_more_alike_is_taken() -> None:
    assert edit(*RIVALS) == ["renamed modified f > near", "added - > said"]


@pytest.mark.parametrize(
    "message",
    [
        "Rename f2() to said().",
        "Rename f2 to said",
        "s/f2/said/",
        "f2() -> said()",
        "said() (renamed from f2())",
        "Replace f2() with the clearer and safer said().",
        "Uses of the helper f2 are replaced\nby nothing.\nWe replace f2() by said().",
    ],
)
def test_the_rename_that_the_message_states_wins_over_a_more_alike_rival(message: str) -> None:
    old, new = RIVALS
    assert edit(old.replace(" f(", " f2("), new, message) == [
        "renamed modified f2 > said",
        "added - > near",
    ]


def test_a_message_that_states_what_the_bodies_deny_is_not_believed() -> None:
    assert edit(KEEP + F, KEEP + define("gg", "\n\tbug();\n"), "rename f to gg") == [
        "removed f > -",
        "added - > gg",
    ]


def test_one_body_becomes_one_definition_only() -> None:
    assert edit(KEEP + F, KEEP + define("g", LOAD) + define("h", LOAD)) == [
        "renamed f > g",
        "added - > h",
    ]


def test_one_definition_comes_from_one_body_only() -> None:
    assert edit(F + define("g", LOAD) + KEEP, define("h", LOAD) + KEEP) == [
        "renamed f > h",
        "removed g > -",
    ]


def test_tiny_bodies_in_one_place_are_a_rename() -> None:
    old = KEEP + define("probe", TINY) + OTHER
    assert edit(old, KEEP + define("zap", TINY) + OTHER) == ["renamed probe > zap"]


def test_tiny_bodies_are_not_matched_by_their_bodies_alone() -> None:
    assert rows(
        pair("a.c", KEEP + define("probe", TINY), KEEP),
        pair("b.c", OTHER, define("zap", TINY) + OTHER),
    ) == ["removed a.c:probe > -", "added - > b.c:zap"]


# --- moved


def test_moved() -> None:
    assert rows(pair("a.c", KEEP + F, KEEP), pair("b.c", OTHER, OTHER + F)) == [
        "moved a.c:f > b.c:f"
    ]


def test_moved_and_edited() -> None:
    assert rows(pair("a.c", KEEP + F, KEEP), pair("b.c", OTHER, OTHER + define("f", EDITED))) == [
        "moved modified a.c:f > b.c:f"
    ]


def test_moved_with_another_signature() -> None:
    new = OTHER + define("f", LOAD, WIDER)
    assert rows(pair("a.c", KEEP + F, KEEP), pair("b.c", OTHER, new)) == [
        "moved signature a.c:f > b.c:f"
    ]


def test_a_static_function_exported_by_its_move_keeps_its_signature() -> None:
    new = OTHER + define("f", LOAD, HEADER.removeprefix("static "))
    assert rows(pair("a.c", KEEP + F, KEEP), pair("b.c", OTHER, new)) == ["moved a.c:f > b.c:f"]


def test_a_tiny_function_that_keeps_its_name_is_moved() -> None:
    tiny = define("probe", TINY)
    assert rows(pair("a.c", KEEP + tiny, KEEP), pair("b.c", OTHER, OTHER + tiny)) == [
        "moved a.c:probe > b.c:probe"
    ]


def test_renamed_and_moved() -> None:
    new = OTHER + define("g", LOAD)
    assert rows(pair("a.c", KEEP + F, KEEP), pair("b.c", OTHER, new)) == [
        "renamed+moved a.c:f > b.c:g"
    ]


def test_same_name_statics_with_different_bodies_are_no_move() -> None:
    new = OTHER + define("f", ENTER)
    assert rows(pair("a.c", KEEP + F, KEEP), pair("b.c", OTHER, new)) == [
        "removed a.c:f > -",
        "added - > b.c:f",
    ]


def test_of_two_files_that_lose_it_one_gave_it() -> None:
    lost = [pair(path, F, None) for path in ("a.c", "b.c")]
    assert rows(*lost, pair("c.c", None, F)) == ["moved a.c:f > c.c:f", "merged b.c:f > c.c:f"]


def test_a_copy_is_added() -> None:
    assert rows(pair("b.c", OTHER, OTHER + F)) == ["added - > b.c:f"]


# --- files renamed


def test_an_unchanged_function_of_a_renamed_file_has_no_row() -> None:
    assert rows(pair("a.c", F + KEEP, F + KEEP, "b.c")) == []


def test_an_edited_function_of_a_renamed_file_is_modified() -> None:
    (found,) = changes([pair("a.c", F + KEEP, define("f", EDITED) + KEEP, "b.c")])
    assert (found.kinds, found.rule) == (("modified",), "same name in the renamed file")
    assert found.old is not None
    assert found.new is not None
    assert (found.old.path, found.new.path) == ("a.c", "b.c")


def test_a_function_renamed_with_its_file_is_not_moved() -> None:
    assert rows(pair("a.c", F + KEEP, define("g", LOAD) + KEEP, "b.c")) == ["renamed a.c:f > b.c:g"]


# --- names that pass to another body


def test_a_name_passes_to_another_function_as_its_own_body_vanishes() -> None:
    old = F + define("g", LONG) + KEEP
    assert edit(old, define("f", LONG) + KEEP) == ["renamed g > f", "removed f > -"]


def test_a_name_passes_across_files() -> None:
    assert rows(pair("a.c", F, define("f", LONG)), pair("b.c", define("g", LONG) + KEEP, KEEP)) == [
        "renamed+moved b.c:g > a.c:f",
        "removed a.c:f > -",
    ]


def test_a_callee_that_dissolved_into_its_caller_took_no_name() -> None:
    old = define("f", more(LOAD, "g(vcpu);")) + define("g", LONG)
    assert similarity(body(define("f", more(LOAD, "g(vcpu);"))), body(define("f", LONG))) < 0.4
    assert edit(old, define("f", LONG)) == ["modified f > f", "inlined g > f"]


def test_a_name_passes_between_bodies_of_one_length() -> None:
    old = F + define("g", ENTER) + KEEP
    assert similarity(body(F), body(define("f", ENTER))) < 0.5
    assert edit(old, define("f", ENTER) + KEEP) == ["renamed g > f", "removed f > -"]


def test_swapped_names_beside_a_removal() -> None:
    old = F + define("g", LONG) + define("gone", QUEUE)
    assert edit(old, define("f", LONG) + define("g", LOAD)) == [
        "renamed f > g",
        "renamed g > f",
        "removed gone > -",
    ]


def test_swapped_names() -> None:
    assert edit(F + define("g", LONG), define("f", LONG) + define("g", LOAD)) == [
        "renamed f > g",
        "renamed g > f",
    ]


def test_a_name_passes_while_the_other_gets_a_fresh_body() -> None:
    old = F + define("g", LONG) + define("gone", QUEUE)
    assert edit(old, define("f", LONG) + define("g", FRONT)) == [
        "renamed g > f",
        "removed gone > -",
        "removed f > -",
        "added - > g",
    ]


# --- order


def test_rows_come_edits_first_then_what_became_what_then_the_rest() -> None:
    old = define("z", CLOCK) + define("m", LOAD) + define("out", QUEUE)
    new = define("in", DIRTY) + define("n", LOAD) + define("z", more(CLOCK, "a++;"))
    assert edit(old, new) == ["modified z > z", "renamed m > n", "removed out > -", "added - > in"]


def test_rows_of_one_sort_come_in_the_order_of_files_and_lines() -> None:
    assert rows(
        pair("b.c", None, define("y", LOAD) + define("x", CLOCK)), pair("a.c", None, OTHER)
    ) == ["added - > b.c:y", "added - > b.c:x", "added - > a.c:other"]


HASHED = """
from core.builders import *
old = define("f", FRONT + BACK) + define("g", LOAD) + define("h", QUEUE) + define("k", CLOCK)
new = define("f1", FRONT) + define("f2", BACK) + define("g2", LOAD) + define("h2", QUEUE)
print(edit(old, new + define("k", CLOCK + "\\tg2(vcpu, 1); h2(vcpu, 2);"), "f1 f2 g2 h2 g h"))
"""


def test_the_answer_does_not_hang_on_the_hash_seed() -> None:
    here = Path(__file__).parents[2]
    path = os.pathsep.join([str(here), str(here.parent)])
    answers = {
        subprocess.run(
            [sys.executable, "-c", HASHED],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert b"renamed g > g2" in answers.pop()


def test_what_several_did_alike_is_written_anew_in_one_that_they_call() -> None:
    def user(name: str, check: str) -> str:
        return define(name, f"{LOAD}{check}\tsend(vcpu, {name}_queue);\n")

    first = "vcpu->mtu > vcpu->max_mtu) {\n\t\twarn(vcpu->id, 1);\n\t\tvcpu->errors++;\n"
    other = "vcpu->mtu > 9000 || vcpu->max_mtu < 68) {\n\t\tvcpu->bad = vcpu->mtu;\n"
    old = user("f", f"\tif ({first}\t\treturn -EINVAL;\n\t}}\n")
    old += user("g", f"\tif ({other}\t\treturn -ERANGE;\n\t}}\n")
    call = "\tcheck_mtu(vcpu);\n"
    new = define(
        "check_mtu",
        "\tint length = vcpu->mtu + overhead(vcpu, HEADER, TRAILER);\n\n"
        "\tif (length > vcpu->max_mtu || length < SHORTEST)\n"
        "\t\treturn say(vcpu->port, length, LONGEST);\n\tvcpu->length = length;\n",
    )
    told = edit(old, new + user("f", call) + user("g", call))
    assert told == [
        "modified f > f", "modified g > g", "extracted f > check_mtu", "extracted g > check_mtu",
    ]  # fmt: skip
    alone = edit(old, new + user("f", call) + old[old.index("int g") :])
    assert "added - > check_mtu" in alone


# --- laws

Place = tuple[str, str]
WHOLE = {"renamed", "moved", "renamed+moved"}
BODIES = [
    LOAD,
    EDITED,
    ENTER,
    QUEUE,
    LONG,
    TINY,
    FRONT,
    BACK,
    FRONT + BACK,
    more(TINY, "g(vcpu);"),
    more(FRONT, "h(vcpu, 1);"),
]
SIDE = st.dictionaries(st.sampled_from("fghk"), st.sampled_from(BODIES), max_size=4)
MESSAGES = st.sampled_from(["", "Rename ff to gg.", "Extract h() from f(), inline g()", "move f"])


def text(side: dict[str, str]) -> str:
    return "".join(define(name, inside) for name, inside in side.items())


COMMITS = st.lists(st.tuples(SIDE, SIDE), min_size=1, max_size=2).map(
    lambda files: [pair(f"{p}.c", text(a), text(b)) for p, (a, b) in zip("ab", files, strict=False)]
)


def at(version: FunctionVersion) -> Place:
    return version.path, version.name


def sides(pairs: list[FilePair]) -> tuple[dict[Place, Function], dict[Place, Function]]:
    old = {(p.old_path, f.name): f for p in pairs if p.old_path for f in p.old}
    new = {(p.new_path, f.name): f for p in pairs if p.new_path for f in p.new}
    return old, new


def is_edit(change: Change) -> bool:
    return set(change.kinds) <= {"modified", "signature", "attributes"}


@given(st.lists(SIDE, min_size=1, max_size=3), MESSAGES)
def test_where_nothing_differs_nothing_happened(files: list[dict[str, str]], message: str) -> None:
    pairs = [pair(f"{i}.c", text(side), text(side)) for i, side in enumerate(files)]
    assert changes(pairs, message) == []


@given(COMMITS, MESSAGES)
def test_the_same_commit_gets_the_same_answer(pairs: list[FilePair], message: str) -> None:
    assert changes(pairs, message) == changes(list(pairs), message)


@given(COMMITS, MESSAGES)
def test_every_row_speaks_of_definitions_that_are_there(
    pairs: list[FilePair], message: str
) -> None:
    old, new = sides(pairs)
    for change in changes(pairs, message):
        assert change.kinds
        assert 0.0 <= change.score <= 1.0
        assert change.rule
        assert change.old or change.new
        assert change.old is None or old[at(change.old)] == change.old.function
        assert change.new is None or new[at(change.new)] == change.new.function
        assert (change.old is None) == (change.kinds == ("added",))
        assert (change.new is None) == (change.kinds == ("removed",))


@given(COMMITS, MESSAGES)
def test_what_did_not_change_is_not_spoken_of(pairs: list[FilePair], message: str) -> None:
    old, new = sides(pairs)
    same = {p for p in old.keys() & new.keys() if old[p].text == new[p].text}
    spoken = [v for c in changes(pairs, message) for v in (c.old, c.new) if v is not None]
    assert not same & {at(v) for v in spoken}


@given(COMMITS, MESSAGES)
def test_each_definition_has_one_fate_and_one_origin(pairs: list[FilePair], message: str) -> None:
    found = changes(pairs, message)
    whole = [c for c in found if is_edit(c) or WHOLE & set(c.kinds)]
    olds = [at(c.old) for c in found if c.old and (c in whole or "removed" in c.kinds)]
    news = [at(c.new) for c in found if c.new and (c in whole or "added" in c.kinds)]
    assert len(olds) == len(set(olds))
    assert len(news) == len(set(news))
    for change in found:
        if change.kinds == ("removed",):
            ends = [c for c in found if c.old == change.old and c.kinds != ("extracted",)]
            assert ends == [change]
        if change.kinds == ("added",):
            assert sum(c.new == change.new for c in found) == 1


@given(COMMITS, MESSAGES)
def test_every_difference_is_accounted_for(pairs: list[FilePair], message: str) -> None:
    old, new = sides(pairs)
    found = changes(pairs, message)
    olds, news = {at(c.old) for c in found if c.old}, {at(c.new) for c in found if c.new}
    assert old.keys() - new.keys() <= olds
    assert new.keys() - old.keys() <= news
    for place in old.keys() & new.keys():
        if old[place].text != new[place].text:
            assert place in olds
            assert place in news


@given(COMMITS, MESSAGES)
def test_the_rows_replayed_on_the_old_side_give_the_new(
    pairs: list[FilePair], message: str
) -> None:
    old, new = sides(pairs)
    gone: set[Place] = set()
    come: set[Place] = set()
    for change in changes(pairs, message):
        kinds = set(change.kinds)
        if change.old and kinds & {"removed", "inlined", "merged", "split", *WHOLE}:
            gone.add(at(change.old))
        brings = kinds & {"added", "extracted", "split", "merged", "superseded", *WHOLE}
        if change.new and (brings or is_edit(change)):  # what was divided may stay as a wrapper
            come.add(at(change.new))
    replayed = (old.keys() - gone) | come
    assert replayed == new.keys()


SIGNS = [*"{}();,=*&\\\"'#\n", "/*", "*/", "//", "\\\n"]
WORDS = ["f", "g", "if", "return", "0", "\xe9", "#if X\n", "#endif\n", "int f(void)"]
HEADS = ["#define g(x)", "TRACE_EVENT(", "SYSCALL_DEFINE1("]
TOKENS = st.lists(st.sampled_from(SIGNS + WORDS + HEADS), max_size=40).map(" ".join)


@given(TOKENS, TOKENS, TOKENS, TOKENS)
def test_no_token_soup_is_refused(a: str, b: str, c: str, d: str) -> None:
    head, tail = "int f(int n)\n{\n", "\n}\n"
    soup = [
        pair("a.c", f"{head}{a}{tail}", f"{head}{b}{tail}"),
        pair("b.c", f"{head}{c}{tail}{a}", f"int g(void)\n{{\n{d}{tail}"),
        pair("c.c", c, d, "d.c"),
    ]
    for change in changes(soup, a + b):
        assert 0.0 <= change.score <= 1.0


def test_a_function_goes_on_under_another_name_while_a_macro_takes_its_own() -> None:
    macro = "#define f(vcpu) f_##vcpu(vcpu)\n"
    assert edit(KEEP + F, KEEP + macro + define("f_kvm", LOAD)) == [
        "renamed f > f_kvm",
        "added - > f",
    ]
    assert edit(KEEP + macro + define("f_kvm", LOAD), KEEP + F) == [
        "renamed f_kvm > f",
        "removed f > -",
    ]


def test_very_many_variants_of_one_name_are_paired_in_one_pass() -> None:
    # Pairing each with each took minutes for these.
    many = 3_000
    old = "".join(f"#define m(x) g(x + {n})\n" for n in range(many))
    new = "".join(f"#define m(x) g(x + {n})\n" for n in range(1, many + 1))
    (row,) = changes([pair("a.h", old, new)])
    assert row.kinds == ("modified",)


def test_a_macro_becomes_a_function_of_its_name_in_another_file() -> None:
    macros = "#define r_read(x)\treadl((x))\n#define r_port(p, off) r_read(port_of((p), (off)))\n"
    functions = define("r_read", "\treturn readl(addr);\n") + define(
        "r_port", "\treturn r_read(vcpu->regs + flags);\n"
    )
    there = [pair("r.h", KEEP + macros, KEEP), pair("r.c", KEEP, KEEP + functions)]
    back = [pair("r.h", KEEP, KEEP + macros), pair("r.c", KEEP + functions, KEEP)]
    for pairs in (there, back):
        found = {c.new.name: c.kinds[0] for c in changes(pairs) if c.new is not None and c.old}
        assert found == {"r_read": "moved", "r_port": "moved"}


def test_a_macro_whose_name_a_strange_function_takes_in_another_file_is_gone() -> None:
    pairs = [
        pair("r.h", KEEP + "#define f(x)\tprobe_all((x), LIMIT)\n", KEEP),
        pair("r.c", KEEP, KEEP + F),
    ]
    assert {c.kinds for c in changes(pairs)} == {("removed",), ("added",)}


def test_lines_of_text_that_became_one_call_in_a_function_of_its_own() -> None:
    lines = ("Usage: tool [ remote ADDR ]", "  [ local ADDR ] [ key KEY ]", "  [ dev LINK ]")
    several = "".join(f'\tfprintf(stderr, "{line}\\n");\n' for line in lines)
    once = '\tfprintf(f, "Usage: ... tool [ remote ADDR ]\\n"\n\t"[ local ADDR ] [ key KEY ]\\n"'
    once += '\n\t"[ dev LINK ]\\n");\n'
    old = KEEP + define("usage", several + "\texit(-1);\n")
    new = KEEP + define("help", once) + define("usage", "\thelp(stderr);\n\texit(-1);\n")
    assert "extracted usage > help" in edit(old, new)


def test_a_part_that_is_called_through_another_part_was_taken_out_as_well() -> None:
    inner = "\terr = bus_switch(vcpu, WIDTH, bits[idx]);\n\tset_width(vcpu, widths[idx]);\n"
    inner += "\terr = compare_width(vcpu, widths[idx]);\n"
    around = "\tif (!(vcpu->caps & WIDE))\n\t\treturn 0;\n\tidx = vcpu->caps & WIDEST ? 1 : 0;\n"
    old = KEEP + define("start", LOAD + around + "\tfor (; idx >= 0; idx--) {\n" + inner + "\t}\n")
    tried = "\tbits = width_bits(flags);\n\terr = bus_switch(vcpu, WIDTH, bits);\n"
    tried += "\tset_width(vcpu, flags);\n\terr = compare_width(vcpu, flags);\n"
    chosen = (
        around + "\tfor (; idx >= 0; idx--)\n\t\tif (try_width(vcpu, widths[idx]))\n\t\t\tbreak;\n"
    )
    new = KEEP + define("try_width", tried) + define("choose", chosen)
    new += define("start", LOAD + "\terr = choose(vcpu);\n")
    assert {"extracted start > choose", "extracted start > try_width"} <= set(edit(old, new))


@pytest.mark.parametrize(
    "around",
    [
        "\tdo {\n\t\tn = __f(vcpu, flags);\n\t\trelax();\n\t} while (n == -EAGAIN);\n\treturn n;\n",
        "again:\n\tn = __f(vcpu, flags);\n\tif (n < 0 && wait(n))\n\t\tgoto again;\n\treturn n;\n",
        "\tstart = now();\n\tn = __f(vcpu, flags);\n\tcount(vcpu, now() - start);\n\treturn n;\n",
        "\tswitch (vcpu->kind) {\n\tcase FAST:\n\t\treturn fast(vcpu);\n\tdefault:\n"
        "\t\treturn __f(vcpu, flags);\n\t}\n",
        "\trcu_read_lock();\n\tif (rcu_dereference(vcpu->dev))\n\t\tn = __f(vcpu, flags);\n"
        "\trcu_read_unlock();\n\treturn n;\n",
    ],
)
def test_a_body_went_on_in_what_a_longer_wrapper_calls(around: str) -> None:
    new = KEEP + define("__f", LOAD) + define("f", around)
    assert edit(KEEP + F, new) == ["modified f > f", "superseded f > __f"]
