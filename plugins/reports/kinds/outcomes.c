/* outcomes.c - paired change: of each score, of k of several, of depression and anxiety. */
#include <string.h>
#include <wellgate/decimal.h>

#include "change.h"
#include "kinds.h"
#include "measures.h"
#include "norms.h"
#include "recovery.h"

/* Of one score in one group. */
struct tally {
    uint64_t referred;
    struct moments baselines; /* of all who have one */
    struct moments changes;   /* better is more */
    wide before, after;       /* of those who are paired */
    uint64_t improved, enough, unchanged, worse;
    uint64_t reliable, reliably_worse;
    uint64_t cases, recovered;
    uint64_t later, first_improved, still_improved;
};

/* Of how many measures people improved: [k] is of exactly k. */
struct combined {
    uint64_t n;
    uint64_t exactly[MEASURES_MAX + 1];
};

struct outcomes {
    struct writer *writer;
    struct measures measures;
    struct pairing pairing;
    struct reliable *reliable;  /* of each measure */
    struct grouped tallies;     /* struct tally, one for each measure */
    struct grouped combined;    /* struct combined */
    struct grouped recoveries;  /* struct recovery */
    struct recovery_measures recovery;
    bool available; /* cases */
};

/* ---- Reliable change ---- */

/* Least reliable change: in points, or d² > 1.96² × 2 sd² (1 − r). */
struct reliable {
    bool known, in_points;
    int64_t points;
    mpq_t square; /* of points, not scaled */
};

static void
read_reliable(const Score *score, struct reliable *reliable)
{
    const Wellgate__Outcomes__V1__Instrument__ReliableChange *change = score->reliable_change;
    mpq_t part;

    mpq_init(reliable->square);
    if (!change)
        return;
    if (wg_decimal_parse(change->points, FACT_SCALE, &reliable->points)) {
        reliable->known = reliable->in_points = true;
        return;
    }
    mpq_init(part);
    if (wg_ratio_parse(change->standard_deviation, reliable->square) &&
        wg_ratio_parse(change->reliability, part)) {
        mpq_mul(reliable->square, reliable->square, reliable->square);
        mpz_sub(mpq_numref(part), mpq_denref(part), mpq_numref(part));
        mpq_mul(reliable->square, reliable->square, part);
        mpq_set_ui(part, 2 * 196 * 196, 10000);
        mpq_canonicalize(part);
        mpq_mul(reliable->square, reliable->square, part);
        reliable->known = true;
    }
    mpq_clear(part);
}

/* d > 0, of 10^-4 */
static bool
is_reliable(const struct reliable *reliable, int64_t d)
{
    bool more;
    mpq_t square;

    if (reliable->in_points)
        return d >= reliable->points;
    mpq_init(square);
    wide_to_mpz((wide)d * d, mpq_numref(square));
    mpz_ui_pow_ui(mpq_denref(square), 10, 2 * FACT_SCALE);
    mpq_canonicalize(square);
    more = mpq_cmp(square, reliable->square) > 0;
    mpq_clear(square);
    return more;
}

/* ---- One person ---- */

static bool
is_case(const struct measure *measure, int64_t value, bool *known)
{
    int64_t at;

    *known = wg_decimal_parse(measure->score->case_at, FACT_SCALE, &at);
    return *known && (measure->direction > 0 ? value <= at : value >= at);
}

static bool
is_enough(const struct measure *measure, int64_t d)
{
    return d > 0 && d >= measure->threshold;
}

static void
tally_case(struct tally *tally, const struct measure *measure, const struct pair *pair)
{
    bool known;

    if (!is_case(measure, pair->baseline, &known))
        return;
    tally->cases++;
    tally->recovered += !is_case(measure, pair->follow_up, &known);
}

