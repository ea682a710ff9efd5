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
