"""Report documents of literal values: a small story, one of many events, and a hostile one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Document = dict[str, Any]
Row = dict[str, Any]

HOSTILE = (
    "<script>alert(1)</script>",
    "</script></style></svg><img src=x onerror=alert(2)>",
    "\"quoted\" 'single' `tick` &amp; &lt;",
    "\x1b[31mred\x1b[0m \x07",
    "[bold]rich[/bold] **md** [link](javascript:alert(3)) | cell",
    'graph TD; A["x"]-->B{{ 7 * 7 }} {% if x %}',
    "abc\u202edcba\u2066\u200b\ufeff",
    "long " + "x" * 10_000,
)


def commit_id(number: int) -> str:
    """A full hash that begins with the number."""
    return f"{number:08x}".ljust(40, "0123456789abcdef"[number % 16])


def version(name: str, path: str = "kernel/a.c", condition: str = "") -> Row:
    return {"path": path, "name": name, "kind": "function", "condition": condition}


def commit(
    number: int,
    subject: str = "",
    *,
    day: str = "",
    author: str = "Ada L.",
    files: Sequence[str] = ("kernel/a.c",),
    message: str = "",
    changes: Sequence[Row] = (),
    thread: Row | None = None,
) -> Row:
    subject = subject or f"subject {number}"
    stamp = f"{day or f'20{10 + number // 336:02}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}'}"
    return {
        "author": author,
        "authored": f"{stamp}T12:00:00+00:00",
        "committed": f"{stamp}T13:00:00+00:00",
        "subject": subject,
        "message": message or f"{subject}\n\nBecause of {number}.\n",
        "parents": [],
        "files": list(files),
        "url": None,
        "changes": list(changes),
        "thread": thread,
    }


def change(old: Row | None, new: Row | None, kinds: Sequence[str], diff: str) -> Row:
    return {
        "kinds": list(kinds),
        "old": old,
        "new": new,
        "rule": "same path and name",
        "score": 1.0,
        "diff": diff,
    }


def event(
    number: int, kinds: Sequence[str], old: Row | None, new: Row | None, others: Sequence[Row] = ()
) -> Row:
    """A lineage's event at the commit of that number."""
    about = commit(number)
    return {
        "commit": commit_id(number),
        "parent": commit_id(number - 1),
        "authored": about["authored"],
        "author": about["author"],
        "subject": about["subject"],
        "kinds": list(kinds),
        "old": old,
        "new": new,
        "rule": "same path and name",
        "score": 1.0,
        "others": list(others),
    }


def lineage(symbol: str, definitions: Sequence[Row], events: Sequence[Row]) -> Row:
    return {
        "schema": "minekvm.lineage/1",
        "symbol": symbol,
        "rev": commit_id(99),
        "definitions": list(definitions),
        "events": list(events),
        "gaps": [],
    }


def told(id_: str, number: int, kinds: Sequence[str], symbol: str, path: str, **more: str) -> Row:
    """A row of the document's events."""
    return {
        "id": id_,
        "commit": commit_id(number),
        "kinds": list(kinds),
        "section": "lineage",
        "symbol": symbol,
        "path": path,
        "text": "",
    } | more


def quoted(number: int, quote: str, line: int = 1) -> Row:
    place = {"kind": "message", "lines": [line, line]}
    return {"commit": commit_id(number), "place": place, "quote": quote}


def claim(text: str, grade: str, *citations: Row, part: str = "") -> Row:
    return {"part": part, "text": text, "grade": grade, "citations": list(citations)}


def document(**parts: Any) -> Document:
    """A document with nothing in it but these parts."""
    return {
        "schema": "minekvm.report/1",
        "version": "0.1.0",
        "title": "A story",
        "query": {"file": "story.toml", "text": 'title = "A story"\n', "notes": []},
        "clone": {
            "name": "clone",
            "remote": None,
            "head": commit_id(99),
            "rev": "HEAD",
            "commits": 1234,
            "web": None,
        },
        "answer": [],
        "answers": [],
        "lineages": [],
        "regions": [],
        "ledger": [],
        "relations": {"nodes": [], "edges": []},
        "commits": {},
        "events": [],
        "missing": [],
        "gaps": [],
        "reproduce": {
            "range": f"{commit_id(1)}..{commit_id(99)}",
            "version": "0.1.0",
            "commands": ["minekvm report story.toml --repo CLONE"],
        },
    } | parts


