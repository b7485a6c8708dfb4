/* fuzz.c - inputs taken apart, memory counted. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

/* Of the sanitizers, whose header for it gcc does not have. */
size_t __sanitizer_get_current_allocated_bytes(void);

#define CALL_BYTES ((size_t)256 * 1024)
#define BYTES_PER_BODY_BYTE 32
/* Blocks have heads, and what does not fit into the rest of one begins another. */
#define BYTES_IN_VAIN(bytes) ((bytes) + (bytes) / 2)

uint8_t
fuzz_byte(struct fuzz_input *input)
{
    if (!input->left)
        return 0;
    input->left--;
    return *input->next++;
}

static char *
take(struct fuzz_input *input, size_t length)
{
    char *text = malloc(length + 1);

    FUZZ_CHECK(text);
    if (length)
        memcpy(text, input->next, length);
    text[length] = '\0';
    input->next += length;
    input->left -= length;
    return text;
}

/* memory as long as the text, whatever stood behind a NUL */
static char *
trim(char *text)
{
    char *trimmed = strdup(text);

    FUZZ_CHECK(trimmed);
    free(text);
    return trimmed;
}

char *
fuzz_line(struct fuzz_input *input)
{
    const uint8_t *end = input->left ? memchr(input->next, '\n', input->left) : NULL;
    char *line = take(input, end ? (size_t)(end - input->next) : input->left);

    if (end)
        fuzz_byte(input);
    return trim(line);
}

char *
fuzz_rest(struct fuzz_input *input)
{
    return trim(take(input, input->left));
}

int
fuzz_file(const void *bytes, size_t length, char path[32])
{
    int file = memfd_create("fuzz", MFD_CLOEXEC);

    FUZZ_CHECK(file >= 0 && write(file, bytes, length) == (ssize_t)length);
    snprintf(path, 32, "/proc/self/fd/%d", file);
    return file;
}

void
fuzz_heap_begin(struct fuzz_heap *heap, size_t body_bytes)
{
    heap->before = __sanitizer_get_current_allocated_bytes();
    wg_arena_init(&heap->arena, BYTES_PER_BODY_BYTE * body_bytes + CALL_BYTES);
}

static size_t
taken(const struct fuzz_heap *heap)
{
    size_t now = __sanitizer_get_current_allocated_bytes();

    return now > heap->before ? now - heap->before : 0;
}

void
fuzz_heap_end(struct fuzz_heap *heap)
{
    size_t most = BYTES_IN_VAIN(heap->arena.max_bytes);

    FUZZ_CHECK(heap->arena.used_bytes <= heap->arena.max_bytes);
    FUZZ_TELL(taken(heap) <= most, "%zu bytes, not %zu", taken(heap), most);
    wg_arena_finish(&heap->arena);
}
