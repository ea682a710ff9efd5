"""Puts the history on disk: a bare repository that is the same everywhere and always."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from minekvm.adapters.files import own
from minekvm.adapters.files.folder import Folder, found
from minekvm.adapters.git.library import Failure, Writer
from minekvm.core import invented
from minekvm.errors import GitFailed
from minekvm.replica import filler, history, mails, patches, resources
from minekvm.replica.history import History

_SEAL = invented.SEAL  # written last: a repository that has it is whole

Result = TypeVar("Result")


@cache
def version() -> str:
    """A hash of the story and of the code that tells it: another one, another replica."""
    digest = hashlib.sha256()
    for path, text in resources.texts(resources.root()):
        digest.update(f"{path}\0{len(text)}\0{text}".encode())
    return digest.hexdigest()


def tell(writer: Writer) -> History:
    """Write the whole history; StoryError where the story does not hold together."""
    root = resources.root()
    steps = [patches.parse(text) for _, text in resources.texts(root.joinpath("chapters"))]
    steps += filler.steps(root.joinpath("lives"), history.COMMITTER)
    story = history.assemble(dict(resources.texts(root.joinpath("base"))), steps, writer)
    tags = {f"refs/tags/{name}": tagged for name, tagged in story.tags.items()}
    stable = {f"refs/heads/{name}": tip for name, tip in story.branches.items()}
    writer.finish({"refs/heads/master": story.head} | stable | tags)
    return story


def write(repository: Path) -> str:
    """Builds the replica as a bare repository at a path where nothing is yet.

    Returns the hash of its HEAD, which is the same on every machine. Raises FileExistsError
    where something is in the way, and GitFailed where it cannot be written.
    """
    return write_history(repository).head


def write_history(repository: Path) -> History:
    """The same, with all that the story names."""
    with found(repository.parent) as folder:
        return _write(folder, repository.name, tell)


def write_mails(repository: Path) -> str:
    """Builds the archive of the replica's mails, a public-inbox epoch; otherwise as `write`."""
    with found(repository.parent) as folder:
        return _write(folder, repository.name, _tell_mails)


def _tell_mails(writer: Writer) -> str:
    mail = resources.texts(resources.root().joinpath("mails"))
    tip = mails.archive((text for _, text in mail), writer)
    writer.finish({"refs/heads/master": tip})
    return tip


def _write(folder: Folder, name: str, teller: Callable[[Writer], Result]) -> Result:
    """A bare repository in a folder, whole or not at all."""
    if folder.about(name) is not None:
        raise FileExistsError(f"there is something at {folder.path / name} already")
    try:
        result = teller(Writer(folder.path / name))
        with folder.within(name) as made:
            own.put(made, _SEAL, f"{version()}\n".encode("ascii"))
    except BaseException as error:
        if folder.about(name) is not None:
            own.remove(folder, name)
        if isinstance(error, Failure):
            raise GitFailed(f"the replica cannot be built: {error}") from None
        raise
    return result


def ensure(cache_folder: Path) -> Path:
    """The replica in this cache folder, built now unless it is there; returns its path.

    It is built aside and moved into place in one go, so that whoever is killed on the way leaves
    nothing that could be taken for it, and of two at once either's will do. Raises CacheFailed,
    GitFailed.
    """
    return _ensured(cache_folder, f"replica-{version()[:12]}.git", tell)


def ensure_mails(cache_folder: Path) -> Path:
    """The archive of the replica's mails in this cache folder, as `ensure` has the replica."""
    return _ensured(cache_folder, f"replica-mails-{version()[:12]}.git", _tell_mails)


def _ensured(cache_folder: Path, name: str, teller: Callable[[Writer], object]) -> Path:
    if _whole(cache_folder / name):
        return cache_folder / name
    own.clear_left(cache_folder)
    with own.own(root=cache_folder) as home, own.scratch_folder(cache_folder) as aside:
        _write(aside, "built.git", teller)
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
