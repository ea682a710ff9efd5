"""Raw mail to headers and text: encodings as mail has them, and whatever else comes along."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.mail.facts import read_mail
from minekvm.core.mail.parse import read
from minekvm.core.mail.replies import read_answer
from minekvm.core.mail.tags import tags

DIFF = """\
diff --git a/kvm/x.c b/kvm/x.c
index 1234567..89abcde 100644
--- a/kvm/x.c
+++ b/kvm/x.c
@@ -1,3 +1,3 @@ int enter(int cpu)
 {
-	trace_before(cpu);
+	trace_after(cpu);
 }
"""


def mail(body: bytes | str = "hello\n", **headers: str) -> bytes:
    """A mail with a few usual headers; `Content_Type` is spelled with an underscore."""
    told = {
        "From": "A. Uthor <a@example.org>",
        "Date": "Tue, 26 Apr 2022 01:25:51 -0700",
        "Subject": "[PATCH] x: move it",
        "Message-Id": "<1.2-x@example.org>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in told.items())
    raw = body if isinstance(body, bytes) else body.encode()
    return head.encode("utf-8", "surrogateescape") + b"\n" + raw


def text(raw: bytes) -> str:
    found = read(raw)
    assert found is not None
    return found.text


def flaws(raw: bytes) -> tuple[str, ...]:
    found = read_mail(raw)
    assert found is not None
    return found.flaws


def test_what_a_patch_mail_says() -> None:
    found = read_mail(mail(f"Because.\n---\n a | 2 +-\n\n{DIFF}-- \n2.30\n"))
    assert found is not None
    patch = found.mail.patch
    assert (found.mail.id, found.mail.sort, found.mail.date) == (
        "1.2-x@example.org",
        "patch",
        "2022-04-26T01:25:51-07:00",
    )
    assert (patch.subject, patch.author, patch.email) == ("x: move it", "A. Uthor", "a@example.org")
    assert [(f.path, f.old, f.new, f.functions) for f in patch.files] == [
        ("kvm/x.c", "1234567", "89abcde", ("enter",))
    ]
    assert len(patch.lines) == 2
    assert found.diff == DIFF
    assert found.flaws == ()


@pytest.mark.parametrize(
    ("encoding", "charset", "body"),
    [
        ("8bit", "utf-8", "Jürgen moved it\n".encode()),
        ("8bit", "iso-8859-1", "Jürgen moved it\n".encode("latin-1")),
        ("8bit", "no-such-charset", "Jürgen moved it\n".encode()),
        ("8bit", "utf-8", "Jürgen moved it\n".encode("latin-1")),
        ("base64", "utf-8", base64.encodebytes("Jürgen moved it\n".encode())),
        ("quoted-printable", "utf-8", quopri.encodestring("Jürgen moved it\n".encode())),
        ("QUOTED-PRINTABLE", "utf-8", b"J=C3=BCrgen mov=\ned it\n"),
        ("7bit", "utf-8", "Jürgen moved it\r\n".encode()),
    ],
)
def test_a_body_is_decoded_whatever_carries_it(encoding: str, charset: str, body: bytes) -> None:
    raw = mail(
        body,
        Content_Type=f"text/plain; charset={charset}",
        Content_Transfer_Encoding=encoding,
    )
    assert text(raw) == "Jürgen moved it\n"


def test_a_diff_in_base64_is_a_diff() -> None:
    raw = mail(base64.encodebytes(DIFF.encode()), Content_Transfer_Encoding="base64")
    found = read_mail(raw)
    assert found is not None
    assert found.mail.patch.files[0].path == "kvm/x.c"


def test_base64_that_is_cut_off_gives_what_it_has() -> None:
    whole = base64.b64encode(b"a text of some length\n" * 3)
    raw = mail(whole[:-7], Content_Transfer_Encoding="base64")
    assert text(raw).startswith("a text of some length\n")
    assert flaws(raw) == ("base64 cut off",)


def test_html_is_text_only_where_there_is_no_other() -> None:
    html = "<html><head><style>p{}</style></head><p>if (a &lt; b)</p>\n<p>moved</p></html>"
    alone = mail(html, Content_Type="text/html")
    assert text(alone).split() == ["if", "(a", "<", "b)", "moved"]
    assert flaws(alone) == ("HTML only",)
    both = mail(
        f"--X\nContent-Type: text/plain\n\nplain\n--X\nContent-Type: text/html\n\n{html}\n--X--\n",
        Content_Type='multipart/alternative; boundary="X"',
    )
    assert text(both).strip() == "plain"
    assert flaws(both) == ()


def test_a_patch_that_is_attached_counts() -> None:
    body = (
        "preamble\n--b\nContent-Type: text/plain\n\nSee below.\n--b\n"
        "Content-Type: application/octet-stream; name=x.patch\n"
        "Content-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename=x.patch\n\n"
        + base64.encodebytes(DIFF.encode()).decode()
        + "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"
    )
    found = read_mail(mail(body, Content_Type="multipart/mixed; boundary=b"))
    assert found is not None
    assert found.mail.patch.files[0].functions == ("enter",)


def test_parts_that_are_cut_off_or_without_end_are_told() -> None:
    cut = mail("--b\n\nwhole\n--b\n\nhal", Content_Type="multipart/mixed; boundary=b")
    assert text(cut).split() == ["whole", "hal"]
    assert flaws(cut) == ("parts cut off",)
    assert flaws(mail("x", Content_Type="multipart/mixed")) == ("parts without a boundary",)
    deep = "x"
    for n in range(40):
        deep = f"--{n}\nContent-Type: multipart/mixed; boundary={n - 1}\n\n{deep}\n--{n}--\n"
    assert "parts nested too deep" in flaws(mail(deep, Content_Type="multipart/mixed; boundary=39"))


def test_encoded_headers() -> None:
    found = read_mail(
        mail(
            Subject="=?utf-8?q?=5BPATCH_v2_3/7=5D?=\n =?utf-8?b?IEvDtm5pZzogbW92ZSBpdA==?=",
            From="=?iso-8859-1?q?J=FCrgen_=D6stlund?= <j@example.org>",
            In_Reply_To="=?utf-8?q?=3Cf611=2E17387?=\n =?utf-8?q?46821=2Egit=40example=2Eorg=3E?=",
        )
    )
    assert found is not None
    patch = found.mail.patch
    assert (patch.subject, patch.version, patch.number, patch.total) == ("König: move it", 2, 3, 7)
    assert patch.author == "Jürgen Östlund"
    assert found.mail.reply_to == "f611.1738746821.git@example.org"


@pytest.mark.parametrize(
    ("headers", "flaw"),
    [
        ({"Message-Id": ""}, "no Message-Id"),
        ({"Date": "yesterday"}, "no Date that can be read"),
        ({"Date": "Tue, 99 Foo 2022 01:25:51 -0700"}, "no Date that can be read"),
        ({"In-Reply-To": "<1.2-x@example.org>"}, "refers to itself"),
        ({"Subject": "=?utf-8?b?!!!?="}, ""),
        ({"Subject": "=?klingon?q?=FF?="}, ""),
        ({"From": "@@@ <<>>"}, ""),
        ({"From": "(" * 1_500 + " <a@example.org>"}, "a From that cannot be read"),
    ],
)
def test_broken_headers_are_told_and_the_mail_kept(headers: dict[str, str], flaw: str) -> None:
    assert flaws(mail(**headers)) == ((flaw,) if flaw else ())


def test_who_wrote_a_patch_that_another_sent() -> None:
    found = read_mail(mail(f"From: B. Ob <b@example.org>\n\nBecause.\n{DIFF}"))
    assert found is not None
    assert found.mail.patch.email == "b@example.org"


def test_a_robots_notice_has_the_authors_name_and_never_its_commit_id() -> None:
    body = (
        "The following commit has been merged into the x86/entry branch of tip:\n\n"
        f"Commit-ID:     {'5e' * 20}\nGitweb:        https://git.example.org/tip/{'5e' * 20}\n"
        "Author:        B. Ob <b@example.org>\n"
        "AuthorDate:    Wed, 08 Jul 2020 21:51:54 +02:00\n\nx: move it\n\nBecause.\n---\n" + DIFF
    )
    found = read_mail(mail(body, From='"tip-bot2 for B. Ob" <tip-bot2@example.org>'))
    assert found is not None
    assert (found.mail.sort, found.mail.patch.email) == ("notice", "b@example.org")
    assert "5e5e5e5e" not in repr(found)


def test_a_patch_below_scissors_and_a_quoted_one() -> None:
    quoted = "".join(f"> {line}\n" for line in DIFF.splitlines())
    answer = read_mail(mail(f"On Tue, B wrote:\n{quoted}\nNo.\n", Subject="Re: [PATCH] x: move it"))
    assert answer is not None
    assert (answer.mail.sort, answer.mail.patch.files) == ("reply", ())
    inline = read_mail(mail(f"How about:\n\n-- >8 --\nSubject: y\n\n{DIFF}", Subject="Re: x"))
    assert inline is not None
    assert inline.mail.patch.files[0].path == "kvm/x.c"


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\x00" * 5000, b"GIF89a...", b"just words\n\nmore"])
def test_what_is_no_mail_is_told_apart(raw: bytes) -> None:
    assert read_mail(raw) is None


NAMES = (
    *("From", "Date", "Subject", "Message-Id", "References", "In-Reply-To", "List-Id"),
    *("Content-Type", "Content-Transfer-Encoding", "Content-Disposition"),
)
VALUES = (
    *(b"multipart/mixed; boundary=b", b"base64", b"quoted-printable", b"=?utf-8?q?=?=", b"<a@b>"),
    *(b"text/html; charset=utf-7", b"Mon, 1 Jan 0000 99:99 +9999", b"=?x?y?z?="),
)
HEADERS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.one_of(st.binary(max_size=60), st.sampled_from(VALUES))),
    max_size=8,
)


@given(HEADERS, st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)))
def test_no_mail_makes_the_reader_fail(headers: list[tuple[str, bytes]], body: bytes) -> None:
    raw = b"".join(name.encode() + b": " + value + b"\n" for name, value in headers)
    for whole in (raw + b"\n" + body, body, raw + body + b"--b\n\n" + DIFF.encode()):
        found = read_mail(whole)
        if found is not None:
            assert found.mail.id
            assert found.mail.id not in found.mail.references
            read_answer(text(whole))


@given(st.binary(max_size=1500))
def test_a_fuzzed_diff_is_still_a_mail(noise: bytes) -> None:
    found = read_mail(mail(DIFF.encode() + noise + DIFF.encode()))
    assert found is not None
    assert found.mail.patch.files[0].path == "kvm/x.c"


def test_a_clear_signed_patch_is_the_patch_that_was_signed() -> None:
    diff = "--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,2 @@ int f(int a)\n int b;\n-int c;\n int d;\n"
    signed = "".join(f"- {line}" if line[0] == "-" else line for line in diff.splitlines(True))
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nWhy.\n- ---\n"
    end = "- -- \n2.39\n-----BEGIN PGP SIGNATURE-----\n\n- abc=\n-----END PGP SIGNATURE-----\n"
    head = "From: A <a@example.org>\nSubject: [PATCH] x: no c\nMessage-Id: <1@example.org>\n\n"
    found = read_mail(f"{head}{text}{signed}{end}".encode())
    assert found is not None
    assert found.diff == diff
    assert [(f.path, f.functions) for f in found.mail.patch.files] == [("x.c", ("f",))]
    raw = read(f"{head}- --- no signature\n".encode())
    assert raw is not None
    assert raw.text == "- --- no signature\n"


ANSWERS = [
    "AW:",
    "Re :",
    "RE:RE:",
    "Antw:",
    "R:",
    "Re^2:",
    "Re(2):",
    "回复:",
    "答复\uff1a",
    "Odp:",
    "Réf. :",
    "EXTERNAL: Re:",
    "{Spam?} Re:",
    "[list] SV:",
]


@pytest.mark.parametrize("before", ANSWERS)
def test_an_answer_in_any_language_is_one(before: str) -> None:
    said = tags(f"{before} [PATCH v2 1/3] x: no c")
    assert (said.reply, said.version, said.number, said.bare) == (True, 2, 1, "x: no c")


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("EXTERNAL: [PATCH v3] x: no c", "x: no c"),
        ("[PATCH 2/7]v3: x: no c", "x: no c"),
        ("[PATCH v3] vs: r: no c", "vs: r: no c"),
        ("[PATCH v3] x: r: no c", "x: r: no c"),
    ],
)
def test_what_only_looks_like_an_answer_is_a_patch(subject: str, bare: str) -> None:
    said = tags(subject)
    assert (said.reply, said.version, said.bare) == (False, 3, bare)


@pytest.mark.parametrize(("mark", "sort"), [("", "reply"), ("---\n", "patch")])
def test_a_sketch_below_a_quote_is_an_answer_whatever_its_subject(mark: str, sort: str) -> None:
    head = "From: B <b@example.org>\nSubject: [PATCH] x: no c\nMessage-Id: <2@example.org>\n"
    text = "\nOn Monday A wrote:\n> a patch\n\nRather so?\n\n"
    found = read_mail(f"{head}In-Reply-To: <1@example.org>\n{text}{mark}\n{DIFF}".encode())
    assert found is not None
    assert found.mail.sort == sort
