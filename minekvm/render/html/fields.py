"""Reading parsed JSON that may lack keys: older documents and newer ones are both shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from minekvm.render import text

Row = Mapping[str, Any]

SHORT = 12  # digits of a commit's hash that a reader sees


def row(value: object) -> Row:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: object) -> list[Row]:
    """The objects of a list; none where it is no list."""
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def words(value: object) -> list[str]:
    """The strings of a list; a lone string is a list of one."""
    if isinstance(value, str):
        return [value]
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def word(value: object) -> str:
    """The value where it is a string or number, else nothing."""
    return str(value) if isinstance(value, str | int | float) else ""


def shown(string: str) -> str:
    """Text as a reader may see it: tabs stay, every other hidden character becomes an escape."""
    return "\t".join(text.safe(part) for part in string.split("\t"))


def clipped(string: str, most: int) -> str:
    """The beginning of a text, shown, with an ellipsis where it was cut."""
    seen = shown(string[: most + 1])
    return seen if len(seen) <= most else seen[: most - 1] + "…"


def clipped_path(path: str, most: int) -> str:
    """The end of a path, which tells it from others, with an ellipsis where it was cut."""
    seen = shown(path[-most - 1 :])
    if len(seen) <= most and len(path) <= most:
        return seen
    end = seen[-most + 1 :]
    _, slash, rest = end.partition("/")
    return f"…/{rest}" if slash and len(rest) > most // 2 else f"…{end}"


def web(url: object) -> str:
    """An address that a link may lead to: http or https only, else nothing."""
    if not isinstance(url, str):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
