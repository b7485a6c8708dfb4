/* timers.c - when each timer is due, and its turn at each root. */
#include "timers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "resource/meta.h"
#include "store/event.h"
#include "threads.h"

#define TURN_BYTES_MAX (64u << 20)

enum { TICK_US = 1000 * 1000, COMPLAINT_MS = 60 * 1000 };

/* One timer, and when there is something to look at again. */
struct schedule {
    const struct wg_plugin *plugin;
    const struct wg_timer *timer;
    int64_t next_ms;
    int64_t complained_ms; /* 0: not yet */
    unsigned failures;     /* since then */
};

struct timers {
    const struct gateway *gateway;
    struct wg_arena arena; /* of one turn */
    atomic_bool stopping;
    bool started;
    pthread_t thread;
    pthread_mutex_t mutex; /* for changed alone */
    pthread_cond_t changed;
    size_t n;
    struct schedule schedules[];
};

/* A timer at one root after the other, all at the time when the round began. */
struct turn {
    struct wg_call call;
    const char *root; /* NULL behind the last */
    char root_text[DRIVER_KEY_BYTES_MAX + 1];
    bool is_due;
    int64_t ran_ms; /* 0: never */
};

static int64_t
period_ms(const struct wg_timer *timer)
{
    return (int64_t)timer->every_s * 1000;
}

/* A clock that was set back must not put off what it dates into the future. */
static bool
has_passed(int64_t since_ms, int64_t now_ms, int64_t period)
{
    return now_ms < since_ms || now_ms - since_ms >= period;
}

/* ---- A turn ---- */

static void
begin(struct turn *turn, struct driver_txn *txn, bool writes)
{
    wg_arena_reset(turn->call.arena);
    call_begin_run(&turn->call, txn, writes);
}

static const struct wg_problem *
next_root(struct driver_txn *txn, void *context)
{
    struct turn *turn = context;
    const struct wg_problem *problem;
    const char *next;

    begin(turn, txn, false);
    problem = event_next_root(txn, turn->call.arena, turn->root, &next);
    if (!problem && next)
        snprintf(turn->root_text, sizeof(turn->root_text), "%s", next);
    turn->root = !problem && next ? turn->root_text : NULL;
    return problem;
}

static struct wg_bytes
ran_key(struct turn *turn)
{
    return META_KEY(turn->call.arena, "timer", turn->call.plugin->name, turn->call.timer->name,
                    turn->root);
}

static const struct wg_problem *
ask(struct driver_txn *txn, void *context)
{
    struct turn *turn = context;
    const struct wg_timer *timer = turn->call.timer;
    const struct wg_problem *problem;
    uint64_t ran_ms;

    begin(turn, txn, false);
    if ((problem = meta_get_number(&turn->call, ran_key(turn), &ran_ms)))
        return problem;
    turn->ran_ms = (int64_t)ran_ms;
    turn->is_due = !ran_ms || has_passed(turn->ran_ms, turn->call.now_ms, period_ms(timer));
    return turn->is_due && timer->due ? timer->due(&turn->call, turn->root, &turn->is_due) : NULL;
}

static const struct wg_problem *
run(struct driver_txn *txn, void *context)
{
    struct turn *turn = context;
    const struct wg_problem *problem;

    begin(turn, txn, true);
    problem = turn->call.timer->run(&turn->call, turn->root);
    return problem ? problem
                   : meta_put_number(&turn->call, ran_key(turn), (uint64_t)turn->call.now_ms);
}

static const struct wg_problem *
take_turn(struct turn *turn)
{
    struct store *store = turn->call.gateway->store;
    const struct wg_problem *problem = store_read(store, ask, turn);

    if (problem || !turn->is_due)
        return problem;
    problem = store_write(store, run, turn);
    return problem ? problem : call_committed(&turn->call);
}

/* ---- A round ---- */

/* A line a minute for each timer, however many roots and rounds fail. */
static void
complain(struct schedule *schedule, const struct turn *turn, const struct wg_problem *problem)
{
    int64_t now_ms = turn->call.now_ms;

    schedule->failures++;
    if (schedule->complained_ms && !has_passed(schedule->complained_ms, now_ms, COMPLAINT_MS))
        return;
    (problem == &wg_internal ? log_error : log_warning)(
        "timer %s/%s failed at %s and will be tried again (%u times by now): %s",
        schedule->plugin->name, schedule->timer->name,
        turn->root ? turn->root : "the list of roots", schedule->failures,
        turn->call.detail ? turn->call.detail : problem->title);
    schedule->complained_ms = now_ms;
    schedule->failures = 0;
}

