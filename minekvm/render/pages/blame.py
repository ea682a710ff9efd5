"""Lines with their writers: each run of lines of one commit headed by it, then the commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from minekvm.core.blame.model import Blame, How, Line, Step
from minekvm.core.kinds import BEGINS
from minekvm.core.model import Commit, CommitId
from minekvm.core.phrases import Code, Piece, Prose, count, lines, short
from minekvm.render.document import (
    Column,
    Document,
    Item,
    Part,
    Section,
    Source,
    Styled,
    aside,
    line,
    prose,
    strong,
    styled,
    unsaid,
)
from minekvm.render.text import author

_AUTHOR = {"narrow": 12, "wide": 20}  # columns of an author's name
_HEADERS = ("Commit", "Written", "Author", "Line", "Text")
_YEAR = 365 * 86_400
# Seconds before the newest line: younger ones in the style.
_AGES = (
    (_YEAR // 4, "bold red"),
    (_YEAR, "red"),
    (3 * _YEAR, "yellow"),
    (8 * _YEAR, "green"),
    (15 * _YEAR, "cyan"),
)
_OLDEST = "blue"
_DID: dict[How, str] = {
    "reindented": "reindented by",
    "rebraced": "braces or comments changed by",
    "rewrapped": "broken into lines anew by",
    "moved": "moved by",
    "extracted": "extracted by",
    "split": "split off by",
    "merged": "merged in by",
    "inlined": "inlined by",
    "superseded": "wrapped by",
    "renamed": "renamed with its function by",
    "file-renamed": "its file renamed by",
    "brought back": "brought back by",
    "copied first": "copied by, the original removed later,",
    "looked through": "looked through:",
    "gap": "not readable before",
}


def page(found: Blame) -> Document:
    """Who wrote what was asked for."""
    files = dict.fromkeys(row.path for row in found.lines)
    writers = Counter(row.commit for row in found.lines)
    told = f"{count(len(found.lines), 'line')} by {count(len(writers), 'commit')}"
    lead = [line(Code(_place(found)), aside("at ", short(found.rev)), told)]
    lead += [
        prose("looked through ", short(t.commit), ": ", Prose(t.why)) for t in found.looked_through
    ]
    sections = [
        Section(
            (Code(path),) if len(files) > 1 else (),
            tuple(_rows(found, [row for row in found.lines if row.path == path])),
            headers=_HEADERS,
        )
        for path in files
    ]
    commits = tuple(_commit(found, commit, many) for commit, many in writers.most_common())
    sections.append(Section(("Commits",), commits, total=len(commits)))
    return Document(
        (strong(Code(found.asked)), ", who wrote it"), tuple(lead), tuple(sections), found.gaps
    )


def _place(found: Blame) -> str:
    rows = found.lines
    paths = list(dict.fromkeys(row.path for row in rows))
    if len(paths) != 1:
        return f"{len(paths)} files" if paths else found.asked
    return f"{paths[0]}:{lines(rows[0].line, rows[-1].line)}"


def _rows(found: Blame, rows: Sequence[Line]) -> Iterator[Item]:
    newest = max((_seconds(found.commits[row.commit]) for row in rows), default=0)
    width = len(str(rows[-1].line)) if rows else 0
    before: Line | None = None
    for row in rows:
        commit = found.commits[row.commit]
        spared = before is not None and before.commit == row.commit
        style = _style(newest - _seconds(commit))
        way = _way(found, row) if found.moves and not (before and before.way == row.way) else ()
        yield Item(
            (
                Column(_cell(short(row.commit), style, spared)),
                Column(_cell(commit.authored[:10], style, spared)),
                Column(_cell(Prose(author(commit)), style, spared), **_AUTHOR),
                aside(f"{row.line:>{width}}"),
                Source(row.text.expandtabs(8)),
            ),
            tuple(way),
        )
        before = row


def _cell(piece: Piece, style: str, spared: bool) -> Styled:
    return unsaid(piece) if spared else styled(style, piece)


def _style(age: int) -> str:
    return next((style for most, style in _AGES if age < most), _OLDEST)


def _seconds(commit: Commit) -> int:
    try:
        return int(datetime.fromisoformat(commit.authored).astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        return commit.committed


def _way(found: Blame, row: Line) -> Iterator[Item]:
    """What befell a line since it was written, and where that was, if elsewhere."""
    if len(row.way) > 1 and row.old_path != row.path:
        yield line(aside("written in ", Code(row.old_path), f", line {row.old_line}"))
    for step in row.way[1:]:
        yield line(*_step(found, step))


def _step(found: Blame, step: Step) -> Sequence[Part]:
    commit = found.commits[step.commit]
    words = (f"{_DID.get(step.how, step.how)} ", short(step.commit), f" {commit.authored[:10]}")
    return aside(*words), aside(Prose(commit.subject))


def _commit(found: Blame, commit: CommitId, many: int) -> Item:
    about = found.commits[commit]
    reason = found.reasons.get(commit)
    below: tuple[Item, ...] = (line(aside(BEGINS)),) if commit in found.begins else ()
    if reason is not None and reason.text.strip() != about.subject:
        below = (
            *below,
            prose(aside('"', Prose(reason.text), f'"  message:{lines(reason.first, reason.last)}')),
        )
    return Item(
        (
            short(commit),
            about.authored[:10],
            Column(Prose(author(about)), **_AUTHOR),
            Column(f"{many:>4}" + (" line" if many == 1 else " lines")),
            Prose(about.subject),
        ),
        below,
    )
