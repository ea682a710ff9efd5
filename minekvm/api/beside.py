"""What is asked of a clone and others beside it: a part of `minekvm.api.Clone`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.api.session import Session

if TYPE_CHECKING:
    from minekvm.api.drift import Drift


class Comparing(Session):
    """A clone that can be compared with others."""

    def drift(
        self,
        *trees: tuple[str | os.PathLike[str], str],
        rev: str = "HEAD",
        most: int = 100,
        rules: Sequence[str] | None = None,
    ) -> Drift:
        """Where other trees have left this one: functions, since which commit, fixes they lack.

        `trees` are clones with a revision each, which are compared with `rev` of this one; of
        `most` functions of each the lineages are followed. `rules` as in `needs`. Raises
        UnknownCommit, QueryFailed, NotARepository.
        """
        from minekvm.analyses.drift import Question, drift, joined
        from minekvm.api.drift import Drift
        from minekvm.api.rules import rules_of

        found = []
        for path, revision in trees:
            question = Question(os.fspath(path), revision, rev, most, rules_of(rules))
            # Two revisions of one clone need nothing beside it, nor an index of their own.
            other = None if _is_one(self.path, path) else path
            found.append(self.asked(partial(drift, question=question), self.scope, beside=other))
        return Drift.of(joined(found))


def _is_one(one: Path, other: str | os.PathLike[str]) -> bool:
    return os.path.realpath(one.expanduser()) == os.path.realpath(Path(other).expanduser())
