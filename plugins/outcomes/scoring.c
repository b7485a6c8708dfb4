/* scoring.c - answers → scores, exactly. */
#include "scoring.h"

#include <string.h>
#include <wellgate/decimal.h>

typedef Wellgate__Outcomes__V1__Instrument__Count Count;

/* ---- What one answer adds ---- */

bool
answer_value(const Item *item, const Answer *answer, int32_t *value)
{
    if (answer->answer_case == ANSWER(VALUE)) {
        *value = answer->value;
        return true;
    }
    for (size_t i = 0; answer->answer_case == ANSWER(STATE) && i < item->n_states; i++)
        if (strcmp(item->states[i]->code, answer->state) == 0) {
            *value = item->states[i]->value;
            return true;
        }
    return false;
}

static bool
counts(const Score *score, const char *item, int64_t answer)
{
    for (size_t i = 0; i < score->n_counts; i++) {
        const Count *count = score->counts[i];

        for (size_t j = 0; strcmp(count->item, item) == 0 && j < count->n_values; j++)
            if (count->values[j] == answer)
                return true;
    }
    return false;
}

static int64_t
worth(const Score *score, const Item *item, int64_t answer)
{
    switch (score->method) {
    case METHOD(DICHOTOMISED):
        return counts(score, item->key, answer);
    case METHOD(SUM):
    case METHOD(MEAN):
        return item->reverse ? (int64_t)item->least + item->greatest - answer : answer;
    default:
        return answer;
    }
}

static int64_t
add(const Score *score, int64_t sum, int64_t more)
{
    return score->method == METHOD(PROFILE) ? 10 * sum + more : sum + more;
}

/* ---- Adding up ---- */

struct tally {
    int64_t sum;
    int32_t answered, missing;
};

const Answer *
answer_find(const Assessment *assessment, size_t n, const char *item)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(assessment->answers[i]->item, item) == 0)
            return assessment->answers[i];
    return NULL;
}

static struct tally
add_up(const struct definition *definition, const Score *score, const Assessment *assessment)
{
    struct tally tally = {0};

    for (size_t i = 0; i < score->n_items; i++) {
        const Item *item = item_find(definition, score->items[i]);
        const Answer *answer = answer_find(assessment, assessment->n_answers, score->items[i]);
        int32_t value;

        if (answer && answer_value(item, answer, &value)) {
            tally.sum = add(score, tally.sum, worth(score, item, value));
            tally.answered++;
        } else if (!item->optional) {
            tally.missing++;
        }
    }
    return tally;
}

static bool
is_enough(const Score *score, const struct tally *tally)
{
    bool all_needed = score->missing == MISSING(MISSING_UNSPECIFIED) ||
                      score->missing == MISSING(ALL_NEEDED);

    return tally->answered > 0 && tally->missing <= (all_needed ? 0 : score->missing_most);
}

/* ---- Rounding ---- */

/* n / d to decimals digits after the point, halves away from zero. d > 0. */
static int64_t
divide(int64_t n, int64_t d, int32_t decimals)
{
    while (decimals-- > 0)
        n *= 10;
    return (2 * (n < 0 ? -n : n) + d) / (2 * d) * (n < 0 ? -1 : 1);
}

/* Missing items are taken to be like the others: the sum grows in proportion. */
static int64_t
round_tally(const Score *score, const struct tally *tally, int32_t decimals)
{
    if (score->method == METHOD(MEAN))
        return divide(tally->sum, tally->answered, decimals);
    if (score->missing == MISSING(MEAN_OF_COMPLETED))
        return divide(tally->sum * (tally->answered + tally->missing), tally->answered, decimals);
    return divide(tally->sum, 1, decimals);
}

/* ---- One score ---- */

static bool
look_up(const Score *score, struct scored *scored)
{
    for (size_t i = 0; i < score->n_table; i++)
        if (score->table[i]->raw == scored->raw)
            return wg_decimal_parse(score->table[i]->value, score->decimals, &scored->value);
    return false;
}

static void
make_of_items(const struct definition *definition, const Score *score,
              const Assessment *assessment, struct scored *scored)
{
    struct tally tally = add_up(definition, score, assessment);

    scored->missing = tally.missing;
    if (!is_enough(score, &tally))
        return;
    if (score->n_table) {
        scored->raw = round_tally(score, &tally, 0);
        scored->made = look_up(score, scored);
    } else {
        scored->value = round_tally(score, &tally, score->decimals);
        scored->made = true;
    }
}

static void
take_given(const Score *score, const Assessment *assessment, struct scored *scored)
{
    for (size_t i = 0; i < assessment->n_given_scores; i++) {
        const GivenScore *given = assessment->given_scores[i];

        if (strcmp(given->key, score->key) == 0)
            scored->made = wg_decimal_parse(given->value, score->decimals, &scored->value);
    }
}

static const Band *
band_of(const Score *score, int64_t value)
{
    for (size_t i = 0; i < score->n_bands; i++) {
        int64_t low, high;

        if (wg_decimal_parse(score->bands[i]->low, score->decimals, &low) &&
            wg_decimal_parse(score->bands[i]->high, score->decimals, &high) &&
            value >= low && value <= high)
            return score->bands[i];
    }
    return NULL;
}

struct scored
score_make(const struct definition *definition, const Score *score, const Assessment *assessment)
{
    struct scored scored = {0};

    if (score->method == METHOD(GIVEN))
        take_given(score, assessment, &scored);
    else
        make_of_items(definition, score, assessment, &scored);
    if (scored.made)
        scored.band = band_of(score, scored.value);
    return scored;
}

bool
score_is_case(const Score *score, int64_t value)
{
    int64_t at;

    if (!wg_decimal_parse(score->case_at, score->decimals, &at))
        return false;
    return score->direction == DIRECTION(HIGHER_BETTER) ? value <= at : value >= at;
}

/* ---- Ranges ---- */

struct range
score_raw_range(const struct definition *definition, const Score *score)
{
    struct range range = {0};

    for (size_t i = 0; i < score->n_items; i++) {
        const Item *item = item_find(definition, score->items[i]);
        bool counted = score->method == METHOD(DICHOTOMISED);
        int64_t least = counted ? 0 : item->least, greatest = counted ? 1 : item->greatest;

        if (score->method != METHOD(MEAN) || i == 0) {
            range.least = add(score, range.least, least);
            range.greatest = add(score, range.greatest, greatest);
        } else {
            range.least = least < range.least ? least : range.least;
            range.greatest = greatest > range.greatest ? greatest : range.greatest;
        }
    }
    return range;
}
