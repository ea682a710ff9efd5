"""The tools: one row each, and what their answers are made of. A further question is a further row.

A row says how a question is asked of a clone, which lists of its JSON are rows that come in pages,
in the order of telling, and which keys only `detail` shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from minekvm.api import Clone
from minekvm.api.result import Result

Schema = Mapping[str, Any]
Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool:
    """A question that may be asked: `parameters` by name, as JSON Schema has them."""

    name: str
    title: str
    says: str
    ask: Callable[[Clone, Arguments], Result]
    parameters: Mapping[str, Schema]
    required: tuple[str, ...]
    lists: tuple[str, ...]
    spared: tuple[str, ...] = ()
    scoped: bool = field(default=True, kw_only=True)


def _text(says: str, **more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "description": says, **more}


def _flag(says: str, *, default: bool = False) -> Schema:
    return {"type": "boolean", "description": says, "default": default}


def _names(says: str, **more: Any) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": says,
        **more,
    }


def _count(says: str, default: int, most: int, least: int = 1) -> Schema:
    about = {"type": "integer", "description": says, "default": default}
    return {**about, "minimum": least, "maximum": most}


_SYMBOL = _text(
    "A function, function-like macro, tracepoint (trace_x) or syscall (sys_x), as the code names"
    " it."
)
_PATH = _text("The file, where several define it, from the top of the tree.")
_COMMIT = _text("A commit in any form git accepts: a hash, a tag, a branch, HEAD~3.")
_REV = _text("The revision or branch to look from, back in history.", default="HEAD")
_SINCE = _text("Leave out what was committed before; as git reads dates.")
_UNTIL = _text("Leave out what was committed after; as git reads dates.")


def _ask_lineage(clone: Clone, given: Arguments) -> Result:
    return clone.lineage(given.pop("symbol"), **given)


def _ask_callers(clone: Clone, given: Arguments) -> Result:
    return clone.callers(given.pop("symbol"), **given)


def _ask_region(clone: Clone, given: Arguments) -> Result:
    return clone.region(**given)


def _ask_relate(clone: Clone, given: Arguments) -> Result:
    return clone.relate(given["commit"], given.get("other"))


TOOLS: tuple[Tool, ...] = (
    Tool(
        "why",
        "Why something happened",
        "Answer a question about the code's history in English, or with a symbol and a verb, or"
        " for a commit: claims in reading order, each graded (stated: the author's words, quoted"
        " verbatim; observed: read off the code; inferred: by a rule) with the places that show"
        " it, what made it possible, and the other commits considered. `confidence` says how far"
        " to trust it: read the key commits where it is not 'sure'. Ask this first.",
        lambda clone, given: clone.why(given.pop("question"), **given),
        {
            "question": _text(
                "For example 'why did f move out of g, and why could it move back?', or a symbol"
                " with `verb`, or a commit."
            ),
            "verb": _text("What happened to the symbol: moved, split, renamed, removed, ..."),
            "rev": _REV,
            "candidates": _flag("Also the commits that were considered, best first.", default=True),
            "ignore_citations": _flag("Leave out what messages say of other commits."),
        },
        ("question",),
        ("claims", "key_commits", "candidates", "gaps"),
        ("claims.checks",),
    ),
    Tool(
        "lineage",
        "Where a symbol came from",
        "Every commit that changed, renamed, moved, split, merged or introduced a symbol, newest"
        " first, across renames and moves at which git log -L stops.",
        _ask_lineage,
        {
            "symbol": _SYMBOL,
            "path": _PATH,
            "rev": _REV,
            "since": _SINCE,
            "until": _UNTIL,
            "first_ancestor": _flag("Of a merge of several functions, follow the first alone."),
            "through_extractions": _flag("Go on into what it was taken out of."),
        },
        ("symbol",),
        ("definitions", "events", "gaps"),
        ("events.parent", "events.others", "events.score", "events.rule"),
    ),
    Tool(
        "definitions",
        "A symbol's text",
        "What defines a symbol at a revision, with its source text.",
        lambda clone, given: clone.definitions(given.pop("symbol"), **given),
        {"symbol": _SYMBOL, "path": _PATH, "rev": _REV},
        ("symbol",),
        ("definitions", "gaps"),
    ),
    Tool(
        "blame",
        "Who wrote a line",
        "Who really wrote each line of a symbol, a FILE or FILE:FIRST-LAST: through moves, renames,"
        " reindents, reverts and mass changes; `why` adds the sentence in which each commit says"
        " why.",
        lambda clone, given: clone.blame(given.pop("what"), **given),
        {
            "what": _text(
                "A symbol, FILE, FILE:LINE or FILE:FIRST-LAST, from the top of the tree."
            ),
            "path": _PATH,
            "rev": _REV,
            "why": _flag("The sentence of each commit that says why.", default=True),
            "tokens": _flag("A writer for each token."),
        },
        ("what",),
        ("lines", "looked_through", "gaps"),
        ("lines.way", "commits.email"),
    ),
    Tool(
        "callers",
        "Who calls a symbol",
        "Who calls a symbol and since when; of calls that are gone, until when and where they went:"
        " moved, replaced, or nowhere. Of a field (struct.field), constant, type or option: who"
        " uses it, and how.",
        _ask_callers,
        {"symbol": _SYMBOL, "path": _PATH, "rev": _REV, "since": _SINCE, "until": _UNTIL},
        ("symbol",),
        ("sites", "tables", "moves", "former", "gaps"),
        ("sites.calls", "sites.also", "moves.left", "moves.came", "moves.parent", "former.commits"),
    ),
    Tool(
        "region",
        "What runs between two markers",
        "What lies between two calls (a lock and its unlock, leaving and entering RCU's watch),"
        " seen from a function and across what it calls, at a revision; whether a symbol's calls"
        " lie in it (`where`), or a call at a place would (`at_place`), with the commits that"
        " changed that: `placements` and `turns`, newest first, whose first row is how it is at"
        " `rev`. Ask it at a stable branch to learn whether a change is safe there.",
        _ask_region,
        {
            "enter": _names(
                "What opens the region: functions, macros, or calls with an argument.", minItems=1
            ),
            "exit": _names("What closes it.", minItems=1),
            "within": _text("The function it is seen from."),
            "where": _names("Symbols: do their calls lie inside or outside?"),
            "at_place": _names(
                "Places FUNCTION:before|after[:CALL[:N]]: would a call there lie inside? Without"
                " CALL: at the function's start or end."
            ),
            "path": _text("The file, where several define the function."),
            "depth": _count("How many calls deep it is looked into.", 3, 12, 0),
            "follow_markers": _flag(
                "Take what a marker was renamed to or taken apart into.", default=True
            ),
            "also": _names("Tell uses of these identifiers too."),
            "rev": _REV,
            "since": _SINCE,
            "until": _UNTIL,
        },
        ("enter", "exit", "within"),
        ("placements", "turns", "now", "changes", "gaps"),
        (
            *("changes.inside", "changes.tables", "changes.leaks", "changes.parent"),
            *("now.inside.chain", "now.inside.table", "now.markers.chain"),
        ),
    ),
    Tool(
        "inspect",
        "What a commit did",
        "What one commit did to functions (`changes`) and other symbols (`declared`), against each"
        " of its parents. The resource of a commit (tool `read`) has its message.",
        lambda clone, given: clone.inspect(given["commit"]),
        {"commit": _COMMIT},
        ("commit",),
        ("changes", "declared", "gaps"),
        ("changes.rule", "changes.score", "declared.rule", "declared.score"),
    ),
    Tool(
        "relate",
        "What ties commits together",
        "What ties a commit to others, in both directions: fixes, reverts, backports, citations,"
        " the same patch, its series, the same functions, with the words that say so; or, with"
        " `other`, the paths of such relations between two commits.",
        _ask_relate,
        {"commit": _COMMIT, "other": _text("A second commit.")},
        ("commit",),
        ("relations", "paths", "unresolved", "links", "people", "gaps"),
        ("people",),
        scoped=False,
    ),
    Tool(
        "origins",
        "What made a commit possible",
        "The earlier commits that made one necessary or possible, ranked, each with its reasons.",
        lambda clone, given: clone.origins(given.pop("commit"), **given),
        {
            "commit": _COMMIT,
            "top": _count("How many.", 10, 100),
            "blind": _flag("Ignore what the commit's own message cites."),
        },
        ("commit",),
        ("candidates", "gaps"),
        scoped=False,
    ),
    Tool(
        "needs",
        "What a branch lacks for a change",
        "What a branch or release lacks for commits that are to be taken there: what their lines,"
        " functions, types, fields and macros build on, what messages and later fixes say; whether"
        " it applies (tried in memory), where not, and an ordered list to take with it.",
        lambda clone, given: clone.needs(*given.pop("changes"), **given, files=False),
        {
            "changes": _names(
                "Commits, ranges A..B, or Message-Ids of indexed mails.", minItems=1, maxItems=20
            ),
            "onto": _text("The branch or release.", default="HEAD"),
            "depth": _count("How far needs of needs are followed.", 3, 12, 0),
            "every": _flag("Also what is there already."),
        },
        ("changes", "onto"),
        ("needs", "trials", "places", "notes", "changes", "gaps"),
        scoped=False,
    ),
    Tool(
        "check",
        "What speaks against a change",
        "What speaks against commits before they are taken, by rules, with the places and the words"
        " that show it: what the change undoes, forgets or leaves behind; whether it applies.",
        lambda clone, given: clone.check(*given.pop("changes"), **given, files=False),
        {
            "changes": _names(
                "Commits, ranges A..B, or Message-Ids of indexed mails.", minItems=1, maxItems=20
            ),
            "onto": _text("Where it is to be taken; without, onto its own parent."),
        },
        ("changes",),
        ("findings", "history", "callers", "functions", "trials", "changes", "gaps"),
        ("functions.rule", "functions.score"),
        scoped=False,
    ),
    Tool(
        "ports",
        "Where a change is in",
        "Which branches and ranges of tags have a change, as which commit and by which rule, what a"
        " backport does otherwise, and which later fixes are lacking there.",
        lambda clone, given: clone.ports(given["commit"]),
        {"commit": _COMMIT},
        ("commit",),
        ("ports", "instances", "followers", "gaps"),
        ("ports.score", "ports.differs.gone", "ports.differs.come"),
        scoped=False,
    ),
    Tool(
        "thread",
        "A patch's discussion",
        "The mails about a patch, where an archive was indexed: its versions, what changed between"
        " them, and what reviewers said of which lines, verbatim.",
        lambda clone, given: clone.thread(given["what"]),
        {"what": _text("A commit, a Message-Id, or a mail's address in an archive.")},
        ("what",),
        ("versions", "replies", "changed", "parts", "candidates", "gaps"),
        ("versions.changed", "changed.gone", "changed.come"),
        scoped=False,
    ),
)
BY_NAME: Mapping[str, Tool] = {tool.name: tool for tool in TOOLS}

_SCOPE = _names("Pathspecs: only files that match are looked into; saves most of the time.")
_DETAIL = _flag("Also what is left out by default: rules, scores, chains of calls, every field.")
_LIMIT = _count("The rows of a page, at most.", 25, 500)
_CURSOR = _text("The `next` of an answer, with the same arguments, for its next page.")


def input_schema(tool: Tool, clones: list[str]) -> dict[str, Any]:
    """What a tool takes, as JSON Schema: its own, and what all of them take."""
    which = {"type": "string", "enum": clones, "description": "Which clone.", "default": clones[0]}
    scope = {"scope": _SCOPE} if tool.scoped else {}
    shared = {"repo": which, **scope, "detail": _DETAIL, "limit": _LIMIT, "cursor": _CURSOR}
    return {
        "type": "object",
        "properties": {**tool.parameters, **shared},
        "required": list(tool.required),
        "additionalProperties": False,
    }


def answered(tool: Tool, clone: Clone, given: Arguments) -> dict[str, Any]:
    """What a clone answers to a tool's own arguments, as the command's JSON has it.

    Raises MinekvmError.
    """
    usual = {
        name: about["default"] for name, about in tool.parameters.items() if "default" in about
    }
    own = usual | {name: value for name, value in given.items() if name in tool.parameters}
    return tool.ask(clone, own).to_dict()
