/* test_timers.c - timers with a clock that the tests set, over a store of their own.
 * A plugin with two timers notes its turns; what a turn writes and reads is real. */
#include "store_fixture.h"

#include "plugin.h"
#include "store/event.h"
#include "timers.h"

typedef Wellgate__Core__V1__Organisation Organisation;
typedef Wellgate__Core__V1__Programme Programme;

#define TEST(name) static void name(void **state)
#define ONE "programmes/one"
#define TWO "programmes/two"
#define START_MS INT64_C(1460000000000)

enum { HOUR_S = 3600, HOUR_MS = HOUR_S * 1000 };

static struct {
    const char *path;
    struct gateway gateway;
    const struct wg_plugin *plugins[2], **joined;
    struct timers *timers;
    struct wg_arena arena;
    int64_t now_ms;
    char turns[1000];    /* "hourly@programmes/one ..." in their order */
    const char *failing; /* the root at which turns fail, or NULL */
    const char *not_due; /* the root at which hourly has nothing to do, or NULL */
    Wellgate__Core__V1__Event *last;
    char said[10000];
} f;

static int64_t
fake_now(void)
{
    return f.now_ms;
}

/* ---- The plugin ---- */

static void
note_turn(struct wg_call *call, const char *root)
{
    size_t length = strlen(f.turns);

    snprintf(f.turns + length, sizeof(f.turns) - length, "%s%s@%s", length ? " " : "",
             call->timer->name, root);
}

static bool
is_root(const char *wanted, const char *root)
{
    return wanted && strcmp(wanted, root) == 0;
}

static const struct wg_problem *
hourly_due(struct wg_call *call, const char *root, bool *is_due)
{
    assert_false(call->writes);
    assert_true(*is_due);
    *is_due = !is_root(f.not_due, root);
    return NULL;
}

static const struct wg_problem *
hourly_run(struct wg_call *call, const char *root)
{
    assert_true(call->writes);
    assert_int_equal(wg_now_ms(call), f.now_ms);
    if (is_root(f.failing, root))
        return wg_fail(call, &wg_conflict, "it fails here");
    note_turn(call, root);
    return NULL;
}

/* Writes the programme anew where there are events that it has not seen: with that
 * there is one more. */
static const struct wg_problem *
follower_run(struct wg_call *call, const char *root)
{
    const struct wg_problem *problem;
    struct wg_record record;
    uint64_t seen, last;

    if (strcmp(root, "-") == 0)
        return NULL;
    if ((problem = wg_cursor_get(call, root, &seen)) ||
        (problem = wg_sequence(call, root, &last)))
        return problem;
    if (seen == last)
        return NULL;
    note_turn(call, root);
    if ((problem = wg_load(call, root, &record)) ||
        (problem = wg_update(call, record.message, "programme.followed")))
        return problem;
    if (is_root(f.failing, root))
        return wg_fail(call, &wg_conflict, "after it wrote");
    return wg_cursor_put(call, root, last + 1);
}

static const struct wg_problem *
often_run(struct wg_call *call, const char *root)
{
    return is_root(f.failing, root) ? wg_fail(call, &wg_conflict, "it fails here") : NULL;
}

static const struct wg_timer timers[] = {
    {"hourly", HOUR_S, hourly_due, hourly_run},
    {"follower", 2 * HOUR_S, NULL, follower_run},
    {"often", 20, NULL, often_run}, /* says nothing in f.turns */
    {0},
};
static const struct wg_plugin plugin = {WG_PLUGIN_ABI, .name = "test", .timers = timers};

/* ---- The fixture ---- */

static const struct wg_problem *
add_records(struct driver_txn *txn, void *context)
{
    Organisation organisation = WELLGATE__CORE__V1__ORGANISATION__INIT;
    static const char *const programmes[] = {ONE, TWO};
    struct wg_call *call = context;

    call_begin_run(call, txn, true);
    organisation.name = (char *)"organisations/gp";
    CHECK_OK(wg_insert(call, &organisation.base, NULL));
    for (size_t i = 0; i < 2; i++) {
        Programme programme = WELLGATE__CORE__V1__PROGRAMME__INIT;

        programme.name = (char *)programmes[i];
        CHECK_OK(wg_insert(call, &programme.base, NULL));
    }
    return NULL;
}

static void
open_station(void)
{
    char error[256] = "";

    f.gateway.store = store_open(f.path, 64 << 20, 4, error, sizeof(error));
    if (!f.gateway.store)
        fail_msg("%s", error);
    f.timers = timers_open(&f.gateway);
    assert_non_null(f.timers);
}

static void
close_station(void)
{
    timers_close(f.timers);
    store_close(f.gateway.store);
}

