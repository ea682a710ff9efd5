"""Why a commit is thought an origin, in words: what was seen, counted in lines and names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from minekvm.core.model import CommitId
from minekvm.core.origins.features import Evidence, Share, Table
from minekvm.core.origins.lines import Place
from minekvm.core.origins.sites import Role
from minekvm.core.origins.text import names, words

_SHOWN = 4  # names or words shown of many
_LEAST = 0.05  # what a reason must add to the score to be told
_RULES = {
    "removed": ("removed", "tokens", "sites"),
    "removed-before": ("removed before", "removed first"),
    "near": ("near", "linked", "sites"),
    "function": ("function", "functions", "head", "function before", "function first"),
    "names": ("names touched", "names changed"),
    "told": ("names told",),
    "message": ("message", "subject", "title told", "title touched"),
    "author": ("author",),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a commit: the rule that saw it, and what it saw."""

    rule: str
    text: str


def whereabouts(evidence: Evidence) -> dict[Place, str]:
    """The function around each line asked for, or its file."""
    found: dict[Place, str] = {}
    for asked in evidence.sites.asked:
        found.setdefault(asked.place, evidence.sites.sites[asked.site].function or asked.place[0])
    return found


def reasons(
    evidence: Evidence,
    table: Table,
    commit: CommitId,
    parts: Mapping[str, float],
    around: Mapping[Place, str],
) -> tuple[Reason, ...]:
    """The reasons for a candidate, the strongest first.

    `parts` is what each sign is worth, `around` the `whereabouts` of the lines asked for.
    A sign is told where its group adds to the score and something can be shown for it.
    """
    telling = _Telling(evidence, table, commit, around)
    found: list[tuple[float, Reason]] = []
    for rule, group in _RULES.items():
        text = telling.text(rule)
        worth = sum(parts.get(s, 0.0) + parts.get(f"{s} first", 0.0) for s in group)
        if text and worth >= _LEAST:
            found.append((worth, Reason(rule, text)))
    if not found:  # what little there is
        found = [(0.0, Reason(r, t)) for r in _RULES if (t := telling.text(r))][:1]
    return tuple(reason for _, reason in sorted(found, key=lambda f: -f[0]))


@dataclass(frozen=True, slots=True)
class _Telling:
    evidence: Evidence
    table: Table
    commit: CommitId
    around: Mapping[Place, str]

    def text(self, rule: str) -> str:
        return {
            "removed": self._removed,
            "removed-before": self._removed_before,
            "near": self._near,
            "function": self._function,
            "names": self._names,
            "told": self._told,
            "message": self._message,
            "author": self._author,
        }[rule]()

    @property
    def _share(self) -> Share:
        return self.table.shares.get(self.commit, Share())

    def _removed(self) -> str:
        mine = self._share.last["removed"]
        return (
            f"last changed {self._part(mine, 'removed')} removed{self._where(mine)}" if mine else ""
        )

    def _removed_before(self) -> str:
        mine = self._share.ever["removed"]
        said = f"wrote {self._part(mine, 'removed')} removed{self._where(mine)}"
        return f"{said}, before others changed them" if mine else ""

    def _near(self) -> str:
        mine = self._share.last["near"]
        return (
            f"last changed {_lines(len(mine))} next to the change{self._where(mine)}"
            if mine
            else ""
        )

    def _function(self) -> str:
        share = self._share
        begun = self._functions(share.first["head"])
        if begun:
            return f"introduced {_listed(begun)}"
        mine = share.last["function"]
        return f"wrote {self._part(mine, 'function')}{self._where(mine, 'of')}" if mine else ""

    def _names(self) -> str:
        sites = self.evidence.sites
        touched = set(sites.removed) | set(sites.added) | {s.function for s in sites.sites}
        first = self._first(touched)
        if first:
            return f"first to write {_listed(first)} here"
        wrote = self.table.wrote.get(self.commit)
        added = self._rarest(w for w in wrote.added if w in touched) if wrote else []
        return f"wrote {_listed(added)} here" if added else ""

    def _told(self) -> str:
        said = self.table.said
        told = names(f"{said.subject} {said.body}")
        wrote = self.table.wrote.get(self.commit)
        added = self._rarest(w for w in wrote.added if w in told) if wrote else []
        return f"wrote {_listed(added)}, which the message names" if added else ""

    def _message(self) -> str:
        said, wrote = self.table.said, self.table.wrote.get(self.commit)
        if wrote is None:
            return ""
        common = set(words(f"{said.subject} {said.body}")) & set(words(wrote.commit.message))
        shared = sorted(common, key=lambda w: (-self.table.rarity[w], w))
        return f"its message speaks of {_listed(shared)} too" if shared else ""

    def _author(self) -> str:
        wrote = self.table.wrote.get(self.commit)
        same = self.table.signs.get(self.commit, {}).get("author")
        return f"also by {wrote.commit.author}" if wrote and same else ""

    # --- parts of sentences

    def _part(self, mine: Collection[Place], role: Role) -> str:
        """ "3 of the 4 lines", of those with a part in the change."""
        all_ = {a.place for a in self.evidence.sites.asked if a.role == role}
        if role == "function":
            within = {self.around[p] for p in mine}
            all_ = {p for p in all_ if self.around[p] in within}
        if len(mine) == len(all_):
            return "the line" if len(all_) == 1 else f"all {len(all_)} lines"
        return f"{len(mine)} of the {len(all_)} lines"

    def _where(self, places: Iterable[Place], word: str = "in") -> str:
        counted = Counter(self.around[p] for p in sorted(places))  # in one order each time
        here = [_called(name) for name, _ in counted.most_common()]
        return f" {word} {_listed(here)}" if here else ""

    def _functions(self, places: Iterable[Place]) -> list[str]:
        return [_called(n) for n in dict.fromkeys(self.around[p] for p in sorted(places))]

    def _first(self, group: Collection[str]) -> list[str]:
        mine = self.table.first_named.get(self.commit, {})
        return sorted((w for w in mine if w in group), key=lambda w: (-mine[w], w))

    def _rarest(self, some: Iterable[str]) -> list[str]:
        seen = Counter(w for what in self.table.wrote.values() for w in set(what.added))
        return sorted(some, key=lambda w: (seen[w], w))


def _called(name: str) -> str:
    return f"{name}()" if name.isidentifier() else name


def _lines(many: int) -> str:
    return "the line" if many == 1 else f"{many} lines"


def _listed(some: list[str]) -> str:
    """ "a, b, c and 2 more"."""
    shown, more = some[:_SHOWN], len(some) - _SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
