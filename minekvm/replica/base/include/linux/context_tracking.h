#ifndef _LINUX_CONTEXT_TRACKING_H
#define _LINUX_CONTEXT_TRACKING_H

#include <linux/sched.h>
#include <linux/vtime.h>

enum ctx_state {
	CONTEXT_DISABLED = -1,
	CONTEXT_KERNEL,
	CONTEXT_USER,
	CONTEXT_GUEST,
};

#ifdef CONFIG_CONTEXT_TRACKING
extern void __context_tracking_enter(enum ctx_state state);
extern void __context_tracking_exit(enum ctx_state state);

/* Called on the way back to user space, with interrupts on. */
static inline void user_enter(void)
{
	if (context_tracking_enabled())
		__context_tracking_enter(CONTEXT_USER);
}

static inline void user_exit(void)
{
	if (context_tracking_enabled())
		__context_tracking_exit(CONTEXT_USER);
}
#else
static inline void user_enter(void)
{
}

static inline void user_exit(void)
{
}
#endif

#ifdef CONFIG_VIRT_CPU_ACCOUNTING_GEN
/* The caller has turned interrupts off. */
static inline void guest_enter_irqoff(void)
{
	struct task_struct *me = current;

	if (vtime_precise_here())
		vtime_guest_enter(me);
	else
		me->flags |= PF_VCPU;

	if (context_tracking_enabled())
		__context_tracking_enter(CONTEXT_GUEST);

	/*
	 * Where context tracking is off RCU still wants to hear of the
	 * guest: it can stay for as long as user space can.
	 */
	if (!context_tracking_on_this_cpu())
		rcu_virt_note_context_switch(smp_processor_id());
}

static inline void guest_exit_irqoff(void)
{
	struct task_struct *me = current;

	if (context_tracking_enabled())
		__context_tracking_exit(CONTEXT_GUEST);

	if (vtime_precise_here())
		vtime_guest_exit(me);
	else
		me->flags &= ~PF_VCPU;
}
#else
static inline void guest_enter_irqoff(void)
{
	/* What has run so far was the host's: charge it before the flag flips. */
	vtime_account_kernel(current);
	current->flags |= PF_VCPU;
	rcu_virt_note_context_switch(smp_processor_id());
}

static inline void guest_exit_irqoff(void)
{
	/* And what has run since then was the guest's. */
	vtime_account_kernel(current);
	current->flags &= ~PF_VCPU;
}
#endif

static inline void guest_enter(void)
{
	unsigned long irqs;

	local_irq_save(irqs);
	guest_enter_irqoff();
	local_irq_restore(irqs);
}

static inline void guest_exit(void)
{
	unsigned long irqs;

	local_irq_save(irqs);
	guest_exit_irqoff();
	local_irq_restore(irqs);
}

#endif
