/* instruments.c - built-in instruments: keys and ranges, never wording. */
#include "instruments.h"

#include <string.h>

typedef Wellgate__Outcomes__V1__Instrument__Item Item;
typedef Wellgate__Outcomes__V1__Instrument__Score Score;

enum { KEYS_MAX = 16 };

/* A score "sum" over all items, each answered least to greatest. */
struct summed {
    const char *name, *title, *licence;
    int32_t least, greatest;
    Wellgate__Outcomes__V1__Instrument__Direction direction;
    const char *items[KEYS_MAX]; /* NULL-terminated */
};

static const struct summed built_in[] = {
    {
        .name = "instruments/well-being-star",
        .title = "Well-being Star",
        .licence = "Outcomes Star family, licensed by Triangle; areas and numbers only",
        .least = 1,
        .greatest = 5,
        .direction = WELLGATE__OUTCOMES__V1__INSTRUMENT__DIRECTION__HIGHER_BETTER,
        .items = {"lifestyle", "self_care", "symptoms", "work_volunteering_activities", "money",
                  "where_you_live", "family_friends", "feeling_positive"},
    },
};

static Item *
make_item(struct wg_arena *arena, const struct summed *from, size_t at)
{
    Item *item = wg_alloc(arena, sizeof(*item));

    if (item) {
        wellgate__outcomes__v1__instrument__item__init(item);
        item->key = (char *)from->items[at];
        item->least = from->least;
        item->greatest = from->greatest;
    }
    return item;
}

static bool
fill(struct wg_arena *arena, const struct summed *from, Instrument *instrument, Score *sum)
{
    instrument->name = (char *)from->name;
    instrument->title = (char *)from->title;
    instrument->licence = (char *)from->licence;
    sum->key = "sum";
    sum->direction = from->direction;
    sum->sum_of = (char **)from->items;
    instrument->items = wg_alloc_array(arena, KEYS_MAX, sizeof(*instrument->items));
    instrument->scores = wg_alloc_array(arena, 1, sizeof(*instrument->scores));
    if (!instrument->items || !instrument->scores)
        return false;
    instrument->scores[instrument->n_scores++] = sum;
    while (from->items[instrument->n_items]) {
        Item *item = make_item(arena, from, instrument->n_items);

        if (!item)
            return false;
        instrument->items[instrument->n_items++] = item;
    }
    sum->n_sum_of = instrument->n_items;
    return true;
}

static bool
same(struct wg_arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    size_t length = protobuf_c_message_get_packed_size(a);
    uint8_t *x = wg_alloc(arena, length + 1), *y = wg_alloc(arena, length + 1);

    if (!x || !y || protobuf_c_message_get_packed_size(b) != length)
        return false;
    protobuf_c_message_pack(a, x);
    protobuf_c_message_pack(b, y);
    return memcmp(x, y, length) == 0;
}

static const struct wg_problem *
install(struct wg_call *call, const struct summed *from)
{
    Instrument instrument = WELLGATE__OUTCOMES__V1__INSTRUMENT__INIT;
    Score sum = WELLGATE__OUTCOMES__V1__INSTRUMENT__SCORE__INIT;
    const struct wg_problem *problem;
    struct wg_record record;

    if (!fill(wg_call_arena(call), from, &instrument, &sum))
        return wg_fail(call, &wg_internal, "out of memory");
    problem = wg_load(call, from->name, &record);
    if (problem == &wg_not_found)
        return wg_insert(call, &instrument.base, NULL);
    if (problem || same(wg_call_arena(call), record.message, &instrument.base))
        return problem;
    return wg_update(call, &instrument.base, NULL);
}

const struct wg_problem *
instruments_install(struct wg_call *call)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < sizeof(built_in) / sizeof(*built_in); i++)
        problem = install(call, &built_in[i]);
    return problem;
}
