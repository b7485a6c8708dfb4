/* test_referrals.c - what no request reaches: answers that do not come, with a clock that
 * the tests set, and flags that other plugins raise. */
#include "store_fixture.h"

#include "plugin.h"
#include "referrals/pathway.h"
#include "referrals/referral/verbs.h"
#include "store/event.h"
#include "timers.h"

typedef Wellgate__Core__V1__Organisation Organisation;

extern const struct wg_plugin wg_plugin; /* referrals */

#define TEST(name) static void name(void **state)
#define ROOT "programmes/one"
#define ID(n) ROOT "/referrals/r" #n
#define START_MS INT64_C(1460030400000) /* 2016-04-07, noon */
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static struct {
    const char *path;
    struct gateway gateway;
    struct timers *timers;
    struct wg_arena arena;
    int64_t now_ms;
    uint32_t within, expire;
    char name[100];
    char date[11];
    Referral *read;
    size_t events, n_requested;
    bool writes;
    char last_type[40];
} f;

static int64_t
fake_now(void)
{
    return f.now_ms;
}

/* ---- What there is ---- */

static const struct wg_problem *
put_programme(struct driver_txn *txn, void *context)
{
    Programme programme = WELLGATE__CORE__V1__PROGRAMME__INIT;
    struct wg_call *call = context;
    bool exists;

    call_begin_run(call, txn, true);
    programme.name = (char *)ROOT;
    programme.answer_within_days = f.within;
    programme.expire_after_days = f.expire;
    CHECK_OK(wg_exists(call, ROOT, &exists));
    CHECK_OK(exists ? wg_update(call, &programme.base, NULL)
                    : wg_insert(call, &programme.base, NULL));
    return NULL;
}

static const struct wg_problem *
put_person(struct driver_txn *txn, void *context)
{
    Organisation organisation = WELLGATE__CORE__V1__ORGANISATION__INIT;
    Person person = WELLGATE__REFERRALS__V1__PERSON__INIT;
    struct wg_call *call = context;

    call_begin_run(call, txn, true);
    organisation.name = (char *)"organisations/gp";
    CHECK_OK(wg_insert(call, &organisation.base, NULL));
    person.name = (char *)ROOT "/people/p";
    CHECK_OK(wg_insert(call, &person.base, NULL));
    return NULL;
}

static const struct wg_problem *
put_request(struct driver_txn *txn, void *context)
{
    MoveRequest request = WELLGATE__REFERRALS__V1__MOVE_REFERRAL_REQUEST__INIT;
    Referral referral = WELLGATE__REFERRALS__V1__REFERRAL__INIT;
    struct wg_call *call = context;

    call_begin_run(call, txn, true);
    referral.name = f.name;
    referral.person = (char *)ROOT "/people/p";
    referral.referred_date = request.date = f.date;
    CHECK_OK(wg_insert(call, &referral.base, NULL));
    CHECK_OK(referral_move(call, &referral, VERB_SUBMIT, REQUESTER, &request, NULL));
    return NULL;
}

static const struct wg_problem *
move_request(struct driver_txn *txn, struct wg_call *call, enum verb verb, unsigned side)
{
    MoveRequest request = WELLGATE__REFERRALS__V1__MOVE_REFERRAL_REQUEST__INIT;
    struct wg_record record;

    call_begin_run(call, txn, true);
    CHECK_OK(wg_load(call, f.name, &record));
    CHECK_OK(referral_move(call, (Referral *)record.message, verb, side, &request, NULL));
    return NULL;
}

static const struct wg_problem *
accept_request(struct driver_txn *txn, void *context)
{
    return move_request(txn, context, VERB_ACCEPT, TARGET);
}

static const struct wg_problem *
mark_in_error(struct driver_txn *txn, void *context)
{
    return move_request(txn, context, VERB_MARK_ERROR, REQUESTER);
}

