"""Where lines and tokens stood before one commit: literal C on both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.blame.edit import Edit

FIRST = """\
int first(struct vcpu *vcpu)
{
	int ready = vcpu_ready(vcpu);

	if (!ready)
		return -EAGAIN;
	vcpu->entered++;
	return 0;
}
"""
SECOND = """\
int second(struct vcpu *vcpu)
{
	int halted = vcpu_halted(vcpu);

	if (halted)
		return -EINTR;
	vcpu->left++;
	return 0;
}
"""
THIRD = """\
int third(struct vcpu *vcpu)
{
	vcpu->third = vcpu->first + vcpu->second;
	return 0;
}
"""


def edit(old: str, new: str) -> Edit:
    return Edit(old.encode(), new.encode())


def stood(old: str, new: str) -> list[str | None]:
    """For each new line the old line that it was, and how it got here."""
    found = edit(old, new)
    told: list[str | None] = []
    lines = old.split("\n")
    for number in range(1, new.count("\n") + 1):
        before = found.before(number)
        if before is None:
            told.append(None)
        else:
            told.append(f"{lines[before.line - 1].strip()} {before.how or ''}".strip())
    return told


def test_a_line_that_came_in_between_is_new() -> None:
    new = FIRST.replace("\tvcpu->entered++;\n", "\tvcpu->entered++;\n\tvcpu->last = now();\n")
    found = edit(FIRST, new)
    assert list(found.fresh()) == [8]
    assert [found.before(n) for n in (7, 9)] == [(7, None), (8, None)]


def test_a_function_added_between_two_is_new_as_a_whole() -> None:
    found = edit(FIRST + "\n" + SECOND, FIRST + "\n" + THIRD + "\n" + SECOND)
    assert list(found.fresh()) == list(range(11, 17))


def test_a_function_taken_out_is_gone_as_a_whole() -> None:
    found = edit(FIRST + "\n" + THIRD + "\n" + SECOND, FIRST + "\n" + SECOND)
    assert list(found.gone()) == list(range(11, 17))


def test_indentation_and_spaces_change_no_writer() -> None:
    old = "void f(int n)\n{\n    if (n)\n        go(n, 1);\n}\n"
    new = "void f( int n )\n{\n\tif (n)\n\t\tgo(n,1);\n}\n"
    assert edit(old, new).before(4) == (4, "reindented")
    assert list(edit(old, new).fresh()) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "\tif (vcpu->ready)\n\t{\n\t\tenter(vcpu);\n\t}\n",
            "\tif (vcpu->ready) {\n\t\tenter(vcpu);\n\t}\n",
            ["if (vcpu->ready) rebraced", "enter(vcpu);", "}"],
        ),
        (
            "\tif (vcpu->ready)\n\t\tenter(vcpu);\n",
            "\tif (vcpu->ready) {\n\t\tenter(vcpu);\n\t}\n",
            ["if (vcpu->ready) rebraced", "enter(vcpu);", None],
        ),
        (
            "\tenter(vcpu);\t/* in we go */\n\tleave(vcpu);\n",
            "\t/* in we go */\n\tenter(vcpu);\n\tleave(vcpu);\n",
            [None, "enter(vcpu);\t/* in we go */ rebraced", "leave(vcpu);"],
        ),
        (
            "\ttrace_enter(vcpu->id, vcpu->kvm->name, vcpu->entered);\n",
            "\ttrace_enter(vcpu->id,\n\t\t    vcpu->kvm->name, vcpu->entered);\n",
            ["trace_enter(vcpu->id, vcpu->kvm->name, vcpu->entered); rewrapped"] * 2,
        ),
        (
            "static int\nenter(struct vcpu *vcpu, int flags)\n{\n",
            "static int enter(struct vcpu *vcpu,\n\t\t int flags)\n{\n",
            [
                "enter(struct vcpu *vcpu, int flags) rewrapped",
                "enter(struct vcpu *vcpu, int flags) rewrapped",
                "{",
            ],
        ),
        (
            "#define ready(v) \\\n\t({ \\\n\t\tint state = read_state(v); \\\n"
            "\t\tstate & READY; \\\n\t})\n",
            "static inline int ready(struct vcpu *v)\n{\n\tint state = read_state(v);\n"
            "\treturn state & READY;\n}\n",
            [None, None, "int state = read_state(v); \\ reindented", None, None],
        ),
    ],
)
def test_form_changes_no_writer(old: str, new: str, told: list[str | None]) -> None:
    assert stood(old, new) == told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\tif (a && b)\n", "\tif (a)\n"),
        ("\treturn count(a) + more;\n", "\treturn count(a);\n"),
        ("\tenter(vcpu, 0);\n", "\tenter(vcpu, 1);\n"),
        ("\tif (ready)\n\t\tgo();\n", "\tif (!ready)\n\t\tgo();\n"),
        ("\tx = a;\n\ty = b;\n", "\tx = b;\n"),
    ],
)
def test_what_says_something_else_is_new(old: str, new: str) -> None:
    assert stood(old, new)[0] is None


def test_functions_that_change_places_keep_their_writers() -> None:
    found = edit(f"{FIRST}\n{SECOND}\n{THIRD}", f"{SECOND}\n{THIRD}\n{FIRST}")
    assert list(found.fresh()) == [16]  # a blank line more than before
    header = found.before(17)
    assert header is not None and header.line == 1


def test_a_part_that_became_a_function_of_the_file_keeps_its_writers() -> None:
    part = "\tvcpu->stat.exits += vcpu->pending_exits;\n\tvcpu->stat.time += vcpu->pending_time;\n"
    old = FIRST.replace("\tvcpu->entered++;\n", part + "\tvcpu->entered++;\n")
    new = f"static void account(struct vcpu *vcpu)\n{{\n{part}}}\n\n" + old.replace(
        part, "\taccount(vcpu);\n"
    )
    found = edit(old, new)
    before = found.before(3)
    assert before == (7, "moved")
    assert not {3, 4} & set(found.fresh())


def test_a_line_that_stands_at_several_places_came_from_none_of_them() -> None:
    again = "\treturn kvm_make_request(vcpu);\n"
    old = f"{again}\tfirst();\n{again}\tsecond();\n\tfoo(1);\n\tbar();\n"
    new = "\tfoo(1);\n\tbar();\n\tbaz();\n\treturn kvm_make_request(vcpu);\n"
    assert 4 in set(edit(old, new).fresh())


def test_tokens_have_their_own_past() -> None:
    found = edit("\tenter(vcpu, 0, flags);\n", "\tenter(vcpu, 1, flags);\n")
    # enter ( vcpu , 1 , flags ) ;
    assert found.token_before(1, 2) == (1, 2)
    assert found.token_before(1, 4) is None
    assert found.token_before(1, 6) == (1, 6)


words = st.sampled_from(["enter", "leave", "vcpu", "ready", "{", "}", "", "return 0;", "x = 1;"])
texts = st.lists(
    st.builds("{0}{1}".format, st.sampled_from(["", "\t", "    "]), words), max_size=12
)


def joined(lines: list[str], ended: bool) -> bytes:
    return "\n".join(lines).encode() + b"\n" * bool(ended and lines)


@given(texts, texts, st.booleans(), st.booleans())
def test_a_line_stood_where_it_says_nothing_else(
    old: list[str], new: list[str], ended: bool, also: bool
) -> None:
    """Each line has at most one past, and is what it was but for its form."""
    before, after = joined(old, ended), joined(new, also)
    found = Edit(before, after)
    old_lines, new_lines = before.split(b"\n"), after.split(b"\n")
    used = []
    for number in range(1, len(new_lines) + (not new_lines[-1]) * -1 + 1):
        stood = found.before(number)
        if stood is None:
            assert number in set(found.fresh())
            continue
        assert 1 <= stood.line <= len(old_lines)
        if stood.how in (None, "reindented", "moved"):
            one, other = old_lines[stood.line - 1], new_lines[number - 1]
            assert b"".join(one.split()) == b"".join(other.split())
        if stood.how in (None, "reindented"):
            used.append(stood.line)
    assert len(used) == len(set(used))


@given(texts, st.booleans())
def test_what_did_not_change_stands_where_it_stood(lines: list[str], ended: bool) -> None:
    data = joined(lines, ended)
    found = Edit(data, data)
    assert [found.before(n) for n in range(1, 5)] == [(n, None) for n in range(1, 5)]
    assert list(found.fresh()) == list(found.gone()) == []
