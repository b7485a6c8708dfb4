/* report.c - a bond's quarterly report: calculated, then published for good. */
#include "report.h"

#include <math.h>
#include <openssl/evp.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>
#include <wellgate/period.h>

#include "google/protobuf/timestamp.pb-c.h"
#include "wellgate/payments/v1/payments.pb-c.h"
#include "xirr.h"

typedef Wellgate__Bonds__V1__CapitalAccount CapitalAccount;
typedef Wellgate__Bonds__V1__Figure Figure;
typedef Wellgate__Bonds__V1__OutcomeIncome OutcomeIncome;
typedef Wellgate__Bonds__V1__Report Report;
typedef Wellgate__Common__V1__GetRequest GetRequest;
typedef Wellgate__Payments__V1__ListIssuedRequest ListIssuedRequest;
typedef Wellgate__Payments__V1__ListIssuedResponse ListIssuedResponse;
typedef Wellgate__Payments__V1__ListIssuedResponse__Issued Issued;
typedef Google__Protobuf__Timestamp Timestamp;

#define DRAFT WELLGATE__BONDS__V1__REPORT__STATE__DRAFT
#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED
#define FIGURE_DIGITS 4
#define ROUNDED " rounded to 4 decimals, half away from zero."

const struct wg_problem *
no_memory(struct wg_call *call)
{
    return wg_fail(call, &wg_payload_too_large, "it holds too much");
}

const struct wg_problem *
load_bond(struct wg_call *call, const char *name, const Bond **bond)
{
    char *root = wg_name_parent(call, name, 1);
    const struct wg_problem *problem;
    struct wg_record record;

    if (!root)
        return no_memory(call);
    if ((problem = wg_load(call, root, &record)))
        return problem;
    *bond = (const Bond *)record.message;
    return NULL;
}

/* ---- Flows of a bond ---- */

/* No money is none. */
static bool
read_money(const char *currency, const Money *money, int64_t *minor)
{
    *minor = 0;
    return !money || (strcmp(money->currency, currency) == 0 &&
                      wg_money_parse(currency, money->amount, minor));
}

bool
flow_of_drawdown(const char *currency, const Drawdown *drawdown,
                 struct flow *flow)
{
    struct flow read = {0};

    if (!wg_date_parse(drawdown->date, &read.date) ||
        !read_money(currency, drawdown->amount, &read.drawn))
        return false;
    *flow = read;
    return true;
}

bool
flow_of_distribution(const char *currency, const Distribution *distribution,
                     struct flow *flow)
{
    struct flow read = {0};

    if (!wg_date_parse(distribution->date, &read.date) ||
        !read_money(currency, distribution->principal, &read.principal) ||
        !read_money(currency, distribution->interest, &read.interest) ||
        !read_money(currency, distribution->surplus, &read.surplus))
        return false;
    *flow = read;
    return true;
}

