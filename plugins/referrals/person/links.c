/* links.c - people recorded twice: linked, not merged. The events are plain
 * "person.updated": more would tell whoever may not see the link that there is one. */
#include "links.h"

#include <string.h>

typedef Wellgate__Referrals__V1__LinkPersonRequest LinkPersonRequest;
typedef Wellgate__Common__V1__NameRequest NameRequest;

enum { DUPLICATES_MAX = 100 };

const struct wg_problem *
person_primary(struct wg_call *call, const char *person, const char **primary)
{
    const struct wg_problem *problem;
    struct wg_record record;
    const Person *found;

    if ((problem = wg_load_at(call, "/sameAs", person, &record)))
        return problem;
    found = (const Person *)record.message;
    *primary = *found->same_as ? found->same_as : found->name;
    return NULL;
}

/* ---- Those that repeat a record ---- */

struct duplicates {
    Person *people[DUPLICATES_MAX];
    size_t n;
    bool too_many;
};

static bool
take_duplicate(void *context, const struct wg_record *record)
{
    struct duplicates *duplicates = context;

    if ((duplicates->too_many = duplicates->n == DUPLICATES_MAX))
        return false;
    duplicates->people[duplicates->n++] = (Person *)record->message;
    return true;
}

/* Visiting writes nothing: they are found first. */
static const struct wg_problem *
follow(struct wg_call *call, const Person *person)
{
    struct duplicates duplicates = {.n = 0};
    const char *values[] = {person->name};
    const struct wg_problem *problem =
        wg_find(call, "referrals/Person", wg_name_parent(call, person->name, 1), "same_as",
                values, 1, take_duplicate, &duplicates);

    if (!problem && duplicates.too_many)
        return wg_fail(call, &wg_conflict, "more than %d records repeat it", DUPLICATES_MAX);
    for (size_t i = 0; !problem && i < duplicates.n; i++) {
        duplicates.people[i]->same_as = person->same_as;
        problem = wg_update(call, &duplicates.people[i]->base, NULL);
    }
    return problem;
}

const struct wg_problem *
link_settle(struct wg_call *call, const Person *before, Person *person)
{
    const struct wg_problem *problem;
    const char *primary;

    if (!*person->same_as || (before && strcmp(before->same_as, person->same_as) == 0))
        return NULL;
    if ((problem = person_primary(call, person->same_as, &primary)))
        return problem;
    if (strcmp(primary, person->name) == 0)
        return wg_fail(call, &wg_conflict, "that record is this one, or repeats it already");
    person->same_as = (char *)primary;
    return before ? follow(call, person) : NULL;
}

/* ---- Methods ---- */

static const struct wg_problem *
change_link(struct wg_call *call, Person *person, const char *same_as)
{
    const struct wg_problem *problem;

    person->same_as = (char *)same_as;
    if ((problem = wg_update(call, &person->base, NULL)))
        return problem;
    wg_answer(call, &person->base);
    return NULL;
}

const struct wg_problem *
person_link(struct wg_call *call)
{
    const LinkPersonRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    const char *primary;
    Person *person;

    if ((problem = person_primary(call, request->same_as, &primary)) ||
        (problem = wg_load(call, request->name, &record)))
        return problem;
    person = (Person *)record.message;
    if (strcmp(person->same_as, primary) == 0) {
        wg_answer(call, &person->base);
        return NULL;
    }
    if (*person->same_as)
        return wg_fail(call, &wg_conflict, "it repeats another record already: :unlink it first");
    return change_link(call, person, request->same_as);
}

const struct wg_problem *
person_unlink(struct wg_call *call)
{
    const NameRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Person *person;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    person = (Person *)record.message;
    if (!*person->same_as)
        return wg_fail(call, &wg_conflict, "it repeats no record");
    return change_link(call, person, "");
}
