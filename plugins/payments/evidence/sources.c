/* sources.c - a row for each kind of record. */
#include "sources.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>
#include <wellgate/period.h>

#include "wellgate/outcomes/v1/outcomes.pb-c.h"
#include "wellgate/outcomes/v1/progress.pb-c.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"
#include "wellgate/payments/v1/claims.pb-c.h"
#include "wellgate/referrals/v1/people.pb-c.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Outcomes__V1__Assessment Assessment;
typedef Wellgate__Outcomes__V1__Coverage Coverage;
typedef Wellgate__Outcomes__V1__Milestone Milestone;
typedef Wellgate__Outcomes__V1__Spell Spell;
typedef Wellgate__Outcomes__V1__Utilisation Utilisation;
typedef Wellgate__Payments__V1__Claim Claim;
typedef Wellgate__Referrals__V1__Person Person;
typedef Wellgate__Referrals__V1__Referral Referral;

/* ---- Saying something ---- */

/* Room for one more of an array in the arena. */
static void *
grown(struct sayings *sayings, void *list, size_t n, size_t *room, size_t bytes)
{
    void *more;

    if (n < *room)
        return list;
    *room = 2 * *room + 8;
    if (!(more = wg_alloc_array(sayings->arena, *room, bytes))) {
        sayings->failed = true;
        *room = n;
    } else if (n) {
        memcpy(more, list, n * bytes);
    }
    return more;
}

static void
say_from(struct sayings *sayings, wg_date date, wg_date until)
{
    sayings->list = grown(sayings, sayings->list, sayings->n, &sayings->room,
                          sizeof(*sayings->list));
    if (!sayings->failed)
        sayings->list[sayings->n++] = (struct saying){date, until, sayings->n_values, 0};
}

/* False where the day is not given. */
static bool
say_on(struct sayings *sayings, const char *day)
{
    wg_date date;

    if (!wg_date_parse(day, &date))
        return false;
    say_from(sayings, date, date);
    return true;
}

static void
add(struct sayings *sayings, const char *series, int64_t value)
{
    if (sayings->failed)
        return;
    sayings->values = grown(sayings, sayings->values, sayings->n_values, &sayings->values_room,
                            sizeof(*sayings->values));
    sayings->failed = sayings->failed || !series;
    if (sayings->failed)
        return;
    sayings->values[sayings->n_values++] = (struct said_value){series, value};
    sayings->list[sayings->n - 1].n++;
}

static void
add_named(struct sayings *sayings, const char *kind, const char *code, int64_t value)
{
    add(sayings, wg_format(sayings->arena, "%s:%s", kind, code), value);
}

static int64_t
value_of(const char *decimal)
{
    int64_t value;

    return wg_decimal_parse(decimal, EVIDENCE_SCALE, &value) ? value : EVIDENCE_NO_VALUE;
}

static void
add_evidence(struct sayings *sayings, char *const *types, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add_named(sayings, "evidence", types[i], EVIDENCE_NO_VALUE);
}

/* What holds whatever the day; nothing of what is not known. */
static void
add_attribute(struct sayings *sayings, const char *attribute, const char *value)
{
    if (*value)
        add(sayings, wg_format(sayings->arena, "attribute:%s=%s", attribute, value),
            EVIDENCE_NO_VALUE);
}

/* Nothing of what is not said. */
static const char *
enum_word(const ProtobufCEnumDescriptor *descriptor, int value)
{
    return value ? wg_enum_word(descriptor, value) : "";
}

/* ---- Of outcomes ---- */

/* Also a score that could not be made: an incomplete reading is still somebody's first or
 * last. */
static void
assessment_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Assessment *assessment = (const Assessment *)record;

    if (!say_on(sayings, assessment->assessed_date))
        return;
    for (size_t i = 0; i < assessment->n_scores; i++)
        add(sayings, wg_format(sayings->arena, "%s#%s", assessment->instrument,
                               assessment->scores[i]->key),
            value_of(assessment->scores[i]->value));
}

