"""A long history, of which a question takes in what it needs: as from all of it, or with a gap."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from minekvm.adapters.git import blame, process
from minekvm.analyses import starts
from minekvm.clone import partial, surroundings
from support.code import edited, file, function
from support.repos import Repo, git
from support.running import Ran

Ask = Callable[..., Ran]


def caller(name: str, *calls: str) -> str:
    return (
        f"int {name}(int n)\n{{\n"
        + "".join(f"\tn += {c}(n);\n" for c in calls)
        + "\treturn n;\n}\n"
    )


@pytest.fixture
def long(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A history that is too long to be waited for, in which much has nothing to do with `frob`."""
    repo.commit("begin", {"a.c": file(function("frob"), function("gree")), "z.c": function("z")})
    for number in range(6):
        repo.commit(f"z: edit {number}", {"z.c": edited("z") + f"int z{number};\n"})
    first = repo.commit("b: call frob", {"b.c": caller("b", "frob")})
    repo.commit(
        "frob: edit it, for the reader's sake", {"a.c": file(edited("frob"), function("gree"))}
    )
    mend = "frob: mend it\n\nThe edit was wrong because it lost a case.\n\n"
    mend += f'Fixes: {first[:12]} ("b: call frob")\n'
    repo.commit(mend, {"a.c": file(edited("frob") + "int more;\n", edited("gree"))})
    repo.commit("b: call frob no more", {"b.c": caller("b", "gree")})
    repo.commit("c: call frob", {"c.c": caller("c", "frob", "gree")})
    monkeypatch.setattr(partial, "SOON", 2)
    monkeypatch.setattr(partial, "_SAMPLE", 2)
    monkeypatch.setattr(surroundings, "_BEFORE", 3)
    monkeypatch.setattr(surroundings, "_AFTER", 3)
    return repo


def answers(ran: Ran, *keys: str) -> dict[str, Any]:
    return {key: ran.json[key] for key in keys}


ASKED: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("callers", "gree"), ("sites",)),
    (("why", "why did frob change?"), ("key_commits", "claims")),
    (("why", "why does b call frob?"), ("key_commits", "claims")),
    (("why", "HEAD~2"), ("key_commits", "claims")),
    (("origins", "HEAD~2"), ("candidates",)),
    (("relate", "HEAD~2"), ("relations",)),
    (("relate", "HEAD~4"), ("relations",)),
)