static void
tally_pair(struct tally *tally, const struct measure *measure, const struct reliable *reliable,
           const struct pair *pair)
{
    int64_t d = measure->direction * (pair->follow_up - pair->baseline);
    bool first = is_enough(measure, measure->direction * (pair->first - pair->baseline));

    moments_add(&tally->changes, d);
    tally->before += pair->baseline;
    tally->after += pair->follow_up;
    tally->improved += d > 0;
    tally->enough += is_enough(measure, d);
    tally->unchanged += d == 0;
    tally->worse += d < 0;
    if (reliable->known) {
        tally->reliable += d > 0 && is_reliable(reliable, d);
        tally->reliably_worse += d < 0 && is_reliable(reliable, -d);
    }
    tally_case(tally, measure, pair);
    tally->later += pair->has_later;
    tally->first_improved += pair->has_later && first;
    tally->still_improved += pair->has_later && first && is_enough(measure, d);
}

static void
tally_measure(struct outcomes *outcomes, size_t group, size_t at, const struct pair *pair)
{
    struct tally *tallies = grouped_at(&outcomes->tallies, group);

    if (!tallies) {
        outcomes->writer->failed = true;
        return;
    }
    moments_add(&tallies[at].baselines, pair->baseline);
    if (pair->has_follow_up)
        tally_pair(&tallies[at], &outcomes->measures.list[at], &outcomes->reliable[at], pair);
}

/* paired: of how many measures the person has both readings. */
static void
tally_combined(struct outcomes *outcomes, size_t group, size_t paired, size_t improved)
{
    struct combined *combined;

    if (!outcomes->measures.named || outcomes->measures.n < 2 || !paired ||
        (!outcomes->available && paired < outcomes->measures.n))
        return;
    if (!(combined = grouped_at(&outcomes->combined, group))) {
        outcomes->writer->failed = true;
        return;
    }
    combined->n++;
    combined->exactly[improved]++;
}

/* Also who has no reading: of all of them those who were followed are told. */
static void
tally_referred(struct outcomes *outcomes, size_t group)
{
    struct tally *tallies = outcomes->measures.n ? grouped_at(&outcomes->tallies, group) : NULL;

    outcomes->writer->failed |= outcomes->measures.n && !tallies;
    for (size_t i = 0; tallies && i < outcomes->measures.n; i++)
        tallies[i].referred++;
}

static void
tally_person(struct outcomes *outcomes, const struct person *person, wg_date start, size_t group)
{
    size_t paired = 0, improved = 0;
    struct recovery *recovery;

    tally_referred(outcomes, group);
    for (size_t i = 0; i < outcomes->measures.n; i++) {
        const struct measure *measure = &outcomes->measures.list[i];
        struct pair pair = pair_of(person, start, measure->word, &outcomes->pairing);

        if (!pair.has_baseline ||
            (measure->leaves_out && pair.baseline >= measure->leave_out_from))
            continue;
        tally_measure(outcomes, group, i, &pair);
        paired += pair.has_follow_up;
        improved += pair.has_follow_up &&
                    is_enough(measure, measure->direction * (pair.follow_up - pair.baseline));
    }
    tally_combined(outcomes, group, paired, improved);
    if (!outcomes->recovery.known)
        return;
    if ((recovery = grouped_at(&outcomes->recoveries, group)))
        recovery_add(recovery, &outcomes->recovery, person, start, &outcomes->pairing);
    else
        outcomes->writer->failed = true;
}

static void
visit(void *context, const struct person *person)
{
    struct outcomes *outcomes = context;
    struct selection *selection = outcomes->writer->selection;
    const struct referral *referral = selection_first(selection, person);
    size_t group;

    if (!referral)
        return;
    tally_person(outcomes, person, referral->referred, GROUP_ALL);
    if ((group = selection_group(selection, person, referral)) && group != GROUP_NONE)
        tally_person(outcomes, person, referral->referred, group);
}

/* ---- Writing ---- */

static const char *
improvement_words(struct writer *writer, const struct measure *measure)
{
    if (!measure->threshold)
        return "better at the last reading than at the first";
    return wg_format(writer->arena, "better by %s or more",
                     wg_decimal_format(writer->arena, measure->threshold, FACT_SCALE));
}

