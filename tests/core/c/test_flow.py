"""The text of one definition to its control flow."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.builders import within
from minekvm.core.c.flow import flow
from minekvm.core.c.source import mask
from minekvm.core.c.steps import (
    Call,
    Case,
    Chain,
    Decision,
    Either,
    Jump,
    Label,
    Loop,
    Point,
    Scope,
    Step,
    Steps,
    Switch,
    calls,
    uses,
)


def outline(steps: Steps) -> str:
    """Steps in one line; what an indirect call calls stands behind `=`."""
    return " ".join(map(_outlined, steps))


def _outlined(step: Step) -> str:
    told = ""
    match step:
        case Call():
            told = f"{step.callee}={step.name}" if step.indirect else step.name
        case Point():
            told = f"@{step.name}"
        case Jump():
            told = f"{step.kind} {step.target}".strip()
        case Label():
            told = f"{step.name}:"
        case Case():
            told = "default" if step.default else "case"
        case Chain():
            told = f"[{' | '.join(map(outline, step.parts))}]"
        case Decision():
            arms = [f"{outline(a.test)} ? {outline(a.body)}".strip() for a in step.arms]
            told = f"if({'; '.join([*arms, outline(step.otherwise)]).rstrip('; ')})"
        case Either():
            told = f"<{' / '.join(outline(a.body) or '-' for a in step.arms)}>"
        case Loop():
            word = f"{step.kind}-{step.again}" if step.again != "maybe" else step.kind
            told = f"{word}({outline(step.test)}; {outline(step.body)}; {outline(step.step)})"
        case Switch():
            told = f"switch({outline(step.body)})"
        case Scope():
            told = f"{step.guard.callee}({outline(step.body)})"
    return told


def body(text: str, *points: str) -> str:
    """What the statements of a function do."""
    source = f"static int f(struct page *page, int (*cb)(int))\n{{\n{text}\n}}"
    return outline(flow(source.encode(), frozenset(points)).steps)


# --- calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run(vcpu);", "run"),
        ("r = kvm_x86_ops->run(vcpu);", "kvm_x86_ops->run=run"),
        ("kvm_x86_ops.run(vcpu);", "kvm_x86_ops.run=run"),
        ("static_call(kvm_x86_run)(vcpu);", "static_call(kvm_x86_run)=kvm_x86_run"),
        ("kvm_x86_call(run)(vcpu);", "kvm_x86_call(run)=run"),
        ("(*fn)(x);", "(*fn)=fn"),
        ("(vcpu->arch.mmu->sync)(x);", "(vcpu->arch.mmu->sync)=sync"),
        ("((handler_t)p)(x);", "((handler_t)p)=p"),
        ("handlers[reason](vcpu);", "handlers[reason]=handlers"),
        ("get(x)->run(y);", "get get(x)->run=run"),
        ("find(x)(y);", "find find(x)=x"),
        ("vcpu -> arch\n. ops -> run (x);", "vcpu -> arch . ops -> run=run"),
        ("return run(vcpu);", "run return"),
        ("run (vcpu);", "run"),
        ("run\n\t(vcpu);", "run"),
    ],
)
def test_callees(text: str, expected: str) -> None:
    assert body(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "/* run(vcpu); */",
        "// run(vcpu);",
        "x = 1; // \\\n run(vcpu);",
        "",
        "x = (u32)(y);",
        "x = (unsigned long)(y) + (struct page *)(z);",
        "x = sizeof(run(1)) + sizeof (struct page);",
        "typeof(run(1)) x;",
        "__typeof__(run(1)) x = 0;",
        "int x __attribute__((aligned(8)));",
        "int run(void);",
        "extern struct page *run(int a);",
        "struct page run(int a, void (*cb)(int));",
        "int (*run)(int a);",
        "struct page *(*run)(int a);",
        "handler_t (*run)(int a) = NULL;",
        "struct ops { int (*run)(int); } x;",
        "x = a + (b);",
        "x = y * (b);",
        "#define RUN run(1)",
        "#if IS_ENABLED(X)\n#endif",
    ],
)
def test_no_calls(text: str) -> None:
    assert body(text) == ""


def test_a_string_that_names_a_symbol_is_no_call() -> None:
    assert body('printk("run(%d)", x); c = \'"\'; stop("\\"run(");') == "printk stop"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WARN_ON(run(x));", "run WARN_ON"),
        ("last(second(first(x)), y);", "first second last"),
        ("a(b(1), c(2));", "b c a"),
        ("x = a(1) + b(2) * c(3);", "a b c"),
        ("x[a(1)] = b(2);", "a b"),
        ("int r = a(1), *s = b(2);", "a b"),
        ("struct ops x = { .run = a(1), .stop = b, c(2) };", "a c"),
        ("x = (struct page){ .a = a(1) };", "a"),
        ("static DEFINE_MUTEX(lock);", "DEFINE_MUTEX"),
        ("printk(KERN_INFO pr_fmt(x), y);", "pr_fmt printk"),
        ("x = (u32)run(y);", "run"),
        ("x = (void (*)(int))run(1);", "run"),
        ("MACRO(x)\nrun(y);", "MACRO run"),
        ("foo_t x = run(1);", "run"),
    ],
)
def test_order(text: str, expected: str) -> None:
    assert body(text) == expected


def test_calls_that_may_be_left_out() -> None:
    assert body("x = a(1) && b(2) && c(3);") == "[a | b | c]"
    assert body("x = a(1) || b(2) && c(3);") == "[a | [b | c]]"
    assert body("x = y && b(2);") == "[ | b]"
    assert body("x = a(1) && y;") == "a"
    assert body("x = a(1) ? b(2) : c(3);") == "a <b / c>"
    assert body("x = a(1) ?: c(3);") == "a <- / c>"
    assert body("x = a ? b(1) : c ? d(2) : e(3);") == "<b / <d / e>>"
    assert body("run(a ? b(1) : c, d(2));") == "<b / -> d run"


def test_statement_expressions_and_blocks_in_macros() -> None:
    assert body("x = ({ int y = a(1); if (y) b(2); y; });") == "a if(? b)"
    assert body("run(({ a(1); }));") == "a run"
    assert body("NONIDLE({ a(1); b(2); });") == "a b NONIDLE"


def test_points() -> None:
    text = "vcpu->mode = IN_GUEST_MODE; if (vcpu->mode == x) mode(mode);"
    assert body(text, "mode") == "@mode if(@mode ? @mode mode)"
    assert body("/* mode */ vcpu->modes = 1;", "mode") == ""


def test_offsets_and_lines() -> None:
    text = b"int f(void)\n{\n\t/* a */ a(1,\n\t  b(2)); x = c.d(3);\n}"
    found = [(c.name, c.line, text[c.at : c.at + 1]) for c in calls(flow(text).steps)]
    assert found == [("b", 3, b"b"), ("a", 2, b"a"), ("d", 3, b"d")]
    assert flow(text).end_line == 4


# --- structure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (a(1)) b(2);", "if(a ? b)"),
        ("if (a(1)) b(2); else c(3);", "if(a ? b; c)"),
        ("if (a(1)) { b(2); } else if (c(3)) d(4); else { e(5); }", "if(a ? b; c ? d; e)"),
        ("if (a(1)) if (b(2)) c(3); else d(4); e(5);", "if(a ? if(b ? c; d)) e"),
        ("if likely(a(1)) b(2);", "if(a likely ? b)"),
        ("while (a(1)) b(2);", "while(a; b; )"),
        ("while (a(1));", "while(a; ; )"),
        ("while (1) { if (a(1)) break; }", "while-always(; if(a ? break); )"),
        ("do { a(1); } while (b(2));", "do(b; a; )"),
        ("do a(1); while (0); b(2);", "do-never(; a; ) b"),
        ("for (a(1); b(2); c(3)) d(4);", "a for(b; d; c)"),
        ("for (;;) { a(1); continue; }", "for-always(; a continue; )"),
        ("for (int i = a(1); i < n; i++) { }", "a for(; ; )"),
        ("list_for_each(a, b(1), c) { d(2); }", "list_for_each(b list_for_each; d; )"),
        ("for_each_cpu(i, m)\n\td(2);\ne(3);", "for_each_cpu(for_each_cpu; d; ) e"),
        ("for_each_cpu(i, m)\n\t(void)d(2);", "for_each_cpu(for_each_cpu; d; )"),
        ("do_for_each(x, y);", "do_for_each"),
        ("goto out; a(1); out: b(2);", "goto out a out: b"),
        ("goto *p;", "goto *"),
        ("x = y ? a : b;", ""),
        ("switch (a(1)) { case 1: b(2); break; case 2 ... 4: c(3); default: d(4); }",
         "a switch(case b break case c default d)"),
        ("switch (x) { case 'a': case ':': a(1); }", "switch(case case a)"),
        ("switch (x) { case (1 ? 2 : 3): a(1); }", "switch(case a)"),
        ("switch (x) { case FOO(1): a(1); }", "switch(case FOO a)"),
        ("guard(mutex)(&lock); a(1); return b(2);", "guard(mutex)(a b return)"),
        ("if (x) { guard(rcu)(); a(1); } b(2);", "if(? guard(rcu)(a)) b"),
        ("scoped_guard(mutex, &x) { a(1); } b(2);", "scoped_guard(mutex)(a) b"),
        ("asm volatile(\"x\" : \"=r\" (y) : \"r\" (a(1)));", "a"),
        ("asm goto(\"x\" : : : : l1, l2); l1: a(1); l2:;", "<- / goto l1 / goto l2> l1: a l2:"),
        ("int g(int x) { return a(x); } b(1);", "<- / a> b"),
        ("{ a(1); { b(2); } }", "a b"),
        ("struct page x = { a(1) }, y[] = { { b(2) } }; c(3);", "a b c"),
    ],
)  # fmt: skip
def test_statements(text: str, expected: str) -> None:
    assert body(text) == expected


def test_a_condition_is_kept_as_written() -> None:
    (step,) = flow(b"f()\n{\n\tif (!a  &&\n\t    b(1)) c(2);\n}").steps
    assert isinstance(step, Decision)
    assert [a.condition for a in step.arms] == ["!a && b(1)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#ifdef A\na(1);\n#else\nb(2);\n#endif", "<a / b>"),
        ("#ifdef A\na(1);\n#endif\nc(3);", "<a / -> c"),
        ("#if A\na(1);\n#elif B\nb(2);\n#endif", "<a / b / ->"),
        ("#if 0\na(1);\n#endif\nb(2);", "b"),
        ("#if 0\na(1);\n#else\nb(2);\n#endif", "b"),
        ("#if 1\na(1);\n#else\nb(2);\n#endif", "a"),
        ("#ifdef A\nif (x)\n#endif\n\ta(1);\nb(2);", "if(? a) b"),
        ("#ifdef A\nif (a(1)) {\n#else\nif (b(2)) {\n#endif\nc(3); }", "if(a ? <- / b> c)"),
        ("#ifdef A\nif (x) a(1);\nelse\n#endif\nb(2);", "if(? a; b)"),
        ("if (x\n#ifdef A\n || a(1)\n#endif\n) b(2);", "if([ | a] ? b)"),
        ("if (x)\n#ifdef A\na(1);\n#else\nb(2);\n#endif\nc(3);", "if(? <a / b>) c"),
        ("x = ({\n#ifdef A\na(1);\n#endif\nb(2); });", "<a / -> b"),
        ("switch (x) {\n#ifdef A\ncase 1: a(1); break;\n#endif\ndefault: b(2); }",
         "switch(<case a break / -> default b)"),
        ("#ifdef A\n#ifdef B\na(1);\n#endif\n#endif", "<<a / -> / ->"),
        ("#else\na(1);\n#endif\n#endif\nb(2);", "a b"),
        ("#ifdef A\na(1);", "a"),
    ],
)  # fmt: skip
def test_preprocessor_conditionals(text: str, expected: str) -> None:
    assert body(text) == expected


def test_the_conditions_of_alternatives() -> None:
    text = b"f()\n{\n#ifdef A\na(1);\n#endif\n#ifndef B\nb(1);\n#else\nc(1);\n#endif\n}"
    first, second = flow(text).steps
    assert isinstance(first, Either)
    assert isinstance(second, Either)
    assert [a.condition for a in first.arms] == ["defined(A)", "!(defined(A))"]
    assert [a.condition for a in second.arms] == ["!defined(B)", "defined(B)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#define f(x) run(x)", "run"),
        ("#define f(x) do {\t\\\n\ta(x);\t\\\n\tb(x);\t\\\n} while (0)", "do-never(; a b; )"),
        ("#define f(x) ({ typeof(x) y = a(x); /* b(1) */ y; })", "a"),
        ("#define f(x) ((x) ? a(x) : b(x))", "<a / b>"),
        ("#define f(x) foo_##x(1)", "foo_##x"),
        ('# define f(x, ...) \\\n\tprintk("run(" #x, ##__VA_ARGS__)', "printk"),
        ("SYSCALL_DEFINE1(open, int, fd)\n{\n\treturn run(fd);\n}", "run return"),
        ("int f(a)\n\tint a;\n{\n\trun(a);\n}", "run"),
        ("struct page f(struct { int x; } y)\n{\n\trun(y);\n}", "run"),
        ("TRACE_EVENT(x, TP_fast_assign(__entry->y = run(z);))", "run TP_fast_assign TRACE_EVENT"),
    ],
)
def test_kinds_of_definition(text: str, expected: str) -> None:
    assert outline(flow(text.encode()).steps) == expected


# --- whatever the bytes


WORDS = (
    "if ( ) { } ; : ? && || , = else for while do switch case default return goto break a b( c(1)"
    " ({ }) guard(x)(y); list_for_each(x) -> . * & [ ] #if #else #endif #define /* */ // \" ' asm"
    " goto( struct int (*f)( out: 1 ..."
)
LINES = ["\n", "\\\n", "\n#if A\n", "\n#else\n", "\n#endif\n"]
CODE = st.lists(st.sampled_from([*WORDS.split(), *LINES]), max_size=60)
CODE_BYTES = CODE.map(lambda words: " ".join(words).encode())


@given(st.one_of(st.binary(max_size=200), CODE_BYTES))
@example(b"#define f(x) ({")
@example(b"f(){({({})")
@example(b"\x01\x02\x03{#if\n\x01")
def test_any_bytes_have_a_flow(text: bytes) -> None:
    found = flow(text, frozenset(["a"]))
    for use in uses(found.steps):
        assert text[use.at :].startswith(use.name.encode("latin-1").split(b" ")[0])
        assert use.line == text.count(b"\n", 0, use.at)


@given(CODE_BYTES)
def test_no_call_stands_in_a_comment_or_a_literal(text: bytes) -> None:
    text = b"int f(void)\n{\n" + text + b"\n}\n"
    masked, _ = mask(text)
    for call in calls(flow(text).steps):
        assert masked[call.at : call.at + 1].strip()


@pytest.mark.parametrize(
    "text",
    [
        "(", "a(", "a[b(", "{", "if (a()) ", "if (a()) b(); else ", "a() ? b() : ", "a() ? ",
        "a() && (", "a(({", "({", "while (a()) ", "do ", "for (a(); b(); c()) ",
        "guard(a)(b);", "MACRO(a) ", "a(b)(c)", "(b)(c)", "->a(b)", "l: ", "goto *p; l: ",
        "switch (x) case 1: ",
        "#ifdef A\na();\n", "#ifdef A\nif (a()) {\n#else\nif (b()) {\n#endif\n",
        "#if\n#else\n#endif\n",
        "asm goto(\"\" : : : : l);", "struct a {", "= {a(),", "\\\n", "'", "\"", "/*", "x, {}",
        "case a ? b : ", "else ", ";", "}", ")", "\x01",
    ],
)  # fmt: skip
def test_hostile_text_stays_cheap(text: str) -> None:
    with within(20):
        found = flow(b"int f(void)\n{\n" + text.encode() * 20_000)
        assert sum(1 for _ in uses(found.steps)) >= 0


def test_nesting_too_deep_is_told_and_its_calls_are_listed() -> None:
    found = flow(b"f()\n{" + b"if (x) {" * 100 + b"a(1); b(2);" + b"}" * 101)
    assert found.degraded
    assert [c.name for c in calls(found.steps)] == ["a", "b"]
    assert not flow(b"f()\n{" + b"if (x) {" * 20 + b"a(1);" + b"}" * 21).degraded
