"""`minekvm drift`: where trees have left upstream, and what they lack since."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from support.code import edited, file, function
from support.repos import Repo
from support.running import run

LOCKED = "\tspin_lock(&lock);\n\tpoke(n);\n\tspin_unlock(&lock);\n"
LATE = "\tspin_lock(&lock);\n\tspin_unlock(&lock);\n\tpoke(n);\n"


def held(by: str) -> str:
    return f"int hold(int n)\n{{\n{by}\treturn n;\n}}\n"


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, Repo, Repo, dict[str, str]]:
    """Upstream with a fix and a rename; a vendor's clone of its past; a release without a past."""
    home = tmp_path_factory.mktemp("drift")
    up, vendor, release = (Repo.create(home / name) for name in ("up", "vendor", "release"))
    begun = {"a.c": file(function("kick"), function("wait"), function("rest")), "l.c": held(LOCKED)}
    known: dict[str, str] = {}
    for repo in (up, vendor):
        known["base"] = repo.commit("kvm: begin", begun)
    two = {**begun, "a.c": file(edited("kick"), function("wait"), function("rest"))}
    for repo in (up, vendor):
        known["change"] = repo.commit("kvm: kick twice", two)
    said = f'kvm: kick less\n\nFixes: {known["change"][:12]} ("kvm: kick twice")\n'
    three = file(edited("kick", by="two"), function("wait"), function("rest"))
    known["fix"] = up.commit(said, {**begun, "a.c": three})
    three = file(edited("kick", by="two"), edited("wait"), function("rest"))
    known["more"] = up.commit("kvm: wait longer", {**begun, "a.c": three})
    own = file(edited("kick"), function("wait"), function("rest"), function("extra"))
    known["own"] = vendor.commit("vendor: poke late", {"a.c": own, "l.c": held(LATE)})
    release.commit("import", two)
    return up, vendor, release, known


def functions(answer: dict[str, Any], at: int = 0) -> dict[str, dict[str, Any]]:
    return {(f["new"] or f["old"])["name"]: f for f in answer["trees"][at]["functions"]}


def asked(*clones: Path | str, more: tuple[str, ...] = ()) -> dict[str, Any]:
    return dict(run("drift", *map(str, clones), "--json", *more).json)


def test_a_function_is_told_with_the_commit_at_which_it_left(
    trees: tuple[Repo, Repo, Repo, dict[str, str]],
) -> None:
    up, vendor, _, known = trees
    found = functions(asked(up.path, vendor.path))
    assert sorted(found) == ["extra", "hold", "kick", "wait"]
    kick = found["kick"]
    assert (kick["left"], kick["own"]) == (known["change"], [])
    assert kick["lacks"] == [{"commit": known["fix"], "mends": "fixes"}]
    wait = found["wait"]
    assert wait["left"] == known["base"]
    assert wait["lacks"] == [{"commit": known["more"], "mends": ""}]
    assert (found["extra"]["old"], found["extra"]["followed"]) == (None, False)


def test_regions_that_stand_otherwise_are_told(
    trees: tuple[Repo, Repo, Repo, dict[str, str]],
) -> None:
    up, vendor, _, known = trees
    hold = functions(asked(up.path, vendor.path))["hold"]
    assert hold["own"] == [known["own"]] and hold["lacks"] == []
    assert [text.startswith("poke() went out of the region") for text in hold["regions"]] == [True]


def test_a_release_without_a_past_is_told_by_its_texts(
    trees: tuple[Repo, Repo, Repo, dict[str, str]],
) -> None:
    up, vendor, release, known = trees
    answer = asked(up.path, vendor.path, release.path)
    found = functions(answer, 1)
    assert sorted(found) == ["kick", "wait"]
    assert (found["kick"]["left"], found["kick"]["own"]) == (known["change"], [])
    assert found["kick"]["lacks"] == [{"commit": known["fix"], "mends": "fixes"}]


def test_a_fix_that_was_ported_is_not_lacking(tmp_path: Path) -> None:
    up, vendor = Repo.create(tmp_path / "up"), Repo.create(tmp_path / "vendor")
    for repo in (up, vendor):
        change = repo.commit("kvm: kick twice", {"a.c": file(edited("kick"), function("wait"))})
    said = f'kvm: kick less\n\nFixes: {change[:12]} ("kvm: kick twice")\n'
    fix = up.commit(said, {"a.c": file(edited("kick", by="two"), function("wait"))})
    mine = file(function("kick", more="\tvcpu->edited_two++;\n\tn += 2;\n"), function("wait"))
    port = vendor.commit(f"{said}\ncommit {fix} upstream.\n", {"a.c": mine})
    kick = functions(asked(up.path, vendor.path))["kick"]
    assert (kick["left"], kick["lacks"], kick["own"]) == (change, [], [port])


def test_two_revisions_of_one_clone_are_read_through_its_own_index(
    trees: tuple[Repo, Repo, Repo, dict[str, str]],
) -> None:
    up, _, _, known = trees
    with mock.patch("minekvm.adapters.git.discovery.joined", side_effect=AssertionError):
        found = functions(asked(up.path, f"{up.path}@{known['change']}"))
    assert {name: f["left"] for name, f in found.items()} == {
        "kick": known["change"],
        "wait": known["base"],
    }


def test_how_many_are_followed_and_where_is_said(
    trees: tuple[Repo, Repo, Repo, dict[str, str]],
) -> None:
    up, vendor, _, known = trees
    answer = asked(up.path, f"{vendor.path}@{known['change']}", more=("--most", "1"))
    found = functions(answer)
    assert [name for name, f in found.items() if f["followed"]] == ["kick"]
    assert any("nobody looked where they part" in gap["why"] for gap in answer["gaps"])
    told = run("drift", str(up.path), str(vendor.path)).out
    assert "lacking 1 fix" in told and "kvm: kick less" in told
    ran = run("drift", str(up.path))
    assert ran.code == 2 and "one or more others" in ran.err
