"""The JSON contracts of the answers about commits."""

from __future__ import annotations

import json

from relation_values import UPSTREAM, A, B, F, everything, found_origins, status, steps

from minekvm.core.model import Mined
from minekvm.render import formats


def test_relations_of_one_commit() -> None:
    found = json.loads(formats.text("relate", everything(), "json"))
    assert list(found) == [
        "schema",
        "commit",
        "relations",
        "unresolved",
        "links",
        "people",
        "gaps",
    ]
    assert (found["schema"], found["commit"]) == ("minekvm.relate/1", A.id)
    assert found["relations"][0] == {
        "kind": "fixes",
        "direction": "out",
        "other": B.id,
        "rule": "Fixes trailer",
        "citation": {
            "commit": A.id,
            "place": {"kind": "message", "lines": [7, 7]},
            "quote": 'Fixes: bbbbbbbbbbbb ("pump: open the valve by hand")',
        },
        "check": "here",
        "here": True,
        "on_other_branch": False,
        "subject": B.subject,
    }
    absent = found["relations"][2]
    assert (absent["other"], absent["check"]) == (UPSTREAM, "absent")
    assert (absent["here"], absent["subject"]) == (False, None)
    assert found["relations"][1]["citation"]["place"]["lines"] == [3, 4]
    assert found["relations"][4]["citation"] is None
    assert [u["why"] for u in found["unresolved"]] == ["wrong subject", "absent"]
    assert found["unresolved"][0]["fits"] == ["e" * 40]
    assert found["unresolved"][1] == {
        "kind": "fixes",
        "hash": "0a1b2c3d",
        "subject": "tank: gone",
        "why": "absent",
        "fits": [],
        "citation": {
            "commit": A.id,
            "place": {"kind": "message", "lines": [8, 8]},
            "quote": 'Fixes: 0a1b2c3d ("tank")',
        },
    }
    assert found["links"] == [
        {
            "url": "https://example.org/r/1",
            "rule": "a rule",
            "citation": {
                "commit": A.id,
                "place": {"kind": "message", "lines": [10, 10]},
                "quote": "Link: https://ex",
            },
        }
    ]
    assert found["people"][0] == {"role": "Reported-by", "who": "Mary <m@example.org>"}
    assert found["gaps"] == [
        {
            "what": "functions touched",
            "why": "only the first 12 files",
            "commit": A.id,
            "path": None,
        }
    ]


def test_paths_between_two() -> None:
    found = json.loads(formats.text("relate", steps(), "json"))
    assert list(found) == ["schema", "commit", "other", "paths", "gaps"]
    assert (found["schema"], found["commit"], found["other"]) == ("minekvm.relate/1", A.id, B.id)
    assert found["paths"][0][1] == {
        "from": F.id,
        "to": B.id,
        "kind": "touches-same",
        "direction": "in",
        "rule": "changed run_dry() after",
        "citation": None,
    }
    assert found["paths"][0][0]["citation"]["place"] == {"kind": "message", "lines": [5, 5]}
    assert len(found["gaps"]) == 1


def test_origins() -> None:
    found = json.loads(formats.text("origins", found_origins(), "json"))
    assert (found["schema"], found["commit"]) == ("minekvm.origins/1", A.id)
    assert found["gaps"] == []
    first, second = found["candidates"]
    assert first["reasons"][0] == {
        "rule": "blame",
        "text": "last changed 3 of the 4 lines that go away",
    }
    assert (first["commit"], first["score"]) == (B.id, 0.874)
    assert (first["subject"], first["authored"]) == (B.subject, B.authored)
    assert second["reasons"] == []


def test_indexes() -> None:
    facts = {
        "schema": "minekvm.index/1",
        "path": "/cache/x.db",
        "commits": 12345,
        "mentions": 6789,
        "paths": 321,
        "people": 54,
        "blobs": 987,
        "size": 12345678,
        "indexed": "2024-05-06T07:08:09+00:00",
        "added": 5,
        "removed": 0,
        "gaps": [],
    }
    assert json.loads(formats.text("index", Mined(5, 0, status()), "json")) == facts
    nothing: dict[str, object] = {"added": None, "removed": None}
    assert json.loads(formats.text("index", status(), "json")) == facts | nothing
    unfinished = json.loads(formats.text("index", status(indexed=""), "json"))
    assert unfinished["indexed"] is None


def test_no_index_is_all_null() -> None:
    found = json.loads(formats.text("index", None, "json"))
    assert (found.pop("schema"), found.pop("gaps")) == ("minekvm.index/1", [])
    assert len(found) == 10
    assert set(found.values()) == {None}
