"""The format in which the story is written, and what is wrong with a story that does not hold."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from minekvm.adapters.git.library import Writer
from minekvm.replica import history, patches
from minekvm.replica.model import Create, Rename, Replace, Step, StoryError

PATCH = """\
Key: fix
From: Some One <some.one@example.org>
Date: Wed, 08 Jul 2020 21:51:54 +0200
Subject: area: Fix it

Because.
---
edit a.c
@@
 one
-two
+2
"""
BASE = {"a.c": "zero\none\ntwo\n"}


def _step(old: str = "", new: str = "") -> Step:
    return patches.parse(PATCH.replace(old, new) if old else PATCH)


def _later(key: str, **changes: str | tuple[str, ...]) -> Step:
    """A second step a day later, which changes nothing."""
    step = replace(_step("08 Jul", "09 Jul"), key=key, edits=())
    return replace(step, **changes)  # type: ignore[arg-type]


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path / "r.git")


def shown(writer: Writer, told: history.History, what: str, tmp_path: Path) -> str:
    """What git shows of a history once it is written."""
    writer.finish({"refs/heads/master": told.head})
    git = ["git", f"--git-dir={tmp_path / 'r.git'}"]
    subprocess.run([*git, "fsck", "--strict", "--full"], check=True, capture_output=True)
    asked = [*git, "show", "--no-patch", "--format=%B", what]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


def test_a_patch_says_what_it_says() -> None:
    step = _step()
    assert (step.key, step.branch, step.merges) == ("fix", "master", ())
    assert step.message == "area: Fix it\n\nBecause.\n"
    assert (step.authored.seconds, step.authored.zone) == (1594237914, "+0200")
    assert step.committed == step.authored
    assert step.edits == (Replace("a.c", "one\ntwo\n", "one\n2\n"),)


def test_a_message_may_be_a_subject_alone() -> None:
    assert _step("\nBecause.\n", "").message == "area: Fix it\n"


def test_an_empty_line_in_a_hunk_is_one_that_stays() -> None:
    step = _step(" one\n", " one\n\n")
    assert step.edits == (Replace("a.c", "one\n\ntwo\n", "one\n\n2\n"),)


def test_an_edit_takes_the_place_of_the_lines_it_names(writer: Writer, tmp_path: Path) -> None:
    told = history.assemble(BASE, [_step()], writer)
    assert shown(writer, told, "master:a.c", tmp_path) == "zero\none\n2\n"


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("one\nthree\n", 0),
        ("none\ntwo\n", 0),
        ("one\ntwo!\n", 0),
        ("one\ntwo\none\ntwo\n", 2),
        ("one\ntwo\n\none\ntwo\n", 2),
    ],
)
def test_lines_that_do_not_stand_there_once_are_an_error(
    text: str, times: int, writer: Writer
) -> None:
    with pytest.raises(StoryError, match=rf"fix: a\.c: .* stand there {times} times"):
        history.assemble({"a.c": text}, [_step()], writer)


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        ("edit b.c\n-x\n+y\n", "no such file"),
        ("create a.c\n+x\n", "there already"),
        ("rename b.c => c.c\n", "no such file"),
        ("rename a.c => a.c\n", "there already"),
    ],
)
def test_edits_that_do_not_fit_are_errors(edit: str, complaint: str, writer: Writer) -> None:
    step = patches.parse(PATCH.partition("---\n")[0] + "---\n" + edit)
    with pytest.raises(StoryError, match=complaint):
        history.assemble(BASE, [step], writer)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Key: fix\n", "", "no Key: header"),
        ("Key: fix", "Kay: fix", "not a header"),
        ("Wed, 08 Jul 2020 21:51:54 +0200", "yesterday", "not a date"),
        ("<some.one@example.org>", "", "not a name and an address"),
        ("edit a.c\n", "", "no edit claims"),
        ("edit a.c\n", "rename a.c\n", "not a rename"),
        ("edit a.c\n", "create a.c\n", "no mark"),
        ("-two\n+2\n", " two\n", "changes nothing"),
        (" one\n-two\n", "", "matches anything"),
        ("-two", "two", "no mark"),
    ],
)
def test_a_malformed_patch_is_an_error(old: str, new: str, complaint: str) -> None:
    with pytest.raises(StoryError, match=complaint):
        _step(old, new)


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (_later("fix"), "two steps are called fix"),
        (_later("two", merges=("nowhere",)), "merges nowhere, which has no commits"),
        (_later("two", branch="topic"), "never merged: topic"),
        (_later("two", message="After {hash:three}\n"), "cites three"),
    ],
)
def test_steps_that_contradict_each_other_are_errors(
    second: Step, complaint: str, writer: Writer
) -> None:
    with pytest.raises(StoryError, match=complaint):
        history.assemble(BASE, [second, _step()], writer)


def test_messages_get_the_hashes_that_they_cite(writer: Writer, tmp_path: Path) -> None:
    cites = _later("two", message="{hash:fix} {commit:fix}\n")
    told = history.assemble(BASE, [_step(), cites], writer)
    first = told.commits["fix"]
    assert shown(writer, told, "master", tmp_path) == f"{first[:12]} {first}\n\n"


def test_folders_stand_where_git_wants_them(writer: Writer, tmp_path: Path) -> None:
    """`b/` sorts as `b/`, behind `b.c` and before `b0`; what goes takes its folder with it."""
    deep = replace(_step(), edits=(Create("b/c.c", "x\n"), Create("b.c", "y\n"), Create("b0", "")))
    gone = replace(_later("two"), edits=(Rename("b/c.c", "d"),))
    told = history.assemble(BASE, [deep, gone], writer)
    listed = shown(writer, told, "master:", tmp_path).splitlines()
    assert listed == ["tree master:", "", "a.c", "b.c", "b0", "d"]
