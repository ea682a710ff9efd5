"""What counts as C, by the endings of paths: the one list, for all who ask.

C         what the scanner is made for
HEADERS   files that others include
SOURCE    all that is read: C, and C++ or Objective-C that may hold C
CODE      the same, and assembly: what a diff of code touches
"""

from __future__ import annotations

C = (".c", ".h")
HEADERS = (".h", ".hh", ".hpp", ".hxx", ".inc", ".inl")
SOURCE = (*C, ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".m")
CODE = (*SOURCE, ".s")


def is_c(path: str) -> bool:
    """Whether a path's ending says C and nothing else."""
    return path.endswith(C)


def is_source(path: str) -> bool:
    """Whether a path's ending says C, or C++ that may hold C."""
    return path.lower().endswith(SOURCE)


def is_code(path: str) -> bool:
    """Whether a path's ending says C, C++ or assembly."""
    return path.lower().endswith(CODE)
