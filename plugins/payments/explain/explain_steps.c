/* explain_steps.c - a line's derivation, step by step. */
#include "explain_steps.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "statements/reasons.h"
#include "words.h"

typedef Wellgate__Payments__V1__Derivation Derivation;
typedef Wellgate__Payments__V1__Gate Gate;
typedef Wellgate__Payments__V1__GateReading GateReading;

#define LINE_KIND(name) WELLGATE__PAYMENTS__V1__LINE__KIND__##name
#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define PRICE(name) WELLGATE__PAYMENTS__V1__RULE__PRICE_##name

enum { STEPS_MAX = 16 };

struct stepping {
    struct wg_arena *arena;
    const struct explained *of;
    const Derivation *derivation;
    Explanation *out;
    bool failed; /* past the arena */
};

/* text and value NULL: past the arena. */
static void
add_step(struct stepping *s, const char *title, const char *value, const char *source, char *text)
{
    Step *step = wg_alloc(s->arena, sizeof(*step));

    if ((s->failed = s->failed || !step || !text || !value))
        return;
    wellgate__payments__v1__explanation__step__init(step);
    step->title = (char *)title;
    step->text = text;
    step->value = (char *)value;
    if (source && *source && (step->sources = wg_alloc(s->arena, sizeof(*step->sources)))) {
        step->sources[0] = (char *)source;
        step->n_sources = 1;
    }
    s->out->steps[s->out->n_steps++] = step;
}

const char *
exact_words(struct wg_arena *arena, const char *exact)
{
    const char *about;
    mpq_t value;

    if (!strchr(exact, '/'))
        return exact;
    mpq_init(value);
    wg_ratio_read(exact, value);
    about = wg_ratio_round_format(arena, value, 4);
    mpq_clear(value);
    return about ? wg_format(arena, "%s, about %s", exact, about) : exact;
}

static const char *
code_of(reason_code reason)
{
    return wg_enum_word(&wellgate__payments__v1__reason__code__descriptor, (int)reason);
}

/* ---- What it is of ---- */

static void
step_terms(struct stepping *s)
{
    const struct explained *of = s->of;
    bool started = of->rule->outcome_case == OUTCOME(SCORE_CHANGE_COHORT) &&
                   of->rule->score_change_cohort->cohort ==
                       WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__COHORT__STARTED_IN;
    const char *until = of->statement->end_date;
    char last[WG_DATE_TEXT_BYTES];

    if (!started && figure_is_of(of->rule))
        until = wg_date_format(of->period.last, last);
    add_step(s, "Terms", of->rule->id, of->version->name,
             wg_format(s->arena, "%s, for %s: %s Evidence counts up to %s.", of->rule->title,
                       of->line->period, outcome_words(s->arena, of->rule), until));
}

static void
step_modifiers(struct stepping *s)
{
    char *text = modifier_words(s->arena, s->of->rule);

    if (!text || *text)
        add_step(s, "Who counts", "", s->of->version->name, text);
}

/* ---- Evidence ---- */

static void
step_mean(struct stepping *s)
{
    const Derivation *d = s->derivation;

    if (!d->paired)
        add_step(s, "Mean gain", "", NULL,
                 wg_format(s->arena, "Nobody has both readings (%d have a first one): there is no "
                                     "mean.", d->with_baseline));
    else
        add_step(s, "Mean gain", d->mean_gain, NULL,
                 wg_format(s->arena, "%s points gained by %d people with both readings (of %d with "
                                     "a first one): %s.", d->gain_sum, d->paired, d->with_baseline,
                           exact_words(s->arena, d->mean_gain)));
}

static void
step_figure(struct stepping *s)
{
    const Comparison *comparison = figure_comparison(s->of->rule);
    const Derivation *d = s->derivation;
    const char *source = comparison ? comparison->comparator : NULL;

    if (!*d->figure)
        add_step(s, "Figure", "", source,
                 wg_format(s->arena, "There is none, with %u people: %s (%s).", d->people,
                           reason_words(s->of->line->reason), code_of(s->of->line->reason)));
    else
        add_step(s, "Figure", d->figure, source,
                 wg_format(s->arena, "%s of %u people, against %s: %s.", exact_words(s->arena, d->own),
                           d->people, exact_words(s->arena, d->other), exact_words(s->arena, d->figure)));
}

