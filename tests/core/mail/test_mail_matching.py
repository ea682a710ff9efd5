"""Answers: remarks at their places, review trailers, and who answers whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.mail import threads as trees
from minekvm.core.mail.model import Mail, Patch
from minekvm.core.mail.replies import read_answer

ANSWER = """\
Hi Ann,

On Tue, Apr 26, 2022 at 01:25:51AM -0700, A. Uthor wrote:
> @@ -10,7 +10,8 @@ static int vcpu_enter_guest(struct kvm_vcpu *vcpu)
>  \tpreempt_disable();
> +\ttrace_kvm_entry(vcpu->vcpu_id);

This cannot stand here, because RCU is not
watching.

And once more:
> +\tsrcu_read_lock(&kvm->srcu);
No.

Reviewed-by: B. Ob <b@example.org>
Acked-by: C. Ee <c@example.org>

Cheers,
B.
--\x20
B. Ob
"""


def test_remarks_have_their_lines_and_what_they_are_about() -> None:
    found = read_answer(ANSWER)
    said = [(r.first, r.last, r.quote, r.about[-1:], r.function) for r in found.remarks]
    trace = ("+\ttrace_kvm_entry(vcpu->vcpu_id);",)
    assert said == [
        (8, 9, "This cannot stand here, because RCU is not\nwatching.", trace, "vcpu_enter_guest"),
        (11, 11, "And once more:", trace, "vcpu_enter_guest"),
        (13, 13, "No.", ("+\tsrcu_read_lock(&kvm->srcu);",), "vcpu_enter_guest"),
    ]
    assert found.trailers == (
        ("Reviewed-by", "B. Ob <b@example.org>"),
        ("Acked-by", "C. Ee <c@example.org>"),
    )


def test_a_quoted_trailer_is_not_given_again() -> None:
    assert read_answer("> Acked-by: B <b@x>\n\nThanks, all.\n").trailers == ()


def test_a_patch_below_an_answer_is_no_remark() -> None:
    found = read_answer(
        "How about this?\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert [r.quote for r in found.remarks] == ["How about this?"]


LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "> +a();", ">> b", "On Mon, X wrote:", "-- ", "Acked-by: A <a@b>"]),
        st.text(st.characters(exclude_characters="\n"), max_size=30),
    ),
    max_size=20,
)


@given(LINES)
def test_every_remark_stands_verbatim_at_its_place(lines: list[str]) -> None:
    for remark in read_answer("\n".join(lines)).remarks:
        assert "\n".join(lines[remark.first - 1 : remark.last]) == remark.quote
        assert remark.quote.strip()


def mail(id_: str, *references: str, at: int = 0) -> Mail:
    return Mail(id_, references, "", "", "reply", "", Patch(id_, "", "", "", at))


def below(root: str, *mails: Mail, stop: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    known = {m.id: m for m in mails}
    return [(m.id, n) for m, n in trees.below(root, known, trees.parents(known), stop)]


def test_answers_are_told_in_reading_order() -> None:
    a, b = mail("a"), mail("b", "a", at=1)
    late, c = mail("late", "a", at=9), mail("c", "a", "b", at=3)
    assert below("a", a, b, late, c) == [("b", 0), ("c", 1), ("late", 0)]
    assert below("a", a, b, late, c, stop=("b",)) == [("late", 0)]


def test_a_mail_that_is_not_here_is_bridged_by_the_references() -> None:
    assert below("a", mail("a"), mail("c", "a", "lost", at=1)) == [("c", 0)]


def test_loops_are_cut() -> None:
    a, b = mail("a", "b", at=1), mail("b", "a", at=2)
    assert below("b", a, b) == [("a", 0)]
    assert trees.loops({"a": a, "b": b}) == 1
    assert trees.loops({"a": mail("a"), "b": b}) == 0


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefg"), max_size=4)))
)
def test_whatever_mails_refer_to_each_is_told_once_at_most(
    drawn: list[tuple[str, list[str]]],
) -> None:
    mails = [mail(i, *(r for r in refs if r != i), at=n) for n, (i, refs) in enumerate(drawn)]
    known = {m.id: m for m in mails}
    up = trees.parents(known)
    tops = [i for i in known if i not in up]
    told = [i for top in tops for i, _ in below(top, *known.values())]
    assert sorted([*tops, *told]) == sorted(known)
