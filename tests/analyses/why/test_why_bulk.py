"""Where history begins, merges and edits of very many files are no events with reasons."""

from __future__ import annotations

import pytest

from minekvm.analyses.why import Asked, why
from minekvm.clone.clone import open_clone
from minekvm.core.why.candidate import MASS
from minekvm.core.why.model import Answer
from support.repos import Repo


def body(name: str, *calls: str) -> str:
    lines = "".join(f"\t{call}();\n" for call in calls)
    return f"void {name}(void)\n{{\n{lines}}}\n\n"


def answer_to(repo: Repo, question: str) -> Answer:
    with open_clone(repo.path) as clone:
        return why(clone, Asked(question, candidates=True))


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("why was wake_it changed", "wake_it stands as it did when this history begins"),
        ("why does wake_it kick the cpu", "This history begins with"),
    ],
)
def test_where_history_begins_nothing_happened(repo: Repo, question: str, told: str) -> None:
    repo.commit("import it\n\nBecause it has to kick the cpu.", {"a.c": body("wake_it", "kick")})
    repo.commit("call it", {"b.c": body("run_it", "one", "wake_it")})
    answer = answer_to(repo, question)
    assert told in answer.lead
    assert "Because" not in answer.lead
    assert (answer.confidence, answer.key_commits) == ("none", ())


def test_an_edit_of_very_many_files_answers_where_it_speaks_of_what_is_asked(repo: Repo) -> None:
    before = {f"lib/f{n}.c": body(f"do_{n}_it", "old_way") for n in range(MASS)}
    repo.commit("begin", {"a.c": body("zero", "one")})
    repo.commit("call things", before)
    repo.commit("do 7 twice", {"lib/f7.c": body("do_7_it", "old_way", "old_way")})
    after = {path: text.replace("\t", "    ") for path, text in before.items()}
    after["lib/f7.c"] = body("do_7_it", "old_way", "old_way").replace("\t", "    ")
    repo.commit("indent by spaces\n\nBecause tabs are wide.", after)
    spaced = {path: text.replace("old_way", "new_way") for path, text in after.items()}
    repo.commit("over to new_way", spaced)
    answer = answer_to(repo, "why was do_7_it changed")
    assert [answer.commits[c].subject for c in answer.key_commits] == ["do 7 twice"]
    answer = answer_to(repo, "why does do_7_it use new_way")
    assert [answer.commits[c].subject for c in answer.key_commits] == ["over to new_way"]


def test_a_merge_is_no_event(repo: Repo) -> None:
    base = repo.commit("begin", {"a.c": body("run_it", "one"), "b.c": body("two", "one")})
    side = repo.commit("take the lock in run_it", {"a.c": body("run_it", "lock_it", "one")})
    other = repo.commit("more", {"b.c": body("two", "one", "one")}, on=base)
    repo.commit(
        "Merge: lock_it in run_it",
        {"a.c": body("run_it", "lock_it", "one")},
        on=[other, side],
    )
    answer = answer_to(repo, "why does run_it call lock_it")
    assert [answer.commits[c].subject for c in answer.key_commits] == ["take the lock in run_it"]


def statements(name: str, *lines: str) -> str:
    inner = "".join(f"\t{line}\n" for line in lines)
    return f"static void {name}(struct vcpu *v)\n{{\n{inner}}}\n\n"


FIRST = ("v->clock = read_clock(v);", "if (v->busy)", "\treport_busy(v);", "account(v, v->clock);")
SECOND = ("trace_out(v);", "v->mode = OUT_MODE;", "smp_mb();", "if (v->asked)", "\tkick_all(v);")


@pytest.mark.parametrize(
    "question",
    [
        "why was leave_guest split",
        "why was leave_early split out of leave_guest",
        "why was leave_late split out of leave_guest",
        "where does leave_late come from",
        "why do leave_early and leave_late exist",
    ],
)
def test_a_split_is_told_as_such_from_the_whole_and_from_each_part(
    repo: Repo, question: str
) -> None:
    repo.commit("begin", {"a.c": body("zero", "one")})
    repo.commit(
        "leave at once", {"a.c": body("zero", "one") + statements("leave_guest", *FIRST, *SECOND)}
    )
    parts = statements("leave_early", *FIRST) + statements("leave_late", *SECOND)
    repo.commit("two halves\n\nOne has to run later.", {"a.c": body("zero", "one") + parts})
    answer = answer_to(repo, question)
    assert "split leave_guest() into leave_early() and leave_late()" in answer.lead
    assert "because" in answer.lead


def test_a_moved_call_is_explained_by_who_put_it_there_too(repo: Repo) -> None:
    repo.commit("begin", {"a.c": body("first_f", "one", "two") + body("second_f", "three")})
    text = body("first_f", "one", "note_it", "two") + body("second_f", "three")
    put = repo.commit(
        "note it\n\nWithout it the readers crash, because they need it.", {"a.c": text}
    )
    text = body("first_f", "one", "two") + body("second_f", "note_it", "three")
    moved = repo.commit("note it later\n\nOnly then it is known.", {"a.c": text})
    answer = answer_to(repo, "why did note_it move from first_f to second_f")
    assert answer.key_commits == (moved,)
    told = [claim.text for claim in answer.claims if put[:12] in claim.text]
    assert "had first_f() (a.c) call note_it()" in told[0]
    assert "Without it the readers crash" in told[1]


def test_an_option_is_found_in_the_files_of_the_folder_that_is_named(repo: Repo) -> None:
    text = body("main", "one")
    repo.commit("begin", {"ex/l3-power/main.c": text, "a.c": body("zero", "one")})
    option = 'static const char *force = "eth-link-speed";\n\n'
    added = repo.commit(
        "ex: a fixed rate\n\nAs it may not be found out.", {"ex/l3-power/main.c": option + text}
    )
    repo.commit("l3-power: tidy", {"ex/l3-power/main.c": option + text.replace("one", "two")})
    repo.commit("link: speed", {"a.c": body("zero", "two")})
    assert answer_to(repo, "what is --eth-link-speed in l3-power for").key_commits == (added,)
