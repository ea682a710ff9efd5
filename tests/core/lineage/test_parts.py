"""Parts of bodies: extracted, inlined, split, merged, superseded."""

from __future__ import annotations

import pytest

from core.builders import (
    BACK,
    CLOCK,
    DIRTY,
    ENTER,
    FRONT,
    LOAD,
    QUEUE,
    body,
    define,
    edit,
    more,
    pair,
    rows,
    without,
)
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.similarity import similarity

KEEP = define("keep", CLOCK)
WHOLE = define("f", FRONT + BACK)
CALLING = define("f", FRONT + "\tmap_page(vcpu);\n")
PART = define("map_page", BACK)
BOOL = "static bool NAME(struct kvm_vcpu *vcpu)"

# --- extracted


def test_extracted() -> None:
    assert edit(WHOLE, CALLING + PART) == ["modified f > f", "extracted f > map_page"]


def test_extracted_into_another_file() -> None:
    assert rows(pair("a.c", WHOLE, CALLING), pair("b.c", KEEP, KEEP + PART)) == [
        "modified a.c:f > a.c:f",
        "extracted a.c:f > b.c:map_page",
    ]


def test_extracted_from_two() -> None:
    old = WHOLE + define("g", LOAD + BACK)
    new = CALLING + define("g", LOAD + "\tmap_page(vcpu);\n") + PART
    assert edit(old, new) == [
        "modified f > f",
        "modified g > g",
        "extracted f > map_page",
        "extracted g > map_page",
    ]


def test_extracted_with_renamed_variables() -> None:
    assert edit(WHOLE, CALLING + PART.replace("domain", "dom")) == [
        "modified f > f",
        "extracted f > map_page",
    ]


def test_an_extracted_condition() -> None:
    active = "vcpu->arch.state == ACTIVE && vcpu->cpu >= 0"
    old = define("f", more(FRONT, f"if ({active})", "\treturn 0;"))
    new = define("f", more(FRONT, "if (is_active(vcpu))", "\treturn 0;"))
    assert edit(old, new + define("is_active", f"\n\treturn {active};\n", BOOL)) == [
        "modified f > f",
        "extracted f > is_active",
    ]


def test_an_extraction_tells_whether_a_call_took_the_place_and_how_much_stands_there() -> None:
    _, found = changes([pair("a.c", WHOLE, CALLING + PART)])
    assert found.rule == "statements left for a new function, called in their place"
    assert found.score == 1.0


def test_what_was_added_to_the_part_lowers_its_share() -> None:
    _, found = changes([pair("a.c", WHOLE, CALLING + define("map_page", more(BACK, "a = b;")))])
    assert found.kinds == ("extracted",)
    assert 0.9 < found.score < 1.0


def test_a_new_function_that_is_called_but_holds_nothing_of_the_caller_is_added() -> None:
    new = define("f", FRONT + BACK + "\tmap_page(vcpu);\n") + define("map_page", DIRTY)
    assert edit(WHOLE, new) == ["modified f > f", "added - > map_page"]


def test_statements_that_stayed_were_not_extracted() -> None:
    new = define("f", FRONT + BACK + "\tmap_page(vcpu);\n") + PART
    assert edit(WHOLE, new) == ["modified f > f", "added - > map_page"]


def test_extracted_from_a_function_that_was_renamed() -> None:
    """A commit that renames a function and cuts a part out of it."""
    old = KEEP + define("f", FRONT + LOAD + BACK) + define("z", QUEUE)
    new = KEEP + define("g", FRONT + LOAD + "\tmap_page(vcpu);\n") + PART + define("z", QUEUE)
    assert edit(old, new, "Rename f() to g().") == [
        "renamed modified f > g",
        "extracted f > map_page",
    ]


# --- inlined


def test_inlined() -> None:
    assert edit(CALLING + PART, WHOLE) == ["modified f > f", "inlined map_page > f"]


def test_inlined_into_another_file() -> None:
    assert rows(pair("a.c", CALLING, WHOLE), pair("b.c", KEEP + PART, KEEP)) == [
        "modified a.c:f > a.c:f",
        "inlined b.c:map_page > a.c:f",
    ]


def test_inlined_into_two() -> None:
    old = CALLING + define("g", LOAD + "\tmap_page(vcpu);\n") + PART
    assert edit(old, WHOLE + define("g", LOAD + BACK)) == [
        "modified f > f",
        "modified g > g",
        "inlined map_page > f",
        "inlined map_page > g",
    ]


