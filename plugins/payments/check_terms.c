/* check_terms.c - bad terms are refused when they are recorded, each fault with
 * its pointer, and never found when a statement is due. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "terms.h"
#include "wellgate/outcomes/v1/outcomes.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument Instrument;
typedef Wellgate__Outcomes__V1__Instrument__Score Score;
typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;
typedef Wellgate__Payments__V1__ShareOfBudget ShareOfBudget;
typedef Wellgate__Payments__V1__PayerSplit__Share Share;

struct checking {
    struct wg_call *call;
    const Contract *contract;
    const Version *version;
    const Rule *rule;
    size_t at; /* of the rule */
};

#define FAULT(checking, code, detail, ...)                                                     \
    wg_violation((checking)->call, wg_format(wg_call_arena((checking)->call), __VA_ARGS__),   \
                 code, "%s", detail)

/* ---- Outcome: change of a score ---- */

static const Score *
score_find(const Instrument *instrument, const char *key)
{
    for (size_t i = 0; i < instrument->n_scores; i++)
        if (strcmp(instrument->scores[i]->key, key) == 0)
            return instrument->scores[i];
    return NULL;
}

/* Greatest change that the score can show. */
static int64_t
score_span(const Instrument *instrument, const Score *score)
{
    int64_t span = 0;

    for (size_t s = 0; s < score->n_sum_of; s++)
        for (size_t i = 0; i < instrument->n_items; i++)
            if (strcmp(instrument->items[i]->key, score->sum_of[s]) == 0)
                span += instrument->items[i]->greatest - instrument->items[i]->least;
    return span;
}

/* A first point that no change can reach would never pay anything. */
static void
check_reachable(const struct checking *checking, int64_t span)
{
    const ShareOfBudget *price = checking->rule->share_of_budget;
    const LinearTable *table = price ? price->performance : NULL;
    mpq_t first, greatest;

    if (!table || !table->n_points)
        return;
    mpq_inits(first, greatest, NULL);
    mpq_set_si(greatest, span, 1);
    if (wg_ratio_parse(table->points[0]->at, first) && mpq_cmp(first, greatest) >= 0)
        FAULT(checking, "UNREACHABLE", "no change of the score is greater than this",
              "/rules/%zu/shareOfBudget/performance/points/0/at", checking->at);
    mpq_clears(first, greatest, NULL);
}

static const struct wg_problem *
check_score_change(const struct checking *checking)
{
    const ScoreChangeCohort *outcome = checking->rule->score_change_cohort;
    const Instrument *instrument;
    const struct wg_problem *problem;
    struct wg_record record;
    const Score *score;

    if ((problem = wg_load(checking->call, outcome->instrument, &record)))
        return problem == &wg_not_found ? NULL : problem; /* a reference: noted already */
    instrument = (const Instrument *)record.message;
    score = score_find(instrument, outcome->score);
    if (score)
        check_reachable(checking, score_span(instrument, score));
    else
        FAULT(checking, "UNKNOWN_VALUE", "is no score of the instrument",
              "/rules/%zu/scoreChangeCohort/score", checking->at);
    return NULL;
}

/* ---- Price: share of a budget ---- */

static void
check_points(const struct checking *checking, const LinearTable *table)
{
    mpq_t before, at;

    if (table->n_points < 2)
        FAULT(checking, "TOO_FEW", "a line needs at least two points",
              "/rules/%zu/shareOfBudget/performance/points", checking->at);
    mpq_inits(before, at, NULL);
    for (size_t i = 0; i < table->n_points; i++) {
        if (wg_ratio_parse(table->points[i]->at, at) && i > 0 && mpq_cmp(at, before) <= 0)
            FAULT(checking, "ORDER", "must be above the point before it",
                  "/rules/%zu/shareOfBudget/performance/points/%zu/at", checking->at, i);
        mpq_set(before, at);
    }
    mpq_clears(before, at, NULL);
}

/* Pots are added up over every quarter between the years 1900 and 2199. */
enum { QUARTERS_MAX = 1200 };

static void
check_budget(const struct checking *checking)
{
    const ShareOfBudget *price = checking->rule->share_of_budget;
    int64_t pot;

    if (strcmp(price->pot_per_quarter->currency, checking->contract->currency) != 0)
        FAULT(checking, "CURRENCY", "is not the contract's currency",
              "/rules/%zu/shareOfBudget/potPerQuarter/currency", checking->at);
    if (wg_money_parse(price->pot_per_quarter->currency, price->pot_per_quarter->amount, &pot) &&
        (pot < 0 || pot > INT64_MAX / QUARTERS_MAX))
        FAULT(checking, "OUT_OF_RANGE", "must not be negative, nor beyond what can be added up",
              "/rules/%zu/shareOfBudget/potPerQuarter/amount", checking->at);
    check_points(checking, price->performance);
}

/* ---- Payers ---- */

static bool
is_payer(const Contract *contract, const char *organisation)
{
    for (size_t i = 0; i < contract->n_payers; i++)
        if (strcmp(contract->payers[i], organisation) == 0)
            return true;
    return false;
}

