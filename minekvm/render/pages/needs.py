"""What a change needs where it is to be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Phrase, Prose, count, function, lines, short
from minekvm.render.document import (
    ANY,
    Column,
    Detail,
    Document,
    Item,
    Quote,
    Section,
    aside,
    line,
    prose,
    strong,
    styled,
)
from minekvm.render.pages.commits import NOT_HERE, named

if TYPE_CHECKING:
    from minekvm.core.needs.model import Conflict, Meant, Need, Needs, Plan, Reason, Trial

_NAME = re.compile(r"((?:\w+/)+[\w.-]+|\w+\(\)|\w*_\w+|\b\w+\.[ch]\b|\b[0-9a-f]{12}\b)")
_MOST = 20  # of a kind, at a terminal
_REASONS = 4  # of a need, at a terminal
_STYLES = {"clean": "green", "conflict": "bold red", "unknown": "yellow"}


def page(result: Needs) -> Document:
    """How it applies, what is lacking, where its calls would stand, and what to take in order."""
    many = len(result.changes)
    title: Phrase = (f"{many} changes",)
    if many == 1:
        (change,) = result.changes
        head = () if change.posted else (short(change.commit), " ")
        title = (*head, Prose(change.subject))
    before = [n for n in result.needs if not n.after]
    after = [n for n in result.needs if n.after]
    sections = (
        Section(("Trial",), tuple(_trials(result)), label="trial", most=_MOST),
        Section(("Places",), tuple(place_item(p, result) for p in result.places), label="place"),
        _needs(("Needs",), before, result, "need"),
        _needs(("Came later: take these too",), after, result, "later"),
        Section(
            ("To take, in this order",), tuple(_plan(result.plan, result)), label="take", numbers=1
        ),
    )
    lead = [line("onto ", Code(result.target), " ", short(result.onto))]
    lead += [prose(_tally(result)), *(prose(note) for note in result.notes)]
    return Document(
        ("Before ", *title, " is taken" if len(result.changes) == 1 else " are taken"),
        tuple(lead),
        tuple(s for s in sections if s.items),
        result.gaps,
    )


def _tally(result: Needs) -> str:
    fuzz = " with fuzz" if result.applies == "clean" and any(t.fuzz for t in result.trials) else ""
    words = {"clean": f"applies{fuzz}", "conflict": "conflicts", "unknown": "cannot be tried"}
    lacking = [n for n in result.needs if n.standing.state == "absent" and n.required]
    parts = [words[result.applies]]
    wrong = [p for p in result.places if p.here.rule]
    if wrong:
        parts.append(f"{count(len(wrong), 'call')} would stand where it is forbidden")
    parts.append(f"{count(len(lacking), 'commit')} lacking" if lacking else "nothing is lacking")
    if result.plan is not None:
        what = count(result.plan.commits, "commit")
        parts.append(f"with {what} of {result.plan.lines} lines it {words[result.plan.applies]}")
    return "; ".join(parts)


def _trials(result: Needs) -> Iterator[Item]:
    for change, trial in zip(result.changes, result.trials, strict=True):
        below = [conflict_item(conflict, result) for conflict in trial.conflicts]
        name = Code(change.name) if change.posted else short(change.commit)
        yield line(Column(name), styled(_STYLES[trial.applies], _outcome(trial)), below=below)


def _outcome(trial: Trial) -> str:
    if trial.empty:
        return "is there already"
    if trial.applies == "clean":
        return "applies with fuzz" if trial.fuzz else "applies clean"
    return {"conflict": "conflicts", "unknown": "cannot be tried"}[trial.applies]


def conflict_item(conflict: Conflict, result: Needs) -> Item:
    """A place at which a change does not fit."""
    at = f":{lines(conflict.first, conflict.last)}" if conflict.first else ""
    where: Phrase = (Code(f"{conflict.path}{at}"),)
    if conflict.function:
        where = (function(conflict.function), " in ", *where)
    by = [line("by ", *named(commit, result.commits)) for commit in conflict.commits]
    return line(where, conflict.how, below=by, wrap=ANY)


def _needs(title: Phrase, needs: list[Need], result: Needs, label: str) -> Section:
    items = tuple(_need(need, result) for need in needs)
    return Section(title, items, len(items), label=label, most=_MOST)


def _need(need: Need, result: Needs) -> Item:
    states = {"absent": "bold red", "unknown": "yellow", "present": "green"}
    state = need.standing.state if need.required else f"{need.standing.state}, perhaps"
    mark = Column(styled(states[need.standing.state], state))
    below = [
        Item(item.cells, item.below, detail=number >= _REASONS, wrap=item.wrap)
        for number, item in enumerate(_reason(reason) for reason in need.reasons)
    ]
    if need.standing.commit is not None and need.standing.commit != need.commit:
        below.insert(0, line("as ", short(need.standing.commit), " ", aside(need.standing.rule)))
    elif need.standing.state == "absent" and need.standing.rule:
        below.insert(0, line(aside(need.standing.rule)))
    known = need.commit in result.commits
    commit = named(need.commit, result.commits) if known else (short(need.commit), NOT_HERE)
    return line(mark, *commit, below=below)


def _reason(reason: Reason) -> Item:
    parts = (
        strong(f"{reason.kind}: "),
        *marked(reason.text),
        Detail(f"{reason.rule}, {reason.grade}"),
    )
    below = [
        Item(
            (Quote(c.quote, f"message:{lines(c.first, c.last)}", c.commit),),
        )
        for c in reason.citations
    ]
    return Item((parts,), tuple(below), wrap=ANY)


def marked(text: str) -> Phrase:
    """Words with the names and paths among them marked as such."""
    parts = _NAME.split(text)
    return tuple(Code(part) if n % 2 else part for n, part in enumerate(parts) if part)


def place_item(place: Meant, result: Needs) -> Item:
    """A call that would stand in a region as it does not where the change was made, or must not."""
    here = place.here
    region: Phrase = (
        "the region from ", _marker(here.enter), " to ", _marker(here.exit),
        " (seen from ", function(here.function), " in ", Code(here.path), ")",
    )  # fmt: skip
    where: Phrase = (function(place.call), " in ", function(place.function))
    state = {"inside": "inside of", "outside": "outside of"}.get(here.state, f"{here.state} inside")
    told: list[Item] = []
    if here.rule:
        told.append(prose(strong("forbidden there: ", Code(here.rule)), " ", Prose(here.reason)))
    if place.there is not None and place.there != here.state:
        told.append(prose(f"where the change was made it stands {place.there}"))
    if place.commit is not None:
        verb = "made by the target's " if place.ours else "the target lacks "
        told.append(line((verb,), *named(place.commit, result.commits)))
    loud = strong("! ", style="bold red") if here.rule else strong("! ", style="yellow")
    at = Code(f"{place.path}:{place.line}")
    return Item(((loud, *where, f" would stand {state} ", *region), at), tuple(told), wrap=ANY)


def _marker(name: str) -> Code:
    return Code(name) if "(" in name else function(name)


def _plan(plan: Plan | None, result: Needs) -> Iterator[Item]:
    own = {change.commit: change for change in result.changes}
    for commit in plan.order if plan is not None else ():
        if commit in own:
            yield line(short(commit), aside("the change: "), Prose(own[commit].subject))
        else:
            yield line(*named(commit, result.commits))
