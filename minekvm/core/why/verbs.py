"""What can be asked to have happened: one row a verb.

A row says with which words a question asks for it and a message speaks of it (English), which
events of a definition, changes of calls and changes of a word's use count as it, which do where
none of those happened, and whether the first or the last such commit is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from minekvm.core.callers.sites import How
from minekvm.core.kinds import EDITS
from minekvm.core.model import Kind
from minekvm.core.why.sentences import sentences, subject
from minekvm.core.why.words import names

Verb = Literal[
    "moved",
    "split",
    "merged",
    "renamed",
    "added",
    "removed",
    "deprecated",
    "changed",
    "calls",
    "began calling",
    "stopped calling",
    "replaced",
    "guarded",
    "ordered",
    "exposed",
    "became",
    "commit",
]
VERBS: tuple[Verb, ...] = get_args(Verb)

Use = Literal["came", "went", "changed"]


@dataclass(frozen=True, slots=True)
class Row:
    """One verb.

    `asks` and `says` are the words of questions and of messages; `kinds`, `hows` and `uses` what
    counts as it in full; `nearly` which events do in part. `newest` is whether the last such commit
    is meant, else the first.
    """

    asks: str
    says: str
    kinds: frozenset[Kind] = frozenset()
    hows: frozenset[How] = frozenset()
    uses: frozenset[Use] = frozenset()
    nearly: frozenset[Kind] = frozenset()
    newest: bool = True
    of_calls: bool = False  # whether it is said of calls alone


def _kinds(*kinds: Kind) -> frozenset[Kind]:
    return frozenset(kinds)


def _hows(*hows: How) -> frozenset[How]:
    return frozenset(hows)


def _uses(*uses: Use) -> frozenset[Use]:
    return frozenset(uses)


_CALL = r"call(?:s|ing)?|us(?:e|es|ing)|tak(?:e|es|ing)|invok(?:e|es|ing)"

ROWS: Mapping[Verb, Row] = {
    "stopped calling": Row(
        rf"(?:stop|stops|stopped|cease[sd]?|quit)\s+(?:to\s+call|(?:{_CALL})|\w+ing)"
        r"|(?:no\s+longer|(?<!and )not)\s+(?:calls?|called|calling|uses?|used|takes?|taken|holds?)"
        r"|(?:drop(?:s|ped)?|remove[sd]?|lose|loses|lost)\s+(?:the|its|a)\s+calls?"
        r"|(?:calls?|uses?|takes?|holds?)(?=\b.{0,60}\bany\s?more\b)",
        r"replac\w*|instead|drop\w*|remov\w*|no longer|any ?more|stop\w*|convert\w*|avoid\w*",
        hows=_hows("to function", "replaced", "gone"),
        uses=_uses("went"),
        nearly=EDITS,
        of_calls=True,
    ),
    "began calling": Row(
        rf"(?:start|starts|started|begin|begins|began)\s+(?:to\s+(?:call|use|take)|(?:{_CALL})"
        r"|\w+ing)|since\s+when\s+do(?:es)?(?=\b.{0,80}\b(?:call|use|take|invoke)\b)",
        r"add\w*|use[sd]?|call\w*|start\w*|make|take|convert\w*|introduc\w*",
        hows=_hows("began", "to function", "went with"),
        uses=_uses("came"),
        nearly=EDITS,
        newest=False,
        of_calls=True,
    ),
    "replaced": Row(
        r"replac(?:e|es|ed|ing)|swap(?:s|ped)?|switch(?:es|ed)?|convert(?:s|ed)?"
        r"|substitut(?:e|es|ed)|rather\s+than|instead\s+of|in\s+place\s+of",
        r"replac\w*|instead|in place of|switch\w*|convert\w*|use[sd]?|rather|swap\w*|favou?r",
        hows=_hows("replaced", "to function"),
        uses=_uses("went", "changed"),
        nearly=EDITS,
    ),
    "moved": Row(
        r"mov(?:e|es|ed|ing)|relocat(?:e|es|ed)|hoist(?:s|ed)?|shift(?:s|ed)?|pulled|pushed"
        r"|taken\s+out|took\b.{0,40}\bout|lift(?:s|ed)?|migrat(?:e|es|ed)",
        r"mov(?:e|es|ed|ing)|relocat\w*|hoist\w*|shift\w*|pull\w*|push\w*|out of|into|back"
        r"|belongs?",
        kinds=_kinds("moved", "renamed+moved"),
        hows=_hows("to function", "moved within", "went with"),
        uses=_uses("went", "came", "changed"),
        nearly=_kinds("file-renamed", "extracted", "split", "superseded"),
    ),
    "split": Row(
        r"split(?:s|ting)?|divid(?:e|es|ed)|cut\s+up|broken\s+up|separated?|factored|factor"
        r"|extract(?:s|ed)?|carved",
        r"split\w*|separat\w*|factor\w*|extract\w*|two|parts?|halves|half|break|divid\w*",
        kinds=_kinds("split"),
        nearly=_kinds("extracted", "superseded", "introduced"),
    ),
    "renamed": Row(
        r"renam(?:e|es|ed|ing)|(?:new|another|other|different)\s+name|called\s+\w+\s+now",
        r"renam\w*|names?|naming|called|prefix\w*|suffix\w*",
        kinds=_kinds("renamed", "renamed+moved"),
        nearly=_kinds("merged", "inlined", "superseded", "moved"),
    ),
    "merged": Row(
        r"merg(?:e|es|ed|ing)|consolidat(?:e|es|ed)|unif(?:y|ies|ied)|inlined|folded|fold"
        r"|(?<!static )inline(?=\s+(?:\w*_\w+|it|them)\b|\W*$)"
        r"|combin(?:e|es|ed)|joined",
        r"merg\w*|inlin\w*|fold\w*|consolidat\w*|unif\w*|common|same|combin\w*|dedup\w*",
        kinds=_kinds("merged", "inlined"),
        nearly=_kinds("removed", "modified"),
    ),
    "deprecated": Row(
        r"deprecat(?:e|es|ed|ing)|obsolete[sd]?|discouraged|(?:mere|thin)(?=\s+wrapper\b)"
        r"|(?:only|just|merely|now|becomes?|became|into|made)(?=\s+an?\s+(?:\w+\s+)?wrapper\b)",
        r"deprecat\w*|obsolet\w*|legacy|wrappers?",
        kinds=_kinds("superseded"),
        nearly=EDITS,
        newest=False,
    ),
    "guarded": Row(
        r"guard(?:s|ed)?|protect(?:s|ed)?|surround(?:s|ed)?|wrap(?:s|ped)?|enclosed?"
        r"|under\s+an?\s+(?:if|condition)|conditional(?:ly)?|only\s+(?:if|when)|around"
        r"|checks?|checked|tests?|tested|verif(?:y|ies|ied)|skip(?:s|ped)?",
        r"guard\w*|protect\w*|only|if|check\w*|test\w*|wrap\w*|conditional\w*|unless|when|skip\w*",
        hows=_hows("began", "moved within"),
        uses=_uses("came", "changed"),
        nearly=EDITS,
    ),
    "removed": Row(
        r"remov(?:e|es|ed|al|ing)|delet(?:e|es|ed)|drop(?:s|ped)?|gone|go(?:es)?\s+away|went\s+away"
        r"|disappear(?:s|ed)?|killed?|los(?:e|es|t|ing)|get\s+rid|got\s+rid|ripped|stripped"
        r"|vanish(?:es|ed)?|thrown?\s+(?:out|away)|threw\s+(?:out|away)|discarded|eliminated"
        r"|withdrawn|abandoned|purged"
        r"|(?:is|are|was|were)\s+there\s+no|no\s+longer|any\s?more|taken\s+(?:away|from)",
        r"remov\w*|delet\w*|drop\w*|rid|unused|no (?:user|caller)s?|kill\w*|no longer|any ?more",
        kinds=_kinds("removed", "inlined"),
        hows=_hows("gone", "replaced"),
        uses=_uses("went"),
        nearly=_kinds("renamed", "renamed+moved", "merged", "modified", "signature"),
    ),
    "added": Row(
        r"add(?:s|ed|ing)?|introduc(?:e|es|ed|ing)|creat(?:e|es|ed)|invent(?:s|ed)?|born|written"
        r"|exists?|existed|com(?:e|es|ing)\s+(?:from|to\s+be)|came\s+(?:from|about)|gain(?:s|ed)?"
        r"|insert(?:s|ed)?|brought\s+in|good\s+for|for(?=\s*(?:$|\?|,|and\b))"
        r"|(?:is|are|was|were)\s+there|there\s+for|have|has|need(?:s|ed)?|support(?:s|ed)?|understand(?:s)?|allow(?:s|ed)?"
        r"|got|get(?:s)?|implement(?:s|ed)?|defin(?:e|es|ed)",
        r"add\w*|introduc\w*|new|helpers?|provid\w*|implement\w*|support\w*|creat\w*|allow\w*",
        kinds=_kinds("introduced", "added", "split", "extracted"),
        hows=_hows("began"),
        uses=_uses("came"),
        nearly=_kinds("renamed", "renamed+moved", "modified", "signature", "superseded"),
        newest=False,
    ),
    "exposed": Row(
        r"export(?:s|ed)?|(?:made|make|makes|is|are|was|were|became|become)\s+(?:\w+\s+)?"
        r"(?:public|static|global|private|non-static|extern|inline|local|visible)"
        r"(?!\s+(?:inline\s+)?[a-z]+s\b)|un-?static",
        r"export\w*|public|static|global|private|extern|inline|visible|header|modules?",
        kinds=_kinds("signature"),
        uses=_uses("came", "changed"),
        nearly=_kinds("modified", "moved"),
    ),
    "ordered": Row(
        r"reorder(?:s|ed)?|before|after|first|early|earlier|late|later|ahead|last|order",
        r"order\w*|before|after|first|earl\w*|late\w*|mov\w*|prior|race\w*",
        hows=_hows("moved within", "began", "to function"),
        uses=_uses("came", "changed"),
        nearly=EDITS,
    ),
    "became": Row(
        r"turn(?:s|ed)?\b(?:.{0,60}\binto)?|since\s+when|becom(?:e|es|ing)|became|(?:un)?signed|const|typed?"
        r"|returns?|returned|pass(?:es|ed)?|sets?|keeps?|kept|leaves?|left|holds?|prints?"
        r"|walks?|looks?|asks?|polls?|waits?",
        r"turn\w*|becom\w*|into|type\w*|const\w*|return\w*|pass\w*|set|keep\w*|leav\w*|instead",
        kinds=_kinds("signature"),
        uses=_uses("came", "changed", "went"),
        nearly=_kinds("modified"),
    ),
    "calls": Row(
        r"calls?|called|calling|invoke[sd]?|uses?|used|takes?|took|taking|acquires?",
        r"call\w*|use[sd]?|add\w*|tak\w*|invok\w*|make",
        hows=_hows("began", "to function", "moved within", "replaced"),
        uses=_uses("came"),
        nearly=EDITS,
        of_calls=True,
    ),
    "changed": Row(
        r"chang(?:e|es|ed|ing)|modif(?:y|ies|ied)|edit(?:s|ed)?|rework(?:s|ed)?|rewrit(?:e|es|ten)"
        r"|fix(?:es|ed)?|touch(?:es|ed)?|wrapped|revert(?:s|ed)?|refactor(?:s|ed)?",
        r"chang\w*|modif\w*|rework\w*|rewr\w*|fix\w*|revert\w*|refactor\w*|clean\w*",
        kinds=EDITS,
        hows=_hows("began", "gone", "replaced", "to function", "moved within"),
        uses=_uses("came", "went", "changed"),
        nearly=_kinds("renamed", "moved", "renamed+moved", "split", "merged", "extracted"),
    ),
    "commit": Row("", ""),
}
_DEPRECATING = re.compile(r"\b(?:deprecat\w*|obsolet\w*|legacy)\b", re.I)
_EDGE = r"(?<![\w/.-])(?:{})(?![\w/-]|\.\w|\()"
ASKS = {v: re.compile(_EDGE.format(r.asks), re.I) for v, r in ROWS.items() if r.asks}
SAYS = {v: re.compile(rf"\b(?:{r.says})\b", re.I) for v, r in ROWS.items() if r.says}


def calls_deprecated(message: str, name: str) -> bool:
    """Whether a message calls something deprecated in a sentence that names it."""
    every = (subject(message), *sentences(message))
    return any(name in names(s.text) and _DEPRECATING.search(s.text) for s in every)
