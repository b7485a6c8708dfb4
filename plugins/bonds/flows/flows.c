/* flows.c - a bond's drawdowns, distributions and write-offs, read from the store. */
#include "flows.h"

#include <string.h>
#include <wellgate/money.h>

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

const struct wg_problem *
too_great(struct wg_call *call)
{
    return wg_fail(call, &wg_conflict,
                   "the amounts add up to more than can be reckoned with");
}

bool
read_money(const char *currency, const Money *money, int64_t *minor)
{
    *minor = 0;
    return !money || (strcmp(money->currency, currency) == 0 &&
                      wg_money_parse(currency, money->amount, minor));
}

int64_t
minor_of(const Money *money)
{
    int64_t minor = 0;

    if (money)
        read_money(money->currency, money, &minor);
    return minor;
}

char *
amount_text(struct wg_call *call, const char *currency, int64_t minor)
{
    char text[WG_MONEY_TEXT_BYTES];

    return wg_format(wg_call_arena(call), "%s %s",
                     wg_money_format(currency, minor, text), currency);
}

/* ---- Flows of a bond ---- */

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
flow_of_write_off(const char *currency, const WriteOff *write_off,
                  struct flow *flow)
{
    struct flow read = {0};

    if (!wg_date_parse(write_off->date, &read.date) ||
        !read_money(currency, write_off->amount, &read.written_off))
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

/* Records are given back to the arena one by one: only their flows are kept. */
struct flow_scan {
    struct wg_call *call;
    const char *currency;
    const struct flow_choice *choice;
    struct flow_list *lists;
    const char *const *commitments; /* whose list it is; NULL: there is one list, of all */
    size_t n;
    struct wg_mark mark; /* behind all that is kept */
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

/* NULL: it is in none. */
static struct flow_list *
list_of(const struct flow_scan *scan, const char *name, const char *commitment, const char *date)
{
    if (!is_chosen(scan->choice, name, commitment, date))
        return NULL;
    if (!scan->commitments)
        return scan->lists;
    for (size_t i = 0; i < scan->n; i++)
        if (strcmp(scan->commitments[i], commitment) == 0)
            return &scan->lists[i];
    return NULL;
}

/* What is stored was checked: not to be readable is a fault of the service. flow is a copy. */
static bool
end_visit(struct flow_scan *scan, struct flow_list *list, bool readable, const struct flow *flow)
{
    struct wg_arena *arena = wg_call_arena(scan->call);

    if (scan->mark.block)
        wg_arena_rewind(arena, scan->mark);
    if (list && !readable)
        scan->problem = &wg_internal;
    else if (list && !flow_list_add(scan->call, list, flow))
        scan->problem = no_memory(scan->call);
    scan->mark = wg_arena_mark(arena);
    return !scan->problem;
}

static bool
take_drawdown(void *context, const struct wg_record *record)
{
    const Drawdown *drawdown = (const Drawdown *)record->message;
    struct flow_scan *scan = context;
    struct flow_list *list =
        list_of(scan, drawdown->name, drawdown->commitment, drawdown->date);
    struct flow flow;
    bool readable = list && flow_of_drawdown(scan->currency, drawdown, &flow);

    return end_visit(scan, list, readable, &flow);
}

static bool
take_distribution(void *context, const struct wg_record *record)
{
    const Distribution *paid = (const Distribution *)record->message;
    struct flow_scan *scan = context;
    struct flow_list *list = list_of(scan, paid->name, paid->commitment, paid->date);
    struct flow flow;
    bool readable = list && flow_of_distribution(scan->currency, paid, &flow);

    return end_visit(scan, list, readable, &flow);
}

static bool
take_write_off(void *context, const struct wg_record *record)
{
    const WriteOff *lost = (const WriteOff *)record->message;
    struct flow_scan *scan = context;
    struct flow_list *list = list_of(scan, lost->name, lost->commitment, lost->date);
    struct flow flow;
    bool readable = list && flow_of_write_off(scan->currency, lost, &flow);

    return end_visit(scan, list, readable, &flow);
}

static const struct wg_problem *
scan_flows(struct flow_scan *scan, const Bond *bond)
{
    static const struct {
        const char *type;
        wg_visit *take;
    } kinds[] = {{"bonds/Drawdown", take_drawdown},
                 {"bonds/Distribution", take_distribution},
                 {"bonds/WriteOff", take_write_off}};
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < sizeof(kinds) / sizeof(*kinds); i++) {
        scan->mark = (struct wg_mark){0};
        problem = wg_scan(scan->call, kinds[i].type, bond->name, NULL, kinds[i].take, scan);
        if (!problem)
            problem = scan->problem;
    }
    return problem;
}

const struct wg_problem *
flow_list_load(struct wg_call *call, const Bond *bond,
               const struct flow_choice *choice, struct flow_list *list)
{
    struct flow_scan scan = {.call = call, .currency = bond->currency, .choice = choice,
                             .lists = list, .n = 1};

    *list = (struct flow_list){0};
    return scan_flows(&scan, bond);
}

const struct wg_problem *
flow_lists_load(struct wg_call *call, const Bond *bond, const struct flow_choice *choice,
                const char *const *commitments, size_t n, struct flow_list *lists)
{
    struct flow_scan scan = {.call = call, .currency = bond->currency, .choice = choice,
                             .lists = lists, .commitments = commitments, .n = n};

    memset(lists, 0, n * sizeof(*lists));
    return scan_flows(&scan, bond);
}

const struct wg_problem *
account_make(struct wg_call *call, int64_t committed, struct flow_list *flows,
             struct account *account)
{
    return account_of(committed, flows->items, flows->n, account)
               ? NULL
               : too_great(call);
}