static void
milestone_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Milestone *milestone = (const Milestone *)record;

    if (!say_on(sayings, milestone->date))
        return;
    add_named(sayings, "milestone", milestone->code, value_of(milestone->value));
    add_evidence(sayings, milestone->evidence, milestone->n_evidence);
}

static void
spell_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Spell *spell = (const Spell *)record;
    wg_date from, to;

    if (!wg_date_parse(spell->from, &from))
        return;
    if (!wg_date_parse(spell->to, &to))
        to = EVIDENCE_OPEN;
    say_from(sayings, from, to);
    add_named(sayings, "spell", spell->code, value_of(spell->value));
    add_evidence(sayings, spell->evidence, spell->n_evidence);
}

/* A total of a period is dated on its last day. */
static bool
say_when_used(struct sayings *sayings, const Utilisation *use)
{
    struct wg_period period;

    if (use->when_case == WELLGATE__OUTCOMES__V1__UTILISATION__WHEN_DATE)
        return say_on(sayings, use->date);
    if (!wg_period_parse(use->period, &period))
        return false;
    say_from(sayings, period.last, period.last);
    return true;
}

static void
utilisation_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Utilisation *use = (const Utilisation *)record;
    const char *class = enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor,
                                  (int)use->class_);
    int64_t cost;

    if (!say_when_used(sayings, use))
        return;
    if (*use->code)
        class = use->code;
    if (use->count && use->count->value)
        add_named(sayings, "use", class, (int64_t)use->count->value * 10000);
    if (use->cost && wg_decimal_parse(use->cost->amount, EVIDENCE_SCALE, &cost))
        add_named(sayings, "cost", wg_format(sayings->arena, "%s@%s", class, use->cost->currency), cost);
}

/* Of each class a stretch of days. */
static void
coverage_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Coverage *coverage = (const Coverage *)record;
    wg_date from, to;

    if (!wg_date_parse(coverage->from, &from) || !wg_date_parse(coverage->to, &to))
        return;
    say_from(sayings, from, to);
    for (size_t i = 0; i < coverage->n_classes; i++)
        add_named(sayings, "covered",
                  enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor,
                            (int)coverage->classes[i]),
                  EVIDENCE_NO_VALUE);
}

/* ---- Of referrals ---- */

static void
person_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Person *person = (const Person *)record;

    say_from(sayings, EVIDENCE_ALWAYS, EVIDENCE_ALWAYS);
    add_attribute(sayings, "sex", enum_word(&wellgate__referrals__v1__person__sex__descriptor,
                                            (int)person->sex));
    add_attribute(sayings, "caring", enum_word(&wellgate__referrals__v1__person__caring__descriptor,
                                               (int)person->caring));
    add_attribute(sayings, "ageBand", person->age_band);
    add_attribute(sayings, "practice", person->practice);
    if (person->deprivation_decile)
        add_attribute(sayings, "deprivationDecile",
                      wg_format(sayings->arena, "%u", person->deprivation_decile));
    for (size_t i = 0; i < person->n_conditions; i++)
        add_attribute(sayings, "condition", person->conditions[i]->code);
    add_attribute(sayings, "duplicate", *person->same_as ? "true" : "");
}

static void
moves_say(const Referral *referral, struct sayings *sayings)
{
    for (size_t i = 0; i < referral->n_moves; i++)
        if (say_on(sayings, referral->moves[i]->date))
            add_named(sayings, "referral",
                      enum_word(&wellgate__referrals__v1__referral__state__descriptor,
                                (int)referral->moves[i]->state),
                      EVIDENCE_NO_VALUE);
    for (size_t i = 0; i < referral->n_milestones; i++)
        if (say_on(sayings, referral->milestones[i]->date))
            add_named(sayings, "referral", referral->milestones[i]->code, EVIDENCE_NO_VALUE);
}

