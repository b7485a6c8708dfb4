/* sources.c - for each kind of record: whom it is about, and what it says. */
#include "sources.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>
#include <wellgate/period.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "wellgate/outcomes/v1/outcomes.pb-c.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"
#include "wellgate/referrals/v1/contacts.pb-c.h"
#include "wellgate/referrals/v1/feedback.pb-c.h"
#include "wellgate/referrals/v1/onward_referrals.pb-c.h"
#include "wellgate/referrals/v1/people.pb-c.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

typedef Wellgate__Outcomes__V1__Assessment Assessment;
typedef Wellgate__Outcomes__V1__Coverage Coverage;
typedef Wellgate__Outcomes__V1__Utilisation Utilisation;
typedef Wellgate__Referrals__V1__Contact Contact;
typedef Wellgate__Referrals__V1__Feedback Feedback;
typedef Wellgate__Referrals__V1__OnwardReferral OnwardReferral;
typedef Wellgate__Referrals__V1__Person Person;
typedef Wellgate__Referrals__V1__Referral Referral;

#define STATE(name) WELLGATE__REFERRALS__V1__REFERRAL__STATE__##name
#define WORD(type, value)                                                                        \
    enum_word(&wellgate__##type##__descriptor, (int)(value))

uint64_t
record_hash(const char *name)
{
    return *name ? XXH3_64bits(name, strlen(name)) : 0;
}

/* ---- Saying something ---- */

/* Nothing of what is not said. */
static const char *
enum_word(const ProtobufCEnumDescriptor *descriptor, int value)
{
    return value ? wg_enum_word(descriptor, value) : "";
}

static bool
make_room(struct sayings *sayings)
{
    struct said *more;

    if (sayings->n < sayings->room)
        return true;
    if (!(more = wg_alloc_array(sayings->arena, 2 * sayings->room + 8, sizeof(*more))))
        return false;
    if (sayings->n)
        memcpy(more, sayings->list, sayings->n * sizeof(*more));
    sayings->list = more;
    sayings->room = 2 * sayings->room + 8;
    return true;
}

/* What is said, for more to be said of it. */
static struct said *
say(struct sayings *sayings, enum fact_kind kind, wg_date date, const char *word)
{
    struct said *said = &sayings->spare;

    if (word && make_room(sayings))
        said = &sayings->list[sayings->n++];
    else
        sayings->failed = true;
    *said = (struct said){{.date = date, .until = date, .kind = kind}, word, ""};
    return said;
}

/* What holds whatever the day; nothing of what is not known. */
static void
say_always(struct sayings *sayings, enum fact_kind kind, const char *word)
{
    if (!word || *word)
        say(sayings, kind, FACT_ALWAYS, word);
}

static void
say_answer(struct sayings *sayings, enum fact_kind kind, const char *day, const char *word)
{
    wg_date date;

    if (*word && wg_date_parse(day, &date))
        say(sayings, kind, date, word);
}

/* ---- People ---- */

/* Only the month is known: from its first day on nobody is followed up. */
static void
say_left(struct sayings *sayings, const char *month)
{
    char day[sizeof("2018-09-01")];
    wg_date date;

    snprintf(day, sizeof(day), "%.7s-01", month);
    if (*month && wg_date_parse(day, &date))
        say(sayings, FACT_LEFT, date, "");
}

static void
person_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Person *person = (const Person *)record;

    say_always(sayings, FACT_AGE_BAND, person->age_band);
    say_always(sayings, FACT_SEX, WORD(referrals__v1__person__sex, person->sex));
    say_always(sayings, FACT_ETHNICITY, WORD(referrals__v1__person__ethnicity, person->ethnicity));
    say_always(sayings, FACT_CARING, WORD(referrals__v1__person__caring, person->caring));
    say_always(sayings, FACT_REGISTERED, person->practice);
    say_always(sayings, FACT_LOCALITY, person->locality);
    if (person->deprivation_decile)
        say_always(sayings, FACT_DECILE, wg_format(sayings->arena, "%u", person->deprivation_decile));
    say_left(sayings, person->death_month);
    say_left(sayings, person->moved_away_month);
    if (*person->same_as)
        say(sayings, FACT_SAME_AS, FACT_ALWAYS, "")->fact.value = (int64_t)record_hash(person->same_as);
    if (person->evaluation_withheld)
        say(sayings, FACT_WITHHELD, FACT_ALWAYS, "");
    if (person->erase_time)
        say(sayings, FACT_ERASED, FACT_ALWAYS, "");
}

