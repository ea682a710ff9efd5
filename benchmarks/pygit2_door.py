"""Where pygit2 serves and where git's plumbing does: each question asked both ways, in one run.

    python benchmarks/pygit2_door.py CLONE

A line a question: the processor time of git (its processes included) and of libgit2, and their
ratio, without and with what importing pygit2 costs a command that asks nothing else of it. Above 1,
libgit2 is the faster. Answers are compared; a question whose answers differ is marked.

A command asks a handful of these and ends, so what counts is the last column. Result (git 2.39,
pygit2 1.21, Python 3.11, iproute2 with 7,000 commits): importing takes 100 ms, a git process 2; in
a process that has pygit2 already single questions are 5 to 24 times faster, streams of objects and
walks are not (0.7 to 0.9); with the import it loses everywhere (0.02 to 0.3). So it stays where
histories are built, each commit citing the one before: there git would need three processes an
object, and a stream into `git fast-import` tells no hash before its end.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from minekvm.adapters.git import discovery, process, revisions, shadow
from minekvm.adapters.git.objects import Missing, Objects

ROUNDS = 5
OBJECTS = 3_000
COMMITS = 200


def spent() -> float:
    """Processor seconds of this process and of those that it waited for."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cost(ask: Callable[[], object]) -> tuple[float, object]:
    """The least that asking took, of some rounds, and the answer."""
    least, answer = float("inf"), None
    for _ in range(ROUNDS):
        before = spent()
        answer = ask()
        least = min(least, spent() - before)
    return least, answer


