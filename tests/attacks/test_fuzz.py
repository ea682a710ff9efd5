"""Commands at random, with paths from a hostile list: whatever they are, the home stays as it was.

`MINEKVM_FUZZ` is how many are tried, `MINEKVM_FUZZ_SEED` which; a few hundred without them.
"""

from __future__ import annotations

import os
import random
import shutil
from itertools import pairwise
from pathlib import Path

from support.decoy import Decoy, Entry, state
from support.running import Ran, run

MANY = int(os.environ.get("MINEKVM_FUZZ", "250"))
SEED = int(os.environ.get("MINEKVM_FUZZ_SEED", "11"))
AT_ONCE = 25  # commands between two looks at the whole home

PATHS: tuple[str, ...] = (
    *(".bashrc", "README.md", "package.json", "poetry.lock", "empty", "notes", "notes/thesis.md"),
    *("hard", "link", "dangling", "linked", "linked/neu", "loop", "loop/neu", "fifo", "socket"),
    *("theirs.sqlite", "theirs.sqlite-wal", "open", "open/neu", "sticky/neu", "clone", "clone/a.c"),
    *("clone/.git", "clone/.git/config", "clone/.git/neu", "clone/neu", "clone/reports"),
    *("clone/reports/neu", "clone/out", "clone/out/neu", "clone/../notes", "further", "other.git"),
    *("further/.git", "further/neu", "other.git/neu", ".", "..", "/proc", "", "~", "-", "--", "-o"),
    *("/dev/null/neu", "/proc/self/fd", "/proc/self/cwd/notes", "/dev/fd/0", "no/such/folder/x"),
    *(
        "a\x1b[31mb",
        "\udcff\udcfe",
        "n\nl",
        "x" * 300,
        "d/" * 60,
        "d/" * 3000,
        "%s%n",
        "$HOME",
        "*",
    ),
    *(("null", "zero", "full", "null/neu") if os.geteuid() == 0 else ()),
)
REVISIONS = ("HEAD", "HEAD~1", "main", ":a.c", ":0:a.c", "--all", "-1", "^HEAD", "@{u}", "0" * 40)
SYMBOLS = ("f", "g", "gone", "", "-f", "f()", "a\x1b[31m", "\udcff", "x" * 5000, "why did f move?")
STORIES = ("story.toml", "guest-entry", "notes/thesis.md", "clone", "zero", "fifo", "-", "../x", "")
NAMED = ("own", "own2")  # what a user may sensibly name, and may be made


def vector(dice: random.Random) -> list[str]:
    """A command with arguments."""

    def path() -> str:
        return dice.choice(PATHS if dice.random() < 0.9 else NAMED)

    index = ["--index", path()] if dice.random() < 0.5 else []
    repo = ["-C", "clone" if dice.random() < 0.7 else path()]
    more = [*index, *repo, *(["--json"] if dice.random() < 0.3 else [])]
    revision, symbol = dice.choice(REVISIONS), dice.choice(SYMBOLS)
    out = ["-o", path()] if dice.random() < 0.8 else []
    out += dice.choice([[], ["--force"], ["--format", "md"], ["--format", "dot,json"]])
    commands: list[list[str]] = [
        ["index", *more, *dice.choice([[], ["--status"], ["--rev", revision], ["--words"]])],
        ["report", *repo, *index, *out, "--", dice.choice(STORIES)],
        ["query", "new", "--", path()],
        ["query", "check", "--", dice.choice((*STORIES, *PATHS))],
        ["mail", "index", *more, "--", path()],
        ["mail", "status", *more],
        ["inspect", *more, "--", revision],
        ["relate", *more, "--", revision],
        ["origins", *more, "--", revision],
        ["lineage", *more, "--rev", revision, "--", symbol],
        ["callers", *more, "--path", path(), "--", symbol],
        ["why", *more, "--", symbol],
        ["thread", *more, "--", dice.choice((revision, symbol, path()))],
        ["region", *more, "--enter", symbol, "--exit", "g", "--in", "f"],
    ]
    weights = [6, 8, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    return dice.choices(commands, weights)[0]


def named(command: list[str], home: Path) -> set[str]:
    """What a command may make: its index file, its folder for reports, its new query."""
    options = dict(pairwise(command))
    asked = {options.get("--index"), options.get("-o"), *command[-1:] * (command[0] == "query")}
    if command[0] == "report" and "-o" not in command:
        asked.add("reports")
    return {
        os.path.realpath(home / name) for name in asked if name
    }  # links of the user's own count


def judged(ran: Ran, command: list[str]) -> None:
    """An answer, or one clear line; never a traceback, nor what moves a terminal's cursor."""
    assert ran.code in (0, 1, 2), (command, ran)
    assert "Traceback" not in ran.err, (command, ran)
    said = ran.err if ran.code != 2 else ""  # usage is typer's
    assert all(line.isprintable() for line in said.splitlines()), (command, ran)
    if ran.code == 1:
        assert len(said.splitlines()) <= 6, (command, ran)


def test_commands_at_random_change_nothing(decoy: Decoy) -> None:
    dice = random.Random(SEED)
    before = decoy.state()
    pending: list[list[str]] = []
    for number in range(MANY):
        command = vector(dice)
        judged(run(*command, cwd=decoy.home), command)
        pending.append(command)
        if len(pending) == AT_ONCE or number == MANY - 1:
            _compared(decoy, before, pending)
            pending.clear()
    left = state(decoy.cache / "minekvm" / "tmp") if decoy.cache.exists() else {}
    assert len(left) == 1


def _compared(decoy: Decoy, before: dict[str, Entry], commands: list[list[str]]) -> None:
    """What was there is as it was; what is new was asked for by a command, and goes."""
    now = decoy.state()
    changed = {path for path, entry in before.items() if now.get(path) != entry}
    assert not changed, commands
    asked = {place for command in commands for place in named(command, decoy.home)}
    for path in now.keys() - before.keys():
        inside = any(place in (path, os.path.dirname(path)) for place in asked)  # noqa: PTH120
        above = any(place.startswith(f"{path}/") for place in asked)
        assert inside or above, (path, commands)
    for path in sorted(now.keys() - before.keys(), key=len):
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)  # noqa: PTH108
