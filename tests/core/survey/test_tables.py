"""The tables: every column is explained, and the document explains the same."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import minekvm
from minekvm.core.survey.tables import TABLES, Table

PAGE = (Path(minekvm.__file__).parent.parent / "docs/commands/survey.md").read_text()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_explained(table: Table) -> None:
    assert [f.name for f in fields(table.row)] == list(table.columns)
    section = PAGE.partition(f"### {table.name}\n")[2].partition("\n### ")[0]
    for name, (kind, nullable) in table.types().items():
        more = ", may be null" if nullable else ""
        assert f"| `{name}` | {kind}{more} | {table.columns[name]} |" in section
