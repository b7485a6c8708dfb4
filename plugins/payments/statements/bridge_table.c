/* bridge_table.c - from last time's amount to this time's, a payer a row: only what moved has a column. */
#include "bridge.h"
#include "statement_writing.h"

static const char *const step_words[BRIDGE_STEPS] = {
    [BRIDGE_VOLUME] = "Outcomes", [BRIDGE_PRICE] = "Price", [BRIDGE_LIMITS] = "Gates, caps, floors",
    [BRIDGE_SPLIT] = "Split", [BRIDGE_CEILINGS] = "Ceilings", [BRIDGE_ADVANCES] = "On account, retained",
    [BRIDGE_CORRECTIONS] = "Corrections", [BRIDGE_CREDITS] = "Credits"};

static void
write_amounts(struct writing *w, const struct bridge *bridge, const bool *moved)
{
    wg_cell_money(&w->html, w->currency, bridge->before);
    for (size_t s = 0; s < BRIDGE_STEPS; s++)
        if (moved[s])
            wg_cell_money(&w->html, w->currency, bridge->steps[s]);
    wg_cell_money(&w->html, w->currency, bridge->after);
    wg_row_end(&w->html);
}

static void
add(struct bridge *all, const struct bridge *bridge)
{
    all->before += bridge->before;
    all->after += bridge->after;
    for (size_t s = 0; s < BRIDGE_STEPS; s++)
        all->steps[s] += bridge->steps[s];
}

static size_t
find_columns(const struct bridge *bridges, size_t n, bool *moved, struct wg_column *columns)
{
    size_t used = 0;

    columns[used++] = (struct wg_column){"Payer", false};
    columns[used++] = (struct wg_column){"Was due", true};
    for (size_t s = 0; s < BRIDGE_STEPS; s++) {
        for (size_t i = 0; i < n; i++)
            moved[s] |= bridges[i].steps[s] != 0;
        if (moved[s])
            columns[used++] = (struct wg_column){step_words[s], true};
    }
    columns[used++] = (struct wg_column){"Is due", true};
    return used;
}

void
write_bridge(struct writing *w, const struct bridge *bridges, size_t n)
{
    struct wg_column columns[BRIDGE_STEPS + 3];
    bool moved[BRIDGE_STEPS] = {false};
    struct bridge all = {0};
    size_t used = find_columns(bridges, n, moved, columns);

    wg_table_begin(&w->html, "What moved each payer's amount, without tax", columns, used);
    for (size_t i = 0; i < n; i++) {
        wg_row_begin(&w->html);
        wg_cell(&w->html, organisation_title(w->call, w->facts.contract->payers[i]));
        write_amounts(w, &bridges[i], moved);
        add(&all, &bridges[i]);
    }
    wg_total_begin(&w->html);
    wg_cell(&w->html, "All");
    write_amounts(w, &all, moved);
    wg_table_end(&w->html);
}
