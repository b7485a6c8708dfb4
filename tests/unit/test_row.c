/* test_row.c - packed evidence: what was said, and what was known of it when. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../../plugins/payments/evidence/row.h"
#include "chance.h"
#include "dates.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define NO_VALUE EVIDENCE_NO_VALUE
#define LATER (UINT64_MAX - 1) /* a place in the stream behind everything */

static struct wg_arena arena;

static int
begin_arena(void **state)
{
    (void)state;
    wg_arena_init(&arena, 1 << 20);
    return 0;
}

static int
finish_arena(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

/* ---- Rows ---- */

#define VALUES_MAX 3

/* One entry as a test writes it. */
struct saying {
    const char *date, *until; /* until NULL: date; date NULL: always */
    struct entry_value values[VALUES_MAX];
};

static struct entry
entry_of(uint64_t source, const struct saying *saying)
{
    struct entry entry = {.head = {.source = source, .date = EVIDENCE_ALWAYS,
                                   .until = EVIDENCE_ALWAYS}};

    if (saying->date)
        entry.head.date = entry.head.until = date(saying->date);
    if (saying->until)
        entry.head.until = date(saying->until);
    while (entry.head.n < VALUES_MAX && saying->values[entry.head.n].series)
        entry.head.n++;
    entry.values = saying->values;
    return entry;
}

/* A row that records write, as evidence.c does: unpacked, changed, packed. */
struct stored {
    struct wg_bytes row;
    char bytes[4096]; /* from the second on: without any alignment */
};

static bool
replace(struct stored *stored, uint64_t source, uint64_t sequence, const struct entry *said,
        size_t n)
{
    struct entries entries;
    struct wg_bytes row;
    bool changed;

    wg_arena_reset(&arena);
    assert_true(row_unpack(&arena, stored->row, n, &entries));
    changed = row_replace(&entries, source, sequence, said, n);
    row = row_pack(&arena, &entries);
    assert_non_null(row.data);
    assert_true(row.length < sizeof(stored->bytes));
    memcpy(stored->bytes + 1, row.data, row.length);
    stored->row = (struct wg_bytes){stored->bytes + 1, row.length};
    return changed;
}

/* A record says these; none: it is gone. */
static bool
say(struct stored *stored, uint64_t source, uint64_t sequence, const struct saying *sayings,
    size_t n)
{
    struct entry said[8];

    for (size_t i = 0; i < n; i++)
        said[i] = entry_of(source, &sayings[i]);
    return replace(stored, source, sequence, said, n);
}

#define SAY(stored, source, sequence, ...)                                                        \
    say(stored, source, sequence, (const struct saying[]){__VA_ARGS__},                           \
        COUNT(((const struct saying[]){__VA_ARGS__})))

/* One series as read: "day:value@recorded ...", of a spell "first-last:value@recorded". */
static const char *
write_series(const struct series *series, char *text)
{
    char first[WG_DATE_TEXT_BYTES], last[WG_DATE_TEXT_BYTES], *end = text;

    *text = '\0';
    for (size_t i = 0; i < series->n; i++) {
        const struct evidence *e = &series->list[i];
        bool always = e->date == EVIDENCE_ALWAYS;

        end += sprintf(end, "%s%s", i ? " " : "", always ? "always" : wg_date_format(e->date, first));
        if (e->until == EVIDENCE_OPEN)
            end += sprintf(end, "..");
        else if (e->until != e->date)
            end += sprintf(end, "..%s", wg_date_format(e->until, last));
        if (e->value != NO_VALUE)
            end += sprintf(end, ":%lld", (long long)e->value);
        end += sprintf(end, "@%llu", (unsigned long long)e->recorded);
    }
    return text;
}

static const char *
read_until(const struct stored *stored, uint32_t series, uint64_t sequence, wg_date until)
{
    static char text[2048];
    struct row_query query = {sequence, until, &series, 1};
    struct row_reader reader;

    assert_true(row_reader_begin(&reader, &query));
    assert_true(row_reader_take(&reader, stored->row));
    assert_int_equal(reader.person.until, until);
    write_series(&reader.person.series[0], text);
    row_reader_finish(&reader);
    return text;
}

static const char *
read_at(const struct stored *stored, uint32_t series, uint64_t sequence)
{
    return read_until(stored, series, sequence, INT32_MAX);
}

/* ---- What is read ---- */

TEST(a_row_that_nothing_was_said_in_is_empty)
{
    struct stored stored = {0};

    assert_string_equal(read_at(&stored, 1, LATER), "");
    assert_false(say(&stored, 7, 3, NULL, 0));
    assert_string_equal(read_at(&stored, 1, LATER), "");
}

TEST(what_a_record_says_is_read_from_its_place_on)
{
    struct stored stored = {0};

    assert_true(SAY(&stored, 7, 5, {"2015-05-01", .values = {{1, 10}}}));
    assert_string_equal(read_at(&stored, 1, 4), "");
    assert_string_equal(read_at(&stored, 1, 5), "2015-05-01:10@5");
    assert_string_equal(read_at(&stored, 1, LATER), "2015-05-01:10@5");
}

/* May's reading was corrected twice and at last deleted; August's came late. */
TEST(a_corrected_record_says_what_it_said_then_and_what_it_says_now)
{
    struct stored stored = {0};
    static const struct {
        uint64_t sequence;
        const char *wanted;
    } cases[] = {
        {4, ""},
        {5, "2015-05-01:10@5"},
        {6, "2015-05-01:10@5 2015-08-01:20@6"},
        {8, "2015-05-01:11@8 2015-08-01:20@6"},
        {9, "2015-05-03:12@9 2015-08-01:20@6"},
        {13, "2015-05-03:12@9 2015-08-01:20@6"},
        {14, "2015-08-01:20@6"},
        {LATER, "2015-08-01:20@6"},
    };

    assert_true(SAY(&stored, 7, 5, {"2015-05-01", .values = {{1, 10}}}));
    assert_true(SAY(&stored, 8, 6, {"2015-08-01", .values = {{1, 20}}}));
    assert_true(SAY(&stored, 7, 8, {"2015-05-01", .values = {{1, 11}}}));
    assert_true(SAY(&stored, 7, 9, {"2015-05-03", .values = {{1, 12}}}));
    assert_true(say(&stored, 7, 14, NULL, 0));
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(read_at(&stored, 1, cases[i].sequence), cases[i].wanted);
}

TEST(a_record_that_is_written_again_as_it_was_changes_nothing)
{
    struct stored stored = {0};

    assert_true(SAY(&stored, 7, 5, {"2015-05-01", .values = {{1, 10}, {2, NO_VALUE}}}));
    assert_false(SAY(&stored, 7, 6, {"2015-05-01", .values = {{1, 10}, {2, NO_VALUE}}}));
    assert_string_equal(read_at(&stored, 1, 6), "2015-05-01:10@5");
    /* each of the things that it can say makes it another */
    assert_true(SAY(&stored, 7, 7, {"2015-05-01", .values = {{1, 10}}}));
    assert_true(SAY(&stored, 7, 8, {"2015-05-01", "2015-05-02", {{1, 10}}}));
    assert_true(SAY(&stored, 7, 9, {"2015-05-02", .values = {{1, 10}}}));
    assert_true(SAY(&stored, 7, 10, {"2015-05-02", .values = {{2, 10}}}));
    assert_true(SAY(&stored, 7, 11, {"2015-05-02", .values = {{2, NO_VALUE}}}));
    assert_string_equal(read_at(&stored, 1, LATER), "");
    assert_string_equal(read_at(&stored, 2, LATER), "2015-05-02@11");
}

TEST(a_record_that_comes_back_as_it_was_is_known_anew)
{
    struct stored stored = {0};

    SAY(&stored, 7, 5, {"2015-05-01", .values = {{1, 10}}});
    say(&stored, 7, 6, NULL, 0);
    assert_true(SAY(&stored, 7, 9, {"2015-05-01", .values = {{1, 10}}}));
    assert_string_equal(read_at(&stored, 1, 5), "2015-05-01:10@5");
    assert_string_equal(read_at(&stored, 1, 8), "");
    assert_string_equal(read_at(&stored, 1, 9), "2015-05-01:10@9");
}

/* A referral says its attributes and the days of its moves. Of what changed in it the rest
 * stays known as it was. */
TEST(of_a_record_with_several_entries_only_those_that_changed_are_known_anew)
{
    struct stored stored = {0};

    SAY(&stored, 7, 3, {.values = {{1, NO_VALUE}}}, {"2015-05-01", .values = {{2, NO_VALUE}}});
    SAY(&stored, 7, 5, {.values = {{1, NO_VALUE}}}, {"2015-05-01", .values = {{2, NO_VALUE}}},
        {"2015-06-01", .values = {{3, NO_VALUE}}});
    SAY(&stored, 7, 8, {.values = {{1, NO_VALUE}}}, {"2015-05-02", .values = {{2, NO_VALUE}}},
        {"2015-06-01", .values = {{3, NO_VALUE}}});
    assert_string_equal(read_at(&stored, 1, LATER), "always@3");
    assert_string_equal(read_at(&stored, 2, 7), "2015-05-01@3");
    assert_string_equal(read_at(&stored, 2, LATER), "2015-05-02@8");
    assert_string_equal(read_at(&stored, 3, 4), "");
    assert_string_equal(read_at(&stored, 3, LATER), "2015-06-01@5");
    say(&stored, 7, 9, NULL, 0);
    for (uint32_t series = 1; series <= 3; series++)
        assert_string_equal(read_at(&stored, series, 9), "");
}

/* "use:AE" twice on one day by one record would be one; by two records it is two. */
TEST(two_records_that_say_the_same_are_two)
{
    struct stored stored = {0};

    assert_true(SAY(&stored, 7, 3, {"2015-05-01", .values = {{1, 10}}}));
    assert_true(SAY(&stored, 8, 4, {"2015-05-01", .values = {{1, 10}}}));
    assert_string_equal(read_at(&stored, 1, LATER), "2015-05-01:10@3 2015-05-01:10@4");
    say(&stored, 7, 5, NULL, 0);
    assert_string_equal(read_at(&stored, 1, LATER), "2015-05-01:10@4");
}

TEST(entries_are_read_by_date_and_within_a_day_as_recorded)
{
    struct stored stored = {0};

    SAY(&stored, 3, 3, {"2015-06-01", .values = {{1, 30}}});
    SAY(&stored, 9, 4, {"2015-05-01", .values = {{1, 40}}});
    SAY(&stored, 5, 5, {"2015-06-01", .values = {{1, 50}}});
    SAY(&stored, 1, 6, {"2015-06-01", .values = {{1, 60}}});
    SAY(&stored, 2, 7, {"2015-07-01", .values = {{1, 70}}});
    SAY(&stored, 3, 8, {"2015-06-01", .values = {{1, 80}}}); /* corrected: the last of its day */
    SAY(&stored, 6, 9, {.values = {{1, 90}}}, {"2015-05-01", .values = {{1, 91}}});
    assert_string_equal(read_at(&stored, 1, 7),
                        "2015-05-01:40@4 2015-06-01:30@3 2015-06-01:50@5 2015-06-01:60@6 "
                        "2015-07-01:70@7");
    assert_string_equal(read_at(&stored, 1, LATER),
                        "always:90@9 2015-05-01:40@4 2015-05-01:91@9 2015-06-01:50@5 "
                        "2015-06-01:60@6 2015-06-01:80@8 2015-07-01:70@7");
}

TEST(nothing_later_than_the_last_day_is_read)
{
    struct stored stored = {0};

    SAY(&stored, 1, 3, {.values = {{1, 1}}}, {"2015-05-01", .values = {{1, 2}}},
        {"2015-05-31", "2015-08-01", {{1, 3}}}, {"2015-06-01", .values = {{1, 4}}});
    assert_string_equal(read_until(&stored, 1, LATER, date("2015-04-30")), "always:1@3");
    assert_string_equal(read_until(&stored, 1, LATER, date("2015-05-30")),
                        "always:1@3 2015-05-01:2@3");
    /* of a spell its first day counts; how long it lasted is known */
    assert_string_equal(read_until(&stored, 1, LATER, date("2015-05-31")),
                        "always:1@3 2015-05-01:2@3 2015-05-31..2015-08-01:3@3");
    assert_string_equal(read_until(&stored, 1, LATER, date("2015-06-01")),
                        "always:1@3 2015-05-01:2@3 2015-05-31..2015-08-01:3@3 2015-06-01:4@3");
}

TEST(a_spell_goes_on_until_it_is_known_to_have_ended)
{
    struct stored stored = {0};
    struct entry entry = {{.source = 4, .date = date("2015-05-01"), .until = EVIDENCE_OPEN, .n = 1},
                          &(struct entry_value){1, NO_VALUE}};

    replace(&stored, 4, 2, &entry, 1);
    entry.head.until = date("2015-09-30");
    replace(&stored, 4, 6, &entry, 1);
    assert_string_equal(read_at(&stored, 1, 5), "2015-05-01..@2");
    assert_string_equal(read_at(&stored, 1, 6), "2015-05-01..2015-09-30@6");
}

TEST(numbers_of_any_size_are_read_as_they_were_said)
{
    static const int64_t values[] = {0, 1, -1, 63, 64, -64, -65, 240000, INT32_MIN, INT64_MAX - 1,
                                     INT64_MAX, INT64_MIN + 1, NO_VALUE};
    static const wg_date dates[] = {EVIDENCE_ALWAYS, INT32_MIN + 1, -25567, -1, 0, 1, 16526, 84005,
                                    INT32_MAX};
    static const uint64_t places[] = {1, 127, 128, UINT32_MAX, LATER};
    size_t cases = COUNT(values) * COUNT(dates) * COUNT(places);

    for (size_t i = 0; i < cases; i++) {
        const struct entry_value value = {UINT32_MAX - 1, values[i % COUNT(values)]};
        wg_date day = dates[i % COUNT(dates)], until = dates[i % 5 * 2 % COUNT(dates)];
        uint64_t sequence = places[i % COUNT(places)];
        const struct entry entry = {{.source = UINT64_MAX - i, .date = day, .until = until, .n = 1},
                                    &value};
        struct stored stored = {0};
        struct entries entries;

        assert_true(replace(&stored, entry.head.source, sequence, &entry, 1));
        assert_false(replace(&stored, entry.head.source, LATER, &entry, 1));
        assert_true(row_unpack(&arena, stored.row, 0, &entries));
        assert_int_equal(entries.n, 1);
        assert_true(entries.list[0].head.source == entry.head.source);
        assert_true(entries.list[0].head.recorded == sequence);
        assert_int_equal(entries.list[0].head.date, day);
        assert_int_equal(entries.list[0].head.until, until);
        assert_int_equal(entries.list[0].values[0].series, value.series);
        assert_true(entries.list[0].values[0].value == value.value);
    }
}

/* ---- What is asked ---- */

TEST(a_query_has_its_series_at_their_places_and_nothing_else)
{
    static const uint32_t asked[] = {9, 0, 2, 700};
    static const char *const wanted[] = {"2015-05-01:90@3", "", "2015-05-01:20@3", ""};
    struct row_query query = {LATER, INT32_MAX, asked, COUNT(asked)};
    struct stored stored = {0};
    struct row_reader reader;
    char text[256];

    SAY(&stored, 1, 3, {"2015-05-01", .values = {{2, 20}, {9, 90}, {800, 1}}});
    SAY(&stored, 2, 3, {"2015-05-01", .values = {{1, 10}}});
    assert_true(row_reader_begin(&reader, &query));
    assert_true(row_reader_take(&reader, stored.row));
    for (size_t i = 0; i < COUNT(asked); i++)
        assert_string_equal(write_series(&reader.person.series[i], text), wanted[i]);
    row_reader_finish(&reader);
}

TEST(the_values_of_one_entry_have_its_number_in_every_series)
{
    struct row_query query = {LATER, INT32_MAX, (const uint32_t[]){1, 2}, 2};
    struct stored stored = {0};
    struct row_reader reader;
    const struct series *series;

    SAY(&stored, 1, 3, {"2015-05-01", .values = {{1, 10}}});
    SAY(&stored, 2, 4, {"2015-05-01", .values = {{1, 11}, {2, 12}}});
    SAY(&stored, 3, 5, {"2015-05-01", .values = {{2, 13}}});
    assert_true(row_reader_begin(&reader, &query));
    assert_true(row_reader_take(&reader, stored.row));
    series = reader.person.series;
    assert_int_equal(series[0].list[1].entry, series[1].list[0].entry);
    assert_int_not_equal(series[0].list[0].entry, series[0].list[1].entry);
    assert_int_not_equal(series[0].list[0].entry, series[1].list[1].entry);
    assert_int_not_equal(series[1].list[0].entry, series[1].list[1].entry);
    row_reader_finish(&reader);
}

TEST(a_query_of_nothing_reads_any_row)
{
    struct row_query query = {LATER, INT32_MAX, NULL, 0};
    struct stored stored = {0};
    struct row_reader reader;

    SAY(&stored, 1, 3, {"2015-05-01", .values = {{1, 10}}});
    assert_true(row_reader_begin(&reader, &query));
    assert_true(row_reader_take(&reader, stored.row));
    row_reader_finish(&reader);
}

/* The same reader over many people: nothing of one is left in the next. */
TEST(each_row_is_read_as_if_it_were_the_first)
{
    struct row_query query = {LATER, INT32_MAX, (const uint32_t[]){1, 2}, 2};
    struct stored rows[3] = {{.row = {0}}};
    struct row_reader reader;
    char text[2048];

    SAY(&rows[0], 1, 3, {"2015-05-01", .values = {{1, 10}}});
    for (uint64_t i = 0; i < 40; i++)
        SAY(&rows[1], i, 3 + i, {"2015-05-01", .values = {{2, 20}}});
    assert_true(row_reader_begin(&reader, &query));
    for (int round = 0; round < 2; round++) {
        assert_true(row_reader_take(&reader, rows[0].row));
        assert_string_equal(write_series(&reader.person.series[0], text), "2015-05-01:10@3");
        assert_int_equal(reader.person.series[1].n, 0);
        assert_true(row_reader_take(&reader, rows[1].row));
        assert_int_equal(reader.person.series[0].n, 0);
        assert_int_equal(reader.person.series[1].n, 40);
        assert_true(row_reader_take(&reader, rows[2].row));
        assert_int_equal(reader.person.series[0].n + reader.person.series[1].n, 0);
    }
    row_reader_finish(&reader);
}

TEST(a_row_is_the_same_bytes_when_it_is_unpacked_and_packed)
{
    struct stored stored = {0};
    struct entries entries;
    struct wg_bytes row;

    SAY(&stored, 1, 3, {.values = {{1, NO_VALUE}}}, {"2015-05-01", .values = {{2, 20}, {9, 90}}});
    SAY(&stored, 2, 4, {"2015-04-01", "2015-05-01", {{1, 10}}});
    say(&stored, 1, 5, NULL, 0);
    SAY(&stored, 4, 6, {"2015-04-01", .values = {{0, 0}}}); /* without any value */
    assert_true(row_unpack(&arena, stored.row, 0, &entries));
    assert_int_equal(entries.n, 4);
    row = row_pack(&arena, &entries);
    assert_int_equal(row.length, stored.row.length);
    assert_memory_equal(row.data, stored.row.data, row.length);
}

TEST(without_memory_no_row_is_packed_or_unpacked)
{
    struct stored stored = {0};
    struct entries entries;
    struct wg_arena small;

    SAY(&stored, 1, 3, {"2015-05-01", .values = {{2, 20}}});
    wg_arena_init(&small, 16);
    assert_false(row_unpack(&small, stored.row, 0, &entries));
    wg_arena_finish(&small);
    wg_arena_init(&small, 16);
    assert_true(row_unpack(&arena, stored.row, 0, &entries));
    assert_null(row_pack(&small, &entries).data);
    wg_arena_finish(&small);
}

/* ---- What changed ---- */

static const char *
changes_between(const struct stored *stored, uint64_t since, uint64_t sequence, size_t most)
{
    static char text[128];
    struct row_query query = {sequence, INT32_MAX, (const uint32_t[]){1, 0, 2}, 3};
    uint64_t sequences[16];
    size_t n = row_changes(stored->row, &query, since, sequences, most);
    char *end = text;

    *text = '\0';
    for (size_t i = 0; i < n; i++)
        end += sprintf(end, "%s%llu", i ? " " : "", (unsigned long long)sequences[i]);
    return text;
}

TEST(a_row_says_where_it_changed_between_two_places)
{
    struct stored stored = {0};

    SAY(&stored, 7, 3, {"2015-05-01", .values = {{1, 10}}});
    SAY(&stored, 8, 4, {"2015-04-01", .values = {{3, 10}}}); /* not asked for */
    SAY(&stored, 9, 5, {"2015-03-01", .values = {{3, 10}, {2, 20}}}, {"2015-03-02", .values = {{1, 1}}});
    SAY(&stored, 7, 6, {"2015-05-02", .values = {{1, 10}}}); /* one goes, one comes */
    say(&stored, 9, 8, NULL, 0);
    assert_string_equal(changes_between(&stored, 0, LATER, 16), "3 5 6 8");
    assert_string_equal(changes_between(&stored, 3, 6, 16), "5 6");
    assert_string_equal(changes_between(&stored, 5, 5, 16), "");
    assert_string_equal(changes_between(&stored, 6, 7, 16), "");
    assert_string_equal(changes_between(&stored, 7, LATER, 16), "8");
    assert_string_equal(changes_between(&stored, 8, LATER, 16), "");
    assert_int_equal(strlen(changes_between(&stored, 0, LATER, 2)), 3); /* any two */
    assert_string_equal(changes_between(&(struct stored){0}, 0, LATER, 16), "");
}

/* ---- Random histories ---- */

#define RECORDS 6
#define EVENTS 30
#define SERIES_N 3

/* What a record says from one of its events on, kept apart from any row. */
struct version {
    uint64_t sequence;
    struct saying sayings[3];
    char dates[3][WG_DATE_TEXT_BYTES];
    size_t n;
};

struct record {
    struct version versions[EVENTS];
    size_t n;
};

/* In order of their series, as entries have them. */
static void
random_values(struct entry_value values[VALUES_MAX])
{
    uint32_t series = 1;

    for (size_t v = 0; v < (size_t)chance(VALUES_MAX) + 1; v++) {
        series += (uint32_t)chance((int)(SERIES_N + 1 - series));
        values[v] = (struct entry_value){series, chance(2)};
    }
}

static void
random_version(struct version *version)
{
    version->n = (size_t)chance(4);
    for (size_t i = 0; i < version->n; i++) {
        struct saying *saying = &version->sayings[i];

        *saying = (struct saying){0};
        if (chance(4))
            saying->date = wg_date_format((wg_date)(16500 + chance(5)), version->dates[i]);
        random_values(saying->values);
    }
}

/* As the record's own history has it: the version in force at a place. */
static const struct version *
version_at(const struct record *record, uint64_t sequence)
{
    const struct version *in_force = NULL;

    for (size_t i = 0; i < record->n && record->versions[i].sequence <= sequence; i++)
        in_force = &record->versions[i];
    return in_force;
}

static int
compare_readings(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    for (size_t i = 0; i < 2; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

/* Of one series, days and values of all that records say there: sorted. */
static size_t
by_definition(const struct record *records, uint32_t series, uint64_t sequence, wg_date until,
              int64_t (*readings)[2])
{
    size_t n = 0;

    for (size_t r = 0; r < RECORDS; r++) {
        const struct version *version = version_at(&records[r], sequence);

        for (size_t i = 0; version && i < version->n; i++) {
            struct entry entry = entry_of(r, &version->sayings[i]);

            for (size_t v = 0; entry.head.date <= until && v < entry.head.n; v++)
                if (entry.values[v].series == series) {
                    readings[n][0] = entry.head.date;
                    readings[n++][1] = entry.values[v].value;
                }
        }
    }
    qsort(readings, n, sizeof(*readings), compare_readings);
    return n;
}

/* In order as they are; then sorted, for within a day the order is that of recording. */
static void
check_series(const struct series *series, const struct record *records, uint32_t number,
             uint64_t sequence, wg_date until)
{
    int64_t wanted[64][2], read[64][2];
    size_t n = by_definition(records, number, sequence, until, wanted);

    assert_int_equal(series->n, n);
    for (size_t i = 0; i < n; i++) {
        const struct evidence *before = i ? &series->list[i - 1] : NULL, *e = &series->list[i];

        assert_true(e->recorded <= sequence);
        assert_true(!before || before->date < e->date ||
                    (before->date == e->date && before->recorded <= e->recorded));
        read[i][0] = e->date;
        read[i][1] = e->value;
    }
    qsort(read, n, sizeof(*read), compare_readings);
    assert_memory_equal(read, wanted, n * sizeof(*read));
}

static bool
says_the_same(const struct saying *a, const struct saying *b)
{
    for (size_t v = 0; v < VALUES_MAX; v++)
        if (a->values[v].series != b->values[v].series || a->values[v].value != b->values[v].value)
            return false;
    return true;
}

/* The entries that a record repeats would be one: it says each but once. */
static bool
repeats_itself(const struct version *version)
{
    for (size_t i = 0; i < version->n; i++)
        for (size_t j = 0; j < i; j++) {
            struct entry a = entry_of(0, &version->sayings[i]), b = entry_of(0, &version->sayings[j]);

            if (a.head.date == b.head.date && says_the_same(&version->sayings[i], &version->sayings[j]))
                return true;
        }
    return false;
}

static void
check_everywhere(const struct stored *stored, const struct record *records)
{
    static const uint32_t numbers[] = {1, 2, 3};

    for (uint64_t sequence = 0; sequence <= EVENTS + 1; sequence++) {
        struct row_query query = {sequence, (wg_date)(16498 + chance(8)), numbers, SERIES_N};
        struct row_reader reader;

        assert_true(row_reader_begin(&reader, &query));
        assert_true(row_reader_take(&reader, stored->row));
        for (uint32_t s = 0; s < SERIES_N; s++)
            check_series(&reader.person.series[s], records, s + 1, sequence, query.until);
        row_reader_finish(&reader);
    }
}

/* Whatever happens afterwards, at each place the row says what the records said there. */
TEST(what_came_later_never_changes_what_is_read_at_an_earlier_place)
{
    static struct record records[RECORDS];

    sow();
    for (int round = 0; round < rounds(300); round++) {
        struct stored stored = {.row = {0}};

        memset(records, 0, sizeof(records));
        for (uint64_t sequence = 1; sequence <= EVENTS; sequence++) {
            size_t r = (size_t)chance(RECORDS);
            struct version *version = &records[r].versions[records[r].n++];

            do
                random_version(version);
            while (repeats_itself(version));
            version->sequence = sequence;
            say(&stored, r, sequence, version->sayings, version->n);
        }
        check_everywhere(&stored, records);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_nothing_was_said_in_is_empty),
        cmocka_unit_test(what_a_record_says_is_read_from_its_place_on),
        cmocka_unit_test(a_corrected_record_says_what_it_said_then_and_what_it_says_now),
        cmocka_unit_test(a_record_that_is_written_again_as_it_was_changes_nothing),
        cmocka_unit_test(a_record_that_comes_back_as_it_was_is_known_anew),
        cmocka_unit_test(of_a_record_with_several_entries_only_those_that_changed_are_known_anew),
        cmocka_unit_test(two_records_that_say_the_same_are_two),
        cmocka_unit_test(entries_are_read_by_date_and_within_a_day_as_recorded),
        cmocka_unit_test(nothing_later_than_the_last_day_is_read),
        cmocka_unit_test(a_spell_goes_on_until_it_is_known_to_have_ended),
        cmocka_unit_test(numbers_of_any_size_are_read_as_they_were_said),
        cmocka_unit_test(a_query_has_its_series_at_their_places_and_nothing_else),
        cmocka_unit_test(the_values_of_one_entry_have_its_number_in_every_series),
        cmocka_unit_test(a_query_of_nothing_reads_any_row),
        cmocka_unit_test(each_row_is_read_as_if_it_were_the_first),
        cmocka_unit_test(a_row_is_the_same_bytes_when_it_is_unpacked_and_packed),
        cmocka_unit_test(without_memory_no_row_is_packed_or_unpacked),
        cmocka_unit_test(a_row_says_where_it_changed_between_two_places),
        cmocka_unit_test(what_came_later_never_changes_what_is_read_at_an_earlier_place),
    };

    return cmocka_run_group_tests(tests, begin_arena, finish_arena);
}
