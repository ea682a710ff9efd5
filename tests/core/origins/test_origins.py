"""From the past of lines, names and words to ranked origins, on literal values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.model import BlobId, Commit, CommitId
from minekvm.core.origins.features import Evidence, sized, weigh
from minekvm.core.origins.lines import (
    FileEdit,
    Hunk,
    Pasts,
    Record,
    Source,
    Touch,
    continued,
    endings,
    likeness,
    moved,
    pasts,
)
from minekvm.core.origins.ranking import WEIGHTS, Cited, rank, shortlist
from minekvm.core.origins.sites import Before, is_trivial, sites
from minekvm.core.origins.text import Rarity, area, names, prose, words

A, B, C, D, E = (BlobId(c * 40) for c in "abcde")
PATH = "virt/kick.c"


def commit(name: str, day: int = 0, *, parents: int = 1, message: str = "") -> Commit:
    """A commit known by a short name, written on some day by its own author."""
    return Commit(
        id=CommitId(name),
        parents=tuple(CommitId(f"{name}^{n}") for n in range(parents)),
        author=f"Author of {name}",
        email=f"{name}@example.org",
        authored="2020-01-01T00:00:00+00:00",
        committed=1_577_836_800 + day * 86_400,
        subject=message.split("\n", 1)[0],
        message=message,
    )


def edit(old: BlobId | None, new: BlobId, *hunks: Hunk, path: str = PATH) -> FileEdit:
    return FileEdit(path, path, old, new, hunks)


def hunk(at: int, old: str, new: str, to: int | None = None) -> Hunk:
    """Lines for lines; a side without lines has none, and its place is the line before."""
    gone = tuple(old.encode().splitlines())
    came = tuple(new.encode().splitlines())
    return Hunk(at, gone, at if to is None else to, came)


def touched(found: dict[tuple[str, int], tuple[Touch, ...]], line: int, path: str = PATH) -> str:
    """The commits in a line's past; those that only carried it in brackets."""
    past = found[path, line]
    return " ".join(f"({t.commit})" if t.carried else t.commit for t in past)


# --- lines


def test_a_line_is_followed_beyond_its_last_change() -> None:
    records = [
        Record(commit("newer"), (edit(B, C, hunk(2, "\tkick(vcpu);", "\tkick(vcpu, now);")),)),
        Record(commit("other"), (edit(A, B, hunk(0, "", "int above;", 1)),)),
        Record(commit("older"), (edit(None, A, hunk(0, "", "\tkick(vcpu);\n\trest(vcpu);", 1)),)),
    ]
    found = pasts(records, {PATH: (C, [1, 2, 3])})
    assert touched(found, 1) == "other"
    assert touched(found, 2) == "newer older"
    assert touched(found, 3) == "older"
    assert found[PATH, 2][1].text == b"\tkick(vcpu);"


def test_what_replaces_another_line_begins_there() -> None:
    records = [
        Record(commit("newer"), (edit(A, B, hunk(1, "\tkick(vcpu);", "\treturn -EINVAL;")),)),
        Record(commit("older"), (edit(None, A, hunk(0, "", "\tkick(vcpu);", 1)),)),
    ]
    assert touched(pasts(records, {PATH: (B, [1])}), 1) == "newer"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (  # broken anew, for the new name is longer
            "int pop(struct ring *r, int n)\n\tif (full(r, n) >= 3)",
            "int pop(struct ring *ring,\n\t int n)\n\tif (full(ring,\n\t n) >= 3)",
            "(newer) older",
        ),
        ("\tif (full(r,\n\t n) >= 3)", "\tif (full(r, n) >= 3)", "(newer) older"),
        ("\tif (full(r,\n\t n) >= 3)", "\tif (full(r, n) > 3)", "newer older"),
    ],
)
def test_a_line_that_was_broken_or_joined_is_only_carried(old: str, new: str, told: str) -> None:
    records = [
        Record(commit("newer"), (edit(A, B, hunk(1, old, new)),)),
        Record(commit("older"), (edit(None, A, hunk(0, "", old, 1)),)),
    ]
    every = range(1, new.count("\n") + 2)
    found = pasts(records, {PATH: (B, every)})
    assert {touched(found, line) for line in every} == {told}


