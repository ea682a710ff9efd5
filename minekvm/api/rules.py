"""The rules of query files, as `Clone.needs` and `Clone.check` take them."""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.adapters import query_files
from minekvm.core.report.query_file import read
from minekvm.core.report.story import Rule


def rules_of(queries: Sequence[str] | None) -> tuple[Rule, ...]:
    """What must not be called in which regions, by query files, or by the shipped ones (None).

    Raises QueryFailed.
    """
    if queries is None:
        files = query_files.shipped_files()
    else:
        files = [query_files.find(query) for query in queries]
    return tuple(rule for file in files for rule in read(file.text, file.name).rules)
