/* standings.c - amounts and moves of one payer's standing. */
#include "standings.h"

#include <string.h>

#include "terms/payer_terms.h"

int64_t
minor_of(const Money *money)
{
    int64_t minor = 0;

    if (money)
        wg_money_parse(money->currency, money->amount, &minor);
    return minor;
}

bool
append_message(struct wg_call *call, void *list, size_t *n, void *message)
{
    void ***items = list;
    void **more = wg_alloc_array(wg_call_arena(call), *n + 1, sizeof(*more));

    if (!more || !message)
        return false;
    if (*n)
        memcpy(more, *items, *n * sizeof(*more));
    more[(*n)++] = message;
    *items = more;
    return true;
}

Standing *
standing_find(const Statement *statement, const char *payer)
{
    for (size_t i = 0; i < statement->n_standings; i++)
        if (strcmp(statement->standings[i]->payer, payer) == 0)
            return statement->standings[i];
    return NULL;
}

int64_t
standing_vat(const Standing *standing, int64_t net_minor)
{
    return vat_at(standing->vat_rate, net_minor);
}

bool
standing_reckon(struct wg_call *call, Standing *standing)
{
    int64_t minor = minor_of(standing->amount) + minor_of(standing->vat) +
                    minor_of(standing->set_off) - minor_of(standing->disputed) -
                    minor_of(standing->upheld) - minor_of(standing->settled);

    standing->outstanding =
        wg_money_message(wg_call_arena(call), standing->amount->currency, minor);
    return standing->outstanding;
}

bool
standing_is_disputed(const Standing *standing)
{
    for (size_t i = 0; i < standing->n_disputes; i++)
        if (standing->disputes[i]->state == DISPUTE(OPEN))
            return true;
    return false;
}

int64_t
dispute_amount_of(const Dispute *dispute, const char *line)
{
    int64_t minor = 0;

    for (size_t i = 0; i < dispute->n_lines; i++)
        if (strcmp(dispute->lines[i]->line, line) == 0)
            minor += minor_of(dispute->lines[i]->amount);
    return minor;
}

int64_t
dispute_left(const Dispute *dispute)
{
    return dispute->state == DISPUTE(OPEN) ? minor_of(dispute->amount) - minor_of(dispute->upheld) : 0;
}

/* Of several lines all is upheld, or nothing. */
static int64_t
upheld_of(const Dispute *dispute, const char *line)
{
    int64_t minor = dispute_amount_of(dispute, line);

    if (minor && dispute->n_lines == 1)
        return minor_of(dispute->upheld);
    return dispute->state == DISPUTE(UPHELD) ? minor : 0;
}

int64_t
standing_amount_in(const Standing *standing, Wellgate__Payments__V1__Dispute__State state,
                   const char *line)
{
    int64_t minor = 0;

    for (size_t i = 0; i < standing->n_disputes; i++) {
        const Dispute *dispute = standing->disputes[i];

        if (state == DISPUTE(UPHELD))
            minor += upheld_of(dispute, line);
        else if (dispute->state == state)
            minor += dispute_amount_of(dispute, line) - upheld_of(dispute, line);
    }
    return minor;
}

bool
standing_rest_awaits(const Standing *standing)
{
    return standing->state == STANDING(AWAITING) || standing->rest_awaits;
}

StandingState
standing_of_line(const Standing *standing, const char *line)
{
    bool objected = standing->state == STANDING(DISPUTED) || standing->state == STANDING(RESOLVED);

    if (standing_amount_in(standing, DISPUTE(OPEN), line))
        return STANDING(DISPUTED);
    if (!objected)
        return standing->state;
    return standing_amount_in(standing, DISPUTE(UPHELD), line) ||
                   standing_amount_in(standing, DISPUTE(REJECTED), line)
               ? STANDING(RESOLVED) : STANDING(APPROVED);
}

static StandingState
state_of(const Standing *standing)
{
    return standing ? standing->state : STANDING_DRAFT;
}

/* Beside a dispute a rest that awaits is accepted, and one that is accepted is paid. */
static bool
has_move(StandingState state, const Standing *standing, enum verdict verdict)
{
    if (state == STANDING(DISPUTED) && (verdict == VERDICT_APPROVE || verdict == VERDICT_DEEM))
        return standing->rest_awaits;
    if (state == STANDING(DISPUTED) && verdict == VERDICT_SETTLE)
        return !standing->rest_awaits;
    return standing_move_find(state, verdict);
}

/* ":approve, :dispute"; "none". */
static const char *
moves_from(struct wg_call *call, StandingState state, const Standing *standing)
{
    const struct standing_move *move;
    const char *list = "";

    for (size_t i = 0; list && (move = standing_move_at(i)); i++)
        if (move->from == state && move->verdict != VERDICT_DEEM && move->verdict != VERDICT_REVERSE &&
            has_move(state, standing, move->verdict))
            list = wg_format(wg_call_arena(call), "%s%s%s", list, *list ? ", " : "",
                             verdict_name(move->verdict));
    return list && *list ? list : "none";
}

const struct wg_problem *
standing_require(struct wg_call *call, const Statement *statement, const Standing *standing,
                 enum verdict verdict)
{
    StandingState state = state_of(standing);

    if (has_move(state, standing, verdict))
        return NULL;
    if (!standing && statement->n_standings) /* a verb of drafts */
        return wg_fail(call, &wg_conflict, "it is issued already");
    return wg_fail(call, &wg_conflict, "it is %s, and %s is no move from there; moves: %s",
                   standing_state_name(state), verdict_name(verdict), moves_from(call, state, standing));
}

/* As it was before the last of it was paid. */
static StandingState
before_settled(const Standing *standing)
{
    if (standing->n_disputes)
        return STANDING(RESOLVED);
    return standing->approved_by ? STANDING(APPROVED) : STANDING(DEEMED_ACCEPTED);
}

void
standing_move(Standing *standing, enum verdict verdict)
{
    const struct standing_move *move = standing_move_find(standing->state, verdict);
    bool disputed = standing_is_disputed(standing);

    if (disputed)
        standing->state = STANDING(DISPUTED);
    else if (standing->rest_awaits)
        standing->state = STANDING(AWAITING);
    else if (verdict == VERDICT_REVERSE && standing->state == STANDING(SETTLED))
        standing->state = before_settled(standing);
    else
        standing->state = move->ends && minor_of(standing->outstanding) == 0 ? STANDING(SETTLED)
                                                                            : move->to;
    standing->rest_awaits = standing->rest_awaits && disputed;
}
