"""Relations, paths and origins as Markdown: nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId
from minekvm.render import text
from minekvm.render.markdown import code, gaps, opening, prose
from minekvm.render.pages import evidence

if TYPE_CHECKING:
    from minekvm.core.origins.ranking import Origins
    from minekvm.core.relate.paths import Connected
    from minekvm.core.relate.relations import About, Citation, Related, Relation, Unresolved

_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]++", re.ASCII)


def related(found: Related, *, verbose: bool = False) -> str:
    """What ties a commit to others, by sort, strongest first, with the words that say so."""
    lines = [*_heading(found.commit, found.commits), "", prose(evidence.tally(found))]
    for group in evidence.groups(found.relations):
        lines += ["", f"## {group.title} ({len(group.relations)})", ""]
        for relation in group.relations:
            lines.append(f"- {_named(relation.other, found.commits, relation.here)}")
            lines.append(f"  {_said(relation, verbose)}")
            wrong = evidence.mistake(relation, found.unresolved, found.commits, code, prose)
            lines += [f"  **{wrong}**"] * bool(wrong)
    lost = evidence.lone(found)
    if lost:
        lines += ["", f"## Mentioned but not found ({len(lost)})", ""]
        lines += [line for u in lost for line in _lost(u, found.commits, verbose)]
    if found.people:
        lines += ["", "## People", ""]
        for role, names in evidence.role_groups(found.people):
            lines.append(f"- {opening(role)}: {', '.join(map(code, names))}")
    if found.links:
        lines += ["", f"## Links ({len(found.links)})", ""]
        for link in found.links:
            address = link.target or evidence.told(link.quote)
            shown = f"<{address}>" if _ADDRESS.fullmatch(address) else code(address)
            at = evidence.place(found.commit, link.first, link.last, code)
            lines.append(f"- {shown}, {at}{_rule(link.rule, verbose)}")
    return "\n".join([*lines, *gaps(found.gaps)])


def connected(found: Connected, *, verbose: bool = False) -> str:
    """The paths that connect two commits, the best first, or that there are none."""
    lines = [f"# What connects {code(found.start[:12])} and {code(found.goal[:12])}", ""]
    both = dict.fromkeys((found.start, found.goal))
    lines += [f"- {_named(commit, found.commits)}" for commit in both]
    if found.start == found.goal:
        lines += ["", "they are one commit"]
    elif not found.paths:
        lines += ["", evidence.NOTHING]
    for number, path in enumerate(found.paths if len(both) > 1 else (), 1):
        lines += ["", f"## Path {number}, {text.count(len(path), 'step')}", ""]
        for i, step in enumerate(path, 1):
            done = f"{code(step.source[:12])} **{evidence.verb(step.relation)}**"
            lines.append(f"{i}. {done} {_named(step.relation.other, found.commits)}")
            lines.append(f"   {_said(step.relation, verbose)}")
            wrong = evidence.mistake(step.relation, (), found.commits)
            lines += [f"   **{wrong}**"] * bool(wrong)
    return "\n".join([*lines, *gaps(found.gaps)])


def origins(found: Origins, *, verbose: bool = False) -> str:
    """The commits that one comes from, ranked, with the reasons."""
    lines = [*_heading(found.commit, found.commits), ""]
    size = text.count(len(found.candidates), "candidate")
    lines.append(f"{size}, the likeliest first" if found.candidates else "no origin found")
    lines += [""] * bool(found.candidates)
    for number, candidate in enumerate(found.candidates, 1):
        named = _named(candidate.commit, found.commits)
        lines.append(f"{number}. {candidate.score:.2f} {named}")
        indent = " " * (len(str(number)) + 2)
        for reason in candidate.reasons:
            lines.append(f"{indent}- {opening(reason.text)}{_rule(reason.rule, verbose)}")
    return "\n".join([*lines, *gaps(found.gaps)])


def _heading(commit: CommitId, commits: Mapping[CommitId, About]) -> list[str]:
    about = commits.get(commit)
    if about is None:
        return [f"# {code(commit[:12])}"]
    by = f"{about.authored[:10]}, by {prose(text.author(about))}"
    return [f"# {code(commit[:12])} {prose(about.subject)}", "", by]


def _named(commit: CommitId, commits: Mapping[CommitId, About], here: bool = True) -> str:
    about = commits.get(commit)
    if about is None:
        return f"{code(commit[:12])} {'not in the index' if here else evidence.NOT_HERE}"
    return f"{code(commit[:12])} {about.authored[:10]} {prose(about.subject)}"


def _said(relation: Relation, verbose: bool) -> str:
    parts = [prose(relation.rule)] if evidence.ruled(relation) else []
    if relation.citation is not None:
        parts.append(evidence.way(relation) + _quote(relation.citation))
    return ", ".join(parts) + _rule(relation.rule, verbose and not evidence.ruled(relation))


def _lost(unresolved: Unresolved, commits: Mapping[CommitId, About], verbose: bool) -> list[str]:
    mention = unresolved.mention
    why = evidence.why(unresolved, commits, code, prose)
    if unresolved.resolution.outcome == "wrong subject":
        why = f"**{why}**"
    named = [code(mention.hash[:12])] if mention.hash else []
    said = mention.subject or mention.target
    named += [f'"{prose(said)}"'] if said else []
    return [
        f"- {', '.join([*named, why])}",
        f"  {_quote(unresolved.citation)}{_rule(mention.rule, verbose)}",
    ]


def _quote(citation: Citation) -> str:
    at = evidence.place(citation.commit, citation.first, citation.last, code)
    return f'"{prose(evidence.told(citation.quote))}", {at}'


def _rule(rule: str, shown: bool) -> str:
    return f" ({prose(rule)})" if shown else ""
