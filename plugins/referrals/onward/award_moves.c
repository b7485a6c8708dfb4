/* award_moves.c - the table of an award's moves, and its verbs. */
#include "award_moves.h"

#include <string.h>

#include "budgets.h"
#include "checks.h"
#include "wellgate/options/v1/options.pb-c.h"

typedef Wellgate__Referrals__V1__Award__Move AwardMove;
typedef Wellgate__Referrals__V1__MoveAwardRequest MoveAwardRequest;
typedef Wellgate__Referrals__V1__DeliverAwardRequest DeliverAwardRequest;
typedef Wellgate__Referrals__V1__PayAwardRequest PayAwardRequest;

#define AWARD_KIND(name) WELLGATE__REFERRALS__V1__AWARD__KIND__##name

/* ---- The table ---- */

/* Sides of an award, as bits. */
enum { RECIPIENT = 1, AWARDER = 2, COORDINATOR = 4 };

struct step {
    AwardState from, to;
    const char *verb;
    unsigned by; /* bits */
    bool owes_reason;
    bool in_advance; /* only of what may be paid first and delivered then */
};

/* A coordinator records what a recipient says that does not call the API itself, and
 * alone takes back what was delivered. */
/* clang-format off */
static const struct step steps[] = {
    {AWARD(OFFERED),   AWARD(ACCEPTED),  "accept",  RECIPIENT | COORDINATOR},
    {AWARD(OFFERED),   AWARD(DECLINED),  "decline", RECIPIENT | COORDINATOR, .owes_reason = true},
    {AWARD(OFFERED),   AWARD(CANCELLED), "cancel",  AWARDER | COORDINATOR,   .owes_reason = true},
    {AWARD(ACCEPTED),  AWARD(DELIVERED), "deliver", RECIPIENT | AWARDER | COORDINATOR},
    {AWARD(ACCEPTED),  AWARD(PAID),      "pay",     AWARDER | COORDINATOR,   .in_advance = true},
    {AWARD(ACCEPTED),  AWARD(CANCELLED), "cancel",  AWARDER | COORDINATOR,   .owes_reason = true},
    {AWARD(DELIVERED), AWARD(PAID),      "pay",     AWARDER | COORDINATOR},
    {AWARD(DELIVERED), AWARD(CANCELLED), "cancel",  COORDINATOR,             .owes_reason = true},
    {AWARD(PAID),      AWARD(PAID),      "deliver", RECIPIENT | AWARDER | COORDINATOR,
     .in_advance = true},
};
/* clang-format on */

enum { STEPS = sizeof(steps) / sizeof(*steps) };

const char *
award_state_name(AwardState state)
{
    static const char *const names[] = {
        [AWARD(OFFERED)] = "offered", [AWARD(ACCEPTED)] = "accepted",
        [AWARD(DECLINED)] = "declined", [AWARD(DELIVERED)] = "delivered",
        [AWARD(PAID)] = "paid", [AWARD(CANCELLED)] = "cancelled",
    };

    return (size_t)state < sizeof(names) / sizeof(*names) && names[state] ? names[state]
                                                                          : "in no state";
}

static unsigned
sides_of_caller(struct wg_call *call, const Award *award)
{
    const char *organisation = wg_caller(call)->organisation;
    unsigned sides = 0;

    if (strcmp(organisation, award->organisation) == 0)
        sides |= RECIPIENT;
    if (strcmp(organisation, award->awarded_by) == 0)
        sides |= AWARDER;
    if (wg_caller_roles(call, award->name) & 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__COORDINATOR)
        sides |= COORDINATOR;
    return sides;
}

/* A grant is paid before anything is delivered, or after; all else after. */
static bool
is_open(const struct step *step, const Award *award, unsigned sides)
{
    return step->from == award->state && step->by & sides &&
           (!step->in_advance || (award->kind == AWARD_KIND(GRANT) && !award->delivery));
}

/* ":deliver (delivered), :cancel (cancelled)": the caller's own, or "none". */
static const char *
steps_open(struct wg_call *call, const Award *award, unsigned sides)
{
    const char *list = "";

    for (size_t i = 0; i < STEPS && list; i++)
        if (is_open(&steps[i], award, sides))
            list = wg_format(wg_call_arena(call), "%s%s:%s (%s)", list, *list ? ", " : "",
                             steps[i].verb, award_state_name(steps[i].to));
    return list && *list ? list : "none";
}

static const struct wg_problem *
find_step(struct wg_call *call, const Award *award, const char *verb, const struct step **step)
{
    unsigned sides = sides_of_caller(call, award);

    for (size_t i = 0; i < STEPS; i++)
        if (strcmp(steps[i].verb, verb) == 0 && is_open(&steps[i], award, sides)) {
            *step = &steps[i];
            return NULL;
        }
    return wg_fail(call, &wg_conflict, "it is %s; your moves from there: %s",
                   award_state_name(award->state), steps_open(call, award, sides));
}

