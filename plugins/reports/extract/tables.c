/* tables.c - tables and columns; then, from a person to rows. */
#include "tables.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>

#include "tell.h"
#include "wellgate/outcomes/v1/utilisation.pb-c.h"
#include "wellgate/referrals/v1/contacts.pb-c.h"
#include "wellgate/referrals/v1/feedback.pb-c.h"
#include "wellgate/referrals/v1/onward_referrals.pb-c.h"
#include "wellgate/referrals/v1/people.pb-c.h"
#include "wellgate/referrals/v1/referrals.pb-c.h"

#define OF(type) {&wellgate__##type##__descriptor}
#define EITHER(a, b) {&wellgate__##a##__descriptor, &wellgate__##b##__descriptor}
#define N(array) (sizeof(array) / sizeof((array)[0]))

#define PERSON {"person", tell_pseudonym, TYPE(KEY)}
#define REFERRAL {"referral", tell_referral, TYPE(NUMBER)}
#define DAYS "days behind the person's first referral in the extract; negative: before it"
#define DAY(field, tell) {field, tell, TYPE(DATE), NULL, TYPE(NUMBER), DAYS}
#define STATES OF(referrals__v1__referral__state)

/* ---- Which there are ---- */

static const struct column people[] = {
    PERSON,
    {"referred", tell_first_referred, TYPE(DATE), NULL, TYPE(MONTH), NULL},
    {"age_band", tell_age_band, TYPE(CODE), "years", .list = OWN_WORDS},
    {"sex", tell_sex, TYPE(CODE), .enumerations = OF(referrals__v1__person__sex)},
    {"ethnicity", tell_ethnicity, TYPE(CODE), .enumerations = OF(referrals__v1__person__ethnicity)},
    {"deprivation_decile", tell_decile, TYPE(NUMBER)},
    {"caring", tell_caring, TYPE(CODE), .enumerations = OF(referrals__v1__person__caring)},
    {"practice", tell_first_practice, TYPE(CODE), .list = ORGANISATIONS},
    {"locality", tell_locality, TYPE(CODE), .list = OWN_WORDS},
    {"left", tell_left, TYPE(MONTH), NULL, TYPE(NUMBER), "months behind that of the person's first referral"},
    {"referrals", tell_n_referrals, TYPE(NUMBER), "referrals"},
};
static const struct column referrals[] = {
    PERSON, REFERRAL, DAY("date", tell_referred),
    {"strand", tell_strand, TYPE(CODE), .list = STRANDS},
    {"source", tell_source, TYPE(CODE), .enumerations = OF(referrals__v1__referral__source)},
    {"practice", tell_practice, TYPE(CODE), .list = ORGANISATIONS},
    {"provider", tell_provider, TYPE(CODE), .list = ORGANISATIONS},
    {"state", tell_referral_state, TYPE(CODE), .enumerations = STATES},
};
static const struct column reasons[] = {
    PERSON, REFERRAL, {"reason", tell_word, TYPE(CODE), .list = REASONS},
};
static const struct column stages[] = {
    PERSON, REFERRAL, DAY("date", tell_date),
    {"stage", tell_word, TYPE(CODE), .enumerations = STATES, .list = MILESTONES},
    {"because", tell_other, TYPE(CODE), .list = END_REASONS},
};
static const struct column contacts[] = {
    PERSON, REFERRAL, DAY("date", tell_date),
    {"purpose", tell_word, TYPE(CODE), .enumerations = OF(referrals__v1__contact__purpose)},
    {"outcome", tell_other, TYPE(CODE), .enumerations = OF(referrals__v1__contact__outcome)},
    {"minutes", tell_minutes, TYPE(NUMBER), "minutes"},
};
static const struct column onward[] = {
    PERSON, REFERRAL, DAY("date", tell_date),
    {"kind", tell_onward_kind, TYPE(CODE), .enumerations = OF(referrals__v1__onward_referral__kind)},
    {"sector", tell_word, TYPE(CODE), .enumerations = OF(referrals__v1__onward_referral__sector)},
    {"state", tell_onward_state, TYPE(CODE), .enumerations = STATES},
};
static const struct column feedback[] = {
    PERSON, REFERRAL, DAY("date", tell_date),
    {"question", tell_question, TYPE(CODE), .enumerations = OF(reports__v1__extract_row__question)},
    {"answer", tell_answer, TYPE(CODE), .enumerations = EITHER(referrals__v1__feedback__impact,
                                                              referrals__v1__feedback__answer)},
};
static const struct column readings[] = {
    PERSON, REFERRAL, DAY("date", tell_date),
    {"measure", tell_word, TYPE(CODE), .list = MEASURES},
    {"value", tell_score, TYPE(DECIMAL), "points of the score"},
};
static const struct column use[] = {
    PERSON, DAY("date", tell_date), DAY("until", tell_until),
    {"class", tell_word, TYPE(CODE), .enumerations = OF(outcomes__v1__utilisation__class)},
    {"count", tell_number, TYPE(NUMBER), "uses"},
};
static const struct column coverage[] = {
    PERSON, DAY("date", tell_date), DAY("until", tell_until),
    {"class", tell_word, TYPE(CODE), .enumerations = OF(outcomes__v1__utilisation__class)},
};
static const struct column comparators[] = {
    {"comparator", tell_comparator, TYPE(KEY)},
    {"period", tell_period, TYPE(PERIOD)},
    {"practice", tell_observed_practice, TYPE(CODE), .list = ORGANISATIONS},
    {"classes", tell_classes, TYPE(CODE), .enumerations = OF(outcomes__v1__utilisation__class)},
    {"measure", tell_observed_measure, TYPE(CODE), .list = MEASURES},
    {"n", tell_n, TYPE(NUMBER), "people"},
    {"person_time_days", tell_person_time, TYPE(DECIMAL), "days"},
    {"events", tell_events, TYPE(DECIMAL), "events"},
    {"mean", tell_mean, TYPE(DECIMAL), "points of the score, or events a person"},
    {"standard_deviation", tell_deviation, TYPE(DECIMAL), "as of mean"},
    {"cost_per_head", tell_cost, TYPE(DECIMAL), "the currency, a person"},
    {"currency", tell_currency, TYPE(CODE), .list = OWN_WORDS},
    {"price_year", tell_price_year, TYPE(CODE), .list = OWN_WORDS},
};

