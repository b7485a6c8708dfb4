/* years.c - sums by the financial year that periods end in. */
#include "years.h"

#include <stdio.h>
#include <string.h>
#include <wellgate/money.h>

enum { FIRST_MONTH = 4 };

static int
year_of(wg_date day)
{
    int year, month, date;

    wg_date_to_civil(day, &year, &month, &date);
    return month < FIRST_MONTH ? year - 1 : year;
}

static bool
year_init(const struct years *years, struct year *year, int first)
{
    size_t n = years->contract->n_payers;
    int64_t *sums = wg_alloc_array(years->arena, YEAR_SUMS * n, sizeof(*sums));

    *year = (struct year){.first = first};
    for (size_t i = 0; sums && i < YEAR_SUMS; i++)
        year->sums[i] = sums + i * n;
    return sums;
}

/* NULL: no memory, or no contract lasts so long. */
static struct year *
year_with(struct years *years, wg_date day)
{
    int first = year_of(day);
    size_t at = years->n;

    for (size_t i = 0; i < years->n; i++)
        if (years->list[i].first == first)
            return &years->list[i];
    if (years->n == YEARS_MAX)
        return NULL;
    for (; at > 0 && years->list[at - 1].first > first; at--)
        years->list[at] = years->list[at - 1];
    years->n++;
    return year_init(years, &years->list[at], first) ? &years->list[at] : NULL;
}

void
years_add_at(struct years *years, enum year_sum sum, wg_date last, size_t payer, int64_t minor)
{
    struct year *year = years->failed ? NULL : year_with(years, last);

    if (!year || !wg_money_add(year->sums[sum][payer], minor, &year->sums[sum][payer]))
        years->failed = true;
}

void
years_add(struct years *years, enum year_sum sum, const char *period, const char *payer,
          int64_t minor)
{
    struct wg_period read;

    if (!wg_period_parse(period, &read)) {
        years->failed = true;
        return;
    }
    for (size_t p = 0; p < years->contract->n_payers; p++)
        if (strcmp(years->contract->payers[p], payer) == 0)
            years_add_at(years, sum, read.last, p, minor);
}

void
years_reset(struct years *years, enum year_sum sum)
{
    for (size_t i = 0; i < years->n; i++)
        memset(years->list[i].sums[sum], 0,
               years->contract->n_payers * sizeof(*years->list[i].sums[sum]));
}

const char *
year_text(const struct year *year, char text[YEAR_TEXT_BYTES])
{
    snprintf(text, YEAR_TEXT_BYTES, "%d/%02d", year->first, (year->first + 1) % 100);
    return text;
}

const char *
year_text_of(wg_date day, char text[YEAR_TEXT_BYTES])
{
    return year_text(&(struct year){.first = year_of(day)}, text);
}
