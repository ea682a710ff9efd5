"""The walk: from a definition back to where it came from, on histories in memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import (
    BACK,
    CLOCK,
    DIRTY,
    FRONT,
    LOAD,
    NESTED,
    QUEUE,
    Past,
    define,
    event_row,
    more,
    story,
    trace,
)
from minekvm.core.lineage.past import changes_of
from minekvm.core.lineage.tracer import Tracer
from minekvm.core.model import CommitId, Event

KEEP = define("keep", CLOCK)
F = define("f", LOAD)
LONG = NESTED + CLOCK + DIRTY
DAY = 24 * 3600


def edited(number: int, name: str = "f") -> str:
    return define(name, more(LOAD, f"vcpu->edit = {number};"))


def line(*versions: dict[str, str | None]) -> Past:
    """A history without branches, its commits called c0, c1, ..."""
    past = Past()
    for number, files in enumerate(versions):
        past.add(f"c{number}", files)
    return past


def former(past: Past, name: str, path: str = "a.c") -> list[str] | None:
    """The story of a name that is gone, or None where it never stood there."""
    tracer = Tracer(past, past.head)
    found = tracer.follow_former(path, past.head, name)
    return [event_row(e) for e in tracer.newest_first()] if found else None


# --- the history in memory does as git does


def test_a_path_is_followed_by_the_commits_that_changed_it() -> None:
    past = line({"a.c": F}, {"b.c": KEEP}, {"a.c": edited(1)}, {"b.c": None})
    file = past.file_history("a.c", past.head)
    assert [(n.id, n.parents) for n in file.nodes.values()] == [("c2", ("c0",)), ("c0", ())]
    assert file.top == "c2"


def test_a_merge_that_has_a_path_as_a_parent_has_it_follows_that_parent_only() -> None:
    past = Past()
    past.add("start", {"a.c": F})
    past.add("left", {"a.c": edited(1)}, on=["start"])
    past.add("right", {"a.c": edited(2)}, on=["start"])
    past.add("merge", {"a.c": edited(2)}, on=["left", "right"])
    file = past.file_history("a.c", past.head)
    assert list(file.nodes) == ["right", "start"]
    assert file.top == "right"


# --- one line


def test_introduced_by_the_root() -> None:
    assert story(line({"a.c": F}), "f") == ["c0: introduced - > a.c:f"]


def test_introduced_beside_others() -> None:
    assert story(line({"a.c": KEEP}, {"a.c": KEEP + F}), "f") == ["c1: introduced - > a.c:f"]


def test_edits_newest_first() -> None:
    past = line({"a.c": F}, {"a.c": edited(1)}, {"a.c": edited(2)})
    assert story(past, "f") == [
        "c2: modified a.c:f > a.c:f",
        "c1: modified a.c:f > a.c:f",
        "c0: introduced - > a.c:f",
    ]


def test_what_others_did_is_not_told() -> None:
    past = line({"a.c": KEEP + F}, {"b.c": KEEP}, {"a.c": "\n\n" + F + define("keep", QUEUE)})
    assert story(past, "f") == ["c0: introduced - > a.c:f"]


def test_an_event_names_the_commit_its_parent_and_both_sides() -> None:
    tracer = trace(line({"a.c": F}, {"b.c": KEEP}, {"a.c": edited(1)}), "f")
    edit, birth = tracer.newest_first()
    assert (edit.commit, edit.parent, birth.commit, birth.parent) == ("c2", "c1", "c0", None)
    assert edit.change.old == birth.change.new


def test_body_and_signature() -> None:
    wider = edited(1).replace("int flags", "u64 flags")
    assert story(line({"a.c": F}, {"a.c": wider}), "f")[0] == "c1: modified signature a.c:f > a.c:f"


def test_renamed_moved_and_its_file_renamed() -> None:
    past = line(
        {"a.c": KEEP + F},
        {"a.c": KEEP + define("g", LOAD)},
        {"a.c": KEEP, "b.c": define("g", LOAD)},
        {"b.c": None, "c.c": define("g", LOAD)},
        {"c.c": edited(1, "g")},
    )
    assert story(past, "g", "c.c") == [
        "c4: modified c.c:g > c.c:g",
        "c3: file-renamed b.c:g > c.c:g",
        "c2: moved a.c:g > b.c:g",
        "c1: renamed a.c:f > a.c:g",
        "c0: introduced - > a.c:f",
    ]


def test_edited_as_its_file_was_renamed() -> None:
    past = line({"a.c": KEEP + F + LONG}, {"a.c": None, "b.c": KEEP + edited(1) + LONG})
    assert story(past, "f", "b.c")[0] == "c1: file-renamed modified a.c:f > b.c:f"


def test_a_name_that_passed_on_is_followed_into_its_body_not_its_name() -> None:
    past = line({"a.c": F + define("g", LONG)}, {"a.c": define("f", LONG)})
    assert story(past, "f") == ["c1: renamed a.c:g > a.c:f", "c0: introduced - > a.c:g"]


def test_a_definition_that_is_not_there_is_a_gap() -> None:
    past = line({"a.c": F})
    tracer = Tracer(past, past.head)
    (definition,) = past.definitions(
        past.file_history("a.c", past.head),
        next(iter(past.file_history("a.c", past.head).nodes.values())),
        "f",
    )
    tracer.follow("b.c", past.head, definition)
    assert tracer.newest_first() == ()
    assert [g.what for g in tracer.gaps] == ["history of b.c"]


# --- parts


def test_extraction_ends_the_story() -> None:
    past = line({"a.c": define("f", FRONT + BACK)}, {"a.c": EXTRACTED})
    assert story(past, "map_page") == ["c1: introduced extracted a.c:f > a.c:map_page"]


def test_unless_it_is_to_be_followed_through_extractions() -> None:
    past = line({"a.c": define("f", FRONT + BACK)}, {"a.c": EXTRACTED})
    assert story(past, "map_page", through_extractions=True) == [
        "c1: introduced extracted a.c:f > a.c:map_page",
        "c0: introduced - > a.c:f",
    ]


EXTRACTED = define("f", FRONT + "\tmap_page(vcpu);\n") + define("map_page", BACK)


def extracted_from_two() -> Past:
    old = define("f", FRONT + BACK) + define("g", LOAD + BACK)
    new = EXTRACTED + define("g", LOAD + "\tmap_page(vcpu);\n")
    return line({"a.c": old}, {"a.c": new})


def test_extracted_from_two_bodies_both_are_told() -> None:
    assert story(extracted_from_two(), "map_page") == [
        "c1: introduced extracted a.c:f > a.c:map_page",
        "c1: introduced extracted a.c:g > a.c:map_page",
    ]


def test_extracted_from_two_bodies_the_first_ancestor_is_one() -> None:
    assert story(
        extracted_from_two(), "map_page", through_extractions=True, first_ancestor=True
    ) == ["c1: introduced extracted a.c:f > a.c:map_page", "c0: introduced - > a.c:f"]


def wrapped() -> Past:
    wrapper = define("f", "\n\treturn __f(vcpu, flags);\n")
    return line({"a.c": F}, {"a.c": wrapper + define("__f", LOAD)})


def test_what_superseded_a_function_goes_on_in_it() -> None:
    assert story(wrapped(), "__f") == [
        "c1: superseded a.c:f > a.c:__f",
        "c0: introduced - > a.c:f",
    ]


def test_the_wrapper_keeps_its_own_story_and_tells_what_became_of_its_body() -> None:
    tracer = trace(wrapped(), "f")
    assert [event_row(e) for e in tracer.newest_first()] == [
        "c1: modified superseded a.c:f > a.c:f",
        "c0: introduced - > a.c:f",
    ]
    assert [v.name for v in tracer.newest_first()[0].change.others] == ["__f"]


def test_a_part_of_a_split_goes_on_in_the_whole() -> None:
    parts = define("shadow", FRONT) + define("map_io", BACK)
    assert story(line({"a.c": define("f", FRONT + BACK)}, {"a.c": parts}), "map_io") == [
        "c1: split a.c:f > a.c:map_io",
        "c0: introduced - > a.c:f",
    ]


def merged() -> Past:
    return line(
        {"a.c": define("shadow", FRONT)},
        {"a.c": define("shadow", FRONT) + define("map_io", BACK)},
        {"a.c": define("whole", FRONT + BACK)},
    )


def test_a_merged_function_has_several_ancestors() -> None:
    assert story(merged(), "whole") == [
        "c2: merged a.c:shadow > a.c:whole",
        "c2: merged a.c:map_io > a.c:whole",
        "c1: introduced - > a.c:map_io",
        "c0: introduced - > a.c:shadow",
    ]


def test_the_first_ancestor_is_one() -> None:
    assert story(merged(), "whole", first_ancestor=True) == [
        "c2: merged a.c:shadow > a.c:whole",
        "c0: introduced - > a.c:shadow",
    ]


# --- twins


def twins(first: str, second: str) -> str:
    return f"#ifdef CONFIG_X\n{define('f', first)}#else\n{define('f', second)}#endif\n"


def test_twins_are_each_followed() -> None:
    past = line({"a.c": twins(LOAD, QUEUE)}, {"a.c": twins(LOAD, more(QUEUE, "a++;"))})
    found = trace(past, "f").newest_first()
    assert [event_row(e) for e in found] == [
        "c1: modified a.c:f > a.c:f",
        "c0: introduced - > a.c:f",
        "c0: introduced - > a.c:f",
    ]
    births = [e.change.new.function.condition for e in found if e.commit == "c0" and e.change.new]
    assert sorted(births) == ["!defined(CONFIG_X)", "defined(CONFIG_X)"]


def test_a_twin_that_came_later_is_introduced_then() -> None:
    past = line({"a.c": F}, {"a.c": twins(LOAD, QUEUE)})
    assert story(past, "f") == ["c1: introduced - > a.c:f", "c0: introduced - > a.c:f"]


def test_twins_that_became_one_are_both_ancestors() -> None:
    old, new = twins(LOAD, more(LOAD, "a++;")), define("f", more(LOAD, "b++;"))
    told = story(line({"a.c": old}, {"a.c": new}), "f")
    assert sorted(told) == [
        "c0: introduced - > a.c:f",
        "c0: introduced - > a.c:f",
        "c1: merged a.c:f > a.c:f",
        "c1: modified merged a.c:f > a.c:f",
    ]


# --- branches


def branched(result: str) -> Past:
    """Two branches edit one function at both ends; a merge leaves `result`."""
    past = Past()
    past.add("start", {"a.c": define("f", LOAD + FRONT)})
    past.add("left", {"a.c": define("f", more(LOAD, "left++;") + FRONT)}, on=["start"])
    past.add("right", {"a.c": define("f", LOAD + FRONT + "\tright++;\n")}, on=["start"])
    past.add("merge", {"a.c": result}, on=["left", "right"])
    return past


CLEAN = define("f", more(LOAD, "left++;") + FRONT + "\tright++;\n")
EVIL = define("f", more(LOAD, "left++;", "evil++;") + FRONT + "\tright++;\n")


def test_a_clean_merge_is_no_event_and_both_branches_are_told() -> None:
    assert story(branched(CLEAN), "f") == [
        "right: modified a.c:f > a.c:f",
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_an_evil_merge_is_an_event_against_each_parent() -> None:
    found = trace(branched(EVIL), "f").newest_first()
    assert [(e.commit, e.parent) for e in found] == [
        ("merge", "left"),
        ("merge", "right"),
        ("right", "start"),
        ("left", "start"),
        ("start", None),
    ]


def test_a_merge_that_takes_one_side_tells_that_side_only() -> None:
    ours = define("f", more(LOAD, "left++;") + FRONT)
    assert story(branched(ours), "f") == [
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


@pytest.mark.parametrize(
    ("result", "first"),
    [(CLEAN, []), (EVIL, ["merge: modified a.c:f > a.c:f"])],
    ids=["clean", "evil"],
)
def test_the_first_ancestor_goes_down_one_branch(result: str, first: list[str]) -> None:
    assert story(branched(result), "f", first_ancestor=True) == [
        *first,
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_a_merge_beside_the_function_tells_nothing() -> None:
    past = Past()
    past.add("start", {"a.c": F + KEEP})
    past.add("left", {"a.c": edited(1) + KEEP}, on=["start"])
    past.add("right", {"a.c": F + KEEP + define("more", QUEUE)}, on=["start"])
    past.add("merge", {"a.c": edited(1) + KEEP + define("more", QUEUE)}, on=["left", "right"])
    assert story(past, "f") == ["left: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]


def test_a_merge_carries_an_edit_into_the_file_that_a_branch_renamed() -> None:
    past = Past()
    past.add("start", {"a.c": define("f", LOAD + FRONT)})
    past.add("edit", {"a.c": define("f", more(LOAD, "left++;") + FRONT)}, on=["start"])
    past.add("rename", {"a.c": None, "b.c": define("f", LOAD + FRONT)}, on=["start"])
    new = define("f", more(LOAD, "left++;") + FRONT)
    past.add("merge", {"a.c": None, "b.c": new}, on=["edit", "rename"])
    assert story(past, "f", "b.c") == [
        "rename: file-renamed a.c:f > b.c:f",
        "edit: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_a_line_without_the_function_is_not_followed() -> None:
    past = Past()
    past.add("start", {"a.c": KEEP})
    past.add("with", {"a.c": KEEP + F}, on=["start"])
    past.add("without", {"a.c": define("keep", more(CLOCK, "a++;"))}, on=["start"])
    past.add("merge", {"a.c": define("keep", more(CLOCK, "a++;")) + F}, on=["without", "with"])
    assert story(past, "f") == ["with: introduced - > a.c:f"]


def test_a_merge_that_extracts_from_what_its_second_parent_has() -> None:
    past = Past()
    past.add("start", {"a.c": F})
    past.add("left", {"a.c": edited(1)}, on=["start"])
    past.add("right", {"a.c": F + define("g", FRONT + BACK)}, on=["start"])
    new = edited(1) + define("g", FRONT + "\tmap_page(vcpu);\n") + define("map_page", BACK)
    past.add("merge", {"a.c": new}, on=["left", "right"])
    tracer = trace(past, "map_page", through_extractions=True)
    assert [(e.commit, e.parent) for e in tracer.newest_first()] == [
        ("merge", "right"),
        ("right", "start"),
    ]
    assert tracer.gaps == []


# --- order


@pytest.mark.parametrize("times", [(9, 9, 9), (9, 5, 1), (5, 9, 1)])
def test_no_clock_puts_a_parent_before_its_child(times: tuple[int, int, int]) -> None:
    past = Past()
    for number, time in enumerate(times):
        past.add(f"c{number}", {"a.c": edited(number)}, time=time)
    assert [row.split(":")[0] for row in story(past, "f")] == ["c2", "c1", "c0"]


def test_of_two_branches_the_newer_commit_comes_first() -> None:
    past = Past()
    past.add("start", {"a.c": define("f", LOAD + FRONT)}, time=1)
    past.add("left", {"a.c": define("f", more(LOAD, "left++;") + FRONT)}, on=["start"], time=3)
    past.add("right", {"a.c": define("f", LOAD + FRONT + "\tright++;\n")}, on=["start"], time=2)
    past.add("merge", {"a.c": CLEAN}, on=["right", "left"], time=4)
    assert [row.split(":")[0] for row in story(past, "f")] == ["left", "right", "start"]


@pytest.mark.parametrize("times", [(9, 9, 9), (1, 9, 5)], ids=["one second", "skewed"])
def test_no_clock_puts_a_parent_before_its_child_among_twins(times: tuple[int, int, int]) -> None:
    past = Past()
    past.add("c0", {"a.c": twins(LOAD, QUEUE)}, time=times[0])
    past.add("c1", {"a.c": twins(LOAD, more(QUEUE, "a++;"))}, time=times[1])
    past.add("c2", {"a.c": twins(more(LOAD, "b++;"), more(QUEUE, "a++;"))}, time=times[2])
    assert [row.split(":")[0] for row in story(past, "f")] == ["c2", "c1", "c0", "c0"]


# --- a name that comes back, and copies


def test_revived() -> None:
    past = line({"a.c": KEEP + F}, {"a.c": KEEP}, {"a.c": KEEP + edited(1)})
    assert story(past, "f") == [
        "c2: added - > a.c:f",
        "c1: removed a.c:f > -",
        "c0: introduced - > a.c:f",
    ]
    back, gone, _ = trace(past, "f").newest_first()
    assert back.change.rule == "came back after a removal"
    assert gone.change.rule == "absent until it came back"


def test_an_unlike_body_of_a_former_name_is_introduced() -> None:
    stranger = define("f", "\n" + "\n".join(f"\tnew_{i} = {i};" for i in range(60)) + "\n")
    past = line({"a.c": KEEP + F}, {"a.c": KEEP}, {"a.c": KEEP + stranger})
    assert story(past, "f") == ["c2: introduced - > a.c:f"]


def copied(name: str, path: str, days: int, body: str = LOAD) -> Past:
    """A copy of a.c's f is put elsewhere beside an edit of a.c; f goes away days later."""
    keep = define("keep", more(CLOCK, "a++;"))
    past = Past()
    past.add("start", {"a.c": KEEP + define("f", body)}, time=0)
    past.add("copy", {path: define(name, body), "a.c": keep + define("f", body)}, time=DAY)
    past.add("drop", {"a.c": keep}, time=(days + 1) * DAY)
    return past


