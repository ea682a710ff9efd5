"""What an agent's questions about a clone take: bytes, processor time, git processes.

    python benchmarks/agents.py CLONE SYMBOL COMMIT [--enter A --exit B --within F --where X]
        [--place FUNCTION:before:CALL] [--question TEXT]

Every tool is asked once, and once more when what it read is remembered, by the client of the
protocol's own SDK, in this process. An answer of more than 20 kB is marked: none may be.

Result (Linux 5.4.y with 10,000 commits, OpenCloudOS; vcpu_enter_guest, 787a40718a2f, the region of
guest entry): bytes, seconds at first, git processes.

    definitions  5063   3.3  3      inspect   1740   0.1   4
    lineage      3496   3.2  4      relate    2912   0.1   7
    callers      2196   3.2  9      origins   7552   0.3  10
    blame       10784   3.3  8      ports     2448   6.0  48
    why          5775   3.8  8      region   13634  20.8  25

What takes seconds is one search of the tree, or reading the region; processes take 2 ms each, so
answering single look-ups in this process (benchmarks/pygit2_door.py) would save a hundredth.
Asked again, the answers take as long in this clone: it lacks files, and what rests on that is
not kept.
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from minekvm.server.answers import Answers
from minekvm.server.clones import Clones
from minekvm.server.mcp import server

LARGEST = 20_000


def spent() -> float:
    """Processor seconds of this process and of those that it waited for."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def questions(given: argparse.Namespace) -> list[tuple[str, dict[str, Any]]]:
    """The tools that can be asked with what was given, each with its arguments."""
    symbol, commit = given.symbol, given.commit
    asked: list[tuple[str, dict[str, Any]]] = [
        ("definitions", {"symbol": symbol}),
        ("lineage", {"symbol": symbol}),
        ("callers", {"symbol": symbol}),
        ("blame", {"what": symbol}),
        ("why", {"question": given.question or f"why did {symbol} change?"}),
        ("inspect", {"commit": commit}),
        ("relate", {"commit": commit}),
        ("origins", {"commit": commit}),
        ("ports", {"commit": commit}),
    ]
    if given.enter:
        region = {"enter": [given.enter], "exit": [given.exit], "within": given.within}
        region |= {"where": [given.where]} if given.where else {}
        region |= {"at_place": [given.place]} if given.place else {}
        asked.append(("region", region))
    return asked


def main() -> None:
    """Print a line for each tool."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("symbol")
    parser.add_argument("commit")
    for name in ("enter", "exit", "within", "where", "place", "question"):
        parser.add_argument(f"--{name}")
    given = parser.parse_args()
    started = [0]

    def heard(event: str, _: object) -> None:
        started[0] += event == "subprocess.Popen"

    sys.addaudithook(heard)

    async def talk() -> None:
        answers = Answers(Clones([given.clone]))
        async with Client(server(answers), mode="legacy") as client:
            print(f"{'tool':12} {'bytes':>7} {'first':>8} {'again':>8} {'git':>5}")
            for name, arguments in questions(given):
                taken = []
                for _ in range(2):
                    before, processes = spent(), started[0]
                    result = await client.call_tool(name, arguments)
                    taken.append((spent() - before, started[0] - processes))
                size = len(result.model_dump_json(by_alias=True, exclude_none=True).encode())
                mark = " TOO LONG" if size > LARGEST else ""
                failed = " failed" if result.is_error else ""
                (first, _), (again, processes) = taken
                print(
                    f"{name:12} {size:7} {first:7.2f}s {again:7.2f}s {processes:5}{mark}{failed}",
                    flush=True,
                )

    anyio.run(talk)


if __name__ == "__main__":
    main()
