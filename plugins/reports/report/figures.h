/* figures.h - a report as it is written: tables, and figures with how they came about. */
#ifndef REPORTS_FIGURES_H
#define REPORTS_FIGURES_H

#include <gmp.h>

#include "names.h"
#include "selection.h"

typedef Wellgate__Reports__V1__ProgrammeReport Report;
typedef Wellgate__Reports__V1__ReportTable Table;
typedef Wellgate__Reports__V1__ReportFigure Figure;

#define UNIT(name) WELLGATE__REPORTS__V1__REPORT_FIGURE__UNIT__##name

/* The note of a figure that publication hid. */
#define FIGURE_HIDDEN "Not shown: about too few."

/* Is it known, and told, how many are behind a figure? */
static inline bool
figure_has_n(const Figure *figure)
{
    return figure->behind_case == WELLGATE__REPORTS__V1__REPORT_FIGURE__BEHIND_N;
}

static inline void
figure_set_n(Figure *figure, uint64_t n)
{
    figure->behind_case = WELLGATE__REPORTS__V1__REPORT_FIGURE__BEHIND_N;
    figure->n = n;
}

static inline void
figure_unset_n(Figure *figure)
{
    figure->behind_case = WELLGATE__REPORTS__V1__REPORT_FIGURE__BEHIND__NOT_SET;
    figure->n = 0;
}

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

struct writer {
    struct wg_call *call;
    struct wg_arena *arena;
    struct selection *selection;
    struct names names;
    Report *report;
    Table *table; /* that figures go to */
    size_t tables_room, figures_room, notes_room, declarations_room;
    bool failed; /* past the arena */
};

/* What a figure is, apart from how much. */
struct figure {
    size_t group;
    const char *key, *label;
    const char *numerator_rule, *denominator_rule; /* NULL: none */
    int unit;
    const char *note;    /* NULL: none */
    const char *subject; /* NULL: none; label is then what of it */
};

/* Sums of values of 10^-scale. */
struct moments {
    uint64_t n;
    wide sum, sum_of_squares;
};

static inline void
moments_add(struct moments *moments, int64_t value)
{
    moments->n++;
    moments->sum += value;
    moments->sum_of_squares += (wide)value * value;
}

bool writer_begin(struct writer *writer, struct selection *selection, const char *title);

/* Texts of all kinds live in the arena; NULL is taken as past it. */
void write_declaration(struct writer *writer, const char *text);
void write_table(struct writer *writer, const char *key, const char *title);
/* Of the table at hand, if there is one. */
void write_note(struct writer *writer, const char *text);

/* How many; n of them. */
void write_count(struct writer *writer, const struct figure *figure, uint64_t count);

/* count of n, in per cent, with its interval. */
void write_share(struct writer *writer, const struct figure *figure, uint64_t count, uint64_t n);

/* Mean of values of 10^-scale, with its interval. */
void write_mean(struct writer *writer, const struct figure *figure, const struct moments *moments,
                int scale);

/* numerator / denominator of 10^-scale each, × 100 of PERCENT; about n, 0: about nobody in
 * particular, as a norm is. Nothing of 0. */
void write_ratio(struct writer *writer, const struct figure *figure, wide numerator,
                 wide denominator, int scale, uint64_t n);

/* A sum of 10^-scale, about n. */
void write_total(struct writer *writer, const struct figure *figure, wide value, int scale,
                 uint64_t n);

/* An amount in words, in the arena: "35.00 GBP". */
const char *write_amount(struct writer *writer, const char *currency, int64_t minor);

/* Any exact value, about n; 0: about nobody in particular, as a comparator's is. */
void write_value(struct writer *writer, const struct figure *figure, const mpq_t value, int digits,
                 uint64_t n);

/* An amount in minor units of a currency, about n likewise. */
void write_money(struct writer *writer, const struct figure *figure, const char *currency,
                 int64_t minor, uint64_t n);

/* What somebody else stated, in their own digits. */
void write_stated(struct writer *writer, const struct figure *figure, const char *currency,
                  const char *value);

void wide_to_mpz(wide value, mpz_ptr to);

#endif
