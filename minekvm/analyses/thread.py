"""Verb 2, for mails: a commit or a mail -> its versions, what was said of them, what it became.

Readable top to bottom, no printing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from minekvm.adapters.git.patches import diffs
from minekvm.adapters.mail_archives import Shelf
from minekvm.clone.clone import Clone
from minekvm.clone.patch_matching import Posted, sure
from minekvm.core.mail import threads as trees
from minekvm.core.mail.diffs import FileDiff, differences, files
from minekvm.core.mail.facts import read_mail
from minekvm.core.mail.ids import asked_id
from minekvm.core.mail.matching import same_author
from minekvm.core.mail.model import (
    About,
    Candidate,
    Difference,
    Mail,
    Match,
    Part,
    Reply,
    Thread,
    Version,
)
from minekvm.core.mail.parse import read
from minekvm.core.mail.replies import read_answer
from minekvm.core.model import CommitId, Gap
from minekvm.errors import MinekvmError

_MOST = 2_000  # mails of a discussion
_PARTS = 100  # patches of a series
_ASKED = Match("asked for", 1.0)

Known = tuple[Mail, Match]


def thread(clone: Clone, asked: str) -> Thread:
    """The discussion of a commit, or of the patch that a mail belongs to.

    `asked` is a revision, a Message-Id or the address of a mail. Raises UnknownCommit for what is
    neither a commit nor a mail that is here, MinekvmError where no mail is known of a commit.
    """
    mails = clone.index.mails
    clone.progress("looking for the mails")
    message_id = asked_id(asked)
    mail = mails.mail(message_id) if message_id else None
    if mail is not None:
        return replace(_of_mail(clone, mail), asked=asked)
    commit = clone.resolve_indexed(asked)
    found = thread_of(clone, commit)
    if found is None:
        hint = "index another archive of the time: minekvm mail index ARCHIVE"
        if not mails.held():
            hint = "no mail is indexed yet: minekvm mail index ARCHIVE"
        raise MinekvmError(f"no mail is known of commit {commit[:12]}", hint)
    return replace(found, asked=asked)


def thread_of(clone: Clone, commit: CommitId) -> Thread | None:
    """The discussion of a commit; None where no mail is known that it was sent as."""
    posted = Posted(clone.index, clone.shadow)
    start = posted.mails(commit)
    if not start:
        return None
    best = Match(start[0][1].rule, start[0][1].score)
    return _told(clone, posted, commit, best, (), start)


def _of_mail(clone: Clone, asked: Mail) -> Thread:
    """The discussion that a mail belongs to."""
    posted = Posted(clone.index, clone.shadow)
    mail = posted.patch_above(asked)
    candidates = posted.became(mail.id)
    best = sure(candidates)
    if mail.sort == "cover":
        found = _told(clone, posted, None, None, (), _letters_like(clone, mail))
        return replace(found, parts=_parts(clone, posted, mail))
    if best is None:
        return _told(clone, posted, None, None, tuple(candidates), [(mail, _ASKED)])
    start = posted.mails(best.commit)
    if all(other.id != mail.id for other, _ in start):
        start = [*start, (mail, best.match)]
    others = tuple(c for c in candidates if c.commit != best.commit)
    return _told(clone, posted, best.commit, best.match, others, start)


def _told(
    clone: Clone,
    posted: Posted,
    commit: CommitId | None,
    match: Match | None,
    others: tuple[Candidate, ...],
    start: Sequence[Known],
) -> Thread:
    shelf = _Shelf(clone)
    try:
        known = posted.versions(start)
        versions = _versions(clone, shelf, known, commit)
        replies = _replies(clone, shelf, known)
    finally:
        shelf.close()
    gaps = [*clone.history.gaps, *shelf.gaps, *_missing(clone, known, commit)]
    named = [c for c in (commit, *(o.commit for o in others)) if c is not None]
    subjects = {c: s.subject for c, s in clone.index.summaries(named).items()}
    subject = subjects[commit] if commit in subjects else known[-1][0].patch.subject
    return Thread(
        asked=commit or known[-1][0].id,
        commit=commit,
        match=match,
        subject=subject,
        others=others,
        versions=tuple(versions),
        replies=tuple(replies),
        parts=(),
        subjects=subjects,
        gaps=tuple(dict.fromkeys(gaps)),
    )


def _letters_like(clone: Clone, letter: Mail) -> list[Known]:
    """A letter before a series with those before its other versions."""
    others = [
        (other, Match("same author and subject", 0.9))
        for other in clone.index.mails.letters(letter.patch.subject)
        if other.id != letter.id and same_author(other.patch, letter.patch)
    ]
    return [(letter, _ASKED), *others]


def _parts(clone: Clone, posted: Posted, letter: Mail) -> tuple[Part, ...]:
    """The patches that were sent with a letter, with what became of each."""
    sent = (m for m in clone.index.mails.around([letter.id]) if m.sort == "patch")
    mine = [m for m in sent if m.patch.version == letter.patch.version and m.patch.number]
    mine.sort(key=lambda m: (m.patch.number, m.patch.seconds))
    return tuple(Part(m, sure(posted.commits(m.id))) for m in mine[:_PARTS])


class _Shelf:
    """Mails read back from where they lie; `gaps` names those that cannot be read any more."""

    def __init__(self, clone: Clone) -> None:
        self._rows = clone.index.mails
        self._archives = Shelf()
        self.gaps: list[Gap] = []

    def close(self) -> None:
        self._archives.close()

    def raw(self, message_id: str) -> bytes | None:
        """A mail's bytes; None, and a gap, where they cannot be read."""
        for archive, place in self._rows.places(message_id):
            found = self._archives.read(archive, place)
            if found is not None:
                return found
        self.gaps.append(Gap(f"mail {message_id}", "cannot be read from its archive any more"))
        return None


