/* disputes.c - what is in dispute is not payable; what was conceded, the next statement
 * credits. Nobody decides for themselves: a side can only give in. */
#include "disputes.h"

#include <string.h>

#include "adjustments.h"
#include "explain/line_people.h"
#include "verdicts.h"

typedef Wellgate__Payments__V1__DisputedLine DisputedLine;
typedef Wellgate__Payments__V1__DisputedUnits DisputedUnits;
typedef Wellgate__Payments__V1__DisputeStatementRequest DisputeRequest;
typedef Wellgate__Payments__V1__ResolveDisputeRequest ResolveRequest;

static bool
set_amount(const struct ruling *ruling, Money **amount, int64_t minor)
{
    return (*amount = wg_money_message(wg_call_arena(ruling->call), ruling->contract->currency, minor));
}

static int64_t
gross(const struct ruling *ruling, int64_t net)
{
    return net + standing_vat(ruling->standing, net);
}

/* Without tax, over all disputes. */
static int64_t
net_upheld(const Standing *standing)
{
    int64_t sum = 0;

    for (size_t i = 0; i < standing->n_disputes; i++)
        sum += minor_of(standing->disputes[i]->upheld);
    return sum;
}

static int64_t
net_left(const Standing *standing)
{
    int64_t sum = 0;

    for (size_t i = 0; i < standing->n_disputes; i++)
        sum += dispute_left(standing->disputes[i]);
    return sum;
}

/* What is held back where so much besides is in dispute. Tax is that of all together, as the
 * statement's is: whole or line by line, it comes to the same penny. */
static int64_t
held_with(const struct ruling *ruling, int64_t more)
{
    int64_t upheld = net_upheld(ruling->standing);

    return gross(ruling, upheld + net_left(ruling->standing) + more) - gross(ruling, upheld);
}

/* ---- :dispute ---- */

/* A statement stays small enough to be read, however much is said of it. */
enum { DISPUTES_MAX = 20, UNITS_MAX = 300 };

static const struct wg_problem *
require_room(const struct ruling *ruling, const DisputeRequest *request)
{
    const Standing *standing = ruling->standing;
    size_t units = 0;

    for (size_t i = 0; i < request->n_lines; i++)
        units += request->lines[i]->n_units;
    for (size_t i = 0; i < standing->n_disputes; i++)
        for (size_t l = 0; l < standing->disputes[i]->n_lines; l++)
            units += standing->disputes[i]->lines[l]->people;
    if (standing->n_disputes < DISPUTES_MAX && units <= UNITS_MAX)
        return NULL;
    return wg_fail(ruling->call, &wg_conflict,
                   "a payer disputes a statement at most %d times, and units of %d people: "
                   "dispute whole lines",
                   DISPUTES_MAX, UNITS_MAX);
}

/* Of a line, in disputes that are open or were upheld. */
static int64_t
disputed_before(const Standing *standing, const char *line)
{
    return standing_amount_in(standing, DISPUTE(OPEN), line) +
           standing_amount_in(standing, DISPUTE(UPHELD), line);
}

/* NULL, noted, where the statement has no such line, or it cannot be disputed. */
static const struct wg_problem *
find_line(const struct ruling *ruling, const char *id, const char *pointer, const Line **line)
{
    struct wg_call *call = ruling->call;
    const char *name = wg_format(wg_call_arena(call), "%s/lines/%s", ruling->statement->name, id);
    const struct wg_problem *problem;
    const ProtobufCMessage *message;

    *line = NULL;
    if (!name)
        return wg_no_memory(call);
    if (strchr(id, '/') || (problem = wg_look(call, name, &message)) == &wg_not_found) {
        wg_violation(call, pointer, "UNKNOWN_VALUE", "is no line of the statement");
        return NULL;
    }
    if (problem)
        return problem;
    if (((const Line *)message)->kind == WELLGATE__PAYMENTS__V1__LINE__KIND__CREDIT)
        wg_violation(call, pointer, "CREDIT", "is a credit");
    else
        *line = (const Line *)message;
    return NULL;
}

