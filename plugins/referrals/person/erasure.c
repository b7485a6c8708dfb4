/* erasure.c - people erased: on request, and when the programme's retention ends. */
#include "erasure.h"

#include <string.h>
#include <wellgate/messages.h>

#include "people.h"
#include "referral/activity.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Programme Programme;
typedef Wellgate__Common__V1__PageRequest PageRequest;
typedef Wellgate__Referrals__V1__DuePerson DuePerson;
typedef Wellgate__Referrals__V1__EraseDuePeopleRequest EraseDuePeopleRequest;
typedef Wellgate__Referrals__V1__EraseDuePeopleResponse EraseDuePeopleResponse;
typedef Wellgate__Referrals__V1__ErasePersonRequest ErasePersonRequest;
typedef Wellgate__Referrals__V1__ListDuePeopleResponse ListDuePeopleResponse;
typedef Wellgate__Referrals__V1__Person__ErasureReason ErasureReason;

enum { PAGE_DEFAULT = 50, PAGE_MAX = 1000, EXAMINED_MAX = 20000 };

/* ---- One person ---- */

static const struct wg_problem *
note_reason(struct wg_call *call, Person *person, ErasureReason reason)
{
    if (person->erase_time)
        return NULL;
    person->erasure_reason = reason;
    if (!(person->erase_time = wg_time_message(wg_call_arena(call), wg_now_ms(call))))
        return wg_no_memory(call);
    return wg_update(call, &person->base, "person.erasing");
}

/* The person as it is left is set. */
static const struct wg_problem *
erase(struct wg_call *call, const char *name, ErasureReason reason, Person **left)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, name, &record)) ||
        (problem = note_reason(call, (Person *)record.message, reason)) ||
        (problem = wg_erase(call, name)) || (problem = wg_load(call, name, &record)))
        return problem;
    *left = (Person *)record.message;
    return NULL;
}

const struct wg_problem *
person_erase(struct wg_call *call)
{
    const ErasePersonRequest *request = (const void *)wg_input(call);
    Person *person;
    const struct wg_problem *problem = erase(call, request->name, request->reason, &person);

    if (!problem)
        wg_answer(call, &person->base);
    return problem;
}

/* ---- Who is due ---- */

struct retention {
    int months; /* 0: nobody ever is */
    wg_date today;
};

static const struct wg_problem *
load_retention(struct wg_call *call, const char *programme, struct retention *retention)
{
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, programme, &record)))
        return problem;
    retention->months = (int)((const Programme *)record.message)->retention_months;
    retention->today = wg_today(call, programme);
    return NULL;
}

static bool
is_due(const struct retention *retention, const struct activity *activity)
{
    return retention->months && !activity->erased &&
           wg_date_add_months(activity->last, retention->months) <= retention->today;
}

/* A page on its way. */
struct due {
    struct wg_call *call;
    const char *programme;
    struct retention retention;
    ListDuePeopleResponse *response;
    size_t size, examined;
    char *last; /* id that was looked at last */
    bool more;
};

static DuePerson *
due_person(const struct due *due, const char *id, wg_date last)
{
    struct wg_arena *arena = wg_call_arena(due->call);
    DuePerson *person =
        (void *)wg_new_message(arena, &wellgate__referrals__v1__due_person__descriptor);
    char *days = wg_alloc(arena, 2 * WG_DATE_TEXT_BYTES);

    if (!person || !days || !(person->person = wg_format(arena, "%s/people/%s", due->programme,
                                                         id)))
        return NULL;
    person->last_activity_date = wg_date_format(last, days);
    person->due_date = wg_date_format(wg_date_add_months(last, due->retention.months),
                                      days + WG_DATE_TEXT_BYTES);
    return person;
}

