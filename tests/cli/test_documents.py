"""What the documents promise: every command, kind and place that they name, and none left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import minekvm
from minekvm.cli.commands import COMMANDS, load
from minekvm.core.kinds import ORDER

ROOT = Path(minekvm.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def full_names() -> list[str]:
    """Every command as it is typed, also those of groups."""
    names = []
    for name in COMMANDS:
        parts = getattr(load(name), "commands", None)
        names += [f"{name} {part}" for part in parts] if parts else [name]
    return names


@pytest.mark.parametrize("name", full_names())
def test_readme_names_every_command(name: str) -> None:
    group, _, part = name.partition(" ")
    assert re.search(rf"minekvm {group}\b", README)
    assert not part or re.search(rf"`(?:minekvm )?{name}\b", README)


@pytest.mark.parametrize("kind", ORDER)
def test_readme_explains_every_kind_of_event(kind: str) -> None:
    table = README[README.index("**Kinds of event.**") :].partition("\n\n**")[0]
    assert f"`{kind}`" in table


def test_what_the_architecture_names_is_there() -> None:
    package = ROOT / "minekvm"
    named = re.findall(r"`((?:cli|api|render|analyses|clone|adapters|core)/[\w./]*)`", ARCHITECTURE)
    assert len(named) > 15
    assert [path for path in named if not (package / path).exists()] == []


@pytest.mark.parametrize(
    "question",
    ["origins", "lineage", "blame", "callers", "region", "why", "relate", "needs", "ports"],
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
