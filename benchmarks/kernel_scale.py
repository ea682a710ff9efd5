"""A history of Linux's length, made from a shorter one, and every command measured on it.

    python benchmarks/kernel_scale.py CLONE DEST [--commits N] [--only COMMANDS] [--no-cold]
                                      [--symbol F:PATH] [--commit REV] [--index-too]

CLONE is any clone of a kernel. DEST, made unless it is there, is a bare repository that borrows
CLONE's objects: its commits have the trees of CLONE's first-parent line, forward, back, and forward
again, with the people and messages that belong to them; of each ten, four stand on a branch that
the last one merges; dates rise. Only commits are written (`git fast-import`, whole trees by id), so
that a million of them take a minute.

Each command is measured cold (no cache at all), first (the index made, the question new) and warm
(asked again), and beside them what git answers to the nearest question of its own. A row has the
wall time, the processor time of all processes, the largest process and the largest sum of processes
in MiB of resident memory (sampled; what several map counts in each), and what the answer counts.
Of a name that nowhere exists it ends where the command says what may be meant and what it searches.
Nothing runs in the background meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 10  # commits from one merge to the next
_BRANCH = 4  # of these, on the branch that is merged
_START = 1_100_000_000
_STEP = 600  # seconds from one commit to the next
_LOOK = 0.02  # seconds between two looks at the processes
_FORMAT = "%T%x00%an <%ae>%x00%cn <%ce>%x00%B"
# What is measured of a search through all of a history: when it has said what may be meant.
_UNTIL = {"lineage of nothing": b"Ctrl-C"}
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Make the history where it is not there, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("clone", type=Path)
    parser.add_argument("dest", type=Path)
    parser.add_argument("--commits", type=int, default=1_300_000)
    parser.add_argument("--symbol", default="vcpu_enter_guest:arch/x86/kvm/x86.c")
    parser.add_argument("--commit", help="for origins and relate (default: the symbol's newest)")
    parser.add_argument("--only", nargs="*", default=[], metavar="COMMAND")
    parser.add_argument("--no-cold", action="store_true", help="first and warm alone")
    parser.add_argument(
        "--index-too", action="store_true", help="also what the index makes quicker"
    )
    given = parser.parse_args()
    if not given.dest.exists():
        started = time.perf_counter()
        write(given.clone, given.dest, given.commits)
        print(f"made {given.commits} commits in {time.perf_counter() - started:.0f} s", flush=True)
    measure(given)


# --- making it


def write(clone: Path, dest: Path, commits: int) -> None:
    """Make a bare repository of so many commits. Raises CalledProcessError where git fails."""
    subprocess.run(["git", "init", "-q", "--bare", "--initial-branch=main", str(dest)], check=True)
    objects = _git(clone, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    (dest / "objects" / "info" / "alternates").write_text(objects.strip() + "\n")
    line = _first_parents(clone)
    importer = subprocess.Popen(
        ["git", "-C", str(dest), "fast-import", "--quiet", "--done"], stdin=subprocess.PIPE
    )
    assert importer.stdin is not None
    for piece in _stream(line, commits):
        importer.stdin.write(piece)
    importer.stdin.write(b"done\n")
    importer.stdin.close()
    if importer.wait():
        raise subprocess.CalledProcessError(importer.returncode, importer.args)


def _git(clone: Path, *arguments: str) -> str:
    asked = ["git", "-C", str(clone), *arguments]
    out = subprocess.run(asked, check=True, capture_output=True, env=_sealed()).stdout
    return out.decode("utf-8", "replace")


def _first_parents(clone: Path) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """Tree, author, committer and message of each commit of the first-parent line, oldest first."""
    asked = ["log", "--first-parent", "--reverse", "--topo-order", "-z", f"--format={_FORMAT}"]
    command = ["git", "-C", str(clone), *asked]
    out = subprocess.run(command, check=True, capture_output=True, env=_sealed()).stdout
    fields = out.rstrip(b"\0").split(b"\0")
    rows = zip(*(fields[at::4] for at in range(4)), strict=False)
    return [(tree.strip(), author, committer, body) for tree, author, committer, body in rows]


def _there_and_back(length: int) -> Iterator[int]:
    """0, 1, ... length - 1, length - 2, ... 0, 1, and so on."""
    while True:
        yield from range(length - 1)
        yield from range(length - 1, 0, -1)


def _stream(line: Sequence[tuple[bytes, bytes, bytes, bytes]], commits: int) -> Iterator[bytes]:
    """The commands of fast-import, commit by commit."""
    fork = 0  # where the branch of these ten left
    places = _there_and_back(len(line))
    for number, at in zip(range(1, commits + 1), places, strict=False):
        tree, author, committer, body = line[at]
        within = number % _EVERY
        if within == _EVERY - _BRANCH - 1:
            fork = number
        when = b"%d +0000" % (_START + number * _STEP)
        parts = [b"commit refs/heads/main", b"mark :%d" % number]
        parts += [b"author %s %s" % (author, when), b"committer %s %s" % (committer, when)]
        parts.append(b"data %d\n%s" % (len(body), body))
        if within == 0 and fork:
            parts += [b"from :%d" % fork, b"merge :%d" % (number - 1)]
        elif number > 1:
            parts.append(b"from :%d" % (number - 1))
        parts.append(b'M 040000 %s ""\n\n' % tree)
        yield b"\n".join(parts)


# --- measuring it


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process with all that it started: seconds, MiB, and its stdout."""

    wall: float
    processor: float
    largest: float
    together: float
    out: bytes
    code: int


