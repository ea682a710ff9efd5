"""The public API: the values that the commands print, silent, typed, and nothing held."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import minekvm
from minekvm.api.result import Result
from minekvm.replica import write, write_mails
from support.repos import Repo, git
from support.running import run

MOVED = "why did trace_kvm_wait_lapic_expire move out of wait_lapic_expire?"

Asked = Callable[[minekvm.Clone], Result]

QUESTIONS: dict[str, tuple[list[str], Asked]] = {
    "lineage": (["lineage", "guest_enter_irqoff"], lambda c: c.lineage("guest_enter_irqoff")),
    "narrowed": (
        ["lineage", "vcpu_enter_guest", "--since", "2018-01-01", "--until", "2021-06-01"],
        lambda c: c.lineage("vcpu_enter_guest", since="2018-01-01", until="2021-06-01"),
    ),
    "blame": (["blame", "vcpu_run"], lambda c: c.blame("vcpu_run")),
    "inspect": (["inspect", "HEAD"], lambda c: c.inspect("HEAD")),
    "callers": (["callers", "guest_enter_irqoff"], lambda c: c.callers("guest_enter_irqoff")),
    "region": (
        ["region", "--enter", "srcu_read_lock", "--exit", "srcu_read_unlock", "--in", "vcpu_run"],
        lambda c: c.region(enter="srcu_read_lock", exit="srcu_read_unlock", within="vcpu_run"),
    ),
    "relate": (["relate", "HEAD~3"], lambda c: c.relate("HEAD~3")),
    "connection": (["relate", "HEAD", "HEAD~9"], lambda c: c.relate("HEAD", "HEAD~9")),
    "origins": (["origins", "HEAD~5", "--top", "3"], lambda c: c.origins("HEAD~5", top=3)),
    "thread": (["thread", "MAILED"], lambda c: c.thread("MAILED")),
    "why": (["why", MOVED], lambda c: c.why(MOVED)),
    "report": (["report", "lapic-timer-advance"], lambda c: c.report("lapic-timer-advance")),
}


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("api")
    write(base / "replica.git")
    write_mails(base / "mails.git")
    ran = run("mail", "index", str(base / "mails.git"), "--repo", str(base / "replica.git"))
    assert ran.code == 0
    return base / "replica.git"


@pytest.fixture(scope="module")
def mailed(replica: Path) -> str:
    """A commit that was sent as a mail."""
    listed = subprocess.run(
        ["git", "rev-list", "HEAD"], cwd=replica, check=True, capture_output=True, text=True
    )
    for commit in listed.stdout.split():
        if run("thread", commit, "--repo", str(replica), "--json").code == 0:
            return commit
    raise AssertionError("no commit of the replica was mailed")


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_what_the_command_prints(replica: Path, mailed: str, name: str) -> None:
    arguments, ask = QUESTIONS[name]
    arguments = [mailed if a == "MAILED" else a for a in arguments]
    ran = run(*arguments, "--repo", str(replica), "--json")
    assert ran.code == 0, ran.err
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        with minekvm.open(replica) as clone:
            if name == "thread":
                answer: Result = clone.thread(mailed)
            else:
                answer = ask(clone)
        assert answer.to_json() == ran.out.removesuffix("\n")
    assert (out.getvalue(), err.getvalue()) == ("", "")
    assert answer.to_dict() == json.loads(ran.out)


def test_answers_are_frozen_and_of_named_types(replica: Path, mailed: str) -> None:
    with minekvm.open(replica) as clone:
        answers: list[Result] = [
            clone.lineage("guest_enter_irqoff"),
            clone.inspect("HEAD"),
            clone.callers("guest_enter_irqoff"),
            clone.region(enter="srcu_read_lock", exit="srcu_read_unlock", within="vcpu_run"),
            clone.relate("HEAD"),
            clone.relate("HEAD", "HEAD~1"),
            clone.origins("HEAD"),
            clone.thread(mailed),
            clone.why(mailed),
            clone.report("kvm-srcu"),
        ]
    named = [*map(type, answers)]
    assert [t.__name__ for t in named] == [
        *("Lineage", "Inspection", "Callers", "Region", "Relations", "Connection", "Origins"),
        *("Thread", "Answer", "Report"),
    ]
    for answer, type_ in zip(answers, named, strict=True):
        assert getattr(minekvm, type_.__name__) is type_
        assert isinstance(answer.gaps, tuple)  # type: ignore[attr-defined]
        field = dataclasses.fields(answer)[0].name  # type: ignore[arg-type]
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(answer, field, None)


def test_what_one_question_could_not_read_is_no_gap_of_the_next(repo: Repo) -> None:
    repo.commit(
        "start", {"a.c": "int f(void) { return 1; }\n", "b.c": "int g(void) { return 1; }\n"}
    )
    made = repo.commit("lost", {"a.c": "int f(void) { return 2; }\n"})
    repo.commit("later", {"b.c": "int g(void) { return 2; }\n"})
    blob = git("rev-parse", f"{made}:a.c", cwd=repo.path)
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with minekvm.open(repo.path) as clone:
        assert clone.lineage("f", path="a.c").gaps
        assert not clone.lineage("g", path="b.c").gaps
        assert clone.lineage("f", path="a.c").gaps


def test_errors_are_values_of_the_package(repo: Repo, tmp_path: Path) -> None:
    repo.commit("start", {"a.c": "int f(void) { return 1; }\n"})
    with pytest.raises(minekvm.NotARepository):
        minekvm.open(tmp_path / "nothing")
    with minekvm.open(repo.path) as clone:
        with pytest.raises(minekvm.UnknownSymbol):
            clone.lineage("nowhere")
        with pytest.raises(minekvm.UnknownCommit):
            clone.inspect("nothing")
        with pytest.raises(minekvm.QueryFailed):
            clone.report("no-such-story")
        with pytest.raises(minekvm.MinekvmError, match="no such verb"):
            clone.why("f", verb="flown")
    with pytest.raises(minekvm.MinekvmError, match="closed"):
        clone.lineage("f")


def test_the_environment_is_left_as_it_was(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("start", {"a.c": "int f(void) { return 1; }\n"})
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    before = dict(os.environ)
    with minekvm.open(repo.path) as clone:
        assert len(clone.lineage("f", whole_messages=True).events) == 1
        with pytest.raises(minekvm.UnknownSymbol):
            clone.lineage("g")
    assert dict(os.environ) == before


def test_progress_is_heard_and_nothing_is_held(repo: Repo) -> None:
    repo.commit("start", {"a.c": "int f(void) { return 1; }\n"})
    steps: list[str] = []

    def hear(step: str, done: int = 0, total: int = 0) -> None:
        steps.append(step)

    with minekvm.open(repo.path, progress=hear) as clone:
        clone.relate("HEAD")
        assert any("reading what commits say" in step for step in steps)
        assert run("index", "--repo", str(repo.path)).code == 0  # would wait for who holds it
        repo.commit("more", {"a.c": "int f(void) { return 2; }\n"})
        assert len(clone.lineage("f").events) == 2


def test_importing_loads_nothing_that_is_not_used() -> None:
    script = "import minekvm, sys; print([m for m in sys.modules if m.startswith('minekvm.')])"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ast.literal_eval(ran.stdout) == ["minekvm.version"]


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(minekvm, name) is not None for name in minekvm.__all__)
    with pytest.raises(AttributeError):
        _ = minekvm.nothing  # type: ignore[attr-defined]
    stub = ast.parse((Path(minekvm.__file__).with_suffix(".pyi")).read_text(encoding="utf-8"))
    named = {a.asname for n in ast.walk(stub) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert named == set(minekvm.__all__)