static bool
take_due(void *context, struct wg_bytes id, const struct activity *activity)
{
    struct due *due = context;
    ListDuePeopleResponse *response = due->response;
    DuePerson *person;
    char *text;

    if ((due->more = response->n_people == due->size || due->examined++ == EXAMINED_MAX))
        return false;
    if (!is_due(&due->retention, activity) && due->examined < EXAMINED_MAX)
        return true;
    if (!(text = due->last = wg_copy_bytes(wg_call_arena(due->call), id.data, id.length)))
        return false;
    if (!is_due(&due->retention, activity))
        return true;
    if (!(person = due_person(due, text, activity->last)))
        return false;
    response->people[response->n_people++] = person;
    return true;
}

static const struct wg_problem *
list_due(struct due *due, const char *after)
{
    struct wg_arena *arena = wg_call_arena(due->call);
    const struct wg_problem *problem;

    due->response =
        (void *)wg_new_message(arena, &wellgate__referrals__v1__list_due_people_response__descriptor);
    if (!due->response ||
        !(due->response->people = wg_alloc_array(arena, due->size, sizeof(DuePerson *))))
        return wg_no_memory(due->call);
    if ((problem = load_retention(due->call, due->programme, &due->retention)) ||
        (problem = activity_scan(due->call, due->programme, after, take_due, due)))
        return problem;
    if (arena->exhausted)
        return wg_no_memory(due->call);
    if (due->more)
        due->response->next_page_token = due->last;
    return NULL;
}

const struct wg_problem *
people_list_due(struct wg_call *call)
{
    const PageRequest *request = (const void *)wg_input(call);
    struct due due = {
        .call = call,
        .programme = request->parent,
        .size = request->page_size <= 0         ? PAGE_DEFAULT
                : request->page_size > PAGE_MAX ? PAGE_MAX
                                                : (size_t)request->page_size,
    };
    const struct wg_problem *problem;

    if (strlen(request->page_token) > WG_PROJECTION_KEY_MAX)
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    if ((problem = list_due(&due, request->page_token)))
        return problem;
    wg_answer(call, &due.response->base);
    return NULL;
}

/* ---- Erasing who is due ---- */

/* Who is erased already was due: that the request is sent again is no fault. */
static const struct wg_problem *
require_due(struct wg_call *call, const EraseDuePeopleRequest *request)
{
    const struct wg_problem *problem;
    struct retention retention;

    if ((problem = load_retention(call, request->parent, &retention)))
        return problem;
    for (size_t i = 0; i < request->n_people; i++) {
        const char *name = request->people[i], *own = wg_name_parent(call, name, 1);
        struct activity activity;

        if (!own)
            return wg_no_memory(call);
        problem = strcmp(own, request->parent) == 0 ? activity_get(call, name, &activity)
                                                    : &wg_not_found;
        if (problem && problem != &wg_not_found)
            return problem;
        if (problem)
            wg_violation(call, wg_format(wg_call_arena(call), "/people/%zu", i), "NOT_FOUND",
                         "there is no such record");
        else if (!activity.erased && !is_due(&retention, &activity))
            wg_violation(call, wg_format(wg_call_arena(call), "/people/%zu", i), "NOT_DUE",
                         "is not due to be erased");
    }
    return wg_violations(call);
}

const struct wg_problem *
people_erase_due(struct wg_call *call)
{
    const EraseDuePeopleRequest *request = (const void *)wg_input(call);
    EraseDuePeopleResponse *response = (void *)wg_new_message(
        wg_call_arena(call), &wellgate__referrals__v1__erase_due_people_response__descriptor);
    const struct wg_problem *problem;

    if (!response || !(response->people = wg_alloc_array(wg_call_arena(call), request->n_people,
                                                         sizeof(Person *))))
        return wg_no_memory(call);
    if ((problem = require_due(call, request)))
        return problem;
    for (; response->n_people < request->n_people; response->n_people++)
        if ((problem = erase(call, request->people[response->n_people],
                             WELLGATE__REFERRALS__V1__PERSON__ERASURE_REASON__RETENTION_ENDED,
                             &response->people[response->n_people])))
            return problem;
    wg_answer(call, &response->base);
    return NULL;
}
