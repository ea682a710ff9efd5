"""The system's own Chromium, headless, on a page written to a file; nothing is installed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Where a Chromium is, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable(), headless=True, args=list(FLAGS)
        )
        yield launched
        launched.close()


@dataclass
class Visit:
    """An open page, and what it said and asked for while it was open."""

    page: Page
    address: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)


@contextmanager
def visit(
    browser: Browser, html: str, folder: Path, *, anchor: str = "", **options: Any
) -> Iterator[Visit]:
    """Open the page in a fresh profile; afterwards it has neither erred nor asked for anything."""
    file = folder / "report.html"
    file.write_text(html, encoding="utf-8")
    context = browser.new_context(**options)
    page = context.new_page()
    visited = Visit(page, file.as_uri())
    page.on("console", lambda message: visited.said.append(message.text))
    page.on("pageerror", lambda error: visited.said.append(str(error)))
    page.on("request", lambda request: visited.asked.append(request.url))
    page.goto(visited.address + anchor)
    yield visited
    context.close()
    assert not visited.said, visited.said
    elsewhere = [u for u in visited.asked if re.split("[?#]", u)[0] != visited.address]
    assert [u for u in elsewhere if not u.startswith("data:image/svg+xml,")] == []