static void
write_as_gp(const struct wg_problem *(*write)(struct driver_txn *, void *))
{
    struct wg_call call = call_as_system(&f.gateway, &wg_plugin, &f.arena);

    wg_arena_reset(&f.arena);
    call.caller.organisation = "organisations/gp";
    CHECK_OK(store_write(f.gateway.store, write, &call));
}

static void
set_limits(uint32_t within, uint32_t expire)
{
    f.within = within;
    f.expire = expire;
    write_as_gp(put_programme);
}

static void
submit(const char *name, const char *date)
{
    snprintf(f.name, sizeof(f.name), "%s", name);
    snprintf(f.date, sizeof(f.date), "%s", date);
    write_as_gp(put_request);
}

static int
set_up(void **state)
{
    static const struct wg_plugin *const plugins[] = {&wg_plugin};
    char error[256] = "";

    (void)state;
    memset(&f, 0, sizeof(f));
    f.path = new_directory();
    f.now_ms = START_MS;
    f.gateway.now_ms = fake_now;
    wg_arena_init(&f.arena, 16 << 20);
    if (!plugins_join(&f.gateway, plugins, 1, error, sizeof(error)))
        fail_msg("%s", error);
    f.gateway.store = store_open(f.path, 64 << 20, 4, error, sizeof(error));
    f.timers = timers_open(&f.gateway);
    assert_true(f.gateway.store && f.timers);
    set_limits(0, 0);
    write_as_gp(put_person);
    return 0;
}

static int
tear_down(void **state)
{
    struct store *store = f.gateway.store;

    (void)state;
    timers_close(f.timers);
    plugins_part(&f.gateway);
    store_close(store);
    wg_arena_finish(&f.arena);
    remove_directory(f.path);
    return 0;
}

/* ---- What becomes of it ---- */

static const struct wg_problem *
read_referral(struct driver_txn *txn, void *context)
{
    struct wg_call *call = context;
    Wellgate__Core__V1__Event *event;
    struct event_head head;
    struct wg_record record;

    call_begin_run(call, txn, false);
    CHECK_OK(wg_load(call, f.name, &record));
    f.read = (Referral *)record.message;
    CHECK_OK(event_head(txn, &f.arena, ROOT, &head));
    CHECK_OK(event_get(txn, &f.arena, ROOT, head.sequence, &event));
    f.events = head.sequence;
    snprintf(f.last_type, sizeof(f.last_type), "%s", event->type);
    return NULL;
}

static const Referral *
look_at(const char *name)
{
    struct wg_call call = call_as_system(&f.gateway, &wg_plugin, &f.arena);

    wg_arena_reset(&f.arena);
    snprintf(f.name, sizeof(f.name), "%s", name);
    CHECK_OK(store_read(f.gateway.store, read_referral, &call));
    return f.read;
}

/* So many days after the start the timer has its turn. */
static void
on_day(int days)
{
    f.now_ms = START_MS + days * DAY_MS;
    timers_run_due(f.timers);
}

TEST(a_request_is_chased_when_its_days_are_over_and_again_after_as_many)
{
    (void)state;
    set_limits(5, 0);
    submit(ID(1), "2016-04-07");
    assert_string_equal(look_at(ID(1))->due_date, "2016-04-12");
    on_day(4);
    assert_string_equal(look_at(ID(1))->chased_date, "");
    on_day(5);
    assert_string_equal(look_at(ID(1))->chased_date, "2016-04-12");
    assert_string_equal(f.read->due_date, "2016-04-17");
    assert_string_equal(f.last_type, "referral.chased");
    on_day(9);
    assert_string_equal(look_at(ID(1))->chased_date, "2016-04-12");
    on_day(10);
    assert_string_equal(look_at(ID(1))->chased_date, "2016-04-17");
}

