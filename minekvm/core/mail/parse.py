"""A raw mail -> its headers and its text, whatever is wrong with it.

A reader of our own rather than `email`: only a few headers are wanted, a broken mail must still
give what it has, and half a million of them are read.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

_HEAD = 256 << 10  # bytes of headers that are looked at
_DEPTH = 6  # of parts within parts
_PARTS = 200
_BLANK = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(
    rb"^(message-id|in-reply-to|references|subject|from|date|list-id|content-type"
    rb"|content-transfer-encoding|content-disposition)[ \t]*+:[ \t]*+"
    rb"([^\n]*+(?:\n[ \t][^\n]*+)*+)",
    re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(r";\s*+([\w-]+)\*?(?:0\*?)?\s*+=\s*+(?:\"([^\"]*+)\"|([^\s;]++))")
_PATCH_NAME = re.compile(r"\.(?:patch|diff|txt)\Z", re.IGNORECASE)
_SKIPPED = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d|/pre|/blockquote)\b[^>]*+>", re.IGNORECASE)
_SIGNED, _SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----"
_TAG = re.compile(r"<[/!a-zA-Z][^>]*+>")


@dataclass(frozen=True, slots=True)
class Raw:
    """A mail's headers, by name in lower case, its decoded text, and what is wrong with it."""

    headers: dict[str, str]
    text: str
    flaws: tuple[str, ...]


def read(raw: bytes) -> Raw | None:
    """The headers that we know of and the text; None for what is no mail at all.

    The text is of every part that is text or a patch; HTML is shown without its tags, and only
    where there is nothing else. Lines end in a line feed.
    """
    head, body = _parted(raw)
    headers = _headers(head)
    if not headers.keys() & {"message-id", "from", "subject", "date"}:
        return None
    flaws: dict[str, None] = {}
    parts = list(_texts(headers, body, flaws, 0))
    plain = [text for kind, text in parts if kind != "text/html"]
    if not plain and parts:
        flaws["HTML only"] = None
        plain = [_stripped(text) for _, text in parts]
    if not plain:
        flaws["no text"] = None
    return Raw(headers, _unescaped("\n".join(plain)), tuple(flaws))


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    """Headers and body, which an empty line parts; a body that starts at once has no headers."""
    if raw[:1] == b"\n" or raw[:2] == b"\r\n":
        return b"", raw.lstrip(b"\r\n")
    found = _BLANK.search(raw, 0, _HEAD)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw[:_HEAD], b"")


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in _FIELD.finditer(head):
        name = field[1].decode("ascii").lower()
        if name not in found:  # a second one is not to be trusted
            found[name] = decoded_header(_decoded(field[2], "utf-8"))
    return found


def decoded_header(value: str) -> str:
    """A header's value on one line, its encoded words decoded as far as they can be."""
    value = _unfolded(value)
    if "=?" not in value:
        return value
    try:
        parts = decode_header(value)
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    text = "".join(
        part if isinstance(part, str) else _decoded(part, charset or "utf-8")
        for part, charset in parts
    )
    return _unfolded(text)


def _unfolded(value: str) -> str:
    """A header's lines as one, in a single pass, however many blanks a hostile one has."""
    return " ".join(
        filter(None, (part.rstrip(" \t\r").lstrip() for part in value.split("\n")))
    ).strip()


def _decoded(raw: bytes, charset: str) -> str:
    """Bytes as text: in the charset said, else UTF-8, else Latin-1."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def _texts(
    headers: dict[str, str], body: bytes, flaws: dict[str, None], depth: int
) -> Iterator[tuple[str, str]]:
    """The type and text of each part that is text or a patch."""
    kind, parameters = _content(headers.get("content-type", ""))
    if kind.startswith("multipart/"):
        boundary = parameters.get("boundary", "")
        if not boundary or depth == _DEPTH:
            flaws["parts without a boundary" if not boundary else "parts nested too deep"] = None
            yield "text/plain", _lines(_decoded(body, "utf-8"))
            return
        found = list(_parts(body, boundary.encode("utf-8", "replace"), flaws))
        for part in found[:_PARTS]:
            head, inner = _parted(part)
            yield from _texts(_headers(head), inner, flaws, depth + 1)
        return
    disposition = headers.get("content-disposition", "")
    name = _content(disposition)[1].get("filename", "") or parameters.get("name", "")
    if kind.startswith("text/") or _PATCH_NAME.search(name):
        raw = _transferred(headers.get("content-transfer-encoding", ""), body, flaws)
        charset = parameters.get("charset", "utf-8")
        yield kind, _lines(_decoded(raw, charset))


def _content(value: str) -> tuple[str, dict[str, str]]:
    """A type such as `text/plain`, and its parameters."""
    kind, _, _ = value.partition(";")
    found = {m[1].lower(): m[2] or m[3] or "" for m in _PARAMETER.finditer(value)}
    kind = kind.strip().lower()
    return kind if "/" in kind else "text/plain", found


def _parts(body: bytes, boundary: bytes, flaws: dict[str, None]) -> Iterator[bytes]:
    """What stands between the lines of a boundary; what is cut off counts as well."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    start = -1
    for found in line.finditer(body):
        if start >= 0:
            yield body[start : found.start()]
        start = found.end() + 1
        if found[1]:
            return
    flaws["parts cut off"] = None
    yield body[max(0, start) :]


def _transferred(encoding: str, body: bytes, flaws: dict[str, None]) -> bytes:
    encoding = encoding.strip().lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding != "base64":
        return body
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    cut = len(letters) % 4
    if cut == 1:
        flaws["base64 cut off"] = None
        letters = letters[:-1]
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        flaws["base64 broken"] = None
        return body


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _unescaped(text: str) -> str:
    """A text without the dashes that a clear signature puts before lines (RFC 9580, 7.2).

    Each line stays where it was.
    """
    if _SIGNED not in text:
        return text
    inside = False
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if line.startswith("-----"):
            inside = (inside or line.startswith(_SIGNED)) and not line.startswith(_SIGNATURE)
        elif inside and line.startswith("- "):
            lines[at] = line[2:]
    return "\n".join(lines)


def _stripped(text: str) -> str:
    """HTML as text: no tags, no styles, the entities as their letters."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", _SKIPPED.sub("", text))))
