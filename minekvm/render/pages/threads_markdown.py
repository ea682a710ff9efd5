"""A discussion as Markdown: nothing is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minekvm.render import text
from minekvm.render.markdown import code, fenced, gaps, prose
from minekvm.render.pages import threads_text as words

if TYPE_CHECKING:
    from minekvm.core.mail.model import Reply, Thread, Version


def thread(found: Thread, *, patch: bool = False) -> str:
    """What a patch became, its versions, and what was said of them."""
    lines = [f"# {prose(found.subject)}", ""]
    if found.commit is not None and found.match is not None:
        lines.append(f"Commit {code(found.commit[:12])}: {prose(found.match.rule)}.")
    elif not found.parts:
        lines.append(f"{words.NO_COMMIT.capitalize()}.")
    for other in found.others:
        subject = prose(found.subjects.get(other.commit, ""))
        rule = f"{other.match.score:.2f}, {prose(other.match.rule)}"
        lines.append(f"- or {code(other.commit[:12])} {subject} ({rule})")
    lines += ["", f"{words.size(found)}.", ""]
    lines += [f"- {prose(key)}: {prose(value)}" for key, value in words.reviews(found)]
    if found.parts:
        lines += ["", "## Patches", ""]
        for place, commit, subject in words.parts(found):
            lines.append(f"- {place} {code(commit) if commit else 'no commit'} {prose(subject)}")
    lines += ["", "## Versions", ""]
    for version in found.versions:
        lines += _version(found, version, patch)
    for version, replies in words.by_version(found):
        lines += ["", f"## On {words.label(version.mail)}: {prose(version.mail.patch.subject)}", ""]
        for reply in replies:
            lines += _reply(reply)
    return "\n".join([*lines, *gaps(found.gaps)])


def _version(found: Thread, version: Version, patch: bool) -> list[str]:
    mail = version.mail
    rule = f"{prose(version.match.rule)}, {version.match.score:.2f}"
    named = f"**{words.label(mail)}** {mail.date[:10]} {prose(mail.patch.subject)}"
    lines = [f"- {named}, by {prose(words.who(mail))} ({rule})", f"  {code(mail.id)}"]
    if version.changed:
        lines.append(f"  - {words.successor(found, version)}: {words.amount(version.changed)}")
    for difference in version.changed:
        counts = f"-{len(difference.gone)} +{len(difference.come)}"
        lines.append(f"    - {counts} {words.where(difference, code)}")
        if patch:
            shown = [f"gone {x}" for x in difference.gone] + [f"new  {x}" for x in difference.come]
            lines += fenced(["\t".join(map(text.safe, x.split("\t"))) for x in shown], "", "      ")
    return lines


def _reply(reply: Reply) -> list[str]:
    indent = "  " * reply.depth
    mail = reply.mail
    about = ", on the series" if reply.about == "series" and not reply.depth else ""
    lines = [f"{indent}- **{prose(words.who(mail))}** {mail.date[:10]}{about}, {code(mail.id)}"]
    lines += [f"{indent}  - {prose(key)}: {prose(value)}" for key, value in reply.trailers]
    before: tuple[str, ...] = ()
    for remark in reply.remarks:
        lines.append("")
        if remark.about != before:
            before = remark.about
            quoted = ["\t".join(map(text.safe, x.split("\t"))) for x in remark.about]
            lines += fenced(quoted, "", f"{indent}  ")
        lines.append(f"{indent}  {prose(' '.join(remark.quote.split()))}")
    return lines
