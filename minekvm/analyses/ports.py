"""Where a change is in: every branch and tag range, and under which hash.

That two commits are one change is told by a ladder, the sure rungs first: the same hash, a message
that names the other as its upstream, one Change-Id, an equal patch-id, and last the likeness of
what they change, function by function, under the same subject or by the same author.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from minekvm.adapters.git.containing import refs
from minekvm.adapters.git.patches import diffs, patch_ids
from minekvm.adapters.git.revisions import is_ancestor
from minekvm.clone.clone import Clone
from minekvm.clone.patch_matching import Posted
from minekvm.core.mail.diffs import differences, files
from minekvm.core.mail.model import Difference
from minekvm.core.model import CommitId, Gap
from minekvm.core.ports import refs as names
from minekvm.core.ports.copies import copied
from minekvm.core.ports.followers import lacking
from minekvm.core.ports.model import Follower, Instance, Port, Ports
from minekvm.core.relate import mentions
from minekvm.core.relate.relations import Citation, Relation

_COMPARED = 60  # commits whose patch is compared with one
_DEEPEST = 3  # fixes of fixes that are followed
_FOLLOWERS = 60  # fixes of one change
_COPIES = 40  # commits that are one change


def ports(clone: Clone, revision: str) -> Ports:
    """Where a change is in, by which commits, how those differ and which later fixes they lack."""
    commit = clone.resolve_indexed(revision)
    same = Identity(clone, wide=True)
    found = same.instances(commit)
    clone.progress("looking for the fixes that came later")
    later = followers(same, found)
    clone.progress("looking for the branches and tags")
    holders = Holders(clone)
    listed = tuple(_ports(clone, commit, found, later, holders))
    named = [commit, *(i.commit for i in found), *(f.commit for f in later)]
    index = clone.index
    commits = {c: about for c in named if (about := index.about(c)) is not None}
    clone.note_unread()
    gaps = [*clone.history.gaps, *same.gaps]
    if not listed:
        gaps.append(Gap("ports", "no branch and no tag of this clone has it", commit=commit))
    return Ports(commit, tuple(found), listed, later, commits, tuple(dict.fromkeys(gaps)))


class Identity:
    """Which commits of a clone are one change.

    With `wide` copies are looked for under other subjects too, among what touches the same files.
    """

    def __init__(self, clone: Clone, *, wide: bool = False) -> None:
        self.clone = clone
        self._wide = wide
        self.gaps: list[Gap] = []
        self._posted = Posted(clone.index, clone.shadow)
        self._known: dict[CommitId, tuple[Instance, ...]] = {}

    def instances(self, commit: CommitId) -> tuple[Instance, ...]:
        """All commits that are a change, itself first, the surest before the others."""
        if commit not in self._known:
            self._known[commit] = self._instances(commit)
        return self._known[commit]

    def _instances(self, commit: CommitId) -> tuple[Instance, ...]:
        found = {commit: Instance(commit, "hash", 1.0)}
        for one in self._stated(commit):
            found.setdefault(one.commit, one)
        for one in self._compared(commit, found.keys()):
            found.setdefault(one.commit, one)
        ranked = sorted(found.values(), key=lambda i: (i.commit != commit, -i.score, i.commit))
        return tuple(ranked[:_COPIES])

    def _stated(self, commit: CommitId) -> Iterator[Instance]:
        """Those that messages say are the change: backports of it, its upstream, and theirs."""
        index = self.clone.index
        seen, todo = {commit}, [commit]
        while todo and len(seen) < _COPIES:
            at = todo.pop(0)
            for relation in (*mentions.outward(index, at)[0], *mentions.inward(index, at)):
                if relation.kind == "backport-of" and relation.here:
                    yield from _once(self._by_word(relation), seen, todo)
            for relation in mentions.siblings(index, at):
                yield from _once(self._by_word(relation), seen, todo)
        for other, line, value in index.of_one_change(commit):
            yield Instance(other, "change id", 0.98, Citation(commit, line, line, value))

    def _by_word(self, relation: Relation) -> Instance:
        score = 1.0 if relation.outcome in ("here", "through backport") else 0.9
        return Instance(relation.other, "upstream trailer", score, relation.citation)

    def _compared(self, commit: CommitId, known: Iterable[CommitId]) -> Iterator[Instance]:
        """Those that make the same change, or much the same under the same subject or author."""
        index = self.clone.index
        about = index.about(commit)
        if about is None:
            return
        likely = [*index.titled(about.subject), *index.written_with(commit)]
        own = self._posted.patches([commit]).get(commit)
        if self._wide and own is not None:
            likely += self._posted.candidates(own, about.authored)
        sure = set(known)
        wanted = [c for c in dict.fromkeys(likely) if c not in sure][:_COMPARED]
        if not wanted:
            return
        ids = patch_ids(self.clone.shadow, [commit, *wanted])
        if own is not None and commit not in ids:
            why = "what it changes cannot be read: no other commit was compared with it"
            self.gaps.append(Gap("copies", why, commit=commit))
        rest = []
        for other in wanted:
            if commit in ids and ids.get(other) == ids[commit]:
                yield Instance(other, "patch-id", 0.99)
            else:
                rest.append(other)
        patches = self._posted.patches(rest) if own is not None else {}
        for other, patch in patches.items():
            match = copied(own, patch) if own is not None else None
            if match is not None and not self._in_one_line(commit, other):
                yield Instance(other, f"alike: {match.rule}", match.score)

    def _in_one_line(self, one: CommitId, other: CommitId) -> bool:
        """Whether one came after the other: then it is more of the same, and no copy."""
        git_dir = self.clone.shadow
        return is_ancestor(git_dir, one, other) or is_ancestor(git_dir, other, one)


def _once(one: Instance, seen: set[CommitId], todo: list[CommitId]) -> Iterator[Instance]:
    if one.commit not in seen:
        seen.add(one.commit)
        todo.append(one.commit)
        yield one


# --- what came later


def followers(same: Identity, instances: Sequence[Instance]) -> tuple[Follower, ...]:
    """The commits that fix or revert a change, and those that fix these; each change once."""
    found: list[Follower] = []
    known = {i.commit for i in instances}
    front = list(instances)
    for _ in range(_DEEPEST):
        fresh: list[Instance] = []
        for instance in front:
            for relation in mentions.inward(same.clone.index, instance.commit):
                wanted = relation.kind in ("fixes", "reverts") and relation.here
                if not wanted or relation.other in known or len(found) == _FOLLOWERS:
                    continue
                copies = same.instances(relation.other)
                known |= {c.commit for c in copies}
                what = instance.commit, relation.kind, copies, relation.citation
                found.append(Follower(relation.other, *what))
                fresh += copies if relation.kind == "fixes" else ()
        front = fresh
    about = same.clone.index.summaries(f.commit for f in found)
    when = {c: summary.committed for c, summary in about.items()}
    return tuple(sorted(found, key=lambda f: (when.get(f.commit, 0), f.commit)))


class Holders:
    """The refs that have commits, each commit asked once."""

    def __init__(self, clone: Clone) -> None:
        self._git_dir = clone.shadow
        self._known: dict[CommitId, frozenset[str]] = {}

    def of(self, commit: CommitId) -> frozenset[str]:
        """The refs that have a commit behind them."""
        if commit not in self._known:
            self._known[commit] = frozenset(refs(self._git_dir, commit))
        return self._known[commit]

    def has(self, ref: str, instances: Iterable[Instance]) -> CommitId | None:
        """The first of some commits that a ref has."""
        return next((i.commit for i in instances if ref in self.of(i.commit)), None)


def _ports(
    clone: Clone,
    commit: CommitId,
    instances: Sequence[Instance],
    later: Sequence[Follower],
    holders: Holders,
) -> Iterator[Port]:
    first = _first(clone, instances)
    having: dict[str, Instance] = {}
    for instance in instances:
        for ref in holders.of(instance.commit):
            having.setdefault(ref, instance)
    changed = _differences(clone, commit, [i.commit for i in having.values()])

    def port(name: str, ref: str) -> Port:
        instance = having[ref]
        there = {f.commit: has for f in later if (has := holders.has(ref, f.instances)) is not None}
        differs = changed.get(instance.commit, ())
        lacks, undone = lacking(instances, later, there, {first, instance.commit})
        return Port(name, instance, differs, lacks, undone)

    for ref in names.branches(having):
        yield port(names.short(ref), ref)
    tags = [ref for ref in refs(clone.shadow) if ref.startswith(names.TAGS)]
    commits = {ref: having[ref].commit for ref in tags if ref in having}
    for begin, last in names.ranges(tags, commits):
        name = names.short(begin)
        yield port(name if begin == last else f"{name}..{names.short(last)}", last)


def _first(clone: Clone, instances: Sequence[Instance]) -> CommitId:
    """The commit of which the others are copies: none itself, and the oldest of these."""
    about = clone.index.summaries(i.commit for i in instances)
    copies = {c for c in about if mentions.origins_named(clone.index, c)}
    return min(
        (i.commit for i in instances),
        key=lambda c: (c in copies, about[c].committed if c in about else 0, c),
    )


def _differences(
    clone: Clone, commit: CommitId, others: Iterable[CommitId]
) -> dict[CommitId, tuple[Difference, ...]]:
    """What other commits do otherwise than one, function by function."""
    wanted = [c for c in dict.fromkeys(others) if c != commit]
    texts = diffs(clone.shadow, [commit, *wanted]) if wanted else {}
    if commit not in texts:
        return {}
    own = files(texts.pop(commit))
    return {c: tuple(differences(own, files(text))) for c, text in texts.items()}
