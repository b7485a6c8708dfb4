/* statement_writing.h - a statement's page while it is written: its parts lie in several
 * files. */
#ifndef PAYMENTS_STATEMENT_WRITING_H
#define PAYMENTS_STATEMENT_WRITING_H

#include <wellgate/html.h>

#include "statement_facts.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct writing {
    struct wg_call *call;
    struct wg_arena *arena;
    struct wg_html html;
    struct wg_page page;
    struct statement_facts facts;
    const char *currency;
};

const char *money_words(struct writing *w, int64_t minor);
const char *ratio_words(struct writing *w, const char *ratio); /* "31/20" is "1.55" */
const char *value_words(struct writing *w, const char *value); /* the same; of a decimal as it is */
const char *line_path(struct writing *w, const Line *line); /* of its explanation */
const char *line_period_words(struct writing *w, const Line *line);

/* Of an issued statement: what is in dispute, before anything else. */
void write_disputed(struct writing *w);

/* Of an issued statement: where each payer stands, disputes, payments. */
void write_standings(struct writing *w);

/* "July to September 2016" of a statement. */
const char *statement_period_words(struct writing *w, const Statement *statement);

/* Links to what lies beside it, and to its downloads. */
void write_links(struct writing *w);

/* Links to the lists and sums of its contract, between others. */
void write_links_of_contract(struct writing *w, const char *contract);

/* A payer's state, as a tag. */
void write_tag_of_standing(struct writing *w, StandingState state);

/*
 * A page of what lies in a contract, up to within its main part, and to its end.
 *
 * parent   the contract
 * own      "/invoices": leads to its download too; NULL: none
 */
const struct wg_problem *contract_page_begin(struct writing *w, struct wg_call *call, const char *parent,
                                             const char *title, const char *own);
const struct wg_problem *contract_page_end(struct writing *w, struct wg_bytes *text);

/* State, invoices, terms. */
const struct wg_problem *write_about(struct writing *w);

/* On paper: of an issued statement, where the payers sign. */
void write_signatures(struct writing *w);

/* A cell: how far those are that pay the line. */
void write_standing_of_line(struct writing *w, const Line *line);

#endif
