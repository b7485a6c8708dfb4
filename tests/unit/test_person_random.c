/* test_person_random.c - what holds of units whatever happened to a person, and time in a
 * state counted day by day. SEED=… gives a run again. */
#include "terms_fixture.h"

#include "chance.h"

enum { ROUNDS = 3000, EPISODES = 800, DAYS = 1000, LINES_MAX = 24 };

static wg_date
first_day_of_all(void)
{
    return date("2015-10-01");
}

/* ---- Random people ---- */

static const char *const events[] = {
    "referral:REFERRED", "milestone:job",   "milestone:plan", "milestone:seen",
    "milestone:reset",   "milestone:lost",  "use:ED_ATTENDANCE", "instruments/x#s",
};
static const char *const spells[] = {"spell:home", "spell:work"};
static const char *const types[] = {"", " +letter", " +payslip", " +letter +payslip"};

static const char *
random_value(void)
{
    return chance(4) ? wg_format(&arena, " %d.%d", (int)chance(30), (int)chance(4) * 25) : "";
}

static const char *
random_spell(void)
{
    wg_date from = first_day_of_all() + (wg_date)chance(DAYS);
    const char *to = chance(4) ? day_text(from + (wg_date)chance(chance(2) ? 200 : 20)) : "";

    return wg_format(&arena, "%s..%s %s%s%s", day_text(from), to, spells[chance(COUNT(spells))],
                     random_value(), types[chance(COUNT(types))]);
}

static const char *
random_event(void)
{
    const char *series = events[chance(COUNT(events))];
    bool use = strncmp(series, "use:", 4) == 0;

    return wg_format(&arena, "%s %s%s%s", day_text(first_day_of_all() + (wg_date)chance(DAYS)),
                     series, use ? wg_format(&arena, " %d", (int)chance(4)) : random_value(),
                     types[chance(COUNT(types))]);
}

static const char *
random_person(void)
{
    const char *text = chance(3) ? wg_format(&arena, "%s referral:REFERRED\n",
                                             day_text(first_day_of_all() + (wg_date)chance(300)))
                                 : "";

    for (int64_t n = chance(LINES_MAX); n > 0; n--)
        text = wg_format(&arena, "%s%s\n", text, chance(3) ? random_event() : random_spell());
    return chance(3) ? text : wg_format(&arena, "%sattribute:sex=FEMALE\n", text);
}

/* ---- Random terms ---- */

/* Nothing in them looks at days behind a unit's. */
static const char *const outcomes[] = {
    "'milestone': {'events': ['milestone:job', 'milestone:plan', 'use:ED_ATTENDANCE']}",
    "'milestone': {'events': ['milestone:job', 'spell:home'], 'valueAtLeast': '5'}",
    "'sustained': {'states': ['spell:home'], 'duration': 'P2M', 'mode': 'CONTINUOUS'}",
    "'sustained': {'states': ['spell:home', 'spell:work'], 'duration': 'P3M', 'mode': 'CONTINUOUS',"
    " 'lapseEvents': ['milestone:seen']}",
    "'sustained': {'states': ['spell:work'], 'duration': 'P40D', 'mode': 'CUMULATIVE',"
    " 'within': 'P20W', 'lapseEvents': ['milestone:seen']}",
    "'scoreChangePerson': {'instrument': 'instruments/x', 'score': 's', 'direction': 'INCREASE',"
    " 'followUp': 'ANY', 'absolute': '2'}",
    "'scoreChangePerson': {'instrument': 'instruments/x', 'score': 's', 'direction': 'DECREASE',"
    " 'followUp': 'LAST', 'relative': '0.1', 'followUpWindow': {'from': 'P2M', 'to': 'P9M'}}",
    "'scoreChangePerson': {'instrument': 'instruments/x', 'score': 's', 'direction': 'DECREASE',"
    " 'followUp': 'FIRST', 'reaches': '12', 'baselineWindow': {'to': 'P6M'}}",
    "'kOfN': {'k': 2, 'tests': [{'milestone': {'events': ['milestone:plan']}},"
    " {'milestone': {'events': ['milestone:job']}}, {'sustained': {'states': ['spell:work'],"
    " 'duration': 'P6W', 'mode': 'CONTINUOUS'}}]}",
    "'eventReductionPerson': {'events': ['use:ED_ATTENDANCE', 'milestone:seen'], 'baseline': 'P6M',"
    " 'testAt': ['P3M', 'P6M', 'P9M'], 'reduction': '0.3', 'over': 'P3M'}",
    "'timeAccrual': {'states': ['spell:home'], 'unitDays': 7, 'mostUnits': 40}",
    "'cumulativeValue': {'events': ['milestone:job', 'milestone:plan'], 'levels': ['5', '20', '50']}",
};

