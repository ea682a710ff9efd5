"""`minekvm origins`: cited or found, ranked, with reasons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.repos import Repo
from support.running import Ran

Ask = Callable[..., Ran]


def body(*lines: str) -> str:
    return "int kick(int a)\n{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


@pytest.fixture
def story(repo: Repo) -> dict[str, str]:
    """A cause, a bystander that the fix cites, what that one cites in turn, and the fix."""
    far = repo.commit("fs: far away", {"far.c": "int far;\n"})
    start = repo.commit("kvm: add kick", {"a.c": body("int n = a;", "return n;")})
    cause = repo.commit("kvm: wake up", {"a.c": body("int n = a;", "wake(n + 1);", "return n;")})
    said = f'mm: aside\n\nFollows commit {far[:12]} ("fs: far away").\n'
    aside = repo.commit(said, {"b.c": "int b;\n"})
    said = f'kvm: mend the waking\n\nSince commit {aside[:12]} ("mm: aside") it hangs.\n'
    fix = repo.commit(said, {"a.c": body("int n = a;", "wake(n);", "return n;")})
    return {"far": far, "start": start, "cause": cause, "aside": aside, "fix": fix}


def test_blind_it_finds_who_wrote_the_line(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("origins", "--json", "--blind", story["fix"]).json
    assert (told["schema"], told["commit"]) == ("minekvm.origins/1", story["fix"])
    first = told["candidates"][0]
    assert first["commit"] == story["cause"]
    assert 0 < first["score"] <= 1
    assert any("kick()" in r["text"] for r in first["reasons"])
    assert story["aside"] not in [c["commit"] for c in told["candidates"]]


def test_what_is_cited_leads_and_brings_what_it_cites(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("origins", "--json", story["fix"]).json["candidates"]
    assert told[0]["commit"] == story["aside"]
    assert told[0]["reasons"][0]["rule"] == "cited"
    (far,) = [c for c in told if c["commit"] == story["far"]]
    assert far["reasons"][0]["rule"] == "cited by what it cites"


def test_a_fixes_line_outranks_other_citations(
    story: dict[str, str], repo: Repo, minekvm: Ask
) -> None:
    said = (
        f'kvm: again\n\nSee {story["cause"][:12]}.\n\nFixes: {story["far"][:12]} ("fs: far away")\n'
    )
    repo.commit(said, {"a.c": body("int n = a;", "wake(n - 1);", "return n;")})
    told = minekvm("origins", "--json", "HEAD").json["candidates"]
    assert [c["commit"] for c in told[:2]] == [story["far"], story["cause"]]


def test_top_limits_and_scores_fall(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("origins", "--json", "--blind", "--top", "1", story["fix"]).json["candidates"]
    assert len(told) == 1
    scores = [c["score"] for c in minekvm("origins", "--json", story["fix"]).json["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_the_first_commit_has_none_and_says_so(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": body("return a;")})
    told = minekvm("origins", "--json", "HEAD").json
    assert told["candidates"] == []
    assert told["gaps"]


@pytest.mark.parametrize("form", ["terminal", "md"])
def test_the_answer_names_the_commit(story: dict[str, str], minekvm: Ask, form: str) -> None:
    out = minekvm("origins", "--blind", "--format", form, story["fix"]).out
    assert story["cause"][:12] in out
    assert "kvm: wake up" in out


def test_an_upstream_hash_is_answered_for_its_backport(
    story: dict[str, str], repo: Repo, minekvm: Ask
) -> None:
    said = f"kvm: port\n\n[ Upstream commit {'d00d' * 10} ]\n"
    port = repo.commit(said, {"a.c": body("int n = a;", "wake(n + 2);", "return n;")})
    told = minekvm("origins", "--json", "d00d" * 3).json
    assert told["commit"] == port
    assert "backport" in told["gaps"][0]["why"]
    assert story
