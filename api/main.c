/* main.c - the program's commands. `serve` is configuration → plugins → store →
 * routes → serve → drain: see cli/serve.c and cli/station.c. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"

static const struct {
    const char *name;
    int (*run)(int n, char **words);
    const char *purpose;
} commands[] = {
    {"serve", command_serve, "serve requests until SIGTERM"},
    {"check-config", command_check_config, "say whether a configuration, its keys and its plugins fit"},
    {"verify", command_verify, "walk every event chain, and compare records and indexes with it"},
    {"backup", command_backup, "copy the store, served or not, and the keys of people"},
    {"restore", command_restore, "make an empty store what a backup holds"},
    {"export", command_export, "write all of a store as lines of JSON"},
    {"import", command_import, "make an empty store what an export holds"},
    {"openapi", command_openapi, "write the OpenAPI document of a configuration's plugins"},
    {"new-plugin", command_new_plugin, "write a plugin to begin with, and its test"},
    {"keys", command_keys, "make a key pair for tokens of one's own"},
    {"token", command_token, "sign a token with such a key"},
};

/* ---- Memory of exact numbers: GMP cannot go on without ---- */

static void *
given(void *memory)
{
    static const char words[] = "{\"level\":\"error\",\"message\":\"no memory for exact numbers: "
                                "stopping, to be started again\"}\n";

    if (memory)
        return memory;
    (void)!write(STDERR_FILENO, words, sizeof(words) - 1);
    _exit(1);
}

static void *
allocate(size_t bytes)
{
    return given(malloc(bytes));
}

static void *
reallocate(void *memory, size_t old_bytes, size_t bytes)
{
    (void)old_bytes;
    return given(realloc(memory, bytes));
}

int
main(int n, char **words)
{
    mp_set_memory_functions(allocate, reallocate, NULL);
    for (size_t i = 0; n > 1 && i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(words[1], commands[i].name) == 0)
            return commands[i].run(n - 2, words + 2);
    fprintf(stderr, "usage: wellgate COMMAND ...\n");
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        fprintf(stderr, "  %-13s %s\n", commands[i].name, commands[i].purpose);
    return 2;
}
