"""Every claim of every answer holds: its checks are evaluated again, on git and the text alone.

What is read here is read by git and by a reader of C of a dozen lines that shares nothing with the
code that made the claims. Real clones are asked where their paths are given.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from minekvm.analyses.why import Asked, why
from minekvm.clone.clone import Clone, open_clone
from minekvm.core.why.model import Answer, Check, Claim
from support.quotes import assert_quotes_stand
from support.replica_built import Built
from support.repos import Repo

_NOISE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def text_of(clone: Path, commit: str, path: str) -> str:
    """A file at a commit, "" where it has none; comments, strings and characters left out."""
    shown = subprocess.run(
        ["git", "-C", str(clone), "cat-file", "blob", f"{commit}:{path}"],
        capture_output=True,
        check=False,
    )
    return _NOISE.sub(" ", shown.stdout.decode("latin-1")) if shown.returncode == 0 else ""


def bodies(text: str, name: str) -> Iterator[str]:
    """The texts from a name that a parenthesis and, before any semicolon, a brace follow."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}\s*\(", text):
        head = re.match(r"[^;{}]*\{", text[match.end() :])
        if head is None:
            continue
        depth, at = 1, match.end() + head.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield text[match.end() + head.end() : at]


def defines(text: str, name: str) -> bool:
    """Whether a text defines a function, a macro or a tracepoint."""
    bare = name.removeprefix("trace_")
    macro = re.search(rf"^[ \t]*#[ \t]*define[ \t]+{re.escape(name)}\b", text, re.MULTILINE)
    event = re.search(rf"(?:TRACE_EVENT|DEFINE_EVENT)\w*\s*\([^;]*?\b{re.escape(bare)}\b", text)
    return bool(macro or event) or any(True for _ in bodies(text, name))


def has(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def holds(clone: Path, commit: str, check: Check) -> bool:
    """Whether git and the text agree with a check."""
    sides = [(check.after, commit), (check.before, f"{commit}^")]
    for wanted, at in sides:
        if wanted is None:
            continue
        text = text_of(clone, at, check.path)
        if check.sort == "defines":
            found = defines(text, check.name)
        elif check.sort == "uses" and not check.function:
            found = has(text, check.name)
        else:
            found = any(has(body, check.name) for body in bodies(text, check.function))
            macro = re.search(rf"#\s*define\s+{re.escape(check.function)}\b", text)
            if macro is not None:
                found = found or has(text, check.name)
        if found != wanted:
            return False
    return True


def checked(claim: Claim) -> Iterator[Check]:
    yield from claim.checks


def assert_claims_hold(clone: Path, answer: Answer) -> int:
    """Evaluate every check of an answer; how many there were."""
    count = 0
    for claim in answer.claims:
        for check in checked(claim):
            assert holds(clone, claim.commit, check), (claim.text, check)
            count += 1
    return count


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("claims") / "replica.git")


@pytest.fixture(scope="module")
def clone(built: Built) -> Iterator[Clone]:
    with open_clone(built.path) as opened:
        yield opened


SYMBOLS = ("guest_enter_irqoff", "vcpu_enter_guest", "wait_lapic_expire", "guest_exit_irqoff")
ASKED = [
    *(f"why was {s} {v}?" for s in SYMBOLS for v in ("moved", "changed", "split", "removed")),
    *(f"why does vcpu_enter_guest call {s}?" for s in SYMBOLS),
    *(f"why did vcpu_enter_guest stop calling {s}?" for s in SYMBOLS),
    *(f"what made it possible to move {s}?" for s in SYMBOLS),
]


@pytest.mark.parametrize("question", ASKED)
def test_every_claim_of_the_replicas_answers_holds(clone: Clone, question: str) -> None:
    answer = why(clone, Asked(question))
    assert_claims_hold(clone.location.git_dir, answer)
    assert_quotes_stand(clone.location.git_dir, answer)


def test_every_commits_claims_hold(clone: Clone, built: Built) -> None:
    git_dir, commits = clone.location.git_dir, built.commits.values()
    counts = [assert_claims_hold(git_dir, why(clone, Asked(c))) for c in commits]
    assert sum(counts) > len(counts)


def test_a_check_that_does_not_hold_is_seen(repo: Repo) -> None:
    before = "int f(void)\n{\n\treturn g(1); /* h(2) */\n}\n"
    repo.commit("begin", {"a.c": before})
    commit = repo.commit("edit", {"a.c": before.replace("g(1)", "k(1)")})
    right = Check("calls", "k", "a.c", "f", before=False, after=True)
    assert holds(repo.path, commit, right)
    for wrong in (
        Check("calls", "g", "a.c", "f", before=True, after=True),
        Check("calls", "h", "a.c", "f", before=None, after=True),
        Check("defines", "g", "a.c", "", before=None, after=True),
        Check("uses", "k", "a.c", "", before=True, after=True),
    ):
        assert not holds(repo.path, commit, wrong)


REAL = {
    "MINEKVM_KERNEL_CLONE": ("why was kvm_vcpu_kick changed", "why does vcpu_enter_guest exist"),
    "MINEKVM_GIT_CLONE": (
        "why was resolve_ref replaced by resolve_refdup",
        "why did process_renames change",
        "why was prefixcmp removed",
    ),
}


@pytest.mark.parametrize(
    ("variable", "question"), [(v, q) for v, some in REAL.items() for q in some]
)
def test_every_claim_on_a_real_clone_holds(variable: str, question: str) -> None:
    path = os.environ.get(variable)
    if not path:
        pytest.skip(f"{variable} names no clone")
    with open_clone(Path(path)) as opened:
        answer = why(opened, Asked(question))
        assert_claims_hold(opened.location.git_dir, answer)
        assert_quotes_stand(opened.location.git_dir, answer)
