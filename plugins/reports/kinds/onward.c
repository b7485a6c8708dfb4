/* onward.c - where people were sent on to. */
#include "codes.h"
#include "kinds.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

#define STATE(name) WELLGATE__REFERRALS__V1__REFERRAL__STATE__##name

enum { SECTOR, ORGANISATION };

struct sums {
    uint64_t all, referrals, signposts, people, accepted, completed, refused;
    struct code_counts codes;
};

struct onward {
    struct writer *writer;
    struct codes codes;
    struct grouped sums; /* struct sums */
};

/* It was taken on at some time: also where that work has ended. */
static bool
is_accepted(int64_t state)
{
    return state == STATE(ACCEPTED) || state == STATE(IN_PROGRESS) || state == STATE(ON_HOLD) ||
           state == STATE(COMPLETED);
}

static void
count_onward(struct onward *onward, struct sums *sums, const struct fact *fact)
{
    size_t sector = code_at(&onward->codes, SECTOR, fact->word, 0);
    size_t organisation = code_at(&onward->codes, ORGANISATION, fact->other, 0);

    sums->all++;
    if (fact->kind == FACT_SIGNPOST) {
        sums->signposts++;
    } else {
        sums->referrals++;
        sums->accepted += is_accepted(fact->value);
        sums->completed += fact->value == STATE(COMPLETED);
        sums->refused += fact->value == STATE(REJECTED);
    }
    if (sector < CODES_MAX)
        sums->codes.of[sector]++;
    if (organisation < CODES_MAX && fact->other)
        sums->codes.of[organisation]++;
}

/* How many were sent on from a referral. */
static size_t
count_referral(struct onward *onward, size_t group, const struct person *person,
               const struct referral *referral)
{
    struct sums *sums = grouped_at(&onward->sums, group);
    size_t n = 0;

    onward->writer->failed = onward->writer->failed || !sums;
    for (size_t i = 0; sums && i < person->n; i++) {
        const struct fact *fact = &person->facts[i];

        if ((fact->kind != FACT_ONWARD && fact->kind != FACT_SIGNPOST) ||
            fact->referral != referral->record)
            continue;
        count_onward(onward, sums, fact);
        n++;
    }
    return n;
}

static void
visit(void *context, const struct person *person)
{
    struct onward *onward = context;
    struct selection *selection = onward->writer->selection;
    bool any = false;
    size_t group;

    for (size_t i = 0; i < person->n_referrals; i++) {
        const struct referral *referral = &person->referrals[i];

        if (!selection_takes(selection, person, referral))
            continue;
        any |= count_referral(onward, GROUP_ALL, person, referral) > 0;
        if ((group = selection_group(selection, person, referral)) && group != GROUP_NONE)
            count_referral(onward, group, person, referral);
    }
    if (any)
        ((struct sums *)grouped_at(&onward->sums, GROUP_ALL))->people++;
}

/* ---- Writing ---- */

static void
write_sums(struct writer *writer, size_t group, const struct sums *sums)
{
    static const char asked[] = "onward referrals that ask a service";

    write_count(writer, &(struct figure){group, "ONWARD", "Onward referrals and signposts",
        "onward referrals and signposts", NULL, UNIT(REFERRALS)}, sums->all);
    write_count(writer, &(struct figure){group, "REFERRALS", "Onward referrals",
        "services that were asked", NULL, UNIT(REFERRALS)}, sums->referrals);
    write_count(writer, &(struct figure){group, "SIGNPOSTS", "Signposts",
        "services that people were told of", NULL, UNIT(REFERRALS)}, sums->signposts);
    write_share(writer, &(struct figure){group, "ACCEPTED", "Accepted by the service",
        "accepted, in progress, on hold or completed", asked, UNIT(PERCENT)}, sums->accepted,
        sums->referrals);
    write_share(writer, &(struct figure){group, "COMPLETED", "Completed", "completed", asked,
        UNIT(PERCENT)}, sums->completed, sums->referrals);
    write_share(writer, &(struct figure){group, "REJECTED", "Rejected", "rejected", asked,
        UNIT(PERCENT)}, sums->refused, sums->referrals);
    if (group == GROUP_ALL)
        write_count(writer, &(struct figure){group, "PEOPLE", "People who were sent on",
            "people with an onward referral or a signpost", NULL, UNIT(PEOPLE)}, sums->people);
}

static void
write_codes(struct onward *onward, int kind, const char *key, const char *title, const size_t *groups)
{
    struct writer *writer = onward->writer;
    const size_t *order;
    size_t n;

    if (!(order = codes_order(writer, &onward->codes, kind, &n))) {
        writer->failed = true;
        return;
    }
    write_table(writer, key, title);
    for (size_t g = 0; g < writer->selection->n_groups; g++) {
        const struct sums *sums = grouped_at(&onward->sums, groups[g]);

        for (size_t i = 0; sums && i < n; i++) {
            uint32_t number = onward->codes.list[order[i]].word;
            const char *word = number ? words_text(&writer->selection->words, number) : NOT_RECORDED;

            if (kind == SECTOR || number)
                write_share(writer, &(struct figure){groups[g], word, name_words(&writer->names, word),
                    "onward referrals and signposts to it",
                    "onward referrals and signposts", UNIT(PERCENT)}, sums->codes.of[order[i]],
                    sums->all);
        }
    }
}

const struct wg_problem *
write_onward(struct writer *writer)
{
    struct onward *onward = wg_alloc(writer->arena, sizeof(*onward));
    const struct wg_problem *problem;
    const size_t *groups;

    if (!onward)
        return wg_no_memory(writer->call);
    onward->writer = writer;
    onward->sums = (struct grouped){writer->arena, sizeof(struct sums)};
    if (!grouped_at(&onward->sums, GROUP_ALL))
        return wg_no_memory(writer->call);
    if ((problem = cohort_scan(writer->call, writer->selection->programme,
                               writer->selection->sequence, visit, onward)))
        return problem;
    if (onward->codes.full)
        return codes_overflow(writer);
    if (!(groups = selection_order(writer->selection)))
        return wg_no_memory(writer->call);
    write_table(writer, "ONWARD", "Onward referrals");
    for (size_t g = 0; g < writer->selection->n_groups; g++)
        write_sums(writer, groups[g], grouped_at(&onward->sums, groups[g]));
    write_codes(onward, SECTOR, "SECTORS", "Sectors that people were sent on to", groups);
    write_codes(onward, ORGANISATION, "ORGANISATIONS", "Organisations that people were sent on to", groups);
    return NULL;
}
