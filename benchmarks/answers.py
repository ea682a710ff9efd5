"""`region`, `callers` and `why` against git's own `log -S`, on one clone: wall time and memory.

    python benchmarks/answers.py CLONE [--function vcpu_enter_guest --enter local_irq_disable
        --exit local_irq_enable] [--ask 'why was F changed'] [--runs 3]

The index is made first, and is not counted. Cold is the first question of its kind (the words that
commits changed are taken in then), warm the median of the next ones. `git log -S` looks for the
same function in the same C files. Times are whole processes; only the ratios mean anything.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from lineage import Run, run


def main() -> None:
    """Print a line per command: seconds cold and warm, and how they stand to git's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("--function", default="vcpu_enter_guest")
    parser.add_argument("--enter", default="local_irq_disable")
    parser.add_argument("--exit", default="local_irq_enable")
    parser.add_argument("--ask", action="append", help="a question; may be repeated")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    function = arguments.function
    markers = ("--enter", arguments.enter, "--exit", arguments.exit)
    questions = arguments.ask or [f"why was {function} changed"]
    commands = [
        ("callers", function),
        ("region", *markers, "--in", function),
        *(("why", question) for question in questions),
    ]
    with tempfile.TemporaryDirectory() as cache:
        environment = dict(os.environ, XDG_CACHE_HOME=cache, MINEKVM_NO_BACKGROUND="1")
        ours(("index",), arguments.clone, environment)
        search = ["git", "-C", str(arguments.clone), "log", "--format=%H", f"-S{function}", "HEAD"]
        git = statistics.median(
            run([*search, "--", "*.c", "*.h"], environment).wall for _ in range(arguments.runs)
        )
        print(f"git log -S{function}: {git:.2f} s")
        print(
            f"{'command':44} {'cold s':>7} {'warm s':>7} {'cold/git':>9} {'warm/git':>9} {'MiB':>5}"
        )
        for command in commands:
            cold = ours(command, arguments.clone, environment)
            warm = [ours(command, arguments.clone, environment) for _ in range(arguments.runs)]
            wall = statistics.median(each.wall for each in warm)
            print(
                f"{' '.join(command)[:44]:44} {cold.wall:7.2f} {wall:7.2f}"
                f" {cold.wall / git:9.2f} {wall / git:9.2f} {max(r.peak for r in warm):5.0f}"
            )


def ours(command: tuple[str, ...], clone: Path, environment: dict[str, str]) -> Run:
    """One run of a command of ours."""
    called = [sys.executable, "-m", "minekvm", *command, "--repo", str(clone), "--json"]
    return run(called, environment)


if __name__ == "__main__":
    main()