/* ---- Referrals ---- */

static void
moves_say(const Referral *referral, struct sayings *sayings)
{
    wg_date date;

    for (size_t i = 0; i < referral->n_moves; i++) {
        const Wellgate__Referrals__V1__Referral__Move *move = referral->moves[i];

        if (wg_date_parse(move->date, &date))
            say(sayings, FACT_STAGE, date, WORD(referrals__v1__referral__state, move->state))->other =
                *move->reason ? move->reason : move->output;
    }
    for (size_t i = 0; i < referral->n_milestones; i++)
        if (wg_date_parse(referral->milestones[i]->date, &date))
            say(sayings, FACT_STAGE, date, referral->milestones[i]->code);
}

static void
referral_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Referral *referral = (const Referral *)record;
    struct said *said;
    wg_date date;

    if (referral->state == STATE(DRAFT) || referral->state == STATE(ENTERED_IN_ERROR) ||
        !wg_date_parse(referral->referred_date, &date))
        return;
    said = say(sayings, FACT_REFERRED, date, referral->strand);
    said->other = WORD(referrals__v1__referral__source, referral->source);
    said->fact.value = (int64_t)referral->state;
    say_always(sayings, FACT_COUNTS_FOR, referral->practice);
    say(sayings, FACT_ADDRESSED, FACT_ALWAYS, referral->addressed_to)->other = referral->referrer;
    for (size_t i = 0; i < referral->n_reasons; i++)
        say_always(sayings, FACT_REASON, referral->reasons[i]);
    moves_say(referral, sayings);
}

static void
contact_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Contact *contact = (const Contact *)record;
    struct said *said;
    wg_date date;

    if (!wg_date_parse(contact->date, &date))
        return;
    said = say(sayings, FACT_CONTACT, date, WORD(referrals__v1__contact__purpose, contact->purpose));
    said->other = WORD(referrals__v1__contact__outcome, contact->outcome);
    said->fact.value = contact->minutes;
}

static void
feedback_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Feedback *feedback = (const Feedback *)record;
    wg_date date;

    if (feedback->stars && feedback->stars->value && wg_date_parse(feedback->date, &date))
        say(sayings, FACT_STARS, date, "")->fact.value = feedback->stars->value;
    say_answer(sayings, FACT_IMPACT, feedback->date,
               WORD(referrals__v1__feedback__impact, feedback->impact));
    say_answer(sayings, FACT_CONNECTED, feedback->date,
               WORD(referrals__v1__feedback__answer, feedback->connected_to_suitable_services));
    say_answer(sayings, FACT_TIME_VALUED, feedback->date,
               WORD(referrals__v1__feedback__answer, feedback->time_valued));
}

static void
onward_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const OnwardReferral *onward = (const OnwardReferral *)record;
    bool signpost = onward->kind == WELLGATE__REFERRALS__V1__ONWARD_REFERRAL__KIND__SIGNPOST;
    struct said *said;
    wg_date date;

    if (!wg_date_parse(onward->referred_date, &date) ||
        (!signpost && (onward->state == STATE(DRAFT) || onward->state == STATE(ENTERED_IN_ERROR))))
        return;
    said = say(sayings, signpost ? FACT_SIGNPOST : FACT_ONWARD, date,
               WORD(referrals__v1__onward_referral__sector, onward->sector));
    said->other = onward->organisation;
    said->fact.value = (int64_t)onward->state;
}

/* ---- Outcomes ---- */