static void
write_who(struct writer *writer, size_t group, const struct tally *tally)
{
    uint64_t paired = tally->changes.n, all = tally->baselines.n;

    write_count(writer, &(struct figure){group, "BASELINE", "With a baseline",
        "people with a baseline", NULL, UNIT(PEOPLE)}, all);
    write_count(writer, &(struct figure){group, "PAIRED", "With a baseline and a follow-up",
        "people with both readings", NULL, UNIT(PEOPLE)}, paired);
    write_share(writer, &(struct figure){group, "LOST", "Lost to follow-up",
        "people with a baseline and no follow-up", "people with a baseline", UNIT(PERCENT)},
        all - paired, all);
    write_share(writer, &(struct figure){group, "FOLLOWED", "Followed, of those who were referred",
        "people with both readings", "people with a referral", UNIT(PERCENT)}, paired, tally->referred);
}

static void
write_shares(struct writer *writer, size_t group, const struct measure *measure,
             const struct tally *tally)
{
    static const char both[] = "people with both readings";
    uint64_t n = tally->changes.n;

    write_share(writer, &(struct figure){group, "IMPROVED", "Improved",
        "better at the last reading than at the first", both, UNIT(PERCENT)}, tally->improved, n);
    if (measure->threshold)
        write_share(writer, &(struct figure){group, "IMPROVED_ENOUGH",
            wg_format(writer->arena, "Improved by %s or more",
                      wg_decimal_format(writer->arena, measure->threshold, FACT_SCALE)),
            improvement_words(writer, measure), both, UNIT(PERCENT)}, tally->enough, n);
    write_share(writer, &(struct figure){group, "UNCHANGED", "Unchanged",
        "the same at both readings", both, UNIT(PERCENT)}, tally->unchanged, n);
    write_share(writer, &(struct figure){group, "WORSE", "Worse",
        "worse at the last reading than at the first", both, UNIT(PERCENT)}, tally->worse, n);
}

static void
write_means(struct writer *writer, size_t group, const struct tally *tally)
{
    struct moments before = {tally->changes.n, tally->before, 0};

    write_ratio(writer, &(struct figure){group, "MEAN_BEFORE", "Mean at the baseline",
        "points at the baseline", "people with both readings", UNIT(POINTS)}, tally->before,
        (wide)before.n * 10000, FACT_SCALE, before.n);
    write_ratio(writer, &(struct figure){group, "MEAN_AFTER", "Mean at the follow-up",
        "points at the follow-up", "people with both readings", UNIT(POINTS)}, tally->after,
        (wide)before.n * 10000, FACT_SCALE, before.n);
    write_mean(writer, &(struct figure){group, "MEAN_CHANGE", "Mean improvement",
        "points gained, in the direction that is better", "people with both readings",
        UNIT(POINTS)}, &tally->changes, FACT_SCALE);
    write_ratio(writer, &(struct figure){group, "MEANS_CHANGE_PERCENT", "Change of the mean",
        "mean at the follow-up less mean at the baseline", "mean at the baseline", UNIT(PERCENT)},
        tally->after - tally->before, tally->before, FACT_SCALE, before.n);
}

static void
write_reliable(struct writer *writer, size_t group, const struct tally *tally)
{
    static const char both[] = "people with both readings";

    write_share(writer, &(struct figure){group, "RELIABLY_IMPROVED", "Reliably improved",
        "better by more than the measure's own error", both, UNIT(PERCENT)}, tally->reliable,
        tally->changes.n);
    write_share(writer, &(struct figure){group, "RELIABLY_WORSE", "Reliably worse",
        "worse by more than the measure's own error", both, UNIT(PERCENT)},
        tally->reliably_worse, tally->changes.n);
}

