#ifndef __KVM_HOST_H
#define __KVM_HOST_H

#include <linux/types.h>
#include <linux/srcu.h>
#include <linux/context_tracking.h>
#include <asm/kvm_host.h>

enum kvm_vcpu_mode {
	OUTSIDE_GUEST_MODE,
	IN_GUEST_MODE,
	EXITING_GUEST_MODE,
};

struct kvm_vcpu_stat {
	u64 exits;
	u64 signal_exits;
	u64 halt_wakeup;
};

struct kvm {
	struct srcu_struct srcu;
	struct kvm_vcpu *vcpus[KVM_MAX_VCPUS];
	int online_vcpus;
};

struct kvm_vcpu {
	struct kvm *kvm;
	int cpu;
	int vcpu_id;
	int srcu_idx;
	int mode;
	u64 requests;
	struct kvm_vcpu_stat stat;
	struct kvm_vcpu_arch arch;
};

/* Ends at the first slot that is empty: slots are filled from the front. */
#define kvm_for_each_vcpu(nr, vcpu, kvm) \
	for (nr = 0; (vcpu = kvm_nth_vcpu(kvm, nr)) != NULL; nr++)

static inline struct kvm_vcpu *kvm_nth_vcpu(struct kvm *kvm, int nr)
{
	return nr < kvm->online_vcpus ? kvm->vcpus[nr] : NULL;
}

static inline bool kvm_check_request(int request, struct kvm_vcpu *vcpu)
{
	return test_and_clear_bit(request, (unsigned long *)&vcpu->requests);
}

static inline bool kvm_exit_wanted(struct kvm_vcpu *vcpu)
{
	return vcpu->mode == EXITING_GUEST_MODE || vcpu->requests ||
	       need_resched() || signal_pending(current);
}

#endif
