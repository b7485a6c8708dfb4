/*
 * fuzz.h - what the fuzzers share. Each is a file fuzz_x.c with LLVMFuzzerTestOneInput,
 * which aborts (FUZZ_CHECK) where what it looks at does not hold. libFuzzer drives it,
 * or replay.c.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wellgate/arena.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Optional: once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define FUZZ_CHECK(holds) FUZZ_TELL(holds, "%s", "")

/* With words about what was found, as printf has them. */
#define FUZZ_TELL(holds, ...)                                                         \
    ((holds) ? (void)0                                                                \
             : (fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #holds),           \
                fprintf(stderr, __VA_ARGS__), fputc('\n', stderr), abort()))

/* ---- Inputs: lines of text, or a byte that chooses and then bytes ---- */

struct fuzz_input {
    const uint8_t *next;
    size_t left;
};

/* 0 where nothing is left. */
uint8_t fuzz_byte(struct fuzz_input *input);

/* Up to the next line end, which is passed, or to the end: a copy in memory of its own,
 * so that reading past it is seen. NULs end it early. To be freed. */
char *fuzz_line(struct fuzz_input *input);

/* All that is left, likewise. */
char *fuzz_rest(struct fuzz_input *input);

/* A file in memory with these bytes, and its path until it is closed. */
int fuzz_file(const void *bytes, size_t length, char path[32]);

/* ---- Memory: what a call may take, as the gateway bounds it ---- */

struct fuzz_heap {
    size_t before;
    struct wg_arena arena;
};

/* The arena of a call with a body of so many bytes. */
void fuzz_heap_begin(struct fuzz_heap *heap, size_t body_bytes);

/* All memory taken since is the arena's, and no more than it may; then it is given
 * back, and nothing is left. */
void fuzz_heap_end(struct fuzz_heap *heap);

#endif
