"""`minekvm blame`: true writers through small histories, beside what git says of them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from support.code import edited, file, function
from support.repos import SEALED, Repo
from support.running import Ran, run, spawn


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.create(tmp_path / "repo")


def asked(repo: Repo, what: str, *options: str) -> Any:
    return run("blame", what, "--repo", str(repo.path), "--json", *options).json


def writers(repo: Repo, what: str, *options: str) -> list[str]:
    """The subject of each line's writer; in runs, as "start x5, edit x1"."""
    found = asked(repo, what, *options)
    subjects = [found["commits"][row["commit"]]["subject"] for row in found["lines"]]
    runs: list[list[Any]] = []
    for subject in subjects:
        if runs and runs[-1][0] == subject:
            runs[-1][1] += 1
        else:
            runs.append([subject, 1])
    return [f"{subject} x{many}" for subject, many in runs]


def writer(repo: Repo, what: str, text: str, *options: str) -> str:
    """The subject of the commit that wrote the one line that has a text."""
    found = asked(repo, what, *options)
    (row,) = [row for row in found["lines"] if text in row["text"]]
    return str(found["commits"][row["commit"]]["subject"])


def ways(repo: Repo, what: str, text: str, *options: str) -> list[str]:
    found = asked(repo, what, *options)
    (row,) = [row for row in found["lines"] if text in row["text"]]
    return [
        f"{step['kind']} by {found['commits'][step['commit']]['subject']}" for step in row["way"]
    ]


