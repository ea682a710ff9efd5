"""What a page's address asks: a small story, written as a query file would have it.

A reader finds that text at the end of the page, and can make a report of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from minekvm.api.report import Request, shipped_request, written_request
from minekvm.errors import QueryFailed
from minekvm.render.html import Bar

_HASH = re.compile(r"[0-9a-f]{7,64}")
_SYMBOL = re.compile(r"[^\W\d]\w*(?:\(\))?")


def searched(asked: str, bar: Bar) -> str:
    """Where a search leads: to a commit, a symbol, or a question's answer."""
    text = asked.strip()
    if _HASH.fullmatch(text) and any(c.isdigit() for c in text):
        return bar.commit(text)
    if _SYMBOL.fullmatch(text):
        return bar.lineage(text.removesuffix("()"))
    return bar.why(text)


def lineage(symbol: str, rev: str) -> Request:
    """Where a symbol came from."""
    return _story(symbol, rev, symbols=[symbol])


def callers(symbol: str, rev: str) -> Request:
    """Who calls it, and who did."""
    return _story(f"Who calls {symbol}", rev, callers=[symbol])


def why(question: str, rev: str) -> Request:
    """Why something happened."""
    return _story(question, rev, questions=[question])


def commit(revision: str, rev: str) -> Request:
    """What a commit did, and what ties it to others."""
    return _story(f"Commit {revision}", rev, commits=[revision])


def region(asked: Mapping[str, str], rev: str) -> Request:
    """What lies between two markers."""
    enter, exit_, within = (_names(asked.get(key, "")) for key in ("enter", "exit", "in"))
    if not (enter and exit_ and within):
        raise QueryFailed("a region has markers that open and close it, and a function", "name all")
    title = f"From {', '.join(enter)} to {', '.join(exit_)} in {within[0]}"
    bounds = {
        "enter": enter,
        "exit": exit_,
        "in": within[0],
        "where": _names(asked.get("where", "")),
    }
    return _story(title, rev, region=bounds)


def report(name: str) -> Request:
    """A story that comes along."""
    return shipped_request(name)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _story(
    title: str,
    rev: str,
    region: Mapping[str, str | Sequence[str]] | None = None,
    **lists: Sequence[str],
) -> Request:
    lines = [f"title = {_toml(title)}", *(f"{key} = {_toml(each)}" for key, each in lists.items())]
    if region is not None:
        lines += ["", "[[region]]", *(f"{key} = {_toml(v)}" for key, v in region.items() if v)]
    return written_request("\n".join(lines) + "\n", "page.toml", rev)


def _toml(value: str | Sequence[str]) -> str:
    """Text, or a list of it, as TOML writes it: as JSON does, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
