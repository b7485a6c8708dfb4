/* words.c - "words": key → number and text, "#" → how many there are. */
#include "words.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WORDS "words"
#define COUNT "#"

static struct wg_bytes
bytes_of(const char *text)
{
    return (struct wg_bytes){text, strlen(text)};
}

/* A key holds so many bytes: what is longer is known by its hash. */
static const char *
key_of(struct wg_call *call, const char *word)
{
    size_t length = strlen(word);

    if (length < WG_PROJECTION_KEY_MAX)
        return wg_format(wg_call_arena(call), "=%s", word);
    return wg_format(wg_call_arena(call), "~%016llx", (unsigned long long)XXH3_64bits(word, length));
}

static const struct wg_problem *
number_get(struct wg_call *call, const char *programme, const char *key, uint32_t *number)
{
    struct wg_bytes value;
    const struct wg_problem *problem =
        wg_project_get(call, programme, WORDS, bytes_of(key), &value);

    *number = 0;
    if (!problem && value.length >= sizeof(*number))
        memcpy(number, value.data, sizeof(*number));
    return problem == &wg_not_found ? NULL : problem;
}

/* The number, then the text with its NUL. */
static const struct wg_problem *
word_put(struct wg_call *call, const char *programme, const char *key, uint32_t number,
         const char *word)
{
    size_t length = sizeof(number) + strlen(word) + 1;
    char *value = wg_alloc(wg_call_arena(call), length);

    if (!value)
        return wg_no_memory(call);
    memcpy(value, &number, sizeof(number));
    memcpy(value + sizeof(number), word, length - sizeof(number));
    return wg_project_put(call, programme, WORDS, bytes_of(key), (struct wg_bytes){value, length});
}

const struct wg_problem *
word_number(struct wg_call *call, const char *programme, const char *word, uint32_t *number)
{
    const struct wg_problem *problem;
    const char *key;

    *number = 0;
    if (!*word)
        return NULL;
    if (!(key = key_of(call, word)))
        return wg_no_memory(call);
    if ((problem = number_get(call, programme, key, number)) || *number ||
        (problem = number_get(call, programme, COUNT, number)))
        return problem;
    ++*number;
    if ((problem = word_put(call, programme, COUNT, *number, "")))
        return problem;
    return word_put(call, programme, key, *number, word);
}

/* ---- Reading them all ---- */

struct loading {
    struct wg_arena *arena;
    struct words *words;
    bool failed;
};

static bool
visit_word(void *context, struct wg_bytes key, struct wg_bytes value)
{
    struct loading *loading = context;
    const char *text = (const char *)value.data + sizeof(uint32_t);
    uint32_t number;

    memcpy(&number, value.data, sizeof(number));
    if (key.length == 1 || number >= loading->words->n)
        return true;
    loading->words->list[number] = wg_copy_text(loading->arena, text);
    loading->failed = !loading->words->list[number];
    return !loading->failed;
}

const struct wg_problem *
words_load(struct wg_call *call, const char *programme, struct words *words)
{
    struct loading loading = {wg_call_arena(call), words, false};
    const struct wg_problem *problem;
    uint32_t n;

    if ((problem = number_get(call, programme, COUNT, &n)))
        return problem;
    words->n = (size_t)n + 1;
    if (!(words->list = wg_alloc_array(loading.arena, words->n, sizeof(*words->list))))
        return wg_no_memory(call);
    for (size_t i = 0; i < words->n; i++)
        words->list[i] = "";
    if ((problem = wg_project_scan(call, programme, WORDS, NULL, visit_word, &loading)))
        return problem;
    return loading.failed ? wg_no_memory(call) : NULL;
}

uint32_t
words_find(const struct words *words, const char *word)
{
    for (size_t i = 1; i < words->n; i++)
        if (strcmp(words->list[i], word) == 0)
            return (uint32_t)i;
    return 0;
}
