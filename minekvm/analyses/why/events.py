"""Which commits a question is about: by the events of definitions, by calls, by what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from minekvm.analyses.why.facts import Facts
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.c.symbols import patterns
from minekvm.core.callers.periods import Moved
from minekvm.core.callers.sites import Shift
from minekvm.core.model import CommitId, Event, FunctionVersion, Gap
from minekvm.core.why.events import Happening, across, moved_calls, of_calls, of_definition
from minekvm.core.why.moved_within import Reorder
from minekvm.core.why.question import Question, is_path
from minekvm.core.why.reasons import names
from minekvm.core.why.sentences import sentences, subject

_DEPRECATING = ("deprecat", "obsolet", "legacy")
_FEW = 8  # commits that moved calls, told where nobody asked for the calls
_CALLING = ("calls", "began calling", "stopped calling", "replaced")


@dataclass(frozen=True, slots=True)
class Found:
    """The happenings in question, the oldest first, and all others of the same thing."""

    happenings: tuple[Happening, ...]
    others: tuple[Happening, ...]


def happened(facts: Facts, question: Question) -> Found:
    """What the question is about; nothing where nothing such is in this history."""
    if question.verb == "commit":
        return Found(tuple(_of_commit(facts, question)), ())
    found = _of_symbol(facts, question)
    return found if found.happenings else _of_word(facts, question)


def _of_symbol(facts: Facts, question: Question) -> Found:
    if question.verb == "deprecated":
        return _deprecated(facts, question)
    if question.verb in _CALLING or question.of_calls:
        return _of_calls(facts, question)
    events = facts.lineage(question.subject) or ()
    chosen = of_definition(question, question.subject, events, _reorders(facts, question))
    if events and not chosen and question.verb not in ("moved", "changed"):
        events = (*events, *facts.namesakes(question.subject))
        chosen = of_definition(question, question.subject, events)
    chosen.sort(key=lambda h: -facts.commit(h.commit).committed)
    if not chosen or _between_functions(question):
        found = _of_calls(facts, question)
        if events and not chosen and question.verb == "moved" and _is_vague(facts, question, found):
            return Found((), ())
        if found.happenings:
            return found
    return _found(chosen, _each(question.subject, events))


def _of_word(facts: Facts, question: Question) -> Found:
    """The commits that changed lines with a word that is no function's: a variable's, a field's.

    They are not compared: what they did is in their own words.
    """
    word = question.called or question.subject
    if facts.is_known(word) or word in facts.unfollowed:
        return Found((), ())
    commits = facts.changing(word, *([question.goal] if question.verb == "replaced" else []))
    why = "no function or macro: told by the commits that changed lines with it"
    if question.verb == "added":
        commits = commits[-1:] if _began(facts, word, commits[-1:]) else []
    elif question.verb != "changed":
        commits = commits[:1]
    if question.verb == "removed":
        still = facts.clone.history.files_naming(patterns(word), facts.rev)
        why += f"; it is still named in {still[0]}" if still else ""
    if commits:
        facts.note(Gap(word, why))
    return _found([Happening(c, word) for c in commits], [])


def _began(facts: Facts, word: str, commits: Sequence[CommitId]) -> bool:
    """Whether no parent of some commits names a word."""
    parents = (p for c in commits for p in facts.commit(c).parents)
    return not any(facts.clone.history.files_naming(patterns(word), p) for p in parents)


def _reorders(facts: Facts, question: Question) -> list[tuple[CommitId, Reorder]]:
    """The moves of a definition within its file, where that may be asked, newest first."""
    if question.verb != "moved" or question.back or question.possible:
        return []
    return facts.reorders(question.subject)


def _is_vague(facts: Facts, question: Question, found: Found) -> bool:
    """Whether a definition never moved and too many commits moved calls of it to tell any."""
    if question.source or question.goal or question.scope or question.of_calls:
        return False
    many = len(found.happenings)
    if many > _FEW:
        what = f"{question.subject} itself never moved; {many} commits moved calls of it"
        facts.note(Gap(what, "ask with: out of F, into G, in FILE"))
    return many > _FEW


def _between_functions(question: Question) -> bool:
    """Whether a move is out of or into a function, which mostly a call does.

    What was added to or removed from a function may be a part of its body, too: that is looked for
    first.
    """
    places = [p for p in (question.source, question.goal) if p and not is_path(p)]
    return question.back or (question.verb == "moved" and bool(places))


def _of_commit(facts: Facts, question: Question) -> list[Happening]:
    """What a commit did: to the calls that it moved, if it is about them, else to functions."""
    commit = facts.clone.resolve_indexed(question.commit)
    parents = facts.commit(commit).parents
    events = tuple(
        Event(commit, parent, change)
        for parent in parents[:1] or (None,)
        for change in facts.past.changes(commit, parent)
    )
    found = []
    for name in moved_calls(event.change for event in events):
        moves = [m.shift for m in facts.calls_at(name, [commit]) if m.shift.how == "to function"]
        found += [Happening(commit, name, (), tuple(moves))] if moves else []
    return found or [Happening(commit, "", events)]


def _of_calls(facts: Facts, question: Question) -> Found:
    symbol = question.called or question.subject
    moves = [(m.commit, m.shift) for m in _moves(facts, question, symbol)]
    if question.verb == "calls" and (question.before or question.after):
        begun = _ordered(facts, question, symbol)
        if begun is not None:
            every = [m.shift for m in facts.calls_at(symbol, [begun.commit])]
            shifts = tuple(s for s in every if s.new and s.new.name == question.subject)
            here = Happening(begun.commit, symbol, () if shifts else begun.events, shifts)
            return _found([here], _each_call(symbol, moves))
    chosen = of_calls(question, symbol, moves)
    if question.verb == "moved" and not chosen:
        chosen = _renamed_and_moved(facts, question, symbol)
    if question.verb == "moved":
        chosen = [h for h in chosen if facts.commit(h.commit).parents]  # no move at the beginning
        chosen = _narrowed(chosen, question, symbol)
    if question.verb == "calls":
        chosen = chosen[:1]  # why it is as it is now: the last that made it so
    return _found(chosen, _each_call(symbol, moves))


def _moves(facts: Facts, question: Question, symbol: str) -> Sequence[Moved]:
    """What happened to a symbol's calls, as far as the question needs: all of it is dear."""
    if question.verb == "replaced" and question.goal and not is_path(question.goal):
        return facts.calls_at(symbol, facts.changing(symbol, question.goal))
    places = (question.subject if question.called else "", question.source, question.goal)
    functions = [name for name in (*places, question.scope) if name and not is_path(name)]
    if functions and not question.back:
        paths = {path for name in functions for path in facts.where(name)}
        found = facts.calls_at(symbol, _touching(facts, (symbol, *functions), paths))
        if found:  # and what became of it where it went
            paths |= {m.shift.new.path for m in found if m.shift.new is not None}
            return facts.calls_at(symbol, _touching(facts, (symbol, *functions), paths))
    return facts.calls(symbol)


