"""`minekvm serve`: its pages asked for as requests, and used in the system's Chromium."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import anyio
import pytest
from playwright.sync_api import Page, sync_playwright
from starlette.types import ASGIApp

from minekvm.errors import MinekvmError
from minekvm.server import web
from minekvm.server.answers import Hearer
from minekvm.server.clones import Clones
from minekvm.server.jobs import Jobs
from support.browsing import FLAGS, executable
from support.clones import snapshot
from support.repos import Repo
from support.running import run

PORT, TOKEN = 4711, "s3cret"
PATIENT = 300.0  # seconds: a page of a test is made, however busy the machine is
ROOT = f"/{TOKEN}/clone"
CODE = """\
static void leave(int n)
{
	trace_left(n);
}

static void enter(int n)
{
	leave(n);
}
"""


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    text: str


@pytest.fixture
def clone(repo: Repo) -> Repo:
    repo.commit("start", {"a.c": CODE})
    repo.commit(
        "enter: Take a lock\n\nOtherwise two of them leave at once.",
        {"a.c": CODE.replace("\tleave(n);", "\tlock();\n\tleave(n);\n\tunlock();")},
    )
    return repo


@pytest.fixture
def app(clone: Repo) -> ASGIApp:
    return web.app(Clones([clone.path]), TOKEN, PORT, PATIENT)


def get(app: ASGIApp, path: str, **headers: str) -> Got:
    """What a request is answered, without a socket."""
    target = urlsplit(path)
    sent: list[Any] = []
    head = {"host": f"127.0.0.1:{PORT}", **headers}
    scope = {
        "type": "http",
        "method": "GET",
        "path": target.path,
        "raw_path": target.path.encode(),
        "query_string": target.query.encode(),
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", PORT),
        "headers": [(k.encode(), v.encode()) for k, v in head.items()],
    }

    async def asked() -> None:
        begun = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Any:
            if begun:
                return begun.pop()
            await anyio.sleep_forever()

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)

    anyio.run(asked)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    told = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return Got(sent[0]["status"], told, body.decode())


def test_each_question_has_a_page_made_of_the_reports_parts(app: ASGIApp) -> None:
    asked = {
        f"{ROOT}/symbol/enter": ('id="lineage"', "Take a lock"),
        f"{ROOT}/callers/leave": ('id="callers"', "enter"),
        f"{ROOT}/region?enter=lock&exit=unlock&in=enter&where=leave": ('id="region"', "leave"),
        f"{ROOT}/commit/HEAD": ('id="commits"', "two of them leave at once"),
        f"{ROOT}/why?q=why+does+enter+call+lock%3F": ('id="why"', "enter"),
    }
    for path, words in asked.items():
        found = get(app, path)
        assert found.status == 200, path
        assert all(word in found.text for word in words), path
        assert 'action="/s3cret/clone/search"' in found.text
        assert found.headers["cache-control"] == "no-store"
        assert found.headers["x-frame-options"] == "DENY"


def test_names_and_commits_lead_on(app: ASGIApp) -> None:
    callers = get(app, f"{ROOT}/callers/leave").text
    assert f'href="{ROOT}/symbol/enter"' in callers
    links = set(re.findall(r'href="(/[^"]*)"', callers + get(app, f"{ROOT}/symbol/enter").text))
    assert any(link.startswith(f"{ROOT}/commit/") for link in links)
    for link in links:
        assert get(app, link).status in (200, 307), link


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("enter", "symbol/enter"),
        ("enter()", "symbol/enter"),
        ("abc1234", "commit/abc1234"),
        ("why did enter change?", "why?q=why+did+enter+change%3F"),
        ("../../etc", "why?q=..%2F..%2Fetc"),
    ],
)
def test_a_search_leads_to_a_page(app: ASGIApp, asked: str, leads: str) -> None:
    found = get(app, f"{ROOT}/search?{urlencode({'q': asked})}")
    assert found.status == 307
    assert found.headers["location"] == f"{ROOT}/{leads}"


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/symbol/nothing_of_that_name",
        f"{ROOT}/symbol/%3Cscript%3Ealert(1)%3C/script%3E",
        f"{ROOT}/commit/no-such-revision",
        f"{ROOT}/commit/--output=stolen",
        f"{ROOT}/report/..%2Fquery",
        f"{ROOT}/region?enter=lock",
        f"{ROOT}/symbol/enter?rev=nowhere",
        f"/{TOKEN}/etc/symbol/enter",
    ],
)
def test_what_is_not_there_is_said(app: ASGIApp, path: str, tmp_path: Path) -> None:
    found = get(app, path)
    assert found.status in (200, 404)
    assert "<script>alert" not in found.text
    assert "Traceback" not in found.text
    assert not list(tmp_path.glob("**/stolen"))


def test_a_page_that_takes_long_says_its_step_and_comes_when_it_is_made(clone: Repo) -> None:
    hasty = web.app(Clones([clone.path]), TOKEN, PORT, patience=0)
    page = f"{ROOT}/symbol/enter?rev=HEAD"
    found = get(hasty, page)
    assert found.status == 202
    assert 'http-equiv="refresh"' in found.text and f"{page}&amp;stop=1" in found.text
    while found.status == 202:
        found = get(hasty, page)
    assert found.status == 200 and "Take a lock" in found.text
    get(hasty, page)
    assert "Ask again" in get(hasty, f"{page}&stop=1").text


def test_what_is_stopped_or_fails_says_so() -> None:
    jobs, begun = Jobs(), threading.Event()

    def endless(hearer: Hearer) -> str:
        begun.set()
        while True:
            hearer.check()

    job = jobs.of("a", endless)
    assert begun.wait() and jobs.of("a", endless) is job
    jobs.drop("a")
    assert job.done.wait()
    with pytest.raises(MinekvmError, match="stopped"):
        _ = job.result
    broken = jobs.of("b", lambda _: str(1 // 0))
    assert broken.done.wait()
    with pytest.raises(MinekvmError, match="ZeroDivisionError"):
        _ = broken.result


def test_nobody_else_is_answered(app: ASGIApp) -> None:
    for path, headers in (
        ("/", {}),
        ("/guessed/clone/symbol/enter", {}),
        (f"{ROOT}/symbol/enter", {"host": "evil.example"}),
        (f"{ROOT}/symbol/enter", {"origin": "http://evil.example"}),
        (f"{ROOT}/symbol/enter", {"sec-fetch-site": "cross-site"}),
    ):
        found = get(app, path, **headers)
        assert found.status in (403, 404, 421)
        assert "Take a lock" not in found.text
        assert found.headers["cross-origin-resource-policy"] == "same-origin"


def test_several_clones_are_listed_and_nothing_is_written(clone: Repo, tmp_path: Path) -> None:
    other = Repo.create(tmp_path / "other")
    other.commit("start", {"b.c": "int other(void)\n{\n\treturn 1;\n}\n"})
    before = snapshot(clone.path)
    both = web.app(Clones([clone.path, other.path]), TOKEN, PORT, PATIENT)
    home = get(both, f"/{TOKEN}/").text
    assert f'href="{ROOT}/"' in home
    assert get(both, f"/{TOKEN}/other/symbol/other").status == 200
    assert get(both, f"{ROOT}/symbol/enter").status == 200
    assert snapshot(clone.path) == before


def test_a_clone_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    ran = run("serve", "--repo", str(tmp_path / "nowhere"))
    assert ran.code == 1
    assert "hint: " in ran.err


@pytest.fixture
def served(clone: Repo) -> Iterator[str]:
    """The address of a server that runs."""
    server, listening, address = web.prepared(Clones([clone.path]), 0, PATIENT)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.mark.skipif(executable() is None, reason="there is no Chromium here")
def test_it_is_used_in_a_browser(served: str) -> None:
    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), headless=True, args=list(FLAGS)
        )
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(served)
        walk(page)
        elsewhere = browser.new_page()
        elsewhere.goto("data:text/html,<p>elsewhere")
        read = "async a => { try { return await (await fetch(a)).text() } catch { return 'no' } }"
        assert elsewhere.evaluate(read, served) == "no"
        browser.close()
    assert said == []


def walk(page: Page) -> None:
    """From a search to a lineage, its callers, a caller's own page, a region and a question."""
    search = page.get_by_role("searchbox", name="Symbol, commit or question")
    search.fill("leave")
    search.press("Enter")
    page.wait_for_url("**/symbol/leave")
    assert page.locator("#lineage svg.graph").count() == 1
    page.get_by_role("link", name="Callers").click()
    page.wait_for_url("**/callers/leave")
    page.locator("table.ledger a.name", has_text="enter").click()
    page.wait_for_url("**/symbol/enter")
    page.get_by_text("Region", exact=True).first.click()
    form = page.locator("form[action$='/region']")
    form.locator("[name=enter]").fill("lock")
    form.locator("[name=exit]").fill("unlock")
    form.locator("[name=where]").fill("leave")
    form.get_by_role("button").click()
    page.wait_for_url("**/region?*")
    assert "leave" in page.locator("#region").inner_text()
    search.fill("why does enter call lock?")
    search.press("Enter")
    page.wait_for_url("**/why?*")
    assert page.locator("#why").count() == 1
    page.go_back()
    page.wait_for_url("**/region?*")
