/* telling.h - what explanations have in common: who is told what, pages of people, and what
 * is said of one person's units and parts. */
#ifndef PAYMENTS_TELLING_H
#define PAYMENTS_TELLING_H

#include "account/account.h"
#include "wellgate/payments/v1/explanations.pb-c.h"

typedef Wellgate__Payments__V1__Explanation Explanation;
typedef Wellgate__Payments__V1__Explanation__Step Step;
typedef Wellgate__Payments__V1__Explanation__Unit Unit;

/* ---- Who is told what ---- */

/* Is the caller told about the people behind a rule? */
bool tells_people(struct wg_call *call, const Contract *contract, const Rule *rule);

/* Of an account's versions, the latest that has the rule. */
const Rule *latest_rule(const struct account *account, const char *id);

/* ---- Pages of people ---- */

struct page {
    size_t room;       /* most people */
    size_t n;          /* so far */
    const char *after; /* id of the last one of the page before; NULL: the first page */
};

/* errors: wg_malformed  no token of such a page */
const struct wg_problem *page_read(struct wg_call *call, int32_t size, const char *token,
                                   struct page *page);

/* Does a person come behind the page before? */
bool page_reaches(const struct page *page, struct wg_bytes person_id);

/* ---- Records ---- */

/* Records that a unit rests on, in order of their days: the event or spell, or all that were
 * added up. Zero at first; then free list. */
struct behind {
    const struct evidence **list;
    size_t n, room;
};

/* false when out of memory. */
bool behind_find(const struct account *account, const struct terms *terms, const struct unit *unit,
                 const struct person *person, struct behind *behind);

/* ---- One person's units ---- */

/* A unit of the account, and what is said of it: what it is paid is filled in once the
 * account is settled. */
struct told {
    struct claimed_unit claimed;
    Unit *message;
    bool filled;
};

struct telling {
    struct wg_call *call;
    struct account *account;
    struct told *list; /* in order of people */
    size_t n, room;
    struct unit_list units; /* of one person and version */
    uint32_t *had;          /* of one person, by account */
    struct figure_part part;
    struct behind behind;
    const struct wg_problem *problem;
};

/* Which of a person's units are told: NULL or a rule's account, and a period; SIZE_MAX: all. */
struct told_of {
    size_t account, period;
};

const struct wg_problem *telling_begin(struct wg_call *call, struct account *account,
                                       struct telling *telling);
void telling_finish(struct telling *telling);

/* Name of a person by id, in the arena. NULL past it. */
char *person_name(const struct telling *telling, struct wg_bytes person_id);

/*
 * Tell a person's units, and what was none, of the rules that tell the caller about people.
 *
 * result  how many; telling->problem where it failed
 */
size_t tell_units(struct telling *telling, const char *person_name, uint32_t number,
                  const struct person *person, struct told_of of);

/*
 * Tell a person's part in the figure of one period.
 *
 * rule    its place among those of the terms
 * result  NULL: there is none, or telling->problem
 */
Unit *tell_part(struct telling *telling, struct terms *terms, size_t rule, size_t period,
                const char *person_name, const struct person *person);

/* What units earn and are paid, once the account is settled, as it kept them. */
const struct wg_problem *tell_amounts(struct telling *telling);

/* ---- What is cheaper than everybody ---- */

/* Is each person's amount the same whoever else there is? No caps, gates, quotas or tiers
 * that people share. */
bool people_stand_alone(const struct account *account);

#endif
