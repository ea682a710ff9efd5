"""A home folder full of what must not be touched, and its state: who looks later sees what was."""

from __future__ import annotations

import hashlib
import os
import socket
import sqlite3
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from support.code import edited, file, function
from support.repos import Repo, git

Entry = tuple[int, int, int, int, int, str]
STORY = 'title = "t"\nsymbols = ["f"]\n'


def state(top: Path, but: Iterable[Path] = ()) -> dict[str, Entry]:
    """Every entry below a folder but for some folders: type and mode, owner, device, number of
    names, time (not of folders), and what it holds or leads to."""
    left_out = {os.fspath(path) for path in but}
    found: dict[str, Entry] = {}
    pending = [os.fspath(top)]
    while pending:
        path = pending.pop()
        if path in left_out:
            continue
        about = os.lstat(path)
        holds, time = "", about.st_mtime_ns
        if stat.S_ISDIR(about.st_mode):
            pending += [entry.path for entry in os.scandir(path)]
            time = 0
        elif stat.S_ISLNK(about.st_mode):
            holds = os.fspath(Path(path).readlink())
        elif stat.S_ISREG(about.st_mode):
            holds = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        nlink = 0 if stat.S_ISDIR(about.st_mode) else about.st_nlink
        found[path] = (about.st_mode, about.st_uid, about.st_rdev, nlink, time, holds)
    return found


@dataclass(frozen=True, slots=True)
class Decoy:
    """A home with a clone in it; `cache` is what minekvm may write into."""

    home: Path
    repo: Repo
    cache: Path

    @classmethod
    def build(cls, home: Path) -> Decoy:
        """Files of a user's, of all sorts; devices where the tests run as root."""
        home.mkdir(mode=0o700)
        notes = {".bashrc": "alias l=ls\n", "README.md": "# mine\n", "package.json": "{}\n"}
        notes |= {"poetry.lock": "mine\n", "poetry.new": "mine\n", "empty": "", "story.toml": STORY}
        notes |= {".config/app/settings.json": "{}\n", "notes/thesis.md": "one\n"}
        for name, text in notes.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        os.link(home / ".bashrc", home / "hard")
        for name, to in (("link", ".bashrc"), ("dangling", "nowhere"), ("linked", ".config/app")):
            (home / name).symlink_to(to)
        (home / "loop").symlink_to("loop")
        os.mkfifo(home / "fifo")
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.fspath(home / "socket"))
        if os.geteuid() == 0:
            for name, minor in (("null", 3), ("zero", 5), ("full", 7)):
                os.mknod(home / name, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
        _database(home / "theirs.sqlite")
        (home / "open").mkdir()
        (home / "open").chmod(0o777)
        (home / "sticky").mkdir()
        (home / "sticky").chmod(0o1777)
        Repo.create(home / "other.git", bare=True).commit("x", {"a.c": "int x;\n"})
        repo = Repo.create(home / "clone")
        repo.commit("begin", {"a.c": file(function("f"), function("g", "f"))})
        repo.commit("edit", {"a.c": file(edited("f"), function("g", "f"))})
        git("reset", "-q", "--hard", cwd=repo.path)
        (repo.path / "reports").symlink_to("../.config/app")  # as a hostile tree would have it
        (repo.path / "out").symlink_to("..")
        git("worktree", "add", "-q", "--detach", "../further", cwd=repo.path)
        (home / "cache").mkdir()
        return cls(home, repo, home / "cache")

    def state(self, *but: str) -> dict[str, Entry]:
        """The state of the home but for the cache folder and some others in it."""
        return state(self.home, (self.cache / "minekvm", *(self.home / name for name in but)))


def _database(path: Path) -> None:
    """Another program's database, 1,000 rows of it in a write-ahead log, as a kill leaves it."""
    making = path.with_name("making")
    database = sqlite3.connect(making)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE thesis(n)")
    database.commit()
    database.executemany("INSERT INTO thesis VALUES (?)", ((n,) for n in range(1000)))
    database.commit()
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).write_bytes(making.with_name(f"making{end}").read_bytes())
    database.close()
    making.unlink()
