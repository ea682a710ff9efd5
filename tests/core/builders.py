"""Literal C to values of the core, and a history that lives in memory.

A body below is a run of statements like no other's; `define` puts a name and a header to it.
"""

from __future__ import annotations

import contextlib
import heapq
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from types import FrameType

from minekvm.core.c.finder import find, scan, stands
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.similarity import Body
from minekvm.core.lineage.tracer import Tracer
from minekvm.core.model import (
    BlobId,
    Change,
    Commit,
    CommitId,
    Event,
    FileHistory,
    FilePair,
    Function,
    FunctionVersion,
    Node,
    Nodes,
)

LOAD = """
	struct kvm_mmu *mmu = vcpu->arch.mmu;
	if (mmu->root_hpa == INVALID_PAGE)
		return -EINVAL;
	mmu_load_pgd(vcpu, mmu->root_hpa, mmu->shadow_level);
	vcpu->stat.tlb_flush += flags;
	kvm_make_request(KVM_REQ_TLB_FLUSH, vcpu);
	return 0;
"""
ENTER = """
	guest_state_enter_irqoff();
	preempt_disable();
	while (vmcs_pending(vcpu->loaded_vmcs))
		cpu_relax();
	vcpu->mode = IN_GUEST_MODE;
	smp_store_mb(vcpu->guest_fpu, flags | FPU_OWNED);
	preempt_enable();
	return vmx_fast_exit(vcpu);
"""
QUEUE = """
	spin_lock(&irq_lock);
	list_for_each_entry(entry, &pending_list, node)
		entry->level = ioapic_service(entry->gsi, flags);
	bitmap_set(ioapic->irr, entry->gsi, 1);
	spin_unlock(&irq_lock);
	trace_ioapic_queue(ioapic->id);
	return ioapic->irr_count;
"""
CLOCK = """
	u64 now = ktime_get_boottime_ns();
	s64 delta = now - kvmclock_offset;
	if (delta < 0 || delta > MAX_CLOCK_DRIFT)
		pr_warn_once("clock drift of %lld", delta);
	do {
		seqcount = pvclock_read_begin(&hv_clock);
	} while (pvclock_read_retry(&hv_clock, seqcount));
	return scale_delta(delta, hv_clock.mul);
"""
DIRTY = """
	unsigned long *bitmap = kvm_second_dirty_bitmap(memslot);
	for (i = 0; i < memslot->npages / BITS_PER_LONG; i++)
		bitmap[i] = xchg(&memslot->dirty_bitmap[i], 0);
	if (copy_to_user(log->dirty_bitmap, bitmap, log->bytes))
		return -EFAULT;
	kvm_arch_mmu_write_protect(memslot);
	return 1;
"""
NESTED = """
	switch (vmcs12->exit_reason) {
	case EXIT_REASON_CPUID:
		nested_advance_rip(vmcs12);
		break;
	default:
		nested_vmx_abort(VMX_ABORT_LOAD_HOST, vmcs12->host_rsp);
	}
	sync_vmcs02_to_vmcs12(vmcs12, leave_guest);
	return !leave_guest;
"""
TINY = "\n\treturn 0;\n"
# Fourteen statements in two halves, to be taken apart and put together.
FRONT = """
	mutex_lock(&kvm->slots_lock);
	slot = gfn_to_memslot(kvm, gfn);
	WARN_ON_ONCE(slot->base_gfn > gfn);
	rmap_head = gfn_to_rmap(gfn, level, slot);
	account_shadowed(kvm, rmap_head, level);
	mutex_unlock(&kvm->slots_lock);
"""
BACK = """
	page = alloc_page(GFP_KERNEL_ACCOUNT);
	clear_highpage(page);
	set_page_private(page, virt_to_phys(table));
	iommu_map(domain, iova, page_to_phys(page), prot);
	refcount_inc(&domain->users);
	trace_iommu_mapped(domain, iova);
"""

