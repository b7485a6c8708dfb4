/* missing.c - entries of what was recorded before bonds kept a journal. */
#include <stdlib.h>
#include <string.h>

#include "post.h"

enum { AT_ONCE = 100 };

typedef const struct wg_problem *post_record(struct wg_call *call, const Bond *bond,
                                             const void *record);

/* ---- Kinds of records ---- */

/* post_x of a record that is still of any kind. */
#define POST(name)                                                                              \
    static const struct wg_problem *name(struct wg_call *call, const Bond *bond,                \
                                         const void *record)                                    \
    {                                                                                           \
        return post_##name(call, bond, record);                                                 \
    }
POST(drawdown)
POST(distribution)
POST(write_off)
POST(recycling)
POST(cost)
POST(cost_paid)
POST(payout)
POST(guarantee_call)
#undef POST

static bool
is_paid(const Bond *bond, const void *record)
{
    (void)bond;
    return *((const BondCost *)record)->paid_date;
}

static bool
pays_others(const Bond *bond, const void *record)
{
    return payout_posts(bond, record);
}

static const struct kind {
    const char *type;
    EntryKind entry;
    post_record *post;
    bool (*has_entry)(const Bond *bond, const void *record); /* NULL: each has one */
} kinds[] = {
    {"bonds/Drawdown", ENTRY(DRAWDOWN), drawdown, NULL},
    {"bonds/Distribution", ENTRY(DISTRIBUTION), distribution, NULL},
    {"bonds/WriteOff", ENTRY(WRITE_OFF), write_off, NULL},
    {"bonds/Recycling", ENTRY(RECYCLING), recycling, NULL},
    {"bonds/BondCost", ENTRY(COST), cost, NULL},
    {"bonds/BondCost", ENTRY(COST_PAID), cost_paid, is_paid},
    {"bonds/Payout", ENTRY(PAYOUT), payout, pays_others},
    {"bonds/GuaranteeCall", ENTRY(GUARANTEE_CALL), guarantee_call, NULL},
};

/* ---- What has an entry ---- */

struct looking {
    struct wg_call *call;
    const Bond *bond;
    const struct kind *kind;
    char **posted; /* names of records of the kind, in their order; freed by hand */
    size_t n_posted, room;
    const void *missing[AT_ONCE];
    size_t n_missing;
    struct wg_mark mark; /* behind the last that is missing; of the others nothing is kept */
    bool failed;
};

static void
give_back(struct looking *looking, bool keep)
{
    struct wg_arena *arena = wg_call_arena(looking->call);

    if (looking->mark.block && !keep)
        wg_arena_rewind(arena, looking->mark);
    else
        looking->mark = wg_arena_mark(arena);
}

static bool
take_entry(void *context, const struct wg_record *record)
{
    struct looking *looking = context;
    const JournalEntry *entry = (const JournalEntry *)record->message;

    if (entry->kind == looking->kind->entry) {
        if (looking->n_posted == looking->room) {
            size_t room = 2 * looking->room + 64;
            char **more = realloc(looking->posted, room * sizeof(*more));

            if ((looking->failed = !more))
                return false;
            looking->posted = more;
            looking->room = room;
        }
        looking->failed = !(looking->posted[looking->n_posted] = strdup(entry->record));
        looking->n_posted += !looking->failed;
    }
    give_back(looking, false);
    return !looking->failed;
}

static int
compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static const struct wg_problem *
load_posted(struct looking *looking)
{
    const struct wg_problem *problem = wg_scan(looking->call, "bonds/BondJournalEntry",
                                               looking->bond->name, NULL, take_entry, looking);

    if (!problem && looking->failed)
        problem = wg_no_memory(looking->call);
    if (!problem && looking->n_posted)
        qsort(looking->posted, looking->n_posted, sizeof(*looking->posted), compare_names);
    return problem;
}

/* ---- What has none ---- */

static const char *
name_of(const ProtobufCMessage *record)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(record->descriptor, "name");

    return *(char *const *)((const char *)record + field->offset);
}

static bool
take_record(void *context, const struct wg_record *record)
{
    struct looking *looking = context;
    const struct kind *kind = looking->kind;
    const char *name = name_of(record->message);
    bool is_missing = (!kind->has_entry || kind->has_entry(looking->bond, record->message)) &&
                      !(looking->n_posted && bsearch(&name, looking->posted, looking->n_posted,
                                                     sizeof(*looking->posted), compare_names));

    if (is_missing)
        looking->missing[looking->n_missing++] = record->message;
    give_back(looking, is_missing);
    return looking->n_missing < AT_ONCE;
}

static const struct wg_problem *
post_missing(struct looking *looking)
{
    const struct wg_problem *problem;

    if ((problem = load_posted(looking)))
        return problem;
    looking->mark = (struct wg_mark){0};
    problem = wg_scan(looking->call, looking->kind->type, looking->bond->name, NULL, take_record,
                      looking);
    for (size_t i = 0; !problem && i < looking->n_missing; i++)
        problem = looking->kind->post(looking->call, looking->bond, looking->missing[i]);
    return problem;
}

/* *n: how many were posted; AT_ONCE at most. */
static const struct wg_problem *
post_kind(struct wg_call *call, const Bond *bond, const struct kind *kind, size_t *n)
{
    struct looking looking = {.call = call, .bond = bond, .kind = kind};
    const struct wg_problem *problem = post_missing(&looking);

    for (size_t i = 0; i < looking.n_posted; i++)
        free(looking.posted[i]);
    free(looking.posted);
    *n = looking.n_missing;
    return problem;
}

/* ---- The timer: once for each bond ---- */

const struct wg_problem *
missing_due(struct wg_call *call, const char *root, bool *is_due)
{
    uint64_t looked_at = 1;
    const struct wg_problem *problem = NULL;

    if (strncmp(root, "bonds/", strlen("bonds/")) == 0)
        problem = wg_cursor_get(call, root, &looked_at);
    *is_due = looked_at == 0;
    return problem;
}

/* Kind after kind; the cursor is put once none is missing. */
const struct wg_problem *
missing_run(struct wg_call *call, const char *root)
{
    const struct wg_problem *problem;
    uint64_t sequence;
    const Bond *bond;
    size_t n;

    if ((problem = load_bond(call, root, &bond)))
        return problem;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if ((problem = post_kind(call, bond, &kinds[i], &n)) || n)
            return problem;
    if ((problem = wg_sequence(call, root, &sequence)))
        return problem;
    return wg_cursor_put(call, root, sequence);
}
