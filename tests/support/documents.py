"""The documents' code blocks: run on the replica as a reader would, and what they print put in.

    PYTHONPATH=tests python -m support.documents     renews the screens and pictures of all pages,
    and the man pages

A block says by its language what it is: `console` has commands behind `$ ` with what they print,
`sh` is run by the shell, `python` by Python, `json`, `yaml` and `toml` are read; `text` is nothing.
Everything is run in a clone of the replica in a home of its own, where the first commands of the
tutorial have been run.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import yaml

from support import manuals
from support.repos import SEALED
from support.running import run

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
WIDTH = 96
_LINES = 24  # of a picture
KERNEL = DOCS / "kernel.md"
_SCREEN = {
    **SEALED,
    "COLUMNS": str(WIDTH),
    "FORCE_COLOR": "1",
    "PAGER": "cat",
    "TERM": "xterm-256color",
}
_GAPS = re.compile(r"^gap: .*\n(?:  .*\n)*", re.M)
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^ *```$", re.M | re.S)
_STYLES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)")
_SHELL = re.compile(r"[|<>;&$*~`]")
# What a reader runs on a machine of his own: looked at, not run.
_OUTSIDE = ("pip", "pipx", "uv", "python3", "b4")
_AT_HOME = ("README.md", "python.md", "tutorial.md")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `start` and `end` are its text's place in the page."""

    language: str
    text: str
    start: int
    end: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for found in _FENCE.finditer(page):
        yield Block(found[2], found[3], found.start(3), found.end(3))


def pages() -> list[Path]:
    """Every page, README first."""
    return [ROOT / "README.md", *sorted(DOCS.glob("**/*.md"))]


