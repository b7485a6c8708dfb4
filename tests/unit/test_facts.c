/* test_facts.c - a person's facts as bytes, and back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "../../plugins/reports/rows/facts.h"
#include "chance.h"

#define TEST(name) static void name(void **state __attribute__((unused)))

enum { RECORDS = 6, SAID_MAX = 9, CHANGES = 40 };

static struct wg_arena arena;

static int
begin_arena(void **state)
{
    (void)state;
    wg_arena_init(&arena, 4 << 20);
    return 0;
}

static int
finish_arena(void **state)
{
    (void)state;
    wg_arena_finish(&arena);
    return 0;
}

static void
assert_same(const struct fact *a, const struct fact *b)
{
    assert_int_equal(a->record, b->record);
    assert_int_equal(a->referral, b->referral);
    assert_int_equal(a->recorded, b->recorded);
    assert_int_equal(a->superseded, b->superseded);
    assert_int_equal(a->value, b->value);
    assert_int_equal(a->date, b->date);
    assert_int_equal(a->until, b->until);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->word, b->word);
    assert_int_equal(a->other, b->other);
}

/* What they are once they were a row, with room for more. */
static struct facts
through_row(const struct facts *facts, size_t more)
{
    struct wg_bytes row = facts_row(&arena, facts);
    struct facts back;

    assert_non_null(row.data);
    assert_true(facts_read(&arena, row, more, &back));
    assert_int_equal(back.n, facts->n);
    assert_true(back.room >= back.n + more);
    for (size_t i = 0; i < facts->n; i++)
        assert_same(&back.list[i], &facts->list[i]);
    return back;
}

/* ---- What a row holds ---- */

TEST(a_person_without_a_row_has_no_facts)
{
    struct facts facts;

    assert_true(facts_read(&arena, (struct wg_bytes){0}, 3, &facts));
    assert_int_equal(facts.n, 0);
    assert_true(facts.room >= 3);
}

TEST(the_least_and_the_greatest_of_each_number_come_back)
{
    struct fact list[] = {
        {.record = 1, .date = FACT_ALWAYS, .until = FACT_ALWAYS, .value = INT64_MIN},
        {.record = UINT64_MAX, .referral = UINT64_MAX, .recorded = UINT64_MAX,
         .superseded = UINT64_MAX, .value = INT64_MAX, .date = FACT_ALWAYS, .until = INT32_MAX,
         .kind = UINT32_MAX, .word = UINT32_MAX, .other = UINT32_MAX},
        {.record = 2, .referral = 1, .recorded = 1, .value = -1, .date = INT32_MAX,
         .until = INT32_MAX},
    };

    through_row(&(struct facts){list, 3, 3}, 0);
}

/* A reading with the nine scores of the Well-being Star. */
TEST(what_facts_have_in_common_is_written_once)
{
    struct fact list[9];
    struct wg_bytes row;

    for (uint32_t i = 0; i < 9; i++)
        list[i] = (struct fact){.record = UINT64_MAX / 3, .recorded = 5000000, .value = 50000,
                                .date = 17000, .until = 17000, .kind = FACT_READING, .word = 40 + i};
    row = facts_row(&arena, &(struct facts){list, 9, 9});
    assert_true(row.length < 80);
}

TEST(without_room_there_is_no_row)
{
    struct fact fact = {.record = 1};
    struct wg_arena little;

    wg_arena_init(&little, 16);
    assert_null(facts_row(&little, &(struct facts){&fact, 1, 1}).data);
    wg_arena_finish(&little);
}

/* ---- Row after row ---- */

static struct fact
some_fact(void)
{
    wg_date date = chance(3) ? (wg_date)chance(4) * 300 : FACT_ALWAYS;

    return (struct fact){.referral = (uint64_t)chance(2) * 77, .date = date,
                         .until = chance(4) ? date : (wg_date)chance(9000),
                         .kind = (uint32_t)chance(26), .word = (uint32_t)chance(300),
                         .other = (uint32_t)chance(2), .value = chance(5) - 2};
}

/* Those that never were bytes beside those that are a row after each change. */
TEST(random_changes_of_a_row_are_those_of_its_facts)
{
    struct facts plain, packed = {0};

    sow();
    assert_true(facts_read(&arena, (struct wg_bytes){0}, CHANGES * SAID_MAX, &plain));
    for (uint64_t sequence = 1; sequence <= CHANGES; sequence++) {
        uint64_t record = (uint64_t)chance(RECORDS) << 61 | 5;
        size_t n = (size_t)chance(SAID_MAX + 1);
        struct fact said[SAID_MAX];

        for (size_t i = 0; i < n; i++) {
            said[i] = some_fact();
            said[i].record = record;
        }
        packed = through_row(&packed, n);
        assert_int_equal(facts_replace(&plain, record, sequence, said, n),
                         facts_replace(&packed, record, sequence, said, n));
        assert_int_equal(plain.n, packed.n);
        for (size_t i = 0; i < plain.n; i++)
            assert_same(&plain.list[i], &packed.list[i]);
    }
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, begin_arena, finish_arena)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_person_without_a_row_has_no_facts),
        WITH_ARENA(the_least_and_the_greatest_of_each_number_come_back),
        WITH_ARENA(what_facts_have_in_common_is_written_once),
        cmocka_unit_test(without_room_there_is_no_row),
        WITH_ARENA(random_changes_of_a_row_are_those_of_its_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
