"""Questions in words, read by rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.why.reading import FORMS, Reading, asked, is_path, read
from minekvm.core.why.verbs import VERBS


class Known:
    """A clone that knows some symbols, places and releases."""

    def __init__(self, *symbols: str, places: str = "", releases: str = "") -> None:
        self.symbols, self.places, self.releases = symbols, places.split(), releases.split()

    def is_symbol(self, word: str) -> bool:
        return word in self.symbols

    def is_code(self, word: str) -> bool:
        return word in self.symbols

    def is_place(self, word: str) -> bool:
        return word in self.places

    def is_path(self, word: str) -> bool:
        return word != "area/trace"

    def is_release(self, word: str) -> bool:
        return word in self.releases


def one(text: str, known: Known | None = None) -> Reading:
    (found,) = read(text, known)
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
why was f_b factored out of f_a = why: f_b split out of f_a
why 87fa7f3e98a1 = the reasons of commit 87fa7f3e98a1
how come go_in disappeared? = why: go_in removed
why isn't go_in called in a/b.c any more = why: calls of go_in in a/b.c
why was go_in moved down? = why: go_in moved within its file
why was g_b wrapped in h_c in f_a? = why: g_b guarded in f_a; with h_c
why is the call of g_b() wrapped into an h_c() in f_a() = why: calls of g_b guarded in f_a; with h_c
why was g_b surrounded by h_c in f_a = why: g_b guarded in f_a; with h_c
why did f_a wrap the g_b in h_c? = why: g_b guarded in f_a; with h_c
why is g_b wrapped in h_c = why: g_b guarded; with h_c
why is g_b guarded in f_a = why: g_b guarded in f_a
why does f_a call g_b rather than h_c = why: h_c replaced by g_b in f_a
why did g_b leave f_a for h_c = why: g_b moved out of f_a into h_c
In f_a, g_b gave way to h_c. Why? = why: g_b replaced by h_c in f_a
f_a had a case for X710, why was it dropped = why: f_a removed; with X710; search words: case
why does f_a wait, and what was wrong = why: f_a became; search words: wrong
why was LIMIT_IT lowered to 16 = why: LIMIT_IT changed; search words: 16
what is a_field in struct queue = why: a_field added in queue
why was g_b_c moved in July 2013 = why: g_b_c moved; time: 2013-07
why did go_in vanish from the queue test = why: go_in removed; search words: queue, test
why do the queue tests use a folder = why: what was calls; search words: queue, tests, folder
why did a deleted entry turn to a note = why: what was became; search words: deleted, entry, note
why is f_a only a wrapper = why: f_a deprecated; search words: wrapper
why was f_a renamed f_b = why: f_a renamed into f_b
why is the argument of f_a not called size = why: f_a renamed; search words: argument, size
why does f_a set it and not take it over = why: f_a became
why were static inline stubs taken away = why: what was removed; search words: static, inline, stubs
why was commit 87fa7f3e98a1 needed? = the reasons of commit 87fa7f3e98a1
"""


@pytest.mark.parametrize(("text", "told"), [r.split(" = ") for r in READ.strip().splitlines()])
def test_forms_are_read(text: str, told: str) -> None:
    assert one(text).line == told


def test_a_plain_word_is_a_symbol_where_the_clone_says_so() -> None:
    found = one("why was prefixcmp removed", Known("prefixcmp"))
    assert (found.subject, found.content) == ("prefixcmp", ())
    assert one("why was prefixcmp removed").content == ("prefixcmp",)
    named = one("why was strbuf removed from f_f", Known("strbuf"))
    assert (named.names, named.content) == (("f_f",), ("strbuf",))