def test_copied_then_the_original_removed_is_a_move() -> None:
    past = copied("f", "b.c", 10)
    assert story(past, "f", "b.c") == [
        "copy: moved a.c:f > b.c:f",
        "start: introduced - > a.c:f",
    ]
    (move, _) = trace(past, "f", "b.c").newest_first()
    assert move.change.rule == "copied first, the original removed later"


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [("g", "b.c", "renamed+moved"), ("f", "deep/b.c", "moved")],
)
def test_copied_then_removed_tells_rename_and_folder(name: str, path: str, kind: str) -> None:
    assert story(copied(name, path, 10), name, path)[0] == f"copy: {kind} a.c:f > {path}:{name}"


def test_copied_within_one_file_then_removed_is_a_rename() -> None:
    past = line({"a.c": F}, {"a.c": F + define("g", LOAD)}, {"a.c": define("g", LOAD)})
    assert story(past, "g") == ["c1: renamed a.c:f > a.c:g", "c0: introduced - > a.c:f"]


def test_a_copy_whose_original_stays_is_introduced() -> None:
    past = line({"a.c": F}, {"a.c": F + define("g", LOAD)}, {"b.c": KEEP})
    assert story(past, "g") == ["c1: introduced - > a.c:g"]


def test_a_copy_whose_original_stays_for_long_is_introduced() -> None:
    assert story(copied("g", "b.c", 120), "g", "b.c") == ["copy: introduced - > b.c:g"]