@pytest.mark.parametrize(("asked", "keys"), ASKED)
def test_a_part_of_the_history_gives_the_answer_of_all_of_it(
    long: Repo, minekvm: Ask, asked: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    quick = minekvm(*asked, "--json")
    again = minekvm(*asked, "--json")
    there = minekvm("index", "--status", "--json").json["commits"]
    whole = minekvm(*asked, "--exhaustive", "--json")
    assert answers(quick, *keys) == answers(whole, *keys) == answers(again, *keys)
    assert there < minekvm("index", "--status", "--json").json["commits"] == 12
    told = [gap["why"] for gap in quick.json["gaps"]]
    assert asked[0] == "origins" or any("--exhaustive" in why for why in told)
    assert not any("--exhaustive" in gap["why"] for gap in whole.json["gaps"])
    assert minekvm(*asked, "--json").out == whole.out


@pytest.mark.parametrize(("asked", "keys"), ASKED)
def test_so_do_the_words_of_a_part_of_the_changes(
    long: Repo, minekvm: Ask, asked: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    minekvm("index", "--no-words")
    quick = minekvm(*asked, "--json")
    told = [gap["why"] for gap in quick.json["gaps"]]
    assert asked[0] not in ("callers", "why") or any("--exhaustive" in why for why in told)
    whole = minekvm(*asked, "--exhaustive", "--json")
    assert answers(quick, *keys) == answers(whole, *keys)
    assert minekvm(*asked, "--json").out == whole.out


def test_a_question_about_no_symbol_waits_for_all(long: Repo, minekvm: Ask) -> None:
    answer = minekvm("why", "why was the edit wrong in that case?", "--json").json
    assert answer["key_commits"] == [long.named["frob: mend it"]] or answer["candidates"]
    assert minekvm("index", "--status", "--json").json["commits"] == 12


def test_what_came_and_went_meanwhile_is_not_said_to_be_nowhere(long: Repo, minekvm: Ask) -> None:
    long.commit("x: blip", {"x.c": function("blip_it")})
    gone = long.commit("x: gone", {"x.c": None})
    for number in range(6):
        long.commit(f"z: more {number}", {"z.c": edited("z") + f"int more{number};\n"})
    found = minekvm("why", "why was blip_it removed?", "--json").json
    assert found["key_commits"] == [gone]


def test_calls_that_stood_for_a_while_are_found(long: Repo, minekvm: Ask) -> None:
    long.commit("x: blip", {"x.c": caller("x", "blip_it")})
    for number in range(4):
        long.commit(f"z: more {number}", {"z.c": edited("z") + f"int more{number};\n"})
    long.commit("x: gone", {"x.c": None})
    for number in range(5):
        long.commit(f"z: still more {number}", {"z.c": edited("z") + f"int still{number};\n"})
    (site,) = minekvm("callers", "blip_it", "--json").json["sites"]
    assert (site["path"], site["since"] is None, site["until"] is None) == ("x.c", False, False)


def test_a_file_that_named_it_at_other_times_is_a_gap(long: Repo, minekvm: Ask) -> None:
    quick = minekvm("callers", "frob", "--json").json
    whole = minekvm("callers", "frob", "--exhaustive", "--json").json
    assert [s for s in whole["sites"] if s["until"] is None] == quick["sites"]
    assert {s["path"] for s in whole["sites"]} == {"b.c", "c.c"}
    assert any("at other times" in gap["why"] for gap in quick["gaps"])


def test_what_refs_no_longer_reach_is_forgotten(long: Repo, minekvm: Ask) -> None:
    minekvm("callers", "frob", "--json")
    gone = long.tip
    long.commit("d: call frob", {"d.c": caller("d", "frob")}, on=long.named["begin"])
    long.commit("d: more", {"z.c": "int nothing;\n"})
    long.commit("d: still more", {"z.c": "int other;\n"})
    long.commit("d: and more", {"z.c": "int another;\n"})
    found = minekvm("callers", "frob", "--json").json
    assert [s["path"] for s in found["sites"]] == ["d.c"]
    assert minekvm("relate", gone, "--json").code in (0, 1)
    whole = minekvm("callers", "frob", "--exhaustive", "--json").json
    assert whole["sites"] == found["sites"]


def test_who_asks_for_what_never_was_hears_what_may_be_meant_before_the_search(
    long: Repo, minekvm: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starts, "_LONG", 3)
    monkeypatch.setattr(starts, "WALKED", 4)
    ran = minekvm("lineage", "greee")
    first, last = ran.err.splitlines()[0], ran.err.splitlines()[-1]
    assert ran.code == 1
    assert ("did you mean gree" in first, "Ctrl-C" in first) == (True, True)
    assert "--full-history" in last
    assert "Ctrl-C" not in minekvm("lineage", "greee", "--full-history").err


def test_origins_are_worked_out_once(
    long: Repo, minekvm: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = minekvm("origins", "HEAD~2", "--exhaustive", "--json")

    def refuse(*_: object) -> None:
        raise AssertionError("worked out again")

    monkeypatch.setattr(blame, "edits", refuse)
    assert minekvm("origins", "HEAD~2", "--exhaustive", "--json").out == first.out
    long.commit("other: more", {"z.c": "int other;\n"})
    with pytest.raises(AssertionError, match="worked out again"):
        minekvm("origins", first.json["commit"], "--exhaustive", "--json")


def test_what_functions_were_looked_for_in_is_not_searched_again(
    long: Repo, minekvm: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[str] = []
    start = process.start
    head = git("rev-parse", "HEAD", cwd=long.path)

    def counted(arguments: Any, *rest: Any, **options: Any) -> Any:
        words = [os.fsdecode(a) for a in arguments]
        if words[0] == "grep" and head in words and {"*.c", "*.[ch]"}.intersection(words):
            searches.append("what is meant" if "-h" in words else "files")
        return start(arguments, *rest, **options)

    monkeypatch.setattr(process, "start", counted)
    assert minekvm("lineage", "never_was").code == 1
    assert searches == ["files", "what is meant"]
    searches.clear()
    minekvm("why", "why did frob() change?")
    assert searches == ["files"]
