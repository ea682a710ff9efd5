"""mail index, mail status and thread, from the command line to the answer."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from support.letters import Letter, diff, inbox
from support.repos import Repo
from support.running import Ran, assert_clear, run

OLD = """\
int first(int a)
{
	return a;
}

int enter(int cpu)
{
	trace_before(cpu);
	prepare_the_guest(cpu);
	return run_the_guest(cpu);
}
"""
FIRST = OLD.replace("\ttrace_before(cpu);\n", "\ttrace_before(cpu);\n\ttrace_after_all(cpu);\n")
FINAL = OLD.replace("\ttrace_before(cpu);\n", "").replace(
    "\tprepare_the_guest(cpu);\n", "\tprepare_the_guest(cpu);\n\ttrace_after_all(cpu);\n"
)
V1, V2, NO = "v1.1-x@example.org", "v2.1-x@example.org", "no.1-x@example.org"

LETTERS = (
    Letter(V1, "[PATCH] kvm: trace twice", f"Why not.\n---\n{diff('x.c', OLD, FIRST)}", day=1),
    Letter(
        NO,
        "Re: [PATCH] kvm: trace twice",
        "> +	trace_after_all(cpu);\n\nOne is enough, because RCU sees both.\n",
        "B. Ob <b@example.org>",
        2,
        (V1,),
    ),
    Letter(
        V2,
        "[PATCH v2] kvm: trace late",
        f"RCU sees both.\n---\nv1: https://lore.kernel.org/r/{V1}\n\n{diff('x.c', OLD, FINAL)}",
        day=3,
    ),
    Letter(
        "ack.1-x@example.org",
        "Re: [PATCH v2] kvm: trace late",
        "Reviewed-by: B. Ob <b@example.org>\n",
        "B. Ob <b@example.org>",
        4,
        (V2,),
    ),
    Letter("other.1-x@example.org", "[PATCH] net: send", diff("n.c", "old line a\n", "new b\n")),
)


@pytest.fixture
def archive(repo: Repo, tmp_path: Path) -> Path:
    """A clone that took the second version, and the archive of its discussion."""
    repo.commit("kvm: begin", {"x.c": OLD, "y.c": "int y;\n"}, author="C. Ee <c@example.org>")
    repo.commit("kvm: trace late\n\nRCU sees both.", {"x.c": FINAL})
    repo.commit("y: more", {"y.c": "int y, z;\n"})
    return inbox(tmp_path / "inbox.git", LETTERS)


Ask = Callable[..., Ran]


@pytest.fixture
def mails(repo: Repo, archive: Path, minekvm: Ask) -> Ask:
    """Run `mail index` on the archive, and give back how to ask about the clone."""
    assert run("mail", "index", "-C", str(repo.path), str(archive), untouched=repo.path).code == 0
    return minekvm


def test_indexing_says_what_came_and_only_what_is_new(repo: Repo, archive: Path) -> None:
    arguments = ("mail", "index", "-C", str(repo.path), "--json", str(archive))
    (row,) = run(*arguments).json["archives"]
    assert (row["kind"], row["added"], row["removed"], row["refused"]) == ("epoch", 5, 0, 0)
    (row,) = run(*arguments).json["archives"]
    assert row["added"] == 0


def test_status_counts_mails_and_what_was_wrong(repo: Repo, tmp_path: Path) -> None:
    repo.commit("begin", {"x.c": OLD})
    nothing = run("mail", "status", "-C", str(repo.path))
    assert "no mail is indexed" in nothing.out
    broken: list[Letter | str] = [
        *LETTERS,
        "no mail at all\n",
        LETTERS[0].raw + "twice\n",
        "From: a@b\nSubject: x\n\nwithout an id\n",
        Letter("l1@x", "Re: a", answers=("l2@x",)).raw,
        Letter("l2@x", "Re: a", answers=("l1@x",)).raw,
        Letter("l3@x", "Re: a", answers=("l3@x",)).raw,
    ]
    path = inbox(tmp_path / "broken.git", broken)
    told = run("mail", "index", "-C", str(repo.path), str(path))
    assert "1 could not be taken in" in told.out
    (row,) = run("mail", "status", "-C", str(repo.path), "--json").json["archives"]
    assert row["mails"] == 10
    assert {(f["reason"], f["kept"], f["count"]) for f in row["flaws"]} == {
        ("no mail", False, 1),
        ("duplicate Message-Id", True, 1),
        ("no Message-Id", True, 1),
        ("no Date that can be read", True, 1),
        ("refers to itself", True, 1),
        ("answers what answers it", True, 2),
    }
    shown = run("mail", "status", "-C", str(repo.path)).out
    assert "duplicate Message-Id" in shown
    assert run("thread", "-C", str(repo.path), "l1@x", "--json").json["gaps"]


@pytest.mark.parametrize("asked", ["HEAD~1", V1, V2, NO, f"https://lore.kernel.org/all/{V1}/"])
def test_every_way_to_a_thread_leads_to_the_same(repo: Repo, mails: Ask, asked: str) -> None:
    found = mails("thread", "--json", asked).json
    assert found["schema"] == "minekvm.thread/1"
    assert found["commit"] == repo.named["kvm: trace late"]
    assert [(v["message_id"], v["version"]) for v in found["versions"]] == [(V1, 1), (V2, 2)]
    assert [r["message_id"] for r in found["replies"]] == [NO, "ack.1-x@example.org"]
    assert found["versions"][1]["rule"] in ("equal patch-id", "same author and subject")
    (changed,) = found["versions"][1]["changed"]
    assert (changed["path"], changed["function"]) == ("x.c", "enter")
    assert changed["come"] == ["-\ttrace_before(cpu);"]
    assert (found["versions"][0]["changed"], found["changed"]) == ([], [])


def test_a_remark_stands_at_its_place_and_says_what_it_answers(mails: Ask) -> None:
    no, ack = mails("thread", "--json", "HEAD~1").json["replies"]
    (remark,) = no["remarks"]
    assert remark["place"] == {"kind": "mail", "message_id": NO, "lines": [3, 3]}
    assert remark["quote"] == "One is enough, because RCU sees both."
    assert remark["about"] == ["+\ttrace_after_all(cpu);"]
    assert (no["in_reply_to"], no["depth"], no["version"], no["to"]) == (V1, 0, 1, V1)
    assert ack["trailers"] == [{"key": "Reviewed-by", "value": "B. Ob <b@example.org>"}]


def test_screens(mails: Ask) -> None:
    shown = mails("thread", V1, "--patch").out
    assert shown.startswith("kvm: trace late\ncommit ")
    for words in ("2 versions", "kvm: trace twice", "One is enough", "Reviewed-by", "in v2: "):
        assert words in shown
    written = mails("thread", V1, "--format", "md", "-p").out
    assert written.startswith("# kvm: trace late\n")
    assert "One is enough" in written


@pytest.mark.parametrize("command", ["inspect", "relate", "origins"])
def test_every_command_that_takes_a_commit_takes_a_mail(
    repo: Repo, mails: Ask, command: str
) -> None:
    found = mails(command, "--json", f"https://lore.kernel.org/kvm/{V1}/t/#u").json
    assert found["commit"] == repo.named["kvm: trace late"]
    assert any(V1 in g["what"] for g in found["gaps"])


def test_a_clone_with_another_hash_than_its_archives(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone", algorithm="sha256")
    repo.commit("begin", {"x.c": OLD}, author="C. Ee <c@example.org>")
    repo.commit("kvm: named otherwise", {"x.c": FINAL}, author="D. Ee <d@example.org>")
    archive = inbox(tmp_path / "inbox.git", LETTERS)
    run("mail", "index", "-C", str(repo.path), str(archive))
    found = run("thread", "-C", str(repo.path), "--json", V2).json
    assert (found["commit"], found["match"]["rule"]) == (repo.tip, "equal patch-id")


def test_a_link_in_the_commit_needs_no_archive(repo: Repo, minekvm: Ask) -> None:
    linked = "kvm: begin\n\nLink: https://lore.kernel.org/r/20220101.1-far@example.org"
    repo.commit(linked, {"x.c": OLD})
    minekvm("index")
    found = minekvm("inspect", "--json", "20220101.1-far@example.org").json
    assert found["commit"] == repo.tip


def test_a_link_to_the_patch_of_another_is_a_word_about_it(repo: Repo, tmp_path: Path) -> None:
    repo.commit("kvm: begin", {"x.c": OLD})
    repo.commit("x: do as https://lore.kernel.org/r/k@x.org does", {"x.c": FINAL})
    sent = Letter("k@x.org", "[PATCH] net: send", diff("n.c", "a\n", "b\n"), "B. Ob <b@x.org>")
    run("mail", "index", "-C", str(repo.path), str(inbox(tmp_path / "0.git", [sent])))
    assert run("thread", "-C", str(repo.path), "--json", "k@x.org").json["commit"] is None
    shown = run("thread", "-C", str(repo.path), "k@x.org").out
    assert f"{repo.tip[:12]} x: do as" in " ".join(shown.split())
    assert_clear(run("thread", "-C", str(repo.path), repo.tip), "no mail is known")


@pytest.mark.parametrize("fitting", [False, True])
def test_a_sketch_in_an_answer_is_no_version(repo: Repo, tmp_path: Path, fitting: bool) -> None:
    repo.commit("kvm: begin", {"x.c": OLD})
    repo.commit("kvm: trace late", {"x.c": FINAL})
    other = OLD.replace("\ttrace_before(cpu);\n", "").replace(
        "\tprepare_the_guest(cpu);\n", "\tprepare_the_guest(cpu);\n\ttrace_late(cpu);\n"
    )
    sketch = diff("x.c", OLD, FINAL if fitting else other)
    letters = (
        Letter(V1, "[PATCH] kvm: trace late", f"---\n{diff('x.c', OLD, FINAL)}", day=1),
        Letter(
            NO,
            "Re: [PATCH] kvm: trace late",
            f"> words\n\nWould this do?\n\n{sketch}",
            "B. Ob <b@example.org>",
            2,
            (V1,),
        ),
    )
    box = inbox(tmp_path / "inbox.git", letters)
    assert run("mail", "index", "-C", str(repo.path), str(box)).code == 0
    told = run("thread", "HEAD", "-C", str(repo.path), "--json").json
    assert [v["message_id"] for v in told["versions"]] == [V1]
    assert [r["message_id"] for r in told["replies"]] == [NO]


def test_a_patch_that_nobody_took_still_has_its_thread(mails: Ask) -> None:
    found = mails("thread", "--json", "other.1-x@example.org").json
    assert (found["commit"], found["match"]) == (None, None)
    assert [v["message_id"] for v in found["versions"]] == ["other.1-x@example.org"]
    assert "no commit is known" in mails("thread", "other.1-x@example.org").out


def test_a_patch_of_another_subject_that_touches_no_c_file(repo: Repo, tmp_path: Path) -> None:
    old, new = "entry:\n\ttlbi_all\n\tisb\n", "entry:\n\ttlbi_one\n\tdsb\n\tisb\n"
    repo.commit("kvm: begin", {"x.c": OLD, "start.S": old}, author="C. Ee <c@example.org>")
    repo.commit("arm: flush no more than one", {"start.S": new}, author="A. Uthor <a@example.org>")
    repo.commit("x: no", {"x.c": FINAL}, author="A. Uthor <a@example.org>")
    sent = Letter("s@x.org", "[PATCH] start: flush less", diff("start.S", old, new), day=1)
    run("mail", "index", "-C", str(repo.path), str(inbox(tmp_path / "0.git", [sent])))
    found = run("thread", "-C", str(repo.path), "--json", "s@x.org").json
    assert found["subject"] == "arm: flush no more than one"


def test_a_mail_that_became_another_commit_is_none_of_a_like_one(
    repo: Repo, tmp_path: Path
) -> None:
    more = "\tflush_the_queue(a);\n\twait_for_all(a);\n"
    one = OLD.replace("\treturn a;\n", f"{more}\treturn a;\n")
    both = one.replace("\treturn run", f"{more}\treturn run")
    writer = "A. Uthor <a@example.org>"
    repo.commit("kvm: begin", {"x.c": OLD}, author="C. Ee <c@example.org>")
    first = repo.commit("kvm: wait in first", {"x.c": one}, author=writer)
    second = repo.commit("kvm: wait on entry", {"x.c": both}, author=writer)
    sent = Letter("w@x.org", "[PATCH] kvm: wait in first", diff("x.c", OLD, one), day=1)
    run("mail", "index", "-C", str(repo.path), str(inbox(tmp_path / "0.git", [sent])))
    found = run("thread", "-C", str(repo.path), "--json", first).json
    assert [v["message_id"] for v in found["versions"]] == ["w@x.org"]
    assert_clear(run("thread", "-C", str(repo.path), second), "no mail is known")


def test_a_letter_before_a_series_leads_to_its_patches(repo: Repo, tmp_path: Path) -> None:
    repo.commit("kvm: begin", {"x.c": OLD}, author="C. Ee <c@example.org>")
    repo.commit("kvm: trace late", {"x.c": FINAL})
    body = diff("x.c", OLD, FINAL)
    letters = [
        Letter("c1@x.org", "[PATCH 0/2] kvm: all of it", day=1),
        Letter("c2@x.org", "[PATCH v2 0/2] kvm: all of it", day=2),
        Letter("p1@x.org", "[PATCH v2 1/2] kvm: trace late", body, day=2, answers=("c2@x.org",)),
        Letter("p2@x.org", "[PATCH v2 2/2] net: no", "diff --git a/n b/n\n", answers=("c2@x.org",)),
        Letter(
            "r@x.org", "Re: [PATCH v2 0/2] kvm: all of it", "No.\n", day=3, answers=("c2@x.org",)
        ),
    ]
    run("mail", "index", "-C", str(repo.path), str(inbox(tmp_path / "0.git", letters)))
    found = run("thread", "-C", str(repo.path), "--json", "c2@x.org").json
    assert (found["commit"], found["subject"]) == (None, "kvm: all of it")
    assert [(p["number"], (p["became"] or {}).get("commit")) for p in found["parts"]] == [
        (1, repo.tip),
        (2, None),
    ]
    assert [v["version"] for v in found["versions"]] == [1, 2]
    assert [r["message_id"] for r in found["replies"]] == ["r@x.org"]
    shown = run("thread", "-C", str(repo.path), "c2@x.org").out
    assert "2 patches, 1 of them in this clone" in shown
    assert run("inspect", "-C", str(repo.path), "p1@x.org", "--json").json["commit"] == repo.tip


def test_what_is_not_here_is_told_with_a_hint(repo: Repo, mails: Ask) -> None:
    assert_clear(mails("thread", "absent-1234@example.org"), "absent-1234@example.org")
    assert_clear(mails("inspect", "absent-1234@example.org"), "absent-1234@example.org")
    assert_clear(mails("thread", "HEAD"), "no mail is known of commit", repo.tip[:12])
    assert_clear(mails("thread", "nonsense"), "nonsense")
    assert_clear(run("mail", "index", "-C", str(repo.path), "/no/such/place"), "/no/such/place")


def test_an_archive_that_is_gone_since_costs_the_words_only(mails: Ask, archive: Path) -> None:
    shutil.rmtree(archive)
    found = mails("thread", "--json", "HEAD~1").json
    assert [v["message_id"] for v in found["versions"]] == [V1, V2]
    assert [r["remarks"] for r in found["replies"]] == [[], []]
    assert any("cannot be read from its archive" in g["why"] for g in found["gaps"])


def test_a_mail_that_the_archive_took_back_is_forgotten(repo: Repo, tmp_path: Path) -> None:
    repo.commit("begin", {"x.c": OLD})
    path = inbox(tmp_path / "0.git", LETTERS)
    arguments = ("mail", "index", "-C", str(repo.path), "--json", str(path))
    run(*arguments)
    again = Repo.create(path, bare=True)
    again.commit("purged", {"m": LETTERS[4].raw}, on=[])
    (row,) = run(*arguments).json["archives"]
    assert row["added"] == 1
    (held,) = run("mail", "status", "-C", str(repo.path), "--json").json["archives"]
    assert held["mails"] == 1


def test_hostile_mail_is_shown_as_text(repo: Repo, tmp_path: Path) -> None:
    repo.commit("begin", {"x.c": OLD})
    evil = Letter(
        "evil.1@example.org",
        "[PATCH] <script>alert(1)</script> \x1b[31m[bold]`x`",
        f"\x1b]0;title\x07\n{diff('x.c', OLD, FINAL)}",
        "\u202eeve <e@example.org>",
    )
    answer = Letter("re.1@example.org", "Re: x", "> \x1b[2J\n\x1b[31mred\n", answers=(evil.id,))
    path = inbox(tmp_path / "0.git", [evil, answer])
    run("mail", "index", "-C", str(repo.path), str(path))
    for more in ((), ("--format", "md"), ("-p", "-v")):
        out = run("thread", "-C", str(repo.path), evil.id, *more).out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_an_answer_that_refers_to_nothing_is_joined_by_its_subject(
    repo: Repo, tmp_path: Path, minekvm: Ask
) -> None:
    repo.commit("kvm: begin", {"x.c": OLD})
    repo.commit("kvm: trace late", {"x.c": FINAL})
    lost = Letter("lost@example.org", "RE: [PATCH v2] kvm: trace late", "Fine by me.\n", day=5)
    early = Letter("early@example.org", "Re: [PATCH v2] kvm: trace late", "Too early.\n", day=2)
    late = Letter("late@example.org", "AW: kvm: trace late", "At last.\n", day=6)
    letters = inbox(tmp_path / "inbox.git", (*LETTERS, lost, early, late))
    assert run("mail", "index", "-C", str(repo.path), str(letters)).code == 0
    answers = minekvm("thread", "HEAD", "--json").json["replies"]
    assert {a["message_id"] for a in answers} >= {"lost@example.org", "late@example.org"}
    assert "early@example.org" not in {a["message_id"] for a in answers}
