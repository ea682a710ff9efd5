"""The last pass of a survey: lineages joined over all units, in their order, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from minekvm.adapters import parquet
from minekvm.adapters.files.surveys import SurveyFolder
from minekvm.analyses.relate.same_functions import touched_rule
from minekvm.core.survey.lineages import Lineages, Version
from minekvm.core.survey.tables import BY_NAME, RelationRow
from minekvm.progress import Progress

_SAME = "touches-same"
_SIDES = ("old_path", "old_name", "old_text", "new_path", "new_name", "new_text")
_EVENT = ("commit", "position", "kind", *_SIDES)
_CAME = ("commit", "position", "old_path", "path", "name", "text")


Touched = dict[str, dict[str, list[str]]]
"""By commit: the commits before it that made what it changed, with the names."""


def join(folder: SurveyFolder, progress: Progress) -> int:
    """Give events and definitions their lineages, and commits those before that changed the same
    functions; how many versions there are.

    Done again, it writes the same.
    """
    lineages = Lineages()
    events, definitions = _by_unit(folder, "events"), _by_unit(folder, "definitions")
    relations, commits = _by_unit(folder, "relations"), _by_unit(folder, "commits")
    units = sorted(events)
    for nth, unit in enumerate(units):
        progress("joining lineages", nth, 2 * len(units))
        touched = _learn(lineages, events[unit], definitions.get(unit, []))
        for path, of in zip(relations.get(unit, ()), commits.get(unit, ()), strict=True):
            _relate(folder, path, of, touched)
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


def _learn(lineages: Lineages, events: list[Path], definitions: list[Path]) -> Touched:
    """Learn of a unit, commit by commit: what came along with a file, then what changed."""
    touched: Touched = {}
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
            made = lineages.change(commit, kind, tuple(sides[:3]), tuple(sides[3:]))
            if made is not None:
                touched.setdefault(commit, {}).setdefault(made, []).append(sides[1])
        else:
            commit, _, old, new, name, text = row
            lineages.came_along(commit, (old, name, text), (new, name, text))
    return touched


def _relate(folder: SurveyFolder, path: Path, commits: Path, touched: Touched) -> None:
    """Write which commits before changed the same functions, behind what messages say."""
    names = tuple(BY_NAME["relations"].types())
    found = [RelationRow(*row) for row in parquet.rows([path], names)]
    made = [row for row in found if row.kind != _SAME]
    for commit, position in parquet.rows([commits], ("commit", "position")):
        for other, functions in touched.get(commit, {}).items():
            rule = touched_rule(functions, "before")
            made.append(RelationRow(commit, position, _SAME, other, rule, "here", True, ""))
    if made != found:
        made.sort(key=lambda row: row.position)
        folder.put(path.stem, "relations", year(path), parquet.written("relations", made))


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
    folder.put(path.stem, table, year(path), parquet.bytes_of(table, found))


def year(path: Path) -> int:
    """The year of a file of a table."""
    return int(path.parent.name.removeprefix("year="))


def _sides(found: dict[str, list[Any]], side: str) -> Iterator[Version]:
    yield from zip(found[f"{side}_path"], found[f"{side}_name"], found[f"{side}_text"], strict=True)


def _of_event(lineages: Lineages, old: Version, new: Version) -> tuple[str | None, str | None]:
    """The lineage that an event belongs to, and that of what was before, where it is another."""
    before, after = lineages.of(old), lineages.of(new)
    return after or before, before if before != after and after is not None else None