static bool
named_before(const PayerSplit *split, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(split->shares[i]->payer, split->shares[at]->payer) == 0)
            return true;
    return false;
}

static void
check_shares(const struct checking *checking, size_t split_at)
{
    const PayerSplit *split = checking->rule->payer_splits[split_at];
    mpq_t sum, share;

    mpq_inits(sum, share, NULL);
    for (size_t i = 0; i < split->n_shares; i++) {
        if (!is_payer(checking->contract, split->shares[i]->payer))
            FAULT(checking, "UNKNOWN_VALUE", "is no payer of the contract",
                  "/rules/%zu/payerSplits/%zu/shares/%zu/payer", checking->at, split_at, i);
        else if (named_before(split, i))
            FAULT(checking, "DUPLICATE", "is named twice",
                  "/rules/%zu/payerSplits/%zu/shares/%zu/payer", checking->at, split_at, i);
        if (wg_ratio_parse(split->shares[i]->share, share))
            mpq_add(sum, sum, share);
    }
    if (mpq_cmp_si(sum, 1, 1) != 0)
        FAULT(checking, "SUM", "the shares must add up to exactly 1",
              "/rules/%zu/payerSplits/%zu/shares", checking->at, split_at);
    mpq_clears(sum, share, NULL);
}

static void
check_splits(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < rule->n_payer_splits; i++) {
        const char *from = rule->payer_splits[i]->from_date;

        if (i == 0 && strcmp(from, checking->contract->start_date) > 0)
            FAULT(checking, "OUT_OF_RANGE", "the first split begins with the contract or before",
                  "/rules/%zu/payerSplits/0/fromDate", checking->at);
        if (i > 0 && strcmp(from, rule->payer_splits[i - 1]->from_date) <= 0)
            FAULT(checking, "ORDER", "must be after the split before it",
                  "/rules/%zu/payerSplits/%zu/fromDate", checking->at, i);
        check_shares(checking, i);
    }
}

/* ---- The whole ---- */

static const struct wg_problem *
check_rule(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < checking->at; i++)
        if (strcmp(checking->version->rules[i]->id, rule->id) == 0)
            FAULT(checking, "DUPLICATE", "another rule has this id", "/rules/%zu/id",
                  checking->at);
    check_splits(checking);
    if (rule->price_case == WELLGATE__PAYMENTS__V1__RULE__PRICE_SHARE_OF_BUDGET)
        check_budget(checking);
    else
        FAULT(checking, "REQUIRED", "one kind of price is owed, such as shareOfBudget",
              "/rules/%zu", checking->at);
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_COHORT)
        return check_score_change(checking);
    FAULT(checking, "REQUIRED", "one kind of outcome is owed, such as scoreChangeCohort",
          "/rules/%zu", checking->at);
    return NULL;
}

static const struct wg_problem *
check_effective_date(const struct checking *checking)
{
    const char *date = checking->version->effective_date, *issued = checking->contract->last_issued;
    const struct wg_problem *problem;
    struct versions versions;
    struct wg_period period;
    wg_date first;

    if (!wg_date_parse(date, &first))
        return NULL;
    if (wg_quarter_of(first).first != first)
        FAULT(checking, "OUT_OF_RANGE", "must be the first day of a calendar quarter",
              "/effectiveDate");
    if (wg_quarter_parse(wg_name_id(issued), &period) && first <= period.last)
        FAULT(checking, "OUT_OF_RANGE", "statements are issued up to a later day",
              "/effectiveDate");
    if ((problem = versions_load(checking->call, checking->contract->name, &versions)))
        return problem;
    for (size_t i = 0; i < versions.n; i++)
        if (strcmp(versions.list[i]->effective_date, date) == 0 &&
            strcmp(versions.list[i]->name, checking->version->name) != 0)
            FAULT(checking, "DUPLICATE", "another version is effective from that day",
                  "/effectiveDate");
    return NULL;
}

/* The contract shows its latest terms, and moves when they do. */
static const struct wg_problem *
note_version(struct wg_call *call, Contract *contract, const Version *version)
{
    contract->last_version = version->name;
    return wg_update(call, &contract->base, "contract.varied");
}

const struct wg_problem *
check_version(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    struct checking checking = {.call = call, .version = (const Version *)after};
    const struct wg_problem *problem;
    struct wg_record record;

    if (before || !after)
        return wg_fail(call, &wg_conflict, "a version is never changed; record another");
    if ((problem = wg_load(call, wg_name_parent(call, checking.version->name, 2), &record)))
        return problem;
    checking.contract = (const Contract *)record.message;
    if ((problem = check_effective_date(&checking)))
        return problem;
    for (; checking.at < checking.version->n_rules; checking.at++) {
        checking.rule = checking.version->rules[checking.at];
        if ((problem = check_rule(&checking)))
            return problem;
    }
    if ((problem = wg_violations(call)))
        return problem;
    return note_version(call, (Contract *)record.message, checking.version);
}
