"""A file with conflict markers, read."""

from __future__ import annotations

_OPENS, _BASE, _TURNS, _CLOSES = b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> "


def theirs(data: bytes) -> bytes:
    """The text with the second side taken of each conflict; as it is where markers are none."""
    found: list[bytes] = []
    held: list[bytes] = []  # a conflict as it stands, for one that never closes
    side = ""
    kept: list[bytes] = []
    for line in data.split(b"\n"):
        if not side and line.startswith(_OPENS):
            side, held, kept = "ours", [line], []
            continue
        if not side:
            found.append(line)
            continue
        held.append(line)
        if line.startswith(_BASE) and side == "ours":
            side = "base"
        elif line.rstrip(b"\r") == _TURNS and side != "theirs":
            side = "theirs"
        elif line.startswith(_CLOSES) and side == "theirs":
            found += kept
            side = ""
        elif side == "theirs":
            kept.append(line)
    return b"\n".join([*found, *(held if side else ())])
