"""Mentions against a register that lives in memory: what each is found to mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from minekvm.core.messages.model import Mention, MentionKind
from minekvm.core.messages.subjects import agrees, folded
from minekvm.core.model import CommitId
from minekvm.core.relate.kinds import strength
from minekvm.core.relate.mentions import inward, outward, resolve
from minekvm.core.relate.paths import connect
from minekvm.core.relate.relations import About, Outcome, Relation
from minekvm.core.relate.series import in_line, numbered


@dataclass(frozen=True)
class Known:
    """A commit of the register."""

    id: CommitId
    subject: str
    committed: int = 0
    author: str = "A"
    email: str = "a@x"
    authored: str = "2020-01-01T00:00:00+00:00"


@dataclass
class Book:
    """Implements `relations.Register` on lists."""

    commits: list[Known] = field(default_factory=list)
    said: list[tuple[CommitId, Mention]] = field(default_factory=list)
    line: list[CommitId] = field(default_factory=list)

    def find(self, prefix: str, limit: int = 5) -> list[CommitId]:
        return [c.id for c in self.commits if c.id.startswith(prefix)][:limit]

    def about(self, commit: CommitId) -> About | None:
        return next((c for c in self.commits if c.id == commit), None)

    def titled(self, subject: str) -> list[CommitId]:
        return [c.id for c in self.commits if folded(c.subject) == folded(subject)]

    def titled_like(self, subject: str, limit: int = 20) -> list[tuple[CommitId, str]]:
        words = set(subject.split())
        return [(c.id, c.subject) for c in self.commits if words <= set(c.subject.split())]

    def mentions(self, commit: CommitId) -> list[Mention]:
        return [m for c, m in self.said if c == commit]

    def mentioning(self, hash_: str) -> list[tuple[CommitId, Mention]]:
        return [
            (c, m)
            for c, m in self.said
            if m.hash and (m.hash.startswith(hash_) or hash_.startswith(m.hash))
        ]

    def mentioning_title(self, subject: str) -> list[tuple[CommitId, Mention]]:
        return [(c, m) for c, m in self.said if folded(m.subject) == folded(subject)]

    def parents(self, commit: CommitId) -> list[CommitId]:
        at = self.line.index(commit) if commit in self.line else 0
        return self.line[at - 1 : at] if at else []

    def children(self, commit: CommitId) -> list[CommitId]:
        if commit not in self.line:
            return []
        return self.line[self.line.index(commit) + 1 :][:1]


def id_(start: str) -> CommitId:
    return CommitId(start.ljust(40, "0"))


def mention(
    kind: MentionKind = "fixes", hash_: str = "", subject: str = "", target: str = ""
) -> Mention:
    return Mention(kind, "a rule", hash_, subject, target, 3, 3, "the words")


ASKED = id_("99")
BOOK = [
    Known(id_("aaaaaaa1"), "net: fix the leak in foo", 10),
    Known(id_("aaaaaaa2"), "net: fix the leak in bar", 20),
    Known(id_("bbbbbbb1"), "mm: count pages", 30),
    Known(id_("ccccccc1"), "mm: count pages", 40),
    Known(ASKED, "net: mend", 100),
]


@pytest.mark.parametrize(
    ("hash_", "subject", "outcome", "commit"),
    [
        ("aaaaaaa1", "", "here", "aaaaaaa1"),
        ("aaaaaaa1", "net: fix the leak in foo", "here", "aaaaaaa1"),
        ("aaaaaaa1", "Net:  Fix the leak in foo.", "here", "aaaaaaa1"),
        ("aaaaaaa1", "net: fix the leak ...", "here", "aaaaaaa1"),
        ("aaaaaaa1", "net: fix teh leak in foo", "here", "aaaaaaa1"),
        ("aaaaaaa1", "mm: count pages", "wrong subject", "aaaaaaa1"),
        ("aaaaaaa1", "net: fix the leak in bar", "wrong subject", "aaaaaaa1"),
        ("aaaaaaa", "", "ambiguous", None),
        ("aaaaaaa", "net: fix the leak in bar", "here", "aaaaaaa2"),
        ("ddddddd1", "", "absent", None),
        ("ddddddd1", "net: fix the leak in foo", "by subject", "aaaaaaa1"),
        ("", "mm: count pages", "by subject", "ccccccc1"),
        ("", "mm: no such thing", "absent", None),
        ("", "", "malformed", None),
    ],
)
def test_a_mention_means(hash_: str, subject: str, outcome: Outcome, commit: str | None) -> None:
    found = resolve(Book(list(BOOK)), ASKED, mention(hash_=hash_, subject=subject))
    assert (found.outcome, found.commit) == (outcome, id_(commit) if commit else None)


def test_a_wrong_subject_comes_with_the_commit_it_fits() -> None:
    said = mention(hash_="aaaaaaa1", subject="net: fix the leak in bar")
    assert resolve(Book(list(BOOK)), ASKED, said).others == (id_("aaaaaaa2"),)


def test_an_absent_hash_means_the_last_backport_before() -> None:
    port = mention("backport-of", "e" * 40)
    later = Known(id_("f2"), "net: x", 200)
    book = Book(
        [*BOOK, Known(id_("f1"), "net: x", 50), later], [(id_("f1"), port), (later.id, port)]
    )
    found = resolve(book, ASKED, mention(hash_="e" * 12, subject="net: x"))
    assert (found.outcome, found.commit, found.others) == (
        "through backport",
        id_("f1"),
        (later.id,),
    )


def test_a_backport_is_not_found_through_another_backport() -> None:
    port = mention("backport-of", "e" * 40)
    book = Book([*BOOK, Known(id_("f1"), "net: x", 50)], [(id_("f1"), port), (ASKED, port)])
    assert resolve(book, ASKED, port).outcome == "absent"


def test_the_previous_and_the_next_are_neighbours() -> None:
    book = Book(list(BOOK), [], [id_("aaaaaaa1"), ASKED, id_("bbbbbbb1")])
    previous = resolve(book, ASKED, mention("previous", target="previous"))
    following = resolve(book, ASKED, mention("previous", target="next"))
    assert (previous.commit, following.commit) == (id_("aaaaaaa1"), id_("bbbbbbb1"))


def test_a_commit_never_means_itself() -> None:
    assert resolve(Book(list(BOOK)), ASKED, mention(subject="net: mend")).outcome == "absent"


def test_a_whole_hash_that_is_absent_is_a_relation_all_the_same() -> None:
    book = Book(list(BOOK), [(ASKED, mention("backport-of", "e" * 40))])
    relations, unresolved, _ = outward(book, ASKED)
    assert [(r.kind, r.other, r.here) for r in relations] == [("backport-of", "e" * 40, False)]
    assert unresolved == []


def test_every_kind_of_relation_is_kept_once() -> None:
    said = [mention("cites", "aaaaaaa1"), mention(hash_="aaaaaaa1"), mention("cites", "aaaaaaa1")]
    book = Book(list(BOOK), [(ASKED, m) for m in said])
    assert [r.kind for r in outward(book, ASKED)[0]] == ["cites", "fixes"]
    assert [r.kind for r in inward(book, id_("aaaaaaa1"))] == ["cites", "fixes"]
    assert sorted(outward(book, ASKED)[0], key=strength)[0].kind == "fixes"


def test_a_revert_of_an_absent_hash_means_the_subject_it_quotes() -> None:
    subject = Mention("reverts", "Revert subject", "", "mm: count pages", "", 1, 1, "the words")
    book = Book([*BOOK[:3], BOOK[4]], [(ASKED, subject), (ASKED, mention("reverts", "e" * 40))])
    (only,) = outward(book, ASKED)[0]
    assert (only.kind, only.other, only.outcome) == ("reverts", id_("bbbbbbb1"), "by subject")


def test_what_is_said_of_the_original_is_said_of_its_backport() -> None:
    port = Known(id_("f1"), "net: x", 50)
    book = Book(
        [*BOOK, port],
        [(port.id, mention("backport-of", "e" * 40)), (ASKED, mention(hash_="e" * 12))],
    )
    assert [(r.kind, r.other) for r in inward(book, port.id)] == [("fixes", ASKED)]


@pytest.mark.parametrize(
    ("quoted", "subject", "same"),
    [
        ("net: fix it", "net: fix it", True),
        ("[PATCH v3 2/7] net: fix it", "net: fix it", True),
        ("net: a long subject that was cut he", "net: a long subject that was cut here", True),
        ("net: fix", "mm: drop the other thing altogether", False),
        ("", "anything", True),
    ],
)
def test_subjects_agree(quoted: str, subject: str, same: bool) -> None:
    assert agrees(quoted, subject) is same


@pytest.mark.parametrize(
    ("message_id", "place"),
    [
        ("20200630062846.664389-5-dev@example.org", ("20200630062846.664389|dev@example.org", 5)),
        (
            "1650961551-38390-1-git-send-email-dev@example.org",
            ("1650961551-38390|git-send-email-dev@example.org", 1),
        ),
        ("20200630-topic-v3-7-0a1b2c3d@example.org", ("20200630-topic-v3|0a1b2c3d@example.org", 7)),
        ("87sg0abcde.fsf@example.org", None),
        ("CAHk-=wh1234567890@mail.example.org", None),
    ],
)
def test_the_place_in_a_series_of_mails(message_id: str, place: tuple[str, int] | None) -> None:
    found = numbered(message_id)
    assert (None if found is None else (found.key, found.number)) == place


def test_a_line_of_one_author_and_prefix_is_a_series() -> None:
    made = [Known(id_(f"{n}5"), f"net: part {n}", n) for n in range(1, 4)]
    other = Known(id_("45"), "mm: else", 4)
    book = Book([*made, other], [], [*(k.id for k in made), other.id])
    assert in_line(book, made[1].id) == [k.id for k in made]
    assert in_line(book, other.id) == [other.id]


def step(kind: str, to: str) -> Relation:
    return Relation(kind, "out", CommitId(to), "r")  # type: ignore[arg-type]


def paths(graph: dict[str, list[Relation]], start: str, goal: str) -> list[list[str]]:
    def relations(commit: CommitId) -> Sequence[Relation]:
        return graph.get(commit, [])

    found = connect(CommitId(start), CommitId(goal), relations)
    return [[s.relation.other for s in path] for path in found.paths]


def test_the_shortest_path_comes_first() -> None:
    graph = {"a": [step("fixes", "b"), step("cites", "d")], "b": [step("fixes", "c")]}
    graph |= {"c": [step("fixes", "d")]}
    assert paths(graph, "a", "d")[0] == ["d"]


def test_of_equally_short_paths_the_stronger_comes_first() -> None:
    graph = {"a": [step("touches-same", "b"), step("fixes", "c")]}
    graph |= {"b": [step("cites", "d")], "c": [step("cites", "d")]}
    assert paths(graph, "a", "d") == [["c", "d"], ["b", "d"]]


def test_a_relation_that_only_the_far_end_tells_is_walked_backwards() -> None:
    assert paths({"d": [step("fixes", "b")], "b": [step("cites", "a")]}, "a", "d") == [["b", "d"]]


def test_no_path_goes_through_what_is_tied_to_everything() -> None:
    graph = {CommitId("a"): [step("cites", "b")], CommitId("b"): [step("cites", "c")]}
    a, hub, c = (CommitId(name) for name in "abc")

    def found(goal: CommitId, hubs: str) -> bool:
        return bool(connect(a, goal, lambda x: graph.get(x, []), hubs.__contains__).paths)

    assert found(c, "")
    assert not found(c, "b")
    assert found(hub, "b")


def test_no_path_is_longer_than_four_steps() -> None:
    graph = {str(n): [step("cites", str(n + 1))] for n in range(9)}
    assert paths(graph, "0", "4") == [["1", "2", "3", "4"]]
    assert paths(graph, "0", "5") == []
