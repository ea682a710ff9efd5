"""Why something happened: numbered claims in reading order, each with what shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Prose, lines
from minekvm.core.why.model import FilePlace, MailPlace, entitled
from minekvm.render.document import (
    ANY,
    Document,
    Evidence,
    Item,
    Part,
    Quote,
    Section,
    aside,
    line,
    unsaid,
)
from minekvm.render.pages.commits import named
from minekvm.render.text import author, shortened

if TYPE_CHECKING:
    from minekvm.core.model import CommitId
    from minekvm.core.why.model import Answer, Citation, Claim, Nearest
    from minekvm.core.why.model import Part as Role

MOST = 7  # claims shown, unless all are asked for
_ASKED = 200  # characters of a question
TITLES: Mapping[Role, str] = {
    "happened": "What happened, and why",
    "reason": "What happened, and why",
    "possible": "What made it possible",
    "followed": "What followed",
}


def page(answer: Answer) -> Document:
    """The claims under what they answer, then the commits that they rest on."""
    lead = (
        Item((("asked: ", Prose(shortened(answer.question, _ASKED))),), detail=True, wrap=ANY),
        Item((("read as: ", Prose(answer.reading)),), wrap=ANY),
    )
    commits = tuple(_commit(commit, answer) for commit in answer.key_commits)
    near = tuple(_near(nearest, answer) for nearest in answer.candidates)
    sections = [
        *_claims(answer),
        Section(("Commits",), commits, beside="  "),
        Section(("Candidates" if answer.claims else "Nearest",), near, beside="  "),
    ]
    known = tuple(section for section in sections if section.items)
    return Document((Prose(answer.lead or answer.reading),), lead, known, answer.gaps)


def _near(nearest: Nearest, answer: Answer) -> Item:
    """A commit that was considered, with what speaks for it."""
    said = "; ".join(reason.text for reason in nearest.reasons)
    words = Item((f"{nearest.score:.2f} {said}",), wrap=ANY)
    return replace(_commit(nearest.commit, answer), below=(words,))


def _claims(answer: Answer) -> Iterator[Section]:
    number = 1
    for title, group in groupby(answer.claims, key=lambda claim: TITLES[claim.part]):
        items = [
            replace(claimed(claim, answer), detail=nth > MOST)
            for nth, claim in enumerate(group, number)
        ]
        yield Section((title,), tuple(items), numbers=number)
        number += len(items)


def claimed(claim: Claim, answer: Answer) -> Item:
    """A claim with its evidence; subjects of commits that are listed anyway go without saying."""
    said: tuple[Part, ...] = (Prose(claim.text),)
    for commit in answer.key_commits:
        said = tuple(
            part for each in said for part in _told(each, entitled(answer.commits[commit]))
        )
    quotes = tuple(quoted(citation) for citation in claim.citations)
    return Item(((*said, " ", Evidence(claim.grade, quotes, claim.commit)),), wrap=ANY)


def _told(part: Part, name: str) -> Iterator[Part]:
    """A part with the long name of a commit taken apart into its hash and the rest."""
    if not isinstance(part, Prose):
        yield part
        return
    hash_ = name[:12]
    for number, text in enumerate(part.text.split(name)):
        if number:
            yield Code(hash_)
            yield unsaid(Prose(name[len(hash_) :]))
        if text:
            yield Prose(text)


def quoted(citation: Citation, url: str = "") -> Quote:
    """Words or code with their place: "message:3-4 of 87fa7f3e98a1", "lib/a.c:12 of ..."."""
    where = citation.place
    at = lines(where.first, where.last)
    if isinstance(where, FilePlace):
        return Quote(citation.quote, f"{where.path}:{at}", citation.commit, code=True, url=url)
    if isinstance(where, MailPlace):
        return Quote(citation.quote, f"mail {where.message_id}:{at}", url=url)
    return Quote(citation.quote, f"message:{at}", citation.commit, url=url)


def _commit(commit: CommitId, answer: Answer) -> Item:
    about = answer.commits.get(commit)
    by = [Item((aside("by ", Prose(author(about))),), detail=True)] if about else []
    return line(*named(commit, answer.commits), below=by)
