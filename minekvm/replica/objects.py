"""Git's object formats, as bytes. Messages cite hashes, so we must know them before git does."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NewType

from minekvm.replica.model import Moment, Person

ObjectId = NewType("ObjectId", str)
Kind = Literal["commit", "tree", "blob"]

_PACK_TYPES: Mapping[Kind, int] = {"commit": 1, "tree": 2, "blob": 3}


@dataclass(frozen=True, slots=True)
class GitObject:
    """One object: its kind, its content without git's header, and the id that follows."""

    kind: Kind
    content: bytes
    id: ObjectId


def of(kind: Kind, content: bytes) -> GitObject:
    """The object with this content."""
    header = f"{kind} {len(content)}\0".encode()
    return GitObject(
        kind, content, ObjectId(hashlib.sha1(header + content, usedforsecurity=False).hexdigest())
    )


def trees(blobs: Mapping[str, ObjectId]) -> list[GitObject]:
    """The tree objects that hold these blobs at these paths, the root last."""
    made: list[GitObject] = []
    folders: dict[str, dict[str, ObjectId]] = {}
    entries: dict[str, tuple[str, ObjectId]] = {}
    for path, blob in blobs.items():
        name, slash, below = path.partition("/")
        if slash:
            folders.setdefault(name, {})[below] = blob
        else:
            entries[name] = ("100644", blob)
    for name, inside in folders.items():
        made += trees(inside)
        # Git sorts a folder as if its name ended in a slash.
        entries[f"{name}/"] = ("40000", made[-1].id)
    made.append(
        of(
            "tree",
            b"".join(
                f"{mode} {name.rstrip('/')}\0".encode() + bytes.fromhex(id_)
                for name, (mode, id_) in sorted(entries.items())
            ),
        )
    )
    return made


def commit(
    tree: ObjectId,
    parents: Iterable[ObjectId],
    *,
    author: tuple[Person, Moment],
    committer: tuple[Person, Moment],
    message: str,
    encoding: str = "UTF-8",
) -> GitObject:
    """A commit object; names and message are written in `encoding`, which it declares."""
    lines = [f"tree {tree}"]
    lines += [f"parent {parent}" for parent in parents]
    for role, (who, when) in (("author", author), ("committer", committer)):
        lines.append(f"{role} {who.name} <{who.email}> {when.seconds} {when.zone}")
    if encoding != "UTF-8":
        lines.append(f"encoding {encoding}")
    return of("commit", ("\n".join(lines) + f"\n\n{message}").encode(encoding))


def pack(members: Iterable[GitObject]) -> bytes:
    """A pack file that holds these objects whole, for `git index-pack --stdin`."""
    bodies = [_packed(member) for member in members]
    body = struct.pack(">4sII", b"PACK", 2, len(bodies)) + b"".join(bodies)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _packed(member: GitObject) -> bytes:
    """Type and size in git's variable-length form, then the deflated content."""
    size = len(member.content)
    byte = _PACK_TYPES[member.kind] << 4 | size & 15
    size >>= 4
    header = bytearray()
    while size:
        header.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    header.append(byte)
    return bytes(header) + zlib.compress(member.content)