def test_an_inlined_expression() -> None:
    active = "vcpu->arch.state == ACTIVE && vcpu->cpu >= 0"
    old = define("f", more(FRONT, "if (is_active(vcpu))", "\treturn 0;"))
    new = define("f", more(FRONT, f"if ({active})", "\treturn 0;"))
    assert edit(define("is_active", f"\n\treturn {active};\n", BOOL) + old, new) == [
        "modified f > f",
        "inlined is_active > f",
    ]


REWORKED = (
    define("helper", "\n\treturn lookup(vcpu, gfn_of(vcpu), SLOT_ANY, true);\n", BOOL)
    + define("f", more(FRONT, "slot = helper(vcpu);")),
    define("f", more(FRONT, "while (gfn_of(regs) > top)", "\ttop += SLOT_ANY;")),
)


def test_a_callee_of_which_little_is_left_is_removed() -> None:
    assert edit(*REWORKED) == ["modified f > f", "removed helper > -"]


@pytest.mark.parametrize("message", ["Open-code helper() in f().", "inline helper"])
def test_unless_the_message_states_that_it_was_inlined(message: str) -> None:
    assert edit(*REWORKED, message) == ["modified f > f", "inlined helper > f"]


def test_the_message_alone_inlines_nothing() -> None:
    old, _ = REWORKED
    assert edit(old, define("f", FRONT), "Open-code helper()") == [
        "modified f > f",
        "removed helper > -",
    ]


def test_a_callee_removed_with_its_call_is_removed() -> None:
    assert edit(CALLING + PART, define("f", FRONT)) == ["modified f > f", "removed map_page > -"]


# --- split


def test_split() -> None:
    assert edit(WHOLE, define("shadow", FRONT) + define("map_io", BACK)) == [
        "split f > shadow",
        "split f > map_io",
    ]


def test_split_and_left_as_a_wrapper() -> None:
    wrapper = define("f", "\n\tshadow(vcpu);\n\treturn map_io(vcpu);\n")
    assert edit(WHOLE, wrapper + define("shadow", FRONT) + define("map_io", BACK)) == [
        "modified f > f",
        "split f > shadow",
        "split f > map_io",
    ]


def test_what_another_function_lost_as_well_is_a_piece_and_no_half_of_a_split() -> None:
    old = define("f", FRONT + QUEUE + BACK) + define("g", LOAD + QUEUE)
    new = define("f", "\n\tshadow(vcpu);\n\treturn map_io(vcpu, ring_level(vcpu));\n")
    new += define("g", LOAD + "\treturn ring_level(vcpu);\n")
    parts = define("shadow", FRONT) + define("ring_level", QUEUE) + define("map_io", BACK)
    assert edit(old, new + parts) == [
        "modified f > f",
        "modified g > g",
        "split f > shadow",
        "extracted f > ring_level",
        "split f > map_io",
        "extracted g > ring_level",
    ]


def test_two_parts_that_leave_most_of_a_body_are_extracted_and_split_nothing() -> None:
    old = define("f", FRONT + BACK + LOAD + QUEUE + DIRTY)
    new = define("f", LOAD + QUEUE + DIRTY + "\tshadow(vcpu); map_io(vcpu);\n")
    assert edit(old, new + define("shadow", FRONT) + define("map_io", BACK)) == [
        "modified f > f",
        "extracted f > shadow",
        "extracted f > map_io",
    ]


@pytest.mark.parametrize("third", ["", LOAD], ids=["in two", "in three"])
def test_split_into_parts_that_keep_the_stem_of_the_name(third: str) -> None:
    old = define("kvm_setup_slot", FRONT + BACK + third)
    parts = {"kvm_setup_slot_shadow": FRONT, "kvm_setup_slot_iommu": BACK, "kvm_setup_mmu": third}
    new = {name: part for name, part in parts.items() if part}
    assert edit(old, "".join(define(n, p) for n, p in new.items())) == [
        f"split kvm_setup_slot > {name}" for name in new
    ]


def test_split_into_halves_that_are_much_alike() -> None:
    """Each half is nearly the whole: the callers that turned to both tell."""
    old = define("f", LOAD + FRONT) + define("up", "\n\tf(vcpu, 1);\n\tkick(vcpu);\n")
    old += define("down", "\n\tf(vcpu, 0);\n\tpark(vcpu);\n")
    new = define("f_up", more(LOAD + FRONT, "raise(vcpu);")) + define(
        "f_down", more(LOAD + FRONT, "lower(vcpu);")
    )
    new += define("up", "\n\tf_up(vcpu, 1);\n\tkick(vcpu);\n")
    new += define("down", "\n\tf_down(vcpu, 0);\n\tpark(vcpu);\n")
    assert edit(old, new) == [
        "modified up > up",
        "modified down > down",
        "split f > f_up",
        "split f > f_down",
    ]


