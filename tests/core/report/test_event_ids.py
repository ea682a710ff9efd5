"""Addresses of events: each its own, and the same whatever else happened."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.model import CommitId
from minekvm.core.report.event_ids import identified
from minekvm.core.report.model import ReportEvent, SectionName

_SECTIONS: list[SectionName] = ["lineage", "region", "callers"]
_EVENTS = st.builds(
    ReportEvent,
    id=st.just(""),
    commit=st.sampled_from([CommitId(c * 40) for c in "ab"]),
    kinds=st.lists(st.sampled_from(["moved", "modified"]), max_size=2).map(tuple),
    section=st.sampled_from(_SECTIONS),
    of=st.integers(0, 1),
    symbol=st.sampled_from(["f", "g"]),
    path=st.sampled_from(["a.c", "b.c"]),
    text=st.just(""),
)


@given(st.lists(_EVENTS, max_size=12), st.lists(_EVENTS, max_size=4))
def test_ids_are_unique_and_hold_when_older_and_newer_events_come(
    events: list[ReportEvent], others: list[ReportEvent]
) -> None:
    ids = [event.id for event in identified(events)]
    assert len(set(ids)) == len(ids)
    later = [replace(event, commit=CommitId("c" * 40)) for event in others]
    assert [e.id for e in identified([*later, *events, *later])][len(later) :][: len(ids)] == ids


def test_an_id_says_its_commit() -> None:
    event = ReportEvent(
        "", CommitId("1234567890abcdef" * 2 + "0" * 8), ("moved",), "lineage", 0, "f", "a.c", ""
    )
    (found,) = identified([event])
    assert found.id.startswith("e-1234567890ab-") and len(found.id) == 21
