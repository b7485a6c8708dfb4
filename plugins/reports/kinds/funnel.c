/* funnel.c - how far referrals came, why others ended, and how many practices refer. */
#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "kinds.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

#define DIMENSION(name) WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__##name
#define STATE(name) WELLGATE__REFERRALS__V1__REFERRAL__STATE__##name

enum {
    STAGES_MAX = 96,
    ENDINGS_MAX = 200,
    ATTEMPTED = 0, /* somebody tried to reach the person */
    REACHED = 1,   /* and did */
};

/* In the order in which programmes pass them; others come between, by name. */
static const char *const first_stages[] = {"ATTEMPTED", "REACHED", "ACCEPTED", "CONTACTED", "CONNECTED",
                                           "IN_PROGRESS", "FIRST_ASSESSMENT", "PLAN_AGREED", "REVIEW"};
static const char *const last_stages[] = {"ON_HOLD", "COMPLETED", "REJECTED", "CANCELLED", "FAILED"};

struct stage {
    const char *name;
    uint32_t word; /* of what facts call it; 0: none does */
};

/* Why referrals ended. */
struct ending {
    uint32_t state, reason; /* words */
};

struct counts {
    uint64_t referrals, people;
    uint64_t reached[STAGES_MAX];
    uint64_t endings[ENDINGS_MAX];
};

struct shares {
    uint64_t numerator, denominator;
};

struct funnel {
    struct writer *writer;
    struct stage stages[STAGES_MAX];
    size_t n_stages;
    struct ending endings[ENDINGS_MAX];
    size_t n_endings;
    size_t (*asked)[2];       /* of each share: the stages */
    struct grouped counts;    /* struct counts */
    struct grouped shares;    /* struct shares, one for each that is asked for */
    struct grouped practices; /* a byte for each word */
    bool full; /* there are more stages or endings than it holds */
};

#define REFERRED STAGES_MAX /* the stage that all referrals reached */

/* ---- Stages ---- */

/* STAGES_MAX: there are too many. */
static size_t
stage_named(struct funnel *funnel, const char *name)
{
    size_t at = 0;

    while (at < funnel->n_stages && strcmp(funnel->stages[at].name, name) != 0)
        at++;
    if (at == funnel->n_stages && at < STAGES_MAX)
        funnel->stages[funnel->n_stages++] =
            (struct stage){name, words_find(&funnel->writer->selection->words, name)};
    funnel->full = funnel->full || at == STAGES_MAX;
    return at;
}

static size_t
stage_of(struct funnel *funnel, uint32_t word)
{
    for (size_t i = 0; i < funnel->n_stages; i++)
        if (funnel->stages[i].word == word)
            return i;
    return stage_named(funnel, words_text(&funnel->writer->selection->words, word));
}

static size_t
ending_of(struct funnel *funnel, uint32_t state, uint32_t reason)
{
    size_t at = 0;

    while (at < funnel->n_endings &&
           (funnel->endings[at].state != state || funnel->endings[at].reason != reason))
        at++;
    if (at == funnel->n_endings && at < ENDINGS_MAX)
        funnel->endings[funnel->n_endings++] = (struct ending){state, reason};
    funnel->full = funnel->full || at == ENDINGS_MAX;
    return at;
}

static bool
read_shares(struct funnel *funnel)
{
    const Request *request = funnel->writer->selection->request;

    funnel->asked = wg_alloc_array(funnel->writer->arena, request->n_shares + 1,
                                   sizeof(*funnel->asked));
    for (size_t i = 0; funnel->asked && i < request->n_shares; i++) {
        const char *text = request->shares[i], *slash = strchr(text, '/');
        char *first = wg_copy_bytes(funnel->writer->arena, text, (size_t)(slash - text));

        if (!first)
            return false;
        funnel->asked[i][0] = strcmp(first, "REFERRED") ? stage_named(funnel, first) : REFERRED;
        funnel->asked[i][1] = strcmp(slash + 1, "REFERRED") ? stage_named(funnel, slash + 1) : REFERRED;
    }
    return funnel->asked;
}

/* ---- One referral ---- */

