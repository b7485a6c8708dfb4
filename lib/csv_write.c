/* csv_write.c - rows of cells, quoted where they must be. */
#include <string.h>
#include <wellgate/csv.h>

static void
put(struct wg_csv_writer *csv, const char *bytes, size_t length)
{
    if (csv->length + length > csv->room) {
        size_t room = 2 * (csv->length + length) + 1024;
        char *more = wg_alloc(csv->arena, room);

        if ((csv->failed = csv->failed || !more))
            return;
        if (csv->length)
            memcpy(more, csv->text, csv->length);
        csv->text = more;
        csv->room = room;
    }
    if (csv->failed)
        return;
    memcpy(csv->text + csv->length, bytes, length);
    csv->length += length;
}

/* A text that begins so would be reckoned by a spreadsheet; an amount below zero is none. */
static bool
is_formula(const char *cell)
{
    return (*cell && strchr("=+@\t\r", *cell)) ||
           (*cell == '-' && (!cell[1] || !strchr("0123456789", cell[1])));
}

void
wg_csv_cell(struct wg_csv_writer *csv, const char *cell)
{
    const char *text = cell ? cell : "";
    bool formula = is_formula(text), quoted = formula || strpbrk(text, ",\"\r\n");

    if (csv->in_row)
        put(csv, ",", 1);
    csv->in_row = true;
    if (quoted)
        put(csv, "\"", 1);
    if (formula)
        put(csv, "'", 1);
    for (; *text; text++) {
        if (*text == '"')
            put(csv, "\"", 1);
        put(csv, text, 1);
    }
    if (quoted)
        put(csv, "\"", 1);
}

void
wg_csv_end_row(struct wg_csv_writer *csv)
{
    put(csv, "\r\n", 2);
    csv->in_row = false;
}

void
wg_csv_row(struct wg_csv_writer *csv, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wg_csv_cell(csv, cells[i]);
    wg_csv_end_row(csv);
}
