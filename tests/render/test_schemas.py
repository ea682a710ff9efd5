"""The JSON Schemas of docs/schemas; `support.running` holds every --json of the tests to them."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import minekvm
from support import schemas
from support.repos import Repo
from support.running import run

PACKAGE = Path(minekvm.__file__).parent
FILES = sorted(schemas.FOLDER.glob("*.json"))


def named() -> set[str]:
    """Every schema that the package's source names."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("render/**/*.py"))
    return set(re.findall(r'"schema": "(minekvm\.[a-z-]+/\d+)"', text))


def test_every_document_has_a_schema_and_every_schema_a_document() -> None:
    assert {schemas.name(each) for each in named()} == {p.name for p in FILES} - {"common.json"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_is_one(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == file.name
    assert schema["description"]


def test_a_schema_sees_what_is_wrong(repo: Repo) -> None:
    repo.commit("start", {"a.c": "int f(void) { return 1; }\n"})
    document = run("lineage", "f", "--repo", str(repo.path), "--json").json
    assert schemas.mistakes(document) == []

    def mistaken(**changes: Any) -> list[str]:
        wrong = copy.deepcopy(document)
        wrong["events"][0] |= changes
        return schemas.mistakes(wrong)

    assert "'unheard' was unexpected" in mistaken(unheard=1)[0]
    assert len(mistaken(commit="HEAD")) == 1
    assert len(mistaken(kinds=["vanished"])) == 1
    assert len(mistaken(new={"path": "a.c"})) == 1
    del document["gaps"]
    assert "'gaps' is a required property" in schemas.mistakes(document)[0]
