"""What names mean in the files of a version, and whether another version agrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.c.definitions import scan
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import Call, calls
from minekvm.core.c.tables import entries
from minekvm.core.model import BlobId, FunctionVersion
from minekvm.core.region.dependencies import Rests, Touched
from minekvm.core.region.tree import Outline, Tree

OPS = "static struct ops vmx = { .run = vmx_run };\nstatic int vmx_run(int a)\n{\n\tb();\n}\n"


def tree(files: dict[str, str]) -> Tree:
    blobs = {path: BlobId(f"{path}:{hash(text)}") for path, text in files.items()}
    outlines = {
        blobs[path]: Outline.of(scan(text.encode()), entries(text.encode()))
        for path, text in files.items()
    }
    return Tree(blobs, outlines)


def define(name: str, body: str = "", head: str = "int") -> str:
    return f"{head} {name}(int a)\n{{\n\t{body}\n}}\n"


def meant(files: dict[str, str], name: str, path: str) -> list[str]:
    return [v.path for v in tree(files).definitions(name, path)]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/a.c": "f", "a/b.h": "f"}, ["a/a.c"]),  # its own file first
        ({"b/b.c": "f", "c.h": "f"}, ["c.h"]),  # then headers
        ({"b/b.c": "f", "c/d/c.c": "f"}, ["b/b.c"]),  # then the nearest
        ({"b/b.c": "static f"}, []),  # which other files do not see
        ({"b/b.c": "g"}, []),
    ],
)
def test_what_a_name_means(files: dict[str, str], expected: list[str]) -> None:
    sources = {
        path: define(text.split()[-1], head="static int" if "static" in text else "int")
        for path, text in files.items()
    }
    assert meant(sources, "f", "a/a.c") == expected


def test_variants_are_all_meant() -> None:
    source = f"#ifdef A\n{define('f', 'a();')}#else\n{define('f', 'b();')}#endif\n"
    assert meant({"a.c": source}, "f", "a.c") == ["a.c", "a.c"]


def test_a_tracepoint_is_no_function() -> None:
    assert meant({"trace.h": "TRACE_EVENT(f, TP_PROTO(int a))\n"}, "trace_f", "a.c") == []


def asking(statement: str, path: str, head: str = "void") -> tuple[Call, FunctionVersion]:
    """A call in a function of some file."""
    (function,) = scan(define("f", statement, head).encode())
    (call,) = calls(flow(function.text).steps)
    return call, FunctionVersion(path, function)


def test_an_operation_leads_into_the_file_of_its_table() -> None:
    there = tree({"vmx.c": OPS, "x86.c": define("enter", "ops->run(1);")})
    (target,) = there.targets(*asking("ops->run(1);", "x86.c"))
    assert (target.name, target.path) == ("vmx_run", "vmx.c")
    assert [v.path for v in there.definitions(target.name, target.path)] == ["vmx.c"]
    assert list(there.paths()) == ["vmx.c"]


# --- other versions

BASE = {"a.c": define("f", "g();"), "b.h": define("g", "h();"), "c.c": define("k"), "o.c": OPS}


def asked() -> Tree:
    there = tree(BASE)
    there.definitions("f", "a.c")
    there.definitions("g", "a.c")
    there.definitions("unknown", "a.c")
    there.targets(*asking("ops->run(1);", "a.c"))
    return there


@pytest.mark.parametrize(
    ("path", "text", "agrees"),
    [
        ("c.c", define("k", "other();"), True),  # nobody asked
        ("a.c", "\n\n" + BASE["a.c"], True),  # only lines
        ("a.c", define("f", "g(); more();"), False),
        ("b.h", "", False),
        ("c.c", BASE["c.c"] + define("unknown"), False),  # known from now on
        ("o.c", OPS.replace("= vmx_run", "= other"), False),
        ("o.c", OPS.replace("\tb();", "\tc();"), True),
    ],
)
def test_versions_that_answer_alike(path: str, text: str, agrees: bool) -> None:
    old, new = asked(), tree(BASE | {path: text})
    assert new.agrees(old) == agrees
    if is_intact(Rests.of(old), path, BASE[path].encode(), text.encode()):
        assert agrees


def is_intact(rests: Rests, path: str, old: bytes, new: bytes) -> bool:
    return rests.intact(path, lambda: old, new, Touched.of(old, new))


def test_what_is_surely_intact() -> None:
    rests = Rests.of(asked())
    kept = BASE["c.c"].encode()
    assert is_intact(rests, "c.c", kept, kept.replace(b"{\n\t", b"{\n\tother();\n\t"))
    assert is_intact(rests, "a.c", BASE["a.c"].encode(), b"/* new */\n" + BASE["a.c"].encode())
    assert not is_intact(rests, "a.c", BASE["a.c"].encode(), BASE["a.c"].replace("g", "h").encode())


C_TEXT = st.lists(
    st.sampled_from(["run", "x", "ops", ".", "->", "=", ":", "(", ",", ";", "[1]", "{", "}", "*",
                     " ", "\n", "struct ", "/* run */", "7run"])
).map("".join)  # fmt: skip


@given(C_TEXT, C_TEXT)
def test_a_word_that_may_be_an_entry_is_among_the_words_that_differ(old: str, new: str) -> None:
    sides = old.encode(), new.encode()
    touched = Touched.of(*sides)
    assert touched.related(*sides) <= set(touched.words.split())