struct progress {
    bool reached[STAGES_MAX + 1];
    size_t ending; /* ENDINGS_MAX: it goes on */
};

static bool
is_ended(int64_t state)
{
    return state == STATE(REJECTED) || state == STATE(CANCELLED) || state == STATE(FAILED);
}

static void
take_stage(struct funnel *funnel, const struct fact *fact, struct progress *progress)
{
    size_t stage = stage_of(funnel, fact->word);
    const char *name = words_text(&funnel->writer->selection->words, fact->word);

    if (stage < STAGES_MAX)
        progress->reached[stage] = true;
    if (strcmp(name, "REJECTED") == 0 || strcmp(name, "CANCELLED") == 0 || strcmp(name, "FAILED") == 0)
        progress->ending = ending_of(funnel, fact->word, fact->other);
}

static void
take_contact(const struct funnel *funnel, const struct fact *fact, struct progress *progress)
{
    progress->reached[ATTEMPTED] = true;
    if (strcmp(words_text(&funnel->writer->selection->words, fact->other), "ATTENDED") == 0)
        progress->reached[REACHED] = true;
}

static void
read_progress(struct funnel *funnel, const struct person *person, const struct referral *referral,
              struct progress *progress)
{
    *progress = (struct progress){.ending = ENDINGS_MAX};
    progress->reached[REFERRED] = true;
    for (size_t i = 0; i < person->n; i++) {
        const struct fact *fact = &person->facts[i];

        if (fact->kind == FACT_STAGE && fact->record == referral->record)
            take_stage(funnel, fact, progress);
        else if (fact->kind == FACT_CONTACT && fact->referral == referral->record)
            take_contact(funnel, fact, progress);
    }
    if (!is_ended(referral->state))
        progress->ending = ENDINGS_MAX;
}

static void
tally(struct funnel *funnel, size_t group, const struct referral *referral,
      const struct progress *progress)
{
    struct counts *counts = grouped_at(&funnel->counts, group);
    struct shares *shares = grouped_at(&funnel->shares, group);
    char *practices = grouped_at(&funnel->practices, group);

    if (!counts || !shares || !practices) {
        funnel->writer->failed = true;
        return;
    }
    counts->referrals++;
    for (size_t i = 0; i < funnel->n_stages; i++)
        counts->reached[i] += progress->reached[i];
    if (progress->ending < ENDINGS_MAX)
        counts->endings[progress->ending]++;
    for (size_t i = 0; i < funnel->writer->selection->request->n_shares; i++) {
        bool among = progress->reached[funnel->asked[i][1]];

        shares[i].denominator += among;
        shares[i].numerator += among && progress->reached[funnel->asked[i][0]];
    }
    practices[referral->practice] = 1;
}

/* Is it the person's first referral in that group? */
static bool
is_first_in(struct selection *selection, const struct person *person, size_t at, size_t group)
{
    for (size_t i = 0; i < at; i++)
        if (selection_takes(selection, person, &person->referrals[i]) &&
            selection_group(selection, person, &person->referrals[i]) == group)
            return false;
    return true;
}

/* People count once in all, and once in each group in which they have a referral. */
static void
visit(void *context, const struct person *person)
{
    struct funnel *funnel = context;
    struct selection *selection = funnel->writer->selection;
    struct counts *all = grouped_at(&funnel->counts, GROUP_ALL);
    struct progress progress;
    bool any = false;

    for (size_t i = 0; all && i < person->n_referrals; i++) {
        const struct referral *referral = &person->referrals[i];
        struct counts *counts;
        size_t group;

        if (!selection_takes(selection, person, referral))
            continue;
        read_progress(funnel, person, referral, &progress);
        tally(funnel, GROUP_ALL, referral, &progress);
        any = true;
        if (!(group = selection_group(selection, person, referral)) || group == GROUP_NONE)
            continue;
        tally(funnel, group, referral, &progress);
        if ((counts = grouped_at(&funnel->counts, group)))
            counts->people += is_first_in(selection, person, i, group);
    }
    if (any && (all = grouped_at(&funnel->counts, GROUP_ALL)))
        all->people++;
}

/* ---- Writing ---- */

