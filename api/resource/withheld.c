/* withheld.c - persons whom a role does not see, and whatever is about them. */
#include "withheld.h"

#include "records.h"

/* ---- Records of one person ---- */

struct search {
    const struct withholding *withholding;
    bool withheld;
};

static bool
is_not_withheld(void *context, const struct wg_record *record)
{
    struct search *search = context;

    search->withheld = member_is_set(record->message, search->withholding->field);
    return !search->withheld;
}

/* By one of the records that repeat it? */
static const struct wg_problem *
withheld_by_repeats(struct wg_call *call, const struct resource *person, const char *name,
                    struct search *search)
{
    const char *field = search->withholding->same_as->name;
    const char *parent = wg_name_parent(call, name, person->levels - 1);

    return parent ? wg_find(call, person->type, parent, field, &name, 1, is_not_withheld, search)
                  : wg_no_memory(call);
}

/* By this record, the one that it repeats, or another that repeats that one? */
static const struct wg_problem *
withheld_by_any(struct wg_call *call, const struct resource *person, const char *name,
                struct search *search)
{
    const ProtobufCFieldDescriptor *same_as = search->withholding->same_as;
    const struct wg_problem *problem;
    struct wg_record record;

    if ((problem = wg_load(call, name, &record)))
        return problem == &wg_not_found ? NULL : problem;
    if (!is_not_withheld(search, &record) || !same_as)
        return NULL;
    if (*field_text(record.message, same_as))
        return withheld_by_any(call, person, field_text(record.message, same_as), search);
    return withheld_by_repeats(call, person, name, search);
}

/* ---- Who a record is about ---- */

/* The person whom a record, or the nearest of its ancestors that is about one, is about. */
static const struct wg_problem *
person_of(struct wg_call *call, const struct resource *about, const char *name,
          const ProtobufCMessage *row, const char **person)
{
    const char *own = wg_name_parent(call, name, about->levels);
    struct wg_record record = {.message = (ProtobufCMessage *)row};
    const struct wg_problem *problem;

    if (!own)
        return wg_no_memory(call);
    if (!about->person_field) {
        *person = wg_name_parent(call, name, about->person->levels);
        return *person ? NULL : wg_no_memory(call);
    }
    if ((!row || row->descriptor != about->message->c) && (problem = wg_load(call, own, &record)))
        return problem;
    *person = field_text(record.message, about->person_field);
    return NULL;
}

static const struct withholding *
withholding_from(const struct resource *person, uint32_t role)
{
    for (size_t i = 0; i < person->n_withheld; i++)
        if (person->withheld[i].role == role)
            return &person->withheld[i];
    return NULL;
}

const struct wg_problem *
role_is_withheld(struct wg_call *call, uint32_t role, const struct resource *about,
                 const char *name, const ProtobufCMessage *row, bool *withheld)
{
    struct search search = {0};
    const struct wg_problem *problem;
    const char *person;

    *withheld = false;
    while (about && !about->person)
        about = about->parent;
    if (!about || !(search.withholding = withholding_from(about->person, role)))
        return NULL;
    if ((problem = person_of(call, about, name, row, &person)) || !*person ||
        (problem = withheld_by_any(call, about->person, person, &search)))
        return problem;
    *withheld = search.withheld;
    return NULL;
}
