"""`minekvm demo`: the guest entry story of the embedded miniature kernel history."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import typer

from minekvm import replica
from minekvm.adapters.files.own import cache_root
from minekvm.analyses import mail_index
from minekvm.api.report import request_for
from minekvm.cli.options import Json, asking, examples, one_line, opened_to_write
from minekvm.cli.report import ALL_FORMATS, Force, Formats, Output, tell_story
from minekvm.core.needs.words import verdict
from minekvm.core.report.story import spelt

_STABLE = "linux-5.8.y"  # the replica's branch that lacks the commit that moved the markers

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
    if not json:
        for line in _verdicts(where, request.story.commits[-1]):
            print(one_line(line))


def _verdicts(where: Path, commit: str) -> Iterator[str]:
    """Whether the story's patch is right: where it was made, and on the branch without the commit
    that made it possible."""
    patch = f":/^{re.escape(spelt(commit)[1])}"
    with asking(where, None) as clone:
        for onto, name in ((f"{clone.relate(patch).commit}^", "master"), (_STABLE, _STABLE)):
            yield verdict(clone.needs(patch, onto=onto, rules=("guest-entry",)), name)
