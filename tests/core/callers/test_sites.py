"""Call sites of a symbol, and what a commit did to them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.builders import within
from minekvm.core.c.definitions import scan
from minekvm.core.callers.shifts import shifts
from minekvm.core.callers.sites import Shift, sites
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import FilePair


def define(name: str, *statements: str) -> str:
    return f"static int {name}(struct vcpu *vcpu)\n{{\n\t" + "\n\t".join(statements) + "\n}\n"


def shifted(
    files: dict[str, tuple[str, str]], symbol: str = "enter", message: str = ""
) -> list[str]:
    """What became of the calls, given each file before and after."""
    pairs = [
        FilePair(path, path, scan(old.encode()), scan(new.encode()))
        for path, (old, new) in files.items()
    ]
    return [_told(shift) for shift in shifts(pairs, changes(pairs, message), symbol)]


def _told(shift: Shift) -> str:
    old = shift.old.name if shift.old else "-"
    new = shift.new.name if shift.new else "-"
    words = [shift.how, old, ">", new]
    if shift.came is not None:
        words.append(f"({shift.came.before or '-'}..{shift.came.after or '-'})")
    if shift.by:
        words.append(f"by {', '.join((shift.by, *shift.also))}")
    words += ["first"] * shift.first + ["last"] * shift.last
    return " ".join(words)


# --- sites


def found(text: str, symbol: str = "enter") -> list[tuple[str, int, int, str, str]]:
    source = text.encode()
    return [
        (s.function, s.nth, s.line, s.before, s.after)
        for function in scan(source)
        for _, s in sites(function, symbol)
    ]


def test_sites() -> None:
    text = define("f", "a();", "enter(b());", "enter();") + define("g", "c();", "if (enter()) d();")
    assert found(text) == [
        ("f", 1, 4, "b", "enter"),
        ("f", 2, 5, "enter", ""),
        ("g", 1, 10, "c", "d"),
    ]


def test_what_is_no_site() -> None:
    lines = (
        "/* enter(); */", '// enter()', 'printk("enter()");', "x = enter;", "reenter();",
        "ops->enter();", "int enter(int x);", "sizeof(enter(1));", "enter_irq();",
    )  # fmt: skip
    assert found(define("f", *lines)) == []
    assert found("struct ops x = { .enter = enter };\nint enter(int x);\n") == []


def test_a_macro_may_be_a_site() -> None:
    assert found("#define BEGIN(x) do { \\\n\tenter(x); \\\n} while (0)\n") == [
        ("BEGIN", 1, 2, "", "")
    ]


# --- one function


def test_untouched() -> None:
    text = define("f", "enter();")
    assert shifted({"a.c": (text, text)}) == []
    assert shifted({"a.c": (text, define("f", "enter();", "a();"))}) == []
    assert shifted({"a.c": (text, define("f", "a(enter());"))}) == []


def test_began_and_gone() -> None:
    without, once = define("f", "a();", "b();"), define("f", "a();", "enter();", "b();")
    twice = define("f", "a();", "enter();", "b();", "enter();")
    assert shifted({"a.c": (without, once)}) == ["began f > f (a..b) first"]
    assert shifted({"a.c": (once, twice)}) == ["began f > f (b..-)"]
    assert shifted({"a.c": (twice, once)}) == ["gone f > f"]
    assert shifted({"a.c": (once, without)}) == ["gone f > f last"]
    assert shifted({"a.c": ("", once)}) == ["began - > f (a..b) first"]
    assert shifted({"a.c": (once, "")}) == ["gone f > - last"]


def test_moved_within() -> None:
    old = define("f", "enter();", "a();", "b();", "c();")
    new = define("f", "a();", "b();", "enter();", "c();")
    assert shifted({"a.c": (old, new)}) == ["moved within f > f (b..c)"]


def test_replaced_at_the_same_spot() -> None:
    old = define("f", "a();", "enter();", "b();")
    assert shifted({"a.c": (old, define("f", "a();", "state_enter();", "b();"))}) == [
        "replaced f > f by state_enter last"
    ]
    twice = define("f", "a();", "enter();", "b();", "enter();", "c();")
    other = define("f", "a();", "enter();", "b();", "state_enter();", "c();")
    assert shifted({"a.c": (twice, other)}) == ["replaced f > f by state_enter"]


def test_a_call_that_changes_places_with_its_neighbour_moved_whichever_is_asked() -> None:
    old = define("f", "a();", "enter();", "exit();", "b();")
    new = define("f", "a();", "exit();", "enter();", "b();")
    assert shifted({"a.c": (old, new)}) == ["moved within f > f (exit..b)"]
    assert shifted({"a.c": (old, new)}, "exit") == ["moved within f > f (a..enter)"]
    assert shifted({"a.c": (old, new)}, "a") == []
    block = define("f", "enter();", "exit();", "b();", "a();")
    assert shifted({"a.c": (old, block)}) == []
    assert shifted({"a.c": (old, block)}, "a") == ["moved within f > f (b..-)"]


def test_into_and_out_of_branches_and_loops() -> None:
    plain = define("f", "a();", "enter();", "b();")
    branch = define("f", "a();", "if (vcpu)", "\tenter();", "b();")
    loop = define("f", "a();", "while (vcpu) {", "\tenter();", "}", "b();")
    assert shifted({"a.c": (plain, branch)}) == ["moved within f > f (a..b)"]
    assert shifted({"a.c": (branch, loop)}) == ["moved within f > f (a..b)"]
    assert shifted({"a.c": (loop, plain)}) == ["moved within f > f (a..b)"]
    tested = define("f", "a();", "if (enter())", "\treturn 1;", "b();")
    assert shifted({"a.c": (plain, tested)}) == []
    source = branch.encode()
    assert [s.under for function in scan(source) for _, s in sites(function, "enter")] == ["if"]


def test_one_call_that_became_two() -> None:
    old = define("f", "a();", "guest_exit(vcpu);", "b();")
    new = define("f", "a();", "guest_state_exit(vcpu);", "guest_timing_exit(vcpu);", "b();")
    assert shifted({"a.c": (old, new)}, "guest_exit") == [
        "replaced f > f by guest_state_exit, guest_timing_exit last"
    ]


def test_several_calls_of_one_hunk_each_have_their_successor() -> None:
    old = define("f", "a();", "ring_lock(r);", "pull(s);", "ring_drop(r);", "b();")
    new = define("f", "a();", "take(s);", "queue_lock(r);", "queue_drop(r);", "b();")
    assert [shifted({"a.c": (old, new)}, name) for name in ("ring_lock", "pull", "ring_drop")] == [
        ["replaced f > f by queue_lock last"],
        ["replaced f > f by take last"],
        ["replaced f > f by queue_drop last"],
    ]


def test_the_outermost_call_is_the_successor() -> None:
    old = define("f", "a();", "ring_wait(r);", "b();")
    new = define("f", "a();", "poll(get_context(r), 1);", "b();")
    assert shifted({"a.c": (old, new)}, "ring_wait") == ["replaced f > f by poll last"]
    inner = define("f", "a();", "poll(get_wait(r), 1);", "b();")
    assert shifted({"a.c": (old, inner)}, "ring_wait") == ["replaced f > f by poll last"]
    nested = define("f", "a(ring_of(r));"), define("f", "a(queue_of(r));")
    assert shifted({"a.c": nested}, "ring_of") == ["replaced f > f by queue_of last"]


def test_what_was_called_there_before_is_no_successor() -> None:
    old = define("f", "poll(r);", "ring_wait(r);", "b();")
    new = define("f", "poll(r);", "poll(r);", "b();")
    assert shifted({"a.c": (old, new)}, "ring_wait") == ["gone f > f last"]


def test_what_came_for_several_replaced_none_of_them() -> None:
    old = define("f", "a();", "write();", "enter();", "free();", "b();")
    assert shifted({"a.c": (old, define("f", "a();", "send();", "b();"))}) == ["gone f > f last"]
    assert shifted({"a.c": (old, define("f", "a();", "state_enter();", "b();"))}) == [
        "replaced f > f by state_enter last"
    ]


def test_what_stood_there_before_replaced_nothing() -> None:
    old, new = define("f", "a();", "enter();", "b();"), define("f", "b();", "a();", "b();", "a();")
    assert shifted({"a.c": (old, new)}) == ["gone f > f last"]


# --- to other functions


def test_to_a_function_that_is_called_there() -> None:
    run = define("run", "c();", "d();")
    old = define("f", "a();", "enter();", "run();", "b();") + run
    new = define("f", "a();", "run();", "b();") + define("run", "c();", "enter();", "d();")
    assert shifted({"a.c": (old, new)}) == ["to function f > run (c..d) first last"]


def test_up_to_the_caller() -> None:
    old = define("g", "enter();", "a();") + define("f", "g();", "b();")
    new = define("g", "a();") + define("f", "enter();", "g();", "b();")
    assert shifted({"a.c": (old, new)}) == ["to function g > f (-..g) first last"]


def test_to_functions_behind_a_table() -> None:
    top = define("f", "a();", "enter();", "ops->run(vcpu);", "b();")
    vmx, svm = define("vmx_run", "c();"), define("svm_run", "d();")
    files = {
        "x86.c": (top, top.replace("\tenter();\n", "")),
        "vmx.c": (vmx, vmx.replace("c();", "enter();\n\tc();")),
        "svm.c": (svm, svm.replace("d();", "enter();\n\td();")),
    }
    assert shifted(files) == [
        "to function f > vmx_run (-..c) first last",
        "to function f > svm_run (-..d) first last",
    ]


def test_into_a_wrapper_that_took_its_place() -> None:
    old = define("f", "a();", "enter();", "b();")
    new = define("kvm_enter", "lock();", "enter();") + define("f", "a();", "kvm_enter();", "b();")
    assert shifted({"a.c": (old, new)}) == [
        "to function f > kvm_enter (lock..-) by kvm_enter first last"
    ]


def test_many_calls_go_into_one_wrapper() -> None:
    old = define("f", "a();", "enter();") + define("g", "b();", "enter();")
    new = (
        define("wrap", "enter();") + define("f", "a();", "wrap();") + define("g", "b();", "wrap();")
    )
    assert shifted({"a.c": (old, new)}) == [
        "to function f > wrap (-..-) by wrap first last",
        "to function g > wrap (-..-) by wrap first last",
    ]


def test_several_calls_go_into_one_wrapper_each_for_itself() -> None:
    old = define("f", "a();", "enter();", "b();", "enter();", "c();")
    new = define("wrap", "a();", "enter();", "b();", "enter();") + define("f", "wrap();", "c();")
    assert shifted({"a.c": (old, new)}) == [
        "to function f > wrap (a..b) by wrap first last",
        "to function f > wrap (b..-) by wrap first last",
    ]


def test_a_like_name_in_its_place_goes_before_calls_that_began_elsewhere() -> None:
    old = define("f", "a();", "enter();", "b();") + define("g", "c();")
    new = define("f", "a();", "state_enter();", "b();") + define("g", "c();", "enter();")
    assert shifted({"a.c": (old, new)}) == [
        "replaced f > f by state_enter last",
        "began g > g (c..-) first",
    ]


def test_many_functions_that_lose_it_do_not_feed_one_far_away() -> None:
    files = {
        f"{n}.c": (define(f"f{n}", "enter();", "a();"), define(f"f{n}", "a();")) for n in range(9)
    }
    files["z.c"] = define("z", "b();"), define("z", "enter();", "b();")
    said = shifted(files)
    assert sum(line.startswith("gone") for line in said) == 9
    assert said[-1] == "began z > z (-..b) first"


# --- with the function

BODY = (
    "u64 now = clock(vcpu);", "enter();", "while (pending(vcpu))", "\trelax(now);",
    "vcpu->mode = IN_GUEST;", "store(vcpu->fpu, now | OWNED);", "return leave(vcpu);",
)  # fmt: skip


def test_with_its_function_that_was_renamed() -> None:
    assert shifted({"a.c": (define("f", *BODY), define("g", *BODY))}) == [
        "went with f > g (clock..pending) first last"
    ]


def test_several_with_their_function_each_for_itself() -> None:
    old, new = define("f", *BODY, "enter();"), define("g", *BODY, "enter();")
    assert shifted({"a.c": (old, new)}) == [
        "went with f > g (clock..pending) first last",
        "went with f > g (leave..-) first last",
    ]
    assert shifted({"a.c": (define("f", *BODY), new)}) == [
        "went with f > g (clock..pending) first last",
        "began - > g (leave..-) first",
    ]


def test_with_its_function_that_was_moved() -> None:
    keep = define("keep", "other();")
    files = {"a.c": (keep + define("f", *BODY), keep), "b.c": (keep, keep + define("f", *BODY))}
    assert shifted(files) == ["went with f > f (clock..pending) first last"]


def test_extracted_with_a_part() -> None:
    rest = ("setup(vcpu->arch.apic);", "update(vcpu->arch.mmu, flags);")
    old = define("f", *rest, *BODY)
    new = define("g", *BODY) + define("f", *rest, "return g(vcpu);")
    (said,) = shifted({"a.c": (old, new)})
    assert said.startswith("to function f > g (clock..pending)")


def test_in_a_file_that_was_renamed() -> None:
    text = define("f", *BODY).encode()
    pairs = [FilePair("a.c", "b.c", scan(text), scan(text))]
    said = shifts(pairs, changes(pairs), "enter")
    assert [_told(shift) for shift in said] == ["went with f > f (clock..pending) first last"]


def test_variants_are_paired_by_their_condition() -> None:
    one = (
        "#ifdef A\n"
        + define("f", "a();", "enter();")
        + "#else\n"
        + define("f", "b();")
        + "#endif\n"
    )
    two = "#ifdef A\n" + define("f", "a();") + "#else\n" + define("f", "b();", "c();") + "#endif\n"
    assert shifted({"a.c": (one, two)}) == ["gone f > f last"]


# --- laws

CALLS = st.lists(st.sampled_from(["enter();", "a();", "b();", "if (c()) d();"]), max_size=12)


@given(CALLS, CALLS)
def test_the_books_of_sites_balance(old: list[str], new: list[str]) -> None:
    """Sites before, less those that left, plus those that came, are the sites after."""
    before, after = define("f", *old), define("f", *new)
    source = before.encode(), after.encode()
    pair = FilePair("a.c", "a.c", scan(source[0]), scan(source[1]))
    said = shifts([pair], changes([pair]), "enter")
    left = sum(shift.left is not None for shift in said)
    came = sum(shift.came is not None for shift in said)
    assert old.count("enter();") - left + came == new.count("enter();")
    assert (old.count("enter();") > 0 == new.count("enter();")) <= any(s.last for s in said)


def test_big_functions_stay_cheap() -> None:
    old = define("f", *["a();", "enter();", "b();"] * 1_500)
    new = define("f", *["b();", "enter();", "a();", "c();"] * 1_500)
    with within(60):
        assert shifted({"a.c": (old, new)})
