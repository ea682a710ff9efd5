"""`report`: one document from a clone and a story, and its renderings as files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minekvm.adapters.files import outputs
from minekvm.adapters.files.folder import Folder, found
from support.code import edited, file, function
from support.repos import Repo
from support.running import Ran, assert_clear, run

Ask = Callable[..., Ran]

CALLS = """static int {}(struct vcpu *vcpu, int n)
{{
	lock(vcpu);
	{}(vcpu, n);
	unlock(vcpu);
	return n;
}}
"""


@pytest.fixture
def story(repo: Repo, tmp_path: Path) -> Path:
    """A history with a rename, a fix and a call inside a region, and a query that asks for it."""
    top = CALLS.format("top", "old_f")
    repo.commit("start", {"a.c": file(function("old_f"), top, function("g"))})
    renamed = CALLS.format("top", "f")
    move = repo.commit(
        "a: rename it", {"a.c": file(function("f", "old_f"), renamed, function("g"))}
    )
    repo.commit(
        f'a: mend f\n\nIt was wrong, because n was.\n\nFixes: {move[:12]} ("a: rename it")\n',
        {"a.c": file(edited("f", "old_f"), renamed, function("g"))},
    )
    query = tmp_path / "story.toml"
    query.write_text(
        f"""
title = "How f came to be"
symbols = ["f", "gone"]
callers = ["f", "nobody"]
questions = ["why was old_f renamed?", "who?"]
commits = ["{move[:12]}", '"a: mend f"', "deadbeef0000"]
notes = "a note"
[[region]]
enter = "lock"
exit = "unlock"
in = "top"
where = "f"
[[region]]
enter = "begin"
exit = "end"
in = "top"
"""
    )
    return query


def _told(minekvm: Ask, story: Path, *options: str) -> dict[str, Any]:
    told = minekvm("report", str(story), "--json", *options).json
    assert isinstance(told, dict)
    return told


def test_the_document(repo: Repo, story: Path, minekvm: Ask) -> None:
    told = _told(minekvm, story)
    assert told["schema"] == "minekvm.report/1"
    assert told["title"] == "How f came to be"
    head, move, start = repo.tip, repo.named["a: rename it"], repo.named["start"]
    assert told["clone"] == {
        "name": "clone",
        "remote": None,
        "head": head,
        "rev": "HEAD",
        "commits": 3,
        "web": None,
    }
    assert list(told["commits"]) == [head, move, start]
    assert told["commits"][head]["message"].startswith("a: mend f\n\nIt was wrong")
    assert told["commits"][head]["files"] == ["a.c"]
    (change,) = told["commits"][head]["changes"]
    assert change["kinds"] == ["modified"]
    assert "+\tvcpu->edited_one++;" in change["diff"].split("\n")
    assert [e["kinds"] for e in told["lineages"][0]["events"]] == [
        ["modified"],
        ["renamed"],
        ["introduced"],
    ]
    (edge,) = [e for e in told["relations"]["edges"] if e["kind"] == "fixes"]
    assert (edge["source"], edge["target"]) == (head, move)
    assert edge["citation"]["quote"].startswith("Fixes: ")
    assert told["regions"][0]["placements"][0]["state"] == "inside"
    assert [s["function"] for s in told["ledger"][0]["sites"] if s["still"]] == ["top"]
    assert told["answers"][0]["key_commits"] == [move]
    named = [(n["commit"], n["how"]) for n in told["query"]["named"]]
    assert named == [(move, "here"), (head, "by subject")]
    assert told["reproduce"]["range"] == f"{start}..{head}"


def test_what_the_clone_lacks_is_said(story: Path, minekvm: Ask) -> None:
    told = _told(minekvm, story)
    assert [m["what"] for m in told["missing"]] == [
        "question who?",
        "region between begin and end",
        "symbol gone",
        "calls of nobody",
        "commit deadbeef0000",
    ]
    assert all(m["why"] for m in told["missing"])


def test_a_clone_that_has_nothing_of_the_story(tmp_path: Path, minekvm: Ask, repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    query = tmp_path / "none.toml"
    query.write_text('title = "t"\nsymbols = ["zap"]\nquestions = ["why was zap moved?"]')
    told = _told(minekvm, query)
    assert told["answer"] == told["events"] == told["lineages"] == []
    assert len(told["missing"]) == 2
    ran = minekvm("report", str(query), "-o", str(tmp_path / "out"), "--format", "md,dot")
    assert ran.code == 0
    assert "nothing of this story" in ran.out
    assert "missing: symbol zap" in ran.out


def test_every_event_is_of_a_commit_and_a_row(story: Path, minekvm: Ask) -> None:
    told = _told(minekvm, story)
    rows = {"lineage": "lineages", "region": "regions", "callers": "ledger"}
    place = {commit: n for n, commit in enumerate(told["commits"])}
    assert len({event["id"] for event in told["events"]}) == len(told["events"])
    for event in told["events"]:
        assert event["id"].startswith(f"e-{event['commit'][:12]}-")
        assert event["commit"] in place
        assert 0 <= event["of"] < len(told[rows[event["section"]]])
        assert event["text"]
    order = [place[e["commit"]] for e in told["events"]]
    assert order == sorted(order)


def test_the_same_bytes_again_and_elsewhere(repo: Repo, story: Path, tmp_path: Path) -> None:
    made = []
    for number, cache in enumerate(("one", "one", "two")):
        out = tmp_path / f"out{number}"
        ran = run(
            *("report", str(story), "--repo", str(repo.path), "-o", str(out)),
            *("--format", "md,json,dot"),
            env={"XDG_CACHE_HOME": str(tmp_path / cache)},
            untouched=repo.path,
        )
        assert ran.code == 0, ran.err
        made.append({p.name: p.read_bytes() for p in out.iterdir()})
    assert made[0] == made[1] == made[2]
    assert sorted(made[0]) == [
        "story.json",
        "story.lineage.dot",
        "story.md",
        "story.relations.dot",
    ]
    assert str(tmp_path).encode() not in b"".join(made[0].values())


def test_the_first_screen_is_the_answer(story: Path, minekvm: Ask, tmp_path: Path) -> None:
    ran = minekvm("report", str(story), "-o", str(tmp_path / "out"), "--format", "md,json")
    lines = ran.out.split("\n")
    assert lines[0] == "How f came to be"
    assert lines[1].startswith("clone at ")
    assert "renamed" in lines[3]
    assert f"report:  {tmp_path / 'out' / 'story.md'}" in lines
    whole = minekvm("report", str(story), "-o", str(tmp_path), "--format", "terminal,json").out
    assert "Fixes: " in whole
    assert "+\tvcpu->edited_one++;" in whole
    assert not (tmp_path / "story.md").exists()


def test_commits_have_an_address_where_the_remote_is_linux(
    repo: Repo, story: Path, minekvm: Ask
) -> None:
    with (repo.git_dir / "config").open("a") as config:
        config.write('[remote "origin"]\n\turl = https://me:pw@github.com/torvalds/linux\n')
    told = _told(minekvm, story)
    assert told["clone"]["name"] == "linux"
    assert told["clone"]["remote"] == "https://github.com/torvalds/linux"
    for commit, about in told["commits"].items():
        assert about["url"].startswith("https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/")
        assert about["url"].endswith(commit)
    mine = _told(minekvm, story, "--web", "https://example.org/c/%s")
    assert mine["commits"][repo.tip]["url"] == f"https://example.org/c/{repo.tip}"
    assert mine["reproduce"]["commands"] == [
        "minekvm report story.toml --repo CLONE --web https://example.org/c/%s"
    ]
    assert_clear(minekvm("report", str(story), "--web", "javascript:%s"), "--web")


def test_an_older_revision(repo: Repo, story: Path, minekvm: Ask) -> None:
    told = _told(minekvm, story, "--rev", "HEAD~1")
    assert told["clone"]["head"] == repo.named["a: rename it"]
    assert told["clone"]["commits"] == 2
    assert told["reproduce"]["commands"] == [
        "minekvm report story.toml --repo CLONE --rev 'HEAD~1'"
    ]
    assert_clear(minekvm("report", str(story), "--rev", "v9"), "v9")


@pytest.mark.parametrize("form", ["pdf", "", ",", "md;json"])
def test_a_format_that_there_is_not(story: Path, minekvm: Ask, form: str) -> None:
    assert_clear(minekvm("report", str(story), "--format", form), "--format")


def test_a_folder_that_cannot_be_written(story: Path, minekvm: Ask, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert_clear(minekvm("report", str(story), "-o", str(tmp_path / "taken"), "--format", "md"))


# --- files


def test_files_are_put_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sort = outputs.Sort("one of ours", lambda data: data.startswith(b"ours"), "")
    with found(tmp_path) as folder:
        outputs.put(folder, {"a": b"ours", "b": b"ours"}, sort)
        rename = outputs._rename

        def full(where: Folder, name: str, to: str, *, exchange: bool) -> None:
            if to == "b":
                raise OSError(28, "No space left on device")
            rename(where, name, to, exchange=exchange)

        monkeypatch.setattr(outputs, "_rename", full)
        with pytest.raises(OSError, match="No space"):
            outputs.put(folder, {"a": b"ours anew", "c": b"ours", "b": b"ours anew"}, sort)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"ours", "b": b"ours"}


def test_interrupted_leaves_nothing(repo: Repo, story: Path, tmp_path: Path) -> None:
    """Ctrl-C at any moment: exit 130 and no file, or all of them."""
    names = {"story.json", "story.md"}
    for wait in (0.1, 0.4, 0.7):
        out = tmp_path / f"out{wait}"
        arguments = ("report", story, "--repo", repo.path, "-o", out, "--format", "md,json")
        running = subprocess.Popen(
            [sys.executable, "-m", "minekvm", *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / f"cache{wait}")},
        )
        time.sleep(wait)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=180)
        assert running.returncode in (0, 130, -signal.SIGINT), err
        found = {p.name for p in out.iterdir()} if out.exists() else set()
        assert found in (set(), names)
        if running.returncode == 0:
            assert found == names
            json.loads((out / "story.json").read_bytes())


# --- clones that lack something

QUERY = 'title = "t"\nsymbols = ["f"]\ncallers = ["f"]\ncommits = ["HEAD"]\n'


def _asked(repo: Repo, tmp_path: Path) -> dict[str, Any]:
    query = tmp_path / "q.toml"
    query.write_text(QUERY)
    out = tmp_path / "out"
    ran = run(
        *("report", str(query), "--repo", str(repo.path), "-o", str(out)),
        *("--format", "html,md,json,dot"),
        untouched=repo.path,
    )
    assert ran.code == 0, ran.err
    told = json.loads((out / "q.json").read_bytes())
    assert isinstance(told, dict)
    return told


def test_a_sha256_clone(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone", algorithm="sha256")
    repo.commit("start", {"a.c": file(function("f"))})
    repo.commit("edit", {"a.c": file(edited("f"))})
    told = _asked(repo, tmp_path)
    assert [len(c) for c in told["commits"]] == [64, 64]
    assert len(told["events"]) == 2


def test_a_shallow_clone_and_a_missing_blob(repo: Repo, tmp_path: Path) -> None:
    repo.commit("gone", {"a.c": file(function("f"))})
    start = repo.commit("start", {"a.c": file(edited("f"))})
    repo.commit("edit", {"a.c": file(edited("f", by="two")), "b.c": "int lost;\n"})
    (repo.git_dir / "shallow").write_text(f"{start}\n")
    repo.object_path(repo.blob(repo.tip, "b.c")).unlink()
    told = _asked(repo, tmp_path)
    assert list(told["commits"]) == [repo.tip]
    assert [e["kinds"] for e in told["lineages"][0]["events"]] == [["modified"]]
    assert "shallow" in told["gaps"][0]["why"]
    assert any(g["path"] == "b.c" for g in told["gaps"])


def test_an_octopus_and_a_binary_file(repo: Repo, tmp_path: Path) -> None:
    start = repo.commit("start", {"a.c": file(*map(function, "fgh")), "b.c": b"\0\1f("})
    tips = []
    for at, name in enumerate("fgh"):
        functions = (edited(n) if n == name else function(n) for n in "fgh")
        tips.append(repo.commit(f"tip {at}", {"a.c": file(*functions)}, on=start))
    repo.commit("octopus", {"a.c": file(*map(edited, "fgh"))}, on=tips)
    told = _asked(repo, tmp_path)
    assert told["commits"][repo.tip]["parents"] == tips
    assert told["relations"]["nodes"][0] == repo.tip


def test_no_commit_yet_and_no_clone(repo: Repo, tmp_path: Path, minekvm: Ask) -> None:
    query = tmp_path / "q.toml"
    query.write_text(QUERY)
    assert_clear(minekvm("report", str(query)), "HEAD")
    assert_clear(run("report", str(query), "--repo", str(tmp_path / "no")), "no such folder")
