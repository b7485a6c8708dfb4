/* terms_fixture.h - terms as JSON, people as lines of evidence, units as lines: so that tests
 * of what is payable read as what happened and what is due. */
#ifndef TERMS_FIXTURE_H
#define TERMS_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/plugin.h>

#include "../../plugins/payments/units/person_rules.h"
#include "dates.h"
#include "rpc/decode.h"
#include "rpc/descriptors.h"
#include "rpc/rules.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

WG_EMBED(core_pb, "core.pb");
WG_EMBED(referrals_pb, "referrals.pb");
WG_EMBED(outcomes_pb, "outcomes.pb");
WG_EMBED(payments_pb, "payments.pb");

enum { RECORDS_MAX = 400 };

static struct descriptors *descriptors;
static struct wg_arena arena; /* of one case */

static inline int
load_terms(void **state)
{
    static const struct wg_plugin declared[] = {
        {WG_PLUGIN_ABI, .name = "core", .descriptor_set = {core_pb, core_pb_end}},
        {WG_PLUGIN_ABI, .name = "referrals", .descriptor_set = {referrals_pb, referrals_pb_end}},
        {WG_PLUGIN_ABI, .name = "outcomes", .descriptor_set = {outcomes_pb, outcomes_pb_end}},
        {WG_PLUGIN_ABI, .name = "payments", .descriptor_set = {payments_pb, payments_pb_end}},
    };
    char error[256] = "";

    (void)state;
    descriptors = descriptors_open();
    for (size_t i = 0; i < COUNT(declared); i++)
        if (!descriptors_add(descriptors, &declared[i], error, sizeof(error)))
            fail_msg("%s", error);
    if (!descriptors_finish_loading(descriptors, error, sizeof(error)))
        fail_msg("%s", error);
    wg_arena_init(&arena, 1 << 24);
    return 0;
}

static inline int
unload_terms(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    descriptors_close(descriptors);
    return 0;
}

static inline void
check_no_violations(const struct violations *violations, const char *json)
{
    if (violations->first)
        fail_msg("%s %s in %s", violations->first->pointer, violations->first->detail, json);
}

/* As the API reads them, with titles for those that have none. ' is " so that terms in C
 * need no backslashes. */
