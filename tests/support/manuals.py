"""The man pages in `man/`, from what --help says; renewed with the documents.

PYTHONPATH=tests python -m support.documents
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from minekvm.cli.commands import COMMANDS, load
from minekvm.cli.commands import app as program
from minekvm.version import __version__

FOLDER = Path(__file__).parent.parent.parent / "man"
_ABOUT = "how did this C code come to be here, and why did it move?"
_ENDS = (
    ("0", "answered, also where something could not be read (the answer says so)"),
    ("1", "one line says what was wrong, and a hint what to do"),
    ("2", "the command line cannot be understood"),
    ("3", "of check: there are findings"),
    ("130", "interrupted"),
)


def manuals() -> dict[str, str]:
    """Every page by its file's name."""
    found = {"minekvm.1": _main(), "git-minekvm.1": ".so man1/minekvm.1\n"}
    for name in COMMANDS:
        found[f"minekvm-{name}.1"] = "\n".join(_command(name, load(name))) + "\n"
    return found


def renew() -> None:
    """Write them."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in manuals().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _main() -> str:
    group = typer.main.get_command(program)
    lines = [
        *_head("minekvm", _ABOUT),
        ".SH SYNOPSIS",
        r".B minekvm",
        r"[\-\-no\-pager] \fICOMMAND\fR [\fIARGUMENTS\fR]...",
        ".br",
        ".B git minekvm",
        r"\fICOMMAND\fR [\fIARGUMENTS\fR]...",
        ".SH COMMANDS",
    ]
    for name, text in COMMANDS.items():
        lines += [".TP", rf"\fBminekvm-{_text(name)}\fR(1)", f"{_text(text)}."]
    lines += [*_options(group, "minekvm", "OPTIONS"), *_end()]
    return "\n".join(lines) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    yield from _head(f"minekvm-{name}", COMMANDS[name])
    yield ".SH SYNOPSIS"
    inner = getattr(command, "commands", None)
    if inner is None:
        yield from _usage(f"minekvm {name}", command)
        yield from _body(f"minekvm {name}", command)
    else:
        for each, sub in inner.items():
            yield from _usage(f"minekvm {name} {each}", sub)
            yield ".br"
        for each, sub in inner.items():
            yield f".SH {_text(each).upper()}"
            yield from _body(f"minekvm {name} {each}", sub, titled=False)
    yield from _end(r"\fBminekvm\fR(1)")


def _head(name: str, about: str) -> list[str]:
    title = f'.TH {name.upper()} 1 "" "minekvm {__version__}" "minekvm manual"'
    return [title, ".SH NAME", rf"{_text(name)} \- {_text(about)}"]


def _usage(name: str, command: Any) -> Iterator[str]:
    arguments = [_argument(p) for p in command.params if p.param_type_name == "argument"]
    yield f".B {_text(name)}"
    yield _text(" ".join(["[OPTIONS]", *arguments]))


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    many = "..." if parameter.nargs == -1 else ""
    return f"{name}{many}" if parameter.required else f"[{name.strip('[]')}{many}]"


def _body(name: str, command: Any, *, titled: bool = True) -> Iterator[str]:
    if titled:
        yield ".SH DESCRIPTION"
    yield _text(_flowed(command.help or ""))
    yield from _options(command, name, "OPTIONS" if titled else "")
    if command.epilog:
        shown = command.epilog.replace("\b", "").strip().splitlines()
        yield ".SH EXAMPLES" if titled else ".PP"
        yield from (".nf", *(_text(line.strip()) for line in shown[1:]), ".fi")


def _options(command: Any, name: str, title: str) -> Iterator[str]:
    """Arguments and options in our own words: those of the library change with its versions."""
    context = command.make_context(name, [], resilient_parsing=True)
    if title:
        yield f".SH {title}"
    for parameter in command.get_params(context):
        help_ = _flowed(getattr(parameter, "help", None) or "")
        if help_ and not getattr(parameter, "hidden", False):
            yield from (".TP", rf"\fB{_text(_names(parameter))}\fR", _text(help_))


def _dashes(name: str) -> int:
    return len(name) - len(name.lstrip("-"))


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _argument(parameter)
    # The names of --help come out of a set: the short ones first, as --help itself has them.
    every = sorted((*parameter.opts, *parameter.secondary_opts), key=_dashes)
    names = ", ".join(every)
    return names if parameter.is_flag else f"{names} {parameter.metavar or 'VALUE'}"


def _end(*also: str) -> list[str]:
    lines = [".SH EXIT STATUS"]
    for code, what in _ENDS:
        lines += [".TP", code, _text(what)]
    return [*lines, *([".SH SEE ALSO", *also] if also else [])]


def _flowed(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """A line as roff prints it: backslashes, minus signs and a dot at its beginning."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("'", "\\(aq")
    return re.sub(r"^\.", "\\\\&.", text)


if __name__ == "__main__":
    renew()