static int64_t
part_of(const Line *line, const char *payer)
{
    int64_t part = 0;

    for (size_t i = 0; i < line->n_payers; i++)
        if (strcmp(line->payers[i]->payer, payer) == 0)
            part += minor_of(line->payers[i]->amount);
    return part;
}

/* Of whomever the payer is not told, the answer is one: it tells not even whether they exist. */
static const struct wg_problem *
check_units(struct line_people *people, const DisputedLine *asked, const Line *line, const char *at)
{
    struct wg_call *call = people->call;
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < asked->n_units; i++) {
        bool has = false;

        problem = line_has_person(people, line, asked->units[i], &has);
        if (!problem && !has)
            wg_violation(call, wg_format(wg_call_arena(call), "%s/units/%zu", at, i), "NOT_FOUND",
                         "is nobody whose unit of the line its explanation tells you of");
    }
    return problem;
}

/* How much of a line is disputed: all that is left of the payer's part, or what it says. */
static int64_t
amount_of(const struct ruling *ruling, const DisputedLine *asked, const char *at, int64_t left)
{
    struct wg_call *call = ruling->call;
    const char *pointer = wg_format(wg_call_arena(call), "%s/amount", at);
    int64_t minor = asked->amount ? minor_of(asked->amount) : left;

    if (!asked->amount && asked->n_units)
        wg_violation(call, pointer, "REQUIRED", "say how much of the line these people's units are");
    else if (asked->amount && strcmp(asked->amount->currency, ruling->contract->currency) != 0)
        wg_violation(call, pointer, "CURRENCY", "is not the contract's currency");
    else if (minor <= 0 || minor > left)
        wg_violation(call, pointer, "OUT_OF_RANGE",
                     left > 0 ? "is not above 0, or is more than what is left of your part"
                              : "nothing of the line is left for you to pay");
    return minor;
}

static const struct wg_problem *
add_line(const struct ruling *ruling, Dispute *dispute, const DisputedLine *asked, int64_t part,
         const char *at)
{
    struct wg_call *call = ruling->call;
    DisputedLine *line = wg_new_message(wg_call_arena(call),
                                        &wellgate__payments__v1__disputed_line__descriptor);
    int64_t before = disputed_before(ruling->standing, asked->line) +
                     dispute_amount_of(dispute, asked->line);

    if (!line)
        return wg_no_memory(call);
    line->line = asked->line;
    line->people = (uint32_t)asked->n_units;
    return set_amount(ruling, &line->amount, amount_of(ruling, asked, at, part - before)) &&
                   append_message(call, &dispute->lines, &dispute->n_lines, line) &&
                   set_amount(ruling, &dispute->amount,
                              minor_of(dispute->amount) + minor_of(line->amount))
               ? NULL : wg_no_memory(call);
}

static const struct wg_problem *
check_line(const struct ruling *ruling, struct line_people *people, Dispute *dispute,
           const DisputedLine *asked, const char *at)
{
    struct wg_call *call = ruling->call;
    const struct wg_problem *problem;
    const Line *line;

    if ((problem = find_line(ruling, asked->line, wg_format(wg_call_arena(call), "%s/line", at), &line)) ||
        (line && (problem = check_units(people, asked, line, at))))
        return problem;
    if (wg_violations(call))
        return NULL; /* what comes after would only follow from it */
    return add_line(ruling, dispute, asked, part_of(line, ruling->standing->payer), at);
}

static const struct wg_problem *
check_lines(const struct ruling *ruling, const DisputeRequest *request, Dispute *dispute)
{
    struct line_people people = {.call = ruling->call, .statement = ruling->statement};
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < request->n_lines; i++) {
        const char *at = wg_format(wg_call_arena(ruling->call), "/lines/%zu", i);

        problem = at ? check_line(ruling, &people, dispute, request->lines[i], at)
                     : wg_no_memory(ruling->call);
    }
    line_people_finish(&people);
    return problem ? problem : wg_violations(ruling->call);
}