class Reader:
    """Somebody who tries what the pages say: a home, and a clone of the replica in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clone = home / "replica"
        bin_, venv = home / "bin", home / ".venv" / "bin"
        for folder, names in ((bin_, _OUTSIDE), (venv, ("pip", "pytest"))):
            folder.mkdir(parents=True)
            for name in names:
                (folder / name).write_text("#!/bin/sh\n")
                (folder / name).chmod(0o755)
        (bin_ / "b4").write_text('#!/bin/sh\nmkdir -p "$HOME"/mails/cur "$HOME"/mails/new\n')
        (venv / "minekvm").symlink_to(Path(sys.executable).parent / "minekvm")
        for name in ("linux", "linux-stable"):
            (home / name).symlink_to(self.clone)
        self._environment = {
            **SEALED,
            # A file that git may replace: whoever is root would replace the null device.
            "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "PATH": f"{bin_}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "FORCE_COLOR": "1",
            "TERM": "xterm-256color",
            "COLUMNS": str(WIDTH),
            "PAGER": "cat",
        }
        self._cwd = home
        self._known = {c: self.printed(c) for c in _commands(self.beginning())}

    @staticmethod
    def beginning() -> str:
        """The block with which the tutorial begins."""
        return next(blocks((DOCS / "tutorial.md").read_text(encoding="utf-8"))).text

    def begin(self, page: Path) -> None:
        """Stand where the readers of a page do: at home, or in the clone."""
        self._cwd = self.home if page.name in _AT_HOME else self.clone

    def printed(self, command: str, *, styled: bool = False) -> str:
        """What a command prints on a terminal, in order; `styled` keeps its colours."""
        if command.startswith("cd "):
            self._cwd = (
                self._cwd / command.removeprefix("cd ").replace("~", str(self.home))
            ).resolve()
            return ""
        with mock.patch.dict(os.environ, self._environment):
            if command.startswith("minekvm ") and not _SHELL.search(_unquoted(command)):
                ran = run(*shlex.split(command)[1:], cwd=self._cwd)
                printed = ran.err + ran.out
            else:
                done = subprocess.run(
                    ["bash", "-euo", "pipefail", "-c", command],
                    cwd=self._cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    check=False,
                    encoding="utf-8",
                )
                printed = done.stdout
        told = printed.replace(str(self.home), "~")
        return told if styled else _STYLES.sub("", told)

    def screens(self, path: Path, page: str) -> str:
        """A page with what its commands print now."""
        self.begin(path)
        for block in reversed([*self._ran(page)]):
            page = page[: block.start] + block.text + page[block.end :]
        return page

    def _ran(self, page: str) -> Iterator[Block]:
        for block in blocks(page):
            if block.language == "console":
                told = "".join(f"$ {c}\n{self._shown(c)}" for c in _commands(block.text))
                yield Block(block.language, told, block.start, block.end)

    def _shown(self, command: str) -> str:
        printed = self._known.get(command)  # several pages have it, or it can be done but once
        if printed is None or command.startswith("cd "):
            printed = self._known[command] = self.printed(command)
        lines = [line.rstrip() for line in printed.splitlines()]
        return "".join(f"{line}\n" for line in lines)

    def tried(self, block: Block) -> None:
        """Run or read a block that has no output. Raises AssertionError where it does not hold."""
        _TRIED[block.language](self, block.text)

    def _sh(self, text: str) -> None:
        with mock.patch.dict(os.environ, self._environment):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                encoding="utf-8",
            )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"

    def _python(self, text: str) -> None:
        with mock.patch.dict(os.environ, self._environment):
            done = subprocess.run(
                [sys.executable, "-W", "error", "-c", text],
                cwd=self._cwd,
                capture_output=True,
                check=False,
                encoding="utf-8",
            )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip()


@contextmanager
def home() -> Iterator[Path]:
    """A folder for a reader, whose path is as long everywhere: screens wrap by it."""
    with tempfile.TemporaryDirectory(prefix="minekvm-", dir="/tmp") as folder:
        yield Path(folder)


_TRIED: dict[str, Callable[[Reader, str], None]] = {
    "sh": Reader._sh,
    "python": Reader._python,
    "json": lambda _, text: json.loads(text),
    "yaml": lambda _, text: yaml.safe_load(text),
    "toml": lambda _, text: tomllib.loads(text),  # type: ignore[dict-item]
    "text": lambda _, text: None,
}
LANGUAGES = frozenset({"console", *_TRIED})


def _commands(text: str) -> list[str]:
    """The commands of a console block; one that goes on in the next line ends with a backslash."""
    joined = text.replace("\\\n> ", "\\\n")
    return [
        found[1] for found in re.finditer(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)$", joined, re.M) if found[1]
    ]


def _unquoted(command: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"$`]*\"", "", command)


def picture(title: str, printed: str) -> str:
    """A terminal's screen as SVG: text of the reader's own fixed-width font, no address in it."""
    from io import StringIO

    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed.rstrip("\n")))
    drawn = r"@font-face \{\{.*?\}\}\n|<!-- Generated.*?-->"
    plain = re.sub(drawn, "", CONSOLE_SVG_FORMAT, flags=re.S)
    return console.export_svg(title=title, code_format=plain, unique_id="minekvm") + "\n"


def pictures(reader: Reader) -> dict[str, str]:
    """The pictures of README by name: real answers, of the replica."""
    found = {}
    for name, command in PICTURES.items():
        printed = reader.printed(command, styled=True).splitlines()
        shown = [*printed[:_LINES], *(["..."] if len(printed) > _LINES else [])]
        found[name] = picture(command, "\n".join(shown))
    return found


def kernel_page(clone: Path, home_: Path) -> str:
    """docs/kernel.md with what its commands print in a clone of Linux; gaps are the clone's own."""
    page = KERNEL.read_text(encoding="utf-8")
    home_.mkdir(exist_ok=True)
    (home_ / "linux").symlink_to(clone)
    environment = {"HOME": str(home_), "XDG_CACHE_HOME": str(home_ / ".cache"), **_SCREEN}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for block in reversed([b for b in blocks(page) if b.text.startswith("$ ")]):
        (command,) = _commands(block.text)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=home_,
            env={**os.environ, **environment, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        lines = _STYLES.sub("", done.stdout).replace(str(home_), "~").splitlines()
        told = _GAPS.sub("", "".join(f"{line.rstrip()}\n" for line in lines)).rstrip()
        page = f"{page[: block.start]}$ {command}\n{told}\n{page[block.end :]}"
    return page


PICTURES = {
    "why": "minekvm why 'why could trace_kvm_wait_lapic_expire move back?'",
    "lineage": "minekvm lineage guest_enter_irqoff",
    "region": "minekvm region --enter guest_enter_irqoff --exit guest_exit_irqoff "
    "--in vcpu_enter_guest --where trace_kvm_wait_lapic_expire",
}


def main() -> None:
    """Renew all pages and pictures, and the man pages."""
    manuals.renew()
    with home() as folder:
        reader = Reader(folder)
        for path in pages():
            before = path.read_text(encoding="utf-8")
            after = reader.screens(path, before)
            if after != before:
                path.write_text(after, encoding="utf-8")
                print(path.relative_to(ROOT))
        reader.begin(DOCS / "index.md")
        if clone := os.environ.get("MINEKVM_KERNEL_CLONE"):
            KERNEL.write_text(kernel_page(Path(clone), folder / "kernel"), encoding="utf-8")
        for name, svg in pictures(reader).items():
            (DOCS / "pictures" / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
