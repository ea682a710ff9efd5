"""The ways between events: which follows which, as the walk went and not as versions look."""

from __future__ import annotations

from core.builders import CLOCK, DIRTY, LOAD, NESTED, Past, define, more
from minekvm.core.lineage.tracer import Tracer
from minekvm.core.model import CUT, Event

KEEP = define("keep", CLOCK)


def edited(name: str, number: int) -> str:
    return define(name, more(LOAD, f"vcpu->edit = {number};"))


def walked(past: Past, path: str, name: str) -> tuple[list[int], dict[str, list[str]], list[Event]]:
    """Where the definition's story begins, and for each commit those that follow."""
    tracer = Tracer(past, past.head)
    standing = [v.function for v in past.standing([name], past.head) if v.path == path]
    heads = [tracer.follow(path, past.head, f) for f in standing]
    events = tracer.newest_first()
    starts, below = tracer.ways.below(heads, events)
    return (
        [n for start in starts for n in start],
        {e.commit: [events[n].commit for n in b] for e, b in zip(events, below, strict=True)},
        list(events),
    )


def test_a_line_is_a_line() -> None:
    past = Past()
    past.add("c0", {"a.c": edited("f", 0)})
    past.add("c1", {"a.c": edited("f", 1)})
    past.add("c2", {"a.c": edited("g", 1)})
    past.add("c3", {"a.c": KEEP, "b.c": edited("g", 1)})
    starts, below, _ = walked(past, "b.c", "g")
    assert starts == [0]
    assert below == {"c3": ["c2"], "c2": ["c1"], "c1": ["c0"], "c0": []}


def test_a_condition_alone_does_not_break_the_way() -> None:
    body = edited("f", 0)
    past = Past()
    past.add("c0", {"a.c": body})
    past.add("c1", {"a.c": f"#ifdef X\n{edited('f', 1)}#endif\n"})
    past.add("c2", {"a.c": f"#ifdef Y\n{edited('f', 1)}#endif\n"})
    past.add("c3", {"a.c": f"#ifdef Y\n{edited('f', 3)}#endif\n"})
    _, below, events = walked(past, "a.c", "f")
    assert below["c3"][0] in {"c2", "c1"}
    assert [e.commit for e in events][-1] == "c0"
    assert all(after for commit, after in below.items() if commit != "c0")


def test_branches_part_and_join() -> None:
    past = Past()
    past.add("start", {"a.c": edited("f", 0), "n": "0"})
    past.add("left", {"a.c": edited("f", 1)}, on=["start"])
    past.add("right", {"a.c": edited("f", 2)}, on=["start"])
    past.add("merge", {"a.c": edited("f", 3)}, on=["left", "right"])
    starts, below, _ = walked(past, "a.c", "f")
    assert len(starts) == 2  # one event of the merge with each parent
    assert sorted(below["left"] + below["right"]) == ["start", "start"]


def test_what_is_not_told_is_cut_or_passed() -> None:
    past = Past()
    past.add("c0", {"a.c": edited("f", 0)})
    past.add("c1", {"a.c": edited("f", 1)})
    past.add("c2", {"a.c": edited("f", 2)})
    tracer = Tracer(past, past.head)
    (version,) = past.standing(["f"], past.head)
    head = tracer.follow("a.c", past.head, version.function)
    newest, middle, oldest = tracer.newest_first()
    assert tracer.ways.below([head], [middle]) == (((0,),), ((CUT,),))
    assert tracer.ways.below([head], [newest, oldest]) == (((0,),), ((1,), ()))


def test_two_halves_lead_to_what_they_were_split_from() -> None:
    past = Past()
    past.add("c0", {"a.c": define("f", NESTED + CLOCK + DIRTY)})
    past.add("c1", {"a.c": define("f", NESTED) + define("g", CLOCK + DIRTY)})
    _, below, events = walked(past, "a.c", "g")
    assert events
    assert below["c1"] in ([], ["c0"])
