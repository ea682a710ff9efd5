"""The wheel and the sdist: they build, one from the other as well, and what is installed works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import minekvm
from support import manuals

ROOT = Path(minekvm.__file__).parent.parent


def python(*arguments: str, cwd: Path, path: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both."""
    folder = tmp_path_factory.mktemp("dist")
    python("-m", "hatchling", "build", "-d", str(folder), cwd=ROOT)
    return folder


def test_the_sdist_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    python("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), cwd=unpacked)
    (again,) = tmp_path.glob("*.whl")
    assert again.name == wheel.name
    assert contents(again) == contents(wheel)
    for name in ("README.md", "CHANGELOG.md", "docs/tutorial.md", "tests/conftest.py", ".ci/run"):
        assert (unpacked / name).exists()


def test_the_wheel_has_all_of_the_package(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    package = ROOT / "minekvm"
    kept = {p for p in package.glob("**/*") if p.is_file() and "__pycache__" not in p.parts}
    names = {p.relative_to(ROOT).as_posix() for p in kept}
    names |= {f"minekvm/queries/{p.name}" for p in (ROOT / "queries").glob("*.toml")}
    there = contents(wheel)
    assert names <= there
    licences = [name for name in there if name.endswith("licenses/LICENSE")]
    assert len(licences) == 1


def test_what_is_installed_works(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    place = tmp_path / "installed"
    asked = ("install", "-q", "--no-deps", "--no-index", "--target", str(place), str(wheel))
    python("-m", "pip", *asked, cwd=tmp_path)

    def run(*arguments: str) -> str:
        return python("-P", *arguments, cwd=tmp_path, path=str(place))

    where = run("-c", "import minekvm; print(minekvm.__file__)").strip()
    assert Path(where).is_relative_to(place)
    assert run("-m", "minekvm", "--version") == f"minekvm {minekvm.__version__}\n"
    story = json.loads(run("-m", "minekvm", "query", "check", "guest-entry", "--json"))
    assert story["file"] == "guest-entry.toml"
    assert (place / "bin" / "minekvm").exists()
    pages = place / "share" / "man"
    assert {page.name for page in (pages / "man1").iterdir()} == set(manuals.manuals())
    around = {**os.environ, "MANPATH": str(pages), "MANPAGER": "cat", "LC_ALL": "C"}
    around["PATH"] = f"{place / 'bin'}:{os.environ['PATH']}"

    def shown(*command: str) -> str:
        done = subprocess.run(
            command, env=around, cwd=tmp_path, capture_output=True, check=False, encoding="utf-8"
        )
        return done.stdout

    page = str(pages / "man1" / "minekvm.1")
    if shutil.which("man") and "MINEKVM(1)" in shown("man", "-l", page):  # a man that works
        assert "minekvm-lineage(1)" in shown("git", "help", "minekvm")
        assert "--first-ancestor" in shown("man", "minekvm-lineage")
