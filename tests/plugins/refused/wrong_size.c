/* wrong_size.c - a plugin whose struct is not of the ABI that it says. */
#include <wellgate/plugin.h>

WG_PLUGIN = {
    .abi_major = WG_ABI_MAJOR,
    .abi_minor = WG_ABI_MINOR,
    .size = sizeof(struct wg_plugin) - sizeof(void *),
    .name = "wrong-size",
};
