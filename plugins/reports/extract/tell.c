/* tell.c - cells: what is known, made so coarse that it may be told. */
#include "tell.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "tables.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"
#include "wellgate/referrals/v1/onward_referrals.pb-c.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

#define STATE_WORD(value) wg_enum_word(&wellgate__referrals__v1__referral__state__descriptor, (int)(value))
#define OLD_AGE 90

/* ---- Words, days, places ---- */

static const char *
words_of(const struct teller *teller, uint32_t word)
{
    return words_text(&teller->members->selection.words, word);
}

static const char *
number(struct teller *teller, int64_t value)
{
    return wg_format(teller->arena, "%lld", (long long)value);
}

static const char *
day_text(struct teller *teller, wg_date day)
{
    char text[WG_DATE_TEXT_BYTES];

    if (teller->members->relative)
        return number(teller, (int64_t)day - teller->referrals[0]->referred);
    return wg_copy_text(teller->arena, wg_date_format(day, text));
}

static const char *
month_text(struct teller *teller, wg_date day)
{
    int year, month, of_month;

    wg_date_to_civil(day, &year, &month, &of_month);
    return wg_format(teller->arena, "%04d-%02d", year, month);
}

/* Months since the year 0. */
static int
month_of(wg_date day)
{
    int year, month, of_month;

    wg_date_to_civil(day, &year, &month, &of_month);
    return 12 * year + month;
}

/* Where few of the extract's people are, it is not said where that is. */
static const char *
place_text(const struct teller *teller, uint32_t word, const uint32_t *of_members)
{
    return !word ? "" : of_members[word] > SMALL_GROUP_MAX ? words_of(teller, word) : SMALL;
}

/* ---- People ---- */

const char *
tell_pseudonym(struct teller *teller)
{
    return teller->pseudonym;
}

const char *
tell_first_referred(struct teller *teller)
{
    char text[WG_DATE_TEXT_BYTES];
    wg_date day = teller->referrals[0]->referred;

    return teller->members->relative ? month_text(teller, day)
                                     : wg_copy_text(teller->arena, wg_date_format(day, text));
}

const char *
tell_age_band(struct teller *teller)
{
    const char *band = words_of(teller, teller->person->attributes[FACT_AGE_BAND]);

    return strtoul(band, NULL, 10) >= OLD_AGE ? "90+" : band;
}

#define TELL_ATTRIBUTE(name, kind)                                                               \
    const char *tell_##name(struct teller *teller)                                               \
    {                                                                                            \
        return words_of(teller, teller->person->attributes[kind]);                               \
    }
TELL_ATTRIBUTE(sex, FACT_SEX)
TELL_ATTRIBUTE(ethnicity, FACT_ETHNICITY)
TELL_ATTRIBUTE(decile, FACT_DECILE)
TELL_ATTRIBUTE(caring, FACT_CARING)

const char *
tell_first_practice(struct teller *teller)
{
    return place_text(teller, teller->referrals[0]->practice, teller->members->of_practice);
}

const char *
tell_locality(struct teller *teller)
{
    return place_text(teller, teller->person->attributes[FACT_LOCALITY], teller->members->of_locality);
}

const char *
tell_left(struct teller *teller)
{
    if (teller->person->left == NEVER)
        return "";
    if (!teller->members->relative)
        return month_text(teller, teller->person->left);
    return number(teller, month_of(teller->person->left) - month_of(teller->referrals[0]->referred));
}

const char *
tell_n_referrals(struct teller *teller)
{
    return number(teller, (int64_t)teller->n_referrals);
}

/* ---- Referrals ---- */

static const struct referral *
at_hand(const struct teller *teller)
{
    return teller->referrals[teller->referral];
}

const char *
tell_referral(struct teller *teller)
{
    return teller->referral < teller->n_referrals ? number(teller, (int64_t)teller->referral + 1) : "";
}

const char *
tell_referred(struct teller *teller)
{
    return day_text(teller, at_hand(teller)->referred);
}

const char *
tell_strand(struct teller *teller)
{
    return words_of(teller, at_hand(teller)->strand);
}

const char *
tell_source(struct teller *teller)
{
    return words_of(teller, at_hand(teller)->source);
}

