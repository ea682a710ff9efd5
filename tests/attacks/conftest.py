"""A decoy home for every attack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.decoy import Decoy, Entry

_kept: list[tuple[Decoy, dict[str, Entry]]] = []  # one that the last test left as it was


@pytest.fixture
def decoy(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Decoy]:
    """A home full of what must not be touched: HOME, with the cache folder in it."""
    if not _kept:
        made = Decoy.build(tmp_path_factory.mktemp("attack") / "decoy")
        _kept.append((made, made.state()))
    made, before = _kept.pop()
    monkeypatch.setenv("HOME", str(made.home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(made.cache))
    yield made
    if made.state() == before:
        _kept.append((made, before))
