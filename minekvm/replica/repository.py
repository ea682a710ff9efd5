"""Puts the history on disk: a bare repository that is the same everywhere and always."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from minekvm.adapters.files import own
from minekvm.adapters.files.folder import Folder, found
from minekvm.errors import GitFailed
from minekvm.replica import filler, history, mails, objects, patches, resources
from minekvm.replica.history import History
from minekvm.replica.objects import GitObject

# Written last: a repository that has it is whole.
_SEAL = "minekvm-replica"


@cache
def version() -> str:
    """A hash of the story and of the code that tells it: another one, another replica."""
    told = hashlib.sha256()
    for path, text in resources.texts(resources.root()):
        told.update(f"{path}\0{len(text)}\0{text}".encode())
    return told.hexdigest()


def tell() -> History:
    """The whole history as git objects; StoryError where the story does not hold together."""
    root = resources.root()
    story = [patches.parse(text) for _, text in resources.texts(root.joinpath("chapters"))]
    story += filler.steps(root.joinpath("lives"), history.COMMITTER)
    return history.assemble(dict(resources.texts(root.joinpath("base"))), story)


def write(repository: Path) -> str:
    """Builds the replica as a bare repository at a path where nothing is yet.

    Returns the hash of its HEAD, which is the same on every machine. Raises FileExistsError
    where something is in the way, and GitFailed where git is absent or does not do its part.
    """
    with found(repository.parent) as folder:
        return _write_story(folder, repository.name)


def write_mails(repository: Path) -> str:
    """Builds the archive of the replica's mails, a public-inbox epoch; otherwise as `write`."""
    with found(repository.parent) as folder:
        return _write_mails(folder, repository.name)


def _write_story(folder: Folder, name: str) -> str:
    told = tell()
    refs = {"refs/heads/master": told.head}
    refs.update((f"refs/tags/{name}", tagged) for name, tagged in told.tags.items())
    _write(folder, name, told.objects, refs)
    return told.head


def _write_mails(folder: Folder, name: str) -> str:
    told = mails.archive(text for _, text in resources.texts(resources.root().joinpath("mails")))
    _write(folder, name, told, {"refs/heads/master": told[-1].id})
    return told[-1].id


def _write(
    folder: Folder, name: str, members: Sequence[GitObject], refs: Mapping[str, str]
) -> None:
    """A bare repository of these objects in a folder, whole or not at all."""
    if folder.about(name) is not None:
        raise FileExistsError(f"there is something at {folder.path / name} already")
    repository = folder.path / name
    try:
        _git(None, "init", "--quiet", "--bare", "--template=", os.fspath(repository))
        # Hashes are ours, and git checks them here: a wrong one leaves its ref without a commit.
        _git(repository, "index-pack", "--stdin", "--strict", given=objects.pack(members))
        _git(
            repository,
            "update-ref",
            "--stdin",
            given="".join(f"create {ref} {id_}\n" for ref, id_ in refs.items()).encode(),
        )
        with folder.within(name) as made:
            own.put(made, "HEAD", b"ref: refs/heads/master\n")
            own.put(made, _SEAL, f"{version()}\n".encode("ascii"))
    except BaseException:
        if folder.about(name) is not None:
            own.remove(folder, name)
        raise


def ensure(cache_folder: Path) -> Path:
    """The replica in this cache folder, built now unless it is there; returns its path.

    It is built aside and moved into place in one go, so that whoever is killed on the way leaves
    nothing that could be taken for it, and of two at once either's will do. Raises CacheFailed,
    GitFailed.
    """
    return _ensured(cache_folder, f"replica-{version()[:12]}.git", _write_story)


def ensure_mails(cache_folder: Path) -> Path:
    """The archive of the replica's mails in this cache folder, as `ensure` has the replica."""
    return _ensured(cache_folder, f"replica-mails-{version()[:12]}.git", _write_mails)


def _ensured(cache_folder: Path, name: str, build: Callable[[Folder, str], str]) -> Path:
    if _whole(cache_folder / name):
        return cache_folder / name
    own.clear_left(cache_folder)
    with own.own(root=cache_folder) as home, own.scratch_folder(cache_folder) as aside:
        build(aside, "built.git")
        try:
            aside.move("built.git", name, home)
        except OSError:
            # Either another process was faster, or something broken is in the way.
            if not _whole(home.path / name):
                home.move(name, "broken.git", aside)
                aside.move("built.git", name, home)
        return home.path / name


def _whole(repository: Path) -> bool:
    try:
        sealed = (repository / _SEAL).read_text(encoding="ascii").strip() == version()
    except (OSError, ValueError):
        return False
    return (
        sealed
        and (repository / "HEAD").is_file()
        and any((repository / refs).is_file() for refs in ("refs/heads/master", "packed-refs"))
        and any((repository / "objects" / "pack").glob("*.idx"))
        and any((repository / "objects" / "pack").glob("*.pack"))
    )


def _git(repository: Path | None, *arguments: str, given: bytes = b"") -> None:
    """Runs git, with nothing of the user's settings in its reach."""
    where = [] if repository is None else [f"--git-dir={repository}"]
    try:
        done = subprocess.run(
            ["git", *where, *arguments],
            input=given,
            capture_output=True,
            env=_sealed_environment(),
            check=False,
        )
    except OSError as absent:
        raise GitFailed(
            "git could not be started", "the replica is built with git: install it"
        ) from absent
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise GitFailed(f"git {arguments[0]} failed while building the replica: {said[-1]}")


def _sealed_environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name == "GIT_EXEC_PATH"
    }
    return kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        # Later versions of git have other defaults, and settings to choose them.
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_DEFAULT_REF_FORMAT": "files",
        "HOME": os.devnull,
        "LC_ALL": "C",
        "TZ": "UTC",
        "XDG_CONFIG_HOME": os.devnull,
    }
