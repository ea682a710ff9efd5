"""Objects by the stream: one `git cat-file --batch` for as long as a question lasts.

git rather than libgit2 because it serves every clone (SHA-256, partial, replaced and grafted
objects) and streams three times faster; both read the same packs.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

from minekvm.adapters.git import process
from minekvm.core.model import BlobId, CommitId

_AT_ONCE = 400  # ids written ahead of reading: fewer bytes than any pipe holds
_LARGEST = 32 << 20  # bytes of a file that still counts as source


class Missing(Exception):
    """An object that cannot be read; `why` says so in words for a gap."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Objects:
    """Reads blobs and commits of one repository; a context manager, because it owns a process.

    Objects are named by id or as `COMMIT:PATH` (which must not hold a line break). What has more
    than `largest` bytes is too large to be of the `sort` that is read here. With `folder` none are
    read but those in this folder of objects.
    """

    def __init__(
        self,
        git_dir: Path,
        sort: str = "source",
        largest: int = _LARGEST,
        folder: Path | None = None,
    ) -> None:
        self._git_dir = git_dir
        self._folder = folder
        self._sort = sort
        self._largest = largest
        self._process: subprocess.Popen[bytes] | None = None
        self._busy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next read would start another."""
        if self._process is not None:
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                if pipe is not None:
                    with suppress(OSError):  # what was not written yet cannot be now
                        pipe.close()
            self._process.wait()
            self._process = None

    def warm(self) -> None:
        """Start the process ahead of the first read."""
        if self._process is None:
            asked = ["cat-file", "--batch"]
            self._process = process.start(asked, self._git_dir, feed=True, objects=self._folder)
            process.widen(self._process)

    def read(self, name: str) -> bytes:
        """The content of one object. Raises Missing."""
        (found,) = self.read_many([name])
        if isinstance(found, Missing):
            raise found
        return found

    def read_many(self, names: Iterable[str]) -> Iterator[bytes | Missing]:
        """The contents in order; a Missing stands for each object that cannot be read.

        git goes on reading while the caller works on what came; a caller that stops early, or asks
        for something else in between, is served all the same.
        """
        if self._busy:
            with Objects(self._git_dir, self._sort, self._largest, self._folder) as other:
                yield from other.read_many(names)
            return
        wanted = list(names)
        self._busy, finished = True, False
        try:
            for at in range(0, len(wanted), _AT_ONCE):
                yield from self._batch(wanted[at : at + _AT_ONCE])
            finished = True
        finally:
            self._busy = False
            if not finished:
                self.close()  # answers that nobody reads are still under way

    def _batch(self, names: list[str]) -> Iterator[bytes | Missing]:
        done = 0
        while done < len(names):
            self.warm()
            assert self._process is not None
            assert self._process.stdin is not None
            try:
                asked = b"".join(os.fsencode(n) + b"\n" for n in names[done:])
                self._process.stdin.write(asked)
                self._process.stdin.flush()
                while done < len(names):
                    answer = self._answer()
                    done += 1
                    yield answer
            except (BrokenPipeError, EOFError):
                # git gives up at a damaged object: note that one, ask afresh for those behind it.
                done += 1
                yield Missing(f"damaged: {self._complaint()}")

    def _answer(self) -> bytes | Missing:
        assert self._process is not None
        assert self._process.stdout is not None
        out = self._process.stdout
        header = out.readline()
        if not header:
            raise EOFError
        words = header.rsplit(None, 2)
        if len(words) < 3 or not words[2].isdigit():
            return Missing(
                "missing from the clone" if header.endswith(b"missing\n") else "unreadable"
            )
        size = int(words[2])
        if size > self._largest:
            left = size + 1
            while left:
                skipped = len(out.read(min(left, 1 << 20)))
                if not skipped:
                    raise EOFError
                left -= skipped
            return Missing(f"too large to be {self._sort} ({size >> 20} MiB)")
        data = out.read(size + 1)
        if len(data) != size + 1:
            raise EOFError
        return data[:-1]

    def _complaint(self) -> str:
        """Why the process gave up; it is closed."""
        assert self._process is not None
        assert self._process.stderr is not None
        self._process.kill()
        complaint = process.complaint(self._process.stderr.read())
        self.close()
        return complaint or "git cat-file ended early"


class Lookup:
    """Finds which blob a path has at a commit, one question at a time, in one process."""

    def __init__(self, git_dir: Path) -> None:
        self._git_dir = git_dir
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            process.close(self._process)
            self._process = None

    def blob(self, commit: CommitId, path: str) -> BlobId | None:
        """The blob at a path without line breaks; None where there is no file, or none readable."""
        if self._process is None:
            self._process = process.start(["cat-file", "--batch-check"], self._git_dir, feed=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(os.fsencode(f"{commit}:{path}\n"))
            self._process.stdin.flush()
            words = self._process.stdout.readline().split()
        except BrokenPipeError:
            words = []
        if not words:
            self.close()
        return BlobId(words[0].decode("ascii")) if words[1:2] == [b"blob"] else None


def is_text(data: bytes) -> bool:
    """Whether a blob is text, as git decides it."""
    return b"\0" not in data[:8000]
