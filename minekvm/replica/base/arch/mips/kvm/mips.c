#include <linux/kvm_host.h>
#include <linux/context_tracking.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

static void kvm_mips_check_asid(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.asid_generation != asid_cache(smp_processor_id()))
		kvm_mips_new_asid(vcpu);
}

static void kvm_mips_deliver_interrupts(struct kvm_vcpu *vcpu)
{
	unsigned long pending = vcpu->arch.pending_exceptions;
	int line;

	for_each_set_bit(line, &pending, MIPS_EXC_MAX) {
		if (kvm_mips_deliver_irq(vcpu, line))
			break;
	}
}

int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu)
{
	int ret;

	if (signal_pending(current))
		return -EINTR;

	lose_fpu(1);

	local_irq_disable();
	kvm_mips_check_asid(vcpu);
	kvm_mips_deliver_interrupts(vcpu);

	guest_enter_irqoff();
	trace_kvm_enter(vcpu);

	ret = vcpu->arch.vcpu_run(vcpu);

	trace_kvm_out(vcpu);
	guest_exit_irqoff();
	local_irq_enable();

	return ret;
}

/* Called from the exit vector, on the guest's kernel stack. */
int kvm_mips_handle_exit(struct kvm_vcpu *vcpu)
{
	u32 cause = vcpu->arch.host_cp0_cause;
	int ret;

	local_irq_enable();
	trace_kvm_exit(vcpu, exccode(cause));
	ret = kvm_mips_dispatch_exit(vcpu, exccode(cause));
	local_irq_disable();

	if (ret == RESUME_GUEST)
		kvm_mips_deliver_interrupts(vcpu);

	return ret;
}
