"""What every answer can do: be written as the command of its name writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of the clone of an answer, beside it.

    `notice` is what a reader has to know first, "" as a rule; `remote` is where it came from.
    """

    notice: str = ""
    remote: str = ""

    @property
    def web(self) -> str | None:
        """Where its commits can be looked at, with %s for the hash; None where nobody knows."""
        from minekvm.core.report import commit_urls

        return commit_urls.view(commit_urls.public(self.remote))


class Result:
    """Beside a frozen dataclass of `minekvm.core`, whose fields an answer has."""

    __slots__ = ()
    written_as: ClassVar[str]  # by which `minekvm.render.formats` knows how it is written
    background: Background

    @classmethod
    def of(cls, found: Any) -> Self:
        """The answer with the fields of what was found."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(cls)})  # type: ignore[arg-type]

    def against(self, background: Background) -> Self:
        """The same answer, with what its writers know of the clone."""
        if "background" in type(self).__slots__:
            object.__setattr__(self, "background", background)
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
