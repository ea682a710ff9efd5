"""An answer as text, in one of the formats.

`name` is the question's: `pages/NAME.py` has its document, `json/NAME.py` its JSON; of a room with
several answers "NAME.ANSWER" says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from minekvm.render.json import parts, writing
from minekvm.render.json.parts import WHOLE, Part

if TYPE_CHECKING:
    from minekvm.render.document import Document


@dataclass(frozen=True, slots=True)
class How:
    """What is shown more of, which rows of a document, and where commits can be looked at."""

    verbose: bool = False
    patch: bool = False
    part: Part = WHOLE
    web: str | None = None


def text(
    name: str,
    result: object,
    form: str,
    *,
    verbose: bool = False,
    patch: bool = False,
    part: Part = WHOLE,
    web: str | None = None,
) -> str:
    """The answer as text, its end of line included.

    `web` is where commits can be looked at, %s standing for the hash, if not where the clone's
    remote suggests.
    """
    return FORMATS[form](name, result, How(verbose, patch, part, web))


def value(name: str, result: object) -> dict[str, Any]:
    """The answer as its JSON contract has it."""
    found: dict[str, Any] = _function("json", name, "value")(result)
    notice = getattr(getattr(result, "background", None), "notice", "")
    if notice and "notice" not in found:
        schema = {"schema": found.pop("schema")} if "schema" in found else {}
        return {**schema, "notice": notice, **found}
    return found


def _terminal(name: str, result: object, how: How) -> str:
    from minekvm.render import terminal

    web = how.web or getattr(getattr(result, "background", None), "web", None)
    return terminal.write(_document(name, result, how.patch), verbose=how.verbose, web=web)


def _markdown(name: str, result: object, how: How) -> str:
    from minekvm.render import markdown

    return markdown.write(_document(name, result, how.patch), verbose=how.verbose) + "\n"


def _json(name: str, result: object, how: How) -> str:
    write = writing.compact if how.part.shared else writing.dumped
    return write(parts.taken(name, value(name, result), how.part)) + "\n"


def _json_lines(name: str, result: object, how: How) -> str:
    rows = parts.lines(name, parts.taken(name, value(name, result), how.part))
    return "".join(f"{writing.compact(row)}\n" for row in rows)


def _sarif(name: str, result: object, how: How) -> str:
    """For forges; of findings alone."""
    found: dict[str, Any] = _function("sarif", name, "log")(result)
    return writing.dumped(found) + "\n"


def _vimgrep(name: str, result: object, how: How) -> str:
    from minekvm.render import vimgrep

    return vimgrep.text(name, value(name, result))


def _document(name: str, result: object, patch: bool) -> Document:
    page = _function("pages", name, "page")
    found: Document = page(result, patch=True) if patch else page(result)
    notice = getattr(getattr(result, "background", None), "notice", "")
    return replace(found, notice=notice) if notice else found


def _function(room: str, name: str, usual: str) -> Callable[..., Any]:
    module, _, answer = name.partition(".")
    found: Callable[..., Any] = getattr(
        import_module(f"minekvm.render.{room}.{module}"), answer or usual
    )
    return found


FORMATS: dict[str, Callable[[str, object, How], str]] = {
    "terminal": _terminal,
    "md": _markdown,
    "json": _json,
    "json-lines": _json_lines,
    "sarif": _sarif,
    "vimgrep": _vimgrep,
}
