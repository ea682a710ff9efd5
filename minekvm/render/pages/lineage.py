"""Where a symbol came from: where it stands, how it wandered, its events newest first."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from minekvm.core.kinds import MEANING, MEANINGS, Family
from minekvm.core.lineage import words
from minekvm.core.model import CUT, Commit, Event, FunctionVersion, Kind, Lineage, Told
from minekvm.core.phrases import Code, Phrase, Piece, Prose, count, short
from minekvm.render import graph
from minekvm.render.document import (
    ANY,
    Block,
    Column,
    Detail,
    Document,
    Drawing,
    Graph,
    Item,
    Part,
    Section,
    aside,
    line,
    prose,
    strong,
    styled,
    unsaid,
)
from minekvm.render.text import author

_BY_FAMILY: dict[Family, str] = {
    "birth": "bold green",
    "end": "bold red",
    "move": "bold cyan",
    "part": "bold magenta",
    "piece": "cyan",
    "header": "yellow",
    "edit": "dim",
}
_STYLES: dict[Kind, str] = {m.kind: _BY_FAMILY[m.family] for m in MEANINGS}
_MARKS: dict[Family, tuple[str, str]] = {
    "birth": ("◆", "+"),
    "end": ("✗", "x"),
    "header": ("○", "o"),
    "edit": ("○", "o"),
}
_LOUD = ("●", "*")
_ONE_LINE = frozenset(m.kind for m in MEANINGS if m.family in ("piece", "header", "edit"))
_AUTHOR = {"narrow": 12, "wide": 20}  # columns of an author's name

Place = tuple[str, ...]  # name, path and, where twins are told apart, condition


def page(told: Told, *, patch: bool = False) -> Document:
    """A lineage; with `patch` also the diff of the function at each event."""
    found = told.lineage
    changes = [event.change for event in found.events]
    last = [change.new or change.old for change in changes[:1]]
    nouns = dict.fromkeys(words.noun(v.function) for v in found.definitions or last if v)
    wandered = Section(graph=moves(told))
    events = _events(told, patch)
    title: tuple[Part, ...] = (Code(_asked_for(found)), *(f", {noun}" for noun in nouns))
    return Document(
        title, (_standing(told), prose(words.span(told))), (wandered, events), found.gaps
    )


def _events(told: Told, patch: bool) -> Section:
    """The events beside their lanes; of one commit without lanes, each definition in a line."""
    found = told.lineage
    changes = [event.change for event in found.events]
    several = len(found.definitions) > 1
    if several and not patch and len({event.commit for event in found.events}) == 1:
        return Section(("Events",), tuple(_of_one_commit(told)))
    ranked = sorted(range(len(found.definitions)), key=lambda n: -_history(found, n))
    drawing = Drawing(
        graph.links(found, ranked),
        tuple(_head(found.definitions[n]) if several else Item(()) for n in ranked),
        tuple(_mark(words.primary(change)) for change in changes),
    )
    own = {(v.path, v.name) for c in changes for v in (c.old, c.new) if v is not None}
    items = tuple(_event(event, told, patch, own) for event in found.events)
    return Section(("Events",) if items else (), items, drawing=drawing)


def _history(lineage: Lineage, number: int) -> int:
    """How many events lie below a definition."""
    begins = lineage.starts[number] if number < len(lineage.starts) else ()
    todo = [place for place in begins if place != CUT]
    seen = set(todo)
    while todo:
        place = todo.pop()
        fresh = [p for p in lineage.below[place] if p not in seen and p != CUT]
        seen.update(fresh)
        todo += fresh
    return len(seen)


def _of_one_commit(told: Told) -> Iterator[Item]:
    """A commit that did all there is to tell, and what it did to each definition."""
    events = told.lineage.events
    commit = told.commits[events[0].commit]
    below = []
    for event in events:
        kind, details = words.happened(event.change)
        version = event.change.new or event.change.old
        if words.begins(event.change) and version is not None:
            details = ("in ", *words.where(version))
        under = words.condition(version) if version is not None else ()
        below.append(
            line(
                (strong(kind, style=_STYLES[words.primary(event.change)]), " ", *details),
                *([under] if under else []),
            )
        )
    yield line(
        (f"{commit.authored[:10]} ", short(commit.id)),
        Prose(author(commit)),
        Prose(commit.subject),
        below=below,
    )


def _asked_for(lineage: Lineage) -> str:
    """The symbol as it was asked for, or the one that was found under another name."""
    names = dict.fromkeys(v.name for v in lineage.definitions)
    asked = lineage.symbol.split("(", 1)[0].strip()
    other = next(iter(names)) if len(names) == 1 else ""
    derived = other in (f"trace_{asked}", f"sys_{asked}")
    return f"{other} (there is no {asked})" if derived else lineage.symbol


def _standing(told: Told) -> Item:
    definitions = told.lineage.definitions
    at: tuple[Piece, ...] = ("at ", short(told.lineage.rev))
    if not definitions:
        return line((strong("not defined", style="bold red"), " ", *at))
    if len(definitions) > 1:
        return line((f"{count(len(definitions), 'definition')} ", *at))
    where, under = words.where(definitions[0]), words.condition(definitions[0])
    return line(*(cell for cell in (strong(*where), under, aside(*at)) if cell))


def _head(version: FunctionVersion) -> Item:
    under = words.condition(version)
    return line(strong(*words.where(version)), *([under] if under else []))


def _mark(kind: Kind) -> tuple[tuple[str, str], str]:
    return _MARKS.get(MEANING[kind].family, _LOUD), _STYLES[kind]


def _event(event: Event, told: Told, patch: bool, own: Container[tuple[str, str]]) -> Item:
    """What happened and the subject: on one line for an edit."""
    change, commit = event.change, told.commits[event.commit]
    kind = words.primary(change)
    quiet = kind == "modified"
    subject = aside(Prose(commit.subject)) if quiet else Prose(commit.subject)
    below = [line(subject), line(Detail(f"{change.rule}, score {words.score(change)}"))]
    diff = [difference(event)] if patch else []
    cells = (*_left(event, commit, quiet=quiet), _what(event, commit, words.variants(told), own))
    return Item(cells, (*below, *diff), wrap=0 if kind in _ONE_LINE else ANY)


def _left(event: Event, commit: Commit, *, quiet: bool) -> Sequence[Part | tuple[Part, ...]]:
    """Day, hash and author."""
    when, hash_, who = f"{commit.authored[:10]} ", short(event.commit), Prose(author(commit))
    if quiet:
        return (aside(when), aside(hash_)), Column(aside(who), **_AUTHOR)
    return (when, hash_), Column(who, **_AUTHOR)


def _what(
    event: Event, commit: Commit, variants: bool, own: Container[tuple[str, str]]
) -> tuple[Part, ...]:
    """The kind and its details, in the style of the kind; of a mere edit the mark says enough."""
    kind, details = words.happened(event.change)
    version = event.change.new or event.change.old
    more: list[Phrase] = [details] if details else []
    if variants and version is not None and version.function.condition:
        more.append(words.condition(version))
    parts = event.change.others if kind == "extracted" else ()
    if parts and all((v.path, v.name) in own for v in parts):
        more.append(("(within this lineage)",))
    if len(commit.parents) > 1:
        more.append(("(in a merge)",))
    rest = tuple(piece for phrase in more for piece in (" ", *phrase))
    if kind == "modified":
        return (aside(kind, *rest),) if rest else (unsaid(kind),)
    style = _STYLES[words.primary(event.change)]
    return (strong(kind, style=style), styled(style, *rest))


def difference(event: Event) -> Block:
    """The diff of an event's function, in full."""
    return Block(tuple(words.diff(event.change)) or ("(text unchanged)",), "diff")


def moves(told: Told) -> Graph | None:
    """From where to where it went, how, and on which day (the last one); None where it stayed."""
    found = told.lineage
    twins = len({(v.path, v.name) for v in found.definitions}) < len(found.definitions)

    def place(version: FunctionVersion) -> Place:
        under = version.function.condition if twins else ""
        return (version.name, version.path, under) if under else (version.name, version.path)

    edges: dict[tuple[Place, Place, str], str] = {}
    for event in reversed(found.events):
        old, new = event.change.old, event.change.new
        if old is not None and new is not None and place(old) != place(new):
            kind = words.primary(event.change)
            how = "extracted" if kind == "introduced" else kind
            edges[place(old), place(new), how] = told.commits[event.commit].authored[:10]
    places = {p: n for n, p in enumerate(dict.fromkeys(p for a, b, _ in edges for p in (a, b)))}
    arrows = tuple((places[a], places[b], (how, when)) for (a, b, how), when in edges.items())
    return Graph(tuple(places), arrows) if edges else None