HEADER = "static int NAME(struct kvm_vcpu *vcpu, int flags)"


def define(name: str, body: str, header: str = HEADER) -> str:
    """A definition of `name`; `NAME` in header and body stands for the name."""
    return f"{header}\n{{{body}}}\n\n".replace("NAME", name)


def more(body: str, *statements: str) -> str:
    """A body with statements put in front of its first one."""
    return "".join(f"\n\t{s}" for s in statements) + body


def without(body: str, line: str) -> str:
    """A body that lost the one line that holds some text."""
    lines = body.split("\n")
    left = [kept for kept in lines if line not in kept]
    assert len(left) == len(lines) - 1, line
    return "\n".join(left)


def functions(source: str) -> tuple[Function, ...]:
    return scan(source.encode())


def function(source: str) -> Function:
    """The only definition of a text."""
    (found,) = functions(source)
    return found


def body(source: str, path: str = "a.c") -> Body:
    """The only definition of a text, prepared for comparison."""
    return Body(FunctionVersion(path, function(source)))


def pair(path: str, old: str | None, new: str | None, new_path: str | None = None) -> FilePair:
    """A file before and after; None where a side lacks it, `new_path` for a renamed file."""
    return FilePair(
        None if old is None else path,
        None if new is None else new_path or path,
        () if old is None else functions(old),
        () if new is None else functions(new),
    )


def place(version: FunctionVersion | None) -> str:
    return "-" if version is None else f"{version.path}:{version.name}"


def row(change: Change) -> str:
    """A change in short: `moved a.c:f > b.c:f`."""
    return f"{' '.join(change.kinds)} {place(change.old)} > {place(change.new)}"


def rows(*pairs: FilePair, message: str = "") -> list[str]:
    """What the ladder says of the files of one commit, in its order."""
    return [row(c) for c in changes(pairs, message)]


def edit(old: str, new: str, message: str = "") -> list[str]:
    """The same for one file, a.c, whose path is left out."""
    return [r.replace("a.c:", "") for r in rows(pair("a.c", old, new), message=message)]


class TooSlow(AssertionError):
    """Something took more processor time than it may."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what runs inside after so much processor time; a busy machine does not count."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} s of processor time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Walk(Nodes):
    """A file's history that lies in memory."""

    def __init__(self, nodes: dict[CommitId, Node]) -> None:
        self._nodes = nodes

    def after(self, commit: CommitId) -> Iterator[Node]:
        return islice(self._nodes.values(), list(self._nodes).index(commit) + 1, None)

    def __getitem__(self, commit: CommitId) -> Node:
        return self._nodes[commit]

    def __iter__(self) -> Iterator[CommitId]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


