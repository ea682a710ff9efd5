"""Which files can be built into one program with which: told from their folders alone."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

# Folders of one machine under several names: Linux kept x86 apart as i386 and x86_64 once, and
# builds its user mode from it; powerpc was ppc and ppc64.
_SAME = {"i386": "x86", "x86_64": "x86", "um": "x86", "ppc": "powerpc", "ppc64": "powerpc"}


@lru_cache(maxsize=65_536)
def machine(path: str) -> str:
    """The machine that a file is for: the folder in `arch/`, or behind `asm-`; "" for any."""
    folders = path.split("/")[:-1]
    for outer, inner in pairwise((*folders, "")):
        name = inner if outer == "arch" else outer.removeprefix("asm-")
        if name not in ("", outer, "generic"):
            return _SAME.get(name, name)
    return ""


def reaches(path: str, other: str) -> bool:
    """Whether code of one file may call into another: not from one machine's to another's."""
    one, two = machine(path), machine(other)
    return not one or not two or one == two
