"""The nouns of a check: findings, and what a reviewer should know beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from minekvm.core.model import Change as FunctionChange
from minekvm.core.model import CommitId, Gap
from minekvm.core.needs.model import Change, Trial
from minekvm.core.relate.relations import About, Citation

Rule = Literal[
    "conflict",  # it does not apply there
    "forbidden-call",  # a call where a rule forbids it
    "region",  # calls go into a region or out of it
    "undoes-fix",  # lines go that a fix or a revert wrote
    "caller",  # somebody calls with other parameters than the function has since
    "mirror",  # the form that the change replaces stands elsewhere too
]
Severity = Literal["error", "warning"]

# What each rule says, in one line; SARIF has them with every report.
RULES: dict[Rule, tuple[Severity, str]] = {
    "conflict": ("error", "the change does not apply"),
    "forbidden-call": ("error", "a call stands in a region in which a rule forbids it"),
    "region": ("warning", "calls go into a region or out of it"),
    "undoes-fix": ("warning", "lines go that a fix or a revert wrote"),
    "caller": ("error", "a caller gives other parameters than the function takes since"),
    "mirror": ("warning", "the form that the change replaces stands elsewhere, too"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against the change, and where: a file with the change applied, and its line."""

    rule: Rule
    path: str
    line: int
    text: str
    citations: tuple[Citation, ...] = ()

    @property
    def severity(self) -> Severity:
        return RULES[self.rule][0]


@dataclass(frozen=True, slots=True)
class Wrote:
    """A commit that wrote lines which the change touches; `reason` are its words on why.

    `mends` tells what it fixed or took back: "fixes", "reverts" or "".
    """

    commit: CommitId
    mends: str
    reason: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind the lines of a function that a change touches, newest first."""

    path: str
    function: str
    wrote: tuple[Wrote, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls a function that the change gives another meaning."""

    callee: str
    path: str
    function: str
    line: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What speaks against some changes: findings, the gravest first.

    `functions` is what they do to functions, `behind` what history says of the lines, `callers` who
    else calls what changes.
    """

    changes: tuple[Change, ...]
    onto: CommitId
    target: str
    trials: tuple[Trial, ...]
    findings: tuple[Finding, ...]
    functions: tuple[FunctionChange, ...]
    behind: tuple[Behind, ...]
    callers: tuple[Caller, ...]
    commits: Mapping[CommitId, About]
    gaps: tuple[Gap, ...]
