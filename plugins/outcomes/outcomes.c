/* outcomes.c - what the gateway is told of instruments, readings and norms. */
#include <wellgate/plugin.h>

#include "assessments.h"
#include "instruments.h"
#include "norms.h"

WG_EMBED(outcomes_descriptors, "outcomes.pb");

static const struct wg_rule rules[] = {
    {"outcomes/Assessment", check_assessment},
    {"outcomes/Instrument", check_instrument},
    {"outcomes/Norm", check_norm},
    {"outcomes/ProgrammeInstrument", check_programme_instrument},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "outcomes",
    .descriptor_set = {outcomes_descriptors, outcomes_descriptors_end},
    .rules = rules,
    .start = instruments_install,
};
