"""The page as text: whole, escaped, the same bytes each time, and tolerant of what is missing."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_documents import (
    HOSTILE,
    claim,
    commit,
    commit_id,
    document,
    hostile,
    many,
    quoted,
    small,
    told,
)

from minekvm.core.report.model import Named, Report
from minekvm.core.why.model import FilePlace
from minekvm.render.html import page
from minekvm.render.html.order import Story
from minekvm.render.html.text import brought, linked

_VOID = {"meta", "link", "br", "input"}


class _Read(HTMLParser):
    """Collects tags with their attributes, and the text outside style and script."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.raw: dict[str, str] = {}
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attributes}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attributes}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.text += data


def read(html: str) -> _Read:
    found = _Read()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


def ids(found: _Read) -> list[str]:
    return [a["id"] for _, a in found.tags if "id" in a]


def links(found: _Read) -> list[str]:
    return [a["href"] for tag, a in found.tags if tag == "a"]


@pytest.mark.parametrize("made", [small(), hostile(), many(60), document()])
def test_every_tag_closes_every_id_is_one_and_every_link_leads_somewhere(
    made: Report,
) -> None:
    found = read(page(made))
    assert len(ids(found)) == len(set(ids(found)))
    assert {h[1:] for h in links(found)} <= set(ids(found))
    named = {a[k] for _, a in found.tags for k in ("aria-labelledby", "aria-describedby") if k in a}
    assert named <= set(ids(found))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert page(small()) == page(small())


def test_parts_stand_in_order_under_headings_without_a_gap() -> None:
    found = read(page(small()))
    sections = [a["id"] for tag, a in found.tags if tag == "section"]
    assert sections == [
        "answer",
        "lineage",
        "region",
        "callers",
        "relations",
        "why",
        "events",
        "commits",
        "gaps",
        "reproduce",
    ]
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_what_the_document_says_is_on_the_page() -> None:
    text = read(page(small())).text
    for said in (
        "enter() was split.",
        "stated",
        "not defined in this clone",
        "minekvm report story.toml --repo CLONE",
        "why was enter split?",
        "+\tnew_mark();",
        "v1@example.org",
        "still calls",
        "Why not split it first?",
        "What made it possible",
        "1,234 commits",
    ):
        assert said in text


def test_a_hash_in_words_leads_to_its_commit() -> None:
    html = page(small())
    short = commit_id(3)[:12]
    assert f'<a href="#commit-{short}">{short}</a>' in html
    assert f"#commit-{commit_id(77)[:12]}" not in html  # not in the document


def test_words_are_not_quoted_below_a_claim_that_is_those_words() -> None:
    quote = quoted(1, "all\nof it")
    claims = [claim("“all of it”", "stated", quote), claim("part of it", "stated", quote)]
    html = page(document(answer=tuple(claims)))
    assert html.count("<q>") == 1


def test_several_places_in_the_code_are_folded_and_one_is_not() -> None:
    code = replace(quoted(1, "f();"), place=FilePlace("a.c", 1, 2))
    assert "2 places in the code" in page(document(answer=(claim("c", "observed", code, code),)))
    assert "places in the code" not in page(document(answer=(claim("c", "observed", code),)))


