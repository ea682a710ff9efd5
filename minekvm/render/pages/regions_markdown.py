"""Regions as Markdown: nothing is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minekvm.render import text
from minekvm.render.markdown import code, gaps, prose
from minekvm.render.pages import regions_words as words

if TYPE_CHECKING:
    from minekvm.core.model import CommitId
    from minekvm.core.region.model import Answer, Change, Standing
    from minekvm.core.region.region import Region


def region(found: Answer) -> str:
    """The region as it is, the placements that were asked for, and its changes."""
    lines = [f"# Between {words.between(found, code)} in {code(found.question.function)}", ""]
    where = code(found.now[0].path) if found.now else "not defined any more"
    deep = text.count(found.question.depth, "call")
    lines.append(f"{where} at {code(found.rev[:12])}, looked into {deep} deep")
    for each in found.now:
        lines += ["", *_now(each)]
    for standing in (*found.placements, *found.turns):
        lines += ["", *_standing(standing, found)]
    told = f"Changed by {text.count(len(found.changes), 'commit')}"
    lines += ["", f"## {told}, {text.count(found.versions, 'version')} read", ""]
    for change in found.changes:
        lines += _change(change, found)
    return "\n".join([*lines, *gaps(found.gaps)])


def _now(region: Region) -> list[str]:
    through = f"through {code(region.table)}: " if region.table else ""
    lines = [f"## Inside now, {through}{words.size(region)}", ""]
    lines += [f"- **{word}** {place}" for word, place in words.ends(region, code)]
    for row in words.rows(region):
        names = ", ".join(words.named(call, code) for call in row.calls)
        indent = "  " * row.level
        lines.append(f"{indent}- {code(row.function)}, {code(row.path)}:{row.lines}: {names}")
    return lines


def _standing(standing: Standing, found: Answer) -> list[str]:
    state = words.standing(standing, standing.now)
    lines = [f"## {words.subject(standing, code)} {state}", ""]
    lines += [
        f"- {flip.after} since {_commit(flip.commit, found)}, {flip.before} before"
        for flip in standing.flips
    ]
    return lines


def _change(change: Change, found: Answer) -> list[str]:
    lines = [f"- **{words.verdict(change)}** {_commit(change.commit, found)}"]
    for table, said in words.done(change, code):
        through = f"{code(table)}: " if table else ""
        lines.append(f"  - {through}{' '.join(words.sentence(said))}")
    return lines


def _commit(commit: CommitId, found: Answer) -> str:
    about = found.commits[commit]
    return f"{about.authored[:10]} {code(commit[:12])} {prose(about.subject)}"
