"""Disks that are full or read-only, masks, and other users: one clear line, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.decoy import Decoy, state
from support.running import Ran, assert_clear, run

ROOT = os.geteuid() == 0
NOBODY = 65534
REPORT = ("report", "story.toml", "-C", "clone", "-o", "there", "--format", "md,json")
as_root = pytest.mark.skipif(not ROOT, reason="only root can mount, and be another user")


# What is imported late must be there before the process is another user's.
CHILD = """
import contextlib, ctypes, hmac, importlib, io, os, pkgutil, resource, sys
import minekvm
for module in pkgutil.walk_packages(minekvm.__path__, "minekvm."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
asked, sys.argv = sys.argv, ["minekvm", "query", "check", "guest-entry"]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    minekvm.cli.main()
"".encode("unicode-escape")
exec(asked[1])
sys.argv = ["minekvm", *asked[2:]]
minekvm.cli.main()
"""


def child(decoy: Decoy, *command: str, first: str, env: dict[str, str] | None = None) -> Ran:
    """Run a command in a process of its own, which does something first."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, first, *command],
        cwd=decoy.home,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=180,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


SMALL_FILES = "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))"


def test_a_full_disk_leaves_the_report_that_was(decoy: Decoy) -> None:
    assert run(*REPORT, cwd=decoy.home).code == 0
    before = decoy.state()
    assert_clear(child(decoy, *REPORT, first=SMALL_FILES))
    assert decoy.state() == before


def test_a_full_disk_and_no_cache_yet(decoy: Decoy) -> None:
    shutil.rmtree(decoy.cache / "minekvm", ignore_errors=True)
    before = decoy.state()
    assert_clear(child(decoy, "index", "-C", "clone", first=SMALL_FILES))
    assert decoy.state() == before
    assert run("index", "-C", "clone", cwd=decoy.home).code == 0


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a small disk; it is taken away in the end."""
    places: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / f"disk{len(places)}"
        place.mkdir()
        asked = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        if subprocess.run(asked, capture_output=True, check=False).returncode:
            pytest.skip("nothing can be mounted here")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", str(place)], check=False)


@as_root
@pytest.mark.parametrize("size", ["16k", "64k", "200k"])
def test_a_disk_that_fills_up(
    decoy: Decoy, mounted: Callable[[str], Path], size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = mounted(f"size={size}")
    (disk / "mine").write_text("mine")
    before = decoy.state()
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
    assert_clear(run("index", "-C", "clone", cwd=decoy.home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(decoy.cache))
    assert_clear(run("index", "-C", "clone", "--index", str(disk / "index"), cwd=decoy.home))
    out = str(disk / "out")
    ran = run("report", "story.toml", "-C", "clone", "-o", out, "--format", "html", cwd=decoy.home)
    assert ran.code in (0, 1)
    if ran.code:
        assert_clear(ran)
        assert not list((disk / "out").iterdir())
    assert (disk / "mine").read_text() == "mine"
    assert decoy.state() == before


@as_root
def test_a_disk_that_is_read_only(
    decoy: Decoy, mounted: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = mounted("size=1m")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert_clear(run("index", "-C", "clone", "--index", str(disk / "index"), cwd=decoy.home))
    assert_clear(run("query", "new", str(disk / "q.toml"), cwd=decoy.home))
    assert_clear(run(*REPORT[:4], "-o", str(disk / "out"), cwd=decoy.home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
    assert_clear(run("inspect", "HEAD", "-C", "clone", cwd=decoy.home), "XDG_CACHE_HOME")


@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022, 0o077])
def test_nobody_else_may_write_what_is_made(decoy: Decoy, mask: int) -> None:
    shutil.rmtree(decoy.cache / "minekvm", ignore_errors=True)
    before = os.umask(mask)
    try:
        assert run("index", "-C", "clone", cwd=decoy.home).code == 0
        assert run(*REPORT, cwd=decoy.home).code == 0
        assert run("index", "-C", "clone", "--index", "there/index", cwd=decoy.home).code == (
            0 if mask else 1  # a folder that anybody may write into
        )
    finally:
        os.umask(before)
    for path in (decoy.cache / "minekvm").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o022, path
    for path in (decoy.home / "there").iterdir():
        assert not stat.S_IMODE(path.stat().st_mode) & mask, path


def test_a_mask_that_leaves_nothing(decoy: Decoy) -> None:
    """Root may do all the same; others get one line."""
    shutil.rmtree(decoy.cache / "minekvm", ignore_errors=True)
    ran = child(decoy, "index", "-C", "clone", first="os.umask(0o777)")
    if ran.code:
        assert_clear(ran)
    subprocess.run(["chmod", "-R", "u+rwX", str(decoy.cache)], check=True)


# --- other users


AS_NOBODY = f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user can reach, as /tmp is."""
    place = Path(tempfile.mkdtemp(prefix="minekvm-attacks-"))
    place.chmod(0o1777)
    yield place
    shutil.rmtree(place)


@as_root
@pytest.mark.parametrize("what", ["folder", "link", "inside"])
def test_another_users_cache_is_not_used(
    decoy: Decoy, public: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else was first in a sticky folder, and waits for what root writes."""
    theirs = public / "minekvm"
    if what == "link":
        theirs.symlink_to(decoy.home / "notes")
        os.lchown(theirs, NOBODY, NOBODY)
    else:
        theirs.mkdir()
        os.chown(theirs, NOBODY if what == "folder" else 0, NOBODY)
        if what == "inside":
            (theirs / "shadows").mkdir()
            os.chown(theirs / "shadows", NOBODY, NOBODY)
    monkeypatch.setenv("XDG_CACHE_HOME", str(public))
    before, theirs_before = decoy.state(), state(public)
    assert_clear(run("inspect", "HEAD", "-C", "clone", cwd=decoy.home), "XDG_CACHE_HOME")
    assert decoy.state() == before
    assert {k: v for k, v in state(public).items() if k in theirs_before} == theirs_before


@as_root
def test_an_index_among_other_users_is_refused(decoy: Decoy, public: Path) -> None:
    theirs = public / "theirs"
    theirs.mkdir()
    os.chown(theirs, NOBODY, NOBODY)
    for place in (public / "index", theirs / "index"):
        assert_clear(run("index", "-C", "clone", "--index", str(place), cwd=decoy.home), "others")
    assert list(theirs.iterdir()) == []
    mine = public / "mine"
    mine.mkdir()
    done = run("index", "-C", "clone", "--index", str(mine / "index"), cwd=decoy.home)
    assert done.code == 0


@as_root
def test_reports_in_a_sticky_folder(decoy: Decoy, public: Path) -> None:
    """Another user's file under a report's name stays, and neither is a link of theirs followed."""
    (public / "story.md").write_text("theirs\n<!-- minekvm.report/1 -->\n")
    (public / "story.json").symlink_to(decoy.home / "package.json")
    for name in ("story.md", "story.json"):
        os.lchown(public / name, NOBODY, NOBODY)
    before = decoy.state()
    for ending in ("md", "json"):
        ran = run(*REPORT[:4], "-o", str(public), "--format", ending, cwd=decoy.home)
        if ending == "json":
            assert_clear(ran, "a link")
    assert decoy.state() == before
    ran = run(*REPORT[:4], "-o", str(public), "--format", "html", cwd=decoy.home)
    assert ran.code == 0


@as_root
def test_a_user_without_rights(decoy: Decoy, public: Path) -> None:
    """Who may only read somebody's clone answers from it, and gets one line for what fails."""
    shutil.copytree(decoy.repo.path, public / "clone", symlinks=True)
    (public / "locked").mkdir(mode=0o755)
    home = public / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
    os.chown(home, NOBODY, NOBODY)
    own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    before = state(public, (home,))

    def asked(*command: str, **env: str) -> Ran:
        return child(
            Decoy(public, decoy.repo, home),
            *command,
            first=AS_NOBODY,
            env=own | {"GIT_CONFIG_GLOBAL": str(home / ".gitconfig")} | env,
        )

    assert asked("inspect", "HEAD", "-C", "clone").code == 0
    assert_clear(asked("index", "-C", "clone", "--index", "locked/index"))
    assert_clear(asked("index", "-C", "clone", XDG_CACHE_HOME=str(public / "locked")))
    assert_clear(asked("query", "new", "locked/q.toml"))
    assert_clear(asked("report", "guest-entry", "-C", "clone", "-o", "locked", "--format", "md"))
    assert_clear(asked("index", "-C", "clone", XDG_CACHE_HOME=str(decoy.cache)))
    assert state(public, (home,)) == before