def _touching(facts: Facts, words: Sequence[str], paths: set[str]) -> list[CommitId]:
    """The commits that changed a line with one of some words in some files, newest first.

    A function that is taken out around a call leaves the call's line as it was.
    """
    every = dict.fromkeys(c for word in words for c in facts.touching(word, paths))
    return sorted(every, key=lambda c: -facts.about(c).committed)


def _renamed_and_moved(facts: Facts, question: Question, symbol: str) -> list[Happening]:
    """The moves of a symbol's calls by commits that gave it another name too."""
    found = []
    for event in facts.lineage(symbol) or ():
        old, new = event.change.old, event.change.new
        if old is None or new is None or old.name == new.name or symbol not in (old.name, new.name):
            continue
        gone = [m.shift for m in facts.calls_at(old.name, [event.commit])]
        began = [m.shift for m in facts.calls_at(new.name, [event.commit])]
        moved = [(event.commit, shift) for shift in across(gone, began)]
        found += [
            replace(h, symbol=old.name, later=new.name) for h in of_calls(question, symbol, moved)
        ]
    return found


def _ordered(facts: Facts, question: Question, symbol: str) -> Happening | None:
    """The commit from which on a function has two calls in the order asked about."""
    events = facts.lineage(question.subject) or ()
    since: Event | None = None
    for event in events:
        if event.change.new is None or not _in_order(event.change.new, question, symbol):
            break
        since = event
    if since is None:
        return None
    return Happening(since.commit, symbol, (since,))


def _narrowed(chosen: list[Happening], question: Question, symbol: str) -> list[Happening]:
    """Of some moves those that put a call into the order asked about; all where none does."""
    if not question.before and not question.after:
        return chosen
    found = [
        h
        for h in chosen
        if any(
            s.new is not None
            and _in_order(s.new, question, symbol)
            and not (s.old is not None and _in_order(s.old, question, symbol))
            for s in h.shifts
        )
    ]
    return found or chosen


def _in_order(version: FunctionVersion, question: Question, symbol: str) -> bool:
    called = [call.name for call in calls(flow(version.function.text).steps)]
    mine = [i for i, name in enumerate(called) if name == symbol]
    ahead = [i for i, name in enumerate(called) if name == question.after]
    behind = [i for i, name in enumerate(called) if name == question.before]
    if not mine or (question.after and not ahead) or (question.before and not behind):
        return False
    return (not ahead or ahead[0] < mine[-1]) and (not behind or mine[0] < behind[-1])


def _deprecated(facts: Facts, question: Question) -> Found:
    """The commits that call a symbol deprecated where they change it; else whatever wrapped it."""
    events = facts.lineage(question.subject) or ()
    every = _each(question.subject, events)
    for naming in (question.subject, ""):
        said = [h for h in every if _calls_deprecated(facts, h.commit, naming)]
        if said:
            return _found(said[-1:], every)  # later ones only speak of it
    return _found(of_definition(question, question.subject, events), every)


def _calls_deprecated(facts: Facts, commit: CommitId, symbol: str) -> bool:
    """Whether a message calls something deprecated, in a sentence that names a symbol if given."""
    message = facts.commit(commit).message
    return any(
        (not symbol or symbol in names(s.text))
        and any(word in s.text.casefold() for word in _DEPRECATING)
        for s in (subject(message), *sentences(message))
    )


def _found(chosen: Sequence[Happening], every: Sequence[Happening]) -> Found:
    commits = {h.commit for h in chosen}
    return Found(tuple(reversed(chosen)), tuple(h for h in every if h.commit not in commits))


def _each(symbol: str, events: Sequence[Event]) -> list[Happening]:
    return [
        Happening(commit, symbol, tuple(e for e in events if e.commit == commit))
        for commit in dict.fromkeys(e.commit for e in events)
    ]


def _each_call(symbol: str, moves: Sequence[tuple[CommitId, Shift]]) -> list[Happening]:
    return [
        Happening(commit, symbol, (), tuple(s for c, s in moves if c == commit))
        for commit in dict.fromkeys(c for c, _ in moves)
    ]
