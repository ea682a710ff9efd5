"""What `inspect` says of one commit: each kind of the contract, merges, roots, nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.code import HALVES, body, edited, file, function, of
from support.repos import Repo
from support.running import Ran

Seen = Callable[..., list[str]]


def test_a_root(repo: Repo, seen: Seen) -> None:
    repo.commit("root", {"a.c": file(function("f"), function("g")), "README": "hello\n"})
    assert seen() == ["added - > a.c:f", "added - > a.c:g"]


def test_no_c_in_it(repo: Repo, seen: Seen, minekvm: Callable[..., Ran]) -> None:
    repo.commit("root", {"a.c": file(function("f"))})
    repo.commit("docs", {"README": "hello\n", "tool.py": "def f(): pass\n"})
    repo.commit("nothing")
    assert seen("HEAD") == seen("HEAD~1") == []
    assert minekvm("inspect", "HEAD", "--json").json["gaps"] == []


def test_a_scope_may_name_files_of_another_ending(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    repo.commit("root", {"p/gram.y": file(function("f")), "a.c": file(function("g"))})
    repo.commit("edit", {"p/gram.y": file(edited("f")), "a.c": file(edited("g"))})
    for scope, names in (("*.y", ["f"]), ("p/gram.y", ["f"]), ("*.c", ["g"])):
        changes = minekvm("inspect", "HEAD", "--scope", scope, "--json").json["changes"]
        assert [change["new"]["name"] for change in changes] == names


def test_c_without_functions(repo: Repo, seen: Seen) -> None:
    repo.commit("root", {"a.h": "#define LIMIT 1\nint f(int);\nstruct s { int a; };\n"})
    repo.commit("edit", {"a.h": "#define LIMIT 2\nint f(int);\nstruct s { int b; };\n"})
    assert seen("HEAD") == seen("HEAD~1") == []


def test_added_removed_modified_signature(repo: Repo, seen: Seen) -> None:
    long = "static long {}(struct vcpu *vcpu, long flags, int n)"
    repo.commit("root", {"a.c": file(function("gone"), function("f"), function("g"))})
    after = [edited("f"), function("g", head=long), function("come")]
    repo.commit("edit", {"a.c": file(*after)})
    assert seen() == [
        "added - > a.c:come",
        "modified a.c:f > a.c:f",
        "removed a.c:gone > -",
        "signature a.c:g > a.c:g",
    ]


def test_renamed_moved_and_both(repo: Repo, seen: Seen) -> None:
    rest = function("rest")
    repo.commit(
        "root", {"a.c": file(function("r"), function("m"), function("b"), rest), "b.c": file(rest)}
    )
    repo.commit(
        "shuffle",
        {
            "a.c": file(function("r_new", "r"), rest),
            "b.c": file(rest, function("m"), function("b_new", "b")),
        },
    )
    assert seen() == [
        "moved a.c:m > b.c:m",
        "renamed a.c:r > a.c:r_new",
        "renamed+moved a.c:b > b.c:b_new",
    ]


def test_a_file_renamed_changes_no_function(repo: Repo, seen: Seen) -> None:
    repo.commit("root", {"a.c": file(function("f"), function("g"))})
    repo.commit("rename", {"a.c": None, "b.c": file(function("f"), function("g"))})
    assert [line for line in seen() if not line.startswith("file-renamed")] == []


def test_extracted_and_inlined(repo: Repo, seen: Seen) -> None:
    part, rest = HALVES
    whole = file(of("f", part + rest + body("f")))
    parted = file(of("part", part), of("f", "\tpart(vcpu, n);\n" + rest + body("f")))
    repo.commit("root", {"a.c": whole})
    out = repo.commit("out", {"a.c": parted})
    repo.commit("in", {"a.c": whole})
    assert seen(out) == ["extracted a.c:f > a.c:part", "modified a.c:f > a.c:f"]
    assert seen() == ["inlined a.c:part > a.c:f", "modified a.c:f > a.c:f"]


def test_split_and_superseded(repo: Repo, seen: Seen) -> None:
    first, second = HALVES
    repo.commit("root", {"a.c": file(of("f", first + second), function("g"))})
    wrapper = of("f", "\tf_first(vcpu, n);\n\tf_second(vcpu, n);\n")
    split = [of("f_first", first), of("f_second", second), wrapper]
    repo.commit("split", {"a.c": file(*split, function("g"))})
    rows = seen()
    assert "split a.c:f > a.c:f_first" in rows
    assert "split a.c:f > a.c:f_second" in rows
    assert "modified a.c:f > a.c:f" in rows
    inner = function("__g", "g", head="static int {}(struct vcpu *vcpu, int n, bool deep)")
    outer = of("g", "\treturn __g(vcpu, n, false);\n")
    repo.commit("wrap", {"a.c": file(*split, inner, outer)})
    assert "superseded a.c:g > a.c:__g" in seen()
    assert not [line for line in seen() if line.startswith(("added", "renamed"))]


def test_twins_merged(repo: Repo, seen: Seen) -> None:
    twins = f"#ifdef CONFIG_X\n{function('f')}#else\n{edited('f')}#endif\n"
    repo.commit("root", {"a.c": twins})
    repo.commit("unify", {"a.c": file(edited("f", by="both"))})
    assert "merged a.c:f > a.c:f" in seen()


def test_a_merge_against_every_parent(repo: Repo, seen: Seen) -> None:
    start = repo.commit("root", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(edited("f"), function("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(function("f"), edited("g"))}, on=start)
    repo.commit("clean", {"a.c": file(edited("f"), edited("g"))}, on=(left, right))
    assert seen("HEAD", "left") == ["modified a.c:g > a.c:g"]
    assert seen("HEAD", "right") == ["modified a.c:f > a.c:f"]
    evil = repo.commit("evil", {"a.c": file(edited("f"), edited("g", by="hand"))}, on=(left, right))
    assert seen(evil, "left") == ["modified a.c:g > a.c:g"]
    assert seen(evil, "right") == ["modified a.c:f > a.c:f", "modified a.c:g > a.c:g"]


def test_an_octopus_against_every_parent(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    rest = {n: function(n) for n in "fgh"}
    start = repo.commit("root", {"a.c": file(*rest.values())})
    trees = [file(*(rest | {n: edited(n)}).values()) for n in "fgh"]
    tips = [repo.commit(f"tip-{at}", {"a.c": t}, on=start) for at, t in enumerate(trees)]
    repo.commit("octopus", {"a.c": file(*map(edited, "fgh"))}, on=tips)
    answer = minekvm("inspect", "HEAD", "--json").json
    rows = [(c["parent"], c["kind"], c["new"]["name"]) for c in answer["changes"]]
    expected = [(tips[at], "modified", n) for at in range(3) for n in "fgh" if n != "fgh"[at]]
    assert rows == expected


def test_only_what_the_scope_holds(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    repo.commit("root", {"x/a.c": file(function("f")), "y/b.c": file(function("g"))})
    answer = minekvm("inspect", "HEAD", "--json", "--scope", "y").json
    assert [c["new"]["path"] for c in answer["changes"]] == ["y/b.c"]


@pytest.mark.parametrize(
    "form", ["full", "short", "HEAD~1", "tag", "branch", "annotated", ":/edit"]
)
def test_a_commit_in_any_form(repo: Repo, minekvm: Callable[..., Ran], form: str) -> None:
    repo.commit("root", {"a.c": file(function("f"))})
    edit = repo.commit("edit", {"a.c": file(edited("f"))})
    repo.commit("last", {"a.c": file(function("f"))})
    repo.tag("tag", edit)
    repo.branch("branch", edit)
    tag = f"object {edit}\ntype commit\ntag annotated\ntagger T <t@example.org> 0 +0000\n\nv1\n"
    repo.tag("annotated", repo.write("tag", tag.encode()))
    named = {"full": edit, "short": edit[:8]}.get(form, form)
    answer = minekvm("inspect", named, "--json").json
    assert answer["commit"] == edit
    assert [c["kind"] for c in answer["changes"]] == ["modified"]


def test_a_call_that_two_others_came_to_stand_around(
    repo: Repo, minekvm: Callable[..., Ran]
) -> None:
    repo.commit("start", {"a.c": "int f(int a)\n{\n\tprepare(a);\n\treturn run(a);\n}\n"})
    wrapped = "\tprepare(a);\n\tstate_enter();\n\ta = run(a);\n\tstate_exit();\n\treturn a;\n"
    repo.commit("wrap", {"a.c": "int f(int a)\n{\n" + wrapped + "}\n"})
    pair = [{"calls": ["run"], "enter": "state_enter", "exit": "state_exit"}]
    (change,) = minekvm("inspect", "HEAD", "--json").json["changes"]
    assert (change["kind"], change["wraps"]) == ("modified", pair)
    assert (
        "wrapped   a.c: f: run() between state_enter() and state_exit()"
        in minekvm("inspect", "HEAD").out
    )
    newest, oldest = minekvm("lineage", "--json", "f").json["events"]
    assert (newest["wraps"], "wraps" in oldest) == (pair, False)
    assert "run() between state_enter() and state_exit()" in minekvm("lineage", "f").out


def declared(minekvm: Callable[..., Ran], commit: str = "HEAD") -> list[tuple[str, str, str, str]]:
    """What a commit did to what is no function: kind, sort, old and new name."""
    rows = minekvm("inspect", "--json", commit).json["declared"]
    return [
        (
            row["kind"],
            (row["new"] or row["old"])["kind"],
            row["old"]["name"] if row["old"] else "",
            row["new"]["name"] if row["new"] else "",
        )
        for row in rows
    ]


def test_what_is_no_function(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    old = "#define LIMIT 1\nenum e { A = 1, B };\nstruct s { int a; long b; };\n"
    new = "#define LIMIT 2\nenum e { A = 4, B };\nstruct s { int a; u64 b; char c; };\n"
    table = "static const struct ops table = { .run = %s };\n"
    repo.commit(
        "root",
        {"a.h": old, "a.c": file(function("f")) + table % "f", "Kconfig": "config X\n\tbool\n"},
    )
    repo.commit(
        "edit",
        {
            "a.h": new,
            "a.c": file(edited("f")) + table % "g",
            "Kconfig": 'config X\n\tbool "x"\n\tdepends on Y\n',
        },
    )
    assert set(declared(minekvm)) == {
        ("value-changed", "macro", "LIMIT", "LIMIT"),
        ("value-changed", "constant", "A", "A"),
        ("type-changed", "field", "s.b", "s.b"),
        ("added", "field", "", "s.c"),
        ("entry-changed", "entry", "table.run", "table.run"),
        ("added", "entry", "", "X.prompt"),
        ("added", "entry", "", "X.depends on"),
    }
    screen = minekvm("inspect", "HEAD").out
    assert "1 function change: 1 modified; 7 other changes:" in screen
    assert "field s.b: long -> u64" in screen
    places = minekvm("inspect", "HEAD", "--format", "vimgrep").out
    assert "a.h:3:1: added s.c" in places


def test_what_shifted_is_not_changed(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    rest = "struct s {\n\tint a;\n};\nint v = 1;\n"
    repo.commit("root", {"a.c": rest + file(function("f"))})
    repo.commit("edit", {"a.c": "#define NEW 1\n\n" + rest + file(edited("f"))})
    assert declared(minekvm) == [("added", "macro", "", "NEW")]


def test_directives_inside_of_functions_count(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    text = "int f(void)\n{\n#define STEP %d\n\treturn STEP;\n}\n"
    repo.commit("root", {"a.c": text % 1})
    repo.commit("edit", {"a.c": text % 2})
    assert declared(minekvm) == [("value-changed", "macro", "STEP", "STEP")]


def test_of_a_merge_what_none_of_its_parents_had(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    text = "#define A %d\n#define B %d\n#define C %d\n"
    root = repo.commit("root", {"a.h": text % (1, 1, 1)})
    there = repo.commit("there", {"a.h": text % (1, 2, 1)})
    here = repo.commit("here", {"a.h": text % (2, 1, 1)}, on=root)
    repo.commit("merge", {"a.h": text % (2, 2, 3)}, on=[here, there])
    assert declared(minekvm) == [("value-changed", "macro", "C", "C")] * 2
