/* test_retention.c - what comes with time, by a clock that the tests set: people who are
 * due to be erased, and consents that end. */
#include "store_fixture.h"

#include "people/people.h"
#include "plugin.h"
#include "referrals/person/consents.h"
#include "referrals/person/demographics.h"
#include "referrals/person/erasure.h"
#include "rpc/message.h"
#include "timers.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Wellgate__Core__V1__Organisation Organisation;
typedef Wellgate__Core__V1__Programme Programme;
typedef Wellgate__Common__V1__PageRequest PageRequest;
typedef Wellgate__Referrals__V1__EraseDuePeopleRequest EraseDuePeopleRequest;
typedef Wellgate__Referrals__V1__EraseDuePeopleResponse EraseDuePeopleResponse;
typedef Wellgate__Referrals__V1__ListDuePeopleResponse ListDuePeopleResponse;

extern const struct wg_plugin wg_plugin; /* referrals */

#define TEST(name) static void name(void **state)
#define ROOT "programmes/one"
#define ADA ROOT "/people/ada"
#define BEN ROOT "/people/ben"
#define START_MS INT64_C(1460030400000) /* 2016-04-07, noon */
#define DAY_MS (INT64_C(24) * 3600 * 1000)

static struct {
    char *path, people_path[300];
    struct gateway gateway;
    struct timers *timers;
    struct wg_arena arena;
    int64_t now_ms;
    struct wg_call call; /* the last one */
} f;

static int64_t
fake_now(void)
{
    return f.now_ms;
}

/* ---- Asking ---- */

static struct wg_call *
begin(const ProtobufCMessage *input)
{
    wg_arena_reset(&f.arena);
    f.call = call_as_system(&f.gateway, &wg_plugin, &f.arena);
    f.call.caller.organisation = "organisations/hub";
    f.call.input = input;
    return &f.call;
}

/* What is done in the store. */
struct job {
    const struct wg_problem *(*run)(struct wg_call *call);
    bool writes;
};

static const struct wg_problem *
run_job(struct driver_txn *txn, void *context)
{
    const struct job *job = context;

    call_begin_run(&f.call, txn, job->writes);
    return job->run(&f.call);
}

static const struct wg_problem *
write_job(const struct wg_problem *(*run)(struct wg_call *), const ProtobufCMessage *input)
{
    struct job job = {run, true};
    const struct wg_problem *problem;

    begin(input);
    problem = store_write(f.gateway.store, run_job, &job);
    return problem ? problem : call_committed(&f.call);
}

static const struct wg_problem *
put(struct wg_call *call)
{
    ProtobufCMessage *message = message_copy(call->arena, call->input);
    const ProtobufCFieldDescriptor *name = field_of(message->descriptor, "name");
    bool exists;

    CHECK_OK(wg_exists(call, field_text(message, name), &exists));
    return exists ? wg_update(call, message, NULL) : wg_insert(call, message, NULL);
}

static void
put_organisation(const char *name)
{
    Organisation organisation = WELLGATE__CORE__V1__ORGANISATION__INIT;

    organisation.name = (char *)name;
    CHECK_OK(write_job(put, &organisation.base));
}

static void
keep_for(uint32_t months)
{
    Programme programme = WELLGATE__CORE__V1__PROGRAMME__INIT;

    programme.name = (char *)ROOT;
    programme.retention_months = months;
    CHECK_OK(write_job(put, &programme.base));
}

static void
put_person(const char *name)
{
    Person person = WELLGATE__REFERRALS__V1__PERSON__INIT;

    person.name = (char *)name;
    person.given_name = (char *)"Zephyrine";
    CHECK_OK(write_job(put, &person.base));
}

static void
put_referral(const char *name, const char *person)
{
    Referral referral = WELLGATE__REFERRALS__V1__REFERRAL__INIT;

    referral.name = (char *)name;
    referral.person = (char *)person;
    referral.referred_date = (char *)"2016-04-07";
    CHECK_OK(write_job(put, &referral.base));
}

static const ListDuePeopleResponse *
list_due(int32_t page_size, const char *token)
{
    static PageRequest request;
    struct job job = {people_list_due, false};

    wellgate__common__v1__page_request__init(&request);
    request.parent = (char *)ROOT;
    request.page_size = page_size;
    request.page_token = (char *)token;
    begin(&request.base);
    CHECK_OK(store_read(f.gateway.store, run_job, &job));
    return (const void *)f.call.output;
}

static const struct wg_problem *
erase_due(const char *first, const char *second)
{
    static EraseDuePeopleRequest request;
    static char *people[2];

    wellgate__referrals__v1__erase_due_people_request__init(&request);
    people[0] = (char *)first;
    people[1] = (char *)second;
    request.parent = (char *)ROOT;
    request.people = people;
    request.n_people = second ? 2 : 1;
    return write_job(people_erase_due, &request.base);
}

