"""`minekvm region` on tiny histories: what lies between markers, and which commits changed it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.repos import Repo, git
from support.running import Ran, run

Ask = Callable[..., Ran]
ENDS = ("--enter", "lock", "--exit", "unlock", "--in", "f")


def define(name: str, *statements: str, head: str = "static int") -> str:
    lines = "".join(f"\t{statement}\n" for statement in statements)
    return f"{head} {name}(int a)\n{{\n{lines}}}\n"


def subjects(repo: Repo, told: Any) -> list[str]:
    names = {commit: subject for subject, commit in repo.named.items()}
    return [names[change["commit"]] for change in told["changes"]]


def test_a_change_in_a_callee_changes_the_region(repo: Repo, minekvm: Ask) -> None:
    top = define("f", "lock();", "g(a);", "unlock();")
    repo.commit("start", {"d/a.c": define("g", "b(a);") + top, "d/z.c": define("z", "y();")})
    repo.commit("callee", {"d/a.c": define("g", "b(a);", "c(a);") + top})
    repo.commit("elsewhere", {"d/z.c": define("z", "x();")})
    told = minekvm("region", *ENDS, "--json").json
    assert told["schema"] == "minekvm.region/1"
    assert (told["function"], told["enter"], told["exit"]) == ("f", ["lock"], ["unlock"])
    assert subjects(repo, told) == ["callee", "start"]
    newest = told["changes"][0]
    assert (newest["came"], newest["left"], newest["markers_moved"]) == (["c"], [], False)
    assert newest["parent"] == repo.named["start"]
    shown = ("call", "path", "function", "line", "must")
    assert [tuple(row[name] for name in shown) for row in newest["inside"]] == [
        ("g", "d/a.c", "f", 9, True), ("b", "d/a.c", "g", 3, True), ("c", "d/a.c", "g", 4, True),
    ]  # fmt: skip
    assert minekvm("region", *ENDS, "--json", "--depth", "0").json["changes"][0]["came"] == ["g"]


def test_helpers_in_headers_and_tables_in_other_files(repo: Repo, minekvm: Ask) -> None:
    begin = define("begin", "lock();", head="static inline void")
    ops = "struct ops v_ops = { .run = v_run };\n"
    repo.commit("start", {
        "k/a.c": define("f", "begin(a);", "ops->run(a);", "unlock();"),
        "include/lock.h": begin,
        "k/v/v.c": define("v_run", "b();") + ops,
    })  # fmt: skip
    repo.commit("operation", {"k/v/v.c": define("v_run", "b();", "c();") + ops})
    repo.commit("table", {"k/v/v.c": define("v_go", "d();") + ops.replace("v_run", "v_go")})
    repo.commit("header", {"include/lock.h": define("begin", "e();", head="static inline void")})
    told = minekvm("region", *ENDS, "--json").json
    assert subjects(repo, told) == ["header", "table", "operation", "start"]
    assert [change["came"] for change in told["changes"][:3]] == [[], ["d"], ["c"]]
    assert told["changes"][0]["left"] == ["run", "d"]


def test_the_function_is_followed_through_rename_and_move(repo: Repo, minekvm: Ask) -> None:
    lines = ("lock();", "if (a > 3)", "\tgo_on(a, 4);", "look_at(a);", "unlock();", "return a + 4;")
    repo.commit("start", {"a.c": define("former", *lines)})
    repo.commit("rename", {"a.c": define("f", *lines)})
    repo.commit("move", {"a.c": None, "b/b.c": define("f", *lines)})
    repo.commit("edit", {"b/b.c": define("f", lines[0], "c();", *lines[1:])})
    told = minekvm("region", *ENDS, "--json").json
    assert subjects(repo, told)[0] == "edit"
    assert subjects(repo, told)[-1] == "start"
    assert told["changes"][-1]["came"] == ["go_on", "look_at"]


def test_placements_and_the_place_where_a_call_might_stand(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": define("f", "lock();", "t();", "b();", "unlock();")})
    repo.commit("out", {"a.c": define("f", "lock();", "b();", "unlock();", "t();")})
    repo.commit("later", {"a.c": define("f", "b();", "lock();", "unlock();", "t();")})
    asked = ("--where", "t", "--at-place", "f:before:b", "--at-place", "f:after")
    told = minekvm("region", *ENDS, *asked, "--json").json
    names = {commit: subject for subject, commit in repo.named.items()}

    def rows(kind: str) -> list[tuple[str, str]]:
        return [(names[row["commit"]], row["state"]) for row in told[kind]]

    assert rows("placements") == [("out", "outside"), ("start", "inside")]
    assert rows("turns") == [("later", "outside"), ("start", "inside"), ("start", "outside")]
    assert told["turns"][0]["place"] == {"function": "f", "side": "before", "call": "b", "nth": 0}


def test_a_merge_changes_only_what_no_parent_had(repo: Repo, minekvm: Ask) -> None:
    texts = {
        n: define("f", "lock();", *n.split(), "unlock();") for n in ("", "b();", "c();", "d();")
    }
    first = repo.commit("start", {"a.c": texts[""]})
    left = repo.commit("left", {"a.c": texts["b();"]}, on=first)
    right = repo.commit("right", {"a.c": texts["c();"]}, on=first)
    repo.commit("clean", {"a.c": texts["b();"]}, on=(left, right))
    told = minekvm("region", *ENDS, "--json").json
    assert set(subjects(repo, told)) == {"right", "left", "start"}
    repo.commit("evil", {"a.c": texts["d();"]}, on=(left, right))
    told = minekvm("region", *ENDS, "--json").json
    assert subjects(repo, told)[0] == "evil"


@pytest.mark.parametrize("both", [False, True])
def test_what_was_before_a_merge_stands_in_the_parent_that_it_names(
    repo: Repo, minekvm: Ask, *, both: bool
) -> None:
    inside = define("f", "lock();", "b();", "unlock();")
    code = repo.commit("code", {"a.c": inside})
    other = {"README": "else\n"} | ({"a.c": "int a;\nint b;\n" + inside} if both else {})
    unrelated = repo.commit("unrelated", other, on=())
    cleared = define("f", "lock();", "unlock();", "b();")
    repo.commit("merged", {"a.c": "int a;\n" + cleared}, on=(unrelated, code))
    (change, *_) = minekvm("region", *ENDS, "--json").json["changes"]
    assert change["parent"] == (unrelated if both else code)
    (left,) = change["tables"][0]["left"]
    text = git("show", f"{change['parent']}:{left['path']}", cwd=repo.path)
    assert "b();" in text.splitlines()[left["line"] - 1]


def test_what_was_before_stands_at_the_lines_of_the_parent(repo: Repo, minekvm: Ask) -> None:
    inside = define("f", "lock();", "g();", "unlock();")
    called = define("g", "b();", "c();")
    repo.commit("start", {"a.c": called + inside})
    lower = repo.commit("lower", {"a.c": "int a;\nint b;\n" + called + "int c;\n" + inside})
    cleared = define("f", "lock();", "unlock();", "g();")
    repo.commit("out", {"a.c": "int a;\n" + called + cleared})
    (change, *_) = minekvm("region", *ENDS, "--json").json["changes"]
    assert change["parent"] == lower
    lines = git("show", f"{lower}:a.c", cwd=repo.path).splitlines()
    for left in change["tables"][0]["left"]:
        assert f"{left['call']}();" in lines[left["line"] - 1]
    assert {left["call"] for left in change["tables"][0]["left"]} == {"b", "c", "g"}


def test_identifiers_paths_and_leaks(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": define("f", "lock();", "if (a)", "\treturn mode;", "unlock();")})
    told = minekvm("region", *ENDS, "--also", "mode", "--json").json
    (now,) = told["now"]
    assert [(r["call"], r["must"]) for r in now["inside"]] == [("mode", True)]
    assert [(leak["kind"], leak["line"]) for leak in now["leaks"]] == [("return", 5)]


def test_dates_and_revisions(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": define("f", "lock();", "unlock();")})
    second = repo.commit("second", {"a.c": define("f", "lock();", "b();", "unlock();")})
    repo.commit("third", {"a.c": define("f", "lock();", "b();", "c();", "unlock();")})
    assert subjects(repo, minekvm("region", *ENDS, "--rev", second, "--json").json)[0] == "second"
    since = minekvm("region", *ENDS, "--since", "2020-01-03 00:00", "--json").json
    assert subjects(repo, since) == ["third"]


# --- what can go wrong


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (("--in", "nothing"), "defines nothing", "check"),
        (("--enter", "no_such"), "nor unlock_it is called from f", "--enter lock --exit unlock"),
        (("--at-place", "f"), "no place: f", "write it like"),
        (("--at-place", "f:beside"), "no place: f:beside", "write it like"),
    ],
)  # fmt: skip
def test_what_was_asked_wrongly(
    repo: Repo, minekvm: Ask, options: tuple[str, str], message: str, hint: str
) -> None:
    repo.commit("start", {"a.c": define("f", "lock();", "unlock();")})
    asked = {"--enter": "lock", "--exit": "unlock", "--in": "f", options[0]: options[1]}
    if "no_such" in options:
        asked["--exit"] = "unlock_it"
    ran = minekvm("region", *(part for pair in asked.items() for part in pair))
    assert ran.code == 1
    assert message in ran.err
    assert hint in ran.err


def test_a_shallow_clone_does_not_say_where_it_begins(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": define("f", "lock();", "unlock();")})
    cut = repo.commit("second", {"a.c": define("f", "lock();", "b();", "unlock();")})
    repo.commit("third", {"a.c": define("f", "lock();", "b();", "c();", "unlock();")})
    (repo.git_dir / "shallow").write_text(f"{cut}\n")
    told = minekvm("region", *ENDS, "--json").json
    assert subjects(repo, told) == ["third"]
    assert any("shallow" in gap["why"] for gap in told["gaps"])


def test_a_missing_blob_is_a_gap(repo: Repo, minekvm: Ask) -> None:
    top = define("f", "lock();", "g(a);", "unlock();")
    repo.commit("start", {"a.c": top, "b.h": define("g", "b();", head="static inline int")})
    lost = repo.commit("second", {"b.h": define("g", "c();", head="static inline int")})
    repo.commit("third", {"b.h": define("g", "d();", head="static inline int")})
    repo.object_path(repo.blob(lost, "b.h")).unlink()
    told = minekvm("region", *ENDS, "--json").json
    assert told["changes"][0]["came"] == ["d"]
    assert any(gap["path"] == "b.h" for gap in told["gaps"])


def test_sha256_latin1_and_binary(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone", algorithm="sha256")
    text = define("f", "lock();", "/* caf\xe9 */ b();", "unlock();").encode("latin-1")
    repo.commit("start", {"a.c": text, "b.c": b"lock\0unlock"})
    ran = run("region", "--repo", str(repo.path), *ENDS, "--json", untouched=repo.path)
    assert [row["call"] for row in ran.json["now"][0]["inside"]] == ["b"]


def test_hostile_names_are_shown_as_text(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start\x1b[31m`<b>", {"a`\x1b.c": define("f", "lock();", "b();", "unlock();")})
    assert "\x1b" not in minekvm("region", *ENDS).out
    markdown = minekvm("region", *ENDS, "--format", "md").out
    assert "\x1b" not in markdown
    assert "<b>" not in markdown


# --- what was followed wrongly once


def test_a_function_asked_for_at_its_old_path_is_followed_to_its_new_one(
    repo: Repo, minekvm: Ask
) -> None:
    lines = ("lock();", "if (a > 3)", "\tgo_on(a, 4);", "look_at(a);", "unlock();", "return a + 4;")
    other = define("f", "lock();", "alien();", "unlock();")
    repo.commit("start", {"d/a.c": define("f", *lines), "d/keep.c": define("k", "y();")})
    repo.commit("move", {"d/a.c": None, "e/b.c": define("f", *lines)})
    repo.commit("namesake", {"d/other.c": other})
    told = minekvm("region", *ENDS, "--path", "d/a.c", "--json").json
    assert [row["call"] for row in told["now"][0]["inside"]] == ["go_on", "look_at"]
    assert told["path"] == "e/b.c"
    assert subjects(repo, told) == ["start"]


def test_a_lock_that_got_a_wrapper_of_its_own_does_not_begin(repo: Repo, minekvm: Ask) -> None:
    def wrapper(name: str, inner: str) -> str:
        return f"static inline void {name}(void)\n{{\n\t{inner}(&table);\n}}\n"

    wrappers = wrapper("table_lock", "spin_lock") + wrapper("table_unlock", "spin_unlock")
    other = ("spin_lock(&other);", "b();", "spin_unlock(&other);")
    repo.commit("start", {
        "a.c": define("f", *other, "spin_lock(&table);", "t();", "spin_unlock(&table);")
    })  # fmt: skip
    repo.commit("wrapped", {
        "a.h": wrappers, "a.c": define("f", *other, "table_lock();", "t();", "table_unlock();"),
    })  # fmt: skip
    asked = ("--enter", "table_lock", "--exit", "table_unlock", "--in", "f")
    told = minekvm("region", *asked, "--where", "t", "--where", "b", "--json").json
    names = {commit: subject for subject, commit in repo.named.items()}
    assert [
        (row["symbol"], names[row["commit"]], row["state"]) for row in told["placements"]
    ] == [("t", "start", "inside"), ("b", "start", "outside")]  # fmt: skip


def test_a_renamed_folder_begins_nothing(repo: Repo, minekvm: Ask) -> None:
    text = define("f", "lock();", "if (a > 3)", "\tgo_on(a, 4);", "t();", "unlock();")
    repo.commit("start", {"lib_old/a.c": text, "lib_old/b.c": define("go_on", "x();")})
    repo.commit("folder", {
        "lib_old/a.c": None, "lib_old/b.c": None,
        "lib/new/a.c": text, "lib/new/b.c": define("go_on", "x();"),
    })  # fmt: skip
    told = minekvm("region", *ENDS, "--where", "t", "--json").json
    names = {commit: subject for subject, commit in repo.named.items()}
    assert [names[row["commit"]] for row in told["placements"]] == ["start"]
    assert subjects(repo, told) == ["start"]


def test_a_marker_in_two_halves_is_followed_by_the_half_that_balances(
    repo: Repo, minekvm: Ask
) -> None:
    helper = "static inline void {}(void)\n{{\n{}}}\n"
    leave = "\tnote_begin();\n\tset_state(&state, 1);\n\tnote_end();\n"
    enter = "\tcount_start();\n\tset_state(&state, 2);\n"
    repo.commit("start", {
        "m.h": helper.format("guest_enter", enter)
        + helper.format("guest_exit", leave + "\tcount_stop();\n"),
        "a.c": define("f", "guest_enter();", "run(a);", "guest_exit();", "after(a);"),
    })  # fmt: skip
    repo.commit("halves", {
        "m.h": helper.format("guest_enter", enter)
        + helper.format("guest_state_exit", leave)
        + helper.format("guest_count_exit", "\tcount_stop();\n"),
        "a.c": define(
            "f", "guest_enter();", "run(a);", "guest_state_exit();", "after(a);",
            "guest_count_exit();",
        ),
    })  # fmt: skip
    asked = ("--enter", "guest_enter", "--exit", "guest_exit", "--in", "f", "--where", "after")
    told = minekvm("region", *asked, "--json").json
    (now,) = told["now"]
    assert [row["call"] for row in now["inside"] if row["function"] == "f"] == ["run"]
    assert [m["call"] for m in now["markers"] if not m["opens"]] == ["guest_state_exit"]
    assert [row["state"] for row in told["placements"]] == ["outside"]


def test_locks_told_apart_and_guards_by_their_definition(repo: Repo, minekvm: Ask) -> None:
    guard = "#define BOX_GUARD(x) struct box *held __attribute__((cleanup(drop))) = take(x)\n"
    repo.commit("start", {
        "box.h": guard,
        "a.c": define("f", "m_lock(&a->one);", "t();", "m_unlock(&a->one);", "m_lock(&a->two);",
                      "u();", "m_unlock(&a->two);"),
        "b.c": define("g", "if (a) {", "\tBOX_GUARD(a);", "\tt();", "}", "u();"),
    })  # fmt: skip
    asked = ("--enter", "m_lock(&a->two)", "--exit", "m_unlock(&a->two)", "--in", "f")
    told = minekvm("region", *asked, "--where", "t", "--where", "u", "--json").json
    assert [row["state"] for row in told["placements"]] == ["outside", "inside"]
    asked = ("--enter", "BOX_GUARD", "--exit", "drop", "--in", "g")
    told = minekvm("region", *asked, "--where", "t", "--where", "u", "--json").json
    assert [row["state"] for row in told["placements"]] == ["inside", "outside"]


def test_a_callee_is_followed_through_files_that_no_sampled_tree_has(
    repo: Repo, minekvm: Ask
) -> None:
    callee = define("help", "lock();", "b(a);", "unlock();", head="int")
    top = {"d/a.c": define("f", "lock();", "help(a);", "unlock();")}
    repo.commit("start", {**top, "o/file.c": callee})
    for number in range(12):
        repo.commit(f"early {number}", {"z.c": f"int z{number};\n"})
    repo.commit("split", {"o/file.c": "int rest;\n", "o/store.c": callee})
    repo.commit("rename", {"o/store.c": None, "o/odb.c": callee})
    for number in range(5):
        repo.commit(f"late {number}", {"z.c": f"int y{number};\n"})
    told = minekvm("region", *ENDS, "--json").json
    assert subjects(repo, told) == ["start"]
    assert {row["path"] for row in told["changes"][0]["inside"]} == {"d/a.c", "o/file.c"}


def test_a_header_that_declares_types_and_defines_a_marker_counts_for_both(
    repo: Repo, minekvm: Ask
) -> None:
    """Also where some version of it was looked at for its types alone."""
    begin = define("begin", "lock();", head="static inline void")
    top = "#include <linux/lock.h>\n" + define("f", "begin(a);", "tip();", "unlock();")
    repo.commit("start", {"include/linux/lock.h": f"struct ops;\n{begin}", "kernel/a.c": top})
    for n in range(16):
        repo.commit(f"edit {n}", {"kernel/a.c": f"{top}int n{n};\n"})
    told = minekvm("region", *ENDS, "--where", "tip", "--json").json
    assert [row["state"] for row in told["placements"]] == ["inside"]
    assert subjects(repo, told) == ["start"]


def test_the_type_of_an_object_is_told_by_the_headers_that_a_file_includes(
    repo: Repo, minekvm: Ask
) -> None:
    """`run` of the machine's state is set as it is built: no table's, whatever its type's name."""
    arch = "struct vcpu_arch { int (*run)(int a); struct cb *cb; };\n"
    callbacks = "struct cb { int (*run)(int a); };\n"
    include = "#include <linux/host.h>\n"
    used = "\tlock();\n\tv->arch.{}(1);\n\ttip();\n\tunlock();\n\treturn 0;\n"
    head = f"{include}int f(struct vcpu *v)\n{{{{\n{used}}}}}\n"
    repo.commit("start", {
        "include/linux/host.h": "#include <asm/host.h>\nstruct vcpu { struct vcpu_arch arch; };\n",
        "arch/mips/include/asm/host.h": callbacks + arch,
        "arch/x86/include/asm/host.h": "struct vcpu_arch { struct cb *run; };\n",
        "arch/mips/kvm/vz.c": include + define("vz_run", "unlock();", "inner();", "lock();")
        + "static struct cb vz = { .run = vz_run };\n",
        "arch/mips/kvm/mips.c": head.format("run"),
    })  # fmt: skip
    asked = ("region", *ENDS, "--where", "tip", "--where", "inner", "--json")

    def states() -> dict[str, str]:
        latest: dict[str, str] = {}
        for row in minekvm(*asked).json["placements"]:
            latest.setdefault(row["symbol"], row["state"])
        return latest

    assert states() == {"tip": "inside"}
    other = arch.replace("cb *", "no *")
    repo.commit("of another type", {
        "arch/mips/include/asm/host.h": callbacks + other,
        "arch/mips/kvm/mips.c": head.format("cb->run"),
    })  # fmt: skip
    assert states() == {"tip": "inside"}
    repo.commit("of the table's type", {"arch/mips/include/asm/host.h": callbacks + arch})
    assert states() == {"tip": "inside", "inner": "outside"}
    assert subjects(repo, minekvm(*asked).json) == ["of the table's type", "start"]
