/* outcomes.c - outcome money, posted as the contracts' own journals post it. */
#include <inttypes.h>
#include <string.h>

#include "outcomes.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Common__V1__GetRequest GetRequest;
typedef Wellgate__Payments__V1__Posting ContractPosting;

#define ISSUED WELLGATE__PAYMENTS__V1__JOURNAL_ENTRY__KIND__ISSUED
#define OF(name) WELLGATE__PAYMENTS__V1__POSTING__ACCOUNT__##name

enum { AT_ONCE = 100 };

const struct wg_problem *
contract_entry(struct wg_call *call, const char *name, const ContractEntry **entry)
{
    GetRequest request = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.name = (char *)name;
    problem = wg_invoke(call, "wellgate.payments.v1.Journal/GetJournalEntry", &request.base, &output);
    if (!problem)
        *entry = (const ContractEntry *)output;
    return problem;
}

/* What a payer owes is one account here, whatever it says of it. */
static Account
bond_account_of(const ContractPosting *posting)
{
    switch (posting->account) {
    case OF(BANK):
        return ACCOUNT(BANK);
    case OF(OUTCOME_INCOME):
    case OF(CREDIT_NOTES):
        return ACCOUNT(OUTCOME_INCOME);
    case OF(VAT_OUTPUT):
        return ACCOUNT(VAT_OUTPUT);
    default:
        return ACCOUNT(RECEIVABLE);
    }
}

void
postings_of_outcomes(struct postings *postings, const ContractEntry *entry)
{
    for (size_t i = 0; i < entry->n_postings; i++) {
        const ContractPosting *posting = entry->postings[i];
        Account account = bond_account_of(posting);
        enum kept_per per = account_kept_per(account);
        int64_t minor;

        if (!read_money(postings->bond->currency, posting->amount, &minor))
            postings->failed = true;
        else
            postings_add(postings, account,
                         per == PER_RULE ? posting->rule
                         : per == PER_ORGANISATION ? posting->payer : "", minor);
    }
}

static bool
moves(const struct postings *postings)
{
    for (size_t i = 0; i < postings->n; i++)
        if (postings->minor[i])
            return true;
    return false;
}

/* ---- What is behind the last that was posted ---- */

struct following {
    struct wg_call *call;
    const Bond *bond;
    bool only_look; /* whether there is any */
    size_t posted;
};

/* Money that was issued counts from the last day of its statement's period on, as in all
 * that a bond reports; what was paid from its own day. */
static const struct wg_problem *
date_of(struct wg_call *call, const ContractEntry *entry, const char **date)
{
    GetRequest request = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    *date = entry->date;
    if (entry->kind != ISSUED)
        return NULL;
    request.name = entry->statement;
    if ((problem = wg_invoke(call, "wellgate.payments.v1.Payments/GetStatement", &request.base,
                             &output)))
        return problem;
    *date = ((const Wellgate__Payments__V1__Statement *)output)->end_date;
    return NULL;
}

static const struct wg_problem *
post_entry(const struct postings *postings, const ContractEntry *entry)
{
    const struct wg_problem *problem;
    const char *date;

    if ((problem = date_of(postings->call, entry, &date)))
        return problem;
    return journal_post(postings, ENTRY(OUTCOMES), entry->name, entry->statement, date);
}

/* *more: there may be more. */
static const struct wg_problem *
follow_entry(struct following *following, const char *name, bool *more)
{
    struct postings postings = {.call = following->call, .bond = following->bond};
    const struct wg_problem *problem;
    const ContractEntry *entry;
    bool exists;

    *more = false;
    if ((problem = wg_exists(following->call, name, &exists)) || !exists)
        return problem;
    if ((problem = contract_entry(following->call, name, &entry)))
        return problem;
    postings_of_outcomes(&postings, entry);
    if (moves(&postings) && ++following->posted && !following->only_look &&
        (problem = post_entry(&postings, entry)))
        return problem;
    *more = following->only_look ? !following->posted : following->posted < AT_ONCE;
    return NULL;
}

static const struct wg_problem *
follow_contract(struct following *following, const char *contract)
{
    const struct wg_problem *problem;
    bool more = true;
    uint64_t number;

    if ((problem = journal_followed(following->call, following->bond->name, contract, &number)))
        return problem;
    while (more) {
        const char *name = wg_format(wg_call_arena(following->call), "%s/journal/%010" PRIu64,
                                     contract, ++number);

        if (!name)
            return wg_no_memory(following->call);
        if ((problem = follow_entry(following, name, &more)))
            return problem;
    }
    return NULL;
}

static const struct wg_problem *
follow_contracts(struct following *following)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < following->bond->n_contracts; i++)
        problem = follow_contract(following, following->bond->contracts[i]);
    return problem;
}

static const struct wg_problem *
follow_root(struct wg_call *call, const char *root, bool only_look, size_t *posted)
{
    struct following following = {.call = call, .only_look = only_look};
    const struct wg_problem *problem;

    *posted = 0;
    if (strncmp(root, "bonds/", strlen("bonds/")) != 0)
        return NULL;
    if ((problem = load_bond(call, root, &following.bond)) ||
        (problem = follow_contracts(&following)))
        return problem;
    *posted = following.posted;
    return NULL;
}

const struct wg_problem *
outcomes_post(struct wg_call *call, const Bond *bond)
{
    struct following following = {.call = call, .bond = bond};
    const struct wg_problem *problem;

    do {
        following.posted = 0;
        if ((problem = follow_contracts(&following)))
            return problem;
    } while (following.posted >= AT_ONCE);
    return NULL;
}

const struct wg_problem *
outcomes_due(struct wg_call *call, const char *root, bool *is_due)
{
    size_t posted;
    const struct wg_problem *problem = follow_root(call, root, true, &posted);

    *is_due = posted;
    return problem;
}

const struct wg_problem *
outcomes_run(struct wg_call *call, const char *root)
{
    size_t posted;

    return follow_root(call, root, false, &posted);
}
