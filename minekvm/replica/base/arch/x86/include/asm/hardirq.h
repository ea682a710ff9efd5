#ifndef _ASM_X86_HARDIRQ_H
#define _ASM_X86_HARDIRQ_H

struct irq_cpustat {
	unsigned int nmi_count;
	unsigned int timer_irqs;
	unsigned int resched_irqs;
	u8 kvm_flush_l1d;
};

DECLARE_PER_CPU_SHARED_ALIGNED(struct irq_cpustat, irq_stat);

static inline void count_timer_irq(void)
{
	this_cpu_inc(irq_stat.timer_irqs);
}

#endif
