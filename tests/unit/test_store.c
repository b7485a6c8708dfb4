/* test_store.c - the driver and the writer: what is acknowledged stays, what
 * fails leaves nothing. */
#include "chance.h"
#include "store_fixture.h"

#include <stdatomic.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store/store.h"

#define THREADS 8
#define WRITES 200
#define MAP_BYTES ((size_t)256 << 20)

struct fixture {
    char *path;
    struct store *store;
};

static struct store *
open_at(const char *path, size_t map_bytes)
{
    char error[256] = "";
    struct store *store =
        store_open(path, map_bytes, 128, error, sizeof(error));

    if (!store)
        print_error("%s\n", error);
    assert_non_null(store);
    return store;
}

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->path = new_directory();
    f->store = open_at(f->path, MAP_BYTES);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    store_close(f->store);
    remove_directory(f->path);
    free(f);
    return 0;
}

static void
reopen(struct fixture *f, size_t map_bytes)
{
    store_close(f->store);
    f->store = open_at(f->path, map_bytes);
}

/* ---- Functions to run in a transaction ---- */

struct entry {
    const char *key;
    const void *value;
    size_t length;
    const struct wg_problem *answer; /* after the put */
    bool looks_away; /* answers success whatever the put said */
};

static const struct wg_problem *
put(struct driver_txn *txn, void *context)
{
    const struct entry *entry = context;
    enum driver_status status =
        driver_put(txn, SPACE_RECORD, bytes(entry->key),
                   (struct wg_bytes){entry->value, entry->length});

    if (status == DRIVER_FULL && !entry->looks_away)
        return &wg_insufficient_storage;
    return entry->answer;
}

static const struct wg_problem *
delete(struct driver_txn *txn, void *context)
{
    return driver_delete(txn, SPACE_RECORD, bytes(context)) == DRIVER_OK
               ? NULL
               : &wg_insufficient_storage;
}

static const struct wg_problem *
find(struct driver_txn *txn, void *context)
{
    struct wg_bytes value;

    return driver_get(txn, SPACE_RECORD, bytes(context), &value) == DRIVER_OK
               ? NULL
               : &wg_not_found;
}

static const struct wg_problem *
write_text(struct store *store, const char *key, const char *value)
{
    struct entry entry = {.key = key, .value = value, .length = strlen(value)};

    return store_write(store, put, &entry);
}

static bool
is_there(struct store *store, const char *key)
{
    return store_read(store, find, (void *)key) == NULL;
}

/* ---- Batches ---- */

struct writer {
    struct fixture *f;
    struct entry entry;
    const struct wg_problem *problem;
    pthread_t thread;
};

static atomic_int finished; /* of write_one */

static void *
write_one(void *argument)
{
    struct writer *writer = argument;

    writer->problem = store_write(writer->f->store, put, &writer->entry);
    atomic_fetch_add(&finished, 1);
    return NULL;
}

/* The writer at work on this says that it is held, and waits. */
static sem_t held, gate;

static const struct wg_problem *
wait_at_gate(struct driver_txn *txn, void *context)
{
    (void)txn;
    (void)context;
    sem_post(&held);
    sem_wait(&gate);
    return NULL;
}

static void
hold_writer(struct store *store, struct store_job *job)
{
    sem_init(&held, 0, 0);
    sem_init(&gate, 0, 0);
    store_submit(store, job, wait_at_gate, NULL);
    sem_wait(&held);
}

static const struct wg_problem *
let_go(struct store_job *job)
{
    const struct wg_problem *problem;

    sem_post(&gate);
    problem = store_wait(job);
    sem_destroy(&held);
    sem_destroy(&gate);
    return problem;
}

static void
pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Queue all of them while the writer is held, so that they share a commit. */
static void
write_as_batch(struct fixture *f, struct writer *writers, size_t n)
{
    struct store_job blocker;

    hold_writer(f->store, &blocker);
    for (size_t i = 0; i < n; i++) {
        writers[i].f = f;
        pthread_create(&writers[i].thread, NULL, write_one, &writers[i]);
    }
    pause_ms(100);
    CHECK_OK(let_go(&blocker));
    for (size_t i = 0; i < n; i++)
        pthread_join(writers[i].thread, NULL);
}

