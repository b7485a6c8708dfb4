/* directory_scan.h - walks over what stands in the open directory. */
#ifndef REFERRALS_DIRECTORY_SCAN_H
#define REFERRALS_DIRECTORY_SCAN_H

#include <wellgate/call.h>

#include "onward/services.h"

/*
 * Look at a public service that is active or paused.
 *
 * answers  whether it keeps the service: else its memory is taken back, with what was
 *          allocated since
 */
typedef bool directory_visit(void *context, const Service *service);

/*
 * Visit the services of all programmes in the order of programmes and titles, or those
 * that have a value in one field.
 *
 * index  "visibility,title" with "PUBLIC", "directory_id" with an id, ...
 */
const struct wg_problem *directory_scan(struct wg_call *call, const char *index,
                                        const char *value, directory_visit *visit, void *context);

#define DIRECTORY_ALL "visibility,title", "PUBLIC"

#endif
