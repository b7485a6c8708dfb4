/* flags.c - safeguarding concerns. Their events are plain "referral.updated": more would
 * tell of a concern to those from whom the flags are hidden. */
#include "flags.h"

#include <string.h>

#include "checks.h"
#include "referral/verbs.h"

typedef Wellgate__Referrals__V1__Referral__Flag Flag;
typedef Wellgate__Referrals__V1__FlagRequest FlagRequest;
typedef Wellgate__Referrals__V1__RaiseSafeguardingFlagsRequest RaiseRequest;
typedef Wellgate__Referrals__V1__RaiseSafeguardingFlagsResponse RaiseResponse;

enum { FLAGS_MAX = 100 };

static bool
stands(const Flag *flag, const char *code)
{
    return !*flag->cleared_date && strcmp(flag->code, code) == 0;
}

static bool
has_standing(const Referral *referral, const char *code)
{
    for (size_t i = 0; i < referral->n_flags; i++)
        if (stands(referral->flags[i], code))
            return true;
    return false;
}

/* ---- Raising ---- */

static bool
append(struct wg_call *call, Referral *referral, char *code, char *day)
{
    size_t n = referral->n_flags;
    Flag **flags = wg_alloc_array(wg_call_arena(call), n + 1, sizeof(*flags));
    Flag *flag = wg_new_message(wg_call_arena(call),
                                &wellgate__referrals__v1__referral__flag__descriptor);

    if (!flags || !flag)
        return false;
    flag->code = code;
    flag->raised_date = day;
    flag->raised_by = (char *)wg_caller(call)->organisation;
    if (n)
        memcpy(flags, referral->flags, n * sizeof(*flags));
    flags[n] = flag;
    referral->flags = flags;
    referral->n_flags = n + 1;
    return true;
}

static const struct wg_problem *
raise_on(struct wg_call *call, Referral *referral, char *code, char *day)
{
    if (referral->n_flags == FLAGS_MAX)
        return wg_fail(call, &wg_conflict, "it has %d flags already", FLAGS_MAX);
    if (!append(call, referral, code, day))
        return wg_no_memory(call);
    return wg_update(call, &referral->base, NULL);
}

const struct wg_problem *
flag_raise(struct wg_call *call)
{
    const FlagRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Referral *referral;
    char *day;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    referral = (Referral *)record.message;
    if (referral->state == REFERRAL_STATE(ENTERED_IN_ERROR))
        return wg_fail(call, &wg_conflict, "it was entered in error");
    if ((problem = day_said(call, referral->name, request->date, "", &day)) ||
        (problem = wg_violations(call)))
        return problem;
    if (!has_standing(referral, request->code) &&
        (problem = raise_on(call, referral, request->code, day)))
        return problem;
    wg_answer(call, &referral->base);
    return NULL;
}

/* ---- Clearing ---- */

/* The day on which the last of those that stand was raised; NULL where none stands. */
static const char *
last_raised(const Referral *referral, const char *code)
{
    const char *last = NULL;

    for (size_t i = 0; i < referral->n_flags; i++)
        if (stands(referral->flags[i], code))
            last = referral->flags[i]->raised_date;
    return last;
}

static void
clear(struct wg_call *call, Referral *referral, const char *code, char *day)
{
    for (size_t i = 0; i < referral->n_flags; i++)
        if (stands(referral->flags[i], code)) {
            referral->flags[i]->cleared_date = day;
            referral->flags[i]->cleared_by = (char *)wg_caller(call)->organisation;
        }
}

const struct wg_problem *
flag_clear(struct wg_call *call)
{
    const FlagRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Referral *referral;
    const char *raised;
    char *day;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    referral = (Referral *)record.message;
    if (!(raised = last_raised(referral, request->code)))
        return wg_fail(call, &wg_conflict, "no such flag stands");
    if ((problem = day_said(call, referral->name, request->date, raised, &day)) ||
        (problem = wg_violations(call)))
        return problem;
    clear(call, referral, request->code, day);
    if ((problem = wg_update(call, &referral->base, NULL)))
        return problem;
    wg_answer(call, &referral->base);
    return NULL;
}

/* ---- On all open referrals of a person ---- */

/* Those without the flag, linked by their visits: visitors write nothing. */
struct open_referral {
    Referral *referral;
    struct open_referral *next;
};

struct opening {
    struct wg_call *call;
    const char *code;
    struct open_referral *first, **end;
    size_t n;
    bool exhausted;
};

static bool
is_open(const Referral *referral)
{
    return referral->state != REFERRAL_STATE(DRAFT) && !state_is_final(referral->state);
}

static bool
visit_referral(void *context, const struct wg_record *record)
{
    struct opening *opening = context;
    Referral *referral = (Referral *)record->message;
    struct open_referral *open;

    if (!is_open(referral) || has_standing(referral, opening->code))
        return true;
    if ((opening->exhausted = !(open = wg_alloc(wg_call_arena(opening->call), sizeof(*open)))))
        return false;
    open->referral = referral;
    *opening->end = open;
    opening->end = &open->next;
    opening->n++;
    return true;
}

static const struct wg_problem *
find_open(struct wg_call *call, const RaiseRequest *request, struct opening *opening)
{
    const char *programme = wg_name_parent(call, request->person, 1);
    const char *const person[] = {request->person};
    const struct wg_problem *problem;

    *opening = (struct opening){.call = call, .code = request->code};
    opening->end = &opening->first;
    if (!programme)
        return wg_no_memory(call);
    problem = wg_find(call, "referrals/Referral", programme, "person", person, 1, visit_referral,
                      opening);
    return problem || !opening->exhausted ? problem : wg_no_memory(call);
}

const struct wg_problem *
flags_raise(struct wg_call *call)
{
    const RaiseRequest *request = (const void *)wg_input(call);
    RaiseResponse *response = wg_new_message(
        wg_call_arena(call),
        &wellgate__referrals__v1__raise_safeguarding_flags_response__descriptor);
    const struct wg_problem *problem;
    struct opening opening;
    char *day;

    if ((problem = find_open(call, request, &opening)) ||
        (problem = day_said(call, request->person, "", "", &day)))
        return problem;
    if (!response || !(response->referrals = wg_alloc_array(wg_call_arena(call), opening.n + 1,
                                                            sizeof(*response->referrals))))
        return wg_no_memory(call);
    for (const struct open_referral *open = opening.first; open; open = open->next) {
        if ((problem = raise_on(call, open->referral, request->code, day)))
            return problem;
        response->referrals[response->n_referrals++] = open->referral->name;
    }
    wg_answer(call, &response->base);
    return NULL;
}