static void
a_function_that_fails_rolls_back_alone(void **state)
{
    struct fixture *f = *state;
    struct writer w[] = {
        {.entry = {"one", "1", 1}},
        {.entry = {"two", "2", 1, &wg_conflict}},
        {.entry = {"three", "3", 1}},
    };

    write_as_batch(f, w, 3);
    CHECK_OK(w[0].problem);
    CHECK_PROBLEM(w[1].problem, wg_conflict);
    CHECK_OK(w[2].problem);
    reopen(f, MAP_BYTES);
    assert_true(is_there(f->store, "one"));
    assert_false(is_there(f->store, "two"));
    assert_true(is_there(f->store, "three"));
}

/* ---- Several of one thread ---- */

/* Writes "0", "1", ... in turn: each its number, if the one before is there or is missing. */
struct step {
    unsigned number;
    bool missing;   /* the one before is */
    unsigned again; /* so many times, with something written */
    const struct wg_problem *answer;
    unsigned runs;
};

static const struct wg_problem *
take_step(struct driver_txn *txn, void *context)
{
    struct step *step = context;
    char before[16], key[16];

    snprintf(before, sizeof(before), "%u", step->number - 1);
    snprintf(key, sizeof(key), "%u", step->number);
    if (step->number && (find(txn, before) != NULL) != step->missing)
        return &wg_aborted;
    if (find(txn, key) == NULL) /* what was to be undone is there */
        return &wg_already_exists;
    if (driver_put(txn, SPACE_RECORD, bytes(key), bytes("x")) != DRIVER_OK)
        return &wg_insufficient_storage;
    return step->runs++ < step->again ? &store_again : step->answer;
}

static void
a_threads_jobs_run_in_order_and_each_by_itself(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[8];
    struct step steps[8];

    for (unsigned i = 0; i < 8; i++) {
        steps[i] = (struct step){i, .missing = i == 4, .answer = i == 3 ? &wg_conflict : NULL};
        store_submit(f->store, &jobs[i], take_step, &steps[i]);
    }
    for (unsigned i = 0; i < 8; i++)
        assert_ptr_equal(store_wait(&jobs[i]), i == 3 ? &wg_conflict : NULL);
    reopen(f, MAP_BYTES);
    assert_false(is_there(f->store, "3"));
    assert_true(is_there(f->store, "7"));
}

static void
a_job_that_is_run_again_keeps_its_place_and_nothing_of_its_runs(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[3];
    struct step steps[3] = {{0}, {1, .again = 3}, {2}};

    for (unsigned i = 0; i < 3; i++)
        store_submit(f->store, &jobs[i], take_step, &steps[i]);
    for (unsigned i = 0; i < 3; i++)
        CHECK_OK(store_wait(&jobs[i]));
    assert_int_equal(steps[1].runs, 4);
}

static void
a_function_that_fails_by_itself_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct entry entry = {"one", "1", 1, &wg_conflict};

    CHECK_PROBLEM(store_write(f->store, put, &entry), wg_conflict);
    assert_false(is_there(f->store, "one"));
}

static void
one_that_fills_the_map_spoils_nobody_else(void **state)
{
    struct fixture *f = *state;
    char *large = calloc(1, 2 << 20);
    struct writer w[] = {
        {.entry = {"one", "1", 1}},
        {.entry = {"large", large, 2 << 20}},
        {.entry = {"careless", large, 2 << 20, .looks_away = true}},
        {.entry = {"two", "2", 1}},
    };

    reopen(f, 1 << 20);
    write_as_batch(f, w, 4);
    CHECK_OK(w[0].problem);
    CHECK_PROBLEM(w[1].problem, wg_insufficient_storage);
    CHECK_PROBLEM(w[2].problem, wg_insufficient_storage);
    CHECK_OK(w[3].problem);
    assert_true(store_healthy(f->store));
    reopen(f, 1 << 20);
    assert_true(is_there(f->store, "one"));
    assert_false(is_there(f->store, "large"));
    assert_false(is_there(f->store, "careless"));
    assert_true(is_there(f->store, "two"));
    free(large);
}

