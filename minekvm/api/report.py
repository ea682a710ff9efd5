"""What `Clone.report` answers, and what it asks for."""

from __future__ import annotations

from minekvm.adapters import query_files
from minekvm.analyses.report.report import Request
from minekvm.api.result import Result
from minekvm.core.report import commit_urls, model
from minekvm.core.report.query_file import read

__all__ = ["Report", "Request", "request_for", "shipped", "shipped_request", "written_request"]


class Report(Result, model.Report):
    """A story told of a clone, from which every rendering is made."""

    __slots__ = ("background",)
    written_as = "report"

    def to_json(self) -> str:
        """What `report --json` prints, without the line's end."""
        from minekvm.render.report_files import dumped

        return dumped(self).removesuffix("\n")

    def to_markdown(self) -> str:
        """What `report` writes as Markdown."""
        from minekvm.render.report_files import files

        return files(self, "report", ["md"])["report.md"].decode()


def request_for(query: str, rev: str = "HEAD", web: str | None = None) -> Request:
    """What a query file, or the name of a shipped one, asks of a clone. Raises QueryFailed."""
    return _request(query_files.find(query), rev, web)


def shipped_request(name: str) -> Request:
    """What a shipped query asks; no file of that name is looked for. Raises QueryFailed."""
    return _request(query_files.brought_along(name), "HEAD", None)


def written_request(text: str, name: str, rev: str = "HEAD") -> Request:
    """What a query asks that was written just now; `name` is what its file would be called.

    Raises QueryFailed.
    """
    return _request(query_files.QueryFile(name, text), rev, None)


def shipped() -> list[str]:
    """The names of the queries that minekvm brings along."""
    return query_files.shipped()


def _request(found: query_files.QueryFile, rev: str, web: str | None) -> Request:
    return Request(
        story=read(found.text, found.name),
        file=found.name,
        text=found.text,
        rev=rev,
        web=None if web is None else commit_urls.checked(web),
    )