bool
flow_list_add(struct wg_call *call, struct flow_list *list,
              const struct flow *flow)
{
    if (list->n == list->room) {
        size_t room = 2 * list->room + 16;
        struct flow *items =
            wg_alloc_array(wg_call_arena(call), room, sizeof(*items));

        if (!items)
            return false;
        if (list->n > 0)
            memcpy(items, list->items, list->n * sizeof(*items));
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = *flow;
    return true;
}

struct flow_scan {
    struct wg_call *call;
    const char *currency;
    const struct flow_choice *choice;
    struct flow_list *list;
    const struct wg_problem *problem;
};

/* Dates compare as their texts do. */
static bool
is_chosen(const struct flow_choice *choice, const char *name,
          const char *commitment, const char *date)
{
    return !(choice->commitment && strcmp(choice->commitment, commitment)) &&
           !(choice->except && strcmp(choice->except, name) == 0) &&
           !(choice->until_date && strcmp(date, choice->until_date) > 0);
}

/* What is stored was checked: not to be readable is a fault of the service. */
static bool
take_flow(struct flow_scan *scan, bool readable, const struct flow *flow)
{
    if (!readable)
        scan->problem = &wg_internal;
    else if (!flow_list_add(scan->call, scan->list, flow))
        scan->problem = no_memory(scan->call);
    return !scan->problem;
}

static bool
take_drawdown(void *context, const struct wg_record *record)
{
    const Drawdown *drawdown = (const Drawdown *)record->message;
    struct flow_scan *scan = context;
    struct flow flow;

    if (!is_chosen(scan->choice, drawdown->name, drawdown->commitment,
                   drawdown->date))
        return true;
    return take_flow(scan, flow_of_drawdown(scan->currency, drawdown, &flow),
                     &flow);
}

static bool
take_distribution(void *context, const struct wg_record *record)
{
    const Distribution *paid = (const Distribution *)record->message;
    struct flow_scan *scan = context;
    struct flow flow;

    if (!is_chosen(scan->choice, paid->name, paid->commitment, paid->date))
        return true;
    return take_flow(scan, flow_of_distribution(scan->currency, paid, &flow),
                     &flow);
}

const struct wg_problem *
flow_list_load(struct wg_call *call, const Bond *bond,
               const struct flow_choice *choice, struct flow_list *list)
{
    struct flow_scan scan = {call, bond->currency, choice, list, NULL};
    const struct wg_problem *problem;

    *list = (struct flow_list){0};
    if ((problem = wg_scan(call, "bonds/Drawdown", bond->name, NULL,
                           take_drawdown, &scan)) ||
        (problem = scan.problem) ||
        (problem = wg_scan(call, "bonds/Distribution", bond->name, NULL,
                           take_distribution, &scan)))
        return problem;
    return scan.problem;
}

static const struct wg_problem *
too_great(struct wg_call *call)
{
    return wg_fail(call, &wg_conflict,
                   "the amounts add up to more than can be reckoned with");
}

const struct wg_problem *
account_make(struct wg_call *call, int64_t committed, struct flow_list *flows,
             struct account *account)
{
    return account_of(committed, flows->items, flows->n, account)
               ? NULL
               : too_great(call);
}

/* ---- What a report is made of ---- */

struct basis {
    struct wg_call *call;
    struct wg_arena *arena;
    const Bond *bond;
    const char *end_date; /* last day of the quarter */
    struct flow_list flows;
    int32_t n_drawdowns;
    struct account account;
};

struct commitment_scan {
    const struct basis *basis;
    int64_t committed;
    const struct wg_problem *problem;
};

static bool
take_commitment(void *context, const struct wg_record *record)
{
    const Commitment *commitment = (const Commitment *)record->message;
    struct commitment_scan *scan = context;
    int64_t minor;

    if (strcmp(commitment->date, scan->basis->end_date) > 0)
        return true;
    if (!read_money(scan->basis->bond->currency, commitment->amount, &minor))
        scan->problem = &wg_internal;
    else if (!wg_money_add(scan->committed, minor, &scan->committed))
        scan->problem = too_great(scan->basis->call);
    return !scan->problem;
}

static const struct wg_problem *
load_committed(const struct basis *basis, int64_t *committed)
{
    struct commitment_scan scan = {.basis = basis};
    const struct wg_problem *problem =
        wg_scan(basis->call, "bonds/Commitment", basis->bond->name, NULL,
                take_commitment, &scan);

    *committed = scan.committed;
    return problem ? problem : scan.problem;
}

static const struct wg_problem *
load_basis(struct basis *basis)
{
    const struct flow_choice to_date = {.until_date = basis->end_date};
    const struct wg_problem *problem;
    int64_t committed;

    if ((problem = load_committed(basis, &committed)) ||
        (problem = flow_list_load(basis->call, basis->bond, &to_date,
                                  &basis->flows)))
        return problem;
    for (size_t i = 0; i < basis->flows.n; i++)
        basis->n_drawdowns += basis->flows.items[i].drawn > 0;
    return account_make(basis->call, committed, &basis->flows, &basis->account);
}

/* ---- Messages: NULL past the arena's limit, checked at the end ---- */

static void *
message_new(struct wg_arena *arena, const ProtobufCMessageDescriptor *type)
{
    void *message = wg_alloc(arena, type->sizeof_message);

    if (message)
        protobuf_c_message_init(type, message);
    return message;
}

static Money *
money_new(const struct basis *basis, int64_t minor)
{
    Money *money =
        message_new(basis->arena, &wellgate__common__v1__money__descriptor);
    char text[WG_MONEY_TEXT_BYTES];

    if (!money)
        return NULL;
    money->currency = basis->bond->currency;
    wg_money_format(basis->bond->currency, minor, text);
    money->amount = wg_copy_text(basis->arena, text);
    return money;
}

char *
amount_text(struct wg_call *call, const char *currency, int64_t minor)
{
    char text[WG_MONEY_TEXT_BYTES];

    return wg_format(wg_call_arena(call), "%s %s",
                     wg_money_format(currency, minor, text), currency);
}

static CapitalAccount *
capital_account_new(const struct basis *basis)
{
    CapitalAccount *message = message_new(
        basis->arena, &wellgate__bonds__v1__capital_account__descriptor);
    const struct account *account = &basis->account;

    if (!message)
        return NULL;
    message->committed = money_new(basis, account->committed);
    message->drawn = money_new(basis, account->drawn);
    message->undrawn = money_new(basis, account->undrawn);
    message->principal_repaid = money_new(basis, account->principal_repaid);
    message->interest = money_new(basis, account->interest);
    message->surplus = money_new(basis, account->surplus);
    message->outstanding = money_new(basis, account->outstanding);
    message->peak_exposure = money_new(basis, account->peak_exposure);
    return message;
}

/* ---- Multiples ---- */

struct multiple {
    int64_t numerator;
    int64_t denominator;
    const char *numerator_rule;   /* "distributed" */
    const char *numerator_more;   /* " + valuation 0.00 GBP" */
    const char *denominator_rule; /* "paid in" */
    int32_t n;
    const char *method;
    const char *undefined; /* the note where the denominator is 0 */
};

static char *
ratio_text(struct wg_arena *arena, int64_t numerator, int64_t denominator)
{
    char *text;
    mpq_t ratio;

    mpq_init(ratio);
    mpq_set_si(ratio, numerator, (unsigned long)denominator);
    mpq_canonicalize(ratio);
    text = wg_ratio_round_format(arena, ratio, FIGURE_DIGITS);
    mpq_clear(ratio);
    return text;
}

static char *
term_text(const struct basis *basis, const char *rule, int64_t minor,
          const char *more)
{
    char *amount = amount_text(basis->call, basis->bond->currency, minor);

    return amount ? wg_format(basis->arena, "%s %s%s", rule, amount, more)
                  : NULL;
}

static Figure *
multiple_new(const struct basis *basis, const struct multiple *multiple)
{
    Figure *figure =
        message_new(basis->arena, &wellgate__bonds__v1__figure__descriptor);

    if (!figure)
        return NULL;
    if (multiple->denominator == 0)
        figure->note = (char *)multiple->undefined;
    else
        figure->value = ratio_text(basis->arena, multiple->numerator,
                                   multiple->denominator);
    figure->unit = (char *)"ratio";
    figure->numerator =
        term_text(basis, multiple->numerator_rule, multiple->numerator,
                  multiple->numerator_more);
    figure->denominator = term_text(basis, multiple->denominator_rule,
                                    multiple->denominator, "");
    figure->n = multiple->n;
    figure->method = (char *)multiple->method;
    return figure;
}

static Figure *
called_new(const struct basis *basis)
{
    return multiple_new(basis, &(struct multiple){
        .numerator = basis->account.drawn,
        .numerator_rule = "paid in",
        .numerator_more = "",
        .denominator = basis->account.committed,
        .denominator_rule = "committed",
        .n = basis->n_drawdowns,
        .method = "Drawdowns to date divided by commitments to date," ROUNDED,
        .undefined = "not meaningful: nothing committed yet",
    });
}

static Figure *
dpi_new(const struct basis *basis)
{
    return multiple_new(basis, &(struct multiple){
        .numerator = basis->account.distributed,
        .numerator_rule = "distributed",
        .numerator_more = "",
        .denominator = basis->account.drawn,
        .denominator_rule = "paid in",
        .n = (int32_t)basis->flows.n,
        .method = "Principal, interest and surplus distributed to date, "
                  "divided by drawdowns to date," ROUNDED,
        .undefined = "not meaningful: nothing paid in yet",
    });
}

static Figure *
moic_new(const struct basis *basis)
{
    char *valuation = amount_text(basis->call, basis->bond->currency, 0);
    char *more = valuation
                     ? wg_format(basis->arena, " + valuation %s", valuation)
                     : NULL;

    return multiple_new(basis, &(struct multiple){
        .numerator = basis->account.distributed,
        .numerator_rule = "distributed",
        .numerator_more = more ? more : "",
        .denominator = basis->account.drawn,
        .denominator_rule = "paid in",
        .n = (int32_t)basis->flows.n,
        .method = "Distributions to date plus the latest valuation (0: nothing "
                  "is valued), divided by drawdowns to date," ROUNDED,
        .undefined = "not meaningful: nothing paid in yet",
    });
}

/* ---- Internal rate of return ---- */

/* The last bits of a rate differ between machines. Rounded to 10 decimals first
 * they agree, above all where a rate is half way between two of 4 decimals. */
static char *
rate_text(struct wg_arena *arena, double rate)
{
    const int64_t one = INT64_C(10000000000);

    return ratio_text(arena, llround(rate * (double)one), one);
}

static char *
rates_text(struct wg_arena *arena, const struct xirr *xirr)
{
    char *text = (char *)"";

    for (size_t i = 0; text && i < xirr->n_rates; i++) {
        char *rate = rate_text(arena, xirr->rates[i]);

        text = rate ? wg_format(arena, "%s%s%s", text, i ? ", " : "", rate)
                    : NULL;
    }
    return text;
}

static char *
several_rates_note(struct wg_arena *arena, const struct xirr *xirr)
{
    char *rates = rates_text(arena, xirr);

    return rates ? wg_format(arena,
                             "several rates fit the flows: %s; the value is "
                             "the one nearest to 0 that has the sign of the "
                             "gain, or else the nearest to 0",
                             rates)
                 : NULL;
}

static const char *
no_rate_note(enum xirr_status status)
{
    switch (status) {
    case XIRR_NO_INFLOW:
        return "not meaningful: no inflow yet";
    case XIRR_NO_OUTFLOW:
        return "not meaningful: no outflow yet";
    case XIRR_NO_ROOT:
    case XIRR_OK:
        break;
    }
    return "not meaningful: no rate fits the flows";
}

/* The account has shown that no sum of them overflows. */
static struct xirr_flow *
investor_flows(const struct basis *basis)
{
    const struct flow_list *list = &basis->flows;
    struct xirr_flow *flows =
        wg_alloc_array(basis->arena, list->n, sizeof(*flows));

    for (size_t i = 0; flows && i < list->n; i++) {
        const struct flow *flow = &list->items[i];

        flows[i].date = flow->date;
        flows[i].minor =
            flow->principal + flow->interest + flow->surplus - flow->drawn;
    }
    return flows;
}

static void
set_rate(const struct basis *basis, const struct xirr_flow *flows,
         Figure *figure)
{
    struct xirr xirr;
    enum xirr_status status =
        xirr_solve(basis->arena, flows, basis->flows.n, &xirr);

    if (status != XIRR_OK) {
        figure->note = (char *)no_rate_note(status);
        return;
    }
    figure->value = rate_text(basis->arena, xirr.rate);
    if (xirr.n_rates > 1)
        figure->note = several_rates_note(basis->arena, &xirr);
}

/* The account has put the flows in order of their dates. */
static char *
day_count_text(const struct basis *basis)
{
    char first[WG_DATE_TEXT_BYTES];

    if (basis->flows.n == 0)
        return (char *)"actual/365";
    return wg_format(basis->arena, "actual/365 from %s",
                     wg_date_format(basis->flows.items[0].date, first));
}

static Figure *
irr_new(const struct basis *basis)
{
    Figure *figure =
        message_new(basis->arena, &wellgate__bonds__v1__figure__descriptor);
    struct xirr_flow *flows = investor_flows(basis);

    if (!figure || !flows)
        return NULL;
    set_rate(basis, flows, figure);
    figure->unit = (char *)"per year";
    figure->numerator =
        wg_format(basis->arena, "%zu dated flow%s", basis->flows.n,
                  basis->flows.n == 1 ? "" : "s");
    figure->denominator = day_count_text(basis);
    figure->n = (int32_t)basis->flows.n;
    figure->method =
        (char *)"XIRR: the annual effective rate, actual/365, at which all "
                "drawdowns and distributions to date are worth 0 on the day "
                "of the first," ROUNDED;
    return figure;
}

/* ---- Outcome income ---- */

static const struct wg_problem *
ask_issued(const struct basis *basis, char *contract,
           const ListIssuedResponse **response)
{
    ListIssuedRequest request =
        WELLGATE__PAYMENTS__V1__LIST_ISSUED_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.contract = contract;
    request.until_date = (char *)basis->end_date;
    if ((problem = wg_invoke(basis->call,
                             "wellgate.payments.v1.Payments/ListIssued",
                             &request.base, &output)))
        return problem;
    *response = (const ListIssuedResponse *)output;
    return NULL;
}

/* Room for so many more rows behind those that are there. */
static bool
make_room(const struct basis *basis, Report *report, size_t n_more)
{
    OutcomeIncome **rows = wg_alloc_array(
        basis->arena, report->n_outcome_income + n_more, sizeof(*rows));

    if (rows && report->n_outcome_income > 0)
        memcpy(rows, report->outcome_income,
               report->n_outcome_income * sizeof(*rows));
    report->outcome_income = rows;
    return rows;
}

static const struct wg_problem *
add_income(const struct basis *basis, Report *report, const Issued *issued,
           int64_t *total)
{
    OutcomeIncome *income = message_new(
        basis->arena, &wellgate__bonds__v1__outcome_income__descriptor);
    int64_t minor;

    if (!income)
        return no_memory(basis->call);
    if (!read_money(basis->bond->currency, issued->amount, &minor))
        return wg_fail(basis->call, &wg_conflict,
                       "%s is not in the bond's currency, %s",
                       issued->statement, basis->bond->currency);
    if (!wg_money_add(*total, minor, total))
        return too_great(basis->call);
    income->statement = issued->statement;
    income->end_date = issued->end_date;
    income->payer = issued->payer;
    income->amount = money_new(basis, minor);
    report->outcome_income[report->n_outcome_income++] = income;
    return NULL;
}

static const struct wg_problem *
add_contract(const struct basis *basis, Report *report, char *contract,
             int64_t *total)
{
    const ListIssuedResponse *response;
    const struct wg_problem *problem;

    if ((problem = ask_issued(basis, contract, &response)))
        return problem;
    if (!make_room(basis, report, response->n_issued))
        return no_memory(basis->call);
    for (size_t i = 0; i < response->n_issued; i++)
        if ((problem = add_income(basis, report, response->issued[i], total)))
            return problem;
    return NULL;
}

static const struct wg_problem *
set_outcome_income(const struct basis *basis, Report *report)
{
    const struct wg_problem *problem;
    int64_t total = 0;

    for (size_t i = 0; i < basis->bond->n_contracts; i++)
        if ((problem = add_contract(basis, report, basis->bond->contracts[i],
                                    &total)))
            return problem;
    report->outcome_income_total = money_new(basis, total);
    return NULL;
}

/* ---- CalculateReport ---- */

static const struct wg_problem *
fill_report(struct basis *basis, Report *report)
{
    const struct wg_problem *problem;

    if ((problem = load_basis(basis)))
        return problem;
    report->state = DRAFT;
    report->end_date = (char *)basis->end_date;
    report->capital_account = capital_account_new(basis);
    report->called = called_new(basis);
    report->dpi = dpi_new(basis);
    report->moic = moic_new(basis);
    report->irr = irr_new(basis);
    if ((problem = set_outcome_income(basis, report)) ||
        (problem = wg_sequence(basis->call, basis->bond->name,
                               &report->known_at_sequence)))
        return problem;
    return basis->arena->exhausted ? no_memory(basis->call) : NULL;
}

static const struct wg_problem *
require_reportable(struct wg_call *call, const Bond *bond,
                   struct wg_period quarter)
{
    char last[WG_DATE_TEXT_BYTES];

    wg_date_format(quarter.last, last);
    if (quarter.last > wg_today(call, bond->name))
        return wg_fail(call, &wg_conflict, "the quarter ends only on %s", last);
    if (strcmp(last, bond->start_date) < 0)
        return wg_fail(call, &wg_conflict,
                       "the quarter ended before the bond's term began, on %s",
                       bond->start_date);
    return NULL;
}

/* Is there a report? It may be replaced, unless it is published. */
static const struct wg_problem *
require_replaceable(struct wg_call *call, const char *name, bool *exists)
{
    struct wg_record record;
    const struct wg_problem *problem = wg_load(call, name, &record);

    *exists = !problem;
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    if (((const Report *)record.message)->state == PUBLISHED)
        return wg_fail(call, &wg_conflict,
                       "the report is published and can no longer change");
    return NULL;
}

static const struct wg_problem *
write_draft(struct wg_call *call, const Bond *bond, const char *name,
            struct wg_period quarter, bool replace)
{
    struct wg_arena *arena = wg_call_arena(call);
    Report *report =
        message_new(arena, &wellgate__bonds__v1__report__descriptor);
    char last[WG_DATE_TEXT_BYTES];
    struct basis basis = {
        .call = call,
        .arena = arena,
        .bond = bond,
        .end_date = wg_copy_text(arena, wg_date_format(quarter.last, last)),
    };
    const struct wg_problem *problem;

    if (!report || !basis.end_date)
        return no_memory(call);
    report->name = (char *)name;
    if ((problem = fill_report(&basis, report)) ||
        (problem = replace
                       ? wg_update(call, &report->base, "report.calculated")
                       : wg_insert(call, &report->base, "report.calculated")))
        return problem;
    wg_answer(call, &report->base);
    return NULL;
}

const struct wg_problem *
calculate_report(struct wg_call *call)
{
    const char *name = ((const GetRequest *)wg_input(call))->name;
    const struct wg_problem *problem;
    struct wg_period quarter;
    const Bond *bond;
    bool exists;

    if (!wg_quarter_parse(wg_name_id(name), &quarter))
        return &wg_not_found;
    if ((problem = load_bond(call, name, &bond)) ||
        (problem = require_reportable(call, bond, quarter)) ||
        (problem = require_replaceable(call, name, &exists)))
        return problem;
    return write_draft(call, bond, name, quarter, exists);
}

/* ---- PublishReport ---- */

struct reader_scan {
    struct wg_call *call;
    Report *report;
};

static bool
reads_already(const Report *report, const char *organisation)
{
    for (size_t i = 0; i < report->n_readers; i++)
        if (strcmp(report->readers[i], organisation) == 0)
            return true;
    return false;
}

static bool
add_reader(struct wg_call *call, Report *report, char *organisation)
{
    char **readers = wg_alloc_array(wg_call_arena(call), report->n_readers + 1,
                                    sizeof(*readers));

    if (!readers)
        return false;
    if (report->n_readers > 0)
        memcpy(readers, report->readers, report->n_readers * sizeof(*readers));
    readers[report->n_readers++] = organisation;
    report->readers = readers;
    return true;
}

static bool
take_reader(void *context, const struct wg_record *record)
{
    const Commitment *commitment = (const Commitment *)record->message;
    struct reader_scan *scan = context;

    return reads_already(scan->report, commitment->investor) ||
           add_reader(scan->call, scan->report, commitment->investor);
}

static const struct wg_problem *
set_readers(struct wg_call *call, Report *report)
{
    struct reader_scan scan = {call, report};
    char *bond = wg_name_parent(call, report->name, 1);
    const struct wg_problem *problem;

    report->n_readers = 0;
    if (!bond)
        return no_memory(call);
    if ((problem = wg_scan(call, "bonds/Commitment", bond, NULL, take_reader,
                           &scan)))
        return problem;
    return wg_call_arena(call)->exhausted ? no_memory(call) : NULL;
}

static char *
hexadecimal(struct wg_arena *arena, const unsigned char *bytes, size_t n)
{
    char *text = wg_alloc(arena, 2 * n + 1);

    for (size_t i = 0; text && i < n; i++) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}

/* The report without what says when and to whom, but not what. */
static Report
only_figures(const Report *report)
{
    Report figures = *report;

    figures.state = WELLGATE__BONDS__V1__REPORT__STATE__STATE_UNSPECIFIED;
    figures.n_readers = 0;
    figures.readers = NULL;
    figures.content_hash = (char *)protobuf_c_empty_string;
    figures.known_at_sequence = 0;
    figures.publish_time = NULL;
    figures.create_time = NULL;
    figures.update_time = NULL;
    return figures;
}

static const struct wg_problem *
set_content_hash(struct wg_call *call, Report *report)
{
    struct wg_arena *arena = wg_call_arena(call);
    const Report figures = only_figures(report);
    size_t length = protobuf_c_message_get_packed_size(&figures.base);
    uint8_t *packed = wg_alloc(arena, length);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n;

    if (!packed)
        return no_memory(call);
    protobuf_c_message_pack(&figures.base, packed);
    if (!EVP_Digest(packed, length, digest, &n, EVP_sha256(), NULL))
        return &wg_internal;
    report->content_hash = hexadecimal(arena, digest, n);
    return report->content_hash ? NULL : no_memory(call);
}

static const struct wg_problem *
set_publish_time(struct wg_call *call, Report *report)
{
    Timestamp *time = message_new(wg_call_arena(call),
                                  &google__protobuf__timestamp__descriptor);

    if (!time)
        return no_memory(call);
    time->seconds = wg_now_ms(call) / 1000;
    time->nanos = (int32_t)(wg_now_ms(call) % 1000) * 1000000;
    report->publish_time = time;
    return NULL;
}

static const struct wg_problem *
require_draft(struct wg_call *call, const Report *report)
{
    return report->state == PUBLISHED
               ? wg_fail(call, &wg_conflict, "the report is published already")
               : NULL;
}

const struct wg_problem *
publish_report(struct wg_call *call)
{
    const char *name = ((const GetRequest *)wg_input(call))->name;
    const struct wg_problem *problem;
    struct wg_record record;
    Report *report;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    report = (Report *)record.message;
    if ((problem = require_draft(call, report)) ||
        (problem = set_readers(call, report)) ||
        (problem = set_content_hash(call, report)) ||
        (problem = set_publish_time(call, report)))
        return problem;
    report->state = PUBLISHED;
    if ((problem = wg_update(call, &report->base, "report.published")))
        return problem;
    wg_answer(call, &report->base);
    return NULL;
}
