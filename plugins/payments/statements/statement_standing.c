/* statement_standing.c - what became of an issued statement: accepted, in dispute, paid. */
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/text.h>

#include "statement_writing.h"

typedef Wellgate__Payments__V1__Receipt Receipt;

/* ---- Words ---- */

const char *
money_words(struct writing *w, int64_t minor)
{
    return wg_text_money(w->arena, w->currency, minor);
}

const char *
ratio_words(struct writing *w, const char *ratio)
{
    const char *words = "";
    mpq_t value;

    mpq_init(value);
    if (*ratio && wg_ratio_read(ratio, value))
        words = wg_ratio_round_format(w->arena, value, 2);
    mpq_clear(value);
    return words ? words : "";
}

const char *
value_words(struct writing *w, const char *value)
{
    return strchr(value, '/') ? ratio_words(w, value) : wg_text_decimal(w->arena, value);
}

const char *
line_path(struct writing *w, const Line *line)
{
    return wg_format(w->arena, "/v1/%s:explain", line->name);
}

const char *
line_period_words(struct writing *w, const Line *line)
{
    struct calendar calendar = calendar_of(w->facts.contract);
    struct wg_period period;

    return calendar_read(&calendar, line->period, &period) ? wg_text_period(w->arena, period)
                                                           : line->period;
}

/* The day on which somebody did something. */
static const char *
day_words(struct writing *w, const Actor *actor)
{
    return wg_text_date(w->arena, wg_date_at(actor->time->seconds * 1000, "Europe/London"));
}

/* " on 21 November 2016", behind the state's tag. */
static const char *
since_words(struct writing *w, const Standing *standing)
{
    switch (standing->state) {
    case STANDING(AWAITING):
        return *standing->deemed_date
                   ? wg_format(w->arena, ", until %s", wg_text_date_of(w->arena, standing->deemed_date))
                   : "";
    case STANDING(APPROVED):
        return wg_format(w->arena, " on %s", day_words(w, standing->approved_by));
    case STANDING(DISPUTED):
        return standing->rest_awaits ? "; the rest awaits approval" : "";
    case STANDING(DEEMED_ACCEPTED):
        return wg_format(w->arena, " after %s", wg_text_date_of(w->arena, standing->deemed_date));
    case STANDING(SETTLED):
        return standing->n_receipts
                   ? wg_format(w->arena, " on %s", wg_text_date_of(
                         w->arena, standing->receipts[standing->n_receipts - 1]->date))
                   : "";
    default:
        return "";
    }
}

void
write_tag_of_standing(struct writing *w, StandingState state)
{
    static const struct {
        enum wg_tag kind;
        const char *words;
    } tags[] = {
        [STANDING(AWAITING)] = {WG_TAG_NEUTRAL, "Awaiting"},
        [STANDING(APPROVED)] = {WG_TAG_GOOD, "Approved"},
        [STANDING(DEEMED_ACCEPTED)] = {WG_TAG_GOOD, "Accepted by silence"},
        [STANDING(DISPUTED)] = {WG_TAG_BAD, "In dispute"},
        [STANDING(RESOLVED)] = {WG_TAG_ACTIVE, "Resolved"},
        [STANDING(SETTLED)] = {WG_TAG_GOOD, "Settled"},
    };

    if ((size_t)state < COUNT(tags) && tags[state].words)
        wg_html_tag(&w->html, tags[state].kind, tags[state].words);
}

/* ---- Where payers stand ---- */

enum { DISPUTED, CREDITED, PAID, LEFT, SUMS };

static void
write_sums(struct writing *w, const int64_t sums[SUMS])
{
    for (size_t i = 0; i < SUMS; i++)
        wg_cell_money(&w->html, w->currency, sums[i]);
    wg_row_end(&w->html);
}

static void
write_standing(struct writing *w, const Standing *standing, int64_t all[SUMS])
{
    const int64_t sums[SUMS] = {minor_of(standing->disputed), minor_of(standing->upheld),
                                minor_of(standing->settled), minor_of(standing->outstanding)};

    for (size_t i = 0; i < SUMS; i++)
        all[i] += sums[i];
    wg_row_begin(&w->html);
    wg_cell(&w->html, organisation_title(w->call, standing->payer));
    wg_cell_begin(&w->html);
    write_tag_of_standing(w, standing->state);
    wg_html_text(&w->html, since_words(w, standing));
    wg_cell_end(&w->html);
    write_sums(w, sums);
}

