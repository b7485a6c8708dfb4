/* consents.c - what a person agreed to, and what that allows. */
#include "consents.h"

#include <string.h>
#include <wellgate/messages.h>

#include "checks.h"
#include "onward/onward_moves.h"
#include "people.h"

typedef Wellgate__Referrals__V1__Consent__State ConsentState;
typedef Wellgate__Referrals__V1__CheckConsentRequest CheckConsentRequest;
typedef Wellgate__Referrals__V1__CheckConsentResponse CheckConsentResponse;
typedef Wellgate__Referrals__V1__WithdrawConsentRequest WithdrawConsentRequest;

#define STATE(name) WELLGATE__REFERRALS__V1__CONSENT__STATE__##name
#define DECISION(name) WELLGATE__REFERRALS__V1__CONSENT__DECISION__##name
#define GIVER(name) WELLGATE__REFERRALS__V1__CONSENT__GIVER__##name
#define UNSAID STATE(STATE_UNSPECIFIED)

/* ---- What is allowed: docs/records.md has the same table ---- */

/* clang-format off */
static const bool allows[][STATE(EXPIRED) + 1] = {
    /*                                    nothing recorded   GIVEN                   */
    [CONSENT_PURPOSE(ONWARD_REFERRAL)] = {[UNSAID] = false, [STATE(GIVEN)] = true},
    [CONSENT_PURPOSE(EVALUATION)]      = {[UNSAID] = true,  [STATE(GIVEN)] = true},
    [CONSENT_PURPOSE(VERIFICATION)]    = {[UNSAID] = false, [STATE(GIVEN)] = true},
    [CONSENT_PURPOSE(CONTACT)]         = {[UNSAID] = true,  [STATE(GIVEN)] = true},
    [CONSENT_PURPOSE(SHARE_WITH_GP)]   = {[UNSAID] = false, [STATE(GIVEN)] = true},
    /* REFUSED, WITHDRAWN and EXPIRED allow nothing. */
};
/* clang-format on */

/* How a consent stood on a day, text as in its dates. */
static ConsentState
state_on(const Consent *consent, const char *day)
{
    if (consent->decision == DECISION(DECLINED))
        return STATE(REFUSED);
    if (*consent->withdrawn_date && strcmp(consent->withdrawn_date, day) <= 0)
        return STATE(WITHDRAWN);
    if (*consent->expiry_date && strcmp(consent->expiry_date, day) < 0)
        return STATE(EXPIRED);
    return STATE(GIVEN);
}

/* The consent that counts on a day: the latest by then, and of one day the one that was
 * recorded last. */
struct latest {
    const char *day;
    const Consent *after; /* about to be stored in place of what is there; NULL: none */
    const Consent *consent;
    int64_t created_ms;
    bool replaced;
};

static bool
take_later(void *context, const struct wg_record *record)
{
    struct latest *latest = context;
    const Consent *consent = (const Consent *)record->message;

    if (strcmp(consent->date, latest->day) > 0)
        return false; /* they come in order of their dates */
    if (latest->after && strcmp(latest->after->name, consent->name) == 0) {
        consent = latest->after;
        latest->replaced = true;
    }
    if (!latest->consent || strcmp(latest->consent->date, consent->date) < 0 ||
        latest->created_ms <= record->created_ms) {
        latest->consent = consent;
        latest->created_ms = record->created_ms;
    }
    return true;
}

static const char *
purpose_name(ConsentPurpose purpose)
{
    return wg_enum_word(&wellgate__referrals__v1__consent__purpose__descriptor, (int)purpose);
}

static const struct wg_problem *
find_latest(struct wg_call *call, const char *person, ConsentPurpose purpose,
            struct latest *latest)
{
    const char *values[] = {purpose_name(purpose)};
    const struct wg_problem *problem =
        wg_find(call, "referrals/Consent", person, "purpose,date", values, 1, take_later, latest);
    bool is_new = latest->after && !latest->replaced;

    if (is_new && (!latest->consent || strcmp(latest->consent->date, latest->after->date) <= 0))
        latest->consent = latest->after;
    return problem;
}

const struct wg_problem *
consent_in_force(struct wg_call *call, const char *person, ConsentPurpose purpose, wg_date day,
                 bool *allowed)
{
    char text[WG_DATE_TEXT_BYTES];
    struct latest latest = {.day = wg_date_format(day, text)};
    const struct wg_problem *problem = find_latest(call, person, purpose, &latest);

    *allowed = allows[purpose][latest.consent ? state_on(latest.consent, text) : UNSAID];
    return problem;
}

/* ---- Recording ---- */

