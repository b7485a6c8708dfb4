/* csv_out.c - rows of cells, quoted where they must be. */
#include "csv_out.h"

#include <stdlib.h>
#include <string.h>

static void
put(struct csv_out *out, const char *bytes, size_t length)
{
    size_t wanted = out->length + length;

    if (!out->failed && wanted > out->room) {
        size_t room = 2 * wanted + 1024;
        char *text = realloc(out->text, room);

        out->failed = !text;
        out->text = text ? text : out->text;
        out->room = text ? room : out->room;
    }
    if (out->failed)
        return;
    memcpy(out->text + out->length, bytes, length);
    out->length = wanted;
}

/* A text that begins so would be reckoned by a spreadsheet: a quote shows that it is one. */
static bool
is_formula(const char *cell)
{
    return strchr("=+@\t\r", *cell) || (*cell == '-' && !strchr("0123456789", cell[1]));
}

static void
put_cell(struct csv_out *out, const char *cell)
{
    bool formula = *cell && is_formula(cell);
    bool quoted = formula || strpbrk(cell, ",\"\r\n");

    if (quoted)
        put(out, "\"", 1);
    if (formula)
        put(out, "'", 1);
    for (; *cell; cell++) {
        if (*cell == '"')
            put(out, "\"", 1);
        put(out, cell, 1);
    }
    if (quoted)
        put(out, "\"", 1);
}

void
csv_row(struct csv_out *out, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            put(out, ",", 1);
        put_cell(out, cells[i] ? cells[i] : "");
    }
    put(out, "\r\n", 2);
}

const struct wg_problem *
csv_finish(struct wg_call *call, struct csv_out *out, struct wg_bytes *text)
{
    const char *all = out->text ? out->text : "";
    const char *bytes = out->failed ? NULL : wg_copy_bytes(wg_call_arena(call), all, out->length);

    *text = (struct wg_bytes){bytes, out->length};
    free(out->text);
    return bytes ? NULL : wg_no_memory(call);
}
