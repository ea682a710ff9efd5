"""Bytes that are no text, names that look like something else, files that are no source."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.code import edited, file, function
from support.repos import Link, Repo, Submodule
from support.running import Ran, assert_clear, spawn

Ask = Callable[..., Ran]
Told = Callable[..., list[str]]

PATHS = (
    "with space.c",
    "-dash.c",
    "--all.c",
    "quo\"te'.c",
    "new\nline.c",
    "tab\t.c",
    "glob*[a-z]?.c",
    ":(top)magic.c",
    ":colon.c",
    "@at.c",
    "back\\slash.c",
    "ünïcödé/ß.c",
    "\x1b[31mred.c",
    os.fsdecode(b"latin-\xe9.c"),
    "deep/er/and/deeper/a.c",
)


@pytest.mark.parametrize("path", PATHS)
def test_any_path(repo: Repo, minekvm: Ask, told: Told, path: str) -> None:
    repo.commit("start", {path: file(function("f")), "other.c": file(function("g"))})
    repo.commit("edit", {path: file(edited("f"))})
    expected = [f"edit: modified {path}:f > {path}:f", f"start: introduced - > {path}:f"]
    assert told("f") == expected
    assert told("f", "--path", path) == expected
    assert minekvm("inspect", "HEAD", "--json").json["changes"][0]["new"]["path"] == path
    for form in ("terminal", "md"):
        for command in (("lineage", "f"), ("inspect", "HEAD")):
            assert minekvm(*command, "--format", form, "--patch", "-v").code == 0
    repo.commit("gone", {path: None})
    assert told("f")[0] == f"gone: removed {path}:f > -"


@pytest.mark.parametrize("path", ["new\nline.c", os.fsdecode(b"latin-\xe9.c"), "\x1b[31mred.c"])
def test_any_path_moved_from(repo: Repo, told: Told, path: str) -> None:
    rest = function("g")
    repo.commit("start", {path: file(function("f"), rest), "b.c": file(rest)})
    repo.commit("move", {path: file(rest), "b.c": file(rest, function("f"))})
    assert told("f") == [f"move: moved {path}:f > b.c:f", f"start: introduced - > {path}:f"]


def test_output_where_the_terminal_knows_no_unicode(repo: Repo) -> None:
    repo.commit("stårt \u2713", {"ü.c": file(function("f"))}, author="Jösé \u2713 <j@example.org>")
    for form in ("terminal", "md", "json"):
        arguments = ("inspect", "HEAD", "--format", form, "--repo", str(repo.path))
        ran = spawn(*arguments, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
        assert ran.code == 0, ran.err
        assert ran.out.isascii()
        assert ran.err == ""


def _only(ran: Ran) -> dict[str, str]:
    (event,) = ran.json["events"]
    return {k: event[k] for k in ("author", "subject", "authored")}


@pytest.mark.parametrize(
    ("raw", "header", "said"),
    [
        ("Jösé".encode(), b"", "Jösé"),
        ("Jösé".encode("latin-1"), b"", "Jösé"),
        ("Jösé".encode("latin-1"), b"encoding ISO-8859-1\n", "Jösé"),
        ("Łódź".encode("iso8859-2"), b"encoding ISO-8859-2\n", "Łódź"),
        ("田中".encode("euc-jp"), b"encoding EUC-JP\n", "田中"),
        ("Jösé".encode("latin-1"), b"encoding no-such-encoding\n", "Jösé"),
        ("Jösé".encode("latin-1"), b"encoding utf-8\n", "Jösé"),
        (b"\xff\xfe\x80", b"", "ÿþ\x80"),
        (b"\x1b[31mred [bold]x[/bold]", b"", "\x1b[31mred [bold]x[/bold]"),
    ],
)
def test_names_and_messages_in_any_encoding(
    repo: Repo, minekvm: Ask, raw: bytes, header: bytes, said: str
) -> None:
    content = {"a.c": file(function("f"))}
    repo.commit(b"by " + raw, content, author=raw + b" <j@example.org>", headers=header)
    told = _only(minekvm("lineage", "f", "--json"))
    assert (told["author"], told["subject"]) == (said, f"by {said}")


@pytest.mark.parametrize("form", ["terminal", "md"])
def test_nothing_said_commands_the_terminal(repo: Repo, minekvm: Ask, form: str) -> None:
    evil = "\x1b]0;owned\x07\x1b[31m[bold red]x[/] \x9b31m \r \x08"
    repo.commit(
        f"subject {evil}\n\nbody {evil}",
        {f"{evil.replace('/', '')}.c": file(function("f", more=f"\t/* {evil} */\n"))},
        author=f"A {evil} <a@example.org>",
    )
    for command in (("lineage", "f"), ("inspect", "HEAD")):
        ran = minekvm(*command, "--format", form, "-v", "--patch")
        assert ran.code == 0, ran.err
        said = ran.out + ran.err
        assert not [c for c in said if c in "\x07\x08\x1b\x9b\r"], said


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("1577880000 +0100", "2020-01-01T13:00:00+01:00"),
        ("1577880000 -0330", "2020-01-01T08:30:00-03:30"),
        ("0 +0000", "1970-01-01T00:00:00+00:00"),
        ("", "1970-01-01T00:00:00+00:00"),
        ("garbage", "1970-01-01T00:00:00+00:00"),
        ("-5 +0000", None),
        ("99999999999999999999999999 +0000", None),
        ("253402300800 +0000", None),
        ("18446744073709551615 +0000", None),
        ("1577880000", None),
        ("1577880000 +9999", None),
        ("1577880000 -7777", None),
        ("1577880000 +51800", None),
        ("1577880000 utc", None),
        ("9" * 5000 + " +0000", None),
    ],
)
def test_dates_of_any_sort(repo: Repo, minekvm: Ask, stamp: str, said: str | None) -> None:
    content = {"a.c": file(function("f"))}
    repo.commit("start", content, dates=(stamp, stamp))
    told = _only(minekvm("lineage", "f", "--json"))
    assert said is None or told["authored"] == said
    assert told["subject"] == "start"
    assert told["author"] == "A. Uthor"
    assert minekvm("inspect", "HEAD", "--json").json["changes"]
    assert minekvm("lineage", "f").code == 0


def test_commits_with_little_in_them(repo: Repo, minekvm: Ask) -> None:
    content = {"a.c": file(function("f"))}
    repo.commit("", content, author=" <>")
    assert _only(minekvm("lineage", "f", "--json"))["subject"] == ""
    repo.commit("\n\n  late subject\nbody", {"a.c": file(edited("f"))}, author="nobody")
    events = minekvm("lineage", "f", "--json").json["events"]
    assert events[0]["subject"] == "late subject"
    for form in ("terminal", "md"):
        assert minekvm("lineage", "f", "--format", form).code == 0


def test_signed_and_tagged_headers(repo: Repo, told: Told) -> None:
    signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n"
    merged = b"mergetag object " + b"0" * 40 + b"\n type commit\n tag v1\n \n parent nonsense\n"
    repo.commit("start", {"a.c": file(function("f"))}, headers=merged + signature)
    assert told("f") == ["start: introduced - > a.c:f"]


# --- source that is none, or hardly


def test_source_in_any_encoding(repo: Repo, told: Told) -> None:
    for at, raw in enumerate((b"\xe9\xff", b"\xef\xbb\xbf", "日本".encode("euc-jp"))):
        noise = b"/* " + raw + b" */\n" + b'static const char *s = "' + raw + b'";\n'
        repo.commit(f"start {at}", {f"{at}.c": noise + function(f"f{at}").encode()})
        repo.commit(f"edit {at}", {f"{at}.c": noise + edited(f"f{at}").encode()})
        assert told(f"f{at}") == [
            f"edit {at}: modified {at}.c:f{at} > {at}.c:f{at}",
            f"start {at}: introduced - > {at}.c:f{at}",
        ]


def test_line_ends_of_another_system(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g")).replace("\n", "\r\n")})
    repo.commit("edit", {"a.c": file(edited("f"), function("g")).replace("\n", "\r\n")})
    assert told("f") == ["edit: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]
    assert told("g") == ["start: introduced - > a.c:g"]


def test_a_binary_c_file_is_a_gap(repo: Repo, minekvm: Ask, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f")), "b.c": b"\0\1\2" + os.urandom(0)})
    repo.commit("both", {"a.c": file(edited("f")), "b.c": b"\0\1\3 int g(void) { }"})
    answer = minekvm("inspect", "HEAD", "--json").json
    assert [c["new"]["name"] for c in answer["changes"]] == ["f"]
    assert {(g["path"], g["why"]) for g in answer["gaps"]} == {("b.c", "binary, not source")}
    assert told("f")[0].startswith("both: modified")


def test_a_file_that_was_binary_for_a_while(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    repo.commit("broken", {"a.c": b"\0" + file(function("f")).encode()})
    repo.commit("mended", {"a.c": file(edited("f"))})
    answer = minekvm("lineage", "f", "--json").json
    assert any(g["why"] == "binary, not source" for g in answer["gaps"])


def test_a_late_nul_is_still_source(repo: Repo, told: Told) -> None:
    late = file(function("f")).encode() + b"\n" * 9000 + b"/* \0 */\n"
    repo.commit("start", {"a.c": late})
    assert told("f", "--path", "a.c") == ["start: introduced - > a.c:f"]


def test_forty_megabytes(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": file(function("f")), "big.c": b"x" * (40 << 20)})
    answer = minekvm("inspect", "HEAD", "--json").json
    assert [c["new"]["name"] for c in answer["changes"]] == ["f"]
    assert [(g["path"], g["why"]) for g in answer["gaps"]] == [
        ("big.c", "too large to be source (40 MiB)")
    ]
    assert minekvm("lineage", "f", "--json").json["events"]
    assert_clear(minekvm("lineage", "f", "--path", "big.c"))


def test_links_and_submodules_are_no_files(repo: Repo, minekvm: Ask, told: Told) -> None:
    repo.commit(
        "start",
        {"a.c": file(function("f")), "link.c": Link("a.c"), "sub.c": Submodule("1" * 40)},
    )
    repo.commit("edit", {"a.c": file(edited("f")), "link.c": Link("b.c")})
    repo.commit("sub", {"sub.c": Submodule("2" * 40)})
    assert told("f") == ["edit: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]
    assert minekvm("inspect", "HEAD", "--json").json["changes"] == []
    assert_clear(minekvm("lineage", "f", "--path", "link.c"))
    assert_clear(minekvm("lineage", "f", "--path", "sub.c"))


def test_a_link_that_becomes_a_file(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("g")), "b.c": Link("a.c")})
    repo.commit("real", {"b.c": file(function("f"))})
    assert told("f") == ["real: introduced - > b.c:f"]


def test_a_file_that_becomes_a_folder(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("folder", {"a.c": None, "a.c/b.c": file(function("f"), function("g"))})
    story = told("f")
    assert story[-1] == "start: introduced - > a.c:f"
    assert story[0].endswith("a.c:f > a.c/b.c:f")


def test_names_that_are_no_ascii(repo: Repo, told: Told) -> None:
    """Extended identifiers are not of the kernel: they may stay unfound, but nothing breaks."""
    repo.commit("start", {"a.c": "int fün(void)\n{\n\treturn 1;\n}\n" + function("f")})
    assert told("f") == ["start: introduced - > a.c:f"]


def test_json_is_ascii_and_one_object(repo: Repo) -> None:
    repo.commit("stärt", {"ü.c": file(function("f"))})
    raw = spawn(
        "inspect", "HEAD", "--json", "--repo", str(repo.path), untouched=Path(repo.path)
    ).out
    assert raw.isascii()
    assert isinstance(json.loads(raw), dict)
    assert raw.endswith("}\n")
