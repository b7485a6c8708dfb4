/* change.c - readings are in order of their days. */
#include "change.h"

enum { SUSTAINED_DAYS = 90 };

struct pairing
pairing_of(const Wellgate__Reports__V1__GetReportRequest *request)
{
    return (struct pairing){
        .baseline_within = (int)request->baseline_within_days,
        .from = request->follow_up_from_days ? (int)request->follow_up_from_days : 1,
        .to = request->follow_up_to_days ? (int)request->follow_up_to_days : NEVER,
        .sustained = request->sustained_days ? (int)request->sustained_days : SUSTAINED_DAYS,
    };
}

static bool
may_be_baseline(wg_date date, wg_date start, const struct pairing *pairing)
{
    return !pairing->baseline_within || date <= start + pairing->baseline_within;
}

struct pair
pair_of(const struct person *person, wg_date start, uint32_t word, const struct pairing *pairing)
{
    wg_date baseline = 0, first = 0;
    struct pair pair = {0};

    for (size_t i = 0; i < person->n; i++) {
        const struct fact *fact = &person->facts[i];
        int days = (int)(fact->date - baseline);

        if (fact->kind != FACT_READING || fact->word != word)
            continue;
        if (!pair.has_baseline) {
            if (!may_be_baseline(fact->date, start, pairing))
                break;
            pair.has_baseline = true;
            pair.baseline = fact->value;
            baseline = fact->date;
        } else if (days >= pairing->from && days <= pairing->to) {
            if (!pair.has_follow_up) {
                first = fact->date;
                pair.first = fact->value;
            }
            pair.has_later = fact->date >= first + pairing->sustained;
            pair.has_follow_up = true;
            pair.follow_up = fact->value;
        }
    }
    return pair;
}
