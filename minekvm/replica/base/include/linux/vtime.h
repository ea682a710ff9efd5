#ifndef _LINUX_VTIME_H
#define _LINUX_VTIME_H

#include <linux/types.h>

struct task_struct;

/* Does this CPU measure time by timestamps, rather than by ticks? */
#ifdef CONFIG_VIRT_CPU_ACCOUNTING_NATIVE
static inline bool vtime_precise_here(void)
{
	return true;
}
#elif defined(CONFIG_VIRT_CPU_ACCOUNTING_GEN)
static inline bool vtime_precise_here(void)
{
	return context_tracking_on_this_cpu();
}
#else
static inline bool vtime_precise_here(void)
{
	return false;
}
#endif

#ifdef CONFIG_VIRT_CPU_ACCOUNTING
static inline void vtime_task_switch(struct task_struct *prev)
{
	if (vtime_precise_here())
		vtime_switch_generic(prev);
}

extern void vtime_account_kernel(struct task_struct *tsk);
extern void vtime_account_idle(struct task_struct *tsk);
#else
static inline void vtime_task_switch(struct task_struct *prev)
{
}

static inline void vtime_account_kernel(struct task_struct *tsk)
{
}
#endif

#ifdef CONFIG_VIRT_CPU_ACCOUNTING_GEN
extern void vtime_guest_enter(struct task_struct *tsk);
extern void vtime_guest_exit(struct task_struct *tsk);
extern void vtime_switch_generic(struct task_struct *prev);
#endif

#endif