/* One whose run is younger than the round's comes due before the next round would. */
static void
come_back_for(struct schedule *schedule, const struct turn *turn)
{
    int64_t due_ms = turn->ran_ms + period_ms(schedule->timer);

    if (due_ms > turn->call.now_ms && due_ms < schedule->next_ms)
        schedule->next_ms = due_ms;
}

static void
go_round(struct timers *timers, struct schedule *schedule)
{
    struct turn turn = {
        .call = call_as_system(timers->gateway, schedule->plugin, &timers->arena),
        .root = "",
    };
    const struct wg_problem *problem;

    turn.call.timer = schedule->timer;
    schedule->next_ms = turn.call.now_ms + period_ms(schedule->timer);
    while (!(problem = store_read(timers->gateway->store, next_root, &turn)) && turn.root &&
           !atomic_load(&timers->stopping)) {
        const struct wg_problem *failure = take_turn(&turn);

        if (failure)
            complain(schedule, &turn, failure);
        else
            come_back_for(schedule, &turn);
    }
    if (problem)
        complain(schedule, &turn, problem);
}

void
timers_run_due(struct timers *timers)
{
    for (size_t i = 0; i < timers->n && !atomic_load(&timers->stopping); i++) {
        struct schedule *schedule = &timers->schedules[i];
        int64_t period = period_ms(schedule->timer);

        if (has_passed(schedule->next_ms - period, timers->gateway->now_ms(), period))
            go_round(timers, schedule);
    }
}

/* ---- Their thread ---- */

static void
rest(struct timers *timers)
{
    const struct timespec until = monotonic_in_us(TICK_US);

    pthread_mutex_lock(&timers->mutex);
    if (!atomic_load(&timers->stopping))
        pthread_cond_timedwait(&timers->changed, &timers->mutex, &until);
    pthread_mutex_unlock(&timers->mutex);
}

static void *
keep_running(void *context)
{
    struct timers *timers = context;

    for (; !atomic_load(&timers->stopping); rest(timers))
        timers_run_due(timers);
    store_leave_thread(timers->gateway->store);
    return NULL;
}

bool
timers_start(struct timers *timers)
{
    int rc;

    if (!timers->n)
        return true;
    rc = thread_start(&timers->thread, keep_running, timers);
    if (rc)
        log_error("timers: %s", strerror(rc));
    timers->started = !rc;
    return timers->started;
}

/* ---- Open and close ---- */

static size_t
timers_of(const struct wg_plugin *plugin)
{
    size_t n = 0;

    while (plugin->timers && plugin->timers[n].name)
        n++;
    return n;
}

static void
add_all(struct timers *timers, const struct gateway *gateway)
{
    for (size_t p = 0; p < gateway->n_plugins; p++)
        for (size_t t = 0; t < timers_of(gateway->plugins[p]); t++)
            timers->schedules[timers->n++] = (struct schedule){
                .plugin = gateway->plugins[p],
                .timer = &gateway->plugins[p]->timers[t],
            };
}

struct timers *
timers_open(const struct gateway *gateway)
{
    struct timers *timers;
    size_t n = 0;

    for (size_t p = 0; p < gateway->n_plugins; p++)
        n += timers_of(gateway->plugins[p]);
    if (!(timers = calloc(1, sizeof(*timers) + n * sizeof(*timers->schedules)))) {
        log_error("timers: out of memory");
        return NULL;
    }
    timers->gateway = gateway;
    atomic_init(&timers->stopping, false);
    pthread_mutex_init(&timers->mutex, NULL);
    condition_begin(&timers->changed);
    wg_arena_init(&timers->arena, TURN_BYTES_MAX);
    add_all(timers, gateway);
    return timers;
}

void
timers_close(struct timers *timers)
{
    if (!timers)
        return;
    pthread_mutex_lock(&timers->mutex);
    atomic_store(&timers->stopping, true);
    pthread_cond_signal(&timers->changed);
    pthread_mutex_unlock(&timers->mutex);
    if (timers->started)
        pthread_join(timers->thread, NULL);
    pthread_cond_destroy(&timers->changed);
    pthread_mutex_destroy(&timers->mutex);
    wg_arena_finish(&timers->arena);
    free(timers);
}
