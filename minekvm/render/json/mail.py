"""The JSON of the mail commands: `minekvm.mail-index/1` and `minekvm.mail-status/1`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minekvm.adapters.index.mail_rows import Held, Indexed


def indexed(done: Sequence[Indexed]) -> dict[str, Any]:
    """What indexing did, archive by archive."""
    rows = [
        {
            "archive": str(d.archive.path),
            "kind": d.archive.kind,
            "added": d.added,
            "removed": d.removed,
            "refused": d.refused,
        }
        for d in done
    ]
    return {"schema": "minekvm.mail-index/1", "archives": rows, "gaps": []}


def status(held: Sequence[Held] | None) -> dict[str, Any]:
    """What is there of each archive, and what was wrong, by reason."""
    rows = [
        {
            "archive": str(h.archive.path),
            "kind": h.archive.kind,
            "mails": sum(h.sorts.values()),
            "sorts": h.sorts,
            "flaws": [
                {"reason": reason, "kept": kept, "count": count, "example": place}
                for reason, kept, count, place in h.flaws
            ],
        }
        for h in held or ()
    ]
    return {"schema": "minekvm.mail-status/1", "archives": rows, "gaps": []}
