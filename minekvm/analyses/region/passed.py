"""The files through which a definition passed between the trees that were looked into.

A function that moved twice, or whose file was renamed and renamed again, may have stood in a file
that neither the revision nor any older tree that was looked at has. The commit that took it there
tells: a name that it left without definition is defined by a file that it changed, and so is one
that it gave a definition to, before it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from minekvm.adapters.git.file_changes import file_changes
from minekvm.clone.clone import Clone
from minekvm.core.file_kinds import is_source
from minekvm.core.model import BlobId, CommitId, Gap
from minekvm.core.region.reach import reaches
from minekvm.core.region.tree import Question, Tree, distance

_READ = 200  # files of a commit, nearest first


@dataclass(frozen=True, slots=True)
class Turn:
    """A commit at which a name, called in a file, lost its definition, or got one (`came`)."""

    commit: CommitId
    question: Question
    came: bool


def turns(commit: CommitId, before: Tree, after: Tree) -> Iterator[Turn]:
    """What is defined at one of two versions only, of all that is asked for at both."""
    for question, answer in after.asked.items():
        was = before.asked.get(question)
        if was is not None and bool(was) != bool(answer):
            yield Turn(commit, question, bool(answer))


def passed(clone: Clone, found: Sequence[Turn], known: Container[str]) -> list[str]:
    """The files beside those that are known in which such names were defined."""
    asked: dict[CommitId, list[Turn]] = {}
    for turn in found:
        asked.setdefault(turn.commit, []).append(turn)
    pairs = [(c, p) for c in asked for p in clone.history.commit(c).parents[:1]]
    changed, complaint = file_changes(clone.shadow, pairs)
    if complaint:
        clone.history.gaps.note(Gap("files renamed with a change", complaint))
    files: dict[str, None] = {}
    for (commit, _), changes in changed.items():
        for came in (False, True):
            questions = [t.question for t in asked[commit] if t.came == came]
            sides = [(c.old_path, c.old) if came else (c.path, c.new) for c in changes]
            beside = {
                path: blob
                for path, blob in sides
                if blob is not None and is_source(path) and path not in known
            }
            files |= dict.fromkeys(_defining(clone, questions, beside))
    return list(files)


def _defining(
    clone: Clone, questions: Sequence[Question], files: dict[str, BlobId]
) -> Iterator[str]:
    """The files of which one of some names may be seen where it is called."""
    if not questions:
        return
    nearest = sorted(files, key=lambda path: (distance(path, questions[0][1]), path))[:_READ]
    outlines = clone.history.blobs.outlines({files[path]: path for path in nearest})
    for path in nearest:
        names = outlines[files[path]].names
        if any(name in names and reaches(caller, path) for name, caller in questions):
            yield path
