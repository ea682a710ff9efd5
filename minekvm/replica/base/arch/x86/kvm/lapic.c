#include <linux/kvm_host.h>
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include "lapic.h"
#include "x86.h"
#include "trace.h"

#define APIC_LVTT	0x320
#define APIC_MASKED	(1 << 16)

/* How long before its deadline the host timer fires, in nanoseconds. */
static unsigned int lapic_timer_advance_ns = 1000;
module_param(lapic_timer_advance_ns, uint, 0644);

static u32 apic_reg(struct kvm_lapic *apic, int offset)
{
	return apic->regs[offset / sizeof(u32)];
}

static void apic_timer_expired(struct kvm_lapic *apic)
{
	struct kvm_timer *timer = &apic->lapic_timer;

	if (atomic_read(&timer->pending))
		return;

	atomic_inc(&timer->pending);
	timer->expired_tscdeadline = timer->tscdeadline;
	kvm_vcpu_wake_up(apic->vcpu);
}

static enum hrtimer_restart apic_timer_fn(struct hrtimer *hrt)
{
	struct kvm_timer *timer = container_of(hrt, struct kvm_timer, timer);

	apic_timer_expired(container_of(timer, struct kvm_lapic, lapic_timer));
	return HRTIMER_NORESTART;
}

static void start_apic_timer(struct kvm_lapic *apic)
{
	u64 deadline = apic->lapic_timer.tscdeadline;
	u64 now = kvm_read_l1_tsc(apic->vcpu, rdtsc());
	ktime_t after;

	if (!deadline)
		return;

	if (now >= deadline) {
		apic_timer_expired(apic);
		return;
	}

	after = tsc_to_ktime(deadline - now);
	after = ktime_sub_ns(after, lapic_timer_advance_ns);
	hrtimer_start(&apic->lapic_timer.timer, after, HRTIMER_MODE_REL);
}

void kvm_set_lapic_tscdeadline_msr(struct kvm_vcpu *vcpu, u64 data)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	if (!lapic_in_kernel(vcpu))
		return;

	hrtimer_cancel(&apic->lapic_timer.timer);
	apic->lapic_timer.tscdeadline = data;
	start_apic_timer(apic);
}

void kvm_inject_apic_timer_irqs(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	if (atomic_read(&apic->lapic_timer.pending) == 0)
		return;

	if (!(apic_reg(apic, APIC_LVTT) & APIC_MASKED))
		apic_deliver(apic, APIC_LVTT);
	apic->lapic_timer.tscdeadline = 0;
	atomic_set(&apic->lapic_timer.pending, 0);
}

/*
 * The host timer was set to fire a little early. If the guest would be
 * entered before its deadline, spin for what is left of it.
 */
void wait_lapic_expire(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic = vcpu->arch.apic;
	u64 deadline, now;

	if (!lapic_in_kernel(vcpu) || !apic->lapic_timer.expired_tscdeadline)
		return;

	deadline = apic->lapic_timer.expired_tscdeadline;
	apic->lapic_timer.expired_tscdeadline = 0;

	now = kvm_read_l1_tsc(vcpu, rdtsc());
	trace_kvm_wait_lapic_expire(vcpu->vcpu_id, now - deadline);

	if (now < deadline)
		__delay(deadline - now);
}

int kvm_create_lapic(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic;

	apic = kzalloc(sizeof(*apic), GFP_KERNEL);
	if (!apic)
		return -ENOMEM;

	apic->regs = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!apic->regs) {
		kfree(apic);
		return -ENOMEM;
	}

	apic->vcpu = vcpu;
	hrtimer_init(&apic->lapic_timer.timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	apic->lapic_timer.timer.function = apic_timer_fn;
	vcpu->arch.apic = apic;
	return 0;
}

void kvm_free_lapic(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	if (!apic)
		return;

	hrtimer_cancel(&apic->lapic_timer.timer);
	free_page((unsigned long)apic->regs);
	kfree(apic);
}
