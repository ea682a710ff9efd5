"""Every form of reference that a message may hold, each in a line or two, against what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.messages.model import Mention
from minekvm.core.messages.read import read

H = "87fa7f3e98a1"
FULL = "87fa7f3e98a1310ef1ac1900e7ee7f9610a038bc"


def said(body: str, subject: str = "kvm: x") -> list[tuple[str, str, str]]:
    """Kind, hash and subject (or target) of each mention in a body."""
    return [
        (m.kind, m.hash, m.subject or m.target) for m in read(f"{subject}\n\n{body}\n").mentions
    ]


@pytest.mark.parametrize(
    ("body", "mention"),
    [
        (f'Fixes: {H} ("net: do it")', ("fixes", H, "net: do it")),
        (f"fixes: {H}", ("fixes", H, "")),
        (f'Fixes: commit {H} ("net: do it")', ("fixes", H, "net: do it")),
        (
            f'Fixes: {H} ("net: a subject that\nwent on")',
            ("fixes", H, "net: a subject that went on"),
        ),
        (f"This reverts commit {FULL}.", ("reverts", FULL, "")),
        (f"This reverts commit\n{FULL}.", ("reverts", FULL, "")),
        (f"(cherry picked from commit {FULL})", ("backport-of", FULL, "")),
        (f"commit {FULL} upstream.", ("backport-of", FULL, "")),
        (f"[ Upstream commit {FULL} ]", ("backport-of", FULL, "")),
        (f"Upstream-commit: {FULL}", ("backport-of", FULL, "")),
        (f'Since commit {H} ("x86/kvm: Move it") all is well.', ("cites", H, "x86/kvm: Move it")),
        (f"It came with commit {H}.", ("cites", H, "")),
        (f"Seen since {H}, where it began.", ("cites", H, "")),
        (f"Broken by {H} (net: do it, 2020-01-31).", ("cites", H, "net: do it")),
        (
            'It was done in "net: do the other thing" patch.',
            ("cites", "", "net: do the other thing"),
        ),
        ("Undo what the previous patch did.", ("previous", "", "previous")),
        ("Link: https://lore.kernel.org/r/20200101.1-1-a@b.c", ("link", "", "20200101.1-1-a@b.c")),
        ("Message-Id: <20200101.1-1-a@b.c>", ("link", "", "20200101.1-1-a@b.c")),
    ],
)
def test_is_understood(body: str, mention: tuple[str, str, str]) -> None:
    assert said(body) == [mention]


def test_a_bug_is_closed() -> None:
    (link,) = read("x\n\nCloses: https://bugzilla.kernel.org/show_bug.cgi?id=1\n").mentions
    assert (link.kind, link.target) == ("link", "https://bugzilla.kernel.org/show_bug.cgi?id=1")


def test_a_subject_reverts_a_subject() -> None:
    assert said("It broke.", 'Revert "net: do it"') == [("reverts", "", "net: do it")]


def test_a_fixes_line_without_a_commit_is_kept_for_counting() -> None:
    (only,) = said("Fixes: https://example.org/bug/7")
    assert only[0] == "fixes"
    assert only[1] == ""


@pytest.mark.parametrize(
    "body",
    [
        "The register at 0x87fa7f3e98a1 is wrong.",
        "It takes 12345678 bytes.",
        "RIP: 0010:ffffffff8104d5f1 ffff88003fc03d08",
        "The facade was effaced and defaced.",
        "id 123e4567-e89b-12d3-a456-426614174000",
        f"Change-Id: I{FULL}",
        "MAC 00:1a:2b:3c:4d:5e",
    ],
)
def test_numbers_of_other_kinds_are_no_mentions(body: str) -> None:
    assert said(body) == []


def test_people_by_their_trailers() -> None:
    found = read("x\n\nReported-by: Ann Other <ann@x>\nReviewed-by: Bob <bob@x>\n").people
    assert [(p.role.lower(), p.name, p.email) for p in found] == [
        ("reported-by", "Ann Other", "ann@x"),
        ("reviewed-by", "Bob", "bob@x"),
    ]


def stands(message: str, mention: Mention) -> bool:
    """Whether a quote stands verbatim in the lines that it is said to stand in."""
    lines = message.split("\n")[mention.first - 1 : mention.last]
    return mention.quote in "\n".join(lines)


PIECES = st.sampled_from(
    [
        *("Fixes: ", "commit ", H, FULL, ' ("net: do it")', "\n", "\n\n", " ", "(", ")", '"', "'"),
        *(
            "This reverts commit ",
            "upstream",
            "[ Upstream commit ",
            " ]",
            "Link: ",
            "https://x.y/z",
        ),
        *("the previous patch", "> ", "Cc: stable # ", "Signed-off-by: A <a@b>", "0x", "\t", "é"),
        *(
            "cherry picked from ",
            "\r",
            "\x1b[31m",
            "20200101.1-1-a@b.c",
            "lore.kernel.org/r/",
            "...",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_every_quote_stands_at_its_place(message: str) -> None:
    for mention in read(message).mentions:
        assert stands(message, mention)
        assert mention.quote
        assert 1 <= mention.first <= mention.last


@given(st.text(max_size=300))
def test_any_text_is_read(message: str) -> None:
    assert read(message) == read(message)


GIT_LOG = f"""commit {FULL}
Author: Ann Other <a@b.c>
Date:   Thu Jan 2 10:00:00 2020 +0100

    kvm: x

    It failed.