static inline const Version *
version_from(const char *text)
{
    const struct message *type = message_find(descriptors, "wellgate.payments.v1.Version");
    struct violations violations;
    struct decoding decoding = {descriptors, &arena, &violations, .syntax_error = "nothing"};
    char *json = wg_copy_text(&arena, text);
    Version *version;

    for (char *c = json; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    violations_begin(&violations);
    version = (Version *)decode_message(&decoding, type, json, strlen(json));
    if (!version)
        fail_msg("%s in %s", decoding.syntax_error, json);
    check_no_violations(&violations, json);
    for (size_t i = 0; i < version->n_rules; i++)
        if (!*version->rules[i]->title)
            version->rules[i]->title = version->rules[i]->id;
    rules_check(descriptors, &arena, &violations, type, &version->base, RULES_REQUEST, "");
    check_no_violations(&violations, json);
    return version;
}

/* ---- Terms ---- */

struct terms {
    Contract contract;
    const Version *version;
    struct series_plan plan;
    struct person_rules *rules;
};

static bool paid_on_claim; /* of the contracts of a test */

/* rules: a JSON list, of rules without title and price. */
static inline void
terms_begin(struct terms *terms, const char *rules)
{
    *terms = (struct terms){.contract = WELLGATE__PAYMENTS__V1__CONTRACT__INIT,
                            .plan = {.arena = &arena}};
    terms->contract.name = "programmes/spring/contracts/main";
    terms->contract.currency = "GBP";
    terms->contract.start_date = "2016-01-01";
    terms->contract.end_date = "2020-12-31";
    terms->contract.paid_on_claim = paid_on_claim;
    terms->version = version_from(
        wg_format(&arena, "{'effectiveDate': '2016-01-01', 'rules': %s}", rules));
    terms->rules = person_rules_compile(&arena, &terms->contract, terms->version, &terms->plan);
    assert_non_null(terms->rules);
}

/* ---- People ---- */

struct people {
    struct series *series;
    struct person person;
    struct evidence records[RECORDS_MAX];
    size_t place[RECORDS_MAX]; /* of their series */
    size_t n;
};

static inline void
record_say(struct people *people, const struct terms *terms, struct evidence record,
           const char *series)
{
    for (size_t place = 0; place < terms->plan.n; place++)
        if (strcmp(terms->plan.names[place], series) == 0) {
            assert_true(people->n < RECORDS_MAX);
            people->place[people->n] = place;
            people->records[people->n++] = record;
        }
}

/* "2016-05-01" or "2016-05-01..2016-06-30" or "2016-05-01..". */
static inline void
read_days(const char *text, struct evidence *record)
{
    char first[] = "2016-05-01";

    memcpy(first, text, strlen(first));
    record->date = record->until = date(first);
    if (strstr(text, ".."))
        record->until = text[12] ? date(text + 12) : EVIDENCE_OPEN;
}

/* A decimal, or of a claim the day of its unit. */
static inline int64_t
read_value(const char *series, const char *text)
{
    int64_t value = EVIDENCE_NO_VALUE;

    if (strncmp(series, "claim:", 6) == 0)
        return date(text);
    if (!wg_decimal_parse(text, EVIDENCE_SCALE, &value))
        fail_msg("%s is no decimal", text);
    return value;
}

/* One record: days, series, its value if it has one, +types of evidence, @cost of a use. */
static inline void
read_record(struct people *people, const struct terms *terms, char *line, uint32_t entry)
{
    struct evidence record = {.date = INT32_MIN, .until = INT32_MIN, .value = EVIDENCE_NO_VALUE,
                              .recorded = entry, .entry = entry};
    const char *series = NULL, *cost = NULL, *types[8];
    size_t n_types = 0;
    char *rest = NULL;

    for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (!series && word[0] >= '0' && word[0] <= '9')
            read_days(word, &record);
        else if (*word == '+')
            types[n_types++] = wg_format(&arena, "evidence:%s", word + 1);
        else if (*word == '@')
            cost = word + 1;
        else if (!series)
            series = word;
        else
            record.value = read_value(series, word);
    }
    if (strncmp(series, "use:", 4) == 0 && record.value == EVIDENCE_NO_VALUE)
        record.value = 10000;
    record_say(people, terms, record, series);
    if (cost) {
        record.value = read_value(series, cost);
        record_say(people, terms, record, wg_format(&arena, "cost:%s@GBP", series + strlen("use:")));
    }
    record.value = EVIDENCE_NO_VALUE;
    for (size_t i = 0; i < n_types; i++)
        record_say(people, terms, record, types[i]);
}

static inline bool
comes_before(const struct evidence *a, const struct evidence *b)
{
    return a->date != b->date ? a->date < b->date : a->recorded < b->recorded;
}

/* What is dated up to until, series by series. */
static inline void
person_at(struct people *people, const struct terms *terms, wg_date until)
{
    people->series = wg_alloc_array(&arena, terms->plan.n, sizeof(*people->series));
    for (size_t place = 0; place < terms->plan.n; place++) {
        struct evidence *list = wg_alloc_array(&arena, people->n + 1, sizeof(*list));
        size_t n = 0;

        for (size_t i = 0; i < people->n; i++) {
            size_t at = n;

            if (people->place[i] != place || people->records[i].date > until)
                continue;
            for (; at > 0 && comes_before(&people->records[i], &list[at - 1]); at--)
                list[at] = list[at - 1];
            list[at] = people->records[i];
            n++;
        }
        people->series[place] = (struct series){list, n};
    }
    people->person = (struct person){people->series, until};
}

