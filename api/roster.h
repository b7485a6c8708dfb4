/* roster.h - the plugins that a store was served with, so that one left out is missed. */
#ifndef ROSTER_H
#define ROSTER_H

#include "call.h"

/* Write down the plugins that are loaded, and warn of each that was once, has records
 * and is not loaded now. A full store cannot write and still serves: that is logged. */
void roster_call(const struct gateway *gateway);

#endif