static void
check_given(struct wg_call *call, const Consent *consent)
{
    check_day(call, consent->name, "/date", consent->date, "", "");
    if (*consent->expiry_date && strcmp(consent->expiry_date, consent->date) < 0)
        wg_violation(call, "/expiryDate", "OUT_OF_RANGE", "is before date");
    if (*consent->expiry_date && consent->decision == DECISION(DECLINED))
        wg_violation(call, "/expiryDate", "NOT_TAKEN", "what was declined does not expire");
    if (consent->given_by == GIVER(LEGAL_BASIS) && !*consent->legal_basis)
        wg_violation(call, "/legalBasis", "REQUIRED", "say which law decided");
    if (consent->given_by != GIVER(LEGAL_BASIS) && *consent->legal_basis)
        wg_violation(call, "/legalBasis", "NOT_TAKEN", "somebody decided: no law stands in");
}

/* Evaluators do not see whoever refused it. */
static const struct wg_problem *
withhold_evaluation(struct wg_call *call, const char *name, bool withheld)
{
    const struct wg_problem *problem;
    struct wg_record record;
    Person *person;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    person = (Person *)record.message;
    if (withheld == (bool)person->evaluation_withheld)
        return NULL;
    person->evaluation_withheld = withheld;
    return wg_update(call, &person->base, "person.consented");
}

/* What other records say of it. The consent itself is not stored yet. */
static const struct wg_problem *
settle(struct wg_call *call, const Consent *consent, const char *today)
{
    const char *person = wg_name_parent(call, consent->name, 2);
    struct latest latest = {.day = today, .after = consent};
    const struct wg_problem *problem;
    bool allowed;

    if (!person)
        return wg_no_memory(call);
    if ((problem = find_latest(call, person, consent->purpose, &latest)))
        return problem;
    allowed = allows[consent->purpose][state_on(latest.consent, today)];
    if (consent->purpose == CONSENT_PURPOSE(EVALUATION))
        return withhold_evaluation(call, person, !allowed);
    if (consent->purpose == CONSENT_PURPOSE(ONWARD_REFERRAL))
        return onward_tell(call, person, allowed);
    return NULL;
}

const struct wg_problem *
check_consent(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Consent *consent = (Consent *)after;
    char today[WG_DATE_TEXT_BYTES];
    const struct wg_problem *problem;

    if (!consent)
        return NULL;
    wg_date_format(wg_today(call, consent->name), today);
    check_given(call, consent);
    if ((problem = wg_violations(call)))
        return problem;
    if (!before)
        consent->recorded_by = (char *)wg_caller(call)->organisation;
    consent->state = state_on(consent, today);
    return settle(call, consent, today);
}

/* ---- Methods ---- */

static const char *
state_word(ConsentState state)
{
    static const char *const words[] = {
        [STATE(GIVEN)] = "given", [STATE(REFUSED)] = "refused",
        [STATE(WITHDRAWN)] = "withdrawn", [STATE(EXPIRED)] = "expired",
    };

    return words[state];
}

const struct wg_problem *
consent_withdraw(struct wg_call *call)
{
    const WithdrawConsentRequest *request = (const void *)wg_input(call);
    char today[WG_DATE_TEXT_BYTES];
    const struct wg_problem *problem;
    struct wg_record record;
    ConsentState state;
    Consent *consent;

    if ((problem = wg_load(call, request->name, &record)))
        return problem;
    consent = (Consent *)record.message;
    state = state_on(consent, wg_date_format(wg_today(call, consent->name), today));
    if (state != STATE(GIVEN))
        return wg_fail(call, &wg_conflict, "it is %s; only what is given can be withdrawn",
                       state_word(state));
    if ((problem = day_said(call, consent->name, request->date, consent->date,
                            &consent->withdrawn_date)) ||
        (problem = wg_violations(call)) ||
        (problem = wg_update(call, &consent->base, "consent.withdrawn")))
        return problem;
    wg_answer(call, &consent->base);
    return NULL;
}

const struct wg_problem *
consent_check(struct wg_call *call)
{
    const CheckConsentRequest *request = (const void *)wg_input(call);
    CheckConsentResponse *response = (void *)wg_new_message(
        wg_call_arena(call), &wellgate__referrals__v1__check_consent_response__descriptor);
    char today[WG_DATE_TEXT_BYTES];
    struct latest latest = {.day = *request->date ? request->date : today};
    const struct wg_problem *problem;
    bool exists;

    if (!response)
        return wg_no_memory(call);
    if ((problem = wg_exists(call, request->name, &exists)) || !exists)
        return problem ? problem : &wg_not_found;
    wg_date_format(wg_today(call, request->name), today);
    if ((problem = find_latest(call, request->name, request->purpose, &latest)))
        return problem;
    if (latest.consent) {
        response->state = state_on(latest.consent, latest.day);
        response->consent = latest.consent->name;
    }
    response->allowed = allows[request->purpose][response->state];
    wg_answer(call, &response->base);
    return NULL;
}
