/* past.h - what was stored once. */
#ifndef RESOURCE_PAST_H
#define RESOURCE_PAST_H

#include "records.h"

typedef bool past_visit(void *context, const char *ids);

/*
 * Visit the ids below the root of all records that a type has or ever had in a
 * collection, in order, deleted ones among them.
 *
 * parent  the collection's root and type, and the parent's ids
 * after   begin behind these ids; "": at the first
 */
const struct wg_problem *past_scan(struct wg_call *call, const struct record_name *parent,
                                   const char *after, past_visit *visit, void *context);

#endif
