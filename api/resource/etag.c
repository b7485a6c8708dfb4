/* etag.c - what requests say of entity tags, against the record as it is. */
#include "etag.h"

#include <string.h>

#include "digits.h"
#include "records.h"

const char *
etag_of(const struct wg_call *call, uint64_t sequence)
{
    char text[DIGITS_MAX + 2] = "\"", *end = digits_put(text + 1, sequence);

    *end++ = '"';
    return wg_copy_bytes(call->arena, text, (size_t)(end - text));
}

const char *
etag_of_erased(const struct wg_call *call, uint64_t sequence)
{
    return wg_format(call->arena, "\"%llu-erased\"", (unsigned long long)sequence);
}

/* ---- Lists of tags ---- */

struct tag {
    const char *text; /* with its quotes */
    size_t length;
    bool weak;
};

/* The tag that *list begins with, and what is behind it. false: it begins with none. */
static bool
next_tag(const char **list, struct tag *tag)
{
    const char *end;

    tag->weak = strncmp(*list, "W/", 2) == 0;
    tag->text = *list + 2 * tag->weak;
    if (*tag->text != '"' || !(end = strchr(tag->text + 1, '"')))
        return false;
    tag->length = (size_t)(end + 1 - tag->text);
    *list = end + 1 + strspn(end + 1, " \t");
    return **list == ',' || **list == '\0';
}

/* Is it "*", or a list of tags? */
static bool
is_list(const char *list)
{
    struct tag tag;

    if (strcmp(list, "*") == 0)
        return true;
    for (list += strspn(list, ", \t"); *list; list += strspn(list, ", \t"))
        if (!next_tag(&list, &tag))
            return false;
    return true;
}

bool
match_names(const char *list, const char *etag, bool weak)
{
    bool found = strcmp(list, "*") == 0;
    struct tag tag;

    if (!is_list(list))
        return false;
    for (list += strspn(list, ", \t"); !found && *list; list += strspn(list, ", \t")) {
        next_tag(&list, &tag);
        found = tag.length == strlen(etag) && memcmp(tag.text, etag, tag.length) == 0 &&
                (weak || !tag.weak);
    }
    return found;
}

/* ---- Conditions of a change ---- */

static const struct wg_problem *
require_match(struct wg_call *call, const char *etag, const char *erased)
{
    if (match_names(call->if_match, etag, false) || match_names(call->if_match, erased, false))
        return NULL;
    return is_list(call->if_match)
               ? &wg_precondition_failed
               : wg_fail(call, &wg_precondition_failed,
                         "If-Match is a list of ETags, each in double quotes");
}

const struct wg_problem *
match_record(struct wg_call *call, const char *name, bool owed)
{
    const struct wg_problem *problem;
    const char *etag, *erased;
    uint64_t sequence;

    if (!call->if_match && !call->if_none_match && !owed)
        return NULL;
    if ((problem = last_change(call, name, &sequence)))
        return problem;
    if (!sequence)
        return call->if_match ? &wg_precondition_failed : NULL;
    if (!(etag = etag_of(call, sequence)) || !(erased = etag_of_erased(call, sequence)))
        return wg_no_memory(call);
    if (call->if_match && call->method->moves_money && strcmp(call->if_match, "*") == 0)
        return wg_fail(call, &wg_precondition_required,
                       "a verb that moves money names the ETag that was seen, not any");
    if (call->if_match)
        return require_match(call, etag, erased);
    if (call->if_none_match)
        return match_names(call->if_none_match, etag, true) ? &wg_precondition_failed : NULL;
    return wg_fail(call, &wg_precondition_required,
                   "send If-Match with the ETag of what is to be changed");
}
