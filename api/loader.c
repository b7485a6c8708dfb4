/* loader.c - a plugin's file, opened: a shared object, or a descriptor set alone. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plugin.h"

/* Where the reason goes. */
struct opening {
    const char *path;
    struct wg_arena *arena;
    char *error;
    size_t error_bytes;
};

static const struct wg_plugin *
refuse(const struct opening *opening, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(opening->error, opening->error_bytes, format, arguments);
    va_end(arguments);
    return NULL;
}

/* The struct and what an older plugin has of it; the rest is NULL. const members keep
 * it from being assigned. */
static const struct wg_plugin *
plugin_copy(const struct opening *opening, const struct wg_plugin *plugin, size_t bytes)
{
    struct wg_plugin *copy = wg_alloc(opening->arena, sizeof(*copy));

    return copy ? memcpy(copy, plugin, bytes)
                : (void *)refuse(opening, "%s: out of memory", opening->path);
}

/* ---- A shared object ---- */

#define END_OF(field)                                                         \
    (offsetof(struct wg_plugin, field) + sizeof(((struct wg_plugin *)NULL)->field))

static const struct wg_plugin *
plugin_of_abi(const struct opening *opening, const struct wg_plugin *plugin)
{
    /* Of struct wg_plugin, by minor version. */
    static const size_t bytes[] = {END_OF(stop), END_OF(views), sizeof(*plugin)};

    if (plugin->abi_major != WG_ABI_MAJOR || plugin->abi_minor > WG_ABI_MINOR)
        return refuse(opening, "%s is made for plugin ABI %u.%u; this gateway has %u.%u",
                      opening->path, plugin->abi_major, plugin->abi_minor, WG_ABI_MAJOR,
                      WG_ABI_MINOR);
    if (plugin->size != bytes[plugin->abi_minor])
        return refuse(opening, "%s: its wg_plugin is of %u bytes; that of plugin ABI %u.%u has %zu",
                      opening->path, plugin->size, plugin->abi_major, plugin->abi_minor,
                      bytes[plugin->abi_minor]);
    return plugin_copy(opening, plugin, plugin->size);
}

static const struct wg_plugin *
open_object(const struct opening *opening)
{
    void *object = dlopen(opening->path, RTLD_NOW | RTLD_LOCAL);
    const struct wg_plugin *plugin = object ? dlsym(object, "wg_plugin") : NULL;
    const char *cause = object ? NULL : dlerror();

    if (!object)
        return refuse(opening, "%s%s", cause,
                      strstr(cause, "undefined symbol: wg_")
                          ? " (it is made for a newer plugin ABI than this gateway has)" : "");
    plugin = plugin ? plugin_of_abi(opening, plugin)
                    : refuse(opening, "%s exports no wg_plugin: it is not a plugin",
                             opening->path);
    if (!plugin)
        dlclose(object);
    return plugin;
}

/* ---- A descriptor set alone ---- */

static char *
read_whole(const struct opening *opening, size_t *length)
{
    FILE *file = fopen(opening->path, "rb");
    struct stat status;
    char *bytes = NULL;

    if (file && fstat(fileno(file), &status) == 0 &&
        (bytes = wg_alloc(opening->arena, (size_t)status.st_size + 1))) {
        *length = (size_t)status.st_size;
        if (fread(bytes, 1, *length, file) != *length)
            bytes = NULL;
    }
    if (!bytes)
        refuse(opening, "%s: %s", opening->path, strerror(errno));
    if (file)
        fclose(file);
    return bytes;
}

/* "/elsewhere/notes.pb" → "notes". */
static char *
name_of(const struct opening *opening)
{
    const char *slash = strrchr(opening->path, '/');
    const char *begin = slash ? slash + 1 : opening->path;

    return wg_copy_bytes(opening->arena, begin, strlen(begin) - strlen(".pb"));
}

static const struct wg_plugin *
open_declared(const struct opening *opening)
{
    size_t length;
    const char *bytes = read_whole(opening, &length);

    return bytes ? plugin_copy(opening,
                               &(struct wg_plugin){WG_PLUGIN_ABI, .name = name_of(opening),
                                                   .descriptor_set = {bytes, bytes + length}},
                               sizeof(struct wg_plugin))
                 : NULL;
}

/* ---- Either ---- */

const struct wg_plugin *
plugin_open(const char *path, struct wg_arena *arena, char *error, size_t error_bytes)
{
    const struct opening opening = {path, arena, error, error_bytes};
    const char *dot = strrchr(path, '.');

    return dot && strcmp(dot, ".pb") == 0 ? open_declared(&opening) : open_object(&opening);
}
