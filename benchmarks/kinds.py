"""Are the events of symbols that are no functions right? Commits settled by reading their diffs.

    python benchmarks/kinds.py draw CLONE... [--seed S] [--number N]
    python benchmarks/kinds.py measure FOLDER [LABELS]
    python benchmarks/kinds.py law CLONE... [--seed S] [--number N] [--each K]

`draw` prints commits, each with its diff, to be settled before the tool is asked: of each clone so
many without a second parent that change four files at most, and in these the text of a declaration.
`measure` compares what the tool says of each commit in LABELS (kinds_labels.tsv: clone's name in
FOLDER, commit, kinds, old name, new name; "-" for none) with what was settled: how many of the
settled events are told exactly, how many of the told were settled, and each that differs. `law`
asks of N random commits of each clone whether the lineages of up to K symbols that `inspect` tells
of say the same of that commit.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from collections import defaultdict
from pathlib import Path

from minekvm.analyses.inspect import declared_changes
from minekvm.clone.clone import open_clone
from minekvm.clone.declared import DeclaredHistory
from minekvm.core.declarations import Declared
from minekvm.core.declared.compare import changes
from minekvm.core.declared.tracer import Tracer
from minekvm.core.declared.versions import full_name, part, whole
from minekvm.core.model import CommitId, FunctionVersion

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


def law(clone: Path, number: int, seed: int, each: int) -> None:
    """Print how often lineages tell of commits what `inspect` does, and each that does not."""
    listed = git(clone, "rev-list", "--no-merges", "HEAD", "--", "*.[ch]", "*Kconfig*").split()
    chance = random.Random(seed)
    agree, apart = 0, []
    with open_clone(clone) as opened:
        history = DeclaredHistory(opened.repository, opened.history)
        for name in chance.sample(listed, min(number, len(listed))):
            commit = CommitId(name)
            events = [e.change for e in declared_changes(opened, commit)]
            stand = sorted({at(c.new) for c in events if c.new is not None})
            for path, symbol, kind in chance.sample(stand, min(each, len(stand))):
                told = {c.kinds for c in events if c.new and at(c.new) == (path, symbol, kind)}
                walked = followed(history, commit, path, symbol, kind)
                if {k for k in told if k != ("added",)} == walked:
                    agree += 1
                else:
                    apart.append(f"{name[:12]} {path} {kind} {symbol}: {told}, lineage {walked}")
    print(f"{clone.parent.name}: {agree} agree, {len(apart)} do not")
    print("".join(f"  {line}\n" for line in apart), end="")


def at(version: FunctionVersion) -> tuple[str, str, str]:
    """What tells a symbol from others."""
    return version.path, version.name, version.function.kind


def followed(
    history: DeclaredHistory, commit: CommitId, path: str, symbol: str, kind: str
) -> set[tuple[str, ...]]:
    """What a symbol's lineage tells of the commit it is followed from."""
    file = history.file_history(path, commit)
    for declaration in history.declared(file, file.nodes[file.top or commit]):
        held = Declared(path, declaration)
        versions = {"": whole(held)} | {
            full_name(declaration, m): part(held, m) for m in declaration.members
        }
        for member, version in versions.items():
            if at(version) == (path, symbol, kind):
                tracer = Tracer(history)
                tracer.follow(path, commit, declaration, member)
                mine = [e.change for e in tracer.newest_first() if e.commit == commit]
                mine = [c for c in mine if c.new is not None and at(c.new) == at(version)]
                births = {("introduced",), ("added",), ("file-renamed",)}
                return {tuple(map(str, c.kinds)) for c in mine} - births
    return {("not found",)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("clones", nargs="+", type=Path)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--number", type=int, default=10)
    holding = commands.add_parser("law")
    holding.add_argument("clones", nargs="+", type=Path)
    holding.add_argument("--seed", type=int, default=1)
    holding.add_argument("--number", type=int, default=40)
    holding.add_argument("--each", type=int, default=3)
    measuring = commands.add_parser("measure")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("labels", nargs="?", type=Path, default=LABELS)
    asked = parser.parse_args()
    if asked.command == "measure":
        measure(asked.folder, asked.labels)
        return
    for clone in asked.clones:
        if asked.command == "law":
            law(clone, asked.number, asked.seed, asked.each)
        else:
            draw(clone, asked.number, asked.seed)


if __name__ == "__main__":
    main()
