"""Whether two patches are one: a mail's and a commit's, or two versions of a mail.

A ladder, sure and cheap rungs first; the one that held is kept. What is below the last rung is no
match. The weights of that rung were fitted on versions of patches whose subjects were hidden
(`benchmarks/mail.py`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from minekvm.core.mail.model import FileFacts, Match, Patch
from minekvm.core.messages.subjects import folded

LEAST = 0.5  # score from which two patches are taken for one

_BLOB = 7  # digits of a blob that tell something
_SEASON = 120 * 86400  # seconds after which two versions are far apart
_MANY = 10  # lines that another author's patch has too, not by chance
_AKIN = 0.6  # likeness of subjects from which fewer lines will do
_FEW = 5  # lines of a patch below which another may have them all by chance
_PART = 0.6  # what it is worth that a larger patch has a smaller one's lines
_DOUBT = 0.95  # the most that the last rung gives
_SURE = 0.2  # likeness of lines that a namesake of another author needs
_WORD = re.compile(r"\w+")


def judge(mail: Patch, other: Patch) -> Match | None:
    """Why a mail's patch is another one, of a commit or a later mail; None where it is not."""
    if mail.patch_id and mail.patch_id == other.patch_id:
        return Match("equal patch-id", 0.99)
    if _same_blobs(mail.files, other.files):
        return Match("same base and result blobs", 0.99)
    alike = likeness(mail, other)
    author, shared = same_author(mail, other), bool(_paths(mail) & _paths(other))
    comparable = bool(mail.lines and other.lines)
    titled = bool(mail.subject) and folded(mail.subject) == folded(other.subject)
    if author and titled and (shared or alike or not comparable):
        return Match("same author and subject", 0.8 + 0.18 * alike)
    if author and mail.seconds == other.seconds and mail.seconds and (alike >= _SURE or titled):
        return Match("same author and date", 0.8 + 0.17 * alike)
    if titled and (alike >= _SURE or (shared and not comparable)):
        return Match("same subject", 0.6 + 0.35 * alike)
    # Siblings for other machines have much the same lines, in other files.
    return _reworked(mail, other, alike, author) if alike and shared else None


def _reworked(mail: Patch, other: Patch, alike: float, author: bool) -> Match | None:
    """The last rung: much the same change under another subject."""
    near = max(0.0, 1 - abs(other.seconds - mail.seconds) / _SEASON)
    place = mail.number > 0 and mail.number == other.number and mail.total == other.total
    functions = _overlap(_functions(mail), _functions(other))
    titles = title_likeness(mail.subject, other.subject)
    told = author or titles >= _AKIN or len(mail.lines & other.lines) >= _MANY
    score = (
        0.66 * max(alike, _PART * _contained(mail, other))
        + 0.10 * functions
        + 0.08 * _overlap(_paths(mail), _paths(other))
        + 0.12 * titles
        + (0.12 if author else -0.10)
        + 0.06 * near
        + 0.05 * place
    )
    if score < LEAST or not told:
        return None
    said = [f"{round(100 * alike)} % of its lines"]
    said += ["the same functions"] if functions == 1 else []
    said += ["same author"] if author else []
    return Match(f"reworked: {', '.join(said)}", round(min(score, _DOUBT), 4))


def _contained(a: Patch, b: Patch) -> float:
    """How much of the smaller patch the larger one has, where the smaller is large enough."""
    least = min(len(a.lines), len(b.lines))
    return len(a.lines & b.lines) / least if least >= _FEW else 0.0


def likeness(a: Patch, b: Patch) -> float:
    """How much of both patches' changed lines they share, between 0 and 1 (Dice's measure)."""
    both = len(a.lines) + len(b.lines)
    return 2 * len(a.lines & b.lines) / both if both else 0.0


def same_author(a: Patch, b: Patch) -> bool:
    """Whether two patches are by one person: the same address, or the same name."""
    if a.email and a.email.casefold() == b.email.casefold():
        return True
    return bool(a.author) and _name(a.author) == _name(b.author)


def title_likeness(a: str, b: str) -> float:
    """How many words two subjects share, what stands before their last colon counted half."""
    heads, tails = zip(*(folded(s).rpartition(": ")[::2] for s in (a, b)), strict=True)
    near = _overlap(*(frozenset(_WORD.findall(t)) for t in tails))
    far = _overlap(*(frozenset(_WORD.findall(h)) for h in heads))
    return (2 * near + far) / 3


def chained(later: Match, earlier: Match) -> Match:
    """How surely a mail is a version of what a later version was matched with."""
    return replace(earlier, score=round(later.score * earlier.score, 4))


def _name(name: str) -> str:
    """A name for comparing: "Last, First" turned, case and dots aside."""
    last, comma, first = name.partition(", ")
    return " ".join(_WORD.findall((f"{first} {last}" if comma else name).casefold()))


def _same_blobs(mail: tuple[FileFacts, ...], other: tuple[FileFacts, ...]) -> bool:
    """Whether both make the same files out of the same ones, as far as blobs are known."""
    there = {f.path: f for f in other}
    known = [f for f in mail if f.new and f.old]
    if not known or len(known) < len(mail) or len(mail) != len(other):
        return False
    return all(f.path in there and _agree(f, there[f.path]) for f in known)


def _agree(a: FileFacts, b: FileFacts) -> bool:
    return all(
        min(len(x), len(y)) >= _BLOB and (x.startswith(y) or y.startswith(x))
        for x, y in ((a.old, b.old), (a.new, b.new))
    )


def _paths(patch: Patch) -> frozenset[str]:
    return frozenset(f.path for f in patch.files)


def _functions(patch: Patch) -> frozenset[str]:
    return frozenset(name for file in patch.files for name in file.functions)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared over all; 0 where there is nothing."""
    return len(a & b) / len(a | b) if a or b else 0.0
