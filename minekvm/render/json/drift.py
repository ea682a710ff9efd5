"""`minekvm.drift/1`: where trees have left upstream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.rows import commits_row, gap_row, version_row

if TYPE_CHECKING:
    from minekvm.core.drift.model import Drift, Drifted


def value(found: Drift) -> dict[str, Any]:
    """Each tree with the functions that stand otherwise there, those that lack fixes first."""
    return {
        "schema": "minekvm.drift/1",
        "commit": found.commit,
        "trees": [
            {
                "path": tree.path,
                "commit": tree.commit,
                "functions": [_function(function) for function in tree.functions],
            }
            for tree in found.trees
        ],
        "commits": commits_row(found.commits),
        "gaps": [gap_row(gap) for gap in found.gaps],
    }


def _function(found: Drifted) -> dict[str, Any]:
    return {
        "kinds": list(found.kinds),
        "old": version_row(found.old),
        "new": version_row(found.new),
        "followed": found.is_known,
        "left": found.left,
        "lacks": [{"commit": lack.commit, "mends": lack.mends} for lack in found.lacks],
        "own": list(found.own),
        "regions": list(found.regions),
    }
