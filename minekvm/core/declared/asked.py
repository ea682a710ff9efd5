"""How a symbol that is no function is asked for: `struct:foo`, `struct foo`, `foo.field`, `FOO`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minekvm.core.declarations import Declaration, Declared, Member
from minekvm.core.declared.versions import full_name

# What stands before the colon, to the kinds that it means.
KINDS: dict[str, frozenset[str]] = {
    "struct": frozenset(("struct",)),
    "union": frozenset(("union",)),
    "enum": frozenset(("enum",)),
    "typedef": frozenset(("typedef",)),
    "macro": frozenset(("macro",)),
    "variable": frozenset(("variable",)),
    "table": frozenset(("variable",)),
    "parameter": frozenset(("parameter",)),
    "compatible": frozenset(("compatible",)),
    "config": frozenset(("config",)),
    "entry-point": frozenset(("entry-point",)),
    "field": frozenset(("field",)),
    "constant": frozenset(("constant",)),
    "entry": frozenset(("entry",)),
    "function": frozenset(("function",)),
}
_PREFIXED = re.compile(rf"({'|'.join(KINDS)})\s*:\s*(?!:)(\S.*)", re.DOTALL)
_TAGGED = re.compile(r"(struct|union|enum|config|typedef)\s+(\w+(?:\.[\w.]+)?)")
_PARTED = re.compile(r"([A-Za-z_]\w*)\s*(?:\.|->|::)\s*(\S.*)", re.DOTALL)
_COMPATIBLE = re.compile(r"[\w.+-]+,[\w.+-]+")
_CONFIG = re.compile(r"CONFIG_(\w+)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a name, perhaps a member's, and the kinds that it may be of ("" any)."""

    name: str
    member: str = ""
    kinds: frozenset[str] = frozenset()

    def fits(self, kind: str) -> bool:
        """Whether a kind may be meant."""
        return not self.kinds or kind in self.kinds

    def found(self, declarations: Sequence[Declaration]) -> Iterator[tuple[Declaration, str]]:
        """Those of a file's declarations that are meant, each with the member's name that is."""
        for each in declarations:
            if self.member:
                member = next((m for m in each.members if m.name == self.member), None)
                if each.name == self.name and member and self._fits_either(each, member):
                    yield each, full_name(each, member)
                continue
            if each.name == self.name and self.fits(each.kind):
                yield each, ""
            for member in each.members:
                if member.kind == "constant" and member.name == self.name and self.fits("constant"):
                    yield each, member.name

    def _fits_either(self, declaration: Declaration, member: Member) -> bool:
        return self.fits(declaration.kind) or self.fits(member.kind)


def wanted(symbol: str) -> Wanted | None:
    """What a symbol asks for where it says that it is no function; None for a plain name."""
    symbol = symbol.strip()
    prefixed = _PREFIXED.fullmatch(symbol)
    if prefixed is not None:
        return _of_kind(*prefixed.groups())
    tagged = _TAGGED.fullmatch(symbol)
    if tagged is not None:
        name, _, member = tagged.group(2).partition(".")
        return Wanted(name, member, KINDS[tagged.group(1)])
    if _COMPATIBLE.fullmatch(symbol):
        return Wanted(symbol, kinds=KINDS["compatible"])
    parted = _PARTED.fullmatch(symbol)
    if parted is not None and "(" not in symbol:
        return Wanted(parted.group(1), parted.group(2).strip())
    config = _CONFIG.fullmatch(symbol)
    return Wanted(config.group(1), kinds=KINDS["config"]) if config is not None else None


def _of_kind(kind: str, rest: str) -> Wanted | None:
    """What is asked for with its kind before a colon."""
    if kind == "function":
        return None
    parted = _PARTED.fullmatch(rest) if kind not in ("compatible", "config") else None
    if parted is not None:
        return Wanted(parted.group(1), parted.group(2).strip(), KINDS[kind])
    return Wanted(rest.strip().removeprefix("CONFIG_"), kinds=KINDS[kind])


def plain(symbol: str) -> Wanted | None:
    """A plain name as what may be no function; None where it has parentheses."""
    name = symbol.strip()
    return Wanted(name) if re.fullmatch(r"[A-Za-z_]\w*", name) else None


def function_name(symbol: str) -> str:
    """A symbol without the prefix that says that a function is meant."""
    return re.sub(r"^\s*function\s*:\s*", "", symbol)


def choices(found: Sequence[tuple[Declared, str]]) -> list[str]:
    """How to choose among what a name may mean: `struct:foo`, `variable:foo`."""
    shown = []
    for declared, member in found:
        kind = "constant" if member else declared.declaration.kind
        shown.append(f"{kind}:{member or declared.name}")
    return list(dict.fromkeys(shown))
