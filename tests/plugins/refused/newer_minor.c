/* newer_minor.c - a plugin made for an ABI that this gateway does not have yet. */
#include <wellgate/plugin.h>

WG_PLUGIN = {
    .abi_major = WG_ABI_MAJOR,
    .abi_minor = WG_ABI_MINOR + 1,
    .size = sizeof(struct wg_plugin) + 8,
    .name = "newer-minor",
};
