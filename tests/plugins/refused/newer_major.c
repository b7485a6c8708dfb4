/* newer_major.c - a plugin made for an ABI in which nothing need be as it is here. */
#include <wellgate/plugin.h>

WG_PLUGIN = {
    .abi_major = WG_ABI_MAJOR + 1,
    .abi_minor = 0,
    .size = sizeof(struct wg_plugin),
    .name = "newer-major",
};
