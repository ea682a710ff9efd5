"""C to put into the repositories: functions whose bodies are each like no other's."""

from __future__ import annotations

import random

HEAD = "static int {}(struct vcpu *vcpu, int n)"

_VOCABULARY = """
apic bank cell dirty entry fault guest hyper irq jiffy kick lapse mmu nest owner page quota ring
shadow timer unit vector wait xsave yield zap budget cause delay epoch frame grant host index joint
level memslot node offset probe queue reload slot token usage vmcs window
"""
_WORDS = _VOCABULARY.split()
_SHAPES = (
    "\tif ({a}_{b}(vcpu, n))\n\t\treturn -E{c};\n",
    "\tvcpu->{a}.{b} = {c}_read(n << {d});\n",
    "\tfor (n = 0; n < {a}_MAX; n++)\n\t\t{b}_push(&vcpu->{c}[n], {d});\n",
    "\tspin_lock(&vcpu->{a});\n\t{b}_list_del(vcpu->{c}, n);\n\tspin_unlock(&vcpu->{a});\n",
    "\twhile (!{a}_done(vcpu->{b}))\n\t\tcpu_relax();\n",
    "\tswitch (vcpu->{a}) {{\n\tcase {b}:\n\t\tn |= {c};\n\tdefault:\n\t\tn ^= {d};\n\t}}\n",
    "\t{a}_barrier();\n\tatomic_{b}(&vcpu->kvm->{c}, n + {d});\n",
    "\tWARN_ON_ONCE({a} && vcpu->{b} != {c}(n));\n",
    '\ttrace_{a}("{b}", vcpu->{c}_id, n % {d});\n',
    "\tn = max({a}(vcpu), {b} - vcpu->{c} / {d});\n",
    "\tdo {{\n\t\t{a}_step(vcpu, {b});\n\t}} while (--n > {c});\n",
    "\tset_bit({a}_{b}, &vcpu->requests);\n\tkick_{c}(vcpu, {d}, n);\n",
)


def body(seed: str) -> str:
    """Statements told by a seed: the same for the same, unlike for another."""
    chance = random.Random(seed)
    return "".join(
        shape.format(**dict(zip("abcd", chance.sample(_WORDS, 4), strict=True)))
        for shape in chance.sample(_SHAPES, 6)
    )


def function(name: str, seed: str | None = None, *, head: str = HEAD, more: str = "") -> str:
    """A definition of a name; its body is told by `seed`, the name itself by default.

    `more` are statements behind the first ones: an edit that leaves the body well alike.
    """
    inside = body(seed or name) + more
    return f"{head.format(name)}\n{{\n{inside}\treturn n;\n}}\n"


def edited(name: str, seed: str | None = None, *, by: str = "one", head: str = HEAD) -> str:
    """The definition with one statement more."""
    return function(name, seed, head=head, more=f"\tvcpu->edited_{by}++;\n")


def file(*definitions: str) -> str:
    """A source file of these definitions."""
    return '#include "kvm.h"\n\n' + "\n".join(definitions)


# Two halves of a body, which a split may divide.
HALVES = (
    "\tvcpu->arch.pending |= mask_of(n);\n"
    "\tif (apic_enabled(vcpu))\n\t\tapic_update_ppr(vcpu, n);\n"
    "\tkvm_make_request(KVM_REQ_EVENT, vcpu);\n",
    "\tfor (n = 0; n < vcpu->nmsrs; n++)\n\t\twrmsrl(vcpu->msrs[n].index, vcpu->msrs[n].data);\n"
    "\tload_fixmap_gdt(raw_smp_processor_id());\n\tvcpu->guest_state_loaded = 0;\n",
)


def of(name: str, inside: str) -> str:
    """A function of a name around some lines."""
    return f"int {name}(struct vcpu *vcpu, int n)\n{{\n{inside}\treturn 0;\n}}\n"
