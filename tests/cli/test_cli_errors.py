"""Questions that have no answer: one clear line, a hint, and the clone left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.code import edited, file, function
from support.repos import Repo
from support.running import Ran, assert_clear, run

Ask = Callable[..., Ran]
COMMANDS = (("lineage", "f"), ("inspect", "HEAD"))


@pytest.mark.parametrize("command", COMMANDS)
def test_not_a_repository(tmp_path: Path, command: tuple[str, str]) -> None:
    ran = run(*command, "--repo", str(tmp_path), untouched=tmp_path)
    assert_clear(ran, "not a git repository", "--repo")
    assert_clear(run(*command, cwd=tmp_path), "not a git repository")


@pytest.mark.parametrize("name", ["absent", "absent/below", "x" * 5000, "new\nline", "-r", ""])
def test_no_such_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / name if name else "/dev/null/x"
    assert_clear(run("inspect", "HEAD", "--repo", str(path)), "no such folder")


def test_a_file_inside_the_clone_will_do(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    (repo.path / "a.c").write_text("anything\n")
    assert run("inspect", "HEAD", "--json", "--repo", str(repo.path / "a.c")).json["changes"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_commits_yet(repo: Repo, minekvm: Ask, command: tuple[str, str]) -> None:
    assert_clear(minekvm(*command), "no commit")


def test_a_missing_commit(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    for name in ("deadbeef", "v5.19", "f" * 40, "HEAD~7", "HEAD^2", "main:", "a..b", "HEAD^{tree}"):
        assert_clear(minekvm("inspect", "--", name))
        assert_clear(minekvm("lineage", "f", "--rev", name))


HOSTILE = (
    "",
    " ",
    "-x",
    "--all",
    "--output=pwned",
    "a b",
    "'\"`$(id)",
    "new\nline",
    "*",
    "[a-z]?",
    ":(top)",
    ":(glob)**/*.c",
    "\x1b[31mred",
    "ünï",
    "\udcff\udcfe",
    "x" * 5000,
    "@{-1}",
    "HEAD@{yesterday}",
    "^HEAD",
    "HEAD..",
    "\\",
    "(",
    "a{1000000}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_revisions(repo: Repo, minekvm: Ask, text: str) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    for ran in (minekvm("inspect", "--", text), minekvm("lineage", "f", "--rev", text)):
        assert_clear(ran)
    assert not (repo.path / "pwned").exists()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_symbols(repo: Repo, minekvm: Ask, text: str) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    assert_clear(minekvm("lineage", "--", text))
    assert_clear(minekvm("lineage", "--path", "a.c", "--", text))


@pytest.mark.parametrize("text", (*HOSTILE, ".", "..", "/etc/passwd", "../x", "sub/", "a.c/x"))
def test_hostile_paths(repo: Repo, minekvm: Ask, text: str) -> None:
    repo.commit("start", {"a.c": file(function("f")), "sub/b.c": file(function("f", "b"))})
    assert_clear(minekvm("lineage", "f", "--path", text))


@pytest.mark.parametrize("text", ("./a.c", "sub/../a.c", ".//a.c"))
def test_a_path_that_is_spelt_oddly(repo: Repo, minekvm: Ask, text: str) -> None:
    repo.commit("start", {"a.c": file(function("f")), "sub/b.c": file(function("f", "b"))})
    answer = minekvm("lineage", "f", "--json", "--path", text).json
    assert [d["path"] for d in answer["definitions"]] == ["a.c"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_scopes(repo: Repo, minekvm: Ask, text: str) -> None:
    """A pathspec that git refuses is an error, one that matches nothing an empty answer."""
    repo.commit("start", {"a.c": file(function("f"))})
    ran = minekvm("inspect", "HEAD", "--json", "--scope", text)
    if ran.code:
        assert_clear(ran)
    else:
        assert {c["new"]["path"] for c in ran.json["changes"]} <= {"a.c"}
    ran = minekvm("lineage", "nosuch", "--scope", text)
    assert_clear(ran)


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("text", ["garbage", "", "\n", "-", "ünï"])
def test_dates_that_git_cannot_read(repo: Repo, minekvm: Ask, option: str, text: str) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    assert_clear(minekvm("lineage", "f", option, text), option)


def test_dates_that_git_can_read(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    for text in ("now", "yesterday", "2 weeks ago", "2021-02-03", "@1600000000 +0000", "never"):
        assert len(minekvm("lineage", "f", "--since", text, "--json").json["events"]) in (0, 1)
    for text in ("now", "2021-02-03", "last friday"):
        assert len(minekvm("lineage", "f", "--until", text, "--json").json["events"]) == 1


def test_an_ambiguous_hash(repo: Repo, minekvm: Ask) -> None:
    made: dict[str, str] = {}
    text = file(function("f"))
    while True:
        commit = repo.commit(f"commit {len(made)}", {"a.c": text} if not made else {})
        if commit[:4] in made.values():
            break
        made[commit] = commit[:4]
    assert_clear(minekvm("inspect", commit[:4]), "ambiguous")


def test_objects_that_are_no_commits(repo: Repo, minekvm: Ask) -> None:
    start = repo.commit("start", {"a.c": file(function("f"))})
    blob = repo.blob(start, "a.c")
    repo.tag("blob-tag", blob)
    tag = f"object {blob}\ntype blob\ntag t\ntagger T <t@example.org> 0 +0000\n\nv1\n"
    repo.tag("annotated", repo.write("tag", tag.encode()))
    assert_clear(minekvm("inspect", blob), "blob, not a commit")
    assert_clear(minekvm("inspect", "HEAD:a.c"), "blob, not a commit")
    assert_clear(minekvm("inspect", "blob-tag"), "blob, not a commit")
    assert_clear(minekvm("inspect", "HEAD^{tree}"), "tree, not a commit")
    assert_clear(minekvm("inspect", "annotated"), "not a commit")
    assert_clear(minekvm("lineage", "f", "--rev", "HEAD^{tree}"), "tree, not a commit")


def test_did_you_mean(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file(function("vcpu_enter_guest"), function("vcpu_load"))})
    call = "static int run(struct vcpu *vcpu)\n{\n\treturn vcpu_enter_guest(vcpu, 1);\n}\n"
    repo.commit("call", {"b.c": file(call)})
    for wrong in ("vcpu_enter_gest", "vcpu_entre_guest", "cpu_enter_guest"):
        assert_clear(minekvm("lineage", wrong), "did you mean vcpu_enter_guest?")
        assert_clear(minekvm("lineage", wrong, "--path", "a.c"), "did you mean vcpu_enter_guest?")
    assert_clear(minekvm("lineage", "nothing_like_it"), "check the spelling")


def test_a_symbol_of_another_file(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file(function("f")), "b.c": file(function("g"))})
    assert_clear(minekvm("lineage", "f", "--path", "b.c"), "in b.c")
    assert_clear(minekvm("lineage", "f", "--path", "absent.c"), "in absent.c")
    assert_clear(minekvm("lineage", "f", "--scope", "b.c"))


def test_a_symbol_that_only_stands_in_text(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file("/* ghost(1) */\n" + edited("f")), "doc.txt": "ghost()\n"})
    assert_clear(minekvm("lineage", "ghost"))


def test_defined_in_too_many_files(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {f"{at:02}.c": file(function("init", str(at))) for at in range(20)})
    assert_clear(minekvm("lineage", "init"), "20 files", "--path")
    assert minekvm("lineage", "init", "--json", "--path", "07.c").json["events"]
    assert minekvm("lineage", "init", "--json", "--scope", "0*.c").json["events"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("lineage",),
        ("inspect",),
        ("lineage", "f", "g"),
        ("lineage", "f", "--nonsense"),
        ("lineage", "f", "--format", "pdf"),
        ("nonsense",),
        ("lineage", "-x"),
        ("lineage", "f", "--rev"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Error: " in ran.err or "Usage: " in ran.err
    assert "Traceback" not in ran.err


def test_help_and_version() -> None:
    assert run("--version").out.startswith("minekvm ")
    for arguments in (("--help",), ("lineage", "-h"), ("inspect", "--help")):
        ran = run(*arguments)
        assert ran.code == 0
        assert "Usage" in ran.out


def test_a_question_that_is_no_text(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    repo.commit("f", {"a.c": "int f(void)\n{\n\treturn 1;\n}\n"})
    for name in ("\udcff", "why did \udcff move?"):
        assert_clear(minekvm("why", "--", name))