/* Together they fill the map: whoever was told 507 left nothing, others all. */
static void
a_batch_at_the_edge_of_the_map_is_honest(void **state)
{
    struct fixture *f = *state;
    static char value[60000], keys[30][8];
    struct writer w[30] = {0};

    reopen(f, 1 << 20);
    for (int i = 0; i < 30; i++) {
        snprintf(keys[i], sizeof(keys[i]), "k%d", i);
        w[i].entry = (struct entry){keys[i], value, sizeof(value)};
    }
    write_as_batch(f, w, 30);
    reopen(f, 1 << 20);
    for (int i = 0; i < 30; i++) {
        assert_true(!w[i].problem || w[i].problem == &wg_insufficient_storage);
        assert_int_equal(is_there(f->store, keys[i]), !w[i].problem);
    }
}

/* ---- A commit that fails ---- */

static const struct wg_problem *
refuse_if_there(struct driver_txn *txn, void *context)
{
    return find(txn, context) ? NULL : &wg_already_exists;
}

static const struct wg_problem *
cut_off_the_file(struct driver_txn *txn, void *context)
{
    const struct rlimit none = {4096, RLIM_INFINITY};

    (void)txn;
    (void)context;
    return setrlimit(RLIMIT_FSIZE, &none) == 0 ? NULL : &wg_internal;
}

/* In a process of its own, whose files may not grow. */
static int
fail_a_commit(const char *path)
{
    struct entry entry = {"one", "1", 1};
    struct store *store = open_at(path, MAP_BYTES);
    struct store_job jobs[4];
    const struct wg_problem *problems[4];

    signal(SIGXFSZ, SIG_IGN);
    hold_writer(store, &jobs[0]);
    store_submit(store, &jobs[1], put, &entry);
    store_submit(store, &jobs[2], refuse_if_there, "one");
    store_submit(store, &jobs[3], cut_off_the_file, NULL);
    problems[0] = let_go(&jobs[0]);
    for (int i = 1; i < 4; i++)
        problems[i] = store_wait(&jobs[i]);
    if (problems[1] != &wg_insufficient_storage || is_there(store, "one"))
        return 1;
    return problems[2] == &wg_insufficient_storage ? 0 : 2;
}

/* Who was refused for what another wrote in the batch was refused for nothing. */
static void
nobody_is_refused_for_what_was_not_committed(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t child;

    store_close(f->store);
    child = fork();
    if (child == 0)
        _exit(fail_a_commit(f->path));
    waitpid(child, &status, 0);
    f->store = open_at(f->path, MAP_BYTES);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- Full ---- */

/* How many writes of 40,000 bytes the map takes. */
static int
fill(struct store *store)
{
    static char value[40000];
    const struct wg_problem *problem = NULL;
    char key[16];
    int n;

    for (n = 0; !problem && n < 100; n++) {
        struct entry entry = {key, value, sizeof(value)};

        snprintf(key, sizeof(key), "full-%d", n);
        problem = store_write(store, put, &entry);
    }
    CHECK_PROBLEM(problem, wg_insufficient_storage);
    return n - 1;
}

static void
a_full_map_is_507_and_room_comes_back(void **state)
{
    struct fixture *f = *state;
    char key[16];
    int n;

    reopen(f, 1 << 20);
    n = fill(f->store);
    assert_true(n > 10);
    assert_true(store_healthy(f->store));
    for (int i = 0; i < n; i++) {
        snprintf(key, sizeof(key), "full-%d", i);
        assert_true(is_there(f->store, key));
    }
    for (int i = 0; i < n; i++) {
        snprintf(key, sizeof(key), "full-%d", i);
        CHECK_OK(store_write(f->store, delete, key));
    }
    assert_in_range(fill(f->store), n - 4, n + 4); /* large values want a row
                                                      of pages */
    reopen(f, 2 << 20); /* the other remedy */
    assert_true(fill(f->store) > n);
}

static bool
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return false;
    fputs(text, file);
    return fclose(file) == 0;
}

/* A file system of 4 MiB over path, for this process alone; needs no rights
 * where a user may have a namespace. */
