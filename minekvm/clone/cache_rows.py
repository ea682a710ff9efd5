"""Values as rows that JSON can hold, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from minekvm.core.model import Function

if TYPE_CHECKING:
    from minekvm.core.c.tables import Op


def ops_rows(ops: Iterable[Op]) -> list[tuple[Any, ...]]:
    """The entries of tables."""
    return [(o.table, o.struct, o.field, o.target, o.line, o.within, o.condition) for o in ops]


def function_of(row: Sequence[Any], text: bytes) -> Function:
    """The definition that `Cache.row` gave, with its text."""
    name, kind, start, end, start_line, end_line, signature, condition = row[:8]
    return Function(name, kind, start, end, start_line, end_line, signature, condition, text)
