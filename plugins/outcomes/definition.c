/* definition.c - bad definitions are refused when they are recorded, each fault with its
 * pointer, and never found when somebody's answers are to be scored. */
#include "definition.h"

#include <string.h>
#include <wellgate/decimal.h>

#include "scoring.h"

typedef Wellgate__Outcomes__V1__Instrument__State State;
typedef Wellgate__Outcomes__V1__Instrument__Count Count;

enum { PROFILE_ITEMS_MAX = 9 };

#define FAULT(call, code, detail, ...) \
    wg_violation(call, wg_format(wg_call_arena(call), __VA_ARGS__), code, "%s", detail)

struct definition
definition_of(const ProtobufCMessage *instrument)
{
    const Instrument *built_in = (const Instrument *)instrument;
    const ProgrammeInstrument *own = (const ProgrammeInstrument *)instrument;

    if (instrument->descriptor == &wellgate__outcomes__v1__instrument__descriptor)
        return (struct definition){built_in->version, built_in->items, built_in->n_items,
                                   built_in->scores, built_in->n_scores};
    return (struct definition){own->version, own->items, own->n_items, own->scores,
                               own->n_scores};
}

static const Item *
item_among(const struct definition *definition, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(definition->items[i]->key, key) == 0)
            return definition->items[i];
    return NULL;
}

const Item *
item_find(const struct definition *definition, const char *key)
{
    return item_among(definition, definition->n_items, key);
}

static const Score *
score_among(const struct definition *definition, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(definition->scores[i]->key, key) == 0)
            return definition->scores[i];
    return NULL;
}

const Score *
score_find(const struct definition *definition, const char *key)
{
    return score_among(definition, definition->n_scores, key);
}

/* ---- Items ---- */

static bool
within(const Item *item, int32_t answer)
{
    return answer >= item->least && answer <= item->greatest;
}

static void
check_states(struct wg_call *call, const Item *item, size_t at)
{
    for (size_t i = 0; i < item->n_states; i++) {
        const State *state = item->states[i];

        if (!within(item, state->value))
            FAULT(call, "UNREACHABLE", "is no answer of the item", "/items/%zu/states/%zu/value",
                  at, i);
        for (size_t j = 0; j < i; j++)
            if (item->states[j]->value == state->value ||
                strcmp(item->states[j]->code, state->code) == 0)
                FAULT(call, "DUPLICATE", "one name for each answer", "/items/%zu/states/%zu", at, i);
    }
    if (item->n_states && (int64_t)item->n_states <= (int64_t)item->greatest - item->least)
        FAULT(call, "GAP", "an answer has no name", "/items/%zu/states", at);
}

static void
check_item(struct wg_call *call, const struct definition *definition, size_t at)
{
    const Item *item = definition->items[at];

    if (item_among(definition, at, item->key))
        FAULT(call, "DUPLICATE", "an item has this key", "/items/%zu/key", at);
    if (item->greatest <= item->least)
        FAULT(call, "OUT_OF_RANGE", "must be above least", "/items/%zu/greatest", at);
    else
        check_states(call, item, at);
    for (size_t i = 0; i < item->n_flags; i++)
        if (!within(item, item->flags[i]->least))
            FAULT(call, "UNREACHABLE", "is no answer of the item", "/items/%zu/flags/%zu/least", at,
                  i);
}

/* ---- What a score is made of ---- */

/* One score on its way; true from each check where those after it can go on. */
struct checking {
    struct wg_call *call;
    const struct definition *definition;
    const Score *score;
    size_t at;
};

#define SCORE_FAULT(checking, code, detail, format, ...)                                     \
    FAULT((checking)->call, code, detail, "/scores/%zu" format, (checking)->at, ##__VA_ARGS__)

static bool
names_item_before(const Score *score, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(score->items[i], key) == 0)
            return true;
    return false;
}

static bool
check_names(const struct checking *checking)
{
    const Score *score = checking->score;
    bool good = true;

    for (size_t i = 0; i < score->n_items; i++) {
        if (!item_find(checking->definition, score->items[i]))
            SCORE_FAULT(checking, "UNKNOWN_VALUE", "is no item of the instrument", "/items/%zu", i);
        else if (names_item_before(score, i, score->items[i]))
            SCORE_FAULT(checking, "DUPLICATE", "is named twice", "/items/%zu", i);
        else
            continue;
        good = false;
    }
    return good;
}