static void
write_sustained(struct writer *writer, const struct outcomes *outcomes, size_t group,
                const struct tally *tally)
{
    const char *later = wg_format(writer->arena,
        "people with a follow-up %d days or more behind the first", outcomes->pairing.sustained);

    write_share(writer, &(struct figure){group, "SUSTAINED", "Improved and still so later",
        "improved at the first follow-up and at the last", later, UNIT(PERCENT)},
        tally->still_improved, tally->later);
    write_share(writer, &(struct figure){group, "KEPT", "Still improved, of those who had improved",
        "improved at the first follow-up and at the last",
        "those of them who had improved at the first follow-up", UNIT(PERCENT)},
        tally->still_improved, tally->first_improved);
}

static void
write_measure(struct outcomes *outcomes, size_t group, size_t at)
{
    const struct measure *measure = &outcomes->measures.list[at];
    struct tally *tallies = grouped_at(&outcomes->tallies, group);
    struct writer *writer = outcomes->writer;
    bool knows_cases;

    if (!tallies) {
        writer->failed = true;
        return;
    }
    write_who(writer, group, &tallies[at]);
    write_shares(writer, group, measure, &tallies[at]);
    write_means(writer, group, &tallies[at]);
    if (outcomes->reliable[at].known)
        write_reliable(writer, group, &tallies[at]);
    is_case(measure, 0, &knows_cases);
    if (knows_cases)
        write_share(writer, &(struct figure){group, "NO_LONGER_A_CASE", "No longer a case",
            "a case at the baseline and none at the follow-up",
            "people with both readings who were a case at the baseline", UNIT(PERCENT)},
            tallies[at].recovered, tallies[at].cases);
    write_sustained(writer, outcomes, group, &tallies[at]);
}

static const struct wg_problem *
write_measures(struct outcomes *outcomes, const size_t *order)
{
    struct writer *writer = outcomes->writer;
    const struct wg_problem *problem;

    for (size_t m = 0; m < outcomes->measures.n; m++) {
        const struct measure *measure = &outcomes->measures.list[m];
        struct tally *tallies = grouped_at(&outcomes->tallies, GROUP_ALL);

        write_table(writer, measure->name, measure->title);
        for (size_t g = 0; !writer->failed && g < writer->selection->n_groups; g++)
            write_measure(outcomes, order[g], m);
        if (!writer->failed &&
            (problem = norms_write(writer, measure, &tallies[m].baselines)))
            return problem;
    }
    return NULL;
}

/* At least k, from 1 to all; and none. */
static void
write_combined_of(struct outcomes *outcomes, size_t group)
{
    struct combined *combined = grouped_at(&outcomes->combined, group);
    struct writer *writer = outcomes->writer;
    const char *who = outcomes->available ? "people with both readings of at least one measure"
                                          : "people with both readings of every measure";
    size_t all = outcomes->measures.n;
    uint64_t at_least = 0;

    if (!combined) {
        writer->failed = true;
        return;
    }
    write_share(writer, &(struct figure){group, "IMPROVED_IN_NONE", "Improved in none",
        "improved in no measure", who, UNIT(PERCENT)}, combined->exactly[0], combined->n);
    for (size_t k = 1; k <= all; k++) {
        at_least = 0;
        for (size_t i = k; i <= all; i++)
            at_least += combined->exactly[i];
        write_share(writer, &(struct figure){group,
            wg_format(writer->arena, "IMPROVED_IN_AT_LEAST_%zu", k),
            wg_format(writer->arena, "Improved in at least %zu of %zu", k, all),
            wg_format(writer->arena, "improved in at least %zu of %zu measures", k, all), who,
            UNIT(PERCENT)}, at_least, combined->n);
    }
}

static void
write_combined(struct outcomes *outcomes, const size_t *order)
{
    struct writer *writer = outcomes->writer;

    if (!outcomes->measures.named || outcomes->measures.n < 2)
        return;
    write_table(writer, "COMBINED", "Improved in how many of the measures");
    for (size_t m = 0; m < outcomes->measures.n; m++)
        write_note(writer, wg_format(writer->arena, "%s: %s.", outcomes->measures.list[m].title,
                                     improvement_words(writer, &outcomes->measures.list[m])));
    for (size_t g = 0; !writer->failed && g < writer->selection->n_groups; g++)
        write_combined_of(outcomes, order[g]);
}

