"""What counts as renamed, and as no change of a line at all, on literal lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.origins.renaming import bare, renamed, renaming


def lines(text: str) -> tuple[bytes, ...]:
    return tuple(text.encode().splitlines())


def found(old: str, new: str, subject: str = "ring: work on it") -> dict[bytes, bytes]:
    names = renaming([(lines(old), lines(new))], subject)
    return {name.lstrip(b">#"): other.lstrip(b">#") for name, other in names.items()}


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (b"\tif (a == b) {", b"if(a==b)"),
        (b"\t} else {", b"else"),
        (b"x = 1; /* one */", b"x=1;"),
        (b"x = 1; // one", b"x=1;"),
        (b"x = 1; /* begun", b"x=1;"),
        (b"\t}", b""),
        (b"a = b / c;", b"a=b/c;"),
    ],
)
def test_bare(line: bytes, plain: bytes) -> None:
    assert bare(line) == plain


def test_a_variable_in_several_lines() -> None:
    assert found("f(q);\nq->n++;", "f(queue);\nqueue->n++;") == {b"q": b"queue"}


def test_a_definition_and_its_uses() -> None:
    old, new = (
        "static int pop(int n)\nreturn pop(n - 1);",
        "static int take(int n)\nreturn take(n - 1);",
    )
    assert found(old, new) == {b"pop": b"take"}
    assert found("#define MOST 3\nn < MOST;", "#define LIMIT 3\nn < LIMIT;") == {b"MOST": b"LIMIT"}
    assert found("\tint head;\nr->head++;", "\tint first;\nr->first++;") == {b"head": b"first"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a = q;", "a = p;"),  # one line
        ("f(q);\ng(q);", "f(p);\ng(r);"),  # two names
        ("f(q);\ng(q);\nh(q);", "f(p);\ng(p);\nh(q);"),  # goes on
        ("f(q);\ng(q);\nh(p);", "f(p);\ng(p);\nh(p);"),  # was there
        ("x = alloc(a);\ny = alloc(b);", "x = zalloc(a);\ny = zalloc(b);"),  # replaced calls
        ("f(a, ONE);\nf(b, ONE);", "f(a, TWO);\nf(b, TWO);"),  # replaced constants
        ("u32 a;\nu32 b;", "u64 a;\nu64 b;"),  # types of the language
        ("f(p);\ng(p);\nf(q);\ng(q);", "f(z);\ng(z);\nf(z);\ng(z);"),  # two become one
    ],
)
def test_no_renaming(old: str, new: str) -> None:
    assert found(old, new) == {}


def test_a_subject_that_says_so_is_enough() -> None:
    subject = "ring: rename alloc to zalloc"
    assert found("x = alloc(a);", "x = zalloc(a);", subject) == {b"alloc": b"zalloc"}


def test_many_lines_are_enough() -> None:
    old = "\n".join(f"x{n} = alloc({n});" for n in range(6))
    assert found(old, old.replace("alloc", "zalloc")) == {b"alloc": b"zalloc"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (  # the new name is a type's tag, or a member's
            "static int pop(struct queue *q)\nif (q->head >= q->tail)",
            "static int pop(struct queue *queue)\nif (queue->head >= queue->tail)",
        ),
        ("f(struct r *r, int c)\nc > r->count;", "f(struct r *r, int count)\ncount > r->count;"),
        ("\tRING_A,\nr->state == RING_A", "\tRING_FULL,\nr->state == RING_FULL"),
        ("} ring_t;\nint pop(ring_t *r)", "} queue_t;\nint pop(queue_t *r)"),
        ('f(char *n)\nlog("n=%s", n);', 'f(char *name)\nlog("n=%s", name);'),
        ("f(struct r *q)\nif (q->a)", "f(struct r *queue) { /* was q */\nif (queue->a)"),
        ("goto out;\nout:", "goto fail;\nfail:"),
        ("#define IN(q, x) \\\n((q)->n >= (x))", "#define IN(u, x) \\\n((u)->n >= (x))"),
        ("\tint len;\nr->len++;\nx = r->len;", "\tint size;\nr->size++;\nx = r->size;"),
    ],
)
def test_whatever_a_renaming_names(old: str, new: str) -> None:
    names = renaming([(lines(old), lines(new))])
    assert [renamed(line, names) for line in lines(old)] == [bare(line) for line in lines(new)]


@given(st.lists(st.sampled_from(["f(q);", "q->n = q;", "g(q, other);", "if (q) {"]), min_size=2))
def test_every_line_of_a_renaming_is_the_same_line(body: list[str]) -> None:
    old = lines("\n".join(body))
    new = tuple(line.replace(b"q", b"queue") for line in old)
    names = renaming([(old, new)])
    assert [renamed(line, names) for line in old] == [bare(line) for line in new]