def test_a_copy_under_its_name_whose_original_stays_for_years_is_moved() -> None:
    assert (
        story(copied("f", "deep/b.c", 2_000), "f", "deep/b.c")[0]
        == "copy: moved a.c:f > deep/b.c:f"
    )


def test_the_end_of_an_original_tells_as_what_it_went_on() -> None:
    past = copied("g", "b.c", 10)
    gone = ended(past, "f", "a.c")
    assert gone.change.kinds == ("removed",)
    assert gone.change.rule == "copied first, the original removed later"
    assert [(v.path, v.name) for v in gone.change.others] == [("b.c", "g")]


def ended(past: Past, name: str, path: str) -> Event:
    """What ended a name that is gone."""
    tracer = Tracer(past, past.head)
    assert tracer.follow_former(path, past.head, name)
    return tracer.newest_first()[0]


def series() -> Past:
    """A copy in another folder, under another name, waits for its callers; then they turn to it."""
    past = Past()
    changed = more(LOAD, "state_enter(vcpu);")
    old, new = define("kvm_enter", LOAD), define("guest_enter", changed)
    run = define("run", "\n\tkvm_enter(vcpu, 1);\n" + QUEUE)
    turned = run.replace("kvm_enter", "guest_enter")
    past.add("start", {"x86/x86.h": KEEP + old, "x86/vmx.c": run, "virt/host.h": ""}, time=0)
    past.add("copy", {"virt/host.h": new}, time=DAY, message="Later commits turn to it.")
    past.add("turn", {"x86/vmx.c": turned}, time=2 * DAY)
    past.add("drop", {"x86/x86.h": KEEP}, time=3 * DAY)
    return past


