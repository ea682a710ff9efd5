"""The tags before a subject, and Message-Ids in every form that people paste."""

from __future__ import annotations

import pytest

from minekvm.core.mail.ids import asked_id, header_ids, mails_linked
from minekvm.core.mail.tags import tags


@pytest.mark.parametrize(
    ("subject", "bare", "version", "number", "total"),
    [
        ("[PATCH] x: y", "x: y", 1, 0, 0),
        ("[PATCH v2 3/7] x: y", "x: y", 2, 3, 7),
        ("[PATCHv12 03/17] x: y", "x: y", 12, 3, 17),
        ("[PATCH V3] x: y", "x: y", 3, 0, 0),
        ("[kvm-unit-tests PATCH v4 02/05] arm: y", "arm: y", 4, 2, 5),
        ("[RFC v2][PATCH 1/2] x: y", "x: y", 2, 1, 2),
        ("Re: [PATCH v2 0/7] x: y", "x: y", 2, 0, 7),
        ("[PATCH v0.5] x", "x", 1, 0, 0),
        ("x: v2 of 1/2 [not a tag]", "x: v2 of 1/2 [not a tag]", 1, 0, 0),
        ("[media] dvb: y", "dvb: y", 1, 0, 0),
        ("[PATCH1/2] a: b", "a: b", 1, 1, 2),
        ("[PATCH_1/2] a: b", "a: b", 1, 1, 2),
        ("[PATCH 1 of 2] a: b", "a: b", 1, 1, 2),
        ("[PATCH 0 of 3] a: b", "a: b", 1, 0, 3),
        ("[PATCH 1 of 3 [RFC]] a: b", "a: b", 1, 1, 3),
        ("[PATCH 2.5/5] a: b", "a: b", 1, 2, 5),
        ("[PATCH 1/2v2] a: b", "a: b", 2, 1, 2),
        ("[PATCH 10/12v3] a: b", "a: b", 3, 10, 12),
        ("[PATCH take 2 1/2] a: b", "a: b", 2, 1, 2),
        ("[PATCH take#3] a: b", "a: b", 3, 0, 0),
        ("[PATCH ver 2 1/2] a: b", "a: b", 2, 1, 2),
        ("[PATCH ver. 3] a: b", "a: b", 3, 0, 0),
        ("[PATCH version 3 1/2] a: b", "a: b", 3, 1, 2),
        ("[PATCH_v2 1/2] a: b", "a: b", 2, 1, 2),
        ("[PATCH #2 1/2] a: b", "a: b", 2, 1, 2),
        ("[PATCH 2nd try 1/2] a: b", "a: b", 2, 1, 2),
        ("[PATCH rev2 1/3] a: b", "a: b", 2, 1, 3),
        ("[PATCH 1/2 -v4] a: b", "a: b", 4, 1, 2),
        ("[]", "[]", 1, 0, 0),
    ],
)
def test_version_and_place(subject: str, bare: str, version: int, number: int, total: int) -> None:
    found = tags(subject)
    assert (found.bare, found.version, found.number, found.total) == (bare, version, number, total)


def test_kinds() -> None:
    assert tags("[PATCH] x").patch
    assert tags("[RFC] x").patch
    assert not tags("x: patch it").patch
    assert tags("[GIT PULL] x").pull
    assert tags("AW: Re: [PATCH] x").reply
    assert tags("[PATCH 0/3] x").numbered


@pytest.mark.parametrize(
    ("subject", "tree"),
    [
        ("[PATCH AUTOSEL 5.11 4/22] x", "5.11"),
        ("[PATCH 5.4 12/120] x", "5.4"),
        ("[PATCH 4.19.y] x", "4.19.y"),
        ("[PATCH stable] x", "stable"),
        ("[PATCH v2 1/2] x", ""),
        ("[PATCH 2.5/5] x", ""),
        ("[PATCH net-next] x for 5.4", ""),
    ],
)
def test_copies_for_stable_trees(subject: str, tree: str) -> None:
    assert tags(subject).tree == tree


MAIL = "1650961551-38390-1-git-send-email-w@example.org"


@pytest.mark.parametrize(
    "asked",
    [
        MAIL,
        f"<{MAIL}>",
        f" {MAIL}\n",
        f"mid:{MAIL}",
        f"https://lore.kernel.org/all/{MAIL}/",
        f"https://lore.kernel.org/all/{MAIL}",
        f"https://lore.kernel.org/r/{MAIL}",
        f"http://lore.kernel.org/kvm/{MAIL}/t/#u",
        f"https://lore.kernel.org/kvm/{MAIL}/T/#m0123abc",
        f"https://lore.kernel.org/kvm/{MAIL}/raw",
        f"https://lore.kernel.org/kvm/{MAIL.replace('@', '%40')}/",
        f"https://lkml.kernel.org/r/{MAIL}",
        f"https://patch.msgid.link/{MAIL}",
        f"https://lists.example.org/r/{MAIL}",
        f"https://inbox.example.net/some-list/{MAIL}/t.mbox.gz",
    ],
)
def test_a_message_id_in_every_form(asked: str) -> None:
    assert asked_id(asked) == MAIL


def test_slashes_in_a_message_id_are_escaped_in_addresses() -> None:
    asked = "https://lore.kernel.org/all/Yk%2Fa+b=c@example.org/"
    assert asked_id(asked) == "Yk/a+b=c@example.org"


@pytest.mark.parametrize(
    "asked",
    ["HEAD", "HEAD@{1}", "@", "v5.4~3", "main@{upstream}", "a b@c", "", "https://x.org/", "@x"],
)
def test_revisions_are_no_message_ids(asked: str) -> None:
    assert asked_id(asked) == ""


def test_ids_in_headers() -> None:
    assert header_ids("<a@b> (by way of x)\n <c@\n d>  <a@b>") == ("a@b", "c@d")
    assert header_ids("a@b c@d") == ("a@b", "c@d")
    assert header_ids("nothing") == ()


def test_mails_that_a_text_links_to() -> None:
    text = (
        f"v1: https://lore.kernel.org/r/{MAIL}.\n(https://lore.kernel.org/all/x1@y/)\nhttp://x.org/"
    )
    assert mails_linked(text) == (MAIL, "x1@y")
