"""The calls of a symbol as Markdown: nothing is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minekvm.render import text
from minekvm.render.markdown import code, gaps, prose
from minekvm.render.pages import calls_words as words

if TYPE_CHECKING:
    from minekvm.core.callers.periods import CallHistory
    from minekvm.core.model import CommitId


def callers(found: CallHistory) -> str:
    """Who calls it, by architecture or folder, then what happened, newest first."""
    lines = [f"# Who calls {code(found.symbol)}", "", words.headline(found, code)]
    through = words.tables(found, code)
    lines += ["", through] if through else []
    for area, group in words.areas(found.sites_now):
        lines += ["", f"## {prose(area)} ({len(group)})", ""]
        for life in group:
            times = f", {len(life.sites)} times" if len(life.sites) > 1 else ""
            at = f"line {life.sites[0].line}" if life.sites else ""
            since = code(life.since[:12]) if life.since else "an unknown commit"
            lines.append(
                f"- {code(f'{life.function}()')} in {code(life.path)}, {at}{times}, since {since}"
            )
    timeline = words.steps(found, words.Saying(code, code))
    if timeline:
        lines += ["", "## What happened", ""]
    for step in timeline:
        lines.append(f"- {_commit(found, step.commit)}")
        lines += [f"  - {said}" for said in step.said]
    return "\n".join([*lines, *gaps(found.gaps)])


def _commit(found: CallHistory, commit: CommitId) -> str:
    about = found.commits.get(commit)
    if about is None:
        return code(commit[:12])
    by = prose(text.author(about))
    return f"{code(commit[:12])} {about.authored[:10]} {prose(about.subject)} ({by})"
