"""A report document as one HTML file that needs nothing else: no network, no other file.

Pure: the same document gives the same bytes. What comes from the document is escaped by Jinja and
made visible by `shown`, in text, attributes and drawings alike; the policy in the page lets run
nothing but our own style and script, which it knows by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader
from markupsafe import Markup

from minekvm.core.phrases import count
from minekvm.render.html import fields, shapes
from minekvm.render.html import text as prose
from minekvm.render.html.callers import ledgers
from minekvm.render.html.lineage import drawings
from minekvm.render.html.order import Story
from minekvm.render.html.region import timelines
from minekvm.render.html.relation_graph import wiring
from minekvm.render.pages.why import TITLES


def page(document: Mapping[str, Any]) -> str:
    """The page of a `minekvm.report/1` document; keys that it lacks leave their part out."""
    story = Story(document)
    environment = _environment()
    style, script = _asset("style.css"), _asset("script.js")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return environment.get_template("page.html").render(
        policy=policy,
        style=Markup(style),
        script=Markup(script),
        document=document,
        story=story,
        drawings=drawings(story),
        timelines=timelines(story),
        ledgers=ledgers(story),
        wiring=wiring(story),
        linked=lambda string: prose.linked(story, fields.word(string)),
        paragraphs=lambda string: prose.paragraphs(story, fields.word(string)),
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("minekvm.render.html"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=ChainableUndefined,
        finalize=_finished,
    )
    environment.globals |= {
        "clip": lambda value, most: fields.clipped(fields.word(value), most),
        "rows": fields.rows,
        "row": fields.row,
        "words": fields.words,
        "web": fields.web,
        "outlines": shapes.OUTLINES,
        "shape": shapes.shape,
        "family": shapes.family,
        "ranked": shapes.ranked,
        "telling": shapes.telling,
        "diff_runs": prose.diff_runs,
        "weight": prose.weight,
        "place": prose.place,
        "repeats": prose.repeats,
        "titles": TITLES,
        "count": count,
        "short": lambda id_: fields.word(id_)[: fields.SHORT],
    }
    return environment


def _finished(value: object) -> object:
    """What a template prints: strings have nothing hidden, numbers no needless digits."""
    if isinstance(value, Markup) or not isinstance(value, str | float):
        return "" if value is None else value
    return f"{value:g}" if isinstance(value, float) else fields.shown(value)


@lru_cache(maxsize=2)
def _asset(name: str) -> str:
    source, _, _ = PackageLoader("minekvm.render.html").get_source(Environment(), name)
    return source


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
