#include <linux/kvm_host.h>
#include <linux/module.h>
#include "lapic.h"
#include "trace.h"
#include "x86.h"

#define EXIT_REASON_CPUID		10
#define EXIT_REASON_HLT			12
#define EXIT_REASON_MSR_WRITE		32
#define EXIT_REASON_PREEMPTION_TIMER	52

struct vcpu_vmx {
	struct kvm_vcpu vcpu;
	u32 exit_reason;
	u32 dirty_regs;
	bool launched;
	bool emulation_required;
	u8 fail;
};

static inline struct vcpu_vmx *to_vmx(struct kvm_vcpu *vcpu)
{
	return container_of(vcpu, struct vcpu_vmx, vcpu);
}

static void vmx_save_host_state(struct kvm_vcpu *vcpu)
{
	vmcs_writel(HOST_FS_BASE, read_fs_base());
	vmcs_writel(HOST_GS_BASE, read_gs_base());
}

static void vmx_flush_dirty_regs(struct vcpu_vmx *vmx)
{
	if (vmx->dirty_regs & (1 << VCPU_REGS_RSP))
		vmcs_writel(GUEST_RSP, vmx->vcpu.arch.regs[VCPU_REGS_RSP]);
	if (vmx->dirty_regs & (1 << VCPU_REGS_RIP))
		vmcs_writel(GUEST_RIP, vmx->vcpu.arch.regs[VCPU_REGS_RIP]);
	vmx->dirty_regs = 0;
}

static void atomic_switch_perf_msrs(struct vcpu_vmx *vmx)
{
	struct perf_guest_switch_msr *msrs;
	int nr, i;

	msrs = perf_guest_get_msrs(&nr);
	for (i = 0; i < nr; i++)
		add_atomic_switch_msr(vmx, msrs[i].msr, msrs[i].guest, msrs[i].host);
}

static int handle_cpuid(struct kvm_vcpu *vcpu)
{
	kvm_emulate_cpuid(vcpu);
	return 1;
}

static int handle_halt(struct kvm_vcpu *vcpu)
{
	vcpu->arch.halted = true;
	return 1;
}

static int handle_wrmsr(struct kvm_vcpu *vcpu)
{
	u32 index = kvm_read_reg(vcpu, VCPU_REGS_RCX);

	if (kvm_set_msr_common(vcpu, index, kvm_read_edx_eax(vcpu)))
		kvm_inject_gp(vcpu, 0);
	return 1;
}

static int (*const vmx_exit_handlers[])(struct kvm_vcpu *vcpu) = {
	[EXIT_REASON_CPUID]		= handle_cpuid,
	[EXIT_REASON_HLT]		= handle_halt,
	[EXIT_REASON_MSR_WRITE]		= handle_wrmsr,
};

static int vmx_handle_exit(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);
	u32 reason = vmx->exit_reason;

	if (unlikely(vmx->fail))
		return -EIO;

	if (reason < ARRAY_SIZE(vmx_exit_handlers) && vmx_exit_handlers[reason])
		return vmx_exit_handlers[reason](vcpu);

	return 0;
}

static void vmx_handle_external_intr(struct kvm_vcpu *vcpu)
{
	u32 info = vmcs_read32(VM_EXIT_INTR_INFO);

	if (is_external_intr(info))
		call_host_vector(info & INTR_VECTOR_MASK);
}

static void vmx_inject_nmi(struct kvm_vcpu *vcpu)
{
	vmcs_write32(VM_ENTRY_INTR_INFO, INTR_NMI | INTR_VALID);
}

static void vmx_flush_tlb(struct kvm_vcpu *vcpu)
{
	vpid_sync_context(to_vmx(vcpu));
}

/* Returns what the CPU flags said: nonzero if the entry itself failed. */
static u8 vmx_asm_enter(struct vcpu_vmx *vmx)
{
	u8 failed;

	asm volatile("call vmx_switch_world\n\t"
		     "setbe %0"
		     : "=qm" (failed)
		     : "c" (vmx->vcpu.arch.regs), "d" (vmx->launched)
		     : "cc", "memory");
	return failed;
}

static void vmx_vcpu_run(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	if (vmx->emulation_required)
		return;

	vmx_flush_dirty_regs(vmx);
	atomic_switch_perf_msrs(vmx);

	if (vcpu->arch.cr2 != read_cr2())
		write_cr2(vcpu->arch.cr2);

	vmx->fail = vmx_asm_enter(vmx);

	vcpu->arch.cr2 = read_cr2();

	vmx->launched = true;
	vmx->exit_reason = vmcs_read32(VM_EXIT_REASON);
	trace_kvm_exit(vmx->exit_reason, vcpu->vcpu_id);

	vmx_complete_interrupts(vmx);
}

static struct kvm_x86_ops vmx_x86_ops = {
	.prepare_guest_switch	= vmx_save_host_state,
	.run			= vmx_vcpu_run,
	.handle_external_intr	= vmx_handle_external_intr,
	.handle_exit		= vmx_handle_exit,
	.inject_nmi		= vmx_inject_nmi,
	.flush_tlb		= vmx_flush_tlb,
};

static int __init vmx_init(void)
{
	return kvm_x86_register(&vmx_x86_ops);
}
module_init(vmx_init);
