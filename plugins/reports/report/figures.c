/* figures.c - figures are rounded here, once, and nowhere else. */
#include "figures.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/interval.h>
#include <wellgate/money.h>
#include <wellgate/text.h>

typedef Wellgate__Reports__V1__ReportFigure__Interval Interval;

#define METHOD(name) WELLGATE__REPORTS__V1__REPORT_FIGURE__METHOD__##name

enum { SHARE_DIGITS = 1, FIGURE_DIGITS = 2 };

/* ---- The report's parts ---- */

/* One more of a message's array. false: past the arena. */
static bool
append(struct writer *writer, void *array, size_t *n, size_t *room, void *item)
{
    void **list = *(void ***)array, **more;

    if (writer->failed || !item) {
        writer->failed = true;
        return false;
    }
    if (*n == *room) {
        if (!(more = wg_alloc_array(writer->arena, 2 * *room + 8, sizeof(*more)))) {
            writer->failed = true;
            return false;
        }
        if (*n)
            memcpy(more, list, *n * sizeof(*more));
        *(void ***)array = list = more;
        *room = 2 * *room + 8;
    }
    list[(*n)++] = item;
    return true;
}

/* Fields are not written to: texts of the code go in as they are. */
static char *
text(const char *literal)
{
    return (char *)(uintptr_t)(literal ? literal : "");
}

bool
writer_begin(struct writer *writer, struct selection *selection, const char *title)
{
    struct wg_arena *arena = wg_call_arena(selection->call);
    Report *report = wg_new_message(arena, &wellgate__reports__v1__programme_report__descriptor);
    char *day = wg_alloc(arena, WG_DATE_TEXT_BYTES);

    *writer = (struct writer){.call = selection->call, .arena = arena, .selection = selection,
                              .names = names_of(selection->call, selection->programme),
                              .report = report};
    if (!report || !day)
        return false;
    report->programme = text(selection->programme);
    report->kind = selection->request->kind;
    report->title = text(title);
    report->period = selection->request->period;
    report->data_date = wg_date_format(selection->today, day);
    report->known_at_sequence = selection->sequence;
    report->by = selection->request->by;
    return true;
}

void
write_declaration(struct writer *writer, const char *words)
{
    append(writer, &writer->report->declarations, &writer->report->n_declarations,
           &writer->declarations_room, words ? text(words) : NULL);
}

void
write_table(struct writer *writer, const char *key, const char *title)
{
    writer->table = wg_new_message(writer->arena, &wellgate__reports__v1__report_table__descriptor);
    if (!append(writer, &writer->report->tables, &writer->report->n_tables, &writer->tables_room,
                key && title ? writer->table : NULL))
        return;
    writer->figures_room = writer->notes_room = 0;
    writer->table->key = text(key);
    writer->table->title = text(title);
}

void
write_note(struct writer *writer, const char *words)
{
    if (!writer->failed && writer->table)
        append(writer, &writer->table->notes, &writer->table->n_notes, &writer->notes_room,
               words ? text(words) : NULL);
}

/* ---- Figures ---- */

static Figure *
new_figure(struct writer *writer, const struct figure *figure, uint64_t n)
{
    Figure *message = wg_new_message(writer->arena, &wellgate__reports__v1__report_figure__descriptor);

    const char *label = figure->subject ? wg_format(writer->arena, "%s: %s", figure->subject, figure->label)
                                        : figure->label;

    if (writer->failed || !append(writer, &writer->table->figures, &writer->table->n_figures,
                                  &writer->figures_room, figure->key && label ? message : NULL))
        return NULL;
    message->key = text(figure->key);
    message->label = text(label);
    message->subject = text(figure->subject);
    message->group = text(writer->selection->groups[figure->group].label);
    message->unit = figure->unit;
    message->numerator_rule = text(figure->numerator_rule);
    message->denominator_rule = text(figure->denominator_rule);
    message->note = text(figure->note);
    figure_set_n(message, n);
    return message;
}

/* What could not be made becomes nothing, and is told at the end. */
static char *
kept(struct writer *writer, char *words)
{
    writer->failed = writer->failed || !words;
    return words ? words : text("");
}

static int
digits_of(int unit)
{
    return unit == UNIT(PERCENT) ? SHARE_DIGITS : FIGURE_DIGITS;
}

static void
set_interval(struct writer *writer, Figure *figure, const mpq_t low, const mpq_t high, int method)
{
    Interval *interval = wg_new_message(writer->arena,
                                        &wellgate__reports__v1__report_figure__interval__descriptor);

    if (!(figure->interval = interval)) {
        writer->failed = true;
        return;
    }
    interval->method = method;
    interval->low = kept(writer, wg_ratio_round_format(writer->arena, low,
                                                       digits_of((int)figure->unit)));
    interval->high = kept(writer, wg_ratio_round_format(writer->arena, high,
                                                        digits_of((int)figure->unit)));
}

static void
set_value(struct writer *writer, Figure *figure, const mpq_t value, int digits)
{
    figure->value = kept(writer, wg_ratio_round_format(writer->arena, value, digits));
    figure->exact = kept(writer, wg_ratio_format(writer->arena, value));
}

void
write_count(struct writer *writer, const struct figure *figure, uint64_t count)
{
    Figure *message = new_figure(writer, figure, count);

    if (!message)
        return;
    message->value = message->numerator =
        kept(writer, wg_format(writer->arena, "%llu", (unsigned long long)count));
}

