"""What messages say that a change needs, and what was said of it later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minekvm.adapters.git.revisions import is_ancestor
from minekvm.analyses.needs.target import Target
from minekvm.analyses.ports import followers
from minekvm.core.model import CommitId
from minekvm.core.needs.model import Reason
from minekvm.core.relate import mentions, series
from minekvm.core.relate.relations import Citation

_WORDS = {
    "depends": "the message says that it needs this",
    "previous": "the message builds on the patch before it",
    "cites": "the message speaks of it",
    "reverts": "it is what the change takes back",
    "fixes": "it is what the change fixes",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A commit that is spoken of: whether the change cannot be without it, or comes before it."""

    commit: CommitId
    reason: Reason
    required: bool = False
    after: bool = False


def by_words(target: Target, commit: CommitId) -> Iterator[Said]:
    """What a commit's message, its series and later messages say of others."""
    index = target.clone.index
    if index.about(commit) is None:
        return
    for mention in index.mentions(commit):
        found = mentions.resolve(index, commit, mention)
        other = found.commit
        if other is None and len(mention.hash) in mentions.FULL and mention.kind == "depends":
            other = CommitId(mention.hash)
        if mention.kind not in _WORDS or other is None or other == commit:
            continue
        cited = Citation(commit, mention.first, mention.last, mention.quote)
        words = _WORDS[mention.kind]
        reason = Reason("said", mention.rule, "stated", words, (cited,))
        yield Said(other, reason, required=mention.kind == "depends")
    yield from _series(target, commit)


def later(target: Target, commit: CommitId) -> Iterator[Said]:
    """The fixes and reverts that came after a change, to be taken with it."""
    same = target.same
    for follower in followers(same, same.instances(commit)):
        words = "it fixes the change" if follower.kind == "fixes" else "it takes the change back"
        if follower.of != commit:
            verb = "fixes" if follower.kind == "fixes" else "takes back"
            words = f"it {verb} {follower.of[:12]}, which belongs to the change"
        cited = (follower.citation,) if follower.citation is not None else ()
        rule = "later fix" if follower.kind == "fixes" else "later revert"
        reason = Reason("said", rule, "stated", words, cited)
        yield Said(follower.commit, reason, required=follower.kind == "fixes", after=True)


def _series(target: Target, commit: CommitId) -> Iterator[Said]:
    """The earlier patches of the series that a change came in."""
    index = target.clone.index
    found = {r.other: r.rule for r in series.by_mail(index, commit, index.in_series)}
    line = series.in_line(index, commit)
    for other in line[: line.index(commit)]:
        found.setdefault(other, "consecutive commits by one author under one prefix")
    for other, rule in found.items():
        if is_ancestor(target.clone.shadow, other, commit):
            reason = Reason("said", "series", "inferred", f"it came before it in a series: {rule}")
            yield Said(other, reason)
