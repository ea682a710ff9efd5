"""minekvm: how did this C code come to be here, and why did it move?

    import minekvm

    with minekvm.open("~/linux") as clone:
        for event in clone.lineage("vcpu_enter_guest").events:
            print(event.commit, event.change.kinds)

What commands answer, from Python: silent, typed, and the same values; see `minekvm.api`. Every
name is loaded when it is first used.
"""

from importlib import import_module
from typing import Any

from minekvm.version import __version__

# Where each public name stands; for who checks types, `__init__.pyi` says the same.
_PUBLIC = {
    "open": "api",
    "Clone": "api",
    "Answer": "api.why",
    "Callers": "api.callers",
    "Checked": "api.check",
    "Connection": "api.relate",
    "Definitions": "api.definitions",
    "Drift": "api.drift",
    "Inspection": "api.lineage",
    "Lineage": "api.lineage",
    "Needs": "api.needs",
    "Origins": "api.origins",
    "Ports": "api.ports",
    "Region": "api.region",
    "Relations": "api.relate",
    "Report": "api.report",
    "Thread": "api.thread",
    "CacheFailed": "errors",
    "GitFailed": "errors",
    "MinekvmError": "errors",
    "NotARepository": "errors",
    "QueryFailed": "errors",
    "UnknownCommit": "errors",
    "UnknownSymbol": "errors",
}

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 - the keys are names


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'minekvm' has no attribute {name!r}")
    return getattr(import_module(f"minekvm.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
