"""A patch's discussion: what it became, its versions, and what was said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from minekvm.core.mail import words
from minekvm.core.phrases import Code, Prose, count, short
from minekvm.render.document import (
    Block,
    Column,
    Document,
    Item,
    Part,
    Section,
    aside,
    line,
    prose,
    strong,
    styled,
)

if TYPE_CHECKING:
    from minekvm.core.mail.model import Candidate, Difference, Mail, Remark, Reply, Thread, Version
    from minekvm.core.mail.model import Part as Patch

_FUNCTIONS = 4  # of a difference, at a terminal
_REMARKS = 2  # of a reply
_QUOTED = 2  # lines quoted above a remark
_LINES = 5  # of a remark
_OTHERS = 3  # commits that it may have become
_DEEPEST = 8  # levels that are told apart


def page(thread: Thread, *, patch: bool = False) -> Document:
    """A discussion; with `patch` also the lines that the next version changes otherwise."""
    versions = tuple(_version(thread, v, patch) for v in words.own(thread))
    sections = [
        Section((), tuple(_reviews(thread)), label="review"),
        Section(("Patches",), tuple(_patch(p) for p in thread.parts)),
        Section(("Versions",), (*versions, *_copies(thread, patch))),
        *_discussion(thread),
    ]
    return Document(
        (Prose(thread.subject),),
        tuple(_lead(thread)),
        tuple(section for section in sections if section.items),
        thread.gaps,
    )


def discussion(thread: Thread) -> Section:
    """A discussion as a part of a longer document."""
    versions = tuple(_version(thread, version, patch=False) for version in thread.versions)
    replies = [reply for _, some in words.by_version(thread) for reply in some]
    sent = count(len(thread.versions), "version")
    title = f"Discussion: {sent}, {count(len(thread.replies), 'reply', 'replies')}"
    return Section((title,), (*versions, *_tree(replies, 0)), level=3, folded=True)


def _lead(thread: Thread) -> Iterator[Item]:
    if thread.commit is not None and thread.match is not None:
        yield line(("commit ", short(thread.commit)), aside(Prose(thread.match.rule)))
    elif not thread.parts:
        yield line("no commit is known that it became")
    for number, other in enumerate(thread.others):
        subject = thread.subjects.get(other.commit, "")
        cells = (("or ", short(other.commit), " ", Prose(subject)), _score(other))
        yield Item(cells, detail=number >= _OTHERS)
    yield prose(words.size(thread))


def _score(candidate: Candidate) -> Part:
    return aside(f"{candidate.match.score:.2f} ", Prose(candidate.match.rule))


def _reviews(thread: Thread) -> Iterator[Item]:
    """Who gave which review trailer, each once."""
    for key, value in dict.fromkeys(t for r in thread.replies for t in r.trailers):
        yield Item((Prose(value),), label=key)


def _patch(part: Patch) -> Item:
    place = f"{part.mail.patch.number}/{part.mail.patch.total}"
    commit = short(part.became.commit) if part.became is not None else "no commit"
    return line(Column(styled("cyan", place)), Column(commit), Prose(part.mail.patch.subject))


def _who(mail: Mail) -> Prose:
    return Prose(mail.patch.author or "nobody")


# --- versions


def _version(thread: Thread, version: Version, patch: bool) -> Item:
    """A version with its rule, and the functions that the next one changes otherwise."""
    mail = version.mail
    match = f"{version.match.score:.2f} "
    about = ("by ", _who(mail)), Code(mail.id), (match, Prose(version.match.rule))
    below = [Item(about, detail=True)]
    if version.changed:
        then = f"{words.successor(thread, version)}: {words.amount(version.changed)}"
        functions = [
            _difference(d, patch, detail=n >= _FUNCTIONS and not patch)
            for n, d in enumerate(version.changed)
        ]
        below.append(line(aside(then), below=functions))
    left = Column(styled("cyan", words.label(mail)))
    return line(left, mail.date[:10], Prose(mail.patch.subject), below=below)


def _difference(difference: Difference, patch: bool, *, detail: bool) -> Item:
    """A function that is changed otherwise; the lines as a diff of diffs."""
    counts = f"-{len(difference.gone)} +{len(difference.come)}"
    lines = [*(f"-{x}" for x in difference.gone), *(f"+{x}" for x in difference.come)]
    block = (Block(tuple(lines), "diff"),) if patch else ()
    return Item((counts, words.where(difference)), block, detail=detail)


def _copies(thread: Thread, patch: bool) -> Iterator[Item]:
    """The copies for stable trees: how many, and each one where details are asked for."""
    copies = words.copies(thread)
    if copies:
        trees = ", ".join(dict.fromkeys(words.label(v.mail) for v in copies))
        below = [
            Item(v.cells, v.below, detail=True)
            for v in (_version(thread, c, patch) for c in copies)
        ]
        yield line(
            aside(f"{count(len(copies), 'copy', 'copies')} of it: ", Prose(trees)), below=below
        )


# --- what was said


def _discussion(thread: Thread) -> Iterator[Section]:
    """The replies, below the version that each belongs to; a robot's word is a detail."""
    for version, replies in words.by_version(thread):
        title = (f"On {words.label(version.mail)}: ", Prose(version.mail.patch.subject))
        quiet = bool(version.mail.tree) and not any(r.remarks for r in replies)
        yield Section(title, _tree(replies, 0), detail=quiet)


def _tree(replies: Sequence[Reply], depth: int) -> tuple[Item, ...]:
    """Replies in reading order, the answers to each below it."""
    starts = [n for n, reply in enumerate(replies) if not n or min(reply.depth, _DEEPEST) <= depth]
    found = []
    for start, end in pairwise([*starts, len(replies)]):
        deeper = _tree(replies[start + 1 : end], depth + 1)
        found.append(_reply(replies[start], deeper))
    return tuple(found)


def _reply(reply: Reply, answers: Sequence[Item]) -> Item:
    """Who answered when, what to, and in which words."""
    about = " (on the series)" if reply.about == "series" and not reply.depth else ""
    given = [styled("green", Prose(f"{key}: {value}")) for key, value in reply.trailers]
    below: list[Item | Block] = [Item((Code(reply.mail.id),), detail=True)]
    before: tuple[str, ...] = ()
    for number, remark in enumerate(reply.remarks):
        below += _remark(remark, quoted=remark.about != before, detail=number >= _REMARKS)
        before = remark.about
    rest = len(reply.remarks) - _REMARKS
    if rest > 0:
        below.append(Item((aside(f"({count(rest, 'more paragraph')}: -v)"),), brief=True))
    date = aside(f"{reply.mail.date[:10]}{about}")
    return line(strong(_who(reply.mail), style="cyan"), date, *given, below=[*below, *answers])


def _remark(remark: Remark, *, quoted: bool, detail: bool) -> Iterator[Item | Block]:
    """The answer, below the lines that are answered if they are to be quoted."""
    lines = tuple(text.expandtabs(4).rstrip() for text in remark.about)
    block = (Block(lines, "quote", _QUOTED, detail=detail),) if quoted and lines else ()
    yield from block
    words_ = (Prose(" ".join(remark.quote.split())), aside(f" [{remark.first}-{remark.last}]"))
    yield Item((words_,), wrap=_LINES, detail=detail)
