"""Searches of a long history for what one question needs: by files, by words, by place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from minekvm.adapters.git import process

# A walk without a commit-graph goes through the whole pack: not all of it need be mapped at once.
_WALK = ("-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=64m", "rev-list")


def more_than(git_dir: Path, tips: Iterable[str], known: Iterable[str], most: int) -> bool:
    """Whether more than so many commits are reachable from tips and from none that are known."""
    fed = "".join(f"{t}\n" for t in (*tips, *(f"^{k}" for k in known))).encode("ascii")
    asked = [*_WALK, f"--max-count={most + 1}", "--ignore-missing", "--stdin"]
    return process.output(asked, git_dir, feed=fed).count(b"\n") > most


def horizon(git_dir: Path, rev: str, most: int) -> tuple[str, int | None]:
    """The commit in the middle of the newest so many that a revision reaches; and the date of the
    next behind them, None where it reaches no more than those."""
    asked = [*_WALK, f"--max-count={most + 1}", "--no-commit-header", "--format=%H %ct", rev]
    lines = list(process.lines(asked, git_dir))
    reached = lines[:most]
    middle = reached[len(reached) // 2].split()[0].decode("ascii")
    return middle, int(lines[most].split()[1]) if len(lines) > most else None


def spaced(git_dir: Path, rev: str, most: int, parts: int) -> list[str]:
    """Commits that part the newest so many that a revision reaches in equal parts, newest first."""
    reached = [
        line.decode("ascii").strip()
        for line in process.lines([*_WALK, f"--max-count={most}", rev], git_dir)
    ]
    return list(dict.fromkeys(reached[len(reached) * n // parts] for n in range(1, parts)))


def roots(git_dir: Path, rev: str) -> list[bytes]:
    """The raw ids of the commits without parents that a revision reaches."""
    return _ids(process.output([*_WALK, "--max-parents=0", rev], git_dir))


def touching(
    git_dir: Path, revs: Sequence[str], paths: Sequence[str], since: int | None, most: int = 0
) -> list[bytes]:
    """The commits with one parent or none that changed some files, none before its children.

    Their raw ids; those alone that are committed `since`, and no more than `most`. `revs` are
    revisions, and ranges, as rev-list takes them.
    """
    asked = [*_WALK, "--full-history", "--no-merges", "--date-order", *_limits(since, most)]
    return _ids(process.output([*asked, *revs, "--", *paths], git_dir))


def around(git_dir: Path, revs: Sequence[str], most: int, *, oldest: bool = False) -> list[bytes]:
    """The raw ids of the newest so many commits in a range, or of the `oldest` on its way."""
    if not oldest:
        return _ids(process.output([*_WALK, *_limits(None, most), *revs], git_dir))
    asked = [*_WALK, "--ancestry-path", "--topo-order", "--reverse", *revs]
    return _ids(process.output(asked, git_dir))[:most]


def speaking(
    git_dir: Path, revs: Sequence[str], texts: Sequence[str], since: int | None
) -> list[bytes]:
    """The raw ids of the commits whose messages hold one of some texts, letter by letter."""
    asked = [*_WALK, "--encoding=UTF-8", "--fixed-strings", *_limits(since, 0)]
    asked += [f"--grep={text}" for text in texts]
    return _ids(process.output([*asked, *revs], git_dir)) if texts else []


def named(git_dir: Path, hashes: Sequence[str]) -> dict[str, str]:
    """The commits that hashes, or their first digits, name; those that name no single one are out.

    Only those that a ref reaches.
    """
    fed = "".join(f"{h}\n" for h in hashes).encode("ascii")
    out = process.output(
        ["cat-file", "--batch-check=%(objectname) %(objecttype)"], git_dir, feed=fed
    )
    found: dict[str, str] = {}
    for hash_, line in zip(hashes, out.decode("ascii", "replace").splitlines(), strict=False):
        name, _, kind = line.partition(" ")
        if kind == "commit" and not more_than(git_dir, [name], _refs(git_dir), 0):
            found[hash_] = name
    return found


def _refs(git_dir: Path) -> list[str]:
    arguments = ["rev-list", "--no-walk=unsorted", "--ignore-missing", "--all"]
    return process.output(arguments, git_dir).decode("ascii").split()


def _limits(since: int | None, most: int) -> list[str]:
    limits = [f"--max-age={since}"] if since is not None else []
    return [*limits, *([f"--max-count={most}"] if most else [])]


def _ids(out: bytes) -> list[bytes]:
    return [bytes.fromhex(line.decode("ascii")) for line in out.split()]
