"""Why-questions that the story does not ask: what a commit did is found, whoever asks however."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minekvm.analyses.why import Asked, why
from minekvm.clone.clone import open_clone
from minekvm.core.why.model import Answer
from minekvm.errors import UnknownSymbol
from support.quotes import assert_quotes_stand
from support.repos import Repo


class Asking:
    """A repository in which `ask` gives an answer and `keys` its commits by their subjects."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo

    def ask(self, question: str) -> Answer:
        with open_clone(self.repo.path) as clone:
            found = why(clone, Asked(question))
            assert_quotes_stand(clone.location.git_dir, found)
            return found

    def keys(self, question: str) -> list[str]:
        found = self.ask(question)
        return [found.commits[c].subject for c in found.key_commits]


@pytest.fixture
def asking(repo: Repo) -> Iterator[Asking]:
    yield Asking(repo)


def body(name: str, *calls: str, head: str = "void") -> str:
    lines = "".join(f"\t{call}();\n" for call in calls)
    return f"{head} {name}(void)\n{{\n{lines}}}\n\n"


LONG = body("show_it", "one", "two", "three", "four", "five", "six", "seven")


def test_a_move_within_a_file(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("f_f", "one") + LONG + body("h_h", "two")})
    asking.repo.commit("down", {"a.c": LONG + body("f_f", "one") + body("h_h", "two")})
    assert asking.keys("why was f_f moved?") == ["down"]
    assert asking.keys("why was f_f moved down?") == ["down"]
    assert asking.keys("why was f_f moved below show_it") == ["down"]
    assert asking.keys("why was f_f moved below h_h") == []
    assert asking.keys("why was show_it moved") == []
    (first, *_) = asking.ask("why was f_f moved?").claims
    assert first.text.endswith("moved f_f() within a.c, after show_it() and before h_h()")
    assert first.grade == "observed"


def test_a_move_that_went_the_other_way_is_told(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("f_f", "one") + LONG, "b.c": body("h_h", "two")})
    asking.repo.commit("over", {"a.c": LONG, "b.c": body("h_h", "two") + body("f_f", "one")})
    assert asking.keys("why did f_f move from a.c to b.c") == ["over"]
    answer = asking.ask("why did f_f move from b.c to a.c")
    assert answer.confidence == "none"
    assert not answer.key_commits
    assert "it went the other way in " in answer.lead
    assert '"over"' in answer.lead


def test_of_a_file_that_is_named_something_is_told_however_unsure(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("f_f", "one") + LONG})
    for nth in range(8):
        asking.repo.commit(f"another {nth}", {f"lib/more{nth}.c": body(f"n_{nth}", "one")})
    asking.repo.commit("reach", {"lib/aside.c": body("h_h", "two")})
    for nth in range(8):
        text = body("h_h", "two", *["more"] * (nth + 1))
        asking.repo.commit(f"edit {nth}", {"lib/aside.c": text})
    answer = asking.ask("what is lib/aside.c for")
    assert answer.confidence != "none"
    assert answer.commits[answer.key_commits[0]].subject == "reach"
    assert asking.ask("what is the penguin for").confidence == "none"


def test_of_moves_within_a_function_those_into_the_order_asked_about(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("run", "go_in", "one", "two", "three", "four")})
    asking.repo.commit("past two", {"a.c": body("run", "one", "two", "go_in", "three", "four")})
    asking.repo.commit("past four", {"a.c": body("run", "one", "two", "three", "four", "go_in")})
    assert asking.keys("why did go_in move after four() in run()") == ["past four"]
    assert asking.keys("why did go_in move in run()") == ["past four"]


def test_a_call_that_one_commit_adds_elsewhere_is_told_where_no_move_is(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("run", "one", "two")})
    asking.repo.commit("early", {"a.c": body("run", "go_in", "one", "two")})
    assert asking.keys("why was the call of go_in moved in run()") == ["early"]


