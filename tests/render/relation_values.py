"""Small answers about commits in code: relations, paths, origins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from render_values import commit, commit_id

from minekvm.core.messages.model import Mention, MentionKind
from minekvm.core.model import Commit, CommitId, Gap, IndexStatus
from minekvm.core.origins.ranking import Candidate, Origins
from minekvm.core.origins.reasons import Reason
from minekvm.core.relate.paths import Connected, Step
from minekvm.core.relate.relations import (
    Citation,
    Direction,
    Outcome,
    Related,
    Relation,
    RelationKind,
    Resolution,
    Unresolved,
)


def cited(letter: str, line: int, quote: str, last: int | None = None) -> Citation:
    return Citation(commit_id(letter), line, last or line, quote)


def relation(
    kind: RelationKind,
    direction: Direction,
    other: str,
    citation: Citation | None = None,
    rule: str = "a rule",
    outcome: Outcome = "here",
    here: bool = True,
) -> Relation:
    return Relation(kind, direction, commit_id(other), rule, citation, outcome, here)


def mention(
    kind: MentionKind = "cites",
    hash_: str = "",
    subject: str = "",
    target: str = "",
    line: int = 1,
    quote: str = "quote",
    rule: str = "a rule",
) -> Mention:
    return Mention(kind, rule, hash_, subject, target, line, line, quote)


def lost(
    of: Mention,
    outcome: Outcome,
    to: str = "",
    others: str = "",
    letter: str = "a",
) -> Unresolved:
    """A mention in a commit that led to no other or to a wrong one."""
    fits = tuple(commit_id(c) for c in others)
    resolution = Resolution(outcome, commit_id(to) if to else None, fits)
    return Unresolved(of, resolution, cited(letter, of.first, of.quote))


def related(
    relations: Sequence[Relation] = (),
    commits: Sequence[Commit] = (),
    unresolved: Sequence[Unresolved] = (),
    links: Sequence[Mention] = (),
    people: Sequence[tuple[str, str]] = (),
    gaps: Sequence[Gap] = (),
) -> Related:
    """An answer about commit a."""
    return Related(
        commit_id("a"),
        tuple(relations),
        tuple(unresolved),
        tuple(links),
        tuple(people),
        {c.id: c for c in commits},
        tuple(gaps),
    )


def connected(
    paths: Sequence[Sequence[tuple[str, Relation]]],
    commits: Sequence[Commit] = (),
    ends: str = "ab",
    gaps: Sequence[Gap] = (),
) -> Connected:
    """An answer about two commits; a path's steps are a commit's letter and what it leads on by."""
    steps = tuple(tuple(Step(commit_id(c), r) for c, r in path) for path in paths)
    known = {c.id: c for c in commits}
    return Connected(commit_id(ends[0]), commit_id(ends[1]), steps, known, tuple(gaps))


def status(size: int = 12_345_678, indexed: str = "2024-05-06T07:08:09+00:00") -> IndexStatus:
    return IndexStatus("/cache/x.db", size, 3, 12_345, 6_789, 321, 54, 987, indexed)


def stem(letter: str) -> list[Commit]:
    """A commit and 200 others, of the hashes that `numbered` gives."""
    return [commit(letter), *(replace(commit("0"), id=numbered(i)) for i in range(200))]


def numbered(number: int) -> CommitId:
    return CommitId(f"{number:012x}" + "5" * 28)


def by_many() -> Related:
    """A commit that 200 others cite."""
    cites = [
        Relation("cites", "in", numbered(i), "a rule", Citation(numbered(i), 2, 2, "like aaaaaaaa"))
        for i in range(200)
    ]
    return related(cites, stem("a"))


def steps() -> Connected:
    """A path of two steps, over a commit that cites and one that touches the same."""
    path = [
        ("a", relation("cites", "out", "f", cited("a", 5, "As in ffffffffffff, it is full."))),
        ("f", relation("touches-same", "in", "b", rule="changed run_dry() after")),
    ]
    return connected([path], [A, B, F], gaps=[Gap("paths", "the search was given up")])


# --- one of everything

A = commit("a", "2022-03-04", "Grace Hopper", "pump: close the valve before the tank runs dry")
B = commit("b", "2021-02-03", "Ada Lovelace", "pump: open the valve by hand")
C = commit("c", "2022-05-06", "Ada Lovelace", "pump: close the valve only once")
D = commit("d", "2022-03-04", "Grace Hopper", "pump: count the strokes")
E = commit("e", "2022-03-04", "Grace Hopper", "pump: name the strokes")
F = commit("f", "2020-01-02", "Ada Lovelace", "tank: new, with a float that tells when it runs dry")
UPSTREAM = CommitId("123456789abc" + "0" * 28)


def everything() -> Related:
    return related(
        [
            relation(
                "fixes",
                "out",
                "b",
                cited("a", 7, 'Fixes: bbbbbbbbbbbb ("pump: open the valve by hand")'),
                "Fixes trailer",
            ),
            relation(
                "fixes", "in", "c", cited("c", 3, "This repairs commit\naaaaaaaaaaaa for good.", 4)
            ),
            Relation(
                "backport-of",
                "out",
                UPSTREAM,
                "upstream commit",
                cited("a", 3, f"[ Upstream commit {UPSTREAM} ]"),
                "absent",
                here=False,
            ),
            relation(
                "cites",
                "out",
                "f",
                cited("a", 5, 'As since commit ffffffffffff ("tank: paint it red"), it is\nfull.'),
                outcome="wrong subject",
            ),
            relation("same-series", "out", "d", rule="one author, one prefix"),
            relation("same-series", "out", "e", rule="one author, one prefix"),
            relation("touches-same", "out", "f", rule="changed run_dry() before"),
        ],
        [A, B, C, D, E, F],
        [
            lost(
                mention(
                    hash_="ffffffffffff",
                    subject="tank: paint it red",
                    line=5,
                    quote='As since commit ffffffffffff ("tank: paint it red"), it is\nfull.',
                ),
                "wrong subject",
                "f",
                "e",
            ),
            lost(
                mention(
                    "fixes", "0a1b2c3d", "tank: gone", line=8, quote='Fixes: 0a1b2c3d ("tank")'
                ),
                "absent",
            ),
        ],
        [mention("link", target="https://example.org/r/1", line=10, quote="Link: https://ex")],
        [("Reported-by", "Mary <m@example.org>"), ("reported-by", "Bob <b@example.org>")],
        [Gap("functions touched", "only the first 12 files", commit_id("a"))],
    )


def found_origins(number: int = 2) -> Origins:
    """Where commit a comes from: the likeliest with two reasons, another with none."""
    why = (
        Reason("blame", "last changed 3 of the 4 lines that go away"),
        Reason(
            "names",
            "wrote close_valve(), which the change guards against a tank that ran dry before "
            "anybody looked at the float",
        ),
    )
    ranked = (Candidate(B.id, 0.874, why), Candidate(F.id, 0.1, ()))
    return Origins(A.id, ranked[:number], {c.id: c for c in (A, B, F)}, ())
