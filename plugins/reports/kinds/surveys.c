/* surveys.c - a practice may answer a questionnaire again: its last answers count. */
#include "surveys.h"

#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "wellgate/referrals/v1/surveys.pb-c.h"

typedef Wellgate__Referrals__V1__Survey Survey;

enum { SURVEYS_MAX = 20000 };

struct surveys {
    struct writer *writer;
    const Survey **list;
    size_t n, room;
};

static bool
visit(void *context, const struct wg_record *record)
{
    const Survey *survey = (const Survey *)record->message;
    struct surveys *surveys = context;
    wg_date date;

    if (!wg_date_parse(survey->date, &date) ||
        !wg_period_contains(surveys->writer->selection->period, date))
        return true;
    if (surveys->n == surveys->room) {
        size_t room = 2 * surveys->room + 64;
        const Survey **more = wg_alloc_array(surveys->writer->arena, room, sizeof(*more));

        if (!more || surveys->n >= SURVEYS_MAX) {
            surveys->writer->failed = true;
            return false;
        }
        if (surveys->n)
            memcpy(more, surveys->list, surveys->n * sizeof(*more));
        surveys->list = more;
        surveys->room = room;
    }
    surveys->list[surveys->n++] = survey;
    return true;
}

/* By questionnaire and practice, the last first. */
static int
by_practice(const void *left, const void *right)
{
    const Survey *a = *(const Survey *const *)left, *b = *(const Survey *const *)right;
    int order = strcmp(a->questionnaire, b->questionnaire);

    if (!order)
        order = strcmp(a->practice, b->practice);
    if (!order)
        order = strcmp(b->date, a->date);
    return order ? order : strcmp(b->name, a->name);
}

/* ---- Answers ---- */

struct answer {
    const char *key, *value;
    uint64_t n;
};

static int
by_answer(const void *left, const void *right)
{
    const struct answer *a = left, *b = right;
    int order = strcmp(a->key, b->key);

    return order ? order : strcmp(a->value, b->value);
}

/* Of each practice those of its first survey in the list. */
static size_t
collect(const struct surveys *surveys, size_t from, size_t to, struct answer *answers)
{
    size_t n = 0;

    for (size_t i = from; i < to; i++) {
        const Survey *survey = surveys->list[i];

        if (i > from && strcmp(survey->practice, surveys->list[i - 1]->practice) == 0)
            continue;
        for (size_t j = 0; j < survey->n_answers; j++)
            answers[n++] = (struct answer){survey->answers[j]->key, survey->answers[j]->value, 1};
    }
    return n;
}

/* Those that are alike become one. */
static size_t
unite(struct answer *answers, size_t n)
{
    size_t kept = 0;

    qsort(answers, n, sizeof(*answers), by_answer);
    for (size_t i = 0; i < n; i++)
        if (kept && by_answer(&answers[kept - 1], &answers[i]) == 0)
            answers[kept - 1].n++;
        else
            answers[kept++] = answers[i];
    return kept;
}

static uint64_t
asked(const struct answer *answers, size_t n, const char *key)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        if (strcmp(answers[i].key, key) == 0)
            sum += answers[i].n;
    return sum;
}

static void
write_questionnaire(struct surveys *surveys, size_t from, size_t to)
{
    const char *questionnaire = surveys->list[from]->questionnaire;
    struct writer *writer = surveys->writer;
    struct answer *answers;
    size_t n = 0;

    for (size_t i = from; i < to; i++)
        n += surveys->list[i]->n_answers;
    if (!(answers = wg_alloc_array(writer->arena, n + 1, sizeof(*answers)))) {
        writer->failed = true;
        return;
    }
    n = unite(answers, collect(surveys, from, to, answers));
    write_table(writer, wg_format(writer->arena, "SURVEY:%s", questionnaire),
                wg_format(writer->arena, "What practices think: %s",
                          name_words(&writer->names, questionnaire)));
    for (size_t i = 0; i < n; i++)
        write_share(writer, &(struct figure){GROUP_ALL,
            wg_format(writer->arena, "%s:%s", answers[i].key, answers[i].value),
            wg_format(writer->arena, "%s: %s", name_words(&writer->names, answers[i].key),
                      name_within(&writer->names, answers[i].value)),
            wg_format(writer->arena, "practices that answered %s", answers[i].value),
            "practices that answered the question", UNIT(PERCENT)}, answers[i].n,
            asked(answers, n, answers[i].key));
}

const struct wg_problem *
surveys_write(struct writer *writer)
{
    struct surveys surveys = {.writer = writer};
    const struct wg_problem *problem;

    if (writer->selection->n_filters)
        return NULL;
    if ((problem = wg_scan(writer->call, "referrals/Survey", writer->selection->programme, NULL,
                           visit, &surveys)) || !surveys.n)
        return problem;
    qsort(surveys.list, surveys.n, sizeof(*surveys.list), by_practice);
    for (size_t from = 0, to; from < surveys.n; from = to) {
        for (to = from; to < surveys.n && strcmp(surveys.list[to]->questionnaire,
                                                 surveys.list[from]->questionnaire) == 0; to++)
            ;
        write_questionnaire(&surveys, from, to);
    }
    return NULL;
}
