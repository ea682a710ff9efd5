"""The languages whose declarations can be read: one row each, behind one protocol.

A front end is a package of its own that makes `core.declarations` of bytes. What is above asks
by path and knows no syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minekvm.core.assembler import declarations as assembler
from minekvm.core.c import declarations as c
from minekvm.core.declarations import Declaration, DeclaredKind
from minekvm.core.file_kinds import is_source
from minekvm.core.kconfig import declarations as kconfig
from minekvm.core.model import Function


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """A language: which paths it reads, git's patterns for these, and what it makes of bytes.

    `kinds` are those that it can declare; functions stand apart.
    """

    name: str
    reads: Callable[[str], bool]
    pathspecs: tuple[str, ...]
    declarations: Callable[[bytes, Sequence[Function] | None], tuple[Declaration, ...]]
    kinds: frozenset[DeclaredKind]
    has_functions: bool = False


def _is_kconfig(path: str) -> bool:
    return path.rpartition("/")[2].startswith("Kconfig")


def _is_assembler(path: str) -> bool:
    return path.endswith(".S")


_C_KINDS: tuple[DeclaredKind, ...] = (
    "struct",
    "union",
    "enum",
    "typedef",
    "macro",
    "variable",
    "parameter",
    "compatible",
)

FRONT_ENDS = (
    FrontEnd("Kconfig", _is_kconfig, ("*Kconfig*",), kconfig.declarations, frozenset(("config",))),
    FrontEnd(
        "assembler", _is_assembler, ("*.S",), assembler.declarations,
        frozenset(("entry-point", "macro")),
    ),
    FrontEnd("C", is_source, ("*.[ch]",), c.declarations, frozenset(_C_KINDS), has_functions=True),
)  # fmt: skip


def front_end(path: str) -> FrontEnd | None:
    """The language of a file, told by its path; None where none reads it."""
    return next((each for each in FRONT_ENDS if each.reads(path)), None)


def declarations(
    path: str, source: bytes, functions: Sequence[Function] | None = None
) -> tuple[Declaration, ...]:
    """What a file declares beside its functions, in its language; nothing where none reads it.

    The `functions` are looked for where they are not given.
    """
    found = front_end(path)
    return found.declarations(source, functions) if found is not None else ()
