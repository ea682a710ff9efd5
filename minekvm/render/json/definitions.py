"""`minekvm.definitions/1`: what defines a symbol at a revision, each with its text."""

from __future__ import annotations

from typing import Any

from minekvm.core.model import Definitions
from minekvm.render.json.rows import gap_row, version_row


def value(found: Definitions) -> dict[str, Any]:
    """The definitions of a symbol at a revision; what is no UTF-8 in them is replaced."""
    return {
        "schema": "minekvm.definitions/1",
        "symbol": found.symbol,
        "rev": found.rev,
        "definitions": [
            {**(version_row(v) or {}), "text": v.function.text.decode("utf-8", "replace")}
            for v in found.versions
        ],
        "gaps": [gap_row(gap) for gap in found.gaps],
    }
