/* reports.c - figures about a programme: what the gateway is told of them. */
#include <wellgate/html.h>
#include <wellgate/plugin.h>

#include "extract/codebook.h"
#include "extract/extract.h"
#include "publish/publish.h"
#include "report/report.h"
#include "report/returns.h"
#include "rows/follow.h"

WG_EMBED(reports_descriptors, "reports.pb");

static const struct wg_method methods[] = {
    {.name = "Reports/GetReport", .run = report_get},
    {.name = "Reports/GetReportIndex", .run = report_index_get},
    {.name = "Publications/PublishReport", .run = report_publish},
    {.name = "Extracts/CreateExtract", .prepare = extract_create_prepare, .run = extract_create},
    {.name = "Extracts/ListExtractRows", .run = extract_rows},
    {.name = "Extracts/AmendExtract", .prepare = extract_amend_prepare, .run = extract_amend},
    {.name = "Extracts/WithdrawExtract", .run = extract_withdraw},
    {0},
};

static const struct wg_rule rules[] = {
    {"reports/ReturnModel", check_return_model},
    {0},
};

static const struct wg_handler handlers[] = {
    {"person.", facts_follow},
    {"referral.", facts_follow},
    {"contact.", facts_follow},
    {"feedback.", facts_follow},
    {"onward_referral.", facts_follow},
    {"assessment.", facts_follow},
    {"utilisation.", facts_follow},
    {"coverage.", facts_follow},
    {0},
};

static const struct wg_view views[] = {
    {"Reports/GetReport", WG_HTML_MEDIA_TYPE, report_page},
    {"Reports/GetReportIndex", WG_HTML_MEDIA_TYPE, report_index_page},
    {"Reports/GetReport", "text/csv; charset=utf-8", report_csv},
    {"Publications/GetPublication", WG_HTML_MEDIA_TYPE, publication_page},
    {"Publications/GetPublication", "text/csv; charset=utf-8", publication_csv},
    {"Extracts/ListExtractRows", "text/csv; charset=utf-8", extract_rows_csv},
    {"Extracts/GetCodebook", WG_HTML_MEDIA_TYPE, codebook_page},
    {"Extracts/GetCodebook", "text/csv; charset=utf-8", codebook_csv},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "reports",
    .descriptor_set = {reports_descriptors, reports_descriptors_end},
    .methods = methods,
    .rules = rules,
    .handlers = handlers,
    .projection_version = 3,
    .views = views,
};
