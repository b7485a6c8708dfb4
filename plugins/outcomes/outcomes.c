/* outcomes.c - what the gateway is told of instruments, readings, norms, use of services and progress. */
#include <wellgate/plugin.h>

#include "assessments.h"
#include "comparators.h"
#include "costs.h"
#include "instruments.h"
#include "norms.h"
#include "progress.h"
#include "utilisation.h"

WG_EMBED(outcomes_descriptors, "outcomes.pb");

static const struct wg_rule rules[] = {
    {"outcomes/Assessment", check_assessment},
    {"outcomes/Comparator", check_comparator},
    {"outcomes/Cost", check_cost},
    {"outcomes/Coverage", check_coverage},
    {"outcomes/Fact", check_fact},
    {"outcomes/Instrument", check_instrument},
    {"outcomes/Milestone", check_milestone},
    {"outcomes/Norm", check_norm},
    {"outcomes/Observation", check_observation},
    {"outcomes/ProgrammeInstrument", check_programme_instrument},
    {"outcomes/Spell", check_spell},
    {"outcomes/UnitCost", check_unit_cost},
    {"outcomes/Utilisation", check_utilisation},
    {0},
};

WG_PLUGIN = {
    WG_PLUGIN_ABI,
    .name = "outcomes",
    .descriptor_set = {outcomes_descriptors, outcomes_descriptors_end},
    .rules = rules,
    .start = instruments_install,
};
