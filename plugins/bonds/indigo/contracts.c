/* contracts.c - what a bond's contracts pay for, at what price, and what was asked for. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/money.h>
#include <wellgate/period.h>

#include "records.h"
#include "wellgate/payments/v1/payments.pb-c.h"
#include "wellgate/payments/v1/terms.pb-c.h"

typedef Wellgate__Payments__V1__Contract Contract;
typedef Wellgate__Payments__V1__Version Version;
typedef Wellgate__Payments__V1__Rule Rule;
typedef Wellgate__Payments__V1__ListVersionsResponse ListVersionsResponse;
typedef Wellgate__Payments__V1__ListIssuedResponse ListIssuedResponse;
typedef Wellgate__Payments__V1__ListIssuedResponse__Issued Issued;

#define PAYMENTS "wellgate.payments.v1.Payments/"
#define PAGE_SIZE 1000
#define LAST_DAY "2199-12-31" /* that a date can be */

/* One contract, as far as it is needed. */
struct terms {
    struct records *records;
    const Contract *contract;
    const Version *version; /* in force, or the first to be; NULL: none is agreed */
    const ListIssuedResponse *issued;
};

/* ---- What payments says ---- */

static const struct wg_problem *
ask(const struct terms *terms, const char *method, const ProtobufCMessage *request,
    const void *answer)
{
    const ProtobufCMessage *output;
    const struct wg_problem *problem = wg_invoke(terms->records->call, method, request, &output);

    if (!problem)
        *(const ProtobufCMessage **)answer = output;
    return problem;
}

static bool
has_begun(const Version *version, const char *today)
{
    return strcmp(version->effective_date, today) <= 0;
}

/* The last that has begun; where none has, the first that will. */
static bool
is_nearer(const Version *version, const Version *than, const char *today)
{
    int order = strcmp(version->effective_date, than->effective_date);

    if (has_begun(version, today) != has_begun(than, today))
        return has_begun(version, today);
    return has_begun(version, today) ? order > 0 : order < 0;
}

static void
choose_version(struct terms *terms, const ListVersionsResponse *page, const char *today)
{
    for (size_t i = 0; i < page->n_versions; i++) {
        const Version *version = page->versions[i];

        if (version->state == WELLGATE__PAYMENTS__V1__VERSION__STATE__AGREED &&
            (!terms->version || is_nearer(version, terms->version, today)))
            terms->version = version;
    }
}

static const struct wg_problem *
load_version(struct terms *terms, char *contract)
{
    Wellgate__Common__V1__ListRequest list = WELLGATE__COMMON__V1__LIST_REQUEST__INIT;
    const ListVersionsResponse *page;
    const struct wg_problem *problem;
    char today[WG_DATE_TEXT_BYTES];

    list.parent = contract;
    list.page_size = PAGE_SIZE;
    wg_date_format(wg_today(terms->records->call, contract), today);
    do {
        if ((problem = ask(terms, PAYMENTS "ListVersions", &list.base, &page)))
            return problem;
        choose_version(terms, page, today);
        list.page_token = page->next_page_token;
    } while (*list.page_token);
    return NULL;
}

static const struct wg_problem *
load_terms(struct terms *terms, char *contract)
{
    Wellgate__Common__V1__GetRequest get = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    Wellgate__Payments__V1__ListIssuedRequest issued =
        WELLGATE__PAYMENTS__V1__LIST_ISSUED_REQUEST__INIT;
    const struct wg_problem *problem;

    get.name = issued.contract = contract;
    issued.until_date = (char *)LAST_DAY;
    if ((problem = ask(terms, PAYMENTS "GetContract", &get.base, &terms->contract)) ||
        (problem = ask(terms, PAYMENTS "ListIssued", &issued.base, &terms->issued)))
        return problem;
    return load_version(terms, contract);
}

/* ---- Outcomes and prices ---- */

static const char *
metric_id(const struct terms *terms, const Rule *rule)
{
    return wg_format(terms->records->arena, "%s/%s", wg_name_id(terms->contract->name), rule->id);
}

/* Fees are due whatever the outcome, and nothing is due under a coupon. */
static bool
is_outcome(const Rule *rule)
{
    return rule->price_case != WELLGATE__PAYMENTS__V1__RULE__PRICE_FEE &&
           rule->price_case != WELLGATE__PAYMENTS__V1__RULE__PRICE_COUPON;
}

/* What one costs, where it always costs the same. */
static const Money *
unit_price(const Rule *rule)
{
    switch (rule->price_case) {
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_FLAT:
        return rule->flat->amount;
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_PER_UNIT_REDUCTION:
        return rule->per_unit_reduction->amount;
    default:
        return NULL;
    }
}