/* A line for each record. */
static inline void
people_begin(struct people *people, const struct terms *terms, const char *lines, wg_date until)
{
    char *rest = NULL;
    uint32_t entry = 0;

    people->n = 0;
    for (char *line = strtok_r(wg_copy_text(&arena, lines), "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        read_record(people, terms, line, ++entry);
    person_at(people, terms, until);
}

/* ---- Units ---- */

static inline const char *
reason_text(reason_code reason)
{
    return protobuf_c_enum_descriptor_get_value(
               &wellgate__payments__v1__reason__code__descriptor, reason)->name;
}

static inline const char *
day_text(wg_date day)
{
    return wg_date_format(day, wg_alloc(&arena, WG_DATE_TEXT_BYTES));
}

/* "rule day", then what is not as usual: the reason but PAID, the part, what it takes back,
 * the day of the claim, the uplift; and with a measure "= measure". */
static inline const char *
unit_text(const struct terms *terms, const struct unit *unit, bool measure)
{
    return wg_format(
        &arena, "%s %s%s%s%s%s%s%s%s\n", terms->version->rules[unit->rule]->id,
        day_text(unit->date), unit->reason == REASON(PAID) ? "" : " ",
        unit->reason == REASON(PAID) ? "" : reason_text(unit->reason),
        unit->quantity == unit->of || !unit->quantity
            ? "" : wg_format(&arena, " %u/%u", unit->quantity, unit->of),
        unit->clawed_back ? wg_format(&arena, " takes back %s", day_text(unit->reverses)) : "",
        unit->claimed != unit->date ? wg_format(&arena, " claimed %s", day_text(unit->claimed)) : "",
        unit->uplift != UNIT_NO_UPLIFT ? wg_format(&arena, " uplift %u", unit->uplift) : "",
        measure ? wg_format(&arena, " = %s",
                            wg_decimal_format(&arena, unit->measure, EVIDENCE_SCALE)) : "");
}

static inline const char *
units_text(const struct terms *terms, const struct unit_list *units, bool measures)
{
    const char *text = "";

    for (size_t i = 0; i < units->n; i++)
        text = wg_format(&arena, "%s%s", text, unit_text(terms, &units->list[i], measures));
    return text;
}

/* Those that are asked for are the others but what is no unit. */
static inline void
check_asked_for(const struct terms *terms, const struct person *person,
                const struct unit_list *all)
{
    struct unit_list paid = {0};
    size_t at = 0;

    assert_true(person_units(terms->rules, person, false, &paid));
    for (size_t i = 0; i < all->n; i++)
        if (unit_is_achieved(&all->list[i])) {
            assert_true(at < paid.n);
            assert_string_equal(unit_text(terms, &paid.list[at], true),
                                unit_text(terms, &all->list[i], true));
            assert_ptr_equal(paid.list[at].from, all->list[i].from);
            assert_ptr_equal(paid.list[at++].to, all->list[i].to);
        }
    assert_int_equal(at, paid.n);
    free(paid.list);
}

static inline void
check_lines(const char *rules, const char *person, const char *until, const char *wanted,
            bool measures)
{
    struct unit_list units = {0};
    struct people people;
    struct terms terms;
    const char *found;

    wg_arena_reset(&arena);
    terms_begin(&terms, rules);
    people_begin(&people, &terms, person, date(until));
    assert_true(person_units(terms.rules, &people.person, true, &units));
    check_asked_for(&terms, &people.person, &units);
    found = units_text(&terms, &units, measures);
    if (strcmp(found, wanted) != 0)
        fail_msg("of\n%s\nby %s come\n%snot\n%s", person, until, found, wanted);
    free(units.list);
}

/* What a person's evidence comes to under rules, by a day: units, and why there are none. */
static inline void
check_units(const char *rules, const char *person, const char *until, const char *wanted)
{
    check_lines(rules, person, until, wanted, false);
}

static inline void
check_measures(const char *rules, const char *person, const char *until, const char *wanted)
{
    check_lines(rules, person, until, wanted, true);
}

#endif
