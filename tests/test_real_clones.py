"""Real clones, where one is named: facts of their histories that no tiny repository shows.

MINEKVM_KERNEL_CLONE: a Linux 5.4.y clone or later; MINEKVM_GIT_CLONE: a clone of git.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support import documents
from support.running import run


def clone(variable: str) -> Path:
    """The clone that a variable names; the test is skipped where it names none."""
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} names no clone")
    return Path(path)


def stamps(top: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of every file of a clone: its bytes are too many to read each time."""
    found = [p for p in top.rglob("*") if p.is_file() and not p.is_symlink()]
    return sorted((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in found)


def lineage(top: Path, *arguments: str) -> dict[str, Any]:
    """What `lineage` answers, the clone being as it was."""
    return answered(top, "lineage", *arguments)


def answered(top: Path, *arguments: str) -> dict[str, Any]:
    """What a command answers, the clone being as it was."""
    before = stamps(top)
    ran = run(*arguments, "--repo", str(top), "--json")
    assert stamps(top) == before
    assert ran.code == 0, ran.err
    answer: dict[str, Any] = json.loads(ran.out)
    return answer


def test_the_two_variants_of_guest_enter_irqoff() -> None:
    answer = lineage(clone("MINEKVM_KERNEL_CLONE"), "guest_enter_irqoff", "--rev", "HEAD")
    conditions = {d["condition"] for d in answer["definitions"]}
    assert conditions == {
        "defined(CONFIG_VIRT_CPU_ACCOUNTING_GEN)",
        "!defined(CONFIG_VIRT_CPU_ACCOUNTING_GEN)",
    }
    assert sum("introduced" in e["kinds"] for e in answer["events"]) == 2


@pytest.mark.parametrize("symbol", ["vcpu_enter_guest", "kvm_vcpu_ioctl"])
def test_a_lineage_ends_in_one_introduction(symbol: str) -> None:
    answer = lineage(clone("MINEKVM_KERNEL_CLONE"), symbol)
    assert ["introduced" in e["kinds"] for e in answer["events"]].count(True) == 1
    assert "introduced" in answer["events"][-1]["kinds"]


def test_a_function_gone_from_git() -> None:
    """prefixcmp() was moved in 2008 and removed in 2013, whatever came since."""
    answer = lineage(clone("MINEKVM_GIT_CLONE"), "prefixcmp")
    assert answer["definitions"] == []
    assert [(e["commit"][:12], e["kinds"][0]) for e in answer["events"]] == [
        ("666c90b6290d", "removed"),
        ("698a68be7b0d", "moved"),
        ("99a6a97b1bf8", "modified"),
        ("cff0302c1452", "introduced"),
    ]


def test_a_builtin_of_git_followed_through_three_files() -> None:
    answer = lineage(clone("MINEKVM_GIT_CLONE"), "cmd_log", "--path", "builtin/log.c")
    paths = list(dict.fromkeys(e["new"]["path"] for e in answer["events"] if e["new"]))
    assert paths == ["builtin/log.c", "builtin-log.c", "git.c"]
    assert answer["events"][-1]["commit"].startswith("70b006b9712b")


@pytest.mark.parametrize(
    ("question", "commits"),
    [
        ("why was prefixcmp removed?", ["666c90b6290dae0f4d3672a2b0caf6dea67dd1e3"]),
        (
            "why was prefixcmp replaced by starts_with?",
            [
                "59556548230e617b837343c2c07e357e688e2ca4",
                "956623157f828b2b4fd91a9bc5e78ba8e42437d9",
            ],
        ),
    ],
)
def test_why_on_git(question: str, commits: list[str]) -> None:
    assert answered(clone("MINEKVM_GIT_CLONE"), "why", question)["key_commits"] == commits


def test_a_region_of_vcpu_enter_guest_as_it_was_imported() -> None:
    """Before 5.8 the guest was entered in vcpu_enter_guest() itself, with the trace outside."""
    markers = ("--enter", "guest_enter_irqoff", "--exit", "guest_exit_irqoff")
    where = ("--in", "vcpu_enter_guest", "--where", "trace_kvm_entry")
    answer = answered(clone("MINEKVM_KERNEL_CLONE"), "region", *markers, *where)
    inside = {row["call"] for row in answer["changes"][-1]["inside"]}
    assert {"kvm_before_interrupt", "kvm_after_interrupt"} <= inside
    assert {row["state"] for row in answer["placements"]} == {"outside"}


def test_the_page_of_a_real_kernel_shows_what_its_commands_print(tmp_path: Path) -> None:
    top = clone("MINEKVM_KERNEL_CLONE")
    before = stamps(top)
    try:
        printed = documents.kernel_page(top, tmp_path / "home")
    except subprocess.CalledProcessError as error:
        if "no such commit" in error.stderr:
            pytest.skip("this clone has not got the page's commits")
        raise
    assert printed == documents.KERNEL.read_text(encoding="utf-8")
    assert stamps(top) == before
