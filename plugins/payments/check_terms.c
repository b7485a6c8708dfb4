/* check_terms.c - bad terms are refused when they are recorded, each fault with
 * its pointer, and never found when a statement is due. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "acceptance.h"
#include "terms.h"
#include "wellgate/outcomes/v1/instruments.pb-c.h"

typedef Wellgate__Outcomes__V1__Instrument Instrument;
typedef Wellgate__Outcomes__V1__ProgrammeInstrument ProgrammeInstrument;
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
score_among(Score *const *scores, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(scores[i]->key, key) == 0)
            return scores[i];
    return NULL;
}

/* Of an instrument that is built in, or a programme's own. */
static const Score *
score_find(const ProtobufCMessage *instrument, const char *key)
{
    const Instrument *built_in = (const Instrument *)instrument;
    const ProgrammeInstrument *own = (const ProgrammeInstrument *)instrument;

    return instrument->descriptor == &wellgate__outcomes__v1__instrument__descriptor
               ? score_among(built_in->scores, built_in->n_scores, key)
               : score_among(own->scores, own->n_scores, key);
}

/* A line that pays nothing at the greatest change that the score can show never pays. */
static void
check_reachable(const struct checking *checking, const Score *score)
{
    const LinearTable *table = checking->rule->share_of_budget->performance;
    mpq_t greatest, share;

    mpq_inits(greatest, share, NULL);
    if (wg_ratio_parse(score->greatest, greatest) && wg_ratio_parse(score->least, share))
        mpq_sub(greatest, greatest, share);
    linear_table_share(table, greatest, share);
    if (mpq_sgn(share) == 0)
        FAULT(checking, "UNREACHABLE", "no change of the score is great enough to be paid",
              "/rules/%zu/shareOfBudget/performance/points", checking->at);
    mpq_clears(greatest, share, NULL);
}

/* Who pays for a change for the worse has the direction wrong. */
static void
check_direction(const struct checking *checking, const Score *score)
{
    bool neither = score->direction == WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__NEITHER;
    bool higher_better = score->direction ==
                         WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__HIGHER_BETTER;
    bool increase = checking->rule->score_change_cohort->direction ==
                    WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__INCREASE;

    if (neither)
        FAULT(checking, "DIRECTION", "the score is a profile: neither way is better",
              "/rules/%zu/scoreChangeCohort/score", checking->at);
    else if (higher_better != increase)
        FAULT(checking, "DIRECTION", higher_better ? "a higher score is better: INCREASE"
                                                   : "a lower score is better: DECREASE",
              "/rules/%zu/scoreChangeCohort/direction", checking->at);
}

static void
check_days_apart(const struct checking *checking)
{
    wg_date start, end;

    if (wg_date_parse(checking->contract->start_date, &start) &&
        wg_date_parse(checking->contract->end_date, &end) &&
        checking->rule->score_change_cohort->min_days_apart > end - start)
        FAULT(checking, "UNREACHABLE", "the contract is not that long",
              "/rules/%zu/scoreChangeCohort/minDaysApart", checking->at);
}

static const struct wg_problem *
check_score_change(const struct checking *checking)
{
    const ScoreChangeCohort *outcome = checking->rule->score_change_cohort;
    const struct wg_problem *problem;
    struct wg_record record;
    const Score *score;

    if ((problem = wg_load(checking->call, outcome->instrument, &record)))
        return problem == &wg_not_found ? NULL : problem; /* a reference: noted already */
    score = score_find(record.message, outcome->score);
    check_days_apart(checking);
    if (!score) {
        FAULT(checking, "UNKNOWN_VALUE", "is no score of the instrument",
              "/rules/%zu/scoreChangeCohort/score", checking->at);
        return NULL;
    }
    check_direction(checking, score);
    if (checking->rule->price_case == WELLGATE__PAYMENTS__V1__RULE__PRICE_SHARE_OF_BUDGET &&
        checking->rule->share_of_budget->performance->n_points >= 2)
        check_reachable(checking, score);
    return NULL;
}

/* ---- Price: share of a budget ---- */

static void
check_points(const struct checking *checking, const LinearTable *table)
{
    mpq_t before, at, share_before, share;

    if (table->n_points < 2)
        FAULT(checking, "TOO_FEW", "a line needs at least two points",
              "/rules/%zu/shareOfBudget/performance/points", checking->at);
    mpq_inits(before, at, share_before, share, NULL);
    for (size_t i = 0; i < table->n_points; i++) {
        if (wg_ratio_parse(table->points[i]->at, at) && i > 0 && mpq_cmp(at, before) <= 0)
            FAULT(checking, "ORDER", "must be above the point before it",
                  "/rules/%zu/shareOfBudget/performance/points/%zu/at", checking->at, i);
        if (wg_ratio_parse(table->points[i]->share, share) && mpq_cmp(share, share_before) < 0)
            FAULT(checking, "ORDER", "must not be below the point before it",
                  "/rules/%zu/shareOfBudget/performance/points/%zu/share", checking->at, i);
        mpq_set(before, at);
        mpq_set(share_before, share);
    }
    mpq_clears(before, at, share_before, share, NULL);
}