def test_a_line_moved_within_its_file_is_only_carried() -> None:
    line = "\tlist_add(&vcpu->node, &pending);"
    records = [
        Record(commit("mover"), (edit(A, B, hunk(1, line, "", 0), hunk(3, "", line, 3)),)),
        Record(commit("writer"), (edit(None, A, hunk(0, "", f"{line}\nint a;\nint b;", 1)),)),
    ]
    found = pasts(records, {PATH: (B, [1, 3])})
    assert touched(found, 3) == "(mover) writer"
    assert touched(found, 1) == "writer"


def test_a_renamed_file_goes_on_under_its_old_name() -> None:
    old = "virt/old.c"
    records = [
        Record(commit("renamer"), (FileEdit(old, PATH, A, A, ()),)),
        Record(commit("writer"), (edit(None, A, hunk(0, "", "int a;", 1), path=old),)),
    ]
    assert touched(pasts(records, {PATH: (A, [1])}), 1) == "writer"


def test_a_merge_gives_each_line_to_the_parent_that_has_it() -> None:
    """One side wrote line 1, the other line 2, the merge itself line 3."""
    both = commit("merge", parents=2)
    left = edit(A, C, hunk(1, "", "int right = 2;\nint made = 3;", 2))
    right = edit(B, C, hunk(0, "", "int left = 1;", 1), hunk(1, "", "int made = 3;", 3))
    records = [
        Record(both, (left,)),
        Record(both, (right,)),
        Record(commit("on the left"), (edit(None, A, hunk(0, "", "int left = 1;", 1)),)),
        Record(commit("on the right"), (edit(None, B, hunk(0, "", "int right = 2;", 1)),)),
    ]
    found = pasts(records, {PATH: (C, [1, 2, 3])})
    assert [touched(found, n) for n in (1, 2, 3)] == ["on the left", "on the right", "merge"]


def test_what_a_merge_has_from_one_parent_is_that_ones() -> None:
    records = [
        Record(commit("merge", parents=2), (edit(B, A, hunk(1, "int b;", "int a;")),)),
        Record(commit("side"), (edit(None, A, hunk(0, "", "int a;", 1)),)),
    ]
    assert touched(pasts(records, {PATH: (A, [1])}), 1) == "side"


def test_lines_of_an_unknown_past_have_none() -> None:
    assert pasts([], {PATH: (A, [1, 7])}) == {(PATH, 1): (), (PATH, 7): ()}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=12))
def test_every_line_is_the_commits_that_really_wrote_it(steps: list[tuple[bool, int]]) -> None:
    """Insert and delete single lines, none like another: who wrote each is known beforehand."""
    standing: list[tuple[bytes, str]] = []
    records: list[Record] = []
    blob: BlobId | None = None
    for number, (insert, place) in enumerate(steps):
        name, new = f"c{number}", BlobId(f"{number:040x}")
        text = b"token_%d_of_%d;" % (number, number)
        if insert or not standing:
            at = min(place, len(standing))
            standing.insert(at, (text, name))
            change = Hunk(at, (), at + 1, (text,))
        else:
            at = min(place, len(standing) - 1)
            change = Hunk(at + 1, (standing.pop(at)[0],), at, ())
        records.insert(0, Record(commit(name), (FileEdit(PATH, PATH, blob, new, (change,)),)))
        blob = new
    if blob is not None:
        found = pasts(records, {PATH: (blob, range(1, len(standing) + 1))})
        assert [touched(found, n) for n in range(1, len(standing) + 1)] == [w for _, w in standing]


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_likeness_is_a_share_and_the_same_both_ways(one: bytes, other: bytes) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


BODY = ("\tint woken = kick(vcpu);", "\tlist_del(&vcpu->pending);", "\tcomplete(&vcpu->done);")


def ended(writer: str) -> Pasts:
    """The lines of `BODY`, of which only one commit is known."""
    return {(PATH, n): (Touch(CommitId(writer), False, t.encode()),) for n, t in enumerate(BODY)}