static const struct wg_problem *
make_dispute(const struct ruling *ruling, const DisputeRequest *request, Dispute **made)
{
    struct wg_arena *arena = wg_call_arena(ruling->call);
    Dispute *dispute = *made = wg_new_message(arena, &wellgate__payments__v1__dispute__descriptor);

    if (!dispute)
        return wg_no_memory(ruling->call);
    dispute->id = wg_format(arena, "%zu", ruling->standing->n_disputes + 1);
    dispute->state = DISPUTE(OPEN);
    dispute->reason = request->reason;
    dispute->note = request->note;
    dispute->raised_by = actor_of(ruling->call);
    if (!dispute->id || !dispute->raised_by)
        return wg_no_memory(ruling->call);
    return check_lines(ruling, request, dispute);
}

/* All parties see the statement; whose units are disputed is told apart. */
static const struct wg_problem *
record_units(const struct ruling *ruling, const DisputeRequest *request, const Dispute *dispute)
{
    struct wg_call *call = ruling->call;
    struct wg_arena *arena = wg_call_arena(call);
    DisputedUnits *units = wg_new_message(arena, &wellgate__payments__v1__disputed_units__descriptor);

    if (!units)
        return wg_no_memory(call);
    for (size_t i = 0; i < request->n_lines; i++)
        if (request->lines[i]->n_units &&
            !append_message(call, &units->lines, &units->n_lines, request->lines[i]))
            return wg_no_memory(call);
    if (!units->n_lines)
        return NULL;
    units->payer = ruling->standing->payer;
    units->dispute = dispute->id;
    units->name = wg_format(arena, "%s/disputedUnits/%s-%s", ruling->statement->name,
                            wg_name_id(units->payer), dispute->id);
    return units->name ? wg_insert(call, &units->base, "statement.units-disputed")
                       : wg_no_memory(call);
}

/* Where what is not in dispute stands. */
static Account
account_of_rest(const Standing *standing)
{
    return standing_rest_awaits(standing) ? ACCOUNT(UNAPPROVED_RECEIVABLE) : ACCOUNT(RECEIVABLE);
}

/* Whoever might approve accepts the rest by objecting to a part. */
static const struct wg_problem *
accept_rest(struct ruling *ruling, int64_t held)
{
    Standing *standing = ruling->standing;
    const struct wg_problem *problem;
    const char *bar;

    if (!standing_rest_awaits(standing))
        return NULL;
    if ((problem = ruling_bar(ruling, &bar)))
        return problem;
    standing->rest_awaits = bar != NULL;
    if (!bar)
        postings_move(&ruling->postings, ACCOUNT(UNAPPROVED_RECEIVABLE), ACCOUNT(RECEIVABLE),
                      standing->payer, minor_of(standing->outstanding) - held);
    return NULL;
}

static const struct wg_problem *
hold_back(struct ruling *ruling, const Dispute *dispute)
{
    Standing *standing = ruling->standing;
    int64_t held = held_with(ruling, minor_of(dispute->amount)) - minor_of(standing->disputed);

    if (held > minor_of(standing->outstanding))
        return wg_fail(ruling->call, &wg_conflict, "%s is outstanding: no more can be disputed",
                       standing->outstanding->amount);
    postings_move(&ruling->postings, account_of_rest(standing), ACCOUNT(DISPUTED_RECEIVABLE),
                  standing->payer, held);
    return set_amount(ruling, &standing->disputed, minor_of(standing->disputed) + held)
               ? accept_rest(ruling, held) : wg_no_memory(ruling->call);
}