static void
write_payers_standings(struct writing *w)
{
    static const struct wg_column columns[] = {
        {"Payer", false}, {"Standing", false}, {"In dispute", true}, {"To be credited", true},
        {"Paid", true}, {"Left to pay", true}};
    const Statement *statement = w->facts.statement;
    int64_t all[SUMS] = {0};

    wg_table_begin(&w->html, "Where each payer stands, tax included", columns, COUNT(columns));
    for (size_t i = 0; i < statement->n_standings; i++)
        write_standing(w, statement->standings[i], all);
    wg_total_begin(&w->html);
    wg_cell(&w->html, "All");
    wg_cell(&w->html, "");
    write_sums(w, all);
    wg_table_end(&w->html);
}

/* ---- Disputes ---- */

static const Line *
line_by_id(const struct writing *w, const char *id)
{
    for (size_t i = 0; i < w->facts.lines.n; i++)
        if (strcmp(wg_name_id(w->facts.lines.list[i]->name), id) == 0)
            return w->facts.lines.list[i];
    return NULL;
}

static const char *
objection_words(Wellgate__Payments__V1__Dispute__Reason reason)
{
    static const char *const words[] = {"", "Evidence", "Eligibility", "Terms", "Duplicate",
                                        "Arithmetic", "Other"};

    return (size_t)reason < COUNT(words) ? words[reason] : "";
}

/* Why, and how many people's units; never whose. */
static const char *
why_words(struct writing *w, const Dispute *dispute, size_t people)
{
    const char *reason = objection_words(dispute->reason);

    if (!people)
        return wg_format(w->arena, "%s: %s", reason, dispute->note);
    return wg_format(w->arena, "%s, of %zu %s: %s", reason, people, people == 1 ? "person" : "people",
                     dispute->note);
}

static void
write_end(struct writing *w, const Dispute *dispute)
{
    wg_cell_begin(&w->html);
    switch (dispute->state) {
    case DISPUTE(UPHELD):
        wg_html_tag(&w->html, WG_TAG_ACTIVE, "Upheld");
        wg_html_textf(&w->html, " %s on %s: %s", money_words(w, minor_of(dispute->upheld)),
                      day_words(w, dispute->resolved_by), dispute->resolution);
        break;
    case DISPUTE(REJECTED):
        wg_html_tag(&w->html, WG_TAG_GOOD, "Rejected");
        wg_html_textf(&w->html, " on %s: %s", day_words(w, dispute->resolved_by),
                      dispute->resolution);
        if (minor_of(dispute->upheld))
            wg_html_textf(&w->html, "; %s was upheld before", money_words(w, minor_of(dispute->upheld)));
        break;
    default:
        wg_html_tag(&w->html, WG_TAG_BAD, "Open");
        wg_html_textf(&w->html, " since %s", day_words(w, dispute->raised_by));
        if (minor_of(dispute->upheld))
            wg_html_textf(&w->html, "; %s upheld so far", money_words(w, minor_of(dispute->upheld)));
    }
    wg_cell_end(&w->html);
}

static void
write_dispute(struct writing *w, const Standing *standing, const Dispute *dispute)
{
    for (size_t i = 0; i < dispute->n_lines; i++) {
        const Wellgate__Payments__V1__DisputedLine *disputed = dispute->lines[i];
        const Line *line = line_by_id(w, disputed->line);

        wg_row_begin(&w->html);
        wg_cell(&w->html, line ? rule_title(w->arena, &w->facts, line) : disputed->line);
        wg_cell(&w->html, organisation_title(w->call, standing->payer));
        wg_cell(&w->html, why_words(w, dispute, disputed->people));
        wg_cell_money(&w->html, w->currency, minor_of(disputed->amount));
        write_end(w, dispute);
        wg_row_end(&w->html);
    }
}

static void
write_disputes(struct writing *w)
{
    static const struct wg_column columns[] = {
        {"Outcome", false}, {"Payer", false}, {"Why", false}, {"Disputed", true},
        {"How it stands", false}};
    const Statement *statement = w->facts.statement;
    size_t n = 0;

    for (size_t i = 0; i < statement->n_standings; i++)
        n += statement->standings[i]->n_disputes;
    if (!n)
        return;
    wg_table_begin(&w->html, "Disputes, without tax", columns, COUNT(columns));
    for (size_t i = 0; i < statement->n_standings; i++)
        for (size_t d = 0; d < statement->standings[i]->n_disputes; d++)
            write_dispute(w, statement->standings[i], statement->standings[i]->disputes[d]);
    wg_table_end(&w->html);
}

