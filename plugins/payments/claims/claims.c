/* claims.c - who claims what, and who says that it counts. */
#include "claims.h"

#include <string.h>

#include "terms/actor.h"
#include "claim_states.h"
#include "samples.h"

typedef Wellgate__Payments__V1__Claim Claim;
typedef Wellgate__Payments__V1__SubmitClaimRequest SubmitRequest;
typedef Wellgate__Payments__V1__RejectClaimRequest RejectRequest;
typedef Wellgate__Common__V1__NameRequest NameRequest;

/* ---- A new claim ---- */

static const struct wg_problem *
contract_of(struct wg_call *call, const char *claim, const Contract **contract)
{
    const ProtobufCMessage *message;
    const struct wg_problem *problem = wg_look(call, wg_name_parent(call, claim, 2), &message);

    *contract = problem ? NULL : (const Contract *)message;
    return problem;
}

static bool
may_claim(struct wg_call *call, const Contract *contract)
{
    const char *organisation = wg_caller(call)->organisation;

    if (strcmp(organisation, contract->payee) == 0)
        return true;
    for (size_t i = 0; i < contract->n_claimants; i++)
        if (strcmp(contract->claimants[i], organisation) == 0)
            return true;
    return !contract->n_claimants &&
           wg_caller_roles(call, contract->name) & 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER;
}

static const struct wg_problem *
check_rule_id(struct wg_call *call, const Contract *contract, const char *rule)
{
    struct versions versions;
    const struct wg_problem *problem = versions_load(call, contract->name, &versions);

    if (problem)
        return problem;
    versions_keep_agreed(&versions);
    for (size_t i = 0; i < versions.n; i++)
        if (rule_of(versions.list[i], rule))
            return NULL;
    wg_violation(call, "/rule", "UNKNOWN_VALUE", "is no rule of the contract's agreed terms");
    return NULL;
}

static void
check_day(struct wg_call *call, const Contract *contract, const Claim *claim)
{
    char today[WG_DATE_TEXT_BYTES];

    wg_date_format(wg_today(call, contract->name), today);
    if (strcmp(claim->achieved_date, today) > 0)
        wg_violation(call, "/achievedDate", "OUT_OF_RANGE", "is after today");
    else if (strcmp(claim->achieved_date, contract->start_date) < 0 ||
             strcmp(claim->achieved_date, contract->end_date) > 0)
        wg_violation(call, "/achievedDate", "OUT_OF_RANGE", "is no day of the contract: %s to %s",
                     contract->start_date, contract->end_date);
}

const struct wg_problem *
check_claim(struct wg_call *call, const ProtobufCMessage *before, ProtobufCMessage *after)
{
    Claim *claim = (Claim *)after;
    const struct wg_problem *problem;
    const Contract *contract;

    if (before || !claim)
        return NULL;
    if ((problem = contract_of(call, claim->name, &contract)))
        return problem;
    if (!contract->paid_on_claim)
        return wg_fail(call, &wg_conflict, "the contract is not paid on claim");
    if (!may_claim(call, contract))
        return wg_fail(call, &wg_forbidden, "your organisation is not among those that claim under it");
    check_day(call, contract, claim);
    claim->claimant = (char *)wg_caller(call)->organisation;
    claim->state = CLAIM(DRAFT);
    if ((problem = check_rule_id(call, contract, claim->rule)))
        return problem;
    return wg_violations(call);
}

/* ---- Moves ---- */

/* ":validate, :reject"; "none". */
static const char *
moves_from(struct wg_call *call, ClaimState state)
{
    const struct claim_move *move;
    const char *list = "";

    for (size_t i = 0; list && (move = claim_move_at(i)); i++)
        if (move->from == state)
            list = wg_format(wg_call_arena(call), "%s%s%s", list, *list ? ", " : "",
                             claim_verb_name(move->verb));
    return list && *list ? list : "none";
}

static const struct wg_problem *
require_side(struct wg_call *call, const Contract *contract, const Claim *claim, enum claim_side by)
{
    const char *organisation = wg_caller(call)->organisation;
    const struct wg_problem *problem;

    if (by == CLAIM_BY_CLAIMANT)
        return strcmp(organisation, claim->claimant) == 0 || strcmp(organisation, contract->payee) == 0
                   ? NULL : wg_fail(call, &wg_forbidden, "your organisation did not claim it");
    if ((problem = require_validator(call, contract)))
        return problem;
    if (strcmp(organisation, claim->claimant) == 0)
        return wg_fail(call, &wg_forbidden, "your organisation claimed it: another validates it");
    if (actor_calls(call, claim->submitted_by))
        return wg_fail(call, &wg_forbidden, "you submitted it: somebody else validates it");
    return NULL;
}

