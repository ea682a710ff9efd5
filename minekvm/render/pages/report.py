"""A report: first the short answer and what is missing, then the whole story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.core.callers import words as calls
from minekvm.core.callers.periods import CallHistory, Life
from minekvm.core.lineage import words
from minekvm.core.model import Change, CommitId, Told
from minekvm.core.phrases import Code, Phrase, Prose, count, function, listed
from minekvm.core.region import words as bounds
from minekvm.core.region.model import Answer as Region
from minekvm.core.report.model import Edge, Report, ReportCommit, SectionName
from minekvm.core.why.model import Answer, Claim, MessagePlace
from minekvm.core.why.model import Citation as Shown
from minekvm.render.document import (
    ANY,
    Block,
    Cell,
    Document,
    Evidence,
    Graph,
    Item,
    Names,
    Section,
    aside,
    line,
    prose,
    strong,
    styled,
    unsaid,
)
from minekvm.render.pages.lineage import moves
from minekvm.render.pages.thread import discussion
from minekvm.render.pages.why import quoted
from minekvm.render.text import author, gap_line, shortened

_ROOM = 14  # lines of the short answer on the first screen
_LACKING = 3  # parts that are missing, named there
_SUBJECT = 100  # characters of a subject in a table or a graph
_NAMED = 40  # calls inside a region, by name
_DRAWN = 60  # edges up to which a graph can be read
_HEADERS = ("When", "Commit", "What", "Subject")
_CALLS = ("Where", "Function", "File", "Since", "Until", "Then")


def summary(report: Report, files: Sequence[str] = ()) -> Document:
    """The short answer, what is missing, and where the report lies: on one screen."""
    lacking = Section((), tuple(_missing(report)), most=_LACKING, rest="are missing")
    answer = Section(
        (), _claims(report, report.answer), numbers=1, room=_ROOM, rest="in the report"
    )
    lead: tuple[Item, ...] = (_size(report),)
    if not report.answer:
        lead = (*lead, prose(strong("nothing of this story is in this clone")))
    return Document(
        (Prose(report.title),), lead, (answer, lacking, *_files(files)), notice=report.notice
    )


def page(report: Report, files: Sequence[str] = ()) -> Document:
    """The whole report."""
    sections = (
        *_answer(report),
        *_titled("Questions", [s for a in report.answers for s in _question(report, a)]),
        *_titled(
            "Regions", [s for n, r in enumerate(report.regions) for s in _region(report, n, r)]
        ),
        *_titled("Lineages", [s for told in report.lineages for s in _lineage(report, told)]),
        *_titled(
            "Call sites", [s for n, c in enumerate(report.callers) for s in _calls(report, n, c)]
        ),
        *_titled("What ties the commits to one another", _ties(report)),
        *_titled("Commits", [s for c in report.commits.values() for s in _commit(c)]),
        *_reproduce(report),
        *_files(files),
    )
    return Document((Prose(report.title),), (_size(report),), sections, report.gaps, report.notice)


def _titled(title: str, sections: Sequence[Section]) -> Iterator[Section]:
    """Sections under a heading; nothing where there is none."""
    if sections:
        yield Section((title,))
        yield from sections


def _size(report: Report) -> Item:
    """What was read, and what is in it: "linux at 1234567890ab, 168 commits: 5 lineages, ..."."""
    sizes = (
        (report.lineages, "lineage", ""),
        (report.regions, "region", ""),
        (report.callers, "history of calls", "histories of calls"),
        (report.answers, "answer", ""),
    )
    parts = [count(len(some), one, many) for some, one, many in sizes if some]
    events = count(len(report.events), "event")
    parts.append(f"{events} in {count(len(report.commits), 'commit')}")
    clone = report.clone
    read = f" at {clone.head[:12]}, {count(clone.commits, 'commit')}: {', '.join(parts)}"
    return prose(aside(Prose(clone.name), read))


def _files(files: Sequence[str]) -> Iterator[Section]:
    if files:
        yield Section((), tuple(Item((strong(Code(path)),), label="report:") for path in files))


# --- the short answer


def _answer(report: Report) -> Iterator[Section]:
    empty = () if report.answer else (line("Nothing of this story is in this clone."),)
    claims = _claims(report, report.answer)
    yield Section(("The short answer",), (*claims, *empty), numbers=1 if claims else 0)
    lacking = tuple(_missing(report))
    if lacking:
        yield Section(("This clone lacks",), lacking, level=3)
    if report.query.notes:
        notes = tuple(Item((Prose(note),), wrap=ANY) for note in report.query.notes)
        yield Section(("Notes",), notes, level=3)


def _missing(report: Report) -> Iterator[Item]:
    for missing in report.missing:
        told = styled("yellow", "missing: ", Prose(f"{missing.what}: {missing.why}"))
        yield Item((told,), wrap=2)


def _claims(report: Report, claims: Sequence[Claim]) -> tuple[Item, ...]:
    return tuple(Item(((Prose(c.text), " ", _shown(report, c)),), wrap=ANY) for c in claims)


def _shown(report: Report, claim: Claim) -> Evidence:
    return Evidence(claim.grade, tuple(quoted(c, _url(report, c.commit)) for c in claim.citations))


def _url(report: Report, commit: CommitId) -> str:
    told = report.commits.get(commit)
    return told.url or "" if told else ""


def _ref(report: Report, commit: CommitId) -> Code:
    """A commit's hash, a link where there is a web view of it."""
    return Code(commit[:12], _url(report, commit))