/* The core's resources are what the timers of a plugin beside it work on. */
static int
set_up(void **state)
{
    char error[256] = "";
    struct wg_call call;

    (void)state;
    memset(&f, 0, sizeof(f));
    f.path = new_directory();
    f.now_ms = START_MS;
    f.gateway.now_ms = fake_now;
    wg_arena_init(&f.arena, 16 << 20);
    if (!plugins_join(&f.gateway, NULL, 0, error, sizeof(error)))
        fail_msg("%s", error);
    f.joined = f.gateway.plugins;
    f.plugins[0] = f.joined[0];
    f.plugins[1] = &plugin;
    f.gateway.plugins = f.plugins;
    f.gateway.n_plugins = 2;
    open_station();
    call = call_as_system(&f.gateway, &plugin, &f.arena);
    CHECK_OK(store_write(f.gateway.store, add_records, &call));
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    close_station();
    f.gateway.plugins = f.joined;
    f.gateway.n_plugins = 1;
    plugins_part(&f.gateway);
    wg_arena_finish(&f.arena);
    remove_directory(f.path);
    return 0;
}

/* What runs when the clock says so. */
static void
check_turns(int64_t now_ms, const char *turns)
{
    f.now_ms = now_ms;
    *f.turns = '\0';
    timers_run_due(f.timers);
    assert_string_equal(f.turns, turns);
}

static const struct wg_problem *
read_last_event(struct driver_txn *txn, void *context)
{
    struct event_head head;

    CHECK_OK(event_head(txn, &f.arena, context, &head));
    CHECK_OK(event_get(txn, &f.arena, context, head.sequence, &f.last));
    return NULL;
}

static const Wellgate__Core__V1__Event *
last_event(const char *root)
{
    CHECK_OK(store_read(f.gateway.store, read_last_event, (void *)root));
    return f.last;
}

/* Standard error during a call, as text. */
static const char *
said_at(int64_t now_ms)
{
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);
    size_t length;

    assert_true(file && before >= 0);
    dup2(fileno(file), STDERR_FILENO);
    f.now_ms = now_ms;
    timers_run_due(f.timers);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    length = fread(f.said, 1, sizeof(f.said) - 1, file);
    f.said[length] = '\0';
    fclose(file);
    return f.said;
}

/* ---- When ---- */

#define HOURLY "hourly@- hourly@" ONE " hourly@" TWO
#define FOLLOWER "follower@" ONE " follower@" TWO

TEST(a_timer_runs_at_each_root_at_first_and_then_when_its_period_is_over)
{
    (void)state;
    check_turns(START_MS, HOURLY " " FOLLOWER);
    check_turns(START_MS, "");
    check_turns(START_MS + HOUR_MS - 1, "");
    check_turns(START_MS + HOUR_MS, HOURLY);
    check_turns(START_MS + 2 * HOUR_MS - 1, "");
    check_turns(START_MS + 2 * HOUR_MS, HOURLY);
}

TEST(after_a_jump_of_the_clock_it_runs_once_and_not_for_every_period)
{
    (void)state;
    check_turns(START_MS, HOURLY " " FOLLOWER);
    check_turns(START_MS + 100 * HOUR_MS, HOURLY);
    check_turns(START_MS + 100 * HOUR_MS + 1000, "");
    check_turns(START_MS + 101 * HOUR_MS, HOURLY);
}

TEST(a_clock_that_was_set_back_does_not_put_it_off)
{
    (void)state;
    check_turns(START_MS, HOURLY " " FOLLOWER);
    check_turns(START_MS - 50 * HOUR_MS, HOURLY);
    check_turns(START_MS - 49 * HOUR_MS, HOURLY);
}

TEST(a_restart_neither_forgets_nor_hurries_it)
{
    (void)state;
    check_turns(START_MS, HOURLY " " FOLLOWER);
    close_station();
    open_station();
    check_turns(START_MS + HOUR_MS / 2, "");
    check_turns(START_MS + HOUR_MS - 1, "");
    check_turns(START_MS + HOUR_MS, HOURLY);
    close_station();
    open_station();
    check_turns(START_MS + 2 * HOUR_MS, HOURLY);
}

TEST(a_root_where_it_says_that_it_is_not_due_is_passed_over)
{
    (void)state;
    f.not_due = ONE;
    check_turns(START_MS, "hourly@- hourly@" TWO " " FOLLOWER);
    f.not_due = NULL;
    check_turns(START_MS + HOUR_MS - 1, "");
    check_turns(START_MS + HOUR_MS, HOURLY);
}

/* ---- Failing ---- */

TEST(a_root_where_it_fails_stops_no_other_and_is_tried_again)
{
    (void)state;
    f.failing = ONE;
    check_turns(START_MS, "hourly@- hourly@" TWO " " FOLLOWER);
    f.failing = NULL;
    check_turns(START_MS + HOUR_MS, HOURLY);
}

