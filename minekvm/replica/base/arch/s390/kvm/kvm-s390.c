#include <linux/kvm_host.h>
#include <linux/context_tracking.h>
#include <asm/kvm_host.h>

#define CREATE_TRACE_POINTS
#include "trace-s390.h"

static void enable_cpu_timer_accounting(struct kvm_vcpu *vcpu)
{
	vcpu->arch.cputm_start = get_tod_clock_fast();
	vcpu->arch.cputm_enabled = true;
}

static void disable_cpu_timer_accounting(struct kvm_vcpu *vcpu)
{
	if (!vcpu->arch.cputm_enabled)
		return;

	vcpu->arch.cputm_enabled = false;
	vcpu->arch.cputm_start = 0;
}

static int vcpu_pre_run(struct kvm_vcpu *vcpu)
{
	kvm_check_async_pf_completion(vcpu);

	if (need_resched())
		schedule();

	return kvm_s390_deliver_pending_interrupts(vcpu);
}

static int vcpu_post_run(struct kvm_vcpu *vcpu, int exit_reason)
{
	trace_kvm_s390_sie_exit(vcpu, vcpu->arch.sie_block->icptcode);

	if (exit_reason == -EFAULT)
		return vcpu_post_run_fault(vcpu);

	return kvm_handle_sie_intercept(vcpu);
}

static int vcpu_run_loop(struct kvm_vcpu *vcpu)
{
	int ret, exit_reason;

	vcpu->srcu_idx = srcu_read_lock(&vcpu->kvm->srcu);

	do {
		ret = vcpu_pre_run(vcpu);
		if (ret)
			break;

		srcu_read_unlock(&vcpu->kvm->srcu, vcpu->srcu_idx);

		/* A pending page fault needs interrupts on while SIE runs. */
		local_irq_disable();
		guest_enter_irqoff();
		disable_cpu_timer_accounting(vcpu);
		local_irq_enable();

		exit_reason = sie64a(vcpu->arch.sie_block, vcpu->arch.guest_regs);

		local_irq_disable();
		enable_cpu_timer_accounting(vcpu);
		guest_exit_irqoff();
		local_irq_enable();

		vcpu->srcu_idx = srcu_read_lock(&vcpu->kvm->srcu);
		ret = vcpu_post_run(vcpu, exit_reason);
	} while (!signal_pending(current) && !ret);

	srcu_read_unlock(&vcpu->kvm->srcu, vcpu->srcu_idx);
	return ret;
}

int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu)
{
	int ret;

	enable_cpu_timer_accounting(vcpu);
	ret = vcpu_run_loop(vcpu);
	disable_cpu_timer_accounting(vcpu);

	return ret;
}
