/* fuzz_config.c - a configuration is read, with every number within its limits, or
 * refused in one line that names the file. */
#include "fuzz.h"

#include <unistd.h>

#include "config.h"

/* libconfig itself leaks the text that a syntax error breaks off; the program ends. */
const char *__lsan_default_suppressions(void) __attribute__((visibility("default")));

const char *
__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}

static void
check_taken(const struct config *config)
{
    FUZZ_CHECK(config->port >= 0 && config->port <= 65535);
    FUZZ_CHECK(config->connections > 0 && config->body_kib_max > 0 && config->map_gib > 0);
    FUZZ_CHECK(config->address && config->store_path && config->slots_path);
    FUZZ_CHECK(config->master_path && config->plugin_path);
    FUZZ_CHECK(config->n_plugins <= CONFIG_LIST_MAX && config->n_origins <= CONFIG_LIST_MAX);
    for (size_t i = 0; i < config->n_plugins; i++)
        FUZZ_CHECK(config->plugins[i]);
    for (size_t i = 0; i < config->n_issuers; i++)
        FUZZ_CHECK(config->issuers[i].url && config->issuers[i].audience &&
                   config->issuers[i].leeway_s >= 0 && config->issuers[i].leeway_s <= 60);
}

/* It would read files of this machine. */
static bool
includes_others(const uint8_t *data, size_t size)
{
    return memmem(data, size, "@include", strlen("@include"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32], error[256] = "";
    struct config config;
    int file;

    if (includes_others(data, size))
        return 0;
    file = fuzz_file(data, size, path);
    if (config_load(&config, path, error, sizeof(error)))
        check_taken(&config);
    else
        FUZZ_TELL(strstr(error, path) && !strchr(error, '\n'), "%s", error);
    config_finish(&config);
    close(file);
    return 0;
}
