/* transitions.c - people who leave one state, and reach another, item by item. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "change.h"
#include "kinds.h"
#include "measures.h"

typedef Wellgate__Outcomes__V1__Instrument__Item Item;

#define METHOD(name) WELLGATE__OUTCOMES__V1__INSTRUMENT__METHOD__##name

enum { ITEMS_MAX = 200, STATES_MAX = 12 };

/* An item whose answers are states, and that is scored by itself. */
struct rated {
    const char *instrument, *title; /* of the instrument */
    const Item *item;
    uint32_t word; /* of its score's readings */
    int direction; /* 1: more is better, -1: less is, 0: neither */
};

struct tally {
    uint64_t n;
    uint64_t moved[STATES_MAX][STATES_MAX]; /* from, to */
};

struct transitions {
    struct writer *writer;
    const char *before, *after; /* states */
    struct pairing pairing;
    struct rated *items;
    size_t n;
    struct grouped tallies; /* struct tally, one for each item */
};

/* ---- Which items ---- */

static const Score *
score_of(Score **scores, size_t n, const char *item)
{
    for (size_t i = 0; i < n; i++)
        if (scores[i]->method == METHOD(ITEM) && scores[i]->n_items == 1 &&
            strcmp(scores[i]->items[0], item) == 0)
            return scores[i];
    return NULL;
}

/* key NULL: all that have states. */
static const struct wg_problem *
add_items(struct transitions *transitions, const char *instrument, const char *key, bool *found)
{
    struct writer *writer = transitions->writer;
    size_t n_scores, n_items, before = transitions->n;
    const struct wg_problem *problem;
    const char *title;
    Score **scores;
    Item **items;

    problem = instrument_look(writer->call, instrument, &title, &scores, &n_scores, &items, &n_items);
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    for (size_t i = 0; i < n_items && transitions->n < ITEMS_MAX; i++) {
        const Score *score = score_of(scores, n_scores, items[i]->key);

        if (!score || !items[i]->n_states || items[i]->n_states > STATES_MAX ||
            (key && strcmp(items[i]->key, key) != 0))
            continue;
        transitions->items[transitions->n++] = (struct rated){instrument, title, items[i],
            words_find(&writer->selection->words,
                       wg_format(writer->arena, "%s/%s", instrument, score->key)),
            score_direction(score)};
    }
    *found = transitions->n > before;
    return NULL;
}

/* "instruments/dudley-domains", or an item of it. */
static const struct wg_problem *
add_named(struct transitions *transitions, size_t at)
{
    struct writer *writer = transitions->writer;
    const char *name = writer->selection->request->measures[at];
    const char *pointer = wg_format(writer->arena, "/measures/%zu", at);
    char *instrument = wg_copy_text(writer->arena, name), *slash;
    const struct wg_problem *problem;
    bool found = false;

    if (!instrument)
        return wg_no_memory(writer->call);
    if ((problem = add_items(transitions, instrument, NULL, &found)))
        return problem;
    if (!found && (slash = strrchr(instrument, '/'))) {
        *slash = '\0';
        if ((problem = add_items(transitions, instrument, slash + 1, &found)))
            return problem;
    }
    if (!found)
        wg_violation(writer->call, pointer ? pointer : "/measures", "UNKNOWN_VALUE",
                     "has no items whose answers are states");
    return NULL;
}

static bool
is_known(const struct transitions *transitions, const char *instrument)
{
    for (size_t i = 0; i < transitions->n; i++)
        if (strcmp(transitions->items[i].instrument, instrument) == 0)
            return true;
    return false;
}

/* Of every instrument that there are readings of. */
static const struct wg_problem *
add_all(struct transitions *transitions)
{
    const struct words *words = &transitions->writer->selection->words;
    const struct wg_problem *problem;
    bool found;

    for (size_t i = 1; i < words->n; i++) {
        char *instrument = wg_copy_text(transitions->writer->arena, words->list[i]), *slash;

        if (!instrument)
            return wg_no_memory(transitions->writer->call);
        if (!strstr(instrument, "instruments/") || !(slash = strrchr(instrument, '/')))
            continue;
        *slash = '\0';
        if (!is_known(transitions, instrument) &&
            (problem = add_items(transitions, instrument, NULL, &found)))
            return problem;
    }
    return NULL;
}