@pytest.mark.parametrize(
    "wrapper",
    [
        "\n\tlock(vcpu);\n\tflags = __f(vcpu, flags);\n\tunlock(vcpu);\n\treturn flags;\n",
        "\n\tdo {\n\t\tflags = __f(vcpu, flags);\n\t\tif (flags != -EAGAIN)\n\t\t\treturn flags;\n"
        "\t\tcpu_relax();\n\t} while (!signal_pending(current));\n\treturn -EINTR;\n",
        "\n\tint tries = 3;\n\twhile (tries--) {\n\t\tif (!__f(vcpu, flags))\n\t\t\treturn 0;\n"
        "\t\tmsleep(tries * 10);\n\t\ttrace_retry(vcpu->id, tries);\n\t}\n\treturn -EBUSY;\n",
    ],
    ids=["locks", "loops", "retries"],
)
def test_a_wrapper_need_not_be_small(wrapper: str) -> None:
    """What became of the old body is the measure."""
    old = define("f", LOAD + BACK)
    assert edit(old, define("__f", LOAD + BACK) + define("f", wrapper)) == [
        "modified f > f",
        "superseded f > __f",
    ]


def test_a_wrapper_may_keep_the_declarations_that_it_hands_on() -> None:
    digits = '\tstatic const char digits[] = "0123456789abcdef";\n'
    loop = "\tfor (i = 0; i < HASH_BYTES; i++) {\n\t\tunsigned int val = *hash++;\n"
    loop += "\t\t*at++ = digits[val >> 4];\n\t\t*at++ = digits[val & 15];\n\t}\n\t*at = 0;\n"
    ring = "\n\tstatic int next;\n\tstatic char ring[4][2 * HASH_BYTES + 1];\n"
    whole = f"{ring}{digits}\tchar *buffer = ring[3 & ++next], *at = buffer;\n\tint i;\n\n{loop}"
    went = f"\n{digits}\tchar *at = buffer;\n\tint i;\n\n{loop}\treturn buffer;\n"
    head = "char *NAME({}const unsigned char *hash)"
    old = define("to_hex", whole + "\treturn buffer;\n", head.format(""))
    new = define("to_hex_r", went, head.format("char *buffer, "))
    kept = define("to_hex", f"{ring}\treturn to_hex_r(ring[3 & ++next], hash);\n", head.format(""))
    assert edit(old, new + kept) == ["modified to_hex > to_hex", "superseded to_hex > to_hex_r"]


@pytest.mark.parametrize(
    "wrapper",
    [
        "static inline int f(struct kvm_vcpu *vcpu, int flags)\n{\n\treturn g(vcpu, flags);\n}\n",
        "#define f(vcpu, flags) g(vcpu, flags)\n",
    ],
)
def test_a_wrapper_is_kept_in_a_header_for_the_last_users(wrapper: str) -> None:
    found = rows(
        pair("a.c", KEEP + define("f", LOAD + BACK), KEEP + define("g", LOAD + BACK)),
        pair("a.h", define("other", DIRTY), define("other", DIRTY) + wrapper),
    )
    assert [row.replace(" signature", "") for row in found] == [
        "moved modified a.c:f > a.h:f",
        "superseded a.c:f > a.c:g",
    ]


def test_a_macro_keeps_the_name_around_the_body_that_went_on() -> None:
    """An inline function becomes another with one argument more, and a macro that passes it."""
    old = define("ring_wait", LOAD, "static inline int ring_wait(struct ring *r)")
    new = define("__ring_wait", LOAD, "static inline int __ring_wait(struct ring *r, int max)")
    assert edit(old, new + "#define ring_wait(r) __ring_wait(r, 100)\n") == [
        "modified signature ring_wait > ring_wait",
        "superseded ring_wait > __ring_wait",
    ]


def test_copies_in_two_files_become_one() -> None:
    lost = (
        pair("x/a.c", define("f", LOAD) + KEEP, KEEP),
        pair("y/a.c", define("f", more(LOAD, "y(vcpu);")) + KEEP, KEEP),
    )
    assert rows(*lost, pair("lib/a.c", None, define("f", LOAD))) == [
        "moved x/a.c:f > lib/a.c:f",
        "merged y/a.c:f > lib/a.c:f",
    ]


