"""Sentences of messages, verbatim at their lines, and which of them give a reason."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.why.reasons import names, opening, reasons
from minekvm.core.why.sentences import sentences, subject

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


def test_reasons_are_chosen_by_their_words_and_names() -> None:
    chosen = reasons(MESSAGE, {"enter_guest"})
    assert [r.sentence.first for r in chosen] == [5, 19]
    assert [r.names for r in chosen] == [True, True]
    assert reasons("subject\n\nIt is blue. It is round.\n", {"f"}) == ()
    first = opening("subject\n\nIt is blue. It is round.\n")
    assert first is not None
    assert first.text == "It is blue."


def test_what_the_question_asks_for_weighs_more() -> None:
    message = "s\n\nold_f() becomes a wrapper and is deprecated. It is round because of g().\n"
    plain = reasons(message, {"old_f"}, most=1)
    asked = reasons(message, {"old_f"}, verb="deprecated", most=1)
    assert plain[0].sentence.text == "It is round because of g()."
    assert asked[0].sentence.text == "old_f() becomes a wrapper and is deprecated."


def test_what_only_looks_like_a_reason_is_none() -> None:
    log = "=====\nWARNING: suspicious use because of f()\n-----\n"
    asides = "While we're at it, f() must go. Should f() go because of that?\n"
    assert reasons(f"s\n\n{asides}\n(Maybe f() must go.)\n\n{log}", {"f"}) == ()


def test_a_decision_counts_more_than_a_line_that_leads_in() -> None:
    message = "s\n\nIt is so. If you want a call, you must write:\n\nSo f() isn't doing anything.\n"
    assert [r.sentence.text for r in reasons(message, {"f"})] == ["So f() isn't doing anything."]


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
    for reason in reasons(message, {"a"}):
        assert reason.sentence in sentences(message)


@given(st.text(max_size=400))
def test_any_message_is_read(message: str) -> None:
    for sentence in sentences(message):
        there = message.split("\n")[sentence.first - 1 : sentence.last]
        assert sentence.quote in "\n".join(there)
