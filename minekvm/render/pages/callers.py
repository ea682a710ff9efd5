"""The calls of a symbol for a reader at a terminal; for a pipe one record a line, whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId
from minekvm.render import text
from minekvm.render.pages import calls_words as words
from minekvm.render.terminal import LEAST, Page

if TYPE_CHECKING:
    from minekvm.core.callers.periods import CallHistory, Life

_PLACES = 5  # callers shown of an architecture or folder
_AREAS = 8
_FEW = 9  # callers that each get a line
_LINES = 18  # after which no further commit is begun
_LEAST_COMMITS = 3
_SAID = 3  # sentences of a commit


def callers(found: CallHistory, *, verbose: bool = False) -> None:
    """Print who calls it now, then what commits did to the calls, newest first."""
    page = Page()
    if page.width is None:
        _records(page, found)
    else:
        _screen(page, found, page.width, verbose)
    page.gaps(found.gaps)
    page.show()


def _screen(page: Page, found: CallHistory, width: int, verbose: bool) -> None:
    most = None if verbose else 1
    page.paragraph(words.headline(found), "bold")
    through = words.tables(found)
    if through:
        page.paragraph(through)
    every = words.areas(found.sites_now)
    shown = every[: None if most is None else _AREAS]
    wide = min(24, max((page.cells(text.safe(area)) for area, _ in shown), default=0))
    several = len(found.sites_now) > _FEW
    for area, group in shown:
        head = page.padded(page.clipped(text.safe(area), wide), wide)
        room = max(LEAST, width - wide - 8)
        places = [_place(life, area) for life in group]
        if several and most is not None:  # one line each: so many cannot all be read
            places = [page.clipped(", ".join(places[:_PLACES]), room)]
        elif most is not None and len(places) > _PLACES:
            places[_PLACES:] = [f"and {len(places) - _PLACES} more"]
        for nth, line in enumerate(places):
            number = f"{len(group):>4}" if nth == 0 else "    "
            left = head if nth == 0 else " " * wide
            page.line(
                ("  ", ""), (left, "cyan"), (f"{number}  ", "dim"), (page.clipped(line, room), "")
            )
    if len(shown) < len(every):
        rest = sum(len(group) for _, group in every[len(shown) :])
        page.line((f"  and {rest} in {len(every) - len(shown)} more folders (-v has all)", "dim"))
    _timeline(page, found, width, verbose)


def _place(life: Life, area: str) -> str:
    path = text.safe(life.path.removeprefix(f"{area}/"))
    lines = ",".join(str(site.line) for site in life.sites[:3])
    more = ",..." if len(life.sites) > 3 else ""
    return f"{text.safe(life.function)}() {path}:{lines}{more}"


def _timeline(page: Page, found: CallHistory, width: int, verbose: bool) -> None:
    steps = words.steps(found, words.PLAINLY if verbose else words.Saying(path=words.near_end))
    past = words.past(found)
    if steps:
        page.line()
    if past:
        page.line((f"{past}, newest first:", ""))
    for nth, step in enumerate(steps):
        if not verbose and nth >= _LEAST_COMMITS and len(page.lines) > _LINES:
            left = text.count(len(steps) - nth, "earlier commit")
            page.line((f"and {left} (-v has all)", "dim"))
            return
        _commit(page, found, step.commit, width)
        said = step.said[: None if verbose else _SAID]
        for sentence in said:
            for i, line in enumerate(page.wrapped(sentence.split(" "), width - 6)):
                page.line(("    " + "  " * (i > 0) + line, "dim" if step.first else ""))
        if len(said) < len(step.said):
            page.line((f"    and {len(step.said) - len(said)} more", "dim"))


def _commit(page: Page, found: CallHistory, commit: CommitId, width: int) -> None:
    about = found.commits.get(commit)
    if about is None:
        page.line((commit[:12], "yellow"))
        return
    when = f"  {about.authored[:10]}  "
    subject = page.clipped(text.safe(about.subject), max(LEAST, width - 12 - len(when)))
    page.line((commit[:12], "yellow"), (when, ""), (subject, "bold"))


def _records(page: Page, found: CallHistory) -> None:
    """A line for the answer, for each caller, each former one, and each thing that happened."""
    page.line((words.headline(found), ""))
    through = words.tables(found)
    if through:
        page.line((through, ""))
    for life in found.lives:
        page.line(*((piece, "") for piece in _record(life)))
    for step in words.steps(found):
        about = found.commits.get(step.commit)
        when = f"{about.authored[:10]}  {text.safe(about.subject)}  " if about else ""
        for sentence in step.said:
            page.line((f"{step.commit[:12]}  {when}{sentence}", ""))


def _record(life: Life) -> Sequence[str]:
    since = life.since[:12] if life.since else "unknown"
    state = "calls" if life.calls else "called"
    until = f"  until {life.until[:12]}" if life.until else ""
    lines = ",".join(str(site.line) for site in life.sites)
    where = f"{text.safe(life.path)}:{lines}  {text.safe(life.function)}()"
    end = "" if life.calls else f"  {words.ended(life)}"
    return [f"{state:<8}{where}  since {since}{until}{end}"]
