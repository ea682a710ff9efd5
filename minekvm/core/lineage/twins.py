"""Variants of one name under `#ifdef`: those that became one, and those made of one."""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.core.lineage.similarity import Body, covered, similarity
from minekvm.core.model import Change

_TELLING = 12  # tokens from which a variant is more than a stub
_TWIN = 0.6  # likeness, or share of statements, that makes a variant of one name another


def into_twin(body: Body, twins: Sequence[Body]) -> Change | None:
    """A variant that went away, into a definition of its name that stayed."""
    twin, share = _best(body, twins)
    if twin is None:
        return None
    return Change(("merged",), body.version, twin.version, "variants became one", share)


def out_of_twin(body: Body, twins: Sequence[Body]) -> Change | None:
    """A variant that appeared, made of a definition of its name that stood before."""
    twin, share = _best(body, twins)
    if twin is None:
        return None
    return Change(("split",), twin.version, body.version, "one became variants", share)


def _best(body: Body, twins: Sequence[Body]) -> tuple[Body | None, float]:
    best, most = None, 0.0
    if len(body.body) < _TELLING:
        return None, 0.0  # a stub is made of nothing
    for twin in twins:
        share = max(covered(body.statements, twin.statements), similarity(body, twin))
        if share > most:
            best, most = twin, share
    return (best, min(1.0, most)) if most >= _TWIN else (None, 0.0)