static const char *const modifiers[] = {
    "", "", "'maxPerPerson': 2", "'maxPerPerson': 5, 'repeatAfter': 'P2M'",
    "'window': {'to': 'P12M', 'grace': 'P1W'}", "'maxPerPerson': 9, 'resetOn': ['milestone:reset']",
    "'window': {'from': 'P1M', 'to': 'P9M'}, 'resetOn': ['milestone:reset'], 'maxPerPerson': 4",
    "'eligibleIf': [{'anyOf': [{'series': 'attribute:sex=FEMALE'},"
    " {'series': 'milestone:plan', 'valueAtLeast': '10'}]}]",
    "'eligibleIf': [{'anyOf': [{'series': 'spell:home', 'window': {'anchor': 'unit', 'from': '-P2M',"
    " 'to': 'P0D'}}]}], 'maxPerPerson': 3",
    "'evidence': [{'anyOf': ['payslip', 'letter'], 'alternating': true}], 'maxPerPerson': 6",
    "'clawbacks': [{'event': 'milestone:lost', 'within': 'P3M', 'share': '0.5'}]",
    "'uplifts': [{'condition': {'series': 'attribute:sex=FEMALE'}, 'factor': '2'}], 'maxPerPerson': 3",
};

/* Each rule may require those before it and exclude any: there are no circles. */
static const char *
random_links(int64_t rule, int64_t n)
{
    const char *text = "";

    if (rule && !chance(4))
        text = wg_format(&arena, ", 'requires': [{'rule': 'r%d', 'stage': 'ACHIEVED'}]",
                         (int)chance((uint64_t)rule));
    else if (!chance(4))
        text = wg_format(&arena, ", 'excludes': ['r%d']", (int)chance((uint64_t)n));
    return strstr(text, wg_format(&arena, "'r%d'", (int)rule)) ? "" : text;
}

static const char *
random_rule(int64_t rule, int64_t n)
{
    bool supplement = rule && !chance(8);
    const char *outcome = outcomes[chance(COUNT(outcomes))];
    const char *modifier = modifiers[chance(COUNT(modifiers))];

    if (supplement)
        outcome = wg_format(&arena, "'attributeSupplement': {'rule': 'r%d', 'attribute':"
                                    " {'series': 'attribute:sex=FEMALE'}}",
                            (int)chance((uint64_t)rule));
    return wg_format(&arena, "{'id': 'r%d', %s%s%s%s}", (int)rule, outcome, *modifier ? ", " : "",
                     modifier, random_links(rule, n));
}

static const char *
random_rules(void)
{
    int64_t n = 1 + chance(5);
    const char *text = "[";

    for (int64_t i = 0; i < n; i++)
        text = wg_format(&arena, "%s%s%s", text, i ? ",\n" : "", random_rule(i, n));
    return wg_format(&arena, "%s]", text);
}

/* ---- Units ---- */

static const char *
units_of(const struct terms *terms, struct people *people, wg_date until, bool all, wg_date dated_by)
{
    struct unit_list units = {0};
    size_t kept = 0;
    const char *text;

    person_at(people, terms, until);
    assert_true(person_units(terms->rules, &people->person, all, &units));
    for (size_t i = 0; i < units.n; i++)
        if (units.list[i].date <= dated_by)
            units.list[kept++] = units.list[i];
    units.n = kept;
    text = units_text(terms, &units, true);
    free(units.list);
    return text;
}

