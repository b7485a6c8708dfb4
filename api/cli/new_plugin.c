/* new_plugin.c - wellgate new-plugin: a plugin that works, to be changed into what is
 * wanted. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wellgate/plugin.h> /* WG_EMBED */

#include "commands.h"

#define NAME_MAX_BYTES 32

WG_EMBED(template_proto, "new.proto");
WG_EMBED(template_code, "new.c");
WG_EMBED(template_test, "test_new.py");

static const char next_steps[] =
    "next\n"
    "  make && python3 tests/plugins/test_@plugin@.py\n"
    "  add \"@plugin@\" to load in examples/wellgate.conf, then make run\n";

/* Templates say "@plugin@" and so on; a line that begins "@code " is only for plugins
 * with code. */
struct wording {
    bool code;
    char plugin[64], Plugin[64]; /* "gardens", "Gardens" */
    char single[64], Single[64]; /* "garden" */
    char plural[64], Plural[64];
};

static const struct {
    const char *token;
    size_t offset;
} tokens[] = {
    {"@plugin@", offsetof(struct wording, plugin)}, {"@Plugin@", offsetof(struct wording, Plugin)},
    {"@single@", offsetof(struct wording, single)}, {"@Single@", offsetof(struct wording, Single)},
    {"@plural@", offsetof(struct wording, plural)}, {"@Plural@", offsetof(struct wording, Plural)},
};

static bool
say(const char *what, const char *why)
{
    fprintf(stderr, "wellgate: %s: %s\n", what, why);
    return false;
}

/* ---- Words ---- */

static bool
ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

static void
capitalise(char *to, const char *from)
{
    strcpy(to, from);
    *to = (char)toupper((unsigned char)*to);
}

/* A name in the plural, as services have, is one of many: "gardens", "libraries". Any
 * other is taken for the one: "bus". */
static void
find_words(struct wording *words, const char *name)
{
    bool plural = ends_with(name, "s") && !ends_with(name, "ss") && !ends_with(name, "us");
    bool with_y = ends_with(name, "ies");
    int stem = (int)strlen(name) - (with_y ? 3 : plural ? 1 : 0);

    strcpy(words->plugin, name);
    snprintf(words->single, sizeof(words->single), "%.*s%s", stem, name, with_y ? "y" : "");
    snprintf(words->plural, sizeof(words->plural), "%s%s", name,
             plural ? "" : ends_with(name, "s") ? "es" : "s");
    capitalise(words->Plugin, words->plugin);
    capitalise(words->Single, words->single);
    capitalise(words->Plural, words->plural);
}

static bool
is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");

    return length >= 2 && length <= NAME_MAX_BYTES && !name[length] &&
           islower((unsigned char)*name);
}

/* ---- Templates ---- */

/* The text for the token that text begins with; NULL for none. */
static const char *
word_for(const struct wording *words, const char *text, size_t *token_length)
{
    for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
        *token_length = strlen(tokens[i].token);
        if (strncmp(text, tokens[i].token, *token_length) == 0)
            return (const char *)words + tokens[i].offset;
    }
    return NULL;
}

static void
fill_words(const struct wording *words, const char *text, const char *end, FILE *out)
{
    const char *word;
    size_t length;

    for (; text < end; text += length) {
        if ((word = word_for(words, text, &length))) {
            fputs(word, out);
        } else {
            length = 1;
            fputc(*text, out);
        }
    }
}

/* Line by line; the last ends as the others do. */
static void
fill(const struct wording *words, const char *text, const char *end, FILE *out)
{
    static const char only_code[] = "@code ";

    while (text < end) {
        const char *line_end = strchr(text, '\n') + 1;
        size_t mark = strncmp(text, only_code, strlen(only_code)) == 0 ? strlen(only_code) : 0;

        if (words->code || !mark)
            fill_words(words, text + mark, line_end, out);
        text = line_end;
    }
}

/* ---- Files ---- */

struct path {
    char text[256];
};

static struct path
path_of(const struct wording *words, const char *pattern)
{
    struct path path = {0};
    FILE *out = fmemopen(path.text, sizeof(path.text), "w");

    if (out) {
        fill_words(words, pattern, pattern + strlen(pattern), out);
        fclose(out);
    }
    return path;
}

static bool
make_folders(struct path path)
{
    for (char *slash = strchr(path.text, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path.text, 0777) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return true;
}

static bool
write_file(const struct wording *words, const char *pattern, const char *template,
           const char *template_end)
{
    struct path path = path_of(words, pattern);
    FILE *out = make_folders(path) ? fopen(path.text, "wx") : NULL;

    if (!out)
        return say(path.text, strerror(errno));
    fill(words, template, template_end, out);
    if (fclose(out) != 0)
        return say(path.text, strerror(errno));
    printf("wrote %s\n", path.text);
    return true;
}

/* ---- The command ---- */

static bool
is_free(const struct wording *words)
{
    static const char *const patterns[] = {
        "proto/wellgate/@plugin@", "plugins/@plugin@", "tests/plugins/test_@plugin@.py"};

    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        struct path path = path_of(words, patterns[i]);

        if (access(path.text, F_OK) == 0)
            return say(path.text, "is there already");
    }
    return true;
}

static bool
write_files(const struct wording *words)
{
    return write_file(words, "proto/wellgate/@plugin@/v1/@plugin@.proto", template_proto,
                      template_proto_end) &&
           (!words->code || write_file(words, "plugins/@plugin@/@plugin@.c", template_code,
                                       template_code_end)) &&
           write_file(words, "tests/plugins/test_@plugin@.py", template_test,
                      template_test_end);
}

int
command_new_plugin(int n, char **words)
{
    struct wording wording = {.code = n == 2 && strcmp(words[1], "--code") == 0};

    if (n != 1 + wording.code || *words[0] == '-') {
        fprintf(stderr, "usage: wellgate new-plugin NAME [--code]\n");
        return 2;
    }
    if (!is_name(words[0]))
        return !say(words[0], "a name is 2 to 32 small letters and digits, a letter first");
    if (access("proto/wellgate/options/v1/options.proto", F_OK) != 0)
        return !say("proto/wellgate", "not here: run this at the top of the source tree");
    find_words(&wording, words[0]);
    if (!is_free(&wording) || !write_files(&wording))
        return 1;
    fill(&wording, next_steps, next_steps + strlen(next_steps), stdout);
    return 0;
}
