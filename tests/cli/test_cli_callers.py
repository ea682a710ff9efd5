"""`minekvm callers`: who calls, since when, and where a call went; each case a tiny history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.repos import DAY, START, Repo, git
from support.running import Ran, assert_clear, index_locked, run

Ask = Callable[..., Ran]

BODY = (
    "u64 now = clock(vcpu);", "enter();", "while (pending(vcpu))", "\trelax(now);",
    "vcpu->mode = IN_GUEST;", "store(vcpu->fpu, now | OWNED);", "return leave(vcpu);",
)  # fmt: skip


def define(name: str, *lines: str) -> str:
    return f"int {name}(struct vcpu *vcpu)\n{{\n" + "".join(f"\t{x}\n" for x in lines) + "}\n\n"


@pytest.fixture
def sites(repo: Repo, minekvm: Ask) -> Callable[..., list[str]]:
    """The life of each site: `path:function since..until went`, commits by their subjects."""

    def ask(symbol: str = "enter", *options: str) -> list[str]:
        answer = minekvm("callers", "--json", *options, "--", symbol).json
        assert answer["schema"] == "minekvm.callers/1"
        assert answer["symbol"] == symbol
        names = {commit: subject for subject, commit in repo.named.items()}
        assert answer["gaps"] == []
        lines = []
        for row in answer["sites"]:
            assert row["still"] is (row["until"] is None)
            times = f" x{row['count']}" if row["count"] > 1 else ""
            until = names[row["until"]] if row["until"] else ""
            went = row["went"]
            end = f" {went['how']} {went['path']}:{went['function']}" if went else ""
            end += f" by {went['by']}" if went and went["by"] else ""
            where = f"{row['path']}:{row['function']}"
            lines.append(f"{where}{times} {names[row['since']]}..{until}{end}")
        return lines

    return ask


def test_since_the_first_tree(repo: Repo, sites: Callable[..., list[str]]) -> None:
    repo.commit("begin", {"a.c": define("f", "enter();", "enter();"), "b.c": define("g", "x();")})
    repo.commit("more", {"b.c": define("g", "x();", "enter();")})
    assert sites() == ["a.c:f x2 begin..", "b.c:g more.."]


def test_moved_to_another_function(repo: Repo, sites: Callable[..., list[str]]) -> None:
    run_ = define("run", "c();", "d();")
    repo.commit("begin", {"a.c": define("f", "enter();", "run();"), "b.c": run_})
    moved = {"a.c": define("f", "run();"), "b.c": define("run", "c();", "enter();", "d();")}
    repo.commit("move", moved)
    assert sites() == ["b.c:run move..", "a.c:f begin..move to function b.c:run"]


def test_replaced(repo: Repo, sites: Callable[..., list[str]]) -> None:
    repo.commit("begin", {"a.c": define("f", "a();", "enter();", "b();")})
    repo.commit("new", {"a.c": define("f", "a();", "state_enter();", "b();")})
    assert sites() == ["a.c:f begin..new replaced a.c:f by state_enter"]


def test_replaced_by_a_like_name_nearby(repo: Repo, sites: Callable[..., list[str]]) -> None:
    old = define("f", "guest_enter_irqoff();", "a();", "b();")
    new = define("f", "a();", "guest_state_enter_irqoff();", "b();")
    repo.commit("begin", {"a.c": old})
    repo.commit("new", {"a.c": new})
    assert sites("guest_enter_irqoff") == [
        "a.c:f begin..new replaced a.c:f by guest_state_enter_irqoff"
    ]


def test_gone_and_back(repo: Repo, sites: Callable[..., list[str]]) -> None:
    has, has_not = define("f", "a();", "enter();"), define("f", "a();")
    repo.commit("begin", {"a.c": has})
    repo.commit("go", {"a.c": has_not})
    repo.commit("back", {"a.c": has})
    assert sites() == ["a.c:f back..", "a.c:f begin..go"]


def test_comments_strings_and_mentions_are_no_calls(
    repo: Repo, sites: Callable[..., list[str]]
) -> None:
    repo.commit("begin", {"a.c": define("f", "enter();")})
    said = ("/* enter(); */", 'say("enter()");', "x = enter;", "int enter(void);")
    repo.commit("say", {"b.c": define("g", *said)})
    assert sites() == ["a.c:f begin.."]


def test_its_function_was_renamed_around_it(repo: Repo, sites: Callable[..., list[str]]) -> None:
    """No line with the call changed."""
    rest = define("other", "y();")
    repo.commit("begin", {"a.c": rest + define("f", *BODY)})
    repo.commit("rename", {"a.c": rest + define("g", *BODY)})
    assert sites() == ["a.c:g rename..", "a.c:f begin..rename went with a.c:g"]


def test_its_function_was_parted_around_it(repo: Repo, sites: Callable[..., list[str]]) -> None:
    """No line with the call changed: a header was put in above it."""
    head = ("setup(vcpu->apic);", "update(vcpu->mmu, flags);", "prepare(vcpu, now);")
    repo.commit("begin", {"a.c": define("f", *head, *BODY)})
    parted = define("g", *BODY) + define("f", *head, "return g(vcpu);")
    whole = define("f", *head, "return g(vcpu);")
    assert parted != whole
    above = define("f", *head, "return g(vcpu);").rstrip("\n") + "\n" + define("g", *BODY)
    repo.commit("part", {"a.c": above})
    found = sites()
    assert found[0] == "a.c:g part.."
    assert found[1].startswith("a.c:f begin..part to function a.c:g")


def test_its_file_was_renamed(repo: Repo, sites: Callable[..., list[str]]) -> None:
    text = define("f", *BODY)
    repo.commit("begin", {"a.c": text})
    repo.commit("rename", {"a.c": None, "d/b.c": text})
    assert sites() == ["d/b.c:f rename..", "a.c:f begin..rename went with d/b.c:f"]


def test_the_same_on_two_branches(repo: Repo, sites: Callable[..., list[str]]) -> None:
    first = repo.commit("begin", {"a.c": define("f", "a();")})
    has = {"a.c": define("f", "a();", "enter();")}
    one = repo.commit("one", has, on=first)
    two = repo.commit("two", {**has, "z.c": "int z;\n"}, on=first)
    repo.commit("join", {"z.c": "int z;\n"}, on=(one, two))
    assert sites() == ["a.c:f one.."]


def test_a_merge_that_ended_it(repo: Repo, sites: Callable[..., list[str]]) -> None:
    """One side renamed the function, the other gave it the call: only the merge has both."""
    first = repo.commit("begin", {"a.c": define("f", "a();", "b();")})
    renamed = repo.commit("rename", {"a.c": define("g", "a();", "b();")}, on=first)
    calls = repo.commit("call", {"a.c": define("f", "a();", "enter();", "b();")}, on=first)
    both = {"a.c": define("g", "a();", "enter();", "b();")}
    repo.commit("join", both, on=(renamed, calls))
    found = sites()
    assert found[0] == "a.c:g join.."
    assert found[1].startswith("a.c:f call..join")


def test_only_what_the_revision_reaches_counts(repo: Repo, sites: Callable[..., list[str]]) -> None:
    first = repo.commit("begin", {"a.c": define("f", "enter();")})
    repo.commit("later", {"b.c": define("g", "enter();")})
    assert sites("enter", "--rev", first) == ["a.c:f begin.."]


def test_twins_under_ifdef_are_one_site(repo: Repo, sites: Callable[..., list[str]]) -> None:
    one = "#ifdef A\n" + define("f", "enter();") + "#else\n" + define("f", "enter();") + "#endif\n"
    repo.commit("begin", {"a.c": one})
    repo.commit("less", {"a.c": one.replace("\tenter();\n", "\tother();\n", 1)})
    assert sites() == ["a.c:f begin.."]


def test_several_roots(repo: Repo, sites: Callable[..., list[str]]) -> None:
    one = repo.commit("one", {"a.c": define("f", "enter();")})
    two = repo.commit("two", {"b.c": define("g", "enter();")}, on=())
    repo.commit("join", {"b.c": define("g", "enter();")}, on=(one, two))
    assert sites() == ["a.c:f one..", "b.c:g two.."]


def test_scope_and_path(repo: Repo, sites: Callable[..., list[str]]) -> None:
    files = {"x/a.c": define("f", "enter();"), "y/b.c": define("g", "enter();")}
    repo.commit("begin", files)
    repo.commit("more", {"x/c.c": define("h", "enter();"), "y/d.c": define("i", "enter();")})
    assert sites("enter", "--scope", "x") == ["x/a.c:f begin..", "x/c.c:h more.."]
    assert sites("enter", "--scope", ":!x") == ["y/b.c:g begin..", "y/d.c:i more.."]
    assert sites("enter", "--path", "y/d.c") == ["y/d.c:i more.."]


def test_since_and_until(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": define("f", "enter();")})
    repo.commit("one", {"a.c": define("f", "enter();") + define("g", "enter();")})
    repo.commit("two", {"a.c": define("f", "enter();")})
    day = f"{START + 2 * DAY - 60} +0000"
    late = minekvm("callers", "enter", "--since", day, "--json").json
    early = minekvm("callers", "enter", "--until", day, "--json").json
    assert {m["commit"] for m in late["moves"]} == {repo.named["two"]}
    assert {m["commit"] for m in early["moves"]} == {repo.named["begin"], repo.named["one"]}
    assert [s["function"] for s in late["sites"]] == ["f", "g"]


def test_tracepoints_and_macros_are_symbols(repo: Repo, sites: Callable[..., list[str]]) -> None:
    text = define("f", "trace_kvm_exit(vcpu);", "MACRO(vcpu);")
    repo.commit("begin", {"a.c": text})
    assert sites("trace_kvm_exit") == sites("MACRO") == ["a.c:f begin.."]


def test_a_bare_event_is_its_tracepoint(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": define("f", "trace_kvm_exit(vcpu);")})
    for asked in ("kvm_exit", "TRACE_EVENT(kvm_exit", "trace_kvm_exit()"):
        assert minekvm("callers", asked, "--json").json["symbol"] == "trace_kvm_exit"


def test_a_pointer_is_no_call_but_said(repo: Repo, minekvm: Ask) -> None:
    table = "static struct ops vmx_ops = {\n\t.run = vmx_run,\n};\n"
    repo.commit("begin", {"a.c": define("vmx_run", "a();") + table})
    answer = minekvm("callers", "vmx_run", "--json").json
    assert answer["sites"] == []
    assert [(t["path"], t["table"], t["field"]) for t in answer["tables"]] == [
        ("a.c", "vmx_ops", "run")
    ]
    shown = minekvm("callers", "vmx_run").out.splitlines()
    assert shown[0].startswith("nobody calls vmx_run()")
    assert shown[1] == "also reached through vmx_ops.run in a.c"


def test_nobody_ever_called_it(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": define("guest_enter", "a();") + define("f", "guest_enter();")})
    assert_clear(minekvm("callers", "guest_entr"), "guest_entr", "did you mean guest_enter")
    assert_clear(minekvm("callers", "f"), "nothing", "it is defined there")
    assert_clear(minekvm("callers", "no such word"), "no such word")
    assert_clear(minekvm("callers", '"; DROP'), "DROP")


def test_json_tells_what_commits_did(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": define("f", "a();", "enter();", "b();", "c();")})
    repo.commit("move", {"a.c": define("f", "a();", "b();", "c();", "enter();")})
    answer = minekvm("callers", "enter", "--json").json
    (site,) = answer["sites"]
    assert site["calls"] == [{"line": 6, "nth": 1, "before": "c", "after": None, "under": []}]
    assert site["arch"] == "."
    moved, began = answer["moves"]
    assert moved["how"] == "moved within"
    assert moved["parent"] == repo.named["begin"]
    assert (moved["left"]["before"], moved["came"]["before"]) == ("a", "c")
    assert moved["old"]["path"] == moved["new"]["path"] == "a.c"
    assert (began["how"], began["parent"], began["old"]) == ("began", None, None)
    about = answer["commits"][repo.named["move"]]
    assert about["subject"] == "move"
    assert about["author"] == "A. Uthor"


def test_a_pipe_gets_a_line_each(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"arch/x86/a.c": define("f", "a();", "enter();")})
    repo.commit("go", {"arch/x86/a.c": define("f", "a();")})
    lines = minekvm("callers", "enter").out.splitlines()
    begin, go = repo.named["begin"][:12], repo.named["go"][:12]
    assert lines == [
        f"nobody calls enter() at {go}",
        "",
        f"called         arch/x86/a.c:4  f()  since the history begins  until {go}  gone",
        "",
        "1 call site of the past, 1 commit changed who calls it, newest first",
        f"  {go}  2020-01-02  go  f() in arch/x86/a.c ceased to call it",
        f"  {begin}  2020-01-01  begin  there since the history begins: 1 function"
        " already calls it",
    ]


def test_markdown(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"arch/x86/a.c": define("f", "a();", "enter();")})
    text = minekvm("callers", "enter", "--format", "md").out
    assert "# 1 function calls `enter()`" in text
    assert "- `arch/x86/a.c:4` `f()` since the history begins" in text


def test_a_shallow_clone_says_where_it_ends(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": define("f", "a();")})
    edge = repo.commit("edge", {"a.c": define("f", "enter();")})
    (repo.git_dir / "shallow").write_text(f"{edge}\n")
    answer = minekvm("callers", "enter", "--json").json
    assert [s["since"] for s in answer["sites"]] == [edge]
    assert any("shallow" in gap["why"] for gap in answer["gaps"])


def test_a_missing_file_is_a_gap(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": define("f", "enter();"), "b.c": define("g", "enter();")})
    repo.commit("torn", {"a.c": define("f", "a();"), "b.c": define("g", "b();")})
    lost = repo.blob(repo.tip, "a.c")
    repo.commit("mended", {"a.c": define("f", "x();")})
    repo.object_path(lost).unlink()
    answer = minekvm("callers", "enter", "--json").json
    ended = {s["path"]: s["until"] for s in answer["sites"]}
    assert ended["b.c"] == repo.named["torn"]
    assert ended["a.c"] is None
    assert not any(s["still"] for s in answer["sites"])
    assert any(g["path"] == "a.c" and "missing" in g["why"] for g in answer["gaps"])


def test_while_another_process_writes_the_index(repo: Repo, minekvm: Ask, tmp_path: Path) -> None:
    repo.commit("begin", {"a.c": define("f", "enter();")})
    repo.commit("more", {"b.c": define("g", "enter();")})
    where = tmp_path / "index.sqlite"
    minekvm("index", "--index", str(where))
    with index_locked(where):
        answer = minekvm("callers", "enter", "--index", str(where), "--json").json
    assert [(s["function"], s["since"]) for s in answer["sites"]] == [
        ("f", repo.named["begin"]),
        ("g", repo.named["more"]),
    ]
    assert answer["gaps"] == []


def test_names_are_shown_as_text(repo: Repo, minekvm: Ask) -> None:
    evil = "x\x1b[31m\u202e.c"
    repo.commit("sub\x1b[2Jject", {evil: define("f", "enter();")})
    for options in ((), ("--format", "md"), ("--json",)):
        out = minekvm("callers", "enter", *options).out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_words_are_taken_in_ahead(repo: Repo, minekvm: Ask, tmp_path: Path) -> None:
    repo.commit("begin", {"a.c": define("f", "enter();")})
    repo.commit("more", {"b.c": define("g", "enter();")})
    where = str(tmp_path / "index.sqlite")
    assert minekvm("index", "--words", "--index", where).code == 0
    git("update-ref", "refs/heads/main", repo.named["begin"], cwd=repo.path)
    assert len(minekvm("callers", "enter", "--index", where, "--json").json["sites"]) == 1


def test_latin_1_source_and_other_names(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone", algorithm="sha256")
    code = define("f", "enter();").encode() + b"/* caf\xe9 */\n"
    repo.commit("begin", {"a b.c": code})
    repo.commit("more", {"a b.c": code + define("g", "enter();").encode()})
    answer = run("callers", "enter", "--repo", str(repo.path), "--json").json
    assert [(s["function"], s["since"]) for s in answer["sites"]] == [
        ("f", repo.named["begin"]),
        ("g", repo.named["more"]),
    ]


def test_former_names_are_followed(repo: Repo, minekvm: Ask) -> None:
    lines = ("clock(a);", "while (pending(a))", "\trelax(a);", "store(a, a | 4);", "leave(a);")
    repo.commit("begin", {"a.c": define("ring_wait", *lines) + define("f", "ring_wait(a);")})
    repo.commit("second", {
        "a.c": define("ring_wait", *lines) + define("f", "ring_wait(a);"),
        "b.c": define("g", "ring_wait(a);"),
    })  # fmt: skip
    repo.commit("rename", {
        "a.c": define("queue_wait", *lines) + define("f", "queue_wait(a);"),
        "b.c": define("g", "queue_wait(a);"),
    })  # fmt: skip
    answer = minekvm("callers", "queue_wait", "--json").json
    assert {site["function"]: site["formerly"] for site in answer["sites"]} == {
        "f": {"symbol": "ring_wait", "since": repo.named["begin"]},
        "g": {"symbol": "ring_wait", "since": repo.named["second"]},
    }
    (former,) = answer["former"]
    assert (former["symbol"], former["rev"]) == ("ring_wait", answer["rev"])
    assert [move["by"] for move in former["moves"][:2]] == ["queue_wait", "queue_wait"]
    assert "called ring_wait() before" in minekvm("callers", "queue_wait").out


USER = "int {0}(struct vcpu *vcpu)\n{{\n\t{1}\n\treturn 0;\n}}\n"


def used(minekvm: Ask, repo: Repo, symbol: str) -> list[str]:
    """Who uses it: `path:holder since..until how`, commits by their subjects."""
    answer = minekvm("callers", symbol, "--json").json
    names = {commit: subject for subject, commit in repo.named.items()} | {None: ""}
    return sorted(
        f"{row['path']}:{row['function']} {names[row['since']]}..{names[row['until']]}"
        f" {','.join(site['how'] for site in row['calls'])}"
        for row in answer["sites"]
    )


def test_users_of_fields_constants_and_options(repo: Repo, minekvm: Ask) -> None:
    header = "enum mode { OUTSIDE, IN_GUEST };\nstruct vcpu {\n\tint mode;\n};\n"
    repo.commit(
        "start",
        {
            "vcpu.h": header,
            "a.c": USER.format("reader", "if (vcpu->mode) f();"),
            "Kconfig": "config VIRT\n\tbool\n",
            "Makefile": "obj-y += a.o\n",
        },
    )
    repo.commit(
        "write",
        {"b.c": USER.format("writer", "vcpu->mode = IN_GUEST;"), "other.c": "int mode;\n"},
    )
    repo.commit(
        "option",
        {
            "Kconfig": "config VIRT\n\tbool\n\nconfig FAST\n\tdepends on VIRT\n",
            "Makefile": "obj-y += a.o\nobj-$(CONFIG_VIRT) += b.o\n",
            "c.c": f"#ifdef CONFIG_VIRT\n{USER.format('c', '')}#endif\n",
        },
    )
    repo.commit("no read", {"a.c": USER.format("reader", "f();")})
    assert used(minekvm, repo, "vcpu.mode") == [
        "a.c:reader start..no read reads",
        "b.c:writer write.. writes",
    ]
    assert used(minekvm, repo, "IN_GUEST") == ["b.c:writer write.. reads"]
    assert used(minekvm, repo, "struct:vcpu") == [
        "a.c:reader start.. names",
        "b.c:writer write.. names",
        "c.c:c option.. names",
    ]
    assert used(minekvm, repo, "CONFIG_VIRT") == [
        "Kconfig:config FAST option.. names",
        "Makefile: option.. reads",
        "c.c: option.. reads",
    ]
    screen = minekvm("callers", "vcpu.mode").out
    assert "1 place uses vcpu.mode at" in screen
    assert "reader() ceased to use it" in screen.replace(" in a.c", "")


def test_what_is_declared_nowhere_has_no_users(repo: Repo, minekvm: Ask) -> None:
    repo.commit("start", {"a.c": USER.format("f", "")})
    assert_clear(minekvm("callers", "struct:nothing"), "declares struct:nothing")
