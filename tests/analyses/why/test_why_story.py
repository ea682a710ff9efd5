"""Why-questions over the replica's story: they stay right.

No evidence that `why` is any good: story, questions and expectations are by the tool's own authors.
What is measured on questions and histories of others stands in benchmarks/why.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minekvm.analyses.why import Asked, why
from minekvm.clone.clone import Clone, open_clone
from minekvm.core.why.model import Answer
from minekvm.core.why.verbs import VERBS
from support.quotes import assert_quotes_stand
from support.replica_built import Built

# Behind "=" the key commits, behind "+" those that the claims must speak of besides.
QUESTIONS = """
why did trace_kvm_wait_lapic_expire move out of wait_lapic_expire? = b + a
why could trace_kvm_wait_lapic_expire move back into __kvm_wait_lapic_expire? = g d1 b
why was guest_enter_irqoff split? = f1 + d1 d2 d3 d4 d5 e3 e8
why was guest_enter_irqoff moved to include/linux/kvm_host.h? = e7
why did the call of guest_enter_irqoff move out of vcpu_enter_guest? = d1
why was vmx_vcpu_enter_exit introduced? = d4
why was kvm_guest_enter_irqoff removed? = f3
why is guest_enter_irqoff deprecated? = f1 + d1 d2 d3 d4 d5 e3 e8
why does vcpu_enter_guest call vtime_account_guest_exit after kvm_after_interrupt? = e3 + d1
why was context_tracking_guest_exit added? = e1
why did arch/mips stop calling guest_enter_irqoff? = f2
why could wait_lapic_expire move out of vcpu_enter_guest? = late-wait b
why was guest_exit_irqoff replaced by context_tracking_guest_exit in vmx_vcpu_enter_exit? = e3 + d1
why was vtime_account_guest_exit moved? = e5
why did vmx_vcpu_run start calling lockdep_hardirqs_on? = d2
why was commit 160457140187 necessary? = e3 + d1
why 87fa7f3e98a1 = d1
why e0ac535178ad32c2a4898e2309dcc49ad546e96e = g
"""
BLIND = """
why could trace_kvm_wait_lapic_expire move back? = g d1 b
why could wait_lapic_expire move into vmx_vcpu_run? = late-wait b
why was guest_exit_irqoff replaced by context_tracking_guest_exit in vmx_vcpu_enter_exit? = e3 e1
why was kvm_guest_enter_irqoff removed? = f3 f1
why did arch/powerpc stop calling guest_enter_irqoff? = h1 f1
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Questions with the keys of the story's commits that answer them."""
    parts = [line.split(" = ") for line in table.strip().splitlines()]
    return [(question, keys) for question, keys in parts]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("why") / "replica.git")


@pytest.fixture(scope="module")
def story(built: Built) -> dict[str, str]:
    """The keys of the story's commits by their hashes."""
    return {commit: key for key, commit in built.commits.items()}


@pytest.fixture(scope="module")
def clone(built: Built) -> Iterator[Clone]:
    with open_clone(built.path) as opened:
        yield opened


def keys(found: Answer, story: dict[str, str]) -> set[str]:
    return {story.get(commit, commit) for commit in found.key_commits}


def read(clone: Clone, asked: Asked) -> Answer:
    """An answer whose quotes are looked up in git."""
    found = why(clone, asked)
    assert_quotes_stand(clone.location.git_dir, found)
    return found


@pytest.mark.parametrize(("question", "expected"), rows(QUESTIONS))
def test_all_and_only_the_right_commits(
    clone: Clone, story: dict[str, str], question: str, expected: str
) -> None:
    found = read(clone, Asked(question))
    key, _, besides = expected.partition(" + ")
    assert keys(found, story) == set(key.split())
    hashes = {commit for commit, name in story.items() if name in besides.split()}
    told = " ".join(claim.text for claim in found.claims)
    assert {commit for commit in hashes if commit[:12] not in told} == set()
    assert found.claims[0].part == "happened"
    assert any(claim.grade == "stated" for claim in found.claims)


@pytest.mark.parametrize(("question", "expected"), rows(BLIND))
def test_the_code_alone_shows_what_made_a_move_possible(
    clone: Clone, story: dict[str, str], question: str, expected: str
) -> None:
    found = read(clone, Asked(question, ignore_citations=True))
    assert keys(found, story) == set(expected.split())
    assert any(claim.part == "possible" for claim in found.claims)


def test_where_the_code_shows_nothing_the_answer_says_so(clone: Clone) -> None:
    asked = "why did the call of guest_enter_irqoff move out of vcpu_enter_guest?"
    found = why(clone, Asked(asked, ignore_citations=True))
    assert not any(claim.part == "possible" for claim in found.claims)
    assert "what made it possible" in {gap.what for gap in found.gaps}


def test_without_citations_no_claim_speaks_of_another_commit(
    clone: Clone, story: dict[str, str]
) -> None:
    asked = "why did trace_kvm_wait_lapic_expire move out of wait_lapic_expire?"
    texts = [c.text for c in why(clone, Asked(asked, ignore_citations=True)).claims]
    assert not any("8b89fe1f6c43" in text for text in texts)
    (a,) = (commit for commit, key in story.items() if key == "a")
    assert not any(a[:12] in text for text in texts)
    assert any(a[:12] in c.text for c in why(clone, Asked(asked)).claims)


@pytest.mark.parametrize("verb", VERBS)
def test_every_quote_of_a_symbols_answers_stands_at_its_place(clone: Clone, verb: str) -> None:
    for symbol in ("guest_enter_irqoff", "vcpu_enter_guest", "trace_kvm_wait_lapic_expire"):
        chosen = next(v for v in VERBS if v == verb)
        if chosen != "commit":
            read(clone, Asked(symbol, chosen))