static int
set_up(void **state)
{
    static const struct wg_plugin *const plugins[] = {&wg_plugin};
    char error[256] = "", slots[400], master[400];

    (void)state;
    memset(&f, 0, sizeof(f));
    f.path = strdup(new_directory());
    snprintf(f.people_path, sizeof(f.people_path), "%s", new_directory());
    snprintf(slots, sizeof(slots), "%s/slots", f.people_path);
    snprintf(master, sizeof(master), "%s/master.key", f.people_path);
    f.now_ms = START_MS;
    f.gateway.now_ms = fake_now;
    wg_arena_init(&f.arena, 16 << 20);
    if (!plugins_join(&f.gateway, plugins, 1, error, sizeof(error)))
        fail_msg("%s", error);
    f.gateway.store = store_open(f.path, 64 << 20, 4, error, sizeof(error));
    f.gateway.people = people_open(slots, master, PEOPLE_SERVE, error, sizeof(error));
    f.timers = timers_open(&f.gateway);
    if (!f.gateway.store || !f.gateway.people || !f.timers)
        fail_msg("%s", error);
    put_organisation("organisations/hub");
    keep_for(12);
    put_person(ADA);
    return 0;
}

static int
tear_down(void **state)
{
    struct store *store = f.gateway.store;

    (void)state;
    timers_close(f.timers);
    people_close(f.gateway.people);
    plugins_part(&f.gateway);
    store_close(store);
    wg_arena_finish(&f.arena);
    remove_directory(f.path);
    remove_directory(f.people_path);
    free(f.path);
    return 0;
}

/* ---- Who is due ---- */

TEST(a_person_is_due_the_day_when_the_retention_ends)
{
    const ListDuePeopleResponse *due;

    (void)state;
    f.now_ms = START_MS + 364 * DAY_MS; /* 2017-04-06 */
    assert_int_equal(list_due(0, "")->n_people, 0);
    f.now_ms += DAY_MS;
    due = list_due(0, "");
    assert_int_equal(due->n_people, 1);
    assert_string_equal(due->people[0]->person, ADA);
    assert_string_equal(due->people[0]->last_activity_date, "2016-04-07");
    assert_string_equal(due->people[0]->due_date, "2017-04-07");
}

TEST(without_a_retention_nobody_is_due)
{
    (void)state;
    keep_for(0);
    f.now_ms = START_MS + 20000 * DAY_MS;
    assert_int_equal(list_due(0, "")->n_people, 0);
}

TEST(what_is_recorded_of_a_person_or_a_referral_puts_it_off)
{
    (void)state;
    put_person(BEN);
    f.now_ms += 10 * DAY_MS;
    put_referral(ROOT "/referrals/r", BEN);
    f.now_ms = START_MS + 370 * DAY_MS;
    assert_int_equal(list_due(0, "")->n_people, 1);
    assert_string_equal(list_due(0, "")->people[0]->person, ADA);
    f.now_ms = START_MS + 375 * DAY_MS;
    assert_int_equal(list_due(0, "")->n_people, 2);
    put_referral(ROOT "/referrals/r", BEN);
    assert_int_equal(list_due(0, "")->n_people, 1);
}

TEST(who_is_due_is_listed_page_by_page)
{
    const ListDuePeopleResponse *due;
    char token[100];

    (void)state;
    put_person(BEN);
    f.now_ms = START_MS + 400 * DAY_MS;
    due = list_due(1, "");
    assert_int_equal(due->n_people, 1);
    assert_string_equal(due->people[0]->person, ADA);
    snprintf(token, sizeof(token), "%s", due->next_page_token);
    due = list_due(1, token);
    assert_int_equal(due->n_people, 1);
    assert_string_equal(due->people[0]->person, BEN);
    assert_string_equal(due->next_page_token, "");
}

/* ---- Erasing them ---- */

TEST(who_is_due_is_erased_and_listed_no_more)
{
    const EraseDuePeopleResponse *erased;

    (void)state;
    f.now_ms = START_MS + 400 * DAY_MS;
    CHECK_OK(erase_due(ADA, NULL));
    erased = (const void *)f.call.output;
    assert_int_equal(erased->n_people, 1);
    assert_string_equal(erased->people[0]->given_name, "");
    assert_int_equal(erased->people[0]->erasure_reason,
                     WELLGATE__REFERRALS__V1__PERSON__ERASURE_REASON__RETENTION_ENDED);
    assert_int_equal(list_due(0, "")->n_people, 0);
    f.now_ms += 4000 * DAY_MS;
    assert_int_equal(list_due(0, "")->n_people, 0);
    CHECK_OK(erase_due(ADA, NULL));
}

TEST(nobody_is_erased_where_one_of_them_is_not_due)
{
    (void)state;
    f.now_ms = START_MS + 400 * DAY_MS;
    put_person(BEN);
    CHECK_PROBLEM(erase_due(ADA, BEN), wg_validation);
    CHECK_PROBLEM(erase_due(ADA, ROOT "/people/nobody"), wg_validation);
    CHECK_PROBLEM(erase_due(ADA, "programmes/two/people/ada"), wg_validation);
    assert_int_equal(list_due(0, "")->n_people, 1);
}

