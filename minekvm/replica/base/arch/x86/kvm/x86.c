#include <linux/kvm_host.h>
#include <linux/context_tracking.h>
#include <linux/module.h>
#include "x86.h"
#include "lapic.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

struct kvm_x86_ops *kvm_x86_ops __read_mostly;
EXPORT_SYMBOL_GPL(kvm_x86_ops);

int kvm_x86_register(struct kvm_x86_ops *ops)
{
	if (kvm_x86_ops)
		return -EBUSY;

	kvm_x86_ops = ops;
	return 0;
}
EXPORT_SYMBOL_GPL(kvm_x86_register);

/* A VMX or SVM instruction faulted: forgivable only while the host reboots. */
void kvm_spurious_fault(void)
{
	if (!kvm_rebooting)
		BUG();
}
EXPORT_SYMBOL_GPL(kvm_spurious_fault);

u64 kvm_read_l1_tsc(struct kvm_vcpu *vcpu, u64 host_tsc)
{
	return host_tsc + vcpu->arch.l1_tsc_offset;
}
EXPORT_SYMBOL_GPL(kvm_read_l1_tsc);

int kvm_set_msr_common(struct kvm_vcpu *vcpu, u32 index, u64 data)
{
	switch (index) {
	case MSR_IA32_TSC:
		vcpu->arch.l1_tsc_offset = data - rdtsc();
		break;
	case MSR_IA32_TSCDEADLINE:
		kvm_set_lapic_tscdeadline_msr(vcpu, data);
		break;
	default:
		return 1;
	}

	return 0;
}
EXPORT_SYMBOL_GPL(kvm_set_msr_common);

static void service_requests(struct kvm_vcpu *vcpu)
{
	if (kvm_check_request(KVM_REQ_CLOCK_UPDATE, vcpu))
		kvm_guest_time_update(vcpu);
	if (kvm_check_request(KVM_REQ_TLB_FLUSH, vcpu))
		kvm_x86_ops->flush_tlb(vcpu);
	if (kvm_check_request(KVM_REQ_NMI, vcpu))
		vcpu->arch.nmi_pending = true;
}

static void inject_pending_event(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.nmi_pending) {
		kvm_clear_nmi(vcpu);
		kvm_x86_ops->inject_nmi(vcpu);
	}

	if (lapic_in_kernel(vcpu))
		kvm_inject_apic_timer_irqs(vcpu);
}

/*
 * Runs the guest until its next exit. Returns 1 to go round again, 0 to let
 * user space have a look, or a negative error.
 */
static int vcpu_enter_guest(struct kvm_vcpu *vcpu)
{
	service_requests(vcpu);
	inject_pending_event(vcpu);

	preempt_disable();
	kvm_x86_ops->prepare_guest_switch(vcpu);

	local_irq_disable();
	vcpu->mode = IN_GUEST_MODE;
	smp_mb();

	if (kvm_exit_wanted(vcpu)) {
		vcpu->mode = OUTSIDE_GUEST_MODE;
		local_irq_enable();
		preempt_enable();
		return 1;
	}

	kvm_load_guest_xcr0(vcpu);

	guest_enter_irqoff();
	trace_kvm_entry(vcpu->vcpu_id);
	wait_lapic_expire(vcpu);

	kvm_load_guest_debug(vcpu);
	kvm_x86_ops->run(vcpu);
	kvm_save_guest_debug(vcpu);

	vcpu->arch.last_guest_tsc = kvm_read_l1_tsc(vcpu, rdtsc());
	vcpu->mode = OUTSIDE_GUEST_MODE;

	kvm_put_guest_xcr0(vcpu);
	kvm_x86_ops->handle_external_intr(vcpu);
	++vcpu->stat.exits;

	guest_exit_irqoff();

	local_irq_enable();
	preempt_enable();

	return kvm_x86_ops->handle_exit(vcpu);
}

static int vcpu_block(struct kvm_vcpu *vcpu)
{
	srcu_read_unlock(&vcpu->kvm->srcu, vcpu->srcu_idx);
	kvm_vcpu_block(vcpu);
	vcpu->srcu_idx = srcu_read_lock(&vcpu->kvm->srcu);

	vcpu->arch.halted = false;
	++vcpu->stat.halt_wakeup;
	return 1;
}

static int vcpu_run(struct kvm_vcpu *vcpu)
{
	int ret;

	do {
		if (vcpu->arch.halted)
			ret = vcpu_block(vcpu);
		else
			ret = vcpu_enter_guest(vcpu);

		if (signal_pending(current)) {
			++vcpu->stat.signal_exits;
			ret = -EINTR;
		}
		cond_resched();
	} while (ret > 0);

	return ret;
}

int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu)
{
	int ret;

	vcpu->srcu_idx = srcu_read_lock(&vcpu->kvm->srcu);
	ret = vcpu_run(vcpu);
	srcu_read_unlock(&vcpu->kvm->srcu, vcpu->srcu_idx);

	return ret;
}
