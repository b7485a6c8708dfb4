/* telling.c - one person's units and parts → messages. */
#include "telling.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>

#include "statements/lines.h"

typedef Wellgate__Payments__V1__Explanation__Reading Reading;
typedef Wellgate__Payments__V1__Explanation__Record Record;

#define DEPTH(name) WELLGATE__PAYMENTS__V1__RULE__EXPLANATION_DEPTH__##name
#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define PRICE(name) WELLGATE__PAYMENTS__V1__RULE__PRICE_##name

enum { PAGE_DEFAULT = 50, PAGE_MAX = 1000 };

/* ---- Who is told what ---- */

bool
tells_people(struct wg_call *call, const Contract *contract, const Rule *rule)
{
    const char *organisation = wg_caller(call)->organisation;

    if (!rule)
        return false;
    if (strcmp(organisation, contract->payee) == 0)
        return true;
    if (rule->explanation_depth != DEPTH(EXPLANATION_DEPTH_UNSPECIFIED))
        return rule->explanation_depth == DEPTH(PSEUDONYMOUS);
    return contract->n_payers && strcmp(organisation, contract->payers[0]) == 0;
}

const Rule *
latest_rule(const struct account *account, const char *id)
{
    const Rule *rule = NULL;

    for (size_t t = 0; t < account->n_terms; t++) {
        const Rule *found = rule_of(account->terms[t].version, id);

        rule = found ? found : rule;
    }
    return rule;
}

/* ---- Pages ---- */

