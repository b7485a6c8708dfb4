/* person_rules.c - how long a rule takes for a person: 10 rules of the Fair Chance Fund over
 * 200,000 people with 5 records each. */
#include <time.h>

#include "terms_fixture.h"

#include "chance.h"

enum { PEOPLE = 200000, RECORDS = 5, ROUNDS = 5 };

#define HELD(id, duration, more)                                                               \
    "{'id': '" id "', 'sustained': {'states': ['spell:home'], 'mode': 'CONTINUOUS',"          \
    " 'duration': '" duration "'}" more "}"
#define WORK(id, duration, least, most, more)                                                  \
    "{'id': '" id "', 'sustained': {'states': ['spell:work'], 'mode': 'CONTINUOUS',"          \
    " 'duration': '" duration "', 'valueAtLeast': '" least "'" most "}" more "}"

static const char rules[] =
    "[{'id': 'assessed', 'milestone': {'events': ['milestone:assessed']}, 'maxPerPerson': 3,"
    "  'repeatAfter': 'P3M'},"
    " {'id': 'qualified', 'milestone': {'events': ['milestone:qualified']},"
    "  'window': {'to': 'P3Y'}}," HELD("home-3", "P3M", "") ","
    HELD("home-6", "P6M", ", 'requires': [{'rule': 'home-3', 'stage': 'ACHIEVED'}]") ","
    HELD("home-12", "P12M", ", 'requires': [{'rule': 'home-6', 'stage': 'ACHIEVED'}]") ","
    HELD("home-18", "P18M", "") ","
    WORK("part-13", "P13W", "8", ", 'valueAtMost': '15.99'", ", 'excludes': ['full-13']") ","
    WORK("full-13", "P13W", "16", "", ", 'excludes': ['part-13']") ","
    WORK("full-26", "P26W", "16", "", ", 'requires': [{'rule': 'full-13', 'stage': 'ACHIEVED'}]")
    ", {'id': 'better', 'scoreChangePerson': {'instrument': 'instruments/x', 'score': 's',"
    "  'direction': 'INCREASE', 'followUp': 'FIRST', 'absolute': '3',"
    "  'followUpWindow': {'from': 'P5M', 'to': 'P7M'}},"
    "  'eligibleIf': [{'anyOf': [{'series': 'referral:REFERRED'}]}]}]";

static size_t
place_named(const struct terms *terms, const char *series)
{
    for (size_t i = 0; i < terms->plan.n; i++)
        if (strcmp(terms->plan.names[i], series) == 0)
            return i;
    abort();
}

/* A start, and four records of the others. */
static void
fill(const struct terms *terms, struct series *series, struct evidence *records)
{
    static const char *const names[] = {"milestone:assessed", "milestone:qualified", "spell:home",
                                        "spell:work", "instruments/x#s"};
    wg_date day = date("2016-01-01") + (wg_date)chance(600);
    size_t n = 0;

    for (size_t i = 0; i < COUNT(names) + 1; i++) {
        struct series *one = &series[place_named(terms, i ? names[i - 1] : "referral:REFERRED")];

        one->list = &records[n];
        for (size_t more = i ? (size_t)chance(3) : 1; more > 0 && n < RECORDS; more--, one->n++) {
            day += (wg_date)chance(100);
            records[n++] = (struct evidence){
                .date = day, .until = day + (wg_date)chance(600) * (i == 3 || i == 4),
                .value = chance(40) * 10000, .recorded = n, .entry = (uint32_t)n};
        }
    }
}

static int64_t
now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

int
main(void)
{
    struct evidence *records = calloc((size_t)PEOPLE * RECORDS, sizeof(*records));
    struct unit_list units = {0};
    struct series *series;
    struct terms terms;
    size_t n = 0;

    load_terms(NULL);
    terms_begin(&terms, rules);
    series = calloc((size_t)PEOPLE * terms.plan.n, sizeof(*series));
    for (size_t i = 0; i < PEOPLE; i++)
        fill(&terms, &series[i * terms.plan.n], &records[i * RECORDS]);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t begun = now_ns();

        n = 0;
        for (size_t i = 0; i < PEOPLE; i++) {
            struct person person = {&series[i * terms.plan.n], date("2020-12-31")};

            units.n = 0;
            if (!person_units(terms.rules, &person, false, &units))
                return 1;
            n += units.n;
        }
        printf("%zu units, %.1f ns a rule and person\n", n,
               (double)(now_ns() - begun) / PEOPLE / (double)terms.version->n_rules);
    }
    free(units.list);
    free(series);
    free(records);
    unload_terms(NULL);
    return 0;
}
