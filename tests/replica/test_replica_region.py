"""The region of the replica's story, from the code alone: where it lay, what it made possible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minekvm.core.invented import NOTICE
from support.replica_built import Built
from support.running import run

ENDS = ("--enter", "guest_enter_irqoff", "--exit", "guest_exit_irqoff", "--in", "vcpu_enter_guest")
TRACE = "trace_kvm_wait_lapic_expire"
VENDORS = ["svm_x86_ops", "vmx_x86_ops"]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("region") / "replica.git")


@pytest.fixture(scope="session")
def told(built: Built) -> Callable[..., Any]:
    """The answer to a question about the replica, each asked once."""
    known: dict[tuple[str, ...], Any] = {}

    def tell(*options: str) -> Any:
        if options not in known:
            ran = run("region", "--repo", str(built.path), *options, "--json", untouched=built.path)
            known[options] = ran.json
        return known[options]

    return tell


@pytest.fixture(scope="session")
def story(told: Callable[..., Any]) -> Any:
    places = ("wait_lapic_expire:before", "__kvm_wait_lapic_expire:after:__delay")
    asked = [part for place in places for part in ("--at-place", place)]
    return told(*ENDS, "--where", TRACE, *asked)


def keys(built: Built, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    names = {commit: key for key, commit in built.commits.items()}
    return [(names[row["commit"]], row["state"]) for row in rows]


def change(built: Built, told: Any, key: str) -> Any:
    (found,) = [c for c in told["changes"] if c["commit"] == built.commits[key]]
    return found


def test_the_trace_was_taken_out_of_the_region_and_stayed_out(built: Built, story: Any) -> None:
    assert keys(built, story["placements"]) == [("a", "outside"), ("import", "inside")]


def test_the_commit_that_made_the_move_back_possible(built: Built, story: Any) -> None:
    """Nothing else turned it: a trace where the wait stands now lies outside since then."""
    turns = [t for t in story["turns"] if t["place"]["function"] == "__kvm_wait_lapic_expire"]
    assert keys(built, turns)[0] == ("d1", "outside")
    assert turns[0]["before"] == "inside"
    assert [state for _, state in keys(built, turns)] == ["outside", "inside", "outside", "inside"]
    assert keys(built, turns)[1][0] == "late-wait"


def test_the_markers_moved_from_the_common_code_to_the_vendors(built: Built, story: Any) -> None:
    d1 = change(built, story, "d1")
    assert d1["markers_moved"]
    assert d1["came"] == []
    assert {"run", "kvm_wait_lapic_expire", "kvm_load_guest_debug"} <= set(d1["left"])
    (whole,) = d1["tables"]
    assert {m["old"]["function"] for m in whole["markers"] if m["old"]} == {"vcpu_enter_guest"}
    assert {m["new"]["function"] for m in whole["markers"]} == {"svm_vcpu_run", "vmx_vcpu_run"}
    assert sorted({row["table"] for row in d1["inside"]}) == VENDORS


@pytest.mark.parametrize(
    ("key", "table", "came"),
    [("d2", "vmx_x86_ops", "lockdep_hardirqs_on"), ("d3", "svm_x86_ops", "lockdep_hardirqs_on")],
)
def test_vendors_are_told_apart(built: Built, story: Any, key: str, table: str, came: str) -> None:
    (difference,) = change(built, story, key)["tables"]
    assert difference["table"] == table
    assert came in [c["call"] for c in difference["came"]]


def test_markers_are_followed_to_what_they_were_taken_apart_into(built: Built, story: Any) -> None:
    now = {
        row["table"]: [(m["call"], m["function"]) for m in row["markers"]] for row in story["now"]
    }
    assert sorted(now) == VENDORS
    assert now["vmx_x86_ops"] == [
        ("guest_context_enter_irqoff", "guest_state_enter_irqoff"),
        ("guest_context_exit_irqoff", "guest_state_exit_irqoff"),
    ]
    deferred = change(built, story, "e3")
    assert deferred["markers_moved"]
    assert not deferred["left"]


def test_markers_given_by_their_new_names_are_followed_back(
    built: Built, told: Callable[..., Any]
) -> None:
    new = [name.replace("guest_", "guest_state_") for name in ENDS[1:4:2]]
    back = told("--enter", new[0], "--exit", new[1], *ENDS[4:], "--where", TRACE)
    assert keys(built, back["placements"]) == [("a", "outside"), ("import", "inside")]


def test_without_following_a_region_ends_with_its_markers(told: Callable[..., Any]) -> None:
    alone = told(*ENDS, "--no-follow-markers")
    assert [row["inside"] for row in alone["now"]] == [[]]


def test_every_line_told_names_the_call(built: Built, story: Any) -> None:
    """The lines of a change are those of its commit."""
    for each in story["changes"]:
        for row in each["inside"]:
            lines = built.git("show", f"{each['commit']}:{row['path']}").split("\n")
            assert row["call"] in lines[row["line"] - 1]


def test_the_screen_answers_first(built: Built, tmp_path: Path) -> None:
    ran = run("region", "--repo", str(built.path), *ENDS, "--where", TRACE)
    assert ran.code == 0, ran.err
    lines = ran.out.split("\n")
    assert lines[0] == NOTICE
    assert lines[1] == "Between guest_enter_irqoff() and guest_exit_irqoff() in vcpu_enter_guest()"
    assert lines[4].startswith(f"{TRACE}() outside")
    assert any(line.startswith("Inside now, through svm_x86_ops: ") for line in lines)
