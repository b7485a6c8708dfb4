/* people.c - people under pseudonyms. */
#include "people.h"

#include <string.h>

#include "demographics.h"
#include "links.h"
#include "lookup.h"

/* Of its own random bits, so that it leads to the person for nobody. */
static char *
new_pseudonym(struct wg_call *call)
{
    char *id = wg_new_id(call, true);

    for (char *c = id; c && *c; c++)
        if (*c >= 'a')
            *c = (char)(*c - 'a' + 'A');
    return id ? wg_format(wg_call_arena(call), "P-%.4s-%.4s", id, id + 4) : NULL;
}

static bool
add_organisation(struct wg_call *call, char ***list, size_t *n, const char *organisation)
{
    char **more = wg_alloc_array(wg_call_arena(call), *n + 1, sizeof(*more));

    for (size_t i = 0; i < *n; i++)
        if (strcmp((*list)[i], organisation) == 0)
            return true;
    if (!more || !*organisation)
        return more;
    if (*n)
        memcpy(more, *list, *n * sizeof(*more));
    more[(*n)++] = (char *)organisation;
    *list = more;
    return true;
}

bool
person_add_referrer(struct wg_call *call, Person *person, const char *organisation)
{
    return add_organisation(call, &person->referrers, &person->n_referrers, organisation);
}

static const struct wg_problem *
begin_person(struct wg_call *call, Person *person)
{
    person->pseudonym = new_pseudonym(call);
    return person->pseudonym &&
                   person_add_referrer(call, person, wg_caller(call)->organisation)
               ? NULL : wg_no_memory(call);
}

static void
check_carer(struct wg_call *call, const Person *person)
{
    for (size_t i = 0; i < person->n_carer_of; i++)
        if (strcmp(person->carer_of[i], person->name) == 0)
            wg_violation(call, wg_format(wg_call_arena(call), "/carerOf/%zu", i), "INVALID",
                         "is the person");
}

const struct wg_problem *
check_person(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Person *was = (const Person *)before;
    Person *person = (Person *)after;
    const struct wg_problem *problem;

    if (!person)
        return NULL;
    check_carer(call, person);
    if ((problem = demographics_settle(call, was, person)) || (problem = wg_violations(call)) ||
        (problem = link_settle(call, was, person)))
        return problem;
    person->lookup = lookup_text(wg_call_arena(call), person->family_name, person->birth_date);
    if (!person->lookup)
        return wg_no_memory(call);
    return was ? NULL : begin_person(call, person);
}

const struct wg_problem *
person_open_to(struct wg_call *call, const Referral *referral)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Person *person;
    size_t seen;

    if ((problem = wg_load_at(call, "/person", referral->person, &record)))
        return problem;
    person = (Person *)record.message;
    seen = person->n_referrers + person->n_providers;
    if (!person_add_referrer(call, person, referral->referrer) ||
        !add_organisation(call, &person->providers, &person->n_providers, referral->provider))
        return wg_no_memory(call);
    if (seen == person->n_referrers + person->n_providers)
        return NULL;
    return wg_update(call, &person->base, "person.opened");
}

/* Does another referral of the person tell the organisation of it? */
struct other_referral {
    const Referral *than;
    const char *organisation;
    bool found;
};

static bool
visit_other(void *context, const struct wg_record *record)
{
    struct other_referral *other = context;
    const Referral *referral = (const Referral *)record->message;

    other->found = strcmp(referral->name, other->than->name) != 0 &&
                   strcmp(referral->addressed_to, other->organisation) == 0 &&
                   referral->state != WELLGATE__REFERRALS__V1__REFERRAL__STATE__ENTERED_IN_ERROR;
    return !other->found;
}

static const struct wg_problem *
remove_provider(struct wg_call *call, const char *name, const char *provider)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Person *person;
    size_t kept = 0;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    person = (Person *)record.message;
    for (size_t i = 0; i < person->n_providers; i++)
        if (strcmp(person->providers[i], provider) != 0)
            person->providers[kept++] = person->providers[i];
    if (kept == person->n_providers)
        return NULL;
    person->n_providers = kept;
    return wg_update(call, &person->base, "person.closed");
}

const struct wg_problem *
person_close_to(struct wg_call *call, const Referral *referral, const char *provider)
{
    struct other_referral other = {referral, provider, false};
    const char *person[] = {referral->person};
    const char *programme = wg_name_parent(call, referral->name, 1);
    const struct wg_problem *problem;

    if (!programme)
        return wg_no_memory(call);
    if (!*provider)
        return NULL;
    if ((problem = wg_find(call, "referrals/Referral", programme, "person", person, 1,
                           visit_other, &other)))
        return problem;
    return other.found ? NULL : remove_provider(call, referral->person, provider);
}
