"""How often `lineage` tells what happened to a function, on histories at hand.

    python benchmarks/lineages.py git=CLONE u-boot=CLONE dpdk=CLONE ovs=CLONE vim=CLONE kernel=CLONE
        [--tool MINEKVM] [--set MODULE.NAME=VALUE ...] [--facts FILE]

The facts are in lineages.toml beside this file (and of a second set, on other histories, in
lineages_unseen.toml): hashes, names and kinds, settled by reading git's
own diffs. A chain is exact where the telling events and kinds are those of the facts, none more;
an event is right where its commit is told with its kinds, whatever others. Beside it: how many of
the chains' commits `git log -L` reaches from the same place. Printed: what was wrong, then the
counts by history. `--tool` asks another minekvm, an older one say; `--set` tries another threshold
(core.lineage.halves._HALF=0.8).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "lineages.toml"
# No news of the function: edits, changes of its header, and that its file went with it.
PLAIN = {"modified", "signature", "attributes", "file-renamed"}
TRIED = """
import importlib, sys
for change in sys.argv.pop(1).split():
    name, value = change.split("=")
    module, _, constant = name.rpartition(".")
    found = importlib.import_module("minekvm." + module)
    assert hasattr(found, constant), name
    setattr(found, constant, float(value))
from minekvm.cli.main import main
sys.exit(main())
"""
Row = Mapping[str, Any]
Chain = Mapping[str, frozenset[str]]
Same = Callable[[frozenset[str], frozenset[str]], bool]


def wanted(row: Row) -> dict[str, list[frozenset[str]]]:
    """Per commit, the ways of telling it that are right."""
    chain = {}
    for event in row["events"]:
        commit, _, ways = event.partition(" ")
        chain[commit] = [frozenset(way.split()) for way in ways.split("/")]
    return chain


def told(tool: Sequence[str], clone: str, row: Row) -> Chain:
    """Per commit, the telling kinds that `lineage` gives of it."""
    command = [*tool, "lineage", row["symbol"], "--path", row["path"], "--rev", row["rev"]]
    command += ["--repo", clone, "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        print(ran.stderr.strip().rpartition("\n")[2])
        return {}
    chain: defaultdict[str, set[str]] = defaultdict(set)
    for event in json.loads(ran.stdout)["events"]:
        if event["authored"][:10] >= row.get("since", ""):
            chain[event["commit"]] |= set(event["kinds"]) - PLAIN
    return {commit: frozenset(kinds) for commit, kinds in chain.items() if kinds}


def reached(clone: str, row: Row) -> set[str]:
    """The commits that `git log -L` tells of from the same place."""
    line = f"-L:{row['symbol']}:{row['path']}"
    command = ["git", "-C", clone, "log", "-s", "--format=%H", line, row["rev"]]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(ran.stdout.split())


def right_in(chain: Chain, facts: Mapping[str, list[frozenset[str]]], same: Same) -> int:
    """How many of the facts were told."""
    return sum(
        any(
            full.startswith(commit) and any(same(kinds, way) for way in ways)
            for full, kinds in chain.items()
        )
        for commit, ways in facts.items()
    )


def main() -> None:
    """Score the facts of the histories that are given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("clones", nargs="+", metavar="NAME=CLONE")
    parser.add_argument("--tool", help="the minekvm to ask")
    parser.add_argument("--set", nargs="*", default=[], metavar="MODULE.NAME=VALUE")
    parser.add_argument("--facts", type=Path, default=FACTS)
    asked = parser.parse_args()
    tool = [asked.tool] if asked.tool else [sys.executable, "-c", TRIED, " ".join(asked.set)]
    clones = dict(argument.split("=", 1) for argument in asked.clones)
    rows: list[Row] = tomllib.loads(asked.facts.read_text())["lineage"]
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["repo"] not in clones:
            continue
        clone = clones[row["repo"]]
        facts = wanted(row)
        chain, lines = told(tool, clone, row), reached(clone, row)
        right = right_in(chain, facts, frozenset.issuperset)
        by_git = sum(any(c.startswith(commit) for c in lines) for commit in facts)
        exact = right_in(chain, facts, frozenset.__eq__) == len(facts) == len(chain)
        if not exact:
            shown = ", ".join(f"{c[:10]} {' '.join(sorted(k))}" for c, k in chain.items())
            print(f"{row['repo']} {row['rev']} {row['symbol']}: {shown or 'nothing'}", flush=True)
        for name in (row["repo"], "all"):
            counts[name] += Counter(
                chains=1, exact=exact, events=len(facts), right=right, told=len(chain),
                git=by_git, whole=by_git == len(facts),
            )  # fmt: skip
    for name in [n for n in counts if n != "all"] + ["all"]:
        c = counts[name]
        print(
            f"{name:8} chains {c['exact']} of {c['chains']} exact, events {c['right']} of"
            f" {c['events']} right ({c['told']} told); git log -L: {c['whole']} whole, commits"
            f" {c['git']} of {c['events']}"
        )


if __name__ == "__main__":
    main()