def run(command: Sequence[str], environment: dict[str, str], until: bytes = b"") -> Run:
    """Run a command to its end, or till it has said `until`, from where on nobody waits for it."""
    before = os.times()
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        heard = subprocess.PIPE if until else subprocess.DEVNULL
        process = subprocess.Popen(command, stdout=out, stderr=heard, env=environment)
        peaks = [0.0, 0.0]
        looker = threading.Thread(target=_watch, args=(process.pid, peaks), daemon=True)
        looker.start()
        if process.stderr is not None:
            if any(until in line for line in process.stderr):
                process.send_signal(signal.SIGINT)
            process.stderr.close()
        code = process.wait()
        wall = time.perf_counter() - started
        looker.join()
        out.seek(0)
        told = out.read()
    after = os.times()
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return Run(wall, used, peaks[0], peaks[1], told, code)


def _watch(pid: int, peaks: list[float]) -> None:
    """Note the largest process below one, itself included, and the largest sum of them."""
    while sizes := _sizes(pid):
        peaks[0] = max(peaks[0], *sizes)
        peaks[1] = max(peaks[1], sum(sizes))
        time.sleep(_LOOK)


def _sizes(root: int) -> list[float]:
    """The resident memory of the living processes below one, itself included, in MiB."""
    parents: dict[int, int] = {}
    sizes: dict[int, float] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - numbers, not paths
        if name.isdigit():
            try:
                _, _, rest = Path(f"/proc/{name}/stat").read_text("latin-1").rpartition(")")
            except OSError:
                continue
            fields = rest.split()
            if fields[0] != "Z":
                parents[int(name)] = int(fields[1])
                sizes[int(name)] = int(fields[21]) * _PAGE / 2**20
    below = {root}
    for _ in range(4):  # a command's git, and what that starts
        below |= {child for child, parent in parents.items() if parent in below}
    return [sizes[pid] for pid in below if pid in sizes]


def _sealed() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PYTHON"))}
    return kept | {"GIT_CONFIG_NOSYSTEM": "1", "MINEKVM_NO_BACKGROUND": "1"}


def measure(given: argparse.Namespace) -> None:
    """Print the rows."""
    name, _, path = given.symbol.partition(":")
    commit = given.commit or _git(given.dest, "log", "-1", "--format=%H", "main", "--", path)
    commands = _commands(name, path, commit.strip(), given.dest)
    wanted = [c for c in commands if not given.only or c in given.only]
    print(f"{'':42}{'wall s':>9}{'cpu s':>9}{'process':>9}{'tree MiB':>9}  answer")
    for label, asked in _gits(name, path, given.dest):
        if not given.only or "git" in given.only:
            _row(label, run(asked, _sealed()))
    if not given.no_cold:
        for label in wanted:
            with tempfile.TemporaryDirectory() as cache:
                environment = _sealed() | {"XDG_CACHE_HOME": cache}
                until = _UNTIL.get(label, b"")
                _row(f"{label}, cold", run(commands[label], environment, until))
                _row(f"{label}, again", run(commands[label], environment, until))
                print(f"{'':42}{_size(cache) / 2**20:9.1f} MiB on disk", flush=True)
    if given.index_too:
        with tempfile.TemporaryDirectory() as cache:
            environment = _sealed() | {"XDG_CACHE_HOME": cache}
            indexed = [sys.executable, "-m", "minekvm", "index", "--repo", str(given.dest)]
            _row("index", run([*indexed, "--json"], environment))
            print(f"{'':42}{_size(cache) / 2**20:9.1f} MiB on disk", flush=True)
            for label in wanted:
                until = _UNTIL.get(label, b"")
                _row(f"{label}, first", run(commands[label], environment, until))
                _row(f"{label}, warm", run(commands[label], environment, until))


def _commands(name: str, path: str, commit: str, repo: Path) -> dict[str, list[str]]:
    """The questions, by what they are called here."""
    asked = {
        "lineage --path": ["lineage", name, "--path", path],
        "lineage": ["lineage", name],
        "lineage of nothing": ["lineage", "zqx_never_was_there_at_all"],
        "why": ["why", f"why did {name} change?"],
        "callers": ["callers", name],
        "origins": ["origins", commit],
        "relate": ["relate", commit],
        "inspect": ["inspect", commit],
    }
    start = [sys.executable, "-m", "minekvm"]
    return {
        label: [*start, *words, "--repo", str(repo), "--json"] for label, words in asked.items()
    }


def _gits(name: str, path: str, repo: Path) -> Iterator[tuple[str, list[str]]]:
    """What git has for the same questions."""
    log = ["git", "-C", str(repo), "log", "--format=%H"]
    yield f"git log -L :{name}", [*log, "-s", f"-L:{name}:{path}"]
    yield f"git log -S {name} (its file)", [*log, f"-S{name}", "--", path]
    yield f"git log -G {name} (its file)", [*log, f"-G{name}", "--", path]
    yield f"git log --grep {name}", [*log, "-F", f"--grep={name}"]


def _row(label: str, done: Run) -> None:
    counts = " ".join(f"{k} {v}" for k, v in _counts(done.out))
    print(
        f"{label:42}{done.wall:9.2f}{done.processor:9.2f}{done.largest:9.0f}{done.together:9.0f}"
        f"  {f'exit {done.code} ' if done.code else ''}{counts}",
        flush=True,
    )


def _counts(out: bytes) -> Iterable[tuple[str, int]]:
    """How many of each the answer has; of git's, how many commits."""
    if not out.startswith(b"{"):
        return [("commits", out.count(b"\n"))] if out else []
    try:
        told = json.loads(out)
    except ValueError:
        return []
    return [(k, len(v)) for k, v in told.items() if isinstance(v, list)]


def _size(folder: str) -> int:
    return sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())


if __name__ == "__main__":
    main()
