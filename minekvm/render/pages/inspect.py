"""What one commit did to functions and other symbols, most telling first; a merge by parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from minekvm.core.declared import words as declared_words
from minekvm.core.lineage import words
from minekvm.core.model import Change, Event, Inspection
from minekvm.core.phrases import Code, Phrase, plain
from minekvm.render.document import (
    ANY,
    Cell,
    Column,
    Detail,
    Document,
    Item,
    Names,
    Part,
    Section,
    line,
    prose,
)
from minekvm.render.pages.commits import titled
from minekvm.render.pages.lineage import difference

_THERE = "there"  # since the history begins, as the line above them says
_WRAPPED = "wrapped"  # calls, between two others that came
_BESIDE = "Beside functions"
_ROWS = 8  # lines of what is no function, at a terminal
_SHOWN = 5  # names in such a line
_FUNCTIONS = 12  # of a file, by name, at a terminal
_NAMES = 44  # columns that names are padded to, at most


def page(found: Inspection, *, patch: bool = False) -> Document:
    """The changes; with `patch` each with its diff."""
    commit = found.commit
    title, lead = titled(commit.id, commit)
    groups = words.against(found)
    if len(groups) > 1:
        lead = (*lead, line(f"a merge of {len(groups)} parents"))
    sections = []
    for against, events, declared in groups:
        others = f"; {declared_words.tally(declared)}" if declared else ""
        lead = (*lead, prose(f"{against}: " if against else "", f"{words.tally(events)}{others}"))
        heading = (against,) if against else ()
        if events:
            sections.append(Section(heading, (*_changes(events, patch), *_wraps(events))))
        if declared:
            rows = tuple(_declared(declared, patch))
            beside = f"{against}, {_BESIDE.lower()}" if against else _BESIDE
            sections.append(Section((beside,), rows, most=_ROWS))
    return Document(title, lead, tuple(sections), found.gaps)


def _declared(events: Sequence[Event], patch: bool) -> Iterator[Item]:
    """What happened to symbols that are no functions, by kind and file."""
    ordered = sorted(events, key=lambda e: words.rank(e.change))
    for label, group in groupby(ordered, key=lambda e: _label(e.change)):
        rows = list(group)
        if patch:
            for event in rows:
                cells = declared_words.place(event.change), declared_words.described(event.change)
                yield Item(cells, (difference(event),), label=label, wrap=ANY)
            continue
        for path in dict.fromkeys(declared_words.place(e.change) for e in rows):
            here = [e for e in rows if declared_words.place(e.change) == path]
            names = [_named(declared_words.described(e.change), e) for e in here]
            yield Item(((*path, ": ", Names(tuple(names), _SHOWN)),), label=label, wrap=ANY)


def _changes(events: Sequence[Event], patch: bool) -> Iterator[Item]:
    ordered = sorted(events, key=lambda e: words.rank(e.change))
    for label, group in groupby(ordered, key=lambda e: _label(e.change)):
        if label in (*words.LISTED, _THERE) and not patch:
            for paths, names in words.by_file(list(group)).items():
                named = Names(tuple(_named(name, event) for name, event in names), _FUNCTIONS)
                yield Item(((*paths, ": ", named),), label=label, wrap=ANY)
            continue
        for event in group:
            below = (difference(event),) if patch else ()
            yield Item(tuple(_cells(event)), below, label=label, wrap=ANY)


def _wraps(events: Sequence[Event]) -> Iterator[Item]:
    """Around which calls others came to stand, of each function."""
    for event in events:
        version = event.change.new
        for wrapped in words.wrapping(event.change) if version is not None else ():
            assert version is not None
            where: Phrase = (Code(version.path), ": ", Code(version.name))
            yield Item(((*where, ": ", *wrapped),), label=_WRAPPED, wrap=ANY)


def _label(change: Change) -> str:
    return _THERE if words.begins(change) else words.primary(change)


def _named(name: Phrase, event: Event) -> tuple[Part, ...]:
    return (*name, Detail(event.change.rule))


def _cells(event: Event) -> Iterator[Cell]:
    change = event.change
    names, paths = words.described(change)
    yield Column(names, _NAMES) if len(plain(names)) <= _NAMES else names
    yield paths
    if words.edits(change) and words.primary(change) not in words.LISTED:
        yield Detail(words.edits(change))
    if change.score < 1:
        yield f"score {words.score(change)}"
    yield Detail(change.rule)