static bool
check_number_of_items(const struct checking *checking)
{
    const Score *score = checking->score;
    const char *wanted = NULL;

    if (score->method == METHOD(GIVEN))
        wanted = score->n_items ? "a given score is made of no items" : NULL;
    else if (score->n_items == 0)
        wanted = "it is made of nothing";
    else if (score->method == METHOD(ITEM) && score->n_items > 1)
        wanted = "it is one item";
    else if (score->method == METHOD(PROFILE) && score->n_items > PROFILE_ITEMS_MAX)
        wanted = "a profile has at most nine digits";
    if (wanted)
        SCORE_FAULT(checking, score->n_items ? "TOO_MANY" : "REQUIRED", wanted, "/items");
    return !wanted;
}

/* Side by side, only single digits can be told apart. */
static bool
check_digits(const struct checking *checking)
{
    const Score *score = checking->score;
    bool good = true;

    for (size_t i = 0; score->method == METHOD(PROFILE) && i < score->n_items; i++) {
        const Item *item = item_find(checking->definition, score->items[i]);

        if (item->least < 0 || item->greatest > 9) {
            SCORE_FAULT(checking, "OUT_OF_RANGE", "a profile's answers are 0 to 9", "/items/%zu", i);
            good = false;
        }
    }
    return good;
}

static const Count *
count_find(const Score *score, const char *item)
{
    for (size_t i = 0; i < score->n_counts; i++)
        if (strcmp(score->counts[i]->item, item) == 0)
            return score->counts[i];
    return NULL;
}

/* Some of the answers count and some do not. */
static void
check_count(const struct checking *checking, size_t at)
{
    const Count *count = checking->score->counts[at];
    const Item *item = item_find(checking->definition, count->item);

    if (!item || !names_item_before(checking->score, checking->score->n_items, count->item)) {
        SCORE_FAULT(checking, "UNKNOWN_VALUE", "is no item of the score", "/counts/%zu/item", at);
        return;
    }
    if (count_find(checking->score, count->item) != count)
        SCORE_FAULT(checking, "DUPLICATE", "is said twice", "/counts/%zu/item", at);
    for (size_t i = 0; i < count->n_values; i++)
        if (!within(item, count->values[i]))
            SCORE_FAULT(checking, "UNREACHABLE", "is no answer of the item",
                        "/counts/%zu/values/%zu", at, i);
    if ((int64_t)count->n_values > (int64_t)item->greatest - item->least)
        SCORE_FAULT(checking, "UNREACHABLE", "every answer counts", "/counts/%zu/values", at);
}

static void
check_counts(const struct checking *checking)
{
    const Score *score = checking->score;

    if (score->method != METHOD(DICHOTOMISED)) {
        if (score->n_counts)
            SCORE_FAULT(checking, "NOT_TAKEN", "only a DICHOTOMISED score counts", "/counts");
        return;
    }
    for (size_t i = 0; i < score->n_counts; i++)
        check_count(checking, i);
    for (size_t i = 0; i < score->n_items; i++)
        if (!count_find(score, score->items[i]))
            SCORE_FAULT(checking, "GAP", "which of its answers count is not said", "/items/%zu", i);
}

/* ---- Missing items ---- */

static bool
adds_up(const Score *score)
{
    return score->method == METHOD(SUM) || score->method == METHOD(MEAN) ||
           score->method == METHOD(DICHOTOMISED);
}

/* What is left out adds nothing: then nothing must be a sum's least. */
static void
check_left_out(const struct checking *checking)
{
    const Score *score = checking->score;
    bool may_be = score->missing == MISSING(SUM_OF_COMPLETED);

    for (size_t i = 0; score->method == METHOD(SUM) && i < score->n_items; i++) {
        const Item *item = item_find(checking->definition, score->items[i]);

        if ((may_be || item->optional) && item->least != 0)
            SCORE_FAULT(checking, "OUT_OF_RANGE", "it may be left out of the sum, and its least "
                        "answer is not 0", "/items/%zu", i);
    }
}

static void
check_missing(const struct checking *checking)
{
    const Score *score = checking->score;
    bool some = score->missing == MISSING(MEAN_OF_COMPLETED) ||
                score->missing == MISSING(SUM_OF_COMPLETED);

    if (some && !adds_up(score))
        SCORE_FAULT(checking, "NOT_TAKEN", "its method needs every item", "/missing");
    else if (some && (score->missing_most < 1 || (size_t)score->missing_most >= score->n_items))
        SCORE_FAULT(checking, "OUT_OF_RANGE", "from 1 to less than all of the items",
                    "/missingMost");
    else if (!some && score->missing_most)
        SCORE_FAULT(checking, "NOT_TAKEN", "all items are needed", "/missingMost");
    check_left_out(checking);
}

