"""The calls of the guest-entry functions over the replica, against what is known of the story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.replica_built import Built
from support.running import run

X86 = "arch/x86/kvm"
VMX, SVM, CORE = f"{X86}/vmx/vmx.c", f"{X86}/svm/svm.c", f"{X86}/x86.c"

# Symbol, commit, how, from function, to function (or what stands there instead).
MOVES = [
    ("guest_enter_irqoff", "d1", "to function", "vcpu_enter_guest", "vmx_vcpu_run"),
    ("guest_enter_irqoff", "d1", "to function", "vcpu_enter_guest", "svm_vcpu_run"),
    ("guest_enter_irqoff", "d4", "to function", "vmx_vcpu_run", "vmx_vcpu_enter_exit"),
    ("guest_enter_irqoff", "d5", "to function", "svm_vcpu_run", "svm_vcpu_enter_exit"),
    ("guest_enter_irqoff", "e8", "to function", "vmx_vcpu_enter_exit", "kvm_guest_enter_irqoff"),
    ("guest_enter_irqoff", "e8", "to function", "svm_vcpu_enter_exit", "kvm_guest_enter_irqoff"),
    ("guest_exit_irqoff", "d1", "to function", "vcpu_enter_guest", "vmx_vcpu_run"),
    ("guest_exit_irqoff", "d1", "to function", "vcpu_enter_guest", "svm_vcpu_run"),
    ("guest_exit_irqoff", "d4", "to function", "vmx_vcpu_run", "vmx_vcpu_enter_exit"),
    ("guest_exit_irqoff", "d5", "to function", "svm_vcpu_run", "svm_vcpu_enter_exit"),
    ("context_tracking_guest_enter", "f1", "to function", "guest_enter_irqoff",
     "guest_context_enter_irqoff"),
    ("context_tracking_guest_exit", "e8", "to function", "vmx_vcpu_enter_exit",
     "kvm_guest_exit_irqoff"),
    ("context_tracking_guest_exit", "e8", "to function", "svm_vcpu_enter_exit",
     "kvm_guest_exit_irqoff"),
    ("context_tracking_guest_exit", "f1", "to function", "guest_exit_irqoff",
     "guest_context_exit_irqoff"),
    ("trace_kvm_wait_lapic_expire", "b", "to function", "wait_lapic_expire", "vcpu_enter_guest"),
    ("trace_kvm_wait_lapic_expire", "g", "to function", "vcpu_enter_guest",
     "__kvm_wait_lapic_expire"),
    ("guest_exit_irqoff", "e3", "replaced", "vmx_vcpu_enter_exit", "context_tracking_guest_exit"),
    ("guest_exit_irqoff", "e3", "replaced", "svm_vcpu_enter_exit", "context_tracking_guest_exit"),
    ("kvm_guest_enter_irqoff", "f3", "replaced", "vmx_vcpu_enter_exit",
     "guest_state_enter_irqoff"),
    ("kvm_guest_exit_irqoff", "f3", "replaced", "svm_vcpu_enter_exit", "guest_state_exit_irqoff"),
    ("vtime_account_guest_exit", "f3", "replaced", "vcpu_enter_guest",
     "guest_timing_exit_irqoff"),
]  # fmt: skip

# Symbol, commit, and the files whose functions began or ceased to call it then.
BEGAN = [
    ("guest_timing_enter_irqoff", "f2", ["arch/mips/kvm/mips.c"]),
    ("guest_timing_enter_irqoff", "f3", [CORE]),
    ("guest_timing_enter_irqoff", "f4", ["arch/arm64/kvm/arm.c"]),
    ("guest_timing_enter_irqoff", "f5", ["arch/riscv/kvm/vcpu.c"]),
    ("guest_timing_enter_irqoff", "h1", ["arch/powerpc/kvm/book3s_hv.c"]),
    ("guest_timing_enter_irqoff", "h3", ["arch/s390/kvm/kvm-s390.c", "arch/s390/kvm/vsie.c"]),
    ("guest_state_enter_irqoff", "f3", [SVM, VMX]),
    ("guest_state_enter_irqoff", "f4", ["arch/arm64/kvm/arm.c"]),
    ("guest_state_enter_irqoff", "h3", ["arch/s390/kvm/kvm-s390.c"]),
    ("context_tracking_guest_exit", "e3", [SVM, VMX]),
    ("vtime_account_guest_exit", "e3", [CORE]),
]
CEASED = [
    ("guest_enter_irqoff", "f2", ["arch/mips/kvm/mips.c"]),
    ("guest_enter_irqoff", "f3", [f"{X86}/x86.h"]),
    ("guest_enter_irqoff", "f4", ["arch/arm64/kvm/arm.c"]),
    ("guest_enter_irqoff", "f5", ["arch/riscv/kvm/vcpu.c"]),
    ("guest_enter_irqoff", "h1", ["arch/powerpc/kvm/book3s_hv.c"]),
    ("guest_enter_irqoff", "h3", ["arch/s390/kvm/kvm-s390.c", "arch/s390/kvm/vsie.c"]),
    ("guest_exit_irqoff", "e3", [SVM, VMX]),
    ("guest_exit_irqoff", "h3", ["arch/s390/kvm/kvm-s390.c", "arch/s390/kvm/vsie.c"]),
    ("context_tracking_guest_exit", "f3", [f"{X86}/x86.h"]),
    ("vtime_account_guest_exit", "f3", [CORE]),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("replica") / "replica.git")


@pytest.fixture(scope="module")
def answer(built: Built) -> Any:
    """What the command says of a symbol, each asked once."""
    known: dict[str, Any] = {}

    def ask(symbol: str) -> Any:
        if symbol not in known:
            asked = ("callers", symbol, "--repo", str(built.path), "--json")
            known[symbol] = run(*asked, untouched=Path(built.path)).json
        return known[symbol]

    return ask


@pytest.mark.parametrize(("symbol", "key", "how", "old", "new"), MOVES)
def test_a_call_went_where_the_facts_say(
    built: Built, answer: Any, symbol: str, key: str, how: str, old: str, new: str
) -> None:
    told = {
        (m["how"], m["old"]["name"], m["by"] if m["how"] == "replaced" else m["new"]["name"])
        for m in answer(symbol)["moves"]
        if m["commit"] == built.commits[key] and m["old"]
    }
    assert (how, old, new) in told


@pytest.mark.parametrize(("symbol", "key", "files"), BEGAN)
def test_calls_began_when_the_facts_say(
    built: Built, answer: Any, symbol: str, key: str, files: list[str]
) -> None:
    sites = [s for s in answer(symbol)["sites"] if s["since"] == built.commits[key]]
    assert sorted(s["path"] for s in sites) == files


@pytest.mark.parametrize(("symbol", "key", "files"), CEASED)
def test_calls_ceased_when_the_facts_say(
    built: Built, answer: Any, symbol: str, key: str, files: list[str]
) -> None:
    sites = [s for s in answer(symbol)["sites"] if s["until"] == built.commits[key]]
    assert sorted(s["path"] for s in sites) == files


def test_where_it_stands_in_the_function_it_went_to(built: Built, answer: Any) -> None:
    moves = [m for m in answer("guest_enter_irqoff")["moves"] if m["commit"] == built.commits["d1"]]
    assert {m["new"]["path"]: (m["came"]["before"], m["came"]["after"]) for m in moves} == {
        VMX: ("x86_spec_ctrl_set_guest", "vmx_l1d_flush"),
        SVM: ("x86_spec_ctrl_set_guest", "__svm_vcpu_run"),
    }


def test_every_life_fits_together(answer: Any) -> None:
    for symbol in {fact[0] for fact in (*MOVES, *BEGAN, *CEASED)}:
        found = answer(symbol)
        assert found["gaps"] == []
        assert all(s["since"] for s in found["sites"])
        assert all(s["still"] is (s["until"] is None) for s in found["sites"])
