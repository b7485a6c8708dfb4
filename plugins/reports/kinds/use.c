/* use.c - windows, who was observed for them, and what happened in them. */
#include "use.h"

#include <string.h>
#include <wellgate/messages.h>

#define OBSERVED(name) WELLGATE__REPORTS__V1__GET_REPORT_REQUEST__OBSERVED__##name

enum { MONTHS = 12 };

/* ---- Which classes ---- */

static bool
is_other(const char *name)
{
    return strncmp(name, "OTHER:", strlen("OTHER:")) == 0;
}

static void
add_class(struct use *use, const char *name)
{
    const struct words *words = &use->writer->selection->words;

    if (use->n < CLASSES_MAX)
        use->classes[use->n++] = (struct use_class){
            name, words_find(words, name), words_find(words, is_other(name) ? "OTHER" : name)};
}

/* OTHER is all of its codes. */
static void
add_others(struct use *use)
{
    const struct words *words = &use->writer->selection->words;

    for (size_t i = 1; i < words->n; i++)
        if (is_other(words->list[i]))
            add_class(use, words->list[i]);
}

static const char *
class_word(int value)
{
    return wg_enum_word(&wellgate__outcomes__v1__utilisation__class__descriptor, value);
}

static void
add_classes(struct use *use, const Request *request)
{
    for (size_t i = 0; i < request->n_classes; i++)
        if (request->classes[i] == WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__OTHER)
            add_others(use);
        else
            add_class(use, class_word((int)request->classes[i]));
    if (request->n_classes)
        return;
    for (int value = 1; value < WELLGATE__OUTCOMES__V1__UTILISATION__CLASS__OTHER; value++)
        if (words_find(&use->writer->selection->words, class_word(value)))
            add_class(use, class_word(value));
    add_others(use);
}

/* ---- One person's windows ---- */

struct window {
    wg_date first, last;
};

/* Windows of coverage are in order of their first days. */
static bool
is_covered(const struct person *person, uint32_t word, struct window window)
{
    wg_date need = window.first;

    for (size_t i = 0; i < person->n && need <= window.last; i++) {
        const struct fact *fact = &person->facts[i];

        if (fact->kind == FACT_COVERED && fact->word == word && fact->date <= need &&
            fact->until >= need)
            need = fact->until + 1;
    }
    return need > window.last;
}

static bool
is_observed(const struct use *use, const struct person *person, const struct use_class *class,
            struct window window)
{
    if (person->left <= window.last || window.last >= use->writer->selection->today)
        return false;
    return use->observed == OBSERVED(ASSUMED) || is_covered(person, class->covered_word, window);
}

/* Uses that lie in it; a total of a period that lies in it only partly is none of its. */
static int64_t
uses_in(const struct person *person, uint32_t word, struct window window, uint64_t *straddling)
{
    int64_t sum = 0;

    for (size_t i = 0; word && i < person->n; i++) {
        const struct fact *fact = &person->facts[i];

        if (fact->kind != FACT_USE || fact->word != word || fact->date > window.last ||
            fact->until < window.first)
            continue;
        if (fact->date >= window.first && fact->until <= window.last)
            sum += fact->value;
        else
            ++*straddling;
    }
    return sum;
}

static void
count_class(const struct use *use, struct use_tally *tally, const struct use_class *class,
            const struct person *person, wg_date start)
{
    struct window before = {wg_date_add_months(start, -use->months), start - 1};
    struct window after = {start, wg_date_add_months(start, use->months) - 1};
    bool in_before = is_observed(use, person, class, before);
    bool in_after = is_observed(use, person, class, after);
    int64_t uses_before, uses_after;

    tally->people++;
    if (use->observed != OBSERVED(EACH_WINDOW))
        in_before = in_after = in_before && in_after;
    uses_before = in_before ? uses_in(person, class->word, before, &tally->straddling) : 0;
    uses_after = in_after ? uses_in(person, class->word, after, &tally->straddling) : 0;
    tally->people_before += in_before;
    tally->people_after += in_after;
    tally->before += uses_before;
    tally->after += uses_after;
    if (in_before && in_after)
        moments_add(&tally->differences, uses_after - uses_before);
}