def _question(report: Report, answer: Answer) -> Iterator[Section]:
    claims = _claims(report, answer.claims)
    reading = prose("Read as: ", Prose(answer.reading))
    yield Section((Prose(answer.question),), (reading,), level=3)
    yield Section((), claims or (line("Not answered by this history."),), numbers=bool(claims))
    gaps = [gap for gap in answer.gaps if gap not in report.gaps]
    if gaps:
        yield Section((), tuple(prose(Prose(gap_line(gap))) for gap in gaps))


# --- regions, lineages, calls


def _timeline(report: Report, section: SectionName, number: int) -> Iterator[Section]:
    """The events of one answer of a section as a table, newest first."""
    rows = tuple(
        _row(report, event.commit, (Prose(event.text),))
        for event in report.events
        if (event.section, event.of) == (section, number)
    )
    if rows:
        yield Section((), rows, headers=_HEADERS)


def _row(report: Report, commit: CommitId, what: tuple[Cell, ...] | Phrase) -> Item:
    about = report.commits[commit].commit
    subject = Prose(shortened(about.subject, _SUBJECT))
    parts = tuple(part for cell in what for part in (cell if isinstance(cell, tuple) else (cell,)))
    return line(about.authored[:10], _ref(report, commit), parts, subject)


def _region(report: Report, number: int, region: Region) -> Iterator[Section]:
    asked = region.question
    enter, leave = (
        listed([(function(name),) for name in end], " or ") for end in (asked.enter, asked.exit)
    )
    where = (Code(region.now[0].path), ", ") if region.now else ()
    deep = (
        f"{count(region.versions, 'version')} read, looked into {count(asked.depth, 'call')} deep"
    )
    items = [line((*where, deep))]
    for now in region.now:
        through = (" through ", Code(now.table)) if now.table else ()
        names = tuple(dict.fromkeys(bounds.named(each) for each in now.inside)) or (("nothing",),)
        items.append(Item((("inside now", *through, ": ", Names(names, _NAMED)),), wrap=ANY))
        items += [line(bounds.leak(leak)) for leak in now.leaks]
    for standing in region.placements:
        for flip in standing.flips:
            when = region.commits[flip.commit].authored[:10]
            state = (*bounds.subject(standing), " ", strong(flip.after))
            since = ("since ", _ref(report, flip.commit), f" {when}, {flip.before} before")
            items.append(line(state, since))
    title = ("From ", *enter, " to ", *leave, " in ", function(asked.function))
    yield Section(title, tuple(items), level=3)
    yield from _timeline(report, "region", number)


def _lineage(report: Report, told: Told) -> Iterator[Section]:
    lineage = told.lineage
    items = [
        line("defined in", words.where(v), *([under] if (under := words.condition(v)) else []))
        for v in lineage.definitions
    ]
    if not items:
        items = [line(("not defined at ", Code(lineage.rev[:12])))]
    title = (Code(lineage.symbol),)
    yield Section(title, (*items, prose(words.span(told))), level=3)
    yield Section(graph=moves(told))
    several = words.variants(told)
    yield Section(
        (),
        tuple(_event(report, told, n, several) for n in range(len(lineage.events))),
        headers=_HEADERS,
    )


