"""The report's own pages for any question, on this machine's own address; nothing is written.

    /TOKEN/                         the clones that there are
    /TOKEN/CLONE/search?q=          to one of the others
    /TOKEN/CLONE/symbol/NAME        its lineage
    /TOKEN/CLONE/callers/NAME       who calls it
    /TOKEN/CLONE/why?q=             a question
    /TOKEN/CLONE/region?enter=&exit=&in=&where=
    /TOKEN/CLONE/commit/HASH        what it did, and what ties it to others
    /TOKEN/CLONE/report/NAME        a story that comes along

Each takes `?rev=`. A page that takes long shows the step under way, and can be stopped; one that
nobody waits for any more is not made.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlencode

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
from minekvm.server.answers import Hearer, Turns
from minekvm.server.clones import Clones
from minekvm.server.jobs import PATIENCE, Jobs

ADDRESS = "127.0.0.1"
_LONGEST = 2_000  # characters of what is asked
_STOP = "stop"  # what an address has where a page is not wanted any more


def serve(clones: Clones, port: int, ready: Callable[[str], None]) -> None:
    """Answer until interrupted; `ready` hears the address with its token. Port 0 takes any."""
    server, listening, address = prepared(clones, port)
    with listening:
        ready(address)
        server.run(sockets=[listening])


def prepared(
    clones: Clones, port: int, patience: float = PATIENCE
) -> tuple[uvicorn.Server, socket.socket, str]:
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
        app(clones, token, at, patience),
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
    )
    return uvicorn.Server(settings), listening, f"http://{ADDRESS}:{at}/{token}/"


def app(clones: Clones, token: str, port: int, patience: float = PATIENCE) -> ASGIApp:
    """What answers requests that come to a port with a token in their path.

    After so many seconds of `patience` a page is answered with the step under way.
    """
    pages = _Pages(clones, token, patience)
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

    def __init__(self, clones: Clones, token: str, patience: float) -> None:
        self._clones = clones
        self._turns = Turns()
        self._jobs = Jobs()
        self._patience = patience
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
        address = _address(request)

        def made(hearer: Hearer) -> str:
            if bar.clone not in self._clones.names:
                raise MinekvmError("there is no such clone")
            clone = self._clones.clone(bar.clone, (), hearer.hear)
            asked = ask(rev)
            return self._turns.take(hearer, lambda: html.page(clone.report_for(asked), bar))

        if _STOP in request.query_params:
            self._jobs.drop(address)
            return HTMLResponse(html.plain("Stopped", [], [("Ask again", address)], bar))
        job = self._jobs.of(address, made)
        # Whoever goes away leaves the thread: what it makes is theirs who ask again, or is stopped.
        wait = partial(job.done.wait, self._patience)
        if not await anyio.to_thread.run_sync(wait, abandon_on_cancel=True):
            stop = f"{address}{'&' if '?' in address else '?'}{_STOP}=1"
            text = [f"{job.step} ..."]
            page = html.plain("One moment", text, [("Stop", stop)], bar, refresh=True)
            return HTMLResponse(page, 202)
        self._jobs.drop(address)
        try:
            return HTMLResponse(job.result)
        except MinekvmError as error:
            return self._failed(error, bar)

    def _failed(self, error: MinekvmError, bar: Bar) -> Response:
        texts = [error.hint] if error.hint else []
        return HTMLResponse(html.plain(error.message, texts, bar=bar), 404)


def _address(request: Request) -> str:
    """A page's address, as a browser asks for it, without the wish to stop it."""
    asked = [(k, v) for k, v in request.query_params.multi_items() if k != _STOP]
    path = quote(request.url.path, safe="/")
    return f"{path}?{urlencode(asked)}" if asked else path