static int
rank_of(const char *name)
{
    for (size_t i = 0; i < sizeof(first_stages) / sizeof(first_stages[0]); i++)
        if (strcmp(first_stages[i], name) == 0)
            return (int)i;
    for (size_t i = 0; i < sizeof(last_stages) / sizeof(last_stages[0]); i++)
        if (strcmp(last_stages[i], name) == 0)
            return 200 + (int)i;
    return 100;
}

static int
by_rank(const void *left, const void *right, void *context)
{
    const struct stage *stages = context;
    const char *a = stages[*(const size_t *)left].name, *b = stages[*(const size_t *)right].name;

    return rank_of(a) != rank_of(b) ? rank_of(a) - rank_of(b) : strcmp(a, b);
}

static const char *
stage_words(struct writer *writer, const char *stage)
{
    return name_listed(&writer->names, NAMES_MILESTONES, stage);
}

static const char *
stage_rule(const char *stage)
{
    if (strcmp(stage, "ATTEMPTED") == 0)
        return "referrals with a contact, or an attempt at one";
    return strcmp(stage, "REACHED") == 0 ? "referrals with a contact that took place"
                                         : "referrals that were in this state, or passed this milestone, at any time";
}

/* Attempts and contacts stand in records of their own: a programme that keeps none has not
 * failed to reach anybody. */
static bool
is_kept(struct funnel *funnel, size_t stage)
{
    const struct counts *all = grouped_at(&funnel->counts, GROUP_ALL);

    return (stage != ATTEMPTED && stage != REACHED) || (all && all->reached[ATTEMPTED]);
}

static void
write_stages_of(struct funnel *funnel, size_t group, const size_t *stages)
{
    const struct counts *counts = grouped_at(&funnel->counts, group);
    struct writer *writer = funnel->writer;

    if (!counts) {
        writer->failed = true;
        return;
    }
    write_count(writer, &(struct figure){group, "REFERRALS", "Referrals", "referrals made", NULL,
                                         UNIT(REFERRALS)}, counts->referrals);
    write_count(writer, &(struct figure){group, "PEOPLE", "People referred",
                                         "people with a referral", NULL, UNIT(PEOPLE)},
                counts->people);
    for (size_t i = 0; i < funnel->n_stages; i++) {
        const struct stage *stage = &funnel->stages[stages[i]];

        if (strcmp(stage->name, "REQUESTED") != 0 && is_kept(funnel, stages[i]))
            write_share(writer, &(struct figure){group, stage->name, stage_words(writer, stage->name),
                stage_rule(stage->name), "referrals made", UNIT(PERCENT)}, counts->reached[stages[i]],
                counts->referrals);
    }
}

static void
write_stages(struct funnel *funnel, const size_t *order)
{
    size_t stages[STAGES_MAX];

    for (size_t i = 0; i < funnel->n_stages; i++)
        stages[i] = i;
    qsort_r(stages, funnel->n_stages, sizeof(*stages), by_rank, funnel->stages);
    write_table(funnel->writer, "STAGES", "How far referrals came");
    for (size_t g = 0; g < funnel->writer->selection->n_groups; g++)
        write_stages_of(funnel, order[g], stages);
    if (!is_kept(funnel, REACHED))
        write_note(funnel->writer, "No contact is on record: how many were reached is not known.");
}

static void
write_shares(struct funnel *funnel, const size_t *order)
{
    const Request *request = funnel->writer->selection->request;
    struct writer *writer = funnel->writer;

    if (!request->n_shares)
        return;
    write_table(writer, "SHARES", "One stage among those who reached another");
    for (size_t g = 0; g < writer->selection->n_groups; g++) {
        const struct shares *shares = grouped_at(&funnel->shares, order[g]);

        for (size_t i = 0; shares && i < request->n_shares; i++) {
            const char *slash = strchr(request->shares[i], '/');
            const char *first = wg_copy_bytes(writer->arena, request->shares[i],
                                              (size_t)(slash - request->shares[i]));
            const char *part = first ? stage_words(writer, first) : NULL;
            const char *whole = stage_words(writer, slash + 1);

            write_share(writer, &(struct figure){order[g], request->shares[i],
                wg_format(writer->arena, "%s, of those that reached: %s", part, whole),
                wg_format(writer->arena, "those of them that reached: %s", part),
                wg_format(writer->arena, "referrals that reached: %s", whole), UNIT(PERCENT)},
                shares[i].numerator, shares[i].denominator);
        }
    }
}

