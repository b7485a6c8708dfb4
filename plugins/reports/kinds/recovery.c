/*
 * recovery.c - caseness is PHQ-9 of 10 or GAD-7 of 8; a change is reliable from 6 points of
 * PHQ-9 or 4 of GAD-7.
 *
 * source  NHS England, NHS Talking Therapies manual: recovery, reliable improvement
 */
#include "recovery.h"

#define POINTS(n) (INT64_C(n) * 10000)

static const int64_t case_depression = POINTS(10), case_anxiety = POINTS(8);
static const int64_t reliable_depression = POINTS(6), reliable_anxiety = POINTS(4);

struct recovery_measures
recovery_measures_of(const struct words *words)
{
    struct recovery_measures measures = {
        .depression = words_find(words, "instruments/phq9/total"),
        .anxiety = words_find(words, "instruments/gad7/total"),
    };

    measures.known = measures.depression && measures.anxiety;
    return measures;
}

static bool
is_case(int64_t depression, int64_t anxiety)
{
    return depression >= case_depression || anxiety >= case_anxiety;
}

/* One of the two changed so far, and the other not so far the other way; better is more. */
static bool
is_reliable(int64_t depression, int64_t anxiety)
{
    return (depression >= reliable_depression && anxiety > -reliable_anxiety) ||
           (anxiety >= reliable_anxiety && depression > -reliable_depression);
}

void
recovery_add(struct recovery *recovery, const struct recovery_measures *measures,
             const struct person *person, wg_date start, const struct pairing *pairing)
{
    struct pair phq = pair_of(person, start, measures->depression, pairing);
    struct pair gad = pair_of(person, start, measures->anxiety, pairing);
    int64_t depression = phq.baseline - phq.follow_up, anxiety = gad.baseline - gad.follow_up;
    bool improved = is_reliable(depression, anxiety), recovered;

    if (!phq.has_follow_up || !gad.has_follow_up)
        return;
    recovery->n++;
    recovery->improved += improved;
    recovery->worse += is_reliable(-depression, -anxiety);
    if (!is_case(phq.baseline, gad.baseline))
        return;
    recovered = !is_case(phq.follow_up, gad.follow_up);
    recovery->cases++;
    recovery->recovered += recovered;
    recovery->reliably_recovered += recovered && improved;
}

void
recovery_table(struct writer *writer)
{
    write_table(writer, "RECOVERY", "Depression and anxiety together");
    write_note(writer, "As NHS Talking Therapies counts: a case has PHQ-9 of 10 or more, or GAD-7 "
                       "of 8 or more; a change is reliable from 6 points of PHQ-9 or 4 of GAD-7, "
                       "where the other is not reliably worse.");
}

void
recovery_write(struct writer *writer, size_t group, const struct recovery *recovery)
{
    static const char both[] = "people with both readings of both scores";
    static const char cases[] = "those of them who were a case at the baseline";

    write_share(writer, &(struct figure){group, "RELIABLY_IMPROVED", "Reliably improved",
        "one score reliably better, the other not reliably worse", both, UNIT(PERCENT)},
        recovery->improved, recovery->n);
    write_share(writer, &(struct figure){group, "RELIABLY_WORSE", "Reliably worse",
        "one score reliably worse, the other not reliably better", both, UNIT(PERCENT)},
        recovery->worse, recovery->n);
    write_share(writer, &(struct figure){group, "RECOVERED", "Recovered",
        "a case at the baseline, below both thresholds at the follow-up", cases, UNIT(PERCENT)},
        recovery->recovered, recovery->cases);
    write_share(writer, &(struct figure){group, "RELIABLY_RECOVERED", "Reliably recovered",
        "recovered and reliably improved", cases, UNIT(PERCENT)}, recovery->reliably_recovered,
        recovery->cases);
}
