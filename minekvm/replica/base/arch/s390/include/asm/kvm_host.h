#ifndef ASM_KVM_HOST_H
#define ASM_KVM_HOST_H

#include <linux/types.h>

#define KVM_MAX_VCPUS 248

struct kvm_s390_sie_block {
	u32 cpuflags;
	u32 prog0c;
	u64 gg14;
	u64 gg15;
	u8 icptcode;
};

struct kvm_vcpu_arch {
	struct kvm_s390_sie_block *sie_block;
	u64 cputm_start;
	bool cputm_enabled;
	u64 guest_regs[16];
};

int sie64a(struct kvm_s390_sie_block *sie_block, u64 *regs);
void exit_sie(struct kvm_vcpu *vcpu);

#endif