static void
write_endings(struct funnel *funnel, const size_t *order)
{
    struct writer *writer = funnel->writer;
    const struct words *words = &writer->selection->words;

    if (!funnel->n_endings)
        return;
    write_table(writer, "ENDINGS", "Why referrals ended without the work being done");
    for (size_t g = 0; g < writer->selection->n_groups; g++) {
        const struct counts *counts = grouped_at(&funnel->counts, order[g]);

        for (size_t i = 0; counts && i < funnel->n_endings; i++) {
            const char *state = words_text(words, funnel->endings[i].state);
            const char *reason = words_text(words, funnel->endings[i].reason);
            const char *how = name_words(&writer->names, state);
            const char *why = *reason ? name_listed(&writer->names, NAMES_END_REASONS, reason)
                                      : "no reason recorded";

            write_share(writer, &(struct figure){order[g],
                wg_format(writer->arena, "%s:%s", state, reason),
                wg_format(writer->arena, "%s: %s", how, why), "referrals that ended so, for that reason",
                "referrals made", UNIT(PERCENT)}, counts->endings[i], counts->referrals);
        }
    }
}

static uint64_t
count_practices(const char *practices, size_t n)
{
    uint64_t count = 0;

    for (size_t i = 1; i < n; i++)
        count += practices[i];
    return count;
}

/* By period: also those so far, for programmes grow practice by practice. Not by practice. */
static void
write_practices(struct funnel *funnel, const size_t *order)
{
    struct writer *writer = funnel->writer;
    size_t n = writer->selection->words.n;
    char *so_far = wg_alloc(writer->arena, n);
    bool by_period = writer->selection->request->by == DIMENSION(PERIOD);
    size_t groups = writer->selection->request->by == DIMENSION(PRACTICE) ? 1 : writer->selection->n_groups;

    write_table(writer, "PRACTICES", "Practices that referrals count for");
    for (size_t g = 0; so_far && g < groups; g++) {
        const char *practices = grouped_at(&funnel->practices, order[g]);

        for (size_t i = 0; practices && g && i < n; i++)
            so_far[i] |= practices[i];
        if (practices)
            write_count(writer, &(struct figure){order[g], "PRACTICES", "Practices",
                "practices with a referral", NULL, UNIT(PRACTICES)}, count_practices(practices, n));
        if (by_period && g)
            write_count(writer, &(struct figure){order[g], "PRACTICES_SO_FAR", "Practices so far",
                "practices with a referral in this period or an earlier one", NULL,
                UNIT(PRACTICES)}, count_practices(so_far, n));
    }
}

const struct wg_problem *
write_funnel(struct writer *writer)
{
    struct selection *selection = writer->selection;
    struct funnel *funnel = wg_alloc(writer->arena, sizeof(*funnel));
    const struct wg_problem *problem;
    const size_t *order;

    if (!funnel)
        return wg_no_memory(writer->call);
    funnel->writer = writer;
    funnel->counts = (struct grouped){writer->arena, sizeof(struct counts)};
    funnel->shares = (struct grouped){writer->arena,
                                      (selection->request->n_shares + 1) * sizeof(struct shares)};
    funnel->practices = (struct grouped){writer->arena, selection->words.n};
    stage_named(funnel, "ATTEMPTED");
    stage_named(funnel, "REACHED");
    if (!read_shares(funnel))
        return wg_no_memory(writer->call);
    if ((problem = cohort_scan(writer->call, selection->programme, selection->sequence, visit, funnel)))
        return problem;
    if (funnel->full)
        return wg_fail(writer->call, &wg_validation, "its referrals have more stages or reasons than fit");
    if (!(order = selection_order(selection)))
        return wg_no_memory(writer->call);
    write_stages(funnel, order);
    write_shares(funnel, order);
    write_endings(funnel, order);
    write_practices(funnel, order);
    return NULL;
}
