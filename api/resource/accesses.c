/* accesses.c - ListAccesses: who was shown what is personal about a person. */
#include <string.h>
#include <wellgate/messages.h>

#include "access_log.h"
#include "hex.h"
#include "methods.h"
#include "records.h"
#include "wellgate/common/v1/common.pb-c.h"

typedef Wellgate__Common__V1__ListAccessesResponse ListAccessesResponse;
typedef Wellgate__Common__V1__PersonAccess PersonAccess;

struct page {
    struct wg_call *call;
    ListAccessesResponse *response;
    size_t size;
    unsigned char last[ACCESS_PLACE_BYTES];
    bool more;
    const struct wg_problem *problem;
};

/* ---- Tokens: the place of the last row, in hexadecimal digits ---- */

static bool
parse_place(const char *text, unsigned char place[ACCESS_PLACE_BYTES])
{
    if (strlen(text) != 2 * ACCESS_PLACE_BYTES)
        return false;
    for (size_t i = 0; i < ACCESS_PLACE_BYTES; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        place[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static const struct wg_problem *
put_token(struct page *page)
{
    char *token = wg_alloc(page->call->arena, 2 * ACCESS_PLACE_BYTES + 1);

    if (!token)
        return wg_no_memory(page->call);
    hex_text(page->last, sizeof(page->last), token);
    page->response->next_page_token = token;
    return NULL;
}

/* ---- Rows ---- */

static bool
take_row(void *context, const struct access_row *row)
{
    struct page *page = context;
    ListAccessesResponse *response = page->response;
    PersonAccess *access;

    if ((page->more = response->n_accesses == page->size))
        return false;
    access = wg_new_message(page->call->arena, &wellgate__common__v1__person_access__descriptor);
    if (!access || !(access->time = wg_time_message(page->call->arena, row->time_ms))) {
        page->problem = wg_no_memory(page->call);
        return false;
    }
    access->subject = (char *)row->subject;
    access->issuer = (char *)row->issuer;
    access->organisation = (char *)row->organisation;
    access->method = (char *)row->method;
    access->records = row->records;
    memcpy(page->last, row->place, sizeof(page->last));
    response->accesses[response->n_accesses++] = access;
    return true;
}

static const struct wg_problem *
require_person(struct wg_call *call, const char *name)
{
    const struct resource *resource = resource_of_name(call->gateway->descriptors, name);
    const struct wg_problem *problem;
    bool exists;

    if (!resource || !resource->options->is_person)
        return &wg_not_found;
    if ((problem = wg_exists(call, name, &exists)))
        return problem;
    return exists ? NULL : &wg_not_found;
}

static const struct wg_problem *
fill(struct page *page, const char *person, const unsigned char *before)
{
    struct wg_arena *arena = page->call->arena;
    const struct wg_problem *problem;

    page->response =
        wg_new_message(arena, &wellgate__common__v1__list_accesses_response__descriptor);
    if (!page->response || !(page->response->accesses =
                                 wg_alloc_array(arena, page->size, sizeof(PersonAccess *))))
        return wg_no_memory(page->call);
    if ((problem = access_scan(page->call, person, before, take_row, page)))
        return problem;
    return page->problem;
}

const struct wg_problem *
standard_list_accesses(struct wg_call *call)
{
    const char *name = input_text(call, "name"), *token = input_text(call, "page_token");
    struct page page = {.call = call, .size = page_size(call)};
    unsigned char before[ACCESS_PLACE_BYTES];
    const struct wg_problem *problem;

    if ((problem = require_person(call, name)))
        return problem;
    if (*token && !parse_place(token, before))
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    if ((problem = fill(&page, name, *token ? before : NULL)) ||
        (page.more && (problem = put_token(&page))))
        return problem;
    wg_answer(call, &page.response->base);
    return NULL;
}
