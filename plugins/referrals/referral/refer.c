/*
 * refer.c - a referral in one call: a person by NHS number, a draft, submitted.
 *
 * What is recorded of a person says who else knows the person. So a record is used
 * again only for an organisation that sees it already and says the same day of birth. Any
 * other gets one of its own, linked to the first where the day of birth is the same:
 * coordinators see the link, and nobody's answer differs for it. Where number and day of
 * birth do not agree, one of the two is wrong, and no link is made.
 */
#include "refer.h"

#include <string.h>

#include "checks.h"
#include "pathway.h"
#include "referrals.h"
#include "verbs.h"

typedef Wellgate__Referrals__V1__ReferRequest ReferRequest;

/* ---- The person ---- */

struct search {
    const ReferRequest *request;
    const char *organisation;
    bool sees_all; /* it coordinates the programme */
    bool provides; /* it is a provider of the programme, too */
    Person *own;   /* one that it may see */
    char *primary; /* the name of the one that others repeat; NULL: nobody is known */
};

static bool
is_among(char *const *organisations, size_t n, const char *organisation)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(organisations[i], organisation) == 0)
            return true;
    return false;
}

static bool
is_own(const struct search *search, const Person *person)
{
    if (search->sees_all)
        return !*person->same_as;
    return is_among(person->referrers, person->n_referrers, search->organisation) ||
           (search->provides &&
            is_among(person->providers, person->n_providers, search->organisation));
}

static bool
visit_person(void *context, const struct wg_record *record)
{
    struct search *search = context;
    Person *person = (Person *)record->message;

    if (strcmp(person->birth_date, search->request->birth_date) != 0)
        return true;
    if (!search->primary || !*person->same_as)
        search->primary = *person->same_as ? person->same_as : person->name;
    if (is_own(search, person))
        search->own = person;
    return !search->own;
}

static const struct wg_problem *
record_person(struct wg_call *call, const ReferRequest *request, char *primary, Person **recorded)
{
    struct wg_arena *arena = wg_call_arena(call);
    Person *person = wg_new_message(arena, &wellgate__referrals__v1__person__descriptor);
    const char *id = wg_new_id(call, true);

    if (!person || !id || !(person->name = wg_format(arena, "%s/people/per-%s", request->parent, id)))
        return wg_no_memory(call);
    person->nhs_number = request->nhs_number;
    person->given_name = request->given_name;
    person->family_name = request->family_name;
    person->birth_date = request->birth_date;
    person->telephone = request->telephone;
    person->practice = request->practice;
    if (primary)
        person->same_as = primary;
    *recorded = person;
    return wg_insert(call, &person->base, NULL);
}

/* The telephone number and the practice are those that were said last. */
static const struct wg_problem *
renew_person(struct wg_call *call, const ReferRequest *request, Person *person)
{
    size_t n_referrers = person->n_referrers;
    bool renewed;

    if (!person_add_referrer(call, person, wg_caller(call)->organisation))
        return wg_no_memory(call);
    renewed = person->n_referrers != n_referrers;
    if (*request->telephone && strcmp(person->telephone, request->telephone) != 0) {
        person->telephone = request->telephone;
        renewed = true;
    }
    if (*request->practice && strcmp(person->practice, request->practice) != 0) {
        person->practice = request->practice;
        renewed = true;
    }
    return renewed ? wg_update(call, &person->base, NULL) : NULL;
}

static const struct wg_problem *
find_or_record(struct wg_call *call, const ReferRequest *request, Person **person)
{
    uint32_t roles = wg_caller_roles(call, request->parent);
    struct search search = {
        .request = request,
        .organisation = wg_caller(call)->organisation,
        .sees_all = roles & 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__COORDINATOR,
        .provides = roles & 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER,
    };
    const char *const number[] = {request->nhs_number};
    const struct wg_problem *problem;

    if ((problem = wg_find(call, "referrals/Person", request->parent, "nhs_number", number, 1,
                           visit_person, &search)))
        return problem;
    if (!search.own)
        return record_person(call, request, search.primary, person);
    *person = search.own;
    return renew_person(call, request, search.own);
}

/* ---- The referral ---- */

static bool
set_external_id(struct wg_call *call, const ReferRequest *request, Referral *referral)
{
    if (!request->external_id)
        return true;
    referral->external_ids = wg_alloc(wg_call_arena(call), sizeof(*referral->external_ids));
    if (!referral->external_ids)
        return false;
    referral->external_ids[0] = request->external_id;
    referral->n_external_ids = 1;
    return true;
}

static const struct wg_problem *
draft(struct wg_call *call, const ReferRequest *request, Referral **drafted)
{
    struct wg_arena *arena = wg_call_arena(call);
    Referral *referral = wg_new_message(arena, &wellgate__referrals__v1__referral__descriptor);
    const char *id = wg_new_id(call, false);

    if (!referral || !id || !set_external_id(call, request, referral) ||
        !(referral->name = wg_format(arena, "%s/referrals/ref-%s", request->parent, id)) ||
        !(referral->reasons = wg_alloc(arena, sizeof(*referral->reasons))))
        return wg_no_memory(call);
    referral->provider = request->provider;
    referral->practice = request->practice;
    referral->source = request->source;
    referral->strand = request->strand;
    referral->notes = request->notes;
    referral->referred_date = request->referred_date;
    referral->reasons[0] = request->reason;
    *drafted = referral;
    return NULL;
}

/* All that is wrong at once, each where the request says it: the reason is checked here,
 * the rest of the draft by its own rule, before anything is written. */
static const struct wg_problem *
check_request(struct wg_call *call, const ReferRequest *request, Referral *referral)
{
    const struct wg_problem *problem;
    const Programme *programme;

    check_nhs_number(call, request->nhs_number);
    if ((problem = programme_of(call, request->parent, &programme)))
        return problem;
    check_listed(call, "/reason", request->reason, programme->reasons, programme->n_reasons);
    if ((problem = check_referral(call, NULL, &referral->base)))
        return problem;
    referral->n_reasons = 1;
    return NULL;
}

/* On the day it was decided, so that what follows may be told as it happened. */
static const struct wg_problem *
submit(struct wg_call *call, Referral *referral)
{
    MoveRequest request = WELLGATE__REFERRALS__V1__MOVE_REFERRAL_REQUEST__INIT;

    request.date = referral->referred_date;
    return referral_move(call, referral, VERB_SUBMIT, REQUESTER, &request, NULL);
}

const struct wg_problem *
refer(struct wg_call *call)
{
    const ReferRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    Person *person = NULL;
    Referral *referral;

    if ((problem = draft(call, request, &referral)) ||
        (problem = check_request(call, request, referral)) ||
        (problem = find_or_record(call, request, &person)))
        return problem;
    referral->person = person->name;
    if ((problem = wg_insert(call, &referral->base, NULL)) || (problem = submit(call, referral)))
        return problem;
    wg_answer(call, &referral->base);
    return NULL;
}
