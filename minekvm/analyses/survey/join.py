"""The last pass of a survey: lineages joined over all units, in their order, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from minekvm.adapters import parquet
from minekvm.adapters.files.surveys import SurveyFolder
from minekvm.core.survey.lineages import Lineages, Version
from minekvm.core.survey.tables import BY_NAME
from minekvm.progress import Progress

_SIDES = ("old_path", "old_name", "old_text", "new_path", "new_name", "new_text")
_EVENT = ("commit", "position", "kind", *_SIDES)
_CAME = ("commit", "position", "old_path", "path", "name", "text")


def join(folder: SurveyFolder, progress: Progress) -> int:
    """Give events and definitions their lineages; how many versions there are.

    Done again, it writes the same.
    """
    lineages = Lineages()
    events, definitions = _by_unit(folder, "events"), _by_unit(folder, "definitions")
    units = sorted({*events, *definitions})
    for nth, unit in enumerate(units):
        progress("joining lineages", nth, 2 * len(units))
        _learn(lineages, events.get(unit, []), definitions.get(unit, []))
    for nth, unit in enumerate(units, len(units)):
        progress("joining lineages", nth, 2 * len(units))
        for table, files in (("events", events), ("definitions", definitions)):
            for path in files.get(unit, ()):
                _write(folder, lineages, table, path)
    return len(lineages)


def _by_unit(folder: SurveyFolder, table: str) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in folder.files(table):
        found.setdefault(path.stem, []).append(path)
    return found


def _learn(lineages: Lineages, events: list[Path], definitions: list[Path]) -> None:
    """Learn of a unit, commit by commit: what came along with a file, then what changed."""
    told: list[tuple[int, int, int, Any]] = []
    for nth, row in enumerate(parquet.rows(definitions, _CAME)):
        if row[2] is not None:
            told.append((row[1], 0, nth, row))
    for nth, row in enumerate(parquet.rows(events, _EVENT)):
        told.append((row[1], 1, nth, row))
    told.sort(key=lambda t: t[:3])
    for _, is_event, _, row in told:
        if is_event:
            commit, _, kind, *sides = row
            lineages.change(commit, kind, tuple(sides[:3]), tuple(sides[3:]))
        else:
            commit, _, old, new, name, text = row
            lineages.came_along(commit, (old, name, text), (new, name, text))


def _write(folder: SurveyFolder, lineages: Lineages, table: str, path: Path) -> None:
    names = tuple(BY_NAME[table].types())
    found = parquet.columns(path, names)
    if table == "events":
        pairs = [
            _of_event(lineages, old, new)
            for old, new in zip(_sides(found, "old"), _sides(found, "new"), strict=True)
        ]
        found["lineage"] = [lineage for lineage, _ in pairs]
        found["old_lineage"] = [old for _, old in pairs]
    else:
        versions = zip(found["path"], found["name"], found["text"], strict=True)
        found["lineage"] = [lineages.of(version) for version in versions]
    year = int(path.parent.name.removeprefix("year="))
    folder.put(path.stem, table, year, parquet.bytes_of(table, found))


def _sides(found: dict[str, list[Any]], side: str) -> Iterator[Version]:
    yield from zip(found[f"{side}_path"], found[f"{side}_name"], found[f"{side}_text"], strict=True)


def _of_event(lineages: Lineages, old: Version, new: Version) -> tuple[str | None, str | None]:
    """The lineage that an event belongs to, and that of what was before, where it is another."""
    before, after = lineages.of(old), lineages.of(new)
    return after or before, before if before != after and after is not None else None
