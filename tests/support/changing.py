"""Clones that change between two questions: shallow, partial, with objects lost, and so on.

clone = Changing.create(folder)          # of a small history of ours, every object loose
clone.change("commits lost")             # one of CHANGES, each of which applies anywhere
clone.answers(cache)                     # all questions, with a cache folder of their own
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from support.code import edited, file, function
from support.repos import Repo, git
from support.running import run

_STORY = """title = "f"
questions = ["why did f move?"]
commits = ["HEAD~1"]
symbols = ["f"]
callers = ["g"]
"""
_REGION = ("region", "--enter", "lock", "--exit", "unlock", "--in", "top", "--where", "g")
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("lineage", "f"),
    ("lineage", "gone"),
    ("inspect", "HEAD~2"),
    ("callers", "g"),
    _REGION,
    ("relate", "HEAD~1"),
    ("origins", "HEAD"),
    ("why", "f", "--verb", "moved"),
    ("report", "STORY"),
)


def history(path: Path, *, algorithm: str = "sha1", seed: str = "") -> Repo:
    """A dozen commits that move, rename, remove and call, with a merge and citations."""
    repo = Repo.create(path, algorithm=algorithm)
    top = "int top(int n)\n{\n\tlock();\n\tg(n);\n\tunlock();\n\treturn n;\n}\n"
    late = "int top(int n)\n{\n\tlock();\n\tunlock();\n\tg(n);\n\treturn n;\n}\n"
    gone = function("gone", seed="gone" + seed)
    f, g, h = function("f", seed="f" + seed), function("g"), function("h")
    caller = "int caller(int n)\n{\n\treturn g(n) + h(n);\n}\n"
    first = repo.commit("begin", {"a.c": file(f, gone), "b.c": file(g), "lib/x.h": "int f(int);\n"})
    repo.commit("add h", {"b.c": file(g, h)})
    repo.commit("top: lock around g", {"top.c": file(top, caller)})
    repo.commit(f'g: edit\n\nFixes: {first[:12]} ("begin")', {"b.c": file(edited("g"), h)})
    base = repo.commit("remove gone", {"a.c": file(f)})
    side = repo.commit(
        "side: caller calls h no more", {"top.c": file(top, caller.replace(" + h(n)", ""))}, on=base
    )
    main = repo.commit("f: edit because of lockups", {"a.c": file(edited("f"))}, on=base)
    repo.branch("side", side)
    joined = repo.commit(
        "Merge side", {"top.c": file(top, caller.replace(" + h(n)", ""))}, on=(main, side)
    )
    repo.commit("move f to lib", {"a.c": None, "lib/f.c": file(edited("f"))}, on=joined)
    repo.commit(
        "top: g after the lock, so that it may sleep",
        {"top.c": file(late, caller.replace(" + h(n)", ""))},
    )
    repo.commit(
        f'f: fix\n\nFixes: {main[:12]} ("f: edit because of lockups")',
        {"lib/f.c": file(edited("f", by="two"))},
    )
    repo.commit("h: rename to h2", {"b.c": file(edited("g"), function("h2", seed="h"))})
    return repo


@dataclass
class Changing:
    """A clone, the history it was cloned from, and what was taken out of it."""

    path: Path
    source: Path
    chance: random.Random
    stash: Path = field(init=False)

    def __post_init__(self) -> None:
        self.stash = self.path.parent / "stash"
        self.stash.mkdir(exist_ok=True)

    @classmethod
    def create(cls, base: Path, seed: int = 0) -> Changing:
        """A full clone of the history, its objects loose."""
        history(base / "source")
        git("config", "uploadpack.allowFilter", "true", cwd=base / "source")
        git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=base / "source")
        (base / "story.toml").write_text(_STORY)
        made = cls(base / "clone", base / "source", random.Random(seed))
        made.cloned()
        return made

    def git(self, *arguments: str) -> str:
        return git(*arguments, cwd=self.path)

    @property
    def git_dir(self) -> Path:
        return self.path / ".git"

    @property
    def objects(self) -> Path:
        return self.git_dir / "objects"

    def cloned(self, *options: str) -> None:
        """Clone anew, at the same path; every object loose."""
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.stash, ignore_errors=True)
        self.stash.mkdir()
        url = f"file://{self.source}"
        git("clone", "-q", "--no-checkout", *options, url, str(self.path), cwd=self.path.parent)
        for branch in ("side",):
            git("branch", "-q", branch, f"origin/{branch}", cwd=self.path) if not options else None
        self.loosen()

    def loosen(self) -> None:
        """Every object in a file of its own."""
        for pack in sorted((self.objects / "pack").glob("*.pack")):
            away = self.path.parent / pack.name
            shutil.move(pack, away)
            for rest in (self.objects / "pack").glob(f"{pack.stem}.*"):
                rest.unlink()
            with away.open("rb") as packed:
                git("unpack-objects", "-q", cwd=self.path, feed=packed.read())
            away.unlink()

    # --- what is there

    def loose(self, sort: str) -> list[str]:
        """The loose objects of a sort that a ref reaches, in order."""
        listed = git(
            "rev-list",
            "--all",
            "--objects",
            "--no-object-names",
            "--missing=allow-any",
            cwd=self.source,
        )
        kinds = git("cat-file", "--batch-check", cwd=self.source, feed=(listed + "\n").encode())
        names = [line.split()[0] for line in kinds.splitlines() if line.split()[1] == sort]
        return [n for n in names if self.object(n).exists()]

    def object(self, name: str) -> Path:
        return self.objects / name[:2] / name[2:]

    # --- changes

    def lose(self, sort: str) -> None:
        """One object of a sort is lost, and not the newest commit."""
        names = self.loose(sort)
        names = names[1:] if sort == "commit" else names
        if names:
            name = self.chance.choice(names)
            (self.stash / name[:2]).mkdir(exist_ok=True)
            shutil.move(self.object(name), self.stash / name[:2] / name[2:])

    def put_back(self) -> None:
        """All that was lost is there again."""
        for lost in sorted(self.stash.glob("??/*")):
            self.objects.joinpath(lost.parent.name).mkdir(exist_ok=True)
            shutil.move(lost, self.objects / lost.parent.name / lost.name)

    def other(self, *, algorithm: str = "sha1") -> None:
        """Another clone stands at the path."""
        shutil.rmtree(self.path)
        history(self.path, algorithm=algorithm, seed="another")

    def tree_of_head(self) -> str:
        return git("rev-parse", "HEAD~2^{tree}", cwd=self.source)

    def replace_commit(self, message: str) -> None:
        """The middle of the history is shown as another commit, with another message and tree."""
        old = git("rev-parse", "HEAD~1", cwd=self.source)
        parent = git("rev-parse", "HEAD~2", cwd=self.source)
        new = self.git("commit-tree", "-m", message, "-p", parent, self.tree_of_head())
        self.git("replace", "-f", old, new)

    def replace_blob(self) -> None:
        """The newest version of a file is shown as the one before."""
        new = git("rev-parse", "HEAD:b.c", cwd=self.source)
        old = git("rev-parse", "HEAD~9:b.c", cwd=self.source)
        self.git("replace", "-f", new, old)

    def unreplace(self) -> None:
        for name in self.git("replace", "-l").split():
            self.git("replace", "-d", name)

    def graft(self, text: str) -> None:
        """Grafts that give HEAD~1 the parents named by `text`."""
        (self.git_dir / "info").mkdir(exist_ok=True)
        child = git("rev-parse", "HEAD~1", cwd=self.source)
        parents = [git("rev-parse", name, cwd=self.source) for name in text.split()]
        (self.git_dir / "info" / "grafts").write_text(" ".join([child, *parents]) + "\n")

    def ungraft(self) -> None:
        (self.git_dir / "info" / "grafts").unlink(missing_ok=True)

    def head(self, rev: str) -> None:
        """HEAD, detached, at a commit."""
        (self.git_dir / "HEAD").write_text(git("rev-parse", rev, cwd=self.source) + "\n")

    def rewrite(self) -> None:
        """main is another commit than before, by a forced push."""
        tree = self.tree_of_head()
        parent = git("rev-parse", "HEAD~1", cwd=self.source)
        made = self.git("commit-tree", "-m", "f: pushed by force", "-p", parent, tree)
        self.git("update-ref", "refs/heads/main", made)
        (self.git_dir / "HEAD").write_text("ref: refs/heads/main\n")

    def alternates(self) -> None:
        """All objects are borrowed from the source."""
        (self.objects / "info").mkdir(exist_ok=True)
        lender = self.source / ".git" / "objects"
        (self.objects / "info" / "alternates").write_text(f"{lender}\n")
        for folder in self.objects.glob("[0-9a-f][0-9a-f]"):
            for held in folder.iterdir():
                if (lender / folder.name / held.name).exists():
                    held.unlink()

    def alone(self) -> None:
        """All that was borrowed is copied, and nothing borrowed any more."""
        listing = self.objects / "info" / "alternates"
        if listing.exists():
            shutil.copytree(
                self.source / ".git" / "objects",
                self.objects,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("info"),
            )
            listing.unlink()

    def commit_graph(self) -> None:
        self.git("commit-graph", "write", "--reachable", "--changed-paths")

    def ungraphed(self) -> None:
        (self.objects / "info" / "commit-graph").unlink(missing_ok=True)

    def refill(self) -> None:
        """Everything that the source has is here: a partial clone filled, a shallow one not."""
        shutil.copytree(self.source / ".git" / "objects", self.objects, dirs_exist_ok=True)

    def apply(self, name: str) -> None:
        """One of the changes by its name; what git refuses in this state changes nothing."""
        try:
            CHANGES[name](self)
        except AssertionError:
            return

    # --- questions

    def answers(
        self, cache: Path, questions: tuple[tuple[str, ...], ...] = QUESTIONS
    ) -> dict[str, str]:
        """What every question is answered, or the error, with a cache folder."""
        found = {}
        story = str(self.path.parent / "story.toml")
        environment = {"XDG_CACHE_HOME": str(cache)}
        for question in QUESTIONS:
            asked = [story if word == "STORY" else word for word in question]
            told = run(*asked, "--repo", str(self.path), "--json", env=environment)
            found[" ".join(question)] = f"{told.code}\n{told.out}\n{told.err}"
        return found


def _fetch(*options: str) -> Callable[[Changing], None]:
    def change(clone: Changing) -> None:
        clone.git("fetch", "-q", *options, "origin")

    return change


CHANGES: dict[str, Callable[[Changing], object]] = {
    "cloned shallow": lambda c: c.cloned("--depth", "3", "--no-single-branch"),
    "made shallow": _fetch("--depth", "4"),
    "deepened": _fetch("--deepen", "2"),
    "unshallowed": _fetch("--unshallow"),
    "cloned without blobs": lambda c: c.cloned("--filter=blob:none"),
    "cloned without trees": lambda c: c.cloned("--filter=tree:0"),
    "filled": Changing.refill,
    "cloned whole": lambda c: c.cloned(),
    "a blob lost": lambda c: c.lose("blob"),
    "a tree lost": lambda c: c.lose("tree"),
    "a commit lost": lambda c: c.lose("commit"),
    "put back": Changing.put_back,
    "asked again": lambda c: None,
    "a commit replaced": lambda c: c.replace_commit("shown instead"),
    "its replacement changed": lambda c: c.replace_commit("shown instead again"),
    "a blob replaced": Changing.replace_blob,
    "replacements removed": Changing.unreplace,
    "grafted": lambda c: c.graft("HEAD~4"),
    "grafted to a root": lambda c: c.graft(""),
    "grafts removed": Changing.ungraft,
    "a branch deleted": lambda c: c.git("update-ref", "-d", "refs/heads/side"),
    "a branch added": lambda c: c.git("update-ref", "refs/heads/more", "HEAD~2"),
    "main moved back": lambda c: c.git("update-ref", "refs/heads/main", "HEAD~3"),
    "main moved ahead": lambda c: c.git("update-ref", "refs/heads/main", "origin/main"),
    "pushed by force": Changing.rewrite,
    "another branch": lambda c: c.git("symbolic-ref", "HEAD", "refs/heads/side"),
    "main again": lambda c: c.git("symbolic-ref", "HEAD", "refs/heads/main"),
    "detached": lambda c: c.head("HEAD~5"),
    "objects borrowed": Changing.alternates,
    "borrowed no more": Changing.alone,
    "repacked": lambda c: c.git("repack", "-adq"),
    "collected": lambda c: c.git("gc", "-q", "--prune=now"),
    "a commit-graph": Changing.commit_graph,
    "no commit-graph": Changing.ungraphed,
    "another clone at the path": Changing.other,
    "one of SHA-256 at the path": lambda c: c.other(algorithm="sha256"),
}
