/* bonds.c - bonds, what investors promise, pay in and get back. */
#include <string.h>
#include <wellgate/html.h>
#include <wellgate/money.h>
#include <wellgate/plugin.h>

#include "notices.h"
#include "report.h"
#include "views.h"
#include "wellgate/core/v1/core.pb-c.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Common__V1__GetRequest GetRequest;
typedef Wellgate__Core__V1__Grant Grant;
typedef Wellgate__Payments__V1__Contract Contract;

#define BIT(role) (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__##role)

WG_EMBED(bonds_descriptors, "bonds.pb");

/* ---- What the rules share ---- */

static bool
lies_in(const Bond *bond, const char *name)
{
    size_t length = strlen(bond->name);

    return strncmp(name, bond->name, length) == 0 && name[length] == '/';
}

/* NULL, and a violation, where the bond has no such commitment. As a rule the
 * host's check of references has noted that before. */
static const struct wg_problem *
load_commitment(struct wg_call *call, const Bond *bond, const char *name,
                const Commitment **commitment)
{
    const struct wg_problem *problem = &wg_not_found;
    struct wg_record record = {0};

    if (lies_in(bond, name))
        problem = wg_load(call, name, &record);
    if (problem == &wg_not_found && !wg_violations(call))
        wg_violation(call, "/commitment", "NOT_FOUND",
                     "there is no such record");
    *commitment = problem ? NULL : (const Commitment *)record.message;
    return problem == &wg_not_found ? NULL : problem;
}

/* pointer + member, for a violation; the field alone past the arena's limit. */
static const char *
member(struct wg_call *call, const char *pointer, const char *name)
{
    const char *text = wg_format(wg_call_arena(call), "%s/%s", pointer, name);

    return text ? text : pointer;
}

/* No money is right, too. */
static void
check_money(struct wg_call *call, const Bond *bond, const char *pointer,
            const Money *money)
{
    int64_t minor;

    if (!money)
        return;
    if (strcmp(money->currency, bond->currency) != 0)
        wg_violation(call, member(call, pointer, "currency"), "UNKNOWN_VALUE",
                     "must be the bond's currency, %s", bond->currency);
    else if (!wg_money_parse(money->currency, money->amount, &minor))
        wg_violation(call, member(call, pointer, "amount"), "MONEY",
                     "is no amount of %s", money->currency);
}

/* The sign is told of the text, so that it can be told in any currency. */
static bool
is_below_zero(const Money *money)
{
    return money->amount[0] == '-' && strpbrk(money->amount, "123456789");
}

static bool
is_zero(const Money *money)
{
    return !strpbrk(money->amount, "123456789");
}

static void
check_amount(struct wg_call *call, const Bond *bond, const Money *money)
{
    check_money(call, bond, "/amount", money);
    if (!money)
        wg_violation(call, "/amount", "REQUIRED", "say how much");
    else if (is_below_zero(money) || is_zero(money))
        wg_violation(call, "/amount/amount", "OUT_OF_RANGE",
                     "must be more than nothing");
}

/* Dates compare as their texts do. */
static void
check_in_term(struct wg_call *call, const Bond *bond, const char *date)
{
    if (strcmp(date, bond->start_date) < 0 || strcmp(date, bond->end_date) > 0)
        wg_violation(call, "/date", "OUT_OF_RANGE",
                     "must lie within the bond's term, %s to %s",
                     bond->start_date, bond->end_date);
}

static void
check_after_commitment(struct wg_call *call, const Commitment *commitment,
                       const char *date)
{
    if (commitment && strcmp(date, commitment->date) < 0)
        wg_violation(call, "/date", "OUT_OF_RANGE",
                     "is before the commitment's date, %s", commitment->date);
}

/* ---- Bonds ---- */

static bool
has_before(char *const *texts, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(texts[i], texts[at]) == 0)
            return true;
    return false;
}

static const struct wg_problem *
ask_contract(struct wg_call *call, char *name, const Contract **contract)
{
    GetRequest request = WELLGATE__COMMON__V1__GET_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.name = name;
    if ((problem = wg_invoke(call, "wellgate.payments.v1.Payments/GetContract",
                             &request.base, &output)))
        return problem;
    *contract = (const Contract *)output;
    return NULL;
}

