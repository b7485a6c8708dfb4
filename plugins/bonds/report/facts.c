/* facts.c - what a report is told by others, and what its investors were told before. */
#include "facts.h"

#include <string.h>
#include <wellgate/decimal.h>

#define LOG_BYTES ((size_t)24 << 20)

typedef Wellgate__Payments__V1__DescribeOutcomesRequest DescribeOutcomesRequest;

/* ---- Contracts ---- */

static const struct wg_problem *
ask_outcomes(const struct basis *basis, char *contract, const char *until_date, const Told **told)
{
    DescribeOutcomesRequest request = WELLGATE__PAYMENTS__V1__DESCRIBE_OUTCOMES_REQUEST__INIT;
    const ProtobufCMessage *output;
    const struct wg_problem *problem;

    request.contract = contract;
    request.until_date = (char *)until_date;
    if ((problem = wg_invoke(basis->call, "wellgate.payments.v1.Reporting/DescribeOutcomes",
                             &request.base, &output)))
        return problem;
    *told = (const Told *)output;
    return NULL;
}

/* ---- What is told again ---- */

/* The contracts of all bonds that told before, to the last day that any of them told. */
static size_t
most_contracts(const struct history *history)
{
    size_t n = 1;

    for (size_t i = 0; i < history->n; i++)
        n += history->list[i].bond->n_contracts;
    return n;
}

const Told *
facts_retold(const struct facts *facts, const char *contract)
{
    for (size_t i = 0; i < facts->n_retold; i++)
        if (strcmp(facts->retold[i].contract, contract) == 0)
            return facts->retold[i].told;
    return NULL;
}

/* What was asked for the report itself is not asked twice. */
static const struct wg_problem *
retell(struct facts *facts, char *contract)
{
    const struct basis *basis = facts->basis;
    struct retold *retold = &facts->retold[facts->n_retold++];

    *retold = (struct retold){contract, NULL};
    for (size_t i = 0; i < basis->bond->n_contracts; i++)
        if (strcmp(basis->bond->contracts[i], contract) == 0)
            retold->told = facts->told[i];
    return retold->told && strcmp(basis->end_date, facts->history.last_day) == 0
               ? NULL : ask_outcomes(basis, contract, facts->history.last_day, &retold->told);
}

static const struct wg_problem *
load_retold(struct facts *facts)
{
    const struct history *history = &facts->history;
    const struct wg_problem *problem = NULL;

    facts->retold = wg_alloc_array(facts->arena, most_contracts(history), sizeof(*facts->retold));
    if (!facts->retold)
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < history->n; i++)
        for (size_t j = 0; !problem && j < history->list[i].bond->n_contracts; j++)
            if (!facts_retold(facts, history->list[i].bond->contracts[j]))
                problem = retell(facts, history->list[i].bond->contracts[j]);
    return problem;
}

const struct wg_problem *
facts_load(const struct basis *basis, const Report *report, struct facts *facts)
{
    const struct wg_problem *problem;

    *facts = (struct facts){.basis = basis, .arena = basis->arena};
    facts->told = wg_alloc_array(basis->arena, basis->bond->n_contracts + 1, sizeof(*facts->told));
    if (!facts->told)
        return no_memory(basis->call);
    for (size_t i = 0; i < basis->bond->n_contracts; i++)
        if ((problem = ask_outcomes(basis, basis->bond->contracts[i], basis->end_date,
                                    &facts->told[i])))
            return problem;
    if ((problem = cases_load(basis->call, basis->bond, basis->end_date, &facts->cases)) ||
        (problem = history_load(basis, report, &facts->history)))
        return problem;
    return load_retold(facts);
}

/* ---- Ratios ---- */

char *
told_ratio(struct wg_arena *arena, const char *ratio)
{
    char *text = NULL;
    mpq_t value;

    mpq_init(value);
    if (wg_ratio_read(ratio, value))
        text = wg_ratio_round_format(arena, value, RATIO_DIGITS);
    mpq_clear(value);
    return text ? text : (char *)"";
}

/* ---- Counts, as investors may be told them ---- */

void
release_init(struct release *release, const struct facts *facts,
             const struct wg_disclosure *policy, const int64_t *counts, size_t n_atoms)
{
    release->arena = facts->arena;
    wg_disclosure_log_init(&release->log, policy, counts, n_atoms, LOG_BYTES);
}

static int64_t *
all_hidden(struct wg_arena *arena, size_t n_cells)
{
    int64_t *printed = wg_alloc_array(arena, n_cells, sizeof(*printed));

    for (size_t i = 0; printed && i < n_cells; i++)
        printed[i] = WG_HIDDEN;
    return printed;
}

int64_t *
release_table(struct release *release, const struct wg_disclosure_cut *cut)
{
    int64_t *printed;

    if (wg_disclosure_release(&release->log, release->arena, cut, &printed) == WG_RELEASED)
        return printed;
    return all_hidden(release->arena, (cut->n_rows + 1) * (cut->n_columns + 1));
}

const char *
told_text(const struct facts *facts, int64_t printed)
{
    return wg_disclosed_text(facts->arena, wg_disclosure_for(WG_AUDIENCE_INVESTOR), printed);
}

const char *
told_count(const struct facts *facts, int64_t count)
{
    return told_text(facts, wg_disclosed_count(wg_disclosure_for(WG_AUDIENCE_INVESTOR), count));
}
