/* test_arena.c - the memory of a request. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <wellgate/arena.h>

#define TEST(name) static void name(void **state __attribute__((unused)))
#define ALIGNMENT _Alignof(max_align_t)

/* So that a malloc that cannot succeed answers NULL under the sanitizer too. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static bool
is_zero(const char *memory, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (memory[i] != 0)
            return false;
    return true;
}

TEST(an_arena_that_was_never_used_can_be_reset_and_finished)
{
    struct wg_arena arena;

    wg_arena_init(&arena, 100);
    wg_arena_reset(&arena);
    wg_arena_rewind(&arena, wg_arena_mark(&arena));
    wg_arena_finish(&arena);
    wg_arena_finish(&arena);
    assert_int_equal(arena.used_bytes, 0);
}

TEST(memory_of_every_size_is_aligned_zeroed_and_apart)
{
    struct wg_arena arena;
    char *memory[300];

    wg_arena_init(&arena, 1 << 20);
    for (int round = 0; round < 2; round++) {
        for (size_t bytes = 1; bytes < 300; bytes++) {
            memory[bytes] = wg_alloc(&arena, bytes);
            assert_non_null(memory[bytes]);
            assert_int_equal((uintptr_t)memory[bytes] % ALIGNMENT, 0);
            assert_true(is_zero(memory[bytes], bytes));
            memset(memory[bytes], (int)(bytes % 100) + 1, bytes);
        }
        for (size_t bytes = 1; bytes < 300; bytes++) {
            assert_int_equal(memory[bytes][0], bytes % 100 + 1);
            assert_int_equal(memory[bytes][bytes - 1], bytes % 100 + 1);
        }
        wg_arena_reset(&arena); /* the second time the memory is not fresh */
    }
    wg_arena_finish(&arena);
}

TEST(no_bytes_are_never_null_even_past_the_limit)
{
    struct wg_arena arena;

    wg_arena_init(&arena, 0);
    assert_non_null(wg_alloc(&arena, 0));
    assert_non_null(wg_alloc_array(&arena, 0, SIZE_MAX));
    assert_false(arena.exhausted);
    assert_null(wg_alloc(&arena, 1));
    assert_true(arena.exhausted);
    assert_non_null(wg_alloc(&arena, 0));
    wg_arena_finish(&arena);
}

TEST(the_limit_counts_what_is_handed_out_with_padding)
{
    for (size_t limit = 0; limit <= 10 * ALIGNMENT; limit++) {
        struct wg_arena arena;
        size_t n = 0;

        wg_arena_init(&arena, limit);
        while (wg_alloc(&arena, 1))
            n++;
        assert_int_equal(n, limit / ALIGNMENT);
        assert_int_equal(arena.used_bytes, n * ALIGNMENT);
        wg_arena_finish(&arena);
    }
}

/* What a request does: a few of everything. True if all of it was there. */
static bool
allocate_some(struct wg_arena *arena)
{
    bool all = wg_copy_text(arena, "note") && wg_alloc(arena, 5000);

    all = wg_format(arena, "%s/%d", "notes", 7) && all;
    all = wg_alloc_array(arena, 3000, sizeof(long)) && all;
    return wg_copy_bytes(arena, "\0\1", 2) && all;
}

TEST(at_every_limit_some_allocations_fail_or_all_are_there)
{
    struct wg_arena arena;
    size_t enough;

    wg_arena_init(&arena, SIZE_MAX);
    assert_true(allocate_some(&arena));
    enough = arena.used_bytes;
    wg_arena_finish(&arena);
    for (size_t limit = 0; limit <= enough + ALIGNMENT; limit++) {
        wg_arena_init(&arena, limit);
        assert_int_equal(allocate_some(&arena), limit >= enough);
        assert_int_equal(arena.exhausted, limit < enough);
        assert_true(arena.used_bytes <= limit);
        wg_arena_finish(&arena);
    }
}

TEST(once_exhausted_it_stays_so_until_reset_or_rewound)
{
    struct wg_arena arena;
    struct wg_mark mark;

    wg_arena_init(&arena, 1000);
    mark = wg_arena_mark(&arena);
    assert_null(wg_alloc(&arena, 1001));
    assert_null(wg_alloc(&arena, 1)); /* though there is room */
    wg_arena_rewind(&arena, mark);
    assert_false(arena.exhausted);
    assert_non_null(wg_alloc(&arena, 1));
    assert_null(wg_alloc(&arena, 1000));
    wg_arena_reset(&arena);
    assert_false(arena.exhausted);
    assert_non_null(wg_alloc(&arena, 900));
    wg_arena_finish(&arena);
}

