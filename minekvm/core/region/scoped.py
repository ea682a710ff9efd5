"""Macros that declare a variable with a clean-up: what they do ends where their scope does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from minekvm.core.model import FunctionVersion

_CLEANUP = re.compile(
    rb"\b(?:(?:__)?cleanup(?:__)?|__free|g_auto|g_autoptr|g_autofree|_cleanup_\w*+"
    rb"|(?:scoped_)?guard)\s*+(?:\(|\b)"
)
_USED = re.compile(rb"\b([A-Za-z_]\w*+)\s*+\(")
_DEEPEST = 3  # macros that lead to one another

Definitions = Callable[[str, str], Sequence[FunctionVersion]]


def undoes_itself(name: str, path: str, definitions: Definitions, deep: int = _DEEPEST) -> bool:
    """Whether a name means, in a file, a macro that declares a variable with a clean-up.

    Itself or by another macro.
    """
    for version in definitions(name, path):
        if version.function.kind != "macro":
            return False
        body = version.function.text.partition(b")")[2]
        if _CLEANUP.search(body):
            return True
        inner = {word.decode("latin-1") for word in _USED.findall(body)} - {name}
        if deep > 0 and any(
            undoes_itself(word, version.path, definitions, deep - 1) for word in sorted(inner)
        ):
            return True
    return False
