"""Values as the index's columns and its full text have them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

from minekvm.core.messages.subjects import folded
from minekvm.core.model import BlobId

_AT_ONCE = 500  # values in one question

_Value = TypeVar("_Value")


def subject_key(subject: str) -> int:
    """A subject as a number that fits a column: 63 bits of a digest."""
    digest = hashlib.blake2b(folded(subject).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def id_range(prefix: str) -> tuple[bytes, bytes]:
    """The least and the greatest raw id (of either length) that begins with some digits."""
    low = prefix + "0" * (len(prefix) % 2)
    return bytes.fromhex(low), bytes.fromhex(prefix.ljust(64, "f"))


def words_of(text: str) -> list[str]:
    """The words of a text as the full text has them: ASCII letters, digits and `_`, and others."""
    clean = "".join(c if c.isalnum() or c == "_" or ord(c) > 127 else " " for c in text)
    return clean.split()


def phrase_of(term: str) -> str:
    """A term of a search as the full text takes it; "" where it has no word."""
    found = words_of(term.removesuffix("*"))
    return f'"{" ".join(found)}"{"*" * term.endswith("*")}' if found else ""


def blob_id(raw: bytes | None) -> BlobId | None:
    """A raw id, as columns have it, in hexadecimal digits."""
    return None if raw is None else BlobId(raw.hex())


def in_parts(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Some values, no more at once than one question may have."""
    for at in range(0, len(values), _AT_ONCE):
        yield values[at : at + _AT_ONCE]


def marks(values: Sequence[object]) -> str:
    """The placeholders of some values in a question."""
    return ", ".join("?" * len(values))
