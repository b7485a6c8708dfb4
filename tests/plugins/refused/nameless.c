/* nameless.c - a plugin whose name could not stand in a key. */
#include <wellgate/plugin.h>

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "No Name",
    .descriptor_set = {"", ""},
};