def test_callers_that_turn_later_tell_what_was_copied() -> None:
    assert story(series(), "guest_enter", "virt/host.h") == [
        "copy: renamed+moved modified x86/x86.h:kvm_enter > virt/host.h:guest_enter",
        "start: introduced - > x86/x86.h:kvm_enter",
    ]


def test_callers_that_turned_before_tell_as_what_it_went_on() -> None:
    gone = ended(series(), "kvm_enter", "x86/x86.h")
    assert [(v.path, v.name) for v in gone.change.others] == [("virt/host.h", "guest_enter")]


def test_a_like_that_always_stood_is_not_what_it_went_on_as() -> None:
    past = line(
        {"a.c": F + KEEP, "b.c": define("g", LOAD)},
        {"a.c": KEEP, "b.c": define("g", more(LOAD, "a++;"))},
    )
    gone = ended(past, "f", "a.c")
    assert gone.change.others == ()


def test_a_tiny_copy_is_introduced() -> None:
    past = copied("g", "b.c", 10, "\n\treturn 0;\n")
    assert story(past, "g", "b.c") == ["copy: introduced - > b.c:g"]


# --- a name that is gone


def test_what_removed_a_former_name_comes_first() -> None:
    past = line({"a.c": KEEP + F}, {"a.c": KEEP + edited(1)}, {"a.c": KEEP}, {"b.c": KEEP})
    assert former(past, "f") == [
        "c2: removed a.c:f > -",
        "c1: modified a.c:f > a.c:f",
        "c0: introduced - > a.c:f",
    ]


