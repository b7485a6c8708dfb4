/* ceilings.c - parts of lines, cut to what payers still pay. */
#include "ceilings.h"

#include <string.h>

#define OVERFLOW(name) WELLGATE__PAYMENTS__V1__SETTLEMENT__OVERFLOW__##name

static void
set_ceiling(const Contract *contract, const Wellgate__Payments__V1__Ceiling *ceiling,
            const int64_t *issued, struct ceilings *ceilings)
{
    int64_t most;

    for (size_t p = 0; p < contract->n_payers; p++)
        if (strcmp(contract->payers[p], ceiling->payer) == 0 &&
            wg_money_parse(ceiling->amount->currency, ceiling->amount->amount, &most)) {
            ceilings->limited[p] = true;
            /* Neither is beyond 18 digits, unless what was issued went far below nothing. */
            if (!wg_money_subtract(most, issued[p], &ceilings->left[p]))
                ceilings->limited[p] = issued[p] > 0;
        }
}

bool
ceilings_open(struct wg_arena *arena, const Contract *contract, const Settlement *settlement,
              const int64_t *issued, struct ceilings *ceilings)
{
    *ceilings = (struct ceilings){
        .arena = arena,
        .n_payers = contract->n_payers,
        .overflow = settlement ? (int)settlement->overflow : 0,
        .limited = wg_alloc_array(arena, contract->n_payers + 1, sizeof(bool)),
        .left = wg_alloc_array(arena, contract->n_payers + 1, sizeof(int64_t)),
        .own = wg_alloc_array(arena, contract->n_payers + 1, sizeof(int64_t)),
        .over = wg_alloc_array(arena, contract->n_payers + 1, sizeof(int64_t)),
        .taken = wg_alloc_array(arena, contract->n_payers + 1, sizeof(int64_t)),
    };
    if (!ceilings->limited || !ceilings->left || !ceilings->own || !ceilings->over || !ceilings->taken)
        return false;
    for (size_t i = 0; settlement && i < settlement->n_ceilings; i++)
        set_ceiling(contract, settlement->ceilings[i], issued, ceilings);
    return true;
}

/* ---- A rule's payers ---- */

/* What of an amount a payer pays. */
static int64_t
payable(const struct ceilings *ceilings, size_t payer, int64_t minor)
{
    int64_t left = ceilings->left[payer] > 0 ? ceilings->left[payer] : 0;

    return ceilings->limited[payer] && minor > left ? left : minor;
}

static bool
charge(struct ceilings *ceilings, size_t payer, int64_t minor)
{
    return !ceilings->limited[payer] ||
           wg_money_subtract(ceilings->left[payer], minor, &ceilings->left[payer]);
}

/* As much of an amount as another of the same sign has; 0 where their signs differ. */
static int64_t
within(int64_t amount, int64_t most)
{
    if ((amount < 0) != (most < 0))
        return 0;
    return (amount < 0) == (amount > most) ? amount : most;
}

/* A payer's parts of the lines count together. */
static bool
add_own(struct ceilings *ceilings, const struct line_amount *lines, size_t n)
{
    for (size_t p = 0; p < ceilings->n_payers; p++) {
        ceilings->own[p] = ceilings->over[p] = ceilings->taken[p] = 0;
        for (size_t i = 0; i < n; i++)
            if (!wg_money_add(ceilings->own[p], lines[i].parts[p], &ceilings->own[p]))
                return false;
    }
    return true;
}

/* ---- Of what fell ---- */

/* A payer has back what is not displaced. */
static bool
refund(struct ceilings *ceilings, const int64_t *displaced, size_t payer)
{
    ceilings->over[payer] = within(ceilings->own[payer], -displaced[payer]);
    return charge(ceilings, payer, ceilings->own[payer] - ceilings->over[payer]);
}

/* Nobody paid what all of a rule's parts lack together: that is no longer asked for, the last
 * who took over is the first to have its own back. */
static bool
give_back(struct ceilings *ceilings, const int64_t *displaced, size_t payer, int64_t *unpaid)
{
    int64_t fall = -ceilings->over[payer], nobodys = within(fall, *unpaid);

    *unpaid -= nobodys;
    fall -= nobodys;
    for (size_t i = ceilings->n_payers; fall > 0 && i-- > 1;) {
        size_t other = (payer + i) % ceilings->n_payers;
        int64_t back = within(fall, -displaced[other] + ceilings->taken[other]);

        if (!charge(ceilings, other, -back))
            return false;
        ceilings->taken[other] -= back;
        fall -= back;
    }
    return true;
}

static bool
refund_all(struct ceilings *ceilings, const int64_t *displaced)
{
    int64_t unpaid = 0;

    for (size_t p = 0; p < ceilings->n_payers; p++)
        if (!wg_money_add(unpaid, displaced[p], &unpaid))
            return false;
    for (size_t p = 0; p < ceilings->n_payers; p++)
        if (ceilings->own[p] < 0 && (!refund(ceilings, displaced, p) ||
                                     !give_back(ceilings, displaced, p, &unpaid)))
            return false;
    return true;
}

