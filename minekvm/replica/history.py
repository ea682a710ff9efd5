"""Steps in, git objects written: branches, merges, hashes that messages cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from minekvm.adapters.git.library import Writer
from minekvm.replica import trees
from minekvm.replica.model import MAINLINE, Edit, Person, Step, StoryError, stamp
from minekvm.replica.trees import Files

# Whoever wrote a change, one maintainer took it in.
COMMITTER = Person("Maya Lindqvist", "maya.lindqvist@example.org")

_PLACEHOLDER = re.compile(r"\{(?P<form>hash|commit):(?P<key>[\w.-]+)\}")


@dataclass(frozen=True, slots=True)
class History:
    """The commits by their keys, tags and stable branches by their names, and the last commit."""

    commits: Mapping[str, str]
    tags: Mapping[str, str]
    head: str
    branches: Mapping[str, str] = field(default_factory=dict)


def assemble(base: Files, steps: Iterable[Step], writer: Writer) -> History:
    """Write the history that these steps make of the base files, in the order of their dates.

    A branch begins at what is master's newest commit when its first step comes, or at the `base`
    of that step, and stays then. A merge applies
    to its first parent what the branches changed, edit by edit: two sides may touch one file,
    but not the same lines. StoryError where the story does not hold together.
    """
    making = _Making(base, writer)
    for step in sorted(steps, key=lambda step: step.committed.seconds):
        making.add(step)
    if open_branches := sorted(making.tips.keys() - {MAINLINE, *making.stable}):
        raise StoryError(f"branches that are never merged: {', '.join(open_branches)}")
    return History(
        commits={key: made.id for key, made in making.commits.items()},
        tags=making.tags,
        head=making.commits[making.tips[MAINLINE]].id,
        branches={name: making.commits[making.tips[name]].id for name in making.stable},
    )


@dataclass(frozen=True, slots=True)
class _Made:
    id: str
    tree: str
    files: Files
    seconds: int
    changes: Mapping[str, tuple[Edit, ...]]  # of the commit and all its ancestors, by key


class _Making:
    def __init__(self, base: Files, writer: Writer) -> None:
        self.base = base
        self.writer = writer
        self.commits: dict[str, _Made] = {}
        self.tips: dict[str, str] = {}
        self.stable: list[str] = []
        self.tags: dict[str, str] = {}
        self.blobs: dict[str, str] = {}

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

        tree = self._tree(files, parents[0] if parents else None)
        made = self.writer.commit(
            tree,
            (parent.id for parent in parents),
            author=stamp(step.author, step.authored),
            committer=stamp(COMMITTER, step.committed),
            message=_PLACEHOLDER.sub(self._cited, step.message),
            encoding=step.encoding,
        )
        return _Made(made, tree, files, step.committed.seconds, changes)

    def _parents(self, step: Step) -> list[_Made]:
        if not self.commits:
            return []
        if step.base and step.branch not in self.tips:
            if step.base not in self.commits:
                raise StoryError(f"begins at {step.base}, which does not come before it")
            self.stable.append(step.branch)
            self.tips[step.branch] = step.base
        heads = [self.tips.get(step.branch, self.tips[MAINLINE])]
        for branch in step.merges:
            if branch not in self.tips:
                raise StoryError(f"merges {branch}, which has no commits")
            heads.append(self.tips.pop(branch))
        return [self.commits[head] for head in heads]

    def _tree(self, files: Files, parent: _Made | None) -> str:
        before = parent.files if parent else {}
        changes: dict[str, str | None] = {path: None for path in before if path not in files}
        for path, text in files.items():
            if before.get(path) != text:
                if text not in self.blobs:
                    self.blobs[text] = self.writer.blob(text.encode())
                changes[path] = self.blobs[text]
        return self.writer.tree(changes, parent.tree if parent else "")

    def _cited(self, found: re.Match[str]) -> str:
        if found["key"] not in self.commits:
            raise StoryError(f"cites {found['key']}, which does not come before it")
        id_ = self.commits[found["key"]].id
        return id_ if found["form"] == "commit" else id_[:12]
