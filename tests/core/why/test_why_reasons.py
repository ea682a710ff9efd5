"""Sentences of messages, verbatim at their lines, and which of them give a reason."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reasons import judged, opening, ranked, reasons
from minekvm.core.why.sentences import sentences, subject
from minekvm.core.why.words import names, stem

MESSAGE = """\
kvm: delay the trace to after the exit

commit 0123456789abcdef0123456789abcdef01234567 upstream.

wait_lapic() has to stand above enter_guest() for one
reason only: the tracepoint inside it. trace_wait() uses RCU, e.g. in its
probes. It is blue.

 - first, move it. Then trace it, because
   RCU watches again.
 - No functional change intended.

    [   12.3] Call Trace: because of this

x86 was taught in these commits:

  87fa7f3e98a1 ("x86/kvm: Move context tracking, because")

It could {enter,leave}_guest() since then.

Fixes: 87fa7f3e98a1 ("because")
Signed-off-by: A <a@example.org>
"""


def test_sentences_keep_their_lines_and_leave_out_what_is_no_prose() -> None:
    assert [(s.first, s.last, s.text) for s in sentences(MESSAGE)] == [
        (5, 6, "wait_lapic() has to stand above enter_guest() for one reason only: "
               "the tracepoint inside it."),
        (6, 7, "trace_wait() uses RCU, e.g. in its probes."),
        (7, 7, "It is blue."),
        (9, 9, "first, move it."),
        (9, 10, "Then trace it, because RCU watches again."),
        (11, 11, "No functional change intended."),
        (15, 15, "x86 was taught in these commits:"),
        (19, 19, "It could {enter,leave}_guest() since then."),
    ]  # fmt: skip
    assert subject(MESSAGE).quote == "kvm: delay the trace to after the exit"


def test_a_reason_is_preferred_to_what_only_tells_what_was_done() -> None:
    best = reasons(MESSAGE, Sought({"enter_guest"}))[0]
    assert best.sentence.first == 5
    assert best.names
    first = opening("subject\n\nIt is blue. It is round.\n")
    assert first is not None
    assert first.text == "It is blue."


def test_what_the_question_asks_for_weighs_more() -> None:
    message = "s\n\nThe table is too short for a_a(). The lock is too slow for b_b().\n"
    first, second = (
        next(r for r in ranked(message, Sought({name})) if r.names).sentence.text
        for name in ("a_a", "b_b")
    )
    assert (first[:9], second[:8]) == ("The table", "The lock")
    plain, asked = (
        {r.sentence.text: r.weight for r in ranked(message, sought)}[second]
        for sought in (Sought(), Sought({"b_b"}))
    )
    assert asked > plain


def test_the_subject_is_a_sentence_too() -> None:
    (only,) = reasons("builtins: print a dot to match dash", Sought())
    assert (only.sentence.first, only.sentence.quote) == (1, "builtins: print a dot to match dash")


def test_asides_weigh_less() -> None:
    message = "s\n\nThe lock must go because it is slow. (While at it, f() goes.)\n"
    assert ranked(message, Sought())[0].sentence.text.startswith("The lock")


@pytest.mark.parametrize(
    "message",
    [
        "net/abc: rename the queue helpers",
        "net/abc: add queue statistics\n\nAdd queue statistics to the driver.\n",
        "lib: convert to the list API\n\nConvert the argument and the result. Update callers.\n",
    ],
)
def test_a_message_that_only_tells_what_was_done_gives_no_reason(message: str) -> None:
    assert reasons(message, Sought()) == ()


@pytest.mark.parametrize(
    "message",
    [
        "net/abc: remove the unused helper",
        "net/abc: free the ring\n\nThe ring was leaked when the queue could not be set up.\n",
        "lib: move f() to its own file\n\nThis prepares for a second user in the next commit.\n",
        "patch 7\n\nProblem:  Completion is wrong.\nSolution: Check the length.\n",
    ],
)
def test_a_need_a_trouble_or_a_purpose_is_a_reason(message: str) -> None:
    (best, *_) = reasons(message, Sought())
    assert not best.sentence.text.startswith("Check")


def test_the_chances_of_a_messages_sentences_are_those_of_its_giving_a_reason() -> None:
    gives, every = judged(MESSAGE, Sought())
    assert math.isclose(sum(r.weight for r in every), gives)
    assert 0 < gives < 1


def test_what_is_no_prose_is_no_sentence() -> None:
    message = """\
area: do it since
  the subject is broken

    git-svn-id: svn://x/trunk@1 aaaa
Originally committed as revision 3 to svn://x/trunk

Author: A. Uthor
Discussion: https://example.org/because

The queue is fuller since
#12 was merged, so we wait.

#0  0x00007f in because (a=1) at b.c:12
#1  main () at c.c:3

> quoted because of mail

        if (x)
                return because;

[ me: rebased because of that ]
Tested-by: B <b@example.org>
"""
    assert subject(message).last == 2
    assert [(s.first, s.text) for s in sentences(message)] == [
        (10, "The queue is fuller since #12 was merged, so we wait.")
    ]


def test_keys_with_sentences_are_prose() -> None:
    message = "patch 1\n\nProblem:    The name is cut\n            too early. (A. Uthor)\n"
    assert sentences(message)[0].quote == "The name is cut\n            too early."


def test_a_colon_within_a_word_ends_no_key() -> None:
    message = "s\n\nPaths in the host:path form are read\nfrom the home folder.\n"
    assert [s.text for s in sentences(message)] == [
        "Paths in the host:path form are read from the home folder."
    ]


def test_forms_of_a_word_share_their_stem() -> None:
    for forms in ("move moves moved moving", "replace replaced replacing replacement",
                  "split splits splitting", "allocate allocated allocation"):  # fmt: skip
        assert len({stem(word) for word in forms.split()}) == 1
    assert stem("go_in") == "go_in"


def test_braces_abbreviate_names() -> None:
    assert {"guest_enter_irqoff", "guest_exit_irqoff"} <= names("add guest_{enter,exit}_irqoff()")
    assert "kvm_{" not in names("kvm_{")


@given(st.text(alphabet="aB.,:;()[]{}\n\t -_*0\u00e9\r'\"", max_size=300))
def test_every_quote_stands_at_its_place(body: str) -> None:
    message = f"subject\n\n{body}"
    lines = message.split("\n")
    before = (0, 0)
    for sentence in sentences(message):
        there = "\n".join(lines[sentence.first - 1 : sentence.last])
        assert sentence.quote in there
        assert sentence.quote.strip()
        assert before <= (sentence.first, sentence.last)
        before = (sentence.first, sentence.first)
    for reason in reasons(message, Sought({"a"})):
        assert reason.sentence in (subject(message), *sentences(message))


@given(st.text(max_size=400))
def test_any_message_is_read(message: str) -> None:
    for sentence in sentences(message):
        there = message.split("\n")[sentence.first - 1 : sentence.last]
        assert sentence.quote in "\n".join(there)


@pytest.mark.parametrize(
    "line",
    [
        "This reverts commit ae1cccaa0ae08ac6ced3bb1fb225065fc71bf65b.",
        "Reverts ae1cccaa0ae0",
        "2009-02-23  A. Uthor  <a@example.org>",
    ],
)
def test_what_is_no_sentence_is_no_reason(line: str) -> None:
    message = f"area: back to one lock\n\n{line}\n\nIt broke the build, as two are taken.\n"
    assert [s.text for s in sentences(message)] == ["It broke the build, as two are taken."]