const struct wg_problem *
statement_dispute(struct wg_call *call)
{
    const DisputeRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct ruling ruling;
    Dispute *dispute;

    if ((problem = ruling_open(call, request->name, "", VERDICT_DISPUTE, &ruling)) ||
        (problem = require_room(&ruling, request)) ||
        (problem = make_dispute(&ruling, request, &dispute)) ||
        (problem = record_units(&ruling, request, dispute)) ||
        (problem = hold_back(&ruling, dispute)))
        return problem;
    if (!append_message(call, &ruling.standing->disputes, &ruling.standing->n_disputes, dispute))
        return wg_no_memory(call);
    return ruling_close(&ruling, VERDICT_DISPUTE, ENTRY(DISPUTED), dispute->id, "",
                        "statement.disputed");
}

/* ---- :resolve ---- */

static Dispute *
open_dispute(const Standing *standing, const char *id)
{
    for (size_t i = 0; i < standing->n_disputes; i++)
        if (strcmp(standing->disputes[i]->id, id) == 0 && standing->disputes[i]->state == DISPUTE(OPEN))
            return standing->disputes[i];
    return NULL;
}

/* A side can only give in, and nobody makes payable what they could not approve. */
static const struct wg_problem *
require_side(const struct ruling *ruling, const ResolveRequest *request, const Dispute *dispute)
{
    unsigned side = side_of(ruling->contract, wg_caller(ruling->call)->organisation);
    bool upholds = request->decision == DISPUTE(UPHELD);

    if (!(side & (upholds ? SIDE_PAYEE : SIDE_PAYER)) ||
        (!upholds && strcmp(wg_caller(ruling->call)->organisation, request->payer) != 0))
        return wg_fail(ruling->call, &wg_forbidden,
                       upholds ? "the payee upholds a dispute" : "its payer gives it up");
    if (upholds && actor_calls(ruling->call, dispute->raised_by))
        return wg_fail(ruling->call, &wg_forbidden, "you raised it: somebody else upholds it");
    return upholds ? NULL : ruling_require_four_eyes(ruling);
}

static int64_t
upheld_amount(const struct ruling *ruling, const ResolveRequest *request, const Dispute *dispute)
{
    int64_t all = dispute_left(dispute), minor = request->amount ? minor_of(request->amount) : all;

    if (request->decision == DISPUTE(REJECTED)) {
        if (request->amount)
            wg_violation(ruling->call, "/amount", "NOT_TAKEN", "goes with UPHELD");
        return 0;
    }
    if (request->amount && dispute->n_lines > 1)
        wg_violation(ruling->call, "/amount", "NOT_TAKEN", "it is of several lines: all or none is upheld");
    else if (request->amount && strcmp(request->amount->currency, ruling->contract->currency) != 0)
        wg_violation(ruling->call, "/amount", "CURRENCY", "is not the contract's currency");
    else if (minor <= 0 || minor > all)
        wg_violation(ruling->call, "/amount", "OUT_OF_RANGE", "is not above 0, or is more than is in dispute");
    return minor;
}

/* One credit for each line. */
static const struct wg_problem *
record_credit(const struct ruling *ruling, const Dispute *dispute, const DisputedLine *disputed,
              int64_t net, int64_t vat)
{
    struct wg_call *call = ruling->call;
    const char *name = wg_format(wg_call_arena(call), "%s/lines/%s", ruling->statement->name, disputed->line);
    const struct wg_problem *problem;
    const ProtobufCMessage *line;
    Adjustment *adjustment;

    if (!name)
        return wg_no_memory(call);
    if ((problem = wg_look(call, name, &line)))
        return problem;
    adjustment = adjustment_new(call, ruling->contract->name, ADJUSTMENT(UPHELD_DISPUTE),
                                ((const Line *)line)->rule, ((const Line *)line)->period);
    if (!adjustment || !adjustment_add_part(call, adjustment, ruling->standing->payer,
                                            ruling->contract->currency, net, vat))
        return wg_no_memory(call);
    adjustment->source = ruling->statement->name;
    adjustment->dispute = dispute->id;
    adjustment->line = disputed->line;
    adjustment->note = wg_format(wg_call_arena(call), "Dispute %s upheld: %s", dispute->id,
                                 dispute->resolution);
    return adjustment->note ? wg_insert(call, &adjustment->base, NULL) : wg_no_memory(call);
}

