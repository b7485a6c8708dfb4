/* etag.c - If-Match against the record as it is. */
#include "etag.h"

#include <string.h>

#include "records.h"

const char *
etag_of(const struct wg_call *call, uint64_t sequence)
{
    return wg_format(call->arena, "\"%llu\"", (unsigned long long)sequence);
}

bool
match_names(const char *list, const char *etag, bool weak)
{
    size_t length = strlen(etag);

    for (const char *found = list; (found = strstr(found, etag)); found += length)
        if (weak || found < list + 2 || strncmp(found - 2, "W/", 2) != 0)
            return true;
    return strcmp(list, "*") == 0;
}

const struct wg_problem *
match_record(struct wg_call *call, const char *name, bool owed)
{
    const struct wg_problem *problem;
    uint64_t sequence;
    const char *etag;

    if (!call->if_match && !owed)
        return NULL;
    if ((problem = last_change(call, name, &sequence)))
        return problem;
    if (!call->if_match)
        return sequence ? wg_fail(call, &wg_precondition_required,
                                  "send If-Match with the ETag of what is to be changed")
                        : NULL;
    if (!(etag = etag_of(call, sequence)))
        return call_no_memory(call);
    return sequence && match_names(call->if_match, etag, false) ? NULL : &wg_precondition_failed;
}
