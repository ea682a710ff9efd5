"""The commits that a story names, found in the clone."""

from __future__ import annotations

from minekvm.analyses.report.parts import Ground
from minekvm.core.messages.model import Mention
from minekvm.core.model import CommitId
from minekvm.core.relate import mentions
from minekvm.core.relate.relations import Outcome
from minekvm.core.report.model import Missing, Named
from minekvm.core.report.story import spelt
from minekvm.errors import MinekvmError

_NOBODY = CommitId("")  # no commit speaks, so none is left out as speaking of itself
_WHY: dict[Outcome, str] = {
    "absent": "no commit of this clone has that hash or subject",
    "ambiguous": "several commits fit",
}


def find(ground: Ground) -> tuple[list[Named], list[Missing]]:
    """The commits that the story names; what the clone has not got is missing."""
    found: list[Named] = []
    missing: list[Missing] = []
    for written in ground.story.commits:
        hash_, subject = spelt(written)
        if subject:
            mention = Mention("cites", "query", hash_, subject, "", 0, 0, written)
            meant = mentions.resolve(ground.clone.index, _NOBODY, mention)
            if meant.commit is None:
                missing.append(Missing(f"commit {written}", _WHY.get(meant.outcome, meant.outcome)))
            else:
                found.append(Named(written, meant.commit, meant.outcome))
            continue
        try:
            found.append(Named(written, ground.clone.resolve_indexed(hash_), "here"))
        except MinekvmError as error:
            missing.append(Missing(f"commit {written}", error.message))
    return found, missing
