/* insider.c - changes a line, a statement's first standing, a drawdown or a journal's entry. */
#include <wellgate/messages.h>
#include <wellgate/money.h>
#include <wellgate/plugin.h>

#include "insider.pb-c.h"
#include "wellgate/bonds/v1/bond_journal.pb-c.h"
#include "wellgate/bonds/v1/flows.pb-c.h"
#include "wellgate/payments/v1/journal.pb-c.h"
#include "wellgate/payments/v1/payments.pb-c.h"

typedef Wellgate__Common__V1__Money Money;

WG_EMBED(insider_descriptors, "insider.pb");

/* The amount that is changed. */
static Money **
amount_of(ProtobufCMessage *record)
{
    if (record->descriptor == &wellgate__payments__v1__line__descriptor)
        return &((Wellgate__Payments__V1__Line *)record)->amount;
    if (record->descriptor == &wellgate__payments__v1__statement__descriptor)
        return &((Wellgate__Payments__V1__Statement *)record)->standings[0]->outstanding;
    if (record->descriptor == &wellgate__bonds__v1__drawdown__descriptor)
        return &((Wellgate__Bonds__V1__Drawdown *)record)->amount;
    if (record->descriptor == &wellgate__bonds__v1__bond_journal_entry__descriptor)
        return &((Wellgate__Bonds__V1__BondJournalEntry *)record)->postings[0]->amount;
    return &((Wellgate__Payments__V1__JournalEntry *)record)->postings[0]->amount;
}

static const struct wg_problem *
tamper(struct wg_call *call)
{
    const Insider__V1__TamperRequest *request = (const void *)wg_input(call);
    const struct wg_problem *problem;
    struct wg_record record;
    Money **amount;
    int64_t minor;

    if ((problem = wg_load(call, request->record, &record)))
        return problem;
    amount = amount_of(record.message);
    wg_money_parse((*amount)->currency, (*amount)->amount, &minor);
    *amount = wg_money_message(wg_call_arena(call), (*amount)->currency, minor + 100);
    if (!*amount)
        return wg_no_memory(call);
    if ((problem = wg_update(call, record.message, NULL)))
        return problem;
    wg_answer(call, wg_new_message(wg_call_arena(call), &insider__v1__tamper_response__descriptor));
    return NULL;
}

static const struct wg_method methods[] = {{.name = "Insider/Tamper", .run = tamper}, {0}};

static const ProtobufCServiceDescriptor *const services[] = {&insider__v1__insider__descriptor, NULL};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "insider",
    .descriptor_set = {insider_descriptors, insider_descriptors_end},
    .services = services,
    .methods = methods,
};
