"""Reports of literal values: a small story, one of many events, and a hostile one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any, cast

from minekvm.core.callers.periods import CallHistory, Life, Went
from minekvm.core.callers.sites import Site
from minekvm.core.mail.model import Difference as Otherwise
from minekvm.core.mail.model import Mail, Match, Patch, Remark, Reply, Thread
from minekvm.core.mail.model import Version as Sent
from minekvm.core.model import (
    Change,
    Commit,
    CommitId,
    Event,
    Function,
    FunctionVersion,
    Gap,
    Kind,
    Lineage,
    Told,
)
from minekvm.core.region.changes import Difference, Flip, MarkerMoved, Passed
from minekvm.core.region.depths import State
from minekvm.core.region.model import Answer as RegionAnswer
from minekvm.core.region.model import Change as RegionChange
from minekvm.core.region.model import Question, Standing
from minekvm.core.region.region import Marker, Placed, Region
from minekvm.core.relate.relations import Citation as Said
from minekvm.core.report.model import (
    Edge,
    Missing,
    Query,
    Report,
    ReportCommit,
    ReportEvent,
    Reproduce,
    SectionName,
    Source,
)
from minekvm.core.why.model import Answer, Citation, Claim, Grade, MessagePlace, Part
from support.ways import wired

HOSTILE = (
    "<script>alert(1)</script>",
    "</script></style></svg><img src=x onerror=alert(2)>",
    "\"quoted\" 'single' `tick` &amp; &lt;",
    "\x1b[31mred\x1b[0m \x07",
    "[bold]rich[/bold] **md** [link](javascript:alert(3)) | cell",
    'graph TD; A["x"]-->B{{ 7 * 7 }} {% if x %}',
    "abc\u202edcba\u2066\u200b\ufeff",
    "long " + "x" * 10_000,
)


def commit_id(number: int) -> CommitId:
    """A full hash that begins with the number."""
    return CommitId(f"{number:08x}".ljust(40, "0123456789abcdef"[number % 16]))


def version(
    name: str, path: str = "kernel/a.c", condition: str = "", text: str = ""
) -> FunctionVersion:
    function = Function(
        name, "function", 0, len(text), 10, 13, f"int {name}(void)", condition, text.encode()
    )
    return FunctionVersion(path, function)


def about(
    number: int,
    subject: str = "",
    *,
    day: str = "",
    authored: str = "",
    author: str = "Ada L.",
    message: str = "",
) -> Commit:
    """A commit's own words; it was committed at noon of its day."""
    subject = subject or f"subject {number}"
    day = day or f"20{10 + number // 336:02}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    stamp = f"{day}T12:00:00+00:00"
    return Commit(
        id=commit_id(number),
        parents=(),
        author=author,
        email="",
        authored=authored or stamp,
        committed=int(datetime.fromisoformat(stamp).timestamp()),
        subject=subject,
        message=message or f"{subject}\n\nBecause of {number}.\n",
    )


def commit(
    number: int,
    subject: str = "",
    *,
    files: Sequence[str] = ("kernel/a.c",),
    changes: Sequence[Change] = (),
    thread: Thread | None = None,
    **words: str,
) -> ReportCommit:
    own = about(number, subject, **words)
    return ReportCommit(own, tuple(files), None, tuple(changes), 0, thread)


def change(
    old: FunctionVersion | None,
    new: FunctionVersion | None,
    kinds: Sequence[str],
    others: Sequence[FunctionVersion] = (),
) -> Change:
    told = cast("tuple[Kind, ...]", tuple(kinds))
    return Change(told, old, new, "same path and name", 1.0, tuple(others))


def event(
    number: int,
    kinds: Sequence[str],
    old: FunctionVersion | None,
    new: FunctionVersion | None,
    others: Sequence[FunctionVersion] = (),
) -> Event:
    """A lineage's event at the commit of that number."""
    return Event(commit_id(number), commit_id(number - 1), change(old, new, kinds, others))


def lineage(symbol: str, definitions: Sequence[FunctionVersion], events: Sequence[Event]) -> Told:
    commits = {e.commit: about(int(e.commit[:8], 16)) for e in events}
    found = wired(Lineage(symbol, commit_id(99), tuple(definitions), tuple(events), ()))
    return Told(found, commits)


def told(
    id_: str,
    number: int,
    kinds: Sequence[str],
    symbol: str,
    path: str,
    section: SectionName = "lineage",
    text: str = "",
) -> ReportEvent:
    """One of the report's events."""
    return ReportEvent(id_, commit_id(number), tuple(kinds), section, 0, symbol, path, text)


def quoted(number: int, quote: str, line: int = 1) -> Citation:
    return Citation(commit_id(number), MessagePlace(line, line), quote)


def claim(text: str, grade: Grade, *citations: Citation, part: Part = "happened") -> Claim:
    return Claim(part, citations[0].commit, text, grade, citations)