def _versions(
    clone: Clone, shelf: _Shelf, known: Sequence[Known], commit: CommitId | None
) -> list[Version]:
    """The versions with what each does otherwise than the next, or than the commit.

    Copies for stable trees are compared with nothing, where there are versions beside them.
    """
    own = [mail for mail, _ in known if not mail.tree] or [mail for mail, _ in known]
    sides = [_diff(shelf, mail) for mail in own]
    if commit is not None:
        text = diffs(clone.shadow, [commit]).get(commit)
        sides.append(None if text is None else files(text))
    changed: dict[str, tuple[Difference, ...]] = {}
    for mail, (old, new) in zip(own, pairwise(sides), strict=False):
        if old is not None and new is not None:
            changed[mail.id] = tuple(differences(old, new))
    return [Version(mail, match, changed.get(mail.id, ())) for mail, match in known]


def _diff(shelf: _Shelf, mail: Mail) -> list[FileDiff] | None:
    """The diff in a mail; None where the mail cannot be read."""
    raw = shelf.raw(mail.id)
    found = read_mail(raw) if raw is not None else None
    return None if found is None else files(found.diff)


def _replies(clone: Clone, shelf: _Shelf, known: Sequence[Known]) -> list[Reply]:
    """What was answered to each version and to the letter before its series."""
    letters = _letters(clone, known)
    tops = [mail.id for mail, _ in known] + list(letters.values())
    unplaced = _unplaced(clone, tops)
    mails = _around(clone, [*tops, *unplaced])
    up = trees.parents(mails) | unplaced
    loops = trees.loops(mails)
    if loops:
        shelf.gaps.append(Gap("discussion", f"{loops} mails answer what answers them"))
    stop = {m.id for m in mails.values() if m.sort in ("patch", "cover")}
    found: list[Reply] = []
    seen: set[str] = set()
    starts = [(mail.id, mail.id, False) for mail, _ in known]
    starts += [(letter, version, True) for version, letter in letters.items()]
    for top, version, of_series in starts:
        for mail, depth in trees.below(top, mails, up, stop):
            if mail.id in seen:
                continue
            seen.add(mail.id)
            raw = shelf.raw(mail.id)
            text = read(raw) if raw is not None else None
            answer = read_answer(text.text if text is not None else "")
            about: About = "series" if of_series else "patch"
            said = () if mail.sort == "notice" else answer.remarks
            given = () if mail.sort == "notice" else answer.trailers
            found.append(Reply(mail, depth, version, about, said, given))
    return found


def _letters(clone: Clone, known: Sequence[Known]) -> dict[str, str]:
    """The letter before the series of each version that has one."""
    above = clone.index.mails.mails(r for mail, _ in known for r in mail.references)
    found = {}
    for mail, _ in known:
        for reference in reversed(mail.references):
            letter = above.get(reference)
            if letter is not None and letter.sort == "cover":
                if letter.patch.version == mail.patch.version:
                    found[mail.id] = letter.id
                break
    return found


def _unplaced(clone: Clone, tops: Sequence[str]) -> dict[str, str]:
    """The answers that refer to no mail and, by their subject, answer one of some."""
    rows = clone.index.mails
    posted = list(rows.mails(tops).values())
    answers = {m.id: m for top in posted for m in rows.unplaced(top.patch.subject)}
    return trees.placed(answers.values(), posted)


def _around(clone: Clone, start: Iterable[str]) -> dict[str, Mail]:
    """Some mails with all that answers them, at whatever remove."""
    rows = clone.index.mails
    found = rows.mails(start)
    front = list(found)
    while front and len(found) < _MOST:
        fresh = {m.id: m for m in rows.around(front) if m.id not in found}
        found |= fresh
        front = list(fresh)
    return found


def _missing(clone: Clone, known: Sequence[Known], commit: CommitId | None) -> list[Gap]:
    """The versions and mails that are spoken of but not here."""
    numbers = {mail.patch.version for mail, _ in known}
    lost = [n for n in range(1, max(numbers, default=1)) if n not in numbers]
    gaps = [Gap(f"version {n}", "not found in the archives that are indexed") for n in lost]
    if commit is not None:
        ids = [asked_id(m.target) for m in clone.index.mentions(commit) if m.kind == "link"]
        here = clone.index.mails.mails(i for i in ids if i)
        gaps += [
            Gap(f"mail {i}", "linked to by the commit, but in no archive that is indexed")
            for i in dict.fromkeys(ids)
            if i and i not in here
        ]
    return gaps
