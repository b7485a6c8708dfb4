/* withheld.h - persons whom a role does not see, and whatever is about them. */
#ifndef RESOURCE_WITHHELD_H
#define RESOURCE_WITHHELD_H

#include "call.h"

/*
 * Is a record withheld from a role with the person whom it is about?
 *
 * role   1 << Role.Kind
 * about  what name is of
 * row    the record, where it is at hand; or NULL
 */
const struct wg_problem *role_is_withheld(struct wg_call *call, uint32_t role,
                                          const struct resource *about, const char *name,
                                          const ProtobufCMessage *row, bool *withheld);

#endif