TEST(a_size_that_overflows_is_refused)
{
    static const size_t sizes[][2] = {
        {SIZE_MAX, 2},
        {2, SIZE_MAX},
        {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 2 + 1, 2},
        {SIZE_MAX, 1}, /* padding would overflow */
        {SIZE_MAX - ALIGNMENT + 1, 1}, /* the block's header would */
        {SIZE_MAX / 2, 1},             /* malloc itself refuses */
    };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct wg_arena arena;

        wg_arena_init(&arena, SIZE_MAX);
        assert_null(wg_alloc_array(&arena, sizes[i][0], sizes[i][1]));
        assert_true(arena.exhausted);
        assert_null(arena.blocks);
        wg_arena_finish(&arena);
    }
}

TEST(copying_too_many_bytes_to_end_with_a_nul_is_refused)
{
    struct wg_arena arena;

    wg_arena_init(&arena, SIZE_MAX);
    assert_null(wg_copy_bytes(&arena, "", SIZE_MAX));
    assert_true(arena.exhausted);
    wg_arena_finish(&arena);
}

static int
count_blocks_of(struct wg_arena *arena, size_t bytes)
{
    int n = 0;

    while (arena->used_bytes < bytes) {
        const struct wg_block *before = arena->blocks;

        assert_non_null(wg_alloc(arena, 512));
        n += arena->blocks != before;
    }
    return n;
}

TEST(blocks_double_from_16_kib)
{
    struct wg_arena arena;

    wg_arena_init(&arena, 1 << 20);
    assert_int_equal(count_blocks_of(&arena, 16 << 10), 1);
    assert_int_equal(count_blocks_of(&arena, (16 + 32) << 10), 1);
    assert_int_equal(count_blocks_of(&arena, (16 + 32 + 64) << 10), 1);
    assert_int_equal(count_blocks_of(&arena, 1 << 20), 4); /* the rest */
    wg_arena_finish(&arena);
}

TEST(something_larger_than_the_next_block_gets_one_of_its_own_size)
{
    struct wg_arena arena;
    char *large;

    wg_arena_init(&arena, 1 << 20);
    assert_non_null(wg_alloc(&arena, 16));
    large = wg_alloc(&arena, 500000);
    assert_non_null(large);
    assert_true(is_zero(large, 500000));
    memset(large, 1, 500000);
    assert_ptr_equal(arena.next, arena.end);
    wg_arena_finish(&arena);
}

TEST(a_reset_keeps_the_oldest_block)
{
    struct wg_arena arena;
    char *first;

    wg_arena_init(&arena, 1 << 20);
    first = wg_alloc(&arena, 16);
    count_blocks_of(&arena, 1000000);
    wg_arena_reset(&arena);
    assert_int_equal(arena.used_bytes, 0);
    assert_int_equal(arena.end - arena.next, 16 << 10);
    assert_ptr_equal(wg_alloc(&arena, 16), first);
    wg_arena_finish(&arena);
}

TEST(a_rewind_gives_the_same_memory_again_zeroed)
{
    struct wg_arena arena;
    struct wg_mark mark;
    char *kept, *gone;

    wg_arena_init(&arena, 1 << 20);
    kept = wg_copy_text(&arena, "kept");
    mark = wg_arena_mark(&arena);
    gone = wg_copy_text(&arena, "gone");
    wg_arena_rewind(&arena, mark);
    assert_ptr_equal(wg_alloc(&arena, 5), gone);
    assert_true(is_zero(gone, 5));
    assert_string_equal(kept, "kept");
    wg_arena_finish(&arena);
}

TEST(a_rewind_frees_the_blocks_since_the_mark)
{
    struct wg_arena arena;
    struct wg_mark empty, mark;
    char *kept;

    wg_arena_init(&arena, 1 << 20);
    empty = wg_arena_mark(&arena);
    kept = wg_copy_text(&arena, "kept");
    mark = wg_arena_mark(&arena);
    for (int i = 0; i < 3; i++) {
        count_blocks_of(&arena, 1000000);
        wg_arena_rewind(&arena, mark);
        assert_ptr_equal(arena.blocks, mark.block);
        assert_int_equal(arena.used_bytes, mark.used_bytes);
        assert_string_equal(kept, "kept");
    }
    wg_arena_rewind(&arena, empty); /* of before there was any block */
    assert_null(arena.blocks);
    assert_non_null(wg_alloc(&arena, 1 << 20));
    wg_arena_finish(&arena);
}

