"""Sentences of reviews: at their lines, and weighed by what the next version did."""

from __future__ import annotations

import pytest

from minekvm.core.mail.model import Difference, Mail, Match, Patch, Reply, Thread, Version
from minekvm.core.mail.replies import read_answer
from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reviews import opinions

TEXT = """\
> +	trace_enter(cpu);

Hello there, nice day.
A tracepoint must not stand here, because RCU is not watching
after guest_enter().

> +	cpu->trace_delta = 1;

Please drop trace_delta, otherwise somebody traces it twice.
"""


def mail(id_: str, author: str) -> Mail:
    return Mail(
        id_, (), "2022-04-26T00:00:00+00:00", "", "patch", "", Patch(id_, "x", author, "", 1)
    )


def thread(author: str = "Reviewer", *changed: Difference) -> Thread:
    version = Version(mail("v1", "Author"), Match("rule", 1.0), changed)
    answer = read_answer(TEXT)
    reply = Reply(mail("r1", author), 0, "v1", "patch", answer.remarks, answer.trailers)
    return Thread("v1", None, None, "x", (), (version,), (reply,), (), {}, ())


ABOUT = {"guest_enter", "trace_delta"}
FIRST = "A tracepoint must not stand here, because RCU is not watching\nafter guest_enter()."
SECOND = "Please drop trace_delta, otherwise somebody traces it twice."


def test_the_sentences_that_say_why_stand_at_their_lines() -> None:
    found = opinions(thread(), Sought(ABOUT))
    assert [(o.sentence.first, o.sentence.last, o.sentence.quote) for o in found] == [
        (4, 5, FIRST),
        (9, 9, SECOND),
    ]
    lines = TEXT.split("\n")
    for opinion in found:
        said = opinion.sentence
        assert said.quote in "\n".join(lines[said.first - 1 : said.last])


def test_what_names_nothing_in_question_counts_where_it_was_heeded() -> None:
    change = Difference("x.c", "enter", ("+\tcpu->trace_delta = 1;",), ())
    assert opinions(thread(), Sought({"elsewhere"})) == ()
    (heeded,) = opinions(thread("Reviewer", change), Sought({"elsewhere"}))
    assert (heeded.sentence.quote, heeded.heeded) == (SECOND, "enter")
    assert opinions(thread("Author", change), Sought({"elsewhere"})) == ()
    named = Difference("x.h", "", ("-\tint trace_delta;",), ())
    assert [o.heeded for o in opinions(thread("Reviewer", named), Sought(()))] == ["x.h"]
    weights = [opinions(t, Sought(ABOUT))[1].weight for t in (thread("Reviewer", change), thread())]
    assert weights[0] > weights[1]


@pytest.mark.parametrize(
    "aside", ["[1/2] kvm: must not fail", "Must guest_enter() fail?", "Otherwise looks good, kvm."]
)
def test_asides_are_no_reasons(aside: str) -> None:
    answer = read_answer(f"{aside}\n")
    reply = Reply(mail("r1", "B"), 0, "v1", "patch", answer.remarks, ())
    version = Version(mail("v1", "Author"), Match("rule", 1.0))
    found = Thread("v1", None, None, "x", (), (version,), (reply,), (), {}, ())
    assert opinions(found, Sought({"guest_enter", "kvm"})) == ()


def test_a_discussion_without_reasons_gives_none() -> None:
    quiet = Reply(mail("r1", "B"), 0, "v1", "patch", read_answer("Applied, thanks.\n").remarks, ())
    version = Version(mail("v1", "Author"), Match("rule", 1.0))
    assert (
        opinions(Thread("v1", None, None, "x", (), (version,), (quiet,), (), {}, ()), Sought())
        == ()
    )
