"""What a query file asks for, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from minekvm.render import text
from minekvm.render.json.lineage import dumped
from minekvm.render.terminal import LABEL, Page

if TYPE_CHECKING:
    from minekvm.core.report.story import Bounds, Story


_ITEM, _REGION = 1, 3  # lines of an item on one screen


def show(story: Story, file: str) -> None:
    """Print what was read: the title, then a row for each thing asked for."""
    page = Page()
    page.line((text.safe(story.title), "bold"))
    page.line((f"{text.safe(file)} is in order and asks for", "dim"))
    named = [f"{s.name} in {s.path}" if s.path else s.name for s in story.symbols]
    _row(page, "symbols", [", ".join(named)] if named else [])
    _row(page, "callers", [", ".join(story.callers)] if story.callers else [])
    _row(page, "region", list(map(_region, story.regions)), _REGION)
    _row(page, "question", story.questions, _ITEM)
    _row(page, "commit", story.commits, _ITEM)
    _row(page, "scope", [", ".join(story.scope)] if story.scope else [])
    _row(page, "note", story.notes)
    page.show()


def as_json(story: Story, file: str) -> str:
    """`minekvm.query/1`: the same, key by key as the file has them."""
    told = asdict(story)
    regions = [{"in": r.pop("function"), **r} for r in told.pop("regions")]
    return dumped(
        {"schema": "minekvm.query/1", "file": file, **told, "region": regions, "gaps": []}
    )


def _row(page: Page, label: str, items: Sequence[str], lines: int = 0) -> None:
    """The items under a label; at a terminal each on so many lines at most, where that is said."""
    for number, item in enumerate(items):
        said = text.safe(item)
        if lines:
            said = page.clipped(said, lines * ((page.width or 0) - LABEL - 4))
        page.row(label, number == 0, said.split(" "), "cyan")


def _region(bounds: Bounds) -> str:
    said = f"{' or '.join(bounds.enter)} to {' or '.join(bounds.exit)} in {bounds.function}"
    if bounds.path:
        said += f" of {bounds.path}"
    if bounds.depth is not None:
        said += f", {text.count(bounds.depth, 'call')} deep"
    if bounds.where:
        said += f"; where {', '.join(bounds.where)} stands"
    return said