/* before: what was upheld until now, to the tax of which each adds. */
static const struct wg_problem *
record_credits(const struct ruling *ruling, const Dispute *dispute, int64_t upheld, int64_t before)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; upheld && !problem && i < dispute->n_lines; i++) {
        int64_t net = dispute->n_lines > 1 ? minor_of(dispute->lines[i]->amount) : upheld;
        int64_t taxed = standing_vat(ruling->standing, before);

        before += net;
        problem = record_credit(ruling, dispute, dispute->lines[i], net,
                                standing_vat(ruling->standing, before) - taxed);
    }
    return problem;
}

/* What is upheld in part leaves the rest in dispute: only its payer gives that up. */
static bool
give_in(struct ruling *ruling, Dispute *dispute, const ResolveRequest *request, int64_t upheld)
{
    int64_t all = minor_of(dispute->upheld) + upheld;

    if (request->decision == DISPUTE(REJECTED) || all == minor_of(dispute->amount))
        dispute->state = request->decision;
    dispute->resolution = request->note;
    return (dispute->resolved_by = actor_of(ruling->call)) && set_amount(ruling, &dispute->upheld, all);
}

/* What is no longer held back is to be credited, or is as the rest is after all. */
static bool
release(struct ruling *ruling, int64_t released, int64_t credited)
{
    Standing *standing = ruling->standing;

    postings_move(&ruling->postings, ACCOUNT(DISPUTED_RECEIVABLE), ACCOUNT(CREDIT_DUE),
                  standing->payer, credited);
    postings_move(&ruling->postings, ACCOUNT(DISPUTED_RECEIVABLE), account_of_rest(standing),
                  standing->payer, released - credited);
    return set_amount(ruling, &standing->disputed, minor_of(standing->disputed) - released) &&
           set_amount(ruling, &standing->upheld, minor_of(standing->upheld) + credited);
}

static const struct wg_problem *
resolve(struct ruling *ruling, const ResolveRequest *request, Dispute *dispute)
{
    struct wg_call *call = ruling->call;
    int64_t upheld = upheld_amount(ruling, request, dispute), before = net_upheld(ruling->standing);
    const struct wg_problem *problem;

    if ((problem = wg_violations(call)))
        return problem;
    if (!give_in(ruling, dispute, request, upheld))
        return wg_no_memory(call);
    if ((problem = record_credits(ruling, dispute, upheld, before)))
        return problem;
    if (!release(ruling, minor_of(ruling->standing->disputed) - held_with(ruling, 0),
                 gross(ruling, before + upheld) - gross(ruling, before)))
        return wg_no_memory(call);
    return ruling_close(ruling, VERDICT_RESOLVE, upheld ? ENTRY(UPHELD) : ENTRY(REJECTED),
                        dispute->id, "", upheld ? "statement.dispute-upheld" : "statement.dispute-rejected");
}

const struct wg_problem *
dispute_resolve(struct wg_call *call)
{
    const ResolveRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct ruling ruling;
    Dispute *dispute;

    if (request->decision == DISPUTE(OPEN)) {
        wg_violation(call, "/decision", "UNKNOWN_VALUE", "is UPHELD or REJECTED");
        return wg_violations(call);
    }
    if ((problem = ruling_open(call, request->name, request->payer, VERDICT_RESOLVE, &ruling)))
        return problem;
    if (!(dispute = open_dispute(ruling.standing, request->dispute))) {
        wg_violation(call, "/dispute", "UNKNOWN_VALUE", "is no open dispute of this payer");
        return wg_violations(call);
    }
    if ((problem = require_side(&ruling, request, dispute)))
        return problem;
    return resolve(&ruling, request, dispute);
}