def test_what_renamed_a_former_name_comes_first() -> None:
    past = line({"a.c": KEEP + F}, {"a.c": KEEP + define("g", LOAD)})
    assert former(past, "f") == ["c1: renamed a.c:f > a.c:g", "c0: introduced - > a.c:f"]


def test_what_removed_the_file_of_a_former_name_comes_first() -> None:
    past = line({"a.c": F, "b.c": KEEP}, {"a.c": None})
    assert former(past, "f") == ["c1: removed a.c:f > -", "c0: introduced - > a.c:f"]


def test_a_merge_that_takes_over_a_removal_did_not_remove() -> None:
    past = Past()
    past.add("start", {"a.c": KEEP + F})
    past.add("drop", {"a.c": KEEP}, on=["start"])
    past.add("beside", {"a.c": define("keep", more(CLOCK, "a++;")) + F}, on=["start"])
    past.add("merge", {"a.c": define("keep", more(CLOCK, "a++;"))}, on=["beside", "drop"])
    assert former(past, "f") == ["drop: removed a.c:f > -", "start: introduced - > a.c:f"]


def test_a_merge_that_drops_what_one_side_added_removed_it() -> None:
    past = Past()
    past.add("start", {"a.c": KEEP})
    past.add("with", {"a.c": KEEP + F}, on=["start"])
    past.add("without", {"a.c": define("keep", more(CLOCK, "a++;"))}, on=["start"])
    past.add("merge", {"a.c": define("keep", more(CLOCK, "b++;"))}, on=["without", "with"])
    assert former(past, "f") == ["merge: removed a.c:f > -", "with: introduced - > a.c:f"]


