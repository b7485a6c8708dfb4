/* shadow_periods.c - a contract's periods as people write them. */
#include "shadow_periods.h"

#include <string.h>
#include <wellgate/text.h>

#include "hand.h"
#include "terms/timeline.h"

/* "Q2 2016/17" the other way round; of what is no quarter a copy. */
static const char *
turned(struct wg_arena *arena, const char *financial)
{
    const char *space = strchr(financial, ' ');

    if (*financial != 'Q')
        return wg_copy_text(arena, financial);
    return wg_format(arena, "%s %.*s", space + 1, (int)(space - financial), financial);
}

static bool
write_forms(struct wg_arena *arena, struct wg_period period, const char *forms[PERIOD_FORMS])
{
    char text[WG_PERIOD_TEXT_BYTES], id[CALENDAR_ID_BYTES], financial[WG_FINANCIAL_TEXT_BYTES];

    forms[0] = wg_copy_text(arena, wg_period_format(period, text));
    forms[1] = wg_copy_text(arena, calendar_write_id(period, id));
    forms[2] = wg_copy_text(arena, wg_financial_format(period, financial));
    forms[3] = turned(arena, financial);
    forms[4] = wg_text_period(arena, period);
    return forms[0] && forms[1] && forms[2] && forms[3] && forms[4];
}

bool
shadow_periods_init(struct wg_arena *arena, const Wellgate__Payments__V1__Contract *contract,
                    const Wellgate__Payments__V1__Statement *statement, struct shadow_periods *periods)
{
    struct calendar calendar = calendar_of(contract);
    struct timeline timeline;
    wg_date last;

    if (!wg_date_parse(statement->end_date, &last) ||
        !timeline_init(arena, &calendar, last, &timeline))
        return false;
    periods->n = timeline.n;
    periods->forms = wg_alloc_array(arena, timeline.n, sizeof(*periods->forms));
    for (size_t i = 0; periods->forms && i < timeline.n; i++)
        if (!write_forms(arena, timeline.periods[i], periods->forms[i]))
            return false;
    return periods->forms;
}

const char *
shadow_period(const struct shadow_periods *periods, const char *text)
{
    for (size_t i = 0; i < periods->n; i++)
        for (size_t form = 0; form < PERIOD_FORMS; form++)
            if (hand_same(text, periods->forms[i][form]))
                return periods->forms[i][0];
    return NULL;
}