def test_every_word_has_a_fate() -> None:
    text = "why does powerpc flush the cache before go_in in a/b.c since 2019 or v5.4"
    found = one(text, Known(places="powerpc", releases="v5.4"))
    fates = {word.text: word.fate for word in found.words}
    assert fates == {
        **dict.fromkeys(("why", "does", "the", "or"), "grammar"),
        **dict.fromkeys(("before", "in"), "relation"),
        **dict.fromkeys(("flush", "cache"), "content"),
        **dict.fromkeys(("2019", "v5.4"), "time"),
        "powerpc": "place",
        "go_in": "symbol",
        "a/b.c": "path",
        "since": "grammar",
    } | {word: fates[word] for word in fates if fates[word] == "verb"}
    assert found.before == "go_in"
    assert found.times == ("2019", "v5.4")
    assert found.places == ("powerpc",)
    for word in ("powerpc", "flush", "cache", "go_in", "a/b.c", "2019", "v5.4"):
        assert word in found.line


def test_it_is_what_the_question_before_was_about() -> None:
    first, second = read("why did trace_a move out of wait_b, and why could it move back?")
    assert (first.subject, first.back) == ("trace_a", False)
    assert (second.subject, second.back, second.possible) == ("trace_a", True, True)
    assert read("why could it move back") == ()


def test_words_that_name_nothing_are_searched_for() -> None:
    found = one("why was go_in split yesterday by mistake")
    assert found.content == ("yesterday", "mistake")
    assert "search words: yesterday, mistake" in found.line


def test_several_symbols_are_all_kept() -> None:
    found = one("why do go_in and go_out exist")
    assert found.symbols == ("go_in", "go_out")
    assert "go_out" in found.line


def test_symbols_are_named_once_and_paths_are_none() -> None:
    found = one("why did go_in move from f_a to include/linux/b.h")
    assert found.symbols == ("go_in", "f_a")
    assert is_path("include/linux/b.h")
    assert is_path("b.h")
    assert is_path("arch/x86")
    assert not is_path("go_in")


@pytest.mark.parametrize("text", ["", "???", "why", "and why", "why is it so"])
def test_what_names_nothing_is_no_question(text: str) -> None:
    assert read(text) == ()


def test_a_symbol_with_a_verb_is_a_question() -> None:
    found = asked("go_in", "split")
    assert (found.verb, found.subject, found.symbols) == ("split", "go_in", ("go_in",))
    assert asked("go_in", "calls").called == "go_in"


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("why does f_f leave the lock", "became"),
        ("why are the calls of go_in guarded by a check", "guarded"),
        ("why does f_f take the mutex", "calls"),
        ("why did f_f lose its argument", "removed"),
        ("why was f_f made public", "exposed"),
        ("why did the error in f_f turn into a warning", "became"),
        ("what is f_f good for", "added"),
        ("why was the call of f_f moved under an if", "moved"),
    ],
)
def test_many_words_ask_for_a_verb(text: str, verb: str) -> None:
    assert one(text).verb == verb


def test_what_code_does_is_not_what_was_done_to_it() -> None:
    assert one("why does f_f remove the entry").verb == "became"
    assert one("why did f_f remove the entry").verb == "removed"
    assert one("why does f_f remove the entry").content == ("remove", "entry")


def test_what_is_said_to_have_come_and_gone_has_a_sign() -> None:
    signs = one("why did f_f turn from a_list into a_table").signs
    assert (signs["a_list"], signs["a_table"]) == (-1, 1)
    assert one("why is there no lock around f_f").signs["lock"] == -1
    assert one("why was f_f moved out of g_g").signs["f_f"] == -1
    assert one("why was f_f split").signs == {"f_f": 0}


def test_every_form_that_is_advertised_is_read() -> None:
    for form in FORMS:
        plain = form.split(" | ")[0].replace("[", "").replace("]", "")
        for letter, name in (("COMMIT", "87fa7f3e98a1"), ("X", "x_x"), ("Y", "y_y"),
                             ("F", "f_f"), ("G", "g_g")):  # fmt: skip
            plain = plain.replace(letter, name)
        assert read(plain)


@given(st.text(max_size=200))
def test_any_text_is_read_or_not_but_never_breaks(text: str) -> None:
    for question in read(text, Known(text)):
        assert question.verb in VERBS
        assert question.line
        assert "".join(w.text for w in question.words)
