"""How often the quick answer of a long history differs from the one of all of it.

    python benchmarks/quick.py CLONE [--symbols 60] [--seed 1] [--cache FOLDER]

Functions are drawn from the tree of HEAD, a file and then a function of it at random. Of each it is
asked why it changed and who calls it: once as of a history too long to be waited for (whatever its
length), once exhaustively. `why` differs where its key commits do; `callers` where what calls now,
or since when, does. Counted apart are answers that differ although no gap says that something was
left out. The two indexes lie in FOLDER and can be used again.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
from pathlib import Path

import minekvm
from minekvm.clone import partial
from minekvm.core.c.definitions import scan
from minekvm.core.file_kinds import is_source

_LEFT_OUT = "--exhaustive"


def main() -> None:
    """Print a line for each symbol, and the rates."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--symbols", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.cache or Path(made)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        counts: dict[str, list[int]] = {"why": [0, 0, 0], "callers": [0, 0, 0]}
        for symbol in drawn(given.clone, given.symbols, given.seed):
            line = [f"{symbol[:40]:42}"]
            for question, count in counts.items():
                quick, gaps = answer(given.clone, folder / "quick.sqlite", question, symbol)
                whole, _ = answer(given.clone, folder / "whole.sqlite", question, symbol)
                is_said = any(_LEFT_OUT in gap for gap in gaps)
                differs = quick != whole
                count[0] += 1
                count[1] += differs
                count[2] += differs and not is_said
                line.append(f"{question} {'differs' if differs else 'same':8}")
            print(*line, flush=True)
        for question, (asked, differ, silent) in counts.items():
            rate = differ / max(1, asked)
            print(f"{question}: {differ} of {asked} differ ({rate:.0%}), {silent} without a gap")


def drawn(clone: Path, many: int, seed: int) -> list[str]:
    """Names of functions that HEAD defines."""
    chance = random.Random(seed)
    listed = _git(clone, "ls-tree", "-r", "--name-only", "HEAD").decode("utf-8", "replace")
    files = [f for f in listed.splitlines() if is_source(f) and f.endswith(".c")]
    found: dict[str, None] = {}
    while len(found) < many:
        try:
            source = _git(clone, "cat-file", "blob", f"HEAD:{chance.choice(files)}")
        except subprocess.CalledProcessError:  # missing from a mirror
            continue
        names = [f.name for f in scan(source) if f.kind == "function" and f.name.isidentifier()]
        if names:
            found[chance.choice(names)] = None
    return list(found)


def answer(clone: Path, index: Path, question: str, symbol: str) -> tuple[object, list[str]]:
    """What is answered, as far as it is compared, and the reasons of its gaps."""
    is_whole = index.name == "whole.sqlite"
    partial.SOON = 20_000 if is_whole else 0
    try:
        with minekvm.open(clone, index=index, exhaustive=is_whole) as opened:
            if question == "why":
                told = opened.why(symbol, verb="changed")
                return set(told.key_commits), [gap.why for gap in told.gaps]
            found = opened.callers(symbol)
            sites = {(s.path, s.function, s.since) for s in found.lives if s.calls}
            return sites, [gap.why for gap in found.gaps]
    except minekvm.UnknownSymbol:
        return None, [_LEFT_OUT]


def _git(clone: Path, *arguments: str) -> bytes:
    asked = ["git", "-C", str(clone), *arguments]
    return subprocess.run(asked, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
