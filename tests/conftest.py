"""Every test runs sealed: no configuration, cache or language but the tests' own."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from support.repos import SEALED, Repo
from support.running import Ran, run
from support.stories import inspect_story, lineage_story

# On a forge the same inputs each time: a gate that fails by chance says nothing of the change.
settings.register_profile(
    "tests",
    derandomize=bool(os.environ.get("CI")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("tests")

# Some forges and nohup start us with SIGINT ignored, which every child would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The environment of every command; yields the folder that is HOME."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith(("GIT_", "XDG_"))]:
            patch.delenv(name)
        for name, value in SEALED.items():
            patch.setenv(name, value)
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        yield home


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """An empty repository with a work tree's folder around it."""
    return Repo.create(tmp_path / "clone")


@pytest.fixture
def minekvm(repo: Repo) -> Callable[..., Ran]:
    """Run a command on `repo`, and see to it that the clone is left as it was."""

    def ask(command: str, *arguments: str, **options: object) -> Ran:
        placed = (command, "--repo", str(repo.path), *arguments)
        return run(*placed, untouched=repo.path, **options)  # type: ignore[arg-type]

    return ask


@pytest.fixture
def told(repo: Repo, minekvm: Callable[..., Ran]) -> Callable[..., list[str]]:
    """The story of a symbol: `told("f", "--rev", ...)`."""

    def tell(symbol: str, *options: str) -> list[str]:
        return lineage_story(repo, minekvm("lineage", "--json", *options, "--", symbol).json)

    return tell


@pytest.fixture
def seen(repo: Repo, minekvm: Callable[..., Ran]) -> Callable[..., list[str]]:
    """What a commit did, HEAD by default; against one parent where its subject is given."""

    def see(commit: str = "HEAD", parent: str | None = None) -> list[str]:
        return inspect_story(repo, minekvm("inspect", "--json", commit).json, parent)

    return see


@pytest.fixture(scope="session")
def as_root() -> bool:
    """Whether the tests run with rights that no file mode withholds."""
    return os.geteuid() == 0


@pytest.fixture(scope="session")
def git_version() -> tuple[int, ...]:
    said = subprocess.run(["git", "version"], capture_output=True, check=True).stdout.split()[2]
    return tuple(int(part) for part in said.split(b".")[:2])
