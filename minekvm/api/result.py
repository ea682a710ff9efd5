"""What every answer can do: be written as the command of its name writes it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, ClassVar, Self


class Result:
    """Beside a frozen dataclass of `minekvm.core`, whose fields an answer has."""

    __slots__ = ()
    written_as: ClassVar[str]  # by which `minekvm.render.formats` knows how it is written
    notice: str  # what a reader has to know of the clone first; "" as a rule

    @classmethod
    def of(cls, found: Any) -> Self:
        """The answer with the fields of what was found."""
        result = cls(**{field.name: getattr(found, field.name) for field in fields(cls)})  # type: ignore[arg-type]
        return result.under(getattr(found, "notice", ""))

    def under(self, notice: str) -> Self:
        """The same answer, told under a notice."""
        if not any(field.name == "notice" for field in fields(self)):  # type: ignore[arg-type]
            object.__setattr__(self, "notice", notice)
        return self

    def to_json(self) -> str:
        """What the command prints with --json, without the line's end."""
        from minekvm.render import formats

        return formats.text(self.written_as, self, "json").removesuffix("\n")

    def to_markdown(self) -> str:
        """What the command prints with --format md."""
        from minekvm.render import formats

        return formats.text(self.written_as, self, "md")

    def to_dict(self) -> dict[str, Any]:
        """The same document, as Python reads it."""
        document: dict[str, Any] = json.loads(self.to_json())
        return document
