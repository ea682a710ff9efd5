#ifndef ARCH_X86_KVM_X86_H
#define ARCH_X86_KVM_X86_H

#include <linux/kvm_host.h>

static inline void kvm_clear_nmi(struct kvm_vcpu *vcpu)
{
	vcpu->arch.nmi_pending = false;
}

static inline unsigned long kvm_read_reg(struct kvm_vcpu *vcpu, int reg)
{
	return vcpu->arch.regs[reg & 15];
}

static inline u64 kvm_read_edx_eax(struct kvm_vcpu *vcpu)
{
	return (u64)kvm_read_reg(vcpu, VCPU_REGS_RDX) << 32 |
	       (u32)kvm_read_reg(vcpu, VCPU_REGS_RAX);
}

#endif