/* ---- Of what is asked ---- */

static bool
charge_own(struct ceilings *ceilings, size_t payer)
{
    int64_t own = ceilings->own[payer], paid = payable(ceilings, payer, own);

    ceilings->over[payer] = own - paid;
    return charge(ceilings, payer, paid);
}

/* Offer what is above a payer's ceiling to those behind it, then to those before. */
static bool
offer(struct ceilings *ceilings, size_t payer)
{
    int64_t over = ceilings->over[payer];

    for (size_t i = 1; over > 0 && i < ceilings->n_payers; i++) {
        size_t next = (payer + i) % ceilings->n_payers;
        int64_t taken = payable(ceilings, next, over);

        if (!charge(ceilings, next, taken) ||
            !wg_money_add(ceilings->taken[next], taken, &ceilings->taken[next]))
            return false;
        over -= taken;
    }
    return true;
}

/* First what each pays of its own part, then what is over: an own part goes before others'. */
static bool
charge_all(struct ceilings *ceilings)
{
    for (size_t p = 0; p < ceilings->n_payers; p++)
        if (ceilings->own[p] > 0 && !charge_own(ceilings, p))
            return false;
    for (size_t p = 0; p < ceilings->n_payers && ceilings->overflow == OVERFLOW(NEXT_PAYER); p++)
        if (!offer(ceilings, p))
            return false;
    return true;
}

/* ---- Its lines ---- */

/* Take an amount off a payer's part; others pay it in its place, as far as they took it over. Of
 * an amount below 0 they have back what they paid. */
static void
cut_line(struct ceilings *ceilings, struct line_amount *line, size_t payer, int64_t cut)
{
    line->parts[payer] -= cut;
    for (size_t p = 0; cut && p < ceilings->n_payers; p++) {
        int64_t taken = within(cut, ceilings->taken[p]);

        line->parts[p] += taken;
        ceilings->taken[p] -= taken;
        cut -= taken;
    }
    line->minor -= cut;
    line->over_minor += cut;
    line->carried = line->over_minor > 0 && ceilings->overflow == OVERFLOW(CARRIED);
}

/* The last first, so that what lies furthest back is paid. */
static void
cut_lines(struct ceilings *ceilings, struct line_amount *lines, size_t n, size_t payer)
{
    int64_t over = ceilings->over[payer];

    for (size_t i = n; over && i-- > 0;) {
        int64_t cut = within(over, lines[i].by_share[payer]);

        cut_line(ceilings, &lines[i], payer, cut);
        over -= cut;
    }
}

/* ---- What they were ---- */

static int64_t *
copy(const struct ceilings *ceilings, const int64_t *of)
{
    int64_t *made = wg_alloc_array(ceilings->arena, ceilings->n_payers + 1, sizeof(*made));

    if (made)
        memcpy(made, of, ceilings->n_payers * sizeof(*made));
    return made;
}

/* What each payer still pays of a rule. */
static int64_t *
room_of(const struct ceilings *ceilings)
{
    int64_t *room = copy(ceilings, ceilings->left);

    for (size_t p = 0; room && p < ceilings->n_payers; p++)
        room[p] = !ceilings->limited[p] ? ROOM_ENDLESS : room[p] > 0 ? room[p] : 0;
    return room;
}

static bool
is_cut(const struct ceilings *ceilings)
{
    for (size_t p = 0; p < ceilings->n_payers; p++)
        if (ceilings->over[p])
            return true;
    return false;
}

static bool
remember(const struct ceilings *ceilings, const int64_t *room, struct line_amount *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(lines[i].by_share = copy(ceilings, lines[i].parts)))
            return false;
        lines[i].room = room;
    }
    return true;
}

static void
forget_unmoved(const struct ceilings *ceilings, struct line_amount *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(lines[i].by_share, lines[i].parts, ceilings->n_payers * sizeof(int64_t)) == 0)
            lines[i].by_share = NULL;
}

/* What is carried is asked for again, and so is in its own place. */
static void
displace(const struct ceilings *ceilings, int64_t *displaced)
{
    for (size_t p = 0; p < ceilings->n_payers; p++) {
        bool asked_again = ceilings->over[p] > 0 && ceilings->overflow == OVERFLOW(CARRIED);

        displaced[p] += (asked_again ? 0 : ceilings->over[p]) - ceilings->taken[p];
    }
}

bool
ceilings_apply(struct ceilings *ceilings, int64_t *displaced, struct line_amount *lines, size_t n)
{
    int64_t *room = room_of(ceilings);

    if (!room || !add_own(ceilings, lines, n) || !refund_all(ceilings, displaced) ||
        !charge_all(ceilings))
        return false;
    if (!is_cut(ceilings))
        return true;
    if (!remember(ceilings, room, lines, n))
        return false;
    displace(ceilings, displaced);
    for (size_t p = 0; p < ceilings->n_payers; p++)
        cut_lines(ceilings, lines, n, p);
    forget_unmoved(ceilings, lines, n);
    return true;
}
