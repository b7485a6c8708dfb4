/* changes.c - what became of a bond's contracts: versions, variations, disputes. */
#include <string.h>
#include <wellgate/messages.h>

#include "facts.h"

typedef Wellgate__Bonds__V1__ContractChange ContractChange;
typedef Wellgate__Payments__V1__DescribedDispute DescribedDispute;
typedef Wellgate__Payments__V1__Version Version;

struct listing {
    const struct facts *facts;
    struct wg_arena *arena;
    Report *report;
    const char *contract;
};

static ContractChange *
add_change(struct listing *l, const char *kind, const char *date, const char *title)
{
    ContractChange *change =
        wg_new_message(l->arena, &wellgate__bonds__v1__contract_change__descriptor);

    if (!change || !title)
        return NULL;
    change->contract = (char *)l->contract;
    change->kind = (char *)kind;
    change->date = (char *)date;
    change->title = (char *)title;
    l->report->contract_changes[l->report->n_contract_changes++] = change;
    return change;
}

static bool
add_version(struct listing *l, const Version *version)
{
    if (!add_change(l, "version", version->effective_date,
                    wg_format(l->arena, "terms %s, %zu rule%s", wg_name_id(version->name),
                              version->n_rules, version->n_rules == 1 ? "" : "s")))
        return false;
    for (size_t i = 0; i < version->n_variations; i++)
        if (!add_change(l, "variation", version->variations[i]->from_date,
                        version->variations[i]->title))
            return false;
    return true;
}

/* In lower case, and "_" as a space. */
static const char *
word(struct wg_arena *arena, const ProtobufCEnumDescriptor *type, int value)
{
    char *text = wg_copy_text(arena, wg_enum_word(type, value));

    for (char *at = text; at && *at; at++)
        *at = *at == '_' ? ' ' : *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
    return text ? text : "";
}

/* The statement's last day; "" where it is not among what is owed. */
static const char *
end_of(const struct facts *facts, const char *statement)
{
    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++)
        for (size_t j = 0; j < facts->told[i]->n_receivables; j++)
            if (strcmp(facts->told[i]->receivables[j]->statement, statement) == 0)
                return facts->told[i]->receivables[j]->end_date;
    return "";
}

/* Its note is for the parties: it may speak of evidence. */
static bool
add_dispute(struct listing *l, const DescribedDispute *told)
{
    const char *reason = word(l->arena, &wellgate__payments__v1__dispute__reason__descriptor,
                              told->dispute->reason);
    const char *state = word(l->arena, &wellgate__payments__v1__dispute__state__descriptor,
                             told->dispute->state);
    ContractChange *change =
        add_change(l, "dispute", end_of(l->facts, told->statement),
                   wg_format(l->arena, "%s, for %s: %s", wg_name_id(told->statement), reason, state));

    if (change)
        change->amount = told->dispute->amount;
    return change;
}

static size_t
count_changes(const struct facts *facts)
{
    size_t n = 1;

    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++) {
        n += facts->told[i]->n_versions + facts->told[i]->n_disputes;
        for (size_t j = 0; j < facts->told[i]->n_versions; j++)
            n += facts->told[i]->versions[j]->n_variations;
    }
    return n;
}

const struct wg_problem *
set_contract_changes(const struct facts *facts, Report *report)
{
    struct listing l = {facts, facts->arena, report, NULL};
    bool room = true;

    report->contract_changes =
        wg_alloc_array(facts->arena, count_changes(facts), sizeof(*report->contract_changes));
    if (!report->contract_changes)
        return no_memory(facts->basis->call);
    for (size_t i = 0; i < facts->basis->bond->n_contracts; i++) {
        const Told *told = facts->told[i];

        l.contract = facts->basis->bond->contracts[i];
        for (size_t j = 0; room && j < told->n_versions; j++)
            room = add_version(&l, told->versions[j]);
        for (size_t j = 0; room && j < told->n_disputes; j++)
            room = add_dispute(&l, told->disputes[j]);
    }
    return room ? NULL : no_memory(facts->basis->call);
}
