"""Calls that a change moves into regions and out of them, and those that a rule forbids there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from minekvm.analyses.check.subject import Subject
from minekvm.analyses.needs.meaning import Meaning, Side
from minekvm.analyses.needs.places import Surroundings, regions, seen_from
from minekvm.analyses.needs.target import Target
from minekvm.core.check.model import Finding
from minekvm.core.check.moved import Moved, grouped, moved
from minekvm.core.model import FunctionVersion
from minekvm.core.needs.model import Meant
from minekvm.core.needs.pairs import Pair, nearest, pairs, same, told
from minekvm.core.region.arguments import called
from minekvm.core.region.region import Region
from minekvm.core.region.tree import Tree
from minekvm.core.report.story import Rule

_FUNCTIONS = 20  # changed functions from which regions are looked at


def forbidden(subject: Subject, target: Target, rules: Sequence[Rule]) -> Iterator[Finding]:
    """The calls of a change that a rule forbids where they stand."""
    here = Side(subject.after, subject.pairs)
    for place in Meaning(target, rules).places(here, None, None):
        if place.here.rule:
            yield Finding("forbidden-call", place.path, place.line, _words(place))


def _words(place: Meant) -> str:
    here = place.here
    how = "on some paths " if here.state == "partly" else ""
    why = f": {here.reason}" if here.reason else ""
    return (
        f"{place.call}() in {place.function}() stands {how}between {told(here.enter)} and"
        f" {told(here.exit)} as seen from {here.function}(); {here.rule} forbids that{why}"
    )


def crossing(subject: Subject, rules: Sequence[Rule]) -> Iterator[Finding]:
    """The calls that stood outside of a region and are inside since, or the reverse."""
    code = Surroundings(subject.clone)
    found: dict[Moved, None] = {}
    for old, new in _changed(subject):
        wanted = _pairs(old, new, rules)
        if not wanted:
            continue
        files = (*code.files(subject.after, new), *code.files(subject.before, old))
        trees = [code.tree(c, tuple(dict.fromkeys(files))) for c in (subject.before, subject.after)]
        tops = [
            (before, top)
            for top in seen_from(trees[1], new)
            if (before := _same(trees[0], top)) is not None
        ]
        for pair in wanted:
            for was, now in _looks(trees, tops, pair, rules):
                found |= dict.fromkeys(moved(was, now, pair))
    for group in grouped(found):
        yield Finding("region", group.path, group.line, group.words(_reason(group.pair, rules)))


_Ends = tuple[tuple[Region, ...], tuple[Region, ...]]


def _looks(
    trees: Sequence[Tree],
    tops: Sequence[tuple[FunctionVersion, FunctionVersion]],
    pair: Pair,
    rules: Sequence[Rule],
) -> list[_Ends]:
    """A region before and after, from where it is seen both times; else from the nearest function
    that sees it at all: it is new there, or gone."""
    every = [
        (regions(trees[0], before, pair, rules), regions(trees[1], after, pair, rules))
        for before, after in tops
    ]
    both = [ends for ends in every if all(any(r.markers for r in end) for end in ends)]
    one = [ends for ends in every if any(r.markers for end in ends for r in end)]
    return both or one[:1]


def _changed(subject: Subject) -> list[tuple[FunctionVersion, FunctionVersion]]:
    """The functions that stand on both sides and differ."""
    found = []
    for pair in subject.pairs:
        old = {f.name: f for f in pair.old if f.kind != "tracepoint"}
        for function in pair.new:
            before = old.get(function.name)
            if before is not None and before.text != function.text:
                versions = ((pair.old_path or "", before), (pair.new_path or "", function))
                found.append(tuple(FunctionVersion(*version) for version in versions))
    return [(one, other) for one, other in found[:_FUNCTIONS]]


def _pairs(old: FunctionVersion, new: FunctionVersion, rules: Iterable[Rule]) -> list[Pair]:
    """The regions that may be others since: of the function's own markers, before or after."""
    own = pairs(old)
    own += [pair for pair in pairs(new) if nearest(pair, own) is None]
    texts = old.function.text, new.function.text
    for rule in rules:
        names = [called(n).encode("utf-8", "surrogateescape") for n in (*rule.enter, *rule.exit)]
        if any(texts[0].count(name) != texts[1].count(name) for name in names):
            own.append((rule.enter, rule.exit))
    return own


def _same(tree: Tree, version: FunctionVersion) -> FunctionVersion | None:
    found = tree.definitions(version.name, version.path)
    return next((v for v in found if v.path == version.path), None)


def _reason(pair: Pair, rules: Iterable[Rule]) -> str:
    """What a rule says of a region."""
    for rule in rules:
        if rule.reason and same(pair, (rule.enter, rule.exit)):
            return f"{rule.name}: {rule.reason}"
    return ""
