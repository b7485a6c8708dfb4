/* verdicts.c - approving, paying, and saying nothing. */
#include "verdicts.h"

#include <string.h>

typedef Wellgate__Common__V1__NameRequest NameRequest;
typedef Wellgate__Payments__V1__SettleStatementRequest SettleRequest;
typedef Wellgate__Payments__V1__Receipt Receipt;

enum { SILENCES_AT_ONCE = 50, RECEIPTS_MAX = 100 };

/* ---- Silence ---- */

static bool
is_overdue(const Standing *standing, const char *today)
{
    return standing_rest_awaits(standing) && *standing->deemed_date &&
           strcmp(today, standing->deemed_date) > 0;
}

static const struct wg_problem *
deem(struct wg_call *call, const Contract *contract, const Statement *statement,
     Standing *standing)
{
    struct postings postings;

    postings_init(&postings, call, contract->currency);
    postings_move(&postings, ACCOUNT(UNAPPROVED_RECEIVABLE), ACCOUNT(RECEIVABLE), standing->payer,
                  minor_of(standing->outstanding));
    standing->rest_awaits = false;
    standing_move(standing, VERDICT_DEEM);
    return journal_post(&postings, contract->name, ENTRY(DEEMED_ACCEPTED), statement->name, "", "");
}

/* What silence has decided by today. */
static const struct wg_problem *
deem_overdue(struct wg_call *call, const Contract *contract, Statement *statement, bool *any)
{
    const struct wg_problem *problem = NULL;
    char today[WG_DATE_TEXT_BYTES];

    *any = false;
    wg_date_format(wg_today(call, contract->name), today);
    for (size_t i = 0; !problem && i < statement->n_standings; i++)
        if (is_overdue(statement->standings[i], today)) {
            *any = true;
            problem = deem(call, contract, statement, statement->standings[i]);
        }
    return problem;
}

/* Statements under a root with somebody whose time is over. */
struct silences {
    struct wg_call *call;
    char today[WG_DATE_TEXT_BYTES];
    const char *statements[SILENCES_AT_ONCE];
    size_t n, most;
    const struct wg_problem *problem;
};

static bool
find_overdue(void *context, const struct wg_record *record)
{
    struct silences *silences = context;
    const Statement *statement = (const Statement *)record->message;

    for (size_t i = 0; i < statement->n_standings; i++)
        if (is_overdue(statement->standings[i], silences->today)) {
            silences->statements[silences->n++] = statement->name;
            break;
        }
    return silences->n < silences->most;
}

static bool
find_in_contract(void *context, const struct wg_record *record)
{
    struct silences *silences = context;
    const Contract *contract = (const Contract *)record->message;

    if (contract->deemed_accepted_after_days)
        silences->problem = wg_scan(silences->call, "payments/Statement", contract->name, NULL,
                                    find_overdue, silences);
    return !silences->problem && silences->n < silences->most;
}

static const struct wg_problem *
silences_find(struct wg_call *call, const char *root, size_t most, struct silences *silences)
{
    const struct wg_problem *problem;

    *silences = (struct silences){.call = call, .most = most};
    if (strncmp(root, "programmes/", strlen("programmes/")) != 0)
        return NULL;
    wg_date_format(wg_today(call, root), silences->today);
    problem = wg_scan(call, "payments/Contract", root, NULL, find_in_contract, silences);
    return problem ? problem : silences->problem;
}

const struct wg_problem *
silence_due(struct wg_call *call, const char *root, bool *is_due)
{
    struct silences silences;
    const struct wg_problem *problem = silences_find(call, root, 1, &silences);

    *is_due = silences.n;
    return problem;
}

static const struct wg_problem *
silence_of(struct wg_call *call, const char *name)
{
    const struct wg_problem *problem;
    struct wg_record contract, statement;
    bool any;

    if ((problem = wg_load(call, name, &statement)) ||
        (problem = wg_load(call, wg_name_parent(call, name, 2), &contract)) ||
        (problem = deem_overdue(call, (const Contract *)contract.message,
                                (Statement *)statement.message, &any)))
        return problem;
    return wg_update(call, statement.message, "statement.deemed-accepted");
}

const struct wg_problem *
silence_run(struct wg_call *call, const char *root)
{
    struct silences silences;
    const struct wg_problem *problem = silences_find(call, root, SILENCES_AT_ONCE, &silences);

    for (size_t i = 0; !problem && i < silences.n; i++)
        problem = silence_of(call, silences.statements[i]);
    return problem;
}

/* ---- A verb on a standing ---- */

