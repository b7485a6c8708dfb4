/* advances.c - on account and retention, by entitlement to date. */
#include "advances.h"

#include <string.h>
#include <wellgate/decimal.h>

#include "terms/terms.h"

/* How far one of them is, period by period. */
struct advance {
    const struct rule_account *rules;
    size_t n_rules;
    const Settlement *terms; /* of the period, or the last there were; NULL: none */
    bool in_force;           /* they are the period's own: it is not behind the contract's end */
    bool held;               /* the release or true-up is still to come */
    const struct rule_account *kept_back; /* counts like a rule; NULL: nothing is */
    bool gives_back;         /* what is held no longer, to who it was kept from */
    bool paid_like_rule;     /* there is one, and its own splits are those of the account */
    mpq_t paid;              /* on account, to date */
    mpq_t earned;            /* of all rules, to date */
    mpq_t standing;          /* what the account is due to date */
};

/* Sets due, 0 at first, to what the account is due to date at the end of a period. */
typedef void due_to_date(struct advance *advance, struct wg_period period, mpq_ptr due);

static bool
is_before(struct wg_period period, const char *text)
{
    wg_date day;

    return wg_date_parse(text, &day) && period.last < day;
}

static void
pay_on_account(struct advance *advance, const Wellgate__Payments__V1__OnAccount *terms)
{
    int64_t minor;
    mpq_t own;

    if (!advance->in_force ||
        !wg_money_parse(terms->per_period->currency, terms->per_period->amount, &minor))
        return;
    mpq_init(own);
    mpq_set_si(own, minor, 1);
    mpq_add(advance->paid, advance->paid, own);
    mpq_clear(own);
}

/* What each period so far was to be paid by its own terms. */
static void
on_account_to_date(struct advance *advance, struct wg_period period, mpq_ptr due)
{
    const Wellgate__Payments__V1__OnAccount *terms =
        advance->terms ? advance->terms->on_account : NULL;

    if (terms)
        pay_on_account(advance, terms);
    if (!(advance->held = terms && is_before(period, terms->true_up_date)))
        return;
    mpq_sub(due, advance->paid, advance->earned);
    if (mpq_sgn(due) < 0)
        mpq_set_ui(due, 0, 1);
}

static void
retention_to_date(struct advance *advance, struct wg_period period, mpq_ptr due)
{
    const Wellgate__Payments__V1__Retention *terms =
        advance->terms ? advance->terms->retention : NULL;

    advance->held = terms && is_before(period, terms->release_date);
    if (!advance->held || !wg_ratio_parse(terms->share, due))
        return;
    mpq_mul(due, due, advance->earned);
    mpq_neg(due, due);
}

/* ---- The account ---- */

static const Version *
version_in(const struct rule_account *rules, size_t n, size_t period)
{
    for (size_t r = 0; r < n; r++)
        if (rules[r].periods[period].version)
            return rules[r].periods[period].version;
    return NULL;
}

/* A rule of no price or outcome. Who pays the other one pays it; NULL: who the settlement says. */
static const Rule *
own_rule(struct wg_arena *arena, const char *id, const Rule *paid_like)
{
    Rule *rule = wg_alloc(arena, sizeof(*rule));

    if (!rule)
        return NULL;
    wellgate__payments__v1__rule__init(rule);
    rule->id = rule->title = (char *)id;
    if (paid_like) {
        rule->payer_splits = paid_like->payer_splits;
        rule->n_payer_splits = paid_like->n_payer_splits;
    }
    return rule;
}

static const PayerSplit *
split_of(const struct entitlement *e)
{
    return e->rule ? split_on(e->version, e->rule, e->period.first) : NULL;
}

/* What is released goes back to who it was kept from, though others may pay by now: periods of
 * other shares give back their own, as adjustments, and the period of the release the rest. */
static void
give_back(struct rule_account *account, size_t release)
{
    struct entitlement *last = &account->periods[release];
    const PayerSplit *now = split_of(last);

    for (struct entitlement *e = account->periods; now && e < last; e++) {
        const PayerSplit *then = split_of(e);

        if (!then || same_split(now, then))
            continue;
        mpq_add(last->due, last->due, e->due);
        mpq_set_ui(e->due, 0, 1);
    }
    mpq_set_ui(account->periods[0].before, 0, 1);
    for (struct entitlement *e = account->periods; e < last; e++)
        mpq_add(e[1].before, e->before, e->due);
}

