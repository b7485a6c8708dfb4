/* reasons.c - a phrase for each reason. */
#include "reasons.h"

const char *
reason_words(reason_code reason)
{
    static const char *const words[] = {
        [REASON(PAID)] = "Due",
        [REASON(GATE_NOT_MET)] = "Not enough for anything to be paid",
        [REASON(MIN_N)] = "Too few people",
        [REASON(CORRECTED)] = "An earlier period is corrected",
        [REASON(EVIDENCE_MISSING)] = "Nothing recorded",
        [REASON(COUNTED)] = "Counted",
        [REASON(NO_FOLLOW_UP)] = "No second reading",
        [REASON(TOO_CLOSE)] = "Readings too close together",
        [REASON(INCOMPLETE)] = "A reading is incomplete",
        [REASON(OUTSIDE_COHORT)] = "Not in this period's cohort",
        [REASON(NOT_ELIGIBLE)] = "Not eligible",
        [REASON(WINDOW_MISSED)] = "Outside the window",
        [REASON(PREREQUISITE_MISSING)] = "What is required before is missing",
        [REASON(EXCLUDED)] = "Another outcome excludes it",
        [REASON(DUPLICATE)] = "Counted already",
        [REASON(REPEATED_TOO_SOON)] = "Too soon after the last one",
        [REASON(THRESHOLD_NOT_REACHED)] = "Threshold not reached",
        [REASON(NOT_YET)] = "Time still running",
        [REASON(CLAIM_MISSING)] = "Not claimed",
        [REASON(CLAIM_REJECTED)] = "Claim rejected",
        [REASON(CAP_PERSON)] = "Most for one person reached",
        [REASON(CAP_METRIC_VOLUME)] = "Most units reached",
        [REASON(CAP_METRIC_AMOUNT)] = "Most money for the outcome reached",
        [REASON(CAP_PERIOD)] = "Most for the period reached",
        [REASON(CAP_CONTRACT)] = "Most for the contract reached",
        [REASON(QUOTA)] = "Share of its kind reached",
        [REASON(FLOOR)] = "Least amount for the period",
        [REASON(VARIATION)] = "Agreed by variation",
        [REASON(CLAWED_BACK)] = "Taken back",
        [REASON(CEILING)] = "Payers' ceilings reached",
        [REASON(ON_ACCOUNT)] = "Paid on account",
        [REASON(RETAINED)] = "Kept back",
        [REASON(NOT_COVERED)] = "Use of services is not known",
        [REASON(DISPUTE_UPHELD)] = "A dispute was upheld",
        [REASON(SAMPLE_CORRECTION)] = "A sample of claims had errors",
        [REASON(CREDIT_REPLACED)] = "A correction takes back what was credited",
    };

    return (size_t)reason < sizeof(words) / sizeof(words[0]) && words[reason] ? words[reason] : "";
}

char *
unpaid_units_words(struct wg_arena *arena, uint32_t units, uint32_t partly)
{
    if (!partly)
        return units ? wg_format(arena, "%u unit%s", units, units == 1 ? "" : "s")
                     : wg_copy_text(arena, "");
    if (!units)
        return wg_format(arena, "%u unit%s paid in part", partly, partly == 1 ? "" : "s");
    return wg_format(arena, "%u unit%s, and %u paid in part", units, units == 1 ? "" : "s", partly);
}