const struct wg_problem *
page_read(struct wg_call *call, int32_t size, const char *token, struct page *page)
{
    *page = (struct page){.room = size <= 0 ? PAGE_DEFAULT : size > PAGE_MAX ? PAGE_MAX : (size_t)size,
                          .after = *token ? token : NULL};
    if (strspn(token, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(token))
        return wg_fail(call, &wg_malformed, "pageToken is not one of this list");
    return NULL;
}

bool
page_reaches(const struct page *page, struct wg_bytes person_id)
{
    size_t length = page->after ? strlen(page->after) : 0;
    size_t shorter = length < person_id.length ? length : person_id.length;
    int order = shorter ? memcmp(person_id.data, page->after, shorter) : 0;

    return !page->after || order > 0 || (order == 0 && person_id.length > length);
}

/* ---- Telling ---- */

const struct wg_problem *
telling_begin(struct wg_call *call, struct account *account, struct telling *telling)
{
    *telling = (struct telling){.call = call, .account = account};
    telling->had = wg_alloc_array(wg_call_arena(call), account->n_rules + 1, sizeof(*telling->had));
    return telling->had ? NULL : wg_no_memory(call);
}

void
telling_finish(struct telling *telling)
{
    free(telling->list);
    free(telling->units.list);
    free(telling->behind.list);
    figure_part_finish(&telling->part);
}

char *
person_name(const struct telling *telling, struct wg_bytes person_id)
{
    return wg_format(wg_call_arena(telling->call), "%s/people/%.*s", telling->account->programme,
                     (int)person_id.length, (const char *)person_id.data);
}

/* Notes that there is no memory. */
static void *
no_room(struct telling *telling)
{
    telling->problem = wg_no_memory(telling->call);
    return NULL;
}

static char *
date_text(struct telling *telling, wg_date date)
{
    char *text = wg_alloc(wg_call_arena(telling->call), WG_DATE_TEXT_BYTES);

    return text ? wg_date_format(date, text) : no_room(telling);
}

static char *
decimal_text(struct telling *telling, int64_t value)
{
    char *text = wg_decimal_format(wg_call_arena(telling->call), value, EVIDENCE_SCALE);

    return text ? text : no_room(telling);
}

/* ---- Records ---- */

/* The stream names the record that made something known. */
static char *
record_name(struct telling *telling, const struct evidence *record)
{
    struct wg_event event;

    telling->problem = wg_load_event(telling->call, telling->account->programme, record->recorded,
                                     &event);
    return telling->problem ? NULL : (char *)event.resource;
}

static Reading *
reading_message(struct telling *telling, const struct evidence *reading)
{
    Reading *message;

    if (telling->problem || !reading)
        return NULL;
    if (!(message = wg_alloc(wg_call_arena(telling->call), sizeof(*message))))
        return no_room(telling);
    wellgate__payments__v1__explanation__reading__init(message);
    message->assessment = record_name(telling, reading);
    message->date = date_text(telling, reading->date);
    message->known_at_sequence = reading->recorded;
    if (reading->value != EVIDENCE_NO_VALUE)
        message->value = decimal_text(telling, reading->value);
    return telling->problem ? NULL : message;
}

static Record *
record_message(struct telling *telling, const struct evidence *record)
{
    Record *message = wg_alloc(wg_call_arena(telling->call), sizeof(*message));

    if (!message)
        return no_room(telling);
    wellgate__payments__v1__explanation__record__init(message);
    message->name = record_name(telling, record);
    message->known_at_sequence = record->recorded;
    message->date = date_text(telling, record->date);
    if (record->until != record->date && record->until != EVIDENCE_OPEN)
        message->end_date = date_text(telling, record->until);
    if (record->value != EVIDENCE_NO_VALUE)
        message->value = decimal_text(telling, record->value);
    return telling->problem ? NULL : message;
}

static void
set_records(struct telling *telling, Unit *message, const struct evidence *const *records, size_t n)
{
    message->records = wg_alloc_array(wg_call_arena(telling->call), n + 1,
                                      sizeof(*message->records));
    if (!message->records)
        no_room(telling);
    for (size_t i = 0; !telling->problem && i < n; i++)
        message->records[message->n_records++] = record_message(telling, records[i]);
}

/* ---- Units ---- */

static Unit *
new_unit(struct telling *telling, const char *person, const char *rule, size_t period)
{
    char text[WG_PERIOD_TEXT_BYTES];
    Unit *message = wg_alloc(wg_call_arena(telling->call), sizeof(*message));

    if (!message)
        return no_room(telling);
    wellgate__payments__v1__explanation__unit__init(message);
    message->person = (char *)person;
    message->rule = (char *)rule;
    message->period = wg_copy_text(
        wg_call_arena(telling->call),
        wg_period_format(telling->account->timeline.periods[period], text));
    return message->period ? message : no_room(telling);
}

static bool
rests_on_readings(const Rule *rule, const struct unit *unit)
{
    return rule->outcome_case == OUTCOME(SCORE_CHANGE_PERSON) ||
           (rule->outcome_case == OUTCOME(K_OF_N) && unit->from != unit->to);
}

static void
set_evidence(struct telling *telling, const struct terms *terms, const struct unit *unit,
             const struct person *person, Unit *message)
{
    struct behind *behind = &telling->behind;

    if (rests_on_readings(terms->version->rules[unit->rule], unit)) {
        message->baseline = reading_message(telling, unit->from);
        message->follow_up = reading_message(telling, unit->to);
    } else if (behind_find(telling->account, terms, unit, person, behind)) {
        set_records(telling, message, behind->list, behind->n);
    } else {
        no_room(telling);
    }
}

static void
set_quantity(struct telling *telling, const struct unit *unit, Unit *message)
{
    mpq_t quantity;

    mpq_init(quantity);
    mpq_set_si(quantity, unit->clawed_back ? -(long)unit->quantity : (long)unit->quantity, unit->of);
    mpq_canonicalize(quantity);
    message->quantity = wg_ratio_format(wg_call_arena(telling->call), quantity);
    mpq_clear(quantity);
    message->measure = decimal_text(telling, unit->measure);
    if (!message->quantity)
        no_room(telling);
}

static Unit *
unit_message(struct telling *telling, const struct terms *terms, const char *name,
             const struct person *person, const struct claimed_unit *claimed)
{
    const struct unit *unit = &claimed->unit;
    const Rule *rule = terms->version->rules[unit->rule];
    Unit *message = new_unit(telling, name, rule->id, claimed->period);

    if (!message)
        return NULL;
    message->reason = unit->reason;
    message->date = date_text(telling, unit->date);
    if (telling->account->contract->paid_on_claim && unit->reason == REASON(PAID))
        message->claim_date = date_text(telling, unit->claimed);
    if (unit->clawed_back)
        message->reverses_date = date_text(telling, unit->reverses);
    if (unit->uplift != UNIT_NO_UPLIFT)
        message->uplift = rule->uplifts[unit->uplift]->factor;
    if (unit->quantity)
        set_quantity(telling, unit, message);
    set_evidence(telling, terms, unit, person, message);
    return telling->problem ? NULL : message;
}

static struct told *
told_push(struct telling *telling)
{
    if (telling->n == telling->room) {
        size_t room = telling->room ? 2 * telling->room : 64;
        struct told *list = realloc(telling->list, room * sizeof(*list));

        if (!list)
            return no_room(telling);
        telling->list = list;
        telling->room = room;
    }
    return &telling->list[telling->n++];
}

static bool
is_told(const struct telling *telling, const Rule *rule, const struct claimed_unit *claimed,
        struct told_of of)
{
    return (of.account == SIZE_MAX ||
            (of.account == claimed->account && of.period == claimed->period)) &&
           tells_people(telling->call, telling->account->contract, rule);
}

static void
tell_unit(struct telling *telling, const struct terms *terms, const struct unit *unit,
          const char *name, uint32_t number, const struct person *person, struct told_of of)
{
    const Rule *rule = terms->version->rules[unit->rule];
    struct claimed_unit claimed;
    struct told *told;

    if (!account_place(telling->account, terms, unit, telling->had, &claimed) ||
        !is_told(telling, rule, &claimed, of) || !(told = told_push(telling)))
        return;
    claimed.person = number;
    *told = (struct told){claimed, unit_message(telling, terms, name, person, &claimed), false};
}

size_t
tell_units(struct telling *telling, const char *person_name, uint32_t number,
           const struct person *person, struct told_of of)
{
    const struct account *account = telling->account;
    size_t before = telling->n;

    memset(telling->had, 0, account->n_rules * sizeof(*telling->had));
    for (size_t t = 0; !telling->problem && t < account->n_terms; t++) {
        const struct terms *terms = &account->terms[t];

        telling->units.n = 0;
        if (!person_units(terms->persons, person, true, &telling->units))
            no_room(telling);
        for (size_t i = 0; !telling->problem && i < telling->units.n; i++)
            tell_unit(telling, terms, &telling->units.list[i], person_name, number, person, of);
    }
    return telling->n - before;
}

/* ---- Parts in a figure ---- */

static void
set_pair(struct telling *telling, const struct pair *pair, Unit *message)
{
    message->baseline = reading_message(telling, pair->baseline);
    message->follow_up = reading_message(telling, pair->follow_up);
    message->gain = message->value;
}

Unit *
tell_part(struct telling *telling, struct terms *terms, size_t rule, size_t period,
          const char *person_name, const struct person *person)
{
    const Rule *of = terms->version->rules[rule];
    struct figure_part *part = &telling->part;
    Unit *message;

    telling->units.n = 0;
    if ((of->outcome_case == OUTCOME(PROPORTION_OF_COHORT) &&
         !person_units(terms->persons, person, false, &telling->units)) ||
        !figure_part_find(&terms->figures, rule, period, person, &telling->units, part))
        return no_room(telling);
    if (part->reason == REASON(CODE_UNSPECIFIED) ||
        !(message = new_unit(telling, person_name, of->id, period)))
        return NULL;
    message->reason = part->reason;
    if (part->reason == REASON(COUNTED))
        message->value = decimal_text(telling, part->value);
    if (of->outcome_case == OUTCOME(SCORE_CHANGE_COHORT))
        set_pair(telling, &part->pair, message);
    else
        set_records(telling, message, part->records, part->n_records);
    return telling->problem ? NULL : message;
}

/* ---- Amounts ---- */

static bool
is_same_unit(const struct claimed_unit *a, const struct claimed_unit *b)
{
    return a->account == b->account && a->unit.date == b->unit.date &&
           a->unit.claimed == b->unit.claimed && a->unit.clawed_back == b->unit.clawed_back &&
           a->unit.reverses == b->unit.reverses && a->unit.quantity == b->unit.quantity &&
           a->unit.of == b->unit.of && a->unit.measure == b->unit.measure;
}

/* The first that is told of the person, by number. */
static size_t
first_told(const struct telling *telling, uint32_t person)
{
    size_t low = 0, high = telling->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (telling->list[middle].claimed.person < person)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct wg_problem *
fill(struct telling *telling, const struct claimed_unit *kept, struct told *told)
{
    struct wg_arena *arena = wg_call_arena(telling->call);
    const char *currency = telling->account->contract->currency;
    mpq_t earned, paid;

    mpq_inits(earned, paid, NULL);
    settlement_unit_amounts(telling->account->settlement, kept, earned, paid);
    told->message->earned = in_units(arena, currency, earned);
    told->message->paid = in_units(arena, currency, paid);
    mpq_clears(earned, paid, NULL);
    told->message->reason = kept->reason;
    if (kept->unit.clawed_back && kept->reason == REASON(PAID))
        told->message->reason = REASON(CLAWED_BACK);
    told->filled = true;
    return told->message->earned && told->message->paid ? NULL : wg_no_memory(telling->call);
}

/* Units that are the same in everything are told in the order in which they were kept. */
const struct wg_problem *
tell_amounts(struct telling *telling)
{
    const struct wg_problem *problem = NULL;
    const struct claimed_unit *kept;
    size_t n;

    kept = settlement_units(telling->account->settlement, &n);
    for (size_t i = 0; !problem && i < n; i++)
        for (size_t t = first_told(telling, kept[i].person);
             t < telling->n && telling->list[t].claimed.person == kept[i].person; t++) {
            struct told *told = &telling->list[t];

            if (told->filled || told->claimed.unit.reason != REASON(PAID) ||
                !is_same_unit(&told->claimed, &kept[i]))
                continue;
            problem = fill(telling, &kept[i], told);
            break;
        }
    return problem;
}

/* ---- What is cheaper than everybody ---- */

static bool
rule_stands_alone(const Rule *rule)
{
    const Wellgate__Payments__V1__Caps *caps = rule->caps;

    return !rule->n_gates && rule->price_case != PRICE(VOLUME_TIERS) &&
           (!caps || (!caps->units && !caps->amount && !caps->units_per_period &&
                      !caps->per_period && !caps->floor_per_period));
}

static bool
version_stands_alone(const Version *version)
{
    const Wellgate__Payments__V1__Settlement *settlement = version->settlement;
    bool alone = !settlement ||
                 (!settlement->cap && !settlement->cap_per_period && !settlement->n_quotas);

    for (size_t r = 0; alone && r < version->n_rules; r++)
        alone = rule_stands_alone(version->rules[r]);
    return alone;
}

bool
people_stand_alone(const struct account *account)
{
    for (size_t t = 0; t < account->n_terms; t++)
        if (!version_stands_alone(account->terms[t].version))
            return false;
    return true;
}
