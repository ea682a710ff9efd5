"""Write a long invented history, for measuring: `python benchmarks/synthetic.py PATH [COMMITS]`.

The history is streamed into `git fast-import`, so that a million commits need no memory here.
Functions are edited, files are added, series are merged, and messages cite one another the way
kernel developers do. The same arguments give the same history.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

_FILES = 4_000
_FUNCTIONS = 8  # of a file
_MERGES = 25  # commits from one merge to the next
_START = 1_100_000_000
_AREAS = ("net", "mm", "kvm", "fs", "sched", "usb", "drm", "block")
_PEOPLE = [(f"Dev {n}", f"dev{n}@example.org") for n in range(400)]
_VERBS = ("fix", "add", "drop", "move", "rework", "check", "split", "document")
_THINGS = ("refcount", "locking", "error path", "timer", "cache", "queue", "probe", "state")


def main() -> None:
    """Read the arguments, write the repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, help="the bare repository to make")
    parser.add_argument("commits", type=int, nargs="?", default=1_300_000)
    given = parser.parse_args()
    write(given.path, given.commits)


def write(path: Path, commits: int) -> None:
    """Make a bare repository of so many commits. Raises CalledProcessError where git fails."""
    subprocess.run(["git", "init", "-q", "--bare", "--initial-branch=main", str(path)], check=True)
    arguments = ["git", "-C", str(path), "fast-import", "--quiet", "--depth=5"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE) as importer:
        assert importer.stdin is not None
        for piece in _stream(commits):
            importer.stdin.write(piece)
        importer.stdin.close()
    if importer.returncode:
        raise subprocess.CalledProcessError(importer.returncode, arguments)


def _stream(commits: int) -> Iterator[bytes]:
    """The commands of fast-import, commit by commit."""
    dice = random.Random(commits)
    versions = [0] * _FILES
    side = 0  # the mark at which a branch left the main line
    for number in range(1, commits + 1):
        merge = number % _MERGES == 0 and side
        head = [b"commit refs/heads/main", b"mark :%d" % number]
        name, email = dice.choice(_PEOPLE)
        when = _START + number * 300
        who = b"%s <%s> %d +0100" % (name.encode(), email.encode(), when)
        head += [b"author " + who, b"committer " + who]
        message = _message(dice, number, name, email)
        head.append(b"data %d\n%s" % (len(message), message))
        if number > 1:
            head.append(b"from :%d" % (number - 1))
        if merge:
            head.append(b"merge :%d" % side)
        yield b"\n".join(head) + b"\n"
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            file = dice.randrange(min(_FILES, 50 + number))
            versions[file] += 1
            text = _file(file, versions[file])
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (_path(file), len(text), text)
        yield b"\n"
        if number % _MERGES == _MERGES // 2:
            side = number - 3 if number > 3 else 0


def _path(file: int) -> bytes:
    area = _AREAS[file % len(_AREAS)]
    return f"drivers/{area}/part{file // 64}/file{file}.{'h' if file % 5 == 0 else 'c'}".encode()


def _file(file: int, version: int) -> bytes:
    """A file in which each version edits one function."""
    parts = []
    for number in range(_FUNCTIONS):
        edits = (version + _FUNCTIONS - 1 - number) // _FUNCTIONS
        parts.append(
            f"static int f{file}_{number}(struct s *s, int n)\n{{\n"
            f"\tif (n > {edits})\n\t\treturn g{number}(s, n - {edits});\n"
            f"\treturn h{number}(s);\n}}\n"
        )
    return "\n".join(parts).encode()


def _message(dice: random.Random, number: int, name: str, email: str) -> bytes:
    area, verb, thing = dice.choice(_AREAS), dice.choice(_VERBS), dice.choice(_THINGS)
    lines = [f"{area}: {verb} the {thing} of unit {number % 9973}", ""]
    for _ in range(dice.choice((2, 4, 6, 9))):
        words = (
            f"unit{dice.randrange(9973)}_{dice.choice(_THINGS).split()[0]}",
            dice.choice(_VERBS),
        )
        lines.append(f"The {thing} of {words[0]}() must {words[1]} before the {area} code runs it.")
    lines.append("")
    if dice.random() < 0.2:
        lines.append(f'Fixes: {dice.getrandbits(48):012x} ("{area}: {verb} the {thing}")')
    if dice.random() < 0.3:
        stamp = f"{20200101 + number % 300}.{number // 4}"
        lines.append(f"Link: https://lore.kernel.org/r/{stamp}-{number % 4 + 1}-{email}")
    lines.append(f"Signed-off-by: {name} <{email}>")
    return ("\n".join(lines) + "\n").encode()


if __name__ == "__main__":
    main()
