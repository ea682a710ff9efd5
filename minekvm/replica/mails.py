"""Mails in, a public-inbox archive written: a commit for each, with the mail in its file `m`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from minekvm.adapters.git.library import Writer
from minekvm.replica.model import Moment, Person, StoryError, stamp
from minekvm.replica.patches import moment

_PERSON = re.compile(r"(?P<name>[^<>]+) <(?P<email>[^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class _Mail:
    text: str
    sender: Person
    sent: Moment
    subject: str


def archive(texts: Iterable[str], writer: Writer) -> str:
    """Write an archive of these mails, in the order of their dates; returns its tip.

    StoryError where a mail has not got the headers that a commit needs, or there is none.
    """
    tip = ""
    for mail in sorted(map(_read, texts), key=lambda m: m.sent.seconds):
        tree = writer.tree({"m": writer.blob(mail.text.encode())})
        who = stamp(mail.sender, mail.sent)
        parents = [tip] if tip else []
        tip = writer.commit(tree, parents, author=who, committer=who, message=f"{mail.subject}\n")
    if not tip:
        raise StoryError("an archive without a mail")
    return tip


def _read(text: str) -> _Mail:
    head, _, _ = text.partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    try:
        sender = _PERSON.fullmatch(headers["From"])
        if sender is None:
            raise StoryError(f"not a name and an address: {headers['From']!r}")
        who = Person(sender["name"], sender["email"])
        return _Mail(text, who, moment(headers["Date"]), headers["Subject"])
    except KeyError as missing:
        raise StoryError(f"no {missing.args[0]}: header in\n{head}") from None
