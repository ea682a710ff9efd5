"""Message-Ids as people give them: bare, in angle brackets, in the URL of an archive."""

from __future__ import annotations

import re
from urllib.parse import unquote

from minekvm.core.messages.links import mail_id

_ID = re.compile(r"[^\s<>@{}:]{1,400}@[^\s<>@{}:/]{1,200}")
_ANGLES = re.compile(r"<([^<>]{3,600})>")
_SEGMENT = re.compile(
    r"/([^/\s?#]+(?:@|%40)[^/\s?#]+)/*(?:(?:t|T|raw|t\.mbox\.gz|t\.atom)/*)?(?:[?#].*)?$"
)
_URLS = re.compile(r"https?://[^\s<>\"'`|\\]++")


def asked_id(text: str) -> str:
    """The Message-Id that an argument gives, in any form; "" where it gives none."""
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        return mail_id(text) or _in_address(text)
    for prefix in ("mid:", "id:", "msgid:"):
        if text.lower().startswith(prefix):
            text = text[len(prefix) :]
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    text = unquote(text) if "%40" in text else text
    return text if _ID.fullmatch(text) else ""


def _in_address(url: str) -> str:
    """The Message-Id that ends the address of any archive that is laid out as public-inbox is."""
    found = _SEGMENT.search(url)
    return unquote(found[1]) if found is not None else ""


def header_ids(value: str) -> tuple[str, ...]:
    """The Message-Ids in a header, in order, each once; spaces that folding left in them go."""
    found = ["".join(one.split()) for one in _ANGLES.findall(value)]
    if not found:
        found = [word for word in value.split() if "@" in word]
    return tuple(dict.fromkeys(one for one in found if one))


def mails_linked(text: str) -> tuple[str, ...]:
    """The Message-Ids of the mails that a text gives addresses of, in order, each once."""
    if "://" not in text:
        return ()
    found = (mail_id(url.rstrip(".,;:)]>")) for url in _URLS.findall(text))
    return tuple(dict.fromkeys(one for one in found if one))