def test_the_policy_lets_run_what_its_hashes_name_and_nothing_else() -> None:
    found = read(page(hostile()))
    policy = next(a["content"] for _, a in found.tags if "http-equiv" in a)
    for tag in ("style", "script"):
        digest = hashlib.sha256(found.raw[tag].encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not [a for _, a in found.tags for k in a if k == "style" or k.startswith("on")]


def test_hostile_text_is_text() -> None:
    html = page(hostile())
    found = read(html)
    assert [tag for tag, _ in found.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in found.tags}
    assert not [h for h in links(found) if not h.startswith("#")]
    assert "\\x1b[31mred" in found.text and "abc\\u202edcba" in found.text
    hidden = {c for c in html if unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    assert hidden <= set("\n\t")
    assert "graph TD" in found.text and "{{ 7 * 7 }}" in found.text
    for text in HOSTILE[:2]:
        assert text in found.text


@given(st.text(st.characters()))
def test_no_text_breaks_the_page(text: str) -> None:
    about = commit(1, text, author=text, files=[text], message=text)
    rows = (told("e1", 1, [text], text, text, text=text),)
    html = page(document(title=text, commits={commit_id(1): about}, events=rows))
    html.encode()
    found = read(html)
    assert [tag for tag, _ in found.tags].count("script") == 1


@pytest.mark.parametrize(
    ("web", "link"),
    [
        ("https://git.example.org/c/?id=%s", f"https://git.example.org/c/?id={commit_id(1)}"),
        ("http://git.example.org/%s", f"http://git.example.org/{commit_id(1)}"),
        ("javascript:alert('%s')", None),
        ("data:text/html,%s", None),
        ("https:%s", None),
        ("//git.example.org/%s", None),
        ("file:///%s", None),
        (None, None),
    ],
)
def test_only_an_address_of_the_web_is_linked(web: str | None, link: str | None) -> None:
    clone = replace(document().clone, web=web)
    made = document(clone=clone, commits={commit_id(1): commit(1)})
    outside = [h for h in links(read(page(made))) if not h.startswith("#")]
    assert outside == ([link] if link else [])


def test_what_is_empty_leaves_its_part_out() -> None:
    found = read(page(document(title="only a title")))
    assert [a["id"] for tag, a in found.tags if tag == "section"] == ["gaps", "reproduce"]
    for field in fields(Report):
        if not getattr(document(), field.name):
            empty = getattr(document(), field.name)
            read(page(replace(small(), **{field.name: empty})))


def test_how_to_reproduce_tells_what_was_named_noted_and_run() -> None:
    named = Named("v1 of it", commit_id(3), "by subject")
    query = replace(document().query, named=(named,), notes=("a note of ours",))
    text = read(page(replace(small(), query=query))).text
    assert f"v1 of it: {commit_id(3)[:12]}, by subject" in text
    assert "a note of ours" in text
    assert "minekvm report story.toml --repo CLONE" in text


def test_names_and_files_are_set_as_code_and_hashes_have_one_length() -> None:
    said = f"a_name and call() of lib/a.c:3 and b.h, not word, since {commit_id(1)}"
    shown = linked(Story(document(commits={commit_id(1): commit(1)})), said)
    for name in ("a_name", "call()", "lib/a.c:3", "b.h"):
        assert f"<code>{name}</code>" in shown
    assert "<code>word" not in shown
    assert shown.endswith(f">{commit_id(1)[:12]}</a>")


def test_a_quote_that_leans_on_a_sentence_brings_it() -> None:
    message = "subject\n\nIt is slow. But nobody\nminds.\n\nThis is new.\n"
    about = commit(1, message=message)
    leaning, alone = quoted(1, "But nobody\nminds."), quoted(1, "This is new.")
    claims = (claim("why", "stated", leaning), claim("so", "stated", alone))
    html = page(document(answer=claims, commits={commit_id(1): about}))
    assert html.count('<q class="before">It is slow.</q> <q>But nobody minds.</q>') == 1
    assert html.count('class="before"') == 1
    story = Story(document(commits={commit_id(1): about}))
    said = brought(story, "\u201cBut nobody minds.\u201d", [leaning])
    assert said == "\u201cIt is slow. But nobody minds.\u201d"


def test_who_reviewed_a_commit_and_which_tag_has_it_first_is_told() -> None:
    message = "subject\n\nBody.\n\nReviewed-by: Ada <a@x.org>\nReviewed-by: Bea <b@x.org>\n"
    about = replace(commit(1, message=message), first_tag="v1.2")
    text = read(page(document(commits={commit_id(1): about}))).text
    assert "Reviewed by Ada, Bea" in text and "first in v1.2" in text


def test_the_first_screen_has_the_question_and_its_claims_folded() -> None:
    html = page(small())
    answer = html[html.index('id="answer"') : html.index("</section>")]
    assert answer.index("why was") < answer.index('class="sentence"') < answer.index("<details")
    assert answer.index("Each claim says how it is known") < answer.index("why was")
