"""What `minekvm query new` writes: every key of a query file, explained, one of each to change."""

TEMPLATE = """\
# A story for minekvm: `minekvm query check FILE` says what it asks for, `minekvm report FILE --repo
# CLONE` mines it. Lists may be written as one string where they have one item.

title = "What the story is, in one line"

# What to follow back to its birth: functions, function-like macros, tracepoints (trace_x), syscalls
# (sys_x). Where several files define a symbol, { name = ..., path = ... } says which is meant.
symbols = [
  "vcpu_enter_guest",
  # { name = "init_vmcb", path = "arch/x86/kvm/svm/svm.c" },
]

# Whose call sites to tell over time: who began and ceased to call them, at which commit.
# callers = ["guest_enter_irqoff", "guest_state_enter_irqoff"]

# What to answer, as a sentence: why did X move [out of F] [into G]; why could X move back; why was
# X split, renamed, added, removed, merged or changed; why does F call X before Y; why COMMIT.
# questions = ["why was guest_enter_irqoff split?"]

# What else the story is about: a hash, a hash with its subject as messages cite it, or the subject
# alone. A clone that lacks the hash is searched for the commit's backport, then for the subject.
# commits = ['87fa7f3e98a1 ("x86/kvm: Move context tracking where it belongs")']

# What a reader should know; stands below the answer.
# notes = ["Between the markers nothing may be traced."]

# Only these files: paths from the top of the tree, or patterns as git knows them.
# scope = ["arch/x86/kvm", "include/linux"]

# What lies between markers, at every commit that changes it; as many of these as there are regions.
# [[region]]
# enter = ["guest_enter_irqoff"]   # calls that open it
# exit = ["guest_exit_irqoff"]     # calls that close it
# in = "vcpu_enter_guest"          # the function from which it is seen
# path = "arch/x86/kvm/x86.c"      # its file, where several define it
# depth = 3                        # how deep calls are looked into
# where = ["trace_kvm_entry"]      # inside or outside, over time
# forbid = ["trace_*", "rcu_*"]    # what must not be called inside: `check` and `needs` heed that;
# reason = "RCU does not watch"    # with these two, `in` may be left out
"""
