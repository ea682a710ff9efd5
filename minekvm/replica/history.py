"""Steps in, git objects out: branches, merges, hashes that messages cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from minekvm.replica import objects, trees
from minekvm.replica.model import MAINLINE, Edit, Person, Step, StoryError
from minekvm.replica.objects import GitObject, ObjectId
from minekvm.replica.trees import Files

# Whoever wrote a change, one maintainer took it in.
COMMITTER = Person("Maya Lindqvist", "maya.lindqvist@example.org")

_PLACEHOLDER = re.compile(r"\{(?P<form>hash|commit):(?P<key>[\w.-]+)\}")


@dataclass(frozen=True, slots=True)
class History:
    """Every object, the commits by their keys, the tags by their names, and the last commit."""

    objects: tuple[GitObject, ...]
    commits: Mapping[str, ObjectId]
    tags: Mapping[str, ObjectId]
    head: ObjectId


def assemble(base: Files, steps: Iterable[Step]) -> History:
    """The history that these steps make of the base files, in the order of their dates.

    A branch begins at what is master's newest commit when its first step comes. A merge applies
    to its first parent what the branches changed, edit by edit: two sides may touch one file,
    but not the same lines. StoryError where the story does not hold together.
    """
    making = _Making(base)
    for step in sorted(steps, key=lambda step: step.committed.seconds):
        making.add(step)
    if open_branches := sorted(making.tips.keys() - {MAINLINE}):
        raise StoryError(f"branches that are never merged: {', '.join(open_branches)}")
    return History(
        objects=tuple(making.objects.values()),
        commits={key: made.id for key, made in making.commits.items()},
        tags=making.tags,
        head=making.commits[making.tips[MAINLINE]].id,
    )


@dataclass(frozen=True, slots=True)
class _Made:
    id: ObjectId
    files: Files
    seconds: int
    changes: Mapping[str, tuple[Edit, ...]]  # of the commit and all its ancestors, by key


class _Making:
    def __init__(self, base: Files) -> None:
        self.base = base
        self.objects: dict[ObjectId, GitObject] = {}
        self.commits: dict[str, _Made] = {}
        self.tips: dict[str, str] = {}
        self.tags: dict[str, ObjectId] = {}
        self.blobs: dict[str, ObjectId] = {}

    def add(self, step: Step) -> None:
        if step.key in self.commits:
            raise StoryError(f"two steps are called {step.key}")
        try:
            self.commits[step.key] = self._made(step)
        except StoryError as wrong:
            raise StoryError(f"{step.key}: {wrong}") from wrong
        self.tips[step.branch] = step.key
        if step.tag:
            self.tags[step.tag] = self.commits[step.key].id

    def _made(self, step: Step) -> _Made:
        parents = self._parents(step)
        if any(parent.seconds > step.committed.seconds for parent in parents):
            raise StoryError("older than its parent")
        files, changes = self.base, dict[str, tuple[Edit, ...]]()
        if parents:
            files, changes = parents[0].files, dict(parents[0].changes)
        for merged in parents[1:]:
            for key, edits in merged.changes.items():
                if key not in changes:
                    files = trees.edited(files, edits)
                    changes[key] = edits
        files = trees.edited(files, step.edits)
        changes[step.key] = step.edits

        made = objects.commit(
            self._tree(files),
            (parent.id for parent in parents),
            author=(step.author, step.authored),
            committer=(COMMITTER, step.committed),
            message=_PLACEHOLDER.sub(self._cited, step.message),
            encoding=step.encoding,
        )
        self.objects[made.id] = made
        return _Made(made.id, files, step.committed.seconds, changes)

    def _parents(self, step: Step) -> list[_Made]:
        if not self.commits:
            return []
        heads = [self.tips.get(step.branch, self.tips[MAINLINE])]
        for branch in step.merges:
            if branch not in self.tips:
                raise StoryError(f"merges {branch}, which has no commits")
            heads.append(self.tips.pop(branch))
        return [self.commits[head] for head in heads]

    def _tree(self, files: Files) -> ObjectId:
        for text in files.values():
            if text not in self.blobs:
                blob = objects.of("blob", text.encode())
                self.objects[blob.id] = blob
                self.blobs[text] = blob.id
        folders = objects.trees({path: self.blobs[text] for path, text in files.items()})
        self.objects.update((folder.id, folder) for folder in folders)
        return folders[-1].id

    def _cited(self, found: re.Match[str]) -> str:
        if found["key"] not in self.commits:
            raise StoryError(f"cites {found['key']}, which does not come before it")
        id_ = self.commits[found["key"]].id
        return id_ if found["form"] == "commit" else id_[:12]