static const struct wg_problem *
read_items(struct transitions *transitions)
{
    const Request *request = transitions->writer->selection->request;
    const struct wg_problem *problem;

    transitions->items = wg_alloc_array(transitions->writer->arena, ITEMS_MAX,
                                        sizeof(*transitions->items));
    if (!transitions->items)
        return wg_no_memory(transitions->writer->call);
    for (size_t i = 0; i < request->n_measures; i++)
        if ((problem = add_named(transitions, i)))
            return problem;
    if (!request->n_measures && (problem = add_all(transitions)))
        return problem;
    return wg_violations(transitions->writer->call);
}

/* ---- Counting ---- */

/* The place of an answer among the item's states; STATES_MAX: it is none. */
static size_t
state_of(const Item *item, int64_t value)
{
    for (size_t i = 0; i < item->n_states; i++)
        if ((int64_t)item->states[i]->value * 10000 == value)
            return i;
    return STATES_MAX;
}

static size_t
state_named(const Item *item, const char *code)
{
    size_t at = 0;

    while (at < item->n_states && strcmp(item->states[at]->code, code) != 0)
        at++;
    return at;
}

static void
count_person(struct transitions *transitions, size_t group, const struct person *person, wg_date start)
{
    struct tally *tallies = grouped_at(&transitions->tallies, group);

    if (!tallies) {
        transitions->writer->failed = true;
        return;
    }
    for (size_t i = 0; i < transitions->n; i++) {
        struct pair pair = pair_of(person, start, transitions->items[i].word, &transitions->pairing);
        size_t from = state_of(transitions->items[i].item, pair.baseline);
        size_t to = state_of(transitions->items[i].item, pair.follow_up);

        if (!pair.has_follow_up || from == STATES_MAX || to == STATES_MAX)
            continue;
        tallies[i].n++;
        tallies[i].moved[from][to]++;
    }
}

static void
visit(void *context, const struct person *person)
{
    struct transitions *transitions = context;
    struct selection *selection = transitions->writer->selection;
    const struct referral *referral = selection_first(selection, person);
    size_t group;

    if (!referral)
        return;
    count_person(transitions, GROUP_ALL, person, referral->referred);
    if ((group = selection_group(selection, person, referral)) && group != GROUP_NONE)
        count_person(transitions, group, person, referral->referred);
}

/* ---- Writing ---- */

/* In a state before, and after. */
static void
sums_of(const struct tally *tally, const Item *item, size_t state, uint64_t *before, uint64_t *after)
{
    *before = *after = 0;
    for (size_t i = 0; i < item->n_states; i++) {
        *before += tally->moved[state][i];
        *after += tally->moved[i][state];
    }
}

/* A figure about an item. */
static struct figure
figure_of(struct transitions *transitions, size_t group, const struct rated *rated, const char *what,
          const char *label)
{
    struct writer *writer = transitions->writer;

    return (struct figure){.group = group, .unit = UNIT(PERCENT), .label = label,
                           .key = wg_format(writer->arena, "%s:%s", rated->item->key, what),
                           .subject = name_words(&writer->names, rated->item->key)};
}

static const char *
state_words(const struct transitions *transitions, const char *state)
{
    return name_within(&transitions->writer->names, state);
}

static void
write_change(struct transitions *transitions, size_t group, const struct rated *rated,
             const struct tally *tally, const char *state, const char *what)
{
    struct writer *writer = transitions->writer;
    const char *words = state_words(transitions, state);
    size_t at = state_named(rated->item, state);
    struct figure figure = figure_of(transitions, group, rated, what,
                                     wg_format(writer->arena, "change of those %s", words));
    uint64_t before, after;

    if (at == rated->item->n_states)
        return;
    sums_of(tally, rated->item, at, &before, &after);
    figure.numerator_rule = wg_format(writer->arena,
        "people %s at the follow-up less those at the baseline", words);
    figure.denominator_rule = wg_format(writer->arena,
        "people %s at the baseline, of those with both readings", words);
    write_ratio(writer, &figure, (wide)after - (wide)before, before, 0, tally->n);
}

