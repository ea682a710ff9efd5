"""Taking in what a commit has to do with, where the index has only a part of a long history.

What its message names, who names it, its neighbours, and what changed the same files: each is asked
of git, and read from the index then as if all were there. What was not looked through is a gap.
"""

from __future__ import annotations

from collections.abc import Iterable

from minekvm.adapters.git import searches
from minekvm.clone.horizon import day
from minekvm.clone.partial import Partial
from minekvm.core.messages.model import Mention
from minekvm.core.messages.subjects import cut
from minekvm.core.messages.trailers import names_a_change
from minekvm.core.model import CommitId
from minekvm.core.relate import series

_YEAR = 366 * 24 * 3600
_DIGITS = 7  # of a hash that a message gives at least
_SHORTEST = 12  # letters of a subject that is looked for in messages; shorter ones are everywhere
_BEFORE, _AFTER = 2_000, 400  # neighbours that tell a series, and the branch that it came on
_FILES = 12  # whose other changes are looked up
_CHANGES = 800  # of those files


def cited(partial: Partial, commit: CommitId) -> None:
    """Take in the commits that a message names."""
    if partial.has_commits:
        return
    partial.take_in([bytes.fromhex(commit)])
    index, mirror = partial.index, partial.mirror
    partial.take_in(bytes.fromhex(p) for p in index.parents(commit))
    said = [m for m in index.mentions(commit) if m.kind != "link"]
    named = searches.named(mirror, sorted({m.hash for m in said if m.hash}))
    partial.take_in(map(bytes.fromhex, named.values()))
    texts = {m.hash for m in said if m.hash and m.hash not in named and m.kind != "backport-of"}
    texts |= set(_titles(m for m in said if m.hash not in named))
    if texts:
        since = partial.since(commit)
        partial.speaking([commit], sorted(texts), since)
        if since is not None:
            why = f"messages before {day(since)} were not searched for what it names"
            partial.note(f"what {commit[:12]} names", why)


def _titles(mentions: Iterable[Mention]) -> list[str]:
    found = [cut(m.subject) for m in mentions if m.subject]
    return [title for title in found if len(title) >= _SHORTEST]


def citing(partial: Partial, commit: CommitId, since: int | None = None) -> None:
    """Take in the commits that name one, or a hash that it is a backport of, or bear its subject;
    those alone that are committed `since`, or else from a year before it on."""
    index = partial.index
    about = index.about(commit)
    if partial.has_commits or about is None:
        return
    texts = {commit[:_DIGITS]}
    texts |= {m.hash[:_DIGITS] for m in index.mentions(commit) if m.kind == "backport-of"}
    texts |= {place.key.partition("|")[0] for place in series.places(index, commit)}
    texts |= {v for _, key, v in index.trailers(commit) if names_a_change(key)}
    if len(about.subject) >= _SHORTEST:
        texts.add(about.subject)
    begun = about.committed - _YEAR
    partial.speaking(["--all"], sorted(t for t in texts if t), max(begun, since or 0))


def beside(partial: Partial, commit: CommitId) -> None:
    """Take in the neighbours of a commit, and what changed the files that it changes."""
    if partial.has_commits:
        return
    index, mirror = partial.index, partial.mirror
    partial.take_in([bytes.fromhex(commit)])
    partial.begin(commit)
    later = ["--all", f"^{commit}"]
    after = searches.around(mirror, later, _AFTER, oldest=True)
    near = [commit, *([after[-1].hex()] if after else [])]
    before = [c for one in near for c in searches.around(mirror, [one], _BEFORE)]
    partial.take_in([*before, *after])
    paths = [t.path for t in index.touched(commit)][:_FILES]
    since = partial.since(commit)
    if paths:
        partial.touching([commit], paths, since, _CHANGES)
        partial.touching(later, paths, None)
    older = f"; nor what is older than {day(since)}" if since is not None else ""
    why = "copies of it under another subject, from over a year before, were not looked for"
    partial.note(f"what ties {commit[:12]} to others", f"{why}{older}")
