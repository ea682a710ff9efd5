"""Rows to Parquet and back, by pyarrow: an extra, loaded where it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from minekvm.adapters.files.surveys import MARK
from minekvm.core.survey.tables import BY_NAME, Row, Table
from minekvm.errors import MinekvmError

_HINT = "install it: pip install 'minekvm[survey]'"


def check() -> None:
    """Raises MinekvmError where pyarrow is not installed."""
    _pyarrow()


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MinekvmError("a survey needs pyarrow, which is not installed", _HINT) from None
    return pyarrow


def written(table: str, rows: Sequence[Row]) -> bytes:
    """Rows of a table as the bytes of a Parquet file."""
    names = BY_NAME[table].types()
    return bytes_of(table, {name: [getattr(row, name) for row in rows] for name in names})


def bytes_of(table: str, columns: Mapping[str, Sequence[object]]) -> bytes:
    """Columns of a table as the bytes of a Parquet file; the same values give the same bytes."""
    arrow = _pyarrow()
    made = arrow.table(dict(columns), schema=_schema(arrow, BY_NAME[table]))
    sink = arrow.BufferOutputStream()
    settings = {"compression": "zstd", "store_schema": False}
    with arrow.parquet.ParquetWriter(sink, made.schema, **settings) as writer:
        writer.write_table(made)
        writer.add_key_value_metadata({MARK: table.encode()})  # behind all else: found at the end
    data: bytes = sink.getvalue().to_pybytes()
    return data


def columns(path: Path, names: Sequence[str]) -> dict[str, list[Any]]:
    """Some columns of a file, each as a list. Raises MinekvmError where it cannot be read."""
    arrow = _pyarrow()
    try:
        read = arrow.parquet.read_table(path, columns=list(names), partitioning=None)
    except (OSError, arrow.ArrowException) as error:
        raise MinekvmError(
            f"a file of the survey cannot be read: {path}: {str(error)[:100]}",
            "survey into another folder",
        ) from None
    found: dict[str, list[Any]] = read.to_pydict()
    return found


def rows(paths: Sequence[Path], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Some columns of some files, row by row."""
    for path in paths:
        found = columns(path, names)
        yield from zip(*(found[name] for name in names), strict=True)


def _schema(arrow: Any, table: Table) -> Any:
    types = {"string": arrow.string(), "int64": arrow.int64(), "double": arrow.float64()}
    types["bool"] = arrow.bool_()
    fields = [
        arrow.field(name, types[kind], nullable=nullable)
        for name, (kind, nullable) in table.types().items()
    ]
    return arrow.schema(fields)