def test_a_body_of_which_one_part_is_left_under_another_name_is_gone() -> None:
    found = changes([pair("a.c", WHOLE + KEEP, KEEP + define("shadow", FRONT))])
    ends = {"removed", "renamed", "split", "merged", "inlined"}
    assert any(c.old is not None and c.old.name == "f" and ends & set(c.kinds) for c in found)


# --- merged


def test_several_merged_into_a_new_one() -> None:
    old = define("shadow", FRONT) + define("map_io", BACK) + define("load", LOAD)
    assert edit(old, define("setup", FRONT + BACK + LOAD)) == [
        "merged shadow > setup",
        "merged map_io > setup",
        "merged load > setup",
    ]


def test_two_halves_merged_into_a_name_like_theirs() -> None:
    old = define("setup_shadow", FRONT) + define("setup_iommu", BACK)
    assert edit(old, define("setup", FRONT + BACK)) == [
        "merged setup_shadow > setup",
        "merged setup_iommu > setup",
    ]


def test_a_body_that_went_into_another_is_inlined_there() -> None:
    old = define("shadow", FRONT) + define("map_io", BACK)
    assert edit(old, define("shadow", FRONT + BACK)) == [
        "modified shadow > shadow",
        "inlined map_io > shadow",
    ]


def twins(first: str, second: str) -> str:
    return f"#ifdef CONFIG_X\n{define('f', first)}#else\n{define('f', second)}#endif\n"


def test_twins_that_became_one() -> None:
    new = define("f", more(LOAD, "a++;", "b++;"))
    assert edit(twins(more(LOAD, "a++;"), more(LOAD, "b++;")), new) == [
        "modified f > f",
        "merged f > f",
    ]


def test_twins_that_became_the_one_as_it_was() -> None:
    assert edit(twins(LOAD, more(LOAD, "a++;")), define("f", LOAD)) == ["merged f > f"]


def test_one_that_became_twins_is_split() -> None:
    assert edit(define("f", LOAD), twins(LOAD, more(LOAD, "a++;"))) == ["split f > f"]


LIKE = without(LOAD, "tlb_flush += flags")


def test_merged_into_the_like_that_callers_turned_to() -> None:
    old = define("f", LOAD) + define("g", LIKE) + define("caller", QUEUE + "\tf(vcpu, 0);\n")
    new = define("g", more(LIKE, "a++;")) + define("caller", QUEUE + "\tg(vcpu, 0);\n")
    assert edit(old, new) == ["modified g > g", "modified caller > caller", "merged f > g"]


def test_merged_into_the_like_that_the_message_names() -> None:
    old = define("ff", LOAD) + define("gg", LIKE) + KEEP
    new = define("gg", more(LIKE, "a++;")) + KEEP
    assert edit(old, new, "ff() does what gg() does: drop it") == [
        "modified gg > gg",
        "merged ff > gg",
    ]
    assert edit(old, new) == ["modified gg > gg", "removed ff > -"]


def test_callers_that_turned_to_an_unlike_function_merged_nothing() -> None:
    old = define("f", LOAD) + define("g", ENTER) + define("caller", QUEUE + "\tf(vcpu, 0);\n")
    new = define("g", more(ENTER, "a++;")) + define("caller", QUEUE + "\tg(vcpu, 0);\n")
    assert edit(old, new) == ["modified g > g", "modified caller > caller", "removed f > -"]


# --- superseded


def test_superseded_by_the_function_that_its_wrapper_calls() -> None:
    wrapper = define("f", "\n\treturn __f(vcpu, flags);\n")
    assert edit(define("f", LOAD), wrapper + define("__f", LOAD)) == [
        "modified f > f",
        "superseded f > __f",
    ]


def test_superseded_although_the_new_function_was_edited() -> None:
    wrapper = define("f", "\n\treturn f_mode(vcpu, flags, MODE_DEFAULT);\n")
    new = wrapper + define("f_mode", more(LOAD, "vcpu->mode = mode;"))
    assert edit(define("f", LOAD), new) == ["modified f > f", "superseded f > f_mode"]


def test_a_new_function_of_the_same_body_beside_an_uncalling_namesake_supersedes_nothing() -> None:
    assert similarity(body(define("f", LOAD)), body(define("f", ENTER))) < 0.5
    found = edit(define("f", LOAD) + KEEP, define("f", ENTER) + define("g", LOAD) + KEEP)
    assert not any("superseded" in row for row in found)