/* What a combined figure is made of. */
static void
step_parts(struct stepping *s)
{
    const Derivation *d = s->derivation;
    struct words words = WORDS(s->arena);

    for (size_t i = 0; i < d->n_parts; i++) {
        const Wellgate__Payments__V1__FigurePart *part = d->parts[i];

        if (*part->figure)
            words_add(&words, "%s%s: %s × %s", i ? "; " : "", part->rule,
                      exact_words(s->arena, part->figure), part->weight);
        else
            words_add(&words, "%s%s: none, %s (%s)", i ? "; " : "", part->rule,
                      reason_words(part->reason), code_of(part->reason));
    }
    words_add(&words, ".");
    add_step(s, "Parts", "", s->of->version->name, words.text);
}

static void
step_evidence(struct stepping *s)
{
    const Rule *rule = s->of->rule;
    const Derivation *d = s->derivation;

    if (rule->outcome_case == OUTCOME(_NOT_SET))
        return;
    if (rule->outcome_case == OUTCOME(SCORE_CHANGE_COHORT))
        step_mean(s);
    if (rule->outcome_case == OUTCOME(COMBINED_FIGURES))
        step_parts(s);
    if (rule->outcome_case != OUTCOME(SCORE_CHANGE_COHORT) ? figure_is_of(rule)
                                                           : figure_comparison(rule) != NULL)
        step_figure(s);
    else if (!figure_is_of(rule))
        add_step(s, "Units", wg_format(s->arena, "%d", d->units_earned), NULL,
                 wg_format(s->arena, "%d in %s; of %d something is paid.", d->units_earned,
                           s->of->line->period, d->units_paid));
}

/* ---- Price and limits ---- */

static void
step_share(struct stepping *s)
{
    const Derivation *d = s->derivation;
    char *price = price_words(s->arena, s->of->version, s->of->rule);

    add_step(s, "Share of the pot", d->share, s->of->version->name,
             price ? wg_format(s->arena, "%s That is %s.", price, exact_words(s->arena, d->share))
                   : NULL);
}

static void
step_price(struct stepping *s)
{
    const Derivation *d = s->derivation;

    if (s->of->rule->price_case == PRICE(SHARE_OF_BUDGET)) {
        step_share(s);
        return;
    }
    add_step(s, "Price", "", s->of->version->name,
             price_words(s->arena, s->of->version, s->of->rule));
    if (*d->earned)
        add_step(s, "Earned", d->earned, NULL,
                 wg_format(s->arena, "Before gates and caps %s comes to %s.", s->of->line->period,
                           exact_words(s->arena, d->earned)));
}

static void
step_limits(struct stepping *s)
{
    char *text = limit_words(s->arena, s->of->version, s->of->rule);

    if (!text || *text)
        add_step(s, "Gates and caps", "", s->of->version->name, text);
}

char *
reading_words(struct wg_arena *arena, const Rule *rule, const GateReading *reading)
{
    const Gate *gate = reading->gate < rule->n_gates ? rule->gates[reading->gate] : NULL;
    struct words words = WORDS(arena);

    if (gate && gate->gate_case == WELLGATE__PAYMENTS__V1__GATE__GATE_EITHER) {
        words_add(&words, "%s ", reading->alternative ? "or" : "either");
        gate = reading->alternative < gate->either->n_gates
                   ? gate->either->gates[reading->alternative] : NULL;
    }
    if (gate)
        gate_words(&words, gate);
    if (*reading->rule)
        words_add(&words, ", %s", reading->rule);
    return words.text;
}

static void
say_reading(struct stepping *s, struct words *words, const GateReading *reading)
{
    if (!*reading->measured && reading->met)
        words_add(words, ": no target, nothing is asked");
    else if (!*reading->measured)
        words_add(words, ": there is nothing to measure, not met");
    else
        words_add(words, ": measured %s, asked %s, %s", exact_words(s->arena, reading->measured),
                  exact_words(s->arena, reading->asked), reading->met ? "met" : "not met");
}

