"""A report on a commit made to harm: every rendering shows it as text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

import minekvm
from minekvm.core.report.model import Report
from minekvm.render import report_files as renderer
from support.code import file, function
from support.repos import Repo
from support.running import Ran, run

Ask = Callable[..., Ran]

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MARKS = (
    "[bold red]rich[/] **md** _em_ `code` ``two`` | pipe [link](javascript:alert(3)) ~~x~~ # $m$"
)
MERMAID = '"] --> evil["x"] ; click evil "javascript:alert(4)" %%{init}%%'
DOT = '"]; evil [URL="javascript:alert(5)"]; "'
ESCAPES = "\x1b[31mred\x1b]0;title\x07\x9b2J"
BIDI = "right\u202eto left\u2066 zero\u200bwidth"
LONG = "long" * 2500
ALL = " ".join((SCRIPT, MARKS, MERMAID, DOT, ESCAPES, BIDI))


@pytest.fixture
def hostile(repo: Repo, tmp_path: Path) -> Path:
    """A history in which everything that a repository can hold is hostile, and its query."""
    author = f"{ALL.replace('<', '(').replace('>', ')')} <a@example.org>"
    path = f"dir/{SCRIPT.replace('/', '')}{MARKS.replace('/', '')}\x1b[2J\u202e`.c"
    code = function("f").replace("{", f'{{\n\t/* {ALL} */\n\tchar *s = "```\\n</pre>{SCRIPT}";', 1)
    repo.commit(ALL + LONG, {path: file(function("f"))}, author=author)
    repo.commit(
        f"{ALL}\n\n{ALL}\n```\n# head\n{LONG}\n- [ ] task\n", {path: file(code)}, author=author
    )
    fixed = f'{ALL}\n\nFixes: {repo.tip[:12]} ("{ALL}")\n'
    repo.commit(fixed, {path: file(code + function("g"))}, author=author)
    query = tmp_path / "hostile.toml"
    said = json.dumps(ALL)
    query.write_text(
        f"title = {said}\nsymbols = ['f']\ncallers = ['f']\nnotes = {said}\n"
        f"questions = ['why was f changed?', {said}]\ncommits = ['HEAD', {said}]\n"
    )
    return query


@pytest.fixture
def report(hostile: Path, repo: Repo) -> Report:
    with minekvm.open(repo.path) as clone:
        return clone.report(str(hostile))


def _hidden(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n", "\t"}


def test_json_has_it_as_it_is(report: Report) -> None:
    written = renderer.dumped(report)
    assert written.isascii()
    assert not _hidden(written)
    subjects = [told.commit.subject for told in report.commits.values()]
    assert any(LONG in s for s in subjects)
    assert all(ESCAPES in s for s in subjects)


def test_markdown_shows_it_as_text(report: Report) -> None:
    text = renderer.files(report, "x", ["md"])["x.md"].decode()
    assert not _hidden(text)
    text = text.removesuffix("\n<!-- minekvm.report/1 -->\n")
    outside = _without_code(text)
    assert not re.search(r"(?<!\\)<(?!br/>|https?:)", outside)
    assert "](javascript:" not in outside.replace("\\]", "")
    assert not re.search(r"^(# head|- \[ \] task)", outside, re.M)
    for graph in re.findall(r"^```mermaid\n(.*?)^```$", text, re.M | re.S):
        assert "evil[" not in graph
        assert not re.search(r"^\s*click", graph, re.M)


def _without_code(text: str) -> str:
    """Markdown without its code blocks and spans, as a reader of CommonMark finds these."""
    kept, fence = [], ""
    for line in text.split("\n"):
        match = re.match(r" *(`{3,})", line)
        if fence:
            fence = (
                "" if match and len(match[1]) >= len(fence) and line.strip() == match[1] else fence
            )
        elif match:
            fence = match[1]
        else:
            kept.append(line)
    assert not fence
    return re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", "\n".join(kept))


def test_html_shows_it_as_text(report: Report) -> None:
    page = renderer.files(report, "x", ["html"])["x.html"].decode()
    assert not _hidden(page)
    seen = _Seen()
    seen.feed(page)
    assert seen.hostile == []
    assert SCRIPT in seen.text
    assert "\\x1b[31mred" in seen.text
    assert LONG in seen.text


class _Seen(HTMLParser):
    """What a page shows, and the elements and attributes that only a hostile text could make."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.hostile, self.quiet = "", list[str](), False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.quiet = tag in ("script", "style")
        if tag in ("img", "iframe", "object") or (tag == "script" and ("src", None) in attrs):
            self.hostile.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.hostile.append(f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        self.quiet = False

    def handle_data(self, data: str) -> None:
        if self.quiet:
            assert "alert(" not in data
        else:
            self.text += data


def test_dot_has_names_as_data_only(report: Report) -> None:
    made = renderer.files(report, "x", ["dot"])
    assert len(made) == 2
    for data in made.values():
        mark, _, text = data.decode().partition("\n")
        assert mark == "// minekvm.report/1"
        assert not _hidden(text)
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
        assert "evil" not in bare
        assert re.fullmatch(r"[\w\s{}\[\]=;,>\-\"]*", bare)


@pytest.mark.parametrize("form", ["terminal", "terminal,md"])
def test_a_terminal_shows_it_as_text(
    hostile: Path, minekvm: Ask, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = minekvm("report", str(hostile), "--format", form, "-o", str(tmp_path / "o"))
    assert plain.code == 0, plain.err
    assert not _hidden(plain.out)
    assert "[bold red]rich[/]" in plain.out
    assert "\\x1b[31mred" in plain.out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    shown = minekvm("report", str(hostile), "--format", form, "-o", str(tmp_path / "o"))
    styled = re.sub(r"\x1b\[[\d;]*m", "", shown.out)
    assert not _hidden(styled)
    assert "[bold red]rich[/]" in styled


def test_query_check_shows_it_as_text(hostile: Path, minekvm: Ask) -> None:
    ran = run("query", "check", str(hostile))
    assert ran.code == 0, ran.err
    assert not _hidden(ran.out)
