#include <linux/kvm_host.h>
#include <linux/context_tracking.h>
#include <linux/uaccess.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

static DEFINE_PER_CPU(struct kvm_vcpu *, kvm_running_vcpu);

void kvm_arch_vcpu_load(struct kvm_vcpu *vcpu, int cpu)
{
	vcpu->cpu = cpu;
	__this_cpu_write(kvm_running_vcpu, vcpu);
	kvm_timer_vcpu_load(vcpu);
}

void kvm_arch_vcpu_put(struct kvm_vcpu *vcpu)
{
	kvm_timer_vcpu_put(vcpu);
	__this_cpu_write(kvm_running_vcpu, NULL);
	vcpu->cpu = -1;
}

static void check_vcpu_requests(struct kvm_vcpu *vcpu)
{
	if (kvm_check_request(KVM_REQ_SLEEP, vcpu))
		vcpu_req_sleep(vcpu);
	if (kvm_check_request(KVM_REQ_VCPU_RESET, vcpu))
		kvm_reset_vcpu(vcpu);
}

/* A guest whose virtual interrupt is pending need not be entered in vain. */
static bool vcpu_has_work(struct kvm_vcpu *vcpu)
{
	return kvm_vgic_vcpu_pending_irq(vcpu) || vcpu->arch.irq_lines;
}

int kvm_arch_vcpu_ioctl_run(struct kvm_vcpu *vcpu)
{
	int ret = 1;

	while (ret > 0) {
		cond_resched();
		check_vcpu_requests(vcpu);

		preempt_disable();
		kvm_vgic_flush_hwstate(vcpu);
		local_irq_disable();

		if (kvm_exit_wanted(vcpu)) {
			local_irq_enable();
			kvm_vgic_sync_hwstate(vcpu);
			preempt_enable();
			ret = -EINTR;
			continue;
		}

		trace_kvm_entry(*vcpu_pc(vcpu));
		guest_enter_irqoff();
		vcpu->mode = IN_GUEST_MODE;

		ret = kvm_call_hyp(__kvm_vcpu_run, vcpu);

		vcpu->mode = OUTSIDE_GUEST_MODE;
		vcpu->stat.exits++;
		guest_exit_irqoff();
		trace_kvm_exit(ret, *vcpu_pc(vcpu));
		local_irq_enable();

		kvm_vgic_sync_hwstate(vcpu);
		preempt_enable();

		ret = handle_exit(vcpu, ret);
	}

	return ret;
}

int kvm_arch_vcpu_runnable(struct kvm_vcpu *vcpu)
{
	return vcpu_has_work(vcpu) && !vcpu->arch.power_off;
}