/* A version, and somebody. */
static void
begin_random(struct terms *terms, struct people *people, const char **rules, const char **person)
{
    wg_arena_reset(&arena);
    terms_begin(terms, *rules = random_rules());
    people_begin(people, terms, *person = random_person(), first_day_of_all() + 2 * DAYS);
}

TEST(later_evidence_never_moves_an_earlier_unit)
{
    for (int i = 0; i < rounds(ROUNDS); i++) {
        const char *rules, *person, *then, *later;
        struct people people;
        struct terms terms;
        wg_date day;

        begin_random(&terms, &people, &rules, &person);
        day = first_day_of_all() + (wg_date)chance(DAYS + 300);
        then = units_of(&terms, &people, day, false, day);
        later = units_of(&terms, &people, day + (wg_date)chance(600), false, day);
        if (strcmp(then, later) != 0)
            fail_msg("%s\nof\n%s\nare by %s\n%slater\n%s", rules, person, day_text(day), then, later);
    }
}

TEST(how_records_are_numbered_and_read_changes_nothing)
{
    for (int i = 0; i < rounds(ROUNDS); i++) {
        const char *rules, *person, *before, *after;
        struct people people;
        struct terms terms;
        uint32_t mask = (uint32_t)chance(1 << 20);
        wg_date until;

        begin_random(&terms, &people, &rules, &person);
        until = people.person.until;
        before = units_of(&terms, &people, until, true, until);
        for (size_t r = 0; r < people.n; r++)
            people.records[r].entry ^= mask;
        for (size_t r = people.n; r-- > 1;) {
            size_t other = (size_t)chance(r + 1), place = people.place[r];
            struct evidence record = people.records[r];

            people.records[r] = people.records[other];
            people.place[r] = people.place[other];
            people.records[other] = record;
            people.place[other] = place;
        }
        after = units_of(&terms, &people, until, true, until);
        if (strcmp(before, after) != 0)
            fail_msg("%s\nof\n%s\nare\n%snot\n%s", rules, person, after, before);
    }
}

TEST(nobody_has_more_units_than_the_most)
{
    for (int i = 0; i < rounds(ROUNDS); i++) {
        struct unit_list all = {0};
        const char *rules, *person;
        struct people people;
        struct terms terms;
        uint32_t n[8] = {0};

        begin_random(&terms, &people, &rules, &person);
        assert_true(person_units(terms.rules, &people.person, true, &all));
        check_asked_for(&terms, &people.person, &all);
        for (size_t u = 0; u < all.n; u++) {
            const struct unit *unit = &all.list[u];

            assert_true(unit->date <= people.person.until);
            assert_true(u == 0 || unit[-1].rule < unit->rule ||
                        (unit[-1].rule == unit->rule && unit[-1].date <= unit->date));
            n[unit->rule] += unit->reason == REASON(PAID) && !unit->clawed_back;
        }
        for (size_t r = 0; r < terms.version->n_rules; r++) {
            uint32_t most = rule_most_per_person(terms.version->rules[r]);

            if (most && n[r] > most)
                fail_msg("%s\nof\n%s\nhas %u of r%zu", rules, person, n[r], r);
        }
        free(all.list);
    }
}

/* ---- Time in a state, day by day ---- */

static wg_date
first_day_of_contract(void)
{
    return date("2016-01-01");
}

/* A person's days as a calendar shows them. */
struct calendar {
    bool home[DAYS + 1];
    int seen[DAYS + 1]; /* lapse events on each */
    int until;          /* last day of it */
};

struct pro_rata {
    int from, unit; /* days */
};

struct part {
    int from, to, most, days_each; /* days; to 0: the end */
};

