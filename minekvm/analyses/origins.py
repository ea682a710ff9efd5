"""Verb 2, `origins`: a clone and a commit -> the earlier commits that made it necessary.

The work is bounded: the past of so many files, so many hunks, so many bytes of diffs. What that
leaves out is said in gaps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from minekvm.adapters.git import blame, revisions, shadow
from minekvm.adapters.git.objects import Missing, is_text
from minekvm.adapters.git.revisions import is_ancestor
from minekvm.adapters.index.index import Index
from minekvm.analyses.enabling import by_names
from minekvm.analyses.why.by_regions import enablers
from minekvm.analyses.why.facts import Facts
from minekvm.clone import surroundings
from minekvm.clone.clone import Clone
from minekvm.core.file_kinds import is_c
from minekvm.core.model import BlobId, Commit, CommitId, Gap
from minekvm.core.origins.enabling import Enabler, moves_calls
from minekvm.core.origins.features import Evidence, weigh
from minekvm.core.origins.lines import (
    FileEdit,
    Pasts,
    Place,
    Source,
    continued,
    endings,
    moved,
    pasts,
)
from minekvm.core.origins.ranking import Candidate, Cited, Origins, rank, shortlist
from minekvm.core.origins.reasons import Reason
from minekvm.core.origins.sites import Before, sites
from minekvm.core.relate import mentions
from minekvm.core.relate.relations import Relation

_TREE = 60  # files from which a first commit is an import
_FILES = 40  # files whose past is read, C first
_FIXED, _CITED, _FURTHER = 30.0, 12.0, 2.0  # what a citation adds to an origin's score
_MOVERS, _MOVES = 3, 2  # commits that may have moved lines between files, and how often


@dataclass(frozen=True, slots=True)
class Question:
    """What `origins` was asked: how many candidates, and whether to be blind to what the commit's
    own message cites."""

    top: int = 10
    blind: bool = False


DEFAULT = Question()


def origins(clone: Clone, revision: str, question: Question = DEFAULT) -> Origins:
    """The earlier commits that made one necessary or possible, ranked, each with reasons."""
    clone.narrow()
    commit = clone.resolve_indexed(revision)
    asked = ["origins", commit, str(question.top), str(question.blind), *_extent(clone)]
    written = clone.history.answers.remembered(asked, lambda: _found(clone, commit, question))
    candidates, gaps = json.loads(written[0])
    found = [Candidate(c, score, tuple(Reason(*r) for r in some)) for c, score, some in candidates]
    commits = {c: clone.history.commit(c) for c in (commit, *(c.commit for c in found))}
    told = dict.fromkeys((*clone.history.gaps, *(Gap(*gap) for gap in gaps)))
    return Origins(commit, tuple(found), commits, tuple(told))


def _extent(clone: Clone) -> list[str]:
    """What an answer depends on besides the commit: all commits here that may speak of it, and how
    much of them is known."""
    tips = " ".join(sorted(revisions.tips(clone.shadow)))
    part = "all" if clone.partial is None else "a part"
    return [blake2b(tips.encode(), digest_size=16).hexdigest(), part, str(clone.index.worded())]


def _found(clone: Clone, commit: CommitId, question: Question) -> list[str]:
    """The answer, to be remembered."""
    elsewhere: list[Gap] = []

    def cited() -> list[Cited]:
        return _ancestors(clone, commit, _cited(clone, commit), elsewhere)

    found = ranked(clone, commit, question, cited, lambda: _by_regions(clone, commit, elsewhere))
    candidates = [
        (c.commit, c.score, [(r.rule, r.text) for r in c.reasons]) for c in found.candidates
    ]
    gaps = [(g.what, g.why, g.commit, g.path) for g in (*found.gaps, *elsewhere)]
    return [json.dumps((candidates, gaps))]


def ranked(
    clone: Clone,
    commit: CommitId,
    question: Question = DEFAULT,
    cited: Callable[[], Sequence[Cited]] = tuple,
    regions: Callable[[], Sequence[Enabler]] = tuple,
) -> Origins:
    """`origins` of a commit by its id, without the index.

    `cited` tells what its message names; it is asked only where the question is not blind.
    `regions` tells what made its moves of calls possible.
    """
    noted = len(clone.history.gaps)
    about = clone.history.commit(commit)
    evidence, gaps = gather(clone, about)
    table = weigh(evidence, imports(clone, evidence))
    clone.progress("ranking the candidates")
    sizes = blame.sizes(clone.shadow, shortlist(table))
    quotes = () if question.blind else cited()
    clone.progress("looking for what made it possible")
    possibly = [*possible(clone, about), *regions()]
    candidates = rank(evidence, table, sizes, quotes, question.top, possibly)
    if not candidates and not gaps:
        why = "all that it changes was there when the history begins"
        gaps.append(Gap("origins", why, commit=commit))
    commits = {c: clone.history.commit(c) for c in (commit, *(c.commit for c in candidates))}
    return Origins(commit, candidates, commits, (*clone.history.gaps[noted:], *gaps))


def imports(clone: Clone, evidence: Evidence) -> list[CommitId]:
    """The commits without parents that brought a whole tree in."""
    roots = {r.commit.id for r in evidence.records if not r.commit.parents}
    return [c for c in roots if blame.holds_more(clone.shadow, c, _TREE)]


def gather(clone: Clone, about: Commit) -> tuple[Evidence, list[Gap]]:
    """All that is known of the places a commit changes, and what is not."""
    gaps: list[Gap] = []
    if not about.parents:
        gaps.append(Gap("parents", "it is the first of its history", commit=about.id))
    if len(about.parents) > 1:
        why = "it is a merge: compared with its first parent only"
        gaps.append(Gap("other parents", why, commit=about.id))
    clone.progress(f"reading what {about.id[:12]} changed")
    parent = about.parents[0] if about.parents else None
    edits, unread = blame.edits(clone.shadow, about.id, parent, _FILES)
    chosen = edits[:_FILES] if about.parents else ()
    before = _before(clone, chosen, gaps)
    gaps += [*unread, *_left_out(about, edits, before)]
    past = blame.Past()
    if parent is not None and before:
        clone.progress(f"reading the past of {_files(len(before))}")
        past.read(clone.shadow, parent, list(before))
    found = sites(chosen, before)
    if found.left_out:
        gaps.append(Gap("hunks", f"{found.left_out} more are not looked at", commit=about.id))
    lines = {path: (before[path].blob, wanted) for path, wanted in found.lines().items()}
    paths = frozenset(e.old_path for e in edits)
    known = _through_moves(clone, past, pasts(past.records, lines))
    return Evidence(about, paths, found, past.records, known), [*gaps, *past.gaps]


def _through_moves(clone: Clone, past: blame.Past, known: Pasts) -> Pasts:
    """The pasts of lines, followed on into the files that they were moved from."""
    looked: set[CommitId] = set()
    for _ in range(_MOVES):
        fresh = [c for c in endings(known, _MOVERS) if c not in looked]
        for commit in fresh:
            looked.add(commit)
            parents = clone.repository.commit(commit).parents
            if len(parents) != 1:
                continue
            edits = blame.edits(clone.shadow, commit, parents[0])[0]
            sources = moved(known, commit, edits)
            if sources:
                known = _followed(clone, past, known, sources, parents[0])
        if not fresh:
            break
    return known


def _followed(
    clone: Clone, past: blame.Past, known: Pasts, sources: dict[Place, Source], start: CommitId
) -> Pasts:
    """The same, for lines that one commit took from elsewhere."""
    at = len(past.records)
    asked: dict[str, tuple[BlobId, set[int]]] = {}
    for source in sources.values():
        asked.setdefault(source.path, (source.blob, set()))[1].add(source.line)
    past.read(clone.shadow, start, list(asked))
    wanted = {path: (blob, sorted(lines)) for path, (blob, lines) in asked.items()}
    return continued(known, sources, pasts(past.records[at:], wanted))


def _before(clone: Clone, edits: Sequence[FileEdit], gaps: list[Gap]) -> dict[str, Before]:
    """The files as they were before, by path; those that are no text become gaps."""
    wanted = {e.old_path: e.old for e in edits if e.old is not None}
    found: dict[str, Before] = {}
    contents = clone.repository.objects.read_many(wanted.values())
    for (path, blob), data in zip(wanted.items(), contents, strict=True):
        if isinstance(data, Missing):
            gaps.append(Gap("file", data.why, path=path))
        elif not is_text(data):
            gaps.append(Gap("file", "binary, not source", path=path))
        else:
            found[path] = Before(path, blob, data)
    return found


def _left_out(about: Commit, edits: Sequence[FileEdit], before: dict[str, Before]) -> list[Gap]:
    gaps: list[Gap] = []
    if about.parents and len(edits) > _FILES:
        gaps.append(Gap(_files(len(edits) - _FILES), "too many: their past is not looked at"))
    if about.parents and not before:
        why = "it changes no text that was there before: nothing to look behind"
        gaps.append(Gap("changes", why, commit=about.id))
    elif before and not any(map(is_c, before)):
        why = "it changes no C that was there before: lines are compared, functions are not known"
        gaps.append(Gap("functions", why, commit=about.id))
    return gaps


def _files(many: int) -> str:
    return "1 file" if many == 1 else f"{many} files"


def possible(clone: Clone, about: Commit) -> list[Enabler]:
    """What made a commit possible: who gave what it begins to call."""
    return list(by_names(clone, about))


def _by_regions(clone: Clone, commit: CommitId, gaps: list[Gap]) -> list[Enabler]:
    """Which ancestors moved the regions that made a commit's moves of calls legal.

    Only in small clones: on others it takes seconds, which becomes a gap where calls moved.
    """
    parents = clone.history.commit(commit).parents
    if len(parents) != 1 or len(clone.history.changes.files(commit, parents[0])) > _FILES:
        return []
    if not moves_calls(clone.history.pairs(commit, parents[0])):
        return []
    if not shadow.is_small(clone.location):
        why = "calls moved: which commit made their new places fit is looked for in small clones"
        gaps.append(Gap("regions", f"{why} only; `minekvm why` looks", commit=commit))
        return []
    facts = Facts(clone, commit, (), ignore_citations=True)
    return [e for e in enablers(facts, commit) if is_ancestor(clone.shadow, e.commit, commit)]


# --- what the message names


def _ancestors(
    clone: Clone, commit: CommitId, cited: Sequence[Cited], gaps: list[Gap]
) -> list[Cited]:
    """Those of some cited commits that a commit has behind it; the others become gaps."""
    found = []
    for one in cited:
        if is_ancestor(clone.shadow, one.commit, commit):
            found.append(one)
        elif one.rule == "cited":
            why = "cited, but on other branches: no ancestor, so no origin"
            gaps.append(Gap(f"commit {one.commit[:12]}", why, commit=commit))
    return found


def _cited(clone: Clone, commit: CommitId) -> list[Cited]:
    """The commits that a message names, and those that these name in turn."""
    index = clone.index

    def named(one: CommitId) -> list[tuple[Relation, str]]:
        if clone.partial is not None:
            surroundings.cited(clone.partial, one)
        return _named(index, one)

    said = named(commit)
    found = [
        Cited(r.other, "cited", quote, _FIXED if r.kind == "fixes" else _CITED) for r, quote in said
    ]
    known = {commit, *(c.commit for c in found)}
    for relation, _ in said:
        for further, quote in named(relation.other):
            if further.other not in known:
                text = f"{relation.other[:12]}, which is cited, says: {quote}"
                found.append(Cited(further.other, "cited by what it cites", text, _FURTHER))
    return found


def _named(index: Index, commit: CommitId) -> list[tuple[Relation, str]]:
    """What a message says of earlier commits that are here, with its words."""
    out, _, _ = mentions.outward(index, commit)
    return [
        (r, r.citation.quote)
        for r in out
        if r.here and r.citation is not None and r.kind in ("fixes", "reverts", "cites")
    ]
