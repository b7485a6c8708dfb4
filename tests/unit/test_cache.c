/* test_cache.c - verified tokens are found again, and never too long. */
#include "auth/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#define TEST(name) static void name(void **state)

static struct token_cache *cache;
static struct wg_arena arena;
static const char *const scopes[] = {"a", "bb", NULL};
static const struct wg_principal alice = {
    .issuer = "https://issuer.example",
    .subject = "alice",
    .organisation = "organisations/north-gp",
    .scopes = scopes,
    .expires_ms = 2000,
};

static int
begin(void **state)
{
    (void)state;
    wg_arena_init(&arena, 4096);
    cache = token_cache_open();
    token_cache_keep(cache, "Bearer x.y.z", 1000, &alice);
    return cache ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    token_cache_close(cache);
    wg_arena_finish(&arena);
    return 0;
}

TEST(a_token_is_found_with_all_that_it_said)
{
    struct wg_principal found;

    (void)state;
    assert_true(token_cache_find(cache, "Bearer x.y.z", 1000, &arena, &found));
    assert_string_equal(found.issuer, alice.issuer);
    assert_string_equal(found.subject, "alice");
    assert_string_equal(found.organisation, "organisations/north-gp");
    assert_string_equal(found.scopes[0], "a");
    assert_string_equal(found.scopes[1], "bb");
    assert_null(found.scopes[2]);
    assert_int_equal(found.expires_ms, 2000);
}

TEST(only_the_very_same_bytes_are_found)
{
    static const char *const others[] = {"Bearer x.y.Z", "bearer x.y.z", "Bearer x.y.z ",
                                         "Bearer x.y", ""};
    struct wg_principal found;

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        assert_false(token_cache_find(cache, others[i], 1000, &arena, &found));
}

TEST(a_token_is_not_found_at_its_expiry_nor_before_it_was_kept)
{
    struct wg_principal found;

    (void)state;
    assert_true(token_cache_find(cache, "Bearer x.y.z", 1999, &arena, &found));
    assert_false(token_cache_find(cache, "Bearer x.y.z", 2000, &arena, &found));
    assert_false(token_cache_find(cache, "Bearer x.y.z", 999, &arena, &found));
}

TEST(without_room_for_its_texts_a_token_is_not_found)
{
    struct wg_principal found;
    struct wg_arena small;

    (void)state;
    wg_arena_init(&small, 16);
    assert_false(token_cache_find(cache, "Bearer x.y.z", 1000, &small, &found));
    wg_arena_finish(&small);
}

TEST(what_is_found_is_a_copy_that_outlives_its_place)
{
    struct wg_principal found;
    char token[32];

    (void)state;
    assert_true(token_cache_find(cache, "Bearer x.y.z", 1000, &arena, &found));
    for (int i = 0; i < 20000; i++) { /* each place taken over, several times */
        snprintf(token, sizeof(token), "Bearer %d", i);
        token_cache_keep(cache, token, 1000, &alice);
    }
    assert_string_equal(found.subject, "alice");
    assert_false(token_cache_find(cache, "Bearer x.y.z", 1000, &arena, &found));
}

TEST(no_cache_finds_nothing_and_keeps_nothing)
{
    struct wg_principal found;

    (void)state;
    token_cache_keep(NULL, "Bearer x.y.z", 1000, &alice);
    assert_false(token_cache_find(NULL, "Bearer x.y.z", 1000, &arena, &found));
}

/* Its subject is the token's own number: a mix-up shows. */
static void *
keep_and_find(void *context)
{
    struct wg_arena own;
    bool *right = context;

    wg_arena_init(&own, 1 << 20);
    for (int i = 0; i < 5000 && *right; i++) {
        char token[32], subject[16];
        struct wg_principal one = alice, found;

        snprintf(token, sizeof(token), "Bearer %d", i % 700);
        snprintf(subject, sizeof(subject), "%d", i % 700);
        one.subject = subject;
        token_cache_keep(cache, token, 1000, &one);
        if (token_cache_find(cache, token, 1000, &own, &found))
            *right = strcmp(found.subject, subject) == 0;
        wg_arena_reset(&own);
    }
    wg_arena_finish(&own);
    return NULL;
}

TEST(threads_never_see_each_others_tokens)
{
    pthread_t threads[4];
    bool right[4] = {true, true, true, true};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_and_find, &right[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(right[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_found_with_all_that_it_said, begin, end),
        cmocka_unit_test_setup_teardown(only_the_very_same_bytes_are_found, begin, end),
        cmocka_unit_test_setup_teardown(
            a_token_is_not_found_at_its_expiry_nor_before_it_was_kept, begin, end),
        cmocka_unit_test_setup_teardown(without_room_for_its_texts_a_token_is_not_found, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_found_is_a_copy_that_outlives_its_place, begin,
                                        end),
        cmocka_unit_test_setup_teardown(no_cache_finds_nothing_and_keeps_nothing, begin, end),
        cmocka_unit_test_setup_teardown(threads_never_see_each_others_tokens, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
