"""What a shell may complete: queries, verbs, refs, paths, and symbols that are remembered.

Nothing is computed for it and git is not run: files and the index are read as they lie.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from minekvm.errors import MinekvmError

_MOST = 200  # completions of one word


def completed(kind: str, given: Mapping[str, Any], incomplete: str) -> list[str]:
    """The words of a kind that begin as something typed does; `given` are the other arguments.

    What cannot be read completes to nothing: a shell has no place for errors.
    """
    named = given.get("repo") or Path()
    try:
        words = _KINDS[kind](Path(named[0] if isinstance(named, list) else named), incomplete)
        return sorted({word for word in words if word.startswith(incomplete)})[:_MOST]
    except (MinekvmError, OSError, ValueError):
        return []


def _queries(repo: Path, incomplete: str) -> Iterator[str]:
    """The shipped stories by name, and query files that lie at what is typed."""
    from minekvm.adapters.query_files import shipped

    yield from shipped()
    yield from _below(Path(), incomplete, ".toml")


def _verbs(repo: Path, incomplete: str) -> Iterator[str]:
    from minekvm.core.why.verbs import VERBS

    yield from VERBS


def _refs(repo: Path, incomplete: str) -> Iterator[str]:
    """Branches, tags and remote branches as they are typed, HEAD first."""
    from minekvm.adapters.git.discovery import locate
    from minekvm.adapters.git.refs import names

    yield "HEAD"
    for name in names(locate(repo)):
        yield name.removeprefix("refs/").split("/", 1)[-1]
        yield name


def _paths(repo: Path, incomplete: str) -> Iterator[str]:
    """Files and folders of the work tree, from the folder of --repo."""
    if incomplete.startswith(":/"):
        from minekvm.adapters.git.discovery import locate

        top = locate(repo).git_dir.parent
        yield from (f":/{path}" for path in _below(top, incomplete[2:]))
    else:
        yield from _below(repo, incomplete)


def _below(folder: Path, incomplete: str, ending: str = "") -> Iterator[str]:
    """What lies in the folder that a path has begun to name; folders end with a slash."""
    above, _, begun = incomplete.rpartition("/")
    with os.scandir(folder / above) as entries:
        for entry in entries:
            name = f"{above}/{entry.name}" if above else entry.name
            if entry.name.startswith(begun) and entry.name != ".git":
                if entry.is_dir():
                    yield f"{name}/"
                elif entry.name.endswith(ending):
                    yield name


def _symbols(repo: Path, incomplete: str) -> Iterator[str]:
    """Names that earlier questions met, in the clone's index."""
    from minekvm.clone.clone import stored_index

    with stored_index(repo) as index:
        if index is not None:
            yield from index.names(incomplete, _MOST)


def _targets(repo: Path, incomplete: str) -> Iterator[str]:
    """Symbols, and files."""
    yield from _symbols(repo, incomplete)
    yield from _paths(repo, incomplete)


_KINDS: dict[str, Callable[[Path, str], Iterator[str]]] = {
    "queries": _queries,
    "verbs": _verbs,
    "refs": _refs,
    "paths": _paths,
    "symbols": _symbols,
    "targets": _targets,
}