_DIFF = "@@ -10,3 +10,3 @@\n int enter(void)\n-\told_mark();\n+\tnew_mark();\n"


def small() -> Document:
    """Every section: a move, a split, a region with two branches, callers, relations, answers."""
    a, b = "kernel/a.c", "arch/x86/kvm/b.c"
    enter_a, enter_b, half = version("enter", a), version("enter", b), version("half", b)
    events = [
        event(4, ["split"], enter_b, enter_b, [half]),
        event(3, ["moved"], enter_a, enter_b),
        event(2, ["modified"], enter_a, enter_a),
        event(1, ["introduced"], None, enter_a),
    ]
    inside = [
        {"call": "run", "path": b, "function": "enter", "line": 5, "must": True},
        {"call": "trace", "path": b, "function": "enter", "line": 6, "must": False},
    ]
    regions = [
        {
            "schema": "minekvm.region/1",
            "function": "enter",
            "enter": ["mark_in"],
            "exit": ["mark_out"],
            "changes": [
                {
                    "commit": commit_id(3),
                    "came": [],
                    "left": ["trace"],
                    "markers_moved": True,
                    "inside": inside[:1],
                },
                {
                    "commit": commit_id(2),
                    "came": ["trace"],
                    "left": [],
                    "markers_moved": False,
                    "inside": inside,
                },
            ],
            "placements": [
                {"symbol": "trace", "commit": commit_id(3), "state": "outside"},
                {"symbol": "trace", "commit": commit_id(2), "state": "partly"},
            ],
        }
    ]
    sites = [
        {
            "path": a,
            "function": "enter",
            "since": commit_id(1),
            "until": commit_id(3),
            "went": {"how": "to function", "path": b, "function": "enter", "by": None},
        },
        {
            "path": b,
            "function": "enter",
            "since": commit_id(3),
            "until": None,
            "went": None,
            "count": 2,
        },
    ]
    claims = [
        claim("enter() was split.", "stated", quoted(4, "enter: split it")),
        claim(f"It had moved in {commit_id(3)[:12]}.", "observed", quoted(3, "enter: move it")),
        claim(
            "So it could be split.",
            "inferred",
            quoted(3, "enter: move it"),
            quoted(1, "first"),
            part="possible",
        ),
    ]
    thread = {
        "schema": "minekvm.thread/1",
        "commit": commit_id(4),
        "versions": [
            {
                "message_id": "v1@example.org",
                "version": 1,
                "subject": "[PATCH] split enter",
                "author": "Ada L.",
                "date": "2010-01-04T12:00:00+00:00",
                "rule": "same author and subject",
                "score": 0.9,
                "changed": [
                    {"path": b, "function": "enter", "gone": ["a_first();"], "come": ["half();"]}
                ],
            }
        ],
        "replies": [
            {
                "message_id": "re@example.org",
                "in_reply_to": "v1@example.org",
                "author": "Bob",
                "date": "2010-01-05T12:00:00+00:00",
                "depth": 1,
                "version": "1",
                "trailers": [{"key": "Reviewed-by", "value": "Bob"}],
                "remarks": [
                    {
                        "place": {"kind": "mail", "message_id": "re@example.org", "lines": [3, 3]},
                        "quote": "Why not split it first?",
                        "about": ["+\tnew_mark();"],
                        "function": "enter",
                    }
                ],
            }
        ],
    }
    return document(
        answer=claims[:2],
        answers=[
            {
                "schema": "minekvm.why/1",
                "question": {"text": "why was enter split?", "symbols": ["enter"], "verb": "split"},
                "claims": claims,
                "key_commits": [commit_id(4), commit_id(77)],
                "gaps": [{"what": "reason", "why": "not stated", "commit": commit_id(2)}],
            }
        ],
        lineages=[lineage("enter", [enter_b], events)],
        regions=regions,
        ledger=[{"schema": "minekvm.callers/1", "symbol": "mark_in", "sites": sites, "gaps": []}],
        relations={
            "nodes": [commit_id(n) for n in (4, 3, 1)],
            "edges": [
                {
                    "source": commit_id(4),
                    "target": commit_id(3),
                    "kind": "cites",
                    "rule": "a hash",
                    "citation": quoted(4, "after the move"),
                },
                {
                    "source": commit_id(3),
                    "target": commit_id(1),
                    "kind": "fixes",
                    "rule": "trailer",
                    "citation": None,
                },
            ],
        },
        commits={
            commit_id(4): commit(
                4,
                "enter: split it",
                author="Bea M.",
                files=[b],
                message=f"enter: split it\n\nPossible since {commit_id(3)[:12]}.\n",
                changes=[change(enter_b, enter_b, ["split"], _DIFF)],
                thread=thread,
            ),
            commit_id(3): commit(
                3,
                "enter: move it",
                files=[a, b],
                changes=[change(enter_a, enter_b, ["moved"], "@@ -1,1 +1,1 @@\n enter_moved();\n")],
            ),
            commit_id(2): commit(2, changes=[change(enter_a, enter_a, ["modified"], _DIFF)]),
            commit_id(1): commit(1, "first", changes=[change(None, enter_a, ["introduced"], "")]),
        },
        events=[
            told("e1", 4, ["split"], "enter", b, text="into half"),
            told("e2", 3, ["moved"], "enter", b),
            told("e3", 3, ["left"], "trace", b, section="region"),
            told("e4", 3, ["ceased"], "mark_in", a, section="callers"),
            told("e5", 2, ["modified"], "enter", a),
            told("e6", 1, ["introduced"], "enter", a),
        ],
        missing=[{"what": "other_symbol", "why": "not defined in this clone"}],
        gaps=[{"what": "blob", "why": "missing", "commit": commit_id(2), "path": a}],
    )