const char *
tell_practice(struct teller *teller)
{
    return place_text(teller, at_hand(teller)->practice, teller->members->of_practice);
}

const char *
tell_provider(struct teller *teller)
{
    return words_of(teller, at_hand(teller)->provider);
}

const char *
tell_referral_state(struct teller *teller)
{
    return STATE_WORD(at_hand(teller)->state);
}

/* ---- Facts ---- */

const char *
tell_date(struct teller *teller)
{
    return day_text(teller, teller->fact->date);
}

const char *
tell_until(struct teller *teller)
{
    return day_text(teller, teller->fact->until);
}

const char *
tell_word(struct teller *teller)
{
    return words_of(teller, teller->fact->word);
}

const char *
tell_other(struct teller *teller)
{
    return words_of(teller, teller->fact->other);
}

const char *
tell_number(struct teller *teller)
{
    return number(teller, teller->fact->value);
}

/* 0: nobody said how long it took. */
const char *
tell_minutes(struct teller *teller)
{
    return teller->fact->value ? tell_number(teller) : "";
}

const char *
tell_score(struct teller *teller)
{
    return wg_decimal_format(teller->arena, teller->fact->value, FACT_SCALE);
}

const char *
tell_onward_kind(struct teller *teller)
{
    return teller->fact->kind == FACT_SIGNPOST ? "SIGNPOST" : "REFERRAL";
}

const char *
tell_onward_state(struct teller *teller)
{
    return teller->fact->kind == FACT_SIGNPOST ? "" : STATE_WORD(teller->fact->value);
}

const char *
tell_question(struct teller *teller)
{
    switch (teller->fact->kind) {
    case FACT_STARS:
        return "STARS";
    case FACT_IMPACT:
        return "IMPACT";
    case FACT_CONNECTED:
        return "CONNECTED_TO_SUITABLE_SERVICES";
    default:
        return "TIME_VALUED";
    }
}

const char *
tell_answer(struct teller *teller)
{
    return teller->fact->kind == FACT_STARS ? tell_number(teller) : tell_word(teller);
}

/* ---- Observations ---- */

const char *
tell_comparator(struct teller *teller)
{
    const char *name = teller->observation->name, *id = strstr(name, "/comparators/");
    size_t before = strlen("/comparators/");

    return wg_copy_bytes(teller->arena, id + before, strcspn(id + before, "/"));
}

const char *
tell_period(struct teller *teller)
{
    return teller->observation->period;
}

const char *
tell_observed_practice(struct teller *teller)
{
    return teller->observation->practice;
}

/* As uses have them: OTHER:rough-sleeping-count. */
const char *
tell_classes(struct teller *teller)
{
    const Wellgate__Outcomes__V1__Observation *observation = teller->observation;
    const char *text = "";

    for (size_t i = 0; text && i < observation->n_classes; i++)
        text = wg_format(teller->arena, "%s%s%s", text, i ? ";" : "",
                         wg_enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor,
                                      (int)observation->classes[i]));
    return text && *observation->code ? wg_format(teller->arena, "%s:%s", text, observation->code)
                                      : text;
}

const char *
tell_observed_measure(struct teller *teller)
{
    const Wellgate__Outcomes__V1__Observation *observation = teller->observation;

    return *observation->instrument
               ? wg_format(teller->arena, "%s/%s", observation->instrument, observation->score) : "";
}

const char *
tell_n(struct teller *teller)
{
    return teller->observation->n ? number(teller, teller->observation->n) : "";
}

#define TELL_OBSERVED(name, field)                                                               \
    const char *tell_##name(struct teller *teller)                                               \
    {                                                                                            \
        return teller->observation->field;                                                       \
    }
TELL_OBSERVED(person_time, person_time_days)
TELL_OBSERVED(events, events)
TELL_OBSERVED(mean, mean)
TELL_OBSERVED(deviation, standard_deviation)
TELL_OBSERVED(price_year, price_year)

const char *
tell_cost(struct teller *teller)
{
    return teller->observation->cost_per_head ? teller->observation->cost_per_head->amount : "";
}

const char *
tell_currency(struct teller *teller)
{
    return teller->observation->cost_per_head ? teller->observation->cost_per_head->currency : "";
}
