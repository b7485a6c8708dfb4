/* report_charts.h - the charts of a report's page. */
#ifndef BONDS_REPORT_CHARTS_H
#define BONDS_REPORT_CHARTS_H

#include <wellgate/html.h>

#include "report/report.h"

/* Cash to date, what is outstanding and outcome income by payer, by quarter; nothing
 * where nothing has moved. */
void write_charts(struct wg_call *call, struct wg_html *html, const Report *report);

#endif
