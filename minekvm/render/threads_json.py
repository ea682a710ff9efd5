"""`minekvm.thread/1` and the JSON of the mail commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minekvm.render.json import dumped, gap_row

if TYPE_CHECKING:
    from minekvm.adapters.mail_rows import Held, Indexed
    from minekvm.core.mails.model import Match, Remark, Reply, Thread, Version


def thread(found: Thread) -> str:
    """The discussion of a patch: versions oldest first, replies in reading order.

    Every remark stands verbatim at its place, whose lines count in the mail's decoded text.
    """
    matched = _match(found.match) if found.match is not None else None
    return dumped(
        {
            "schema": "minekvm.thread/1",
            "asked": found.asked,
            "commit": found.commit,
            "subject": found.subject,
            "match": matched,
            "candidates": [
                {"commit": c.commit, "subject": found.subjects.get(c.commit)} | _match(c.match)
                for c in found.others
            ],
            "versions": [_version(v) for v in found.versions],
            "replies": [_reply(r) for r in found.replies],
            "gaps": [gap_row(g) for g in found.gaps],
        }
    )


def indexed(done: Sequence[Indexed]) -> str:
    """`minekvm.mail-index/1`: what indexing did, archive by archive."""
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
    return dumped({"schema": "minekvm.mail-index/1", "archives": rows, "gaps": []})


def status(held: Sequence[Held] | None) -> str:
    """`minekvm.mail-status/1`: what is there of each archive, and what was wrong, by reason."""
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
    return dumped({"schema": "minekvm.mail-status/1", "archives": rows, "gaps": []})


def _match(match: Match) -> dict[str, Any]:
    return {"rule": match.rule, "score": round(match.score, 4)}


def _version(version: Version) -> dict[str, Any]:
    mail, patch = version.mail, version.mail.patch
    return {
        "message_id": mail.id,
        "version": patch.version,
        "number": patch.number,
        "total": patch.total,
        "tree": mail.tree,
        "subject": patch.subject,
        "author": patch.author,
        "date": mail.date,
        "list": mail.list,
        **_match(version.match),
        "changed": [
            {"path": d.path, "function": d.function, "gone": d.gone, "come": d.come}
            for d in version.changed
        ],
    }


def _reply(reply: Reply) -> dict[str, Any]:
    mail = reply.mail
    return {
        "message_id": mail.id,
        "in_reply_to": mail.reply_to,
        "author": mail.patch.author,
        "date": mail.date,
        "depth": reply.depth,
        "version": reply.version,
        "about": reply.about,
        "trailers": [{"key": key, "value": value} for key, value in reply.trailers],
        "remarks": [_remark(mail.id, r) for r in reply.remarks],
    }


def _remark(message_id: str, remark: Remark) -> dict[str, Any]:
    lines = [remark.first, remark.last]
    return {
        "place": {"kind": "mail", "message_id": message_id, "lines": lines},
        "quote": remark.quote,
        "about": remark.about,
        "function": remark.function,
    }
