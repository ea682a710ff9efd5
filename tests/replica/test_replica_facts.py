"""The replica has the shape of the real history: `facts.toml` says what that is."""

from __future__ import annotations

import re
import tomllib
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from minekvm.replica import resources
from support.replica_built import Built

FACTS = tomllib.loads(Path(__file__).with_name("facts.toml").read_text(encoding="utf-8"))
COMMITS: list[dict[str, Any]] = FACTS["commit"]
CTX, KVM, VTIME = (f"include/linux/{name}.h" for name in ("context_tracking", "kvm_host", "vtime"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("replica") / "replica.git")


def _id(fact: dict[str, Any]) -> str:
    return " ".join(str(fact[word]) for word in ("key", "function") if word in fact)


@pytest.mark.parametrize("fact", COMMITS, ids=_id)
def test_a_commit_is_as_the_facts_have_it(built: Built, fact: dict[str, Any]) -> None:
    commit = built.commits[fact["key"]]
    author, date, subject = built.git("log", "-1", "--format=%an%n%aD%n%s", commit).splitlines()
    assert subject == fact["subject"]
    files = built.git("diff-tree", "-r", "--name-only", "--no-commit-id", commit).split()
    assert sorted(files) == fact["files"]
    if "date" in fact:
        assert parsedate_to_datetime(date) == parsedate_to_datetime(fact["date"])
        assert date.split()[-1] == fact["date"].split()[-1]
    else:
        assert " Dec 2015 " in date

    lines = built.message(fact["key"]).splitlines()
    upstream = [line for line in lines if line.startswith("Upstream-commit: ")]
    assert upstream == ([f"Upstream-commit: {fact['upstream']}"] if "upstream" in fact else [])
    assert any(line.startswith(f"Signed-off-by: {author} <") for line in lines)
    model = fact["upstream"][:12] if "upstream" in fact else f'"{fact["subject"]}"'
    by = f" by {fact['author']}" if "author" in fact else ""
    assert [line for line in lines if line.startswith("Modelled-on: ")] == [
        f"Modelled-on: {model}{by}"
    ]
    assert f"[ Modelled on {model}; the names and words are invented. ]" in lines


@pytest.mark.parametrize("fact", COMMITS, ids=_id)
def test_a_message_names_whom_it_names_and_nobody_else(built: Built, fact: dict[str, Any]) -> None:
    named: dict[str, set[str]] = {"fixes": set(), "cites": set()}
    for line in built.message(fact["key"]).splitlines():
        if not line.startswith(("Upstream-commit:", "Link:", "Modelled-on:", "[ Modelled on ")):
            how = "fixes" if line.startswith("Fixes: ") else "cites"
            named[how] |= {digits[:12] for digits in re.findall(r"\b[0-9a-f]{12,40}\b", line)}
    assert named == {how: set(fact.get(how, ())) for how in named}


def test_nobody_real_is_made_to_say_what_we_wrote(built: Built) -> None:
    """Real people stand in the trailer that says what a commit is modelled on, and nowhere else."""
    real = {fact["author"] for fact in COMMITS if "author" in fact}
    text = built.git("log", "--all", "--encoding=UTF-8", "--format=%an%n%ae%n%cn%n%B", "-p", "-m")
    lines = [line for line in text.splitlines() if not line.startswith("    Modelled-on: ")]
    lines += [text for _, text in resources.texts(resources.root().joinpath("mails"))]
    lines = [line for line in lines if not line.startswith("Modelled-on: ")]
    spelt = {form for name in real for form in (name, name.lower().replace(" ", "."))}
    assert [line for line in lines for form in spelt if form in line] == []


def test_whoever_is_named_by_a_real_hash_is_there_to_be_found(built: Built) -> None:
    known = re.findall(r"^Upstream-commit: ([0-9a-f]+)$", built.git("log", "--format=%B"), re.M)
    for fact in COMMITS:
        for named in (*fact.get("fixes", ()), *fact.get("cites", ())):
            assert sum(upstream.startswith(named) for upstream in known) == 1, named


def test_the_story_goes_in_the_order_of_its_facts(built: Built) -> None:
    order = built.git("rev-list", "--topo-order", "--reverse", "HEAD").split()
    positions = [order.index(built.commits[fact["key"]]) for fact in COMMITS]
    assert positions == sorted(positions)


@pytest.mark.parametrize("fact", FACTS["order"], ids=_id)
def test_calls_stand_in_the_order_of_the_facts(built: Built, fact: dict[str, Any]) -> None:
    (calls,) = built.calls(fact["key"], fact["path"], fact["function"])
    remaining = iter(calls)
    assert all(call in remaining for call in fact["calls"]), calls


@pytest.mark.parametrize("fact", FACTS["gone"], ids=_id)
def test_calls_go_when_the_facts_say_so(built: Built, fact: dict[str, Any]) -> None:
    where = fact["path"], fact["function"]
    (before,) = built.calls(built.parent(fact["key"]), *where)
    (after,) = built.calls(fact["key"], *where)
    assert fact["call"] in before
    assert fact["call"] not in after


@pytest.mark.parametrize("function", ["guest_enter_irqoff", "guest_exit_irqoff"])
def test_two_variants_become_one_and_move(built: Built, function: str) -> None:
    variants = [len(built.calls(key, CTX, function)) for key in ("import", "c", "e5", "e6", "e7")]
    assert variants == [2, 2, 2, 1, 0]
    assert len(built.calls("e7", KVM, function)) == 1


def test_helpers_come_in_as_many_variants_as_the_facts_say(built: Built) -> None:
    assert len(built.calls("e1", CTX, "context_tracking_guest_exit")) == 2
    assert len(built.calls("e2", CTX, "vtime_account_guest_exit")) == 2
    assert len(built.calls("e5", CTX, "vtime_account_guest_exit")) == 0
    assert len(built.calls("e5", VTIME, "vtime_account_guest_exit")) == 2
    assert len(built.calls("e6", CTX, "context_tracking_guest_enter")) == 2
    assert "static __always_inline bool context_tracking_guest_enter(void)\n{\n\treturn" in (
        built.text("e9", CTX)
    )


def test_what_the_facts_remove_is_gone(built: Built) -> None:
    assert "kvm_guest_enter_irqoff" in built.text("e8", "arch/x86/kvm/x86.h")
    assert "kvm_guest_enter_irqoff" not in built.text("f3", "arch/x86/kvm/x86.h")
    grep = ("grep", "-h", "lapic_timer\\|timer->", built.commits["g"], "--", "arch/x86/kvm")
    assert "advance_expire_delta" not in built.git(*grep)


def test_what_made_the_last_move_possible_is_for_the_reader_to_find_out(built: Built) -> None:
    """That d1 enabled g is true and written nowhere: a tool that says so has inferred it."""
    enabler = built.commits["d1"][:12]
    for key in built.commits:
        if "trace_kvm_wait_lapic_expire" in (message := built.message(key)):
            assert enabler not in message
            assert "87fa7f3e98a1" not in message
