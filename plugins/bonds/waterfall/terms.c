/* terms.c - whether a tranche and a waterfall make sense. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "flows/checks.h"
#include "flows/rules.h"
#include "proposal.h"

#define OF_MONEY WELLGATE__BONDS__V1__INTEREST_COUPON__MEASURE__OUTCOME_MONEY
#define OF_PLAN WELLGATE__BONDS__V1__INTEREST_COUPON__MEASURE__SHARE_OF_PLAN
#define OF_RULE WELLGATE__BONDS__V1__INTEREST_COUPON__MEASURE__COUPON_RULE

static const char *
pointer_of(struct wg_call *call, const char *list, size_t at, const char *field)
{
    char *pointer = wg_format(wg_call_arena(call), "%s/%zu%s", list, at, field);

    return pointer ? pointer : "";
}

/* ---- Coupons ---- */

static bool
is_contract_of(const Bond *bond, const char *contract)
{
    for (size_t i = 0; i < bond->n_contracts; i++)
        if (strcmp(bond->contracts[i], contract) == 0)
            return true;
    return false;
}

/* Is a decimal more than another? Both are. */
static bool
is_above(const char *text, const char *than)
{
    mpq_t a, b;
    bool above;

    mpq_inits(a, b, NULL);
    above = wg_ratio_parse(text, a) && wg_ratio_parse(than, b) && mpq_cmp(a, b) > 0;
    mpq_clears(a, b, NULL);
    return above;
}

static void
check_coupon_steps(struct wg_call *call, const Bond *bond, const Coupon *coupon)
{
    for (size_t i = 0; i < coupon->n_steps; i++) {
        const char *pointer = pointer_of(call, "/coupon/steps", i, "/from");
        int64_t minor;

        if (coupon->measure == OF_MONEY &&
            !wg_money_parse(bond->currency, coupon->steps[i]->from, &minor))
            wg_violation(call, pointer, "MONEY", "is no amount of %s", bond->currency);
        if (i && !is_above(coupon->steps[i]->from, coupon->steps[i - 1]->from))
            wg_violation(call, pointer, "ORDER", "must be above the one before");
    }
}

static void
check_point(struct wg_call *call, const Bond *bond, const Coupon *coupon, size_t at)
{
    const char *pointer = pointer_of(call, "/coupon/plan", at, "");
    int64_t minor = 0, before = 0;

    check_part(call, bond, pointer_of(call, "/coupon/plan", at, "/amount"),
               coupon->plan[at]->amount);
    if (at && strcmp(coupon->plan[at]->date, coupon->plan[at - 1]->date) <= 0)
        wg_violation(call, pointer, "ORDER", "must be of a later day than the one before");
    if (!read_money(bond->currency, coupon->plan[at]->amount, &minor) ||
        (at && !read_money(bond->currency, coupon->plan[at - 1]->amount, &before)))
        return;
    if (minor <= 0 || minor < before)
        wg_violation(call, pointer, "OUT_OF_RANGE",
                     "must be more than nothing, and no less than the one before");
}

/* What is of one measure alone: there with it, and with no other. */
static void
check_part_of(struct wg_call *call, const char *pointer, bool is_there, bool is_wanted,
              const char *words)
{
    if (is_there != is_wanted)
        wg_violation(call, pointer, is_wanted ? "REQUIRED" : "NOT_TAKEN", "%s", words);
}

static const struct wg_problem *
check_coupon_rule(struct wg_call *call, const Bond *bond, const Coupon *coupon)
{
    const struct wg_problem *problem;
    struct income_list stated;

    if (!*coupon->rule || !is_contract_of(bond, coupon->contract))
        return NULL;
    if ((problem = coupon_told(call, bond, coupon->contract, coupon->rule, bond->start_date, &stated)))
        return problem;
    if (!stated.has_coupon)
        wg_violation(call, "/coupon/rule", "NOT_FOUND",
                     "is no rule with a coupon of the contract's terms");
    return NULL;
}

static const struct wg_problem *
check_coupon(struct wg_call *call, const Bond *bond, const Coupon *coupon)
{
    bool of_rule = coupon->measure == OF_RULE;

    if (*coupon->contract && !is_contract_of(bond, coupon->contract))
        wg_violation(call, "/coupon/contract", "NOT_FOUND", "is no contract of the bond");
    if (of_rule && !*coupon->contract)
        wg_violation(call, "/coupon/contract", "REQUIRED", "say whose rule it is");
    check_part_of(call, "/coupon/rule", *coupon->rule, of_rule, "is of COUPON_RULE");
    check_part_of(call, "/coupon/steps", coupon->n_steps, !of_rule,
                  of_rule ? "the rule has its own" : "say the rates");
    check_part_of(call, "/coupon/plan", coupon->n_plan, coupon->measure == OF_PLAN,
                  "says what was to be earned by when; of SHARE_OF_PLAN");
    for (size_t i = 0; i < coupon->n_plan; i++)
        check_point(call, bond, coupon, i);
    check_coupon_steps(call, bond, coupon);
    return of_rule ? check_coupon_rule(call, bond, coupon) : NULL;
}