static const char *
price_words(const Rule *rule)
{
    switch (rule->price_case) {
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_SHARE_OF_BUDGET:
        return "A share of a pot for each period, by performance";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_FLAT:
        return "The same for each, or for each period whose figure is high enough";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_STEP_TABLE:
        return "By the highest step that is reached";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_LINEAR_TABLE:
        return "By performance, read between points";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_VOLUME_TIERS:
        return "By how many there were before";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_PER_UNIT_REDUCTION:
        return "For each 1 of what is measured";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_SHARE_OF_SAVING:
        return "A part of what was saved";
    case WELLGATE__PAYMENTS__V1__RULE__PRICE_BONUS_MALUS:
        return "More or less, by the distance from a target";
    default:
        return "";
    }
}

static Wellgate__Bonds__V1__IndigoPrice *
price_new(const struct terms *terms, const Money *money)
{
    struct wg_arena *arena = terms->records->arena;
    Wellgate__Bonds__V1__IndigoPrice *price;
    int64_t minor;

    if (!money || !read_money(terms->contract->currency, money, &minor) ||
        !(price = wg_new_message(arena, &wellgate__bonds__v1__indigo_price__descriptor)))
        return NULL;
    price->amount = money_number_new(arena, terms->contract->currency, minor);
    return price;
}

static bool
add_outcome(const struct terms *terms, const Rule *rule)
{
    struct records *records = terms->records;
    Wellgate__Bonds__V1__IndigoOutcomeMetric *metric =
        row_add(records->arena, records->project, "outcome_metrics");
    Wellgate__Bonds__V1__IndigoOutcomePricing *pricing =
        row_add(records->arena, records->project, "outcome_pricings");
    const char *id = metric_id(terms, rule);

    if (!metric || !pricing || !id)
        return false;
    metric->id = literal_new(records->arena, id);
    metric->definition = text_new(records->arena, rule->title);
    pricing->outcome_metric_id = text_new(records->arena, id);
    pricing->currency = text_new(records->arena, terms->contract->currency);
    pricing->price_per_unit = price_new(terms, unit_price(rule));
    if (rule->caps)
        pricing->maximum_price_if_all_targets_achieved = price_new(terms, rule->caps->amount);
    pricing->price_description = text_new(records->arena, price_words(rule));
    metric->source_ids = pricing->source_ids = source_id(records, terms->contract->name);
    metric->notes = pricing->notes = literal_new(records->arena, terms->version->name);
    return true;
}

static bool
add_outcomes(const struct terms *terms)
{
    for (size_t i = 0; terms->version && i < terms->version->n_rules; i++)
        if (is_outcome(terms->version->rules[i]) && !add_outcome(terms, terms->version->rules[i]))
            return false;
    return true;
}

/* ---- Payers ---- */

static const Money *
ceiling_of(const struct terms *terms, const char *payer)
{
    const Wellgate__Payments__V1__Settlement *settlement =
        terms->version ? terms->version->settlement : NULL;

    for (size_t i = 0; settlement && i < settlement->n_ceilings; i++)
        if (strcmp(settlement->ceilings[i]->payer, payer) == 0)
            return settlement->ceilings[i]->amount;
    return NULL;
}

/* What was asked of a payer; NULL: of all. false: more than can be reckoned with. */
static bool
issued_to(const struct terms *terms, const char *payer, int64_t *sum)
{
    *sum = 0;
    for (size_t i = 0; i < terms->issued->n_issued; i++) {
        const Issued *issued = terms->issued->issued[i];
        int64_t minor;

        if ((!payer || strcmp(issued->payer, payer) == 0) &&
            (!read_money(terms->contract->currency, issued->amount, &minor) ||
             !wg_money_add(*sum, minor, sum)))
            return false;
    }
    return true;
}

static const struct wg_problem *
add_payer(const struct terms *terms, const char *payer)
{
    struct records *records = terms->records;
    const char *currency = terms->contract->currency;
    const Money *ceiling = ceiling_of(terms, payer);
    Wellgate__Bonds__V1__IndigoOutcomePaymentCommitment *row =
        row_add(records->arena, records->project, "outcome_payment_commitments");
    int64_t most, paid;

    if (!row)
        return no_memory(records->call);
    if (!issued_to(terms, payer, &paid))
        return too_great(records->call);
    row->organisation_id = text_new(records->arena, payer);
    if (ceiling && read_money(currency, ceiling, &most))
        row->maximum_potential_outcome_payment = money_new(records->arena, currency, most);
    row->result_type = text_new(records->arena, "Overall");
    row->period = period_new(records->arena, terms->contract->start_date,
                             terms->contract->end_date);
    row->total_outcome_payments = money_new(records->arena, currency, paid);
    row->source_ids = source_id(records, terms->contract->name);
    row->notes = literal_new(records->arena, terms->contract->name);
    return NULL;
}

static const struct wg_problem *
add_payers(const struct terms *terms)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < terms->contract->n_payers; i++)
        problem = add_payer(terms, terms->contract->payers[i]);
    return problem;
}

/* ---- What was asked for ---- */

/* A statement's id is its period, a custom one with "-to-" for "..". NULL: its first day is
 * not known from it. */