#define COLUMNS(array) array, N(array)
#define FACT(kind) (1u << FACT_##kind)

const struct table tables[] = {
    {TABLE(PEOPLE), "People", COLUMNS(people), 0, false, true},
    {TABLE(REFERRALS), "Referrals", COLUMNS(referrals), 0, true, true},
    {TABLE(REASONS), "Reasons for referral", COLUMNS(reasons), FACT(REASON), true, true},
    {TABLE(STAGES), "Stages of referrals", COLUMNS(stages), FACT(STAGE), true, true},
    {TABLE(CONTACTS), "Contacts", COLUMNS(contacts), FACT(CONTACT), true, true},
    {TABLE(ONWARD), "Onward referrals", COLUMNS(onward), FACT(ONWARD) | FACT(SIGNPOST), true, true},
    {TABLE(FEEDBACK), "Feedback", COLUMNS(feedback),
     FACT(STARS) | FACT(IMPACT) | FACT(CONNECTED) | FACT(TIME_VALUED), true, true},
    {TABLE(READINGS), "Readings", COLUMNS(readings), FACT(READING), false, true},
    {TABLE(USE), "Use of services", COLUMNS(use), FACT(USE), false, true},
    {TABLE(COVERAGE), "Coverage", COLUMNS(coverage), FACT(COVERED), false, true},
    {TABLE(COMPARATORS), "Comparators", COLUMNS(comparators), 0, false, false},
};
const size_t n_tables = N(tables);

_Static_assert(N(people) <= COLUMNS_MAX && N(comparators) <= COLUMNS_MAX, "COLUMNS_MAX");
_Static_assert(FACT_ERASED < 32, "kinds of facts are bits");

const struct table *
table_named(const char *word)
{
    for (size_t i = 0; i < n_tables; i++)
        if (strcmp(TABLE_WORD(tables[i].code), word) == 0)
            return &tables[i];
    return NULL;
}

/* ---- From a person to rows ---- */

bool
teller_begin(struct teller *teller, const struct member *member, const struct person *person)
{
    const struct selection *selection = &teller->members->selection;

    teller->pseudonym = member->pseudonym;
    teller->person = person;
    teller->n_referrals = 0;
    teller->referrals = wg_alloc_array(teller->arena, person->n_referrals + 1,
                                       sizeof(*teller->referrals));
    for (size_t i = 0; teller->referrals && i < person->n_referrals; i++)
        if (selection_takes(selection, person, &person->referrals[i]))
            teller->referrals[teller->n_referrals++] = &person->referrals[i];
    return teller->referrals;
}

