"""Changes that tell nothing of who wrote a line: those of commits that change a tree by a rule.

A commit that changes many files and renames the same identifiers in all of them is looked through,
line by line; so are those that the project itself lists for `git blame` (`.git-blame-ignore-revs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.core.blame.edit import Edit
from minekvm.core.origins.lines import likeness
from minekvm.core.origins.renaming import Renaming, bare, renamed, renaming

MANY = 30  # files from which a commit's change may be one by a rule; hand-set
_ALIKE = (
    0.3  # likeness from which a line of an ignored commit is the one that it replaced; hand-set
)


def names_of(edits: Sequence[Edit], subject: str) -> Renaming:
    """The identifiers that a commit renames in several of its files' edits."""
    sides = [
        ([e.old_middle[p] for p in old], [e.new_middle[p] for p in new])
        for e in edits
        for old, new in e.hunks()
    ]
    return renaming(sides, subject)


def through_renaming(edit: Edit, names: Renaming) -> Iterator[tuple[int, int]]:
    """The new and old lines, from 1, that are the same but for renamed identifiers."""
    for old, new in edit.hunks():
        waiting: dict[bytes, list[int]] = {}
        for place in old:
            waiting.setdefault(renamed(edit.old_middle[place], names), []).append(place)
        for place in new:
            same = waiting.get(bare(edit.new_middle[place]))
            if same:
                yield edit.top + place + 1, edit.top + same.pop(0) + 1


def replaced(edit: Edit) -> Iterator[tuple[int, int]]:
    """The new lines, from 1, with the old line that each one replaced, as far as they are alike.

    Within a hunk the most alike is taken, in order; as git does for revisions that it ignores.
    """
    for old, new in edit.hunks():
        first = old.start
        for place in new:
            line = edit.new_middle[place]
            choices = [(likeness(line, edit.old_middle[p]), -p) for p in range(first, old.stop)]
            alike, at = max(choices, default=(0.0, 0))
            if alike >= _ALIKE:
                yield edit.top + place + 1, edit.top - at + 1
                first = -at