TEST(what_a_failing_turn_wrote_is_rolled_back_with_its_cursor)
{
    (void)state;
    f.failing = ONE;
    check_turns(START_MS, "hourly@- hourly@" TWO " " FOLLOWER);
    assert_string_equal(last_event(ONE)->type, "programme.created");
    assert_string_equal(last_event(TWO)->type, "programme.followed");
    f.failing = NULL;
    check_turns(START_MS + 2 * HOUR_MS, HOURLY " follower@" ONE);
    assert_string_equal(last_event(ONE)->type, "programme.followed");
}

TEST(a_failure_is_told_once_a_minute_with_what_the_timer_says)
{
    (void)state;
    f.failing = TWO;
    said_at(START_MS);
    assert_non_null(strstr(f.said, "timer test/often failed at programmes/two and will be tried "
                                   "again (1 times by now): it fails here"));
    assert_string_equal(said_at(START_MS + 20 * 1000), "");
    assert_string_equal(said_at(START_MS + 40 * 1000), "");
    said_at(START_MS + 60 * 1000);
    assert_non_null(strstr(f.said, "timer test/often"));
    assert_non_null(strstr(f.said, "(3 times by now)"));
}

/* ---- What it may do ---- */

TEST(its_events_are_by_the_system)
{
    (void)state;
    check_turns(START_MS, HOURLY " " FOLLOWER);
    assert_string_equal(last_event(ONE)->type, "programme.followed");
    assert_string_equal(last_event(ONE)->subject, "system");
    assert_string_equal(last_event(ONE)->organisation, "");
    assert_int_equal(last_event(ONE)->time_ms, START_MS);
}

TEST(a_cursor_is_kept_over_restarts_for_each_root)
{
    (void)state;
    check_turns(START_MS, HOURLY " " FOLLOWER);
    close_station();
    open_station();
    check_turns(START_MS + 2 * HOUR_MS, HOURLY); /* the follower sees nothing new */
    assert_int_equal(last_event(ONE)->sequence, 2);
}

/* ---- Their thread ---- */

TEST(a_thread_runs_them_and_ends_when_they_are_closed)
{
    (void)state;
    assert_true(timers_start(f.timers));
    for (int tries = 0; tries < 6000 && strcmp(last_event(TWO)->type, "programme.followed"); tries++)
        usleep(10000);
    assert_string_equal(last_event(TWO)->type, "programme.followed");
}

/* ---- Refused ---- */

TEST(timers_are_checked_at_start)
{
    static const struct {
        struct wg_timer timers[3];
        const char *fault;
    } cases[] = {
        {{{NULL, 1, NULL, follower_run}}, "timer without a name: its name is no word"},
        {{{"", 1, NULL, follower_run}}, "timer : its name is no word"},
        {{{"Two words", 1, NULL, follower_run}}, "timer Two words: its name is no word"},
        {{{"a", 0, NULL, follower_run}}, "timer a: every_s is 0"},
        {{{"a", 1, NULL, NULL}}, "timer a: it runs nothing"},
        {{{"a", 1, NULL, follower_run}, {"a", 2, NULL, follower_run}}, "its name is given twice"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct wg_plugin faulty = {WG_PLUGIN_ABI, .name = "faulty",
                                         .descriptor_set = {"", ""}, .timers = cases[i].timers};
        const struct wg_plugin *plugins[] = {&faulty};
        struct gateway gateway = {0};
        char error[256] = "";

        assert_false(plugins_join(&gateway, plugins, 1, error, sizeof(error)));
        plugins_part(&gateway);
        if (!strstr(error, cases[i].fault))
            fail_msg("\"%s\" does not say \"%s\"", error, cases[i].fault);
    }
}

#define ON_A_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_STORE(a_timer_runs_at_each_root_at_first_and_then_when_its_period_is_over),
        ON_A_STORE(after_a_jump_of_the_clock_it_runs_once_and_not_for_every_period),
        ON_A_STORE(a_clock_that_was_set_back_does_not_put_it_off),
        ON_A_STORE(a_restart_neither_forgets_nor_hurries_it),
        ON_A_STORE(a_root_where_it_says_that_it_is_not_due_is_passed_over),
        ON_A_STORE(a_root_where_it_fails_stops_no_other_and_is_tried_again),
        ON_A_STORE(what_a_failing_turn_wrote_is_rolled_back_with_its_cursor),
        ON_A_STORE(a_failure_is_told_once_a_minute_with_what_the_timer_says),
        ON_A_STORE(its_events_are_by_the_system),
        ON_A_STORE(a_cursor_is_kept_over_restarts_for_each_root),
        ON_A_STORE(a_thread_runs_them_and_ends_when_they_are_closed),
        cmocka_unit_test(timers_are_checked_at_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
