/*
 * fuzz_terms.c - "numbers LF the JSON of a version of a contract's terms": refused with
 * pointers, or taken and then settled with units and figures of those numbers: lines add
 * up to what is due, payers to their lines, and nothing overflows unseen.
 */
#include <wellgate/decimal.h>

#include "gateway.h"
#include "payments/account/account.h"
#include "rpc/rules.h"

#define CONTRACT FUZZ_ROOT "/contracts/c"

enum { PEOPLE = 3 };

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
    call.caller.organisation = "organisations/a"; /* who pays records */
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

static long long
next_number(const char **numbers)
{
    char *end;
    long long number = strtoll(*numbers, &end, 10);

    *numbers = end;
    return number;
}

/* A unit of every rule of persons for each of a few people. */
static bool
take_units(struct account *account, const char **numbers)
{
    for (uint32_t person = 0; person < PEOPLE; person++)
        for (uint16_t r = 0; r < account->terms->version->n_rules; r++) {
            size_t days = (size_t)(account->timeline.last - account->timeline.first + 1);
            struct claimed_unit unit = {
                .unit = {.rule = r, .uplift = UNIT_NO_UPLIFT, .reason = REASON(PAID),
                         .quantity = 1, .of = 1},
                .person = person, .account = account->terms->account_of[r]};

            unit.unit.measure = next_number(numbers) % INT64_C(1000000000000);
            unit.unit.date = unit.unit.claimed =
                account->timeline.first + (wg_date)((size_t)next_number(numbers) % days);
            unit.period = (uint16_t)timeline_at(&account->timeline, unit.unit.date);
            if (account->terms->figures.list[r].kind || unit.period < account->terms->span.first ||
                unit.period >= account->terms->span.end)
                continue;
            if (!settlement_take(account->settlement, &unit))
                return false;
        }
    return true;
}

/* As many people as a programme may have, with sums that a score may show. */
static void
set_figures(struct account *account, const char **numbers)
{
    for (size_t r = 0; r < account->n_rules; r++)
        for (size_t p = 0; p < account->timeline.n; p++) {
            struct figure *figure = &account->settlements[r].periods[p].figure;

            figure->n = (uint32_t)((uint64_t)next_number(numbers) % 10000000) + 1;
            figure->judged = true;
            figure->reason = REASON(PAID);
            mpq_set_si(figure->value, next_number(numbers) % INT64_C(1000000000000), 10000);
            mpq_canonicalize(figure->value);
            mpq_set_ui(figure->denominator, figure->n, 1);
            mpq_mul(figure->numerator, figure->value, figure->denominator);
            account->rules[r].periods[p].issued_minor = next_number(numbers);
        }
}

/* Lines and what was issued before make up what is due, rounded once. */
static void
check_sum(const struct rule_account *account, const struct line_amount *lines, size_t n)
{
    int64_t sum = 0, due;
    mpq_t exact;

    mpq_init(exact);
    for (size_t i = 0; i < account->n; i++)
        mpq_add(exact, exact, account->periods[i].due);
    FUZZ_CHECK(wg_money_round(exact, &due));
    for (size_t i = 0; i < account->n; i++)
        if (!wg_money_subtract(due, account->periods[i].issued_minor, &due))
            goto out; /* the order of summing matters beyond int64 */
    for (size_t i = 0; i < n; i++)
        if (!wg_money_add(sum, lines[i].minor, &sum))
            goto out;
    FUZZ_TELL(sum == due, "lines are %lld, due is %lld", (long long)sum, (long long)due);
out:
    mpq_clear(exact);
}

static void
check_payers(const Contract *contract, const struct line_amount *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t sum = 0;

        for (size_t p = 0; p < contract->n_payers; p++)
            FUZZ_CHECK(wg_money_add(sum, lines[i].parts[p], &sum));
        FUZZ_TELL(sum == lines[i].minor, "payers pay %lld of %lld", (long long)sum,
                  (long long)lines[i].minor);
    }
}

static void
check_rule(struct wg_call *call, const struct account *account, const struct rule_account *rule)
{
    struct line_amount *lines = wg_alloc_array(call->arena, rule->n + 1, sizeof(*lines));
    size_t n;

    if (!lines || !rule_account_settle(rule, lines, &n))
        return;
    if (rule->n)
        check_sum(rule, lines, n);
    if (split_lines(call->arena, account->contract, lines, n))
        check_payers(account->contract, lines, n);
}

static void
settle(struct wg_call *call, const Contract *contract, const Version *version, const char *numbers)
{
    struct versions versions = {&version, 1};
    struct account account = {0};

    if (!account_open_with(call, CONTRACT, contract, &versions, "2018-Q1", 1, false, &account) &&
        take_units(&account, &numbers)) {
        set_figures(&account, &numbers);
        if (account_finish(&account))
            for (size_t r = 0; r < account.n_accounts; r++)
                check_rule(call, &account, &account.rules[r]);
    }
    account_close(&account);
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
        settle(&call, (const Contract *)contract.message, version, numbers);
    fuzz_call_end(&call);
    wg_arena_finish(&heap.arena);
    free(numbers);
    free(text);
    return 0;
}