/* ---- One move ---- */

static void
check_reason(struct wg_call *call, const struct step *step, const char *reason)
{
    if (step->owes_reason && !*reason)
        wg_violation(call, "/reason", "REQUIRED", "this move needs a reason");
    if (!step->owes_reason && *reason)
        wg_violation(call, "/reason", "NOT_TAKEN", "this move takes no reason");
}

static const char *
last_day(const Award *award)
{
    return award->n_moves ? award->moves[award->n_moves - 1]->date : award->offered_date;
}

static const struct wg_problem *
append_move(struct wg_call *call, Award *award, AwardState to, char *date, const char *reason)
{
    struct wg_arena *arena = wg_call_arena(call);
    AwardMove **moves = wg_alloc_array(arena, award->n_moves + 1, sizeof(*moves));
    AwardMove *move = wg_alloc(arena, sizeof(*move));

    if (!moves || !move)
        return wg_no_memory(call);
    wellgate__referrals__v1__award__move__init(move);
    move->state = award->state = to;
    move->date = date;
    move->reason = (char *)reason;
    move->organisation = (char *)wg_caller(call)->organisation;
    if (award->n_moves)
        memcpy(moves, award->moves, award->n_moves * sizeof(*moves));
    moves[award->n_moves++] = move;
    award->moves = moves;
    return NULL;
}

/* Load the award that is named and move it, if the caller may; what else it says then,
 * the verb sets before it ends. */
static const struct wg_problem *
begin_move(struct wg_call *call, const char *verb, const char *name, const char *said,
           const char *reason, Award **award)
{
    const struct wg_problem *problem;
    const struct step *step;
    struct wg_record record;
    char *date;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    *award = (Award *)record.message;
    if ((problem = find_step(call, *award, verb, &step)) ||
        (problem = day_said(call, name, said, last_day(*award), &date)))
        return problem;
    check_reason(call, step, reason);
    return append_move(call, *award, step->to, date, reason);
}

static const struct wg_problem *
end_move(struct wg_call *call, Award *award, const char *event)
{
    const struct wg_problem *problem;

    if ((problem = wg_violations(call)) || (problem = wg_update(call, &award->base, event)))
        return problem;
    wg_answer(call, &award->base);
    return NULL;
}

static const struct wg_problem *
move(struct wg_call *call, const char *verb, const char *event)
{
    const MoveAwardRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    Award *award;

    if ((problem = begin_move(call, verb, request->name, request->date, request->reason, &award)))
        return problem;
    return end_move(call, award, event);
}

const struct wg_problem *
award_accept(struct wg_call *call)
{
    return move(call, "accept", "award.accepted");
}

const struct wg_problem *
award_decline(struct wg_call *call)
{
    return move(call, "decline", "award.declined");
}

const struct wg_problem *
award_cancel(struct wg_call *call)
{
    return move(call, "cancel", "award.cancelled");
}

/* ---- What was delivered, what was paid ---- */

const struct wg_problem *
award_deliver(struct wg_call *call)
{
    const DeliverAwardRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    Award *award;

    if ((problem = begin_move(call, "deliver", request->name, request->date, "", &award)))
        return problem;
    award->delivery = wg_new_message(
        wg_call_arena(call), &wellgate__referrals__v1__award__delivery__descriptor);
    if (!award->delivery)
        return wg_no_memory(call);
    award->delivery->description = request->description;
    award->delivery->quantity = request->quantity;
    award->delivery->unit = request->unit;
    return end_move(call, award, "award.delivered");
}

/* At most the award, and all of it where no amount is given. */
static Money *
check_payment(struct wg_call *call, const Award *award, Money *amount)
{
    int64_t paid, awarded;

    if (!amount)
        return award->amount;
    paid = check_amount(call, amount);
    if (strcmp(amount->currency, award->amount->currency) != 0)
        wg_violation(call, "/amount/currency", "UNKNOWN_VALUE", "must be the award's, %s",
                     award->amount->currency);
    else if (money_read(award->amount, &awarded) && paid > awarded)
        wg_violation(call, "/amount/amount", "OUT_OF_RANGE", "is more than the award, %s",
                     money_text(call, award->amount->currency, awarded));
    return amount;
}

const struct wg_problem *
award_pay(struct wg_call *call)
{
    const PayAwardRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    Award *award;

    if ((problem = begin_move(call, "pay", request->name, request->date, "", &award)))
        return problem;
    award->payment = wg_new_message(
        wg_call_arena(call), &wellgate__referrals__v1__award__payment__descriptor);
    if (!award->payment)
        return wg_no_memory(call);
    award->payment->amount = check_payment(call, award, request->amount);
    award->payment->reference = request->reference;
    return end_move(call, award, "award.paid");
}
