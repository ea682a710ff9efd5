"""Which commit a mail became, and which mails a commit was: index + clone -> matches.

Candidates come cheaply from the index (links, subjects, dates, files and their blobs); only those
few have their diffs read, and the ladder of `core.mails.ladder` judges them.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from minekvm.adapters.git.patches import diffs, patch_ids_of
from minekvm.adapters.index.index import Index
from minekvm.core.mail.diffs import facts, files, sketch
from minekvm.core.mail.ids import asked_id
from minekvm.core.mail.matching import LEAST, chained, judge, same_author, title_likeness
from minekvm.core.mail.model import Candidate, FileFacts, Mail, Match, Patch
from minekvm.core.messages.subjects import folded
from minekvm.core.model import CommitId

_PATCHES = ("patch", "reply")  # an answer may bring a patch below scissors
LINKED = "linked to by the commit"
_NAMED = Match("linked to by the commit, of another's patch", LEAST / 2)
_KIND = "patch"  # of what is remembered of a commit
_DAY = 86400
_EARLY = 3 * _DAY  # a commit may be older than the mail: clocks, and mails sent after the fact
_PATIENCE = 2 * 365 * _DAY  # from a mail to the commit that it becomes
_FILES = 12  # of a patch, looked up
_ROWS = 2_000  # of a file, or of an author
_BY_AUTHOR = 8  # commits that are compared for their author's sake
_COMPARED = 24  # commits whose diff is read, for one mail
_JUDGED = 100  # mails that are judged, for one commit or mail
_SWEEP = 1_000  # C files of a commit that was never sent as one mail
_WIDER, _NARROW = 4, 20  # files of a commit that a mail can have become: times the mail's, plus
_VERY = 0.98  # of the same patch-id or blobs
_BY_ANYBODY = 0.9  # likeness from which a version may be sent by another
_SHARED = 3  # functions in one file from which more tell no more
_VERSIONS = 30  # of one patch


@dataclass(frozen=True, slots=True)
class Rungs:
    """What of a commit is heeded; to measure the rest, its links or its subject are not."""

    links: bool = True
    subjects: bool = True


EVERY = Rungs()


class Posted:
    """Matches mails and commits of one clone."""

    def __init__(self, index: Index, git_dir: Path, rungs: Rungs = EVERY) -> None:
        self._index = index
        self._git_dir = git_dir
        self._rungs = rungs

    # --- a mail's commits

    def commits(self, message_id: str) -> list[Candidate]:
        """The commits that a mail may have become, best first, by links alone if it is not here."""
        found: dict[CommitId, Match] = {}
        if self._rungs.links:
            links = self._index.linking(message_id)
            found = {commit: Match(LINKED, 1.0) for commit, _ in links}
        mail = self._index.mails.mail(message_id)
        if mail is not None and mail.patch.files:
            sent = mail.patch if self._rungs.subjects else replace(mail.patch, subject="")
            most = _WIDER * len(sent.files) + _NARROW
            wanted = [*found, *self.candidates(sent, mail.date)]
            for commit, patch in self.patches(wanted, most).items():
                match = judge(sent, patch)
                if commit not in found and match is not None:
                    found[commit] = match
                elif commit in found and _of_another(mail, patch):
                    found[commit] = _NAMED
        when = {c: s.committed for c, s in self._index.summaries(found).items()}
        ranked = sorted(found.items(), key=lambda f: (-f[1].score, when.get(f[0], 0), f[0]))
        return [Candidate(commit, match) for commit, match in ranked]

    def candidates(self, patch: Patch, date: str) -> list[CommitId]:
        """The commits worth comparing with a mail's patch, the likeliest first."""
        found = [*self._index.titled(patch.subject), *self._index.authored_at(date)]
        hits: Counter[CommitId] = Counter()
        since, until = patch.seconds - _EARLY, patch.seconds + _PATIENCE
        for file in patch.files[:_FILES]:
            rows = self._index.touching_between(file.path, since, until, _ROWS)
            for commit, new, author, email in rows:
                writer = replace(patch, author=author, email=email)
                blob = bool(new and file.new) and str(new).startswith(file.new)
                hits[commit] += 1 + 8 * blob + 2 * same_author(patch, writer)
        found += [commit for commit, _ in hits.most_common(_COMPARED)]
        return list(dict.fromkeys([*found, *self._by_author(patch)]))[: 2 * _COMPARED]

    def _by_author(self, patch: Patch) -> list[CommitId]:
        """The author's commits of the likest subjects, then the nearest ones, whatever they touch.

        They are looked for as well because the index knows of no other files than those of C.
        """
        span = patch.seconds - _PATIENCE, patch.seconds + _PATIENCE
        ranked = [
            (-title_likeness(patch.subject, s.subject), abs(s.committed - patch.seconds), s.id)
            for s in self._index.written_by(patch.author, patch.email, *span, _ROWS)
        ]
        return [commit for _, _, commit in sorted(ranked)[:_BY_AUTHOR]]

    def became(self, message_id: str) -> list[Candidate]:
        """The commits that a mail became, be it itself or as a later version; best first.

        Of an answer, those of the patch that it answers.
        """
        mail = self._index.mails.mail(message_id)
        if mail is not None and not mail.patch.files:
            mail = self.patch_above(mail)
            message_id = mail.id
        found = self.commits(message_id)
        if sure(found) is not None or mail is None or not mail.patch.files:
            return found
        chain = self.versions([(mail, Match("asked for", 1.0))])
        for later, how in reversed(chain):
            if later.id == mail.id:
                continue
            rule = f"through version {later.patch.version}"
            further = [
                replace(c, match=Match(f"{rule}: {c.match.rule}", how.score * c.match.score))
                for c in self.commits(later.id)
            ]
            if sure(further) is not None:
                return further
        return found

    def patch_above(self, mail: Mail) -> Mail:
        """The patch that a mail answers, at whatever remove; itself where there is none."""
        if mail.sort in ("patch", "cover"):
            return mail
        above = self._index.mails.mails(mail.references)
        for reference in reversed(mail.references):
            if reference in above and above[reference].sort in ("patch", "cover"):
                return above[reference]
        return mail

    # --- a commit's mails

    def mails(self, commit: CommitId) -> list[tuple[Mail, Match]]:
        """The mails that a commit was sent as, best first; one of each series of patches."""
        patch = self.patches([commit]).get(commit)
        rows = self._index.mails
        found: dict[str, tuple[Mail, Match]] = {}
        if self._rungs.links:
            linked = [asked_id(m.target) for m in self._index.mentions(commit) if m.kind == "link"]
            for mail in rows.mails(i for i in linked if i).values():
                if mail.patch.files and mail.sort in _PATCHES and not _of_another(mail, patch):
                    found[mail.id] = mail, Match(LINKED, 1.0)
        if patch is None:
            return list(found.values())
        about = self._index.about(commit)
        until = max(patch.seconds, about.committed if about is not None else 0) + 30 * _DAY
        named = [*rows.with_patch_id(patch.patch_id), *rows.titled(patch.subject)]
        for mail in [*named, *self.touching(patch, patch.seconds - _PATIENCE, until)]:
            if mail.id not in found and mail.sort in _PATCHES:
                match = judge(mail.patch, patch)
                if match is not None:
                    found[mail.id] = mail, match
        best = _best_of_series(_without_sketches(found.values(), patch))
        return [(m, how) for m, how in best if how.rule == LINKED or self._leads_to(m, patch)]

    def _leads_to(self, mail: Mail, patch: Patch) -> bool:
        """Whether no commit of another subject is nearer to a mail than this one."""
        title = folded(patch.subject)
        if folded(mail.patch.subject) == title:
            return True
        nearest = sure(self.commits(mail.id))
        about = self._index.about(nearest.commit) if nearest is not None else None
        return about is None or about.id == patch.id or folded(about.subject) == title

    def touching(self, patch: Patch, since: int, until: int) -> list[Mail]:
        """The mails whose patches touch the same files and functions, the likeliest first."""
        hits: Counter[int] = Counter()
        functions = {name for file in patch.files for name in file.functions}
        for file in patch.files[:_FILES]:
            rows = self._index.mails.touching(file.path, since, until, _ROWS)
            for row, new, names, author, email in rows:
                writer = replace(patch, author=author, email=email)
                blob = bool(new) and bool(file.new) and file.new.startswith(new)
                shared = min(_SHARED, len(functions.intersection(names.split())))
                hits[row] += 1 + 8 * blob + 2 * shared + 3 * same_author(patch, writer)
        return self._index.mails.rows([row for row, _ in hits.most_common(_JUDGED)])

    # --- versions

    def versions(self, start: Iterable[tuple[Mail, Match]]) -> list[tuple[Mail, Match]]:
        """All versions of a patch, from those that are known; the oldest first.

        Versions of the known ones are looked for by their subject, by what they name, and by their
        change, until no more are found; one of each series counts.
        """
        found = {mail.id: (mail, match) for mail, match in start}
        front = list(found.values())
        while front and len(found) < _VERSIONS:
            mail, match = front.pop(0)
            taken = {m.series for m, _ in found.values()}
            fresh = _best_of_series(
                (other, chained(match, said))
                for other in self._like(mail)
                if other.id not in found
                and other.series not in taken
                and (said := _earlier_or_later(other, mail)) is not None
            )
            for other, said in fresh:
                found[other.id] = other, said
                front.append((other, said))
        return sorted(found.values(), key=lambda f: (f[0].patch.seconds, f[0].id))

    def _like(self, mail: Mail) -> list[Mail]:
        """The mails that may be versions of one."""
        rows, patch = self._index.mails, mail.patch
        span = patch.seconds - _PATIENCE // 2, patch.seconds + _PATIENCE // 2
        named = rows.mails(rows.links_of(mail.id)).values()
        likely = [*named, *rows.titled(patch.subject), *self.touching(patch, *span)]
        return [m for m in likely if m.sort == "patch" and m.patch.files]

    # --- commits as patches

    def patches(self, commits: Sequence[CommitId], most: int = _SWEEP) -> dict[CommitId, Patch]:
        """Commits as patches, as far as their files can be read; remembered in the index.

        What touches more than `most` files is left out: comparing a whole import takes minutes.
        """
        breadth = self._index.breadth(commits)
        commits = [c for c in commits if breadth.get(c, 0) <= most]
        keys = {bytes.fromhex(c): c for c in commits}
        kept = {
            keys[k]: patch
            for k, value in self._index.recall(_KIND, list(keys)).items()
            if (patch := _unpacked(value)) is not None
        }
        fresh = self._read([c for c in dict.fromkeys(commits) if c not in kept])
        if fresh and self._index.writable:
            self._index.keep((_KIND, bytes.fromhex(c), _packed(p)) for c, p in fresh.items())
        summaries = self._index.summaries(commits)
        found: dict[CommitId, Patch] = {}
        for commit in commits:
            about, body = summaries.get(commit), kept.get(commit) or fresh.get(commit)
            if about is not None and body is not None:
                found[commit] = replace(
                    body,
                    id=commit,
                    subject=about.subject,
                    author=about.author,
                    email=about.email,
                    seconds=int(datetime.fromisoformat(about.authored).timestamp()),
                )
        return found

    def _read(self, commits: Sequence[CommitId]) -> dict[CommitId, Patch]:
        texts = diffs(self._git_dir, commits) if commits else {}
        ids = patch_ids_of(self._git_dir, texts.values()) if texts else []
        found = {}
        for (commit, text), patch_id in zip(texts.items(), ids, strict=True):
            parsed = files(text)
            found[commit] = Patch(
                commit, "", "", "", 0, 1, 0, 0, patch_id, facts(parsed), sketch(parsed)
            )
        return found


