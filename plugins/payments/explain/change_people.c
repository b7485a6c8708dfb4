/* change_people.c - units then and now, person by person. */
#include "change_people.h"

#include <stdlib.h>
#include <string.h>

#define KIND(name) WELLGATE__PAYMENTS__V1__CHANGE_EXPLANATION__KIND__##name

size_t
rule_then(const struct both *both, size_t rule)
{
    size_t i = 0;

    while (i < both->then.n_rules &&
           strcmp(both->then.rules[i].id, both->now.rules[rule].id) != 0)
        i++;
    return i;
}

/* ---- Who moved ---- */

/* Kept units of the periods of then, by person. */
struct kept {
    const struct claimed_unit **list;
    size_t n;
};

static int
by_person(const void *a, const void *b)
{
    const struct claimed_unit *x = *(const struct claimed_unit *const *)a;
    const struct claimed_unit *y = *(const struct claimed_unit *const *)b;

    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return x < y ? -1 : x > y; /* as they were kept */
}

static bool
kept_open(const struct account *account, size_t periods, struct kept *kept)
{
    const struct claimed_unit *units;
    size_t n;

    units = settlement_units(account->settlement, &n);
    kept->n = 0;
    if (!(kept->list = malloc((n + 1) * sizeof(const struct claimed_unit *))))
        return false;
    for (size_t i = 0; i < n; i++)
        if (units[i].period < periods)
            kept->list[kept->n++] = &units[i];
    qsort(kept->list, kept->n, sizeof(const struct claimed_unit *), by_person);
    return true;
}

static bool
same_unit(const struct unit *a, const struct unit *b)
{
    return a->date == b->date && a->claimed == b->claimed && a->clawed_back == b->clawed_back &&
           a->reverses == b->reverses && a->quantity == b->quantity && a->of == b->of &&
           a->measure == b->measure;
}

struct comparing {
    const struct both *both;
    size_t *rules; /* of then, by place of a rule of now */
    mpq_t earned[2], paid[2];
};

static bool
same_amounts(struct comparing *c, const struct claimed_unit *then, const struct claimed_unit *now)
{
    settlement_unit_amounts(c->both->then.settlement, then, c->earned[0], c->paid[0]);
    settlement_unit_amounts(c->both->now.settlement, now, c->earned[1], c->paid[1]);
    return mpq_equal(c->earned[0], c->earned[1]) && mpq_equal(c->paid[0], c->paid[1]);
}

static bool
same_kept(struct comparing *c, const struct claimed_unit *then, const struct claimed_unit *now)
{
    return then->account == c->rules[now->account] && then->period == now->period &&
           then->reason == now->reason && same_unit(&then->unit, &now->unit) &&
           same_amounts(c, then, now);
}

/* Of the next person in either list, who is passed: whether the units are the same. */
static bool
next_person(struct comparing *c, struct kept *then, struct kept *now, uint32_t *person)
{
    bool same = true;

    *person = !now->n || (then->n && then->list[0]->person < now->list[0]->person)
                  ? then->list[0]->person : now->list[0]->person;
    while (then->n && now->n && then->list[0]->person == *person &&
           now->list[0]->person == *person) {
        same = same && same_kept(c, *then->list, *now->list);
        then->list++, now->list++;
        then->n--, now->n--;
    }
    for (; then->n && then->list[0]->person == *person; then->n--, then->list++)
        same = false;
    for (; now->n && now->list[0]->person == *person; now->n--, now->list++)
        same = false;
    return same;
}

static void
mark_all(struct comparing *c, struct kept then, struct kept now, size_t people, bool *moved)
{
    uint32_t person;

    mpq_inits(c->earned[0], c->earned[1], c->paid[0], c->paid[1], NULL);
    while (then.n || now.n)
        if (!next_person(c, &then, &now, &person) && person < people)
            moved[person] = true;
    mpq_clears(c->earned[0], c->earned[1], c->paid[0], c->paid[1], NULL);
}

static bool
mark_moved(const struct both *both, size_t people, bool *moved)
{
    struct comparing c = {.both = both, .rules = calloc(both->now.n_rules + 1, sizeof(size_t))};
    struct kept then, now;
    bool opened = kept_open(&both->then, both->then.timeline.n, &then);

    opened = kept_open(&both->now, both->then.timeline.n, &now) && opened && c.rules;
    for (size_t i = 0; opened && i < both->now.n_rules; i++)
        c.rules[i] = rule_then(both, i);
    if (opened)
        mark_all(&c, then, now, people, moved);
    free(then.list);
    free(now.list);
    free(c.rules);
    return opened;
}

