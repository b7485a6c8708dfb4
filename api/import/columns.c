/* columns.c - a tree of fields, grown from the header, walked for each row. */
#include "columns.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rpc/message.h"

enum { ITEMS_MAX = 1000, DEPTH_MAX = 16, NO_CELL = -1 };

/* A value in the row's JSON: a cell, or an object or array of such. */
struct column {
    const char *key;  /* in an object */
    long item;        /* in an array */
    bool array;       /* what lies below are items */
    int cell;         /* its column; NO_CELL: it has values below */
    const struct field *field; /* of a cell */
    struct column *below, *next;
};

struct columns {
    struct wg_arena *arena;
    const struct message *request;
    const struct field *body;
    const char **fault;
    struct column row;
    size_t n;
    bool unparted; /* the header is one cell, with what other programs part cells by */
};

/* A path on its way down the tree. */
struct descent {
    struct columns *columns;
    struct column *at;
    const struct message *type; /* of what lies at */
    const char *in;             /* the rest of the path */
    int number;                 /* of the column, from 1 */
    int depth;
};

static bool
refuse(struct descent *descent, const char *why)
{
    const struct columns *columns = descent->columns;

    *columns->fault = wg_format(columns->arena, "column %d of the header %s%s", descent->number,
                                why, columns->unparted ? ": columns are parted by commas" : "");
    return false;
}

/* ---- Growing the tree ---- */

/* Down to the value of that key, or of that item; made where it is not there yet. */
static bool
go_down(struct descent *descent, const char *key, long item)
{
    struct column **slot = &descent->at->below;

    while (*slot && (key ? strcmp((*slot)->key, key) != 0 : (*slot)->item < item))
        slot = &(*slot)->next;
    if (!*slot || (!key && (*slot)->item != item)) {
        struct column *column = wg_alloc(descent->columns->arena, sizeof(*column));

        if (!column)
            return refuse(descent, "takes too much memory");
        *column = (struct column){.key = key, .item = item, .cell = NO_CELL, .next = *slot};
        *slot = column;
    }
    descent->at = *slot;
    return true;
}

/* The next step of the path; NULL behind the last, or past the arena. */
static const char *
next_step(struct descent *descent)
{
    size_t length = strcspn(descent->in, ".");
    const char *step = length ? wg_copy_bytes(descent->columns->arena, descent->in, length) : NULL;

    descent->in += length + (descent->in[length] == '.');
    return step;
}

/* Can one cell say a value of this field? */
static bool
fits_a_cell(const struct field *field)
{
    if (!field->message)
        return true;
    switch (field->message->well_known) {
    case WELL_KNOWN_TIMESTAMP:
    case WELL_KNOWN_DURATION:
    case WELL_KNOWN_FIELD_MASK:
    case WELL_KNOWN_WRAPPER:
        return true;
    default:
        return false;
    }
}

static bool
is_repeated(const struct field *field)
{
    return field->c->label == PROTOBUF_C_LABEL_REPEATED;
}

static bool
end_in_cell(struct descent *descent, const struct field *field)
{
    struct column *at = descent->at;

    if (!fits_a_cell(field))
        return refuse(descent, "is a field that one cell cannot say");
    if (at->cell != NO_CELL || at->below)
        return refuse(descent, "is there already");
    at->cell = descent->number - 1;
    at->field = field;
    return true;
}

static bool
go_to_item(struct descent *descent)
{
    const char *step = next_step(descent);
    char *end;
    long item = step ? strtol(step, &end, 10) : -1;

    if (!step || *step < '0' || *step > '9' || *end || item >= ITEMS_MAX)
        return refuse(descent, "wants the number of an item, from 0");
    descent->at->array = true;
    return go_down(descent, NULL, item);
}

static bool
go_to_entry(struct descent *descent)
{
    const char *key = next_step(descent);

    return key ? go_down(descent, key, 0) : refuse(descent, "wants the key of an entry");
}

/* Below a field that was just reached: on to what the path goes on with. */
static bool descend(struct descent *descent);

static bool
follow(struct descent *descent, const struct field *field)
{
    const struct field *value = field->is_map ? map_value(field) : field;
    bool one = !is_repeated(field);

    if (descent->at->cell != NO_CELL)
        return refuse(descent, "is there already");
    if (!one && !(!*descent->in && fits_a_cell(value) && !field->is_map) &&
        !(field->is_map ? go_to_entry(descent) : go_to_item(descent)))
        return false;
    if (!*descent->in)
        return end_in_cell(descent, value);
    if (!value->message || value->message->well_known != WELL_KNOWN_NONE)
        return refuse(descent, "goes on below a field that has nothing below");
    descent->type = value->message;
    return descend(descent);
}

