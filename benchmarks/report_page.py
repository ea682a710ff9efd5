"""How soon a report's page of many events can be used, in the system's own Chromium.

    python benchmarks/report_page.py [--events 500] [--runs 5]

Rendered is the time to make the page, opened until its script has run, filtered until a word typed
into the filter has taken effect on the whole page, and clicked until an event's diff is seen.
Medians, beside those of a page of ten events: what a browser takes for any page.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "render" / "html"))

from report_documents import many

from minekvm.render.html import page
from support.browsing import browser, visit

_OPENED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
# Until the next frame is due: layout and painting are counted too.
_FILTERED = """() => new Promise(done => {
  const field = document.querySelector('#filters [name=q]'), start = performance.now();
  field.value = 'Author 3';
  field.dispatchEvent(new Event('input', {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""
_CLICKED = """() => new Promise(done => {
  const start = performance.now();
  document.querySelector('#lineage a.node').dispatchEvent(new MouseEvent('click', {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def measured(size: int, runs: int) -> dict[str, float]:
    """Medians in milliseconds."""
    document = many(size)
    found: dict[str, list[float]] = {}
    with browser() as launched, tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            started = time.perf_counter()
            html = page(document)
            told: dict[str, Any] = {"rendered": (time.perf_counter() - started) * 1000}
            with visit(launched, html, Path(folder)) as opened:
                told["opened"] = opened.evaluate(_OPENED)
                told["filtered"] = opened.evaluate(_FILTERED)
                told["clicked"] = opened.evaluate(_CLICKED)
            for name, value in told.items():
                found.setdefault(name, []).append(float(value))
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    few, many_ = measured(10, asked.runs), measured(asked.events, asked.runs)
    print(f"{'ms, median':<12}{10:>10}{asked.events:>10}")
    for name in few:
        print(f"{name:<12}{few[name]:>10.0f}{many_[name]:>10.0f}")


if __name__ == "__main__":
    main()