def test_of_a_name_that_went_twice_the_last_life_comes_first() -> None:
    past = line({"a.c": KEEP + F}, {"a.c": KEEP}, {"a.c": KEEP + edited(1)}, {"a.c": KEEP})
    assert former(past, "f") == [
        "c3: removed a.c:f > -",
        "c2: added - > a.c:f",
        "c1: removed a.c:f > -",
        "c0: introduced - > a.c:f",
    ]


def test_a_name_that_never_was_is_not_found() -> None:
    assert former(line({"a.c": F}), "nowhere") is None


# --- what cannot be read


def test_where_a_shallow_clone_ends_nothing_is_introduced() -> None:
    past = line({"a.c": F}, {"a.c": edited(1)})
    past.cut.add(CommitId("c0"))
    assert story(past, "f") == ["c1: modified a.c:f > a.c:f"]


def test_after_an_unreadable_version_nothing_is_introduced() -> None:
    past = line({"a.c": F}, {"a.c": edited(1)}, {"a.c": edited(2)})
    past.unread.add(CommitId("c1"))
    assert story(past, "f") == []


# --- laws

FILES = st.fixed_dictionaries(
    {},
    optional={
        "a.c": st.sampled_from([None, F, edited(1), KEEP + F, KEEP, define("g", LOAD) + KEEP]),
        "b.c": st.sampled_from([None, F, edited(2), define("g", LOAD), twins(LOAD, QUEUE)]),
    },
)
SHAPES = st.lists(
    st.tuples(FILES, st.lists(st.integers(0, 9), max_size=2, unique=True)), min_size=1, max_size=8
)


