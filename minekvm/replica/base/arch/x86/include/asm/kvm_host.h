#ifndef _ASM_X86_KVM_HOST_H
#define _ASM_X86_KVM_HOST_H

#include <linux/types.h>

#define KVM_MAX_VCPUS 64

#define KVM_REQ_TLB_FLUSH	0
#define KVM_REQ_NMI		1
#define KVM_REQ_CLOCK_UPDATE	2

struct kvm_vcpu;
struct kvm_lapic;

struct kvm_vcpu_arch {
	unsigned long regs[16];
	unsigned long cr2;
	u64 l1_tsc_offset;
	u64 last_guest_tsc;
	bool nmi_pending;
	bool halted;
	struct kvm_lapic *apic;
};

/* What a vendor module (VMX or SVM) gives the common code. */
struct kvm_x86_ops {
	void (*prepare_guest_switch)(struct kvm_vcpu *vcpu);
	void (*run)(struct kvm_vcpu *vcpu);
	void (*handle_external_intr)(struct kvm_vcpu *vcpu);
	int (*handle_exit)(struct kvm_vcpu *vcpu);
	void (*inject_nmi)(struct kvm_vcpu *vcpu);
	void (*flush_tlb)(struct kvm_vcpu *vcpu);
};

extern struct kvm_x86_ops *kvm_x86_ops;

int kvm_x86_register(struct kvm_x86_ops *ops);
int kvm_set_msr_common(struct kvm_vcpu *vcpu, u32 index, u64 data);
u64 kvm_read_l1_tsc(struct kvm_vcpu *vcpu, u64 host_tsc);
void kvm_spurious_fault(void);

#endif
