"""Diffs as facts, what two versions do differently, and the ladder that tells patches apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.mail.diffs import diff_start, differences, facts, files, sketch
from minekvm.core.mail.matching import LEAST, judge, likeness, same_author, title_likeness
from minekvm.core.mail.model import Difference, FileFacts, Patch

TWO = """\
diff --git a/kvm/x86.c b/kvm/x86.c
index 0efc787..014440e 100644
--- a/kvm/x86.c
+++ b/kvm/x86.c
@@ -10,7 +10,8 @@ static int vcpu_enter_guest(struct kvm_vcpu *vcpu)
 \tpreempt_disable();
-\ttrace_kvm_entry(vcpu->vcpu_id);
+\tguest_timing_enter_irqoff();
+\ttrace_kvm_entry(vcpu->vcpu_id);
 }
\x20
-int other(void)
+int another(void)
 {
diff --git a/kvm/new.h b/kvm/new.h
new file mode 100644
index 0000000..89abcde
--- /dev/null
+++ b/kvm/new.h
@@ -0,0 +1 @@
+#define NEW 1
\\ No newline at end of file
"""


def test_files_functions_and_blobs() -> None:
    assert facts(files(TWO)) == (
        FileFacts("kvm/x86.c", "0efc787", "014440e", ("vcpu_enter_guest", "other", "another")),
        FileFacts("kvm/new.h", "0000000", "89abcde", ()),
    )


def test_diffs_that_are_not_from_git() -> None:
    plain = (
        "--- linux.orig/kvm/x.c\t2022-01-01\n+++ linux/kvm/x.c\t2022-01-02\n@@ -1 +1 @@\n-a\n+b\n"
    )
    assert [f.path for f in files(plain)] == ["kvm/x.c"]
    assert diff_start(f"words\n{plain}") == 6
    assert diff_start("---\n a | 2 +-\n") == -1
    assert diff_start("> diff --git a/x b/x\n") == -1


def test_a_hunk_that_a_mail_program_broke_ends_where_the_next_begins() -> None:
    broken = TWO.replace("preempt_disable();\n", "preempt_\ndisable();\n").replace(" }\n \n", "")
    assert [f.path for f in files(broken)] == ["kvm/x86.c", "kvm/new.h"]


@given(st.text(max_size=800), st.integers(0, len(TWO)))
def test_no_text_makes_the_diff_reader_fail(noise: str, cut: int) -> None:
    for text in (noise, TWO[:cut] + noise, TWO[:cut] + noise + TWO[cut:]):
        found = files(text)
        facts(found)
        sketch(found)
        assert list(differences(found, found)) == []


def test_what_a_later_version_does_otherwise() -> None:
    later = TWO.replace("+\ttrace_kvm_entry(vcpu->vcpu_id);", "+\ttrace_kvm_enter(vcpu);")
    assert list(differences(files(TWO), files(later))) == [
        Difference(
            "kvm/x86.c",
            "vcpu_enter_guest",
            ("+\ttrace_kvm_entry(vcpu->vcpu_id);",),
            ("+\ttrace_kvm_enter(vcpu);",),
        )
    ]


def test_white_space_and_a_function_that_one_side_does_not_tell_are_no_difference() -> None:
    other = TWO.replace("guest_timing_enter_irqoff()", "guest_timing_enter_irqoff ( )")
    assert list(differences(files(TWO), files(other))) == []
    untold = TWO.replace(" static int vcpu_enter_guest(struct kvm_vcpu *vcpu)", "")
    assert list(differences(files(TWO), files(untold))) == []


def patch(diff: str = TWO, **told: object) -> Patch:
    parsed = files(diff)
    usual = Patch("id", "kvm: enter it", "A. Uthor", "a@x.org", 1_000_000)
    usual = replace(usual, files=facts(parsed), lines=sketch(parsed))
    return replace(usual, **told)  # type: ignore[arg-type]


def rule(a: Patch, b: Patch) -> str:
    found = judge(a, b)
    return found.rule.partition(":")[0] if found is not None else ""


NO_BLOBS = "".join(x for x in TWO.splitlines(keepends=True) if not x.startswith("index ")).replace(
    "index 0000000..89abcde\n", ""
)
REWORKED = NO_BLOBS.replace("+\tguest_timing_enter_irqoff();\n", "+\tguest_enter_irqoff();\n")
OTHER = """\
diff --git a/net/y.c b/net/y.c
--- a/net/y.c
+++ b/net/y.c
@@ -1,2 +1,2 @@ int send(void)
-	queue_the_packet(now);
+	queue_the_packet(later);
"""


def test_the_rungs_in_their_order() -> None:
    known = replace(patch(), patch_id="ab12")
    assert rule(known, known) == "equal patch-id"
    assert rule(patch(), patch(subject="other")) == "same base and result blobs"
    assert rule(patch(NO_BLOBS), patch(REWORKED)) == "same author and subject"
    assert rule(patch(NO_BLOBS), patch(REWORKED, subject="x")) == "same author and date"
    renamed = patch(REWORKED, email="b@y.org", author="B. Ob", seconds=2_000_000)
    assert rule(patch(NO_BLOBS), renamed) == "same subject"
    assert rule(patch(NO_BLOBS), patch(REWORKED, subject="x", seconds=9)) == "reworked"


def test_what_is_no_match() -> None:
    assert judge(patch(NO_BLOBS), patch(OTHER, subject="net: send it", seconds=9)) is None
    # One subject for different changes by different people, as "Fix typos" is.
    assert judge(patch(NO_BLOBS), patch(OTHER, email="b@y.org", author="B. Ob")) is None
    # A few lines that others write as well, under a subject of their own.
    others = patch(NO_BLOBS, subject="x", email="b@y.org", author="B. Ob", seconds=9)
    assert judge(patch(NO_BLOBS), others) is None
    # The same lines for another machine.
    sibling = patch(NO_BLOBS.replace("kvm/", "arm/"), subject="arm: enter it", seconds=9)
    assert judge(patch(NO_BLOBS), sibling) is None
    nothing = Patch("", "", "", "", 0)
    assert judge(nothing, nothing) is None


def test_many_lines_or_much_the_same_subject_make_up_for_another_author() -> None:
    others = patch(NO_BLOBS, subject="kvm: enter it late", email="b@y.org", author="B. Ob")
    assert rule(patch(NO_BLOBS), others) == "reworked"
    many, few = frozenset(range(12)), frozenset(range(8))
    writer = replace(others, subject="x", lines=many)
    assert rule(patch(NO_BLOBS, lines=many), writer) == "reworked"
    assert judge(patch(NO_BLOBS, lines=few), replace(writer, lines=few)) is None


def test_a_blob_that_differs_is_no_equal_blob() -> None:
    other = patch(TWO.replace("014440e", "0144401"), subject="x", seconds=9)
    assert rule(patch(), other) == "reworked"


def test_the_surer_the_rung_the_higher_the_score() -> None:
    found = [
        judge(patch(NO_BLOBS), other)
        for other in (
            patch(NO_BLOBS),
            patch(REWORKED),
            patch(REWORKED, subject="kvm: enter it now", seconds=9),
            patch(REWORKED, subject="kvm: enter it now", seconds=9, email="b@y.org", author="B"),
        )
    ]
    scores = [m.score for m in found if m is not None]
    assert scores == sorted(scores, reverse=True)
    assert all(LEAST <= s <= 1 for s in scores)


@given(st.frozensets(st.integers(0, 9)), st.frozensets(st.integers(0, 9)))
def test_likeness_is_a_share_and_has_no_direction(a: frozenset[int], b: frozenset[int]) -> None:
    one, other = patch(lines=a), patch(lines=b)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)
    assert (likeness(one, other) == 1) == (a == b and bool(a))


def test_people_and_titles() -> None:
    assert same_author(patch(email="A@X.org", author=""), patch(author="someone"))
    assert same_author(patch(author="Uthor, A.", email="1"), patch(email="2"))
    assert not same_author(patch(author="", email=""), patch(author="", email=""))
    assert title_likeness("kvm: enter it", "KVM: Enter it.") == 1
    assert title_likeness("kvm: enter it", "net: send all") == 0
    assert 0 < title_likeness("kvm: x86: enter it", "kvm: enter it late") < 1
