"""`minekvm.thread/1`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from minekvm.core.mail import words
from minekvm.render.json.rows import gap_row

if TYPE_CHECKING:
    from minekvm.core.mail.model import (
        Candidate,
        Difference,
        Match,
        Part,
        Remark,
        Reply,
        Thread,
        Version,
    )
    from minekvm.core.model import CommitId


def value(found: Thread) -> dict[str, Any]:
    """The discussion of a patch: versions oldest first, replies in reading order.

    Every remark stands verbatim at its place, whose lines count in the mail's decoded text.
    `changed` is what a version does otherwise than the one before, and at the end the commit
    otherwise than the last version; copies for stable trees are compared with nothing.
    """
    numbers = words.numbers(found)
    return {
        "schema": "minekvm.thread/1",
        "asked": found.asked,
        "commit": found.commit,
        "subject": found.subject,
        "match": _match(found.match) if found.match is not None else None,
        "candidates": [_candidate(c, found.subjects) for c in found.others],
        "versions": _versions(found),
        "changed": _changed(words.own(found)[-1].changed),
        "parts": [_part(p, found.subjects) for p in found.parts],
        "replies": [_reply(r, numbers[r.version]) for r in found.replies],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _match(match: Match) -> dict[str, Any]:
    return {"rule": match.rule, "score": round(match.score, 4)}


def _candidate(candidate: Candidate, subjects: Mapping[CommitId, str]) -> dict[str, Any]:
    commit = candidate.commit
    return {"commit": commit, "subject": subjects.get(commit), **_match(candidate.match)}


def _part(part: Part, subjects: Mapping[CommitId, str]) -> dict[str, Any]:
    mail = part.mail
    return {
        "message_id": mail.id,
        "number": mail.patch.number,
        "subject": mail.patch.subject,
        "became": _candidate(part.became, subjects) if part.became is not None else None,
    }


def _versions(found: Thread) -> list[dict[str, Any]]:
    changed = words.changed(found)
    return [_version(v, changed.get(v.mail.id, ())) for v in found.versions]


def _changed(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    return [
        {"path": d.path, "function": d.function, "gone": list(d.gone), "come": list(d.come)}
        for d in differences
    ]


def _version(version: Version, changed: Iterable[Difference]) -> dict[str, Any]:
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
        "changed": _changed(changed),
    }


def _reply(reply: Reply, version: int) -> dict[str, Any]:
    mail = reply.mail
    return {
        "message_id": mail.id,
        "in_reply_to": mail.reply_to,
        "author": mail.patch.author,
        "date": mail.date,
        "depth": reply.depth,
        "version": version,
        "to": reply.version,
        "about": reply.about,
        "trailers": [{"key": key, "value": value} for key, value in reply.trailers],
        "remarks": [_remark(mail.id, r) for r in reply.remarks],
    }


def _remark(message_id: str, remark: Remark) -> dict[str, Any]:
    lines = [remark.first, remark.last]
    return {
        "place": {"kind": "mail", "message_id": message_id, "lines": lines},
        "quote": remark.quote,
        "about": list(remark.about),
        "function": remark.function,
    }
