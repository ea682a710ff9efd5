"""How the mentions in a clone's messages resolve: `python benchmarks/references.py CLONE`.

Every mention of another commit is classed by kind and outcome, and the `Fixes:` lines apart:
resolved here, through a backport, by their subject, to a commit of another subject, ambiguous, not
in this clone, malformed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from minekvm.clone.clone import Clone, IndexOptions, open_clone
from minekvm.core.relate import mentions

_KINDS = ("fixes", "reverts", "backport-of", "depends", "cites", "previous")
_TRAILER = "Fixes trailer"


def main() -> None:
    """Print a line per kind and outcome, then the malformed `Fixes:` lines with `--malformed`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--malformed", action="store_true", help="show the malformed lines")
    given = parser.parse_args()
    options = IndexOptions(notify=lambda text: print(text, file=sys.stderr))
    with open_clone(given.clone, index=options) as clone:
        for kind in _KINDS:
            _report(clone, kind, given.malformed)


def _report(clone: Clone, kind: str, malformed: bool) -> None:
    counts: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for commit, mention in clone.index.all_mentions(kind):
        outcome = mentions.resolve(clone.index, commit, mention).outcome
        counts[outcome] += 1
        if mention.rule.startswith(_TRAILER):
            lines[outcome] += 1
            if malformed and outcome == "malformed":
                print(f"    {commit[:12]} {mention.quote!r}")
    _show(kind, counts)
    if lines:
        _show(f"  {_TRAILER}", lines)


def _show(what: str, counts: Counter[str]) -> None:
    told = ", ".join(f"{outcome} {n:,}" for outcome, n in counts.most_common())
    print(f"{what:16} {counts.total():8,}  {told}")


if __name__ == "__main__":
    main()