"""
TAKEN = ("backport-of", FULL, "")


@pytest.mark.parametrize(
    "body",
    [
        f"Text.\n\nmaster commit: {FULL}\nmaster date: 2020-01-02 10:00:00 +0100",
        f"Text.\n\nSigned-off-by: A <a@b.c>\nmaster commit: {FULL}",
        f"staging commit: {FULL}",
        f"(From OE-Core rev: {FULL})",
        f"(From OE-Core master rev: {FULL})",
        GIT_LOG,
        GIT_LOG.replace("Date:   ", "Merge: 1234567 89abcde\nDate:   ", 1).replace(
            f"{FULL}\nAuthor", f"{FULL}\nAuthor"
        ),
        GIT_LOG.replace("Author: ", "Author:     ").replace("Date:   ", "AuthorDate: "),
        f"Upstream Status: net-next\nConflicts: in the context\n\n{GIT_LOG}",
        f"There was prose here.\n\n{GIT_LOG}",
        f"Git-commit: {FULL}\nPatch-mainline: v5.5",
        f"(cherry picked from commit\n{FULL})\nSigned-off-by: A <a@b.c>",
        f"(cherry picked from\ncommit {FULL})",
        f"    (cherry picked from commit\n     {FULL})",
        f"(backported from commit\n{FULL} linux-next)",
        f"Upstream-Status: Backport [{FULL}]\nSigned-off-by: A <a@b.c>",
        f"Upstream-Status: Backport from {FULL}\nSigned-off-by: A <a@b.c>",
        f"Origin: upstream, commit:{FULL}",
        f"GitOrigin-RevId: {FULL}",
        f"This is a backpatch of commit {FULL}.",
        f"Back-patch commit {FULL}.",
    ],
)
def test_what_distributions_write_above_a_backport(body: str) -> None:
    assert TAKEN in said(body)


def test_what_distributions_link_to() -> None:
    url = f"https://example.org/ring/commit/{FULL}"
    for body in (
        f"Upstream-Status: Backport [{url}]\nSigned-off-by: A <a@b.c>",
        f"Upstream-Status: Backport\n[{url}]\nSigned-off-by: A <a@b.c>",
        f"Origin: upstream, {url}",
        f"Origin: backport, {url}",
        f"Upstream: {url}\nSigned-off-by: A <a@b.c>",
        f"Backport of {url}",
    ):
        found = [(m.kind, m.hash, m.target) for m in read(f"x: y\n\n{body}\n").mentions]
        assert found == [("backport-of", FULL, url)], body


@pytest.mark.parametrize(
    "body",
    [
        f"Upstream-Status: Submitted [https://example.org/ring/commit/{FULL}]\nCc: <a@b.c>",
        f"Origin: vendor, https://example.org/ring/commit/{FULL}",
        "It mends:\n\n" + GIT_LOG.replace("kvm: x", "ring: a thing of another name"),
        f"{FULL} is the first bad commit\n{GIT_LOG.replace('kvm: x', 'ring: another thing')}",
        f"bad commit: {FULL}",
        f"See https://example.org/ring/commit/{FULL}",
    ],
)
def test_what_only_looks_like_a_backport(body: str) -> None:
    assert {m.kind for m in read(f"kvm: x\n\n{body}\n").mentions} <= {"cites", "link"}


@pytest.mark.parametrize("prefix", ["UPSTREAM", "BACKPORT", "FROMGIT", "FROMLIST"])
def test_a_prefix_that_says_where_a_patch_comes_from(prefix: str) -> None:
    assert said("Text.", f"{prefix}: ring: mend it") == [("backport-of", "", "ring: mend it")]
    (one,) = read(f"{prefix}: a: b\n\n(cherry picked from commit {FULL})\n").mentions
    assert (one.kind, one.hash) == ("backport-of", FULL)


def test_a_commit_behind_a_url_is_what_the_words_before_it_say() -> None:
    (one,) = read(f"x: y\n\nThis reverts https://example.org/commit/{FULL}.\n").mentions
    assert (one.kind, one.hash) == ("reverts", FULL)
