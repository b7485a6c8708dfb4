/* overlay.c - what is known from records, over what was imported. */
#include "overlay.h"

#include <string.h>
#include <wellgate/decimal.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef Wellgate__Bonds__V1__IndigoOutcomePayment Payment;
typedef Wellgate__Bonds__V1__IndigoSource Source;

/* Sections of figures: records replace those that they have. */
static const char *const sections[] = {"overall_project_finance", "investment_details"};

/* Records replace the whole of them. */
static const char *const lists[] = {
    "outcome_payment_commitments", "investments", "outcome_metrics", "outcome_pricings",
    "transactions", "results", "outcome_payment_plans", "provider_side_cost",
};

static const ProtobufCFieldDescriptor *
field_named(const char *name)
{
    return protobuf_c_message_descriptor_get_field_by_name(
        &wellgate__bonds__v1__indigo_project__descriptor, name);
}

/* ---- Figures ---- */

static void
overlay_section(IndigoProject *project, const IndigoProject *records, const char *name)
{
    ProtobufCMessage **ours = field_slot(&project->base, field_named(name));
    ProtobufCMessage *theirs = part_named(&records->base, name);

    if (!theirs || !*ours) {
        *ours = theirs ? theirs : *ours;
        return;
    }
    for (unsigned i = 0; i < theirs->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &theirs->descriptor->fields[i];
        ProtobufCMessage *part = *(ProtobufCMessage **)field_slot(theirs, field);

        if (part)
            *(ProtobufCMessage **)field_slot(*ours, field) = part;
    }
}

/* ---- Lists ---- */

static void
overlay_list(IndigoProject *project, const IndigoProject *records, const char *name)
{
    const ProtobufCFieldDescriptor *list = field_named(name);
    size_t n = rows_of(records, name);

    if (!n)
        return;
    *(void **)field_slot(&project->base, list) = *(void **)field_slot(&records->base, list);
    *field_count(&project->base, list) = n;
}

static bool
is_of(const Payment *payment, const char *type)
{
    const char *text = leaf_written(payment->type);

    return text && strcmp(text, type) == 0;
}

/* Are there payments like this one, planned or actual? */
static bool
has_such(const IndigoProject *records, const Payment *payment)
{
    for (size_t i = 0; i < records->n_outcome_payments; i++)
        if (is_of(payment, leaf_written(records->outcome_payments[i]->type)))
            return true;
    return false;
}

static bool
overlay_payments(struct wg_arena *arena, IndigoProject *project, const IndigoProject *records)
{
    size_t n = 0;
    Payment **rows = wg_alloc_array(arena, project->n_outcome_payments + records->n_outcome_payments,
                                    sizeof(*rows));

    if (!rows)
        return false;
    for (size_t i = 0; i < project->n_outcome_payments; i++)
        if (!has_such(records, project->outcome_payments[i]))
            rows[n++] = project->outcome_payments[i];
    for (size_t i = 0; i < records->n_outcome_payments; i++)
        rows[n++] = records->outcome_payments[i];
    project->outcome_payments = rows;
    project->n_outcome_payments = n;
    return true;
}

static bool
has_source(const IndigoProject *project, const Source *source)
{
    for (size_t i = 0; i < project->n_sources; i++) {
        const char *id = literal_written(project->sources[i]->id);

        if (id && strcmp(id, literal_written(source->id)) == 0)
            return true;
    }
    return false;
}

static bool
overlay_sources(struct wg_arena *arena, IndigoProject *project, const IndigoProject *records)
{
    Source **rows =
        wg_alloc_array(arena, project->n_sources + records->n_sources, sizeof(*rows));

    if (!rows)
        return false;
    if (project->n_sources)
        memcpy(rows, project->sources, project->n_sources * sizeof(*rows));
    project->sources = rows;
    for (size_t i = 0; i < records->n_sources; i++)
        if (!has_source(project, records->sources[i]))
            rows[project->n_sources++] = records->sources[i];
    return true;
}

bool
overlay(struct wg_arena *arena, IndigoProject *project, const IndigoProject *records)
{
    for (size_t i = 0; i < COUNT(sections); i++)
        overlay_section(project, records, sections[i]);
    for (size_t i = 0; i < COUNT(lists); i++)
        overlay_list(project, records, lists[i]);
    return overlay_payments(arena, project, records) && overlay_sources(arena, project, records);
}

/* ---- What records say otherwise ---- */

