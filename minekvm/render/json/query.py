"""`minekvm.query/1`: what a query file asks for, key by key as the file has them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minekvm.core.report.story import Story


def value(asked: tuple[Story, str]) -> dict[str, Any]:
    """A story as it was read from a file."""
    story, file = asked
    told = asdict(story)
    regions = [{"in": region.pop("function"), **region} for region in told.pop("regions")]
    return {"schema": "minekvm.query/1", "file": file, **told, "region": regions, "gaps": []}
