"""Which headers a file can reach: by what it includes, as far as those headers are known.

A name in an `#include` is looked for as compilers do: beside the file that includes it, then in
the folders that build systems commonly name, an `include` in a folder above and the machine's own.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from minekvm.core.file_kinds import HEADERS
from minekvm.core.region.reach import machine, reaches

_SHARED = frozenset(("include", "inc", "public"))  # folders from which any file may include


class Includes:
    """What some files include; `names` has per file the names as they stand in it."""

    def __init__(self, names: Mapping[str, Sequence[str]], known: Iterable[str]) -> None:
        self._names = names
        self._called: defaultdict[str, list[str]] = defaultdict(list)
        for path in known:
            self._called[posixpath.basename(path)].append(path)
        self._reached: dict[str, frozenset[str]] = {}

    def reached(self, path: str) -> frozenset[str]:
        """The known files that a file includes, also through others, and itself."""
        if path not in self._reached:
            found, todo = {path}, [path]
            while todo:
                at = todo.pop()
                fresh = {p for name in self._names.get(at, ()) for p in self._meant(name, at, path)}
                todo += sorted(fresh - found)
                found |= fresh
            self._reached[path] = frozenset(found)
        return self._reached[path]

    def _meant(self, name: str, at: str, top: str) -> Iterator[str]:
        """What a name may mean in a file that a file at the top includes."""
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(at), name))
        there = self._called.get(posixpath.basename(name), ())
        if beside in there:
            yield beside
            return
        end = f"/{name}"
        for path in there:
            named = f"/{path}".endswith(end) or _plain(f"/{path}").endswith(end)
            if named and reaches(top, path):
                yield path


def _plain(path: str) -> str:
    """A path with `asm` for the `asm-MACHINE` of old trees."""
    return "/".join("asm" if part.startswith("asm-") else part for part in path.split("/"))


def may_include(path: str, header: str) -> bool:
    """Whether a file may include another that none of those which are known is seen to include."""
    if not header.endswith(HEADERS):
        return False
    folders = posixpath.dirname(header)
    return folders == posixpath.dirname(path) or not _SHARED.isdisjoint(folders.split("/"))


def telling(names: Iterable[str], header: str, path: str) -> list[str]:
    """Of what a header includes the files of which it is likely that its includer rests on them.

    All, where it stands beside that one; else a machine's share of it (`asm/x.h` of `linux/x.h`).
    """
    if posixpath.dirname(header) == posixpath.dirname(path):
        return list(names)
    return [name for name in names if name == f"asm/{posixpath.basename(header)}"]


def places(names: Iterable[str], path: str) -> list[str]:
    """Where the files that a file includes may stand in a tree."""
    folder, own = posixpath.dirname(path), machine(path)
    above = [""]
    for part in folder.split("/") if folder else ():
        above.append(posixpath.join(above[-1], part))
    found: dict[str, None] = {}
    for name in names:
        found[posixpath.normpath(posixpath.join(folder, name))] = None
        roots = [posixpath.join(each, "include") for each in above]
        roots += [f"arch/{own}/include"] if own else []
        found |= dict.fromkeys(posixpath.normpath(posixpath.join(root, name)) for root in roots)
        if own and name.startswith("asm/"):
            found[f"include/asm-{own}/{name[4:]}"] = None
    return [p for p in found if not p.startswith(("/", "../"))]
