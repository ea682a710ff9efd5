"""What a C file declares beside functions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.c.declarations import declarations
from minekvm.core.declarations import Declaration, Member


def read(source: str) -> dict[tuple[str, str], Declaration]:
    return {(d.kind, d.name): d for d in declarations(source.encode())}


def members(source: str, kind: str, name: str) -> dict[str, str]:
    return {m.name: m.type for m in read(source)[kind, name].members}


def test_fields_have_their_types() -> None:
    source = """struct page {
	unsigned long flags, *map;
	unsigned kind:3; /* of what */
	void (*free)(struct page *, int);
	DECLARE_BITMAP(bits, 10);
	u8 key[KEYS + 1] __aligned(8);
	struct list_head __rcu *head;
};
"""
    assert members(source, "struct", "page") == {
        "flags": "unsigned long",
        "map": "unsigned long *",
        "kind": "unsigned :3",
        "free": "void (*)(struct page *, int)",
        "bits": "DECLARE_BITMAP(bits, 10)",
        "key": "u8 [KEYS + 1] __aligned(8)",
        "head": "struct list_head __rcu *",
    }


def test_fields_inside_of_fields_are_told_by_way_of_them() -> None:
    source = "struct a { struct { int b; } c; union { long d; struct e { int f; } g; }; };"
    assert list(members(source, "struct", "a")) == ["c", "c.b", "d", "g"]
    assert list(members(source, "struct", "e")) == ["f"]


def test_a_field_has_the_condition_around_it() -> None:
    source = "struct a {\n#ifdef CONFIG_B\n\tint b;\n#else\n\tlong b;\n#endif\n};"
    fields = read(source)["struct", "a"].members
    conditions = ("defined(CONFIG_B)", "!defined(CONFIG_B)")
    assert fields == (
        Member("b", "field", "int", 3, conditions[0]),
        Member("b", "field", "long", 5, conditions[1]),
    )


def test_constants_have_their_values_as_they_are_written() -> None:
    source = "enum state { IDLE, BUSY = 1 << 2, DEAD /* at last */, };\nenum { ALONE = 'a' };"
    assert members(source, "enum", "state") == {"IDLE": "", "BUSY": "1 << 2", "DEAD": ""}
    assert members(source, "enum", "") == {"ALONE": "'a'"}


def test_typedefs_tell_of_what() -> None:
    source = """typedef struct { int a; } box_t, *box_p;
typedef int (*call)(int a, void *b);
typedef bool (less_fn)(int, int);
typedef unsigned long word_t;
"""
    found = {name: d.type for (kind, name), d in read(source).items() if kind == "typedef"}
    assert found == {
        "box_t": "struct",
        "box_p": "struct *",
        "call": "int (*)(int a, void *b)",
        "less_fn": "bool ()(int, int)",
        "word_t": "unsigned long",
    }
    assert members(source, "typedef", "box_t") == {"a": "int"}


def test_macros_without_arguments_have_values() -> None:
    source = "#define SIZE \\\n\t(2 * 8) // bytes\n#define EMPTY\n#define call(x) (x)\n"
    found = {name: d.type for (_, name), d in read(source).items()}
    assert found == {"SIZE": "(2 * 8)", "EMPTY": ""}


def test_entries_of_tables_are_named_by_what_they_designate_or_begin_with() -> None:
    source = """static const struct file_ops plain = { .open = plain_open, .read = plain_read, };
static struct cmd commands[] = { { "add", cmd_add, 1 }, { "rm", cmd_rm } };
int (*exits[])(void) = { [EXIT_HLT] = handle_halt };
"""
    assert members(source, "variable", "plain") == {"open": "plain_open", "read": "plain_read"}
    assert read(source)["variable", "plain"].of == "file_ops"
    assert list(members(source, "variable", "commands")) == ['"add"', '"rm"']
    assert members(source, "variable", "exits") == {"[EXIT_HLT]": "handle_halt"}


def test_variables_are_no_prototypes_and_no_announcements() -> None:
    source = """int count = 3, sizes[4];
static const u16 TABLE[C(SIZE)] = { 1 };
static DEFINE_MUTEX(lock);
static DEFINE_PER_CPU(struct box, boxes);
struct box { int a; } __packed;
u64 seen __read_mostly;
extern int elsewhere;
struct later;
int call(FILE *stream, int a);
void update(unsigned char [20], CTX *ctx);
EXPORT_SYMBOL(call)
int (*hook)(FILE *stream);
static char (*rows)[20];
int run(void) { int inside; return 0; }
"""
    found = {name for kind, name in read(source) if kind == "variable"}
    assert found == {"count", "sizes", "TABLE", "lock", "boxes", "seen", "hook", "rows"}


def test_parameters_and_compatibles_are_declared_by_name() -> None:
    source = """module_param(halt_poll, uint, 0644);
static const struct of_device_id ids[] = { { .compatible = "acme,box", .data = &box }, { } };
"""
    found = read(source)
    assert found["parameter", "halt_poll"].type == "module_param(halt_poll, uint, 0644)"
    assert found["compatible", "acme,box"].type == ".data = &box"


def test_each_stands_on_its_lines() -> None:
    source = "/* x */\nstruct a {\n\tint b;\n};\nint c;\n"
    spans = {name: (d.start_line, d.end_line) for (_, name), d in read(source).items()}
    assert spans == {"a": (2, 4), "c": (5, 5)}


@given(st.text("struct enum{}();,=*[]#\"'/\\\n ab").map(str.encode))
def test_no_bytes_make_it_fail(source: bytes) -> None:
    last = source.count(b"\n") + 1
    assert all(1 <= d.start_line <= d.end_line <= last for d in declarations(source))
