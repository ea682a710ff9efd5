"""What a question takes for granted is looked up in the code, and told where it is not so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from minekvm.analyses.why import Asked, why
from minekvm.clone.clone import open_clone
from minekvm.core.why.model import Answer
from support.repos import Repo


def body(name: str, *calls: str) -> str:
    lines = "".join(f"\t{call}();\n" for call in calls)
    return f"void {name}(void)\n{{\n{lines}}}\n\n"


STRUCT = "struct the_queue {\n\tint head;\n};\n\n"


@pytest.fixture
def asked(repo: Repo) -> Repo:
    """A history in which a call came, went for another, and a field came."""
    repo.commit("begin", {"a.c": STRUCT + body("run_it", "one", "old_way") + body("f_f", "two")})
    text = STRUCT + body("run_it", "one", "new_way") + body("f_f", "two")
    repo.commit("over to the new way", {"a.c": text})
    text = text.replace("\tint head;\n", "\tint head;\n\tint tail_mark;\n")
    repo.commit("mark the tail", {"a.c": text})
    text = text.replace("\ttwo();\n", "\ttwo();\n\tgo_in();\n")
    repo.commit("go in", {"a.c": text})
    two_way = body("one_way", "look", "go", "come")
    repo.commit("stay out", {"a.c": text.replace("\tgo_in();\n", ""), "way.c": two_way})
    repo.commit("two ways", {"way.c": two_way.replace("one_way", "two_way")})
    return repo


@contextmanager
def answers(repo: Repo, question: str) -> Iterator[Answer]:
    with open_clone(repo.path) as clone:
        yield why(clone, Asked(question))


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("why does struct the_queue have tail_mark", "mark the tail"),
        ("what is tail_mark in struct the_queue", "mark the tail"),
        ("why did run_it switch from old_way to new_way", "over to the new way"),
        ("why does run_it call new_way rather than old_way", "over to the new way"),
        ("why did f_f stop calling go_in", "stay out"),
        ("why did run_it move from old_way to new_way", "over to the new way"),
    ],
)
def test_what_was_so_is_answered(asked: Repo, question: str, subject: str) -> None:
    with answers(asked, question) as answer:
        assert [answer.commits[c].subject for c in answer.key_commits] == [subject]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("why did run_it switch from new_way to old_way", "it went the other way"),
        ("why does run_it call old_way rather than new_way", "it went the other way"),
        ("why was tail_mark taken out of the_queue", "it went the other way"),
        ("why were run_it and f_f merged", "run_it and f_f still stand, each by itself"),
        ("why was f_f turned into a macro", "no version of f_f is a macro"),
        ("why was two_way renamed one_way", "it went the other way"),
        ("why does f_f call new_way", "no version of f_f() has new_way"),
    ],
)
def test_what_was_not_so_is_told(asked: Repo, question: str, told: str) -> None:
    with answers(asked, question) as answer:
        assert told in answer.lead
        assert (answer.confidence, answer.key_commits) == ("none", ())


def test_what_is_so_no_longer_is_told_and_why_it_was(asked: Repo) -> None:
    with answers(asked, "why does f_f call go_in") as answer:
        assert answer.lead.startswith("f_f() does not call go_in() any more")
        assert [answer.commits[c].subject for c in answer.key_commits] == ["go in"]
        assert any(gap.what == "the question" for gap in answer.gaps)


@pytest.mark.parametrize(("question", "denied"), [("made global", True), ("made static", False)])
def test_a_function_did_not_become_what_it_ceased_to_be(
    asked: Repo, question: str, denied: bool
) -> None:
    asked.commit("hide it", {"b.c": "int b;\n" + body("hide_it", "one")})
    asked.commit("not seen outside", {"b.c": "int b;\nstatic " + body("hide_it", "one")})
    with answers(asked, f"why was hide_it {question}") as answer:
        assert ("it went the other way" in answer.lead) == denied


def test_calls_that_only_began_did_not_end(asked: Repo) -> None:
    asked.commit("look twice", {"b.c": body("look_at", "look_twice")})
    with answers(asked, "why did the looking stop using look_twice") as answer:
        assert "no call of look_twice ended" in answer.lead


def test_a_name_cut_short_in_front_is_found_whole(asked: Repo) -> None:
    asked.commit("add files", {"b.c": body("config_add_file", "one") + body("rest_it", "two")})
    text = body("config_add_file", "one") + body("rest_it", "two", "config_add_file")
    asked.commit("call it", {"b.c": text})
    with answers(asked, "why does rest_it call add_file") as answer:
        assert [answer.commits[c].subject for c in answer.key_commits] == ["call it"]
        assert "config_add_file" in answer.reading


def test_the_plural_of_a_name_is_not_said_to_be_nowhere(asked: Repo) -> None:
    with answers(asked, "why does the_queue keep tail_marks and heads") as answer:
        assert "nothing in this history has" not in answer.lead
