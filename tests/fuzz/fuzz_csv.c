/* fuzz_csv.c - records, written out again with everything in quotes, are the same
 * records; and one that is whole is the same however much is there behind it. */
#include "fuzz.h"

#include <wellgate/csv.h>

struct writing {
    char *text;
    size_t length;
};

static void
put(struct writing *writing, char c)
{
    writing->text[writing->length++] = c;
}

static void
put_cell(struct writing *writing, const char *cell)
{
    put(writing, '"');
    for (; *cell; cell++) {
        if (*cell == '"')
            put(writing, '"');
        put(writing, *cell);
    }
    put(writing, '"');
}

static void
put_record(struct writing *writing, const struct wg_csv_record *record)
{
    for (size_t i = 0; i < record->n_cells; i++) {
        if (i)
            put(writing, ',');
        put_cell(writing, record->cells[i]);
    }
    put(writing, '\n');
}

static void
check_same(const struct wg_csv_record *a, const struct wg_csv_record *b)
{
    FUZZ_TELL(a->n_cells == b->n_cells, "%zu cells, not %zu", b->n_cells, a->n_cells);
    for (size_t i = 0; i < a->n_cells; i++)
        FUZZ_TELL(strcmp(a->cells[i], b->cells[i]) == 0, "%s, not %s", b->cells[i], a->cells[i]);
}

static void
check_rewritten(struct wg_arena *arena, const struct wg_csv_record *record)
{
    size_t room = 4 * record->bytes + 4 * record->n_cells + 4;
    struct writing writing = {.text = malloc(room)};
    struct wg_csv_record again;

    put_record(&writing, record);
    FUZZ_CHECK(writing.length <= room);
    FUZZ_CHECK(wg_csv_read(arena, writing.text, writing.length, true, &again) == WG_CSV_RECORD);
    FUZZ_CHECK(again.bytes == writing.length);
    check_same(record, &again);
    free(writing.text);
}

/* The record alone, cut off behind its line end, is the same. */
static void
check_alone(struct wg_arena *arena, const char *text, const struct wg_csv_record *record)
{
    struct wg_csv_record alone;
    enum wg_csv state = wg_csv_read(arena, text, record->bytes, true, &alone);

    FUZZ_CHECK(state == WG_CSV_RECORD && alone.bytes == record->bytes);
    check_same(record, &alone);
    if (wg_csv_read(arena, text, record->bytes, false, &alone) == WG_CSV_RECORD)
        check_same(record, &alone);
}

static void
check_record(struct wg_arena *arena, const char *text, size_t left,
             const struct wg_csv_record *record)
{
    size_t lines = 0;

    FUZZ_CHECK(record->bytes > 0 && record->bytes <= left && record->n_cells > 0);
    for (size_t i = 0; i < record->bytes; i++)
        lines += text[i] == '\n';
    FUZZ_CHECK(record->lines == lines || record->lines == lines + 1);
    check_rewritten(arena, record);
    check_alone(arena, text, record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct wg_csv_record record = {0};
    struct wg_arena arena;

    wg_arena_init(&arena, 1 << 22);
    for (size_t at = wg_csv_mark(text, size); at < size; at += record.bytes) {
        enum wg_csv state = wg_csv_read(&arena, text + at, size - at, true, &record);

        FUZZ_CHECK(state == WG_CSV_RECORD || state == WG_CSV_WRONG);
        FUZZ_CHECK(record.bytes > 0 && record.bytes <= size - at);
        if (state == WG_CSV_RECORD)
            check_record(&arena, text + at, size - at, &record);
        else
            FUZZ_CHECK(record.fault && *record.fault);
        wg_arena_reset(&arena);
    }
    wg_arena_finish(&arena);
    return 0;
}
