"""A clone brings Python modules in its top folder: none of them is run, whoever stands there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from minekvm.adapters import interpreter
from minekvm.adapters.git import entries
from support.repos import Repo
from support.running import run, spawn

# What this project imports itself, what those import, and itself.
THIRD = ("git", "jinja2", "minekvm", "pydriller", "rapidfuzz", "rich", "sitecustomize", "typer")


def planted(folder: Path, names: tuple[str, ...], ran: Path) -> None:
    """Modules that leave a mark when they are imported."""
    for name in names:
        mark = f"open({str(ran)!r}, 'a').write({name!r} + '\\n')\n"
        (folder / f"{name}.py").write_text(mark + "raise SystemExit('a clone ran')\n")


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    return tmp_path / "ran"


@pytest.mark.parametrize(
    "command",
    [("index",), ("relate", "HEAD"), ("origins", "HEAD"), ("callers", "g"), ("why", "HEAD")],
)
def test_a_child_does_not_look_in_the_current_folder(
    repo: Repo, ran: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_BESIDE", 1)  # so that a child reads even a short history
    started: list[str] = []
    begin = interpreter.start

    def start(module: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        started.append(module)
        return begin(module, *arguments)

    monkeypatch.setattr(interpreter, "start", start)
    for n in range(3):
        repo.commit(f"f {n}", {"a.c": f"int f(void)\n{{\n\treturn g({n});\n}}\n"})
    planted(repo.path, (*sorted(sys.stdlib_module_names), *THIRD), ran)
    done = run(*command, cwd=repo.path)
    assert done.code == 0, done
    assert started == [entries.__name__]
    assert not ran.exists()
    assert run("index", "--json", cwd=repo.path).json["commits"] == 3


def test_python_m_does_not_look_in_the_current_folder(repo: Repo, ran: Path) -> None:
    repo.commit("f", {"a.c": "int f(void)\n{\n\treturn 1;\n}\n"})
    # What Python imports before it comes to us (contextlib, warnings) nobody can help but Python.
    mine = ("hashlib", "json", "multiprocessing", "sqlite3", "subprocess", "tempfile", "tomllib")
    planted(repo.path, (*mine, *(n for n in THIRD if n not in ("minekvm", "sitecustomize"))), ran)
    done = spawn("inspect", "HEAD", cwd=repo.path)
    assert done.code == 0, done
    assert spawn("report", "guest-entry", "--json", cwd=repo.path).code == 0
    assert not ran.exists()