/* 1000.00 is 1000.0, which programs make of it. */
static bool
same_number(const char *one, const char *other)
{
    mpq_t a, b;
    bool same;

    mpq_inits(a, b, NULL);
    same = wg_decimal_valid(one) && wg_decimal_valid(other) && wg_ratio_parse(one, a) &&
           wg_ratio_parse(other, b) && mpq_equal(a, b);
    mpq_clears(a, b, NULL);
    return same || strcmp(one, other) == 0;
}

static bool
same_literal(const Literal *one, const Literal *other)
{
    const char *a = literal_written(one), *b = literal_written(other);

    if (one->kind_case != other->kind_case || !a != !b)
        return false;
    if (!a)
        return one->bool_value == other->bool_value;
    return literal_text(one) ? strcmp(a, b) == 0 : same_number(a, b);
}

static bool same_message(const ProtobufCMessage *one, const ProtobufCMessage *other);

static bool
same_rows(const ProtobufCMessage *one, const ProtobufCMessage *other,
          const ProtobufCFieldDescriptor *list)
{
    ProtobufCMessage **a = *(ProtobufCMessage ***)field_slot(one, list);
    ProtobufCMessage **b = *(ProtobufCMessage ***)field_slot(other, list);
    size_t n = *field_count(one, list);

    if (n != *field_count(other, list))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!same_message(a[i], b[i]))
            return false;
    return true;
}

/* Of one type. */
static bool
same_message(const ProtobufCMessage *one, const ProtobufCMessage *other)
{
    if (!one || !other || is_literal(one))
        return one && other ? same_literal((const Literal *)one, (const Literal *)other)
                            : one == other;
    for (unsigned i = 0; i < one->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &one->descriptor->fields[i];

        if (is_list(field) ? !same_rows(one, other, field)
                           : !same_message(*(ProtobufCMessage **)field_slot(one, field),
                                           *(ProtobufCMessage **)field_slot(other, field)))
            return false;
    }
    return true;
}

static void
tell(const struct findings *findings, const char *pointer)
{
    const struct place whole = {.message = &findings->project->base};

    warn(findings, &whole, pointer, WARNING(RECORDED_HERE),
         "is kept; what the bond's records say, which is otherwise, is exported in its place");
}

static void
find_recorded_list(const struct findings *findings, const IndigoProject *records, const char *name)
{
    const char *pointer = wg_format(findings->arena, "/%s", name);

    if (pointer && rows_of(records, name) && rows_of(findings->project, name) &&
        !same_rows(&findings->project->base, &records->base, field_named(name)))
        tell(findings, pointer);
}

static void
find_recorded_section(const struct findings *findings, const IndigoProject *records,
                      const char *name)
{
    const ProtobufCMessage *ours = part_named(&findings->project->base, name);
    const ProtobufCMessage *theirs = part_named(&records->base, name);

    for (unsigned i = 0; ours && theirs && i < ours->descriptor->n_fields; i++) {
        const char *field = ours->descriptor->fields[i].name;
        const ProtobufCMessage *given = part_named(ours, field), *known = part_named(theirs, field);

        if (given && known && !same_message(given, known))
            tell(findings, wg_format(findings->arena, "/%s/%s", name, field));
    }
}

/* Those of one type. */
static void
choose_payments(struct wg_arena *arena, const IndigoProject *from, const char *type,
                IndigoProject *chosen)
{
    *chosen = (IndigoProject)WELLGATE__BONDS__V1__INDIGO_PROJECT__INIT;
    chosen->outcome_payments =
        wg_alloc_array(arena, from->n_outcome_payments, sizeof(*chosen->outcome_payments));
    for (size_t i = 0; chosen->outcome_payments && i < from->n_outcome_payments; i++)
        if (is_of(from->outcome_payments[i], type))
            chosen->outcome_payments[chosen->n_outcome_payments++] = from->outcome_payments[i];
}

static void
find_recorded_payments(const struct findings *findings, const IndigoProject *records,
                       const char *type)
{
    IndigoProject given, known;

    choose_payments(findings->arena, findings->project, type, &given);
    choose_payments(findings->arena, records, type, &known);
    if (given.n_outcome_payments && known.n_outcome_payments &&
        !same_message(&given.base, &known.base))
        tell(findings, "/outcome_payments");
}

void
find_recorded(const struct findings *findings, const IndigoProject *records)
{
    for (size_t i = 0; i < COUNT(sections); i++)
        find_recorded_section(findings, records, sections[i]);
    for (size_t i = 0; i < COUNT(lists); i++)
        find_recorded_list(findings, records, lists[i]);
    find_recorded_payments(findings, records, "Planned");
    find_recorded_payments(findings, records, "Actual");
}