def test_a_name_begins_where_something_is_renamed_to_it(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": LONG})
    asking.repo.commit("new name", {"a.c": LONG.replace("show_it", "show_all")})
    asking.repo.commit("call", {"b.c": body("run", "show_all")})
    assert asking.keys("why was show_all introduced") == ["new name"]


def test_a_namesake_that_is_gone_is_found_beside_one_that_stands(asking: Asking) -> None:
    mine = LONG.replace("void show_it", "static void show_it")
    other = body("show_it", "eight", "nine", head="static int")
    asking.repo.commit("begin", {"a.c": other, "b.c": mine + body("run", "show_it")})
    asking.repo.commit("drop one", {"b.c": body("run", "other")})
    assert asking.keys("why was show_it removed") == ["drop one"]


def test_what_gives_way_to_something_at_another_place(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("run", "old_way", "one", "two")})
    asking.repo.commit("over", {"a.c": body("run", "one", "two", "new_way")})
    assert asking.keys("why was old_way replaced by new_way in run()") == ["over"]


def test_no_file_that_is_renamed_made_a_function_call_another(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": LONG + body("run", "one")})
    asking.repo.commit("call it", {"a.c": LONG + body("run", "one", "go_in")})
    asking.repo.commit("rename", {"a.c": None, "b.c": LONG + body("run", "one", "go_in")})
    assert asking.keys("why does run call go_in?") == ["call it"]


def test_a_variable_is_told_by_what_changed_it(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": "int the_state;\n" + body("run", "one")})
    asking.repo.commit("drop it\n\nIt is no longer needed.\n", {"a.c": body("run", "one")})
    found = asking.ask("why is the_state gone?")
    assert [found.commits[c].subject for c in found.key_commits] == ["drop it"]
    assert [claim.grade for claim in found.claims] == ["observed", "stated"]
    assert found.lead.endswith("because \u201cIt is no longer needed.\u201d")


def test_a_variable_that_was_always_there_was_not_added(asking: Asking) -> None:
    both = "int the_state;\n" + body("run", "one")
    asking.repo.commit("begin", {"a.c": both})
    asking.repo.commit("edit", {"a.c": both.replace("int the", "long the")})
    asking.repo.commit("new", {"b.c": "int its_state;\n"})
    assert asking.keys("why was its_state added?") == ["new"]
    assert asking.keys("why was its_state changed?") == ["new"]
    first = asking.ask("why was the_state added?")
    assert "this history begins with it" in first.gaps[0].why


def test_a_bare_file_name_is_first_of_all_the_file_of_that_path(asking: Asking) -> None:
    asking.repo.commit("begin", {name: body("run", "go_in") for name in ("a.c", "b/a.c")})
    asking.repo.commit("below", {"b/a.c": body("run", "one")})
    asking.repo.commit("above", {"a.c": body("run", "one")})
    assert asking.keys("why did a.c stop calling go_in") == ["above"]
    assert asking.keys("why did b/a.c stop calling go_in") == ["below"]


def test_what_was_split_is_not_what_something_else_was_split_into(asking: Asking) -> None:
    whole = LONG.replace("show_it", "show_all")
    asking.repo.commit("begin", {"a.c": whole})
    asking.repo.commit("wrap", {"a.c": LONG + body("show_all", "show_it")})
    inner = LONG.replace("show_it", "show_part")
    wrapped = inner + body("show_it", "show_part") + body("show_all", "show_it")
    asking.repo.commit("wrap again", {"a.c": wrapped})
    assert asking.keys("why was show_it split") == ["wrap again"]


def test_a_librarys_function_needs_no_underscore(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("run", "one", "random")})
    asking.repo.commit("portable", {"a.c": body("run", "one", "rand")})
    assert asking.keys("why was random replaced by rand in a.c?") == ["portable"]


def test_a_function_that_is_new_calls_much_that_is_no_news(asking: Asking) -> None:
    asking.repo.commit("helper", {"h.c": body("help_it", "one")})
    asking.repo.commit("user", {"a.c": body("run", "help_it", "go_in")})
    assert asking.keys("why did run start calling go_in") == ["user"]


def test_a_static_function_of_another_file_made_nothing_possible(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("run", "go_in", "one", "two")})
    asking.repo.commit("other's", {"b.c": body("help_it", "one", head="static void")})
    asking.repo.commit("over", {"a.c": body("run", "help_it", "one", "two")})
    assert asking.keys("why was go_in replaced in run()") == ["over"]


