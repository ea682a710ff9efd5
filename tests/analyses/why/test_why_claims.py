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


def raw_of(clone: Path, commit: str, path: str) -> str:
    """A file at a commit, "" where it has none."""
    return git(clone, "cat-file", "blob", f"{commit}:{path}")


def text_of(clone: Path, commit: str, path: str) -> str:
    """A file at a commit; comments, strings and characters left out."""
    return _NOISE.sub(" ", raw_of(clone, commit, path))


def bodies(text: str, name: str) -> Iterator[str]:
    """The texts from a name that a parenthesis and, before any semicolon, a brace follow."""
    yield from (text[a:b] for a, b in body_spans(text, name))


def body_spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where those texts are."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}\s*\(", text):
        head = re.match(r"[^;{}]*\{", text[match.end() :])
        if head is None:
            continue
        depth, at = 1, match.end() + head.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        yield match.end() + head.end(), at


def defines(text: str, name: str) -> bool:
    """Whether a text defines a function, a macro or a tracepoint."""
    bare = name.removeprefix("trace_")
    macro = re.search(rf"^[ \t]*#[ \t]*define[ \t]+{re.escape(name)}\b", text, re.MULTILINE)
    event = re.search(rf"(?:TRACE_EVENT|DEFINE_EVENT)\w*\s*\([^;]*?\b{re.escape(bare)}\b", text)
    return bool(macro or event) or any(True for _ in bodies(text, name))


def has(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def holds(clone: Path, claimed: str, check: Check) -> bool:
    """Whether git and the text agree with a check."""
    commit = check.commit or claimed
    if check.sort == "ancestor":
        return git(clone, "merge-base", check.name, commit) == check.name
    if check.sort == "names":
        return spoken_of(clone, commit, check.name, check.other)
    if check.sort in ("body", "declaration"):
        sides = [parts(clone, at, check) for at in (f"{commit}^", commit)]
        return (sides[0] != sides[1]) == check.after
    sides_ = [(check.after, commit), (check.before, f"{commit}^")]
    return all(
        wanted is None or found(text_of(clone, at, check.path), check) == wanted
        for wanted, at in sides_
    )


def found(text: str, check: Check) -> bool:
    """Whether a text defines, calls or uses a name, or calls it after another."""
    if check.sort == "defines":
        return defines(text, check.name)
    if check.sort == "uses" and not check.function:
        return has(text, check.name)
    here = [*bodies(text, check.function)]
    macro = re.search(rf"#\s*define\s+{re.escape(check.function)}\b(?:.*\\\n)*.*", text)
    here += [macro[0]] if macro is not None else []
    if check.sort == "follows":
        return any(follows(body, check.name, check.other) for body in here)
    return any(has(body, check.name) for body in here)


def follows(body: str, name: str, other: str) -> bool:
    """Whether a call of a name ends behind the end of one of another."""
    ends = {n: [*call_ends(body, n)] for n in (name, other)}
    return bool(ends[name] and ends[other]) and max(ends[name]) > min(ends[other])


def call_ends(body: str, name: str) -> Iterator[int]:
    """Where the parentheses that follow a name close; its end where there are none."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)\s*(\()?", body):
        depth, at = int(match[1] is not None), match.end()
        while depth and at < len(body):
            depth += {"(": 1, ")": -1}.get(body[at], 0)
            at += 1
        yield at


def parts(clone: Path, commit: str, check: Check) -> list[str]:
    """The bodies of a name in a file, or the files' texts before them, with their comments."""
    raw = raw_of(clone, commit, check.path)
    text = _NOISE.sub(lambda m: " " * len(m[0]), raw)
    if check.sort == "declaration":
        heads = re.finditer(rf"(?:[^;{{}}]*)\b{re.escape(check.name)}\b[^;{{}}]*\{{", text)
        return [" ".join(raw[m.start() : m.end()].split()) for m in heads]
    places = [*body_spans(text, check.name)]
    define = rf"#\s*define\s+{re.escape(check.name)}\b(?:.*\\\n)*.*"
    places += [m.span() for m in re.finditer(define, text)]
    return [" ".join(raw[a:b].split()) for a, b in places]


def spoken_of(clone: Path, commit: str, other: str, how: str) -> bool:
    """Whether a message says a verb, and the hash or the subject of another commit."""
    message = git(clone, "log", "-1", "--format=%B", commit)
    subject = git(clone, "log", "-1", "--format=%s", other)
    theirs = [
        other,
        *re.findall(r"\b[0-9a-f]{40}\b", git(clone, "log", "-1", "--format=%B", other)),
    ]
    said = {"fixes": "fix", "reverts": "revert", "cites": ""}[how] in message.lower()
    hashes = re.findall(r"\b[0-9a-f]{7,40}\b", message)
    named = any(t.startswith(h) for h in hashes for t in theirs)
    return said and (named or subject in " ".join(message.split()))


def git(clone: Path, *arguments: str) -> str:
    """What git prints, as Latin-1 where it is no UTF-8."""
    command = ["git", "-C", str(clone), *arguments]
    shown = subprocess.run(command, capture_output=True, check=False).stdout
    try:
        return shown.decode().strip()
    except UnicodeDecodeError:
        return shown.decode("latin-1").strip()


def checked(claim: Claim) -> Iterator[Check]:
    yield from claim.checks


_HEAD = re.compile(r"([0-9a-f]{12}) \((\d{4}-\d\d-\d\d), (.*?)\) ")
_NAMED = re.compile(r'([0-9a-f]{12}) \("(.*?)", (\d{4}-\d\d-\d\d)\)')


def assert_claims_hold(clone: Path, answer: Answer) -> int:
    """Evaluate every check of an answer; how many there were.

    What is read off code has one at least, and so has what is said of another commit; who wrote a
    commit, when, and under which subject is as git has it.
    """
    count = 0
    for claim in answer.claims:
        assert claim.grade == "stated" or claim.checks, claim.text
        assert claim.checks or not _NAMED.search(claim.text), claim.text
        for hash_, day, author in _HEAD.findall(claim.text):
            shown = git(clone, "log", "-1", "--format=%ad, %an", "--date=short", hash_)
            assert f"{day}, {author}".startswith(shown) or shown.startswith(f"{day}, {author}")
        for hash_, subject, day in _NAMED.findall(claim.text):
            date, _, message = git(
                clone, "log", "-1", "--format=%ad %B", "--date=short", hash_
            ).partition(" ")
            assert (message.split("\n", 1)[0], date) == (subject, day), claim.text
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


def test_every_commits_claims_hold_and_quotes_stand_at_their_places(
    clone: Clone, built: Built
) -> None:
    git_dir, answers = (
        clone.location.git_dir,
        [why(clone, Asked(c)) for c in built.commits.values()],
    )
    counts = [assert_claims_hold(git_dir, answer) for answer in answers]
    assert sum(counts) > len(counts)
    for answer in answers:
        assert_quotes_stand(git_dir, answer)


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
