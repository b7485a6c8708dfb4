/* damaged_set.c - a descriptor set that ends too early. */
#include <wellgate/plugin.h>

static const char cut_off[] = "\x0a\x7f";

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "damaged-set",
    .descriptor_set = {cut_off, cut_off + 2},
};