/* Of several contracts in other currencies the first is told. */
static const struct wg_problem *
check_contract(struct wg_call *call, const Bond *bond, size_t at,
               bool *currency_told)
{
    const char *pointer = wg_format(wg_call_arena(call), "/contracts/%zu", at);
    const struct wg_problem *problem;
    const Contract *contract;

    if (!pointer)
        return no_memory(call);
    if (has_before(bond->contracts, at)) {
        wg_violation(call, pointer, "DUPLICATE", "is named twice");
        return NULL;
    }
    if ((problem = ask_contract(call, bond->contracts[at], &contract)))
        return problem;
    if (strcmp(contract->payee, bond->vehicle) != 0)
        wg_violation(call, pointer, "PAYEE",
                     "its payee is not the bond's vehicle");
    if (strcmp(contract->currency, bond->currency) != 0 && !*currency_told) {
        *currency_told = true;
        wg_violation(call, "/currency", "CURRENCY",
                     "must be the contracts' currency; contracts/%zu is in %s",
                     at, contract->currency);
    }
    return NULL;
}

static const struct wg_problem *
check_contracts(struct wg_call *call, const Bond *bond)
{
    const struct wg_problem *problem = NULL;
    bool currency_told = false;

    for (size_t i = 0; !problem && i < bond->n_contracts; i++)
        problem = check_contract(call, bond, i, &currency_told);
    return problem;
}

static const struct wg_problem *
check_bond(struct wg_call *call, const ProtobufCMessage *before,
           ProtobufCMessage *after)
{
    const Bond *bond = (const Bond *)after;
    const struct wg_problem *problem;

    /* What is checked is immutable, in the contracts, too. */
    if (!bond || before)
        return NULL;
    if (strcmp(bond->end_date, bond->start_date) <= 0)
        wg_violation(call, "/endDate", "OUT_OF_RANGE",
                     "must be after startDate");
    if ((problem = check_contracts(call, bond)) ||
        (problem = wg_violations(call)))
        return problem;
    return wg_grant(call, bond->name, bond->vehicle, BIT(INTERMEDIARY), "");
}

/* ---- Commitments ---- */

/* "organisations/o" and "bonds/b": "organisations/o/grants/bonds~b". */
static char *
grant_name(struct wg_call *call, const Bond *bond, const char *organisation)
{
    return wg_format(wg_call_arena(call), "%s/grants/bonds~%s", organisation,
                     wg_name_id(bond->name));
}

static const struct wg_problem *
load_roles(struct wg_call *call, const Bond *bond, const char *organisation,
           uint32_t *roles)
{
    char *name = grant_name(call, bond, organisation);
    const struct wg_problem *problem;
    struct wg_record record;
    const Grant *grant;

    *roles = 0;
    if (!name)
        return no_memory(call);
    if ((problem = wg_load(call, name, &record)))
        return problem == &wg_not_found ? NULL : problem;
    grant = (const Grant *)record.message;
    for (size_t i = 0; i < grant->n_roles; i++)
        *roles |= 1u << grant->roles[i];
    return NULL;
}

/* A grant replaces the one before: the vehicle, too, may be an investor. */
static const struct wg_problem *
make_investor(struct wg_call *call, const Bond *bond, const char *organisation)
{
    const struct wg_problem *problem;
    uint32_t roles;

    if ((problem = load_roles(call, bond, organisation, &roles)) ||
        roles & BIT(INVESTOR))
        return problem;
    return wg_grant(call, bond->name, organisation, roles | BIT(INVESTOR), "");
}