/* Is what began there so often, and lasted so long, tolerated in every part that holds it? */
static bool
is_tolerable(const struct part *parts, int day, int length, int *seen)
{
    bool held = false;

    for (int p = 0; p < 2; p++)
        if (day >= parts[p].from && (!parts[p].to || day < parts[p].to)) {
            held = true;
            if (++seen[p] > parts[p].most || (parts[p].days_each && length > parts[p].days_each))
                return false;
        }
    return held;
}

/* How many days from one on are out of the state: 0, where a gap does not begin then. */
static int
gap_on(const struct calendar *calendar, int day)
{
    int n = 0;

    if (day && calendar->home[day - 1])
        while (day + n <= calendar->until && !calendar->home[day + n])
            n++;
    return n;
}

/* Does the state go on on some day from that one on? */
static bool
goes_on(const struct calendar *calendar, int day)
{
    while (day <= calendar->until && !calendar->home[day])
        day++;
    return day <= calendar->until;
}

/* The first day behind what breaks the time that began on first and has that last day; 0:
 * nothing does. on: the day on which it breaks. */
static int
broken_until(const struct calendar *calendar, const struct part *parts, int first, int last,
             int *on)
{
    int seen[2] = {0, 0};

    for (int day = first; day <= last && day <= calendar->until; day++) {
        int gap = gap_on(calendar, day);

        *on = day;
        if (gap && !is_tolerable(parts, day - first, gap, seen))
            return day + gap;
        for (int event = 0; event < calendar->seen[day]; event++)
            if (!is_tolerable(parts, day - first, 1, seen))
                return day + 1;
    }
    return 0;
}

/* "held day days/whole", of a time that broke; where that is none, nothing. */
static const char *
part_of_time(const struct calendar *calendar, int first, int broken, int duration,
             struct pro_rata pro_rata)
{
    int last = broken - 1, days;

    while (!calendar->home[last] || calendar->seen[last])
        last--;
    days = (last + 1 - first - pro_rata.from) / pro_rata.unit * pro_rata.unit;
    return days > 0 ? wg_format(&arena, "held %s %d/%d\n", day_text(first_day_of_contract() + last),
                                days, duration - pro_rata.from)
                    : "";
}

static const char *
continuous_by_days(const struct calendar *calendar, const struct part *parts, int duration,
                   struct pro_rata pro_rata)
{
    const char *text = "";
    int day = 0;

    while (day <= calendar->until) {
        int last = day + duration - 1, broken, broken_on;

        if (!calendar->home[day] || calendar->seen[day]) {
            day++;
            continue;
        }
        broken = broken_until(calendar, parts, day, last, &broken_on);
        if (!broken && last <= calendar->until && goes_on(calendar, last))
            text = wg_format(&arena, "%sheld %s\n", text, day_text(first_day_of_contract() + last));
        if (broken)
            text = wg_format(&arena, "%s%s", text,
                             part_of_time(calendar, day, broken_on, duration, pro_rata));
        /* a stretch has one unit, however long it goes on */
        day = broken ? broken : broken_until(calendar, parts, day, calendar->until, &broken_on);
        if (!day)
            break;
    }
    return text;
}

static const char *
random_calendar(struct calendar *calendar)
{
    wg_date first = first_day_of_contract();
    const char *text = "";

    *calendar = (struct calendar){.until = 30 + (int)chance(DAYS - 100)};
    for (int64_t n = 1 + chance(8); n > 0; n--) {
        int from = (int)chance((uint64_t)calendar->until), to = from + (int)chance(120);

        for (int day = from; day <= to && day <= calendar->until; day++)
            calendar->home[day] = true;
        text = wg_format(&arena, "%s%s..%s spell:home\n", text, day_text(first + from),
                         day_text(first + to));
    }
    for (int64_t n = chance(6); n > 0; n--) {
        int day = (int)chance((uint64_t)calendar->until);

        calendar->seen[day]++;
        text = wg_format(&arena, "%s%s milestone:seen\n", text, day_text(first + day));
    }
    return text;
}

static const char *
paid_units(const char *rules, const char *lines, wg_date until)
{
    struct people people;
    struct terms terms;

    terms_begin(&terms, rules);
    people_begin(&people, &terms, lines, until);
    return units_of(&terms, &people, until, false, until);
}

