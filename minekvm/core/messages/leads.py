"""The words that lead to a hash: is `commit` among them, which verb governs it, what label opens
its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from minekvm.core.messages.model import MentionKind
from minekvm.core.messages.scan import word_set

_BACK = 110  # characters looked back on for the verb
_LABEL = 60  # characters of a label at the start of a line
_STEPS = 8  # words looked back on

COMMIT_ALONE = word_set("""
    commit commits commit-id commitid comit commmit sha sha1 sha-1 hash rev id
""")
COMMIT = COMMIT_ALONE | word_set("""
    commit-ids commitids commid commti commt changeset changesets cset hashes revision revisions
    patch patches change changes ids sha1s merge cherry-pick cherry-picks
""")
_FILL = word_set("""
    the a an this that these those upstream mainline stable linux kernel linus main master git
    original following previous prev recent earlier old older my our your own initial first second
    last third latest fix new other bad offending culprit problematic faulty broken buggy both
    downstream next net-next linux-next bpf-next two three four five six all said below above
    above-mentioned mentioned dpdk ovs u-boot parent corresponding same related
""")
_BROKEN = word_set("""
    introduced introduce introduces broken broke caused exposed regressed regression regressions
    bug added triggered uncovered started missed missing left forgotten overlooked
""")
_PICKED = word_set("""
    picked cherry-picked cherrypicked backported ported back-ported backport cherry-pick pick port
    adapted forward-ported backpatched back-patched backpatch back-patch
""")
_PORTS = word_set("""
    backport backports backporting cherry-pick cherry-picks backpatch back-patch backpatches
""")
_SELF = word_set("""
    this patch commit change we i also partially partial effectively so and then just now simply
    mostly manually temporarily basically thus therefore should must is are by let's hence it's
""")
_PLAIN_PORT = word_set("a partial partially direct clean this was") | {""}
_WHEN = word_set("in by since with from at")
_ABBREVIATIONS = word_set("""
    c.f cf e.g i.e vs
""")
_MARKS = "\"'`([{<,;:*|#.>-])\u201c\u201d\u2018\u2019"
_ADVERB = re.compile(r"\w{2,}ly")
_WORDS = re.compile(r"[a-z0-9]++")
_UPSTREAM_WORD = re.compile(r"upst[re]{1,4}?am|mainline")
_ORIGIN = word_set("""
    the from of original linux kernel git stable vanilla torvalds ovs dpdk boot upstream upsteam
    mainline backport backported backports cherry cherrypicked picked pick origin commit commits
    commitid id ids sha sha1 hash s tree patch master main linus in as this is a partial partially
    following these squash squashed and state
