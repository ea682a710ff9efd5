"""What holds of the package's own source: short modules, and one version of all that is cached."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import minekvm
from minekvm.clone import provenance
from support import manuals

PACKAGE = Path(minekvm.__file__).parent
LONGEST = 350
LONGER: dict[str, str] = {}  # module to reason

# What hands on or shows what others read, and makes none of it.
CARRIERS = (
    *("__init__.py", "errors.py", "progress.py", "version.py"),
    *("adapters/files", "adapters/index", "adapters/interpreter.py", "adapters/mail_archives.py"),
    "adapters/pydriller.py",
)


def covered(parts: tuple[str, ...]) -> set[Path]:
    found: set[Path] = set()
    for part in parts:
        path = PACKAGE / part
        assert path.exists(), part
        found |= set(path.glob("**/*.py")) if path.is_dir() else {path}
    return found


def module(name: str) -> Path | None:
    path = PACKAGE.parent / name.replace(".", "/")
    for file in (path / "__init__.py", path.with_suffix(".py")):
        if file.exists():
            return file
    return None


def imports(file: Path) -> Iterator[Path]:
    """The package's modules that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [node.module, *(name for name in inside if module(name))]
        for name in names:
            if name.partition(".")[0] == "minekvm":
                found = module(name)
                assert found is not None, f"{file}: {name}"
                yield found


def is_empty(file: Path) -> bool:
    """Whether a file has a docstring at most."""
    return len(ast.parse(file.read_bytes()).body) <= 1


def uncovered(parts: tuple[str, ...], *, of: str = "") -> set[str]:
    """What is imported by source that a version is made of, and is not in that version."""
    have = covered(parts)
    reached = {imported for file in have for imported in imports(file)}
    lacking = reached - have - covered(CARRIERS)
    names = {path.relative_to(PACKAGE).as_posix() for path in lacking if not is_empty(path)}
    return {name for name in names if name.startswith(of)}


def test_no_module_is_long() -> None:
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_bytes().splitlines())
        for path in PACKAGE.glob("**/*.py")
    }
    assert {name for name, length in lengths.items() if length > LONGEST} == set(LONGER)


def test_cached_facts_depend_on_no_other_source() -> None:
    assert uncovered(provenance.FACTS) == set()


def test_rows_depend_on_no_other_parser() -> None:
    assert uncovered(provenance.ROWS, of="core/") == set()


def test_what_is_not_covered_is_seen() -> None:
    fewer = tuple(part for part in provenance.FACTS if part != "core/c")
    assert "core/c/definitions.py" in uncovered(fewer)


def test_man_pages_say_what_help_says() -> None:
    kept = {page.name: page.read_text(encoding="utf-8") for page in manuals.FOLDER.iterdir()}
    assert kept == manuals.manuals(), "renew them: PYTHONPATH=tests python -m support.manuals"


def test_every_test_module_has_a_name_of_its_own() -> None:
    """pytest imports them by their names alone, and collects no second one."""
    tests = Path(__file__).parent
    modules = [p for p in tests.glob("**/test_*.py") if not (p.parent / "__init__.py").exists()]
    twice = [name for name, count in Counter(p.name for p in modules).items() if count > 1]
    assert twice == []
