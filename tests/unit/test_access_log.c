/* test_access_log.c - what was told of disclosures is kept, each of them, in order. */
#include "store_fixture.h"

#include <pthread.h>

#include "plugin.h"
#include "resource/access_log.h"

#define TEST(name) static void name(void **state)
#define ADA "programmes/one/people/ada"
#define ADA_TOO "programmes/one/people/ada-2" /* begins alike */

enum { THREADS = 4, TOLD_BY_EACH = 500, ROWS_MAX = 5000 };

static struct {
    char *path;
    struct gateway gateway;
    struct wg_arena arena;
    const char *person;
    struct access_row rows[ROWS_MAX];
    unsigned char places[ROWS_MAX][ACCESS_PLACE_BYTES];
    size_t n, most;
    const unsigned char *before;
} f;

static const struct method method = {.full_name = "t.People/GetPerson"};

/* A call that shows this person, and so many more of other names. */
static const struct wg_problem *
tell(const char *person, int64_t time_ms, const char *subject, uint32_t records)
{
    struct disclosure shown = {person, records, NULL};
    struct wg_arena arena;
    struct wg_call call = {
        .gateway = &f.gateway,
        .method = &method,
        .arena = &arena,
        .now_ms = time_ms,
        .caller = {.issuer = "i", .subject = subject, .organisation = "organisations/hub"},
        .disclosed = &shown,
    };
    const struct wg_problem *problem;

    wg_arena_init(&arena, 64 * 1024);
    problem = access_tell(&call);
    wg_arena_finish(&arena);
    return problem;
}

struct writing {
    int64_t time_ms;
    const struct wg_problem *ends; /* the transaction, with this */
};

static const struct wg_problem *
write_shown(struct driver_txn *txn, void *context)
{
    const struct writing *writing = context;
    struct disclosure too = {ADA_TOO, 3, NULL}, shown = {ADA, 2, &too};
    struct wg_call call = {
        .gateway = &f.gateway,
        .method = &method,
        .arena = &f.arena,
        .txn = txn,
        .now_ms = writing->time_ms,
        .caller = {.issuer = "i", .subject = "eve", .organisation = "organisations/hub"},
        .disclosed = &shown,
    };
    const struct wg_problem *problem = access_write(&call);

    return problem ? problem : writing->ends;
}

static void
open_log(void)
{
    f.gateway.access_log = access_log_open(f.gateway.store);
    assert_non_null(f.gateway.access_log);
}

static void
close_log(void)
{
    access_log_close(f.gateway.access_log);
    f.gateway.access_log = NULL;
}

static bool
take(void *context, const struct access_row *row)
{
    (void)context;
    if (f.n == f.most)
        return false;
    memcpy(f.places[f.n], row->place, ACCESS_PLACE_BYTES);
    f.rows[f.n] = *row;
    f.rows[f.n].place = f.places[f.n];
    f.n++;
    return true;
}

static const struct wg_problem *
scan(struct driver_txn *txn, void *context)
{
    struct wg_call *call = context;

    call_begin_run(call, txn, false);
    return access_scan(call, f.person, f.before, take, NULL);
}

/* Into f.rows; how many there are. */
static size_t
read_rows(const char *person, const unsigned char *before, size_t most)
{
    struct wg_call call = call_as_system(&f.gateway, NULL, &f.arena);

    wg_arena_reset(&f.arena);
    f.person = person;
    f.before = before;
    f.most = most;
    f.n = 0;
    CHECK_OK(store_read(f.gateway.store, scan, &call));
    return f.n;
}

static int64_t
no_time(void)
{
    return 0;
}

static int
set_up(void **state)
{
    char error[256] = "";

    (void)state;
    memset(&f, 0, sizeof(f));
    f.path = strdup(new_directory());
    f.gateway.now_ms = no_time;
    wg_arena_init(&f.arena, 16 << 20);
    f.gateway.store = store_open(f.path, 256 << 20, 4, error, sizeof(error));
    if (!f.gateway.store)
        fail_msg("%s", error);
    open_log();
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    close_log();
    store_close(f.gateway.store);
    wg_arena_finish(&f.arena);
    remove_directory(f.path);
    free(f.path);
    return 0;
}

TEST(what_was_told_is_there_after_a_close_the_newest_first)
{
    (void)state;
    CHECK_OK(tell(ADA, 1000, "ann", 1));
    CHECK_OK(tell(ADA, 3000, "bob", 7));
    CHECK_OK(tell(ADA, 2000, "cid", 1));
    CHECK_OK(tell(ADA_TOO, 4000, "dan", 1));
    close_log();
    assert_int_equal(read_rows(ADA, NULL, ROWS_MAX), 3);
    assert_string_equal(f.rows[0].subject, "bob");
    assert_int_equal(f.rows[0].records, 7);
    assert_int_equal(f.rows[0].time_ms, 3000);
    assert_string_equal(f.rows[0].method, "t.People/GetPerson");
    assert_string_equal(f.rows[0].issuer, "i");
    assert_string_equal(f.rows[0].organisation, "organisations/hub");
    assert_string_equal(f.rows[1].subject, "cid");
    assert_string_equal(f.rows[2].subject, "ann");
    assert_int_equal(read_rows(ADA_TOO, NULL, ROWS_MAX), 1);
    assert_int_equal(read_rows("programmes/one/people/nobody", NULL, ROWS_MAX), 0);
}

