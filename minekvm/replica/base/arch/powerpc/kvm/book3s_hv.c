#include <linux/kvm_host.h>
#include <linux/context_tracking.h>
#include <linux/srcu.h>

#define CREATE_TRACE_POINTS
#include "trace_hv.h"

static void kvmppc_update_vpa(struct kvm_vcpu *vcpu, struct kvmppc_vpa *vpa)
{
	if (!vpa->update_pending)
		return;

	vpa->pinned_addr = kvmppc_pin_guest_page(vcpu->kvm, vpa->next_gpa);
	vpa->update_pending = false;
}

static void kvmppc_update_vpas(struct kvm_vcpu *vcpu)
{
	spin_lock(&vcpu->arch.vpa_update_lock);
	kvmppc_update_vpa(vcpu, &vcpu->arch.vpa);
	kvmppc_update_vpa(vcpu, &vcpu->arch.dtl);
	spin_unlock(&vcpu->arch.vpa_update_lock);
}

static int kvmppc_handle_exit_hv(struct kvm_vcpu *vcpu, int trap)
{
	switch (trap) {
	case BOOK3S_INTERRUPT_HV_DECREMENTER:
		return RESUME_GUEST;
	case BOOK3S_INTERRUPT_SYSCALL:
		return kvmppc_pseries_do_hcall(vcpu);
	default:
		return RESUME_HOST;
	}
}

static int kvmppc_run_single_vcpu(struct kvm_vcpu *vcpu, u64 time_limit)
{
	struct kvm *kvm = vcpu->kvm;
	int trap, idx;

	kvmppc_update_vpas(vcpu);

	preempt_disable();
	vcpu->cpu = smp_processor_id();
	vcpu->arch.thread_cpu = vcpu->cpu;

	local_irq_disable();
	if (kvm_exit_wanted(vcpu)) {
		local_irq_enable();
		preempt_enable();
		return -EINTR;
	}

	trace_kvm_guest_enter(vcpu);
	guest_enter_irqoff();
	idx = srcu_read_lock(&kvm->srcu);

	trap = kvmppc_guest_entry(vcpu, time_limit);

	srcu_read_unlock(&kvm->srcu, idx);
	guest_exit_irqoff();
	local_irq_enable();

	vcpu->cpu = -1;
	vcpu->arch.thread_cpu = -1;

	preempt_enable();
	trace_kvm_guest_exit(vcpu);

	return kvmppc_handle_exit_hv(vcpu, trap);
}

int kvmppc_vcpu_run_hv(struct kvm_vcpu *vcpu)
{
	int ret;

	do {
		ret = kvmppc_run_single_vcpu(vcpu, KVMPPC_NO_LIMIT);
	} while (ret == RESUME_GUEST && !signal_pending(current));

	return ret;
}