static const char *
first_day(struct wg_arena *arena, const char *statement)
{
    const char *id = wg_name_id(statement);
    char day[WG_DATE_TEXT_BYTES];
    struct wg_period period;

    if (strstr(id, "-to-"))
        return wg_copy_bytes(arena, id, sizeof(day) - 1);
    return wg_period_parse(id, &period) ? wg_copy_text(arena, wg_date_format(period.first, day))
                                        : NULL;
}

static bool
add_payment(const struct terms *terms, const Issued *issued)
{
    struct records *records = terms->records;
    const char *first = first_day(records->arena, issued->statement);
    Wellgate__Bonds__V1__IndigoOutcomePayment *row;
    int64_t minor;

    if (!read_money(terms->contract->currency, issued->amount, &minor) || minor == 0)
        return true;
    if (!(row = row_add(records->arena, records->project, "outcome_payments")))
        return false;
    row->period = period_new(records->arena, first, issued->end_date);
    if (row->period && !first)
        row->period->start_date = NULL;
    row->payer_organisation_id = text_new(records->arena, issued->payer);
    row->recipient_organisation_id = text_new(records->arena, terms->contract->payee);
    row->type = text_new(records->arena, "Actual");
    row->money = money_new(records->arena, terms->contract->currency, minor);
    row->source_ids = source_id(records, terms->contract->name);
    row->notes = literal_new(records->arena, issued->statement);
    return true;
}

static bool
add_payments(const struct terms *terms)
{
    for (size_t i = 0; i < terms->issued->n_issued; i++)
        if (!add_payment(terms, terms->issued->issued[i]))
            return false;
    return true;
}

/* By the last day of their periods; of one period in order of statements and payers. */
static int
compare_payments(const void *a, const void *b)
{
    const Wellgate__Bonds__V1__IndigoOutcomePayment *one, *other;
    int order;

    one = *(Wellgate__Bonds__V1__IndigoOutcomePayment *const *)a;
    other = *(Wellgate__Bonds__V1__IndigoOutcomePayment *const *)b;
    order = strcmp(leaf_written(one->period->end_date), leaf_written(other->period->end_date));
    if (!order)
        order = strcmp(literal_text(one->notes), literal_text(other->notes));
    return order ? order : strcmp(leaf_written(one->payer_organisation_id),
                                  leaf_written(other->payer_organisation_id));
}

/* ---- All contracts ---- */

/* What all contracts cap together: nothing, where one of them has no cap. */
struct sums {
    int64_t most, paid;
    bool capped, issued;
};

static const struct wg_problem *
add_contract(const struct terms *terms, struct sums *sums)
{
    const Wellgate__Payments__V1__Settlement *settlement =
        terms->version ? terms->version->settlement : NULL;
    const struct wg_problem *problem;
    int64_t most = 0, paid;

    if ((problem = add_payers(terms)))
        return problem;
    sums->capped &= settlement && settlement->cap &&
                    read_money(terms->contract->currency, settlement->cap, &most);
    sums->issued |= terms->issued->n_issued > 0;
    if (!issued_to(terms, NULL, &paid) || !wg_money_add(sums->paid, paid, &sums->paid) ||
        !wg_money_add(sums->most, most, &sums->most))
        return too_great(terms->records->call);
    return add_outcomes(terms) && add_payments(terms) &&
                   add_source(terms->records, terms->contract->name, terms->contract->title,
                              "Contract")
               ? NULL : no_memory(terms->records->call);
}

static const struct wg_problem *
set_sums(struct records *records, const struct sums *sums)
{
    Wellgate__Bonds__V1__IndigoFinance *finance;

    if (!sums->capped && !sums->issued)
        return NULL;
    if (!(finance = finance_of(records)))
        return no_memory(records->call);
    if (sums->capped)
        finance->maximum_potential_outcome_payment_v2 =
            money_new(records->arena, records->bond->currency, sums->most);
    if (sums->issued)
        finance->total_outcome_payments_made =
            money_new(records->arena, records->bond->currency, sums->paid);
    return NULL;
}

const struct wg_problem *
add_contracts(struct records *records)
{
    struct sums sums = {.capped = records->bond->n_contracts > 0};
    IndigoProject *project = records->project;
    size_t n_planned = project->n_outcome_payments;
    const struct wg_problem *problem;

    for (size_t i = 0; i < records->bond->n_contracts; i++) {
        struct terms terms = {.records = records};

        if ((problem = load_terms(&terms, records->bond->contracts[i])) ||
            (problem = add_contract(&terms, &sums)))
            return problem;
    }
    if (records->arena->exhausted)
        return no_memory(records->call);
    if (project->n_outcome_payments > n_planned)
        qsort(project->outcome_payments + n_planned, project->n_outcome_payments - n_planned,
              sizeof(*project->outcome_payments), compare_payments);
    return set_sums(records, &sums);
}
