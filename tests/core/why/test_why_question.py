"""Questions in words, read by rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.why.question import FORMS, VERBS, Question, asked, is_path, read, reading


def one(text: str, *symbols: str) -> Question:
    (found,) = read(text, symbols.__contains__)
    return found


READ = """
why did trace_a move out of wait_b? = why: trace_a moved out of wait_b
why was the call of go_in moved from f_a to f_b = why: calls of go_in moved out of f_a into f_b
why could trace_a() move back into wait_b? = what made possible: trace_a moved into wait_b back
What made it possible to move trace_a into wait_b? = what made possible: trace_a moved into wait_b
why was go_in split = why: go_in split
why was go_in moved to include/linux/a.h = why: go_in moved into include/linux/a.h
why was go_in renamed to come_in? = why: go_in renamed into come_in
why is go_in deprecated = why: go_in deprecated
why does f_a call g_b before h_c = why: f_a calls g_b before h_c
why is g_b called after h_c in f_a? = why: f_a calls g_b after h_c
why did arch/mips stop calling go_in = why: calls of go_in in arch/mips
why is go_in no longer called in a/b.c = why: calls of go_in in a/b.c
why was g_b replaced by h_c in arch/x86? = why: g_b replaced by h_c in arch/x86
why did f_a switch from g_b to h_c = why: g_b replaced by h_c in f_a
why was f_b factored out of f_a = why: f_b added out of f_a
why 87fa7f3e98a1 = the reasons of commit 87fa7f3e98a1
how come go_in disappeared? = why: go_in removed
why isn't go_in called in a/b.c any more = why: calls of go_in in a/b.c
why was go_in moved down? = why: go_in moved within its file
why was commit 87fa7f3e98a1 needed? = the reasons of commit 87fa7f3e98a1
"""


@pytest.mark.parametrize(("text", "told"), [r.split(" = ") for r in READ.strip().splitlines()])
def test_forms_are_read(text: str, told: str) -> None:
    found = one(text)
    assert reading(found) == told
    assert found.unread == ()


def test_a_plain_word_is_a_symbol_where_the_clone_says_so() -> None:
    assert one("why was prefixcmp removed", "prefixcmp").subject == "prefixcmp"
    assert read("why was prefixcmp removed") == ()


def test_it_is_what_the_question_before_was_about() -> None:
    first, second = read("why did trace_a move out of wait_b, and why could it move back?")
    assert (first.subject, first.back) == ("trace_a", False)
    assert (second.subject, second.back, second.possible) == ("trace_a", True, True)
    assert read("why could it move back") == ()


def test_words_that_no_rule_reads_are_given_back() -> None:
    assert one("why was go_in split yesterday by mistake").unread == ("yesterday", "mistake")


def test_symbols_are_named_once_and_paths_are_none() -> None:
    found = one("why did go_in move from f_a to include/linux/b.h")
    assert found.symbols == ("go_in", "f_a")
    assert is_path("include/linux/b.h")
    assert is_path("b.h")
    assert is_path("arch/x86")
    assert not is_path("go_in")


@pytest.mark.parametrize("text", ["", "???", "who are you", "why", "and why"])
def test_what_names_nothing_is_no_question(text: str) -> None:
    assert read(text) == ()


def test_a_symbol_with_a_verb_is_a_question() -> None:
    assert asked("go_in", "split") == Question("why was go_in split?", "split", subject="go_in")


def test_every_form_that_is_advertised_is_read() -> None:
    for form in FORMS:
        plain = form.split(" | ")[0].replace("[", "").replace("]", "")
        for letter, name in (("COMMIT", "87fa7f3e98a1"), ("X", "x_x"), ("Y", "y_y"),
                             ("F", "f_f"), ("G", "g_g")):  # fmt: skip
            plain = plain.replace(letter, name)
        (found,) = read(plain)
        assert found.unread == ()
        assert found.symbols or found.commit


@given(st.text(max_size=200))
def test_any_text_is_read_or_not_but_never_breaks(text: str) -> None:
    for question in read(text, str.islower):
        assert question.verb in VERBS
        assert reading(question)