bool *
people_moved(const struct both *both, size_t people)
{
    bool *moved = calloc(people + 1, sizeof(*moved));

    if (moved && mark_moved(both, people, moved))
        return moved;
    free(moved);
    return NULL;
}

/* ---- What happened ---- */

Change *
change_message(struct wg_arena *arena, Unit *before, Unit *after,
               Wellgate__Payments__V1__ChangeExplanation__Kind kind)
{
    Change *change = wg_alloc(arena, sizeof(*change));

    if (!change)
        return NULL;
    wellgate__payments__v1__change_explanation__change__init(change);
    change->kind = kind;
    change->before = before;
    change->after = after;
    return change;
}

struct matching {
    struct wg_arena *arena;
    const struct both *both;
    const struct told *then, *now;
    size_t n, m;
    bool *then_done, *now_done;
    Change **changes;
    size_t *n_changes;
    bool failed;
};

static void
push(struct matching *matching, Unit *before, Unit *after,
     Wellgate__Payments__V1__ChangeExplanation__Kind kind)
{
    Change *change = change_message(matching->arena, before, after, kind);

    if ((matching->failed = matching->failed || !change))
        return;
    matching->changes[(*matching->n_changes)++] = change;
}

static bool
is_paid_for(const struct both *both, const struct told *told)
{
    return told->filled && told->claimed.period < both->then.timeline.n;
}

static bool
same_rule(const Unit *a, const Unit *b)
{
    return strcmp(a->rule, b->rule) == 0;
}

static bool
same_payment(const Unit *a, const Unit *b)
{
    return a->reason == b->reason && strcmp(a->earned, b->earned) == 0 &&
           strcmp(a->paid, b->paid) == 0;
}

static void
match(struct matching *matching, size_t i, bool (*fits)(const struct told *a, const struct told *b))
{
    for (size_t j = 0; j < matching->m; j++) {
        Unit *before = matching->then[i].message, *after = matching->now[j].message;

        if (matching->now_done[j] || !same_rule(before, after) ||
            !fits(&matching->then[i], &matching->now[j]))
            continue;
        matching->then_done[i] = matching->now_done[j] = true;
        if (!same_unit(&matching->then[i].claimed.unit, &matching->now[j].claimed.unit) ||
            matching->then[i].claimed.period != matching->now[j].claimed.period)
            push(matching, before, after, KIND(MOVED));
        else if (!same_payment(before, after))
            push(matching, before, after, KIND(PAID_OTHERWISE));
        return;
    }
}

static bool
is_the_same(const struct told *a, const struct told *b)
{
    return same_unit(&a->claimed.unit, &b->claimed.unit) && a->claimed.period == b->claimed.period;
}

/* What is taken back does not become what is not. */
static bool
may_have_moved(const struct told *a, const struct told *b)
{
    return a->claimed.unit.clawed_back == b->claimed.unit.clawed_back;
}

/* First what is as it was; then what is left of each rule, one for the other in order. */
static void
match_all(struct matching *matching)
{
    for (size_t i = 0; i < matching->n; i++)
        if (!matching->then_done[i])
            match(matching, i, is_the_same);
    for (size_t i = 0; i < matching->n; i++)
        if (!matching->then_done[i])
            match(matching, i, may_have_moved);
    for (size_t i = 0; i < matching->n; i++)
        if (!matching->then_done[i])
            push(matching, matching->then[i].message, NULL, KIND(WENT));
    for (size_t j = 0; j < matching->m; j++)
        if (!matching->now_done[j])
            push(matching, NULL, matching->now[j].message, KIND(CAME));
}

bool
changes_of(struct wg_arena *arena, const struct both *both, const struct told *then, size_t n,
           const struct told *now, size_t m, Change **changes, size_t *n_changes)
{
    struct matching matching = {
        .arena = arena, .both = both, .then = then, .now = now, .n = n, .m = m,
        .then_done = wg_alloc_array(arena, n + 1, sizeof(bool)),
        .now_done = wg_alloc_array(arena, m + 1, sizeof(bool)),
        .changes = changes, .n_changes = n_changes};

    if (!matching.then_done || !matching.now_done)
        return false;
    for (size_t i = 0; i < n; i++)
        matching.then_done[i] = !is_paid_for(both, &then[i]);
    for (size_t j = 0; j < m; j++)
        matching.now_done[j] = !is_paid_for(both, &now[j]);
    match_all(&matching);
    return !matching.failed;
}