def inside(call: str, function: str, *, must: bool = True, chain: Sequence[str] = ()) -> Placed:
    """A call that lies inside, on all paths or on some."""
    state: State = "inside" if must else "partly"
    return Placed(call, call, "kernel/a.c", function, 5, state, tuple(chain))


def within(*calls: Placed, table: str = "") -> Region:
    """A region with some calls inside."""
    return Region("enter", "kernel/a.c", table, calls, (), (), ())


def passed(number: int, *regions: Region, **parts: Any) -> RegionChange:
    """What a commit did to a region, which is `regions` after it; `parts` are of its difference."""
    nothing = Difference("", (), (), (), (), (), (), 0, 0)
    return RegionChange(commit_id(number), (), (replace(nothing, **parts),), regions)


def region(changes: Sequence[RegionChange], **parts: Any) -> RegionAnswer:
    return replace(
        RegionAnswer(
            question=Question(("mark_in",), ("mark_out",), "enter"),
            rev=commit_id(99),
            now=(),
            changes=tuple(changes),
            placements=(),
            turns=(),
            versions=2,
            commits={c.commit: about(int(c.commit[:8], 16)) for c in changes},
            gaps=(),
        ),
        **parts,
    )


def marker(function: str, *, opens: bool) -> Marker:
    return Marker("mark_in" if opens else "mark_out", function, 5, opens, "outside")


def callers(symbol: str, lives: Sequence[Life] = (), commits: Sequence[Commit] = ()) -> CallHistory:
    known = {each.id: each for each in commits}
    return CallHistory(symbol, commit_id(99), tuple(lives), (), (), known, ())


def document(**parts: Any) -> Report:
    """A report with nothing in it but these parts."""
    empty = Report(
        version="0.1.0",
        title="A story",
        query=Query("story.toml", 'title = "A story"\n'),
        clone=Source("clone", None, commit_id(99), "HEAD", 1234, None),
        answer=(),
        answers=(),
        regions=(),
        lineages=(),
        callers=(),
        nodes=(),
        edges=(),
        commits={},
        events=(),
        missing=(),
        gaps=(),
        reproduce=Reproduce(
            f"{commit_id(1)}..{commit_id(99)}",
            "0.1.0",
            ("minekvm report story.toml --repo CLONE",),
        ),
    )
    return replace(empty, **parts)


_OLD = "int enter(void)\n\told_mark();\n"
_NEW = "int enter(void)\n\tnew_mark();\n"
_A, _B = "kernel/a.c", "arch/x86/kvm/b.c"


def small() -> Report:
    """Every section: a move, a split, a region with two branches, callers, relations, answers."""
    enter_a, enter_b, half = version("enter", _A), version("enter", _B), version("half", _B)
    events = [
        event(4, ["split"], enter_b, enter_b, [half]),
        event(3, ["moved"], enter_a, enter_b),
        event(2, ["modified"], enter_a, enter_a),
        event(1, ["introduced"], None, enter_a),
    ]
    run, trace = inside("run", "enter"), inside("trace", "enter", must=False)
    (what,) = within(trace).inside
    moved = MarkerMoved(marker("enter", opens=True), marker("enter", opens=True))
    placed = Standing(
        "trace",
        "outside",
        (Flip(commit_id(3), "partly", "outside"), Flip(commit_id(2), "partly", "partly")),
    )
    regions = region(
        [
            passed(3, within(run), left=(Passed(what, "moved"),), markers=(moved,)),
            passed(2, within(run, trace), came=(Passed(what, "new"),)),
        ],
        placements=(placed,),
    )
    calls = Site("enter", 1, 12, "", ""), Site("enter", 2, 13, "", "")
    went = Went("to function", _B, "enter")
    lives = [
        Life(_A, "enter", commit_id(1), commit_id(3), (went,), calls[:1]),
        Life(_B, "enter", commit_id(3), None, (), calls),
    ]
    claims = (
        claim("enter() was split.", "stated", quoted(4, "enter: split it")),
        claim(f"It had moved in {commit_id(3)[:12]}.", "observed", quoted(3, "enter: move it")),
        claim(
            "So it could be split.",
            "inferred",
            quoted(3, "enter: move it"),
            quoted(1, "first"),
            part="possible",
        ),
    )
    answer = Answer(
        question="why was enter split?",
        reading="",
        symbols=("enter",),
        verb="split",
        claims=claims,
        key_commits=(commit_id(4), commit_id(77)),
        commits={},
        gaps=(Gap("reason", "not stated", commit_id(2)),),
    )
    edited = version("enter", _B, text=_OLD), version("enter", _B, text=_NEW)
    follows = version("enter", _B, text="\tenter_moved();")
    return document(
        answer=claims[:2],
        answers=(answer,),
        lineages=(lineage("enter", [enter_b], events),),
        regions=(regions,),
        callers=(callers("mark_in", lives),),
        nodes=(commit_id(4), commit_id(3), commit_id(1)),
        edges=(
            Edge(
                commit_id(4),
                commit_id(3),
                "cites",
                "a hash",
                Said(commit_id(4), 1, 1, "after the move"),
            ),
            Edge(commit_id(3), commit_id(1), "fixes", "trailer", None),
        ),
        commits={
            commit_id(4): commit(
                4,
                "enter: split it",
                author="Bea M.",
                files=[_B],
                message=f"enter: split it\n\nPossible since {commit_id(3)[:12]}.\n",
                changes=[change(*edited, ["split"])],
                thread=_thread(),
            ),
            commit_id(3): commit(
                3,
                "enter: move it",
                files=[_A, _B],
                changes=[change(enter_a, follows, ["moved"])],
            ),
            commit_id(2): commit(2, changes=[change(*edited, ["modified"])]),
            commit_id(1): commit(1, "first", changes=[change(None, enter_a, ["introduced"])]),
        },
        events=(
            told("e1", 4, ["split"], "enter", _B, text="into half"),
            told("e2", 3, ["moved"], "enter", _B),
            told("e3", 3, ["left"], "trace", _B, section="region"),
            told("e4", 3, ["ceased"], "mark_in", _A, section="callers"),
            told("e5", 2, ["modified"], "enter", _A),
            told("e6", 1, ["introduced"], "enter", _A),
        ),
        missing=(Missing("other_symbol", "not defined in this clone"),),
        gaps=(Gap("blob", "missing", commit_id(2), _A),),
    )


