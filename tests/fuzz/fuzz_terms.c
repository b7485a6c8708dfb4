/*
 * fuzz_terms.c - "numbers LF the JSON of a version of a contract's terms": refused with
 * pointers, or taken and then settled with those numbers, quarter by quarter: lines add
 * up to what is due, payers to their lines, and nothing overflows unseen.
 *
 * numbers   "paired gain-of-10^-4 issued-minor" for each quarter in turn
 */
#include <wellgate/decimal.h>

#include "gateway.h"
#include "payments/settle.h"
#include "rpc/rules.h"

#define CONTRACT FUZZ_ROOT "/contracts/c"

enum { QUARTERS = 12, RULES_LOOKED_AT = 4 };

/* ---- Recording terms ---- */

static void
put_contract(struct wg_call *call)
{
    static const char text[] =
        "{\"title\":\"C\",\"currency\":\"GBP\",\"payee\":\"organisations/a\",\"payers\":["
        "\"organisations/a\",\"organisations/b\",\"organisations/c\"],"
        "\"startDate\":\"2015-04-01\",\"endDate\":\"2022-03-31\"}";
    const struct message *type = fuzz_message("wellgate.payments.v1.Contract");
    ProtobufCMessage *contract = fuzz_decode(call->arena, type, text, strlen(text));

    FUZZ_CHECK(contract);
    ((Contract *)contract)->name = (char *)CONTRACT;
    FUZZ_TELL(!wg_insert(call, contract, NULL), "%s", call->detail ? call->detail : "");
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct wg_arena arena;
    struct wg_call call;

    (void)argc;
    (void)argv;
    wg_arena_init(&arena, 1 << 20);
    fuzz_call_to_prepare(&call, &arena);
    put_contract(&call);
    wg_arena_finish(&arena);
    return 0;
}

static bool
rules_hold(struct wg_call *call, const struct message *type, const ProtobufCMessage *version)
{
    struct violations violations;

    violations_begin(&violations);
    rules_check(call->gateway->descriptors, call->arena, &violations, type, version, RULES_REQUEST,
                "");
    fuzz_check_violations(&violations);
    return !violations.n;
}

/* NULL where it is refused. */
static const Version *
record(struct wg_call *call, const char *text)
{
    const struct message *type = fuzz_message("wellgate.payments.v1.Version");
    ProtobufCMessage *version = fuzz_decode(call->arena, type, text, strlen(text));
    const struct wg_problem *problem;

    if (!version || !rules_hold(call, type, version))
        return NULL;
    ((Version *)version)->name = (char *)CONTRACT "/versions/v1";
    problem = wg_insert(call, version, NULL);
    fuzz_check_violations(&call->violations);
    if (!problem)
        return (const Version *)version;
    FUZZ_CHECK(problem != &wg_validation || call->violations.n);
    if (!call->arena->exhausted)
        fuzz_check_problem(problem, call->detail);
    return NULL;
}

/* ---- Settling ---- */

struct settling {
    const Contract *contract;
    struct rule_account account;
    struct entitlement periods[QUARTERS];
    struct line_amount lines[QUARTERS];
    size_t n_lines;
};

static long long
next_number(const char **numbers)
{
    char *end;
    long long number = strtoll(*numbers, &end, 10);

    *numbers = end;
    return number;
}

/* As many people as a programme may have, with gains that a score may show. */
static void
lay_out(struct settling *settling, const Version *version, const Rule *rule, const char *numbers)
{
    struct wg_period quarter;

    wg_quarter_parse("2015-Q2", &quarter);
    settling->account = (struct rule_account){rule->id, settling->periods, QUARTERS};
    for (size_t i = 0; i < QUARTERS; i++, quarter = wg_quarter_next(quarter)) {
        struct entitlement *e = &settling->periods[i];
        bool priced = strcmp(version->effective_date, "2015-04-01") <= 0 || i > 3;

        *e = (struct entitlement){.period = quarter};
        e->version = priced ? version : NULL;
        e->rule = priced ? rule : NULL;
        e->tally.paired = (int32_t)(llabs(next_number(&numbers) % 10000000));
        e->tally.gain_sum = next_number(&numbers) % INT64_C(1000000000000000);
        e->issued_minor = next_number(&numbers);
    }
    rule_account_init(&settling->account);
}

/* Lines and what was issued before make up what is due, rounded once. */
static void
check_sum(const struct settling *settling)
{
    int64_t sum = 0, due;
    mpq_t exact;

    mpq_init(exact);
    for (size_t i = 0; i < QUARTERS; i++)
        mpq_add(exact, exact, settling->periods[i].due);
    FUZZ_CHECK(wg_money_round(exact, &due));
    for (size_t i = 0; i < QUARTERS; i++)
        if (!wg_money_subtract(due, settling->periods[i].issued_minor, &due))
            goto out; /* the order of summing matters beyond int64 */
    for (size_t i = 0; i < settling->n_lines; i++)
        if (!wg_money_add(sum, settling->lines[i].minor, &sum))
            goto out;
    FUZZ_TELL(sum == due, "lines are %lld, due is %lld", (long long)sum, (long long)due);
out:
    mpq_clear(exact);
}

static void
check_payers(const struct settling *settling)
{
    for (size_t i = 0; i < settling->n_lines; i++) {
        const struct line_amount *line = &settling->lines[i];
        int64_t sum = 0;

        for (size_t p = 0; p < settling->contract->n_payers; p++)
            FUZZ_CHECK(wg_money_add(sum, line->parts[p], &sum));
        FUZZ_TELL(sum == line->minor, "payers pay %lld of %lld", (long long)sum,
                  (long long)line->minor);
    }
}

static void
check_shares(const struct settling *settling)
{
    for (size_t i = 0; i < QUARTERS; i++)
        FUZZ_CHECK(mpq_sgn(settling->periods[i].share) >= 0 &&
                   mpq_cmp_si(settling->periods[i].share, 1, 1) <= 0);
}

static void
settle(struct wg_call *call, const Contract *contract, const Version *version, const Rule *rule,
       const char *numbers)
{
    struct settling settling = {.contract = contract};

    lay_out(&settling, version, rule, numbers);
    rule_account_earn(&settling.account, contract->currency);
    check_shares(&settling);
    if (rule_account_settle(&settling.account, settling.lines, &settling.n_lines)) {
        check_sum(&settling);
        if (split_lines(call->arena, contract, settling.lines, settling.n_lines))
            check_payers(&settling);
    }
    rule_account_finish(&settling.account);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *numbers = fuzz_line(&input), *text = fuzz_rest(&input);
    const Version *version;
    struct wg_record contract;
    struct fuzz_heap heap;
    struct wg_call call;

    fuzz_heap_begin(&heap, size);
    fuzz_call_begin(&call, &heap.arena);
    version = record(&call, text);
    if (version && !wg_load(&call, CONTRACT, &contract))
        for (size_t i = 0; i < version->n_rules && i < RULES_LOOKED_AT; i++)
            settle(&call, (const Contract *)contract.message, version, version->rules[i], numbers);
    fuzz_call_end(&call);
    wg_arena_finish(&heap.arena);
    free(numbers);
    free(text);
    return 0;
}