static void
tell_row(struct teller *teller, const struct table *table, take_row *take, void *context)
{
    const char *cells[COLUMNS_MAX];

    for (size_t i = 0; i < table->n_columns; i++)
        cells[i] = table->columns[i].tell(teller);
    take(context, table, cells);
}

static size_t
referral_with(const struct teller *teller, uint64_t record)
{
    size_t at = 0;

    while (at < teller->n_referrals && teller->referrals[at]->record != record)
        at++;
    return at;
}

static void
tell_facts(struct teller *teller, const struct table *table, take_row *take, void *context)
{
    for (size_t i = 0; i < teller->person->n; i++) {
        const struct fact *fact = &teller->person->facts[i];

        if (!(table->kinds & 1u << fact->kind))
            continue;
        teller->fact = fact;
        teller->referral = referral_with(teller, fact->referral);
        if (!table->of_referrals || teller->referral < teller->n_referrals)
            tell_row(teller, table, take, context);
    }
}

bool
table_tell_person(struct teller *teller, const struct table *table, take_row *take, void *context)
{
    teller->referral = 0;
    teller->fact = NULL;
    if (table->kinds)
        tell_facts(teller, table, take, context);
    else if (!table->of_referrals)
        tell_row(teller, table, take, context);
    else
        for (; teller->referral < teller->n_referrals; teller->referral++)
            tell_row(teller, table, take, context);
    return !teller->arena->exhausted;
}

bool
table_tell_observation(struct teller *teller, const struct table *table, take_row *take,
                       void *context)
{
    tell_row(teller, table, take, context);
    return !teller->arena->exhausted;
}

/* ---- Rows as messages ---- */

const char *
column_heading(struct wg_arena *arena, const struct column *column)
{
    char *heading = wg_copy_text(arena, column->field), *to = heading;

    for (const char *from = column->field; heading && *from; from++)
        *to++ = *from == '_' ? (char)(*++from - 'a' + 'A') : *from;
    if (heading)
        *to = '\0';
    return heading;
}

void
table_put_headings(const struct table *table, struct wg_csv_writer *csv)
{
    for (size_t i = 0; i < table->n_columns; i++)
        wg_csv_cell(csv, column_heading(csv->arena, &table->columns[i]));
    wg_csv_end_row(csv);
}

static const ProtobufCFieldDescriptor *
field_of(const struct column *column)
{
    return protobuf_c_message_descriptor_get_field_by_name(
        &wellgate__reports__v1__extract_row__descriptor, column->field);
}

static bool
set_number(struct wg_arena *arena, void *member, const char *cell)
{
    Google__Protobuf__UInt32Value *number =
        wg_new_message(arena, &google__protobuf__uint32_value__descriptor);

    if (number)
        number->value = (uint32_t)strtoul(cell, NULL, 10);
    *(Google__Protobuf__UInt32Value **)member = number;
    return number;
}

static bool
set_word(const ProtobufCFieldDescriptor *field, void *member, const char *cell)
{
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value_by_name(
        (const ProtobufCEnumDescriptor *)field->descriptor, cell);

    *(int *)member = value ? value->value : 0;
    return value;
}

static bool
set_cell(struct wg_arena *arena, Row *row, const struct column *column, const char *cell)
{
    const ProtobufCFieldDescriptor *field = field_of(column);
    void *member = (char *)row + field->offset;

    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return set_number(arena, member, cell);
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return set_word(field, member, cell);
    return (*(char **)member = wg_copy_text(arena, cell));
}

Row *
row_make(struct wg_arena *arena, const struct table *table, const char *const *cells)
{
    Row *row = wg_new_message(arena, &wellgate__reports__v1__extract_row__descriptor);

    for (size_t i = 0; row && i < table->n_columns; i++)
        if (cells[i] && *cells[i] && !set_cell(arena, row, &table->columns[i], cells[i]))
            return NULL;
    return row;
}

const char *
row_cell(struct wg_arena *arena, const Row *row, const struct column *column)
{
    const ProtobufCFieldDescriptor *field = field_of(column);
    const void *member = (const char *)row + field->offset;

    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const Google__Protobuf__UInt32Value *number = *(Google__Protobuf__UInt32Value *const *)member;

        return number ? wg_format(arena, "%u", number->value) : "";
    }
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return *(const int *)member
                   ? wg_enum_word((const ProtobufCEnumDescriptor *)field->descriptor, *(const int *)member)
                   : "";
    return *(char *const *)member;
}