def _of_another(mail: Mail, patch: Patch | None) -> bool:
    """Whether a mail that a commit links to is somebody else's patch that the commit only names."""
    if patch is None or same_author(mail.patch, patch):
        return False
    return judge(mail.patch, patch) is None


def _without_sketches(
    found: Iterable[tuple[Mail, Match]], patch: Patch
) -> list[tuple[Mail, Match]]:
    """Those mails that a commit was sent as, without the diffs that others put into an answer.

    An answer by another than the author counts where it is the very change and nothing else is.
    """
    listed = list(found)
    sent = any(mail.sort == "patch" for mail, _ in listed)
    return [
        (mail, match)
        for mail, match in listed
        if mail.sort != "reply"
        or match.rule == LINKED
        or same_author(mail.patch, patch)
        or (match.score >= _VERY and not sent)
    ]


def _earlier_or_later(one: Mail, other: Mail) -> Match | None:
    """Whether two mails are versions of one patch: by one author, or word for word."""
    if one.series == other.series:
        return None
    match = judge(one.patch, other.patch)
    if match is None or match.score >= _BY_ANYBODY or same_author(one.patch, other.patch):
        return match
    return None


def _best_of_series(found: Iterable[tuple[Mail, Match]]) -> list[tuple[Mail, Match]]:
    """The best match within each series of patches, best first."""
    best: dict[object, tuple[Mail, Match]] = {}
    ranked = sorted(found, key=lambda f: (-f[1].score, f[0].patch.seconds, f[0].id))
    for mail, match in ranked:
        best.setdefault(mail.series, (mail, match))
    return list(best.values())


def sure(found: Sequence[Candidate]) -> Candidate | None:
    """The commit that a mail became, if one of the candidates is sure enough to say so."""
    return found[0] if found and found[0].match.score >= LEAST else None


def _packed(patch: Patch) -> bytes:
    rows = [(f.path, f.old, f.new, f.functions) for f in patch.files]
    value = [patch.patch_id, rows, sorted(patch.lines)]
    return zlib.compress(json.dumps(value).encode("ascii"), 1)


def _unpacked(value: bytes) -> Patch | None:
    try:
        patch_id, rows, lines = json.loads(zlib.decompress(value))
    except (zlib.error, ValueError):
        return None
    named = tuple(FileFacts(p, old, new, tuple(names)) for p, old, new, names in rows)
    return Patch("", "", "", "", 0, 1, 0, 0, patch_id, named, frozenset(lines))
