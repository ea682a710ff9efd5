"""The trailers of a message, and the people in them."""

from __future__ import annotations

import pytest

from minekvm.core.messages.model import Person, Trailer
from minekvm.core.messages.read import read
from minekvm.core.messages.trailers import searchable


def trailers(body: str) -> list[tuple[str, str, int]]:
    return [(t.key, t.value, t.line) for t in read(f"area: do a thing\n\n{body}\n").trailers]


def people(body: str) -> list[Person]:
    return list(read(f"area: do a thing\n\n{body}\n").people)


def test_trailers_with_their_lines() -> None:
    assert trailers("Words.\n\nAcked-by: A <a@b>\nLink: https://example.org/1") == [
        ("Acked-by", "A <a@b>", 5),
        ("Link", "https://example.org/1", 6),
    ]


def test_the_subject_is_no_trailer() -> None:
    assert read("Link: do a thing\n\nWords.\n").trailers == ()


def test_a_folded_value_is_put_on_one_line() -> None:
    assert trailers("Acked-by: A\n  B <a@b>") == [("Acked-by", "A B <a@b>", 3)]


def test_a_note_in_brackets_does_not_end_the_trailers() -> None:
    body = "Acked-by: A <a@b>\n[ C: a note\n  on two lines ]\nWeird-key: x\nAcked-by: D <d@e>"
    assert [key for key, _, _ in trailers(body)] == ["Acked-by", "Weird-key", "Acked-by"]


def test_trailers_stand_also_before_the_last_paragraph() -> None:
    body = "Fixes: 1234abcd\n\nAcked-by: A <a@b>\n\nMore words here: these."
    assert [key for key, _, _ in trailers(body)] == ["Fixes", "Acked-by"]


@pytest.mark.parametrize(
    "body",
    [
        "net: do that\nand this",
        "Call Trace:\n foo+0x1/0x2\nRIP: 0010:bar",
        "Note: it works.",
        "https://example.org/1",
        "Bug: it fails\nand so on",
        "So: words\nwords\nwords\nwords\nwords\nAcked-by: A <a@b>",
    ],
)
def test_lines_with_a_colon_that_are_no_trailers(body: str) -> None:
    assert [key for key, _, _ in trailers(body) if key != "Acked-by"] == []


def test_any_key_is_a_trailer_among_trailers() -> None:
    assert trailers("Gobbledygook: 7\nAcked-by: A <a@b>")[0] == ("Gobbledygook", "7", 3)


@pytest.mark.parametrize(
    ("line", "role", "name", "email"),
    [
        ("Reported-by: A B <a@b>", "Reported-by", "A B", "a@b"),
        ("Signed-Off-By: A B <a@b>", "Signed-off-by", "A B", "a@b"),
        ("Reported-and-tested-by: A <a@b>", "Reported-and-tested-by", "A", "a@b"),
        ('Suggested-by: "B, A" <a@b>', "Suggested-by", "B, A", "a@b"),
        ("Diagnosed-by: <a@b>", "Diagnosed-by", "", "a@b"),
        ("Debugged-by: a@b", "Debugged-by", "", "a@b"),
        ("Tested-by: A B (a@b)", "Tested-by", "A B", "a@b"),
        ("Reviewed-by: A B", "Reviewed-by", "A B", ""),
        ("Acked-by: A B <a@b> # for this part", "Acked-by", "A B", "a@b"),
        ("CC: stable@b # v4.9+", "Cc", "", "stable@b"),
        ("Co-developed-by: A <a@b>", "Co-developed-by", "A", "a@b"),
        ("Frobnicated-by: A <a@b>", "Frobnicated-by", "A", "a@b"),
    ],
)
def test_a_person(line: str, role: str, name: str, email: str) -> None:
    assert people(line) == [Person(role, name, email, 3)]


def test_several_people_on_a_line() -> None:
    assert people("Cc: A B <a@b>, C D <c@d>") == [
        Person("Cc", "A B", "a@b", 3),
        Person("Cc", "C D", "c@d", 3),
    ]
    assert people("Cc: a@b, c@d") == [Person("Cc", "", "a@b", 3), Person("Cc", "", "c@d", 3)]


def test_nothing_is_said() -> None:
    for message in ("", "\n", "area: do a thing", "area: do a thing\n\nWords.\n"):
        found = read(message)
        assert (found.mentions, found.trailers, found.people) == ((), (), ())


def test_trailers_are_values() -> None:
    assert read("x\n\nAcked-by: A <a@b>\n").trailers == (Trailer("Acked-by", "A <a@b>", 3),)


def test_people_addresses_and_whole_hashes_are_not_searched_for() -> None:
    hash_ = "0123456789" * 4
    message = f"area: do it\n\ncommit {hash_} upstream.\n\nWords.\nLink: https://a/b\nCc: A <a@b>\n"
    text = searchable(message, read(message))
    assert [word for word in ("Words", "commit", "upstream") if word not in text] == []
    assert [word for word in (hash_, "Link", "Cc", "a@b") if word in text] == []