static bool
mount_small(const char *path)
{
    char users[32], groups[32];

    snprintf(users, sizeof(users), "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof(groups), "0 %u 1", (unsigned)getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_file("/proc/self/setgroups", "deny") &&
           write_file("/proc/self/uid_map", users) &&
           write_file("/proc/self/gid_map", groups) &&
           mount("none", path, "tmpfs", 0, "size=4m,mode=700") == 0;
}

/* Answers in its exit status: 0 as expected, 77 no such file system here. */
static int
fill_a_disk(const char *path)
{
    struct store *store;
    char error[256], key[16];
    int n = 0;

    if (!mount_small(path))
        return 77;
    store = store_open(path, MAP_BYTES, 4, error, sizeof(error));
    if (!store) {
        print_error("%s\n", error);
        return 1;
    }
    for (int i = 0; i < 2000; i++) {
        static char value[9000];
        struct entry entry = {key, value, sizeof(value)};
        const struct wg_problem *problem;

        snprintf(key, sizeof(key), "disk-%d", i);
        problem = store_write(store, put, &entry);
        if (problem && problem != &wg_insufficient_storage)
            return 2;
        n += !problem;
        if (!problem != is_there(store, key))
            return 3;
    }
    if (n < 100 || n == 2000 || !store_healthy(store))
        return 4;
    if (store_write(store, delete, (void *)"disk-1") != NULL)
        return 5;
    store_close(store);
    return 0;
}

static void
a_full_disk_is_507_and_reads_go_on(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t child;

    store_close(f->store);
    child = fork();
    if (child == 0)
        _exit(fill_a_disk(f->path));
    waitpid(child, &status, 0);
    f->store = open_at(f->path, MAP_BYTES);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- Many threads ---- */

static void *
write_many(void *argument)
{
    struct writer *writer = argument;
    char key[32];

    for (int i = 0; i < WRITES; i++) {
        snprintf(key, sizeof(key), "%s-%d", writer->entry.key, i);
        if (write_text(writer->f->store, key, "x") != NULL ||
            !is_there(writer->f->store, key))
            writer->problem = &wg_internal;
    }
    store_leave_thread(writer->f->store);
    return NULL;
}

static void
all_writes_of_eight_threads_are_there_after_reopening(void **state)
{
    struct fixture *f = *state;
    struct writer w[THREADS] = {0};
    char keys[THREADS][8], key[32];

    for (int t = 0; t < THREADS; t++) {
        snprintf(keys[t], sizeof(keys[t]), "t%d", t);
        w[t] = (struct writer){.f = f, .entry = {.key = keys[t]}};
        pthread_create(&w[t].thread, NULL, write_many, &w[t]);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(w[t].thread, NULL);
        CHECK_OK(w[t].problem);
    }
    reopen(f, MAP_BYTES);
    for (int t = 0; t < THREADS; t++)
        for (int i = 0; i < WRITES; i++) {
            snprintf(key, sizeof(key), "t%d-%d", t, i);
            assert_true(is_there(f->store, key));
        }
}

/* 4,096 wait in the queue beside the one that runs; three too many come. */
static void
a_full_queue_answers_unavailable(void **state)
{
    enum { MANY = 4096 + 3 };
    struct fixture *f = *state;
    struct writer *w = calloc(MANY, sizeof(*w));
    struct store_job blocker;
    pthread_attr_t attributes;
    int refused = 0;

    atomic_store(&finished, 0);
    hold_writer(f->store, &blocker);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    for (int i = 0; i < MANY; i++) {
        w[i] = (struct writer){.f = f, .entry = {"many", "x", 1}};
        assert_int_equal(pthread_create(&w[i].thread, &attributes, write_one,
                                        &w[i]), 0);
    }
    /* Those refused are back at once; the others wait for the one that runs. */
    for (int i = 0; i < 6000 && atomic_load(&finished) < MANY - 4096; i++)
        pause_ms(10);
    CHECK_OK(let_go(&blocker));
    for (int i = 0; i < MANY; i++) {
        pthread_join(w[i].thread, NULL);
        refused += w[i].problem == &wg_unavailable;
    }
    assert_int_equal(refused, 3);
    pthread_attr_destroy(&attributes);
    free(w);
}

/* ---- Killed ---- */

static int acknowledged; /* the pipe's end in the child */

static void *
write_until_killed(void *argument)
{
    struct writer *writer = argument;
    char key[32] = "";

    for (int i = 0;; i++) {
        memset(key, 0, sizeof(key));
        snprintf(key, sizeof(key), "%s-%d", writer->entry.key, i);
        if (write_text(writer->f->store, key, "x") == NULL &&
            write(acknowledged, key, sizeof(key)) != sizeof(key))
            return NULL;
    }
}

static void
write_in_child(struct fixture *f, int round)
{
    struct writer w[4] = {0};
    char keys[4][24];

    f->store = open_at(f->path, MAP_BYTES);
    for (int t = 0; t < 4; t++) {
        snprintf(keys[t], sizeof(keys[t]), "round%d-t%d", round, t);
        w[t] = (struct writer){.f = f, .entry = {.key = keys[t]}};
        pthread_create(&w[t].thread, NULL, write_until_killed, &w[t]);
    }
    for (;;)
        pause();
}

/* Kill it after some time, the first once it acknowledged something; read what it did. */
static size_t
kill_a_writer(struct fixture *f, int round, long ms, char (*keys)[32],
              size_t max)
{
    int ends[2];
    size_t n = 0;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        acknowledged = ends[1];
        write_in_child(f, round);
    }
    close(ends[1]);
    if (round == 0)
        poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, -1);
    pause_ms(ms);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (n < max && read(ends[0], keys[n], 32) == 32)
        n++;
    close(ends[0]);
    return n;
}

