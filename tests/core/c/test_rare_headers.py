"""Headers as real projects write them: the name that each one gives its function."""

from __future__ import annotations

import pytest

from minekvm.core.c.definitions import scan

# What stands in front of the brace, and the name: macros that build names or types, directives in
# between, names in parentheses, annotations with keywords, and words of other languages.
HEADERS = (
    ("static int FNAME(gpte_init)(struct t *t)", "FNAME(gpte_init)"),
    ("static inline bool FNAME(is_x) (u64 a, u64 b)", "FNAME(is_x)"),
    ("void glue(glue(helper_, X), _mmu)(CPU *e)", "glue(glue(helper_, X), _mmu)"),
    ("static const struct p *\nFNAME(get)(struct t *t)", "FNAME(get)"),
    ("int CAT(a, b, c)(int x)", "CAT(a, b, c)"),
    ("static int\nMANGLE(foo)(int a)", "MANGLE(foo)"),
    ("static __always_inline u32 NAME2(a,b)(int x)", "NAME2(a, b)"),
    ("int f(struct r *r)\n#undef X", "f"),
    ("int f(struct r *r)\n#pragma GCC diagnostic push", "f"),
    ('int f(struct r *r)\n# 5 "x.c"', "f"),
    ('int f(struct r *r)\n#include "x.h"', "f"),
    ("int f(struct r *r,\n#define Y 1\n\tint b)", "f"),
    ("int f(struct r *r)\n#define E -1\n#define F -2", "f"),
    ("int f(struct r *r)\n\n#warning x\n", "f"),
    ("size_t (ring_len)(const struct r *r)", "ring_len"),
    ("u64\n(f)(int a)", "f"),
    ("struct x (f)(int a)", "f"),
    ("typeof(t->c)(f(int a))", "f"),
    ("static inline uint32_t (htonl)(uint32_t a)", "htonl"),
    ("const char *(strrchr)(const char *a, int c)", "strrchr"),
    ("gpointer\n(g_steal_pointer) (gpointer pp)", "g_steal_pointer"),
    ("static ElfW(Word) hash(const char *a)", "hash"),
    ("ElfW(Addr)\nlookup(const char *a)", "lookup"),
    ("static __le(32) get(const char *a)", "get"),
    ("STACK_OF(X509) *chain(int a)", "chain"),
    ("extern Bfd_vma(x) val(int a)", "val"),
    ("__checked __success(return >= 0) int\nring_pop(struct ring *r)", "ring_pop"),
    ("_When_(return == 0, _Out_) int f(int a)", "f"),
    ("__aligned(sizeof(long)) int f(int a)", "f"),
    ("__attribute__((alloc_size(1), aligned(sizeof(int)))) int f(int a)", "f"),
    ("static typeof(sizeof(int)) f(int a)", "f"),
    ("__must_hold(&x->lock) static int f(int a)", "f"),
    ("_Success_(return != FALSE)\nstatic BOOL f(int a)", "f"),
    ("int f(int a) __acquires(if (a) x)", "f"),
    ("struct class *f(void)", "f"),
    ("int throw(int a)", "throw"),
    ("int class(int a)", "class"),
    ("static bool new(int a)", "new"),
    ("int delete(int a)", "delete"),
    ("int alignof(int a)", "alignof"),
    ("union u *f(int a)", "f"),
    ("enum e f(int a)", "f"),
    ("unsigned long long int f(int a)", "f"),
    ("_Noreturn void f(int a)", "f"),
    ("asmlinkage __visible void __init f(void)", "f"),
    ("DEFINE_IDTENTRY_RAW(exc_nmi)", "exc_nmi"),
    ("static int __init_or_module f(void)", "f"),
    ("static int f(int a[static 4])", "f"),
    ("int f(int (*cb)(void), ...)", "f"),
)


@pytest.mark.parametrize(("header", "name"), HEADERS)
def test_the_name_that_a_header_gives(header: str, name: str) -> None:
    (function,) = scan(f"{header}\n{{\n\treturn g(a);\n}}\n".encode())
    assert (function.name, function.end_line) == (name, header.count("\n") + 4)