static const struct wg_problem *
require_standing(struct ruling *ruling, const char *payer, enum verdict verdict)
{
    const char *organisation = wg_caller(ruling->call)->organisation;

    if (!*payer)
        payer = organisation;
    if (!(side_of(ruling->contract, payer) & SIDE_PAYER))
        return wg_fail(ruling->call, &wg_forbidden, "%s is no payer of the contract", payer);
    if (strcmp(payer, organisation) != 0 && strcmp(ruling->contract->payee, organisation) != 0)
        return wg_fail(ruling->call, &wg_forbidden, "your organisation does not act for that payer");
    ruling->standing = standing_find(ruling->statement, payer);
    return standing_require(ruling->call, ruling->statement, ruling->standing, verdict);
}

const struct wg_problem *
ruling_open(struct wg_call *call, const char *statement, const char *payer, enum verdict verdict,
            struct ruling *ruling)
{
    const struct wg_problem *problem;
    struct wg_record record;
    bool any;

    *ruling = (struct ruling){.call = call};
    if ((problem = wg_load(call, wg_name_parent(call, statement, 2), &record)))
        return problem;
    ruling->contract = (Contract *)record.message;
    if ((problem = wg_load(call, statement, &record)))
        return problem;
    ruling->statement = (Statement *)record.message;
    postings_init(&ruling->postings, call, ruling->contract->currency);
    if ((problem = deem_overdue(call, ruling->contract, ruling->statement, &any)))
        return problem;
    return require_standing(ruling, payer, verdict);
}

const struct wg_problem *
ruling_close(struct ruling *ruling, enum verdict verdict,
             Wellgate__Payments__V1__JournalEntry__Kind kind, const char *reference,
             const char *day, const char *event)
{
    struct wg_call *call = ruling->call;
    const struct wg_problem *problem;

    if (!standing_reckon(call, ruling->standing))
        return wg_no_memory(call);
    standing_move(ruling->standing, verdict);
    if ((problem = journal_post(&ruling->postings, ruling->contract->name, kind,
                                ruling->statement->name, reference, day)) ||
        (problem = wg_update(call, &ruling->statement->base, event)))
        return problem;
    wg_answer(call, &ruling->statement->base);
    return NULL;
}

/* ---- :approve ---- */

/* Whoever made the figure, or what it rests on, does not pass it for payment. */
const struct wg_problem *
ruling_bar(const struct ruling *ruling, const char **bar)
{
    struct wg_call *call = ruling->call;
    const Statement *statement = ruling->statement;
    const struct wg_problem *problem;
    struct versions versions;

    *bar = NULL;
    if ((problem = versions_load(call, ruling->contract->name, &versions)))
        return problem;
    if (actor_calls(call, statement->calculator) || actor_calls(call, statement->issuer))
        *bar = "you calculated or issued it";
    else if (terms_written_by_caller(call, &versions, statement->end_date))
        *bar = "you wrote its terms";
    return NULL;
}

const struct wg_problem *
ruling_require_four_eyes(const struct ruling *ruling)
{
    const char *bar;
    const struct wg_problem *problem = ruling_bar(ruling, &bar);

    if (problem || !bar)
        return problem;
    return wg_fail(ruling->call, &wg_forbidden, "%s: somebody else makes it payable", bar);
}

/* Of what became of the statement: behind its issue. */
static void
check_date(const struct ruling *ruling, const char *date)
{
    char today[WG_DATE_TEXT_BYTES];

    wg_date_format(wg_today(ruling->call, ruling->contract->name), today);
    if (strcmp(date, today) > 0)
        wg_violation(ruling->call, "/date", "OUT_OF_RANGE", "is after today");
    else if (strcmp(date, ruling->statement->issue_date) < 0 ||
             strcmp(date, ruling->statement->end_date) <= 0)
        wg_violation(ruling->call, "/date", "OUT_OF_RANGE", "is before the statement was issued, on %s",
                     ruling->statement->issue_date);
}

const struct wg_problem *
statement_approve(struct wg_call *call)
{
    const Wellgate__Payments__V1__ApproveStatementRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct ruling ruling;

    if ((problem = ruling_open(call, request->name, "", VERDICT_APPROVE, &ruling)) ||
        (problem = ruling_require_four_eyes(&ruling)))
        return problem;
    if (*request->date)
        check_date(&ruling, request->date);
    if ((problem = wg_violations(call)))
        return problem;
    if (!(ruling.standing->approved_by = actor_of(call)))
        return wg_no_memory(call);
    ruling.standing->rest_awaits = false;
    postings_move(&ruling.postings, ACCOUNT(UNAPPROVED_RECEIVABLE), ACCOUNT(RECEIVABLE),
                  ruling.standing->payer, minor_of(ruling.standing->outstanding));
    return ruling_close(&ruling, VERDICT_APPROVE, ENTRY(APPROVED), "", request->date,
                        "statement.approved");
}

