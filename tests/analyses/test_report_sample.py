"""The report under reports/ is what the code makes, and what is documented."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.running import run

REPORTS = Path(__file__).parents[2] / "reports"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files that `minekvm demo` writes."""
    out = tmp_path_factory.mktemp("demo")
    ran = run("demo", "-o", str(out))
    assert ran.code == 0, ran.err
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_the_sample_is_what_the_demo_writes(made: dict[str, bytes]) -> None:
    """To renew it: run `minekvm demo` at the top of the sources."""
    kept = {path.name: path.read_bytes() for path in REPORTS.glob("guest-entry.*")}
    assert sorted(kept) == sorted(made)
    stale = [name for name in made if made[name] != kept[name]]
    assert not stale, "run `minekvm demo` at the top of the sources, and look at what changed"


def test_the_document_is_as_documented(made: dict[str, bytes]) -> None:
    told = json.loads(made["guest-entry.json"])
    readme = (REPORTS / "README.md").read_text()
    documented = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", readme, re.M)))
    assert sorted(told) == sorted(documented)
    for key in ("query", "clone", "relations", "reproduce"):
        assert all(f"`{inner}`" in readme for inner in told[key]), key
    for key in ("events", "missing"):
        assert all(f"`{inner}`" in readme for row in told[key] for inner in row), key
    for about in told["commits"].values():
        assert all(f"`{inner}`" in readme for inner in about)


def test_the_story_of_the_seed_is_told(made: dict[str, bytes]) -> None:
    """The enabling commit of the trace's return is named in the short answer."""
    told = json.loads(made["guest-entry.json"])
    moved = next(
        n["commit"] for n in told["query"]["named"] if n["written"].startswith("87fa7f3e98a1")
    )
    inferred = [c for c in told["answer"] if c["grade"] == "inferred"]
    assert any(moved[:12] in c["text"] for c in inferred)
    assert not told["missing"]
    assert not told["gaps"]