static void
write_left(struct transitions *transitions, size_t group, const struct rated *rated,
           const struct tally *tally)
{
    struct writer *writer = transitions->writer;
    const char *words = state_words(transitions, transitions->before);
    size_t at = state_named(rated->item, transitions->before);
    struct figure figure = figure_of(transitions, group, rated, "LEFT",
                                     wg_format(writer->arena, "no longer %s", words));
    uint64_t before, after;

    if (at == rated->item->n_states)
        return;
    sums_of(tally, rated->item, at, &before, &after);
    figure.numerator_rule = "those of them in another state at the follow-up";
    figure.denominator_rule = wg_format(writer->arena, "people %s at the baseline, with both readings",
                                        words);
    write_share(writer, &figure, before - tally->moved[at][at], before);
}

/* How many came to a better state, stayed, or came to a worse one. */
static void
write_directions(struct transitions *transitions, size_t group, const struct rated *rated,
                 const struct tally *tally)
{
    static const struct {
        const char *what, *label, *rule;
    } told[] = {{"BETTER", "in a better state", "people in a better state at the follow-up"},
                {"SAME", "in the same state", "people in the same state at both readings"},
                {"WORSE", "in a worse state", "people in a worse state at the follow-up"}};
    uint64_t counts[3] = {0};

    if (!rated->direction)
        return;
    for (size_t from = 0; from < rated->item->n_states; from++)
        for (size_t to = 0; to < rated->item->n_states; to++) {
            int64_t d = rated->direction * ((int64_t)rated->item->states[to]->value -
                                            rated->item->states[from]->value);

            counts[d > 0 ? 0 : d == 0 ? 1 : 2] += tally->moved[from][to];
        }
    for (size_t i = 0; i < 3; i++) {
        struct figure figure = figure_of(transitions, group, rated, told[i].what, told[i].label);

        figure.numerator_rule = told[i].rule;
        figure.denominator_rule = "people with both readings";
        write_share(transitions->writer, &figure, counts[i], tally->n);
    }
}

static void
write_matrix(struct transitions *transitions, const struct rated *rated, const struct tally *tally)
{
    struct writer *writer = transitions->writer;
    const Item *item = rated->item;

    for (size_t from = 0; from < item->n_states; from++)
        for (size_t to = 0; to < item->n_states; to++) {
            const char *before = item->states[from]->code, *after = item->states[to]->code;
            struct figure figure = figure_of(transitions, GROUP_ALL, rated,
                wg_format(writer->arena, "%s:%s", before, after),
                wg_format(writer->arena, "from %s to %s", state_words(transitions, before),
                          state_words(transitions, after)));

            figure.numerator_rule = "people who moved so, or stayed";
            figure.denominator_rule = "people with both readings";
            write_share(writer, &figure, tally->moved[from][to], tally->n);
        }
}

/* By how much those in the state before fell, as a fraction; of nobody by nothing. */
static bool
falls_more(const struct transitions *transitions, size_t a, size_t b, const struct tally *tallies)
{
    size_t state_a = state_named(transitions->items[a].item, transitions->before);
    size_t state_b = state_named(transitions->items[b].item, transitions->before);
    uint64_t before_a, after_a, before_b, after_b;

    sums_of(&tallies[a], transitions->items[a].item, state_a, &before_a, &after_a);
    sums_of(&tallies[b], transitions->items[b].item, state_b, &before_b, &after_b);
    if (!before_a || !before_b)
        return before_a > 0;
    return ((wide)before_a - after_a) * before_b > ((wide)before_b - after_b) * before_a;
}

static bool
is_indicator(const struct transitions *transitions, size_t at, const struct rated *domain)
{
    const struct rated *rated = &transitions->items[at];

    return strcmp(rated->instrument, domain->instrument) == 0 &&
           strcmp(rated->item->domain, domain->item->key) == 0 && rated->item != domain->item &&
           state_named(rated->item, transitions->before) < rated->item->n_states;
}

/* Of a domain that is rated itself the indicator by which people changed most; SIZE_MAX: none. */
static size_t
best_of(const struct transitions *transitions, size_t domain, const struct tally *tallies)
{
    const struct rated *rated = &transitions->items[domain];
    size_t best = SIZE_MAX;

    if (strcmp(rated->item->domain, rated->item->key) != 0)
        return best;
    for (size_t i = 0; i < transitions->n; i++)
        if (is_indicator(transitions, i, rated) &&
            (best == SIZE_MAX || falls_more(transitions, i, best, tallies)))
            best = i;
    return best;
}

