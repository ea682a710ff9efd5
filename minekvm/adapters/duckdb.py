"""SQL over Parquet files, by DuckDB: an extra, loaded where it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minekvm.errors import MinekvmError

# The area of a path, as other answers have it: `arch/x86`, `virt`, `.`.
_FOLDER = """CREATE MACRO folder(path) AS CASE
    WHEN NOT contains(path, '/') THEN '.'
    WHEN path LIKE 'arch/%/%' THEN 'arch/' || split_part(path, '/', 2)
    ELSE split_part(path, '/', 1) END"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def asked(sql: str, views: Mapping[str, Path]) -> Answer:
    """Run a query; each view has the Parquet files below a folder, by year.

    It sees those files alone and writes nothing. Raises MinekvmError.
    """
    try:
        import duckdb
    except ImportError:
        raise MinekvmError(
            "survey query needs duckdb, which is not installed",
            "install it: pip install 'minekvm[survey]'",
        ) from None
    try:
        with duckdb.connect(":memory:") as database:
            database.execute(_FOLDER)
            for name, folder in views.items():
                files = f"{_quoted(folder)}/year=*/*.parquet"
                source = f"read_parquet('{files}', hive_partitioning = true)"
                database.execute(f"CREATE VIEW {name} AS SELECT * FROM {source}")
            allowed = ", ".join(f"'{_quoted(folder)}/'" for folder in views.values())
            database.execute(f"SET allowed_directories = [{allowed}]")
            database.execute("SET enable_external_access = false")
            database.execute("SET lock_configuration = true")
            statements = database.extract_statements(sql)
            if [s.type for s in statements] != [duckdb.StatementType.SELECT]:
                raise MinekvmError("a survey is only read", "ask one SELECT")
            found = database.execute(statements[0])
            columns = tuple(column[0] for column in found.description or ())
            return Answer(columns, tuple(found.fetchall()))
    except duckdb.Error as error:
        lines = str(error).strip().splitlines() or ["no reason given"]
        raise MinekvmError(
            f"the query failed: {lines[0]}", "docs/commands/survey.md has the tables"
        ) from None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