/* Pots are added up over every quarter between the years 1900 and 2199, and over
 * a version's rules. */
enum { QUARTERS_MAX = 1200, RULES_MAX = 100 };

static void
check_budget(const struct checking *checking)
{
    const ShareOfBudget *price = checking->rule->share_of_budget;
    int64_t pot;

    if (strcmp(price->pot_per_quarter->currency, checking->contract->currency) != 0)
        FAULT(checking, "CURRENCY", "is not the contract's currency",
              "/rules/%zu/shareOfBudget/potPerQuarter/currency", checking->at);
    if (wg_money_parse(price->pot_per_quarter->currency, price->pot_per_quarter->amount, &pot) &&
        (pot < 0 || pot > INT64_MAX / QUARTERS_MAX / RULES_MAX))
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

static bool
begins_quarter_of(const Contract *contract, const char *text)
{
    wg_date date;

    return wg_date_parse(text, &date) && wg_quarter_of(date).first == date &&
           strcmp(text, contract->end_date) <= 0;
}

static void
check_splits(const struct checking *checking)
{
    const Rule *rule = checking->rule;

    for (size_t i = 0; i < rule->n_payer_splits; i++) {
        const char *from = rule->payer_splits[i]->from_date;

        if (i == 0 && strcmp(from, checking->version->effective_date) > 0 &&
            strcmp(from, checking->contract->start_date) > 0)
            FAULT(checking, "OUT_OF_RANGE", "the first split begins with the version or before",
                  "/rules/%zu/payerSplits/0/fromDate", checking->at);
        if (i > 0 && strcmp(from, rule->payer_splits[i - 1]->from_date) <= 0)
            FAULT(checking, "ORDER", "must be after the split before it",
                  "/rules/%zu/payerSplits/%zu/fromDate", checking->at, i);
        else if (i > 0 && !begins_quarter_of(checking->contract, from))
            FAULT(checking, "OUT_OF_RANGE",
                  "must be the first day of a calendar quarter of the contract",
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
        FAULT(checking, "REQUIRED", "give one kind of price, such as shareOfBudget",
              "/rules/%zu", checking->at);
    if (rule->outcome_case == WELLGATE__PAYMENTS__V1__RULE__OUTCOME_SCORE_CHANGE_COHORT)
        return check_score_change(checking);
    FAULT(checking, "REQUIRED", "give one kind of outcome, such as scoreChangeCohort",
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
    if (!begins_quarter_of(checking->contract, date))
        FAULT(checking, "OUT_OF_RANGE",
              "must be the first day of a calendar quarter, not after the contract",
              "/effectiveDate");
    if (wg_quarter_parse(wg_name_id(issued), &period) && first <= period.last)
        wg_violation(checking->call, "/effectiveDate", "OUT_OF_RANGE",
                     "statements are issued up to the end of %s", wg_name_id(issued));
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

/* Issued statements rest on their terms for good, and what all agreed one does not undo. */
static const struct wg_problem *
withdraw_version(struct wg_call *call, const Version *version)
{
    const struct wg_problem *problem;
    struct wg_record record;
    struct wg_period issued;
    Contract *contract;
    wg_date first;

    if ((problem = wg_load(call, wg_name_parent(call, version->name, 2), &record)))
        return problem;
    contract = (Contract *)record.message;
    if (wg_quarter_parse(wg_name_id(contract->last_issued), &issued) &&
        wg_date_parse(version->effective_date, &first) && first <= issued.last)
        return wg_fail(call, &wg_conflict, "statements up to %s were issued on it",
                       wg_name_id(contract->last_issued));
    if (version->state == WELLGATE__PAYMENTS__V1__VERSION__STATE__AGREED)
        return wg_fail(call, &wg_conflict,
                       "all parties have accepted it: agree on a later one in its place");
    return note_version(call, contract, version);
}

static const struct wg_problem *
require_same_terms(struct wg_call *call, const Version *before, const Version *after)
{
    char was[HASH_TEXT_BYTES], is[HASH_TEXT_BYTES];

    if (!terms_hash(before, was) || !terms_hash(after, is))
        return wg_no_memory(call);
    return strcmp(was, is) == 0
               ? NULL : wg_fail(call, &wg_conflict, "a version is never changed; record another");
}

const struct wg_problem *
check_version(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    struct checking checking = {.call = call, .version = (const Version *)after};
    const struct wg_problem *problem;
    struct wg_record record;

    if (before)
        return after ? require_same_terms(call, (const Version *)before, (const Version *)after)
                     : withdraw_version(call, (const Version *)before);
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
    if ((problem = wg_violations(call)) || (problem = version_propose(call, (Version *)after)))
        return problem;
    return note_version(call, (Contract *)record.message, checking.version);
}