static void
step_gates(struct stepping *s)
{
    const Derivation *d = s->derivation;
    struct words words = WORDS(s->arena);

    if (!d->n_gates)
        return;
    for (size_t i = 0; i < d->n_gates; i++) {
        const char *of = reading_words(s->arena, s->of->rule, d->gates[i]);

        words_add(&words, "%s%s", i ? "; " : "", of ? of : "");
        say_reading(s, &words, d->gates[i]);
    }
    words_add(&words, ".");
    add_step(s, "Gates measured", "", NULL, words.text);
}

static void
step_unpaid(struct stepping *s)
{
    const Derivation *d = s->derivation;
    struct words words = WORDS(s->arena);

    if (!d->n_unpaid)
        return;
    words_add(&words, "Earned to date and not paid:");
    for (size_t i = 0; i < d->n_unpaid; i++) {
        const char *units = unpaid_units_words(s->arena, d->unpaid[i]->units,
                                               d->unpaid[i]->partly_paid_units);

        words_add(&words, "%s %s%s%s", i ? ";" : "", exact_words(s->arena, d->unpaid[i]->amount),
                  units && *units ? " of " : "", units ? units : "");
        words_add(&words, ", %s (%s)", reason_words(d->unpaid[i]->reason),
                  code_of(d->unpaid[i]->reason));
    }
    words_add(&words, ".");
    add_step(s, "Not paid", "", s->of->version->name, words.text);
}

/* ---- Entitlement ---- */

static char *
entitlement_words(struct stepping *s)
{
    const Derivation *d = s->derivation;
    const char *due = exact_words(s->arena, d->entitlement), *period = s->of->line->period;

    if (s->of->line->reason == REASON(VARIATION))
        return wg_format(s->arena, "A variation says what is due for %s: %s.", period, due);
    if (s->of->rule->price_case != PRICE(SHARE_OF_BUDGET))
        return wg_format(s->arena, "Of that, behind gates and caps, %s is due for %s.", due, period);
    if (s->of->rule->share_of_budget->true_up)
        return wg_format(s->arena, "%s of the pots to date, %s %s, less %s that earlier periods are "
                                   "due: %s for %s.", d->share, d->pot->currency, d->pot->amount,
                         exact_words(s->arena, d->entitlement_before), due, period);
    return wg_format(s->arena, "%s of the pot of %s %s for %s: %s.", d->share, d->pot->currency,
                     d->pot->amount, period, due);
}

static void
step_rule(struct stepping *s)
{
    step_terms(s);
    step_modifiers(s);
    step_evidence(s);
    step_price(s);
    step_limits(s);
    step_gates(s);
    step_unpaid(s);
    add_step(s, "Entitlement", s->derivation->entitlement, NULL, entitlement_words(s));
}

/* On account and kept back. */
static void
step_beside_rules(struct stepping *s)
{
    const Line *line = s->of->line;

    add_step(s, "Terms", line->rule, line->version,
             wg_format(s->arena, "%s (%s): %s to date, beside what the rules come to.",
                       reason_words(line->reason), code_of(line->reason),
                       exact_words(s->arena, s->derivation->entitlement_to_date)));
}

/* ---- The amount ---- */

/* What the line comes to before ceilings. */
static char *
due_words(struct stepping *s)
{
    const Derivation *d = s->derivation;
    bool ceilings = s->of->version && s->of->version->settlement && s->of->version->settlement->n_ceilings;

    if (s->of->line->kind == LINE_KIND(ADJUSTMENT))
        return wg_format(s->arena, "For %s %s is due now, where %s was stated so far; the "
                                   "difference, rounded to the penny, half away from zero",
                         s->of->line->period, exact_words(s->arena, d->entitlement),
                         exact_words(s->arena, d->entitlement_stated));
    return wg_format(s->arena, "The entitlement to date, %s, rounded to the penny, half away from "
                               "zero, less %s issued before%s and the adjustments beside it",
                     exact_words(s->arena, d->entitlement_to_date), d->issued_to_date->amount,
                     ceilings ? " or cut for good by ceilings" : "");
}

