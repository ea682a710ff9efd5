#ifndef __KVM_X86_LAPIC_H
#define __KVM_X86_LAPIC_H

#include <linux/hrtimer.h>
#include <linux/kvm_host.h>

struct kvm_timer {
	struct hrtimer timer;
	u64 tscdeadline;
	u64 expired_tscdeadline;
	atomic_t pending;
};

struct kvm_lapic {
	struct kvm_vcpu *vcpu;
	struct kvm_timer lapic_timer;
	u32 *regs;
	bool sw_enabled;
};

static inline bool lapic_in_kernel(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.apic != NULL;
}

int kvm_create_lapic(struct kvm_vcpu *vcpu);
void kvm_free_lapic(struct kvm_vcpu *vcpu);
void kvm_set_lapic_tscdeadline_msr(struct kvm_vcpu *vcpu, u64 data);
void kvm_inject_apic_timer_irqs(struct kvm_vcpu *vcpu);
void wait_lapic_expire(struct kvm_vcpu *vcpu);

#endif
