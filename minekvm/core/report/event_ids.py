"""Events -> names that stay: of what happened and where, never of how many events there are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from minekvm.core.report.model import ReportEvent

_COMMIT, _DIGEST = 12, 6  # digits of the commit, and of what tells its events apart


def identified(events: Iterable[ReportEvent]) -> tuple[ReportEvent, ...]:
    """The events with ids, each of its own; those that are alike are counted in their order."""
    met: Counter[str] = Counter()
    found = []
    for event in events:
        what = (event.section, event.symbol, event.path, *sorted(event.kinds))
        digest = hashlib.sha256("\0".join(what).encode("utf-8", "surrogateescape")).hexdigest()
        id_ = f"e-{event.commit[:_COMMIT]}-{digest[:_DIGEST]}"
        met[id_] += 1
        found.append(replace(event, id=id_ if met[id_] == 1 else f"{id_}-{met[id_]}"))
    return tuple(found)