class Past:
    """Commits in memory, each a whole tree of texts: what `core.lineage` asks of a clone.

    A commit's id is its subject. Paths are followed with git's default simplification: a merge
    that has a file just as a parent has it follows that parent only. `cut` are commits that a
    shallow clone ends at, `unread` those whose files cannot be read.
    """

    def __init__(self) -> None:
        self._commits: dict[CommitId, Commit] = {}
        self._trees: dict[CommitId, dict[str, str]] = {}
        self.head = CommitId("")
        self.cut: set[CommitId] = set()
        self.imports: set[CommitId] = set()
        self.unread: set[CommitId] = set()

    def add(
        self,
        subject: str,
        files: dict[str, str | None] | None = None,
        *,
        on: Sequence[str] | None = None,
        time: int | None = None,
        message: str = "",
    ) -> CommitId:
        """A commit that puts files (None: removes) into the tree of its first parent.

        It stands `on` the last commit unless others are named; `time` is an hour after the last.
        """
        parents = [CommitId(p) for p in on] if on is not None else [self.head] * bool(self.head)
        tree = dict(self._trees[parents[0]]) if parents else {}
        for path, text in (files or {}).items():
            tree.pop(path, None)
            if text is not None:
                tree[path] = text
        if time is None:
            time = self._commits[self.head].committed + 3600 if self.head else 1_600_000_000
        id_ = CommitId(subject)
        assert id_ not in self._commits, subject
        said = f"{subject}\n\n{message}"
        self._commits[id_] = Commit(
            id_, tuple(parents), "A", "a@b.c", "2020-09-13T12:26:40+00:00", time, subject, said
        )
        self._trees[id_] = tree
        self.head = id_
        return id_

    # --- the protocol

    def commit(self, commit: CommitId) -> Commit:
        return self._commits[commit]

    def cut_off(self, commit: CommitId) -> bool:
        return commit in self.cut

    def begins(self, commit: CommitId, parent: CommitId | None) -> bool:
        return parent is None or commit in self.imports

    def readable(self, node: Node) -> bool:
        return node.id not in self.unread

    def file_history(self, path: str, start: CommitId) -> FileHistory:
        shown = self._shown(path, start)
        nodes = {}
        for id_ in shown:
            parents = (self._nearest(path, p, shown) for p in self._followed(path, id_))
            real = dict.fromkeys(p for p in parents if p is not None)
            nodes[id_] = Node(id_, tuple(real), self._blob(path, id_))
        return FileHistory(path, Walk(nodes), self._nearest(path, start, shown))

    def definitions(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        text = None if node.id in self.unread else self._trees[node.id].get(file.path)
        return () if text is None else find(text.encode(), name)

    def definitions_alone(self, file: FileHistory, node: Node, name: str) -> tuple[Function, ...]:
        return self.definitions(file, node, name)

    def defined(self, file: FileHistory, node: Node, names: Sequence[str]) -> set[str]:
        return {name for name in names if self.definitions(file, node, name)}

    def lacking(self, file: FileHistory, node: Node, names: Sequence[str]) -> list[str]:
        text = self._trees[node.id].get(file.path, "")
        return [name for name in names if not stands(text.encode(), name)]

    def crossed(
        self, commit: CommitId, parent: CommitId | None, names: Sequence[str], *, came: bool
    ) -> bool:
        sides = [
            ({f.name for f in p.old}, {f.name for f in p.new}) for p in self.pairs(commit, parent)
        ]
        return any(set(names) & (new - old if came else old - new) for old, new in sides)

    def named_more(self, file: FileHistory, before: Node, after: Node, name: str) -> bool:
        texts = [self._trees[n.id].get(file.path, "") for n in (before, after)]
        return texts[1].count(name) > texts[0].count(name)

    def named_elsewhere(
        self, commit: CommitId, parent: CommitId | None, name: str, path: str
    ) -> bool:
        before = self._trees[parent] if parent is not None else {}
        return any(
            text.count(name) > before.get(other, "").count(name)
            for other, text in self._trees[commit].items()
            if other != path
        )

    def namesakes(self, commit: CommitId, path: str, name: str) -> list[FunctionVersion]:
        folder = path.rpartition("/")[0]
        return [
            FunctionVersion(other, function)
            for other, text in sorted(self._trees[commit].items())
            if other != path and other.rpartition("/")[0] == folder
            for function in find(text.encode(), name)
        ]

    def standing(self, names: Sequence[str], commit: CommitId) -> list[FunctionVersion]:
        return [
            FunctionVersion(path, function)
            for path, text in sorted(self._trees[commit].items())
            for name in names
            for function in find(text.encode(), name)
        ]

    def following(self, commit: CommitId, rev: CommitId, most: int) -> list[CommitId]:
        above: set[CommitId] = {commit}
        found = []
        for id_, about in self._commits.items():  # parents come before their children
            if above & set(about.parents):
                above.add(id_)
                found.append(id_)
        reach, todo = {rev}, [rev]
        while todo:
            for parent in self._commits[todo.pop()].parents:
                if parent not in reach:
                    reach.add(parent)
                    todo.append(parent)
        return [c for c in found if c in reach][:most]

    def renamed_file(self, commit: CommitId, parent: CommitId, path: str) -> FilePair | None:
        renamed = (p for p in self.pairs(commit, parent) if p.old_path and p.old_path != path)
        return next((p for p in renamed if p.new_path == path), None)

    def is_wide(self, commit: CommitId, parent: CommitId | None) -> bool:
        return False

    def pairs(
        self, commit: CommitId, parent: CommitId | None, about: FunctionVersion | None = None
    ) -> list[FilePair]:
        old = self._trees[parent] if parent is not None else {}
        new = self._trees[commit]
        gone = {p: t for p, t in old.items() if p not in new}
        found = []
        for path, text in sorted(new.items()):
            origin = path if path in old else _original(text, gone)
            if origin is None:
                found.append(pair(path, None, text))
            elif origin != path or old[origin] != text:
                found.append(pair(origin, old[origin], text, path))
                gone.pop(origin, None)
        return found + [pair(path, text, None) for path, text in sorted(gone.items())]

    # --- git's simplification

    def _blob(self, path: str, commit: CommitId) -> BlobId | None:
        text = self._trees[commit].get(path)
        return None if text is None else BlobId(text)

    def _followed(self, path: str, commit: CommitId) -> tuple[CommitId, ...]:
        """The parents that a walk along a path goes to."""
        parents = self._commits[commit].parents
        same = [p for p in parents if self._blob(path, p) == self._blob(path, commit)]
        return (same[0],) if same else parents

    def _changes(self, path: str, commit: CommitId) -> bool:
        """Whether a commit has the path as none of its parents has it."""
        before = {self._blob(path, p) for p in self._commits[commit].parents} or {None}
        return self._blob(path, commit) not in before

    def _shown(self, path: str, start: CommitId) -> dict[CommitId, None]:
        """The commits that changed a path, newest first as far as the walk knows."""
        shown: dict[CommitId, None] = {}
        seen = {start}
        ready = [(-self._commits[start].committed, start)]
        while ready:
            _, id_ = heapq.heappop(ready)
            if self._changes(path, id_):
                shown[id_] = None
            for parent in self._followed(path, id_):
                if parent not in seen:
                    seen.add(parent)
                    heapq.heappush(ready, (-self._commits[parent].committed, parent))
        return shown

    def _nearest(self, path: str, commit: CommitId, shown: dict[CommitId, None]) -> CommitId | None:
        at: CommitId | None = commit
        while at is not None and at not in shown:
            at = next(iter(self._followed(path, at)), None)
        return at


def _original(text: str, gone: dict[str, str]) -> str | None:
    """The vanished file that shares the most lines, half of them at least."""
    best, most = None, 0.5
    for path, other in sorted(gone.items()):
        here, there = Counter(text.split("\n")), Counter(other.split("\n"))
        likeness = 2 * (here & there).total() / (here.total() + there.total())
        if likeness >= most:
            best, most = path, likeness
    return best


def event_row(event: Event) -> str:
    return f"{event.commit}: {row(event.change)}"


def trace(
    past: Past,
    name: str,
    path: str = "a.c",
    *,
    first_ancestor: bool = False,
    through_extractions: bool = False,
) -> Tracer:
    """A walk from every definition of a name in a file of the last commit."""
    tracer = Tracer(past, past.head, first_ancestor, through_extractions)
    file = past.file_history(path, past.head)
    assert file.top is not None, path
    found = past.definitions(file, file.nodes[file.top], name)
    assert found, name
    for definition in found:
        tracer.follow(path, past.head, definition)
    return tracer


def story(
    past: Past,
    name: str,
    path: str = "a.c",
    *,
    first_ancestor: bool = False,
    through_extractions: bool = False,
) -> list[str]:
    """The events of a name at the last commit, newest first."""
    tracer = trace(
        past, name, path, first_ancestor=first_ancestor, through_extractions=through_extractions
    )
    return [event_row(e) for e in tracer.newest_first()]
