/* terms.c - reading terms, exactly. Their checks are in check_terms.c. */
#include "terms.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>

#include "timeline.h"

typedef Wellgate__Common__V1__Money Money;

struct loading {
    struct wg_call *call;
    struct versions *versions;
    size_t capacity;
    bool failed;
};

void
versions_insert(struct versions *versions, const Version *version)
{
    size_t at = versions->n++;

    for (; at > 0 && strcmp(versions->list[at - 1]->effective_date, version->effective_date) > 0; at--)
        versions->list[at] = versions->list[at - 1];
    versions->list[at] = version;
}

static bool
take_version(void *context, const struct wg_record *record)
{
    struct loading *load = context;
    struct versions *versions = load->versions;

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
    versions_insert(versions, (const Version *)record->message);
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

wg_date
issued_until(const Contract *contract)
{
    struct calendar calendar = calendar_of(contract);
    struct wg_period issued;

    return calendar_read_id(&calendar, wg_name_id(contract->last_issued), &issued) ? issued.last
                                                                                  : INT32_MIN;
}

const Rule *
rule_of(const Version *version, const char *id)
{
    for (size_t i = 0; version && i < version->n_rules; i++)
        if (strcmp(version->rules[i]->id, id) == 0)
            return version->rules[i];
    return NULL;
}

/* What a table names at one of its points or steps: a share, or where there is a currency an
 * amount. */
static void
read_value(const char *currency, const char *share, const Money *amount, mpq_ptr value)
{
    int64_t minor;

    if (!currency)
        wg_ratio_parse(share, value);
    else if (amount && wg_money_parse(currency, amount->amount, &minor))
        mpq_set_si(value, minor, 1);
}

static void
read_point(const LinearTable *table, size_t i, const char *currency, mpq_ptr at, mpq_ptr value)
{
    wg_ratio_parse(table->points[i]->at, at);
    read_value(currency, table->points[i]->share, table->points[i]->amount, value);
}

/* value = low.value + (at - low.at) / (high.at - low.at) * (high.value - low.value) */
static void
interpolate(const LinearTable *table, size_t low, const char *currency, mpq_srcptr at,
            mpq_ptr value)
{
    mpq_t x0, x1, y0, y1;

    mpq_inits(x0, x1, y0, y1, NULL);
    read_point(table, low, currency, x0, y0);
    read_point(table, low + 1, currency, x1, y1);
    mpq_sub(x1, x1, x0);
    mpq_sub(y1, y1, y0);
    mpq_sub(value, at, x0);
    mpq_div(value, value, x1);
    mpq_mul(value, value, y1);
    mpq_add(value, value, y0);
    mpq_clears(x0, x1, y0, y1, NULL);
}

static void
linear_table_read(const LinearTable *table, const char *currency, mpq_srcptr at, mpq_ptr value)
{
    size_t last = table->n_points - 1, i = 0;
    mpq_t x;

    mpq_init(x);
    while (i <= last && (wg_ratio_parse(table->points[i]->at, x), mpq_cmp(at, x) > 0))
        i++;
    if (i == 0 || i > last)
        read_point(table, i ? last : 0, currency, x, value);
    else
        interpolate(table, i - 1, currency, at, value);
    mpq_clear(x);
}

void
linear_table_share(const LinearTable *table, mpq_srcptr at, mpq_ptr share)
{
    linear_table_read(table, NULL, at, share);
}

void
linear_table_amount(const LinearTable *table, const char *currency, mpq_srcptr at, mpq_ptr minor)
{
    linear_table_read(table, currency, at, minor);
}

static void
step_table_read(const StepTable *table, const char *currency, mpq_srcptr at, mpq_ptr value)
{
    mpq_t x;

    mpq_init(x);
    mpq_set_ui(value, 0, 1);
    for (size_t i = 0; i < table->n_steps; i++)
        if (wg_ratio_parse(table->steps[i]->at, x) && mpq_cmp(at, x) >= 0)
            read_value(currency, table->steps[i]->share, table->steps[i]->amount, value);
    mpq_clear(x);
}

void
step_table_amount(const StepTable *table, const char *currency, mpq_srcptr at, mpq_ptr minor)
{
    step_table_read(table, currency, at, minor);
}

void
step_table_share(const StepTable *table, mpq_srcptr at, mpq_ptr share)
{
    step_table_read(table, NULL, at, share);
}

const PayerSplit *
split_on(const Version *version, const Rule *rule, wg_date date)
{
    const Settlement *settlement = version ? version->settlement : NULL;
    bool own = rule->n_payer_splits > 0 || !settlement;
    PayerSplit *const *splits = own ? rule->payer_splits : settlement->payer_splits;
    size_t n = own ? rule->n_payer_splits : settlement->n_payer_splits;
    const PayerSplit *found = splits[0];
    wg_date from;

    for (size_t i = 1; i < n; i++)
        if (wg_date_parse(splits[i]->from_date, &from) && from <= date)
            found = splits[i];
    return found;
}
