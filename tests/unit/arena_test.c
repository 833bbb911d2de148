/* Blocks of memory by reference: what is taken is kept, and little is held for little. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/arena.h"

enum { BLOCKS = 40000 };

static size_t size_of(size_t i) { return i % 997 == 0 ? 5000 + i * 7 : 1 + i * 31 % 600; }

static void fill(struct cdi_arena *arena, uint32_t block, size_t i)
{
    assert_int_not_equal(block, CDI_ARENA_NONE);
    memset(cdi_arena_at(arena, block), (int)(i % 251), size_of(i));
}

static void assert_filled(const struct cdi_arena *arena, uint32_t block, size_t i)
{
    const unsigned char *at = cdi_arena_at(arena, block);
    for (size_t k = 0; k < size_of(i); k++)
        assert_int_equal(at[k], i % 251);
}

static void no_block_lies_in_another_while_chunks_grow(void **state)
{
    (void)state;
    static uint32_t blocks[BLOCKS];
    struct cdi_arena arena = { .chunks = NULL };
    for (size_t i = 0; i < BLOCKS; i++)
        fill(&arena, blocks[i] = cdi_arena_take(&arena, size_of(i)), i);
    for (size_t i = 0; i < BLOCKS; i += 3)
        cdi_arena_give(&arena, blocks[i], size_of(i));
    for (size_t i = 0; i < BLOCKS; i += 3)
        fill(&arena, blocks[i] = cdi_arena_take(&arena, size_of(i)), i);
    for (size_t i = 0; i < BLOCKS; i++)
        assert_filled(&arena, blocks[i], i);
    cdi_arena_free(&arena);
}

static void the_largest_block_fits_first_and_later_and_a_larger_one_never(void **state)
{
    (void)state;
    struct cdi_arena arena = { .chunks = NULL };
    for (int i = 0; i < 3; i++) {
        uint32_t block = cdi_arena_take(&arena, CDI_ARENA_BLOCK_MAX);
        assert_int_not_equal(block, CDI_ARENA_NONE);
        memset(cdi_arena_at(&arena, block), i, CDI_ARENA_BLOCK_MAX);
        assert_int_equal(cdi_arena_take(&arena, CDI_ARENA_BLOCK_MAX + 1), CDI_ARENA_NONE);
    }
    cdi_arena_free(&arena);
}

static void what_is_held_is_little_more_than_what_was_taken(void **state)
{
    (void)state;
    struct cdi_arena arena = { .chunks = NULL };
    cdi_arena_take(&arena, 100);
    assert_int_equal(cdi_arena_bytes(&arena), CDI_ARENA_PIECE);
    for (size_t taken = 0; taken < 64 * 1024 * 1024; taken += 256) {
        assert_int_not_equal(cdi_arena_take(&arena, 256), CDI_ARENA_NONE);
        assert_true(cdi_arena_bytes(&arena) <= arena.bytes_used + arena.bytes_used / 8 + CDI_ARENA_PIECE);
    }
    cdi_arena_free(&arena);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_block_lies_in_another_while_chunks_grow),
        cmocka_unit_test(the_largest_block_fits_first_and_later_and_a_larger_one_never),
        cmocka_unit_test(what_is_held_is_little_more_than_what_was_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
