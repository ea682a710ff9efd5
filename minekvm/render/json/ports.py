"""`minekvm.ports/1`: where a change is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.rows import citation_row, commits_row, gap_row

if TYPE_CHECKING:
    from minekvm.core.mail.model import Difference
    from minekvm.core.ports.model import Follower, Instance, Port, Ports


def value(found: Ports) -> dict[str, Any]:
    """The branches, then the tags, with what they have it as and the later fixes they lack."""
    return {
        "schema": "minekvm.ports/1",
        "commit": found.commit,
        "ports": [_port(port) for port in found.ports],
        "instances": [instance_row(instance) for instance in found.instances],
        "followers": [follower_row(follower) for follower in found.followers],
        "commits": commits_row(found.commits),
        "gaps": [gap_row(gap) for gap in found.gaps],
    }


def _port(port: Port) -> dict[str, Any]:
    return {
        "ref": port.ref,
        "commit": port.instance.commit,
        "rule": port.instance.rule,
        "score": round(port.instance.score, 4),
        "differs": [_difference(difference) for difference in port.differs],
        "lacks": list(port.lacks),
        "reverted": port.reverted,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "path": difference.path,
        "function": difference.function,
        "gone": list(difference.gone),
        "come": list(difference.come),
    }


def instance_row(instance: Instance) -> dict[str, Any]:
    """A commit that is the change."""
    return {
        "commit": instance.commit,
        "rule": instance.rule,
        "score": round(instance.score, 4),
        "citation": citation_row(instance.citation),
    }


def follower_row(follower: Follower) -> dict[str, Any]:
    """A later commit that fixes or reverts a change."""
    return {
        "commit": follower.commit,
        "kind": follower.kind,
        "of": follower.of,
        "also": [i.commit for i in follower.instances if i.commit != follower.commit],
        "citation": citation_row(follower.citation),
    }
