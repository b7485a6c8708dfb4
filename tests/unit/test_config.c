/* test_config.c - what stops the start, and what may be left out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define ISSUER                                                                \
    "{ url = \"https://i.example\" audience = \"wellgate\" jwks_file = \"k\" }"
#define ISSUERS "issuers = (" ISSUER ")\n"

static char path[] = "/tmp/wellgate-test-config-XXXXXX";
static char error[512];
static struct config config;

static int
make_file(void **state)
{
    int file = mkstemp(path);

    (void)state;
    return file < 0 || close(file) != 0;
}

static int
remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

/* To be finished by the caller, whatever the answer. */
static bool
load(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    *error = '\0';
    return config_load(&config, path, error, sizeof(error));
}

static void
check_refused(const char *text, const char *fault)
{
    bool loaded = load(text);

    config_finish(&config);
    if (loaded || !strstr(error, fault) || strncmp(error, path, strlen(path)) != 0)
        fail_msg("%s: \"%s\" does not say \"%s\"", text, loaded ? "loaded" : error, fault);
}

TEST(what_is_left_out_has_its_default)
{
    const struct issuer_settings *issuer = &config.issuers[0];

    if (!load(ISSUERS))
        fail_msg("%s", error);
    assert_string_equal(config.address, "127.0.0.1");
    assert_int_equal(config.port, 8080);
    assert_int_equal(config.connections, 256);
    assert_int_equal(config.body_kib_max, 64);
    assert_int_equal(config.request_timeout_ms, 10000);
    assert_int_equal(config.keep_alive_ms, 15000);
    assert_int_equal(config.drain_ms, 10000);
    assert_string_equal(config.store_path, "var/store");
    assert_string_equal(config.slots_path, "var/people/slots");
    assert_string_equal(config.master_path, "var/people/master.key");
    assert_int_equal(config.map_gib, 64);
    assert_int_equal(config.n_plugins, 0);
    assert_int_equal(config.n_issuers, 1);
    assert_string_equal(issuer->url, "https://i.example");
    assert_string_equal(issuer->audience, "wellgate");
    assert_string_equal(issuer->jwks_file, "k");
    assert_null(issuer->secret_file);
    assert_null(issuer->algorithm);
    assert_null(issuer->type);
    assert_string_equal(issuer->organisation_claim, "organisation");
    assert_string_equal(issuer->organisation_prefix, "organisations/");
    assert_string_equal(issuer->scope_claim, "scope");
    assert_false(issuer->may_grant_admin);
    assert_int_equal(issuer->leeway_s, 0);
    assert_int_equal(issuer->lifetime_max_s, 0);
    config_finish(&config);
}

