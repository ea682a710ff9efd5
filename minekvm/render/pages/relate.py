"""What ties commits to one another: the relations of one, or the paths between two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId
from minekvm.core.phrases import Code, Phrase, Prose, count, lines, listed, short
from minekvm.core.relate.kinds import groups, verb
from minekvm.core.relate.paths import Connected
from minekvm.render.document import (
    ANY,
    Cell,
    Detail,
    Document,
    Item,
    Part,
    Quote,
    Section,
    line,
    prose,
    strong,
    styled,
)
from minekvm.render.pages.commits import NOT_HERE, named, titled

if TYPE_CHECKING:
    from minekvm.core.messages.model import Mention
    from minekvm.core.relate.paths import Step
    from minekvm.core.relate.relations import (
        About,
        Citation,
        Outcome,
        Related,
        Relation,
        RelationKind,
        Unresolved,
    )

_MOST = 15  # of a group, at a terminal
_RULED: frozenset[RelationKind] = frozenset(("same-patch", "same-series"))  # quotes tell little
_WAYS: dict[Outcome, str] = {
    "through backport": "through its backport: ",
    "by subject": "by its subject: ",
}
_REASONS: dict[Outcome, str] = {
    "absent": NOT_HERE,
    "ambiguous": "several commits fit",
    "malformed": "names no commit",
}
_HASH = re.compile(r"\b[0-9a-f]{7,64}\b")
_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]++", re.ASCII)
_LOUD = "bold red"


def page(result: Related | Connected) -> Document:
    """What ties a commit to others, strongest first, or the paths that connect two, best first."""
    return _connected(result) if isinstance(result, Connected) else _related(result)


# --- one commit


def _related(result: Related) -> Document:
    title, by = titled(result.commit, result.commits.get(result.commit))
    lost = lone(result)
    sections = [
        _section(g.title, [_relation(r, result) for r in g.relations], g.label)
        for g in groups(result.relations)
    ]
    sections += [
        _section("Mentioned but not found", [_lost(u, result.commits) for u in lost], "not found"),
        _section("People", list(_people(result.people)), "person"),
        _section("Links", [_link(result.commit, m) for m in result.links], "link"),
    ]
    lead = (*by, prose(tally(result)))
    return Document(title, lead, tuple(s for s in sections if s.items), result.gaps)


def _section(title: str, items: Sequence[Item], label: str) -> Section:
    return Section((title,), tuple(items), len(items), label=label, beside="  ", most=_MOST)


def tally(result: Related) -> str:
    """All of it in one line: "fixes 1, cited by 12; 1 mention not found"."""
    counts = ", ".join(f"{g.label} {len(g.relations)}" for g in groups(result.relations))
    parts = [counts or "no other commit relates to it"]
    wrong = sum(r.outcome == "wrong subject" for r in result.relations)
    if wrong:
        parts.append(count(wrong, "wrong subject"))
    lost = len(lone(result))
    if lost:
        parts.append(f"{count(lost, 'mention')} not found")
    return "; ".join(parts)


def _relation(relation: Relation, result: Related) -> Item:
    commit = named(relation.other, result.commits, here=relation.here)
    return line(*commit, below=_shown(relation, result.unresolved, result.commits))


def _shown(
    relation: Relation, unresolved: Sequence[Unresolved], commits: Mapping[CommitId, About]
) -> Iterator[Item]:
    """What says so: the rule where nobody said it or the words tell little, else the words."""
    citation = relation.citation
    if relation.outcome == "wrong subject":
        yield line(strong("! ", *_mistake(relation, unresolved, commits), style=_LOUD))
    if citation is None:
        yield line(Prose(relation.rule))
    elif relation.kind in _RULED:
        quote = _quote(citation)
        yield line((Prose(relation.rule), f", {quote.at()}"))
        yield Item((quote,), detail=True)
    else:
        yield line(_quote(citation, _WAYS.get(relation.outcome, "")), Detail(relation.rule))


def _quote(citation: Citation, before: str = "") -> Quote:
    place = f"message:{lines(citation.first, citation.last)}"
    return Quote(telling(citation.quote), place, citation.commit, before=before)


def telling(quote: str) -> str:
    """A quote from the line on that tells: the one with a hash in it, if any."""
    some = [part.strip() for part in quote.split("\n") if re.search(r"\w", part)]
    at = next((n for n, part in enumerate(some) if _HASH.search(part)), 0)
    if at and _HASH.match(some[at]):
        at -= 1  # wrapped before the hash
    return " ".join(" ".join(some[at:]).split())


def _mistake(
    relation: Relation, unresolved: Sequence[Unresolved], commits: Mapping[CommitId, About]
) -> Phrase:
    """The commit that a wrongly quoted subject is of."""
    for other in unresolved:
        if other.citation == relation.citation and other.resolution.outcome == "wrong subject":
            return _fitting(other.resolution.others, commits)
    return ("the subject quoted is another commit's",)


def _fitting(fits: Sequence[CommitId], commits: Mapping[CommitId, About]) -> Phrase:
    if not fits:
        return ("the subject quoted is of no commit here",)
    more = listed((short(c),) for c in fits[1:])
    others = (" (or ", *more, ")") if more else ()
    subject = (" ", Prose(commits[fits[0]].subject)) if fits[0] in commits else ()
    return ("the subject quoted is of ", short(fits[0]), *others, *subject)


def lone(result: Related) -> list[Unresolved]:
    """The unresolved mentions that are not told beside a relation."""
    cited = {r.citation for r in result.relations if r.outcome == "wrong subject"}
    return [u for u in result.unresolved if u.citation not in cited]


def _lost(unresolved: Unresolved, commits: Mapping[CommitId, About]) -> Item:
    """A mention that led to no commit: its hash or subject, why, and its words."""
    mention, resolution = unresolved.mention, unresolved.resolution
    reason: Part | Cell
    if resolution.outcome == "wrong subject":
        reason = strong("! ", *_fitting(resolution.others, commits), style=_LOUD)
    else:
        fits = listed((short(c),) for c in resolution.others)
        why = _REASONS.get(resolution.outcome, resolution.outcome)
        reason = (f"{why}: ", *fits) if fits else why
    said = ('"', Prose(mention.subject), '"') if mention.subject else (Prose(mention.target),)
    below = [line(said)] if mention.subject or mention.target else []
    below.append(line(_quote(unresolved.citation), Detail(mention.rule)))
    head = styled("yellow", short(mention.hash)) if mention.hash else "no hash"
    return line(head, reason, below=below)


def _people(people: Sequence[tuple[str, str]]) -> Iterator[Item]:
    """Who is named, by role, each once; roles that differ in case are one."""
    roles: dict[str, tuple[str, dict[str, None]]] = {}
    for role, who in people:
        roles.setdefault(role.casefold(), (role, {}))[1][who] = None
    for role, names in roles.values():
        yield from (Item((Prose(who),), label=role) for who in names)


def _link(commit: CommitId, mention: Mention) -> Item:
    """An address that a message gives; only one of plain letters is a link."""
    address = mention.target or telling(mention.quote)
    shown = Code(address, address if _ADDRESS.fullmatch(address) else "")
    at = f"message:{lines(mention.first, mention.last)} of "
    return line((shown, ", ", at, short(commit)), Detail(mention.rule))


# --- two commits


def _connected(result: Connected) -> Document:
    ends = dict.fromkeys((result.start, result.goal))
    lead = [line(*named(commit, result.commits)) for commit in ends]
    if len(ends) == 1:
        lead.append(prose("they are one commit"))
    elif not result.paths:
        lead.append(prose("nothing connects them"))
    else:
        lead.append(prose(f"{count(len(result.paths), 'path')}, the best first"))
    sections = [
        Section(
            (f"Path {number}, {count(len(path), 'step')}",),
            tuple(_step(step, result.commits) for step in path),
            numbers=1,
            beside="  ",
        )
        for number, path in enumerate(result.paths if len(ends) > 1 else (), 1)
    ]
    title = ("What connects ", short(result.start), " and ", short(result.goal))
    return Document(title, tuple(lead), tuple(sections), result.gaps)


def _step(step: Step, commits: Mapping[CommitId, About]) -> Item:
    relation = step.relation
    other, *rest = named(relation.other, commits, here=relation.here)
    assert not isinstance(other, tuple)
    done = (short(step.source), " ", strong(verb(relation), style="bold cyan"), " ", other)
    return line(done, *rest, below=_shown(relation, (), commits), wrap=ANY)