def importing() -> float:
    """What importing pygit2 adds to starting Python."""

    def run(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    return cost(run("import pygit2"))[0] - cost(run(""))[0]


def main(path: Path) -> None:
    import pygit2

    extra = importing()
    print(f"importing pygit2: {extra * 1000:.0f} ms")
    clone = shadow.locate(path)
    mirror = shadow.open_shadow(clone)
    repository = pygit2.Repository(str(mirror))
    head = str(repository.revparse_single("HEAD").id)
    parent = str(repository[head].peel(pygit2.Commit).parents[0].id)
    with tempfile.TemporaryDirectory() as scratch:
        questions = [
            ("find the clone", *finding(path)),
            ("resolve HEAD~1", *resolving(clone, mirror)),
            ("list the tips", *tips(mirror)),
            ("one blob", *blobs(mirror, head, 1)),
            (f"{OBJECTS} blobs", *blobs(mirror, head, OBJECTS)),
            ("a tree", *tree(mirror, head)),
            ("a diff", *diff(mirror, parent, head)),
            (f"walk {COMMITS} commits", *walk(mirror, head)),
            (f"build {COMMITS} commits", *building(Path(scratch))),
        ]
        print(f"{'question':22}{'git ms':>9}{'pygit2 ms':>11}{'ratio':>8}{'with import':>13}")
        for name, by_git, by_library in questions:
            (git, one), (library, other) = cost(by_git), cost(by_library)
            mark = "" if one == other else "  answers differ"
            print(
                f"{name:22}{git * 1000:9.2f}{library * 1000:11.2f}{git / max(library, 1e-6):8.1f}"
                f"{git / (library + extra):13.2f}{mark}"
            )


Ways = tuple[Callable[[], object], Callable[[], object]]


def finding(path: Path) -> Ways:
    """`discovery` asks git for its reading of the configuration; libgit2 reads it when it opens."""
    import pygit2

    def by_library() -> object:
        found = pygit2.discover_repository(str(path)) or ""
        return Path(pygit2.Repository(found).path)

    return lambda: discovery.locate(path).git_dir, by_library


def resolving(clone: discovery.Clone, mirror: Path) -> Ways:
    import pygit2

    return (
        lambda: str(revisions.resolve(clone, mirror, "HEAD~1")),
        lambda: str(pygit2.Repository(str(mirror)).revparse_single("HEAD~1").id),
    )


def tips(mirror: Path) -> Ways:
    import pygit2

    def by_library() -> object:
        repository = pygit2.Repository(str(mirror))
        found = {str(repository.head.target)}
        for name in repository.references:
            with suppress(pygit2.GitError, KeyError):  # what is no commit, or not there
                found.add(str(repository.references[name].peel(pygit2.Commit).id))
        return found

    return lambda: revisions.tips(mirror), by_library


def blobs(mirror: Path, head: str, count: int) -> Ways:
    import pygit2

    listed = process.output(["ls-tree", "-r", head], mirror).splitlines()
    rows = [line.split()[:3] for line in listed]
    ids = [blob.decode("ascii") for _, kind, blob in rows if kind == b"blob"][:count]

    def by_git() -> object:
        with Objects(mirror) as objects:
            return [b"" if isinstance(o, Missing) else o for o in objects.read_many(ids)]

    def by_library() -> object:
        repository = pygit2.Repository(str(mirror))
        return [repository[i].peel(pygit2.Blob).data for i in ids]

    return by_git, by_library


def tree(mirror: Path, head: str) -> Ways:
    import pygit2

    def by_git() -> object:
        lines = process.output(["ls-tree", "-r", "--name-only", "-z", head], mirror)
        return sorted(lines.decode("utf-8", "surrogateescape").split("\0")[:-1])

    def by_library() -> object:
        index = pygit2.Index()
        repository = pygit2.Repository(str(mirror))
        index.read_tree(repository[head].peel(pygit2.Tree))
        return sorted(entry.path for entry in index)

    return by_git, by_library


def diff(mirror: Path, parent: str, head: str) -> Ways:
    import pygit2

    def by_git() -> object:
        out = process.output(["diff-tree", "-r", "-M", "--name-only", "-z", parent, head], mirror)
        return sorted(out.decode("utf-8", "surrogateescape").split("\0")[:-1])

    def by_library() -> object:
        repository = pygit2.Repository(str(mirror))
        old, new = (repository[c].peel(pygit2.Tree) for c in (parent, head))
        found = old.diff_to_tree(new)
        found.find_similar()
        return sorted(delta.new_file.path for delta in found.deltas)

    return by_git, by_library


def walk(mirror: Path, head: str) -> Ways:
    import pygit2

    def by_git() -> object:
        out = process.output(["rev-list", f"-{COMMITS}", "--date-order", head], mirror)
        return sorted(out.decode("ascii").split())

    def by_library() -> object:
        repository = pygit2.Repository(str(mirror))
        order = pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.TIME
        walker = repository.walk(pygit2.Oid(hex=head), order)
        return sorted(str(commit.id) for _, commit in zip(range(COMMITS), walker, strict=False))

    return by_git, by_library


def building(scratch: Path) -> Ways:
    """A history of our own: `git fast-import`, which needs no hash before the end, and `Writer`."""
    from minekvm.adapters.git.library import Writer

    who = ("A", "a@example.org", 1_577_880_000, "+0000")
    texts = [f"int x = {n};\n" for n in range(COMMITS)]

    def by_git() -> object:
        place = scratch / "git.git"
        shutil.rmtree(place, ignore_errors=True)
        process.output(["init", "-q", "--bare", "--template=", str(place)], None)
        stream = ""
        for text in texts:
            stream += "commit refs/heads/master\n"
            stream += f"committer {who[0]} <{who[1]}> {who[2]} {who[3]}\ndata 2\nx\n"
            stream += f"M 100644 inline a/a.c\ndata {len(text)}\n{text}\n"
        process.output(["fast-import", "--quiet"], place, feed=stream.encode())
        return process.output(["rev-parse", "master"], place).decode().strip()

    def by_library() -> object:
        place = scratch / "library.git"
        shutil.rmtree(place, ignore_errors=True)
        writer, tip = Writer(place), ""
        for text in texts:
            made = writer.tree({"a/a.c": writer.blob(text.encode())})
            parents = [tip] if tip else []
            tip = writer.commit(made, parents, author=who, committer=who, message="x\n")
        writer.finish({"refs/heads/master": tip})
        return tip

    return by_git, by_library


if __name__ == "__main__":
    main(Path(sys.argv[1]))
