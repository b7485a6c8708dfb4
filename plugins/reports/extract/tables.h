/* tables.h - the tables of extracts, column by column: what writes rows and what explains them
 * is made of the same. */
#ifndef REPORTS_EXTRACT_TABLES_H
#define REPORTS_EXTRACT_TABLES_H

#include <wellgate/csv.h>

#include "members.h"
#include "wellgate/outcomes/v1/comparators.pb-c.h"

typedef Wellgate__Reports__V1__ExtractRow Row;

#define TABLE(name) WELLGATE__REPORTS__V1__EXTRACT_TABLE__CODE__##name
#define TABLE_WORD(code) wg_enum_word(&wellgate__reports__v1__extract_table__code__descriptor, (int)(code))
#define TYPE(name) WELLGATE__REPORTS__V1__CODEBOOK__TYPE__##name

enum { COLUMNS_MAX = 16, ENUMERATIONS_MAX = 2 };

/* Whose words codes are, beside those of enumerations. */
enum code_list {
    NO_LIST,
    STRANDS,
    REASONS,
    END_REASONS,
    MILESTONES,
    ORGANISATIONS,
    MEASURES,
    OWN_WORDS,
};

struct teller;

struct column {
    const char *field; /* of Row, whose comment is its meaning */
    const char *(*tell)(struct teller *teller); /* "": nothing */
    Wellgate__Reports__V1__Codebook__Type type;
    const char *unit; /* or NULL */
    Wellgate__Reports__V1__Codebook__Type relative_type; /* where days are relative; 0: as type */
    const char *relative_unit;
    const ProtobufCEnumDescriptor *enumerations[ENUMERATIONS_MAX]; /* of CODE */
    enum code_list list;
};

struct table {
    Wellgate__Reports__V1__ExtractTable__Code code;
    const char *title;
    const struct column *columns;
    size_t n_columns;
    unsigned kinds; /* of facts, 1 << kind, each a row; 0: of none */
    bool of_referrals; /* facts of the extract's referrals only */
    bool of_people;    /* false: of comparators */
};

/* In order of their codes. */
extern const struct table tables[];
extern const size_t n_tables;

/* By its code's word; NULL: there is none. */
const struct table *table_named(const char *word);

/* Of whom is told, what, and for whom. */
struct teller {
    struct wg_arena *arena;
    const struct members *members;
    const char *pseudonym;
    const struct person *person;
    const struct referral **referrals; /* of the person, that the extract has */
    size_t n_referrals;
    size_t referral;         /* the one at hand; n_referrals: none */
    const struct fact *fact; /* or NULL */
    const Wellgate__Outcomes__V1__Observation *observation;
};

/* Cells of a row, as many as the table has columns. */
typedef void take_row(void *context, const struct table *table, const char *const *cells);

/* Tell the rows of a person, or those that are of none. false: past the arena. */
bool table_tell_person(struct teller *teller, const struct table *table, take_row *take,
                       void *context);
bool table_tell_observation(struct teller *teller, const struct table *table, take_row *take,
                            void *context);

/* Begin to tell of a person. false: past the arena. */
bool teller_begin(struct teller *teller, const struct member *member, const struct person *person);

/* A column's heading: its field as JSON has it. NULL past the arena. */
const char *column_heading(struct wg_arena *arena, const struct column *column);
void table_put_headings(const struct table *table, struct wg_csv_writer *csv);

/* ---- Rows as messages ---- */

/* NULL past the arena. */
Row *row_make(struct wg_arena *arena, const struct table *table, const char *const *cells);

/* What the row has in a column; "" for nothing. NULL past the arena. */
const char *row_cell(struct wg_arena *arena, const Row *row, const struct column *column);

#endif
