/* persons.c - slots taken by persons, in the store. */
#include "persons.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "erase.h"
#include "log.h"
#include "records.h"
#include "store/bytes.h"

#define SLOTS_KEY "-\0slots"
#define SLOTS_KEY_BYTES (sizeof(SLOTS_KEY) - 1)

enum { ENTRY_BYTES = 8 + 8 + 1, NEXT_BYTES = SLOTS_ID_BYTES + 8 };

/* ---- The next number ---- */

/* 0 for a store that has given none. */
static const struct wg_problem *
load_next(struct driver_txn *txn, unsigned char id[SLOTS_ID_BYTES], uint64_t *next, bool *damaged)
{
    struct wg_bytes value;
    const struct wg_problem *problem = checked_get(
        txn, SPACE_PRIVATE, (struct wg_bytes){SLOTS_KEY, SLOTS_KEY_BYTES}, &value, damaged);

    *next = 0;
    if (problem)
        return problem == &wg_not_found ? NULL : problem;
    if ((*damaged = value.length != NEXT_BYTES))
        return &wg_internal;
    memcpy(id, value.data, SLOTS_ID_BYTES);
    *next = bytes_get64((const unsigned char *)value.data + SLOTS_ID_BYTES);
    return NULL;
}

static const struct wg_problem *
store_next(struct wg_call *call, uint64_t next)
{
    unsigned char value[NEXT_BYTES];

    memcpy(value, slots_id(call->gateway->people->slots), SLOTS_ID_BYTES);
    bytes_put64(value + SLOTS_ID_BYTES, next);
    return checked_put(call->txn, call->arena, SPACE_PRIVATE,
                       (struct wg_bytes){SLOTS_KEY, SLOTS_KEY_BYTES},
                       (struct wg_bytes){value, sizeof(value)});
}

/* A block that is made here stays made if the transaction is rolled back: nobody has
 * a slot of it then, and the next transaction finds it. */
static const struct wg_problem *
next_slot(struct wg_call *call, uint64_t *slot)
{
    struct slots *slots = call->gateway->people->slots;
    unsigned char id[SLOTS_ID_BYTES];
    const struct wg_problem *problem;
    bool damaged = false;

    if ((problem = load_next(call->txn, id, slot, &damaged)))
        return damaged ? damage_found(call, "slots") : problem;
    if (*slot < slots_first_free(slots))
        *slot = slots_first_free(slots);
    if (*slot < slots_count(slots) || slots_extend(slots))
        return NULL;
    log_warning("slots: no more can be made: %s", strerror(errno));
    return &wg_insufficient_storage;
}

static const struct wg_problem *
take_slot(struct wg_call *call, struct person_entry *entry)
{
    unsigned char key[SLOT_KEY_BYTES];
    const struct wg_problem *problem;

    if (!call->gateway->people)
        return call_fault(call, "no slots are open");
    if ((problem = next_slot(call, &entry->slot)))
        return problem;
    if (slots_read(call->gateway->people->slots, entry->slot, key, &entry->stamp) != SLOT_KEY)
        return call_fault(call, "slot %llu, a new one, holds no key",
                          (unsigned long long)entry->slot);
    return store_next(call, entry->slot + 1);
}

/* ---- A person's slot ---- */

const struct wg_problem *
person_find(struct wg_call *call, const struct record_key *person, struct person_entry *entry)
{
    struct wg_bytes value;
    const unsigned char *bytes;
    bool damaged = false;
    const struct wg_problem *problem =
        checked_get(call->txn, SPACE_PRIVATE, record_key_bytes(person), &value, &damaged);

    if (damaged || (!problem && value.length != ENTRY_BYTES))
        return damage_found(call, "the slot of a person");
    if (problem)
        return problem;
    bytes = value.data;
    *entry = (struct person_entry){bytes_get64(bytes), bytes_get64(bytes + 8), bytes[16]};
    return NULL;
}

const struct wg_problem *
person_put(struct wg_call *call, const struct record_key *person,
           const struct person_entry *entry)
{
    unsigned char value[ENTRY_BYTES];

    bytes_put64(value, entry->slot);
    bytes_put64(value + 8, entry->stamp);
    value[16] = entry->erased;
    return checked_put(call->txn, call->arena, SPACE_PRIVATE, record_key_bytes(person),
                       (struct wg_bytes){value, sizeof(value)});
}

const struct wg_problem *
person_find_or_take(struct wg_call *call, const struct record_key *person,
                    struct person_entry *entry)
{
    const struct wg_problem *problem = person_find(call, person, entry);

    if (problem != &wg_not_found)
        return problem;
    *entry = (struct person_entry){0};
    return (problem = take_slot(call, entry)) ? problem : person_put(call, person, entry);
}

const struct wg_problem *
person_key(struct wg_call *call, const char *person, uint64_t *slot,
           unsigned char key[SLOT_KEY_BYTES])
{
    const struct wg_problem *problem;
    struct person_entry entry;
    struct place_of_record place;
    bool erased;

    if ((problem = place_of(call, person, &place)))
        return problem;
    if ((problem = person_find_or_take(call, &place.key, &entry)))
        return problem;
    *slot = entry.slot;
    if ((problem = person_key_at(call, entry.slot, key, &erased)))
        return problem;
    return erased || entry.erased
               ? wg_fail(call, &wg_conflict, "the person's data was erased: "
                         "what is personal is no longer taken")
               : NULL;
}

const struct wg_problem *
person_key_at(struct wg_call *call, uint64_t slot, unsigned char key[SLOT_KEY_BYTES],
              bool *erased)
{
    uint64_t stamp;
    const struct wg_problem *problem = erasure_marked(call, slot, erased);

    if (problem || *erased)
        return problem;
    if (!call->gateway->people)
        return call_fault(call, "no slots are open");
    switch (slots_read(call->gateway->people->slots, slot, key, &stamp)) {
    case SLOT_KEY:
        return NULL;
    case SLOT_ERASED:
        *erased = true;
        return NULL;
    default:
        return call_fault(call, "slot %llu cannot be read", (unsigned long long)slot);
    }
}

/* ---- At start ---- */

struct fitting {
    const struct people *people;
    const char *fault;
};

static const struct wg_problem *
fit(struct driver_txn *txn, void *context)
{
    struct fitting *fitting = context;
    unsigned char id[SLOTS_ID_BYTES];
    uint64_t next;
    bool damaged = false;

    if (load_next(txn, id, &next, &damaged))
        fitting->fault = "which of the slots are taken cannot be read";
    else if (next == 0)
        fitting->fault = NULL;
    else if (!fitting->people)
        fitting->fault = "it holds personal data, and the file of slots that opens it is not there";
    else if (memcmp(id, slots_id(fitting->people->slots), SLOTS_ID_BYTES) != 0)
        fitting->fault = "its personal data was sealed with other slots than these";
    else if (next > slots_count(fitting->people->slots))
        fitting->fault = "the file of slots is cut off, or older than the store";
    return NULL;
}

bool
persons_fit(const struct gateway *gateway, char *error, size_t error_bytes)
{
    struct fitting fitting = {.people = gateway->people};

    if (store_read(gateway->store, fit, &fitting))
        fitting.fault = "it cannot be read";
    if (fitting.fault)
        snprintf(error, error_bytes, "store: %s", fitting.fault);
    return !fitting.fault;
}
