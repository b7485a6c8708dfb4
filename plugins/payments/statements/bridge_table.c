/* bridge_table.c - what each payer is due, and what moved it since last time: only what there is has a
 * column. */
#include "bridge_table.h"

static const char *const step_words[BRIDGE_STEPS] = {
    [BRIDGE_VOLUME] = "Outcomes", [BRIDGE_PRICE] = "Price", [BRIDGE_LIMITS] = "Gates, caps, floors",
    [BRIDGE_SPLIT] = "Split", [BRIDGE_CEILINGS] = "Ceilings", [BRIDGE_ADVANCES] = "On account, retained",
    [BRIDGE_CORRECTIONS] = "Corrections", [BRIDGE_CREDITS] = "Credits"};

/* Which columns there are, beside the payer and what is due. */
struct shown {
    bool before, steps[BRIDGE_STEPS], vat, to_date;
};

static struct shown
find_shown(const struct payer_row *rows, size_t n)
{
    struct shown shown = {0};

    for (size_t i = 0; i < n; i++) {
        shown.before |= rows[i].changed;
        shown.vat |= rows[i].vat != 0;
        shown.to_date |= rows[i].has_to_date;
        for (size_t s = 0; s < BRIDGE_STEPS; s++)
            shown.steps[s] |= rows[i].changed && rows[i].bridge.steps[s] != 0;
    }
    return shown;
}

static size_t
find_columns(const struct shown *shown, struct wg_column *columns)
{
    size_t n = 0;

    columns[n++] = (struct wg_column){"Payer", false};
    if (shown->before)
        columns[n++] = (struct wg_column){"Was due", true};
    for (size_t s = 0; s < BRIDGE_STEPS; s++)
        if (shown->steps[s])
            columns[n++] = (struct wg_column){step_words[s], true};
    columns[n++] = (struct wg_column){shown->before ? "Is due" : "Due", true};
    if (shown->vat) {
        columns[n++] = (struct wg_column){"VAT", true};
        columns[n++] = (struct wg_column){"With VAT", true};
    }
    if (shown->to_date)
        columns[n++] = (struct wg_column){"To date", true};
    return n;
}

static void
write_amounts(struct writing *w, const struct payer_row *row, const struct shown *shown)
{
    if (shown->before)
        wg_cell_money(&w->html, w->currency, row->bridge.before);
    for (size_t s = 0; s < BRIDGE_STEPS; s++)
        if (shown->steps[s])
            wg_cell_money(&w->html, w->currency, row->bridge.steps[s]);
    wg_cell_money(&w->html, w->currency, row->bridge.after);
    if (shown->vat) {
        wg_cell_money(&w->html, w->currency, row->vat);
        wg_cell_money(&w->html, w->currency, row->bridge.after + row->vat);
    }
    if (shown->to_date)
        wg_cell_money(&w->html, w->currency, row->to_date);
    wg_row_end(&w->html);
}

static void
add(struct payer_row *all, const struct payer_row *row)
{
    all->bridge.before += row->bridge.before;
    all->bridge.after += row->bridge.after;
    all->vat += row->vat;
    all->to_date += row->to_date;
    for (size_t s = 0; s < BRIDGE_STEPS; s++)
        all->bridge.steps[s] += row->bridge.steps[s];
}

void
write_payer_rows(struct writing *w, const struct payer_row *rows, size_t n)
{
    struct wg_column columns[BRIDGE_STEPS + 6];
    const struct shown shown = find_shown(rows, n);
    struct payer_row all = {0};

    wg_table_begin(&w->html, shown.before ? "Due from each payer, and what moved it" : "Due from each payer",
                   columns, find_columns(&shown, columns));
    for (size_t i = 0; i < n; i++) {
        wg_row_begin(&w->html);
        wg_cell(&w->html, organisation_title(w->call, w->facts.contract->payers[i]));
        write_amounts(w, &rows[i], &shown);
        add(&all, &rows[i]);
    }
    wg_total_begin(&w->html);
    wg_cell(&w->html, "All");
    write_amounts(w, &all, &shown);
    wg_table_end(&w->html);
}
