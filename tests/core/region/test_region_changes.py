"""A region before and after: what came in, what left, and what moved."""

from __future__ import annotations

import pytest

from minekvm.core.c.definitions import scan
from minekvm.core.c.tables import entries
from minekvm.core.model import BlobId
from minekvm.core.region.callgraph import effective
from minekvm.core.region.changes import Difference, compare, shared
from minekvm.core.region.region import Markers, Region
from minekvm.core.region.tree import Outline, Tree

LOCK = Markers(frozenset(["lock"]), frozenset(["unlock"]))


def seen(functions: dict[str, str], more: str = "") -> tuple[Region, ...]:
    """The region from `f`, given the statements of the functions of a file."""
    source = "".join(
        f"static int {name}(int a)\n{{\n\t{body}\n}}\n" for name, body in functions.items()
    )
    text = (source + more).encode()
    tree = Tree({"a.c": BlobId("a")}, {BlobId("a"): Outline.of(scan(text), entries(text))})
    (top,) = tree.definitions("f", "a.c")
    return effective(top, LOCK, tree, 2)


def said(difference: Difference) -> list[str]:
    """A difference in short: `+a new`, `-b moved`, `enter f>g`."""
    found = [f"+{p.what.call} {p.how}" for p in difference.came]
    found += [f"-{p.what.call} {p.how}" for p in difference.left]
    for moved in difference.markers:
        end = "enter" if (moved.new or moved.old).opens else "exit"  # type: ignore[union-attr]
        old, new = (m.function if m else "" for m in (moved.old, moved.new))
        found.append(f"{end} {old}>{new}")
    found += [f"!{name}" for name in difference.firmer]
    found += [f"?{name}" for name in difference.looser]
    found += [f"~{name}" for name in difference.reordered]
    found += ["leak"] * difference.leaks + ["mended"] * difference.mended
    return found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lock(); a(); unlock();", "lock(); a(); unlock();", []),
        ("lock(); unlock();", "lock(); a(); unlock();", ["+a new"]),
        ("lock(); a(); unlock();", "lock(); unlock();", ["-a gone"]),
        ("a(); lock(); unlock(); b();", "lock(); a(); unlock(); b();", ["+a moved"]),
        (
            "x(); a(); b(); c(); d(); lock(); unlock();",
            "x(); lock(); a(); b(); c(); d(); unlock();",
            ["+a markers", "+b markers", "+c markers", "+d markers", "enter f>f"],
        ),
        ("lock(); a(); unlock();", "if (x) lock(); a(); if (x) unlock();", ["?a"]),
        ("if (x) lock(); a(); if (x) unlock();", "lock(); a(); unlock();", ["!a"]),
        ("lock(); a(); b(); unlock();", "lock(); b(); a(); unlock();", ["~a"]),
        ("lock(); a(); unlock();", "lock(); a(); if (x) return 1; unlock();", ["leak"]),
        ("lock(); a(); if (x) return 1; unlock();", "lock(); a(); unlock();", ["mended"]),
        ("lock(); a(); unlock();", "lock(); a();\n a(); unlock();", ["+a new"]),
    ],
)  # fmt: skip
def test_what_an_edit_does(old: str, new: str, expected: list[str]) -> None:
    assert [s for d in compare(seen({"f": old}), seen({"f": new})) for s in said(d)] == expected


def test_a_helper_taken_out_changes_nothing_but_its_call() -> None:
    whole = seen({"f": "lock(); a(); b(); unlock();"})
    parted = seen({"g": "a(); b();", "f": "lock(); g(); unlock();"})
    assert [said(d) for d in compare(whole, parted)] == [["+g new"]]


def test_markers_that_move_into_a_callee() -> None:
    before = seen({"g": "b();", "f": "lock(); a(); g(); unlock();"})
    after = seen({"g": "lock(); b(); unlock();", "f": "a(); g();"})
    (found,) = compare(before, after)
    assert said(found) == ["-a markers", "-g markers", "enter f>g", "exit f>g"]


VENDORS = (
    "static struct ops vmx = { .run = vmx_run };\nstatic struct ops svm = { .run = svm_run };\n"
)


def vendors(vmx: str, svm: str, top: str) -> tuple[Region, ...]:
    return seen({"vmx_run": vmx, "svm_run": svm, "f": top}, VENDORS)


def test_each_table_is_compared_with_itself() -> None:
    both = vendors("lock(); a(); unlock();", "lock(); b(); unlock();", "ops->run();")
    one = vendors("lock(); a(); c(); unlock();", "lock(); b(); unlock();", "ops->run();")
    assert [(d.table, said(d)) for d in compare(both, one)] == [("vmx", ["+c new"])]


def test_tables_that_begin_to_matter_are_compared_as_a_whole() -> None:
    outside = vendors("a(); b();", "a();", "lock(); c(); ops->run(); unlock();")
    within = vendors("lock(); a(); unlock(); b();", "lock(); a(); unlock();", "c(); ops->run();")
    (found,) = compare(outside, within)
    assert found.table == ""
    assert [s for s in said(found) if s[0] in "+-"] == ["-c markers", "-run markers", "-b markers"]
    assert {s for s in said(found) if s[0] not in "+-"} == {
        "enter f>svm_run", "enter >vmx_run", "exit f>svm_run", "exit >vmx_run",
    }  # fmt: skip


def test_a_merge_did_what_differs_from_every_parent_alike() -> None:
    one, other = seen({"f": "lock(); a(); unlock();"}), seen({"f": "lock(); b(); unlock();"})
    woven = seen({"f": "lock(); a(); b(); unlock();"})
    evil = seen({"f": "lock(); a(); b(); c(); unlock();"})
    assert not shared([compare(one, woven), compare(other, woven)])
    (found,) = shared([compare(one, evil), compare(other, evil)])
    assert said(found) == ["+c new"]
    assert not shared([compare(one, one), compare(other, one)])


def test_a_region_begins_and_ends() -> None:
    region = seen({"f": "lock(); a(); unlock();"})
    (began,) = compare((), region)
    assert said(began) == ["+a new", "enter >f", "exit >f"]
    (ended,) = compare(region, ())
    assert said(ended) == ["-a gone", "enter f>", "exit f>"]