def test_a_call_whose_line_stayed_when_a_function_was_taken_out_around_it(asking: Asking) -> None:
    parts = ["one", "two", "three", "go_in", "four", "five"]
    asking.repo.commit("begin", {"a.c": body("set_up", *parts) + body("other", "six")})
    both = body("set_up_first", *parts[:2]) + body("set_up_last", *parts[2:])
    whole = body("set_up", "set_up_first", "set_up_last")
    asking.repo.commit("divide", {"a.c": both + whole + body("other", "six")})
    assert asking.keys("why did set_up_last start calling go_in") == ["divide"]


def test_an_order_is_told_by_what_the_function_itself_did(asking: Asking) -> None:
    asking.repo.commit("begin", {"a.c": body("run_it", "one", "go_in") + body("b_b", "two")})
    new = body("run_it", "one", "go_in", "come_out") + body("b_b", "two", "go_in")
    asking.repo.commit("order", {"a.c": new})
    found = asking.ask("why does run_it call go_in before come_out")
    assert "run_it()" in found.claims[0].text
    assert "b_b()" not in found.claims[0].text


def test_what_a_call_was_wrapped_in_is_no_place(asking: Asking) -> None:
    def run(inner: str) -> str:
        return LONG + f"int run_it(struct ring *r)\n{{\n\tstart(r);\n\treturn {inner};\n}}\n"

    asking.repo.commit("begin", {"a.c": run("ring_len(r)")})
    asking.repo.commit("once", {"a.c": run("READ_ONCE_OF(ring_len(r))")})
    asking.repo.commit("other", {"b.c": body("drain", "READ_ONCE_OF")})
    for question in (
        "why was ring_len wrapped in READ_ONCE_OF in run_it?",
        "why did run_it wrap ring_len in READ_ONCE_OF",
        "why is ring_len wrapped in READ_ONCE_OF",
    ):
        assert asking.keys(question) == ["once"], question


def test_a_field_and_an_option_that_are_named_in_full(asking: Asking) -> None:
    header = "struct vcpu {\n\tint id;\n\tint mode;\n};\nstruct other {\n\tint mode;\n};\n"
    use = "int reader(struct other *o)\n{\n\treturn o->mode;\n}\n"
    repo = asking.repo
    repo.commit("begin", {"vcpu.h": "struct vcpu {\n\tint id;\n};\n", "Kconfig": "config A\n"})
    repo.commit("vcpu: remember the mode", {"vcpu.h": header.partition("struct other")[0]})
    repo.commit("other: have a mode", {"vcpu.h": header, "a.c": use})
    wider = header.replace("int mode;\n};\nstruct other", "u64 mode;\n};\nstruct other")
    repo.commit("vcpu: room for flags", {"vcpu.h": wider})
    repo.commit("other: mode mode mode", {"a.c": use.replace("o->mode", "o->mode + o->mode")})
    repo.commit("offer fast", {"Kconfig": "config A\n\nconfig FAST\n\tbool\n"})
    assert asking.keys("why was field vcpu.mode changed") == ["vcpu: room for flags"]
    assert asking.keys("why was vcpu.mode added") == ["vcpu: remember the mode"]
    assert asking.keys("why was CONFIG_FAST added") == ["offer fast"]
    with pytest.raises(UnknownSymbol):
        asking.ask("why was CONFIG_SLOW added")
