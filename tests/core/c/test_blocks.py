"""The blocks of a file, by the names under which they are spoken of."""

from __future__ import annotations

import pytest

from minekvm.core.c.blocks import blocks, lines_in

FILE = b"""\
#include "a.h"
#define LIMIT 8

struct queue {
\tint head;
\tint tail;
};

typedef struct {
\tint first;
} pair_t;

static const struct ops table[] = {
\t{ .run = go_in },
};

enum state { IDLE, BUSY };

static int
in_two_lines(struct queue *q)
{
\tif (q->head)
\t\tgoto out;
out:
\treturn q->tail;
}

int in_one_line(pair_t *p) { return p->first; }
"""


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("queue", "int head;", "return q->tail;"),
        ("pair_t", "int first;", "int head;"),
        ("table", "{ .run = go_in },", "enum state { IDLE, BUSY };"),
        ("state", "enum state { IDLE, BUSY };", "int first;"),
        ("in_two_lines", "return q->tail;", "int first;"),
        ("in_one_line", "int in_one_line(pair_t *p) { return p->first; }", "}"),
        ("LIMIT", "#define LIMIT 8", "struct queue {"),
    ],
)
def test_a_block_is_found_by_its_name(name: str, has: str, lacks: str) -> None:
    lines = lines_in(FILE, [name])[name]
    assert has.encode() in lines
    assert lacks.encode() not in lines


def test_what_names_no_block_has_none() -> None:
    assert blocks(FILE, ["ops", "head", "out", "nothing"]) == {}
    assert blocks(b"", ["queue"]) == {}


def test_several_blocks_of_a_name_are_one() -> None:
    text = b"#ifdef A\nint f(void)\n{\n\tone();\n}\n#else\nint f(void)\n{\n\ttwo();\n}\n#endif\n"
    assert b"one();" in lines_in(text, ["f"])["f"]
    assert b"two();" in lines_in(text, ["f"])["f"]


def test_a_file_without_a_block_has_none() -> None:
    assert blocks(b"/*\n * go_in is called elsewhere\n */\n", ["go_in"]) == {}
    assert blocks(b"", ["go_in"]) == {}
