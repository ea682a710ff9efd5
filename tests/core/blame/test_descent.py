"""Lines carried down a file's history that lives in memory, and what moved from file to file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from minekvm.core.blame.descent import Descent, Marks
from minekvm.core.blame.elsewhere import Old, Origin, origins
from minekvm.core.blame.ignored import listed
from minekvm.core.blame.lines import is_telling, key, split
from minekvm.core.blame.segments import spans
from minekvm.core.model import BlobId, CommitId, FileHistory, Node, Nodes

NAMES = ("alpha", "beta", "gamma", "delta")


def function(name: str, edits: int = 0) -> str:
    more = "".join(f"\t{name}_extra({n});\n" for n in range(edits))
    return (
        f"int {name}(struct vcpu *vcpu)\n{{\n\tint {name}_ready = {name}_state(vcpu);\n\n"
        f"\tif (!{name}_ready)\n\t\treturn -1;\n{more}\t{name}_enter(vcpu);\n\treturn 0;\n}}\n"
    )


class Memory(Nodes):
    """The versions of one file, newest first; implements `Files` as well."""

    def __init__(
        self, texts: Sequence[str], parents: Sequence[Sequence[int]] | None = None
    ) -> None:
        """Texts oldest first; `parents` by their places, the one before by default."""
        self.texts = [text.encode() for text in texts]
        lines = parents or [[n - 1] if n else [] for n in range(len(texts))]
        self.order = [
            Node(name(n), tuple(name(p) for p in lines[n]), BlobId(str(texts.index(texts[n]))))
            for n in reversed(range(len(texts)))
        ]
        self.read: list[str] = []

    def __getitem__(self, commit: CommitId) -> Node:
        return next(n for n in self.order if n.id == commit)

    def __contains__(self, commit: object) -> bool:
        return any(n.id == commit for n in self.order)

    def __iter__(self) -> Iterator[CommitId]:
        return iter([n.id for n in self.order])

    def __len__(self) -> int:
        return len(self.order)

    def after(self, commit: CommitId) -> Iterator[Node]:
        at = [n.id for n in self.order].index(commit)
        return iter(self.order[at + 1 :])

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        return FileHistory(path, self, self.order[0].id)

    def content(self, blob: BlobId, path: str) -> bytes | None:
        self.read.append(blob)
        return self.texts[int(blob)]


def name(n: int) -> CommitId:
    return CommitId(f"{n * 2654435761 % (1 << 64):040x}")


def writers(memory: Memory, lines: Sequence[int] | None = None) -> dict[int, tuple[CommitId, int]]:
    """By line of the newest version the commit that it stops at, and its line there."""
    descent = Descent(memory)
    asked = lines or range(1, len(split(memory.texts[-1])) + 1)
    marks: Marks = {(line, -1): [line] for line in asked}
    descent.enter("a.c", memory.order[0].id, marks)
    descent.run()
    return {
        number: (stop.node.id, line)
        for stop in descent.stops.values()
        for (line, _), numbers in stop.marks.items()
        for number in numbers
    }


def test_each_line_stops_at_its_writer() -> None:
    memory = Memory([function("alpha"), function("alpha", 1), function("alpha", 2)])
    found = writers(memory)
    assert [found[n][0] for n in (1, 7, 8, 9)] == [name(0), name(1), name(2), name(0)]
    assert found[9] == (name(0), 7)


def test_what_was_changed_and_changed_back_is_its_first_writers() -> None:
    memory = Memory([function("alpha"), function("alpha", 1), function("alpha")])
    assert {commit for commit, _ in writers(memory).values()} == {name(0)}


def test_a_leap_reads_few_of_many_versions() -> None:
    """Where a function stays, versions that only others changed are mostly not read."""
    texts = [function("alpha") + "\n" + f"int other = {n};\n" for n in range(600)]
    memory = Memory(texts)
    lines = list(range(1, 10))
    assert {commit for commit, _ in writers(memory, lines).values()} == {name(0)}
    assert len(set(memory.read)) < 120


def test_a_merge_takes_each_line_from_the_side_that_has_it() -> None:
    start = function("alpha") + "\n" + function("beta")
    left, right = (
        function("alpha", 1) + "\n" + function("beta"),
        function("alpha") + "\n" + function("beta", 1),
    )
    both = function("alpha", 1) + "\n" + function("beta", 1)
    memory = Memory([start, left, right, both], [[], [0], [0], [1, 2]])
    found = writers(memory)
    extra = [n for n, line in enumerate(both.split("\n"), 1) if "extra" in line]
    assert [found[n][0] for n in extra] == [name(1), name(2)]
    assert {c for c, _ in found.values()} == {name(0), name(1), name(2)}


deeds = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(("edit", "drop", "swap", "spaces"))), max_size=7
)


def history(steps: Sequence[tuple[int, str]]) -> list[str]:
    """Versions of a file of four functions that are edited, dropped, swapped and reindented."""
    edits = dict.fromkeys(NAMES, 0)
    order, spaced = list(NAMES), False
    texts = []
    for at, deed in [(0, ""), *steps]:
        chosen = NAMES[at]
        if deed == "edit":
            edits[chosen] += 1
        elif deed == "drop":
            order = [n for n in order if n != chosen]
        elif deed == "swap" and chosen in order:
            order = [n for n in order if n != chosen] + [chosen]
        elif deed == "spaces":
            spaced = not spaced
        text = "\n".join(function(n, edits[n]) for n in order)
        texts.append(text.replace("\t", "    ") if spaced else text)
    return texts


def by_segment(memory: Memory) -> dict[int, tuple[CommitId, int]]:
    """The writers of all lines, each function blamed on its own."""
    lines = split(memory.texts[-1])
    places = [n for n, line in enumerate(lines, 1) if line.startswith(b"int ")]
    ends = [n for n, line in enumerate(lines, 1) if line == b"}"]
    segments = spans(len(lines), list(zip(places, ends, strict=True)))
    found: dict[int, tuple[CommitId, int]] = {}
    for segment in set(segments.values()):
        found |= writers(memory, [n for n in segments if segments[n] == segment])
    return found


@settings(max_examples=120, deadline=None)
@given(deeds)
def test_laws_of_every_history(steps: list[tuple[int, str]]) -> None:
    """Each line has one writer, who wrote what it says; and what the last commit moved within the
    file, or reindented, has the writer that it had before."""
    texts = history(steps)
    memory = Memory(texts)
    lines = split(memory.texts[-1])
    whole = by_segment(memory)
    assert sorted(whole) == list(range(1, len(lines) + 1))
    by_commit = {node.id: split(memory.texts[int(node.blob or 0)]) for node in memory.order}
    for line, (commit, stood) in whole.items():
        assert key(by_commit[commit][stood - 1]) == key(lines[line - 1])
    if steps and steps[-1][1] in ("swap", "spaces"):
        before = Memory(texts[:-1])
        former = by_segment(before)
        told = {key(line): former[n][0] for n, line in enumerate(split(before.texts[-1]), 1)}
        for line, (commit, _) in whole.items():
            said = key(lines[line - 1])
            if is_telling(said) and said not in {b"return-1;", b"return0;"}:
                assert commit == told[said]


def test_tokens_of_a_line_are_carried_one_by_one() -> None:
    memory = Memory(["\tenter(vcpu, 0);\n", "\tenter(vcpu, 1);\n"])
    descent = Descent(memory)
    descent.enter("a.c", memory.order[0].id, {(1, n): [n] for n in range(7)})
    descent.run()
    told = {n: s.node.id for s in descent.stops.values() for m in s.marks.values() for n in m}
    assert [told[n] == name(1) for n in range(7)] == [
        False,
        False,
        False,
        False,
        True,
        False,
        False,
    ]


# --- from file to file


def taken(text: str, free: Sequence[int] | None = None) -> Old:
    lines = split(text.encode())
    return Old("old.c", lines, frozenset(range(len(lines)) if free is None else free))


def test_a_block_is_found_with_its_braces_and_what_was_rewrapped_in_it() -> None:
    old = function("alpha") + "\n" + function("beta") + "\n" + function("gamma")
    new = function("beta").replace(
        "beta_ready = beta_state(vcpu);", "beta_ready =\n\t\tbeta_state(vcpu);"
    )
    found = origins(split(new.encode()), range(1, 11), [taken(old)])
    assert [found[n].line for n in (1, 2, 3, 4, 10)] == [11, 12, 13, 13, 19]


def test_a_few_words_are_no_block() -> None:
    new = split(b"\treturn 0;\n}\n\n#endif\n")
    assert origins(new, range(1, 5), [taken(function("alpha"))]) == {}


def test_what_stays_where_it_stood_did_not_move() -> None:
    lines = split(function("alpha").encode())
    assert origins(lines, range(1, 10), [taken(function("alpha"), free=[])]) == {}


@given(st.permutations(NAMES), st.integers(0, 4))
def test_a_pure_move_loses_no_line(order: list[str], cut: int) -> None:
    """Wherever functions go, into however many files, each line is found where it stood."""
    old = "\n".join(map(function, NAMES))
    lines = split(old.encode())
    for part in (order[:cut], order[cut:]):
        new = split("\n".join(map(function, part)).encode())
        found = origins(new, range(1, len(new) + 1), [taken(old)])
        assert set(found) | {n for n, line in enumerate(new, 1) if not line} == set(
            range(1, len(new) + 1)
        )
        for place, origin in found.items():
            assert isinstance(origin, Origin)
            assert lines[origin.line - 1] == new[place - 1]


def test_listed_revisions_are_whole_hashes_with_comments_aside() -> None:
    one, other = "a" * 40, "B" * 40
    text = f"# reindent\n{one}\n  {other}  # also\nabc123\n\n{one} {other}\n"
    assert listed(text) == {one, other.lower()}
