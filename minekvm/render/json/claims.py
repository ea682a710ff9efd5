"""Claims and their citations in JSON: what `why` and reports share."""

from __future__ import annotations

from typing import Any

from minekvm.core.why.model import Citation as Shown
from minekvm.core.why.model import Claim, FilePlace, MailPlace


def claim_row(claim: Claim) -> dict[str, Any]:
    """What is said, how sure it is, and what shows it."""
    return {
        "text": claim.text,
        "grade": claim.grade,
        "citations": [shown_row(c) for c in claim.citations],
    }


def shown_row(citation: Shown) -> dict[str, Any]:
    """Words or code with their place: in a message, a file or a mail."""
    place = citation.place
    row: dict[str, Any] = {"kind": "message"}
    if isinstance(place, FilePlace):
        row = {"kind": "file", "path": place.path}
    elif isinstance(place, MailPlace):
        row = {"kind": "mail", "message_id": place.message_id}
    row["lines"] = [place.first, place.last]
    return {"commit": citation.commit, "place": row, "quote": citation.quote}
