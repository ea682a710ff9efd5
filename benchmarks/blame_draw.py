"""Draw functions with moved lines, and lines of them, for benchmarks/blame.py; print a dossier.

    python benchmarks/blame_draw.py REPO --functions 10 --lines 3 --seed 17

Commits whose subject speaks of moving, splitting, renaming or reverting are drawn with a seed;
a function of HEAD that has lines which such a commit added is taken, and lines of it are drawn.
Nothing of `minekvm blame` is asked. The dossier has, for each line, every commit that added or
removed such a line anywhere in the history's C files, with the hunk, for a person to read: who
wrote it is settled by hand, into benchmarks/blame_labels.toml. Prints other people's code: nothing
of it is to be committed.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from minekvm.core.c.definitions import scan

_SPEAKS = re.compile(
    r"\b(mov(e|ed|ing)|split|extract|factor|renam\w+|refactor|consolidate|hoist|reindent|revert|reapply"
    r"|separate|break out|pull out|convert \S+ to (a )?function|inline)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w")
_RUN = 5  # lines that a commit added in a row, of which some are to be in the function
_SHOWN = 14  # lines of a hunk that are shown around a line


def output(repo: Path, *arguments: str) -> str:
    """git's stdout."""
    done = subprocess.run(["git", "-C", str(repo), *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def telling(line: str) -> bool:
    """Whether a line says enough to have one writer."""
    return len(_WORDS.findall(line)) >= 10


def drawn(
    repo: Path, functions: int, lines: int, seed: int
) -> Iterator[tuple[str, str, str, list[int]]]:
    """Commit, path, function and lines of HEAD."""
    dice = random.Random(seed)
    log = output(repo, "log", "--no-merges", "--format=%H %s", "HEAD", "--", "*.c", "*.h")
    commits = [x.split(" ", 1)[0] for x in log.splitlines() if _SPEAKS.search(x)]
    dice.shuffle(commits)
    texts: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    for commit in commits:
        found = _of_commit(repo, commit, texts)
        dice.shuffle(found)
        for path, name, first, last in found[:1]:
            choices = [n for n in range(first, last + 1) if telling(texts[path][n - 1])]
            if (path, name) in seen or len(choices) < lines:
                continue
            seen.add((path, name))
            yield commit, path, name, sorted(dice.sample(choices, lines))
        if len(seen) >= functions:
            return


def _of_commit(
    repo: Path, commit: str, texts: dict[str, list[str]]
) -> list[tuple[str, str, int, int]]:
    """The functions of HEAD that have lines which a commit added in a row, in the same file."""
    diff = output(repo, "show", "-U0", "--format=", "--no-renames", commit, "--", "*.c", "*.h")
    path, run = "", list[str]()
    added: dict[str, list[str]] = defaultdict(list)
    for line in [*diff.splitlines(), "@"]:
        if line.startswith("+") and not line.startswith("+++"):
            run.append(line[1:].strip())
            continue
        if len(run) >= _RUN:
            added[path] += [x for x in run if telling(x)]
        run = []
        if line.startswith("+++ b/"):
            path = line[6:]
    found = []
    for path, lines in added.items():
        try:
            source = output(repo, "show", f"HEAD:{path}")
        except subprocess.CalledProcessError:
            continue
        texts[path] = source.split("\n")
        wanted = set(lines)
        for function in scan(source.encode("utf-8", "surrogateescape")):
            body = texts[path][function.start_line - 1 : function.end_line]
            if sum(x.strip() in wanted for x in body) >= _RUN - 1:
                found.append((path, function.name, function.start_line, function.end_line))
    return found


def key(line: str) -> str:
    """A line without white space."""
    return "".join(line.split())


def dossier(repo: Path, wanted: dict[str, list[str]], paths: list[str]) -> dict[str, list[str]]:
    """By line's key, the commits that added or removed it, newest first, with the hunk around."""
    told: dict[str, list[str]] = defaultdict(list)
    command = ["git", "-C", str(repo), "log", "-p", "-U2", "--no-renames", "--no-color"]
    command += ["--format=\x01%h %ad %an: %s", "--date=short", "HEAD", "--", *paths]
    head, path, hunk = "", "", list[str]()

    def close() -> None:
        hits = {key(x[1:]) for x in hunk if x[:1] in "+-"} & wanted.keys()
        for hit in hits:
            at = next(n for n, x in enumerate(hunk) if key(x[1:]) == hit and x[:1] in "+-")
            near = hunk[max(0, at - _SHOWN // 2) : at + _SHOWN // 2]
            told[hit].append(f"  {head} | {path}\n" + "\n".join(f"      {x[:110]}" for x in near))

    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            if (line[:1] in "+-" and not line.startswith(("+++", "---"))) or line[:1] == " ":
                hunk.append(line)
                continue
            close()
            hunk = []
            if line.startswith("\x01"):
                head = line[1:]
            elif line.startswith(("+++ b/", "--- a/")) and line[6:] != "":
                path = line[6:]
        close()
    return told


def changed(repo: Path, commit: str) -> list[str]:
    """The C files that a commit changed."""
    names = output(repo, "show", "--format=", "--name-only", "--no-renames", commit)
    return [name for name in names.splitlines() if name.endswith((".c", ".h"))]


def main() -> None:
    """Draw, read the history once, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("--functions", type=int, default=10)
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--near", action="store_true", help="read only what the draws touched")
    options = parser.parse_args()
    chosen = list(drawn(options.repo, options.functions, options.lines, options.seed))
    rev = output(options.repo, "rev-parse", "HEAD").strip()
    texts = {
        path: output(options.repo, "show", f"HEAD:{path}").split("\n") for _, path, _, _ in chosen
    }
    wanted: dict[str, list[str]] = {
        key(texts[path][n - 1]): [] for _, path, _, lines in chosen for n in lines
    }
    paths = ["*.c", "*.h"]
    if options.near:
        paths = sorted({p for c, path, *_ in chosen for p in (path, *changed(options.repo, c))})
    told = dossier(options.repo, wanted, paths)
    print(f"rev {rev}")
    for commit, path, name, lines in chosen:
        print(f"\n=== {name} in {path}, drawn by {commit[:10]}")
        for n in lines:
            print(f"\n-- {path}:{n}: {texts[path][n - 1].strip()}")
            print("\n".join(told[key(texts[path][n - 1])]))


if __name__ == "__main__":
    main()