static void
write_best(struct transitions *transitions, size_t domain, size_t best, const struct tally *tally)
{
    const Item *item = transitions->items[best].item;
    struct writer *writer = transitions->writer;
    const char *words = state_words(transitions, transitions->before);
    uint64_t before, after;

    sums_of(tally, item, state_named(item, transitions->before), &before, &after);
    write_ratio(writer, &(struct figure){GROUP_ALL,
        wg_format(writer->arena, "BEST:%s", transitions->items[domain].item->key),
        wg_format(writer->arena, "%s: %s", name_words(&writer->names, transitions->items[domain].item->key),
                  name_within(&writer->names, item->key)),
        wg_format(writer->arena, "change of people %s", words),
        wg_format(writer->arena, "people %s at the baseline, of those with both readings", words),
        UNIT(PERCENT), item->key}, (wide)after - (wide)before, before, 0, tally->n);
}

static void
write_items(struct transitions *transitions, const size_t *order)
{
    struct writer *writer = transitions->writer;

    write_table(writer, "CHANGE", "Change by item");
    for (size_t g = 0; g < writer->selection->n_groups; g++) {
        const struct tally *tallies = grouped_at(&transitions->tallies, order[g]);

        for (size_t i = 0; tallies && i < transitions->n; i++) {
            const struct rated *rated = &transitions->items[i];
            struct figure paired = figure_of(transitions, order[g], rated, "PAIRED", "with both readings");

            paired.unit = UNIT(PEOPLE);
            paired.numerator_rule = "people with both readings";
            write_count(writer, &paired, tallies[i].n);
            write_directions(transitions, order[g], rated, &tallies[i]);
            write_left(transitions, order[g], rated, &tallies[i]);
            write_change(transitions, order[g], rated, &tallies[i], transitions->after, "AFTER");
            write_change(transitions, order[g], rated, &tallies[i], transitions->before, "BEFORE");
        }
    }
}

static void
write_bests(struct transitions *transitions, const struct tally *tallies)
{
    bool any = false;

    for (size_t i = 0; i < transitions->n; i++) {
        size_t best = best_of(transitions, i, tallies);

        if (best == SIZE_MAX)
            continue;
        if (!any)
            write_table(transitions->writer, "BEST", "The best indicator of each domain");
        any = true;
        write_best(transitions, i, best, &tallies[best]);
    }
}

static void
write_all(struct transitions *transitions, const size_t *order)
{
    const struct tally *tallies = grouped_at(&transitions->tallies, GROUP_ALL);
    struct writer *writer = transitions->writer;

    if (!tallies) {
        writer->failed = true;
        return;
    }
    write_declaration(writer, wg_format(writer->arena, "States: %s before, %s after; of the same people.",
                                        state_words(transitions, transitions->before),
                                        state_words(transitions, transitions->after)));
    write_items(transitions, order);
    write_bests(transitions, tallies);
    if (!transitions->n)
        return;
    write_table(writer, "MOVES", "From each state to each");
    for (size_t i = 0; i < transitions->n; i++)
        write_matrix(transitions, &transitions->items[i], &tallies[i]);
}

const struct wg_problem *
write_transitions(struct writer *writer)
{
    const Request *request = writer->selection->request;
    struct transitions transitions = {
        .writer = writer, .pairing = pairing_of(request),
        .before = *request->state_before ? request->state_before : "NOT_MANAGING",
        .after = *request->state_after ? request->state_after : "MANAGING"};
    const struct wg_problem *problem;
    const size_t *order;

    if ((problem = read_items(&transitions)))
        return problem;
    transitions.tallies = (struct grouped){writer->arena, (transitions.n + 1) * sizeof(struct tally)};
    if ((problem = cohort_scan(writer->call, writer->selection->programme,
                               writer->selection->sequence, visit, &transitions)))
        return problem;
    if (!(order = selection_order(writer->selection)))
        return wg_no_memory(writer->call);
    write_all(&transitions, order);
    return NULL;
}
