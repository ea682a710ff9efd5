"""Many symbols are looked for in one search of a tree."""

from __future__ import annotations

from unittest import mock

from minekvm.adapters.git import process
from minekvm.clone.clone import open_clone
from support.code import file, function
from support.repos import Repo


def test_one_search_serves_every_symbol(repo: Repo) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g")), "b.c": file(function("f"))})
    groups = [["f", "trace_f"], ["g"], ["h"]]
    with open_clone(repo.path) as clone:
        rev = clone.resolve("HEAD")
        clone.history.trees.prepare_standing(groups, rev)
        with mock.patch.object(process, "run", side_effect=AssertionError("asked git again")):
            found = [
                [(v.path, v.name) for v in clone.history.standing(names, rev)] for names in groups
            ]
    assert found == [[("a.c", "f"), ("b.c", "f")], [("a.c", "g")], []]
    with open_clone(repo.path) as clone:
        alone = [[(v.path, v.name) for v in clone.history.standing(n, rev)] for n in groups]
    assert alone == found
