"""What the documents promise: every command, kind and place that they name, and none left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import minekvm
from minekvm.cli.commands import COMMANDS, load
from minekvm.core.kinds import ORDER

ROOT = Path(minekvm.__file__).parent.parent
PAGES = ROOT / "docs" / "commands"
OVERVIEW = (PAGES / "overview.md").read_text(encoding="utf-8")
LINEAGE = (PAGES / "lineage.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def full_names() -> list[str]:
    """Every command as it is typed, also those of groups."""
    names = []
    for name in COMMANDS:
        parts = getattr(load(name), "commands", None)
        names += [f"{name} {part}" for part in parts] if parts else [name]
    return names


@pytest.mark.parametrize("name", full_names())
def test_every_command_has_a_page(name: str) -> None:
    group, _, part = name.partition(" ")
    assert f"]({group}.md)" in OVERVIEW
    assert f"commands/{group}.md" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    page = (PAGES / f"{group}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# minekvm {group}\n")
    assert not part or f"`minekvm {name}" in page


@pytest.mark.parametrize("kind", ORDER)
def test_every_kind_of_event_is_explained(kind: str) -> None:
    table = LINEAGE[LINEAGE.index("## Kinds of event") :]
    assert f"`{kind}`" in table


def test_what_the_architecture_names_is_there() -> None:
    package = ROOT / "minekvm"
    named = re.findall(r"`((?:cli|api|render|analyses|clone|adapters|core)/[\w./]*)`", ARCHITECTURE)
    assert len(named) > 15
    assert [path for path in named if not (package / path).exists()] == []


@pytest.mark.parametrize(
    "question",
    [
        "origins",
        "lineage",
        "blame",
        "callers",
        "region",
        "why",
        "relate",
        "needs",
        "check",
        "ports",
        "drift",
    ],
)
def test_one_question_has_one_name_in_every_stage(question: str) -> None:
    package = ROOT / "minekvm"
    stages = ["cli", "api", "analyses", "core", "render/pages", "render/json"]
    missing = [
        stage
        for stage in stages
        if not (package / stage / f"{question}.py").exists()
        and not (package / stage / question).is_dir()
    ]
    assert missing == []
