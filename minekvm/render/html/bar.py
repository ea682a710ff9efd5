"""What a page that is served has above a report's: a search, and where its names lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Bar:
    """Addresses below `root`, one clone's place on a server; `home` lists all clones.

    `asked` stands in the search field, `symbol` is the page's own, `tab` which question of it is
    answered; `region` are the markers, function and symbol that its form begins with.
    """

    home: str
    root: str
    clone: str
    asked: str = ""
    symbol: str = ""
    tab: str = ""
    region: tuple[str, str, str, str] = ("", "", "", "")

    def lineage(self, symbol: str) -> str:
        """Where a symbol came from."""
        return f"{self.root}/symbol/{quote(symbol, safe='')}"

    def callers(self, symbol: str) -> str:
        """Who calls it."""
        return f"{self.root}/callers/{quote(symbol, safe='')}"

    def why(self, question: str) -> str:
        """Why something happened."""
        return f"{self.root}/why?{urlencode({'q': question})}"

    def commit(self, commit: str) -> str:
        """What a commit did and what ties it to others."""
        return f"{self.root}/commit/{quote(commit, safe='')}"

    @property
    def tabs(self) -> Sequence[tuple[str, str, bool]]:
        """The questions about the page's symbol: title, address, and whether it is this one."""
        if not self.symbol:
            return ()
        asked = (
            ("Lineage", self.lineage(self.symbol)),
            ("Callers", self.callers(self.symbol)),
            ("Why did it change?", self.why(f"why did {self.symbol} change?")),
        )
        return [(title, where, title == self.tab) for title, where in asked]
