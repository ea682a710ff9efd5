"""Whether a change is right somewhere, in a line."""

from __future__ import annotations

from minekvm.core.model import CommitId
from minekvm.core.needs.model import Needs
from minekvm.core.needs.pairs import told


def verdict(needs: Needs, name: str) -> str:
    """ "right on master: ..." or "wrong on stable: ...", by what rules forbid and what applies.

    `name` is what the target is called.
    """
    change = needs.changes[-1]
    what = f"{_short(change.commit)} {change.subject}"
    wrong = next((place for place in needs.places if place.here.rule), None)
    if wrong is not None:
        here = wrong.here
        text = (
            f"wrong on {name}: {what}; there {wrong.call}() would stand between"
            f" {told(here.enter)} and {told(here.exit)}, which {here.rule} forbids"
        )
        if wrong.commit is None:
            return text
        about = needs.commits.get(wrong.commit)
        subject = f" {about.subject}" if about is not None else ""
        return f"{text}: it lacks {_short(wrong.commit)}{subject}"
    if needs.applies == "conflict":
        return f"does not apply on {name}: {what}"
    return f"right on {name}: {what}"


def _short(commit: CommitId) -> str:
    return commit[:12]