TEST(everything_may_be_said)
{
    if (!load("listen: { address = \"::1\" port = 0 connections = 1 body_kib_max = 16384\n"
              "  request_timeout_ms = 100 keep_alive_ms = 0 drain_ms = 0 }\n"
              "store: { path = \"/s\" map_gib = 1 }\n"
              "people: { slots = \"/k/s\" master = \"/m\" }\n"
              "plugins: { path = \"/p\" load = [\"b\", \"a\"] }\n"
              "issuers = ( { url = \"u\" audience = \"a\" jwks_file = \"j\" type = \"JWT\"\n"
              "  organisation_claim = \"o.c\" organisation_prefix = \"\" scope_claim = \"scp\"\n"
              "  secret_file = \"s\" algorithm = \"HS256\"\n"
              "  may_grant_admin = true leeway_s = 60 lifetime_max_s = 31622400 },\n"
              "  " ISSUER " )\n"))
        fail_msg("%s", error);
    assert_string_equal(config.address, "::1");
    assert_int_equal(config.port, 0);
    assert_int_equal(config.connections, 1);
    assert_int_equal(config.body_kib_max, 16384);
    assert_int_equal(config.request_timeout_ms, 100);
    assert_int_equal(config.keep_alive_ms, 0);
    assert_int_equal(config.drain_ms, 0);
    assert_string_equal(config.store_path, "/s");
    assert_int_equal(config.map_gib, 1);
    assert_string_equal(config.slots_path, "/k/s");
    assert_string_equal(config.master_path, "/m");
    assert_string_equal(config.plugin_path, "/p");
    assert_int_equal(config.n_plugins, 2);
    assert_string_equal(config.plugins[0], "b"); /* in the order given */
    assert_string_equal(config.plugins[1], "a");
    assert_int_equal(config.n_issuers, 2);
    assert_string_equal(config.issuers[0].secret_file, "s");
    assert_string_equal(config.issuers[0].algorithm, "HS256");
    assert_string_equal(config.issuers[0].type, "JWT");
    assert_string_equal(config.issuers[0].organisation_claim, "o.c");
    assert_string_equal(config.issuers[0].organisation_prefix, "");
    assert_string_equal(config.issuers[0].scope_claim, "scp");
    assert_true(config.issuers[0].may_grant_admin);
    assert_int_equal(config.issuers[0].leeway_s, 60);
    assert_int_equal(config.issuers[0].lifetime_max_s, 31622400);
    assert_string_equal(config.issuers[1].organisation_claim, "organisation");
    config_finish(&config);
}

TEST(keys_of_people_lie_beside_the_folder_of_the_store)
{
    static const struct {
        const char *store, *slots;
    } cases[] = {{"store", "people/slots"},       {"/store", "/people/slots"},
                 {"a/b/store", "a/b/people/slots"}, {"a/store//", "a/people/slots"}};
    char text[512];

    for (size_t i = 0; i < COUNT(cases); i++) {
        snprintf(text, sizeof(text), ISSUERS "store: { path = \"%s\" }", cases[i].store);
        assert_true(load(text));
        assert_string_equal(config.slots_path, cases[i].slots);
        config_finish(&config);
    }
}

TEST(plugins_lie_beside_the_program)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

    assert_true(length > 0);
    program[length] = '\0';
    strcpy(strrchr(program, '/'), "/some/where");
    assert_true(load(ISSUERS "plugins: { path = \"some/where\" }"));
    assert_string_equal(config.plugin_path, program);
    config_finish(&config);
}

