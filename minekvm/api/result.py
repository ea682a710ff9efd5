"""What every answer can do: be written as the command of its name writes it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, ClassVar, Self


class Result:
    """Beside a frozen dataclass of `minekvm.core`, whose fields an answer has."""

    __slots__ = ()
    written_as: ClassVar[str]  # by which `minekvm.render.formats` knows how it is written

    @classmethod
    def of(cls, found: Any) -> Self:
        """The answer with the fields of what was found."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(cls)})  # type: ignore[arg-type]

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
