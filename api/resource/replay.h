/* replay.h - brings projections up to the heads of the streams, at start. */
#ifndef RESOURCE_REPLAY_H
#define RESOURCE_REPLAY_H

#include "call.h"

/*
 * A plugin that is loaded follows every event as it is appended, so its
 * projections need no cursor. Only what was away needs one: a plugin that is
 * missing from this start gets a cursor per root, where it stopped following; a
 * plugin that comes back, is new, or has another projection_version is replayed
 * from there (or from the first event, its old rows removed).
 *
 * errors  false, logged: the start must stop
 */
bool projections_catch_up(const struct gateway *gateway);

#endif
