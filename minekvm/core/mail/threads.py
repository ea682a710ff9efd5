"""Mails that answer one another -> a tree in reading order, whatever their headers claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from minekvm.core.mail.model import Mail

_SEASON = 60 * 24 * 3600  # seconds within which an answer that names no mail is one


def placed(answers: Iterable[Mail], posted: Iterable[Mail]) -> dict[str, str]:
    """What answers answer that refer to no mail: the last mail of their subject before them.

    `posted` are patches and letters; where one is of the answer's version and place in the series,
    that one is meant.
    """
    found: dict[str, str] = {}
    tops = sorted(posted, key=_when)
    for answer in answers:
        here = answer.patch
        before = [
            top
            for top in tops
            if top.patch.subject.casefold() == here.subject.casefold()
            and 0 <= here.seconds - top.patch.seconds <= _SEASON
        ]
        place = here.version, here.number
        meant = [top for top in before if (top.patch.version, top.patch.number) == place] or before
        if meant:
            found[answer.id] = meant[-1].id
    return found


def parents(mails: Mapping[str, Mail]) -> dict[str, str]:
    """The nearest of its references that is here, for each mail that has one.

    References that lead round in a circle are cut where the oldest mail of the circle would answer
    a younger one.
    """
    found: dict[str, str] = {}
    for mail in sorted(mails.values(), key=_when):
        for reference in reversed(mail.references):
            if reference in mails and not _leads_to(found, reference, mail.id):
                found[mail.id] = reference
                break
    return found


def loops(mails: Mapping[str, Mail]) -> int:
    """How many mails answer one that, by its references, answers them."""
    found = parents(mails)
    return sum(
        mail.reply_to in mails and found.get(mail.id) != mail.reply_to for mail in mails.values()
    )


def _leads_to(found: Mapping[str, str], start: str, goal: str) -> bool:
    here: str | None = start
    while here is not None:
        if here == goal:
            return True
        here = found.get(here)
    return False


def below(
    root: str, mails: Mapping[str, Mail], up: Mapping[str, str], stop: Iterable[str]
) -> Iterator[tuple[Mail, int]]:
    """The mails below one, each with its depth from 0, in reading order.

    What is in `stop` is left out with all below it.
    """
    children: dict[str, list[Mail]] = {}
    for mail in sorted(mails.values(), key=_when):
        if mail.id in up:
            children.setdefault(up[mail.id], []).append(mail)
    cut = frozenset(stop)
    stack = [(mail, 0) for mail in reversed(children.get(root, []))]
    while stack:
        mail, depth = stack.pop()
        if mail.id in cut:
            continue
        yield mail, depth
        stack += [(child, depth + 1) for child in reversed(children.get(mail.id, []))]


def _when(mail: Mail) -> tuple[int, str]:
    return mail.patch.seconds, mail.id