static void
take_period(struct advance *advance, due_to_date *to_date, struct rule_account *account, size_t period)
{
    struct entitlement *e = &account->periods[period];
    bool held = advance->held;
    const Version *own = version_in(advance->rules, advance->n_rules, period);
    mpq_t due;

    for (size_t r = 0; r < advance->n_rules; r++)
        mpq_add(advance->earned, advance->earned, advance->rules[r].periods[period].due);
    if (advance->kept_back && period < advance->kept_back->n)
        mpq_add(advance->earned, advance->earned, advance->kept_back->periods[period].due);
    if ((advance->in_force = own))
        advance->terms = own->settlement;
    mpq_set(e->before, advance->standing);
    mpq_init(due);
    to_date(advance, e->period, due);
    mpq_sub(e->due, due, advance->standing);
    mpq_set(advance->standing, due);
    mpq_clear(due);
    if (held && !advance->held && advance->gives_back)
        give_back(account, period);
}

static void
take_periods(struct advance *advance, due_to_date *to_date, struct rule_account *account)
{
    mpq_inits(advance->paid, advance->earned, advance->standing, NULL);
    for (size_t p = 0; p < account->n; p++)
        take_period(advance, to_date, account, p);
    mpq_clears(advance->paid, advance->earned, advance->standing, NULL);
}

/* Of one rule alone, as it is in the period or was before. */
static bool
take_rule(struct wg_arena *arena, const struct advance *advance, size_t period, const char *id,
          const Rule **rule)
{
    const Rule *now = advance->rules[0].periods[period].rule;

    return !advance->paid_like_rule || !now || (*rule = own_rule(arena, id, now));
}

/* From the first version that has such terms on. One without them pays out what is left, as
 * the last that said who pays. */
static bool
lay_out(struct wg_arena *arena, const struct advance *advance, const char *id,
        bool (*has)(const Settlement *), struct rule_account *account)
{
    size_t n = advance->n_rules ? advance->rules[0].n : 0;
    const Version *paying = NULL;
    const Rule *rule = own_rule(arena, id, NULL);
    bool begun = false;

    *account = (struct rule_account){
        .id = id, .periods = wg_alloc_array(arena, n + 1, sizeof(*account->periods))};
    if (!rule || !account->periods)
        return false;
    for (size_t p = 0; p < n; p++) {
        const Version *own = version_in(advance->rules, advance->n_rules, p);

        if (own && own->settlement && own->settlement->n_payer_splits)
            paying = own;
        if (!take_rule(arena, advance, p, id, &rule))
            return false;
        begun |= own && own->settlement && has(own->settlement);
        account->periods[p].period = advance->rules[0].periods[p].period;
        account->periods[p].version = paying;
        account->periods[p].rule = begun && paying ? rule : NULL;
    }
    account->n = begun ? n : 0;
    rule_account_init(account);
    return true;
}

static bool
has_on_account(const Settlement *settlement)
{
    return settlement->on_account;
}

static bool
has_retention(const Settlement *settlement)
{
    return settlement->retention;
}

const char *
advance_title(struct wg_arena *arena, const char *id)
{
    if (strcmp(id, RETENTION_ID) == 0)
        return "Retention";
    if (strncmp(id, RETENTION_OF, strlen(RETENTION_OF)) == 0)
        return wg_format(arena, "Retention of %s", id + strlen(RETENTION_OF));
    return strcmp(id, ON_ACCOUNT_ID) == 0 ? "On account" : id;
}

bool
has_own_payers(const struct rule_account *rule)
{
    for (size_t p = 0; p < rule->n; p++)
        if (rule->periods[p].rule && rule->periods[p].rule->n_payer_splits)
            return true;
    return false;
}

static bool
keep_back(struct wg_arena *arena, struct advance *advance, const char *id, struct rule_account *account)
{
    if (!lay_out(arena, advance, id, has_retention, account))
        return false;
    take_periods(advance, retention_to_date, account);
    return true;
}

bool
retention(struct wg_arena *arena, const struct rule_account *rules, size_t n,
          struct rule_account *account)
{
    struct advance advance = {.rules = rules, .n_rules = n, .gives_back = true};

    return keep_back(arena, &advance, RETENTION_ID, account);
}

bool
retention_of_rule(struct wg_arena *arena, const struct rule_account *rule,
                  struct rule_account *account)
{
    struct advance advance = {.rules = rule, .n_rules = 1, .gives_back = true, .paid_like_rule = true};
    const char *id = wg_format(arena, RETENTION_OF "%s", rule->id);

    return id && keep_back(arena, &advance, id, account);
}

bool
on_account(struct wg_arena *arena, const struct rule_account *rules, size_t n,
           struct rule_account *account)
{
    struct rule_account kept_back = {0};
    /* As it was when the periods were paid: what is given back later changes no advance. */
    struct advance keeping = {.rules = rules, .n_rules = n};
    struct advance advance = {.rules = rules, .n_rules = n, .kept_back = &kept_back,
                              .gives_back = true};
    bool done;

    done = keep_back(arena, &keeping, RETENTION_ID, &kept_back) &&
           lay_out(arena, &advance, ON_ACCOUNT_ID, has_on_account, account);
    if (done)
        take_periods(&advance, on_account_to_date, account);
    rule_account_finish(&kept_back);
    return done;
}
