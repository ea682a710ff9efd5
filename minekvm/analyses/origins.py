"""Verb 2, `origins`: a clone and a commit -> the earlier commits that made it necessary.

The work is bounded: the past of so many files, so many hunks, so many bytes of diffs. What that
leaves out is said in gaps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minekvm.adapters.git import blame
from minekvm.adapters.git.objects import Missing, is_text
from minekvm.clone.clone import Opened, Progress, silent
from minekvm.core.model import BlobId, Commit, CommitId, Gap
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
from minekvm.core.origins.ranking import Cited, Origins, rank, shortlist
from minekvm.core.origins.sites import Before, is_c, sites

_TREE = 60  # files from which a first commit is an import
_FILES = 40  # files whose past is read, C first
_MOVERS, _MOVES = 3, 2  # commits that may have moved lines between files, and how often


@dataclass(frozen=True, slots=True)
class Question:
    """What `origins` was asked: how many candidates, and whether to be blind to what the commit's
    own message cites."""

    top: int = 10
    blind: bool = False


_ANY = Question()


def origins(
    it: Opened,
    commit: CommitId,
    question: Question = _ANY,
    progress: Progress = silent,
    cited: Callable[[], Sequence[Cited]] = tuple,
) -> Origins:
    """The earlier commits that made one necessary or possible, ranked, each with reasons.

    `cited` tells what its message names; it is asked only where the question is not blind.
    """
    noted = len(it.history.gaps)
    about = it.history.commit(commit)
    evidence, gaps = gather(it, about, progress)
    table = weigh(evidence, _imports(it, evidence))
    progress("ranking the candidates")
    sizes = blame.sizes(it.shadow, shortlist(table))
    quotes = () if question.blind else cited()
    candidates = rank(evidence, table, sizes, quotes, question.top)
    if not candidates and not gaps:
        why = "all that it changes was there when the history begins"
        gaps.append(Gap("origins", why, commit=commit))
    commits = {c: it.history.commit(c) for c in (commit, *(c.commit for c in candidates))}
    return Origins(commit, candidates, commits, (*it.history.gaps[noted:], *gaps))


def _imports(it: Opened, evidence: Evidence) -> list[CommitId]:
    """The commits without parents that brought a whole tree in."""
    roots = {r.commit.id for r in evidence.records if not r.commit.parents}
    return [c for c in roots if blame.holds_more(it.shadow, c, _TREE)]


def gather(it: Opened, about: Commit, progress: Progress = silent) -> tuple[Evidence, list[Gap]]:
    """All that is known of the places a commit changes, and what is not."""
    gaps: list[Gap] = []
    if not about.parents:
        gaps.append(Gap("parents", "it is the first of its history", commit=about.id))
    if len(about.parents) > 1:
        why = "it is a merge: compared with its first parent only"
        gaps.append(Gap("other parents", why, commit=about.id))
    progress(f"reading what {about.id[:12]} changed")
    parent = about.parents[0] if about.parents else None
    edits, unread = blame.edits(it.shadow, about.id, parent, _FILES)
    chosen = edits[:_FILES] if about.parents else ()
    before = _before(it, chosen, gaps)
    gaps += [*unread, *_left_out(about, edits, before)]
    past = blame.Past()
    if parent is not None and before:
        progress(f"reading the past of {_files(len(before))}")
        past.read(it.shadow, parent, list(before))
    found = sites(chosen, before)
    if found.left_out:
        gaps.append(Gap("hunks", f"{found.left_out} more are not looked at", commit=about.id))
    lines = {path: (before[path].blob, wanted) for path, wanted in found.lines().items()}
    paths = frozenset(e.old_path for e in edits)
    known = _through_moves(it, past, pasts(past.records, lines))
    return Evidence(about, paths, found, past.records, known), [*gaps, *past.gaps]


def _through_moves(it: Opened, past: blame.Past, known: Pasts) -> Pasts:
    """The pasts of lines, followed on into the files that they were moved from."""
    looked: set[CommitId] = set()
    for _ in range(_MOVES):
        fresh = [c for c in endings(known, _MOVERS) if c not in looked]
        for commit in fresh:
            looked.add(commit)
            parents = it.repository.commit(commit).parents
            if len(parents) != 1:
                continue
            edits = blame.edits(it.shadow, commit, parents[0])[0]
            sources = moved(known, commit, edits)
            if sources:
                known = _followed(it, past, known, sources, parents[0])
        if not fresh:
            break
    return known


def _followed(
    it: Opened, past: blame.Past, known: Pasts, sources: dict[Place, Source], start: CommitId
) -> Pasts:
    """The same, for lines that one commit took from elsewhere."""
    at = len(past.records)
    asked: dict[str, tuple[BlobId, set[int]]] = {}
    for source in sources.values():
        asked.setdefault(source.path, (source.blob, set()))[1].add(source.line)
    past.read(it.shadow, start, list(asked))
    wanted = {path: (blob, sorted(lines)) for path, (blob, lines) in asked.items()}
    return continued(known, sources, pasts(past.records[at:], wanted))


def _before(it: Opened, edits: Sequence[FileEdit], gaps: list[Gap]) -> dict[str, Before]:
    """The files as they were before, by path; those that are no text become gaps."""
    wanted = {e.old_path: e.old for e in edits if e.old is not None}
    found: dict[str, Before] = {}
    contents = it.repository.objects.read_many(wanted.values())
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
