"""How surely mails and commits are matched: `python benchmarks/mail.py CLONE ARCHIVE...`.

The archives must be indexed beside the clone (`minekvm mail index`). Four truths, each kept from
what is measured:

notices   A robot's notices of commits (tip-bot2) name a commit's id, which the index never keeps.
          It is read here from the raw mail alone. A notice should lead to the commit of the clone
          that says that it is a backport of that id (or is it), and to none where there is none. Of
          the notices without, as many as `--others` are asked too. The clone may have the patch
          twice, or a notice be of an id that was rebased away: what has the notice's very author
          and subject is told apart, to be looked at by hand with `--show`.
links     A mail that a commit links to should lead to it, the links unheeded.
titles    A patch whose subject its author gave to one commit only should lead to that one, be it as
          it is or by a later version, the subjects and links of commits unheeded.
versions  A patch should lead to another version of it, found among all others of the archives with
          its subject hidden. Truth is an equal subject by one author under another version number.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from minekvm.adapters.mail_archives import Shelf
from minekvm.clone.clone import Clone, IndexOptions, open_clone
from minekvm.clone.patch_matching import Posted, Rungs, sure
from minekvm.core.mail.ids import asked_id
from minekvm.core.mail.matching import judge, same_author
from minekvm.core.mail.model import Mail
from minekvm.core.messages.subjects import folded
from minekvm.core.model import CommitId

_NAMED = re.compile(rb"^Commit-ID:\s+([0-9a-f]{40})\s*$", re.MULTILINE)
_YEAR = 365 * 86400
_SEED = 1
_UNLINKED = Rungs(links=False)


@dataclass
class Score:
    """What came of one measurement; `unsure` is told apart from right and wrong."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    unsure: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def report(self, what: str, seconds: float) -> None:
        """Print it in a few lines."""
        said = self.right + self.wrong
        precision = self.right / said if said else 0
        recall = self.right / (self.right + self.wrong + self.missed or 1)
        print(f"{what:9} precision {precision:.3f}  recall {recall:.3f}  {seconds:.1f} s")
        counts = f"{self.right} right, {self.wrong} wrong, {self.missed} missed"
        print(f"          {counts}, {self.unsure} of the same author and subject")
        print(f"          {', '.join(f'{r} {n}' for r, n in self.rules.most_common())}")


