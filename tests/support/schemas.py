"""The JSON Schemas of docs/schemas, closed: a key that they do not name is a mistake."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = Path(__file__).parent.parent.parent / "docs" / "schemas"


def name(schema: str) -> str:
    """The file of a document's `schema`: "minekvm.lineage/1" is told in lineage-1.json."""
    return f"{schema.removeprefix('minekvm.').replace('/', '-')}.json"


def mistakes(document: Any) -> list[str]:
    """What is wrong with a document, each with its place."""
    validator = _validator(name(document["schema"]))
    return [
        f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)
    ]


@cache
def _validator(file: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": file}, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    resources = [
        (path.name, Resource.from_contents(_closed(json.loads(path.read_text(encoding="utf-8")))))
        for path in FOLDER.glob("*.json")
    ]
    return Registry().with_resources(resources)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(each) for key, each in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed |= {"additionalProperties": False}
    return closed
