/* awards.c - money that community organisations were given. */
#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>
#include <wellgate/money.h>

#include "codes.h"
#include "kinds.h"
#include "wellgate/referrals/v1/awards.pb-c.h"
#include "wellgate/referrals/v1/budgets.pb-c.h"

typedef Wellgate__Referrals__V1__Award Award;
typedef Wellgate__Referrals__V1__Budget Budget;

#define STATE(name) WELLGATE__REFERRALS__V1__AWARD__STATE__##name
#define KIND_WORD(value) wg_enum_word(&wellgate__referrals__v1__award__kind__descriptor, (int)(value))
#define STATE_WORD(value) wg_enum_word(&wellgate__referrals__v1__award__state__descriptor, (int)(value))

enum { SLICES_MAX = 500 };

/* Awards that have something in common. */
struct slice {
    const char *table, *key;
    uint64_t n;
    int64_t committed, paid;
};

struct awards {
    struct writer *writer;
    const struct wg_problem *problem;
    const char *currency; /* NULL: none yet */
    struct slice slices[SLICES_MAX];
    size_t n;
    bool full;
};

/* ---- Counting ---- */

static void
add(struct awards *awards, const char *table, const char *key, int64_t committed, int64_t paid)
{
    size_t at = 0;

    while (at < awards->n && (strcmp(awards->slices[at].table, table) != 0 ||
                              strcmp(awards->slices[at].key, key) != 0))
        at++;
    if (at == SLICES_MAX) {
        awards->full = true;
        return;
    }
    if (at == awards->n)
        awards->slices[awards->n++] = (struct slice){table, key};
    awards->slices[at].n++;
    awards->slices[at].committed += committed;
    awards->slices[at].paid += paid;
}

/* What it takes of its budget: of one that is paid the sum paid. */
static bool
amounts_of(const Award *award, int64_t *committed, int64_t *paid)
{
    *committed = *paid = 0;
    if (award->state == STATE(DECLINED) || award->state == STATE(CANCELLED))
        return true;
    if (award->payment && !wg_money_parse(award->payment->amount->currency,
                                          award->payment->amount->amount, paid))
        return false;
    if (award->payment) {
        *committed = *paid;
        return true;
    }
    return wg_money_parse(award->amount->currency, award->amount->amount, committed);
}

static const struct wg_problem *
strand_of(struct awards *awards, const Award *award, const char **strand)
{
    const ProtobufCMessage *budget;
    const struct wg_problem *problem = wg_look(awards->writer->call, award->budget, &budget);

    *strand = NOT_RECORDED;
    if (!problem && *((const Budget *)budget)->strand)
        *strand = ((const Budget *)budget)->strand;
    return problem == &wg_not_found ? NULL : problem;
}

static bool
add_award(struct awards *awards, const Award *award)
{
    int64_t committed, paid;
    const char *strand;

    if (awards->currency && strcmp(awards->currency, award->amount->currency) != 0) {
        awards->problem = wg_fail(awards->writer->call, &wg_conflict,
                                  "awards of several currencies cannot be added up");
        return false;
    }
    awards->currency = award->amount->currency;
    if (!amounts_of(award, &committed, &paid) ||
        (awards->problem = strand_of(awards, award, &strand)))
        return false;
    add(awards, "ALL", "ALL", committed, paid);
    add(awards, "KINDS", KIND_WORD(award->kind), committed, paid);
    add(awards, "STATES", STATE_WORD(award->state), committed, paid);
    add(awards, "STRANDS", strand, committed, paid);
    add(awards, "ORGANISATIONS", award->organisation, committed, paid);
    return true;
}

static bool
visit(void *context, const struct wg_record *record)
{
    const Award *award = (const Award *)record->message;
    struct awards *awards = context;
    wg_date date;

    return !wg_date_parse(award->offered_date, &date) ||
           !wg_period_contains(awards->writer->selection->period, date) || add_award(awards, award);
}

/* ---- Writing ---- */

static int
by_key(const void *left, const void *right)
{
    return strcmp(((const struct slice *)left)->key, ((const struct slice *)right)->key);
}

static void
write_slice(struct awards *awards, const struct slice *slice, uint64_t all)
{
    struct writer *writer = awards->writer;
    const char *words = strcmp(slice->table, "STRANDS") == 0
                            ? name_listed(&writer->names, NAMES_STRANDS, slice->key)
                            : name_words(&writer->names, slice->key);

    write_count(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%s:NUMBER", slice->key),
        "awards offered", "awards that were offered", NULL, UNIT(AWARDS), NULL, words}, slice->n);
    write_share(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%s:AWARDS", slice->key),
        "share of all awards", "awards that were offered", "all awards", UNIT(PERCENT), NULL, words}, slice->n, all);
    write_money(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%s:COMMITTED", slice->key),
        "committed", "what was offered, accepted or delivered, and of what is paid the sum paid", NULL,
        UNIT(MONEY), NULL, words}, awards->currency, slice->committed, slice->n);
    write_money(writer, &(struct figure){GROUP_ALL, wg_format(writer->arena, "%s:PAID", slice->key),
        "paid", "what was paid", NULL, UNIT(MONEY), NULL, words}, awards->currency, slice->paid, slice->n);
}

static void
write_slices(struct awards *awards, const char *table, const char *title)
{
    if (!awards->n)
        return;
    write_table(awards->writer, table, title);
    for (size_t i = 0; i < awards->n; i++)
        if (strcmp(awards->slices[i].table, table) == 0)
            write_slice(awards, &awards->slices[i], awards->slices[0].n);
}

const struct wg_problem *
write_awards(struct writer *writer)
{
    struct awards *awards = wg_alloc(writer->arena, sizeof(*awards));
    const struct wg_problem *problem;

    if (!awards)
        return wg_no_memory(writer->call);
    awards->writer = writer;
    if ((problem = wg_scan(writer->call, "referrals/Award", writer->selection->programme, NULL, visit,
                           awards)) || (problem = awards->problem))
        return problem;
    if (awards->full)
        return codes_overflow(writer);
    if (awards->n)
        qsort(awards->slices + 1, awards->n - 1, sizeof(awards->slices[0]), by_key);
    write_slices(awards, "ALL", "All awards");
    write_slices(awards, "KINDS", "Kinds of award");
    write_slices(awards, "STATES", "Where awards stand");
    write_slices(awards, "STRANDS", "Strands that budgets are for");
    write_slices(awards, "ORGANISATIONS", "Organisations that get them");
    return NULL;
}
