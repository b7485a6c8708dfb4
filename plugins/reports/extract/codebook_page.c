/* codebook_page.c - a codebook for people: a table of columns for each table, then the codes of
 * each column, folded away. */
#include <wellgate/html.h>
#include <wellgate/messages.h>

#include "codebook.h"

static const char *
type_words(const CodebookColumn *column)
{
    static const char *const words[] = {
        [TYPE(KEY)] = "Key to join by", [TYPE(CODE)] = "Code", [TYPE(NUMBER)] = "Whole number",
        [TYPE(DECIMAL)] = "Decimal number", [TYPE(DATE)] = "Day, YYYY-MM-DD",
        [TYPE(MONTH)] = "Month, YYYY-MM", [TYPE(PERIOD)] = "Period, both ends included"};

    return column->type < sizeof(words) / sizeof(words[0]) ? words[column->type] : "";
}

static void
write_columns(struct wg_html *html, const struct table *table, const Codebook *codebook)
{
    static const struct wg_column columns[] = {
        {"Column", false}, {"Meaning", false}, {"Type", false}, {"Unit", false}};

    wg_table_begin(html, table->title, columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t i = 0; i < codebook->n_columns; i++) {
        const CodebookColumn *column = codebook->columns[i];

        if (column->table == table->code)
            wg_row(html, (const char *const[]){column->column, column->meaning, type_words(column),
                                               column->unit});
    }
    wg_table_end(html);
}

static const char *
definition_words(struct wg_arena *arena, const CodebookCode *code)
{
    if (!*code->instrument)
        return code->meaning;
    return wg_format(arena, "%s (%s, version %d%s%s)", code->meaning, code->instrument, code->version,
                     *code->source ? "; " : "", code->source);
}

static void
write_codes(struct wg_html *html, const CodebookColumn *column)
{
    static const struct wg_column columns[] = {{"Code", false}, {"Meaning", false}};
    const char *caption = wg_format(html->arena, "Codes of %s", column->column);

    wg_html_details_begin(html, caption);
    wg_table_begin(html, caption, columns, sizeof(columns) / sizeof(columns[0]));
    for (size_t i = 0; i < column->n_codes; i++)
        wg_row(html, (const char *const[]){column->codes[i]->code,
                                           definition_words(html->arena, column->codes[i])});
    wg_table_end(html);
    wg_html_details_end(html);
}

static bool
has_table(const Codebook *codebook, const struct table *table)
{
    for (size_t i = 0; i < codebook->n_columns; i++)
        if (codebook->columns[i]->table == table->code)
            return true;
    return false;
}

static void
write_table(struct wg_html *html, const struct table *table, const Codebook *codebook)
{
    wg_html_heading(html, 2, table->title);
    write_columns(html, table, codebook);
    for (size_t i = 0; i < codebook->n_columns; i++)
        if (codebook->columns[i]->table == table->code && codebook->columns[i]->n_codes)
            write_codes(html, codebook->columns[i]);
}

const struct wg_problem *
codebook_page(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const Codebook *codebook = (const Codebook *)output;
    struct wg_page page = {.title = codebook->title, .context = "Codebook",
        .provenance = "The columns of an extract for an evaluator, as its tables were written."};
    struct wg_html html;

    page.crumbs = wg_call_crumbs(call, codebook->name, &page.n_crumbs);
    wg_page_begin(&html, wg_call_arena(call), &page);
    for (size_t i = 0; i < codebook->n_declarations; i++)
        wg_html_paragraph(&html, codebook->declarations[i]);
    for (size_t i = 0; i < n_tables; i++)
        if (has_table(codebook, &tables[i]))
            write_table(&html, &tables[i], codebook);
    return wg_page_end(&html, text) ? NULL : wg_no_memory(call);
}
