/* terms.c - reading terms, exactly. Their checks are in check_terms.c. */
#include "terms.h"

#include <string.h>
#include <wellgate/decimal.h>

struct loading {
    struct wg_call *call;
    struct versions *versions;
    size_t capacity;
    bool failed;
};

/* Insertion keeps them in order of effective date, whatever their ids. */
static bool
take_version(void *context, const struct wg_record *record)
{
    struct loading *load = context;
    struct versions *versions = load->versions;
    const Version *version = (const Version *)record->message;
    size_t at = versions->n;

    if (versions->n == load->capacity) {
        const Version **list = wg_alloc_array(wg_call_arena(load->call),
                                              load->capacity = 2 * load->capacity + 8,
                                              sizeof(*list));

        if ((load->failed = !list))
            return false;
        if (versions->n)
            memcpy(list, versions->list, versions->n * sizeof(*list));
        versions->list = list;
    }
    for (; at > 0 && strcmp(versions->list[at - 1]->effective_date, version->effective_date) > 0; at--)
        versions->list[at] = versions->list[at - 1];
    versions->list[at] = version;
    versions->n++;
    return true;
}

const struct wg_problem *
versions_load(struct wg_call *call, const char *contract, struct versions *versions)
{
    struct loading load = {.call = call, .versions = versions};
    const struct wg_problem *problem;

    *versions = (struct versions){0};
    problem = wg_scan(call, "payments/Version", contract, NULL, take_version, &load);
    if (!problem && load.failed)
        problem = wg_fail(call, &wg_payload_too_large, "the contract has too many versions");
    return problem;
}

void
versions_keep_agreed(struct versions *versions)
{
    size_t n = 0;

    for (size_t i = 0; i < versions->n; i++)
        if (versions->list[i]->state == WELLGATE__PAYMENTS__V1__VERSION__STATE__AGREED)
            versions->list[n++] = versions->list[i];
    versions->n = n;
}

const Version *
version_of(const struct versions *versions, struct wg_period period)
{
    const Version *found = NULL;
    wg_date effective;

    for (size_t i = 0; i < versions->n; i++)
        if (wg_date_parse(versions->list[i]->effective_date, &effective) &&
            effective <= period.first)
            found = versions->list[i];
    return found;
}

const Rule *
rule_of(const Version *version, const char *id)
{
    for (size_t i = 0; version && i < version->n_rules; i++)
        if (strcmp(version->rules[i]->id, id) == 0)
            return version->rules[i];
    return NULL;
}

/* share = low.share + (at - low.at) / (high.at - low.at) * (high.share - low.share) */
static void
interpolate(const Wellgate__Payments__V1__LinearTable__Point *low,
            const Wellgate__Payments__V1__LinearTable__Point *high, mpq_srcptr at,
            mpq_ptr share)
{
    mpq_t x0, x1, y0, y1;

    mpq_inits(x0, x1, y0, y1, NULL);
    wg_ratio_parse(low->at, x0);
    wg_ratio_parse(high->at, x1);
    wg_ratio_parse(low->share, y0);
    wg_ratio_parse(high->share, y1);
    mpq_sub(x1, x1, x0);
    mpq_sub(y1, y1, y0);
    mpq_sub(share, at, x0);
    mpq_div(share, share, x1);
    mpq_mul(share, share, y1);
    mpq_add(share, share, y0);
    mpq_clears(x0, x1, y0, y1, NULL);
}

void
linear_table_share(const LinearTable *table, mpq_srcptr at, mpq_ptr share)
{
    size_t last = table->n_points - 1, i = 0;
    mpq_t x;

    mpq_init(x);
    while (i <= last && (wg_ratio_parse(table->points[i]->at, x), mpq_cmp(at, x) > 0))
        i++;
    if (i == 0)
        wg_ratio_parse(table->points[0]->share, share);
    else if (i > last)
        wg_ratio_parse(table->points[last]->share, share);
    else
        interpolate(table->points[i - 1], table->points[i], at, share);
    mpq_clear(x);
}

const PayerSplit *
split_on(const Rule *rule, wg_date date)
{
    const PayerSplit *found = rule->payer_splits[0];
    wg_date from;

    for (size_t i = 1; i < rule->n_payer_splits; i++)
        if (wg_date_parse(rule->payer_splits[i]->from_date, &from) && from <= date)
            found = rule->payer_splits[i];
    return found;
}
