"""A JSON document as text: ASCII, indented for people unless it is long."""

from __future__ import annotations

import json
import re
from typing import Any

LONG = 1_000_000  # characters from which nobody reads it by eye: indenting doubles it

_FOREIGN = re.compile(r"[^\x00-\x7f]")


def dumped(value: object) -> str:
    """The document in letters that every terminal has."""
    text = compact(value)
    if len(text) > LONG:
        return text
    return _text(value, indented=True)


def compact(value: object) -> str:
    """The document on one line."""
    return _text(value, indented=False)


def _text(value: object, *, indented: bool) -> str:
    import orjson  # loaded where JSON is written

    options = orjson.OPT_INDENT_2 if indented else 0
    try:
        return _FOREIGN.sub(_escaped, orjson.dumps(value, option=options).decode())
    except TypeError:  # halves of surrogates, as names of no encoding have them, are no UTF-8
        layout: dict[str, Any] = {"indent": 2} if indented else {"separators": (",", ":")}
        return json.dumps(value, ensure_ascii=True, **layout)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