static const char *
without_measures(const char *units)
{
    char *text = wg_copy_text(&arena, units), *to = text;

    for (const char *from = units; *from; from++) {
        if (from[0] == ' ' && from[1] == '=')
            from = strchr(from, '\n');
        *to++ = *from;
    }
    *to = '\0';
    return text;
}

static void
check_same_units(const char *rules, const char *lines, const struct calendar *calendar,
                 const char *wanted)
{
    wg_date until = first_day_of_contract() + calendar->until;
    const char *found = without_measures(paid_units(rules, lines, until));

    if (strcmp(found, wanted) != 0)
        fail_msg("%s\nof\n%sby %s come\n%snot\n%s", rules, lines, day_text(until), found, wanted);
}

#define HELD_BY_DAYS                                                                           \
    "[{'id': 'held', 'maxPerPerson': 1000, 'sustained': {'states': ['spell:home'],"           \
    " 'lapseEvents': ['milestone:seen'], 'duration': 'P%dD', "

TEST(time_in_a_state_is_what_a_calendar_shows)
{
    for (int i = 0; i < rounds(EPISODES); i++) {
        struct part parts[2] = {{0, 20 + (int)chance(20), (int)chance(3), 1 + (int)chance(8)},
                                {0, 0, (int)chance(3), 1 + (int)chance(15)}};
        int duration = 1 + (int)chance(100);
        struct pro_rata pro_rata = {(int)chance((uint64_t)duration), 1 + (int)chance(9)};
        struct calendar calendar;
        const char *lines, *rules;

        wg_arena_reset(&arena);
        parts[1].from = parts[0].to;
        lines = random_calendar(&calendar);
        rules = wg_format(&arena,
                          HELD_BY_DAYS "'mode': 'CONTINUOUS', 'lapses': ["
                          "{'to': 'P%dD', 'most': %d, 'daysEach': %d},"
                          "{'from': 'P%dD', 'most': %d, 'daysEach': %d}],"
                          " 'proRata': {'from': 'P%dD', 'unitDays': %d}}}]",
                          duration, parts[0].to, parts[0].most, parts[0].days_each, parts[1].from,
                          parts[1].most, parts[1].days_each, pro_rata.from, pro_rata.unit);
        check_same_units(rules, lines, &calendar, continuous_by_days(&calendar, parts, duration, pro_rata));
    }
}

static const char *
cumulative_by_days(const struct calendar *calendar, int duration, int within)
{
    const char *text = "";
    int used = -1; /* last day that made a unit */

    for (int day = 0; day <= calendar->until; day++) {
        int n = 0;

        for (int back = day; back > used && back > day - within; back--)
            n += calendar->home[back] && !calendar->seen[back];
        if (n < duration)
            continue;
        text = wg_format(&arena, "%sheld %s\n", text, day_text(first_day_of_contract() + day));
        used = day;
    }
    return text;
}

TEST(days_in_a_state_add_up_as_a_calendar_shows)
{
    for (int i = 0; i < rounds(EPISODES); i++) {
        int duration = 1 + (int)chance(100), within = duration + (int)chance(100);
        struct calendar calendar;
        const char *lines;

        wg_arena_reset(&arena);
        lines = random_calendar(&calendar);
        check_same_units(wg_format(&arena, HELD_BY_DAYS "'mode': 'CUMULATIVE', 'within': 'P%dD'}}]",
                                   duration, within),
                         lines, &calendar, cumulative_by_days(&calendar, duration, within));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_evidence_never_moves_an_earlier_unit),
        cmocka_unit_test(how_records_are_numbered_and_read_changes_nothing),
        cmocka_unit_test(nobody_has_more_units_than_the_most),
        cmocka_unit_test(time_in_a_state_is_what_a_calendar_shows),
        cmocka_unit_test(days_in_a_state_add_up_as_a_calendar_shows),
    };

    sow();
    return cmocka_run_group_tests(tests, load_terms, unload_terms);
}
