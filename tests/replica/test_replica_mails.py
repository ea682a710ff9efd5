"""The replica's mails: one archive everywhere, invented and saying so, and what they lead to."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm import replica
from minekvm.adapters.git.library import Writer
from minekvm.core.invented import NOTICE
from minekvm.core.mail.parse import read
from minekvm.replica import mails, repository, resources
from minekvm.replica.model import StoryError
from support.replica_built import Built
from support.repos import Repo
from support.running import Ran, run

LORE = "https://lore.kernel.org/all/1650961551-38390-1-git-send-email-larkspur@example.org/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("replica") / "replica.git")


@pytest.fixture(scope="module")
def ask(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Ran]:
    """Ask about the replica, with its mails indexed."""
    archive = tmp_path_factory.mktemp("mails") / "mails.git"
    replica.write_mails(archive)
    assert run("mail", "index", "-C", str(built.path), str(archive)).code == 0
    return lambda command, *rest: run(command, "-C", str(built.path), *rest)


def texts() -> dict[str, str]:
    return dict(resources.texts(resources.root().joinpath("mails")))


def test_the_archive_is_the_same_always_and_git_finds_nothing_wrong(tmp_path: Path) -> None:
    heads = [replica.write_mails(tmp_path / name) for name in ("a.git", "b.git")]
    assert heads[0] == heads[1]
    asked = ["git", "-C", str(tmp_path / "a.git"), "fsck", "--strict", "--full"]
    done = subprocess.run(asked, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert replica.ensure_mails(tmp_path) == replica.ensure_mails(tmp_path)


def test_every_mail_says_that_it_is_invented() -> None:
    for text in texts().values():
        head = text.partition("\n\n")[0]
        assert "Comments: Invented for the replica" in head
        assert "(invented)" in head.split("\n")[0]


def test_a_mail_without_headers_is_a_flaw_of_the_story(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "r.git")
    for broken in (
        "From: A <a@x>\n\nno date",
        "From: nobody\nDate: Tue, 1 Feb 2022 0:0:0 +0000\n\n",
    ):
        with pytest.raises(StoryError):
            mails.archive([broken], writer)


def test_the_link_of_the_story_leads_to_the_commit_that_was_merged_under_another_name(
    built: Built, ask: Callable[..., Ran]
) -> None:
    found = ask("thread", "--json", LORE).json
    assert found["commit"] == built.commits["g"]
    first, second = found["versions"]
    assert first["message_id"] in LORE
    assert first["subject"] != second["subject"]
    assert (second["rule"], found["changed"]) == ("linked to by the commit", [])
    assert {c["function"] for c in second["changed"]} >= {"__kvm_wait_lapic_expire"}


def test_the_same_patch_is_known_without_the_link(built: Built, ask: Callable[..., Ran]) -> None:
    version = ask("thread", "--json", built.commits["d1"]).json["versions"][0]
    assert version["message_id"] == "20200708195153.1-entry@example.org"
    replies = ask("thread", "--json", built.commits["d1"]).json["replies"]
    assert [(r["depth"], r["about"]) for r in replies] == [
        (0, "patch"),
        (1, "patch"),
        (0, "series"),
    ]


def test_why_quotes_the_review_below_the_commits_own_words(
    built: Built, ask: Callable[..., Ran]
) -> None:
    question = "why did trace_kvm_wait_lapic_expire move into __kvm_wait_lapic_expire?"
    claims = ask("why", "--json", question).json["claims"]
    kinds = [c["citations"][0]["place"]["kind"] for c in claims if c["grade"] == "stated"]
    assert "mail" in kinds
    assert kinds.index("message") < kinds.index("mail")
    bodies = {}
    for text in texts().values():
        raw = read(text.encode())
        assert raw is not None
        bodies[raw.headers["message-id"].strip("<>")] = raw.text.split("\n")
    for citation in (c for claim in claims for c in claim["citations"]):
        place = citation["place"]
        if place["kind"] == "mail":
            first, last = place["lines"]
            lines = bodies[place["message_id"]][first - 1 : last]
            assert citation["quote"] in "\n".join(lines)


def test_the_archive_has_a_version_of_its_own_in_the_cache(tmp_path: Path) -> None:
    assert repository.version()[:12] in replica.ensure_mails(tmp_path).name


def test_every_answer_says_first_that_it_is_about_an_invented_history(
    built: Built, ask: Callable[..., Ran]
) -> None:
    symbol, commit = "guest_enter_irqoff", built.commits["d1"]
    ends = ("--enter", symbol, "--exit", "guest_exit_irqoff", "--in", "vcpu_enter_guest")
    for asked in (
        ("lineage", symbol),
        ("callers", symbol),
        ("region", *ends),
        ("inspect", commit),
        ("relate", commit),
        ("relate", commit, built.commits["g"]),
        ("origins", commit),
        ("thread", commit),
        ("why", commit),
    ):
        assert ask(*asked).out.startswith(f"{NOTICE}\n"), asked
        title, _, quoted, *_ = ask(*asked, "--format", "md").out.split("\n")
        assert title.startswith("# ") or asked[0] == "why", asked
        assert "An invented miniature; the words are ours" in f"{title} {quoted}", asked
        document = ask(*asked, "--json").json
        assert list(document)[:2] == ["schema", "notice"], asked
        assert document["notice"] == NOTICE, asked


def test_every_rendering_of_its_report_says_so_too(built: Built, tmp_path: Path) -> None:
    query = tmp_path / "q.toml"
    query.write_text('title = "T"\nsymbols = ["guest_enter_irqoff"]\n')
    formats = ("--format", "html,md,json,dot,terminal")
    ran = run("report", str(query), "-C", str(built.path), "-o", str(tmp_path), *formats)
    assert ran.out.startswith(NOTICE)
    made = {p.name: p.read_text() for p in tmp_path.iterdir() if p.name.startswith("q.")}
    assert json.loads(made["q.json"])["notice"] == NOTICE
    del made["q.toml"], made["q.json"]
    assert len(made) == 4
    for name, text in made.items():
        assert "An invented miniature; the words are ours" in " ".join(text.split()), name
    body = made["q.html"].partition("<h1>")[0]
    assert NOTICE in body


def test_another_history_has_no_notice(repo: Repo, minekvm: Callable[..., Ran]) -> None:
    repo.commit("root", {"a.c": "int f(void)\n{\n\treturn 1;\n}\n"})
    assert minekvm("lineage", "f").out.startswith("f, function")
    assert "notice" not in minekvm("lineage", "f", "--json").json