def test_lines_are_followed_into_the_file_they_were_moved_from() -> None:
    known = ended("mover")
    assert endings(known, 3) == ["mover"]
    elsewhere = edit(D, E, hunk(7, "\n".join(BODY), "", 6), path="virt/main.c")
    sources = moved(known, CommitId("mover"), [elsewhere])
    assert sources[PATH, 1] == Source("virt/main.c", D, 8)
    older: Pasts = {("virt/main.c", 8): (Touch(CommitId("writer"), False, BODY[1].encode()),)}
    assert touched(continued(known, sources, older), 1) == "(mover) writer"
    assert touched(continued(known, sources, older), 0) == "mover"


def test_a_line_or_two_in_common_are_no_move() -> None:
    known = ended("writer")
    other = edit(D, E, hunk(7, "\n".join(BODY[:2]), "", 6), path="virt/main.c")
    assert moved(known, CommitId("writer"), [other]) == {}


# --- sites


SOURCE = b"""\
static int limit;

int kick(struct vcpu *vcpu)
{
	int woken = 0;

	if (vcpu->mode == GUEST)
		woken = send_ipi(vcpu->cpu);
	return woken;
}

int rest(struct vcpu *vcpu)
{
	return 0;
}
"""
BEFORE = {PATH: Before(PATH, A, SOURCE)}


@pytest.mark.parametrize(
    ("line", "trivial"),
    [
        (b"", True),
        (b"\t}", True),
        (b"\t\tbreak;", True),
        (b"\treturn -EINVAL;", True),
        (b" * of the guest", True),
        (b"#include <linux/kvm.h>", True),
        (b"\treturn kick(vcpu);", False),
        (b"\tmode = GUEST;", False),
        (b"#define LIMIT 4", False),
    ],
)
def test_lines_that_tell_nothing(line: bytes, trivial: bool) -> None:
    assert is_trivial(line) == trivial


def test_an_addition_asks_its_neighbours_within_the_function() -> None:
    added = hunk(6, "", "\tif (!vcpu)\n\t\treturn -EINVAL;", 7)
    found = sites([edit(A, B, added)], BEFORE)
    assert [s.function for s in found.sites] == ["kick"]
    near = {a.place[1]: a.weight for a in found.asked if a.role == "near"}
    assert set(near) == {3, 5, 7, 8}  # line 9 only returns
    assert near[5] == near[7] == 1.0 and near[8] == 0.5
    assert [a.place[1] for a in found.asked if a.role == "head"] == [3]
    assert not [a for a in found.asked if a.role == "removed"]
    assert found.added["vcpu"] == 1


def test_a_removed_line_that_comes_again_elsewhere_weighs_less() -> None:
    line = "\t\twoken = send_ipi(vcpu->cpu);"
    gone = sites([edit(A, B, hunk(8, line, "", 7))], BEFORE)
    shifted = sites([edit(A, B, hunk(8, line, "", 7), hunk(9, "", line, 9))], BEFORE)
    weights = [[a.weight for a in f.asked if a.role == "removed"] for f in (gone, shifted)]
    assert weights[0] == [1.0]
    assert 0 < weights[1][0] < 1


def test_sites_outside_of_functions_and_in_unknown_files() -> None:
    outside = edit(A, B, hunk(1, "static int limit;", "static long limit;"))
    unknown = edit(None, B, hunk(0, "", "int fresh_name;", 1), path="virt/new.c")
    found = sites([outside, unknown], BEFORE)
    assert [(s.path, s.function) for s in found.sites] == [(PATH, "")]
    assert found.added["fresh_name"] == 1


def test_so_many_hunks_and_no_more() -> None:
    many = [hunk(1, "static int limit;", f"static int limit{n};") for n in range(160)]
    found = sites([edit(A, B, *many)], BEFORE)
    assert (len(found.sites), found.left_out) == (150, 10)


# --- words


