"""One line of history: what a symbol's story says of each way a definition can change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minekvm.clone import changes, history
from support.code import HALVES, body, edited, file, function, of
from support.repos import Repo
from support.running import Ran

Told = Callable[..., list[str]]


def test_plain_edits(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("g"))})
    repo.commit("add", {"a.c": file(function("f"), function("g"))})
    repo.commit("other", {"a.c": file(function("f"), edited("g"))})
    repo.commit("edit", {"a.c": file(edited("f"), edited("g"))})
    repo.commit("above", {"a.c": "\n\n\n" + file(edited("f"), edited("g"))})
    assert told("f") == ["edit: modified a.c:f > a.c:f", "add: introduced - > a.c:f"]


def test_a_name_from_the_root(repo: Repo, told: Told, minekvm: Callable[..., object]) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    assert told("f") == ["start: introduced - > a.c:f"]


def test_signature_alone_and_with_the_body(repo: Repo, told: Told) -> None:
    wide = "static long {}(struct vcpu *vcpu, long n, int flags)"
    repo.commit("start", {"a.c": file(function("f"))})
    repo.commit("head", {"a.c": file(function("f", head=wide))})
    repo.commit("both", {"a.c": file(edited("f"))})
    assert told("f") == [
        "both: modified signature a.c:f > a.c:f",
        "head: signature a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_file_renamed_is_no_move_of_functions(repo: Repo, told: Told) -> None:
    repo.commit("start", {"old/a.c": file(function("f"), function("g"))})
    repo.commit("rename", {"old/a.c": None, "new/b.c": file(function("f"), function("g"))})
    repo.commit("edit", {"new/b.c": file(edited("f"), function("g"))})
    assert told("f") == [
        "edit: modified new/b.c:f > new/b.c:f",
        "rename: file-renamed old/a.c:f > new/b.c:f",
        "start: introduced - > old/a.c:f",
    ]


def test_file_renamed_with_an_edit(repo: Repo, told: Told) -> None:
    rest = [function(n) for n in "ghij"]
    repo.commit("start", {"a.c": file(function("f"), *rest)})
    repo.commit("rename", {"a.c": None, "b.c": file(edited("f"), *rest)})
    assert told("f") == [
        "rename: file-renamed modified a.c:f > b.c:f",
        "start: introduced - > a.c:f",
    ]


def test_file_and_function_renamed_at_once(repo: Repo, told: Told) -> None:
    rest = [function(n) for n in "ghij"]
    repo.commit("start", {"a.c": file(function("f"), *rest)})
    repo.commit("rename", {"a.c": None, "b.c": file(function("fresh", "f"), *rest)})
    story = told("fresh")
    assert story[-1] == "start: introduced - > a.c:f"
    assert len(story) == 2
    assert story[0].startswith("rename: ")
    assert "renamed" in story[0].split()
    assert story[0].endswith("a.c:f > b.c:fresh")


def test_moved_between_files(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g")), "b.c": file(function("h"))})
    repo.commit("move", {"a.c": file(function("g")), "b.c": file(function("h"), function("f"))})
    assert told("f") == ["move: moved a.c:f > b.c:f", "start: introduced - > a.c:f"]


def test_renamed(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("rename", {"a.c": file(function("fresh", "f"), function("g"))})
    assert told("fresh") == ["rename: renamed a.c:f > a.c:fresh", "start: introduced - > a.c:f"]


def test_renamed_with_an_edit(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("rename", {"a.c": file(edited("fresh", "f"), function("g"))})
    assert told("fresh") == [
        "rename: renamed modified a.c:f > a.c:fresh",
        "start: introduced - > a.c:f",
    ]


def test_renamed_and_moved(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g")), "b.c": file(function("h"))})
    repo.commit(
        "both", {"a.c": file(function("g")), "b.c": file(function("h"), function("fresh", "f"))}
    )
    assert told("fresh") == [
        "both: renamed+moved a.c:f > b.c:fresh",
        "start: introduced - > a.c:f",
    ]


def test_a_prototype_that_moves_is_no_event(repo: Repo, told: Told) -> None:
    proto = "int f(struct vcpu *vcpu, int n);\n"
    repo.commit("start", {"a.c": file(function("f")), "a.h": proto, "b.h": "int other(void);\n"})
    repo.commit("proto", {"a.h": "int other(void);\n", "b.h": proto})
    assert told("f") == ["start: introduced - > a.c:f"]


def test_moved_away_and_back(repo: Repo, told: Told) -> None:
    both = {"a.c": file(function("f"), function("g")), "b.c": file(function("h"))}
    repo.commit("start", both)
    repo.commit("away", {"a.c": file(function("g")), "b.c": file(function("h"), function("f"))})
    repo.commit("back", both)
    assert told("f") == [
        "back: moved b.c:f > a.c:f",
        "away: moved a.c:f > b.c:f",
        "start: introduced - > a.c:f",
    ]


def test_deleted_and_revived(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("gone", {"a.c": file(function("g"))})
    repo.commit("other", {"a.c": file(edited("g"))})
    repo.commit("again", {"a.c": file(edited("f"), edited("g"))})
    assert told("f") == [
        "again: added - > a.c:f",
        "gone: removed a.c:f > -",
        "start: introduced - > a.c:f",
    ]


def test_a_file_deleted_and_added_again(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f")), "b.c": file(function("g"))})
    repo.commit("gone", {"a.c": None})
    repo.commit("other", {"b.c": file(edited("g"))})
    repo.commit("again", {"a.c": file(edited("f"))})
    assert told("f") == [
        "again: added - > a.c:f",
        "gone: removed a.c:f > -",
        "start: introduced - > a.c:f",
    ]


def test_reverted_and_applied_again(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    repo.commit("apply", {"a.c": file(edited("f"))})
    repo.commit("revert", {"a.c": file(function("f"))})
    repo.commit("reapply", {"a.c": file(edited("f"))})
    assert told("f") == [
        "reapply: modified a.c:f > a.c:f",
        "revert: modified a.c:f > a.c:f",
        "apply: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_a_new_function_of_an_old_name_is_another(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    repo.commit("gone", {"a.c": file(function("g"))})
    unlike = "void f(void)\n{\n\twrite_seqcount_begin(&master);\n}\n"
    repo.commit("another", {"a.c": file(unlike, function("g"))})
    assert told("f") == ["another: introduced - > a.c:f"]


# --- more than one definition on a side


def test_split_in_two_with_a_wrapper_left(repo: Repo, told: Told) -> None:
    first, second = HALVES
    repo.commit("start", {"a.c": file(of("f", first + second), function("g"))})
    wrapper = of("f", "\tf_first(vcpu, n);\n\tf_second(vcpu, n);\n")
    parts = [of("f_first", first), of("f_second", second)]
    repo.commit("split", {"a.c": file(*parts, wrapper, function("g"))})
    for part in ("f_first", "f_second"):
        assert told(part) == [
            f"split: split a.c:f > a.c:{part}",
            "start: introduced - > a.c:f",
        ]
    assert told("f")[0].startswith("split: ")
    assert "split" in told("f")[0].split()


def test_superseded_by_a_double_underscore(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"), function("g"))})
    wrapper = of("f", "\treturn __f(vcpu, n, false);\n")
    inner = function("__f", "f", head="static int {}(struct vcpu *vcpu, int n, bool deep)")
    repo.commit("wrap", {"a.c": file(inner, wrapper, function("g"))})
    assert told("__f") == [
        "wrap: superseded a.c:f > a.c:__f",
        "start: introduced - > a.c:f",
    ]
    story = told("f")
    assert "superseded" in story[0].split()
    assert story[-1] == "start: introduced - > a.c:f"


def test_two_functions_merged_into_one(repo: Repo, told: Told) -> None:
    first, second = HALVES
    repo.commit("one", {"a.c": file(of("low", first), function("g"))})
    repo.commit("two", {"a.c": file(of("low", first), of("high", second), function("g"))})
    repo.commit("join", {"a.c": file(of("whole", first + second), function("g"))})
    assert told("whole") == [
        "join: merged a.c:high > a.c:whole",
        "join: merged a.c:low > a.c:whole",
        "two: introduced - > a.c:high",
        "one: introduced - > a.c:low",
    ]


def test_extracted_goes_on_only_when_asked(repo: Repo, told: Told) -> None:
    first, second = HALVES
    repo.commit("start", {"a.c": file(of("f", first + second + body("f")))})
    repo.commit(
        "extract",
        {"a.c": file(of("part", first), of("f", "\tpart(vcpu, n);\n" + second + body("f")))},
    )
    assert told("part") == ["extract: introduced extracted a.c:f > a.c:part"]
    assert told("part", "--through-extractions") == [
        "extract: introduced extracted a.c:f > a.c:part",
        "start: introduced - > a.c:f",
    ]


def _twins(on: str, off: str) -> str:
    return f'#include "kvm.h"\n\n#ifdef CONFIG_X\n{on}#else\n{off}#endif\n'


def test_twins_are_followed_each_on_its_own(
    repo: Repo, told: Told, minekvm: Callable[..., object]
) -> None:
    off = "static int f(struct vcpu *vcpu, int n)\n{\n\treturn -EOPNOTSUPP;\n}\n"
    quiet = off.replace("-EOPNOTSUPP", "0")
    repo.commit("start", {"a.c": _twins(function("f"), off)})
    repo.commit("edit-on", {"a.c": _twins(edited("f"), off)})
    repo.commit("edit-off", {"a.c": _twins(edited("f"), quiet)})
    answer = minekvm("lineage", "f", "--json").json  # type: ignore[attr-defined]
    assert [d["condition"] for d in answer["definitions"]] == [
        "defined(CONFIG_X)",
        "!defined(CONFIG_X)",
    ]
    rows = [(e["subject"], *e["kinds"], e["new"]["condition"]) for e in answer["events"]]
    assert rows[:2] == [
        ("edit-off", "modified", "!defined(CONFIG_X)"),
        ("edit-on", "modified", "defined(CONFIG_X)"),
    ]
    assert sorted(rows[2:]) == [
        ("start", "introduced", "!defined(CONFIG_X)"),
        ("start", "introduced", "defined(CONFIG_X)"),
    ]


def test_twins_that_become_one(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": _twins(function("f"), edited("f"))})
    repo.commit("unify", {"a.c": file(edited("f", by="both"))})
    story = told("f")
    assert any(line.startswith("unify: ") and "merged" in line.split() for line in story)
    assert story.count("start: introduced - > a.c:f") == 2


# --- kinds of symbol


def test_a_macro_that_becomes_an_inline_function(repo: Repo, told: Told) -> None:
    macro = "#define ready(v, n) ((v)->arch.ready_mask & (1ULL << (n)))\n"
    inline = (
        "static inline int ready(struct vcpu *v, int n)\n"
        "{\n\treturn v->arch.ready_mask & (1ULL << n);\n}\n"
    )
    repo.commit("start", {"a.h": macro})
    repo.commit("inline", {"a.h": inline})
    story = told("ready")
    assert [line.split(":")[0] for line in story] == ["inline", "start"]
    assert "modified" in story[0].split()
    assert story[-1] == "start: introduced - > a.h:ready"


def test_a_function_like_macro(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.h": "#define twice(x) ((x) + \\\n\t(x))\n#define A 1\n"})
    repo.commit("other", {"a.h": "#define twice(x) ((x) + \\\n\t(x))\n#define A 2\n"})
    repo.commit("edit", {"a.h": "#define twice(x) (2 * \\\n\t(x))\n#define A 2\n"})
    assert told("twice") == [
        "edit: modified a.h:twice > a.h:twice",
        "start: introduced - > a.h:twice",
    ]


EVENT = """TRACE_EVENT(kvm_{name},
	TP_PROTO(unsigned int vcpu_id, int flags),
	TP_ARGS(vcpu_id, flags),
	TP_STRUCT__entry(__field(unsigned int, vcpu_id)),
	TP_fast_assign(__entry->vcpu_id = vcpu_id;),
	TP_printk("vcpu %u", __entry->vcpu_id)
);
"""


def test_a_tracepoint_by_each_of_its_names(repo: Repo, told: Told) -> None:
    event = EVENT.replace("{name}", "entry")
    repo.commit("start", {"trace.h": event})
    repo.commit("edit", {"trace.h": event.replace("vcpu %u", "vcpu: %u")})
    expected = [
        "edit: modified trace.h:trace_kvm_entry > trace.h:trace_kvm_entry",
        "start: introduced - > trace.h:trace_kvm_entry",
    ]
    for name in ("trace_kvm_entry", "kvm_entry", "TRACE_EVENT(kvm_entry", "TRACE_EVENT(kvm_entry)"):
        assert told(name) == expected, name


def test_a_syscall_by_each_of_its_names(repo: Repo, told: Told) -> None:
    head = "SYSCALL_DEFINE3(frob, int, fd, char __user *, buf, size_t, len)"
    call = head + "\n{\n\treturn do_frob(fd);\n}\n"
    repo.commit("start", {"a.c": file(call)})
    repo.commit("edit", {"a.c": file(call.replace("do_frob(fd)", "ksys_frob(fd, buf, len)"))})
    expected = [
        "edit: modified a.c:sys_frob > a.c:sys_frob",
        "start: introduced - > a.c:sys_frob",
    ]
    for name in (
        "sys_frob",
        "frob",
        "SYSCALL_DEFINE3(frob",
        "SYSCALL_DEFINE3(frob, int, fd",
        "__x64_sys_frob",
        "__arm64_sys_frob",
    ):
        assert told(name) == expected, name


def test_a_static_of_one_name_in_several_files(repo: Repo, told: Told) -> None:
    repo.commit("a", {"a.c": file(function("init", "a"))})
    repo.commit("b", {"b.c": file(function("init", "b"))})
    repo.commit("edit-a", {"a.c": file(edited("init", "a"))})
    whole = [
        "edit-a: modified a.c:init > a.c:init",
        "b: introduced - > b.c:init",
        "a: introduced - > a.c:init",
    ]
    assert told("init") == whole
    assert told("init", "--path", "b.c") == whole[1:2]
    assert told("init", "--scope", "a.c") == [whole[0], whole[2]]


# --- where to look


def test_gone_from_head_it_is_found_where_it_last_lived(repo: Repo, told: Told) -> None:
    rest = [function(n) for n in "gh"]
    repo.commit("start", {"a.c": file(function("f"), *rest)})
    repo.commit("edit", {"a.c": file(edited("f"), *rest)})
    repo.commit("gone", {"a.c": file(*rest)})
    for at in range(5):
        repo.commit(f"later {at}", {"b.c": file(function(f"new_{at}"))})
    expected = [
        "gone: removed a.c:f > -",
        "edit: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]
    assert told("f") == expected
    assert told("f", "--path", "a.c") == expected


def test_gone_from_a_file_it_moved_to_after_a_long_life_elsewhere(repo: Repo, told: Told) -> None:
    rest = function("g")
    repo.commit("start", {"a.c": file(function("m"), rest), "b.c": file(rest)})
    for at in range(12):
        repo.commit(f"meanwhile {at}", {"c.c": file(function(f"new_{at}"))})
    repo.commit("move", {"a.c": file(rest), "b.c": file(rest, function("m"))})
    repo.commit("drop", {"b.c": file(rest)})
    for at in range(2):
        repo.commit(f"later {at}", {"d.c": file(function(f"new_{at}"))})
    assert told("m") == [
        "drop: removed b.c:m > -",
        "move: moved a.c:m > b.c:m",
        "start: introduced - > a.c:m",
    ]


def test_gone_by_a_rename_or_a_move(repo: Repo, told: Told) -> None:
    rest = function("g")
    repo.commit("start", {"a.c": file(function("f"), function("m"), rest), "b.c": file(rest)})
    repo.commit("rename", {"a.c": file(function("fresh", "f"), function("m"), rest)})
    repo.commit(
        "move", {"a.c": file(function("fresh", "f"), rest), "b.c": file(rest, function("m"))}
    )
    repo.commit("drop", {"b.c": file(rest)})
    expected = ["rename: renamed a.c:f > a.c:fresh", "start: introduced - > a.c:f"]
    assert told("f") == expected
    assert told("f", "--path", "a.c") == expected
    assert told("m", "--path", "a.c") == [
        "move: moved a.c:m > b.c:m",
        "start: introduced - > a.c:m",
    ]
    assert told("m") == [
        "drop: removed b.c:m > -",
        "move: moved a.c:m > b.c:m",
        "start: introduced - > a.c:m",
    ]


def test_gone_with_its_file(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f")), "b.c": file(function("g"))})
    repo.commit("gone", {"a.c": None})
    repo.commit("later", {"b.c": file(edited("g"))})
    assert told("f") == ["gone: removed a.c:f > -", "start: introduced - > a.c:f"]


def test_it_lived_too_short_for_any_sample(repo: Repo, told: Told) -> None:
    for at in range(6):
        repo.commit(f"before {at}", {"b.c": file(function(f"new_{at}"))})
    repo.commit("start", {"a.c": file(function("g"), function("f"))})
    repo.commit("gone", {"a.c": file(function("g"))})
    for at in range(30):
        repo.commit(f"after {at}", {"b.c": file(function(f"newer_{at}"))})
    assert told("f") == ["gone: removed a.c:f > -", "start: introduced - > a.c:f"]


def test_an_older_revision(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    edit = repo.commit("edit", {"a.c": file(edited("f"))})
    repo.commit("move", {"a.c": None, "b.c": file(edited("f"), function("g"))})
    repo.branch("before", edit)
    expected = ["edit: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]
    for revision in (edit, edit[:10], "before", "HEAD~1", "HEAD^", ":/edit", "HEAD^{/edit}"):
        assert told("f", "--rev", revision) == expected


def test_since_and_until(repo: Repo, told: Told) -> None:
    repo.commit("start", {"a.c": file(function("f"))})  # 1 January 2020, 12:00 UTC
    repo.commit("second", {"a.c": file(edited("f", by="second"))})
    repo.commit("third", {"a.c": file(edited("f", by="third"))})
    story = told("f")
    assert told("f", "--since", "2020-01-02T00:00Z") == story[:2]
    assert told("f", "--until", "2020-01-03T00:00Z") == story[1:]
    both = ("--since", "2020-01-02T00:00Z", "--until", "2020-01-03T00:00Z")
    assert told("f", *both) == story[1:2]
    assert told("f", "--since", "1 hour ago") == []


def test_scope_limits_where_a_function_may_come_from(repo: Repo, told: Told) -> None:
    repo.commit(
        "start", {"x/a.c": file(function("f"), function("g")), "y/b.c": file(function("h"))}
    )
    repo.commit("move", {"x/a.c": file(function("g")), "y/b.c": file(function("h"), function("f"))})
    assert told("f") == ["move: moved x/a.c:f > y/b.c:f", "start: introduced - > x/a.c:f"]
    assert told("f", "--scope", "y") == ["move: introduced - > y/b.c:f"]
    assert told("f", "--scope", "x", "--scope", "y") == told("f")


def test_first_ancestor_follows_one_line(repo: Repo, told: Told) -> None:
    first, second = HALVES
    repo.commit("one", {"a.c": file(of("low", first + first), function("g"))})
    repo.commit("two", {"a.c": file(of("low", first + first), of("high", second), function("g"))})
    repo.commit("join", {"a.c": file(of("whole", first + first + second), function("g"))})
    story = told("whole", "--first-ancestor")
    assert len(story) == 2
    assert story[0].startswith("join: ")


def test_a_macro_builds_the_names(repo: Repo, told: Told, minekvm: Callable[..., Ran]) -> None:
    def made(name: str, more: str = "") -> str:
        return function(name, head="static int FNAME({})(struct table *t)", more=more)

    repo.commit("start", {"a.c": file(made("walk", "\tflush(t);\n"), made("drop"))})
    repo.commit("edit", {"a.c": file(made("walk", "\tflush(t);\n"), made("drop", "\tflush(t);\n"))})
    three = file(made("init"), made("walk", "\tflush(t);\n"), made("drop", "\tflush(t);\n"))
    repo.commit("above", {"a.c": three})
    assert told("FNAME(drop)") == [
        "edit: modified a.c:FNAME(drop) > a.c:FNAME(drop)",
        "start: introduced - > a.c:FNAME(drop)",
    ]
    (change,) = minekvm("inspect", "HEAD", "--json").json["changes"]
    assert (change["kind"], change["old"], change["new"]["name"]) == ("added", None, "FNAME(init)")
    sites = minekvm("callers", "flush", "--json").json["sites"]
    assert {site["function"] for site in sites} == {"FNAME(walk)", "FNAME(drop)"}


def test_of_very_many_definitions_in_one_file_the_first_are_followed_and_a_gap_says_so(
    repo: Repo, minekvm: Callable[..., Ran]
) -> None:
    def defined(extra: int) -> str:
        return "".join(f"#define m(x) g((x) + {n + extra})\n" for n in range(130))

    repo.commit("start", {"a.h": defined(0)})
    repo.commit("edit", {"a.h": defined(1)})
    answer = minekvm("lineage", "m", "--json").json
    assert len(answer["definitions"]) == 130
    assert [g["why"] for g in answer["gaps"]] == [
        "30 more definitions of one name in the file were not followed"
    ]


def test_of_a_wide_commit_those_files_are_compared_that_concern_the_question(
    repo: Repo, told: Told, minekvm: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "WIDE", 2)
    monkeypatch.setattr(history, "WIDE", 2)
    others = {f"c/{n}.c": file(function(n)) for n in "klmn"}
    repo.commit("start", {"a/a.c": file(function("f"), function("g")), **others})
    wide = {path: text + "\n/* wide */\n" for path, text in others.items()}
    moved = {"a/a.c": file(function("g")), "b/b.c": file(function("f"))}
    repo.commit("wide", {**wide, **moved})
    assert told("f") == [
        "wide: moved a/a.c:f > b/b.c:f",
        "start: introduced - > a/a.c:f",
    ]
    assert "2 of 6 were compared" in minekvm("lineage", "f").out
