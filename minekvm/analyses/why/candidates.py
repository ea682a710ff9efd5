"""The commits that a question may be about: by lines they changed, by events, by their words."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from minekvm.analyses.why.declared import named_in_full
from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.occurrences import FILES_READ, edited, occurrence
from minekvm.core.model import CommitId, Kind
from minekvm.core.why.candidate import MASS, Candidate, Weighed
from minekvm.core.why.edits import inside
from minekvm.core.why.fit import Fit, fit
from minekvm.core.why.occurrence import lies_in, undoes
from minekvm.core.why.ranking import (
    Way,
    path_words,
    place_names,
    ranked,
    set_closest,
    speaks_of,
    turned,
)
from minekvm.core.why.reading import Reading, is_path
from minekvm.core.why.verbs import ROWS, calls_deprecated
from minekvm.core.why.words import stem

_FOLLOWED = 3  # symbols whose definitions are followed
_SAID = 200  # commits taken from the search of messages
_SAID_EVER = 4000  # of which those of a time are taken, where one is named
_READ = 120  # candidates whose messages are read
_COMPARED = 30  # candidates whose code is compared
_BEST = 20  # of those, the first by the ranking before that; the others are the most promising
_FILES = 6  # files in which other words are looked for on changed lines
_OF_FILE = 40  # commits of a named file
_WORDS = 8  # such words
_LONG = 3  # letters of a part of a word with hyphens that is looked for
_FILED = 0.5  # what a word in the name of a file weighs against one on a line (hand-set)
_FUSED = 60  # the constant of the fusion, as its authors give it
_BORN: frozenset[Kind] = frozenset(("introduced", "added"))
_IMPORTED = 8  # C files from which a commit may be an import
_DAY = 24 * 3600


@dataclass
class Search:
    """One question's search; `weighed` says what its words weigh in this history."""

    facts: Facts
    reading: Reading
    weighed: Weighed = field(init=False)
    _found: dict[CommitId, Candidate] = field(default_factory=dict)
    _orders: dict[str, list[CommitId]] = field(default_factory=dict)
    _paths: list[str] | None = None
    _declared: Mapping[CommitId, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.weighed = weighed(self.facts, self.reading)

    def candidates(self) -> list[Candidate]:
        """The candidates, those first whose code was read and fits, each with its score."""
        self._by_lines()
        self._by_events()
        self._by_declarations()
        self._by_words()
        self._by_code()
        self._by_files()
        self._known()
        self._placed()
        rough = self._promising()[:_READ]
        for candidate in rough:
            commit = self.facts.commit(candidate.commit)
            candidate.message, candidate.parents = commit.message, len(commit.parents)
            cut_off = self.facts.clone.history.cut_off(candidate.commit)
            candidate.begins = cut_off or not commit.parents
            candidate.eventless = candidate.begins or candidate.parents > 1
        set_closest(self.reading, self.weighed, rough)
        first = ranked(self.reading, self.weighed, rough)
        compared = list(dict.fromkeys(c.commit for c in (*first[:_BEST], *rough)))[:_COMPARED]
        read = [self._found[commit] for commit in compared]
        for candidate in read:
            candidate.fit = self._fit(candidate)
            self._weigh_bulk(candidate)
        turned(self.reading, self.weighed, read)
        back = self._returns(read) if self.reading.back else frozenset()
        every = ranked(self.reading, self.weighed, first)
        own = self._declared
        return sorted(  # a return is what is asked for, and what befell what is named in full
            every, key=lambda c: (c.eventless, own.get(c.commit, 2), c.commit not in back)
        )

    def _weigh_bulk(self, candidate: Candidate) -> None:
        """See whether a commit of many files is an event: no import, and no edit of very many that
        does not speak of what is asked."""
        if candidate.eventless or candidate.breadth < _IMPORTED:
            return
        parent = self.facts.commit(candidate.commit).parents[0]
        candidate.begins = self.facts.clone.history.begins(candidate.commit, parent)
        more = candidate.fit is not None and candidate.fit.what.is_more_than_an_edit
        mass = candidate.breadth >= MASS and not more
        candidate.eventless = candidate.begins or (mass and not speaks_of(self.reading, candidate))

    def _returns(self, compared: Sequence[Candidate]) -> frozenset[CommitId]:
        """Of some commits that moved calls those that take back what another one did."""
        told = [(c, c.fit) for c in compared if c.fit is not None]
        return frozenset(
            candidate.commit
            for candidate, found in told
            for other, earlier in told
            if other.committed < candidate.committed
            and any(undoes(a, b) for a in found.what.shifts for b in earlier.what.shifts)
        )

    def _by_declarations(self) -> None:
        """Those that did something to a field or an option that is named in full."""
        self._declared = named_in_full(self.facts, self.reading)
        for commit in self._declared:
            self._get(commit).touched |= set(self.reading.symbols[:1])

    def _promising(self) -> list[Candidate]:
        """All that was found, those first whose messages are to be read: reciprocal-rank fusion.

        G. V. Cormack, C. L. A. Clarke, S. Buettcher: Reciprocal Rank Fusion outperforms Condorcet
        and individual Rank Learning Methods, SIGIR 2009. What is fused are the lines that a commit
        changed, its message's answer to the search, and other words on its lines; what lies out of
        the time in question comes last.
        """
        names = self.weighed.names

        def on_lines(candidate: Candidate) -> float:
            known = candidate.lines | candidate.touched
            near = 0.0 if candidate.place is None else 1 / (1 + candidate.place)
            wide = 0.3 * math.log2(1 + candidate.breadth)
            filed = sum(self.weighed.stems[s] for s in path_words(self.weighed, candidate))
            weight = sum(names.get(n, 0.0) for n in known)
            return weight + near + _FILED * filed - wide if known else 0.0

        def in_code(candidate: Candidate) -> float:
            return sum(self.weighed.stems.get(s, 0.0) for s in candidate.coded)

        def of_file(candidate: Candidate) -> float:
            return 0.0 if candidate.place is None else 1 / (1 + candidate.place)

        def in_blocks(candidate: Candidate) -> float:
            way = Way.of(self.reading, self.weighed, candidate, "part")
            near = 0.0 if candidate.place is None else 0.1 / (1 + candidate.place)
            return way.toward + near if way.toward else 0.0

        every = list(self._found.values())
        fused = dict.fromkeys((c.commit for c in every), 0.0)
        ways = (on_lines, lambda c: c.searched, lambda c: c.worded, in_code, of_file, in_blocks)
        for way in ways:
            ordered = sorted((c for c in every if way(c)), key=way, reverse=True)
            for rank, candidate in enumerate(ordered):
                fused[candidate.commit] += 1 / (_FUSED + rank)
        own = self._declared
        return sorted(every, key=lambda c: (own.get(c.commit, 2), not c.in_time, -fused[c.commit]))

    def _get(self, commit: CommitId) -> Candidate:
        if commit not in self._found:
            self._found[commit] = Candidate(commit)
        return self._found[commit]

    def _by_lines(self) -> None:
        """Those that changed a line with a name of the question."""
        for name in self.reading.symbols:
            paths: dict[CommitId, set[str]] = {}
            for place in self.facts.places(name):
                paths.setdefault(place.commit, set()).add(place.path)
            self._orders[name] = list(paths)
            for commit, told in paths.items():
                found = self._get(commit)
                found.lines |= {name}
                found.told_paths |= told

    def _placed(self) -> None:
        """The place of each among those that changed lines with the names, wide ones left out."""
        asked = {self.reading.subject, self.reading.called}
        own = [c for name in self.reading.symbols if name in asked for c in self._orders[name]]
        for nth, commit in enumerate(self._from_end(dict.fromkeys(own))):
            self._found[commit].place = nth

    def _from_end(self, commits: Iterable[CommitId]) -> list[CommitId]:
        """Some commits without the wide ones, newest first or oldest first as the verb asks."""
        found = [c for c in commits if self._is_narrow(c)]
        found.sort(key=lambda c: -self._found[c].committed)
        return found if ROWS[self.reading.verb].newest else found[::-1]

    def _is_narrow(self, commit: CommitId) -> bool:
        return commit in self._found and self._found[commit].breadth < MASS

    def _by_events(self) -> None:
        """Those that did something to a definition of a name."""
        self.facts.look_for(self.reading.symbols[:_FOLLOWED])
        for name in self.reading.symbols[:_FOLLOWED]:
            for event in self.facts.lineage(name) or ():
                found = self._get(event.commit)
                found.touched |= {name}
                old, new = (
                    v.function.text if v is not None and v.name == name else b""
                    for v in (event.change.old, event.change.new)
                )
                found.inside = {**found.inside, name: inside(old, new)}
                if _BORN & set(event.change.kinds) and new:
                    found.born |= {name}

    def _by_words(self) -> None:
        """Those whose messages have the question's words, or the words in its names."""
        reading = self.reading
        words = [*reading.paths, *reading.terms]
        for commit, weight in self._searched([*reading.symbols, *words]):
            self._get(commit).searched = weight
        for commit, weight in self._searched([*reading.parts, *words]):
            self._get(commit).worded = weight

    def _searched(self, terms: Sequence[str]) -> Iterator[tuple[CommitId, float]]:
        """The commits whose messages answer a search, with how well: 1 for the best."""
        timed = bool(self.reading.times)
        wanted = _SAID_EVER if timed else _SAID
        found = self.facts.extent.searched(list(dict.fromkeys(terms)), wanted)
        if timed:
            about = self.facts.clone.index.summaries([commit for commit, _ in found])
            since, until = self.facts.span(self.reading.times)
            inner = range(since - _DAY, until + _DAY + 1)
            found = [(c, w) for c, w in found if c in about and about[c].committed in inner]
            found = found[:_SAID]
        best = max((weight for _, weight in found), default=1.0)
        return ((commit, weight / best) for commit, weight in found)

    def _by_code(self) -> None:
        """Those that changed lines with the question's other words, in the files in question."""
        for path in self._files():
            for word in (*self.reading.content, *self.reading.said)[:_WORDS]:
                for commit in self._touching(word, path):
                    found = self._get(commit)
                    found.coded |= {stem(word)}

    def _touching(self, word: str, path: str) -> list[CommitId]:
        """The commits that changed a line with a word in a file; of one with hyphens, its two
        rarest parts."""
        parts = [part for part in word.split("-") if len(part) >= _LONG]
        if len(parts) < 2:
            return self.facts.touching(word, {path})
        rare = sorted(parts, key=self.facts.clone.index.speaking)[:2]
        first, second = (self.facts.touching(part, {path}) for part in rare)
        both = frozenset(second)
        return [commit for commit in first if commit in both]

    def _by_files(self) -> None:
        """Where nothing but a file is named, those that changed it, from the end asked for."""
        if self.reading.symbols:
            return
        named = [p for p in self._files() if any(lies_in(p, n) for n in self.reading.paths)]
        for path in named:
            commits = [commit for commit, _, _ in self.facts.clone.index.touching(path)]
            commits = [c for c in commits if self.facts.extent.reaches(c)]
            if not ROWS[self.reading.verb].newest:
                commits.reverse()
            for nth, commit in enumerate(commits[:_OF_FILE]):
                found = self._get(commit)
                found.place = nth if found.place is None else min(found.place, nth)

    def _files(self) -> list[str]:
        """The files in question: those named, else where the names are defined."""
        if self._paths is None:
            self._paths = self._looked_up()
            self.facts.extent.look_into(self._paths)
        return self._paths

    def _looked_up(self) -> list[str]:
        named = [p for p in self.reading.paths if "." in p]
        asked = {p.lower().replace("-", "_") for p in self.reading.places}
        paths = self.facts.paths
        ends = tuple(f"/{n}" for n in named)
        found = [p for p in paths if p in named or p.endswith(ends)] if named else []
        found += [p for p in paths if place_names(p)[-1] in asked] if asked else []
        found += _of_places(paths, asked) if asked and not found else []
        for name in self.reading.symbols[:_FOLLOWED]:
            found += sorted(self.facts.where(name))
        return list(dict.fromkeys(found))[:_FILES]

    def _known(self) -> None:
        """What the index knows of each: title, date, files."""
        commits = list(self._found)
        self.facts.extent.have(commits)
        about = self.facts.clone.index.summaries(commits)
        breadth = self.facts.clone.index.breadth(commits)
        since, until = self.facts.span(self.reading.times)
        for commit in commits:
            if commit not in about:
                del self._found[commit]
                continue
            found = self._found[commit]
            found.title, found.committed = about[commit].subject, about[commit].committed
            found.breadth = breadth.get(commit, 0)
            found.in_time = since - _DAY <= found.committed <= until + _DAY

    def _fit(self, candidate: Candidate) -> Fit:
        """What the commit did to the names, and how that fits."""
        touched = self.facts.touched(candidate.commit)
        candidate.paths = tuple(t.path for t in touched)
        told = occurrence(self.facts, self.reading, candidate.commit, touched)
        names = self.reading.symbols
        candidate.edit = edited(self.facts, touched, self._files(), names)
        candidate.lines |= frozenset(candidate.edit.within)
        candidate.lines |= {n for n in names if stem(n) in candidate.edit.words}
        whole = any(t.old is None or t.new is None for t in touched)
        if whole and len(touched) <= FILES_READ:  # lines that went to another file did not change
            words, own = candidate.edit.words, {*candidate.edit.within, *candidate.touched}
            kept = (n for n in candidate.lines if stem(n) in words or n in own)
            candidate.lines = frozenset(kept)
        fits = [fit(self.reading, what) for what in told]
        best = max(fits, key=lambda f: f.degree)
        deprecates = self.reading.verb == "deprecated"
        if self._declared.get(candidate.commit) == 0 or (
            deprecates and calls_deprecated(candidate.message, self.reading.subject)
        ):
            return replace(best, degree=1.0)
        return best


def weighed(facts: Facts, reading: Reading) -> Weighed:
    """What the words of a question weigh: the logarithm of how rare they are in messages."""
    whole = facts.extent.size

    def weight(term: str) -> float:
        return math.log((whole + 1) / (facts.clone.index.speaking(term) + 1)) + 0.5

    names = {name: weight(name) for name in reading.symbols}
    stems = {s: weight(t) for s, t in zip(reading.stems, reading.terms, strict=True)}
    return Weighed(names, stems)


def _of_places(paths: Sequence[str], asked: Collection[str]) -> list[str]:
    """The files of folders that are named, or whose names end with what is named, where they are
    few."""
    found = []
    for path in paths:
        *folders, file = place_names(path)
        ends = any(file.endswith(f"_{place}") for place in asked)
        if ends or (folders and folders[-1] in asked):
            found.append(path)
    return found if len(found) <= _FILES else []


def folders(reading: Reading) -> Iterator[str]:
    """The folders that a question names."""
    yield from (p for p in reading.paths if is_path(p) and "." not in p)