/* ---- Values ---- */

static int64_t
scaled(int64_t value, int32_t decimals)
{
    while (decimals-- > 0)
        value *= 10;
    return value;
}

/* false where it is no value of this score: noted. */
static bool
read_value(const struct checking *checking, const char *text, const char *pointer,
           int64_t *value)
{
    if (wg_decimal_parse(text, checking->score->decimals, value))
        return true;
    if (pointer)
        wg_violation(checking->call, pointer, "DECIMALS", "must have at most %d digits after the "
                     "point", checking->score->decimals);
    return false;
}

/* Rows from the least sum to the greatest. */
static bool
check_table(const struct checking *checking)
{
    const Score *score = checking->score;
    struct range raw = score_raw_range(checking->definition, score);
    bool good = true;
    int64_t value;

    if (score->n_table && score->method != METHOD(SUM)) {
        SCORE_FAULT(checking, "NOT_TAKEN", "only a SUM is looked up", "/table");
        return false;
    }
    for (size_t i = 0; i < score->n_table; i++) {
        const char *pointer = wg_format(wg_call_arena(checking->call),
                                        "/scores/%zu/table/%zu/value", checking->at, i);

        good = read_value(checking, score->table[i]->value, pointer, &value) && good;
        if (score->table[i]->raw == raw.least + (int64_t)i)
            continue;
        SCORE_FAULT(checking, score->table[i]->raw > raw.greatest ? "UNREACHABLE" : "GAP",
                    "rows go from the least sum up, one by one", "/table/%zu/raw", i);
        return false;
    }
    if (score->n_table && raw.least + (int64_t)score->n_table <= raw.greatest) {
        SCORE_FAULT(checking, "GAP", "the greatest sums have no row", "/table");
        return false;
    }
    if (score->n_table && raw.least + (int64_t)score->n_table > raw.greatest + 1) {
        SCORE_FAULT(checking, "UNREACHABLE", "no sum is that great", "/table/%zu/raw",
                    (size_t)(raw.greatest - raw.least + 1));
        return false;
    }
    return good;
}

static struct range
range_of_table(const Score *score)
{
    struct range range = {0};

    for (size_t i = 0; i < score->n_table; i++) {
        int64_t value = 0;

        wg_decimal_parse(score->table[i]->value, score->decimals, &value);
        range.least = i && range.least < value ? range.least : value;
        range.greatest = i && range.greatest > value ? range.greatest : value;
    }
    return range;
}

/* Of a score that is made of items. */
static struct range
range_made(const struct definition *definition, const Score *score)
{
    struct range raw = score_raw_range(definition, score);

    if (score->n_table)
        return range_of_table(score);
    return (struct range){scaled(raw.least, score->decimals),
                          scaled(raw.greatest, score->decimals)};
}

static bool
read_end(const struct checking *checking, const char *text, const char *name, int64_t *value)
{
    const char *pointer = wg_format(wg_call_arena(checking->call), "/scores/%zu/%s",
                                    checking->at, name);

    if (*text)
        return read_value(checking, text, pointer, value);
    if (pointer)
        wg_violation(checking->call, pointer, "REQUIRED", "a given score has a range");
    return false;
}

static bool
check_range(const struct checking *checking, struct range *range)
{
    const Score *score = checking->score;
    bool has_least, has_greatest;

    if (score->method != METHOD(GIVEN)) {
        *range = range_made(checking->definition, score);
        return range->greatest > range->least;
    }
    has_least = read_end(checking, score->least, "least", &range->least);
    has_greatest = read_end(checking, score->greatest, "greatest", &range->greatest);
    if (has_least && has_greatest && range->greatest <= range->least)
        SCORE_FAULT(checking, "OUT_OF_RANGE", "must be above least", "/greatest");
    return has_least && has_greatest && range->greatest > range->least;
}

/* ---- What a score means ---- */

