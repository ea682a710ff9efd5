"""Files as a value: path to text, and what an edit makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from minekvm.replica.model import Create, Edit, Rename, Replace, StoryError

Files = Mapping[str, str]


def edited(files: Files, edits: Iterable[Edit]) -> Files:
    """The files after all edits, in order; StoryError where one does not fit."""
    result = dict(files)
    for edit in edits:
        match edit:
            case Create(path, text):
                _free(result, path)
                result[path] = text
            case Rename(path, to):
                _free(result, to)
                result[to] = _text(result, path)
                del result[path]
            case Replace(path, old, new):
                result[path] = _replaced(path, _text(result, path), old, new)
    return result


def _replaced(path: str, text: str, old: str, new: str) -> str:
    places = list(_places(text, old))
    if len(places) != 1:
        raise StoryError(f"{path}: these lines stand there {len(places)} times, not once:\n{old}")
    return text[: places[0]] + new + text[places[0] + len(old) :]


def _places(text: str, lines: str) -> Iterator[int]:
    """Where these lines begin; places may touch, so `str.count` would miss some."""
    # The line feed in front keeps a match from starting in the middle of a line.
    text, lines = f"\n{text}", f"\n{lines}"
    at = text.find(lines)
    while at >= 0:
        yield at
        at = text.find(lines, at + 1)


def _text(files: Files, path: str) -> str:
    if path not in files:
        raise StoryError(f"{path}: no such file at this point")
    return files[path]


def _free(files: Files, path: str) -> None:
    if path in files:
        raise StoryError(f"{path}: there already")
