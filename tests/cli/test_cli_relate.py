"""`minekvm relate` on tiny histories: each relation, in both directions, with its quote."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from minekvm.clone.clone import open_clone
from support.repos import DAY, START, Repo, git
from support.running import Ran, assert_clear, index_locked, run

Ask = Callable[..., Ran]
Row = tuple[str, str, str]


def body(value: int, name: str = "f") -> str:
    steps = f"\tint b = a * 3;\n\tif (b > {value})\n\t\treturn b;\n\treturn a;\n"
    return f"int {name}(int a)\n{{\n{steps}}}\n"


@pytest.fixture
def related(minekvm: Ask) -> Callable[[str], list[Row]]:
    """What a commit has to do with others: kind, direction, the other's hash."""

    def ask(commit: str) -> list[Row]:
        told = minekvm("relate", "--json", commit).json
        assert told["commit"] == commit
        return [(r["kind"], r["direction"], r["other"]) for r in told["relations"]]

    return ask


def one(told: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [r for r in told["relations"] if r["kind"] == kind]
    return dict(found)


def test_fixes_in_both_directions(repo: Repo, minekvm: Ask, related: Callable[..., Any]) -> None:
    bad = repo.commit("kvm: add f", {"a.c": body(1)})
    repo.commit("other: work", {"b.c": body(1, "g")})
    said = f'kvm: mend f\n\nIt was wrong.\n\nFixes: {bad[:12]} ("kvm: add f")\n'
    good = repo.commit(said, {"a.c": body(2)})
    assert ("fixes", "out", bad) in related(good)
    assert ("fixes", "in", good) in related(bad)
    cited = one(minekvm("relate", "--json", bad).json, "fixes")["citation"]
    assert cited["commit"] == good
    assert cited["place"] == {"kind": "message", "lines": [5, 5]}
    assert cited["quote"] == f'Fixes: {bad[:12]} ("kvm: add f")'


def test_a_revert_by_sentence_and_by_subject(repo: Repo, related: Callable[..., Any]) -> None:
    one_ = repo.commit("a: do this", {"a.c": body(1)})
    two = repo.commit("b: do that", {"b.c": body(1, "g")})
    said = f'Revert "a: do this"\n\nThis reverts commit {one_}.\n'
    undone = repo.commit(said, {"a.c": None})
    other = repo.commit('Revert "b: do that"\n\nIt broke.\n', {"b.c": None})
    assert ("reverts", "out", one_) in related(undone)
    assert ("reverts", "in", undone) in related(one_)
    assert ("reverts", "out", two) in related(other)
    assert ("reverts", "in", other) in related(two)


def test_an_upstream_hash_leads_to_the_backport_that_names_it(
    repo: Repo, minekvm: Ask, related: Callable[..., Any]
) -> None:
    upstream = "c0ffee" + "1234567890" * 3 + "abcd"
    port = repo.commit(f"net: add f\n\ncommit {upstream} upstream.\n", {"a.c": body(1)})
    said = f'net: mend f\n\nFixes: {upstream[:12]} ("net: add f")\n'
    mend = repo.commit(said, {"a.c": body(2)})
    assert ("backport-of", "out", upstream) in related(port)
    assert ("fixes", "in", mend) in related(port)
    found = one(minekvm("relate", "--json", mend).json, "fixes")
    assert (found["other"], found["check"]) == (port, "through backport")
    assert not one(minekvm("relate", "--json", port).json, "backport-of")["here"]


def test_two_backports_of_one_commit_know_each_other(
    repo: Repo, related: Callable[..., Any]
) -> None:
    upstream = "beef" * 10
    root = repo.commit("begin", {"a.c": body(1)})
    one_ = repo.commit(f"net: x\n\n[ Upstream commit {upstream} ]\n", {"a.c": body(2)}, on=root)
    two = repo.commit(f"net: x\n\ncommit {upstream} upstream.\n", {"b.c": body(2, "g")}, on=root)
    repo.branch("side", one_)
    assert ("same-patch", "out", two) in related(one_)
    assert ("same-patch", "out", one_) in related(two)


def test_a_wrong_subject_is_said_with_the_commit_it_fits(repo: Repo, minekvm: Ask) -> None:
    meant = repo.commit("net: the one that was meant here", {"a.c": body(1)})
    other = repo.commit("mm: something else entirely", {"b.c": body(1, "g")})
    said = f'net: mend\n\nFixes: {other[:12]} ("net: the one that was meant here")\n'
    mend = repo.commit(said, {"a.c": body(2)})
    told = minekvm("relate", "--json", mend).json
    assert one(told, "fixes")["check"] == "wrong subject"
    (wrong,) = told["unresolved"]
    assert wrong["fits"] == [meant]


def test_a_short_hash_that_nothing_has_is_said(repo: Repo, minekvm: Ask) -> None:
    mend = repo.commit('net: mend\n\nFixes: 0123456789ab ("net: gone")\n', {"a.c": body(2)})
    told = minekvm("relate", "--json", mend).json
    assert [u["hash"] for u in told["unresolved"]] == ["0123456789ab"]
    assert told["unresolved"][0]["why"] == "absent"


def test_the_same_patch_is_known_by_its_patch_id(repo: Repo, related: Callable[..., Any]) -> None:
    root = repo.commit("begin", {"a.c": body(1), "z.c": "int z;\n"})
    first = repo.commit("net: raise it", {"a.c": body(2)}, on=root)
    aside = repo.commit("other", {"z.c": "int zz;\n"}, on=root)
    again = repo.commit("net: raise it", {"a.c": body(2)}, on=aside)
    repo.branch("side", first)
    assert ("same-patch", "out", again) in related(first)
    assert ("same-patch", "out", first) in related(again)


def test_a_series_by_its_mails(repo: Repo, related: Callable[..., Any]) -> None:
    def patch(number: int, area: str) -> str:
        address = f"https://lore.kernel.org/r/20200101120000.777-{number}-dev@example.org"
        return f"{area}: part {number}\n\nLink: {address}\n"

    one_ = repo.commit(patch(1, "net"), {"a.c": body(1)}, author="A <a@x>")
    repo.commit("unrelated", {"z.c": "int z;\n"})
    two = repo.commit(patch(2, "mm"), {"b.c": body(1, "g")}, author="B <b@x>")
    assert ("same-series", "out", two) in related(one_)
    assert ("same-series", "out", one_) in related(two)


def test_a_series_by_its_line(repo: Repo, related: Callable[..., Any]) -> None:
    def stamp(seconds: int) -> tuple[str, str]:
        return f"{START + seconds} +0000", f"{START + 5 * DAY + seconds} +0000"

    made = [
        repo.commit(f"net: part {n}", {f"{n}.c": body(n, f"f{n}")}, dates=stamp(60 * n))
        for n in range(3)
    ]
    repo.commit("mm: other", {"z.c": "int z;\n"}, dates=stamp(300))
    series = {o for kind, _, o in related(made[1]) if kind == "same-series"}
    assert series == {made[0], made[2]}


def test_a_series_by_the_merge_that_brought_it_in(repo: Repo, related: Callable[..., Any]) -> None:
    root = repo.commit("begin", {"z.c": "int z;\n"})
    one_ = repo.commit("net: one", {"a.c": body(1)}, on=root, author="A <a@x>")
    two = repo.commit("net: two", {"b.c": body(1, "g")}, on=one_, author="B <b@x>")
    main = repo.commit("elsewhere", {"z.c": "int zz;\n"}, on=root)
    merge = repo.commit("Merge branch 'net'", {}, on=(main, two))
    assert ("same-series", "out", two) in related(one_)
    assert ("same-series", "in", merge) in related(one_)
    assert ("same-series", "out", main) not in related(one_)


def test_what_touched_the_same_function_before_and_after(
    repo: Repo, minekvm: Ask, related: Callable[..., Any]
) -> None:
    both = body(1) + body(1, "g")
    one_ = repo.commit("add f and g", {"a.c": both})
    repo.commit("edit g", {"a.c": body(1) + body(2, "g")})
    two = repo.commit("edit f", {"a.c": body(2) + body(2, "g")})
    repo.commit("edit g again", {"a.c": body(2) + body(3, "g")})
    three = repo.commit("edit f again", {"a.c": body(3) + body(3, "g")})
    assert ("touches-same", "out", one_) in related(two)
    assert ("touches-same", "in", three) in related(two)
    assert len([r for r in related(two) if r[0] == "touches-same"]) == 2
    told = minekvm("relate", "--json", two).json["relations"]
    assert {r["rule"] for r in told} == {"changed f() before", "changed f() after"}


def test_two_commits_are_connected_over_a_third(repo: Repo, minekvm: Ask) -> None:
    one_ = repo.commit("net: one", {"a.c": body(1)})
    mid = repo.commit(f'mm: two\n\nSince commit {one_[:12]} ("net: one").\n', {"b.c": body(1, "g")})
    far = repo.commit(f'fs: three\n\nFixes: {mid[:12]} ("mm: two")\n', {"c.c": body(1, "h")})
    told = minekvm("relate", "--json", far, one_).json
    assert (told["commit"], told["other"]) == (far, one_)
    best = told["paths"][0]
    assert [(s["from"], s["kind"], s["direction"], s["to"]) for s in best] == [
        (far, "fixes", "out", mid),
        (mid, "cites", "out", one_),
    ]
    assert all(s["citation"]["quote"] for s in best)


def test_nothing_connects_strangers(repo: Repo, minekvm: Ask) -> None:
    one_ = repo.commit("net: one", {"a.c": body(1)}, author="A <a@x>")
    two = repo.commit("mm: two", {"b.c": body(1, "g")}, author="B <b@x>")
    assert minekvm("relate", "--json", one_, two).json["paths"] == []
    assert "nothing connects them" in minekvm("relate", one_, two).out


def test_a_commit_off_every_ref_is_answered_too(repo: Repo, related: Callable[..., Any]) -> None:
    root = repo.commit("begin", {"a.c": body(1)})
    stray = repo.commit(f'mend\n\nFixes: {root[:12]} ("begin")\n', {"a.c": body(2)}, on=root)
    repo.commit("go on", {"a.c": body(3)}, on=root)
    assert ("fixes", "out", root) in related(stray)


def test_while_another_writes_what_is_there_is_answered_and_else_it_is_waited_for(
    repo: Repo, minekvm: Ask
) -> None:
    root = repo.commit("begin", {"a.c": body(1)})
    minekvm("index")
    path = Path(minekvm("index", "--json").json["path"])
    with index_locked(path):
        told = minekvm("relate", "--json", root).json
        assert told["gaps"] == []
        late = repo.commit("late", {"a.c": body(2)})
        asked = [sys.executable, "-m", "minekvm", "relate", late, "--repo", str(repo.path)]
        waiting = subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr is not None
        assert "another minekvm is writing it: waiting" in waiting.stderr.readline()
    out, err = waiting.communicate()
    assert (waiting.returncode, err) == (0, "")
    assert "late" in out


def test_who_waits_to_write_does_not_go_on_reading(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": body(1)})
    minekvm("index")
    with ExitStack() as held:
        writer = held.enter_context(ExitStack())
        writer.enter_context(index_locked(Path(minekvm("index", "--json").json["path"])))
        repo.commit("late", {"a.c": body(2)})
        clone = held.enter_context(open_clone(repo.path))
        reader = clone.stored
        assert reader is not None
        assert not reader.writable
        writer.close()
        assert clone.index.writable
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            reader.count()  # a writer that truncates its log would wait for it


@pytest.mark.parametrize("form", ["terminal", "md"])
def test_hostile_words_stay_words(repo: Repo, minekvm: Ask, form: str) -> None:
    bad = repo.commit("net: [red]x[/red] \x1b[31m<script>", {"a.c": body(1)})
    said = f'net: y\n\nFixes: {bad[:12]} ("net: [red]x[/red] \x1b[31m<script>")\n'
    repo.commit(said, {"a.c": body(2)})
    out = minekvm("relate", "HEAD", "--format", form).out
    assert "\x1b[31m" not in out
    assert "script" in out


def kinds(told: dict[str, Any], other: str) -> list[str]:
    return [r["kind"] for r in told["relations"] if r["other"] == other]


def test_every_relation_between_two_commits_is_told_strongest_first(
    repo: Repo, minekvm: Ask
) -> None:
    bad = repo.commit("kvm: add f", {"a.c": body(1)})
    said = f'kvm: mend f\n\nSince commit {bad[:12]} ("kvm: add f") it fails.\n'
    cites = repo.commit(said, {"a.c": body(2)})
    fixes = repo.commit(f'{said}\nFixes: {bad[:12]} ("kvm: add f")\n', {"a.c": body(3)})
    assert kinds(minekvm("relate", "--json", cites).json, bad) == ["cites", "touches-same"]
    assert kinds(minekvm("relate", "--json", fixes).json, bad) == ["fixes", "cites"]
    assert kinds(minekvm("relate", "--json", bad).json, cites) == ["cites", "touches-same"]


def test_a_stated_chain_comes_before_a_function_that_both_change(repo: Repo, minekvm: Ask) -> None:
    first = repo.commit("ring: add f", {"a.c": body(1)})
    repo.commit("begin g", {"g.c": body(9, "g")})
    chain = [repo.commit("ring: tune f", {"a.c": body(2)})]
    for n in range(3):
        quoted = "ring: tune f" if not n else f"ring: back {n}"
        words = f'Revert "{quoted}"\n\nThis reverts commit {chain[-1]}.\n'
        chain.append(repo.commit(words, {"a.c": body(1 if n % 2 == 0 else 2)}))
    told = minekvm("relate", "--json", chain[-1], chain[0]).json
    assert [[(s["kind"], s["to"]) for s in path] for path in told["paths"][:2]] == [
        [("reverts", c) for c in chain[-2::-1]],
        [("touches-same", chain[0])],
    ]
    assert minekvm("relate", "--json", chain[0], first).json["paths"]


def test_a_link_to_a_letter_or_in_prose_is_no_place_in_a_series(
    repo: Repo, related: Callable[..., Any]
) -> None:
    def link(number: int) -> str:
        return f"https://lore.kernel.org/r/20200101120000.1234-{number}-a@x.y"

    repo.commit("begin", {"z.c": "int z;\n"})
    one_ = repo.commit(f"net: one\n\nLink: {link(1)}\n", {"a.c": body(1)}, author="A <a@x>")
    two = repo.commit(f"mm: two\n\nLink: {link(2)}\n", {"b.c": body(1, "g")}, author="B <b@x>")
    three = repo.commit(f"fs: three\n\nLink: {link(0)}\n", {"c.c": body(1, "h")}, author="C <c@x>")
    four = repo.commit(f"vm: four\n\nAs asked in {link(1)} .\n", {"d.c": body(1, "i")})
    assert ("same-series", "out", two) in related(one_)
    assert not {r for c in (three, four) for r in related(c) if r[0] == "same-series"}
    assert {o for kind, _, o in related(one_) if kind == "same-series"} == {two}


def test_nothing_is_connected_by_a_squash_or_a_merge(repo: Repo, minekvm: Ask) -> None:
    root = repo.commit("begin", {"z.c": "int z;\n"})
    made = [
        repo.commit(f"area{n}: do {n}", {f"f{n}.c": body(1, f"f{n}")}, author=f"A{n} <a{n}@x>")
        for n in range(14)
    ]
    listed = "\n".join(f'commit {c[:12]} ("area{n}: do {n}")' for n, c in enumerate(made))
    squash = repo.commit(f"all: of it\n\n{listed}\n", {"y.c": "int y;\n"})
    assert minekvm("relate", "--json", made[0], made[9]).json["paths"] == []
    assert minekvm("relate", "--json", made[0], squash).json["paths"]
    side = repo.commit("net: one", {"s.c": body(1, "s")}, on=root, author="S <s@x>")
    more = repo.commit("mm: two", {"t.c": body(1, "t")}, on=side, author="T <t@x>")
    repo.commit("Merge everything", {}, on=(squash, more))
    assert minekvm("relate", "--json", side, more).json["paths"] == []


def test_what_stands_on_another_branch_is_neither_before_nor_after(
    repo: Repo, minekvm: Ask
) -> None:
    root = repo.commit("add f", {"a.c": body(1)})
    main = repo.commit("main: edit f", {"a.c": body(2)})
    last = repo.commit("main: edit f again", {"a.c": body(3)})
    repo.branch("main-line", last)
    stable = repo.commit("stable: edit f", {"a.c": body(2)}, on=root)

    def touching(commit: str) -> list[tuple[str, str, bool]]:
        told = minekvm("relate", "--json", commit).json["relations"]
        rows = [r for r in told if r["kind"] == "touches-same"]
        return [(r["other"], r["rule"], r["on_other_branch"]) for r in rows]

    assert touching(stable) == [(root, "changed f() before", False)]
    assert touching(last) == [
        (main, "changed f() before", False),
        (stable, "changed f() on another branch", True),
    ]
    assert "other branches" in minekvm("relate", last).out
    after = minekvm("relate", "--json", root).json["relations"]
    assert {r["other"] for r in after if r["direction"] == "in"} <= {main, stable, last}
    assert all(not r["on_other_branch"] for r in after)


def test_a_copy_of_what_no_ref_has_is_found(repo: Repo, minekvm: Ask) -> None:
    root = repo.commit("begin", {"a.c": "int a;\n"})
    lost = repo.commit("kvm: add f", {"a.c": body(1)}, on=root)
    copy = repo.commit("kvm: add f", {"a.c": body(1), "b.c": "int b;\n"}, on=root)
    mend = repo.commit(f"kvm: mend f\n\nFixes: {lost}\n", {"a.c": body(2)}, on=copy)
    told = one(minekvm("relate", "--json", mend).json, "fixes")
    assert (told["other"], told["here"], told["check"]) == (copy, True, "by subject")


def test_the_same_change_id_is_the_same_patch(repo: Repo, related: Callable[..., Any]) -> None:
    change = "Change-Id: I0123456789abcdef0123456789abcdef01234567"
    root = repo.commit("begin", {"z.c": "int z;\n"})
    one_ = repo.commit(f"net: one\n\n{change}\n", {"a.c": body(1)}, on=root)
    repo.branch("one", one_)
    two = repo.commit(f"net: once more\n\n{change}\n", {"a.c": body(2)}, on=root)
    other = repo.commit(f"mm: two\n\n{change[:-1]}8\n", {"b.c": body(1)}, on=two)
    assert ("same-patch", "out", one_) in related(two)
    assert ("same-patch", "out", two) in related(one_)
    assert not [r for r in related(other) if r[0] == "same-patch"]


def test_a_long_role_stands_apart_from_the_name(repo: Repo, minekvm: Ask) -> None:
    repo.commit("x: y\n\nCo-developed-by: Sean <s@x>\nSigned-off-by: A <a@x>\n", {"a.c": body(1)})
    assert "Co-developed-by Sean" in " ".join(minekvm("relate", "HEAD").out.split())


def test_a_clone_without_trees_is_a_gap(repo: Repo, tmp_path: Path) -> None:
    repo.commit("add f", {"a.c": body(1)})
    repo.commit("edit f", {"a.c": body(2)})
    partial = tmp_path / "treeless"
    for options in (("config", "uploadpack.allowFilter", "true"),):
        git(*options, cwd=repo.path)
    source = f"file://{repo.path}"
    git("clone", "-q", "--bare", "--filter=tree:0", source, str(partial), cwd=tmp_path)
    questions = (
        ("relate", "HEAD"),
        ("relate", "HEAD", "HEAD~1"),
        ("ports", "HEAD"),
        ("why", "why was f changed?"),
    )
    for question in questions:
        told = run(*question, "-C", str(partial), "--json").json
        assert any("trees are not in this clone" in gap["why"] for gap in told["gaps"]), question
    ran = run("origins", "HEAD", "-C", str(partial))
    assert_clear(ran, "git diff-tree failed", "lacks objects")
