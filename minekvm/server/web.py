"""The report's own pages for any question, on this machine's own address; nothing is written.

    /TOKEN/                         the clones that there are
    /TOKEN/CLONE/search?q=          to one of the others
    /TOKEN/CLONE/symbol/NAME        its lineage
    /TOKEN/CLONE/callers/NAME       who calls it
    /TOKEN/CLONE/why?q=             a question
    /TOKEN/CLONE/region?enter=&exit=&in=&where=
    /TOKEN/CLONE/commit/HASH        what it did, and what ties it to others
    /TOKEN/CLONE/report/NAME        a story that comes along

Each takes `?rev=`. A page that nobody waits for any more is not made.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from urllib.parse import quote

import anyio
import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from minekvm.api.report import Request as Asked
from minekvm.api.report import shipped
from minekvm.errors import MinekvmError
from minekvm.render import html
from minekvm.render.html import Bar
from minekvm.server import guard, questions
from minekvm.server.answers import Hearer, Stopped, Turns
from minekvm.server.clones import Clones

ADDRESS = "127.0.0.1"
_LONGEST = 2_000  # characters of what is asked


def serve(clones: Clones, port: int, ready: Callable[[str], None]) -> None:
    """Answer until interrupted; `ready` hears the address with its token. Port 0 takes any."""
    server, listening, address = prepared(clones, port)
    with listening:
        ready(address)
        server.run(sockets=[listening])


def prepared(clones: Clones, port: int) -> tuple[uvicorn.Server, socket.socket, str]:
    """A server that can be run, the socket that it is to be run on, and its address."""
    token = secrets.token_urlsafe(24)
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((ADDRESS, port))
        listening.listen()
    except BaseException:
        listening.close()
        raise
    at = listening.getsockname()[1]
    settings = uvicorn.Config(
        app(clones, token, at),
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
    )
    return uvicorn.Server(settings), listening, f"http://{ADDRESS}:{at}/{token}/"


def app(clones: Clones, token: str, port: int) -> ASGIApp:
    """What answers requests that come to a port with a token in their path."""
    pages = _Pages(clones, token)
    routes = [
        Route("/{token}/", pages.home),
        Route("/{token}/{clone}/", pages.clone),
        Route("/{token}/{clone}/search", pages.search),
        Route("/{token}/{clone}/symbol/{name:path}", pages.symbol),
        Route("/{token}/{clone}/callers/{name:path}", pages.callers),
        Route("/{token}/{clone}/why", pages.why),
        Route("/{token}/{clone}/region", pages.region),
        Route("/{token}/{clone}/commit/{name:path}", pages.commit),
        Route("/{token}/{clone}/report/{name}", pages.report),
    ]
    return _Guarded(Starlette(routes=routes), token, port)


class _Guarded:
    """Answers whom `guard` lets in, and has every answer say who may have it."""

    def __init__(self, inner: ASGIApp, token: str, port: int) -> None:
        self._inner = inner
        self._token = token
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # no socket is opened
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        no = guard.refused(scope["method"], scope["path"], headers, self._token, self._port)

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(k.lower().encode(), v.encode()) for k, v in guard.HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *ours]}
            await send(message)

        answer = self._inner if no is None else PlainTextResponse(f"{no[1]}\n", no[0])
        await answer(scope, receive, headed)


class _Pages:
    """What each address shows."""

    def __init__(self, clones: Clones, token: str) -> None:
        self._clones = clones
        self._turns = Turns()
        self._home = f"/{token}/"

    async def home(self, _: Request) -> Response:
        names = self._clones.names
        if len(names) == 1:
            return RedirectResponse(self._bar(names[0]).root + "/")
        links = [(name, self._bar(name).root + "/") for name in names]
        return HTMLResponse(html.plain("Which clone?", [], links))

    async def clone(self, request: Request) -> Response:
        bar = self._bar(request.path_params["clone"])
        if bar.clone not in self._clones.names:
            return self._failed(MinekvmError("there is no such clone"), bar)
        links = [(f"Story: {name}", f"{bar.root}/report/{name}") for name in shipped()]
        text = "Ask about a symbol, a commit, or in words why something happened."
        return HTMLResponse(
            html.plain(f"What do you want to know of {bar.clone}?", [text], links, bar)
        )

    async def search(self, request: Request) -> Response:
        bar = self._bar(request.path_params["clone"])
        asked = request.query_params.get("q", "")[:_LONGEST]
        return RedirectResponse(questions.searched(asked, bar) if asked.strip() else f"{bar.root}/")

    async def symbol(self, request: Request) -> Response:
        name = request.path_params["name"]
        bar = self._bar(request.path_params["clone"], asked=name, symbol=name, tab="Lineage")
        return await self._page(request, bar, lambda rev: questions.lineage(name, rev))

    async def callers(self, request: Request) -> Response:
        name = request.path_params["name"]
        bar = self._bar(request.path_params["clone"], asked=name, symbol=name, tab="Callers")
        return await self._page(request, bar, lambda rev: questions.callers(name, rev))

    async def why(self, request: Request) -> Response:
        asked = request.query_params.get("q", "")[:_LONGEST]
        bar = self._bar(request.path_params["clone"], asked=asked)
        return await self._page(request, bar, lambda rev: questions.why(asked, rev))

    async def commit(self, request: Request) -> Response:
        name = request.path_params["name"]
        bar = self._bar(request.path_params["clone"], asked=name)
        return await self._page(request, bar, lambda rev: questions.commit(name, rev))

    async def region(self, request: Request) -> Response:
        asked = {
            k: request.query_params.get(k, "")[:_LONGEST] for k in ("enter", "exit", "in", "where")
        }
        form = (asked["enter"], asked["exit"], asked["in"], asked["where"])
        bar = self._bar(request.path_params["clone"], tab="Region", region=form)
        return await self._page(request, bar, lambda rev: questions.region(asked, rev))

    async def report(self, request: Request) -> Response:
        name = request.path_params["name"]
        bar = self._bar(request.path_params["clone"])
        return await self._page(request, bar, lambda _: questions.report(name))

    def _bar(
        self,
        clone: str,
        asked: str = "",
        symbol: str = "",
        tab: str = "",
        region: tuple[str, str, str, str] = ("", "", "", ""),
    ) -> Bar:
        root = f"{self._home}{quote(clone, safe='')}"
        return Bar(self._home, root, clone, asked, symbol, tab, region)

    async def _page(self, request: Request, bar: Bar, ask: Callable[[str], Asked]) -> Response:
        rev = request.query_params.get("rev", "HEAD")[:_LONGEST]
        hearer = Hearer(lambda _: None)

        def made() -> str:
            if bar.clone not in self._clones.names:
                raise MinekvmError("there is no such clone")
            clone = self._clones.clone(bar.clone, (), hearer.hear)
            asked = ask(rev)
            return self._turns.take(hearer, lambda: html.page(clone.report_for(asked), bar))

        try:
            return HTMLResponse(await _while_waited_for(request, hearer, made))
        except MinekvmError as error:
            return self._failed(error, bar)

    def _failed(self, error: MinekvmError, bar: Bar) -> Response:
        texts = [error.hint] if error.hint else []
        return HTMLResponse(html.plain(error.message, texts, bar=bar), 404)


async def _while_waited_for(request: Request, hearer: Hearer, make: Callable[[], str]) -> str:
    """What a thread makes; it is stopped where the browser goes away. Raises MinekvmError."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        hearer.stop()

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        found = await anyio.to_thread.run_sync(_made, make)
        group.cancel_scope.cancel()
    if isinstance(found, MinekvmError):
        raise found
    return found


def _made(make: Callable[[], str]) -> str | MinekvmError:
    """What is made, or why not: a group of tasks would wrap what is raised."""
    try:
        return make()
    except MinekvmError as error:
        return error
    except Stopped:
        return MinekvmError("nobody waited for this page any more", "ask again")
