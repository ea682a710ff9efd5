"""`minekvm why` as its users meet it: questions, screens, JSON, and what cannot be answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm import replica
from support.repos import Repo
from support.running import Ran, assert_clear, run

Ask = Callable[..., Ran]

OLD = """\
void wait(void)
{
	spin();
	trace_wait(now());
}

void run(void)
{
	prepare();
	wait();
	region_enter();
	work();
	region_exit();
}
"""
NEW = """\
void wait(void)
{
	spin();
}

void run(void)
{
	prepare();
	wait();
	region_enter();
	work();
	region_exit();
	trace_wait(now());
}
"""
MOVED = """\
timer: Trace the wait after the run

trace_wait() uses RCU, which must not happen inside the region because nobody
watches there. See commit {} ("timer: Begin").
"""


@pytest.fixture
def story(repo: Repo) -> dict[str, str]:
    """A trace that moves out of one function into another, with a reason and a citation."""
    begin = repo.commit("timer: Begin", {"a.c": OLD})
    moved = repo.commit(MOVED.format(begin[:12]), {"a.c": NEW})
    return {"begin": begin, "moved": moved}


def test_the_answer_in_a_pipe(minekvm: Ask, story: dict[str, str]) -> None:
    ran = minekvm("why", "why did trace_wait move out of wait() into run()?")
    begin, moved = story["begin"][:12], story["moved"][:12]
    assert ran.err == ""
    assert ran.out.splitlines() == [
        f"A. Uthor (2020-01-02) moved the call of trace_wait() from wait() (a.c) to run() (a.c),"
        f" after now() in {moved}, because \u201ctrace_wait() uses RCU, which must not happen"
        " inside the region because nobody watches there.\u201d",
        "asked: why did trace_wait move out of wait() into run()?",
        "read as: why: trace_wait moved out of wait into run",
        "",
        "What happened, and why",
        f"1. {moved} (2020-01-02, A. Uthor) moved the call of trace_wait() from wait() (a.c) to"
        " run() (a.c), after now() [observed: a.c:13]",
        "2. \u201ctrace_wait() uses RCU, which must not happen inside the region because nobody"
        " watches there.\u201d [stated: message:3-4]",
        f'3. {moved} refers to {begin} ("timer: Begin", 2020-01-01) [stated: message:4]',
        "",
        "Commits",
        f"  {moved}  2020-01-02  timer: Trace the wait after the run  by A. Uthor",
    ]


def test_json_keeps_the_contract(minekvm: Ask, story: dict[str, str]) -> None:
    answer = minekvm("why", "--json", "why did trace_wait move out of wait()").json
    assert answer["schema"] == "minekvm.why/1"
    assert answer["question"] == {
        "text": "why did trace_wait move out of wait()",
        "reading": "why: trace_wait moved out of wait",
        "symbols": ["trace_wait", "wait"],
        "verb": "moved",
    }
    assert answer["key_commits"] == [story["moved"]]
    happened, reason, cites = answer["claims"]
    assert happened["grade"] == "observed"
    assert happened["citations"] == [
        {
            "commit": story["moved"],
            "place": {"kind": "file", "path": "a.c", "lines": [13, 13]},
            "quote": "trace_wait(now());",
        }
    ]
    assert reason["grade"] == "stated"
    assert reason["citations"][0]["place"] == {"kind": "message", "lines": [3, 4]}
    assert reason["citations"][0]["quote"].startswith("trace_wait() uses RCU, which must not")
    assert cites["citations"][0]["quote"] in MOVED.format(story["begin"][:12])
    assert answer["gaps"] == []


def test_a_commit_and_a_symbol_with_a_verb_are_questions_too(
    minekvm: Ask, story: dict[str, str]
) -> None:
    by_commit = minekvm("why", "--json", "HEAD").json
    assert by_commit["question"]["verb"] == "commit"
    assert by_commit["key_commits"][0] == story["moved"]
    by_verb = minekvm("why", "--json", "run", "--verb", "changed").json
    assert by_verb["key_commits"][0] == story["moved"]


def test_markdown_quotes_every_place(minekvm: Ask, story: dict[str, str]) -> None:
    out = minekvm("why", "--format", "md", "why did trace_wait move out of wait()").out
    assert "\n\nasked: why did trace\\_wait move out of wait()\n" in out
    assert f"`a.c:13 of {story['moved'][:12]}`: `trace_wait(now());`" in out


def test_citations_may_be_ignored(minekvm: Ask, story: dict[str, str]) -> None:
    asked = ("why did trace_wait move out of wait()", "--ignore-citations", "--json")
    answer = minekvm("why", *asked).json
    assert answer["key_commits"] == [story["moved"]]


def test_a_subject_of_some_lines_without_a_reason_is_quoted_whole(
    repo: Repo, minekvm: Ask
) -> None:  # fmt: skip
    repo.commit("start", {"a.c": "int f(void)\n{\n\treturn 1;\n}\n"})
    edited = {"a.c": "int f(void)\n{\n\treturn 2;\n}\n"}
    repo.commit("convert the values of f()\nand those of g()", edited)
    answer = minekvm("why", "--json", "why was f() changed").json
    said = "without a reason; it says: \u201cconvert the values of f() and those of g()\u201d"
    assert [c["text"] for c in answer["claims"] if c["part"] == "reason"] == [said]


def test_no_reason_is_said_to_be_none(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": "int f(void)\n{\n\treturn 1;\n}\n"})
    repo.commit("edit", {"a.c": "int f(void)\n{\n\treturn 2;\n}\n"})
    answer = minekvm("why", "--json", "why was f() changed").json
    said = "the commit does not say why: its message is a subject"
    assert [gap["why"] for gap in answer["gaps"]] == [said]
    begun = minekvm("why", "--json", "why was f() added").json
    said = "f stands in a.c in the first commit: this history begins with it"
    assert [gap["why"] for gap in begun["gaps"]] == [said]
    assert begun["key_commits"] == []


def test_what_never_happened_is_a_gap(minekvm: Ask, story: dict[str, str]) -> None:
    del story
    ran = minekvm("why", "--json", "why was run() split?")
    assert ran.code == 0
    assert ran.json["claims"] == []
    assert ran.json["gaps"][-1]["why"] == "no commit is seen to have split run"


def test_every_word_is_said_to_be_read(minekvm: Ask, story: dict[str, str]) -> None:
    del story
    answer = minekvm("why", "--json", "why was run() changed by a gnome").json
    assert answer["question"]["reading"] == "why: run changed; search words: gnome"


def test_bad_questions_get_one_clear_line(minekvm: Ask, story: dict[str, str]) -> None:
    del story
    assert_clear(minekvm("why", "who are you"), "not understood", "why did X move")
    assert_clear(minekvm("why", ""), "no question")
    assert_clear(minekvm("why", "why was no_such_thing split"), "no_such_thing")
    assert_clear(minekvm("why", "run", "--verb", "sung"), "sung", "moved")


def test_candidates_are_shown_when_asked_for_and_where_nothing_answers(
    minekvm: Ask, story: dict[str, str]
) -> None:
    asked = "why did trace_wait move out of wait()"
    assert minekvm("why", "--json", asked).json["candidates"] == []
    answer = minekvm("why", "--json", "--candidates", asked).json
    first = answer["candidates"][0]
    assert first["commit"] == story["moved"]
    assert 0 < first["score"] <= 1
    assert {reason["rule"] for reason in first["reasons"]} >= {"code", "lines"}
    assert answer["confidence"] in ("sure", "likely", "unsure")
    assert answer["claims"][0]["checks"]
    none = minekvm("why", "--json", "why was run() split?").json
    assert none["confidence"] == "none"
    assert none["candidates"]
    assert "Candidates" in minekvm("why", "--candidates", asked).out
    assert "Nearest" in minekvm("why", "why was run() split?").out


def test_hostile_messages_are_text(repo: Repo, minekvm: Ask) -> None:
    body = "f() changed because of \x1b[31mred\x1b[0m [bold]<script>\u202e and so on it goes."
    repo.commit("start", {"a.c": "int f(void)\n{\n\treturn 1;\n}\n"})
    repo.commit(f"edit\n\n{body}", {"a.c": "int f(void)\n{\n\treturn 2;\n}\n"})
    out = minekvm("why", "why was f() changed").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[bold]<script>" in out


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_a_terminal_shows_no_line_that_is_too_long(
    tmp_path: Path, width: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = replica.ensure(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", width)
    asked = "why did trace_kvm_wait_lapic_expire move out of wait_lapic_expire?"
    out = run("why", asked, "--repo", str(where), untouched=where).out
    assert "What happened, and why" in out
    lines = re.sub(r"\x1b\[[\d;]*m", "", out).splitlines()
    assert max(map(len, lines)) <= int(width)
    assert len(lines) <= (24 if int(width) >= 80 else 32)


def test_what_stands_behind_a_missing_file_is_no_unknown_symbol(
    repo: Repo, minekvm: Ask, story: dict[str, str]
) -> None:
    repo.object_path(repo.blob(story["begin"], "a.c")).unlink()
    ran = minekvm("why", "why did trace_wait move out of wait()")
    assert "missing from the clone" in ran.out
    calls = minekvm("callers", "trace_wait", "--json").json
    assert [(s["function"], s["since"]) for s in calls["sites"]] == [("run", None)]
    ran = minekvm("why", "why did trace_wayt move")
    assert_clear(ran, "trace_wayt", "not everything could be read")


def test_of_very_many_words_a_few_are_given_back(minekvm: Ask, story: dict[str, str]) -> None:
    words = " ".join(f"w{i} f_{i % 7}" for i in range(5_000))
    ran = minekvm("why", f"why did trace_wait move {words}")
    (gap,) = [line for line in ran.out.splitlines() if line.startswith("gap: question")]
    assert "not looked for" in gap
    assert max(map(len, ran.out.splitlines())) < 400


def test_an_unknown_symbol_is_told_with_what_may_be_meant(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": OLD.replace("run(", "run_the_wait(")})
    asked = "why was run_the_wayt moved"
    assert_clear(minekvm("why", asked), "nothing in this history", "did you mean run_the_wait?")


def test_a_line_is_asked_for_by_its_place(repo: Repo) -> None:
    """The commit that wrote it answers, not the one that moved it here."""
    repo.commit("Begin", {"a.c": OLD})
    both = OLD.replace("\tspin();\n", "\tspin();\n\ttrace_again(now());\n")
    written = repo.commit(
        "Trace twice\n\nOnce is too little because it gets lost.\n", {"a.c": both}
    )
    repo.commit("Move", {"a.c": None, "sub/b.c": both})
    line = both.split("\n").index("\ttrace_again(now());") + 1
    ran = run("why", f"sub/b.c:{line}", "--repo", str(repo.path), "--json")
    assert ran.json["key_commits"] == [written]
    assert run("why", "sub/b.c:900", "--repo", str(repo.path)).code == 1