static void
kill_9_loses_nothing_acknowledged(void **state)
{
    enum { MAX = 20000 };
    struct fixture *f = *state;
    char(*keys)[32] = calloc(MAX, sizeof(*keys));
    size_t n = 0;

    sow();
    for (int round = 0; round < 5; round++) {
        store_close(f->store);
        n += kill_a_writer(f, round, (int)chance(300), keys + n,
                           MAX - n);
        f->store = open_at(f->path, MAP_BYTES);
        for (size_t i = 0; i < n; i++)
            assert_true(is_there(f->store, keys[i]));
    }
    print_message("%zu acknowledged writes, all there\n", n);
    assert_true(n > 0);
    free(keys);
}

/* ---- Opening ---- */

static void
a_second_opener_is_refused(void **state)
{
    struct fixture *f = *state;
    char error[256];

    assert_null(store_open(f->path, MAP_BYTES, 4, error, sizeof(error)));
    assert_non_null(strstr(error, f->path));
    assert_non_null(strstr(error, "another process has it open"));
    CHECK_OK(write_text(f->store, "still", "works"));
}

static const struct wg_problem *
change_format(struct driver_txn *txn, void *context)
{
    (void)context;
    return driver_put(txn, SPACE_META, bytes("format"), bytes("from 2049"))
               ? &wg_internal
               : NULL;
}

static void
a_store_of_another_format_is_refused(void **state)
{
    struct fixture *f = *state;
    char error[256];

    CHECK_OK(store_write(f->store, change_format, NULL));
    store_close(f->store);
    f->store = NULL;
    assert_null(store_open(f->path, MAP_BYTES, 4, error, sizeof(error)));
    assert_non_null(strstr(error, "its format is \"from 2049\", not "
                                  "\"wellgate store 1\""));
}

static void
a_directory_that_is_not_there_is_refused(void **state)
{
    char error[256];

    (void)state;
    assert_null(store_open("/nowhere", MAP_BYTES, 4, error, sizeof(error)));
    assert_string_equal(error, "store /nowhere: No such file or directory");
}

static void
its_files_are_for_their_owner_only(void **state)
{
    struct fixture *f = *state;
    const char *const names[] = {"data.mdb", "lock.mdb", "lock"};
    char file[600];
    struct stat stat_of;

    for (int i = 0; i < 3; i++) {
        snprintf(file, sizeof(file), "%s/%s", f->path, names[i]);
        assert_int_equal(stat(file, &stat_of), 0);
        assert_int_equal(stat_of.st_mode & 0777, 0600);
    }
}

/* ---- Failed, and misused ---- */

static void
after_damage_it_reads_but_does_not_write(void **state)
{
    struct fixture *f = *state;

    CHECK_OK(write_text(f->store, "before", "x"));
    store_fail(f->store, "a test said so");
    assert_false(store_healthy(f->store));
    CHECK_PROBLEM(write_text(f->store, "after", "x"), wg_unavailable);
    assert_true(is_there(f->store, "before"));
    assert_false(is_there(f->store, "after"));
}

static const struct wg_problem *
read_again(struct driver_txn *txn, void *context)
{
    struct fixture *f = context;

    (void)txn;
    return store_read(f->store, find, (void *)"x");
}

