"""Help that can be pasted, paths as git takes them, the user's defaults and pager, the cache."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm.cli import completion
from minekvm.cli.commands import COMMANDS, load
from support.code import edited, file, function
from support.repos import Repo
from support.running import Ran, assert_clear, run

Run = Callable[..., Ran]
LEAVES = [
    (name, *sub)
    for name in COMMANDS
    for sub in [[s] for s in getattr(load(name), "commands", {})] or [[]]
]


@pytest.mark.parametrize("command", LEAVES, ids=" ".join)
def test_examples_stand_one_a_line_and_options_say_what_they_take(command: tuple[str, ...]) -> None:
    ran = run(*command, "--help", env={"COLUMNS": "80"})
    head, found, examples = ran.out.partition("\n  Example")
    assert found, "no examples"
    lines = examples.splitlines()[1:]
    assert lines
    assert all(line.startswith(f"    minekvm {command[0]}") for line in lines), lines
    assert "<str>" not in head
    assert "<path>" not in head
    wide = run(*command, "--help", env={"COLUMNS": "120"}).out
    assert len(wide.splitlines()) <= len(ran.out.splitlines())


def test_help_is_as_wide_as_the_terminal() -> None:
    ran = run("lineage", "--help", env={"COLUMNS": "130"})
    assert any(100 < len(line) <= 130 for line in ran.out.splitlines())


# --- paths


@pytest.fixture
def two(repo: Repo) -> Repo:
    """A function in two folders."""
    repo.commit("root", {"lib/a.c": file(function("f")), "drv/a.c": file(function("f"))})
    repo.commit("edit", {"lib/a.c": file(edited("f")), "drv/a.c": file(function("f"))})
    (repo.path / "lib" / "deep").mkdir(parents=True)
    return repo


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        (".", "lib/a.c"),
        ("lib", "a.c"),
        ("lib/deep", "../a.c"),
        ("lib", ":/lib/a.c"),
    ],
)
def test_a_path_counts_from_the_current_folder(two: Repo, folder: str, path: str) -> None:
    for ran in (
        run("lineage", "f", "--path", path, "--json", cwd=two.path / folder),
        run("lineage", "f", "--path", path, "--json", "-C", str(two.path / folder)),
    ):
        assert {d["path"] for d in ran.json["definitions"]} == {"lib/a.c"}


# --- what the user set up


def configure(home: Path, text: str) -> dict[str, str | None]:
    home.write_text(text)
    return {"GIT_CONFIG_GLOBAL": str(home)}


def test_defaults_are_the_users_and_never_the_clones(two: Repo, tmp_path: Path) -> None:
    with (two.git_dir / "config").open("a") as config:
        config.write("[minekvm]\n\tscope = drv\n\tindex = /nowhere/x.sqlite\n")
    every = run("lineage", "f", "--json", cwd=two.path).json
    assert {d["path"] for d in every["definitions"]} == {"lib/a.c", "drv/a.c"}
    env = configure(tmp_path / "home", "[minekvm]\n\tscope = lib\n")
    ran = run("lineage", "f", "--json", cwd=two.path, env=env)
    assert {d["path"] for d in ran.json["definitions"]} == {"lib/a.c"}
    assert "only lib: minekvm.scope" in ran.err
    other = run("lineage", "f", "--scope", "drv", "--json", cwd=two.path, env=env)
    assert {d["path"] for d in other.json["definitions"]} == {"drv/a.c"}


def test_archives_may_be_set_up(two: Repo, tmp_path: Path) -> None:
    assert_clear(run("mail", "index", cwd=two.path), "no archive")
    env = configure(tmp_path / "home", f"[minekvm]\n\tmailArchive = {tmp_path}/none\n")
    assert f"{tmp_path}/none" in run("mail", "index", cwd=two.path, env=env).err


def on_terminal(*arguments: str, cwd: Path, env: dict[str, str]) -> str:
    """What a terminal of 24 lines shows."""
    main, end = pty.openpty()
    code = (
        "import fcntl, termios, struct, sys\n"
        "fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))\n"
        "from minekvm.cli import main; sys.argv[0] = 'minekvm'; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=end,
        stdout=end,
        stderr=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "TERM": "dumb", **env},
    )
    os.close(end)
    shown = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    process.wait()
    os.close(main)
    return shown.decode().replace("\r\n", "\n")


def test_a_pager_is_the_users(two: Repo, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    with (two.git_dir / "config").open("a") as config:
        config.write(f"[core]\n\tpager = touch {evil}; cat\n[pager]\n\tminekvm = touch {evil}\n")
    asked, plain = ("lineage", "f"), {"PAGER": "cat"}
    assert "2 definitions" in on_terminal(*asked, cwd=two.path, env=plain)
    env = configure(tmp_path / "home", "[core]\n\tpager = sed s/^/paged:/\n")
    home = {"GIT_CONFIG_GLOBAL": str(env["GIT_CONFIG_GLOBAL"])}
    assert "paged:f, static function" in on_terminal(*asked, cwd=two.path, env=home)
    own = {**home, "GIT_PAGER": "sed s/^/own:/"}
    assert "own:f, static function" in on_terminal(*asked, cwd=two.path, env=own)
    assert "own:" not in on_terminal("--no-pager", *asked, cwd=two.path, env=own)
    assert "own:" not in on_terminal(*asked, "--json", cwd=two.path, env={**plain})
    missing = {**home, "GIT_PAGER": "no-such-pager"}
    assert "\nf, static function" in "\n" + on_terminal(*asked, cwd=two.path, env=missing)
    assert not evil.exists()


# --- completion


def test_words_complete(two: Repo, minekvm: Run) -> None:
    minekvm("lineage", "f")
    given = {"repo": two.path}

    def words(kind: str, begun: str) -> list[str]:
        return completion.completed(kind, given, begun)

    assert "guest-entry" in words("queries", "gue")
    assert words("verbs", "merg") == ["merged"]
    assert words("refs", "ma") == ["main"]
    assert words("refs", "HE") == ["HEAD"]
    assert words("paths", "lib/d") == ["lib/deep/"]
    assert words("symbols", "") == ["f"]
    assert words("symbols", "g") == []
    assert completion.completed("refs", {"repo": two.path / "nowhere"}, "m") == []


# --- the cache


def test_the_cache_lists_clones_and_removes_what_is_of_none(
    two: Repo, tmp_path: Path, minekvm: Run
) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert "0 clones" in run("cache", env=cache).out
    gone = Repo.create(tmp_path / "gone")
    gone.commit("root", {"a.c": file(function("g"))})
    for repo, symbol in ((two, "f"), (gone, "g")):
        assert run("lineage", symbol, "-C", str(repo.path), env=cache).code == 0
    gone.path.rename(tmp_path / "elsewhere")
    rows = {row["clone"]: row for row in run("cache", "--json", env=cache).json["kept"]}
    assert set(rows) == {str(two.path), str(gone.path)}
    assert rows[str(two.path)]["index"] > 0 < rows[str(two.path)]["shadow"]
    assert [row["gone"] for row in rows.values()].count(True) == 1
    assert "1 clone gone" in run("cache", env=cache).out
    ran = run("cache", "--remove-gone", env=cache)
    assert "removed what was kept of 1 clone" in ran.out
    left = [
        p.name for f in ("shadows", "indexes") for p in (tmp_path / "cache/minekvm" / f).iterdir()
    ]
    assert left
    assert not [name for name in left if name.startswith("gone-")]
    assert [r["clone"] for r in run("cache", "--json", env=cache).json["kept"]] == [str(two.path)]