""")
_ORIGINAL = re.compile(r"upst[re]{1,4}?am|mainline|backport|cherry ?pick|\bpicked\b|\borigin")
_BRANCH = re.compile(  # `master commit: X`, `(From OE-Core master rev: X)`
    r"(?:master|main|trunk|staging|stable|devel|develop|development|dev|unstable|head|tip|next"
    r"|source|original)(?: commit(?: id)?| rev| revision)|from (?:[a-z0-9]++ ){1,4}+rev"
)
_CUT = re.compile(  # a line's end behind which the hash follows
    r"[(\[]?+[ \t]*+(?:(?:cherry[ -]?)?picked|back[ -]?ported|back[ -]?patched)[ -]from"
    r"(?:[ \t]++(?:upstream[ \t]++)?+commit)?+:?+",
    re.IGNORECASE,
)
_ALONE = ("", "commit", "commit id")  # all words of a line that has little but a hash
_END = re.compile(r"[\"'>)\]}., \t\r]*+(?:\n|\Z)")
_WHOLE = re.compile(r"[0-9a-fA-F]{40}")
_PARAGRAPH_END = re.compile(r"[\"'>)\]}., \t\r]*+(?:\n[ \t>]*+(?:\r?\n|\Z)|\n?\Z)")


@dataclass(frozen=True, slots=True)
class Lead:
    """The words before a hash.

    `near` tells whether a word for a commit is among them; `verb` governs it, with the words before
    it in `ahead` (the adverbs left out) and `further`; `last` is the word beside the hash; `label`
    all words of the line, None where they are too many for a label.
    """

    near: bool
    verb: str
    ahead: str
    further: str
    last: str
    label: str | None


def lead(message: str, start: int) -> Lead:
    """The words before a place, as far as the sentence goes and no more than a few."""
    window = message[max(0, start - _BACK) : start]
    line = window.rfind("\n", -_LABEL)
    label = None
    if line >= 0 or start <= _LABEL:
        label = " ".join(_WORDS.findall(window[line + 1 :].lower()))
    cut = window.rfind("\n\n")
    if cut >= 0 and not window[:cut].rstrip().endswith(":"):
        window = window[cut + 2 :]
    words = window.split()
    near = False
    verb = last = ""
    place = len(words)
    for _ in range(min(_STEPS, place)):
        place -= 1
        token = words[place]
        word = token.strip(_MARKS).lower()
        ended = token[-1] in ".!?" and word not in _ABBREVIATIONS
        if ended and not (word in COMMIT and _announced(words, place)):
            break
        if not word:
            continue
        last = last or word
        if word in COMMIT:
            near = True
        elif word not in _FILL:
            verb = word
            break
    ahead, place = _before(words, place) if verb else ("", 0)
    further, _ = _before(words, place) if ahead else ("", 0)
    return Lead(near, verb, ahead, further, last, label)


def _announced(words: list[str], place: int) -> bool:
    return any(w.lower() in ("following", "these") for w in words[max(0, place - 2) : place])


def _before(words: list[str], place: int) -> tuple[str, int]:
    """The word before another in its sentence that is no adverb, and its place."""
    while place > 0:
        place -= 1
        token = words[place]
        if token[-1] in ".!?":
            break
        word = token.strip("\"'`([{<,;:*|#>").lower()
        if word and not _ADVERB.fullmatch(word):
            return word if token[-1] not in ')"' else word + token[-1], place
    return "", 0


def labelled(
    message: str, label: str | None, start: int, end: int, stop: int
) -> tuple[MentionKind, str]:
    """What a line like `[ Upstream commit X ]`, `upstream: X` or `(cherry picked from X)` says.

    The hash goes from `start` to `end`, the mention with its subject to `stop`.
    """
    if label is None:
        return _NOTHING
    if label in _ALONE:
        return _alone(message, label, start, end)
    ahead = message[max(0, start - _LABEL) : start].rpartition("\n")[2]
    if label in ("fixes", "fix", "fixes commit"):
        return "fixes", "Fixes line" if ":" in ahead else "fixes sentence"
    if _names_branch(message, label, ahead, end):
        return "backport-of", "commit of a branch"
    opened = ahead.lstrip(" \t>#*")[:1] in ("[", "(")
    if _names_origin(label.split()) and (opened or _introduces(message, label, ahead, stop)):
        return "backport-of", _origin_rule(label, opened)
    return _NOTHING


def _names_branch(message: str, label: str, ahead: str, end: int) -> bool:
    """Whether a line says of a branch that the commit was taken from it, and no more."""
    colon = ahead.rstrip().endswith(":")
    return colon and bool(_BRANCH.fullmatch(label)) and bool(_END.match(message, end))


def _introduces(message: str, label: str, ahead: str, stop: int) -> bool:
    """Whether words that name an origin lead to it: with a colon, or alone in their paragraph."""
    if ahead.rstrip(" \"'<\u201c").endswith(":"):
        return True
    if label.startswith("upst") and _PARAGRAPH_END.match(message, stop):
        return True
    return label.startswith(("cherry", "backport", "this is"))


_NOTHING: tuple[MentionKind, str] = "cites", ""


def _names_origin(words: list[str]) -> bool:
    """Whether words say where a commit was taken from, and nothing else."""
    return _ORIGIN.issuperset(words) and bool(_ORIGINAL.search(" ".join(words)))


def _is_cut(message: str, start: int) -> bool:
    """Whether the line above a hash ends with `(cherry picked from commit` or the like."""
    line = message.rfind("\n", max(0, start - _LABEL), start)
    above = message[message.rfind("\n", max(0, line - _LABEL), max(line, 0)) + 1 : max(line, 0)]
    return _CUT.fullmatch(above.strip()) is not None


def _origin_rule(label: str, opened: bool) -> str:
    if "cherry" in label or label.startswith("picked"):
        return "cherry picked from"
    if "backport" in label:
        return "backported from"
    return "Upstream commit bracket" if opened else "Upstream label"


def _alone(message: str, label: str, start: int, end: int) -> tuple[MentionKind, str]:
    """What a hash says that stands alone on its line, with `commit` at most.

    It is a backport's origin below a line such as `Upstream commit:` or `(cherry picked from`, and
    at the top of a message.
    """
    if _is_cut(message, start):
        return "backport-of", "cherry picked from"
    return _below(message, label, start) if _END.match(message, end) else _NOTHING


def _below(message: str, label: str, start: int) -> tuple[MentionKind, str]:
    top = message.rfind("\n", max(0, start - _LABEL), start)
    if top < 0:
        return _NOTHING
    low = max(0, top - _BACK)
    above = message[low:top].rstrip(" \t\r\n>")
    line = above.rpartition("\n")[2]
    if line.endswith(":") and message.count("\n", low + len(above), top) <= 1:
        words = _WORDS.findall(line.lower())
        if len(words) <= 12 and _names_origin(words):
            return "backport-of", "Upstream block"
    if not label or not _WHOLE.match(message, start):
        return _NOTHING
    if " inclusion\n" in message[max(0, start - 200) : start]:
        return "backport-of", "inclusion block"
    first = message.find("\n", 0, 400)
    if first > 0 and start < 500 and not message[first:start].strip(" \n\t:-*<[]comit"):
        return "backport-of", "commit line"
    return _NOTHING


def said(low: bytes, words: Lead) -> tuple[MentionKind, str]:
    """Kind and rule by the verb that governs a hash in prose; rule "" where it only cites.

    `low` is the message in lower case: whether its subject speaks of a revert decides for verbs
    that may only tell of one.
    """
    verb, ahead = words.verb, words.ahead
    if not verb:
        return _NOTHING
    if verb.startswith("revert") or verb in ("undo", "undoes"):
        return ("reverts", "reverts sentence") if _reverts(low, verb, ahead) else _NOTHING
    if _fixes(verb, ahead):
        return "fixes", "fixes sentence"
    if _ports(words):
        picked = "pick" in ahead or "pick" in verb
        return "backport-of", "cherry picked from" if picked else "backported from"
    if _depends(verb, ahead):
        return "depends", "depends sentence"
    return ("cites", "introduced by") if verb in _WHEN and ahead in _BROKEN else _NOTHING


def _ours(ahead: str) -> bool:
    """Whether the word before a verb lets it be what this commit does."""
    return not ahead or ahead in _SELF


def _reverts(low: bytes, verb: str, ahead: str) -> bool:
    if verb == "reverted" or ahead in ("which", "that", "it") or ahead.endswith((")", '"')):
        return False
    if verb in ("reverts", "undoes") or ahead == "by" or (verb == "revert" and _ours(ahead)):
        return True
    return b"revert" in low[:100].partition(b"\n")[0]


def _fixes(verb: str, ahead: str) -> bool:
    if verb in ("fixes", "fix", "fixup", "fixing", "bugfix"):
        return _ours(ahead) or (verb == "fix" and ahead == "to")
    return verb in ("for", "to", "of", "up") and ahead in ("fix", "fixup", "bugfix", "fix-up")


def _ports(words: Lead) -> bool:
    verb, ahead = words.verb, words.ahead
    if verb in ("from", "of") and ahead in _PICKED:
        return words.further in _PLAIN_PORT
    return verb in _PORTS and _ours(ahead) and ahead != "and"


def _depends(verb: str, ahead: str) -> bool:
    if verb == "on":
        return ahead in ("depends", "depend", "dependent", "dependency")
    return verb in ("requires", "needs") and _ours(ahead)