def many(size: int) -> Document:
    """So many events of one symbol; every tenth moves it between five files."""
    events: list[Row] = []
    commits: dict[str, Row] = {}
    rows: list[Row] = []
    here = version("busy", "kernel/f0.c")
    for number in range(1, size + 1):
        old, path = here, f"kernel/f{number // 10 % 5}.c"
        kinds = (
            ["introduced"] if number == 1 else ["moved"] if path != old["path"] else ["modified"]
        )
        here = version("busy", path)
        events.append(event(number, kinds, None if number == 1 else old, here))
        commits[commit_id(number)] = commit(
            number,
            author=f"Author {number % 12}",
            files=[path],
            changes=[change(old, here, kinds, _DIFF * 4)],
        )
        rows.append(told("", number, kinds, "busy", path))
    events.reverse()
    rows.reverse()
    for place, row in enumerate(rows, 1):
        row["id"] = f"e{place}"
    return document(
        title=f"{size} events",
        lineages=[lineage("busy", [here], events)],
        commits=commits,
        events=rows,
    )


def hostile() -> Document:
    """The small story with hostile text wherever text is."""
    found: Document = _spoiled(small())
    found["query"]["text"] = "\n".join(HOSTILE)
    found["clone"]["web"] = "javascript:alert('%s')"
    return found


_KEPT = ("id", "commit", "section", "schema", "grade", "source", "target", "since", "until", "url")


def _spoiled(value: Any, place: int = 0) -> Any:
    """The value with every text replaced by hostile text, hashes and ids left as they are."""
    if isinstance(value, str):
        return HOSTILE[(place + len(value)) % len(HOSTILE)]
    if isinstance(value, list):
        kept = [isinstance(v, str) and len(v) == 40 for v in value]
        return [
            v if k else _spoiled(v, n) for n, (v, k) in enumerate(zip(value, kept, strict=True))
        ]
    if not isinstance(value, dict):
        return value
    return {
        key: each
        if key in _KEPT or key in ("authored", "committed", "state")
        else _spoiled(each, place + number)
        for number, (key, each) in enumerate(value.items())
    }
