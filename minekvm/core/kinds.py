"""What each kind of event means: one row a kind. A rung of `core.lineage.ladder` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minekvm.core.model import Kind

Family = Literal["birth", "end", "move", "part", "piece", "header", "edit"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A kind's row.

    `one` and `many` are its nouns. `around` says what it means of a definition that keeps its
    place and name: the rest happened around it. `continues` says that the story goes on in the
    old definition, `beside` that an edit may carry it: what left the body, or came into it.
    """

    kind: Kind
    family: Family
    one: str
    many: str
    around: str = ""
    continues: bool = False
    beside: bool = False


# Most telling first: the first of a change's kinds in this order names it.
MEANINGS: tuple[Meaning, ...] = (
    Meaning("introduced", "birth", "origin", "origins"),
    Meaning("renamed+moved", "move", "rename with move", "renames with move", continues=True),
    Meaning("moved", "move", "move", "moves", continues=True),
    Meaning("renamed", "move", "rename", "renames", continues=True),
    Meaning(
        "split", "part", "split", "splits", "parts became functions", continues=True, beside=True
    ),
    Meaning(
        "merged", "part", "merger", "mergers", "another came into it", continues=True, beside=True
    ),
    Meaning(
        "superseded", "part", "wrapper kept", "wrappers kept", "body went on elsewhere",
        continues=True, beside=True,
    ),
    Meaning("became", "move", "change of kind", "changes of kind", continues=True),
    Meaning("file-renamed", "move", "file rename", "file renames", continues=True),
    Meaning(
        "extracted", "piece", "extraction", "extractions", "part became a function", beside=True
    ),
    Meaning("inlined", "piece", "inlining", "inlinings", "another came into it", beside=True),
    Meaning("added", "birth", "return", "returns"),
    Meaning("removed", "end", "removal", "removals"),
    Meaning("signature", "header", "signature change", "signature changes"),
    Meaning("attributes", "header", "change of attributes", "changes of attributes"),
    Meaning("type-changed", "header", "change of type", "changes of type"),
    Meaning("value-changed", "header", "change of value", "changes of value"),
    Meaning("entry-changed", "header", "change of entry", "changes of entries"),
    Meaning("reordered", "header", "change of order", "changes of order"),
    Meaning("modified", "edit", "edit", "edits"),
)  # fmt: skip

# The rule of a definition that stood there when the history began: nobody here introduced it.
BEGINS = "there since the history begins"

# The rule of an edit that no compiler sees.
LAYOUT = "comments or layout only"

ORDER: tuple[Kind, ...] = tuple(m.kind for m in MEANINGS)
RANK: dict[Kind, int] = {kind: rank for rank, kind in enumerate(ORDER)}
MEANING: dict[Kind, Meaning] = {m.kind: m for m in MEANINGS}
CONTINUES: frozenset[Kind] = frozenset(m.kind for m in MEANINGS if m.continues)
BESIDE: frozenset[Kind] = frozenset(m.kind for m in MEANINGS if m.beside)
# A definition of one name on both sides: told of by these alone.
EDITS: frozenset[Kind] = frozenset(m.kind for m in MEANINGS if m.family in ("edit", "header"))
# A definition that is another's as a whole.
WHOLE: frozenset[Kind] = frozenset(("renamed", "moved", "renamed+moved"))
