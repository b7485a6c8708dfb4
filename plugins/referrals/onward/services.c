/* services.c - what people can be referred on to, and its waiting list. */
#include "services.h"

#include <string.h>

#include "checks.h"
#include "codings.h"
#include "directory/uuid.h"
#include "pathway.h"

typedef Wellgate__Referrals__V1__SetServiceCapacityRequest SetCapacityRequest;

/* ---- What it says ---- */

static void
check_places(struct wg_call *call, uint32_t places, uint32_t used)
{
    if (used > places)
        wg_violation(call, "/placesUsed", "OUT_OF_RANGE", "is more than there are places");
}

static void
check_schedules(struct wg_call *call, const Service *service)
{
    for (size_t i = 0; i < service->n_schedules; i++) {
        const Wellgate__Referrals__V1__Service__Schedule *schedule = service->schedules[i];
        const char *at = wg_format(wg_call_arena(call), "/schedules/%zu/validTo", i);

        if (at && *schedule->valid_to && strcmp(schedule->valid_to, schedule->valid_from) < 0)
            wg_violation(call, at, "OUT_OF_RANGE", "is before validFrom");
    }
}

static void
check_words(struct wg_call *call, const Service *service)
{
    if (service->greatest_age && service->greatest_age < service->least_age)
        wg_violation(call, "/greatestAge", "OUT_OF_RANGE", "is less than leastAge");
    check_places(call, service->places, service->places_used);
    check_schedules(call, service);
    check_codings(call, "/terms", service->terms, service->n_terms);
    check_day(call, service->name, "/assuredDate", service->assured_date, "", "");
}

static const struct wg_problem *
begin_service(struct wg_call *call, Service *service)
{
    const struct wg_problem *problem;
    bool takes_part;

    if ((problem = takes_part_as(call, service->name, service->organisation,
                                 WELLGATE__OPTIONS__V1__ROLE__KIND__SERVICE, &takes_part)))
        return problem;
    if (!takes_part)
        wg_violation(call, "/organisation", "NOT_FOUND",
                     "takes no part in the programme as a service");
    service->directory_id = uuid_of_name(wg_call_arena(call), service->name);
    return service->directory_id ? NULL : wg_no_memory(call);
}

static bool
settle_codes(struct wg_call *call, Service *service)
{
    service->n_term_codes = service->n_terms;
    service->term_codes =
        wg_alloc_array(wg_call_arena(call), service->n_terms, sizeof(*service->term_codes));
    for (size_t i = 0; service->term_codes && i < service->n_terms; i++)
        service->term_codes[i] = service->terms[i]->code;
    return service->term_codes;
}

const struct wg_problem *
check_service(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Service *service = (Service *)after;
    const struct wg_problem *problem;

    if (!service)
        return NULL;
    if (service->status == SERVICE(STATUS__STATUS_UNSPECIFIED))
        service->status = SERVICE(STATUS__ACTIVE);
    if (service->visibility == SERVICE(VISIBILITY__VISIBILITY_UNSPECIFIED))
        service->visibility = SERVICE(VISIBILITY__PROGRAMME);
    if (!settle_codes(call, service))
        return wg_no_memory(call);
    check_words(call, service);
    if (!before && (problem = begin_service(call, service)))
        return problem;
    return wg_violations(call);
}

/* ---- Capacity ---- */

const struct wg_problem *
service_set_capacity(struct wg_call *call)
{
    const SetCapacityRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Service *service;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    service = (Service *)record.message;
    service->capacity = request->capacity;
    service->places = request->places;
    service->places_used = request->places_used;
    if ((problem = wg_update(call, &service->base, "service.capacity-set")))
        return problem;
    wg_answer(call, &service->base);
    return NULL;
}

/* What it says of itself, where that keeps people from being sent there; else NULL. */
static const char *
why_not(const Service *service)
{
    switch (service->status) {
    case SERVICE(STATUS__PAUSED):
        return "the service is paused";
    case SERVICE(STATUS__CLOSED):
    case SERVICE(STATUS__DEFUNCT):
        return "the service is closed";
    default:
        return service->capacity == SERVICE(CAPACITY__NO_CAPACITY)
                   ? "the service has no capacity, and no waiting list" : NULL;
    }
}

const struct wg_problem *
service_request(struct wg_call *call, const char *name, bool *waits)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Service *service;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    service = (Service *)record.message;
    if (why_not(service))
        return wg_fail(call, &wg_conflict, "%s", why_not(service));
    *waits = service->capacity == SERVICE(CAPACITY__WAITING_LIST);
    if (!*waits)
        return NULL;
    service->waiting++;
    return wg_update(call, &service->base, "service.waiting-list-joined");
}

const struct wg_problem *
service_unlist(struct wg_call *call, const char *name)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Service *service;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    service = (Service *)record.message;
    if (service->waiting)
        service->waiting--;
    return wg_update(call, &service->base, "service.waiting-list-left");
}
