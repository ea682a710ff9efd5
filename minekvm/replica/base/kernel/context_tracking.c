#include <linux/context_tracking.h>
#include <linux/rcupdate.h>

/*
 * From here on RCU does not look at this CPU: whatever takes an RCU read lock
 * between enter and exit (a tracepoint does) may see memory freed under it.
 */
void __context_tracking_enter(enum ctx_state state)
{
	if (!context_tracking_on_this_cpu())
		return;

	if (state == CONTEXT_USER)
		vtime_user_enter(current);
	rcu_user_enter();
	this_cpu_write(context_tracking.state, state);
}
EXPORT_SYMBOL_GPL(__context_tracking_enter);

void __context_tracking_exit(enum ctx_state state)
{
	if (!context_tracking_on_this_cpu())
		return;

	rcu_user_exit();
	if (state == CONTEXT_USER)
		vtime_user_exit(current);
	this_cpu_write(context_tracking.state, CONTEXT_KERNEL);
}
EXPORT_SYMBOL_GPL(__context_tracking_exit);
