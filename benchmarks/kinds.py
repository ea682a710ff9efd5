"""Are the events of symbols that are no functions right? Commits settled by reading their diffs.

    python benchmarks/kinds.py draw CLONE... [--seed S] [--number N]
    python benchmarks/kinds.py measure FOLDER [LABELS]

`draw` prints commits, each with its diff, to be settled before the tool is asked: of each clone so
many without a second parent that change four files at most, and in these the text of a declaration.
`measure` compares what the tool says of each commit in LABELS (kinds_labels.tsv: clone's name in
FOLDER, commit, kinds, old name, new name; "-" for none) with what was settled: how many of the
settled events are told exactly, how many of the told were settled, and each that differs.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from collections import defaultdict
from pathlib import Path

from minekvm.clone.clone import open_clone
from minekvm.clone.declared import DeclaredHistory
from minekvm.core.declared.compare import changes
from minekvm.core.model import CommitId

LABELS = Path(__file__).with_name("kinds_labels.tsv")
_FILES = 4
_LINES = 60  # changed lines of a commit that is drawn
Row = tuple[str, str, str]


def git(clone: Path, *arguments: str) -> str:
    """What git says of a clone."""
    command = ["git", "-C", str(clone), *arguments]
    out = subprocess.run(command, check=True, capture_output=True).stdout
    return out.decode("utf-8", "replace")


def draw(clone: Path, number: int, seed: int) -> None:
    """Print some commits of a clone that change what is declared."""
    listed = git(clone, "rev-list", "--no-merges", "HEAD", "--", "*.c", "*.h").split()
    random.Random(seed).shuffle(listed)
    found = 0
    with open_clone(clone) as opened:
        history = DeclaredHistory(opened.repository, opened.history)
        for name in listed:
            commit = CommitId(name)
            parents = history.commit(commit).parents
            if len(parents) != 1 or len(history.changed(commit, parents[0])) > _FILES:
                continue
            diff = git(clone, "diff", "-U3", parents[0], commit, "--", "*.c", "*.h", "*Kconfig*")
            changed = sum(line[:1] in "+-" for line in diff.splitlines() if line)
            pairs = history.declared_pairs(commit, parents[0])
            differs = any({d.text for d in p.old} != {d.text for d in p.new} for p in pairs)
            if changed > _LINES or not differs:
                continue
            print(f"=== {clone.parent.name} {commit}\n{diff}")
            found += 1
            if found == number:
                return


def told(clone: Path, commits: list[str]) -> dict[str, set[Row]]:
    """What the tool says that some commits of a clone did."""
    found: dict[str, set[Row]] = {}
    with open_clone(clone) as opened:
        history = DeclaredHistory(opened.repository, opened.history)
        for name in commits:
            commit = CommitId(name)
            pairs = history.declared_pairs(commit, history.commit(commit).parents[0])
            found[name] = {
                (
                    "+".join(c.kinds),
                    c.old.name if c.old else "-",
                    c.new.name if c.new else "-",
                )
                for c in changes(pairs)
            }
    return found


def measure(folder: Path, labels: Path) -> None:
    """Compare what is told with what was settled."""
    settled: defaultdict[str, defaultdict[str, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for line in labels.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            where, commit, kinds, old, new = line.split("\t")
            settled[where][commit].add((kinds, old, new))
    right = wanted = said = 0
    for where, commits in settled.items():
        answers = told(folder / where / "repo", list(commits))
        for commit, events in commits.items():
            here = {e for e in answers[commit] if e[0] != "modified"}
            right, wanted, said = right + len(events & here), wanted + len(events), said + len(here)
            for sign, rows in (("lacks", events - here), ("more", here - events)):
                for row in sorted(rows):
                    print(f"{where} {commit[:12]} {sign}: {' '.join(row)}")
    commits_ = sum(len(c) for c in settled.values())
    print(f"{commits_} commits, {wanted} events settled: {right} told exactly", end=" ")
    print(
        f"({100 * right / max(wanted, 1):.1f} %); {said} told, {said - right} of them not settled"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("clones", nargs="+", type=Path)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--number", type=int, default=10)
    measuring = commands.add_parser("measure")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("labels", nargs="?", type=Path, default=LABELS)
    asked = parser.parse_args()
    if asked.command == "measure":
        measure(asked.folder, asked.labels)
        return
    for clone in asked.clones:
        draw(clone, asked.number, asked.seed)


if __name__ == "__main__":
    main()
