/* directory.c - the open directory: public services of all programmes, for anybody. */
#include "directory.h"

#include <string.h>

#include "directory_entries.h"
#include "directory_pages.h"
#include "directory_scan.h"
#include "directory_wanted.h"

typedef Wellgate__Referrals__V1__GetDirectoryEntryRequest GetEntryRequest;
typedef Wellgate__Referrals__V1__ListDirectoryServicesRequest ListServicesRequest;
typedef Wellgate__Referrals__V1__ListDirectoryServiceAtLocationsRequest ListPlacesRequest;
typedef Wellgate__Referrals__V1__DirectoryMetadata Metadata;

#define TYPE(name) &wellgate__referrals__v1__directory_##name##__descriptor

const struct wg_problem *
directory_get(struct wg_call *call)
{
    Metadata *metadata = wg_new_message(wg_call_arena(call), TYPE(metadata));

    if (!metadata)
        return wg_no_memory(call);
    metadata->version = "HSDS-3.0";
    metadata->profile = "https://docs.openreferral.org/en/3.0/";
    metadata->openapi_url =
        "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json";
    wg_answer(call, &metadata->base);
    return NULL;
}

/* ---- Lists of services, and of services at their places ---- */

struct listing {
    struct directory_page page;
    const struct wanted *wanted;
    enum detail detail;
    bool places;
};

static bool
take(void *context, const Service *service)
{
    struct listing *listing = context;
    struct wg_call *call = listing->page.call;
    void *entry;

    if ((listing->places && !service->place) ||
        !is_wanted(wg_call_arena(call), listing->wanted, service) ||
        !directory_page_has_next(&listing->page))
        return false;
    entry = listing->places ? (void *)directory_place(call, service, listing->detail)
                            : (void *)directory_service(call, service, listing->detail);
    if (entry)
        directory_page_put(&listing->page, entry);
    return true;
}

static const struct wg_problem *
list(struct wg_call *call, struct listing *listing, const ProtobufCMessageDescriptor *type,
     int32_t number, int32_t size)
{
    const struct wg_problem *problem;

    if (!directory_page_begin(&listing->page, call, type, number, size,
                              listing->detail == WHOLE))
        return wg_no_memory(call);
    if ((problem = directory_scan(call, DIRECTORY_ALL, take, listing)))
        return problem;
    directory_page_end(&listing->page);
    return NULL;
}

const struct wg_problem *
directory_list_services(struct wg_call *call)
{
    const ListServicesRequest *request = (const void *)wg_input(call);
    const struct wanted wanted = {
        .search = request->search,
        .term = request->taxonomy_term_id,
        .taxonomy = request->taxonomy_id,
        .organization = request->organization_id,
        .modified_after = request->modified_after,
    };
    struct listing listing = {
        .wanted = &wanted,
        .detail = request->minimal ? MINIMAL : request->full ? WHOLE : ITS_VALUES,
    };

    return list(call, &listing, TYPE(service_page), request->page, request->per_page);
}

const struct wg_problem *
directory_list_places(struct wg_call *call)
{
    const ListPlacesRequest *request = (const void *)wg_input(call);
    const struct wanted wanted = {
        .search = request->search,
        .term = request->taxonomy_term_id,
        .taxonomy = request->taxonomy_id,
        .organization = request->organization_id,
        .modified_after = request->modified_after,
        .postcode = request->postcode,
    };
    struct listing listing = {
        .wanted = &wanted,
        .detail = request->full ? WHOLE : ITS_VALUES,
        .places = true,
    };

    return list(call, &listing, TYPE(service_at_location_page), request->page, request->per_page);
}

/* ---- One service, and one at its place ---- */

struct finding {
    struct wg_call *call;
    const char *id;
    void *entry;
};

static const struct wg_problem *
answer_found(struct finding *finding, const struct wg_problem *problem)
{
    if (problem)
        return problem;
    if (!finding->entry)
        return &wg_not_found;
    wg_answer(finding->call, finding->entry);
    return NULL;
}

static bool
take_service(void *context, const Service *service)
{
    struct finding *finding = context;

    finding->entry = directory_service(finding->call, service, WHOLE);
    return true;
}

const struct wg_problem *
directory_get_service(struct wg_call *call)
{
    const GetEntryRequest *request = (const void *)wg_input(call);
    struct finding finding = {.call = call, .id = request->id};

    return answer_found(&finding, directory_scan(call, "directory_id", request->id, take_service,
                                                 &finding));
}

static bool
take_place(void *context, const Service *service)
{
    struct finding *finding = context;
    const char *id = service->place ? place_id(wg_call_arena(finding->call), service) : NULL;

    if (!id || strcmp(id, finding->id) != 0)
        return false;
    finding->entry = directory_place(finding->call, service, WHOLE);
    return true;
}

const struct wg_problem *
directory_get_place(struct wg_call *call)
{
    const GetEntryRequest *request = (const void *)wg_input(call);
    struct finding finding = {.call = call, .id = request->id};

    return answer_found(&finding, directory_scan(call, DIRECTORY_ALL, take_place, &finding));
}
