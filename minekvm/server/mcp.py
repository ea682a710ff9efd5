"""The Model Context Protocol spoken by the official SDK: tools, resources and prompts over stdio.

A cancelled request stops its question; progress is told to whoever asked for it.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.from_thread
import anyio.to_thread
import mcp_types as types
from jsonschema import Draft202012Validator
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from minekvm.errors import MinekvmError
from minekvm.server import prompts, resources, tools
from minekvm.server.answers import Answers, Hearer, Stopped
from minekvm.server.paging import dumped
from minekvm.server.tools import Tool
from minekvm.version import __version__

_Context = ServerRequestContext[Any, Any]
_READ = "read"  # the tool that reads addresses, for clients whose models cannot
_READ_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"uri": {"type": "string", "description": "The address, with ?page=N."}},
    "required": ["uri"],
    "additionalProperties": False,
}
_LONGEST = 300  # characters of a complaint about arguments
Found = TypeVar("Found")


def serve(answers: Answers) -> None:
    """Answer on stdin and stdout until whoever asks closes them."""

    async def run() -> None:
        made = server(answers)
        async with stdio_server() as (read, write):
            await made.run(read, write, made.create_initialization_options())

    anyio.run(run)


def server(answers: Answers) -> Server[Any]:
    """A server of the SDK, to be run on a transport."""
    handlers = _Handlers(answers)
    made: Server[Any] = Server(
        "minekvm",
        version=__version__,
        title="minekvm: how C code came to be",
        instructions=prompts.INSTRUCTIONS.format(clones=", ".join(answers.clones.names)),
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
    )
    made.middleware.clear()  # it would tell a collector of traces: nothing leaves this process
    return made


class _Handlers:
    """What each request is answered with."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        names = answers.clones.names
        self._schemas = {tool.name: tools.input_schema(tool, names) for tool in tools.TOOLS}
        self._schemas[_READ] = _READ_SCHEMA

    async def list_tools(self, *_: object) -> types.ListToolsResult:
        rows = [(tool.name, tool.title, tool.says) for tool in tools.TOOLS]
        addresses = "; ".join(f"{sort.template}: {sort.says}" for sort in resources.SORTS)
        rows.append((_READ, "Read a resource", f"Read what has an address. {addresses}"))
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    title=title,
                    description=says,
                    input_schema=self._schemas[name],
                    annotations=types.ToolAnnotations(
                        read_only_hint=True, idempotent_hint=True, open_world_hint=False
                    ),
                )
                for name, title, says in rows
            ]
        )

    async def call_tool(
        self, context: _Context, asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        schema = self._schemas.get(asked.name)
        if schema is None:
            raise MCPError(types.INVALID_PARAMS, f"no such tool: {asked.name[:_LONGEST]}")
        given = asked.arguments or {}
        wrong = [error.message for error in Draft202012Validator(schema).iter_errors(given)]
        if wrong:
            return _failed(
                "; ".join(wrong)[:_LONGEST], f"it takes: {', '.join(schema['properties'])}"
            )
        try:
            if asked.name == _READ:
                read = partial(self._answers.read, given["uri"])
                return types.CallToolResult(content=[_text(await _beside(context, read))])
            ask = partial(_ask, self._answers, tools.BY_NAME[asked.name], given)
            page = await _beside(context, ask)
        except MinekvmError as error:
            return _failed(error.message, error.hint)
        except OSError as error:  # a full disk, a folder without rights: no bug of ours
            return _failed(error.strerror or str(error), "mind disk space and rights")
        return types.CallToolResult(content=[_text(dumped(page))], structured_content=page)

    async def list_resources(self, *_: object) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=resources.Address(repo, "report", (name,), None, 1).at(1),
                    name=f"{repo} {name}",
                    title=f"Report {name} of {repo}",
                    description="A story told of the clone; the first time takes a while.",
                    mime_type=resources.MEDIA["report"],
                )
                for repo in self._answers.clones.names
                for name in self._answers.stories
            ]
        )

    async def list_templates(self, *_: object) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(
                    uri_template=sort.template,
                    name=sort.name,
                    title=sort.title,
                    description=sort.says,
                    mime_type=sort.media,
                )
                for sort in resources.SORTS
            ]
        )

    async def read_resource(
        self, context: _Context, asked: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(asked.uri)
        try:
            text = await _beside(context, partial(self._answers.read, uri))
            media = resources.MEDIA[resources.address(uri).sort]
        except MinekvmError as error:
            raise MCPError(types.INVALID_PARAMS, f"{error.message}; {error.hint}") from None
        contents = types.TextResourceContents(uri=uri, mime_type=media, text=text)
        return types.ReadResourceResult(contents=[contents])

    async def list_prompts(self, *_: object) -> types.ListPromptsResult:
        return types.ListPromptsResult(
            prompts=[
                types.Prompt(
                    name=prompt.name,
                    title=prompt.title,
                    description=prompt.says,
                    arguments=[
                        types.PromptArgument(name=name, description=says, required=True)
                        for name, says in prompt.arguments.items()
                    ],
                )
                for prompt in prompts.PROMPTS
            ]
        )

    async def get_prompt(
        self, _: _Context, asked: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        try:
            text = prompts.filled(asked.name, asked.arguments or {})
        except MinekvmError as error:
            raise MCPError(types.INVALID_PARAMS, f"{error.message}; {error.hint}") from None
        message = types.PromptMessage(role="user", content=_text(text))
        return types.GetPromptResult(messages=[message])


def _ask(answers: Answers, tool: Tool, given: dict[str, Any], hearer: Hearer) -> dict[str, Any]:
    return answers.tool(tool, given, hearer)


async def _beside(context: _Context, ask: Callable[[Hearer], Found]) -> Found:
    """What is answered in a thread; where the request is cancelled, that is stopped.

    Raises what `ask` raises; a bug of ours is told on stderr, and as an error without its inside.
    """
    told = 0

    async def report(step: str) -> None:
        nonlocal told
        told += 1  # the protocol wants it to grow; what is to come is not known as a whole
        await context.session.report_progress(told, message=step)

    def tell(step: str) -> None:
        try:
            anyio.from_thread.run(report, step)
        except Exception:  # the connection is gone
            raise Stopped from None

    hearer = Hearer(tell)
    try:
        return await anyio.to_thread.run_sync(_run, ask, hearer, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        hearer.stop()
        raise
    except (MinekvmError, OSError):
        raise
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        raise MCPError(
            types.INTERNAL_ERROR, f"a bug of minekvm's: {type(error).__name__}"
        ) from None


def _run(ask: Callable[[Hearer], Found], hearer: Hearer) -> Found:
    try:
        return ask(hearer)
    except Stopped:
        raise MinekvmError("stopped: nobody waited for it any more", "ask again") from None


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=text)


def _failed(message: str, hint: str) -> types.CallToolResult:
    text = f"{message}\nhint: {hint}" if hint else message
    return types.CallToolResult(content=[_text(text)], is_error=True)