static void
a_read_inside_a_read_is_a_programming_error(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t child = fork();

    if (child == 0) {
        close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        store_read(f->store, read_again, f);
        _exit(0);
    }
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* ---- The driver's order ---- */

static const struct wg_problem *
put_three(struct driver_txn *txn, void *context)
{
    (void)context;
    driver_put(txn, SPACE_INDEX, bytes("b"), bytes("1"));
    driver_put(txn, SPACE_INDEX, bytes("d"), bytes("2"));
    driver_put(txn, SPACE_INDEX, bytes("f"), bytes("3"));
    return NULL;
}

static const struct wg_problem *
seek_everywhere(struct driver_txn *txn, void *context)
{
    static const struct {
        const char *key, *at, *before; /* NULL: none */
    } cases[] = {
        {"", "b", NULL},  {"a", "b", NULL}, {"b", "b", NULL}, {"c", "d", "b"},
        {"d", "d", "b"},  {"f", "f", "d"},  {"g", NULL, "f"},
    };
    struct driver_cursor *cursor;
    struct wg_bytes found, value;

    (void)context;
    assert_int_equal(driver_cursor_open(txn, SPACE_INDEX, &cursor), DRIVER_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum driver_status at =
            driver_seek(cursor, bytes(cases[i].key), &found, &value);

        assert_int_equal(at, cases[i].at ? DRIVER_OK : DRIVER_NOT_FOUND);
        assert_true(!cases[i].at || equals(found, cases[i].at));
        at = driver_seek_before(cursor, bytes(cases[i].key), &found, &value);
        assert_int_equal(at, cases[i].before ? DRIVER_OK : DRIVER_NOT_FOUND);
        assert_true(!cases[i].before || equals(found, cases[i].before));
    }
    driver_cursor_close(cursor);
    return NULL;
}

static void
keys_are_found_at_and_before(void **state)
{
    struct fixture *f = *state;

    CHECK_OK(store_write(f->store, put_three, NULL));
    CHECK_OK(store_read(f->store, seek_everywhere, NULL));
}

static const struct wg_problem *
use_long_keys(struct driver_txn *txn, void *context)
{
    char key[513];
    struct wg_bytes value;

    (void)context;
    memset(key, 'k', sizeof(key));
    key[512] = '\0';
    assert_int_equal(driver_get(txn, SPACE_RECORD, bytes(key), &value),
                     DRIVER_NOT_FOUND);
    assert_int_equal(driver_delete(txn, SPACE_RECORD, bytes(key)), DRIVER_OK);
    key[511] = '\0';
    assert_int_equal(driver_put(txn, SPACE_RECORD, bytes(key), bytes("v")),
                     DRIVER_OK);
    assert_int_equal(driver_get(txn, SPACE_RECORD, bytes(key), &value),
                     DRIVER_OK);
    return NULL;
}

static void
a_key_of_511_bytes_is_the_longest(void **state)
{
    struct fixture *f = *state;

    CHECK_OK(store_write(f->store, use_long_keys, NULL));
}

static void
used_room_is_counted_without_free_pages(void **state)
{
    char error[256], *path = new_directory();
    struct driver *driver = driver_open(path, 1 << 20, 4, error, sizeof(error));
    static char value[500000];
    struct driver_txn *txn;
    unsigned before;

    (void)state;
    assert_non_null(driver);
    before = driver_used_permille(driver);
    driver_begin_write(driver, NULL, &txn);
    driver_put(txn, SPACE_RECORD, bytes("k"),
               (struct wg_bytes){value, sizeof(value)});
    assert_int_equal(driver_commit(txn), DRIVER_OK);
    assert_in_range(driver_used_permille(driver), before + 450, before + 550);
    driver_begin_write(driver, NULL, &txn);
    driver_delete(txn, SPACE_RECORD, bytes("k"));
    assert_int_equal(driver_commit(txn), DRIVER_OK);
    assert_in_range(driver_used_permille(driver), 0, before + 20);
    driver_close(driver);
    remove_directory(path);
}

enum { EVENTS = 10000 };

static void
put_event(struct driver_txn *txn, const char *root, int sequence)
{
    static const char value[300];
    char key[40];

    snprintf(key, sizeof(key), "%s/%06d", root, sequence);
    assert_int_equal(driver_put(txn, SPACE_EVENT, bytes(key),
                                (struct wg_bytes){value, sizeof(value)}), DRIVER_OK);
}

static void
assert_event(struct driver_txn *txn, const char *root, int sequence)
{
    struct wg_bytes value;
    char key[40];

    snprintf(key, sizeof(key), "%s/%06d", root, sequence);
    assert_int_equal(driver_get(txn, SPACE_EVENT, bytes(key), &value), DRIVER_OK);
    assert_int_equal(value.length, 300);
}

/* Of 3.3 MB with their keys; pages that were split in two would take 6. */
static void
events_that_come_in_order_fill_their_pages(void **state)
{
    char error[256], *path = new_directory();
    struct driver *driver = driver_open(path, 8 << 20, 4, error, sizeof(error));
    struct driver_txn *txn;

    (void)state;
    assert_non_null(driver);
    driver_begin_write(driver, NULL, &txn);
    for (int i = 0; i < EVENTS; i++)
        put_event(txn, "b", i);
    assert_int_equal(driver_commit(txn), DRIVER_OK);
    assert_in_range(driver_used_permille(driver), 390, 450);
    driver_close(driver);
    remove_directory(path);
}

static void
events_of_several_roots_are_all_found(void **state)
{
    char error[256], *path = new_directory();
    struct driver *driver = driver_open(path, 64 << 20, 4, error, sizeof(error));
    static const char *const roots[] = {"b", "c", "a"};
    struct driver_txn *txn;

    (void)state;
    assert_non_null(driver);
    driver_begin_write(driver, NULL, &txn);
    for (int i = 0; i < EVENTS; i++)
        put_event(txn, roots[i % 3], i);
    put_event(txn, roots[0], 0); /* once more in its place */
    for (int i = 0; i < EVENTS; i++)
        assert_event(txn, roots[i % 3], i);
    assert_int_equal(driver_commit(txn), DRIVER_OK);
    driver_close(driver);
    remove_directory(path);
}

/* How often standard error said that the store fills up, during a write. */
static int
warnings_of_write(struct store *store, const char *key, size_t length)
{
    static char value[500000], said[4096];
    struct entry entry = {.key = key, .value = value, .length = length};
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO), n = 0;

    assert_true(file && before >= 0 && length <= sizeof(value));
    dup2(fileno(file), STDERR_FILENO);
    entry.answer = store_write(store, put, &entry);
    dup2(before, STDERR_FILENO);
    close(before);
    CHECK_OK(entry.answer);
    rewind(file);
    while (fgets(said, sizeof(said), file))
        n += strstr(said, "\"level\":\"warning\"") && strstr(said, "map_gib");
    fclose(file);
    return n;
}