/* ---- Tranches ---- */

static void
check_cap(struct wg_call *call, const Wellgate__Bonds__V1__ReturnCap *cap)
{
    const char *text = *cap->irr ? cap->irr : cap->multiple;
    int64_t value;

    if (!*cap->irr == !*cap->multiple)
        wg_violation(call, "/cap", "REQUIRED", "say a multiple or an irr, and not both");
    else if (!wg_decimal_parse(text, CAP_DIGITS, &value))
        wg_violation(call, *cap->irr ? "/cap/irr" : "/cap/multiple", "DECIMAL",
                     "has more than %d digits after the point", CAP_DIGITS);
}

const struct wg_problem *
check_tranche(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Tranche *tranche = (const Tranche *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    (void)before;
    if (!tranche)
        return NULL;
    if ((problem = load_bond(call, tranche->name, &bond)))
        return problem;
    if (tranche->coupon && *tranche->interest_rate)
        wg_violation(call, "/coupon", "NOT_TAKEN", "there is a fixed interestRate");
    if (tranche->coupon && (problem = check_coupon(call, bond, tranche->coupon)))
        return problem;
    if (tranche->cap)
        check_cap(call, tranche->cap);
    return wg_violations(call);
}

/* ---- Waterfalls ---- */

struct checking {
    struct wg_call *call;
    const Bond *bond;
    const WaterfallStep *step;
    size_t at;
};

static void
refuse(const struct checking *checking, const char *field, const char *code, const char *words)
{
    wg_violation(checking->call, pointer_of(checking->call, "/steps", checking->at, field), code,
                 "%s", words);
}

static void
check_shares(const struct checking *checking)
{
    const WaterfallStep *step = checking->step;
    mpq_t sum, share;

    mpq_inits(sum, share, NULL);
    for (size_t i = 0; i < step->n_shares; i++) {
        if (*step->shares[i]->tranche && step->shares[i]->party != PARTY(INVESTORS))
            refuse(checking, "/shares", "NOT_TAKEN", "only INVESTORS have a tranche");
        if (wg_ratio_parse(step->shares[i]->share, share))
            mpq_add(sum, sum, share);
    }
    if (mpq_cmp_ui(sum, 1, 1) != 0)
        refuse(checking, "/shares", "OUT_OF_RANGE", "must add up to 1");
    mpq_clears(sum, share, NULL);
}

/* What a step has that is of another kind, or lacks. */
static void
check_step(const struct checking *checking, bool is_last)
{
    const WaterfallStep *step = checking->step;
    bool is_claim = step->kind == STEP(INTEREST) || step->kind == STEP(PRINCIPAL);

    if (step->kind == STEP(REST))
        refuse(checking, "/kind", "NOT_TAKEN", "is behind all steps by itself");
    if (*step->tranche && !is_claim)
        refuse(checking, "/tranche", "NOT_TAKEN", "is of INTEREST and PRINCIPAL");
    if (step->n_cost_kinds && step->kind != STEP(FEES))
        refuse(checking, "/costKinds", "NOT_TAKEN", "are of FEES");
    if (!step->target != (step->kind != STEP(COST_RESERVE)))
        refuse(checking, "/target", step->target ? "NOT_TAKEN" : "REQUIRED", "is of COST_RESERVE");
    if (step->kind == STEP(SURPLUS)) {
        check_shares(checking);
        if (!is_last)
            refuse(checking, "", "ORDER", "leaves nothing for the steps behind it");
    } else if (step->n_shares) {
        refuse(checking, "/shares", "NOT_TAKEN", "are of SURPLUS");
    }
}

static void
check_steps(struct wg_call *call, const Bond *bond, const Waterfall *waterfall)
{
    for (size_t i = 0; i < waterfall->n_steps; i++) {
        const struct checking checking = {call, bond, waterfall->steps[i], i};

        check_step(&checking, i + 1 == waterfall->n_steps);
        check_part(call, bond, pointer_of(call, "/steps", i, "/target"), checking.step->target);
    }
}

static const struct wg_problem *
require_day_free(struct wg_call *call, const Bond *bond, const Waterfall *waterfall)
{
    const struct wg_problem *problem;
    const Waterfall *other;

    problem = waterfall_in_force(call, bond, waterfall->effective_date, &other);
    if (!problem && other && strcmp(other->effective_date, waterfall->effective_date) == 0 &&
        strcmp(other->name, waterfall->name) != 0)
        return wg_fail(call, &wg_conflict, "another waterfall becomes effective on %s",
                       waterfall->effective_date);
    return problem;
}

const struct wg_problem *
check_waterfall(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    const Waterfall *waterfall = (const Waterfall *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    (void)before;
    if (!waterfall)
        return NULL;
    if ((problem = load_bond(call, waterfall->name, &bond)))
        return problem;
    check_steps(call, bond, waterfall);
    if ((problem = wg_violations(call)))
        return problem;
    return require_day_free(call, bond, waterfall);
}