/* ---- :settle ---- */

/* The receipt that is taken back; NULL: there is none, or it is taken back already. */
static const Receipt *
reversed_receipt(const Standing *standing, uint32_t number)
{
    for (size_t i = 0; i < standing->n_receipts; i++)
        if (standing->receipts[i]->reverses == number)
            return NULL;
    return number <= standing->n_receipts && !standing->receipts[number - 1]->reverses
               ? standing->receipts[number - 1] : NULL;
}

/* Nobody undoes alone what they recorded. */
static const struct wg_problem *
check_reversal(const struct ruling *ruling, const SettleRequest *request, int64_t minor)
{
    const Receipt *receipt = reversed_receipt(ruling->standing, request->reverses);

    if (!receipt)
        wg_violation(ruling->call, "/reverses", "UNKNOWN_VALUE",
                     "is no receipt of this payer, or was taken back");
    else if (minor != -minor_of(receipt->amount) ||
             strcmp(request->amount->currency, ruling->contract->currency) != 0)
        wg_violation(ruling->call, "/amount/amount", "OUT_OF_RANGE",
                     "%s was paid: take back all of it", receipt->amount->amount);
    else if (actor_calls(ruling->call, receipt->recorded_by))
        return wg_fail(ruling->call, &wg_forbidden, "you recorded it: somebody else takes it back");
    return NULL;
}

static void
check_amount(const struct ruling *ruling, const SettleRequest *request, int64_t minor)
{
    int64_t left = minor_of(ruling->standing->outstanding);

    if (strcmp(request->amount->currency, ruling->contract->currency) != 0)
        wg_violation(ruling->call, "/amount/currency", "CURRENCY", "is not the contract's currency");
    else if (!minor || (minor > 0) != (left > 0) || (left > 0 ? minor > left : minor < left))
        wg_violation(ruling->call, "/amount/amount", "OUT_OF_RANGE",
                     "%s is outstanding: pay that or a part of it",
                     ruling->standing->outstanding->amount);
}

static bool
add_receipt(const struct ruling *ruling, const SettleRequest *request, int64_t minor)
{
    struct wg_arena *arena = wg_call_arena(ruling->call);
    Standing *standing = ruling->standing;
    Receipt *receipt = wg_new_message(arena, &wellgate__payments__v1__receipt__descriptor);

    if (!receipt || !append_message(ruling->call, &standing->receipts, &standing->n_receipts, receipt))
        return false;
    receipt->amount = wg_money_message(arena, ruling->contract->currency, minor);
    receipt->date = request->date;
    receipt->reference = request->reference;
    receipt->reverses = request->reverses;
    receipt->recorded_by = actor_of(ruling->call);
    standing->settled = wg_money_message(arena, ruling->contract->currency,
                                         minor_of(standing->settled) + minor);
    return receipt->amount && receipt->recorded_by && standing->settled;
}

const struct wg_problem *
statement_settle(struct wg_call *call)
{
    const SettleRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct ruling ruling;
    int64_t minor = minor_of(request->amount);

    if ((problem = ruling_open(call, request->name, request->payer,
                               request->reverses ? VERDICT_REVERSE : VERDICT_SETTLE, &ruling)))
        return problem;
    if (ruling.standing->n_receipts == RECEIPTS_MAX)
        return wg_fail(call, &wg_conflict, "it was paid in %d parts: no more are recorded", RECEIPTS_MAX);
    if (!request->reverses)
        check_amount(&ruling, request, minor);
    else if ((problem = check_reversal(&ruling, request, minor)))
        return problem;
    check_date(&ruling, request->date);
    if ((problem = wg_violations(call)))
        return problem;
    if (!add_receipt(&ruling, request, minor))
        return wg_no_memory(call);
    postings_add(&ruling.postings, ACCOUNT(BANK), "", minor);
    postings_add(&ruling.postings, ACCOUNT(RECEIVABLE), ruling.standing->payer, -minor);
    return ruling_close(&ruling, request->reverses ? VERDICT_REVERSE : VERDICT_SETTLE, ENTRY(SETTLED),
                        request->reference, request->date, "statement.settled");
}
