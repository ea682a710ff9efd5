"""The process itself: its environment, its cache, signals, pipes, others at the same time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm.cli.commands import COMMANDS, load
from support.clones import snapshot
from support.code import edited, file, function
from support.repos import Repo, git
from support.running import Ran, assert_clear, spawn
from support.stories import lineage_story

Ask = Callable[..., Ran]
STORY = ["edit: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]


@pytest.fixture
def grown(repo: Repo) -> Repo:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("edit", {"a.c": file(edited("f"), function("g"))})
    return repo


def fake_git(folder: Path, script: str) -> str:
    """A PATH whose git is a shell script; `$real` is the real one."""
    real = subprocess.run(["which", "git"], capture_output=True, check=True, text=True).stdout
    folder.mkdir()
    fake = folder / "git"
    fake.write_text(f"#!/bin/sh\nreal={real.strip()}\n{script}\n")
    fake.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


# --- the environment


def test_gits_own_variables_do_not_confuse(grown: Repo, tmp_path: Path) -> None:
    other = Repo.create(tmp_path / "other")
    other.commit("other", {"a.c": file(function("f", "other"))})
    evil = {
        "GIT_DIR": str(other.git_dir),
        "GIT_WORK_TREE": str(other.path),
        "GIT_OBJECT_DIRECTORY": str(other.git_dir / "objects"),
        "GIT_INDEX_FILE": "/dev/null/x",
        "GIT_NAMESPACE": "x",
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_NOGLOB_PATHSPECS": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.worktree",
        "GIT_CONFIG_VALUE_0": "/",
        "GIT_CEILING_DIRECTORIES": str(grown.path),
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_PAGER": "false",
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_TRACE": "1",
    }
    ran = spawn("lineage", "f", "--json", cwd=grown.path, env=evil, untouched=tmp_path / "clone")
    assert lineage_story(grown, ran.json) == STORY
    assert ran.err == ""


def test_the_users_configuration_does_not_matter(grown: Repo, tmp_path: Path) -> None:
    home = tmp_path / "user"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[safe]\n\tbareRepository = explicit\n[log]\n\tshowSignature = true\n\tfollow = true\n"
        "[diff]\n\texternal = false\n\trenames = false\n[color]\n\tui = always\n"
        "[core]\n\tquotePath = true\n\tpager = false\n[i18n]\n\tlogOutputEncoding = utf-16\n"
    )
    env = {"HOME": str(home), "GIT_CONFIG_GLOBAL": None, "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}
    ran = spawn("lineage", "f", "--json", "--repo", str(grown.path), env=env)
    assert lineage_story(grown, ran.json) == STORY
    assert ran.err == ""


def test_no_home(grown: Repo, minekvm: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"HOME": None}
    assert minekvm("lineage", "f", "--json", env=env).code == 0
    monkeypatch.setattr(Path, "home", _homeless)
    ran = minekvm("lineage", "f", env={"HOME": None, "XDG_CACHE_HOME": None})
    assert_clear(ran, "no home folder", "XDG_CACHE_HOME")


def _homeless() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_no_git(grown: Repo, minekvm: Ask, tmp_path: Path) -> None:
    for command in (("lineage", "f"), ("inspect", "HEAD"), ("lineage", "f", "--since", "now")):
        assert_clear(minekvm(*command, env={"PATH": str(tmp_path)}), "git is not installed")


def test_a_git_that_cannot_run(grown: Repo, minekvm: Ask, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_bytes(b"\x7fELF nonsense")
    (tmp_path / "bin" / "git").chmod(0o755)
    env = {"PATH": str(tmp_path / "bin")}
    assert_clear(minekvm("lineage", "f", env=env), "git cannot be started")


@pytest.mark.parametrize("verb", ["rev-parse", "grep", "log", "diff-tree", "cat-file"])
@pytest.mark.parametrize("how", ["exit 3", "echo 'fatal: no luck' >&2; exit 128", "kill -9 $$"])
def test_a_git_that_fails(grown: Repo, minekvm: Ask, tmp_path: Path, verb: str, how: str) -> None:
    script = f'case " $* " in *" {verb} "*) {how};; esac\nexec $real "$@"'
    env = {"PATH": fake_git(tmp_path / "bin", script)}
    for command in (("lineage", "f"), ("inspect", "HEAD"), ("lineage", "gone")):
        ran = minekvm(*command, "--json", env=env)
        if ran.code:
            assert_clear(ran)
        else:
            assert ran.json["gaps"] or verb not in _NEEDED[command[0]]


_NEEDED = {
    "lineage": ("rev-parse", "grep", "log", "cat-file"),
    "inspect": ("rev-parse", "cat-file"),
}


def test_a_git_that_complains_without_end(grown: Repo, minekvm: Ask, tmp_path: Path) -> None:
    noise = 'yes "warning: again" | head -c 300000 >&2'
    script = f'case " $* " in *" log "*) {noise};; esac\nexec $real "$@"'
    env = {"PATH": fake_git(tmp_path / "bin", script)}
    assert lineage_story(grown, minekvm("lineage", "f", "--json", env=env).json) == STORY


# --- the cache


@pytest.mark.parametrize("command", [("lineage", "f"), ("inspect", "HEAD")])
def test_a_cache_that_is_a_file(
    grown: Repo, minekvm: Ask, tmp_path: Path, command: tuple[str, str]
) -> None:
    (tmp_path / "cache").write_text("no folder\n")
    ran = minekvm(*command, env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert_clear(ran, "cache cannot be written", "XDG_CACHE_HOME")


def test_a_cache_below_what_cannot_be(grown: Repo, minekvm: Ask) -> None:
    assert_clear(minekvm("inspect", "HEAD", env={"XDG_CACHE_HOME": "/proc/nowhere"}), "cache")
    long = "/tmp/" + "x" * 300
    assert_clear(minekvm("inspect", "HEAD", env={"XDG_CACHE_HOME": long}), "cache")


def test_a_read_only_cache(grown: Repo, minekvm: Ask, tmp_path: Path, as_root: bool) -> None:
    if as_root:
        pytest.skip("root may write anywhere")
    (tmp_path / "cache").mkdir(mode=0o555)
    ran = minekvm("lineage", "f", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert_clear(ran, "cache cannot be written")


def test_a_relative_cache_is_not_heeded(grown: Repo, minekvm: Ask, tmp_path: Path) -> None:
    """The XDG specification says so."""
    env = {"XDG_CACHE_HOME": "relative", "HOME": str(tmp_path)}
    assert minekvm("inspect", "HEAD", cwd=tmp_path, env=env).code == 0
    assert not (tmp_path / "relative").exists()
    assert (tmp_path / ".cache" / "minekvm").is_dir()


def test_a_cache_in_ruins_is_mended(grown: Repo, minekvm: Ask, tmp_path: Path) -> None:
    env = {"XDG_CACHE_HOME": str(tmp_path)}
    assert minekvm("inspect", "HEAD", env=env).code == 0
    (shadow,) = (tmp_path / "minekvm" / "shadows").iterdir()
    for name in ("HEAD", "config", "packed-refs", "objects/info/alternates"):
        for ruin in (b"", b"\xff nonsense\n", None):
            if ruin is None:
                (shadow / name).unlink()
            else:
                (shadow / name).write_bytes(ruin)
            ran = minekvm("lineage", "f", "--json", env=env)
            assert lineage_story(grown, ran.json) == STORY, name


def test_only_the_cache_is_written(grown: Repo, minekvm: Ask, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    env = {"HOME": str(home), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert minekvm("lineage", "f", env=env, cwd=home).code == 0
    assert list(home.iterdir()) == []
    assert [p.name for p in (tmp_path / "cache").iterdir()] == ["minekvm"]


def test_ten_at_once_on_a_fresh_cache(grown: Repo, tmp_path: Path) -> None:
    before = snapshot(grown.path)
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "fresh")}
    command = [
        sys.executable,
        "-m",
        "minekvm",
        "inspect",
        "HEAD",
        "--json",
        "--repo",
        str(grown.path),
    ]
    running = [
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(10)
    ]
    ended = [(*process.communicate(timeout=180), process.returncode) for process in running]
    assert {(err, code) for _, err, code in ended} == {(b"", 0)}
    assert len({out for out, _, _ in ended}) == 1
    assert snapshot(grown.path) == before


# --- signals and pipes


def _living(group: int) -> list[int]:
    """The processes of a group that still run."""
    asked = ["ps", "-eo", "pid,pgid,stat"]
    listed = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()[1:]]
    return [int(p) for p, its, state in rows if int(its) == group and not state.startswith("Z")]


@pytest.mark.parametrize("verb", ["grep", "log", "cat-file", "rev-parse"])
def test_interrupted(grown: Repo, tmp_path: Path, verb: str) -> None:
    mark = tmp_path / "waiting"
    script = f'case " $* " in *" {verb} "*) touch {mark}; exec sleep 60;; esac\nexec $real "$@"'
    env = os.environ | {"PATH": fake_git(tmp_path / "bin", script)}
    running = subprocess.Popen(
        [sys.executable, "-m", "minekvm", "lineage", "f", "--repo", str(grown.path)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(2400):
        if mark.exists():
            break
        time.sleep(0.05)
    time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=180)
    assert (running.returncode, out, err) == (130, "", "minekvm: interrupted\n")
    for _ in range(400):
        if not _living(running.pid):
            break
        time.sleep(0.05)
    assert _living(running.pid) == []


@pytest.mark.parametrize("form", ["json", "terminal", "md"])
def test_a_reader_that_has_seen_enough(repo: Repo, form: str) -> None:
    many = [f"int f{at}(void)\n{{\n\treturn {at};\n}}\n" for at in range(900)]
    repo.commit("start", {"a.c": file(*many)})
    shell = '"$0" -m minekvm inspect HEAD --format $2 --repo "$1" | head -1; echo ${PIPESTATUS[0]}'
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable, str(repo.path), form],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "0"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(grown: Repo, closed: str) -> None:
    for commit, code in (("HEAD", 0), ("gone", 1)):
        shell = f'exec "$0" -m minekvm inspect {commit} --json --repo "$1" {closed}'
        done = subprocess.run(
            ["bash", "-c", shell, sys.executable, str(grown.path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done
        assert "Traceback" not in done.stderr
        assert done.stdout == "" or code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk(grown: Repo) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "minekvm", "lineage", "f", "--json", "--repo", str(grown.path)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith("minekvm: No space left on device")
    assert "Traceback" not in done.stderr


def test_arguments_that_are_no_text(grown: Repo) -> None:
    for arguments in (
        [b"lineage", b"\xff\xfe", b"--repo", os.fsencode(grown.path)],
        [b"inspect", b"\xff\xfe", b"--repo", os.fsencode(grown.path)],
        [b"inspect", b"HEAD", b"--repo", b"/\xff\xfe"],
    ):
        assert_clear(spawn(*arguments, untouched=grown.path))


def test_the_installed_command_answers_too(grown: Repo) -> None:
    script = Path(sys.executable).with_name("minekvm")
    if not script.exists() or not script.stat().st_mode & stat.S_IXUSR:
        pytest.skip("the package is not installed here")
    done = subprocess.run(
        [str(script), "lineage", "f", "--json", "-C", str(grown.path)],
        capture_output=True,
        check=True,
    )
    assert done.stdout.startswith(b"{")


def test_the_clone_may_change_while_it_is_read(grown: Repo, minekvm: Ask) -> None:
    git("gc", "-q", "--prune=now", cwd=grown.path)
    assert lineage_story(grown, minekvm("lineage", "f", "--json").json) == STORY


def test_the_table_of_commands_says_what_their_own_help_says() -> None:
    for name, text in COMMANDS.items():
        own = load(name).help.split("\n\n")[0]
        assert " ".join(own.split()).split(". ")[0].rstrip(".") == text


def test_listing_the_commands_loads_none_of_them() -> None:
    script = "import sys; sys.argv = ['minekvm', '--help']\nfrom minekvm.cli import main\n"
    script += "try: main()\nfinally: print([m for m in sys.modules if 'analyses' in m])"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout.endswith("[]\n")
    assert all(f"  {name} " in ran.stdout for name in COMMANDS)
