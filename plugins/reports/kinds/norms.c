/* norms.c - the mean of all baselines beside a norm's. */
#include "norms.h"

#include <string.h>
#include <wellgate/decimal.h>

#include "wellgate/outcomes/v1/norms.pb-c.h"

typedef Wellgate__Outcomes__V1__Norm Norm;

struct norming {
    struct writer *writer;
    const struct measure *measure;
    const struct moments *baselines;
};

static void
write_norm(struct norming *norming, const Norm *norm)
{
    const struct moments *entry = norming->baselines;
    struct writer *writer = norming->writer;
    const char *id = wg_name_id(norm->name);
    const char *source = wg_format(writer->arena, "%s, %s: %s", norm->population, norm->measured,
                                   norm->source);
    int64_t mean;

    if (!wg_decimal_parse(norm->mean, FACT_SCALE, &mean))
        return;
    write_ratio(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "NORM:%s", id),
        wg_format(writer->arena, "Norm: %s", norm->population), "points, as published", NULL,
        UNIT(POINTS), source}, mean, 10000, FACT_SCALE, norm->n > 0 ? (uint64_t)norm->n : 0);
    write_ratio(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "ENTRY_LESS_NORM:%s", id),
        wg_format(writer->arena, "Entry level less the norm: %s", norm->population),
        "points at the baseline less the norm's", "people with a baseline", UNIT(POINTS), source},
        entry->sum - (wide)entry->n * mean, (wide)entry->n * 10000, FACT_SCALE, entry->n);
}

static bool
visit(void *context, const struct wg_record *record)
{
    const Norm *norm = (const Norm *)record->message;
    struct norming *norming = context;

    if (!*norm->age_band && strcmp(norm->instrument, norming->measure->instrument) == 0 &&
        strcmp(norm->score, norming->measure->score->key) == 0)
        write_norm(norming, norm);
    return !norming->writer->failed;
}

const struct wg_problem *
norms_write(struct writer *writer, const struct measure *measure, const struct moments *baselines)
{
    struct norming norming = {writer, measure, baselines};

    write_mean(writer, &(struct figure){GROUP_ALL, "ENTRY", "Mean on entry",
        "points at the baseline", "people with a baseline", UNIT(POINTS)}, baselines, FACT_SCALE);
    return wg_scan(writer->call, "outcomes/Norm", writer->selection->programme, NULL, visit,
                   &norming);
}
