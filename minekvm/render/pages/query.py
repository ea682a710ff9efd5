"""What a query file asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Phrase, Prose, count, listed
from minekvm.render.document import ANY, Document, Item, Section, aside, line

if TYPE_CHECKING:
    from minekvm.core.report.story import Bounds, Rule, Story

_REGION = 3  # lines of a region


def page(asked: tuple[Story, str]) -> Document:
    """What was read from a file: the title, then a row for each thing asked for."""
    story, file = asked
    lead = (line(aside(Code(file), " is in order and asks for")),)
    return Document((Prose(story.title),), lead, (Section((), tuple(_rows(story))),))


def _rows(story: Story) -> Iterator[Item]:
    symbols: list[Phrase] = [
        (Code(s.name), " in ", Code(s.path)) if s.path else (Code(s.name),) for s in story.symbols
    ]
    for label, names in (
        ("symbols", symbols),
        ("callers", [(Code(name),) for name in story.callers]),
    ):
        if names:
            yield Item((listed(names),), label=label, wrap=ANY)
    yield from (Item((_region(b),), label="region", wrap=_REGION) for b in story.regions)
    yield from (Item((_rule(rule),), label="rule", wrap=_REGION) for rule in story.rules)
    yield from (Item((Prose(q),), label="question") for q in story.questions)
    yield from (Item((Prose(c),), label="commit") for c in story.commits)
    if story.scope:
        scope = listed((Code(path),) for path in story.scope)
        yield Item((scope,), label="scope", wrap=ANY)
    yield from (Item((Prose(note),), label="note", wrap=ANY) for note in story.notes)


def _region(bounds: Bounds) -> Phrase:
    ends = ([(Code(name),) for name in end] for end in (bounds.enter, bounds.exit))
    enter, leave = (listed(end, " or ") for end in ends)
    path = (" of ", Code(bounds.path)) if bounds.path else ()
    deep = (f", {count(bounds.depth, 'call')} deep",) if bounds.depth is not None else ()
    where = listed((Code(name),) for name in bounds.where)
    stands = ("; where ", *where, " stands") if where else ()
    return (*enter, " to ", *leave, " in ", Code(bounds.function), *path, *deep, *stands)


def _rule(rule: Rule) -> Phrase:
    ends = ([(Code(name),) for name in end] for end in (rule.enter, rule.exit))
    enter, leave = (listed(end, " or ") for end in ends)
    forbidden = listed((Code(name),) for name in rule.forbid)
    why = (": ", Prose(rule.reason)) if rule.reason else ()
    return (*enter, " to ", *leave, " must not call ", *forbidden, *why)
