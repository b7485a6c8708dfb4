/*
 * replay.c - a fuzzer without libFuzzer: every file of its corpus, and cheap mutations
 * of them.
 *
 * usage: fuzz_x [FILE...]     FILEs alone, as they are
 *
 * Says one line of TAP. SEED repeats a run. An input that something is found
 * with is left in build/fuzz/x/crash-replay.
 */
#include "fuzz.h"

#include <dirent.h>
#include <libgen.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FILES_MAX = 200, BYTES_MAX = 64 * 1024, MUTATIONS = 2000, SLICE_MS = 250, CHANGES_MAX = 4 };

#pragma weak LLVMFuzzerInitialize

struct text {
    uint8_t *bytes;
    size_t length;
};

static const char *name; /* "json" of fuzz_json */
static struct text files[FILES_MAX], input;
static size_t n_files;
static unsigned seed, first_seed; /* the one that moves on, the one that is told */

/* ---- What is left of a finding ---- */

/* A leak shows at the end, when there is no input any more. */
static void
keep_finding(void)
{
    char path[300];
    FILE *file;

    mkdir("build/fuzz", 0755);
    snprintf(path, sizeof(path), "build/fuzz/%s", name);
    mkdir(path, 0755);
    strcat(path, "/crash-replay");
    if (input.bytes && (file = fopen(path, "w"))) {
        fwrite(input.bytes, 1, input.length, file);
        fclose(file);
    }
    printf("not ok - fuzz_%s with %s (seed %u)\n", name, input.bytes ? path : "a leak", first_seed);
    fflush(stdout);
}

static void
aborted(int number)
{
    (void)number;
    keep_finding();
    _exit(98);
}

/* ---- Inputs ---- */

/* From memory as long as they are, so that reading past them is seen. */
static void
run(struct text text)
{
    input = (struct text){malloc(text.length ? text.length : 1), text.length};
    if (text.length)
        memcpy(input.bytes, text.bytes, text.length);
    LLVMFuzzerTestOneInput(input.bytes, input.length);
    free(input.bytes);
    input = (struct text){0};
}

static bool
load(const char *path)
{
    FILE *file = fopen(path, "r");
    struct text *text = &files[n_files];

    if (!file || n_files == FILES_MAX)
        return false;
    text->bytes = malloc(BYTES_MAX);
    text->length = fread(text->bytes, 1, BYTES_MAX, file);
    fclose(file);
    n_files++;
    return true;
}

static bool
load_all(const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, alphasort);
    bool loaded = n > 2;
    char path[600];

    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (*entries[i]->d_name != '.')
            loaded = load(path) && loaded;
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return loaded;
}

/* ---- Mutations ---- */

static size_t
below(size_t n)
{
    return n ? (size_t)rand_r(&seed) % n : 0;
}

/* A stretch of some file, put in at a place. */
static void
splice(struct text *text, size_t at)
{
    const struct text *from = &files[below(n_files)];
    size_t begin = below(from->length), length = below(from->length - begin + 1);

    if (length > 64)
        length = 64;
    if (text->length + length > BYTES_MAX || !length)
        return;
    memmove(text->bytes + at + length, text->bytes + at, text->length - at);
    memcpy(text->bytes + at, from->bytes + begin, length);
    text->length += length;
}

static void
cut(struct text *text, size_t at)
{
    size_t length = 1 + below(below(2) ? 4 : text->length - at);

    if (at + length > text->length)
        return;
    memmove(text->bytes + at, text->bytes + at + length, text->length - at - length);
    text->length -= length;
}

static void
change(struct text *text)
{
    static const uint8_t telling[] = "\0\xff\x80\x7f\n\"\\{}[],:;%/.-+0919eE'\xc3\xed";
    size_t at = below(text->length + 1);

    switch (at < text->length ? below(6) : 0) {
    case 0:
    case 1:
        splice(text, at);
        break;
    case 2:
        cut(text, at);
        break;
    case 3:
        text->bytes[at] = telling[below(sizeof(telling) - 1)];
        break;
    case 4:
        text->bytes[at] = (uint8_t)(text->bytes[at] ^ 1u << below(8));
        break;
    default:
        text->bytes[at] = text->bytes[below(text->length)];
    }
}

static void
run_mutation(void)
{
    static uint8_t bytes[BYTES_MAX];
    const struct text *from = &files[below(n_files)];
    struct text text = {bytes, from->length};

    memcpy(bytes, from->bytes, from->length);
    for (size_t n = 1 + below(CHANGES_MAX); n; n--)
        change(&text);
    run(text);
}

static long
now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* As many as there is time for; how many that was. */
static size_t
run_mutations(void)
{
    long end = now_ms() + SLICE_MS;
    size_t n = 0;

    for (; n < MUTATIONS && now_ms() < end; n++)
        run_mutation();
    return n;
}

/* ---- The whole ---- */

static unsigned
seed_of_run(void)
{
    const char *given = getenv("SEED");

    return given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
}

static bool
load_inputs(int argc, char **argv)
{
    char folder[300];

    for (int i = 1; i < argc; i++)
        if (!load(argv[i]))
            return false;
    snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s", name);
    return argc > 1 || load_all(folder);
}

int
main(int argc, char **argv)
{
    size_t mutations;

    first_seed = seed = seed_of_run();
    name = basename(argv[0]) + strlen("fuzz_");
    if (!load_inputs(argc, argv)) {
        printf("not ok - fuzz_%s has inputs to replay\n", name);
        return 1;
    }
    signal(SIGABRT, aborted);
    __sanitizer_set_death_callback(keep_finding);
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    for (size_t i = 0; i < n_files; i++)
        run(files[i]);
    mutations = argc > 1 ? 0 : run_mutations();
    printf("ok - fuzz_%s replays %zu inputs and %zu mutations of them (seed %u)\n", name, n_files,
           mutations, first_seed);
    for (size_t i = 0; i < n_files; i++)
        free(files[i].bytes);
    return 0;
}