MESSAGE = """\
KVM: kick: fix lost wakeup of idle vcpus

Since commit 0123456789ab ("KVM: kick: stop polling the wait queue") an idle
vcpu sleeps on. As "KVM: rest: add a second queue for timers" shows, the flag
vcpu->woken must be read under wait_lock. See https://example.org/t/42 and
[ Upstream commit 89abcdef0123456789abcdef0123456789abcdef ]

Fixes: 0123456789ab ("KVM: kick: stop polling the wait queue
 and sleep")
Link: https://example.org/r/42
Signed-off-by: Some One <someone@example.org>
Cc: stable@example.org
"""


def test_prose_is_what_no_citation_says() -> None:
    said = prose(MESSAGE)
    text = f"{said.subject}\n{said.body}"
    assert "lost wakeup of idle vcpus" in said.subject
    assert "vcpu->woken must be read under wait_lock" in " ".join(said.body.split())
    for cited in ("0123456789ab", "89abcdef", "polling", 'sleep"', "timers", "example", "Some"):
        assert cited not in text


@pytest.mark.parametrize(
    "subject",
    [
        'Revert "KVM: kick: stop polling"',
        "Revert 'KVM: kick: stop polling'",
        "revert: KVM: kick: stop polling",
        'Partially revert "KVM: kick: stop polling"',
        'KVM: Revert "KVM: kick: stop polling"',
        'Reapply "KVM: kick: stop polling"',
        "fixup! KVM: kick: stop polling",
        "[PATCH] Revert KVM: kick: stop polling",
    ],
)
def test_the_subject_of_a_revert_is_a_citation(subject: str) -> None:
    assert prose(f"{subject}\n\nThe queue starves.").subject == ""
    assert "starves" in prose(f"{subject}\n\nThe queue starves.").body


def test_prose_keeps_sentences_that_speak_of_fixing() -> None:
    said = prose("subject\n\nThis patch\nfixes the starving queue,\nand more.\n")
    assert " ".join(said.body.split()) == "This patch fixes the starving queue, and more."


@given(st.text(max_size=200))
def test_prose_takes_any_text(text: str) -> None:
    said = prose(text)
    assert len(said.subject) + len(said.body) <= 2 * len(text) + 2


def test_words_and_names() -> None:
    assert words("The wait_lock of a Queue") == ["wait_lock", "wait", "lock", "queue"]
    assert names("kick and wait_lock, GUEST, x86 but Not This") == {"wait_lock", "GUEST", "x86"}
    assert area("KVM: x86: fix it") == "kvm"
    assert area("no area here") == ""


def test_rare_words_tell_more() -> None:
    rarity = Rarity([{"queue", "lock"}, {"queue"}, {"queue", "timer"}])
    assert rarity["timer"] > rarity["queue"] > 0
    assert rarity["unseen"] > rarity["timer"]
    assert rarity.cosine({"timer"}, {"timer"}) == pytest.approx(1)
    assert rarity.cosine({"timer", "queue"}, {"lock", "queue"}) < 0.5
    assert rarity.cosine(set(), {"lock"}) == 0


# --- ranking


IDLE = """\
static int wait_idle(struct vcpu *vcpu)
{
	int woken = poll_queue(vcpu);

	account_idle(vcpu, woken);
	trace_idle(vcpu->id);
	return woken;
}
"""


def story(message: str = "KVM: fix lost wakeup") -> Evidence:
    """`writer` wrote a function, `tracer` put a line into it, `tidier` spelt a removed line anew;
    the commit in question corrects that line."""
    final = IDLE.encode()
    written = "".join(line for line in IDLE.splitlines(True) if "trace" not in line)
    written = written.replace("int woken = poll_queue(vcpu);", "int woken = poll_queue(vcpu)   ;")
    change = hunk(3, "\tint woken = poll_queue(vcpu);", "\tint woken = poll_all_queues(vcpu);")
    edits = [edit(C, D, change)]
    found = sites(edits, {PATH: Before(PATH, C, final)})
    records = [
        Record(
            commit("tracer", 20, message="trace: tell of idle guests"),
            (edit(B, C, hunk(5, "", "\ttrace_idle(vcpu->id);", 6)),),
        ),
        Record(
            commit("writer", 10, message="KVM: poll for wakeups while idle"),
            (edit(A, B, hunk(0, "", written, 1)),),
        ),
        Record(
            commit("beginner", 1, parents=0, message="first files"),
            (edit(None, A, hunk(0, "", "int unrelated;", 1)),),
        ),
    ]
    lines = {path: (C, wanted) for path, wanted in found.lines().items()}
    about = commit("fix", 30, message=message)
    return Evidence(about, frozenset([PATH]), found, records, pasts(records, lines))


