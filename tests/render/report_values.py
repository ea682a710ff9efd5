"""A small report document in code."""

from __future__ import annotations

from typing import Any

from render_values import commit_id, wandering

from minekvm.render.json.lineage import value as lineage_value

A, B, C = (str(commit_id(letter)) for letter in "abc")
ABSENT = str(commit_id("f"))
URL = "https://example.org/?id="


def document(**changed: Any) -> dict[str, Any]:
    """A lineage of three commits, one edge inside and one to a commit that is not here."""
    told = wandering()
    cited = {
        "commit": C,
        "place": {"kind": "message", "lines": [3, 4]},
        "quote": "It belongs\nthere.",
    }
    code = {
        "commit": B,
        "place": {"kind": "file", "path": "old.c", "lines": [10, 10]},
        "quote": "int f(void)",
    }
    return {
        "schema": "minekvm.report/1",
        "version": "0.1.0",
        "title": "How f moved",
        "query": {
            "file": "f.toml",
            "text": 'title = "How f moved"\n',
            "symbols": ["f"],
            "callers": [],
            "scope": [],
            "questions": [],
            "commits": [],
            "named": [],
            "notes": ["- mind the gap"],
        },
        "clone": {
            "name": "linux",
            "remote": None,
            "head": C,
            "rev": "HEAD",
            "commits": 3,
            "web": f"{URL}%s",
        },
        "answer": [
            {"text": "it moved", "grade": "stated", "citations": [cited]},
            {"text": "f returned one", "grade": "observed", "citations": [code, cited]},
        ],
        "answers": [],
        "regions": [],
        "lineages": [lineage_value(told)],
        "ledger": [],
        "relations": {
            "nodes": [C, B, ABSENT],
            "edges": [
                {"source": C, "target": B, "kind": "fixes", "rule": "r", "citation": cited},
                {
                    "source": B,
                    "target": ABSENT,
                    "kind": "cites",
                    "rule": "a rule",
                    "citation": None,
                },
            ],
        },
        "commits": {
            id_: {
                "author": commit.author,
                "authored": commit.authored,
                "committed": commit.authored,
                "subject": commit.subject,
                "message": f"{commit.subject}\n\nIt belongs\nthere.\n",
                "parents": [],
                "files": ["old.c"],
                "url": f"{URL}{id_}",
                "changes": [],
                "left_out": 0,
                "thread": None,
            }
            for id_, commit in told.commits.items()
        },
        "events": [],
        "missing": [],
        "gaps": [],
        "reproduce": {"range": f"{A}..{C}", "version": "0.1.0", "commands": ["minekvm report f"]},
    } | changed