void
write_share(struct writer *writer, const struct figure *figure, uint64_t count, uint64_t n)
{
    Figure *message = new_figure(writer, figure, n);
    mpq_t value, low, high;

    if (!message)
        return;
    message->numerator = kept(writer, wg_format(writer->arena, "%llu", (unsigned long long)count));
    message->denominator = kept(writer, wg_format(writer->arena, "%llu", (unsigned long long)n));
    if (!n)
        return;
    mpq_inits(value, low, high, NULL);
    mpq_set_ui(value, 100 * count, n);
    mpq_canonicalize(value);
    message->value = kept(writer, wg_ratio_round_format(writer->arena, value, SHARE_DIGITS));
    message->exact = kept(writer, wg_format(writer->arena, "%llu/%llu", (unsigned long long)count,
                                            (unsigned long long)n));
    wg_wilson_interval(count, n, low, high);
    mpq_set_ui(value, 100, 1);
    mpq_mul(low, low, value);
    mpq_mul(high, high, value);
    set_interval(writer, message, low, high, METHOD(WILSON));
    mpq_clears(value, low, high, NULL);
}

void
wide_to_mpz(wide value, mpz_ptr to)
{
    bool below = value < 0;
    unsigned_wide rest = below ? -(unsigned_wide)value : (unsigned_wide)value;

    mpz_set_ui(to, (unsigned long)(rest >> 64));
    mpz_mul_2exp(to, to, 64);
    mpz_add_ui(to, to, (unsigned long)rest);
    if (below)
        mpz_neg(to, to);
}

/* value × 10^-scale */
static void
set_scaled(mpq_ptr to, wide value, int scale)
{
    wide_to_mpz(value, mpq_numref(to));
    mpz_ui_pow_ui(mpq_denref(to), 10, (unsigned long)scale);
    mpq_canonicalize(to);
}

static char *
scaled_text(struct writer *writer, wide value, int scale)
{
    char *words;
    mpq_t exact;

    mpq_init(exact);
    set_scaled(exact, value, scale);
    words = kept(writer, wg_ratio_round_format(writer->arena, exact, scale));
    mpq_clear(exact);
    if (strchr(words, '.')) {
        char *end = words + strlen(words);

        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            end[-1] = '\0';
    }
    return words;
}

void
write_mean(struct writer *writer, const struct figure *figure, const struct moments *moments,
           int scale)
{
    Figure *message = new_figure(writer, figure, moments->n);
    mpq_t sum, squares, low, high;

    if (!message)
        return;
    message->numerator = scaled_text(writer, moments->sum, scale);
    message->denominator = kept(writer, wg_format(writer->arena, "%llu",
                                                  (unsigned long long)moments->n));
    if (!moments->n)
        return;
    mpq_inits(sum, squares, low, high, NULL);
    set_scaled(sum, moments->sum, scale);
    mpq_set_ui(low, (unsigned long)moments->n, 1);
    mpq_div(high, sum, low);
    set_value(writer, message, high, FIGURE_DIGITS);
    if (moments->n > 1) {
        set_scaled(squares, moments->sum_of_squares, 2 * scale);
        wg_mean_interval(sum, squares, moments->n, low, high);
        set_interval(writer, message, low, high, METHOD(STUDENT_T));
    }
    mpq_clears(sum, squares, low, high, NULL);
}

void
write_ratio(struct writer *writer, const struct figure *figure, wide numerator, wide denominator,
            int scale, uint64_t n)
{
    Figure *message = new_figure(writer, figure, n);
    mpq_t value, other;

    if (!message)
        return;
    message->numerator = scaled_text(writer, numerator, scale);
    message->denominator = scaled_text(writer, denominator, scale);
    if (!denominator)
        return;
    if (!n)
        figure_unset_n(message);
    mpq_inits(value, other, NULL);
    set_scaled(value, numerator * (figure->unit == UNIT(PERCENT) ? 100 : 1), scale);
    set_scaled(other, denominator, scale);
    mpq_div(value, value, other);
    set_value(writer, message, value, digits_of(figure->unit));
    mpq_clears(value, other, NULL);
}

void
write_total(struct writer *writer, const struct figure *figure, wide value, int scale, uint64_t n)
{
    Figure *message = new_figure(writer, figure, n);

    if (message)
        message->value = message->numerator = scaled_text(writer, value, scale);
}

const char *
write_amount(struct writer *writer, const char *currency, int64_t minor)
{
    char words[WG_MONEY_TEXT_BYTES];

    return wg_format(writer->arena, "%s %s", wg_money_format(currency, minor, words), currency);
}

void
write_value(struct writer *writer, const struct figure *figure, const mpq_t value, int digits,
            uint64_t n)
{
    Figure *message = new_figure(writer, figure, n);

    if (!message)
        return;
    if (!n)
        figure_unset_n(message);
    set_value(writer, message, value, digits);
}

void
write_money(struct writer *writer, const struct figure *figure, const char *currency,
            int64_t minor, uint64_t n)
{
    Figure *message = new_figure(writer, figure, n);
    char words[WG_MONEY_TEXT_BYTES];

    if (!message)
        return;
    if (!n)
        figure_unset_n(message);
    message->currency = text(currency);
    message->value = kept(writer, wg_copy_text(writer->arena,
                                               wg_money_format(currency, minor, words)));
}

void
write_stated(struct writer *writer, const struct figure *figure, const char *currency,
             const char *value)
{
    Figure *message = new_figure(writer, figure, 0);

    if (!message)
        return;
    figure_unset_n(message);
    message->currency = text(currency);
    message->value = text(value);
}
