#include <linux/kvm_host.h>
#include <linux/context_tracking.h>
#include <asm/kvm_host.h>

struct vsie_page {
	struct kvm_s390_sie_block scb_s;
	struct kvm_s390_sie_block *scb_o;
	u64 fault_addr;
};

static int shadow_scb(struct kvm_vcpu *vcpu, struct vsie_page *page)
{
	page->scb_s.prog0c = 0;
	page->scb_s.gg14 = page->scb_o->gg14;
	page->scb_s.gg15 = page->scb_o->gg15;
	return prefix_is_mapped(page) ? 0 : map_prefix(vcpu, page);
}

static void unshadow_scb(struct kvm_vcpu *vcpu, struct vsie_page *page)
{
	page->scb_o->icptcode = page->scb_s.icptcode;
}

static int handle_vsie_fault(struct kvm_vcpu *vcpu, struct vsie_page *page)
{
	int ret = kvm_s390_shadow_fault(vcpu, page->fault_addr);

	if (ret > 0)
		page->fault_addr = 0;
	return ret;
}

/* Runs the guest of a guest. */
static int do_vsie_run(struct kvm_vcpu *vcpu, struct vsie_page *page)
{
	int ret;

	srcu_read_unlock(&vcpu->kvm->srcu, vcpu->srcu_idx);

	local_irq_disable();
	guest_enter_irqoff();
	local_irq_enable();

	ret = sie64a(&page->scb_s, vcpu->arch.guest_regs);

	local_irq_disable();
	guest_exit_irqoff();
	local_irq_enable();

	vcpu->srcu_idx = srcu_read_lock(&vcpu->kvm->srcu);

	if (ret == -EFAULT)
		return handle_vsie_fault(vcpu, page);
	return 0;
}

int kvm_s390_handle_vsie(struct kvm_vcpu *vcpu, struct vsie_page *page)
{
	int ret = shadow_scb(vcpu, page);

	while (!ret && !kvm_exit_wanted(vcpu))
		ret = do_vsie_run(vcpu, page);

	unshadow_scb(vcpu, page);
	return ret;
}
