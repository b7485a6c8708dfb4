/* issuing.c - a statement's lines → standings, postings and invoices. */
#include "issuing.h"

#include <string.h>

#include "standing/adjustments.h"
#include "ledger/invoices.h"
#include "ledger/journal.h"
#include "terms/payer_terms.h"
#include "wellgate/core/v1/core.pb-c.h"

/* A statement as it is issued. */
struct issuing {
    struct wg_call *call;
    const Contract *contract;
    Statement *statement;
    Line **lines;
    size_t n_lines;
    struct postings postings;
    bool failed;
};

static bool
take_line(void *context, const struct wg_record *record)
{
    struct issuing *issuing = context;

    issuing->failed = !append_message(issuing->call, &issuing->lines, &issuing->n_lines,
                                      record->message);
    return !issuing->failed;
}

/* ---- Per payer ---- */

/* In minor units. */
struct owed {
    int64_t net, vat, set_off;
};

static int64_t
part_of(const Line *line, const char *payer)
{
    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            return minor_of(line->payers[i]->amount);
    return 0;
}

/* The payer's part of one credit: its tax is what it was when it was recorded. */
static const struct wg_problem *
credit(struct issuing *issuing, const Line *line, const char *payer, struct owed *owed)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;
    const Adjustment *adjustment;

    if ((problem = wg_look(issuing->call, line->adjustment, &message)))
        return problem;
    adjustment = (const Adjustment *)message;
    for (size_t i = 0; i < adjustment->n_parts; i++) {
        int64_t net = minor_of(adjustment->parts[i]->amount), vat = minor_of(adjustment->parts[i]->vat);
        bool held_back = adjustment->kind == ADJUSTMENT(UPHELD_DISPUTE);

        if (strcmp(adjustment->parts[i]->payer, payer) != 0)
            continue;
        owed->net += net;
        owed->vat += vat;
        owed->set_off -= held_back ? net + vat : 0;
        postings_add(&issuing->postings, ACCOUNT(CREDIT_NOTES), line->rule, -net);
        postings_add(&issuing->postings, ACCOUNT(VAT_OUTPUT), "", -vat);
        postings_add(&issuing->postings,
                     held_back ? ACCOUNT(CREDIT_DUE) : ACCOUNT(UNAPPROVED_RECEIVABLE), payer,
                     net + vat);
    }
    return NULL;
}

/* What takes a credit's place was credited before. */
static Account
income_of(const Line *line)
{
    return line->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT ? ACCOUNT(CREDIT_NOTES)
                                                                   : ACCOUNT(OUTCOME_INCOME);
}

static const struct wg_problem *
owed_by(struct issuing *issuing, const char *payer, const char *rate, struct owed *owed)
{
    const struct wg_problem *problem = NULL;
    int64_t net = 0, vat;

    *owed = (struct owed){0};
    for (size_t i = 0; !problem && i < issuing->n_lines; i++) {
        const Line *line = issuing->lines[i];
        int64_t part = part_of(line, payer);

        if (line_credits(line)) {
            problem = credit(issuing, line, payer, owed);
            continue;
        }
        net += part;
        postings_add(&issuing->postings, income_of(line), line->rule, -part);
    }
    vat = vat_at(rate, net);
    postings_add(&issuing->postings, ACCOUNT(VAT_OUTPUT), "", -vat);
    postings_add(&issuing->postings, ACCOUNT(UNAPPROVED_RECEIVABLE), payer, net + vat);
    owed->net += net;
    owed->vat += vat;
    return problem;
}

static const struct wg_problem *
require_purchase_order(struct issuing *issuing, const char *payer, const struct owed *owed)
{
    const PayerTerms *terms = payer_terms_of(issuing->contract, payer);

    if ((terms && *terms->purchase_order) || (!owed->net && !owed->set_off))
        return NULL;
    return wg_fail(issuing->call, &wg_conflict,
                   "%s has no purchase-order number: say it by :setPayerTerms", payer);
}

/* Who is not registered may charge no tax, and an invoice that charges it says the number. */
static const struct wg_problem *
require_registration(struct issuing *issuing, const char *payer, const char *rate,
                     const struct owed *owed)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;

    if (!owed->vat && (!*rate || !owed->net))
        return NULL;
    if ((problem = wg_look(issuing->call, issuing->contract->payee, &message)))
        return problem;
    if (*((const Wellgate__Core__V1__Organisation *)message)->vat_number)
        return NULL;
    return wg_fail(issuing->call, &wg_conflict,
                   "%s would charge %s VAT and has no vatNumber: have it recorded, or say by "
                   ":setPayerTerms that none is charged", issuing->contract->payee, payer);
}

static const char *
deemed_date(struct wg_call *call, const Contract *contract)
{
    char *text = wg_alloc(wg_call_arena(call), WG_DATE_TEXT_BYTES);

    if (text && contract->deemed_accepted_after_days)
        wg_date_format(wg_today(call, contract->name) +
                       (wg_date)contract->deemed_accepted_after_days, text);
    return text;
}

static const struct wg_problem *
add_standing(struct issuing *issuing, const char *payer)
{
    struct wg_call *call = issuing->call;
    struct wg_arena *arena = wg_call_arena(call);
    const char *currency = issuing->contract->currency;
    Standing *standing = wg_new_message(arena, &wellgate__payments__v1__standing__descriptor);
    const char *rate = vat_rate_of(issuing->contract, payer);
    const struct wg_problem *problem;
    struct owed owed;

    if ((problem = owed_by(issuing, payer, rate, &owed)) ||
        (problem = require_purchase_order(issuing, payer, &owed)) ||
        (problem = require_registration(issuing, payer, rate, &owed)))
        return problem;
    if (!standing || !append_message(call, &issuing->statement->standings,
                                     &issuing->statement->n_standings, standing))
        return wg_no_memory(call);
    standing->payer = (char *)payer;
    standing->state = STANDING(AWAITING);
    standing->vat_rate = (char *)rate;
    standing->amount = wg_money_message(arena, currency, owed.net);
    standing->vat = wg_money_message(arena, currency, owed.vat);
    standing->set_off = wg_money_message(arena, currency, owed.set_off);
    standing->disputed = standing->upheld = standing->settled = wg_money_message(arena, currency, 0);
    standing->deemed_date = (char *)deemed_date(call, issuing->contract);
    return standing->amount && standing->vat && standing->set_off && standing->disputed &&
                   standing->deemed_date && standing_reckon(call, standing)
               ? NULL : wg_no_memory(call);
}

const struct wg_problem *
issue_follow(struct wg_call *call, const Contract *contract, Statement *statement)
{
    struct issuing issuing = {.call = call, .contract = contract, .statement = statement};
    const struct wg_problem *problem;

    postings_init(&issuing.postings, call, contract->currency);
    statement->n_standings = 0;
    if ((problem = wg_scan(call, "payments/Line", statement->name, NULL, take_line, &issuing)))
        return problem;
    if (issuing.failed || !(statement->issuer = actor_of(call)))
        return wg_no_memory(call);
    for (size_t i = 0; i < contract->n_payers; i++)
        if ((problem = add_standing(&issuing, contract->payers[i])))
            return problem;
    if ((problem = invoices_make(call, contract, statement, issuing.lines, issuing.n_lines)) ||
        (problem = credits_mark(call, statement->name, issuing.lines, issuing.n_lines)))
        return problem;
    return journal_post(&issuing.postings, contract->name, ENTRY(ISSUED), statement->name, "",
                        statement->issue_date);
}