TEST(what_happens_to_an_erased_person_makes_nobody_due)
{
    (void)state;
    put_referral(ROOT "/referrals/r", ADA);
    f.now_ms = START_MS + 400 * DAY_MS;
    CHECK_OK(erase_due(ADA, NULL));
    put_referral(ROOT "/referrals/r", ADA);
    f.now_ms += 400 * DAY_MS;
    assert_int_equal(list_due(0, "")->n_people, 0);
}

/* ---- Consents that end ---- */

#define CONSENT ADA "/consents/c"

static void
agree_until(const char *expiry_date)
{
    Consent consent = WELLGATE__REFERRALS__V1__CONSENT__INIT;

    consent.name = (char *)CONSENT;
    consent.purpose = CONSENT_PURPOSE(EVALUATION);
    consent.decision = WELLGATE__REFERRALS__V1__CONSENT__DECISION__AGREED;
    consent.given_by = WELLGATE__REFERRALS__V1__CONSENT__GIVER__PERSON;
    consent.date = (char *)"2016-04-01";
    consent.expiry_date = (char *)expiry_date;
    CHECK_OK(write_job(put, &consent.base));
}

static struct wg_record record;
static const char *wanted;

static const struct wg_problem *
load_wanted(struct wg_call *call)
{
    return wg_load(call, wanted, &record);
}

static const void *
look_at(const char *name)
{
    struct job job = {load_wanted, false};

    wanted = name;
    begin(NULL);
    CHECK_OK(store_read(f.gateway.store, run_job, &job));
    return record.message;
}

static int
consent_state(void)
{
    return (int)((const Consent *)look_at(CONSENT))->state;
}

static bool
evaluation_withheld(void)
{
    return ((const Person *)look_at(ADA))->evaluation_withheld;
}

static void
days_later(int days)
{
    f.now_ms = START_MS + days * DAY_MS;
    timers_run_due(f.timers);
}

#define GIVEN ((int)WELLGATE__REFERRALS__V1__CONSENT__STATE__GIVEN)
#define EXPIRED ((int)WELLGATE__REFERRALS__V1__CONSENT__STATE__EXPIRED)

TEST(a_consent_expires_behind_its_last_day_and_evaluators_are_shown_no_more)
{
    (void)state;
    agree_until("2016-04-10");
    days_later(3);
    assert_int_equal(consent_state(), GIVEN);
    assert_false(evaluation_withheld());
    days_later(4);
    assert_int_equal(consent_state(), EXPIRED);
    assert_true(evaluation_withheld());
    assert_int_equal(record.revision, 2);
    days_later(5);
    look_at(CONSENT);
    assert_int_equal(record.revision, 2);
}

TEST(a_last_day_that_was_put_off_is_the_one_that_counts)
{
    (void)state;
    agree_until("2016-04-10");
    agree_until("2016-04-20");
    days_later(10);
    assert_int_equal(consent_state(), GIVEN);
    assert_int_equal(record.revision, 2);
    days_later(14);
    assert_int_equal(consent_state(), EXPIRED);
}

TEST(a_last_day_that_was_taken_back_never_comes)
{
    (void)state;
    agree_until("2016-04-10");
    agree_until("");
    days_later(100);
    assert_int_equal(consent_state(), GIVEN);
    assert_int_equal(record.revision, 2);
}

/* ---- Ages ---- */

TEST(a_year_is_full_on_the_birthday)
{
    const wg_date birth = wg_date_from_civil(1960, 2, 29);

    (void)state;
    assert_int_equal(age_on(birth, wg_date_from_civil(2016, 2, 28)), 55);
    assert_int_equal(age_on(birth, wg_date_from_civil(2016, 2, 29)), 56);
    assert_int_equal(age_on(birth, wg_date_from_civil(2017, 2, 28)), 56);
    assert_int_equal(age_on(birth, wg_date_from_civil(2017, 3, 1)), 57);
    assert_int_equal(age_on(birth, birth), 0);
}

int
main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_person_is_due_the_day_when_the_retention_ends),
        WITH_STORE(without_a_retention_nobody_is_due),
        WITH_STORE(what_is_recorded_of_a_person_or_a_referral_puts_it_off),
        WITH_STORE(who_is_due_is_listed_page_by_page),
        WITH_STORE(who_is_due_is_erased_and_listed_no_more),
        WITH_STORE(nobody_is_erased_where_one_of_them_is_not_due),
        WITH_STORE(what_happens_to_an_erased_person_makes_nobody_due),
        WITH_STORE(a_consent_expires_behind_its_last_day_and_evaluators_are_shown_no_more),
        WITH_STORE(a_last_day_that_was_put_off_is_the_one_that_counts),
        WITH_STORE(a_last_day_that_was_taken_back_never_comes),
        cmocka_unit_test(a_year_is_full_on_the_birthday),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