def _event(report: Report, told: Told, number: int, several: bool) -> Item:
    event = told.lineage.events[number]
    kind, details = words.happened(event.change)
    version = event.change.new or event.change.old
    under = words.condition(version) if several and version is not None else ()
    named = unsaid(kind) if kind == "modified" else strong(kind)
    what = (named, *((" ", *details) if details else ()), *((" ", *under) if under else ()))
    return _row(report, event.commit, what)


def _calls(report: Report, number: int, history: CallHistory) -> Iterator[Section]:
    still = len(history.sites_now)
    past = len(history.lives) - still
    now = count(still, "function calls", "functions call") if still else "nobody calls"
    size = f"{now} it, {past} of the past" if past else f"{now} it"
    yield Section(("Calls of ", function(history.symbol)), (line(size),), level=3)
    lives = sorted(history.lives, key=lambda life: calls.area(life.path))
    yield Section((), tuple(_site(report, life, history) for life in lives), headers=_CALLS)
    yield from _timeline(report, "callers", number)


def _site(report: Report, life: Life, history: CallHistory) -> Item:
    since, until = (_ref(report, c) if c else "" for c in (life.since, life.until))
    area, then = Code(calls.area(life.path)), () if life.calls else calls.ended(life, history)
    now = strong("still calls") if life.calls else until
    return line(area, Code(life.function), Code(life.path), since, now, then)


# --- ties and commits


def _ties(report: Report) -> list[Section]:
    if not report.edges:
        return []
    drawn = [Section(graph=_graph(report))] if len(report.edges) <= _DRAWN else []
    return [*drawn, Section((), tuple(_edge(report, edge) for edge in report.edges))]


def _graph(report: Report) -> Graph:
    places = {commit: number for number, commit in enumerate(report.nodes)}
    boxes = []
    for commit in report.nodes:
        told = report.commits.get(commit)
        subject = told.commit.subject if told else "not in this clone"
        boxes.append((commit[:12], shortened(subject, _SUBJECT)))
    arrows = tuple((places[e.source], places[e.target], (e.kind,)) for e in report.edges)
    kinds = ("touches-same", "same-series")
    weak = frozenset(n for n, edge in enumerate(report.edges) if edge.kind in kinds)
    return Graph(tuple(boxes), arrows, weak)


def _edge(report: Report, edge: Edge) -> Item:
    ends = (_ref(report, edge.source), " ", strong(edge.kind), " ", _ref(report, edge.target))
    if edge.citation is None:
        return line(ends, Prose(edge.rule))
    cited = edge.citation
    shown = Shown(cited.commit, MessagePlace(cited.first, cited.last), cited.quote)
    return line(ends, quoted(shown, _url(report, cited.commit)))


def _commit(told: ReportCommit) -> Iterator[Section]:
    """A commit's own words, and what it did to functions."""
    commit = told.commit
    items: list[Item | Block] = [
        line((f"{commit.authored[:10]}, by ", Prose(author(commit)))),
        Block(tuple(commit.message.rstrip().split("\n"))),
        *map(_change, told.changes),
    ]
    if told.left_out:
        items.append(line(f"and {count(told.left_out, 'more function')}"))
    ref = Code(commit.id[:12], told.url or "")
    yield Section((ref, " ", Prose(shortened(commit.subject, _SUBJECT))), tuple(items), level=3)
    if told.thread:
        yield discussion(told.thread)


def _change(change: Change) -> Item:
    names, paths = words.described(change)
    diff = tuple(words.diff(change))
    score = [f"score {words.score(change)}"] if change.score < 1 else []
    kinds = strong(", ".join(change.kinds))
    return line(kinds, names, ("in ", *paths), *score, below=[Block(diff, "diff")] if diff else [])


def _reproduce(report: Report) -> Iterator[Section]:
    made, clone, query = report.reproduce, report.clone, report.query
    where = (", from ", Code(clone.remote)) if clone.remote else ()
    items = (
        line((f"minekvm {made.version} on ", Code(made.range), *where)),
        Block(made.commands, "sh"),
        line(("with ", Code(query.file))),
        Block(tuple(query.text.rstrip("\n").split("\n")), "toml"),
    )
    yield Section(("How to reproduce",), items)
