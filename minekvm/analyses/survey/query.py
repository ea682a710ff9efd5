"""Questions asked of surveys that lie in folders: SQL, or the name of one that is shipped."""

from __future__ import annotations

from pathlib import Path

from minekvm.adapters import duckdb
from minekvm.adapters.duckdb import Answer
from minekvm.adapters.git import shadow
from minekvm.analyses.survey.survey import placed
from minekvm.core.survey.questions import BY_NAME, OTHER, views
from minekvm.errors import MinekvmError


def query(clone_path: Path, place: Path | None, sql: str, other: Path | None = None) -> Answer:
    """What a query answers of a survey; of `other`, a second one, the tables are `upstream_...`.

    Raises MinekvmError where there is no survey, or the query fails.
    """
    shipped = BY_NAME.get(sql.strip())
    if shipped is None and " " not in sql.strip():
        raise MinekvmError(f"no such question: {sql}", f"one of {', '.join(BY_NAME)}, or SQL")
    if shipped is not None and shipped.needs_other and other is None:
        raise MinekvmError(
            f"{shipped.name} compares two surveys", "name upstream's: --upstream DIR"
        )
    tables = {view: _folder(clone_path, place) / table for view, table in views()}
    if other is not None:
        tables |= {view: _folder(clone_path, other) / table for view, table in views(OTHER)}
    return duckdb.asked(sql if shipped is None else shipped.sql, tables)


def _folder(clone_path: Path, place: Path | None) -> Path:
    """The path of a survey's folder."""
    try:
        if place is not None:
            folder = place
            if not (folder / "survey.json").is_file():
                raise FileNotFoundError
            return folder.resolve()
        with placed(shadow.locate(clone_path), None, make=False) as found:
            if found.state():
                return found.path
    except FileNotFoundError:
        pass
    where = f": {place}" if place is not None else ""
    raise MinekvmError(f"there is no survey{where}", "minekvm survey makes one; -o says where")