static void
count_person(struct use *use, struct grouped *grouped, size_t group, const struct person *person,
             wg_date start)
{
    struct use_tally *tallies = grouped_at(grouped, group);

    use->writer->failed = use->writer->failed || !tallies;
    for (size_t i = 0; tallies && i < use->n; i++)
        count_class(use, &tallies[i], &use->classes[i], person, start);
}

static void
visit(void *context, const struct person *person)
{
    struct use *use = context;
    struct selection *selection = use->writer->selection;
    const struct referral *referral = selection_first(selection, person);
    size_t group;

    if (!referral)
        return;
    count_person(use, &use->tallies, GROUP_ALL, person, referral->referred);
    if (referral->practice)
        count_person(use, &use->practices, referral->practice, person, referral->referred);
    if ((group = selection_group(selection, person, referral)))
        count_person(use, &use->tallies, group, person, referral->referred);
}

/* ---- All of them ---- */

static void
declare(const struct use *use)
{
    static const char *const who[] = {
        [OBSERVED(BOTH_WINDOWS)] = "those who are covered for the whole of both windows; who died or "
                                   "moved away within them is left out",
        [OBSERVED(EACH_WINDOW)] = "in each window those who are covered for the whole of it, and "
                                  "neither died nor moved away in it",
        [OBSERVED(ASSUMED)] = "everybody whose windows are over and who neither died nor moved away "
                              "in them; what is not recorded is taken not to have happened"};
    struct writer *writer = use->writer;

    write_declaration(writer, wg_format(writer->arena,
        "Windows: %d months before the day of referral, and %d from it on.", use->months, use->months));
    write_declaration(writer, wg_format(writer->arena, "People: %s.", who[use->observed]));
}

int
use_months(const Request *request)
{
    return request->months ? (int)request->months : MONTHS;
}

void
use_begin(struct use *use, struct writer *writer)
{
    const Request *request = writer->selection->request;

    *use = (struct use){.writer = writer, .months = use_months(request),
                        .observed = request->observed ? (int)request->observed : OBSERVED(BOTH_WINDOWS)};
    add_classes(use, request);
    declare(use);
}

const struct wg_problem *
use_read(struct use *use)
{
    struct writer *writer = use->writer;

    use->tallies = use->practices =
        (struct grouped){writer->arena, (use->n + 1) * sizeof(struct use_tally)};
    return cohort_scan(writer->call, writer->selection->programme, writer->selection->sequence, visit,
                       use);
}

struct use_tally *
use_tally_of(struct use *use, size_t group, size_t class)
{
    struct use_tally *tallies = grouped_at(&use->tallies, group);

    use->writer->failed = use->writer->failed || !tallies;
    return tallies ? &tallies[class] : NULL;
}

/* after / people_after < before / people_before */
static bool
fell(const struct use_tally *tally)
{
    return (wide)tally->after * (wide)tally->people_before <
           (wide)tally->before * (wide)tally->people_after;
}

void
use_practices(struct use *use, size_t class, uint64_t *practices, uint64_t *fallen)
{
    *practices = *fallen = 0;
    for (size_t word = 1; word < use->practices.room; word++) {
        const struct use_tally *tally = (const struct use_tally *)(use->practices.list +
                                                                   word * use->practices.size) + class;

        if (!tally->people_before || !tally->people_after)
            continue;
        ++*practices;
        *fallen += fell(tally);
    }
}

void
use_note_unobserved(const struct use *use, const size_t *classes, size_t n)
{
    struct writer *writer = use->writer;
    const char *words = "";

    for (size_t i = 0; words && i < n; i++)
        words = wg_format(writer->arena, "%s%s%s", words, i ? ", " : "",
                          (i ? name_within : name_words)(&writer->names, use->classes[classes[i]].name));
    if (n)
        write_note(writer, wg_format(writer->arena,
            "%s: nobody was observed for %d months before and after the referral, so nothing is told. It "
            "takes coverage on record for both windows, and that they are over.", words, use->months));
}

void
use_warn(struct writer *writer)
{
    write_note(writer, "Where people were chosen for high use, they tend to use less afterwards "
                       "whatever is done (regression to the mean): compare them with similar people.");
}