/* A score that could not be made says nothing. */
static void
assessment_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Assessment *assessment = (const Assessment *)record;
    int64_t value;
    wg_date date;

    sayings->referral = assessment->referral;
    if (!wg_date_parse(assessment->assessed_date, &date))
        return;
    for (size_t i = 0; i < assessment->n_scores; i++)
        if (wg_decimal_parse(assessment->scores[i]->value, FACT_SCALE, &value))
            say(sayings, FACT_READING, date,
                wg_format(sayings->arena, "%s/%s", assessment->instrument, assessment->scores[i]->key))
                ->fact.value = value;
}

static bool
days_of_use(const Utilisation *use, struct wg_period *days)
{
    if (use->when_case != WELLGATE__OUTCOMES__V1__UTILISATION__WHEN_DATE)
        return wg_period_parse(use->period, days);
    if (!wg_date_parse(use->date, &days->first))
        return false;
    days->last = days->first;
    return true;
}

static void
utilisation_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Utilisation *use = (const Utilisation *)record;
    const char *class = WORD(outcomes__v1__utilisation__class, use->class_);
    struct wg_period days;
    struct said *said;

    if (!days_of_use(use, &days))
        return;
    said = say(sayings, FACT_USE, days.first, *use->code
                   ? wg_format(sayings->arena, "%s:%s", class, use->code) : class);
    said->fact.until = days.last;
    said->fact.value = use->count ? (int64_t)use->count->value : 1;
    said->other = use->practice;
}

static void
coverage_says(const ProtobufCMessage *record, struct sayings *sayings)
{
    const Coverage *coverage = (const Coverage *)record;
    wg_date from, to;

    if (!wg_date_parse(coverage->from, &from) || !wg_date_parse(coverage->to, &to))
        return;
    for (size_t i = 0; i < coverage->n_classes; i++)
        say(sayings, FACT_COVERED, from,
            WORD(outcomes__v1__utilisation__class, coverage->classes[i]))->fact.until = to;
}

/* ---- All kinds ---- */

/* Whom it is about: the person above it, or of the referral above it. */
static const char *
person_above(const ProtobufCMessage *record, struct wg_call *call, const char *name)
{
    (void)record;
    return wg_name_parent(call, name, 2);
}

#define PERSON_OF(type, Type)                                                                    \
    static const char *person_of_##type(const ProtobufCMessage *record, struct wg_call *call,   \
                                        const char *name)                                       \
    {                                                                                            \
        (void)call, (void)name;                                                                  \
        return ((const Type *)record)->person;                                                   \
    }
PERSON_OF(referral, Referral)
PERSON_OF(contact, Contact)
PERSON_OF(feedback, Feedback)
PERSON_OF(onward, OnwardReferral)

static const struct source {
    const ProtobufCMessageDescriptor *descriptor;
    const char *(*person)(const ProtobufCMessage *record, struct wg_call *call, const char *name);
    void (*says)(const ProtobufCMessage *record, struct sayings *sayings);
    bool under_referral;
} sources[] = {
    {&wellgate__referrals__v1__person__descriptor, person_above, person_says, false},
    {&wellgate__referrals__v1__referral__descriptor, person_of_referral, referral_says, true},
    {&wellgate__referrals__v1__contact__descriptor, person_of_contact, contact_says, true},
    {&wellgate__referrals__v1__feedback__descriptor, person_of_feedback, feedback_says, true},
    {&wellgate__referrals__v1__onward_referral__descriptor, person_of_onward, onward_says, true},
    {&wellgate__outcomes__v1__assessment__descriptor, person_above, assessment_says, false},
    {&wellgate__outcomes__v1__utilisation__descriptor, person_above, utilisation_says, false},
    {&wellgate__outcomes__v1__coverage__descriptor, person_above, coverage_says, false},
};

bool
sayings_of(struct wg_call *call, const ProtobufCMessage *record, const char *name,
           struct sayings *sayings)
{
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (sources[i].descriptor != record->descriptor)
            continue;
        sayings->person = sources[i].person(record, call, name);
        sayings->referral = sources[i].under_referral ? wg_name_parent(call, name, 2) : "";
        sayings->failed = !sayings->person || !sayings->referral;
        sources[i].says(record, sayings);
        return true;
    }
    return false;
}