static void
write_recoveries(struct outcomes *outcomes, const size_t *order)
{
    struct writer *writer = outcomes->writer;

    if (!outcomes->recovery.known)
        return;
    recovery_table(writer);
    for (size_t g = 0; !writer->failed && g < writer->selection->n_groups; g++) {
        const struct recovery *recovery = grouped_at(&outcomes->recoveries, order[g]);

        if (recovery)
            recovery_write(writer, order[g], recovery);
        else
            writer->failed = true;
    }
}

/* ---- The whole ---- */

static void
declare(struct writer *writer, const struct outcomes *outcomes)
{
    const struct pairing *pairing = &outcomes->pairing;
    const char *within = pairing->baseline_within
                             ? wg_format(writer->arena, " up to %d days behind the referral",
                                         pairing->baseline_within) : "";
    const char *to = pairing->to == NEVER
                         ? "" : wg_format(writer->arena, " to day %d", pairing->to);

    const char *from = pairing->from > 1 || pairing->to != NEVER
                           ? wg_format(writer->arena, "from day %d%s behind it", pairing->from, to ? to : "")
                           : "on a later day";

    write_declaration(writer, wg_format(writer->arena,
        "Baseline: the first reading%s. Follow-up: the last reading %s.", within ? within : "",
        from ? from : ""));
    write_declaration(writer, "Change is of people with both readings, in the direction that is better.");
}

static bool
begin(struct outcomes *outcomes)
{
    struct wg_arena *arena = outcomes->writer->arena;
    size_t n = outcomes->measures.n;

    outcomes->tallies = (struct grouped){arena, (n + 1) * sizeof(struct tally)};
    outcomes->combined = (struct grouped){arena, sizeof(struct combined)};
    outcomes->recoveries = (struct grouped){arena, sizeof(struct recovery)};
    if (!(outcomes->reliable = wg_alloc_array(arena, n + 1, sizeof(*outcomes->reliable))))
        return false;
    for (size_t i = 0; i < n; i++)
        read_reliable(outcomes->measures.list[i].score, &outcomes->reliable[i]);
    return true;
}

static void
finish(struct outcomes *outcomes)
{
    for (size_t i = 0; i < outcomes->measures.n; i++)
        mpq_clear(outcomes->reliable[i].square);
}

static const struct wg_problem *
write_all(struct outcomes *outcomes)
{
    struct writer *writer = outcomes->writer;
    const struct wg_problem *problem;
    const size_t *order;

    if ((problem = cohort_scan(writer->call, writer->selection->programme,
                               writer->selection->sequence, visit, outcomes)))
        return problem;
    if (!(order = selection_order(writer->selection)))
        return wg_no_memory(writer->call);
    declare(writer, outcomes);
    write_combined(outcomes, order);
    if ((problem = write_measures(outcomes, order)))
        return problem;
    write_recoveries(outcomes, order);
    return NULL;
}

const struct wg_problem *
write_outcomes(struct writer *writer)
{
    const Request *request = writer->selection->request;
    struct outcomes outcomes = {.writer = writer, .pairing = pairing_of(request)};
    const struct wg_problem *problem;

    outcomes.available = request->cases == WELLGATE__REPORTS__V1__GET_REPORT_REQUEST__CASES__AVAILABLE;
    if ((problem = measures_read(writer, &outcomes.measures)) ||
        (problem = wg_violations(writer->call)))
        return problem;
    outcomes.recovery = recovery_measures_of(&writer->selection->words);
    if (!begin(&outcomes))
        return wg_no_memory(writer->call);
    problem = write_all(&outcomes);
    finish(&outcomes);
    return problem;
}