def test_a_function_that_moved_to_another_file_keeps_its_writers(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("edit", {"a.c": file(function("f"), edited("g", by="back"))})
    repo.commit("move", {"a.c": file(function("f")), "b.c": file(edited("g", by="back"))})
    before = writers(repo, "g", "--rev", "HEAD~1")
    assert len(before) > 1
    assert writers(repo, "g") == before


def test_a_renamed_file_a_moved_function_and_a_reindent(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"), function("h"))})
    repo.commit(
        "rename", {"a.c": None, "sub/a.c": file(function("f"), function("g"), function("h"))}
    )
    spaced = function("g").replace("\t", "        ")
    repo.commit("reindent", {"sub/a.c": file(function("f"), spaced, function("h"))})
    repo.commit("move", {"sub/a.c": file(function("f"), function("h")), "z.c": file(spaced)})
    lines = function("g").rstrip("\n").count("\n") + 1
    assert writers(repo, "g") == [f"start x{lines}"]
    told = asked(repo, "g")["lines"][3]
    assert (told["old_path"], told["path"]) == ("a.c", "z.c")
    kinds = [step["kind"] for step in told["way"]]
    assert kinds == ["written", "file-renamed", "reindented", "moved"]


def test_what_a_revert_brings_back_is_its_first_writers(repo: Repo) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    gone = repo.commit("drop g", {"a.c": file(function("f"))})
    repo.commit("other", {"a.c": file(edited("f", by="back"))})
    message = f'Revert "drop g"\n\nThis reverts commit {gone}.\n'
    repo.commit(message, {"a.c": file(edited("f", by="back"), function("g"))})
    assert start
    lines = function("g").rstrip("\n").count("\n") + 1
    assert writers(repo, "g") == [f"start x{lines}"]
    assert ways(repo, "g", "g(")[-1] == 'brought back by Revert "drop g"'


def test_a_reapplied_change_is_its_first_writers(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    repo.commit("change", {"a.c": file(edited("f", by="back"))})
    repo.commit('Revert "change"', {"a.c": file(function("f"))})
    repo.commit("other", {"a.c": file(function("f"), function("h"))})
    repo.commit('Reapply "change"', {"a.c": file(edited("f", by="back"), function("h"))})
    assert "change x1" in writers(repo, "f")
    assert not [w for w in writers(repo, "f") if "apply" in w]


def test_listed_revisions_are_looked_through_and_told(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    plain = function("f")
    line = next(x for x in plain.split("\n") if "(" in x and x.startswith("\t"))
    changed = plain.replace(line, line.replace("(", "( (int) "))
    mass = repo.commit("style", {"a.c": file(changed)})
    assert writer(repo, "f", line.replace("(", "( (int) ").strip()) == "style"
    repo.commit("list it", {".git-blame-ignore-revs": f"# style\n{mass}\n"})
    assert writer(repo, "f", line.replace("(", "( (int) ").strip()) == "start"
    (told,) = asked(repo, "f")["looked_through"]
    assert told["commit"] == mass and ".git-blame-ignore-revs" in told["why"]


def test_a_rename_all_over_the_tree_is_looked_through(repo: Repo) -> None:
    body = "void use{0}(struct vcpu *v)\n{{\n\tvcpu_poke(v, {0});\n\tdone{0}(v);\n}}\n"
    many = {f"d/{n}.c": body.format(n) for n in range(40)}
    repo.commit("start", many)
    repo.commit(
        "rename", {path: text.replace("vcpu_poke", "vcpu_kick") for path, text in many.items()}
    )
    assert writer(repo, "use7", "vcpu_kick") == "start"
    assert "vcpu_poke -> vcpu_kick" in asked(repo, "use7")["looked_through"][0]["why"]
    few = {path: text.replace("done", "ended") for path, text in list(many.items())[:1]}
    path, text = next(iter(few.items()))
    repo.commit("own", {path: text.replace("vcpu_poke", "vcpu_kick")})
    assert writer(repo, "use0", "ended0") == "own"


def test_a_merge_takes_each_line_from_its_side(repo: Repo) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(edited("f", by="back"), function("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(function("f"), edited("g", by="back"))}, on=start)
    both = file(edited("f", by="back"), edited("g", by="back"))
    repo.commit("merge", {"a.c": both}, on=(left, right))
    assert {w.rpartition(" ")[0] for w in writers(repo, "a.c")} == {"start", "left", "right"}


def test_a_function_is_blamed_as_in_its_file(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"), function("h"))})
    repo.commit("edit", {"a.c": file(function("f"), edited("g", by="back"), function("h"))})
    repo.commit("swap", {"a.c": file(function("h"), edited("g", by="back"), function("f"))})
    whole = asked(repo, "a.c")["lines"]
    for name in "fgh":
        part = asked(repo, name)["lines"]
        assert part == [row for row in whole if part[0]["line"] <= row["line"] <= part[-1]["line"]]
    text = "".join(row["text"] + "\n" for row in whole)
    assert text == file(function("h"), edited("g", by="back"), function("f"))
    assert asked(repo, "a.c:3")["lines"] == whole[2:3]
    assert asked(repo, "a.c:3-5")["lines"] == whole[2:5]


def test_tokens_have_their_own_writers(repo: Repo) -> None:
    repo.commit("start", {"a.c": "int f(int n)\n{\n\treturn go(n, 0, n);\n}\n"})
    repo.commit("edit", {"a.c": "int f(int n)\n{\n\treturn go(n, 1, n);\n}\n"})
    found = asked(repo, "a.c:3", "--tokens")
    (row,) = found["lines"]
    told = {t["text"]: found["commits"][t["commit"]]["subject"] for t in row["tokens"]}
    assert told["1"] == "edit" and told["go"] == "start"
    assert row["text"][row["tokens"][1]["column"] :].startswith("go")


def test_why_and_moves_are_told(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    why = "Move g away.\n\nThe other file is too long because everybody adds to it.\n"
    repo.commit(why, {"a.c": file(function("f")), "b.c": file(function("g"))})
    repo.commit(
        "edit\n\nThis is needed because the old value was wrong.\n",
        {"b.c": file(edited("g", by="back"))},
    )
    shown = run("blame", "g", "--repo", str(repo.path), "--why", "--moves").out
    assert "because the old value was wrong" in shown
    assert re.search(r"moved by [0-9a-f]{12} \d{4}-\d\d-\d\d  Move g away", shown)
    marked = run("blame", "g", "--repo", str(repo.path), "--format", "md").out
    assert "| Commit | Written | Author | Line | Text |" in marked


def test_errors_are_one_line(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"))})

    def failed(*arguments: str) -> Ran:
        ran = run("blame", *arguments, "--repo", str(repo.path))
        assert ran.code == 1, ran.out
        return ran

    assert "no file b.c" in failed("b.c:3").err
    assert "no lines 900" in failed("a.c:900").err
    assert "no file sub/x.c" in failed("sub/x.c").err
    assert "no file x.c" in failed("x.c").err
    assert "did you mean" in failed("ff").err or "defines ff" in failed("ff").err


def test_files_that_are_empty_or_end_without_a_line_end(repo: Repo) -> None:
    repo.commit("start", {"a.c": "", "b.c": "int x;\nint y;", "c.c": "int x;\r\n"})
    repo.commit("more", {"b.c": "int x;\nint y;\nint z;", "c.c": "int x;\n"})
    assert asked(repo, "a.c")["lines"] == []
    assert run("blame", "a.c", "--repo", str(repo.path)).out.startswith("a.c, who wrote it")
    assert writers(repo, "b.c") == ["start x2", "more x1"]
    assert writers(repo, "c.c") == ["start x1"]


# --- git's own form


def porcelain(repo: Repo, path: str) -> tuple[bytes, bytes]:
    ours = spawn("blame", path, "--repo", str(repo.path), "--porcelain")
    theirs = subprocess.run(
        ["git", "blame", "--porcelain", "HEAD", "--", path],
        cwd=repo.path,
        env=os.environ | SEALED,
        capture_output=True,
        check=True,
    ).stdout
    return ours.out.encode("utf-8", "surrogateescape"), theirs


def test_porcelain_is_gits_to_the_byte(repo: Repo) -> None:
    repo.commit(
        "start", {"a b.c": file(function("f"), function("g"))}, author="Jörg <j@example.org>"
    )
    repo.commit("edit\n\nbody", {"a b.c": file(edited("f", by="back"), function("g"))})
    moved = file(edited("f", by="back"), function("g"))
    repo.commit("rename", {"a b.c": None, "ü.c": moved})
    repo.commit("more", {"ü.c": moved + "\nint last;\n"})
    ours, theirs = porcelain(repo, "ü.c")
    assert ours == theirs


def test_a_library_that_reads_gits_porcelain_reads_ours(repo: Repo) -> None:
    """GitPython runs `git blame -p` and parses what that prints; here that is ours."""
    import git as gitpython

    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("move", {"a.c": file(function("f")), "b.c": file(function("g"))})
    repo.commit("edit", {"b.c": file(edited("g", by="back"))})
    ours = spawn("blame", "b.c", "--repo", str(repo.path), "--porcelain")
    with gitpython.Repo(repo.path) as reader:
        with mock.patch.object(type(reader.git), "_call_process", return_value=ours.out.encode()):
            found = list(reader.blame("HEAD", "b.c") or ())
        rows: list[Any] = [[entry[0], entry[1]] for entry in found]
    told = [f"{commit.summary} x{len(lines)}" for commit, lines in rows]
    assert told == writers(repo, "b.c")


def test_what_was_copied_first_and_removed_later_has_moved(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("edit", {"a.c": file(function("f"), edited("g", by="back"))})
    both = file(function("f"), edited("g", by="back"))
    repo.commit("copy", {"sub/g.c": file(edited("g", by="back")), "a.c": both})
    repo.commit("copy here", {"g2.c": file(edited("g", by="back"))})
    assert {w.rpartition(" ")[0] for w in writers(repo, "g2.c")} == {"copy here"}
    repo.commit("remove the old one", {"a.c": file(function("f"))})
    g = ["g", "--path", "g2.c"]
    assert {w.rpartition(" ")[0] for w in writers(repo, *g)} == {"start", "edit"}
    assert ways(repo, "g", "g(", "--path", "g2.c")[-1] == "copied first by copy here"


HEADER = """struct request {
	struct list_head waiting_list;
	unsigned long requested_at;
};
"""


def test_a_struct_keeps_its_writers_through_a_split_of_its_header(repo: Repo) -> None:
    many = {f"z{n}.c": f'#include "queue.h"\nint used_by_number_{n};\n' for n in range(45)}
    repo.commit("start", {"queue.h": f"int first;\n{HEADER}int last;\n", **many})
    wider = HEADER.replace("unsigned long", "u64")
    repo.commit("wider", {"queue.h": f"int first;\n{wider}int last;\n"})
    users = {path: text.replace("queue.h", "queue-ll.h") for path, text in many.items()}
    parted = {"queue.h": "int first;\nint last;\n", "queue-ll.h": wider}
    repo.commit("split the header", {**parted, **users})
    told = ["start x2", "wider x1", "start x1"]
    assert writers(repo, "struct:request") == writers(repo, "request") == told
    assert writers(repo, "request.requested_at") == ["wider x1"]
    assert "moved by split the header" in ways(repo, "struct request", "waiting_list")


def test_what_is_no_function_is_blamed_as_in_its_file(repo: Repo) -> None:
    text = "#define LIMIT 4\nenum e {\n\tALPHA,\n\tBETA = 7,\n};\nstatic int counter = 1;\n"
    repo.commit("start", {"a.c": text + file(function("f")), "Kconfig": "config X\n\tbool\n"})
    repo.commit("edit", {"a.c": text.replace("7", "9").replace("4", "5") + file(edited("f"))})
    repo.commit("option", {"Kconfig": "config W\n\tbool\n\nconfig X\n\tbool\n\tdepends on W\n"})
    whole = asked(repo, "a.c")["lines"]
    for symbol in ("LIMIT", "enum:e", "BETA", "constant:BETA", "counter", "variable:counter"):
        lines = asked(repo, symbol)["lines"]
        first, last = lines[0]["line"], lines[-1]["line"]
        assert lines == whole[first - 1 : last]
    assert writers(repo, "CONFIG_X") == ["start x2", "option x1"]


def test_what_may_be_several_kinds_has_to_be_chosen(repo: Repo) -> None:
    repo.commit("start", {"a.c": "struct f { int a; };\n" + file(function("f"))})
    assert len(asked(repo, "struct:f")["lines"]) == 1
    assert len(asked(repo, "f")["lines"]) == len(asked(repo, "function:f")["lines"]) > 1
    failed = run("blame", "struct:nothing", "--repo", str(repo.path))
    assert (failed.code, failed.out) == (1, "") and "declares struct:nothing" in failed.err
