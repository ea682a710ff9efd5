"""What a commit message says of other commits, mails and bugs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.messages.model import Mention
from minekvm.core.messages.read import read

FULL = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
OTHER = "f9e8d7c6b5a49382716050f4e3d2c1b0a9f8e7d6"
SHORT = "0a1b2c3d4e5f"


def mentions(body: str, subject: str = "area: do a thing") -> tuple[Mention, ...]:
    return read(f"{subject}\n\n{body}\n").mentions


def only(body: str, subject: str = "area: do a thing") -> Mention:
    found = mentions(body, subject)
    assert len(found) == 1, found
    return found[0]


def kinds(body: str) -> list[tuple[str, str]]:
    return [(m.kind, m.hash or m.subject or m.target) for m in mentions(body)]


@pytest.mark.parametrize(
    ("line", "hash_", "subject"),
    [
        (f'Fixes: {SHORT} ("area: add it")', SHORT, "area: add it"),
        (f"Fixes: {SHORT} ('area: add it')", SHORT, "area: add it"),
        (f"Fixes: {SHORT} (area: add it)", SHORT, "area: add it"),
        (f"Fixes: {SHORT} area: add it", SHORT, "area: add it"),
        (f'Fixes: {SHORT} "area: add it"', SHORT, "area: add it"),
        (f'Fixes: {SHORT}: ("area: add it")', SHORT, "area: add it"),
        (f'Fixes:{SHORT}("area: add it")', SHORT, "area: add it"),
        (f'fixes: {SHORT} ("area: add it")', SHORT, "area: add it"),
        (f'FIXES: commit {SHORT} ("area: add it")', SHORT, "area: add it"),
        (f'Fixes: tag: {SHORT} ("area: add it")', SHORT, "area: add it"),
        (f'Fixes: <{SHORT}> ("area: add it")', SHORT, "area: add it"),
        (f'Fixes: {SHORT} ("area: add it', SHORT, "area: add it"),
        (f'Fixes: {SHORT} ("area: add it", 2014-09-03)', SHORT, "area: add it"),
        (f'Fixes: {SHORT} ("Revert "area: add it"")', SHORT, 'Revert "area: add it"'),
        (f'Fixes: {SHORT} ("area: add it() (again)")', SHORT, "area: add it() (again)"),
        (f'Fixes: {SHORT} ("area: use ("%s") right")', SHORT, 'area: use ("%s") right'),
        (f'Fixes: {SHORT} ("area: a\n smiling one")', SHORT, "area: a smiling one"),
        (
            f'Fixes: {SHORT} ("area: broken\nwithout an indent")',
            SHORT,
            "area: broken without an indent",
        ),
        (f'Fixes:\n {SHORT} ("area: add it")', SHORT, "area: add it"),
        (f'Fixes: {SHORT}\n ("area: add it")', SHORT, "area: add it"),
        ('Fixes: 1234567 ("area: add it")', "1234567", "area: add it"),
        ('Fixes: abc12 ("area: add it")', "abc12", "area: add it"),
        ('Fixes: ABCDEF123456 ("area: add it")', "abcdef123456", "area: add it"),
        ('Fixes: v5.4-12-g0a1b2c3 ("area: add it")', "0a1b2c3", "area: add it"),
        (f"Fixes: {SHORT} (“area: add it”)", SHORT, "area: add it"),
        (f"Fixes: {SHORT}", SHORT, ""),
        (f"Fixes: https://example.org/x/commit/{FULL}", FULL, ""),
    ],
)
def test_a_fixes_trailer(line: str, hash_: str, subject: str) -> None:
    found = only(f"Words.\n\n{line}\nAcked-by: A <a@b>")
    assert (found.kind, found.rule) == ("fixes", "Fixes trailer")
    assert (found.hash, found.subject) == (hash_, subject)
    assert (found.first, found.last) == (5, 5 + line.count("\n"))
    assert found.quote == line


@pytest.mark.parametrize(
    ("value", "rule", "subject", "target"),
    [
        (
            "https://bugs.example.org/7",
            "Fixes trailer, no commit",
            "",
            "https://bugs.example.org/7",
        ),
        ("#123", "Fixes trailer, no commit", "", "#123"),
        ("CVE-2020-1234", "Fixes trailer, no commit", "", "CVE-2020-1234"),
        ("CID 12345", "Fixes trailer, no commit", "", "CID 12345"),
        ("added lines", "Fixes trailer, no commit", "", "added lines"),
        ("the build", "Fixes trailer, no commit", "", "the build"),
        ('"a text quoted" and more', "Fixes trailer, no commit", "", '"a text quoted" and more'),
        ("v5.4-rc1~12", "Fixes trailer, revision", "", "v5.4-rc1~12"),
        ('("area: add it")', "Fixes trailer, subject only", "area: add it", ""),
        ('"area: add it"', "Fixes trailer, subject only", "area: add it", ""),
        ("area: add it now", "Fixes trailer, subject only", "area: add it now", ""),
    ],
)
def test_a_fixes_trailer_that_names_no_hash(
    value: str, rule: str, subject: str, target: str
) -> None:
    found = only(f"Fixes: {value}\nAcked-by: A <a@b>")
    assert (found.kind, found.rule, found.hash) == ("fixes", rule, "")
    assert (found.subject, found.target) == (subject, target)


def test_an_empty_fixes_line_heads_a_list_and_names_nothing() -> None:
    assert mentions("Fixes:\nfoo.c:12: warning: unused") == ()


def test_several_commits_in_one_fixes_trailer() -> None:
    body = f'Fixes: {SHORT} ("area: one"), 1234abcd ("area: two") and 5678abcd'
    assert [(m.kind, m.hash, m.subject) for m in mentions(body)] == [
        ("fixes", SHORT, "area: one"),
        ("fixes", "1234abcd", "area: two"),
        ("fixes", "5678abcd", ""),
    ]


def test_a_folded_fixes_trailer_may_hold_a_second_commit() -> None:
    body = f'Fixes: {SHORT} ("area: one")\n       1234abcd ("area: two")'
    assert [m.hash for m in mentions(body)] == [SHORT, "1234abcd"]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (f"[ Upstream commit {FULL} ]", "Upstream commit bracket"),
        (f"[upstream commit {FULL}]", "Upstream commit bracket"),
        (f"> [ Upstream commit {FULL} ]", "Upstream commit bracket"),
        (f"commit {FULL} upstream.", "commit upstream"),
        (f"commit {FULL} upstream", "commit upstream"),
        (f"Commit {FULL} upsteam.", "commit upstream"),
        (f"commit {FULL} from upstream.", "commit upstream"),
        (f"Upstream-commit: {FULL}", "Upstream trailer"),
        (f"Upstream commit: {FULL}", "Upstream trailer"),
        (f"Upstream: {FULL}\nAcked-by: A <a@b>", "Upstream trailer"),
        (f"Words.\nupstream:{FULL}", "Upstream label"),
        (f"upsteam: {FULL}", "Upstream label"),
        (f"Upstream commit id:\n{FULL}", "Upstream block"),
        (f"Upstream commit:\n    commit {FULL}\n    Author: A <a@b>", "Upstream block"),
        (f"commit {FULL}\n\nWords.", "commit line"),
        (f" commit: {FULL}\n\nWords.", "commit line"),
        (f"[commit]: {FULL}\n\nWords.", "commit line"),
        (
            f"mainline inclusion\nfrom mainline-v5.10\ncommit {FULL}\ncategory: bugfix",
            "inclusion block",
        ),
        (f"(cherry picked from commit {FULL})", "cherry picked from"),
        (f"(cherry-picked from {FULL})", "cherry picked from"),
        (f"cherry-pick from: owner/repository@{SHORT}", "cherry picked from"),
        (f"(backported from commit {FULL})", "backported from"),
        (f"backport of commit {FULL}", "backported from"),
        (f"Words. This is a partial backport of upstream commit {FULL}.", "backported from"),
    ],
)
def test_where_a_commit_was_taken_from(body: str, rule: str) -> None:
    found = only(body)
    assert (found.kind, found.rule) == ("backport-of", rule)
    assert found.hash in (FULL, SHORT)


@pytest.mark.parametrize(
    "body",
    [
        f"Since commit {FULL} upstream and down, it fails.",
        f"The upstream commit {FULL} broke it.",
        f"The backport of commit {FULL} broke it.",
        f"The recent change made it worse, see\ncommit {FULL}\nand others.",
    ],
)
def test_words_about_upstream_that_only_cite(body: str) -> None:
    assert only(body).kind == "cites"


def test_an_upstream_trailer_with_a_subject_alone() -> None:
    found = only('Upstream: ("area: add it")\nAcked-by: A <a@b>')
    assert (found.kind, found.hash, found.subject) == ("backport-of", "", "area: add it")


@pytest.mark.parametrize(
    "body",
    [
        f"This reverts commit {FULL}.",
        f"Reverts {FULL}.",
        f"This partially reverts commit {FULL}, which broke it.",
        f"Revert commit {FULL}",
        f"We revert commit {FULL} for now.",
        f"Fix it by reverting {FULL}.",
        f"> This reverts commit {FULL}.",
        f"This reverts commit\n{FULL}.",
        f"[This reverts the upstream commit {FULL}.]",
    ],
)
def test_a_revert_by_hash(body: str) -> None:
    found = only(body)
    assert (found.kind, found.rule, found.hash) == ("reverts", "reverts sentence", FULL)


@pytest.mark.parametrize(
    "body",
    [
        f"It was reverted in commit {FULL}.",
        f"This will allow us to later revert commit {FULL}.",
        f"The patch that reverts commit {FULL} came too late.",
        f'A1b2c3d4e ("area: foo") did not help.\n\nUnlike commit {FULL}.',
    ],
)
def test_what_only_tells_of_a_revert(body: str) -> None:
    assert {m.kind for m in mentions(body) if m.hash == FULL} == {"cites"}


def test_a_list_of_reverts_goes_on_over_commas_and_lines() -> None:
    assert kinds(f"This reverts commits {SHORT}, 1234abcd and 5678abcd.") == [
        ("reverts", SHORT),
        ("reverts", "1234abcd"),
        ("reverts", "5678abcd"),
    ]
    listed = f'This reverts the following commits:\n\n- {SHORT} ("area: a")\n- 1234abcd ("area: b")'
    assert kinds(listed) == [("reverts", SHORT), ("reverts", "1234abcd")]


def test_the_revert_of_a_merge_reverses_what_it_only_cites() -> None:
    body = f"This reverts commit {FULL}, reversing\nchanges made to {OTHER}."
    assert kinds(body) == [("reverts", FULL), ("cites", OTHER)]


@pytest.mark.parametrize(
    ("subject", "rule", "title"),
    [
        ('Revert "area: add it"', "Revert subject", "area: add it"),
        ('area: Revert "area: add it"', "Revert subject", "area: add it"),
        ('Partially revert "area: add it"', "Revert subject", "area: add it"),
        ('Revert "Revert "area: add it""', "Revert subject", 'Revert "area: add it"'),
        ('Reapply "area: add it"', "Reapply subject", 'Revert "area: add it"'),
        ('Revert "area: print "x" and (y)"', "Revert subject", 'area: print "x" and (y)'),
        ("Revert “area: add it”", "Revert subject", "area: add it"),
        ('Revert "area: add\nit"', "Revert subject", "area: add it"),
    ],
)
def test_a_revert_by_subject(subject: str, rule: str, title: str) -> None:
    found = only("Words.", subject)
    assert (found.kind, found.rule, found.hash) == ("reverts", rule, "")
    assert found.subject == title
    assert (found.first, found.last) == (1, 1 + subject.count("\n"))


def test_two_subjects_in_one_revert() -> None:
    found = mentions("Words.", 'Revert "area: a" and "area: b"')
    assert [m.subject for m in found] == ["area: a", "area: b"]


def test_fixup_commits_name_what_they_belong_to() -> None:
    assert only("", "fixup! area: add it").subject == "area: add it"
    assert only("", f"squash! {FULL}").hash == FULL


@pytest.mark.parametrize(
    ("body", "rule", "subject"),
    [
        (f'In commit {SHORT} ("area: add it") we did.', "commit with subject", "area: add it"),
        (f"In commit {SHORT} ('area: add it') we did.", "commit with subject", "area: add it"),
        (
            f"In commit {SHORT} (\u2018area: add it\u2019) we did.",
            "commit with subject",
            "area: add it",
        ),
        (f"In commit {SHORT} (``area: add it'') we did.", "commit with subject", "area: add it"),
        (f'In commit\n{SHORT} ("area: add\nit") we did.', "commit with subject", "area: add it"),
        (f'> In commit {SHORT} ("area: add\n> it")', "commit with subject", "area: add it"),
        (f'In commit "{SHORT} area: add it" we did.', "commit with subject", "area: add it"),
        (f'See commit "area: add it" ({SHORT}).', "hash with subject", "area: add it"),
        (f"Commit {SHORT} (area: add it) did.", "commit with subject", "area: add it"),
        (f"Commit {SHORT}, see there.", "commit", ""),
        (f"Commit {SHORT} (merged in v5.4) did.", "commit", ""),
        (f"Commit {SHORT} (see there for more) did.", "commit", ""),
        (f'As {SHORT} ("area: add it") did.', "hash with subject", "area: add it"),
        (f"As {SHORT} did.", "bare hash", ""),
        (f"See (0a1b2c3) and {SHORT}^.", "hash list", ""),
        (f"As {SHORT} (area: add it, 2020-01-02) did.", "reference style", "area: add it"),
        (f"As {SHORT} (area: add (it, 2020-01-02) did.", "bare hash", ""),
        (f"As {SHORT} (2020-01-02) did.", "reference style", ""),
        (
            f'The bug was introduced by commit {SHORT} ("area: add it").',
            "introduced by",
            "area: add it",
        ),
        (f"{SHORT} area: add it", "one-line log", "area: add it"),
        (f"area: add it: {SHORT}", "hash with subject", "area: add it"),
        ("Seen on 5.4.0-rc1-00123-gabcdef1 here.", "git describe", ""),
        (f"See https://git.example.org/x.git/commit/?id={FULL}.", "commit link", ""),
        (f"See https://example.org/a/b/commit/{SHORT}.", "commit link", ""),
        (f"See <https://git.example.org/?p=x;a=commit;h={FULL}>.", "commit link", ""),
    ],
)
def test_a_cited_commit(body: str, rule: str, subject: str) -> None:
    found = mentions(body)[-1]
    assert (found.kind, found.rule, found.subject) == ("cites", rule, subject)
    assert found.hash


def test_a_list_of_hashes() -> None:
    found = mentions(f"As commits {SHORT}, 1234abcd, and 5678abcd/9abcdef0 did.")
    assert [m.hash for m in found] == [SHORT, "1234abcd", "5678abcd", "9abcdef0"]
    assert [m.rule for m in found] == ["commit", "hash list", "hash list", "hash list"]


def test_a_range_is_its_two_ends() -> None:
    assert kinds("Of commits 1234abcd..5678abcd it holds.") == [
        ("cites", "1234abcd"),
        ("cites", "5678abcd"),
    ]


@pytest.mark.parametrize("whole", [SHORT, FULL])
def test_a_hash_broken_at_the_end_of_a_line_is_put_together(whole: str) -> None:
    assert only(f"As of commit {whole[:8]}\n{whole[8:]} it fails.").hash == whole


def test_a_word_of_hexadecimal_letters_on_the_next_line_is_no_rest_of_a_hash() -> None:
    assert only("As of commit 1234abcd\nadded lines fail.").hash == "1234abcd"


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ('As of commit ("area: add it") it fails.', "area: add it"),
        ('As of commit "area: add it" it fails.', "area: add it"),
        ("As of commit 'area: add it' it fails.", "area: add it"),
        ('It needs the "area: add it" patch.', "area: add it"),
        ('It needs the patch\n"area: add it\nand that".', "area: add it and that"),
        ('It is in mainline ("area: add it").', "area: add it"),
        ('It is as in "[PATCH v2 1/3] area: add it".', "[PATCH v2 1/3] area: add it"),
    ],
)
def test_a_subject_without_a_hash(body: str, subject: str) -> None:
    found = only(body)
    assert (found.kind, found.rule, found.hash) == ("cites", "subject without hash", "")
    assert found.subject == subject


@pytest.mark.parametrize(
    "body",
    [
        'It prints ("error: no such file") and ("warning: unused variable x").',
        'Use an "ordinary" commit, or the "new file" patches.',
        "Run git commit 'like this one here'.",
        'die("Was not mine: %p", p);',
        'Change "foo bar baz" to "that".',
    ],
)
def test_quotes_that_are_no_subjects(body: str) -> None:
    assert mentions(body) == ()


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("As the previous patch did.", "previous"),
        ("As in the\nprevious commit.", "previous"),
        ("As the previous change did.", "previous"),
        ("In the last commit we did.", "previous"),
        ("It is used by the next patch.", "next"),
        ("It is used later (next commit).", "next"),
        ("The following patch uses it.", "next"),
        ("It is used in a later commit.", "later"),
        ("It is used in the next two patches.", "later"),
        ("Subsequent commits use it.", "later"),
        ("As a previous patch did.", "earlier"),
        ("As earlier commits did.", "earlier"),
        ("It is beyond this series.", "series"),
        ("It is beyond this patch\nset.", "series"),
        ("A later patch in this series uses it.", "later"),
        ("An earlier patch series did.", "earlier"),
    ],
)
def test_commits_told_by_their_place(body: str, target: str) -> None:
    found = only(body)
    assert (found.kind, found.hash, found.target) == ("previous", "", target)


@pytest.mark.parametrize(
    "body",
    [
        "It shows the last commit of a branch.",
        "Amend the previous commit.",
        "Squash it into your last commit.",
        "It needs the following patches:\n\none",
        "The last patch in the queue is shown.",
        "Each next patch is applied.",
        "This patch set the bits in it.",
    ],
)
def test_commits_spoken_of_in_general(body: str) -> None:
    assert [m for m in mentions(body) if m.kind == "previous"] == []


def test_the_name_of_a_series() -> None:
    found = only('Patch series "area: fixes and more", v2.')
    assert (found.kind, found.rule, found.subject) == (
        "previous",
        "patch series",
        "area: fixes and more",
    )


@pytest.mark.parametrize(
    ("body", "rule", "target"),
    [
        (
            "Link: https://lore.kernel.org/r/20200102.3-4-a@b.org",
            "Link trailer",
            "20200102.3-4-a@b.org",
        ),
        ("Link: https://lkml.kernel.org/r/20200102@b.org/", "Link trailer", "20200102@b.org"),
        ("Link: https://patch.msgid.link/20200102@b.org", "Link trailer", "20200102@b.org"),
        ("Link: https://lore.kernel.org/all/a%2Bb@c.org/T/#u", "Link trailer", "a+b@c.org"),
        ("Link: https://example.org/a [1]", "Link trailer", "https://example.org/a"),
        ("Closes: https://bugs.example.org/1", "Closes trailer", "https://bugs.example.org/1"),
        ("Closes: #12", "Closes trailer", "#12"),
        ("BugLink: https://bugs.example.org/1", "Buglink trailer", "https://bugs.example.org/1"),
        ("Message-ID: <20200102@b.org>", "Message-id trailer", "20200102@b.org"),
        ("Bugzilla ID: 123", "Bugzilla id trailer", "123"),
        (
            "Reported-at: https://mail.example.org/1",
            "Reported-at trailer",
            "https://mail.example.org/1",
        ),
        ("[1] https://lore.kernel.org/git/20200102@b.org/", "URL", "20200102@b.org"),
        (
            "See https://bugzilla.example.org/show_bug.cgi?id=1.",
            "URL",
            "https://bugzilla.example.org/show_bug.cgi?id=1",
        ),
        ("(see https://example.org/issues/7)", "URL", "https://example.org/issues/7"),
        ("cf. <20200102123456.GA1@b.org>", "message-id", "20200102123456.GA1@b.org"),
        ("This fixes bug #123.", "bug number", "#123"),
        ("This is owner/name#123.", "bug number", "owner/name#123"),
        ("Fixed in BZ 1234567.", "bug number", "1234567"),
        ("See $gmane/12345.", "gmane number", "gmane/12345"),
    ],
)
def test_a_link(body: str, rule: str, target: str) -> None:
    found = only(body)
    assert (found.kind, found.rule, found.hash, found.target) == ("link", rule, "", target)


@pytest.mark.parametrize(
    "body",
    [
        "It writes 0x1234abcd to it.",
        "MAC 00:11:22:33:44:55, PCI 8086:1234, 0000:00:1f.0.",
        "UUID 0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9.",
        "It took 12345678 ns of 1234567.",
        "The colour #a1b2c3d4 of it.",
        f"{FULL}  some/file.c",
        f"md5 {FULL[:32]} of it.",
        f"index 1234abc..5678def 100644\nblob {FULL}\ntree {FULL}",
        f"Change-Id: I{FULL}",
        "Reported-by: syzbot+0a1b2c3d4e5f6071@example.org",
        "Write to 0a1b2c3d@example.org.",
        "A defaced facade was effaced.",
        "https://example.org/doc/0a1b2c3d4e5f.html",
        "https://example.org/x?id=0a1b2c3d4e5f",
        "RIP: 0010:[<ffffffff810996e0>] foo+0x1/0x2\nR12: 00000000819eb0c8 R13: 1234abcd\n"
        "PGD 7d76c5067 P4D 7d76c5067\nCode: 1234abcd 5678abcd\n x29: ffff80d9507c30",
        "#0: ffff888107cb9018 (&pool->lock/1){-.-.}-{2:2}, at: show+0x1/0x2",
        "00000010: 1234abcd 5678abcd 9abcdef0\n  free(7fffeec25a11)",
        "Called at c0123abc with mask 1234abcd.",
        "Not tainted 5.4.0 #217",
        "https://example.org/spec.pdf and $ git diff -- a/b/0a1b2c3d.c",
        "The 82599eb chip and an ed25519 key.",
    ],
)
def test_what_looks_like_a_mention_and_is_none(body: str) -> None:
    assert mentions(body) == ()


def test_letters_alone_are_a_hash_beside_commit_in_a_usual_length() -> None:
    assert only("As of commit deadbeefcafe it fails.").hash == "deadbeefcafe"
    assert mentions("As of commit defaced it fails.") == ()


def test_digits_alone_are_a_hash_beside_commit() -> None:
    assert only("As of commit 1234567 it fails.").hash == "1234567"
    assert mentions("It took patch 1234567 ns.") == ()


@pytest.mark.parametrize(
    "line",
    [
        f'Depends-on: {SHORT} ("area: add it")',
        f"Requires: {SHORT}\nAcked-by: A <a@b>",
        f"Cc: <stable@example.org> # 4.9: {SHORT}: area: add it",
        f"Cc: stable@example.org # {SHORT} area: add it",
        f'This depends on commit {SHORT} ("area: add it").',
    ],
)
def test_what_a_commit_depends_on(line: str) -> None:
    found = only(line)
    assert (found.kind, found.hash) == ("depends", SHORT)
    assert found.subject in ("area: add it", "")


def test_a_commit_named_twice_on_a_line_is_mentioned_once_and_by_the_stronger_word() -> None:
    assert kinds(f"Reverts {SHORT}, for {SHORT} was bad.") == [("reverts", SHORT)]


def test_the_order_is_that_of_the_places() -> None:
    body = (
        f'As commit {SHORT} ("area: a") and the next patch do, see\n'
        "https://lore.kernel.org/r/20200102@b.org and 1234abcd (area: b, 2020-01-02).\n\n"
        f'Fixes: {OTHER[:12]} ("area: c")\nLink: https://example.org/1'
    )
    found = mentions(body)
    assert [m.kind for m in found] == ["cites", "previous", "link", "cites", "fixes", "link"]
    assert [m.last for m in found] == sorted(m.last for m in found)


def test_the_quote_is_the_sentence() -> None:
    found = only(f"One. As {SHORT} did,\nit fails. Three.")
    assert found.quote == f"As {SHORT} did,\nit fails."
    assert (found.first, found.last) == (3, 4)


def test_a_long_sentence_is_cut_at_words() -> None:
    found = only("word " * 200 + f"commit {SHORT} " + "word " * 200)
    assert SHORT in found.quote
    assert len(found.quote) <= 300
    assert set(found.quote.split()) == {"word", "commit", SHORT}


PIECES = (
    *("Fixes: ", "commit ", "commits ", "This reverts ", "[ Upstream commit ", "Link: ", " ]"),
    *("Revert ", '"', "'", "“", "”", "(", ")", " (", '("', '")', "> ", "- ", "\n", "\n\n", " "),
    *(FULL, SHORT, "1234abc", "1234567", "abcdef1", "-gabcdef1", "https://lore.kernel.org/r/"),
    *("20200102@b.org", "the previous patch", "this series", "area: do it", ", 2020-01-02)", "."),
    *("Cc: A <a@b> # ", "Signed-off-by: A B <a@b>", "#123", "..", "upstream.", "and ", ", ", "é"),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join)


@given(TEXTS)
def test_every_quote_stands_at_its_place(message: str) -> None:
    lines = message.split("\n")
    found = read(message)
    for mention in found.mentions:
        assert 1 <= mention.first <= mention.last <= len(lines)
        place = "\n".join(lines[mention.first - 1 : mention.last])
        assert mention.quote in place
        assert mention.quote.count("\n") == mention.last - mention.first
        assert 0 < len(mention.quote) <= 320
    for trailer in found.trailers:
        assert lines[trailer.line - 1].startswith(trailer.key)


@given(TEXTS)
def test_every_hash_and_subject_is_in_the_message(message: str) -> None:
    low = message.lower()
    folded = " ".join(message.replace(">", " ").split())
    for mention in read(message).mentions:
        if mention.hash:
            joined = low.replace("\n", "").replace("> ", "").replace(">", "").replace(" ", "")
            assert mention.hash in low or mention.hash in joined
            assert 5 <= len(mention.hash) <= 64
        if mention.rule != "Reapply subject":
            assert " ".join(mention.subject.replace(">", " ").split()) in folded


@given(TEXTS)
def test_what_is_quoted_in_a_mail_is_read_as_if_it_were_said(message: str) -> None:
    """The marks of a quoted mail do not change which whole hashes are found."""
    body = f"As of commit {FULL} it fails.\n\n{message}"
    quoted = "\n".join(f"> {line}" for line in body.split("\n"))
    assert FULL in {m.hash for m in mentions(quoted)}


HOSTILE = (
    *("Fixes: ", "commit ", "a", "1234abc ", "1234abc, ", 'commit 1234abc ("', '("', '"', '\n"'),
    *("'", "(", "[", " ", "\t", "\n", "\n ", "> ", "\n> ", "\nFixes: 1234abc", "\nFixes:"),
    *("\nLink: ", "\nLink: http://", "http://", "http://a/commit/1234abc", "@", "<a@b> ", "<"),
    *("\nCc: a@b, ", "\nCc: stable # 1234abc: ", "#", "\nReviewed-by: A <a@b>", "\nFoo: bar"),
    *(". ", "revert ", 'Revert "', "fixup! ", "previous patch ", "this series ", "1234abcd "),
    *(
        "[<ffff123412341234>] ",
        "commit\n",
        "0a1b2c3d\n",
        "1234abc..",
        "1234abc/",
        "“",
        "\u2018",
        "é",
    ),
    *(f"\ncommit {FULL}", "\nUpstream commit:\n", '\nUpstream: "', '\nDepends-on: "'),
    *("commit 1234abc (", '"a b c" commit ', "commit 'a b ", "\n[ a", 'series "', "1234abc (("),
    *("1234abc (a, 2020-01-01) ", "a/b#12 ", "bug 12345 ", "a/b@1234abc ", '\n- "a: b c d"'),
)


def seconds(piece: str, size: int) -> float:
    message = "x\n\n" + piece * (size // len(piece))
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        read(message)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    """Eight times the text takes about eight times as long; what is quadratic takes 64 times."""
    short, long = seconds(piece, 4_000), seconds(piece, 32_000)
    assert long <= 24 * max(short, 0.0005)
