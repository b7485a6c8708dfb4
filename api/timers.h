/* timers.h - work of plugins that comes round: each timer, root by root. */
#ifndef TIMERS_H
#define TIMERS_H

#include "call.h"

struct timers;

/* The timers of gateway's plugins, at rest. NULL: out of memory. */
struct timers *timers_open(const struct gateway *gateway);

/* Run what is due at gateway->now_ms(), and return. Needs gateway->store. */
void timers_run_due(struct timers *timers);

/* Do so each second on a thread of its own. false, logged, where none can be had. */
bool timers_start(struct timers *timers);

/* The root whose turn it is is finished, then no more is begun. Accepts NULL. */
void timers_close(struct timers *timers);

#endif
