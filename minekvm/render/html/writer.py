"""A report as one HTML file that needs nothing else: no network, no other file.

Pure: the same report gives the same bytes. What comes from it is escaped by Jinja and made visible
by `safe_line`, in text, attributes and drawings alike; the policy in the page lets run
nothing but our own style and script, which it knows by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from minekvm.core.lineage import words
from minekvm.core.mail.words import changed, numbers
from minekvm.core.model import Change
from minekvm.core.phrases import count
from minekvm.core.report.model import Report
from minekvm.render.html import shapes
from minekvm.render.html import text as prose
from minekvm.render.html.bar import Bar
from minekvm.render.html.callers import ledgers
from minekvm.render.html.lead import lead, strip
from minekvm.render.html.lineage import drawings
from minekvm.render.html.order import SHORT, Story
from minekvm.render.html.region import timelines
from minekvm.render.html.relation_graph import wirings
from minekvm.render.pages.why import TITLES
from minekvm.render.text import safe_line


def page(report: Report, bar: Bar | None = None) -> str:
    """The page of a report; what is empty in it leaves its part out.

    A page that is served has a `bar`: with it, names and commits lead to pages of their own.
    """
    story = Story(report)
    style, script = _asset("style.css"), _asset("script.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            policy=_policy(style, script, bar),
            style=Markup(style),
            script=Markup(script),
            report=report,
            bar=bar,
            story=story,
            drawings=drawings(story),
            timelines=timelines(story),
            ledgers=ledgers(story),
            wirings=wirings(story),
            lead=lead(report),
            strip=strip(story),
            linked=lambda string: prose.linked(story, string),
            led_in=lambda citation: prose.led_in(story, citation),
            told=lambda string, claims: prose.linked(
                story,
                prose.brought(story, string, [c for claim in claims for c in claim.citations]),
            ),
            paragraphs=lambda string: prose.paragraphs(story, string),
        )
    )


def plain(
    title: str,
    texts: Sequence[str],
    links: Sequence[tuple[str, str]] = (),
    bar: Bar | None = None,
    *,
    refresh: bool = False,
) -> str:
    """A page of a few lines that is served: what went wrong, or where to begin.

    With `refresh` a browser asks for it again and again, until it gets another.
    """
    style = _asset("style.css")
    return (
        _environment()
        .get_template("plain.html")
        .render(
            policy=_policy(style, "", bar),
            style=Markup(style),
            title=title,
            texts=texts,
            links=links,
            bar=bar,
            refresh=refresh,
        )
    )


def _policy(style: str, script: str, bar: Bar | None) -> str:
    """What a page may load and run: its own style and script, known by their hashes."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'self'" if bar else "form-action 'none'",
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("minekvm.render.html"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_finished,
    )
    environment.globals |= {
        "clip": shapes.clipped,
        "diff_of": _diff,
        "changed_by": changed,
        "version_numbers": numbers,
        "outlines": shapes.OUTLINES,
        "shape": shapes.shape,
        "family": shapes.family,
        "label": shapes.label,
        "ranked": shapes.ranked,
        "telling": shapes.telling,
        "kinds_of": words.kinds,
        "diff_runs": prose.diff_runs,
        "weight": prose.weight,
        "place": prose.place,
        "repeats": prose.repeats,
        "credits": prose.credits,
        "titles": TITLES,
        "count": count,
        "short": lambda id_: id_[:SHORT],
    }
    environment.tests["code"] = prose.is_code
    return environment


def _diff(change: Change) -> str:
    return "\n".join(words.diff(change))


def _finished(value: object) -> object:
    """What a template prints: strings have nothing hidden, numbers no needless digits."""
    if isinstance(value, Markup) or not isinstance(value, str | float):
        return "" if value is None else value
    return f"{value:g}" if isinstance(value, float) else safe_line(value)


@lru_cache(maxsize=2)
def _asset(name: str) -> str:
    source, _, _ = PackageLoader("minekvm.render.html").get_source(Environment(), name)
    return source


def _digest(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