TEST(a_request_that_nobody_answers_is_cancelled_by_the_system)
{
    const Move *last;

    (void)state;
    set_limits(5, 14);
    submit(ID(1), "2016-04-07");
    on_day(5);
    on_day(10);
    assert_string_equal(look_at(ID(1))->due_date, "2016-04-21");
    on_day(13);
    assert_int_equal(look_at(ID(1))->state, REFERRAL_STATE(REQUESTED));
    on_day(14);
    last = look_at(ID(1))->moves[f.read->n_moves - 1];
    assert_int_equal(f.read->state, REFERRAL_STATE(CANCELLED));
    assert_string_equal(last->reason, "NO_RESPONSE");
    assert_string_equal(last->organisation, "");
    assert_string_equal(last->date, "2016-04-21");
    assert_string_equal(f.read->due_date, "");
    assert_string_equal(f.last_type, "referral.cancelled");
}

TEST(one_that_was_answered_is_left_alone)
{
    (void)state;
    set_limits(5, 14);
    submit(ID(1), "2016-04-07");
    write_as_gp(accept_request);
    assert_string_equal(look_at(ID(1))->due_date, "");
    on_day(100);
    assert_int_equal(look_at(ID(1))->state, REFERRAL_STATE(ACCEPTED));
    assert_string_equal(f.last_type, "referral.accepted");
}

TEST(history_that_is_loaded_late_counts_from_the_day_it_is_loaded)
{
    (void)state;
    set_limits(5, 14);
    submit(ID(1), "2012-01-31");
    on_day(1);
    assert_string_equal(look_at(ID(1))->requested_date, "2016-04-07");
    assert_string_equal(f.read->due_date, "2016-04-12");
    assert_int_equal(f.read->state, REFERRAL_STATE(REQUESTED));
}

TEST(limits_that_come_later_hold_for_what_waits_already)
{
    (void)state;
    submit(ID(1), "2016-04-07");
    assert_string_equal(look_at(ID(1))->due_date, "");
    on_day(3);
    set_limits(0, 7);
    on_day(4);
    assert_string_equal(look_at(ID(1))->due_date, "2016-04-14");
    on_day(7);
    assert_int_equal(look_at(ID(1))->state, REFERRAL_STATE(CANCELLED));
}

TEST(a_longer_limit_puts_off_what_would_be_due)
{
    (void)state;
    set_limits(0, 7);
    submit(ID(1), "2016-04-07");
    set_limits(0, 30);
    on_day(8);
    assert_int_equal(look_at(ID(1))->state, REFERRAL_STATE(REQUESTED));
    assert_string_equal(f.read->due_date, "2016-05-07");
    on_day(30);
    assert_int_equal(look_at(ID(1))->state, REFERRAL_STATE(CANCELLED));
}

TEST(a_programme_without_limits_and_a_day_on_which_nothing_is_due_write_nothing)
{
    size_t before;

    (void)state;
    submit(ID(1), "2016-04-07");
    look_at(ID(1));
    before = f.events;
    on_day(400);
    look_at(ID(1));
    assert_int_equal(f.events, before);
    set_limits(5, 0);
    on_day(401);
    look_at(ID(1));
    before = f.events;
    on_day(402);
    look_at(ID(1));
    assert_int_equal(f.events, before);
}

static const struct wg_problem *
count_requested(struct driver_txn *txn, void *context)
{
    struct wg_call *call = context;
    struct wg_record record;

    call_begin_run(call, txn, false);
    f.n_requested = 0;
    for (int i = 0; i < 150; i++) {
        CHECK_OK(wg_load(call, wg_format(&f.arena, ROOT "/referrals/m%03d", i), &record));
        f.n_requested += ((Referral *)record.message)->state == REFERRAL_STATE(REQUESTED);
    }
    return NULL;
}

static size_t
still_requested(void)
{
    struct wg_call call = call_as_system(&f.gateway, &wg_plugin, &f.arena);

    wg_arena_reset(&f.arena);
    CHECK_OK(store_read(f.gateway.store, count_requested, &call));
    return f.n_requested;
}

