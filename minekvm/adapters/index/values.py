"""Values as the index's columns and its full text have them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence, Sized
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TypeVar

from minekvm.core.messages.subjects import folded
from minekvm.core.model import BlobId

_AT_ONCE = 500  # values in one question
_COMMON = 40  # characters of a quote, without what is kept beside it, that may return elsewhere
_MARKS = ("\x01", "\x02", "\x03")  # for what is kept beside a quote
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)

_CODEC = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

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


def path_of(raw: bytes) -> str:
    """A path as columns have it, as text: what `os.fsdecode` gives, where there are very many."""
    return raw.decode(*_CODEC)


def in_parts(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Some values, no more at once than one question may have."""
    for at in range(0, len(values), _AT_ONCE):
        yield values[at : at + _AT_ONCE]


def marks(values: Sized) -> str:
    """The placeholders of some values in a question."""
    return ", ".join("?" * len(values))


def dated(stamp: str) -> tuple[int, int]:
    """A date, ISO 8601 with offset, as its seconds since the epoch and the minutes of its zone."""
    when = datetime.fromisoformat(stamp)
    offset = when.utcoffset() or timedelta(0)
    return (when - _EPOCH) // _SECOND, offset // _MINUTE


def stamp(seconds: int, zone: int) -> str:
    """What `dated` was given."""
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(_zone(zone)).isoformat()


@lru_cache(maxsize=256)
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


def shortened(quote: str, *beside: str) -> tuple[str | None, str | None]:
    """A quote as the form that it has in common with others, without what is kept beside it; or,
    where it has none, itself in second place."""
    form = quote
    for mark, part in zip(_MARKS, beside, strict=True):
        if mark in quote:
            return None, quote
        if part:
            form = form.replace(part, mark)
    is_common = len(form) <= _COMMON and form != quote
    # What stands beside may hold a mark, or what another is put in place of.
    return (form, None) if is_common and restored(form, *beside) == quote else (None, quote)


def restored(form: str, *beside: str) -> str:
    """The quote of which `shortened` gave the form."""
    for mark, part in zip(_MARKS, beside, strict=True):
        form = form.replace(mark, part)
    return form
