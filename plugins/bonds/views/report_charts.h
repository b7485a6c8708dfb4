/* report_charts.h - the charts of a report's page. */
#ifndef BONDS_REPORT_CHARTS_H
#define BONDS_REPORT_CHARTS_H

#include <wellgate/html.h>

#include "report/report.h"

/* Cash to date and what is outstanding, by quarter, with a heading of its own; nothing
 * where nothing has moved. */
void write_cash_chart(struct wg_call *call, struct wg_html *html, const Report *report);

/* Outcome income by payer, by quarter; nothing where there is none, or more payers than a
 * chart can tell apart. */
void write_income_chart(struct wg_call *call, struct wg_html *html, const Report *report);

#endif
