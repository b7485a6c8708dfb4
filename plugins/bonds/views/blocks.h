/* blocks.h - the parts of a report's page that tell of plans, outcomes and contracts. */
#ifndef BONDS_BLOCKS_H
#define BONDS_BLOCKS_H

#include <wellgate/html.h>

#include "report/report.h"

/* Where a part of a page is written; it shows what the report holds and nothing else. */
struct block {
    struct wg_call *call;
    struct wg_arena *arena;
    struct wg_html *html;
    const Report *report;
    const char *currency;
};

void write_plan_charts(const struct block *b);
void write_cases(const struct block *b);
void write_outcomes(const struct block *b);
void write_cohort(const struct block *b);
void write_income(const struct block *b);
void write_receivables(const struct block *b);
void write_costs(const struct block *b);
void write_counterfactuals(const struct block *b);
void write_contract_changes(const struct block *b);
void write_assurances(const struct block *b);
void write_termination(const struct block *b);
void write_guarantees(const struct block *b);
void write_departures(const struct block *b);
void write_journal(const struct block *b);

/* What statements of periods that end after a day correct of earlier ones. */
int64_t corrections_after(const Report *report, const char *day);

/* The case of a kind; NULL: there is none. */
const Wellgate__Bonds__V1__CaseOutlook *outlook_of(const Report *report,
                                                   Wellgate__Bonds__V1__Case__Kind kind);

/* "0.0712" is "7.12%"; "" is "–". */
const char *share_words(struct wg_arena *arena, const char *value);

#endif