static const struct wg_problem *
claim_open(struct wg_call *call, const char *name, enum claim_verb verb, Claim **claim,
           const Contract **contract)
{
    const struct claim_move *move;
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = contract_of(call, name, contract)) || (problem = wg_load(call, name, &record)))
        return problem;
    *claim = (Claim *)record.message;
    if (!(move = claim_move_find((*claim)->state, verb)))
        return wg_fail(call, &wg_conflict, "it is %s, and %s is no move from there; moves: %s",
                       claim_state_name((*claim)->state), claim_verb_name(verb),
                       moves_from(call, (*claim)->state));
    return require_side(call, *contract, *claim, move->by);
}

static const struct wg_problem *
claim_close(struct wg_call *call, Claim *claim, enum claim_verb verb)
{
    const struct wg_problem *problem;

    claim->state = claim_move_find(claim->state, verb)->to;
    if ((problem = wg_update(call, &claim->base, claim_verb_event(verb))))
        return problem;
    wg_answer(call, &claim->base);
    return NULL;
}

/* ---- :submit ---- */

struct duplicates {
    const Claim *claim;
    bool found;
};

static bool
is_duplicate(void *context, const struct wg_record *record)
{
    struct duplicates *duplicates = context;
    const Claim *other = (const Claim *)record->message;

    duplicates->found = strcmp(other->name, duplicates->claim->name) != 0 &&
                        strcmp(other->achieved_date, duplicates->claim->achieved_date) == 0 &&
                        (other->state == CLAIM(SUBMITTED) || other->state == CLAIM(VALIDATED));
    return !duplicates->found;
}

/* Of whoever's: nothing of it is told but that there is one. */
static const struct wg_problem *
require_new(struct wg_call *call, const Contract *contract, const Claim *claim)
{
    const char *values[] = {claim->rule, claim->person};
    struct duplicates duplicates = {.claim = claim};
    const struct wg_problem *problem = wg_find(call, "payments/Claim", contract->name, "rule,person",
                                               values, 2, is_duplicate, &duplicates);

    if (problem || !duplicates.found)
        return problem;
    return wg_fail(call, &wg_conflict, "the person's unit of that day is claimed already");
}

static const struct wg_problem *
date_claim(struct wg_call *call, const Contract *contract, const char *asked, Claim *claim)
{
    char today[WG_DATE_TEXT_BYTES];

    wg_date_format(wg_today(call, contract->name), today);
    if (*asked && strcmp(asked, today) > 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is after today");
    if (*asked && strcmp(asked, claim->achieved_date) < 0)
        wg_violation(call, "/date", "OUT_OF_RANGE", "is before the unit's day");
    claim->claim_date = wg_copy_text(wg_call_arena(call), *asked ? asked : today);
    claim->submitted_by = actor_of(call);
    return claim->claim_date && claim->submitted_by ? wg_violations(call) : wg_no_memory(call);
}

const struct wg_problem *
claim_submit(struct wg_call *call)
{
    const SubmitRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    const Contract *contract;
    Claim *claim;

    if ((problem = claim_open(call, request->name, CLAIM_SUBMIT, &claim, &contract)) ||
        (problem = require_new(call, contract, claim)) ||
        (problem = date_claim(call, contract, request->date, claim)))
        return problem;
    return claim_close(call, claim, CLAIM_SUBMIT);
}

/* ---- :validate, :reject, :withdraw ---- */

/* What a sample finds in error it credits: taken from the claim as well, it would be so twice. */
static const struct wg_problem *
require_not_held(struct wg_call *call, const Contract *contract, const Claim *claim)
{
    bool held = false;
    const struct wg_problem *problem =
        claim->state == CLAIM(VALIDATED) ? claim_held(call, contract, claim->name, &held) : NULL;

    if (problem || !held)
        return problem;
    return wg_fail(call, &wg_conflict, "a sample that is open drew it, or one found it in error and credits "
                                       "that with the rest of its period: it stays validated");
}

static const struct wg_problem *
decide(struct wg_call *call, const char *name, enum claim_verb verb, const RejectRequest *rejection)
{
    const struct wg_problem *problem;
    const Contract *contract;
    Claim *claim;

    if ((problem = claim_open(call, name, verb, &claim, &contract)) ||
        (problem = require_not_held(call, contract, claim)))
        return problem;
    if (verb != CLAIM_WITHDRAW && !(claim->decided_by = actor_of(call)))
        return wg_no_memory(call);
    if (rejection) {
        claim->reason = rejection->reason;
        claim->note = rejection->note;
    }
    return claim_close(call, claim, verb);
}

const struct wg_problem *
claim_validate(struct wg_call *call)
{
    return decide(call, ((const NameRequest *)wg_input(call))->name, CLAIM_VALIDATE, NULL);
}

const struct wg_problem *
claim_reject(struct wg_call *call)
{
    const RejectRequest *request = (const void *)wg_input(call);

    return decide(call, request->name, CLAIM_REJECT, request);
}

const struct wg_problem *
claim_withdraw(struct wg_call *call)
{
    return decide(call, ((const NameRequest *)wg_input(call))->name, CLAIM_WITHDRAW, NULL);
}