static void
a_store_that_fills_up_is_warned_of_once(void **state)
{
    struct fixture *f = *state;

    reopen(f, 1 << 20);
    assert_int_equal(warnings_of_write(f->store, "half", 500000), 0);
    reopen(f, 1 << 20);
    assert_int_equal(warnings_of_write(f->store, "much of the rest", 350000), 1);
    assert_int_equal(warnings_of_write(f->store, "a little", 1), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_function_that_fails_rolls_back_alone),
        TEST(a_function_that_fails_by_itself_leaves_nothing),
        TEST(a_threads_jobs_run_in_order_and_each_by_itself),
        TEST(a_job_that_is_run_again_keeps_its_place_and_nothing_of_its_runs),
        TEST(one_that_fills_the_map_spoils_nobody_else),
        TEST(a_batch_at_the_edge_of_the_map_is_honest),
        TEST(nobody_is_refused_for_what_was_not_committed),
        TEST(a_full_map_is_507_and_room_comes_back),
        TEST(a_full_disk_is_507_and_reads_go_on),
        TEST(all_writes_of_eight_threads_are_there_after_reopening),
        TEST(a_full_queue_answers_unavailable),
        TEST(kill_9_loses_nothing_acknowledged),
        TEST(a_second_opener_is_refused),
        TEST(a_store_of_another_format_is_refused),
        cmocka_unit_test(a_directory_that_is_not_there_is_refused),
        TEST(its_files_are_for_their_owner_only),
        TEST(after_damage_it_reads_but_does_not_write),
        TEST(a_read_inside_a_read_is_a_programming_error),
        TEST(keys_are_found_at_and_before),
        TEST(a_key_of_511_bytes_is_the_longest),
        cmocka_unit_test(used_room_is_counted_without_free_pages),
        cmocka_unit_test(events_that_come_in_order_fill_their_pages),
        cmocka_unit_test(events_of_several_roots_are_all_found),
        TEST(a_store_that_fills_up_is_warned_of_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