static void
referral_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Referral *referral = (const Referral *)record;

    if (referral->state == WELLGATE__REFERRALS__V1__REFERRAL__STATE__DRAFT ||
        referral->state == WELLGATE__REFERRALS__V1__REFERRAL__STATE__ENTERED_IN_ERROR)
        return;
    if (say_on(sayings, referral->referred_date))
        add_named(sayings, "referral", "REFERRED", EVIDENCE_NO_VALUE);
    moves_say(referral, sayings);
    say_from(sayings, EVIDENCE_ALWAYS, EVIDENCE_ALWAYS);
    add_attribute(sayings, "strand", referral->strand);
    add_attribute(sayings, "referrer", referral->referrer);
    add_attribute(sayings, "provider", referral->addressed_to);
    add_attribute(sayings, "source",
                  enum_word(&wellgate__referrals__v1__referral__source__descriptor,
                            (int)referral->source));
    for (size_t i = 0; i < referral->n_reasons; i++)
        add_attribute(sayings, "reason", referral->reasons[i]);
}

/* ---- Of payments ---- */

/* "programmes/x/contracts/y/claims/z" → "claim:y/RULE". */
static const char *
claim_series(struct wg_arena *arena, const Claim *claim)
{
    static const char contracts[] = "/contracts/";
    const char *contract = strstr(claim->name, contracts);

    contract = contract ? contract + strlen(contracts) : "";
    return wg_format(arena, "claim:%.*s/%s", (int)strcspn(contract, "/"), contract, claim->rule);
}

/* On its own day, about the unit's; one that is not validated counts for nothing. */
static void
claim_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Claim *claim = (const Claim *)record;
    wg_date achieved;

    if (claim->state != WELLGATE__PAYMENTS__V1__CLAIM__STATE__VALIDATED ||
        !wg_date_parse(claim->achieved_date, &achieved) || !say_on(sayings, claim->claim_date))
        return;
    add(sayings, claim_series(sayings->arena, claim), achieved);
}

/* ---- All kinds ---- */

static const char *
person_above(struct wg_call *call, const ProtobufCMessage *record, const char *name)
{
    (void)record;
    return wg_name_parent(call, name, 2);
}

static const char *
person_of_referral(struct wg_call *call, const ProtobufCMessage *record, const char *name)
{
    (void)call, (void)name;
    return ((const Referral *)record)->person;
}

static const char *
person_of_claim(struct wg_call *call, const ProtobufCMessage *record, const char *name)
{
    (void)call, (void)name;
    return ((const Claim *)record)->person;
}

static const struct source {
    const ProtobufCMessageDescriptor *descriptor;
    const char *(*person)(struct wg_call *call, const ProtobufCMessage *record, const char *name);
    void (*says)(const ProtobufCMessage *record, struct sayings *sayings);
} sources[] = {
    {&wellgate__outcomes__v1__assessment__descriptor, person_above, assessment_says},
    {&wellgate__outcomes__v1__milestone__descriptor, person_above, milestone_says},
    {&wellgate__outcomes__v1__spell__descriptor, person_above, spell_says},
    {&wellgate__outcomes__v1__utilisation__descriptor, person_above, utilisation_says},
    {&wellgate__outcomes__v1__coverage__descriptor, person_above, coverage_says},
    {&wellgate__referrals__v1__person__descriptor, person_above, person_says},
    {&wellgate__referrals__v1__referral__descriptor, person_of_referral, referral_says},
    {&wellgate__payments__v1__claim__descriptor, person_of_claim, claim_says},
};

bool
sayings_of(struct wg_call *call, const ProtobufCMessage *record, const char *name,
           struct sayings *sayings)
{
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (sources[i].descriptor != record->descriptor)
            continue;
        sayings->person = sources[i].person(call, record, name);
        sayings->failed = !sayings->person;
        sources[i].says(record, sayings);
        return true;
    }
    return false;
}
