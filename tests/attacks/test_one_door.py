"""Nothing of minekvm writes but `adapters/files`: read off its code, and watched while it runs."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import minekvm
from support.code import edited, file, function
from support.repos import Repo

SOURCES = Path(minekvm.__file__).parent
DOOR = "adapters/files/"
# Who starts programs, which may write on their own: git in our folders, and a second Python.
STARTS = {
    "adapters/git/process.py",
    "adapters/git/shadow.py",  # the commit-graph, into the shadow
    "adapters/interpreter.py",
    "adapters/pager.py",  # the user's own, for a person at a terminal
}
# libgit2 writes repositories of ours, into a folder of one run.
LIBRARY = "adapters/git/library.py"
DATABASE = "adapters/index/index_file.py"

WRITES = {  # methods of files, paths and modules that write
    *("chmod", "chown", "copy2", "copyfile", "copyfileobj", "copytree", "fchmod", "fchown"),
    *("ftruncate", "hardlink_to", "lchmod", "lchown", "makedirs", "mkdir"),
    *("mkdtemp", "mkfifo", "mknod", "mkstemp", "pwrite", "pwritev", "removedirs", "rename"),
    *("renames", "rmdir", "rmtree", "symlink_to", "sendfile", "touch", "truncate"),
    *("unlink", "utime", "write_bytes", "write_text", "writev", "setxattr"),
}
MODULES = {"tempfile", "shutil", "fileinput", "zipfile", "tarfile", "dbm", "shelve", "mmap"}


def offences(name: str, text: str) -> Iterator[str]:
    """What in a module writes, or could."""
    tree = ast.parse(text)
    values = {
        target.id: ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        place = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [a.name for a in node.names]
            if isinstance(node, ast.ImportFrom):
                modules.append(node.module or "")
            for module in modules:
                if module.partition(".")[0] in MODULES:
                    yield f"{place}: imports {module}"
                if module.partition(".")[0] == "pygit2" and name != LIBRARY:
                    yield f"{place}: imports {module}"
                if module == "subprocess" and name not in {*STARTS, "adapters/git/objects.py"}:
                    yield f"{place}: imports {module}"
        elif isinstance(node, ast.Call):
            yield from (f"{place}: {what}" for what in _calls(name, node, values))


def _calls(name: str, call: ast.Call, values: dict[str, str]) -> Iterator[str]:
    called = call.func
    if isinstance(called, ast.Name) and called.id == "open" and _may_write(call, 1):
        yield "open"
    if not isinstance(called, ast.Attribute):
        return
    owner = ast.unparse(called.value)
    if called.attr in WRITES:
        yield f"{owner}.{called.attr}"
    if called.attr == "open" and owner == "os":
        flags = ast.unparse(call.args[1])
        flags = values.get(flags, flags)
        if "os.devnull" not in ast.unparse(call.args[0]) and "O_RDONLY" not in flags:
            yield f"os.open {flags}"
        if any(f"O_{f}" in flags for f in ("RDWR", "CREAT", "TRUNC", "APPEND")):
            yield f"os.open {flags}"
    elif called.attr == "open" and _may_write(call, 0):
        yield f"{owner}.open"
    if called.attr == "fdopen" and _may_write(call, 1):
        yield f"{owner}.fdopen"
    if called.attr in ("replace", "remove", "link", "symlink") and owner == "os":
        yield f"os.{called.attr}"
    # A text's or a date's `replace` takes two texts, or names; a path's takes one.
    if called.attr == "replace" and len(call.args) == 1 and not call.keywords:
        yield f"{owner}.replace"
    if called.attr == "connect" and owner == "sqlite3" and name != DATABASE:
        yield "sqlite3.connect"


def _may_write(call: ast.Call, nth: int) -> bool:
    """Whether a call of `open` has a mode that writes, or one that cannot be read off."""
    given = [k.value for k in call.keywords if k.arg == "mode"]
    mode = given[0] if given else call.args[nth] if len(call.args) > nth else None
    if mode is None:
        return False
    return not isinstance(mode, ast.Constant) or bool(set(str(mode.value)) & set("wax+"))


def test_no_other_code_writes() -> None:
    found: list[str] = []
    for path in sorted(SOURCES.rglob("*.py")):
        name = path.relative_to(SOURCES).as_posix()
        if not name.startswith(DOOR):
            found += offences(name, path.read_text())
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        *("open(p, 'w')", "open(p, mode=m)", "p.open('ab')", "p.open(mode='r+')", "p.replace(q)"),
        *("os.replace(p, q)", "os.remove(p)", "p.write_text('')", "os.open(p, os.O_WRONLY)"),
        *("sqlite3.connect(p)", "import tempfile", "from shutil import rmtree", "p.mkdir()"),
        *("os.open(p, flags)", "import subprocess", "os.open(p, os.O_RDONLY | os.O_CREAT)"),
    ],
)
def test_the_test_sees(line: str) -> None:
    assert list(offences("core/model.py", line))


@pytest.mark.parametrize(
    "line",
    [
        *("open(p)", "p.open('rb')", "s.replace('a', 'b')", "d.replace(tzinfo=UTC)"),
        *("os.open(p, os.O_RDONLY | os.O_CLOEXEC)", "names.remove(n)", "replace(v, a=1)"),
    ],
)
def test_the_test_is_not_afraid(line: str) -> None:
    assert not list(offences("core/model.py", line))


# --- watched

CALLER = "int g(int n)\n{\n\tf(n);\n\treturn n;\n}\n"

# Runs commands with an audit hook that notes whatever writes, and through what of ours.
WATCHED = """
import json, os, sys
from pathlib import Path