/* ---- Payments ---- */

static void
write_receipt(struct writing *w, const char *payer, const Receipt *receipt)
{
    wg_row_begin(&w->html);
    wg_cell(&w->html, wg_text_date_of(w->arena, receipt->date));
    wg_cell(&w->html, organisation_title(w->call, payer));
    wg_cell(&w->html, receipt->reference);
    wg_cell_money(&w->html, w->currency, minor_of(receipt->amount));
    wg_row_end(&w->html);
}

static void
write_receipts(struct writing *w)
{
    static const struct wg_column columns[] = {
        {"Day", false}, {"Payer", false}, {"Reference", false}, {"Paid", true}};
    const Statement *statement = w->facts.statement;
    size_t n = 0;

    for (size_t i = 0; i < statement->n_standings; i++)
        n += statement->standings[i]->n_receipts;
    if (!n)
        return;
    wg_table_begin(&w->html, "Payments", columns, COUNT(columns));
    for (size_t i = 0; i < statement->n_standings; i++)
        for (size_t r = 0; r < statement->standings[i]->n_receipts; r++)
            write_receipt(w, statement->standings[i]->payer, statement->standings[i]->receipts[r]);
    wg_table_end(&w->html);
}

/* ---- On the page ---- */

void
write_standings(struct writing *w)
{
    if (!w->facts.statement->n_standings)
        return;
    wg_html_heading(&w->html, 2, "What became of it");
    write_payers_standings(w);
    write_disputes(w);
    write_receipts(w);
}

void
write_disputed(struct writing *w)
{
    const Statement *statement = w->facts.statement;
    int64_t disputed = 0, all = 0;

    for (size_t i = 0; i < statement->n_standings; i++) {
        disputed += minor_of(statement->standings[i]->disputed);
        all += minor_of(statement->standings[i]->amount) + minor_of(statement->standings[i]->vat);
    }
    if (disputed)
        wg_html_notice(&w->html, WG_NOTICE_WARNING, "In dispute",
                       wg_format(w->arena, "%s of %s is in dispute and not payable meanwhile. "
                                           "Who objects to what, and why, stands below.",
                                 money_words(w, disputed), money_words(w, all)));
}

/* The least that those are who pay the line. false: nobody pays anything of it. */
static bool
least_standing(const struct writing *w, const Line *line, StandingState *least)
{
    bool any = false;

    *least = STANDING(SETTLED);
    for (size_t i = 0; i < line->n_payers; i++) {
        const Standing *standing = standing_find(w->facts.statement, line->payers[i]->payer);

        if (!standing || !minor_of(line->payers[i]->amount))
            continue;
        any = true;
        if (standing_of_line(standing, wg_name_id(line->name)) < *least)
            *least = standing_of_line(standing, wg_name_id(line->name));
    }
    return any;
}

static int64_t
amount_in(const struct writing *w, const Line *line, Wellgate__Payments__V1__Dispute__State state)
{
    const Statement *statement = w->facts.statement;
    int64_t minor = 0;

    for (size_t i = 0; i < statement->n_standings; i++)
        minor += standing_amount_in(statement->standings[i], state, wg_name_id(line->name));
    return minor;
}

void
write_standing_of_line(struct writing *w, const Line *line)
{
    int64_t disputed = amount_in(w, line, DISPUTE(OPEN)), upheld = amount_in(w, line, DISPUTE(UPHELD));
    StandingState least;

    wg_cell_begin(&w->html);
    if (disputed) {
        wg_html_tag(&w->html, WG_TAG_BAD, "In dispute");
        wg_html_textf(&w->html, " %s", money_words(w, disputed));
    } else if (least_standing(w, line, &least)) {
        if (least == STANDING(AWAITING) || least == STANDING(SETTLED))
            write_tag_of_standing(w, least);
        else
            wg_html_tag(&w->html, WG_TAG_GOOD, "Accepted");
    }
    if (upheld)
        wg_html_textf(&w->html, "%s%s upheld as wrong", disputed ? ", " : ", but ",
                      money_words(w, upheld));
    wg_cell_end(&w->html);
}
