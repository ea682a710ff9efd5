"""What `Clone.report` answers, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minekvm.adapters import query_files
from minekvm.analyses.report.report import Request
from minekvm.api.result import Result
from minekvm.core.model import Gap
from minekvm.core.report import commit_urls
from minekvm.core.report.query_file import read


@dataclass(frozen=True, slots=True)
class Report(Result):
    """A story as one document, from which every rendering is made."""

    document: dict[str, Any]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be read."""
        return tuple(Gap(**gap) for gap in self.document["gaps"])

    def to_json(self) -> str:
        """What `report --json` prints, without the line's end."""
        from minekvm.render.report_files import dumped

        return dumped(self.document).removesuffix("\n")


def request_for(query: str, rev: str = "HEAD", web: str | None = None) -> Request:
    """What a query file, or the name of a shipped one, asks of a clone. Raises QueryFailed."""
    found = query_files.find(query)
    return Request(
        story=read(found.text, found.name),
        file=found.name,
        text=found.text,
        rev=rev,
        web=None if web is None else commit_urls.checked(web),
    )
