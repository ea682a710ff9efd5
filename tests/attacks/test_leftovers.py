"""What killed runs left is cleared by the next; what is not as it was made heals or is told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.decoy import Decoy
from support.repos import Repo
from support.running import assert_clear, run

# Runs a command and is killed within it: when a function of a module is called, before or after.
KILLED = """
import importlib, os, signal, sys
module, name, when = sys.argv[1:4]
module = importlib.import_module(module)
real = getattr(module, name)
def dying(*arguments, **named):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    real(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, name, dying)
sys.argv = ["minekvm", *sys.argv[4:]]
from minekvm.cli import main
main()
"""
REPORT = ("report", "story.toml", "-C", "clone", "-o", "there", "--format", "md,json")


def killed(decoy: Decoy, place: str, when: str, *command: str) -> None:
    module, _, name = place.rpartition(".")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, module, name, when, *command],
        cwd=decoy.home,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done


@pytest.mark.parametrize(
    "place",
    [
        ("minekvm.adapters.git.log.listing", "after"),
        ("minekvm.adapters.files.own.put", "after"),
        ("minekvm.adapters.git.shadow._copy_refs", "before"),
        ("minekvm.adapters.index.index_file._connected", "before"),
    ],
)
def test_the_cache_folder(decoy: Decoy, place: tuple[str, str]) -> None:
    shutil.rmtree(decoy.cache / "minekvm", ignore_errors=True)
    before = decoy.state()
    killed(decoy, *place, "index", "-C", "clone")
    kept = decoy.cache / "minekvm"
    assert run("index", "-C", "clone", cwd=decoy.home).code == 0
    assert list((kept / "tmp").iterdir()) == []
    assert not [p for p in kept.rglob("*.tmp") if p.is_file()]
    assert decoy.state() == before


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("there", [False, True])
def test_the_folder_of_a_report(decoy: Decoy, when: str, there: bool) -> None:
    assert run("index", "-C", "clone", cwd=decoy.home).code == 0
    if there:
        assert run(*REPORT, cwd=decoy.home).code == 0
    killed(decoy, "minekvm.adapters.files.outputs._rename", when, *REPORT)
    out = decoy.home / "there"
    assert any(p.name.startswith(".minekvm-") for p in out.iterdir())
    for _ in range(2):
        assert run(*REPORT, cwd=decoy.home).code == 0
    assert sorted(p.name for p in out.iterdir()) == ["story.json", "story.md"]


def test_what_a_living_run_holds_is_left_alone(decoy: Decoy) -> None:
    from minekvm.adapters.files import own

    with own.scratch_folder() as folder:
        with folder.create("file"):
            pass
        assert run("index", "-C", "clone", cwd=decoy.home).code == 0
        assert folder.about("file") is not None
    assert list((decoy.cache / "minekvm" / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", ["packed-refs", "HEAD", "config", "objects/info/alternates"])
def test_a_folder_in_the_shadow_is_told(decoy: Decoy, name: str) -> None:
    assert run("inspect", "HEAD", "-C", "clone", cwd=decoy.home).code == 0
    (shadow,) = (decoy.cache / "minekvm" / "shadows").glob("clone-*")
    (shadow / name).unlink()
    (shadow / name).mkdir()
    (shadow / name / "mine").write_text("mine")
    ran = run("inspect", "HEAD", "-C", "clone", cwd=decoy.home)
    assert_clear(ran, f"rm -r {shadow}")
    assert (shadow / name / "mine").read_text() == "mine"
    shutil.rmtree(shadow)
    assert run("inspect", "HEAD", "-C", "clone", cwd=decoy.home).code == 0


@pytest.mark.parametrize("thing", ["file", "folder", "link"])
@pytest.mark.parametrize("place", ["shadows", "indexes", "locks", "tmp"])
def test_something_else_in_the_cache_folder_is_told(decoy: Decoy, place: str, thing: str) -> None:
    kept = decoy.cache / "minekvm"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    (decoy.home / "elsewhere").mkdir()
    if thing == "file":
        (kept / place).write_text("mine")
    elif thing == "link":
        (kept / place).symlink_to(decoy.home / "elsewhere")
    else:
        (kept / place).mkdir()
    ran = run("index", "-C", "clone", cwd=decoy.home)
    if thing == "folder":
        assert ran.code == 0
    else:
        assert_clear(ran, str(kept / place))
        assert list((decoy.home / "elsewhere").iterdir()) == []
    shutil.rmtree(kept)


def test_a_folder_where_the_index_should_be_is_told(decoy: Decoy) -> None:
    assert run("index", "-C", "clone", cwd=decoy.home).code == 0
    (index,) = (decoy.cache / "minekvm" / "indexes").glob("clone-*.sqlite")
    for beside in index.parent.iterdir():
        beside.unlink()
    index.mkdir()
    assert_clear(run("index", "-C", "clone", cwd=decoy.home), f"mv {index} {index}.aside")
    index.rename(f"{index}.aside")
    assert run("index", "-C", "clone", cwd=decoy.home).code == 0


def test_another_clone_at_the_same_path_is_seen(tmp_path: Path) -> None:
    """A shadow that was another clone's, of other objects and another format, is renewed."""
    path = tmp_path / "clone"
    for number, algorithm in enumerate(("sha1", "sha256", "sha1")):
        repo = Repo.create(path, algorithm=algorithm)
        made = repo.commit(f"number {number}", {"a.c": f"int f(void)\n{{ return {number}; }}\n"})
        answer = run("inspect", "HEAD", "-C", str(path), "--json").json
        assert answer["commit"] == made
        (kept,) = Path(os.environ["XDG_CACHE_HOME"], "minekvm", "shadows").glob(
            f"clone-{_digest(path)}*"
        )
        subprocess.run(
            ["git", "commit-graph", "write", "--reachable"],
            env=os.environ | {"GIT_DIR": str(kept)},
            check=True,
            stderr=subprocess.DEVNULL,
        )
        shutil.rmtree(path)


def _digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(os.fsencode(path / ".git")).hexdigest()[:12]