def _thread() -> Thread:
    """Two versions and an answer to the first."""
    sent = [
        Mail(
            f"v{number}@example.org",
            (),
            f"2010-01-0{3 + number}T12:00:00+00:00",
            "list",
            "patch",
            "",
            Patch(f"v{number}@example.org", "split enter", "Ada L.", "", 0, number),
        )
        for number in (1, 2)
    ]
    match = Match("same author and subject", 0.9)
    otherwise = Otherwise(_B, "enter", ("a_first();",), ("half();",))
    answered = Mail(
        "re@example.org",
        ("v1@example.org",),
        "2010-01-05T12:00:00+00:00",
        "list",
        "reply",
        "",
        Patch("re@example.org", "Re: split enter", "Bob", "", 0),
    )
    remark = Remark(3, 3, "Why not split it first?", ("+\tnew_mark();",), "enter")
    reply = Reply(answered, 1, "v1@example.org", "patch", (remark,), (("Reviewed-by", "Bob"),))
    return Thread(
        asked="",
        commit=commit_id(4),
        match=match,
        subject="split enter",
        others=(),
        versions=(Sent(sent[0], match, (otherwise,)), Sent(sent[1], match)),
        replies=(reply,),
        parts=(),
        subjects={},
        gaps=(),
    )


def many(size: int) -> Report:
    """So many events of one symbol; every tenth moves it between five files."""
    events: list[Event] = []
    commits: dict[CommitId, ReportCommit] = {}
    rows: list[ReportEvent] = []
    here = version("busy", "kernel/f0.c", text=_OLD * 4)
    for number in range(1, size + 1):
        old, path = here, f"kernel/f{number // 10 % 5}.c"
        kinds = ["introduced"] if number == 1 else ["moved" if path != old.path else "modified"]
        here = version("busy", path, text=(_OLD, _NEW)[number % 2] * 4)
        events.append(event(number, kinds, None if number == 1 else old, here))
        commits[commit_id(number)] = commit(
            number,
            author=f"Author {number % 12}",
            files=[path],
            changes=[change(old, here, kinds)],
        )
        rows.append(told(f"e{size + 1 - number}", number, kinds, "busy", path))
    return document(
        title=f"{size} events",
        lineages=(lineage("busy", [here], events[::-1]),),
        commits=commits,
        events=tuple(rows[::-1]),
    )


def hostile() -> Report:
    """The small story with hostile text wherever text is."""
    found: Report = _spoiled(small())
    return replace(
        found,
        query=replace(found.query, text="\n".join(HOSTILE)),
        clone=replace(found.clone, web="javascript:alert('%s')"),
    )


_KEPT = frozenset(
    (
        *("id", "commit", "section", "grade", "source", "target", "since", "until", "url"),
        *("authored", "state", "before", "after", "rev", "version", "references", "tree"),
    )
)


def _spoiled(value: Any, place: int = 0) -> Any:
    """The value with every text replaced by hostile text, hashes and ids left as they are."""
    if isinstance(value, str):
        return value if len(value) == 40 else HOSTILE[(place + len(value)) % len(HOSTILE)]
    if isinstance(value, bytes):
        return "\n".join(HOSTILE).encode("utf-8", "surrogateescape") + value
    if isinstance(value, tuple):
        return tuple(_spoiled(each, n) for n, each in enumerate(value))
    if isinstance(value, Mapping):
        return {key: _spoiled(each, n) for n, (key, each) in enumerate(value.items())}
    if not is_dataclass(value):
        return value
    spoiled = {
        field.name: _spoiled(getattr(value, field.name), place + n)
        for n, field in enumerate(fields(value))
        if field.name not in _KEPT and not (field.name == "kinds" and isinstance(value, Change))
    }
    return replace(cast("Any", value), **spoiled)
