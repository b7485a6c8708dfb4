/* codebook.c - from the tables' columns to a codebook, and to its table. */
#include "codebook.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>

#include "meanings.h"

#define TYPE_WORD(value) wg_enum_word(&wellgate__reports__v1__codebook__type__descriptor, (int)(value))

/* ---- What stood in a column ---- */

static bool
grow(struct seen *seen, struct wg_arena *arena)
{
    const char **more;

    if (seen->n < seen->room)
        return true;
    seen->room = 2 * seen->room + 16;
    if (!(more = wg_alloc_array(arena, seen->room, sizeof(*more))))
        return false;
    if (seen->n)
        memcpy(more, seen->list, seen->n * sizeof(*more));
    seen->list = more;
    return true;
}

bool
seen_add(struct seen *seen, struct wg_arena *arena, const char *code)
{
    if (seen->n && strcmp(seen->list[seen->last], code) == 0)
        return true;
    for (seen->last = 0; seen->last < seen->n; seen->last++)
        if (strcmp(seen->list[seen->last], code) == 0)
            return true;
    return grow(seen, arena) && (seen->list[seen->n++] = wg_copy_text(arena, code));
}

/* ---- Codes ---- */

struct listing {
    struct wg_call *call;
    const char *programme;
    const struct column *column;
    CodebookColumn *of;
};

static bool
is_listed(const CodebookColumn *column, const char *code)
{
    for (size_t i = 0; i < column->n_codes; i++)
        if (strcmp(column->codes[i]->code, code) == 0)
            return true;
    return false;
}

static const struct wg_problem *
list_code(struct listing *listing, const char *text)
{
    CodebookCode *code;

    if (is_listed(listing->of, text))
        return NULL;
    code = wg_new_message(wg_call_arena(listing->call), &wellgate__reports__v1__codebook__code__descriptor);
    if (!code)
        return wg_no_memory(listing->call);
    code->code = (char *)(uintptr_t)text;
    listing->of->codes[listing->of->n_codes++] = code;
    return code_explain(listing->call, listing->programme, listing->column, code);
}

/* All of an enumeration but what is not said, whether or not anybody has it. */
static const struct wg_problem *
list_enumeration(struct listing *listing, const ProtobufCEnumDescriptor *enumeration)
{
    const struct wg_problem *problem = NULL;

    for (unsigned i = 0; !problem && i < enumeration->n_values; i++)
        if (enumeration->values[i].value != 0)
            problem = list_code(listing, enumeration->values[i].name);
    return problem;
}

static int
by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static size_t
most_codes(const struct column *column, const struct seen *seen)
{
    size_t most = seen->n;

    for (size_t i = 0; i < ENUMERATIONS_MAX && column->enumerations[i]; i++)
        most += column->enumerations[i]->n_values;
    return most;
}

static const struct wg_problem *
list_codes(struct listing *listing, const struct seen *seen)
{
    const struct column *column = listing->column;
    const struct wg_problem *problem = NULL;

    listing->of->codes = wg_alloc_array(wg_call_arena(listing->call), most_codes(column, seen) + 1,
                                        sizeof(*listing->of->codes));
    if (!listing->of->codes)
        return wg_no_memory(listing->call);
    for (size_t i = 0; !problem && i < ENUMERATIONS_MAX && column->enumerations[i]; i++)
        problem = list_enumeration(listing, column->enumerations[i]);
    if (seen->n)
        qsort(seen->list, seen->n, sizeof(*seen->list), by_text);
    for (size_t i = 0; !problem && i < seen->n; i++)
        problem = list_code(listing, seen->list[i]);
    return problem;
}

/* ---- Columns ---- */

static CodebookColumn *
column_make(struct wg_call *call, bool relative, const struct table *table, const struct column *column)
{
    CodebookColumn *made = wg_new_message(wg_call_arena(call),
                                          &wellgate__reports__v1__codebook__column__descriptor);
    bool other = relative && column->relative_type;
    const char *unit = other ? column->relative_unit : column->unit;

    if (!made)
        return NULL;
    made->table = table->code;
    made->column = (char *)(uintptr_t)column_heading(wg_call_arena(call), column);
    made->meaning = (char *)(uintptr_t)wg_field_comment(
        call, &wellgate__reports__v1__extract_row__descriptor, column->field);
    made->type = other ? column->relative_type : column->type;
    made->unit = (char *)(uintptr_t)(unit ? unit : "");
    return made->column ? made : NULL;
}

const struct wg_problem *
codebook_add(struct wg_call *call, const struct members *members, Codebook *codebook,
             const struct table *table, const struct seen *seen)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; !problem && i < table->n_columns; i++) {
        struct listing listing = {call, members->selection.programme, &table->columns[i],
            column_make(call, members->relative, table, &table->columns[i])};

        if (!listing.of)
            return wg_no_memory(call);
        codebook->columns[codebook->n_columns++] = listing.of;
        if (listing.of->type == TYPE(CODE))
            problem = list_codes(&listing, &seen[i]);
    }
    return problem;
}

/* ---- As a table ---- */

static void
put_code(struct wg_csv_writer *csv, const CodebookColumn *column, const CodebookCode *code)
{
    const char *version = code && code->version ? wg_format(csv->arena, "%d", code->version) : "";
    const char *const cells[] = {
        TABLE_WORD(column->table), column->column, column->meaning, TYPE_WORD(column->type),
        column->unit, code ? code->code : "", code ? code->meaning : "", code ? code->instrument : "",
        version, code ? code->source : ""};

    wg_csv_row(csv, cells, sizeof(cells) / sizeof(cells[0]));
    csv->failed = csv->failed || !version;
}

bool
codebook_table(struct wg_arena *arena, const Codebook *codebook, struct wg_bytes *text)
{
    static const char *const headings[] = {"table", "column", "meaning", "type", "unit", "code",
                                           "codeMeaning", "instrument", "version", "source"};
    struct wg_csv_writer csv = {.arena = arena};

    wg_csv_row(&csv, headings, sizeof(headings) / sizeof(headings[0]));
    for (size_t i = 0; i < codebook->n_columns; i++) {
        const CodebookColumn *column = codebook->columns[i];

        if (!column->n_codes)
            put_code(&csv, column, NULL);
        for (size_t c = 0; c < column->n_codes; c++)
            put_code(&csv, column, column->codes[c]);
    }
    *text = (struct wg_bytes){csv.text, csv.length};
    return !csv.failed;
}

const struct wg_problem *
codebook_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    return codebook_table(wg_call_arena(call), (const Codebook *)output, text) ? NULL
                                                                                : wg_no_memory(call);
}