TEST(a_section_or_a_key_that_is_not_known_is_refused)
{
    static const char *const cases[][2] = {
        {ISSUERS "lisen: { port = 1 }", "lisen is not a known section"},
        {ISSUERS "port = 8080", "port is not a known section"},
        {ISSUERS "Listen: { }", "Listen is not a known section"}, /* case counts */
        {ISSUERS "listen: { prot = 1 }", "prot is not a known key"},
        {ISSUERS "listen: { path = \"x\" }", "path is not a known key"},
        {ISSUERS "listen: { load = [] }", "load is not a known key"},
        {ISSUERS "store: { port = 1 }", "port is not a known key"},
        {ISSUERS "plugins: { loaded = [] }", "loaded is not a known key"},
        {ISSUERS "store: { deep: { path = \"x\" } }", "deep is not a known key"},
        {"issuers = ( { uri = \"x\" } )", "uri is not a known key"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(cases[i][0], cases[i][1]);
}

TEST(a_value_of_another_type_is_refused)
{
    static const char *const cases[][2] = {
        {ISSUERS "listen: { port = \"8080\" }", "port must be a whole number"},
        {ISSUERS "listen: { port = 8080.0 }", "port must be a whole number"},
        {ISSUERS "listen: { port = true }", "port must be a whole number"},
        {ISSUERS "listen: { port = [1] }", "port must be a whole number"},
        {ISSUERS "listen: { address = 127 }", "address must be text"},
        {ISSUERS "listen: { address = { } }", "address must be text"},
        {ISSUERS "store: { path = true }", "path must be text"},
        {ISSUERS "listen = 5", "listen must be a section"},
        {ISSUERS "listen = ( { port = 1 } )", "listen must be a section"},
        {ISSUERS "store = \"var\"", "store must be a section"},
        {ISSUERS "plugins = [\"referrals\"]", "plugins must be a section"},
        {ISSUERS "plugins: { load = [1] }", "load must be a list"},
        {ISSUERS "plugins: { load = ([\"x\"]) }", "load must be a list"},
        {ISSUERS "cors: { origins = \"https://a.example\" }", "origins must be a list"},
        {ISSUERS "cors: { origins = [\"*\"] }", "* is no origin"},
        {ISSUERS "cors: { origins = [\"https://*.example\"] }", "is no origin"},
        {ISSUERS "cors: { origins = [\"null\"] }", "null is no origin"},
        {ISSUERS "cors: { origins = [\"https://a.example/\"] }", "is no origin"},
        {ISSUERS "cors: { origins = [\"https://A.example\"] }", "is no origin"},
        {ISSUERS "cors: { origins = [\"https://a.example:\"] }", "is no origin"},
        {ISSUERS "cors: { origins = [\"ftp://a.example\"] }", "is no origin"},
        {ISSUERS "cors: { max_age_s = -1 }", "max_age_s"},
        {ISSUERS "cors: { credentials = true }", "credentials is not a known key"},
        {"issuers = " ISSUER, "issuers must be a list of sections"},
        {"issuers = [\"x\"]", "issuers must be a list of sections"},
        {"issuers = ( { url = 1 } )", "url must be text"},
        {"issuers = ( { may_grant_admin = 1 } )", "may_grant_admin must be true or false"},
        {"issuers = ( { may_grant_admin = \"no\" } )", "may_grant_admin must be true or false"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(cases[i][0], cases[i][1]);
}

TEST(a_plugin_list_that_is_one_text_is_refused)
{
    /* it is taken for an empty list */
    check_refused(ISSUERS "plugins: { load = \"referrals\" }", "load must be a list");
    check_refused(ISSUERS "plugins: { load = true }", "load must be a list");
}

TEST(an_issuer_that_is_no_section_is_refused_by_name)
{
    /* "(null) must be a section in braces" */
    check_refused("issuers = ( \"x\" )", "issuers");
}

TEST(a_number_past_its_limits_is_refused)
{
    static const struct {
        const char *section, *key;
        int least, greatest;
    } cases[] = {
        {"listen", "port", 0, 65535},
        {"listen", "connections", 1, 4096},
        {"listen", "body_kib_max", 1, 16384},
        {"listen", "request_timeout_ms", 100, 600000},
        {"listen", "keep_alive_ms", 0, 600000},
        {"listen", "drain_ms", 0, 600000},
        {"store", "map_gib", 1, 16384},
    };
    char text[512];

    for (size_t i = 0; i < COUNT(cases); i++) {
        const int numbers[] = {cases[i].least, cases[i].greatest,
                               cases[i].least - 1, cases[i].greatest + 1};

        for (size_t n = 0; n < COUNT(numbers); n++) {
            snprintf(text, sizeof(text), ISSUERS "%s: { %s = %d }", cases[i].section,
                     cases[i].key, numbers[n]);
            if (n >= 2) {
                check_refused(text, cases[i].key);
                continue;
            }
            if (!load(text))
                fail_msg("%s: %s", text, error);
            config_finish(&config);
        }
    }
    check_refused("issuers = ( { leeway_s = 61 } )", "leeway_s");
    check_refused("issuers = ( { leeway_s = -1 } )", "leeway_s");
    check_refused("issuers = ( { lifetime_max_s = 31622401 } )", "lifetime_max_s");
    check_refused(ISSUERS "listen: { port = 4294975376L }", "port"); /* 64 bits */
}

TEST(without_an_issuer_nobody_could_call)
{
    static const char *const cases[][2] = {
        {"", "issuers is missing"},
        {"listen: { port = 1 }", "issuers is missing"},
        {"issuers = ()", "issuers is missing"},
        {"issuers = ( { } )", "issuers each need url, audience and jwks_file or secret_file"},
        {"issuers = ( { url = \"u\" audience = \"a\" } )", "each need"},
        {"issuers = ( { url = \"u\" jwks_file = \"j\" } )", "each need"},
        {"issuers = ( { audience = \"a\" jwks_file = \"j\" } )", "each need"},
        {"issuers = ( { audience = \"a\" secret_file = \"j\" } )", "each need"},
        {"issuers = ( " ISSUER ", { url = \"u\" } )", "each need"},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check_refused(cases[i][0], cases[i][1]);
}

TEST(a_syntax_error_is_told_with_its_line)
{
    static const char *const cases[][2] = {
        {"listen: {\n  port = 8080\n", "(line 3)"},
        {"listen: {\n  port = = 1\n}", "(line 2)"},
        {"}", "(line 1)"},
        {"\n\n!", "(line 3)"},
        {"listen: {\n  address = \"never ends\n}\n", "line "},
        {ISSUERS "store: { path = \"a\"\n path = \"b\" }", "duplicate"},
        {ISSUERS "store: { }\nstore: { }", "duplicate"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_refused(cases[i][0], "cannot be read: ");
        check_refused(cases[i][0], cases[i][1]);
    }
}

TEST(a_file_that_is_not_there_is_told_by_its_path)
{
    assert_false(config_load(&config, "/nowhere/wellgate.conf", error, sizeof(error)));
    config_finish(&config);
    assert_non_null(strstr(error, "/nowhere/wellgate.conf: cannot be read: "));
}

/* As many as may be, or one more. */
static const char *
many(const char *prefix, const char *item, int n, const char *suffix)
{
    static char text[8192];
    char *end = stpcpy(text, prefix);

    for (int i = 0; i < n; i++)
        end += sprintf(end, "%s%s", i ? "," : "", item);
    strcpy(end, suffix);
    return text;
}

TEST(there_are_at_most_32_plugins_and_issuers)
{
    assert_true(load(many(ISSUERS "plugins: { load = [", "\"p\"", 32, "] }")));
    assert_int_equal(config.n_plugins, 32);
    config_finish(&config);
    check_refused(many(ISSUERS "plugins: { load = [", "\"p\"", 33, "] }"), "at most 32");
    assert_true(load(many("issuers = (", ISSUER, 32, ")")));
    assert_int_equal(config.n_issuers, 32);
    config_finish(&config);
    check_refused(many("issuers = (", ISSUER, 33, ")"), "issuers are more than 32");
}

TEST(a_short_place_for_the_error_is_kept_to)
{
    char brief[8] = "xxxxxxx";

    load("");
    config_finish(&config);
    assert_false(config_load(&config, path, brief, 4));
    config_finish(&config);
    assert_memory_equal(brief, "/tm\0xxx", 8);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(everything_may_be_said),
        cmocka_unit_test(keys_of_people_lie_beside_the_folder_of_the_store),
        cmocka_unit_test(plugins_lie_beside_the_program),
        cmocka_unit_test(a_section_or_a_key_that_is_not_known_is_refused),
        cmocka_unit_test(a_value_of_another_type_is_refused),
        cmocka_unit_test(a_number_past_its_limits_is_refused),
        cmocka_unit_test(without_an_issuer_nobody_could_call),
        cmocka_unit_test(a_syntax_error_is_told_with_its_line),
        cmocka_unit_test(a_file_that_is_not_there_is_told_by_its_path),
        cmocka_unit_test(there_are_at_most_32_plugins_and_issuers),
        cmocka_unit_test(a_short_place_for_the_error_is_kept_to),
        cmocka_unit_test(a_plugin_list_that_is_one_text_is_refused),
        cmocka_unit_test(an_issuer_that_is_no_section_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, make_file, remove_file);
}
