"""`minekvm needs`: what a target lacks for a change, whether it applies, what to take with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minekvm.adapters.git.discovery import joined
from minekvm.adapters.git.merging import Merged, Picker
from minekvm.adapters.git.objects import Objects
from minekvm.adapters.git.shadow import locate, open_shadow
from minekvm.core.model import CommitId
from support.clones import snapshot
from support.repos import Repo, git
from support.running import Ran, assert_clear

Ask = Callable[..., Ran]


def kick(*lines: str, head: str = "int kick(struct vcpu *vcpu, int n)") -> str:
    return f"{head}\n{{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


FIRST = ("one(vcpu);", "two(vcpu);", "three(vcpu);", "four(vcpu);", "five(vcpu);", "return n;")
HEADER = "struct vcpu {\n\tint id;\n};\n\nint one(struct vcpu *vcpu);\n"


def put(lines: tuple[str, ...], **changed: str) -> tuple[str, ...]:
    """The lines with some replaced by others, by their first word."""
    return tuple(changed.get(line.partition("(")[0], line) for line in lines)


@pytest.fixture
def story(repo: Repo) -> dict[str, str]:
    """Main went on from `old`: a line was rewritten, names were given, and a change used both."""
    old = repo.commit("begin", {"kvm.c": kick(*FIRST), "kvm.h": HEADER, "far.c": "int far;\n"})
    repo.branch("old", old)
    second = put(FIRST, three="three_times(vcpu);")
    text = repo.commit("kvm: do three better", {"kvm.c": kick(*second)})
    aside = repo.commit("far: aside", {"far.c": "int far;\nint farther;\n"})
    header = HEADER.replace("\tint id;\n", "\tint id;\n\tint kick_count;\n")
    field = repo.commit("kvm: count kicks", {"kvm.h": header})
    helper = header + "\nstatic inline int kick_most(struct vcpu *vcpu)\n{\n\treturn 9;\n}\n"
    given = repo.commit("kvm: how many kicks at most", {"kvm.h": helper})
    third = put(second, three_times="three_times(vcpu, vcpu->kick_count, kick_most(vcpu));")
    change = repo.commit("kvm: kick no more than most", {"kvm.c": kick(*third)})
    said = f'kvm: kick less\n\nFixes: {change[:12]} ("kvm: kick no more than most")\n'
    fix = repo.commit(said, {"kvm.c": kick(*put(third, four="four(vcpu, 1);"))})
    repo.branch("main", fix)
    return {
        **{"old": old, "text": text, "aside": aside, "field": field},
        **{"given": given, "change": change, "fix": fix},
    }


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {n["commit"]: n["state"] for n in answer["needs"]}


def need(answer: dict[str, Any], commit: str) -> dict[str, Any]:
    (found,) = [n for n in answer["needs"] if n["commit"] == commit]
    return dict(found)


def test_text_names_and_later_fixes_are_lacking(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("needs", "--json", story["change"], "--onto", "old").json
    assert (told["schema"], told["commit"]) == ("minekvm.needs/1", story["change"])
    assert told["onto"] == story["old"]
    assert told["applies"] == "conflict"
    wanted = [story[name] for name in ("text", "field", "given", "fix")]
    assert states(told) == dict.fromkeys(wanted, "absent")
    assert "text" in need(told, story["text"])["kinds"]
    (reason,) = [r for r in need(told, story["field"])["reasons"] if r["kind"] == "names"]
    assert (reason["rule"], reason["grade"]) == ("field or variable", "observed")
    assert "kick_count" in reason["text"]
    assert "function" in [r["rule"] for r in need(told, story["given"])["reasons"]]
    assert need(told, story["fix"])["after"] is True


def test_the_conflict_says_where(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("needs", "--json", story["change"], "--onto", "old").json
    (conflict,) = told["trials"][0]["conflicts"]
    assert (conflict["path"], conflict["function"]) == ("kvm.c", "kick")
    assert conflict["lines"] == [5, 5]


def test_the_plan_applies_in_its_order(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("needs", "--json", story["change"], "--onto", "old").json
    order = told["plan"]["order"]
    assert told["plan"]["applies"] == "clean"
    assert told["plan"]["commits"] == 4
    assert order[-2:] == [story["change"], story["fix"]]
    assert order.index(story["field"]) < order.index(story["given"])
    assert story["aside"] not in order


def test_what_is_there_under_another_hash_is_present(
    story: dict[str, str], repo: Repo, minekvm: Ask
) -> None:
    second = put(FIRST, three="three_times(vcpu);")
    said = f"kvm: do three better\n\ncommit {story['text']} upstream.\n"
    port = repo.commit(said, {"kvm.c": kick(*second)}, on=story["old"])
    repo.branch("stable", port)
    repo.branch("main", story["fix"])
    told = minekvm("needs", "--json", "-v", story["change"], "--onto", "stable").json
    assert told["applies"] == "clean"
    assert story["text"] not in [c for c, s in states(told).items() if s == "absent"]


def test_a_change_that_is_there_already_says_so(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("needs", "--json", story["text"], "--onto", "main").json
    assert told["trials"][0]["empty"] is True
    assert told["plan"] is None
    assert any("already" in note for note in told["notes"])


def test_a_reverted_commit_is_lacking(story: dict[str, str], repo: Repo, minekvm: Ask) -> None:
    said = f'Revert "kvm: do three better"\n\nThis reverts commit {story["text"]}.\n'
    undone = repo.commit(said, {"kvm.c": kick(*FIRST)}, on=story["given"])
    repo.branch("undone", undone)
    repo.branch("main", story["fix"])
    told = minekvm("needs", "--json", story["change"], "--onto", "undone").json
    assert told["applies"] == "conflict"
    (trial,) = told["trials"]
    assert trial["conflicts"][0]["commits"] == [undone]


def test_other_parameters_are_told(repo: Repo, minekvm: Ask) -> None:
    base = repo.commit("begin", {"a.h": "static inline int sum(int a)\n{\n\treturn a;\n}\n"})
    repo.branch("old", base)
    wide = "static inline int sum(int a, int b)\n{\n\treturn a + b;\n}\n"
    more = repo.commit("sum: take another", {"a.h": wide})
    user = repo.commit("use it", {"b.c": "int g(void)\n{\n\treturn sum(1, 2);\n}\n"})
    told = minekvm("needs", "--json", user, "--onto", "old").json
    assert told["applies"] == "clean"
    (reason,) = need(told, more)["reasons"]
    assert reason["rule"] == "parameters"
    assert "sum()" in reason["text"]


@pytest.mark.parametrize(
    ("gave", "use", "what"),
    [
        ({"t.h": "TRACE_EVENT(kicked,\n\tTP_PROTO(int n)\n);\n"}, "trace_kicked(1);", "tracepoint"),
        ({"k.h": "#define KICK_MAX 3\n"}, "return KICK_MAX;", "macro"),
        ({"k.h": "struct kick_state {\n\tint n;\n};\n"}, "struct kick_state s;", "type"),
        ({"k.h": "enum kick {\n\tKICK_LATE = 1,\n};\n"}, "return KICK_LATE;", "constant"),
        ({"Kconfig": "config KICKING\n\tbool\n"}, "if (IS_ENABLED(CONFIG_KICKING)) f();",
         "Kconfig symbol"),
    ],
)  # fmt: skip
def test_each_kind_of_name(
    repo: Repo, minekvm: Ask, gave: dict[str, str], use: str, what: str
) -> None:
    base = repo.commit("begin", {"a.c": "int g(void)\n{\n\treturn 0;\n}\n", "z.h": "int z;\n"})
    repo.branch("old", base)
    giver = repo.commit("give", gave)
    change = repo.commit("use", {"a.c": f"int g(void)\n{{\n\t{use}\n\treturn 0;\n}}\n"})
    told = minekvm("needs", "--json", change, "--onto", "old").json
    assert [r["rule"] for r in need(told, giver)["reasons"]] == [what]


def test_what_the_message_says_is_needed(repo: Repo, minekvm: Ask) -> None:
    base = repo.commit("begin", {"a.c": "int a;\n", "b.c": "int b;\n"})
    repo.branch("old", base)
    first = repo.commit("a: prepare", {"a.c": "int a;\nint aa;\n"}, author="B <b@example.org>")
    said = f'b: go on\n\nThis depends on commit {first[:12]} ("a: prepare").\n'
    change = repo.commit(said, {"b.c": "int b;\nint bb;\n"})
    told = minekvm("needs", "--json", change, "--onto", "old").json
    assert told["applies"] == "clean"
    found = need(told, first)
    assert (found["state"], found["required"], found["kinds"]) == ("absent", True, ["said"])
    assert first[:12] in found["reasons"][0]["citations"][0]["quote"]


# --- patches


@pytest.fixture
def patch(story: dict[str, str], repo: Repo, tmp_path: Path) -> Path:
    file = tmp_path / "kick.patch"
    text = git("format-patch", "-1", "--stdout", story["change"], cwd=repo.path)
    file.write_text(text + "\n")
    return file


def test_a_patch_file_is_asked_like_its_commit(
    story: dict[str, str], minekvm: Ask, patch: Path
) -> None:
    told = minekvm("needs", "--json", str(patch), "--onto", "old").json
    assert told["commit"] is None
    assert told["changes"][0]["subject"] == "kvm: kick no more than most"
    assert told["applies"] == "conflict"
    assert minekvm("needs", "--json", str(patch), "--onto", story["given"]).json[
        "applies"
    ] == "clean"  # fmt: skip


def test_a_patch_of_an_unknown_base_fits_with_fuzz(
    story: dict[str, str], minekvm: Ask, patch: Path
) -> None:
    text = patch.read_text().replace("index ", "index fffffff")
    patch.write_text(text.replace(" \tone(vcpu);", " \tother(vcpu);"))
    told = minekvm("needs", "--json", str(patch), "--onto", story["given"]).json
    assert told["applies"] == "clean"
    assert told["trials"][0]["fuzz"] is True


def test_a_range_is_taken_one_by_one(story: dict[str, str], minekvm: Ask) -> None:
    asked = f"{story['old']}..{story['change']}"
    told = minekvm("needs", "--json", asked, "--onto", "old").json
    assert [c["commit"] for c in told["changes"]] == [
        story[name] for name in ("text", "aside", "field", "given", "change")
    ]
    assert story["text"] not in states(told)


@pytest.mark.parametrize(
    "text",
    [
        "no patch at all\n",
        "diff --git a/../x b/../x\n--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n",
        "diff --git a/x b/x\nBinary files a/x and b/x differ\n",
    ],
)
def test_a_hostile_patch_is_one_clear_line(
    repo: Repo, minekvm: Ask, tmp_path: Path, text: str
) -> None:
    repo.commit("begin", {"a.c": "int a;\n"})
    (tmp_path / "x.patch").write_text(text)
    assert_clear(minekvm("needs", str(tmp_path / "x.patch")), "x.patch")


def test_a_merge_is_refused_with_its_range(repo: Repo, minekvm: Ask) -> None:
    base = repo.commit("begin", {"a.c": "int a;\n"})
    side = repo.commit("side", {"b.c": "int b;\n"})
    merge = repo.commit("Merge", {}, on=(base, side))
    assert_clear(minekvm("needs", merge), "is a merge", "^1..")


@pytest.mark.parametrize("form", ["terminal", "md"])
def test_the_answer_names_what_is_lacking(story: dict[str, str], minekvm: Ask, form: str) -> None:
    out = minekvm("needs", "--format", form, story["change"], "--onto", "old").out
    for word in (story["text"][:12], story["fix"][:12], "kick_count", "conflicts", "kvm.c:5"):
        assert word in out


# --- the trial itself


@pytest.mark.parametrize("by_files", [False, True])
def test_a_trial_is_what_git_makes_of_it(story: dict[str, str], repo: Repo, by_files: bool) -> None:
    """Clean, in conflict, and clean with the lines of both sides in it."""
    shadow = open_shadow(locate(repo.path))

    def pick(base: str, commit: str, onto: str) -> Merged:
        sides = CommitId(base), CommitId(commit), CommitId(onto)
        with Objects(shadow) as objects, Picker(shadow, objects, by_files=by_files) as picker:
            return picker.pick(*sides)

    assert set(pick(story["given"], story["change"], story["old"]).conflicts) == {"kvm.c"}
    clean = pick(story["text"], story["aside"], story["old"])
    assert clean.conflicts == {}
    assert clean.files == {"far.c": ("100644", b"int far;\nint farther;\n")}
    both = pick(story["change"], story["fix"], story["text"])
    assert b"four(vcpu, 1);" in (both.files["kvm.c"] or ("", b""))[1]
    assert pick(story["text"], story["aside"], story["fix"]).files == {}


# --- the target in another clone


@pytest.fixture
def vendor(story: dict[str, str], tmp_path: Path) -> Repo:
    """Another clone, without a commit of the first: its own `kick` does three otherwise."""
    other = Repo.create(tmp_path / "vendor")
    lines = put(FIRST, three="three_ways(vcpu);")
    other.commit("vendor: begin", {"kvm.c": kick(*lines), "kvm.h": HEADER})
    other.branch("stable", other.tip)
    other.commit("vendor: go on", {"README": "vendor\n"})
    return other


def test_the_target_may_be_of_another_clone(
    story: dict[str, str], vendor: Repo, minekvm: Ask
) -> None:
    before = snapshot(vendor.path)
    asked = ("--json", story["change"], "--tree", str(vendor.path))
    told = minekvm("needs", *asked, "--onto", "stable").json
    assert told["onto"] == vendor.named["vendor: begin"]
    assert told["applies"] == "conflict"
    assert {story["given"], story["field"]} <= {c for c, s in states(told).items() if s == "absent"}
    assert "names" in need(told, story["given"])["kinds"]
    (conflict,) = told["trials"][0]["conflicts"]
    assert (conflict["path"], conflict["function"]) == ("kvm.c", "kick")
    assert minekvm("needs", *asked).json["onto"] == vendor.tip
    assert snapshot(vendor.path) == before
    alone = minekvm("needs", "--json", story["change"], "--onto", "old").json
    assert alone["onto"] == story["old"]  # the clone by itself has none of it


def test_what_comes_from_the_other_clone_is_there(
    story: dict[str, str], repo: Repo, minekvm: Ask, tmp_path: Path
) -> None:
    """A clone of the clone that went on: what it took is there."""
    git("clone", "-q", "--bare", str(repo.path), "next.git", cwd=tmp_path)
    told = minekvm("needs", "--json", story["change"], "--tree", str(tmp_path / "next.git")).json
    assert told["trials"][0]["empty"]
    assert "absent" not in states(told).values()


def test_no_clone_beside_is_one_line(story: dict[str, str], minekvm: Ask, tmp_path: Path) -> None:
    assert_clear(minekvm("needs", story["change"], "--tree", str(tmp_path / "nowhere")))


def test_check_looks_at_a_commit_on_the_other_clone(
    story: dict[str, str], vendor: Repo, minekvm: Ask
) -> None:
    answer = json.loads(minekvm("check", "--json", story["change"], "--tree", str(vendor.path)).out)
    assert answer["onto"] == vendor.tip
    assert [f["rule"] for f in answer["findings"]] == ["conflict"]


def test_where_one_of_two_clones_is_cut_off_the_other_goes_on(
    story: dict[str, str], vendor: Repo, repo: Repo, minekvm: Ask, tmp_path: Path
) -> None:
    """Each ends at a commit of its own; and at one of which the other has what is behind it."""
    copies = [tmp_path / "copy", tmp_path / "cut"]
    for source, at, depth, copy in ((repo, "main", 2, copies[0]), (vendor, "main", 1, copies[1])):
        place = source.path.as_uri()
        git("clone", "-q", f"--depth={depth}", "-b", at, place, str(copy), cwd=tmp_path)
    both = open_shadow(joined(locate(copies[0]), locate(copies[1])))
    ends = {story["change"], git("rev-parse", "main", cwd=vendor.path)}
    assert set((both / "shallow").read_text().split()) == ends
    whole = open_shadow(joined(locate(repo.path), locate(copies[0])))
    assert not (whole / "shallow").exists()
    before = [snapshot(copy) for copy in copies]
    found = minekvm("needs", "--json", story["fix"], "--tree", str(copies[1])).json
    assert found["onto"] in ends
    assert [snapshot(copy) for copy in copies] == before


NEW = (
    "diff --git a/{0} b/{0}\nnew file mode 100644\n"
    "--- /dev/null\n+++ b/{0}\n@@ -0,0 +1 @@\n+int n;\n"
)


@pytest.mark.parametrize("path", ["kvm.c", "lib", "kvm.c/below.c"])
def test_a_new_file_where_something_stands_is_a_conflict(
    repo: Repo, minekvm: Ask, tmp_path: Path, path: str
) -> None:
    repo.commit("begin", {"kvm.c": "int kvm;\n", "lib/a.c": "int a;\n"})
    patch = tmp_path / "new.patch"
    patch.write_text(NEW.format(path))
    told = minekvm("needs", "--json", str(patch)).json
    (conflict,) = told["trials"][0]["conflicts"]
    assert (told["applies"], conflict["path"]) == ("conflict", path)
    patch.write_text(NEW.format("lib/b.c") * 2)
    assert minekvm("needs", "--json", str(patch)).json["applies"] == "conflict"


def test_a_file_that_a_patch_changes_twice_is_changed_twice(
    repo: Repo, minekvm: Ask, tmp_path: Path
) -> None:
    """Two diffs put one behind the other, the second on the first."""
    repo.commit("begin", {"kvm.c": "int a;\n"})
    form = "--- a/kvm.c\n+++ b/kvm.c\n@@ -1 +1 @@\n-int {};\n+int {};\n"
    patch = tmp_path / "two.patch"
    patch.write_text(form.format("a", "b") + form.format("b", "c"))
    assert minekvm("needs", "--json", str(patch)).json["applies"] == "clean"


def test_a_mode_alone_is_a_change(repo: Repo, minekvm: Ask, tmp_path: Path) -> None:
    repo.commit("begin", {"run.sh": "true\n"})
    patch = tmp_path / "mode.patch"
    patch.write_text("diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n")
    told = minekvm("needs", "--json", str(patch)).json
    assert (told["applies"], told["trials"][0]["empty"]) == ("clean", False)
