"""Laws that hold of every history: random small ones, written and then read back."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from support.code import body, file
from support.repos import Repo, git
from support.running import run
from support.stories import place

FILES = ("a.c", "b.c", "sub/c.h")
NAMES = ("first", "second", "third", "fourth", "fifth", "sixth")
SEEDS = ("red", "green", "blue", "white", "black", "amber", "pink")

History = list[list[tuple[str, int, int]]]
# A tree: what each file defines, in order, as (name, seed of the body, number of edits).
Tree = dict[str, tuple[tuple[str, str, int], ...]]
Grown = dict[str, list[tuple[str, str, int]]]

deeds = st.lists(
    st.tuples(
        st.sampled_from(("add", "remove", "edit", "rename", "move", "drop", "shift")),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=3,
)
histories = st.lists(deeds, min_size=1, max_size=6)


def grown(tree: Tree, steps: list[tuple[str, int, int]]) -> Tree:
    """The tree after one commit's deeds; those that cannot be done are left out."""
    files = {path: list(inside) for path, inside in tree.items()}
    for deed, one, other in steps:
        everywhere = [(p, at) for p, inside in files.items() for at in range(len(inside))]
        path = FILES[other % len(FILES)]
        if deed == "add":
            _add(files, path, NAMES[one % len(NAMES)], SEEDS[(one + other) % len(SEEDS)])
        elif everywhere:
            source, at = everywhere[one % len(everywhere)]
            if deed == "drop":
                del files[source]
            elif deed == "shift":
                if path not in files:
                    files[path] = files.pop(source)
            else:
                _change(files, (source, at), deed, path, NAMES[other % len(NAMES)])
    return {path: tuple(inside) for path, inside in files.items()}


def _add(files: Grown, path: str, name: str, seed: str) -> None:
    used = {f[1] for inside in files.values() for f in inside}
    if seed not in used and name not in {f[0] for f in files.get(path, [])}:
        files.setdefault(path, []).append((name, seed, 0))


def _change(files: Grown, where: tuple[str, int], deed: str, path: str, fresh: str) -> None:
    source, at = where
    name, seed, edits = files[source][at]
    if deed == "remove":
        del files[source][at]
    elif deed == "edit":
        files[source][at] = (name, seed, edits + 1)
    elif deed == "rename" and fresh not in {f[0] for f in files[source]}:
        files[source][at] = (fresh, seed, edits)
    elif deed == "move" and path != source and name not in {f[0] for f in files.get(path, [])}:
        files.setdefault(path, []).append(files[source].pop(at))


def source(inside: tuple[tuple[str, str, int], ...]) -> str:
    """The file's text; an edit leaves a definition well alike."""
    return file(
        *(
            f"int {name}(struct vcpu *vcpu, int n)\n{{\n{body(seed)}\tn += {edits};\n"
            f"\treturn n;\n}}\n"
            for name, seed, edits in inside
        )
    )


@contextmanager
def written(history: History) -> Iterator[tuple[Repo, Tree]]:
    """The history as a repository, with the tree it ends in."""
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo.create(Path(folder) / "clone")
        tree: Tree = {"a.c": (("first", "red", 0), ("second", "green", 0), ("third", "blue", 0))}
        repo.commit("commit 0", {p: source(i) for p, i in tree.items()})
        for number, steps in enumerate(history, 1):
            after = grown(tree, steps)
            changed = {p: source(i) for p, i in after.items() if tree.get(p) != i}
            repo.commit(f"commit {number}", changed | {p: None for p in tree if p not in after})
            tree = after
        yield repo, tree


def asked(repo: Repo, *command: str) -> Any:
    return run(*command, "--json", "--repo", str(repo.path), untouched=repo.path).json


def key(version: dict[str, Any]) -> tuple[str, str]:
    return version["path"], version["name"]


def renamed_files(repo: Repo, commit: str) -> dict[str, str]:
    """Old to new path, as git pairs them: functions that come along are no changes of functions."""
    said = git("diff-tree", "-r", "-M", "--root", "--name-status", commit, cwd=repo.path)
    rows = [line.split("\t") for line in said.splitlines()]
    return {row[1]: row[2] for row in rows if row[0].startswith("R")}


@settings(max_examples=12)
@given(histories)
def test_replaying_what_inspect_says_gives_heads_functions(history: History) -> None:
    """Every old place is left and every new one taken; an edit leaves and takes the same."""
    with written(history) as (repo, tree):
        standing: set[tuple[str, str]] = set()
        for commit in repo.named.values():
            answer = asked(repo, "inspect", commit)
            assert answer["gaps"] == []
            gone = {key(c["old"]) for c in answer["changes"] if c["old"]}
            come = {key(c["new"]) for c in answer["changes"] if c["new"]}
            assert gone <= standing
            files = renamed_files(repo, commit)
            standing = {(files.get(p, p), n) for p, n in standing - gone} | come
        assert standing == {(p, f[0]) for p, inside in tree.items() for f in inside}


@settings(max_examples=12)
@given(histories)
def test_every_lineage_is_a_chain_to_a_birth(history: History) -> None:
    with written(history) as (repo, tree):
        for path, inside in tree.items():
            for name, _, _ in inside:
                answer = asked(repo, "lineage", name, "--path", path)
                assert answer["gaps"] == []
                (definition,) = answer["definitions"]
                events = answer["events"]
                assert key(events[0]["new"]) == key(definition) == (path, name)
                assert events[-1]["kinds"][0] in ("introduced", "added")
                assert events[-1]["old"] is None or "extracted" in events[-1]["kinds"]
                for newer, older in itertools.pairwise(events):
                    if newer["kinds"] == ["added"]:  # revived: what is older ended in a removal
                        assert older["kinds"] == ["removed"]
                    else:
                        assert place(newer["old"]) == place(older["new"])
                order = list(repo.named.values())
                at = [order.index(e["commit"]) for e in events]
                assert at == sorted(at, reverse=True)


@settings(max_examples=8)
@given(histories)
def test_the_same_question_has_the_same_answer(history: History) -> None:
    with written(history) as (repo, tree):
        for name in {f[0] for inside in tree.values() for f in inside}:
            assert asked(repo, "lineage", name) == asked(repo, "lineage", name)
        assert asked(repo, "inspect", "HEAD") == asked(repo, "inspect", "HEAD")