TEST(copies_end_with_a_nul)
{
    struct wg_arena arena;

    wg_arena_init(&arena, 1000);
    assert_string_equal(wg_copy_text(&arena, ""), "");
    assert_string_equal(wg_copy_text(&arena, "a note"), "a note");
    assert_memory_equal(wg_copy_bytes(&arena, "a\0b", 3), "a\0b", 4);
    assert_string_equal(wg_copy_bytes(&arena, NULL, 0), "");
    wg_arena_finish(&arena);
}

TEST(a_format_is_as_long_as_it_needs)
{
    struct wg_arena arena;
    char *text;

    wg_arena_init(&arena, 100000);
    assert_string_equal(wg_format(&arena, "%s", ""), "");
    assert_string_equal(wg_format(&arena, "%s-%03d", "Q", 7), "Q-007");
    text = wg_format(&arena, "%70000d", 7);
    assert_int_equal(strlen(text), 70000);
    assert_null(wg_format(&arena, "%70000d", 7));
    assert_true(arena.exhausted);
    wg_arena_finish(&arena);
}

/* Beside snprintf: texts alone, with something else among them, and of about the length up to
 * which they are made in one go. */
TEST(a_format_of_texts_joins_them_as_printf_does)
{
    char text[300], expected[700];
    struct wg_arena arena;

    wg_arena_init(&arena, 100000);
    assert_string_equal(wg_format(&arena, "%s/%s#", "a", ""), "a/#");
    assert_string_equal(wg_format(&arena, "%s%%%s", "a", "b"), "a%b");
    assert_string_equal(wg_format(&arena, "%s%d%s", "a", 5, "b"), "a5b");
    assert_string_equal(wg_format(&arena, "%.*s%s", 2, "abc", "d"), "abd");
    for (size_t length = 240; length < 270; length++) {
        memset(text, 'x', length);
        text[length] = '\0';
        snprintf(expected, sizeof(expected), "<%s>%s", text, "y");
        assert_string_equal(wg_format(&arena, "<%s>%s", text, "y"), expected);
    }
    wg_arena_finish(&arena);
}

TEST(a_format_longer_than_printf_can_count_is_refused)
{
    struct wg_arena arena;
    volatile int width = INT32_MAX; /* volatile: or the compiler warns of it */

    wg_arena_init(&arena, SIZE_MAX);
    assert_null(wg_format(&arena, "%*d%*d", width, 1, width, 1));
    assert_true(arena.exhausted);
    wg_arena_finish(&arena);
}

TEST(protobuf_allocates_from_the_arena_and_frees_nothing)
{
    struct wg_arena arena;
    ProtobufCAllocator *allocator = &arena.protobuf;
    char *memory;

    wg_arena_init(&arena, 100);
    memory = allocator->alloc(allocator->allocator_data, 50);
    assert_int_equal(arena.used_bytes, 64);
    allocator->free(allocator->allocator_data, memory);
    memory[49] = 'x';
    assert_null(allocator->alloc(allocator->allocator_data, 50));
    assert_true(arena.exhausted);
    wg_arena_finish(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            an_arena_that_was_never_used_can_be_reset_and_finished),
        cmocka_unit_test(memory_of_every_size_is_aligned_zeroed_and_apart),
        cmocka_unit_test(no_bytes_are_never_null_even_past_the_limit),
        cmocka_unit_test(the_limit_counts_what_is_handed_out_with_padding),
        cmocka_unit_test(at_every_limit_some_allocations_fail_or_all_are_there),
        cmocka_unit_test(once_exhausted_it_stays_so_until_reset_or_rewound),
        cmocka_unit_test(a_size_that_overflows_is_refused),
        cmocka_unit_test(
            copying_too_many_bytes_to_end_with_a_nul_is_refused),
        cmocka_unit_test(blocks_double_from_16_kib),
        cmocka_unit_test(
            something_larger_than_the_next_block_gets_one_of_its_own_size),
        cmocka_unit_test(a_reset_keeps_the_oldest_block),
        cmocka_unit_test(a_rewind_gives_the_same_memory_again_zeroed),
        cmocka_unit_test(a_rewind_frees_the_blocks_since_the_mark),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(a_format_is_as_long_as_it_needs),
        cmocka_unit_test(a_format_of_texts_joins_them_as_printf_does),
        cmocka_unit_test(a_format_longer_than_printf_can_count_is_refused),
        cmocka_unit_test(protobuf_allocates_from_the_arena_and_frees_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
