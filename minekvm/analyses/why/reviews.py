"""What reviewers said of a change before it was taken in, where their mails are indexed."""

from __future__ import annotations

from collections.abc import Iterator

from minekvm.analyses.thread import thread_of
from minekvm.analyses.why.facts import Facts
from minekvm.core.why.model import Citation, Claim, MailPlace
from minekvm.core.why.occurrence import Occurrence
from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reviews import Opinion, opinions


def discussed(facts: Facts, occurrence: Occurrence, wanted: Sought) -> Iterator[Claim]:
    """The sentences of reviews that bear on what a commit did; they follow its own words."""
    if facts.ignore_citations or not facts.clone.index.mails.any():
        return
    found = thread_of(facts.clone, occurrence.commit)
    if found is None:
        return
    for gap in found.gaps:
        facts.note(gap)
    for opinion in opinions(found, wanted):
        said = opinion.sentence
        place = MailPlace(opinion.reply.mail.id, said.first, said.last)
        cited = Citation(occurrence.commit, place, said.quote)
        yield Claim("reason", occurrence.commit, _told(opinion), "stated", (cited,))


def _told(opinion: Opinion) -> str:
    mail, version = opinion.reply.mail, opinion.version.mail.patch.version
    who = f"{mail.patch.author or 'a reviewer'} on version {version}"
    if opinion.heeded:
        who += f", after which {opinion.heeded} was changed otherwise"
    return f"{who}: \u201c{opinion.sentence.text}\u201d"
