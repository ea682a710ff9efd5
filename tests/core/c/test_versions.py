"""Versions of a file scanned from one another: always what a scan of the whole file gives."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from minekvm.core.c.definitions import scan
from minekvm.core.c.versions import read

PIECES = (
    "int f(int a)\n{\n\treturn g(a);\n}\n",
    "static int f(void) { return 1; }\n",
    "#define M(a) f(a, \\\n\t1)\n",
    "#ifdef CONFIG_A\n",
    "#else\n",
    "#endif\n",
    "struct s {\n\tint a;\n} name(void)\n{\n\treturn 2;\n}\n",
    "enum { A, B };\n",
    "/* a comment with { and } */\n",
    "int open(void)\n{\n\tif (a) {\n",
    "}\n",
    'extern "C" {\n',
    "TRACE_EVENT(kvm_entry, TP_PROTO(int a));\n",
    "\n",
    'char *s = "}{";\n',
    "#if A\nint one(void)\n#else\nint two(void)\n#endif\n{\n}\n",
    "int h(a)\nint a;\n{\n\tdo(a);\n}\n",
    "} x(void) {\n}\n",
)
texts = st.lists(st.sampled_from(PIECES), max_size=8).map("".join).map(str.encode)
chains = st.lists(texts, min_size=1, max_size=4)


@given(chains)
@example(
    [b"int f(void)\n{\n}\nint g(void)\n{\n}\n", b"int f(void)\n{\n}\n#if A\nint g(void)\n{\n}\n"]
)
def test_a_version_is_what_a_scan_finds(chain: list[bytes]) -> None:
    before = None
    known: dict[bytes, tuple[bytes, str]] = {}
    for source in chain:
        before = read(source, known, before)
        assert before.functions == scan(source)


@given(texts, st.integers(0, 200), st.integers(0, 40), st.sampled_from(PIECES))
def test_a_cut_anywhere_is_seen(source: bytes, at: int, length: int, piece: str) -> None:
    edited = source[:at] + piece.encode() + source[at + length :]
    assert read(edited, {}, read(source, {})).functions == scan(edited)


def test_what_stands_apart_from_a_change_is_not_scanned_again() -> None:
    many = b"".join(b"int f%d(void)\n{\n\treturn %d;\n}\n\n" % (n, n) for n in range(60))
    before = read(many, {})
    after = read(many.replace(b"return 30;", b"return x;"), {}, before)
    same = [a is b for a, b in zip(after.functions, before.functions, strict=True)]
    assert same.count(False) <= 35  # those behind it moved by some bytes
    assert all(same[:28])
