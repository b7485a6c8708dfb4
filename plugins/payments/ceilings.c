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
        .n_payers = contract->n_payers,
        .overflow = settlement ? (int)settlement->overflow : 0,
        .limited = wg_alloc_array(arena, contract->n_payers + 1, sizeof(bool)),
        .left = wg_alloc_array(arena, contract->n_payers + 1, sizeof(int64_t)),
    };
    if (!ceilings->limited || !ceilings->left)
        return false;
    for (size_t i = 0; settlement && i < settlement->n_ceilings; i++)
        set_ceiling(contract, settlement->ceilings[i], issued, ceilings);
    return true;
}

/* What of an amount a payer pays. */
static int64_t
payable(const struct ceilings *ceilings, size_t payer, int64_t minor)
{
    int64_t left = ceilings->left[payer] > 0 ? ceilings->left[payer] : 0;

    return ceilings->limited[payer] && minor > left ? left : minor;
}

static bool
charge(struct ceilings *ceilings, struct line_amount *line, size_t payer, int64_t minor)
{
    return wg_money_add(line->parts[payer], minor, &line->parts[payer]) &&
           (!ceilings->limited[payer] ||
            wg_money_subtract(ceilings->left[payer], minor, &ceilings->left[payer]));
}

/* Offer what is above a payer's ceiling to those behind it, then to those before; the rest
 * that nobody took. */
static bool
offer(struct ceilings *ceilings, struct line_amount *line, size_t payer, int64_t *over)
{
    for (size_t i = 1; *over && i < ceilings->n_payers; i++) {
        size_t next = (payer + i) % ceilings->n_payers;
        int64_t taken = payable(ceilings, next, *over);

        if (!charge(ceilings, line, next, taken))
            return false;
        *over -= taken;
    }
    return true;
}

/* First what each pays of its own part, then what is over: an own part goes before others'. */
static bool
apply_to_line(struct ceilings *ceilings, struct line_amount *line)
{
    int64_t over_all = 0;

    for (size_t p = 0; p < ceilings->n_payers; p++) {
        int64_t part = line->parts[p];

        line->parts[p] = 0;
        if (!charge(ceilings, line, p, part))
            return false;
    }
    for (size_t p = 0; p < ceilings->n_payers; p++) {
        int64_t over = 0;

        if (ceilings->limited[p] && ceilings->left[p] < 0 && line->parts[p] > 0)
            over = -ceilings->left[p] < line->parts[p] ? -ceilings->left[p] : line->parts[p];
        if (!over)
            continue;
        if (!charge(ceilings, line, p, -over) ||
            (ceilings->overflow == OVERFLOW(NEXT_PAYER) && !offer(ceilings, line, p, &over)))
            return false;
        over_all += over; /* of parts of the line: no more than it */
    }
    line->over_minor = over_all;
    line->carried = over_all && ceilings->overflow == OVERFLOW(CARRIED);
    return wg_money_subtract(line->minor, over_all, &line->minor);
}

bool
ceilings_apply(struct ceilings *ceilings, struct line_amount *lines, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!apply_to_line(ceilings, &lines[i]))
            return false;
    return true;
}