def grown(shape: list[tuple[dict[str, str | None], list[int]]]) -> Past:
    """A history of merges and branches; each commit is an hour younger than the one before."""
    past = Past()
    for number, (files, back) in enumerate(shape):
        parents = [f"c{number - 1 - b}" for b in back if b < number]
        past.add(f"c{number}", files, on=parents or [f"c{number - 1}"] * bool(number))
    return past


@given(SHAPES, st.booleans(), st.booleans())
def test_any_history_is_told_once_and_newest_first(
    shape: list[tuple[dict[str, str | None], list[int]]], first: bool, through: bool
) -> None:
    past = grown(shape)
    for path in ("a.c", "b.c"):
        file = past.file_history(path, past.head)
        if file.top is None:
            continue
        tracer = Tracer(past, past.head, first, through)
        standing = past.definitions(file, file.nodes[file.top], "f")
        for definition in standing:
            tracer.follow(path, past.head, definition)
        told = tracer.newest_first()
        assert len(told) == len(set(told)) == len(tracer.trail.events)
        assert bool(told) == bool(standing)
        numbers = [int(e.commit[1:]) for e in told]
        assert numbers == sorted(numbers, reverse=True)
        assert not tracer.gaps
        for event in told:
            assert event.parent is None or event.parent in past.commit(event.commit).parents
        if told:
            assert told[-1].change.old is None


def once_and_former(past: Past) -> tuple[bool, bool]:
    """Whether a.c ever defined f, and whether a walk from its last life finds anything."""
    file = past.file_history("a.c", past.head)
    once = any(past.definitions(file, node, "f") for node in file.nodes.values())
    return once, Tracer(past, past.head).follow_former("a.c", past.head, "f")


def stands(past: Past) -> bool:
    file = past.file_history("a.c", past.head)
    return file.top is not None and bool(past.definitions(file, file.nodes[file.top], "f"))


@given(SHAPES)
def test_on_one_line_whatever_a_file_defined_before_is_found(
    shape: list[tuple[dict[str, str | None], list[int]]],
) -> None:
    past = grown([(files, []) for files, _ in shape])
    if not stands(past):
        once, found = once_and_former(past)
        assert found == once


@given(SHAPES)
def test_what_a_file_never_defined_is_not_found(
    shape: list[tuple[dict[str, str | None], list[int]]],
) -> None:
    once, found = once_and_former(grown(shape))
    assert once or not found


def test_changes_of_reads_the_message_of_the_commit() -> None:
    past = Past()
    past.add("start", {"a.c": KEEP + define("ff", LOAD)})
    rivals = define("near", more(LOAD, "a = 1;")) + define("said", more(LOAD, "a(1); b(2, 3);"))
    past.add("rename", {"a.c": KEEP + rivals}, message="Rename ff() to said().")
    found = changes_of(past, CommitId("rename"), CommitId("start"))
    assert [(c.old.name, c.new.name) for c in found if c.old and c.new] == [("ff", "said")]