static bool
descend(struct descent *descent)
{
    const char *step = descent->depth++ < DEPTH_MAX ? next_step(descent) : NULL;
    const struct field *field =
        step ? field_named(descent->type, step, strlen(step)) : NULL;

    if (!field && step && descent->type == descent->columns->body->message &&
        descent->at == &descent->columns->row)
        field = field_named(descent->columns->request, step, strlen(step));
    if (!field || field == descent->columns->body)
        return refuse(descent, "names no field");
    if (field->rules->output_only)
        return refuse(descent, "names a field that is set by the server");
    return go_down(descent, field->json_name, 0) && follow(descent, field);
}

struct columns *
columns_read(struct wg_arena *arena, const struct message *request, const struct field *body,
             const char *const *cells, size_t n, const char **fault)
{
    struct columns *columns = wg_alloc(arena, sizeof(*columns));

    *fault = NULL;
    if (!columns)
        return NULL;
    *columns = (struct columns){.arena = arena, .request = request, .body = body, .fault = fault,
                                .row = {.cell = NO_CELL}, .n = n,
                                .unparted = n == 1 && strpbrk(cells[0], ";\t")};
    for (size_t i = 0; i < n; i++) {
        struct descent descent = {columns, &columns->row, body->message, cells[i], (int)i + 1, 0};

        if (!descend(&descent))
            return NULL;
    }
    return columns;
}

size_t
columns_count(const struct columns *columns)
{
    return columns->n;
}

/* ---- Writing rows ---- */

static bool
is_boolean(const struct field *field)
{
    return field->c->type == PROTOBUF_C_TYPE_BOOL ||
           (field->message && field->message->well_known == WELL_KNOWN_WRAPPER &&
            field->message->fields[0].c->type == PROTOBUF_C_TYPE_BOOL);
}

/* The value that a text says, as JSON has it; spreadsheets write TRUE. NULL: none. */
static const char *
truth_value(const char *text, size_t length)
{
    static const char *const values[] = {"true", "false"};

    for (size_t i = 0; i < 2; i++)
        if (length == strlen(values[i]) && strncasecmp(text, values[i], length) == 0)
            return values[i];
    return NULL;
}

/* Quoted, which JSON takes for numbers too. */
static void
write_text(const struct field *field, const char *text, size_t length,
           struct json_writer *writer)
{
    const char *truth = is_boolean(field) ? truth_value(text, length) : NULL;

    if (truth)
        json_put_text(writer, truth);
    else
        json_put_string(writer, text, length);
}

/* "a; b" */
static void
write_parted(const struct field *field, const char *cell, struct json_writer *writer)
{
    const char *separator = "[";

    while (*cell) {
        size_t length = strcspn(cell, ";"), next = length + (cell[length] == ';');

        while (length && *cell == ' ') {
            cell++;
            length--;
            next--;
        }
        while (length && cell[length - 1] == ' ')
            length--;
        json_put_text(writer, separator);
        write_text(field, cell, length, writer);
        separator = ",";
        cell += next;
    }
    json_put_text(writer, "]");
}

/* An item of a repeated field is one value, though its field repeats. */
static bool
is_parted(const struct column *column)
{
    return is_repeated(column->field) && !column->field->is_map && column->key;
}

static bool write_column(const struct column *column, const char *const *cells,
                         struct json_writer *writer);

/* false, and nothing is written, where all that lies below is empty. */
static bool
write_below(const struct column *column, const char *const *cells, struct json_writer *writer)
{
    size_t before = writer->length;
    bool any = false;

    json_put_text(writer, column->array ? "[" : "{");
    for (const struct column *c = column->below; c; c = c->next) {
        size_t begin = writer->length;

        if (any)
            json_put_text(writer, ",");
        if (!column->array) {
            json_put_string(writer, c->key, strlen(c->key));
            json_put_text(writer, ":");
        }
        if (write_column(c, cells, writer))
            any = true;
        else
            writer->length = begin;
    }
    if (any)
        json_put_text(writer, column->array ? "]" : "}");
    else
        writer->length = before;
    return any;
}

static bool
write_column(const struct column *column, const char *const *cells, struct json_writer *writer)
{
    const char *cell = column->cell == NO_CELL ? NULL : cells[column->cell];

    if (!cell)
        return write_below(column, cells, writer);
    if (*cell && is_parted(column))
        write_parted(column->field, cell, writer);
    else if (*cell)
        write_text(column->field, cell, strlen(cell), writer);
    return *cell;
}

bool
columns_write(const struct columns *columns, const char *const *cells,
              struct json_writer *writer)
{
    if (!write_below(&columns->row, cells, writer))
        json_put_text(writer, "{}");
    return !writer->failed;
}
