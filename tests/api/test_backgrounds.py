"""Every answer knows the clone that it is of: what a reader is told first, where commits are."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from minekvm import api
from minekvm.api.result import Result


def test_every_answer_has_room_for_its_background() -> None:
    for module in iter_modules(api.__path__):
        import_module(f"minekvm.api.{module.name}")
    answers = Result.__subclasses__()
    assert len(answers) > 8
    assert [
        a.__name__ for a in answers if "background" not in a.__dict__.get("__slots__", ())
    ] == []