TEST(a_run_does_a_hundred_and_leaves_the_rest_to_the_next)
{
    (void)state;
    set_limits(0, 7);
    for (int i = 0; i < 150; i++) {
        char name[60];

        snprintf(name, sizeof(name), ROOT "/referrals/m%03d", i);
        submit(name, "2016-04-07");
    }
    on_day(7);
    assert_int_equal(still_requested(), 50);
    on_day(8);
    assert_int_equal(still_requested(), 0);
}

/* ---- Flags raised in process ---- */

#define SERVICE "wellgate.referrals.v1.Referrals/"

static struct {
    char names[400]; /* those that were answered, each behind a blank */
    const struct wg_problem *problem;
} raised;

static const struct wg_problem *
raise_flags(struct driver_txn *txn, void *context)
{
    Wellgate__Referrals__V1__RaiseSafeguardingFlagsRequest request =
        WELLGATE__REFERRALS__V1__RAISE_SAFEGUARDING_FLAGS_REQUEST__INIT;
    const Wellgate__Referrals__V1__RaiseSafeguardingFlagsResponse *response;
    const ProtobufCMessage *output = NULL;
    struct wg_call *call = context;

    call_begin_run(call, txn, f.writes);
    request.person = (char *)ROOT "/people/p";
    request.code = (char *)"SELF_HARM";
    *raised.names = '\0';
    raised.problem = wg_invoke(call, SERVICE "RaiseSafeguardingFlags", &request.base, &output);
    response = (const void *)output;
    for (size_t i = 0; response && i < response->n_referrals; i++) {
        strcat(raised.names, " ");
        strcat(raised.names, wg_name_id(response->referrals[i]));
    }
    return NULL;
}

TEST(a_flag_is_raised_on_each_open_referral_of_the_person_and_once)
{
    (void)state;
    f.writes = true;
    submit(ID(1), "2016-04-07");
    submit(ID(2), "2016-04-07");
    write_as_gp(accept_request);
    submit(ID(3), "2016-04-07");
    write_as_gp(mark_in_error);
    write_as_gp(raise_flags);
    CHECK_OK(raised.problem);
    assert_string_equal(raised.names, " r1 r2");
    assert_int_equal(look_at(ID(1))->n_flags, 1);
    assert_string_equal(f.read->flags[0]->code, "SELF_HARM");
    assert_string_equal(f.read->flags[0]->raised_date, "2016-04-07");
    assert_string_equal(f.read->flags[0]->raised_by, "organisations/gp");
    assert_int_equal(look_at(ID(3))->n_flags, 0);
    write_as_gp(raise_flags);
    assert_string_equal(raised.names, "");
    assert_int_equal(look_at(ID(2))->n_flags, 1);
}

/* It has no route, and writes all the same. */
TEST(a_call_that_only_reads_raises_none)
{
    struct wg_call call = call_as_system(&f.gateway, &wg_plugin, &f.arena);

    (void)state;
    f.writes = false;
    submit(ID(1), "2016-04-07");
    CHECK_OK(store_read(f.gateway.store, raise_flags, &call));
    CHECK_PROBLEM(raised.problem, wg_internal);
    assert_int_equal(look_at(ID(1))->n_flags, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_request_is_chased_when_its_days_are_over_and_again_after_as_many),
        CASE(a_request_that_nobody_answers_is_cancelled_by_the_system),
        CASE(one_that_was_answered_is_left_alone),
        CASE(history_that_is_loaded_late_counts_from_the_day_it_is_loaded),
        CASE(limits_that_come_later_hold_for_what_waits_already),
        CASE(a_longer_limit_puts_off_what_would_be_due),
        CASE(a_programme_without_limits_and_a_day_on_which_nothing_is_due_write_nothing),
        CASE(a_run_does_a_hundred_and_leaves_the_rest_to_the_next),
        CASE(a_flag_is_raised_on_each_open_referral_of_the_person_and_once),
        CASE(a_call_that_only_reads_raises_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