static const struct wg_problem *
check_commitment(struct wg_call *call, const ProtobufCMessage *before,
                 ProtobufCMessage *after)
{
    const Commitment *commitment = (const Commitment *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    if (!commitment)
        return NULL;
    if ((problem = load_bond(call, commitment->name, &bond)))
        return problem;
    check_amount(call, bond, commitment->amount);
    check_in_term(call, bond, commitment->date);
    if ((problem = wg_violations(call)) || before)
        return problem;
    return make_investor(call, bond, commitment->investor);
}

/* ---- Flows ---- */

/* A flow about to be written, and what it needs to be judged. */
struct entry {
    const Bond *bond;
    const Commitment *commitment;
    const char *name;
    struct flow flow;
};

/* The commitment's account as it will be with the entry. */
static const struct wg_problem *
account_with(struct wg_call *call, const struct entry *entry,
             struct account *account)
{
    const struct flow_choice others = {.commitment = entry->commitment->name,
                                       .except = entry->name};
    const struct wg_problem *problem;
    struct flow_list flows;
    int64_t committed;

    if ((problem = flow_list_load(call, entry->bond, &others, &flows)))
        return problem;
    if (!wg_money_parse(entry->bond->currency,
                        entry->commitment->amount->amount, &committed))
        return &wg_internal;
    if (!flow_list_add(call, &flows, &entry->flow))
        return no_memory(call);
    return account_make(call, committed, &flows, account);
}

static const struct wg_problem *
excess(struct wg_call *call, const struct entry *entry, int64_t minor,
       const char *what)
{
    char *amount = amount_text(call, entry->bond->currency, minor);

    return amount ? wg_fail(call, &wg_conflict, "%s by %s", what, amount)
                  : no_memory(call);
}

static const struct wg_problem *
require_undrawn(struct wg_call *call, const struct entry *entry)
{
    const struct wg_problem *problem;
    struct account account;

    if ((problem = account_with(call, entry, &account)))
        return problem;
    return account.undrawn < 0
               ? excess(call, entry, -account.undrawn,
                        "the drawdowns would exceed the commitment")
               : NULL;
}

/* On every day: the flows may have been recorded in any order. */
static const struct wg_problem *
require_outstanding(struct wg_call *call, const struct entry *entry)
{
    char *what, day[WG_DATE_TEXT_BYTES];
    const struct wg_problem *problem;
    struct account account;

    if ((problem = account_with(call, entry, &account)) ||
        account.lowest_outstanding == 0)
        return problem;
    what = wg_format(wg_call_arena(call),
                     "the principal repaid and written off by %s would exceed "
                     "what was drawn by then under the commitment",
                     wg_date_format(account.lowest_date, day));
    return what ? excess(call, entry, -account.lowest_outstanding, what)
                : no_memory(call);
}

static const struct wg_problem *
check_drawdown(struct wg_call *call, const ProtobufCMessage *before,
               ProtobufCMessage *after)
{
    const Drawdown *drawdown = (const Drawdown *)after;
    const struct wg_problem *problem;
    struct entry entry;

    (void)before;
    if (!drawdown)
        return NULL;
    entry.name = drawdown->name;
    if ((problem = load_bond(call, drawdown->name, &entry.bond)) ||
        (problem = load_commitment(call, entry.bond, drawdown->commitment,
                                   &entry.commitment)))
        return problem;
    check_amount(call, entry.bond, drawdown->amount);
    check_in_term(call, entry.bond, drawdown->date);
    wg_check_past(call, entry.bond->name, "/date", drawdown->date);
    check_after_commitment(call, entry.commitment, drawdown->date);
    if ((problem = check_notice_of(call, drawdown)) ||
        (problem = wg_violations(call)))
        return problem;
    if (!flow_of_drawdown(entry.bond->currency, drawdown, &entry.flow))
        return &wg_internal;
    if ((problem = require_undrawn(call, &entry)))
        return problem;
    return require_asked(call, entry.bond, drawdown);
}

static const struct wg_problem *
check_notice(struct wg_call *call, const ProtobufCMessage *before,
             ProtobufCMessage *after)
{
    const DrawdownNotice *notice = (const DrawdownNotice *)after;
    const struct wg_problem *problem;
    const Commitment *commitment;
    const Bond *bond;

    (void)before;
    if (!notice)
        return NULL;
    if ((problem = load_bond(call, notice->name, &bond)) ||
        (problem = load_commitment(call, bond, notice->commitment, &commitment)))
        return problem;
    check_amount(call, bond, notice->amount);
    wg_check_past(call, bond->name, "/date", notice->date);
    check_after_commitment(call, commitment, notice->date);
    if (strcmp(notice->due_date, notice->date) < 0)
        wg_violation(call, "/dueDate", "OUT_OF_RANGE", "must not be before date");
    if ((problem = wg_violations(call)))
        return problem;
    return require_promised(call, bond, commitment, notice);
}

static void
check_part(struct wg_call *call, const Bond *bond, const char *pointer,
           const Money *money)
{
    check_money(call, bond, pointer, money);
    if (money && is_below_zero(money))
        wg_violation(call, member(call, pointer, "amount"), "OUT_OF_RANGE",
                     "must not be less than nothing");
}

static void
check_parts(struct wg_call *call, const Bond *bond,
            const Distribution *distribution)
{
    const Money *principal = distribution->principal;
    const Money *interest = distribution->interest;
    const Money *surplus = distribution->surplus;

    check_part(call, bond, "/principal", principal);
    check_part(call, bond, "/interest", interest);
    check_part(call, bond, "/surplus", surplus);
    if ((!principal || is_zero(principal)) &&
        (!interest || is_zero(interest)) && (!surplus || is_zero(surplus)))
        wg_violation(call, "", "REQUIRED",
                     "principal, interest and surplus together must be more "
                     "than nothing");
}

static const struct wg_problem *
check_distribution(struct wg_call *call, const ProtobufCMessage *before,
                   ProtobufCMessage *after)
{
    const Distribution *distribution = (const Distribution *)after;
    const struct wg_problem *problem;
    struct entry entry;

    (void)before;
    if (!distribution)
        return NULL;
    entry.name = distribution->name;
    if ((problem = load_bond(call, distribution->name, &entry.bond)) ||
        (problem = load_commitment(call, entry.bond, distribution->commitment,
                                   &entry.commitment)))
        return problem;
    check_parts(call, entry.bond, distribution);
    wg_check_past(call, entry.bond->name, "/date", distribution->date);
    check_after_commitment(call, entry.commitment, distribution->date);
    if ((problem = wg_violations(call)))
        return problem;
    if (!flow_of_distribution(entry.bond->currency, distribution, &entry.flow))
        return &wg_internal;
    return require_outstanding(call, &entry);
}

static const struct wg_problem *
check_write_off(struct wg_call *call, const ProtobufCMessage *before,
                ProtobufCMessage *after)
{
    const WriteOff *write_off = (const WriteOff *)after;
    const struct wg_problem *problem;
    struct entry entry;

    (void)before;
    if (!write_off)
        return NULL;
    entry.name = write_off->name;
    if ((problem = load_bond(call, write_off->name, &entry.bond)) ||
        (problem = load_commitment(call, entry.bond, write_off->commitment,
                                   &entry.commitment)))
        return problem;
    check_amount(call, entry.bond, write_off->amount);
    wg_check_past(call, entry.bond->name, "/date", write_off->date);
    check_after_commitment(call, entry.commitment, write_off->date);
    if ((problem = wg_violations(call)))
        return problem;
    if (!flow_of_write_off(entry.bond->currency, write_off, &entry.flow))
        return &wg_internal;
    return require_outstanding(call, &entry);
}

/* ---- What moves no cash of the investors' ---- */

static const struct wg_problem *
check_valuation(struct wg_call *call, const ProtobufCMessage *before,
                ProtobufCMessage *after)
{
    const Wellgate__Bonds__V1__Valuation *valuation =
        (const Wellgate__Bonds__V1__Valuation *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    (void)before;
    if (!valuation)
        return NULL;
    if ((problem = load_bond(call, valuation->name, &bond)))
        return problem;
    check_money(call, bond, "/amount", valuation->amount);
    if (valuation->amount && is_below_zero(valuation->amount))
        wg_violation(call, "/amount/amount", "OUT_OF_RANGE",
                     "must not be less than nothing");
    wg_check_past(call, bond->name, "/date", valuation->date);
    return wg_violations(call);
}

static const struct wg_problem *
check_recycling(struct wg_call *call, const ProtobufCMessage *before,
                ProtobufCMessage *after)
{
    const Wellgate__Bonds__V1__Recycling *recycling =
        (const Wellgate__Bonds__V1__Recycling *)after;
    const struct wg_problem *problem;
    const Bond *bond;

    (void)before;
    if (!recycling)
        return NULL;
    if ((problem = load_bond(call, recycling->name, &bond)))
        return problem;
    check_amount(call, bond, recycling->amount);
    check_in_term(call, bond, recycling->date);
    wg_check_past(call, bond->name, "/date", recycling->date);
    return wg_violations(call);
}

/* ---- What the gateway is told ---- */

static const struct wg_method methods[] = {
    {.name = "Bonds/CalculateReport", .run = calculate_report},
    {.name = "Bonds/PublishReport", .run = publish_report},
    {0},
};

static const struct wg_rule rules[] = {
    {"bonds/Bond", check_bond},
    {"bonds/Commitment", check_commitment},
    {"bonds/DrawdownNotice", check_notice},
    {"bonds/Drawdown", check_drawdown},
    {"bonds/Distribution", check_distribution},
    {"bonds/WriteOff", check_write_off},
    {"bonds/Valuation", check_valuation},
    {"bonds/Recycling", check_recycling},
    {0},
};

static const struct wg_view views[] = {
    {"Bonds/GetReport", WG_HTML_MEDIA_TYPE, report_page},
    {"Bonds/GetReport", "text/csv; charset=utf-8", report_csv},
    {"Bonds/GetBond", WG_HTML_MEDIA_TYPE, bond_page},
    {"Bonds/ListReports", WG_HTML_MEDIA_TYPE, reports_page},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "bonds",
    .descriptor_set = {bonds_descriptors, bonds_descriptors_end},
    .methods = methods,
    .rules = rules,
    .views = views,
};
