"""Other people's text in Markdown: renderers show it as it was written, and make nothing of it."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from minekvm.core.phrases import Code, Prose
from minekvm.render import markdown
from minekvm.render.document import Document, Item, Section, line
from minekvm.render.text import safe, single

SEEDS = (
    "https://example.org/a_b?c=d&e",
    "http://a.org",
    "see www.example.org.",
    "<https://example.org/>",
    "mail Ada <ada@example.org>",
    "ada@example.org",
    "mailto:ada@example.org",
    "@torvalds and (@name)",
    "fixes #123, GH-4, torvalds/linux#5",
    "x | y || z \\| w",
    "a `b` ``c`` `",
    "<b>bold</b><script>alert(1)</script><!-- x -->",
    "*em* **strong** _em_ __strong__ ~~gone~~ ***",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "# head",
    "> quote",
    "---",
    "===",
    "```c",
    "    code",
    "\tcode",
    "&amp; &lt; &#64; &copy;",
    "[text](javascript:alert(1)) ![i](u) [a][b] [^1] [x]",
    "[a]: http://b",
    "- [ ] task",
    "| a | b |",
    "|---|---|",
    "two  spaces  ",
    "back\\slash\\",
    "line\nbreak\n\n# next",
    "$x$ $$y$$ :smile: :+1:",
    "setup.py and lib.so, example.com/x",
    "ftp://x.org xmpp:a@b.c //localhost/x localhost:80",
    "a\u202eb\x1b[31m",
    "!",
    "\\",
    "`",
)
TEXTS = st.one_of(
    st.sampled_from(SEEDS),
    st.lists(
        st.sampled_from([*SEEDS, "@", "#1", "`", "|", "\\", "*", "_", "<", "www.", "://", ".org"])
    ).map("".join),
    st.lists(st.sampled_from(SEEDS)).map(" ".join),
    st.text("ab1 .-_*`|\\<>[]()@#:/&;~!+=\n", max_size=40),
    st.text(max_size=30),
)
PARSERS = {
    "commonmark": MarkdownIt("commonmark"),
    "gfm": MarkdownIt("gfm-like"),
    "default": MarkdownIt("js-default", {"linkify": True, "typographer": False}),
}
PLAIN = {"h1", "h2", "p", "ul", "ol", "li", "code", "em", "strong"}
TABLE = PLAIN | {"table", "thead", "tbody", "tr", "th", "td"}


def words(text: str) -> list[str]:
    """What is to be seen of a text: white space is only that."""
    return safe(single(text)).split()


class Seen(HTMLParser):
    """The elements of a page and what it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def item(text: str) -> str:
    return markdown.write(Document((), (), (Section(("T",), (line(Prose(text)),)),)))


def paragraph(text: str) -> str:
    return markdown.write(Document((Prose(text),), (Item((Prose(text),)),)))


def row(text: str) -> str:
    rows = (line(Prose(text), Code(text), "end"),)
    return markdown.write(Document((), (), (Section(("T",), rows, headers=("A", "B", "C")),)))


@pytest.mark.parametrize("name", PARSERS)
@given(TEXTS)
def test_an_item_is_text(name: str, text: str) -> None:
    seen = Seen(PARSERS[name].render(item(text)))
    assert set(seen.tags) <= {"h2", "ul", "li", "code"}
    assert seen.tags.count("li") <= 1
    assert seen.text.split() == ["T", *words(text)]


@pytest.mark.parametrize("name", PARSERS)
@given(TEXTS)
def test_titles_and_paragraphs_are_text(name: str, text: str) -> None:
    seen = Seen(PARSERS[name].render(paragraph(text)))
    assert set(seen.tags) <= {"h1", "p", "code"}
    assert seen.text.split() == words(text) * 2


@pytest.mark.parametrize("name", ["gfm", "default"])
@given(TEXTS)
def test_a_cell_holds_its_text(name: str, text: str) -> None:
    page = PARSERS[name].render(row(text))
    seen = Seen(page)
    assert set(seen.tags) <= TABLE - {"p", "ul", "li"}
    assert seen.tags.count("td") == 3
    assert seen.text.split() == ["T", "A", "B", "C", *words(text), *safe(text).split(), "end"]


FORGE = re.compile(r"(?<![\w/])@\w|#\d|\bwww\.|https?://|\w@\w")


@given(TEXTS)
@example("@name")
def test_what_a_forge_looks_for_stands_in_code(text: str) -> None:
    """Mentions and addresses are looked for in what is no code."""
    page = PARSERS["gfm"].render(item(text))
    outside = html.unescape(re.sub(r"<code>.*?</code>|<[^>]*>", " ", page, flags=re.DOTALL))
    assert not FORGE.search(outside)


# --- other renderers, where they are

_RENDER = {
    "marked": "const {marked}=require('marked');"
    "console.log(JSON.stringify(T.map(t=>marked.parse(t,{gfm:true}))))",
    "markdown-it": "const m=require('markdown-it')({html:true,linkify:true});"
    "console.log(JSON.stringify(T.map(t=>m.render(t))))",
    "commonmark": "const c=require('commonmark');const p=new c.Parser(),r=new c.HtmlRenderer();"
    "console.log(JSON.stringify(T.map(t=>r.render(p.parse(t)))))",
}


def rendered(renderer: str, texts: list[str]) -> list[str]:
    """Pages made by a renderer of Node's, or by cmark-gfm; skips where there is none."""
    if renderer == "cmark-gfm":
        if shutil.which(renderer) is None:
            pytest.skip("no cmark-gfm")
        extensions = ["-e", "autolink", "-e", "table", "-e", "strikethrough", "-e", "tagfilter"]
        command = [renderer, "--unsafe", *extensions]
        return [
            subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
            for text in texts
        ]
    node = shutil.which("node")
    script = f"const T=JSON.parse(require('fs').readFileSync(0));{_RENDER[renderer]}"
    if node is None:
        pytest.skip("no node")
    ran = subprocess.run(
        [node, "-e", script], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        pytest.skip(f"node has no {renderer}")
    pages: list[str] = json.loads(ran.stdout)
    return pages


@pytest.mark.parametrize("renderer", [*_RENDER, "cmark-gfm"])
def test_other_renderers_show_text_as_well(renderer: str) -> None:
    for text, page in zip(SEEDS, rendered(renderer, [item(t) for t in SEEDS]), strict=True):
        seen = Seen(page)
        assert set(seen.tags) <= {"h2", "ul", "li", "code"}, (text, page)
        assert seen.text.split() == ["T", *words(text)], page
    if renderer == "commonmark":
        return  # knows no tables
    for text, page in zip(SEEDS, rendered(renderer, [row(t) for t in SEEDS]), strict=True):
        seen = Seen(page)
        assert set(seen.tags) <= TABLE - {"p", "ul", "li"}, (text, page)
        assert seen.tags.count("td") == 3, (text, page)
