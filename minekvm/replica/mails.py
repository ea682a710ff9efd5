"""Mails in, a public-inbox archive out: a commit for each, with the mail in its file `m`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from minekvm.replica import objects
from minekvm.replica.model import Moment, Person, StoryError
from minekvm.replica.objects import GitObject
from minekvm.replica.patches import moment

_PERSON = re.compile(r"(?P<name>[^<>]+) <(?P<email>[^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class _Mail:
    text: str
    sender: Person
    sent: Moment
    subject: str


def archive(texts: Iterable[str]) -> list[GitObject]:
    """The objects of an archive of these mails, in the order of their dates; the tip comes last.

    StoryError where a mail has not got the headers that a commit needs.
    """
    made: list[GitObject] = []
    parents: list[objects.ObjectId] = []
    for mail in sorted(map(_read, texts), key=lambda m: m.sent.seconds):
        blob = objects.of("blob", mail.text.encode())
        trees = objects.trees({"m": blob.id})
        who = (mail.sender, mail.sent)
        commit = objects.commit(
            trees[-1].id, parents, author=who, committer=who, message=f"{mail.subject}\n"
        )
        made += [blob, *trees, commit]
        parents = [commit.id]
    return made


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
