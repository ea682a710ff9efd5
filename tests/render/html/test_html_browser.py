"""The page in a real browser: it works by mouse and by keyboard, and asks for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from report_documents import commit_id, hostile, many, small

from minekvm.core.report.model import Report
from minekvm.render.html import page
from support import browsing
from support.browsing import Visit

pytestmark = pytest.mark.skipif(
    browsing.executable() is None, reason="no Chromium on this machine: the page is not opened"
)

Open = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing.browser() as launched:
        yield launched


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Open:
    def open_(made: Report, **options: Any) -> AbstractContextManager[Visit]:
        return browsing.visit(browser, page(made), tmp_path, **options)

    return open_


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("made", [small, hostile], ids=["small", "hostile"])
def test_no_barrier_that_axe_finds(opened: Open, made: Callable[[], Report], scheme: str) -> None:
    with opened(made(), color_scheme=scheme) as visit:
        visit.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(visit.page)
        serious = [v for v in found.response["violations"] if v["impact"] != "minor"]
        assert [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in serious] == []


@pytest.mark.parametrize("made", [small, hostile], ids=["small", "hostile"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_the_page_does_not_scroll_sideways(
    opened: Open, made: Callable[[], Report], width: int
) -> None:
    with opened(made(), viewport={"width": width, "height": 800}) as visit:
        visit.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert visit.evaluate("document.documentElement.scrollWidth") == width


def test_a_click_opens_the_diff_of_that_event_and_escape_leads_back(opened: Open) -> None:
    with opened(small()) as visit:
        panel = visit.page.locator("#panel")
        expect(panel).to_be_hidden()
        node = visit.page.locator("#lineage .graph a.node[data-e~=e2]")
        node.click()
        expect(panel).to_contain_text("enter_moved();")
        expect(panel).to_contain_text("Because of 3.")
        expect(panel).not_to_contain_text("new_mark")
        assert visit.page.url.endswith("#e2")
        visit.page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(node).to_be_focused()


def test_the_keyboard_walks_a_drawing_and_opens_an_event(opened: Open) -> None:
    with opened(small()) as visit:
        nodes = visit.page.locator("#lineage svg.graph a")
        nodes.first.focus()
        visit.page.keyboard.press("ArrowRight")
        visit.page.keyboard.press("ArrowRight")
        expect(visit.page.locator("#lineage .graph a.node[data-e~=e2]")).to_be_focused()
        assert (
            visit.evaluate(
                "document.querySelectorAll('#lineage svg.graph a[tabindex=\"0\"]').length"
            )
            == 1
        )
        visit.page.keyboard.press("Enter")
        panel = visit.page.locator("#panel")
        expect(panel).to_be_focused()
        expect(panel).to_contain_text("enter_moved();")
        visit.page.locator("#later").click()
        expect(panel).to_contain_text("Possible since")
        visit.page.go_back()
        expect(panel).to_contain_text("enter_moved();")
        visit.page.go_back()
        expect(panel).to_be_hidden()


def test_an_event_has_an_address(opened: Open) -> None:
    with opened(small(), anchor="#e1") as visit:
        expect(visit.page.locator("#panel")).to_contain_text("Possible since")
        expect(visit.page.locator("#lineage .graph a.node.chosen")).to_have_attribute(
            "data-e", "e1"
        )


@pytest.mark.parametrize("anchor", ["#%00%ff", "#%", "#%E0%A4%A", "#%22%5D", "#e999"])
def test_an_address_that_means_nothing_leads_nowhere(opened: Open, anchor: str) -> None:
    with opened(small(), anchor=anchor) as visit:
        expect(visit.page.locator("#panel")).to_be_hidden()
        visit.page.locator("#events a").first.click()
        expect(visit.page.locator("#panel")).to_be_visible()


@pytest.mark.parametrize("digits", [12, 40])
def test_a_commit_has_an_address(opened: Open, digits: int) -> None:
    with opened(small(), anchor=f"#commit-{commit_id(3)[:digits]}") as visit:
        expect(visit.page.get_by_text("enter_moved();")).to_be_visible()
        visit.page.locator("#answer .sentence + details summary").click()
        visit.page.locator("#answer .claims a").first.click()
        expect(visit.page.locator(f"#commit-{commit_id(4)[:12]}")).to_have_attribute("open", "")


def test_the_filter_acts_on_lists_drawings_and_ledger_and_says_so(opened: Open) -> None:
    with opened(small()) as visit:
        shown = "document.querySelectorAll('{}:not(.out)').length"
        assert visit.evaluate(shown.format("tr[data-row]")) == 6
        visit.page.locator("#filter > summary").click()
        box = visit.page.get_by_role("checkbox", name="moved")
        box.check()
        expect(visit.page.get_by_role("status")).to_have_text("1 of 6 events, 1 of 4 commits")
        assert visit.evaluate(shown.format("tr[data-row]")) == 1
        assert visit.evaluate(shown.format("details.commit")) == 1
        assert visit.evaluate(shown.format("#lineage .graph a.node")) == 1
        assert visit.evaluate(shown.format(".ledger tr.item")) == 0
        visit.page.get_by_role("checkbox", name="ceased").check()
        assert visit.evaluate(shown.format(".ledger tr.item")) == 2
        visit.page.get_by_role("checkbox", name="ceased").uncheck()
        box.uncheck()
        visit.page.get_by_label("Text").fill("possible since")
        expect(visit.page.get_by_role("status")).to_have_text("1 of 6 events, 1 of 4 commits")
        visit.page.get_by_role("button", name="Clear the filter").click()
        expect(visit.page.get_by_role("status")).to_have_text("All 6 events")
        visit.page.get_by_role("textbox", name="from").fill("2010-01-04")
        visit.page.get_by_role("checkbox", name="Bea M.").check()
        expect(visit.page.get_by_role("status")).to_contain_text("6 events, ")


def test_a_link_to_a_commit_that_the_filter_hides_shows_it(opened: Open) -> None:
    with opened(small(), anchor="?kind=introduced&rev=HEAD") as visit:
        expect(visit.page.get_by_role("checkbox", name="introduced")).to_be_checked()
        expect(visit.page.locator("#active")).to_contain_text("1 of 6 events")
        target = visit.page.locator(f"#commit-{commit_id(4)[:12]}")
        expect(target).to_be_hidden()
        visit.page.locator("#answer .fold summary").first.click()
        visit.page.locator("#answer .claims a").first.click()
        expect(target).to_be_visible()
        assert visit.page.url.split("#")[0].endswith("?rev=HEAD")
        expect(visit.page.locator("#active")).to_be_hidden()


def test_hover_traces_what_an_event_comes_from_and_what_came_of_it(opened: Open) -> None:
    with opened(small()) as visit:
        visit.page.locator("#relations a.box").nth(1).hover()
        on = "[...document.querySelectorAll('#relations a.on')].length"
        assert visit.evaluate(on) == 3
        visit.page.locator("#relations a.box").nth(0).hover()
        assert visit.evaluate(on) == 3
        visit.page.locator("h1").hover()
        assert visit.evaluate(on) == 0


def test_the_reader_chooses_light_or_dark(opened: Open) -> None:
    with opened(small(), color_scheme="dark") as visit:
        paper = "getComputedStyle(document.body).backgroundColor"
        before = visit.evaluate(paper)
        visit.page.get_by_role("button", name="Light").click()
        assert visit.evaluate(paper) != before
        visit.page.get_by_role("button", name="Dark").click()
        assert visit.evaluate(paper) == before


def test_on_paper_stand_claims_drawings_and_commits_and_no_diffs(opened: Open) -> None:
    with opened(small()) as visit:
        visit.page.emulate_media(media="print")
        visit.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(visit.page.locator("#answer .claims").first).to_be_visible()
        expect(visit.page.locator(".commit .subject").first).to_be_visible()
        for gone in (".commit .body", ".side", "#events", "#filter"):
            expect(visit.page.locator(gone).first).to_be_hidden()
        visit.evaluate("dispatchEvent(new Event('afterprint'))")
        assert visit.evaluate("document.querySelectorAll('details.fold[open]').length") == 0


_IN_SIGHT = """e => {
  const r = e.getBoundingClientRect();
  const over = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
  return r.top >= 0 && r.bottom <= innerHeight && e.contains(over);
}"""
_TRAPS = """[...document.querySelectorAll('main *')].filter(e =>
  /auto|scroll/.test(getComputedStyle(e).overflowY)
  && e.scrollHeight > e.clientHeight + 1).length"""


def test_what_was_clicked_stays_in_sight_and_nothing_scrolls_inside_another(opened: Open) -> None:
    with opened(many(60)) as visit:
        node = visit.page.locator("#lineage a.node[data-n]").last
        node.click()
        assert node.evaluate(_IN_SIGHT)
        assert visit.evaluate(_TRAPS) == 0


def test_on_a_phone_the_lineage_runs_downwards(opened: Open) -> None:
    with opened(small(), viewport={"width": 390, "height": 800}) as visit:
        expect(visit.page.locator("#lineage .scroll").first).to_be_hidden()
        row = visit.page.locator("#lineage .down a[data-e~=e2]")
        row.click()
        expect(visit.page.locator("#lineage #panel")).to_contain_text("enter_moved();")


def test_without_scripts_the_links_still_lead_to_events_and_commits(opened: Open) -> None:
    with opened(small(), java_script_enabled=False) as visit:
        visit.page.locator("#lineage .graph a.node[href='#e2']").click()
        assert visit.page.url.endswith("#e2")
        expect(visit.page.locator("#filter")).to_be_hidden()
        expect(visit.page.locator("#theme")).to_be_hidden()


def test_many_events_are_filtered_and_opened_too(opened: Open) -> None:
    with opened(many(500)) as visit:
        visit.page.locator("#filter > summary").click()
        visit.page.get_by_label("Text").fill("Because of 250.")
        expect(visit.page.get_by_role("status")).to_contain_text("1 of 500 events")
        visit.page.locator("tr[data-row]:not(.out) a").first.click()
        expect(visit.page.locator("#panel")).to_contain_text("Because of 250.")
