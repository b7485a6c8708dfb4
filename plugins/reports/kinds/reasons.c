/* reasons.c - why people are referred, and who they are. */
#include "codes.h"
#include "kinds.h"

#define DIMENSION(name) WELLGATE__REPORTS__V1__REPORT_DIMENSION__CODE__##name

enum { REASON = -1, TOGETHER = -2, REASONS_MAX = 20 }; /* kinds of codes beside dimensions */

static const struct {
    int dimension;
    const char *key, *title;
} told[] = {
    {DIMENSION(AGE_BAND), "AGE_BAND", "Age bands"},
    {DIMENSION(SEX), "SEX", "Sex"},
    {DIMENSION(ETHNICITY), "ETHNICITY", "Ethnic categories"},
    {DIMENSION(DEPRIVATION_DECILE), "DEPRIVATION_DECILE", "Deprivation deciles, 1 the most deprived"},
    {DIMENSION(CARER), "CARER", "Caring duties"},
    {DIMENSION(LOCALITY), "LOCALITY", "Localities"},
    {DIMENSION(SOURCE), "SOURCE", "Sources of the first referral"},
    {DIMENSION(STRAND), "STRAND", "Strands of the first referral"},
};

#define N_TOLD (sizeof(told) / sizeof(told[0]))

struct reasons {
    struct writer *writer;
    struct codes codes;
    struct grouped referrals, people; /* struct code_counts */
};

/* ---- Counting ---- */

static struct code_counts *
counts_of(struct reasons *reasons, struct grouped *grouped, size_t group)
{
    struct code_counts *counts = group == GROUP_NONE ? NULL : grouped_at(grouped, group);

    reasons->writer->failed = reasons->writer->failed || !counts;
    return counts;
}

static void
count_code(struct reasons *reasons, struct code_counts *counts, int kind, uint32_t word,
           uint32_t other)
{
    size_t at = code_at(&reasons->codes, kind, word, other);

    if (at < CODES_MAX)
        counts->of[at]++;
}

/* Pairs are told by their smaller number first. */
static void
count_together(struct reasons *reasons, struct code_counts *counts, const uint32_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            count_code(reasons, counts, TOGETHER, words[i] < words[j] ? words[i] : words[j],
                       words[i] < words[j] ? words[j] : words[i]);
}

static void
count_referral(struct reasons *reasons, size_t group, const struct person *person,
               const struct referral *referral)
{
    struct code_counts *counts = counts_of(reasons, &reasons->referrals, group);
    uint32_t words[REASONS_MAX];
    size_t n = 0;

    if (!counts)
        return;
    counts->n++;
    for (size_t i = 0; i < person->n && n < REASONS_MAX; i++)
        if (person->facts[i].kind == FACT_REASON && person->facts[i].record == referral->record)
            words[n++] = person->facts[i].word;
    for (size_t i = 0; i < n; i++)
        count_code(reasons, counts, REASON, words[i], 0);
    count_together(reasons, counts, words, n);
    if (!n)
        count_code(reasons, counts, REASON, 0, 0);
}

static void
count_person(struct reasons *reasons, size_t group, const struct person *person,
             const struct referral *referral)
{
    struct code_counts *counts = counts_of(reasons, &reasons->people, group);

    if (!counts)
        return;
    counts->n++;
    for (size_t i = 0; i < N_TOLD; i++)
        count_code(reasons, counts, told[i].dimension,
                   dimension_word(told[i].dimension, person, referral), 0);
}

static void
visit(void *context, const struct person *person)
{
    struct reasons *reasons = context;
    struct selection *selection = reasons->writer->selection;
    const struct referral *first = selection_first(selection, person);
    size_t group;

    if (!first)
        return;
    for (size_t i = 0; i < person->n_referrals; i++) {
        const struct referral *referral = &person->referrals[i];

        if (!selection_takes(selection, person, referral))
            continue;
        count_referral(reasons, GROUP_ALL, person, referral);
        if ((group = selection_group(selection, person, referral)))
            count_referral(reasons, group, person, referral);
    }
    count_person(reasons, GROUP_ALL, person, first);
    if ((group = selection_group(selection, person, first)))
        count_person(reasons, group, person, first);
}

/* ---- Writing ---- */

struct telling {
    struct grouped *counts;
    int kind;
    const char *rule, *among;
};

static void
write_code(struct reasons *reasons, const struct telling *telling, size_t group, size_t at)
{
    struct code_counts *counts = counts_of(reasons, telling->counts, group);
    const struct code *code = &reasons->codes.list[at];
    struct writer *writer = reasons->writer;
    const struct words *words = &writer->selection->words;
    const char *word = code->word ? words_text(words, code->word) : NOT_RECORDED;
    const char *other = words_text(words, code->other);
    const char *title = telling->kind < 0 ? name_listed(&writer->names, NAMES_REASONS, word)
                                          : name_of_group(&writer->names, telling->kind, word);

    if (!counts)
        return;
    write_share(writer, &(struct figure){group,
        code->other ? wg_format(writer->arena, "%s:%s", word, other) : word,
        code->other ? wg_format(writer->arena, "%s and %s", title,
                                name_listed(&writer->names, NAMES_REASONS, other)) : title,
        telling->rule, telling->among, UNIT(PERCENT)}, counts->of[at], counts->n);
}

static void
write_codes(struct reasons *reasons, const struct telling *telling, const char *key,
            const char *title, const size_t *groups)
{
    const size_t *order;
    size_t n;

    if (!(order = codes_order(reasons->writer, &reasons->codes, telling->kind, &n))) {
        reasons->writer->failed = true;
        return;
    }
    if (!n)
        return;
    write_table(reasons->writer, key, title);
    for (size_t g = 0; g < reasons->writer->selection->n_groups; g++)
        for (size_t i = 0; i < n; i++)
            write_code(reasons, telling, groups[g], order[i]);
}

static void
write_all(struct reasons *reasons, const size_t *groups)
{
    write_codes(reasons, &(struct telling){&reasons->referrals, REASON,
        "referrals that name it", "referrals made"}, "REASONS", "Reasons for referral", groups);
    write_note(reasons->writer, "A referral may have several reasons: shares add up to more than 100%.");
    write_codes(reasons, &(struct telling){&reasons->referrals, TOGETHER,
        "referrals that name both", "referrals made"}, "TOGETHER",
        "Reasons that go together", groups);
    for (size_t i = 0; i < N_TOLD; i++)
        write_codes(reasons, &(struct telling){&reasons->people, told[i].dimension,
            "people of whom it is recorded", "people with a referral"}, told[i].key, told[i].title, groups);
}

const struct wg_problem *
write_reasons(struct writer *writer)
{
    struct reasons *reasons = wg_alloc(writer->arena, sizeof(*reasons));
    const struct wg_problem *problem;
    const size_t *groups;

    if (!reasons)
        return wg_no_memory(writer->call);
    reasons->writer = writer;
    reasons->referrals = reasons->people = (struct grouped){writer->arena, sizeof(struct code_counts)};
    if ((problem = cohort_scan(writer->call, writer->selection->programme,
                               writer->selection->sequence, visit, reasons)))
        return problem;
    if (reasons->codes.full)
        return codes_overflow(writer);
    if (!(groups = selection_order(writer->selection)))
        return wg_no_memory(writer->call);
    write_all(reasons, groups);
    return NULL;
}
