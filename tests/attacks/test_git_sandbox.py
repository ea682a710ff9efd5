"""Nothing that a clone, an archive or the user's environment names is run, whatever is asked.

Behind every key of git's configuration that can name a program stands a canary, behind every hook,
every kind of address and every attribute too; the clone lacks what would make git go and get it.
With MINEKVM_OLD_GIT (a git program) all of it is tried with that one as well, with
MINEKVM_ALL_TRAPS each key is tried alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from support.repos import Repo, git
from support.running import Ran, assert_clear, run
from support.traps import ATTRIBUTES, GONE, Traps, archive, history, settings

Commands = Sequence[tuple[str, ...]]
ALONE = [frozenset({k}) for k in settings()] if "MINEKVM_ALL_TRAPS" in os.environ else []


@pytest.fixture(autouse=True, params=["own", "old"])
def the_git(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """The machine's git, and the one that MINEKVM_OLD_GIT names."""
    if request.param == "own":
        yield
        return
    if "MINEKVM_OLD_GIT" not in os.environ:
        pytest.skip("MINEKVM_OLD_GIT names no git program")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(os.environ["MINEKVM_OLD_GIT"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
        yield


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    return Traps.laid(tmp_path / "traps")


def queries(at: Path, commits: Sequence[str]) -> str:
    """A query file about `outer_step` and some commits."""
    named = ", ".join(f'"{commit}"' for commit in commits)
    at.write_text(
        f'title = "f"\nsymbols = ["outer_step"]\ncallers = ["inner_step"]\ncommits = [{named}]\n'
        'questions = ["why was outer_step added?"]\n'
    )
    return str(at)


def commands(tmp_path: Path, *revisions: str) -> Commands:
    """Every command that reads a clone, with revisions where it takes any."""
    revision = revisions[-1]
    story = queries(tmp_path / "story.toml", revisions)
    mails = tmp_path / "mails.git"
    if not mails.exists():
        archive(mails)
    return [
        ("lineage", "outer_step", "--json"),
        ("lineage", "outer_step", "--rev", revision, "--since", "2 years ago"),
        ("callers", "inner_step"),
        ("region", "--enter", "lock", "--exit", "unlock", "--in", "outer_step"),
        ("index",),
        ("index", "--rev", revision),
        ("mail", "index", str(mails)),
        ("why", "why was outer_step added?"),
        ("thread", "1@example.org"),
        ("report", story, "-o", str(tmp_path / "reports")),
        *((c, r) for r in revisions for c in ("inspect", "relate", "origins")),
    ]


def asked(clone: Path, tmp_path: Path, every: Commands, cwd: Path | None = None) -> list[Ran]:
    """Ask everything of a clone, then forget what was learned; nobody may see a traceback."""
    ran = []
    cache = tmp_path / "cold"
    shutil.rmtree(cache, ignore_errors=True)
    for command in every:
        place = () if cwd else ("--repo", str(clone))
        answer = run(*command, *place, cwd=cwd, env={"XDG_CACHE_HOME": str(cache)})
        assert answer.code in (0, 1), answer
        if answer.code:
            assert_clear(answer)
        ran.append(answer)
    return ran


def forget(repo: Repo, *names: str) -> None:
    for name in names:
        repo.object_path(name).unlink()


def test_a_clone_whose_objects_are_all_there(repo: Repo, tmp_path: Path, traps: Traps) -> None:
    history(repo)
    traps.arm(repo.git_dir)
    ran = asked(repo.path, tmp_path, commands(tmp_path, "HEAD~1"))
    assert [a.err for a in ran if a.code and "1@example.org" not in a.err] == []
    assert traps.sprung == []


@pytest.mark.parametrize("keys", [None, *ALONE])
@pytest.mark.parametrize("lost", ["HEAD", "commits", "trees", "blobs"])
def test_a_clone_that_lacks_objects_and_says_who_has_them(
    repo: Repo, tmp_path: Path, traps: Traps, lost: str, keys: frozenset[str] | None
) -> None:
    made = list(history(repo).parents)
    trees = [git("rev-parse", f"{c}^{{tree}}", cwd=repo.path) for c in made]
    blobs = [repo.blob(c, "a.c") for c in made]
    if lost == "HEAD":
        forget(repo, made[-1])
    else:
        forget(repo, *{"commits": made[:2], "trees": trees[:2], "blobs": blobs[:2]}[lost])
    repo.branch("gone", GONE)
    config = repo.git_dir / "config"
    newer = config.read_text().replace("version = 0", "version = 1")
    config.write_text(f"{newer}[extensions]\n\tpartialClone = none\n\tworktreeConfig = true\n")
    traps.arm(repo.git_dir, keys)
    asked(repo.path, tmp_path, commands(tmp_path, "HEAD", GONE, "refs/heads/gone"))
    assert traps.sprung == []


def test_revisions_that_read_an_index(repo: Repo, tmp_path: Path, traps: Traps) -> None:
    history(repo)
    git("read-tree", "HEAD", cwd=repo.path)
    git("checkout-index", "-a", cwd=repo.path)
    traps.arm(repo.git_dir)
    for words in (":a.c", ":0:a.c", ":./a.c", ":1:a.c"):
        for command in ("inspect", "relate", "origins"):
            assert_clear(run(command, words, "--repo", str(repo.path)), "index")
        assert_clear(
            run("lineage", "outer_step", "--rev", words, "--repo", str(repo.path)), "index"
        )
    story = queries(tmp_path / "story.toml", [":a.c"])
    run("report", story, "-o", str(tmp_path / "out"), "--repo", str(repo.path))
    asked(repo.path, tmp_path, [("inspect", "@{upstream}"), ("inspect", "HEAD@{1}")], repo.path)
    assert traps.sprung == []


def test_an_archive_of_mail(repo: Repo, tmp_path: Path, traps: Traps) -> None:
    history(repo)
    mails = archive(tmp_path / "mails.git")
    traps.arm(mails.git_dir)
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    place = ("--repo", str(repo.path))
    assert run("mail", "index", str(mails.path), *place, env=env).code == 0
    assert "edit outer_step 1" in run("thread", "1@example.org", *place, env=env).out
    more = mails.commit("a mail more", {"m": "Subject: x\nMessage-Id: <x@y>\n\nx\n"})
    forget(mails, mails.blob(more, "m"))
    run("mail", "index", str(mails.path), *place, env=env)
    forget(mails, more)
    run("mail", "index", str(mails.path), *place, env=env)
    run("mail", "status", *place, env=env)
    run("thread", "1@example.org", *place, env=env)
    assert traps.sprung == []


def test_a_clone_where_somebody_stands(
    repo: Repo, tmp_path: Path, traps: Traps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `git` in the clone, found by a path with a dot in it; programs in the environment."""
    history(repo)
    traps.arm(repo.git_dir)
    for name in ("git", "nice", "sh", "git-remote-none"):
        traps.canary(f"in the clone: {name}", repo.path / name)
    (repo.path / ".gitattributes").write_text(ATTRIBUTES)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EDITOR"):
        monkeypatch.setenv(name, str(traps.canary(name)))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "none:ext")
    ran = asked(repo.path, tmp_path, commands(tmp_path, "HEAD"), cwd=repo.path)
    assert [a.err for a in ran if a.code and "1@example.org" not in a.err] == []
    assert traps.sprung == []


def test_git_sees_shadows_alone_and_an_environment_from_nothing(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(repo)
    started: list[dict[str, Any]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, arguments: Sequence[str | bytes], **options: Any) -> None:
            if os.fsencode(arguments[0]) in (b"git", b"nice"):
                started.append(options)
            super().__init__(arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    monkeypatch.setenv("LESSOPEN", "x")
    asked(repo.path, tmp_path, commands(tmp_path, "HEAD", "main", GONE), cwd=repo.path)
    assert len(started) > 50
    shadows = f"{tmp_path}/cold/minekvm/shadows/"
    for options in started:
        env = options["env"]
        assert env["GIT_DIR"] == os.devnull or env["GIT_DIR"].startswith(shadows)
        assert {k for k in env if not k.startswith("GIT_")} <= {"LC_ALL", "PATH", "TMPDIR", "TZ"}
        assert "GIT_TRACE2_EVENT" not in env
        assert options["cwd"] == "/"


def test_the_canaries_sing_for_who_runs_git_in_the_clone(repo: Repo, traps: Traps) -> None:
    """Or the tests above would show nothing."""
    history(repo)
    repo.branch("gone", GONE)
    git("read-tree", "HEAD", cwd=repo.path)
    git("checkout-index", "-a", cwd=repo.path)
    # A filter that fails would end each of them before it comes to anything else.
    traps.arm(repo.git_dir, frozenset(k for k in settings() if not k.startswith("filter.")))
    for command in (
        ("log", "-1", "HEAD~2"),
        ("diff-tree", "--ext-diff", "-p", "HEAD"),
        ("rev-parse", "--verify", ":a.c^{blob}"),
        ("status",),
        ("cat-file", "-e", GONE),
        ("update-ref", "refs/heads/new", "HEAD"),
    ):
        subprocess.run(
            ["git", *command],
            cwd=repo.path,
            env={**os.environ, "GIT_ALLOW_PROTOCOL": "none:ext:trap:ssh:git"},
            capture_output=True,
            check=False,
        )
    wanted = {"core.fsmonitor", "diff.trap.command", "gpg.program"}
    wanted |= {"alias.remote-none", "hook_reference-transaction"}
    assert wanted - set(traps.sprung) == set(), traps.sprung
