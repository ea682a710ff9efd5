#if !defined(_TRACE_KVM_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KVM_H

#include <linux/tracepoint.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm

/* A virtual CPU is about to enter its guest. */
TRACE_EVENT(kvm_entry,
	TP_PROTO(unsigned int vcpu_id),
	TP_ARGS(vcpu_id),

	TP_STRUCT__entry(
		__field(unsigned int, vcpu_id)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
	),

	TP_printk("vcpu %u", __entry->vcpu_id)
);

/* It came back, and this is why. */
TRACE_EVENT(kvm_exit,
	TP_PROTO(u32 reason, unsigned int vcpu_id),
	TP_ARGS(reason, vcpu_id),

	TP_STRUCT__entry(
		__field(u32, reason)
		__field(unsigned int, vcpu_id)
	),

	TP_fast_assign(
		__entry->reason = reason;
		__entry->vcpu_id = vcpu_id;
	),

	TP_printk("vcpu %u reason %#x", __entry->vcpu_id, __entry->reason)
);

/* How far the timer was from its deadline: early is negative. */
TRACE_EVENT(kvm_wait_lapic_expire,
	TP_PROTO(unsigned int vcpu_id, s64 delta),
	TP_ARGS(vcpu_id, delta),

	TP_STRUCT__entry(
		__field(unsigned int, vcpu_id)
		__field(s64, delta)
	),

	TP_fast_assign(
		__entry->vcpu_id = vcpu_id;
		__entry->delta = delta;
	),

	TP_printk("vcpu %u: %lld ticks %s", __entry->vcpu_id,
		  __entry->delta < 0 ? -__entry->delta : __entry->delta,
		  __entry->delta < 0 ? "early" : "late")
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH ../../arch/x86/kvm
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