TEST(what_was_told_at_one_moment_comes_in_order_and_page_by_page)
{
    unsigned char place[ACCESS_PLACE_BYTES];

    (void)state;
    CHECK_OK(tell(ADA, 1000, "ann", 1));
    CHECK_OK(tell(ADA, 1000, "bob", 1));
    CHECK_OK(tell(ADA, 1000, "cid", 1));
    close_log();
    assert_int_equal(read_rows(ADA, NULL, 2), 2);
    assert_string_equal(f.rows[0].subject, "cid");
    assert_string_equal(f.rows[1].subject, "bob");
    memcpy(place, f.rows[1].place, sizeof(place));
    assert_int_equal(read_rows(ADA, place, 2), 1);
    assert_string_equal(f.rows[0].subject, "ann");
}

TEST(it_is_written_while_the_log_is_open)
{
    (void)state;
    CHECK_OK(tell(ADA, 1000, "ann", 1));
    for (int i = 0; i < 6000 && read_rows(ADA, NULL, ROWS_MAX) == 0; i++)
        usleep(10 * 1000);
    assert_int_equal(f.n, 1);
}

TEST(what_a_write_shows_is_there_with_it_and_only_then)
{
    struct writing kept = {1000, NULL}, undone = {2000, &wg_conflict};

    (void)state;
    CHECK_OK(store_write(f.gateway.store, write_shown, &kept));
    CHECK_PROBLEM(store_write(f.gateway.store, write_shown, &undone), wg_conflict);
    assert_int_equal(read_rows(ADA, NULL, ROWS_MAX), 1);
    assert_string_equal(f.rows[0].subject, "eve");
    assert_int_equal(f.rows[0].time_ms, 1000);
    assert_int_equal(f.rows[0].records, 2);
    assert_int_equal(read_rows(ADA_TOO, NULL, ROWS_MAX), 1);
    assert_int_equal(f.rows[0].records, 3);
}

TEST(writes_and_reads_of_one_moment_are_all_kept)
{
    struct writing write = {1000, NULL};

    (void)state;
    CHECK_OK(tell(ADA, 1000, "ann", 1));
    CHECK_OK(store_write(f.gateway.store, write_shown, &write));
    CHECK_OK(tell(ADA, 1000, "bob", 1));
    CHECK_OK(store_write(f.gateway.store, write_shown, &write));
    close_log();
    assert_int_equal(read_rows(ADA, NULL, ROWS_MAX), 4);
}

static void *
tell_many(void *subject)
{
    for (int i = 0; i < TOLD_BY_EACH; i++)
        if (tell(ADA, i, subject, 1))
            return subject;
    return NULL;
}

TEST(many_who_tell_at_once_lose_nothing)
{
    static char *const subjects[THREADS] = {"ann", "bob", "cid", "dan"};
    pthread_t threads[THREADS];
    size_t told[THREADS] = {0};

    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, tell_many, subjects[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;

        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    close_log();
    assert_int_equal(read_rows(ADA, NULL, ROWS_MAX), THREADS * TOLD_BY_EACH);
    for (size_t i = 0; i < f.n; i++)
        for (int s = 0; s < THREADS; s++)
            told[s] += strcmp(f.rows[i].subject, subjects[s]) == 0;
    for (int s = 0; s < THREADS; s++)
        assert_int_equal(told[s], TOLD_BY_EACH);
}

TEST(one_answer_may_show_more_people_than_one_write_takes)
{
    enum { PEOPLE = 2500 };
    static char names[PEOPLE][40];
    static struct disclosure shown[PEOPLE];
    struct wg_call call = {.gateway = &f.gateway, .method = &method, .arena = &f.arena,
                           .caller = {"i", "ann", "", NULL, 0}, .disclosed = shown};

    (void)state;
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(names[i], sizeof(names[i]), "programmes/one/people/p%d", i);
        shown[i] = (struct disclosure){names[i], 1, i + 1 < PEOPLE ? &shown[i + 1] : NULL};
    }
    CHECK_OK(access_tell(&call));
    close_log();
    for (int i = 0; i < PEOPLE; i++)
        assert_int_equal(read_rows(names[i], NULL, ROWS_MAX), 1);
}

TEST(a_store_that_takes_no_writes_lets_answers_wait_and_then_fail)
{
    const struct wg_problem *problem = NULL;
    static char person[200];

    (void)state;
    store_fail(f.gateway.store, "a test");
    memset(person, 'p', sizeof(person) - 1);
    for (int i = 0; i < 200000 && !problem; i++)
        problem = tell(person, i, "ann", 1);
    CHECK_PROBLEM(problem, wg_unavailable);
}

int
main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_STORE(what_was_told_is_there_after_a_close_the_newest_first),
        WITH_STORE(what_was_told_at_one_moment_comes_in_order_and_page_by_page),
        WITH_STORE(it_is_written_while_the_log_is_open),
        WITH_STORE(what_a_write_shows_is_there_with_it_and_only_then),
        WITH_STORE(writes_and_reads_of_one_moment_are_all_kept),
        WITH_STORE(many_who_tell_at_once_lose_nothing),
        WITH_STORE(one_answer_may_show_more_people_than_one_write_takes),
        WITH_STORE(a_store_that_takes_no_writes_lets_answers_wait_and_then_fail),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
