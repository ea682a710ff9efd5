"""`minekvm demo`: the guest entry story of the embedded miniature kernel history."""

from __future__ import annotations

import sys
from dataclasses import replace

import typer

from minekvm import replica
from minekvm.adapters.files.own import cache_root
from minekvm.analyses import mail_index
from minekvm.api.report import request_for
from minekvm.cli.options import Json, examples, opened_to_write
from minekvm.cli.report import ALL_FORMATS, Force, Formats, Output, tell_story

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=examples("minekvm demo && xdg-open reports/guest-entry.html"))
def demo(
    output: Output = None,
    format_: Formats = ALL_FORMATS,
    force: Force = False,
    json: Json = False,
) -> None:
    """Build the embedded miniature kernel history, once, and report the guest-entry story of it."""
    where = replica.ensure(cache_root())
    with opened_to_write(where, None) as clone:
        mail_index.index(clone, [replica.ensure_mails(cache_root())])
    request = replace(request_for("guest-entry"), name="replica", command="minekvm demo")
    if not json:
        print(f"# replica: {where}", file=sys.stderr)
        print("# minekvm report guest-entry --repo <replica>", file=sys.stderr)
    tell_story(request, where, output, format_, None, json=json, force=force)