def main() -> None:
    """Print a report for each truth."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--others", type=int, default=1500, help="notices without a commit here")
    parser.add_argument("--titles", type=int, default=1500, help="patches of a commit's subject")
    parser.add_argument("--versions", type=int, default=700, help="patches of several versions")
    parser.add_argument("--show", action="store_true", help="show what was not right")
    given = parser.parse_args()
    random.seed(_SEED)
    options = IndexOptions(notify=lambda text: print(text, file=sys.stderr))
    with open_clone(given.clone, index=options) as clone:
        measures = {
            "notices": partial(_notices, clone, given.others),
            "links": partial(_links, clone),
            "titles": partial(_titles, clone, given.titles),
            "versions": partial(_versions, clone, given.versions),
        }
        for what, measure in measures.items():
            start = time.perf_counter()
            score = measure()
            score.report(what, time.perf_counter() - start)
            if given.show:
                print("\n".join(f"    {line}" for line in score.shown))


def _notices(clone: Clone, others: int) -> Score:
    ids = _commit_ids(clone)
    wanted = {m: _here(clone, id_) for m, id_ in ids.items()}
    without = [m for m in sorted(wanted) if not wanted[m]]
    asked = [m for m in sorted(wanted) if wanted[m]]
    asked += random.sample(without, min(others, len(without)))
    return _score(clone, ((m, wanted[m]) for m in asked))


def _links(clone: Clone) -> Score:
    wanted: dict[str, set[CommitId]] = {}
    for commit, mention in clone.index.all_mentions("link"):
        mail = clone.index.mails.mail(asked_id(mention.target))
        if mail is not None and mail.sort == "patch":
            wanted.setdefault(mail.id, set()).add(commit)
    return _score(clone, wanted.items())


def _titles(clone: Clone, most: int) -> Score:
    wanted = []
    for mail in clone.index.mails.of_sort("patch"):
        about = clone.index.summaries(clone.index.titled(mail.patch.subject)).values()
        writers = ((s.id, replace(mail.patch, author=s.author, email=s.email)) for s in about)
        found = {commit for commit, writer in writers if same_author(mail.patch, writer)}
        if mail.patch.files and len(found) == 1:
            wanted.append((mail.id, found))
    asked = random.sample(wanted, min(most, len(wanted)))
    return _score(clone, asked, Rungs(links=False, subjects=False))


def _score(
    clone: Clone, wanted: Iterable[tuple[str, set[CommitId]]], rungs: Rungs = _UNLINKED
) -> Score:
    posted, score = Posted(clone.index, clone.shadow, rungs), Score()
    for message_id, commits in wanted:
        mail = clone.index.mails.mail(message_id)
        assert mail is not None
        best = sure(posted.became(message_id))
        if best is None:
            score.missed += bool(commits)
            score.shown += [f"missed {mail.patch.subject}"] if commits else []
        elif best.commit in commits:
            score.right += 1
            score.rules[best.match.rule.partition(":")[0]] += 1
        else:
            about = clone.index.about(best.commit)
            assert about is not None
            same = folded(about.subject) == folded(mail.patch.subject)
            score.unsure += same
            score.wrong += not same
            what = "same" if same else "wrong"
            told = f"{best.match.rule}, {best.match.score:.2f}"
            score.shown.append(f"{what} {mail.patch.subject} -> {about.subject} ({told})")
    return score


def _versions(clone: Clone, most: int) -> Score:
    """Each patch's best match among the other patches of its time, its subject hidden."""
    posted, score = Posted(clone.index, clone.shadow), Score()
    for mail, chain in _chains(clone, most):
        hidden = replace(mail.patch, subject="", patch_id="")
        span = mail.patch.seconds - _YEAR // 12, mail.patch.seconds + _YEAR
        found = [
            (match.score, other, match)
            for other in posted.touching(mail.patch, *span)
            if other.sort == "patch" and other.series != mail.series
            if (match := judge(hidden, other.patch)) is not None
        ]
        if not found:
            score.missed += 1
            score.shown.append(f"missed {mail.patch.subject}")
            continue
        _, other, match = max(found, key=lambda f: f[0])
        score.rules[match.rule.partition(":")[0]] += 1
        if other.id in chain:
            score.right += 1
        else:
            score.wrong += 1
            told = f"{match.rule}, {match.score:.2f}"
            score.shown.append(f"wrong {mail.patch.subject} -> {other.patch.subject} ({told})")
    return score


def _chains(clone: Clone, most: int) -> Iterator[tuple[Mail, set[str]]]:
    """Patches of which a later version exists, each with the ids of all its versions."""
    mails = [m for m in clone.index.mails.of_sort("patch") if m.patch.files and not m.tree]
    titles: dict[tuple[str, str], list[Mail]] = {}
    for mail in mails:
        titles.setdefault((folded(mail.patch.subject), mail.patch.email), []).append(mail)
    chains = [c for c in titles.values() if len({m.patch.version for m in c}) > 1]
    for chain in random.sample(chains, min(most, len(chains))):
        first = min(chain, key=lambda m: (m.patch.version, m.patch.seconds))
        yield first, {m.id for m in chain}


def _here(clone: Clone, upstream: str) -> set[CommitId]:
    """The commits of the clone that are this one, or say that they are its backports."""
    found = {c for c, m in clone.index.mentioning(upstream) if m.kind == "backport-of"}
    return found | set(clone.index.find(upstream))


def _commit_ids(clone: Clone) -> dict[str, str]:
    """The ids that notices name, by Message-Id, read from the raw mails."""
    shelf, found = Shelf(), {}
    for mail in clone.index.mails.of_sort("notice"):
        archive, place = clone.index.mails.places(mail.id)[0]
        named = _NAMED.search(shelf.read(archive, place) or b"")
        if named is not None:
            found[mail.id] = named[1].decode("ascii")
    shelf.close()
    return found


if __name__ == "__main__":
    main()
