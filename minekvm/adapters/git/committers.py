"""Who committed what an author wrote, as git's porcelain has it."""

from __future__ import annotations

from minekvm.adapters.git.commits import decode, person
from minekvm.core.blame.model import Origin


def parse_origin(raw: bytes) -> Origin:
    """Who wrote and who committed a raw commit object, and when; boundary as yet unknown."""
    head, _, _ = raw.partition(b"\n\n")
    values: dict[bytes, bytes] = {}
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        values.setdefault(key, value)
    encoding = values.get(b"encoding", b"").decode("ascii", "replace")
    _, _, authored, zone = person(values.get(b"author", b""))
    name, email, committed, other = person(values.get(b"committer", b""))
    committer = decode(name, encoding), decode(email, encoding)
    return Origin(*committer, authored, zone, committed, other, boundary=False)