static char *
amount_words(struct stepping *s)
{
    const Wellgate__Common__V1__Money *amount = s->of->line->amount, *over = s->of->line->over_ceilings;
    const char *is = s->of->line->kind == LINE_KIND(ADJUSTMENT) ? ", is" : ":";
    char *due = due_words(s);

    if (!due || !over)
        return due ? wg_format(s->arena, "%s%s %s %s.", due, is, amount->currency, amount->amount) : NULL;
    if (*over->amount == '-')
        return wg_format(s->arena, "%s, but for %s of it that ceilings had cut%s %s %s.", due,
                         over->amount + 1, is, amount->currency, amount->amount);
    return wg_format(s->arena, "%s, less %s that is above ceilings%s %s %s.", due, over->amount, is,
                     amount->currency, amount->amount);
}

/* "organisations/x has a share of GBP 5.00, GBP 3.00 left under its ceiling, and pays GBP 3.00". */
static void
say_payer(struct words *words, const Wellgate__Payments__V1__PayerAmount *payer)
{
    words_add(words, "%s has a share of %s %s, ", payer->payer, payer->by_share->currency,
              payer->by_share->amount);
    if (payer->room)
        words_add(words, "%s left under its ceiling, ", payer->room->amount);
    else
        words_add(words, "no ceiling, ");
    words_add(words, "and pays %s. ", payer->amount->amount);
}

static void
say_over(const Line *line, struct words *words)
{
    const Wellgate__Common__V1__Money *over = line->over_ceilings;

    if (over && *over->amount == '-')
        words_add(words, "%s %s of what falls was above its payers' ceilings: nobody paid it, and nobody "
                         "is given it back.", over->currency, over->amount + 1);
    else if (over)
        words_add(words, "%s %s is above its payers' ceilings: it is %s.", over->currency, over->amount,
                  line->carried ? "due again in the next statement" : "not paid");
    else if (*line->amount->amount == '-')
        words_add(words, "What others paid above a payer's ceiling goes back to them.");
    else
        words_add(words, "What is above one payer's ceiling others pay.");
}

static void
step_ceilings(struct stepping *s)
{
    const Line *line = s->of->line;
    struct words words = WORDS(s->arena);
    bool moved = line->over_ceilings;

    for (size_t i = 0; i < line->n_payers; i++)
        if (line->payers[i]->by_share) {
            say_payer(&words, line->payers[i]);
            moved = true;
        }
    if (!moved)
        return;
    say_over(line, &words);
    add_step(s, "Ceilings", line->over_ceilings ? line->over_ceilings->amount : "", line->version,
             words.text);
}

/* What may have moved an amount from one payer to another. */
static void
say_ceilings(struct stepping *s, struct words *words)
{
    const Wellgate__Payments__V1__Settlement *terms = s->of->version ? s->of->version->settlement : NULL;

    if (!terms || !terms->n_ceilings)
        return;
    words_add(words, ", each up to its ceiling");
    if (terms->overflow == WELLGATE__PAYMENTS__V1__SETTLEMENT__OVERFLOW__NEXT_PAYER)
        words_add(words, ", what is above it by the next payer");
}

static void
step_payers(struct stepping *s)
{
    const Line *line = s->of->line;
    const PayerSplit *split = s->of->rule ? split_on(s->of->version, s->of->rule, s->of->period.first)
                                          : NULL;
    struct words words = WORDS(s->arena);

    for (size_t i = 0; i < line->n_payers; i++)
        words_add(&words, "%s%s %s %s", i ? ", " : "", line->payers[i]->payer,
                  line->payers[i]->amount->currency, line->payers[i]->amount->amount);
    for (size_t i = 0; split && i < split->n_shares; i++)
        words_add(&words, "%s%s %s", i ? ", " : "; by shares: ", split->shares[i]->payer,
                  split->shares[i]->share);
    words_add(&words, "%s", split ? ", the rule's lines together by largest remainder" : "");
    say_ceilings(s, &words);
    words_add(&words, ".");
    add_step(s, "Payers", "", line->version, words.text);
}

bool
explain_steps(struct wg_arena *arena, const struct explained *of, Explanation *out)
{
    struct stepping s = {arena, of, of->line->derivation, out, false};

    if (!(out->steps = wg_alloc_array(arena, STEPS_MAX, sizeof(*out->steps))))
        return false;
    if (of->rule)
        step_rule(&s);
    else
        step_beside_rules(&s);
    step_ceilings(&s);
    add_step(&s, "Amount", of->line->amount->amount, of->statement->name, amount_words(&s));
    if (of->line->n_payers)
        step_payers(&s);
    return !s.failed;
}