/* Each band begins where the one before ended, the first at the least score. */
static void
check_bands(const struct checking *checking, struct range range)
{
    const Score *score = checking->score;
    int64_t next = range.least;

    for (size_t i = 0; i < score->n_bands; i++) {
        int64_t low, high;

        if (!wg_decimal_parse(score->bands[i]->low, score->decimals, &low) ||
            !wg_decimal_parse(score->bands[i]->high, score->decimals, &high)) {
            SCORE_FAULT(checking, "DECIMALS", "has more digits than the score", "/bands/%zu", i);
            return;
        }
        if (low != next)
            SCORE_FAULT(checking, low < next ? "OVERLAP" : "GAP", i ? "must begin where the band "
                        "before ends" : "must begin at the least score", "/bands/%zu/low", i);
        if (high < low || high > range.greatest)
            SCORE_FAULT(checking, high < low ? "OUT_OF_RANGE" : "UNREACHABLE", high < low
                        ? "is below low" : "no score is that great", "/bands/%zu/high", i);
        next = high + 1;
    }
    if (score->n_bands && next <= range.greatest)
        SCORE_FAULT(checking, "GAP", "the greatest scores have no band", "/bands");
}

static void
check_case(const struct checking *checking, struct range range)
{
    const Score *score = checking->score;
    const char *pointer = wg_format(wg_call_arena(checking->call), "/scores/%zu/caseAt",
                                    checking->at);
    int64_t at;

    if (!*score->case_at || !read_value(checking, score->case_at, pointer, &at))
        return;
    if (score->direction == DIRECTION(NEITHER))
        SCORE_FAULT(checking, "NOT_TAKEN", "neither way is worse", "/caseAt");
    else if (at < range.least || at > range.greatest)
        SCORE_FAULT(checking, "UNREACHABLE", "is no score", "/caseAt");
}

/* A change in points, if any, that some two scores are apart. */
static void
check_change(const struct checking *checking, const char *text, const char *name,
             struct range range)
{
    const char *pointer = wg_format(wg_call_arena(checking->call), "/scores/%zu/%s",
                                    checking->at, name);
    int64_t points;

    if (!*text || !pointer || !read_value(checking, text, pointer, &points))
        return;
    if (points <= 0 || points > range.greatest - range.least)
        wg_violation(checking->call, pointer, "UNREACHABLE", "no two scores are that far apart");
}

static void
check_reliable(const struct checking *checking, struct range range)
{
    const Wellgate__Outcomes__V1__Instrument__ReliableChange *change =
        checking->score->reliable_change;
    bool sd = change && *change->standard_deviation, r = change && *change->reliability;

    if (!change)
        return;
    check_change(checking, change->points, "reliableChange/points", range);
    if (sd != r)
        SCORE_FAULT(checking, "REQUIRED", "standard deviation and reliability go together",
                    "/reliableChange/%s", sd ? "reliability" : "standardDeviation");
    else if (sd == (*change->points != '\0'))
        SCORE_FAULT(checking, "REQUIRED", "either points, or standard deviation and reliability",
                    "/reliableChange");
}

static void
check_score(struct wg_call *call, const struct definition *definition, size_t at)
{
    struct checking checking = {call, definition, definition->scores[at], at};
    struct range range;
    bool made;

    if (score_among(definition, at, checking.score->key))
        SCORE_FAULT(&checking, "DUPLICATE", "a score has this key", "/key");
    made = check_names(&checking) && check_number_of_items(&checking) && check_digits(&checking);
    if (!made)
        return;
    check_counts(&checking);
    check_missing(&checking);
    if (!check_table(&checking) || !check_range(&checking, &range))
        return;
    check_bands(&checking, range);
    check_case(&checking, range);
    check_change(&checking, checking.score->meaningful_change, "meaningfulChange", range);
    check_reliable(&checking, range);
}

void
definition_check(struct wg_call *call, const struct definition *definition)
{
    for (size_t i = 0; i < definition->n_items; i++)
        check_item(call, definition, i);
    for (size_t i = 0; i < definition->n_scores; i++)
        check_score(call, definition, i);
}

const struct wg_problem *
definition_complete(struct wg_call *call, const struct definition *definition)
{
    struct wg_arena *arena = wg_call_arena(call);

    for (size_t i = 0; i < definition->n_scores; i++) {
        Score *score = definition->scores[i];
        struct range range;

        if (score->method == METHOD(GIVEN))
            continue;
        range = range_made(definition, score);
        score->least = wg_decimal_format(arena, range.least, score->decimals);
        score->greatest = wg_decimal_format(arena, range.greatest, score->decimals);
        if (!score->least || !score->greatest)
            return wg_no_memory(call);
    }
    return NULL;
}