def ranked(
    evidence: Evidence, cited: Sequence[Cited] = (), top: int = 10
) -> dict[str, dict[str, str]]:
    """The candidates, best first, each with its reasons by rule."""
    table = weigh(evidence)
    sizes = dict.fromkeys(shortlist(table), 1)
    found = rank(evidence, table, sizes, cited, top)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    return {c.commit: {r.rule: r.text for r in c.reasons} for c in found}


def test_the_writer_of_the_removed_line_comes_first_and_says_why() -> None:
    found = ranked(story())
    assert next(iter(found)) == "writer"
    why = found["writer"]
    assert why["removed"] == "last changed the line removed in wait_idle()"
    assert why["function"] == "introduced wait_idle()"
    assert "woken" in why["names"]
    assert "removed" not in found["tracer"]
    assert found["tracer"]["near"] == "last changed the line next to the change in wait_idle()"


def test_scores_are_chances() -> None:
    evidence = story()
    table = weigh(evidence)
    found = rank(evidence, table, dict.fromkeys(shortlist(table), 1))
    assert sum(c.score for c in found) == pytest.approx(1, abs=0.001)


def test_so_many_and_no_more() -> None:
    assert len(ranked(story(), top=1)) == 1


def test_what_the_message_speaks_of_counts() -> None:
    plain = weigh(story()).signs[CommitId("tracer")]
    told = weigh(story("KVM: trace idle guests\n\ntrace_idle() is wrong.")).signs[
        CommitId("tracer")
    ]
    assert told["message"] > plain["message"]
    assert told["names told"] > plain.get("names told", 0)


def test_citations_do_not_reach_a_blind_ranking() -> None:
    """Neither the hash nor the quoted subject moves any sign of any candidate."""
    plain = story("KVM: fix lost wakeup\n\nIt hangs.\n")
    citing = "KVM: fix lost wakeup\n\nIt hangs.\n\n"
    citing += 'Fixes: 0123456789ab ("trace: tell of idle guests")\n'
    cited = replace(plain, commit=replace(plain.commit, message=citing))
    assert weigh(plain).signs == weigh(cited).signs


def test_a_cited_commit_comes_first_with_its_quote() -> None:
    said = (("tracer", "Fixes: tracer", 16.0), ("far", "see far", 12.0))
    found = ranked(story(), [Cited(CommitId(c), "cited", text, worth) for c, text, worth in said])
    assert list(found)[:2] == ["tracer", "far"]
    assert found["tracer"]["cited"] == "Fixes: tracer"
    assert found["far"] == {"cited": "see far"}


def test_an_import_is_no_candidate_but_a_small_beginning_is() -> None:
    evidence = story()
    assert CommitId("beginner") in weigh(evidence).signs
    assert CommitId("beginner") not in weigh(evidence, [CommitId("beginner")]).signs


def test_nothing_known_is_no_candidate() -> None:
    evidence = replace(story(), records=(), pasts={})
    assert ranked(evidence) == {}


def test_every_weight_is_of_a_sign_that_exists() -> None:
    """A sign misspelt in the table of weights would silently weigh nothing."""
    signs = weigh(story("KVM: fix poll_queue\n\npoll_queue and wait_idle")).signs.values()
    seen = {name for s in signs for name in sized(s, 1)}
    roles = {"removed", "near", "function", "head", "named", "linked"}
    kinds = {f"{role}{kind}" for role in roles for kind in ("", " before", " carried", " first")}
    assert set(WEIGHTS) <= seen | kinds
