"""The lineage of symbols that are no functions, as a user asks for it."""

from __future__ import annotations

from minekvm.api import open as opened
from minekvm.errors import MinekvmError
from support.repos import Repo

BOX = "struct box {\n\tint id;\n\tlong size;\n};\n"


def lineage(repo: Repo, symbol: str) -> list[str]:
    found = opened(repo.path).lineage(symbol)
    return [
        f"{found.commits[e.commit].subject}: {'+'.join(e.change.kinds)}"
        f" {e.change.old.name if e.change.old else '-'} > "
        f"{e.change.new.path + ':' + e.change.new.name if e.change.new else '-'}"
        for e in found.events
    ]


def grown(repo: Repo) -> None:
    """A struct whose field is renamed, whose file is left, and that gives a field away."""
    repo.commit("start", {"a.h": f"#define DEPTH 3\n{BOX}", "b.c": "int run(void)\n{\n}\n"})
    repo.commit("rename", {"a.h": f"#define DEPTH 3\n{BOX}".replace("size", "bytes_size")})
    wide = BOX.replace("size", "bytes_size").replace("\tint id;\n", "\tint id;\n\tchar *tag;\n")
    repo.commit("more", {"a.h": f"#define DEPTH 4\n{wide}"})
    repo.commit("move", {"a.h": "#define DEPTH 4\n", "c.h": wide})
    apart = wide.replace("\tchar *tag;\n", "") + "struct label {\n\tint at;\n\tchar *tag;\n};\n"
    repo.commit("apart", {"c.h": apart, "b.c": "int box;\n"})


def test_a_struct_is_followed_with_its_members(repo: Repo) -> None:
    grown(repo)
    assert lineage(repo, "struct:box") == [
        "apart: moved box.tag > c.h:label.tag",
        "move: moved box > c.h:box",
        "more: added - > a.h:box.tag",
        "rename: renamed box.size > a.h:box.bytes_size",
        "start: introduced - > a.h:box",
    ]


def test_a_field_is_followed_across_structs_and_files(repo: Repo) -> None:
    grown(repo)
    assert lineage(repo, "label.tag") == [
        "apart: moved box.tag > c.h:label.tag",
        "move: moved box > c.h:box",
        "more: introduced - > a.h:box.tag",
    ]
    assert lineage(repo, "box.bytes_size")[-2:] == [
        "rename: renamed box.size > a.h:box.bytes_size",
        "start: introduced - > a.h:box.size",
    ]


def test_values_of_macros(repo: Repo) -> None:
    grown(repo)
    assert lineage(repo, "DEPTH") == [
        "more: value-changed DEPTH > a.h:DEPTH",
        "start: introduced - > a.h:DEPTH",
    ]


def test_a_name_of_several_kinds_says_how_to_choose(repo: Repo) -> None:
    grown(repo)
    try:
        lineage(repo, "box")
    except MinekvmError as error:
        said = f"{error.message} {error.hint}"
        assert "variable:box" in said and "struct:box" in said
    else:
        raise AssertionError("chosen for the user")


def test_a_symbol_that_is_gone_is_followed_from_its_end(repo: Repo) -> None:
    grown(repo)
    repo.commit("gone", {"a.h": None})
    assert lineage(repo, "macro:DEPTH")[:2] == [
        "gone: removed DEPTH > -",
        "more: value-changed DEPTH > a.h:DEPTH",
    ]


def test_a_function_comes_first(repo: Repo) -> None:
    repo.commit("start", {"a.c": "struct run { int a; };\nint run(void)\n{\n\treturn 1;\n}\n"})
    assert lineage(repo, "run") == ["start: introduced - > a.c:run"]
    assert opened(repo.path).lineage("run").definitions[0].function.kind == "function"


def test_a_macro_goes_on_in_the_function_that_it_was(repo: Repo) -> None:
    repo.commit("start", {"a.h": "static inline int depth(void)\n{\n\treturn 3;\n}\n"})
    repo.commit("edit", {"a.h": "static inline int depth(void)\n{\n\treturn 4;\n}\n"})
    repo.commit("macro", {"a.h": "#define depth 4\n"})
    assert lineage(repo, "depth") == [
        "macro: became depth > a.h:depth",
        "edit: modified depth > a.h:depth",
        "start: introduced - > a.h:depth",
    ]
