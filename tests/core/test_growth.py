"""No input makes the core crawl: every entry point that reads other people's text, growing.

What is held is a ratio: four times the text may cost about four times as much, never sixteen. A
quick call is not measured, for a clock tells nothing of it. By default each entry point is given
the atoms that hurt most; MINEKVM_GROWTH=all gives every one to each.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from minekvm.core.c import definitions, finder, flow, source, symbols, tables
from minekvm.core.callers import sites
from minekvm.core.lineage import message_names, similarity
from minekvm.core.mail import diffs, facts, ids, parse, replies, tags
from minekvm.core.messages import links, quoting, read, subjects, trailers
from minekvm.core.origins import lines
from minekvm.core.origins import sites as origin_sites
from minekvm.core.origins import text as origin_text
from minekvm.core.report import commit_urls
from minekvm.core.why import reading, reasons, sentences
from minekvm.core.why.reason_signs import Sought

Read = Callable[[bytes], object]

SHORT, LONG = 4_000, 16_000  # bytes
QUICK = 0.06  # seconds: what is quicker with the long text is quick enough, and no clock tells more
MOST = 9.0  # of the long text's time over the short one's; four is linear, sixteen quadratic

WORST = [*" \t\n\r\u2028é(){}[]<\"'\\a0>=,;", "\\\n", "a ", "a(", "a\n", "> a\nb\n", "0 a", ": "]
WORST += ["deadbeef12, ", "a@b ", "g(a);", "#if\n", "/*", "a: b\n", "=?utf-8?q?a?= ", ". "]
OTHERS = [*"\x0b\x0c\x85\xa0)_#A/%", "()", "{}", "//", "/* */", "#else\n", "#if\n#endif\n", "a_"]
OTHERS += ["#define a\n", "a)", "f(a,", "a\n\n", ">\n", "ab12 ", 'deadbeef12 ("a") ', "commit "]
OTHERS += ["Fixes: deadbeef12\n", "Link: http://a/b\n", "http://", "<a@b> ", "=?utf-8?q?", "- "]
OTHERS += ["...", "A. ", "\0", "a/", "&&", "? a : ", "if (a) ", "else ", "case 1: ", "x = {", "do "]
OTHERS += ["struct x{", "1 ", "i.e. ", "`", "[PATCH]", "Re: ", "--\n", "---\n", "+a\n", "-a\n"]
OTHERS += ["@@ -1 +1 @@\n", "diff --git a/a b/a\n", "goto a;", '"a"', "a->b", ".a = b,", "word 1."]
ATOMS = WORST + OTHERS if os.environ.get("MINEKVM_GROWTH") == "all" else WORST

WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "alone": lambda text: text,
    "body": lambda text: b"int f(int a)\n{\n" + text + b"\n}\n",
    "header": lambda text: b"static " + text + b" f(int a)\n{\n\treturn g(a);\n}\n",
    "parameters": lambda text: b"int f(int a, " + text + b")\n{\n\treturn g(a);\n}\n",
    "table": lambda text: b"static struct ops o = {\n\t.run = " + text + b",\n};\n",
}
HEADERS = ("From", "Subject", "Message-Id", "References", "Date", "Content-Type", "In-Reply-To")


def _sites(text: bytes) -> object:
    return [list(sites.sites(function, "g")) for function in definitions.scan(text)]


def _headed(name: str) -> Read:
    start = b"Message-Id: <a@b>\n" + name.encode() + b": "
    return lambda text: facts.read_mail(start + text.replace(b"\n", b"\n ") + b"\n\nbody\n")


def _worded(reader: Callable[[str], object], before: str = "") -> Read:
    return lambda text: reader(before + text.decode())


SOURCE: dict[str, Read] = {
    "scan": definitions.scan,
    "find": lambda text: finder.find(text, "f"),
    "sites": _sites,
    "ops": tables.ops,
    "mask": source.mask,
    "flow": flow.flow,
    "tokens": source.tokens,
}
READERS: dict[str, Read] = {
    **{
        f"{name} {place}": lambda text, reader=reader, wrap=wrap: reader(wrap(text))  # type: ignore[misc]
        for name, reader in SOURCE.items()
        for place, wrap in WRAPPED.items()
    },
    **{f"mail {name}": _headed(name) for name in HEADERS},
    "mail body": lambda text: facts.read_mail(b"Message-Id: <a@b>\nSubject: [PATCH] x\n\n" + text),
    "changed line": lines.squeezed,
    "changed tokens": lines.tokens_of,
    "identifiers": origin_sites.identifiers,
    "blanks in prose": lambda text: origin_text.prose("x\n\ny" + text.decode() * 4 + "z"),
    "lines of a reply": lambda text: replies.read_answer(text.decode() * 4),
    "references": _worded(read.read, "x\n\n"),
    "references, subject": _worded(read.read),
    "references, fixes": _worded(read.read, 'x\n\nFixes: deadbeef1234 ("'),
    "references, commit": _worded(read.read, 'x\n\nSee commit deadbeef1234 ("'),
    "trailers": _worded(trailers.trailer_lines),
    "message names": _worded(message_names.read_message),
    "diffs": _worded(diffs.files),
    "message ids": _worded(ids.header_ids),
    "mails linked": _worded(ids.mails_linked),
    "header": _worded(parse.decoded_header),
    "reply": _worded(replies.read_answer),
    "tags": _worded(tags.tags),
    "subject folded": _worded(subjects.folded),
    "subject cut": _worded(subjects.cut),
    "quote folded": _worded(quoting.folded),
    "commit in a link": _worded(links.commit_in),
    "prose": _worded(origin_text.prose),
    "words": _worded(origin_text.words),
    "remote": _worded(commit_urls.public),
    "symbol": _worded(symbols.candidates),
    "name likeness": _worded(lambda text: similarity.name_likeness(text, text[::-1])),
    "reasons": _worded(lambda text: reasons.reasons(text, Sought()), "x\n\n"),
    "sentences": _worded(sentences.sentences.__wrapped__),  # what it keeps would cost nothing
    "question": _worded(reading.read),
}


def _seconds(reader: Read, text: bytes) -> float:
    start = time.process_time()
    reader(text)
    return time.process_time() - start


def _grown(atom: bytes, size: int) -> bytes:
    return atom * (size // len(atom) + 1)


@pytest.mark.parametrize("name", READERS)
def test_four_times_the_text_costs_about_four_times_as_much(name: str) -> None:
    reader, slow = READERS[name], []
    for atom in ATOMS:
        raw = atom.encode()
        if _seconds(reader, _grown(raw, LONG)) < QUICK:
            continue
        # Twice, the better of both: other work on the machine costs time as well.
        long = min(_seconds(reader, _grown(raw, LONG)) for _ in range(2))
        short = min(_seconds(reader, _grown(raw, SHORT)) for _ in range(2))
        if long >= QUICK and long > MOST * short:
            slow.append((atom, round(long / short, 1)))
    assert slow == []
