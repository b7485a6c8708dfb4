/* words.c - how a report's figures read to people. */
#include "words.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>
#include <wellgate/text.h>

#include "wellgate/core/v1/core.pb-c.h"

#define DIGITS 4 /* of figures: 1 is 10^4 of these */
#define WHOLE 10000
#define PUBLISHED WELLGATE__BONDS__V1__REPORT__STATE__PUBLISHED

const char *
quarter_words(struct wg_arena *arena, const char *quarter)
{
    struct wg_period period;

    return wg_quarter_parse(quarter, &period) ? wg_text_period(arena, period) : quarter;
}

static const char *
percent_words(struct wg_arena *arena, const char *value)
{
    int64_t parts;

    return wg_decimal_parse(value, DIGITS, &parts) ? wg_text_percent(arena, parts, WHOLE, 2) : value;
}

const char *
value_words(struct wg_arena *arena, const struct item *item, const char *value)
{
    if (!*value)
        return "not meaningful";
    if (item->is_share)
        return percent_words(arena, value);
    if (item->money)
        return wg_text_amount(arena, item->money->currency, value);
    if (strcmp(item->figure->unit, "per year") == 0)
        return wg_format(arena, "%s a year", percent_words(arena, value));
    return wg_format(arena, "%s×", wg_text_decimal(arena, value));
}

/* The next word of a text, in the arena; *text moves behind it. "" at its end. */
static char *
next_word(struct wg_arena *arena, const char **text)
{
    size_t n = strcspn(*text, " ");
    char *word = wg_format(arena, "%.*s", (int)n, *text);

    *text += n;
    *text += **text == ' ';
    return word;
}

const char *
term_words(struct wg_arena *arena, const char *term)
{
    const char *words = "";

    while (words && *term) {
        const char *word = next_word(arena, &term), *rest = term;
        const char *currency = next_word(arena, &rest);
        wg_date date;

        if (word && wg_date_parse(word, &date)) {
            word = wg_text_date_of(arena, word);
        } else if (word && currency && wg_currency_digits(currency) >= 0 && wg_decimal_valid(word)) {
            word = wg_text_amount(arena, currency, word);
            term = rest;
        }
        words = wg_format(arena, "%s%s%s", words, *words ? " " : "", word);
    }
    return words;
}

const char *
organisation_words(struct wg_call *call, const char *name)
{
    const ProtobufCMessage *message;

    if (wg_look(call, name, &message) ||
        message->descriptor != &wellgate__core__v1__organisation__descriptor)
        return name;
    return ((const Wellgate__Core__V1__Organisation *)message)->title;
}

void
put_state(struct wg_html *html, const Report *report)
{
    bool published = report->state == PUBLISHED;

    wg_html_tag(html, published ? WG_TAG_GOOD : WG_TAG_NEUTRAL, published ? "Published" : "Draft");
}
