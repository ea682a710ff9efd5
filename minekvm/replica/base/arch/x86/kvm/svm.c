#include <linux/kvm_host.h>
#include <linux/module.h>
#include "lapic.h"
#include "trace.h"
#include "x86.h"

#define SVM_EXIT_CPUID	0x72
#define SVM_EXIT_HLT	0x78
#define SVM_EXIT_MSR	0x7c

struct vcpu_svm {
	struct kvm_vcpu vcpu;
	struct vmcb *vmcb;
	unsigned long vmcb_pa;
	struct {
		u64 fs_base;
		u64 gs_base;
	} host;
	u32 exit_code;
};

static inline struct vcpu_svm *to_svm(struct kvm_vcpu *vcpu)
{
	return container_of(vcpu, struct vcpu_svm, vcpu);
}

static void svm_save_host_state(struct kvm_vcpu *vcpu)
{
	struct vcpu_svm *svm = to_svm(vcpu);

	rdmsrl(MSR_FS_BASE, svm->host.fs_base);
	rdmsrl(MSR_GS_BASE, svm->host.gs_base);
}

static void svm_copy_regs_to_vmcb(struct vcpu_svm *svm)
{
	svm->vmcb->save.rax = svm->vcpu.arch.regs[VCPU_REGS_RAX];
	svm->vmcb->save.rsp = svm->vcpu.arch.regs[VCPU_REGS_RSP];
	svm->vmcb->save.rip = svm->vcpu.arch.regs[VCPU_REGS_RIP];
}

static void svm_copy_regs_from_vmcb(struct vcpu_svm *svm)
{
	svm->vcpu.arch.regs[VCPU_REGS_RAX] = svm->vmcb->save.rax;
	svm->vcpu.arch.regs[VCPU_REGS_RSP] = svm->vmcb->save.rsp;
	svm->vcpu.arch.regs[VCPU_REGS_RIP] = svm->vmcb->save.rip;
}

static int svm_handle_msr(struct kvm_vcpu *vcpu)
{
	u32 index = kvm_read_reg(vcpu, VCPU_REGS_RCX);

	if (kvm_set_msr_common(vcpu, index, kvm_read_edx_eax(vcpu)))
		kvm_inject_gp(vcpu, 0);
	return 1;
}

static int svm_handle_exit(struct kvm_vcpu *vcpu)
{
	struct vcpu_svm *svm = to_svm(vcpu);

	switch (svm->exit_code) {
	case SVM_EXIT_CPUID:
		kvm_emulate_cpuid(vcpu);
		return 1;
	case SVM_EXIT_HLT:
		vcpu->arch.halted = true;
		return 1;
	case SVM_EXIT_MSR:
		return svm_handle_msr(vcpu);
	}

	return 0;
}

static void svm_handle_external_intr(struct kvm_vcpu *vcpu)
{
	stgi();
}

static void svm_inject_nmi(struct kvm_vcpu *vcpu)
{
	to_svm(vcpu)->vmcb->control.event_inj = SVM_EVTINJ_NMI;
}

static void svm_flush_tlb(struct kvm_vcpu *vcpu)
{
	to_svm(vcpu)->vmcb->control.asid_generation--;
}

static void svm_asm_enter(struct vcpu_svm *svm)
{
	asm volatile("call svm_switch_world"
		     :
		     : "a" (svm->vmcb_pa), "c" (svm->vcpu.arch.regs)
		     : "cc", "memory");
}

static void svm_vcpu_run(struct kvm_vcpu *vcpu)
{
	struct vcpu_svm *svm = to_svm(vcpu);

	svm_copy_regs_to_vmcb(svm);
	svm->vmcb->save.cr2 = vcpu->arch.cr2;

	clgi();
	svm_asm_enter(svm);
	wrmsrl(MSR_GS_BASE, svm->host.gs_base);

	vcpu->arch.cr2 = svm->vmcb->save.cr2;
	svm_copy_regs_from_vmcb(svm);

	svm->exit_code = svm->vmcb->control.exit_code;
	trace_kvm_exit(svm->exit_code, vcpu->vcpu_id);
}

static struct kvm_x86_ops svm_x86_ops = {
	.prepare_guest_switch	= svm_save_host_state,
	.run			= svm_vcpu_run,
	.handle_external_intr	= svm_handle_external_intr,
	.handle_exit		= svm_handle_exit,
	.inject_nmi		= svm_inject_nmi,
	.flush_tlb		= svm_flush_tlb,
};

static int __init svm_init(void)
{
	return kvm_x86_register(&svm_x86_ops);
}
module_init(svm_init);
