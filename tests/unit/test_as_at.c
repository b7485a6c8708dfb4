/* test_as_at.c - numbers and times as places in a stream. */
#include "store_fixture.h"

#include "call.h"
#include "resource/as_at.h"
#include "store/event.h"

#define NAME "programmes/x/things/y"
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

struct fixture {
    char *path;
    struct driver *driver;
    struct driver_txn *txn;
    struct wg_arena arena;
    struct wg_call call;
};

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    char error[256] = "";

    f->path = new_directory();
    wg_arena_init(&f->arena, 1 << 20);
    f->driver = driver_open(f->path, 16 << 20, 4, error, sizeof(error));
    assert_non_null(f->driver);
    assert_int_equal(driver_begin_write(f->driver, NULL, &f->txn), DRIVER_OK);
    f->call = (struct wg_call){.arena = &f->arena};
    call_begin_run(&f->call, f->txn, true);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    driver_abort(f->txn);
    driver_close(f->driver);
    wg_arena_finish(&f->arena);
    remove_directory(f->path);
    free(f);
    return 0;
}

static void
add_event(struct fixture *f, const char *root, int64_t time_ms)
{
    Wellgate__Core__V1__Event event = WELLGATE__CORE__V1__EVENT__INIT;

    event.type = "thing.happened";
    CHECK_OK(event_append(f->txn, &f->arena, root, time_ms, &event));
}

static void
check_is(struct fixture *f, const char *text, uint64_t expected)
{
    uint64_t sequence = 99;
    const struct wg_problem *problem = as_at_sequence(&f->call, NAME, text, &sequence);

    if (problem || sequence != expected)
        fail_msg("%s is %llu, not %llu", text, (unsigned long long)sequence,
                 (unsigned long long)expected);
}

static void
check_refused(struct fixture *f, const char *text)
{
    uint64_t sequence;

    if (as_at_sequence(&f->call, NAME, text, &sequence) != &wg_malformed)
        fail_msg("%s is taken", text);
    assert_non_null(f->call.detail);
}

static void
a_number_is_an_event_of_the_root(void **state)
{
    struct fixture *f = *state;

    for (int i = 0; i < 3; i++)
        add_event(f, "programmes/x", 1000 * i);
    for (int i = 0; i < 9; i++)
        add_event(f, "programmes/xy", 0);
    check_is(f, "1", 1);
    check_is(f, "3", 3);
    check_is(f, "0003", 3);
}

static void
a_number_that_no_event_has_is_refused(void **state)
{
    static const char *const wrong[] = {
        "0", "000", "4", "18446744073709551617", "99999999999999999999999999",
        "-1", "+1", "1.0", "1 ", " 1", "0x1", "1e0",
    };

    add_event(*state, "programmes/x", 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        check_refused(*state, wrong[i]);
}

static void
a_time_is_the_last_event_at_or_before_it(void **state)
{
    static const int64_t times[] = {1000, 2000, 2000, 2000, 5000};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
        add_event(f, "programmes/x", times[i]);
    check_is(f, "1969-12-31T23:59:59Z", 0);
    check_is(f, "1970-01-01T00:00:00.999999999Z", 0);
    check_is(f, "1970-01-01T00:00:01Z", 1);
    check_is(f, "1970-01-01T00:00:01.999Z", 1);
    check_is(f, "1970-01-01T00:00:02Z", 4);
    check_is(f, "1970-01-01T01:00:04+01:00", 4);
    check_is(f, "1970-01-01T00:00:05Z", 5);
    check_is(f, "9999-12-31T23:59:59Z", 5);
}

static void
what_is_no_time_is_refused(void **state)
{
    static const char *const wrong[] = {
        "2016-10-01", "2016-10-01T00:00:00", "2016-13-01T00:00:00Z", "yesterday", "2016-Q3",
    };

    add_event(*state, "programmes/x", 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        check_refused(*state, wrong[i]);
}

static void
a_root_without_events_had_nothing_at_any_time(void **state)
{
    check_is(*state, "2016-10-01T00:00:00Z", 0);
    check_refused(*state, "1");
}

/* The search reads a few events of many, in room for a few. */
static void
a_long_stream_is_searched_in_little_memory(void **state)
{
    struct fixture *f = *state;
    struct wg_mark mark = wg_arena_mark(&f->arena);

    for (int i = 1; i <= 3000; i++) {
        add_event(f, "programmes/x", 1000 * i);
        wg_arena_rewind(&f->arena, mark);
    }
    f->arena.max_bytes = 2048;
    for (int i = 1; i < 3000; i += 17) {
        char text[64];

        snprintf(text, sizeof(text), "1970-01-01T00:%02d:%02d.5Z", i / 60, i % 60);
        check_is(f, text, (uint64_t)i);
        wg_arena_rewind(&f->arena, mark);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_number_is_an_event_of_the_root),
        TEST(a_number_that_no_event_has_is_refused),
        TEST(a_time_is_the_last_event_at_or_before_it),
        TEST(what_is_no_time_is_refused),
        TEST(a_root_without_events_had_nothing_at_any_time),
        TEST(a_long_stream_is_searched_in_little_memory),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
