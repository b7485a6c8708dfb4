/* search.c - people found by what identifies them, through keyed hashes. */
#include "search.h"

#include "checks.h"
#include "lookup.h"
#include "people.h"

typedef Wellgate__Referrals__V1__SearchPeopleRequest SearchPeopleRequest;
typedef Wellgate__Referrals__V1__SearchPeopleResponse SearchPeopleResponse;

enum { FOUND_MAX = 100 };

struct search {
    struct wg_call *call;
    SearchPeopleResponse *response;
    const struct wg_problem *problem;
};

static bool
take_found(void *context, const struct wg_record *record)
{
    struct search *search = context;
    const ProtobufCMessage *shown;

    search->problem = wg_show(search->call, record->message, &shown);
    if (shown)
        search->response->people[search->response->n_people++] = (Person *)shown;
    return !search->problem && search->response->n_people < FOUND_MAX;
}

/* Exactly one way to say whom. */
static const struct wg_problem *
require_whom(struct wg_call *call, const SearchPeopleRequest *request)
{
    bool by_name = *request->family_name || *request->birth_date;

    if (*request->nhs_number && by_name)
        wg_violation(call, "/nhsNumber", "NOT_TAKEN", "stands alone, without a name");
    else if (by_name && !*request->family_name)
        wg_violation(call, "/familyName", "REQUIRED", "goes with birthDate");
    else if (by_name && !*request->birth_date)
        wg_violation(call, "/birthDate", "REQUIRED", "goes with familyName");
    else if (!by_name && !*request->nhs_number)
        wg_violation(call, "/nhsNumber", "REQUIRED", "or familyName and birthDate");
    else if (!by_name)
        check_nhs_number(call, request->nhs_number);
    return wg_violations(call);
}

static const struct wg_problem *
find(struct search *search, const SearchPeopleRequest *request)
{
    const char *index = *request->nhs_number ? "nhs_number" : "lookup";
    const char *values[] = {*request->nhs_number
                                ? request->nhs_number
                                : lookup_text(wg_call_arena(search->call), request->family_name,
                                              request->birth_date)};
    const struct wg_problem *problem;

    if (!values[0])
        return wg_no_memory(search->call);
    if (!*values[0])
        return NULL; /* a name of nothing but hyphens is nobody's */
    problem = wg_find(search->call, "referrals/Person", request->parent, index, values, 1,
                      take_found, search);
    return problem ? problem : search->problem;
}

const struct wg_problem *
people_search(struct wg_call *call)
{
    const SearchPeopleRequest *request = (const void *)wg_input(call);
    struct wg_arena *arena = wg_call_arena(call);
    struct search search = {
        .call = call,
        .response = (void *)wg_new_message(
            arena, &wellgate__referrals__v1__search_people_response__descriptor),
    };
    const struct wg_problem *problem;

    if ((problem = require_whom(call, request)))
        return problem;
    if (!search.response || !(search.response->people =
                                  wg_alloc_array(arena, FOUND_MAX, sizeof(Person *))))
        return wg_no_memory(call);
    if ((problem = find(&search, request)))
        return problem;
    wg_answer(call, &search.response->base);
    return NULL;
}
