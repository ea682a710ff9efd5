"""What is taken to hold while a region is followed: one choice among those that matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from minekvm.core.c.conditions import excluded
from minekvm.core.model import FunctionVersion


@dataclass(frozen=True, slots=True)
class World:
    """What is chosen: a table for some types, and what the preprocessor is taken to hold true."""

    tables: Mapping[str, str] = field(default_factory=dict)
    holds: frozenset[str] = frozenset()

    def allows(self, version: FunctionVersion) -> bool:
        """Whether a definition is compiled here, as far as that is known."""
        return not any(excluded(part, version.function.condition) for part in self.holds)
