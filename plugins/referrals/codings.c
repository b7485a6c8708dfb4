/* codings.c - concepts of code systems. */
#include "codings.h"

#include <string.h>
#include <wellgate/nhs_number.h>
#include <wellgate/snomed.h>

#include "checks.h"

#define SNOMED "http://snomed.info/sct"

/* Reference sets that PRSB's standard takes its values from: the set is no value. */
static bool
is_reference_set(const char *code)
{
    static const char *const sets[] = {
        "1373501000000105", /* social prescribing needs and concerns */
        "1373511000000107", /* social prescribing support */
        "1127581000000103", /* health issues */
        "1127531000000102", /* services */
        "1127601000000107", /* healthcare matters */
        "999000091000000107", /* care planning goal context values */
        "999000081000000105", /* care planning action context values */
        "999002381000000108", /* safeguarding issues */
    };

    for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++)
        if (strcmp(sets[i], code) == 0)
            return true;
    return false;
}

static void
check_code(struct wg_call *call, const char *pointer, const Coding *coding)
{
    if (strcmp(coding->system, SNOMED) != 0) {
        if (wg_nhs_number_within(coding->code))
            wg_violation(call, pointer, "NHS_NUMBER", "looks like an NHS number");
    } else if (!wg_snomed_concept_valid(coding->code)) {
        wg_violation(call, pointer, "INVALID", "is no id of a SNOMED CT concept");
    } else if (is_reference_set(coding->code)) {
        wg_violation(call, pointer, "REFERENCE_SET", "stands for a set: give one of its members");
    }
}

/* What stands in clear is no place for a number. */
static void
check_display(struct wg_call *call, const char *pointer, size_t at, const Coding *coding)
{
    if (wg_nhs_number_among(coding->display))
        wg_violation(call, pointer_into(call, pointer, at, "display"), "NHS_NUMBER",
                     "holds what looks like an NHS number");
}

static bool
is_within(const Coding *coding, Coding *const *codings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(codings[i]->system, coding->system) == 0 &&
            strcmp(codings[i]->code, coding->code) == 0)
            return true;
    return false;
}

void
check_codings(struct wg_call *call, const char *pointer, Coding *const *codings, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *at = pointer_into(call, pointer, i, "code");

        check_code(call, at, codings[i]);
        check_display(call, pointer, i, codings[i]);
        if (is_within(codings[i], codings, i))
            wg_violation(call, at, "DUPLICATE", "is given twice");
    }
}
