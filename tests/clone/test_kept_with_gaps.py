"""What was searched in a clone that lacks a file is kept with its gap, and goes when it comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm.adapters.git.repository import Repository
from support.code import edited, file, function
from support.repos import Repo, git
from support.running import Ran

ASKED = (("callers", "g"), ("why", "f"), ("origins", "HEAD~1"), ("lineage", "top"))


def test_a_search_of_a_clone_that_lacks_a_file_is_not_made_twice(
    repo: Repo, minekvm: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo.commit("begin", {"a.c": file(function("f"), function("g"))})
    repo.commit("f: mend because of lockups", {"a.c": file(edited("f"), function("g"))})
    repo.commit("call g", {"b.c": "int top(int n)\n{\n\treturn g(n);\n}\n"})
    repo.commit("call g elsewhere", {"z.c": "int low(int n)\n{\n\treturn g(n);\n}\n"})
    name = git("rev-parse", "HEAD:z.c", cwd=repo.path)
    lost = repo.path / ".git" / "objects" / name[:2] / name[2:]
    held = lost.rename(tmp_path / "held")
    searches: list[object] = []
    search = Repository.files_naming

    def counted(*arguments: object, **options: object) -> object:
        searches.append(arguments)
        return search(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Repository, "files_naming", counted)

    def answers(**options: object) -> list[str]:
        return [minekvm(*question, "--json", **options).out for question in ASKED]

    first = answers()
    assert "missing from" in first[0]
    assert searches
    searches.clear()
    assert answers() == first
    assert searches == []
    held.rename(lost)
    whole = answers()
    assert "missing from" not in "".join(whole)
    assert '"low"' in whole[0]
    assert answers(env={"XDG_CACHE_HOME": str(tmp_path / "cold")}) == whole
