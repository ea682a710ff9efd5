"""What a file declares beside functions, in any language: declarations with their members.

A front end (`core.front_ends`) reads these values off a file; nothing here or above knows a syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

DeclaredKind = Literal[
    "struct",
    "union",
    "enum",
    "typedef",
    "macro",
    "variable",
    "parameter",
    "compatible",
    "config",
    "entry-point",
]
MemberKind = Literal["field", "constant", "entry"]

MEMBERS: frozenset[str] = frozenset(get_args(MemberKind))
DECLARED: frozenset[str] = frozenset((*get_args(DeclaredKind), *get_args(MemberKind))) - {"macro"}
"""The kinds that no function has; a macro may be either."""


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a declaration: a field, an enum constant, an entry of a table.

    `type` is what is declared of it, white space folded: a field's type, a constant's value as it
    is written ("" where it only follows the one before), what an entry leads to. The fields of a
    struct inside a field have its name before theirs: `page.flags`.
    """

    name: str
    kind: MemberKind
    type: str
    line: int
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration inside a blob: knows no path and no commit.

    `text` is its bytes, lines count from 1; `type` is what is declared of it as a whole, white
    space folded: a variable's or typedef's type, a macro's value. `of` is the tag or typedef that
    says what its members mean, where it is a variable with entries. `condition` is the
    preprocessor's.
    """

    name: str
    kind: DeclaredKind
    start_line: int
    end_line: int
    text: bytes
    type: str = ""
    members: tuple[Member, ...] = ()
    of: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration in a file of some commit."""

    path: str
    declaration: Declaration

    @property
    def name(self) -> str:
        return self.declaration.name