notes, watching = [], False
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
acts = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
        "os.chmod", "os.chown", "os.utime", "os.setxattr", "shutil.rmtree", "shutil.move",
        "shutil.copyfile", "tempfile.mkstemp", "tempfile.mkdtemp", "sqlite3.connect"}

def noted(event, arguments):
    if not watching:
        return
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int) or not (flags or 0) & writing or path == os.devnull:
            return
    elif event not in acts:
        return
    through, frame = [], sys._getframe(1)
    while frame:
        through.append(frame.f_globals.get("__name__", ""))
        frame = frame.f_back
    notes.append([event, [os.fsdecode(a) if isinstance(a, (str, bytes)) else repr(a)
                          for a in arguments], through])

sys.addaudithook(noted)
commands = json.loads(sys.argv[1])
from minekvm.cli import main
codes = []
for command in commands:
    sys.argv = ["minekvm", *command]
    watching = True
    try:
        main()
    except SystemExit as end:
        codes.append(end.code)
    watching = False
Path(os.environ["NOTES"]).write_text(json.dumps([codes, notes]))
"""


def test_watched_while_running_only_the_door_writes(repo: Repo, tmp_path: Path) -> None:
    repo.commit("begin", {"a.c": file(function("f"), CALLER)})
    fixed = repo.commit("edit", {"a.c": file(edited("f"), CALLER)})
    repo.commit(f'mend\n\nFixes: {fixed[:12]} ("edit")\n', {"a.c": file(function("f"), CALLER)})
    story = tmp_path / "story.toml"
    story.write_text('title = "t"\nsymbols = ["f"]\ncallers = ["f"]\nquestions = ["why HEAD?"]\n')
    (tmp_path / "a.mbox").write_text(
        "From a@example.org Thu Jan  2 10:00:00 2020\nFrom: A <a@example.org>\n"
        "Date: Thu, 2 Jan 2020 10:00:00 +0000\nSubject: [PATCH] edit\n"
        "Message-Id: <1@example.org>\n\nHello.\n"
    )
    at = ("--repo", str(repo.path))
    commands = [
        *(["index", *at, "--words"], ["index", *at, "--index", "own.sqlite"]),
        *(["lineage", "f", *at], ["inspect", "HEAD", *at], ["relate", "HEAD", *at]),
        *(["origins", "HEAD", *at], ["callers", "f", *at], ["why", "HEAD", *at]),
        *(["inspect", "HEAD@{0}", *at], ["index", *at, "--status"]),
        ["region", "--enter", "a", "--exit", "b", "--in", "g", *at],
        *(["mail", "index", "a.mbox", *at], ["thread", "1@example.org", *at]),
        *(["report", "story.toml", *at], ["report", "story.toml", *at, "--format", "dot,md"]),
        *(["query", "new", "new.toml"], ["demo", "-o", "demo"]),
    ]
    notes = tmp_path / "notes.json"
    subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, json.dumps(commands)],
        cwd=tmp_path,
        check=True,
        env=os.environ | {"NOTES": str(notes), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        stdout=subprocess.DEVNULL,
    )
    codes, seen = json.loads(notes.read_text())
    assert [n for n, code in enumerate(codes) if code] == [8, 10]  # no reflog, no such region
    door = "minekvm.adapters.files."
    past = [
        (event, arguments)
        for event, arguments, through in seen
        if not any(name.startswith(door) for name in through)
        and (event != "sqlite3.connect" or "minekvm.adapters.index.index_file" not in through)
    ]
    assert past == []
    assert {"open", "os.mkdir", "os.rename", "sqlite3.connect"} <= {event for event, *_ in seen}
    made = {"a.mbox", "cache", "clone", "demo", "new.toml", "own.sqlite", "reports", "story.toml"}
    assert {p.name for p in tmp_path.iterdir()} - {"notes.json"} == made
    assert len(list((tmp_path / "reports").iterdir())) == 5
    assert list((tmp_path / "cache" / "minekvm" / "tmp").iterdir()) == []
