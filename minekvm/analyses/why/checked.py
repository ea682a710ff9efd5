"""What is claimed is evaluated before it is told: checks on code and history, and quotes.

What does not hold is left out, and a gap says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from minekvm.adapters.git.revisions import is_ancestor
from minekvm.analyses.why.facts import Facts
from minekvm.core.model import BlobId, CommitId, Gap
from minekvm.core.why import checks
from minekvm.core.why.checks import NOTHING
from minekvm.core.why.model import Check, Citation, Claim, FilePlace, MessagePlace
from minekvm.core.why.statements import Statement


def sound(facts: Facts, claims: Iterable[Claim]) -> list[Claim]:
    """The claims whose every check holds and whose every quote stands at its place."""
    found = []
    for claim in claims:
        if all(stands(facts, c) for c in claim.citations) and hold(
            facts, claim.commit, claim.checks
        ):
            found.append(claim)
        else:
            facts.note(Gap("a claim", f"left out, as it does not hold: {claim.text}", claim.commit))
    return found


def holding(facts: Facts, commit: CommitId, statements: Sequence[Statement]) -> list[Statement]:
    """The statements about a commit whose every check holds."""
    return [s for s in statements if hold(facts, commit, s.checks)]


def hold(facts: Facts, commit: CommitId, every: Sequence[Check]) -> bool:
    """Whether some checks of a claim about a commit hold."""
    return all(_holds(facts, check.commit or commit, check) for check in every)


def _holds(facts: Facts, commit: CommitId, check: Check) -> bool:
    if check.sort == "ancestor":
        return is_ancestor(facts.clone.shadow, CommitId(check.name), commit)
    if check.sort == "names":
        other = facts.commit(CommitId(check.name))
        return checks.speaks_of(facts.commit(commit).message, other, other.message, check.other)
    asked = check.before is not None or check.sort in checks.PARTS
    before = _side(facts, commit, check.path, old=True) if asked else NOTHING
    after = NOTHING if check.after is None else _side(facts, commit, check.path, old=False)
    return checks.holds(check, before, after)


def _side(facts: Facts, commit: CommitId, path: str, *, old: bool) -> bytes:
    """A file as a commit left it, or as its first parent had it; empty where it is not there."""
    parents = facts.commit(commit).parents
    at = parents[0] if old and parents else commit
    if old and not parents:
        return NOTHING
    touched = {t.path: t for t in facts.touched(commit)}
    if path in touched:
        blob = touched[path].old if old else touched[path].new
    else:
        blob = facts.clone.history.trees.blob(at, path)
    return NOTHING if blob is None else _source(facts, blob, path)


def _source(facts: Facts, blob: str, path: str) -> bytes:
    if blob not in facts.sources:
        ((_, text),) = facts.clone.history.blobs.sources({BlobId(blob): path})
        facts.sources[blob] = text or NOTHING
    return facts.sources[blob]


def stands(facts: Facts, citation: Citation) -> bool:
    """Whether a quote stands in the lines of its place; mails are read where they are cited."""
    place = citation.place
    if isinstance(place, MessagePlace):
        text = facts.commit(citation.commit).message
    elif isinstance(place, FilePlace):
        name = f"{citation.commit}:{place.path}"
        if "\n" in name:
            name = facts.clone.history.trees.blob(citation.commit, place.path) or name
        text = _decoded(_source(facts, name, place.path))
    else:
        return True
    lines = text.split("\n")[place.first - 1 : place.last]
    return bool(citation.quote.strip()) and citation.quote in "\n".join(lines)


def _decoded(source: bytes) -> str:
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError:
        return source.decode("latin-1")
