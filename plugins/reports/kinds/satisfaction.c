/* satisfaction.c - what people think of the work, and practices of the programme. */
#include "codes.h"
#include "kinds.h"
#include "surveys.h"

/* Answers of one group, each referral's last. */
struct answers {
    struct moments stars;
    uint64_t of_stars[6];
    uint64_t impact_asked, impact, significant;
    uint64_t connected_asked, connected;
    uint64_t time_asked, time_valued;
};

struct satisfaction {
    struct writer *writer;
    struct grouped answers; /* struct answers */
    uint32_t none, significant, yes;
};

/* ---- Counting ---- */

/* The last answer to a question; NULL: none. */
static const struct fact *
last_answer(const struct person *person, const struct referral *referral, enum fact_kind kind)
{
    for (size_t i = person->n; i-- > 0;)
        if (person->facts[i].kind == kind && person->facts[i].referral == referral->record)
            return &person->facts[i];
    return NULL;
}

static void
count_stars(struct answers *answers, const struct fact *stars)
{
    if (!stars || stars->value < 1 || stars->value > 5)
        return;
    moments_add(&answers->stars, stars->value);
    answers->of_stars[stars->value]++;
}

static void
count_referral(struct satisfaction *satisfaction, size_t group, const struct person *person,
               const struct referral *referral)
{
    struct answers *answers = grouped_at(&satisfaction->answers, group);
    const struct fact *fact;

    if (!answers) {
        satisfaction->writer->failed = true;
        return;
    }
    count_stars(answers, last_answer(person, referral, FACT_STARS));
    if ((fact = last_answer(person, referral, FACT_IMPACT))) {
        answers->impact_asked++;
        answers->impact += fact->word != satisfaction->none;
        answers->significant += fact->word == satisfaction->significant;
    }
    if ((fact = last_answer(person, referral, FACT_CONNECTED))) {
        answers->connected_asked++;
        answers->connected += fact->word == satisfaction->yes;
    }
    if ((fact = last_answer(person, referral, FACT_TIME_VALUED))) {
        answers->time_asked++;
        answers->time_valued += fact->word == satisfaction->yes;
    }
}

static void
visit(void *context, const struct person *person)
{
    struct satisfaction *satisfaction = context;
    struct selection *selection = satisfaction->writer->selection;
    size_t group;

    for (size_t i = 0; i < person->n_referrals; i++) {
        const struct referral *referral = &person->referrals[i];

        if (!selection_takes(selection, person, referral))
            continue;
        count_referral(satisfaction, GROUP_ALL, person, referral);
        if ((group = selection_group(selection, person, referral)) && group != GROUP_NONE)
            count_referral(satisfaction, group, person, referral);
    }
}

/* ---- Writing ---- */

static void
write_stars(struct writer *writer, size_t group, const struct answers *answers)
{
    static const char those[] = "answers with stars";

    write_share(writer, &(struct figure){group, "STARS_4_OR_5", "Four or five stars",
        "answers of four or five stars", those, UNIT(PERCENT)},
        answers->of_stars[4] + answers->of_stars[5], answers->stars.n);
    for (int i = 5; i > 0; i--)
        write_share(writer, &(struct figure){group, wg_format(writer->arena, "STARS_%d", i),
            wg_format(writer->arena, i > 1 ? "%d stars" : "%d star", i),
            wg_format(writer->arena, "answers of %d", i), those, UNIT(PERCENT)},
            answers->of_stars[i], answers->stars.n);
    write_mean(writer, &(struct figure){group, "MEAN_STARS", "Mean", "stars", those, UNIT(STARS)},
               &answers->stars, 0);
}

static void
write_opinions(struct writer *writer, size_t group, const struct answers *answers)
{
    write_share(writer, &(struct figure){group, "IMPACT", "An impact",
        "answers that it had some or a significant impact", "answers about the impact",
        UNIT(PERCENT)}, answers->impact, answers->impact_asked);
    write_share(writer, &(struct figure){group, "SIGNIFICANT_OF_IMPACT",
        "A significant one, of those with an impact", "answers that the impact was significant",
        "answers that it had an impact", UNIT(PERCENT)}, answers->significant, answers->impact);
    write_share(writer, &(struct figure){group, "SIGNIFICANT", "A significant impact, of all who answered",
        "answers that the impact was significant", "answers about the impact", UNIT(PERCENT)},
        answers->significant, answers->impact_asked);
    write_share(writer, &(struct figure){group, "CONNECTED", "Connected to suitable services",
        "answers of yes", "answers of yes or no", UNIT(PERCENT)}, answers->connected,
        answers->connected_asked);
    write_share(writer, &(struct figure){group, "TIME_VALUED", "Valued the time given",
        "answers of yes", "answers of yes or no", UNIT(PERCENT)}, answers->time_valued,
        answers->time_asked);
}

const struct wg_problem *
write_satisfaction(struct writer *writer)
{
    struct selection *selection = writer->selection;
    struct satisfaction satisfaction = {
        .writer = writer, .answers = {writer->arena, sizeof(struct answers)},
        .none = words_find(&selection->words, "NONE"),
        .significant = words_find(&selection->words, "SIGNIFICANT"),
        .yes = words_find(&selection->words, "YES")};
    const struct wg_problem *problem;
    const size_t *order;

    if ((problem = cohort_scan(writer->call, selection->programme, selection->sequence, visit,
                               &satisfaction)))
        return problem;
    if (!(order = selection_order(selection)))
        return wg_no_memory(writer->call);
    write_declaration(writer, "Of each referral the last answer to a question counts.");
    write_table(writer, "FEEDBACK", "What people think");
    for (size_t g = 0; g < selection->n_groups; g++) {
        const struct answers *answers = grouped_at(&satisfaction.answers, order[g]);

        if (!answers)
            return wg_no_memory(writer->call);
        write_stars(writer, order[g], answers);
        write_opinions(writer, order[g], answers);
    }
    return surveys_write(writer);
}
