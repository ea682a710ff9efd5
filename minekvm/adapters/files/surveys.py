"""The folder of a survey: Parquet files by table and year, a mark a unit, and what is surveyed.

    survey.json             what is surveyed, and how
    units/FIRST-LAST.json   a unit that was begun, or done
    TABLE/year=YYYY/FIRST-LAST.parquet

A file is written whole or not at all, and over one of its own sort alone. A unit is marked as begun
before its first file and as done behind its last one, so that nothing half done is taken for whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from minekvm.adapters.files import own
from minekvm.adapters.files.folder import Folder, found
from minekvm.adapters.files.outputs import Sort, put
from minekvm.errors import MinekvmError

SCHEMA = "minekvm.survey-folder/1"
MARK = b"minekvm.survey"  # among what a Parquet file says of itself
_HINT = "name another folder: -o DIR"
_STATE = Sort("a survey's state", lambda ends: SCHEMA.encode() in ends, _HINT)
_PARQUET = Sort("a file of a survey", lambda ends: MARK in ends, _HINT)


class SurveyFolder:
    """The folder of one survey, held open; a context manager.

    Raises FileRefused where something else is in the way, and OSError.
    """

    def __init__(self, place: Folder) -> None:
        self._place = place
        self._held = ExitStack()
        self._held.enter_context(place)
        self._inside: dict[tuple[str, ...], Folder] = {}

    @classmethod
    def opened(cls, path: Path, *, make: bool = False, keep_out: Sequence[Path] = ()) -> Self:
        """The folder at a path. Raises FileNotFoundError where none is and none is to be made."""
        return cls(found(path, make=make, keep_out=keep_out))

    @classmethod
    def in_cache(cls, name: str) -> Self:
        """The folder of a clone's survey that was given no other place."""
        return cls(own.own("surveys", name))

    @staticmethod
    def forget(name: str) -> None:
        """Remove that one. Raises CacheFailed, OSError."""
        with own.own("surveys") as folder:
            own.remove(folder, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._place.path

    def state(self) -> dict[str, Any]:
        """What is surveyed; nothing where that is not known yet."""
        return _read(self._place, "survey.json")

    def keep_state(self, state: Mapping[str, Any]) -> None:
        """Say what is surveyed."""
        put(self._place, {"survey.json": _written(state)}, _STATE)

    def units(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The units that were begun, by name, with their marks."""
        folder = self._within("units")
        for name in sorted(folder.names()):
            if name.endswith(".json"):
                yield name.removesuffix(".json"), _read(folder, name)

    def mark(self, unit: str, told: Mapping[str, Any]) -> None:
        """Mark a unit as begun or done."""
        put(self._within("units"), {f"{unit}.json": _written(told)}, _STATE)

    def put(self, unit: str, table: str, year: int, data: bytes) -> None:
        """Write a unit's rows of a table and year."""
        put(self._within(table, f"year={year:04d}"), {f"{unit}.parquet": data}, _PARQUET)

    def files(self, table: str) -> list[Path]:
        """The files of a table, in the order of their units."""
        top = self.path / table
        return sorted(top.glob("year=*/*.parquet"), key=lambda p: (p.name, p.parent.name))

    def _within(self, *names: str) -> Folder:
        if names not in self._inside:
            above = self._within(*names[:-1]) if len(names) > 1 else self._place
            self._inside[names] = self._held.enter_context(above.within(names[-1]))
        return self._inside[names]


def _written(told: Mapping[str, Any]) -> bytes:
    return (json.dumps({"schema": SCHEMA, **told}, indent=1) + "\n").encode()


def _read(folder: Folder, name: str) -> dict[str, Any]:
    try:
        with folder.descriptor(name) as fd:
            data = os.pread(fd, os.fstat(fd).st_size, 0)
    except FileNotFoundError:
        return {}
    try:
        told = json.loads(data)
    except ValueError:
        raise MinekvmError(f"no survey's state: {folder.path / name}", _HINT) from None
    return told if isinstance(told, dict) else {}
