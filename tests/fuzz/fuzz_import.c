/*
 * fuzz_import.c - "method LF csv or json LF parent LF a body": the same lines in whatever
 * pieces it comes, and each is a request or has something wrong that is told.
 */
#include "gateway.h"
#include "import/lines.h"
#include "import/row.h"
#include "rpc/utf8.h"

#define LINE_ARENA_BYTES (BYTES_PER_BYTE * LINE_BYTES_MAX + ((size_t)256 << 10))
#define BYTES_PER_BYTE 20

/* ---- A body that comes in pieces ---- */

struct source {
    const uint8_t *next;
    size_t left, piece;
};

static const struct wg_problem *
read_piece(void *context, char *bytes, size_t room, size_t *got, const char **detail)
{
    struct source *source = context;

    (void)detail;
    FUZZ_CHECK(room > 0);
    *got = source->piece < room ? source->piece : room;
    *got = *got < source->left ? *got : source->left;
    if (*got)
        memcpy(bytes, source->next, *got);
    source->next += *got;
    source->left -= *got;
    return NULL;
}

/* ---- Rows ---- */

static void
check_row(const struct row *row, const struct wg_arena *arena)
{
    FUZZ_CHECK((row->request == NULL) == (row->problem != NULL));
    fuzz_check_violations(&row->violations);
    if (row->problem && !arena->exhausted)
        fuzz_check_problem(row->problem, row->detail);
    FUZZ_CHECK(!row->request || !row->violations.n);
}

static void
make_row(struct row_maker *maker, struct wg_arena *arena, const struct line *line)
{
    struct row row;

    if (line->cells && !maker->columns)
        return;
    if (line->cells)
        row_of_cells(maker, arena, line->cells, line->n_cells, &row);
    else
        row_of_json(maker, arena, line->text, line->length, &row);
    check_row(&row, arena);
    if (row.request)
        fuzz_check_round_trip(arena, message_of(maker->descriptors, row.request->descriptor),
                              row.request);
}

/* ---- Lines ---- */

struct reading {
    struct row_maker maker;
    enum line_format format;
    struct wg_arena header; /* of what lives as long as the body */
    uint64_t sum;           /* of all lines */
    bool make_rows;
};

static void
add_text(struct reading *reading, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        reading->sum = (reading->sum ^ (uint8_t)text[i]) * UINT64_C(1099511628211);
    reading->sum = (reading->sum ^ length) * UINT64_C(1099511628211);
}

static void
add_line(struct reading *reading, const struct line *line)
{
    add_text(reading, (const char *)&line->number, sizeof(line->number));
    add_text(reading, line->fault ? line->fault : "", line->fault ? strlen(line->fault) : 0);
    if (line->text)
        add_text(reading, line->text, line->length);
    for (size_t i = 0; !line->fault && i < line->n_cells; i++)
        add_text(reading, line->cells[i], strlen(line->cells[i]));
}

/* The first line of CSV. Whatever else: its columns, or what is wrong with them. */
static void
read_header(struct reading *reading, struct lines *lines)
{
    const char *fault = NULL, *detail = NULL;
    struct line line;
    bool more;

    if (lines_next(lines, &reading->header, &line, &more, &detail) || !more || line.fault)
        return;
    add_line(reading, &line);
    reading->maker.columns =
        columns_read(&reading->header, reading->maker.create->input, reading->maker.body,
                     line.cells, line.n_cells, &fault);
    FUZZ_CHECK(reading->maker.columns || fault || reading->header.exhausted);
}

static void
read_lines(struct reading *reading, struct lines *lines)
{
    uint64_t number = 0;
    struct wg_arena arena;
    const char *detail;
    struct line line;
    bool more = true;

    wg_arena_init(&arena, LINE_ARENA_BYTES);
    for (;;) {
        FUZZ_CHECK(!lines_next(lines, &arena, &line, &more, &detail));
        if (!more)
            break;
        FUZZ_CHECK(line.number > number);
        number = line.number;
        add_line(reading, &line);
        if (reading->make_rows && !line.fault)
            make_row(&reading->maker, &arena, &line);
        wg_arena_reset(&arena);
    }
    wg_arena_finish(&arena);
}

/* The sum of all lines that are cut from a body that comes in such pieces. */
static uint64_t
read_body(struct reading *reading, struct fuzz_input body, size_t piece)
{
    struct source source = {body.next, body.left, piece};
    const struct upload upload = {.read = read_piece, .context = &source};
    struct lines lines;

    reading->sum = 0;
    reading->maker.columns = NULL;
    wg_arena_init(&reading->header, 8 << 20);
    FUZZ_CHECK(lines_begin(&lines, &upload, reading->format, &reading->header));
    if (reading->format == LINES_OF_CSV)
        read_header(reading, &lines);
    read_lines(reading, &lines);
    wg_arena_finish(&reading->header);
    return reading->sum;
}

/* ---- The whole ---- */

static const struct method *
method_of(const char *name)
{
    const struct descriptors *descriptors = fuzz_gateway()->descriptors;
    const struct method *method = method_find(descriptors, name);

    return method && method->creates
               ? method : method_find(descriptors, "wellgate.referrals.v1.People/ImportPeople");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *name = fuzz_line(&input), *format = fuzz_line(&input), *parent = fuzz_line(&input);
    const struct method *create = method_of(name)->creates;
    struct reading reading = {
        .maker = {.descriptors = fuzz_gateway()->descriptors, .create = create,
                  .body = row_body(create), .parent = parent,
                  .parent_system = strchr(format, 'x') ? "https://cases.example.org" : ""},
        .format = *format == 'c' ? LINES_OF_CSV : LINES_OF_JSON,
    };
    uint64_t whole;

    reading.make_rows = utf8_valid(parent, strlen(parent)); /* its decoding saw to that */
    whole = read_body(&reading, input, input.left + 1);
    reading.make_rows = false;
    FUZZ_CHECK(read_body(&reading, input, 1 + input.left % 7) == whole);
    free(name);
    free(format);
    free(parent);
    return 0;
}
