"""Patches read and applied, and those that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.needs.apply import apply
from minekvm.core.needs.patch import PatchHunk, patches
from minekvm.errors import MinekvmError

HEAD = b"diff --git a/f.c b/f.c\nindex 1234567..89abcde 100644\n--- a/f.c\n+++ b/f.c\n"
GOOD = HEAD + b"@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n"
LETTER = (
    b"From: A <a@example.org>\nSubject: [PATCH v2 1/2] kvm: mend\n\nWhy.\n\n---\n f.c | 2 +-\n\n"
)


def refused(data: bytes) -> str:
    with pytest.raises(MinekvmError) as caught:
        patches(data, "x.patch")
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_diff_alone_is_a_patch() -> None:
    (patch,) = patches(GOOD, "x.patch")
    (file,) = patch.files
    assert (file.old_path, file.path, file.old_blob) == ("f.c", "f.c", "1234567")
    assert [h.lines for h in file.hunks] == [(b" a", b"-b", b"+c", b" d")]


def test_a_mail_has_its_message() -> None:
    (patch,) = patches(LETTER + GOOD + b"-- \n2.39\n", "x.patch")
    assert (patch.subject, patch.author) == ("kvm: mend", "A <a@example.org>")
    assert patch.message == "kvm: mend\n\nWhy."
    assert len(patch.files) == 1


def test_a_mailbox_has_several_and_its_letter_is_none() -> None:
    start = b"From 1234 Mon Sep 17 00:00:00 2001\n"
    cover = start + b"From: A <a@example.org>\nSubject: [PATCH 0/2] both\n\nWords.\n\n"
    data = cover + start + LETTER + GOOD + b"\n" + start + LETTER + GOOD
    assert [p.subject for p in patches(data, "x.mbox")] == ["kvm: mend", "kvm: mend"]


def test_files_that_come_and_go() -> None:
    new = b"diff --git a/n.c b/n.c\nnew file mode 100644\nindex 0000000..1234567\n--- /dev/null\n"
    new += b"+++ b/n.c\n@@ -0,0 +1 @@\n+a\n"
    gone = b"diff --git a/o.c b/o.c\ndeleted file mode 100644\n--- a/o.c\n+++ /dev/null\n"
    gone += b"@@ -1 +0,0 @@\n-a\n"
    (patch,) = patches(new + gone, "x.patch")
    assert [(f.old_path, f.path) for f in patch.files] == [("", "n.c"), ("o.c", "")]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"nothing of the kind\n", "no diff"),
        (b"", "no diff"),
        (HEAD + b"Binary files a/f.c and b/f.c differ\n", "binary"),
        (HEAD + b"GIT binary patch\nliteral 3\n", "binary"),
        (GOOD.replace(b"f.c", b"../f.c"), "out of the tree"),
        (GOOD.replace(b"a/f.c", b"a//etc/passwd").replace(b"b/f.c", b"b//etc/passwd"), "out of"),
        (GOOD.replace(b"f.c", b".git/config"), "out of the tree"),
        (GOOD.replace(b"f.c", b"a/.GIT/hooks/x"), "out of the tree"),
        (HEAD + b"@@ -1,9 +1,9 @@\n a\n-b\n+c\n d\n", "cut off"),
        (HEAD + b"@@ -1,1 +1,1 @@\n-a\n-b\n+c\n", "miscounted"),
        (GOOD.replace(b"100644", b"120000"), "regular"),
        (HEAD + b"@@ -1 +1 @@\nx\n", "cut off"),
        (HEAD + b"@@ -1 +1 @@\n-x\n", "cut off"),
        (HEAD + b"@@ -99999999999,1 +1 @@\n-a\n+b\n", "no sense"),
        (HEAD, "says nothing"),
        (b"x" * ((16 << 20) + 1), "MiB"),
    ],
)
def test_what_is_hostile_is_refused_in_one_line(data: bytes, word: str) -> None:
    assert word in refused(data)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        patches(HEAD + b"@@ -1,3 +1,3 @@\n" + data, "x")
    except MinekvmError as error:
        assert error.hint


def hunk(start: int, *lines: bytes) -> PatchHunk:
    return PatchHunk(start, lines)


TEXT = [b"a", b"b", b"c", b"d", b"e", b"f", b"g"]


def test_a_hunk_fits_where_it_says() -> None:
    result = apply(TEXT, [hunk(2, b" b", b"-c", b"+x", b" d")])
    assert result.lines == (b"a", b"b", b"x", b"d", b"e", b"f", b"g")
    assert (result.fuzz, result.moved, result.failed) == (0, False, ())


def test_it_fits_elsewhere_and_the_next_one_follows() -> None:
    hunks = [hunk(1, b" d", b"-e", b" f"), hunk(3, b" f", b" g", b"+h")]
    result = apply(TEXT, hunks)
    assert result.lines == (b"a", b"b", b"c", b"d", b"f", b"g", b"h")
    assert result.moved


def test_with_other_context_it_fits_with_fuzz() -> None:
    result = apply(TEXT, [hunk(2, b" other", b"-c", b"+x", b" d")])
    assert result.lines[2] == b"x"
    assert result.fuzz == 1


def test_what_fits_nowhere_fails_and_the_rest_goes_on() -> None:
    bad, good = hunk(1, b"-z", b"+y"), hunk(7, b"-g", b"+h")
    result = apply(TEXT, [bad, good])
    assert result.failed == (bad,)
    assert result.lines[-1] == b"h"


def test_a_new_file_has_nothing_before() -> None:
    assert apply([b""], [hunk(0, b"+a", b"+b")]).lines == (b"a", b"b", b"")
