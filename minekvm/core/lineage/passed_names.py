"""Names that pass from one body to another while both live on, or one of them.

Two bodies of one name with hardly anything in common may be strangers: the name went to a
function that had another before, and the body that had it went on under a third.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from minekvm.core.lineage.matching import Match
from minekvm.core.lineage.message_names import Message
from minekvm.core.lineage.similarity import Body, Edit, similarity

SURE = 0.8  # likeness asked of a match that takes a name from its former body
_TELLING = 30  # tokens from which a body says whether it is another's
_STRANGE = 0.4  # likeness below which two bodies of one name may be strangers
_SAME = 0.95  # likeness from which a body that went elsewhere leaves its name to a new one


def strangers(edits: Iterable[Edit], vanished: Iterable[Body]) -> list[Edit]:
    """Edits that share a name and hardly more: the name may have passed to another body."""
    telling = [
        e for e in edits if other_kind(e) or min(len(e.old.tokens), len(e.new.tokens)) >= _TELLING
    ]
    others = [*(e.old for e in telling), *vanished]
    former = {b.sequence: b for b in others} if len(others) > 1 else {}

    def taken_over(edit: Edit) -> bool:
        return bool(former) and former.get(edit.new.sequence, edit.old) is not edit.old

    return [e for e in telling if taken_over(e) or _strange(e)]


def _strange(edit: Edit) -> bool:
    """Whether two bodies of one name have hardly more in common than that."""
    old, new = edit.old.tokens, edit.new.tokens
    # Most edits leave enough at the start or end: then the dear comparison has nothing to tell.
    enough = int(_STRANGE * (len(old) + len(new)) / 2) + 1
    if enough <= min(len(old), len(new)) and (
        old[:enough] == new[:enough] or old[-enough:] == new[-enough:]
    ):
        return False
    return similarity(edit.old, edit.new) < _STRANGE


def other_kind(edit: Edit) -> bool:
    """Whether a function's name became a macro's, or the other way round."""
    return (edit.old.function.kind == "macro") != (edit.new.function.kind == "macro")


def passed(edits: Sequence[Edit], matches: Sequence[Match], message: Message) -> list[Edit]:
    """The strangers among `edits` whose name surely passed to another body.

    A body that came out of a callee, or went into one, is inlined or extracted and no stranger.
    """
    by_new = {e.new: e for e in edits}
    by_old = {e.old: e for e in edits}
    surely = {
        by_new[m.new] for m in matches if m.new in by_new and _takes_name(m, by_new[m.new], message)
    }
    surely |= {
        by_old[m.old]
        for m in matches
        if m.old in by_old
        and (
            (m.score >= _SAME and by_new.get(m.new) in surely)
            or (m.score >= SURE and other_kind(by_old[m.old]))
        )
    }
    return [e for e in edits if e in surely]


def _takes_name(match: Match, edit: Edit, message: Message) -> bool:
    """Whether a match gives the edit's name to another function's body."""
    if match.old is edit.old or match.old.called_by(edit.old):
        return False
    return match.score >= SURE or (match.old.name, match.new.name) in message.said
