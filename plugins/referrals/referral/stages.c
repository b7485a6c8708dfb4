/* stages.c - how far a programme's referrals came, and in which quarters. */
#include "stages.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/period.h>

#include "states.h"
#include "wellgate/referrals/v1/stages.pb-c.h"

typedef Wellgate__Referrals__V1__CountStagesRequest CountStagesRequest;
typedef Wellgate__Referrals__V1__CountStagesResponse CountStagesResponse;
typedef Wellgate__Referrals__V1__Referral Referral;
typedef Wellgate__Referrals__V1__StageCount StageCount;

enum stage { REFERRED, STARTED, ENGAGED, COMPLETED, LOST, N_STAGES };

struct row {
    wg_date quarters[N_STAGES]; /* last days; 0: never */
    int64_t count;
};

struct counting {
    struct wg_call *call;
    const char *until;
    struct row *rows;      /* in heap: what is read of a referral is forgotten again */
    size_t n, room;
    struct wg_mark behind_first;
    bool past_first, failed;
};

/* ---- One referral ---- */

/* The last day of a day's quarter; 0 for one that has not come, or none. */
static wg_date
quarter_of(const struct counting *counting, const char *date)
{
    wg_date day;

    if (!*date || strcmp(date, counting->until) > 0 || !wg_date_parse(date, &day))
        return 0;
    return wg_quarter_of(day).last;
}

static const char *
first_in_progress(const Referral *referral)
{
    for (size_t i = 0; i < referral->n_moves; i++)
        if (referral->moves[i]->state == REFERRAL_STATE(IN_PROGRESS))
            return referral->moves[i]->date;
    return "";
}

static const char *
first_milestone(const Referral *referral)
{
    return referral->n_milestones ? referral->milestones[0]->date : "";
}

/* When it came to the state that it is in. */
static const char *
last_move(const Referral *referral)
{
    return referral->n_moves ? referral->moves[referral->n_moves - 1]->date : "";
}

static bool
is_lost(const Referral *referral)
{
    return referral->state == REFERRAL_STATE(REJECTED) ||
           referral->state == REFERRAL_STATE(CANCELLED) ||
           referral->state == REFERRAL_STATE(FAILED);
}

/* false: it does not count. */
static bool
read_row(const struct counting *counting, const Referral *referral, struct row *row)
{
    bool is_done = referral->state == REFERRAL_STATE(COMPLETED);

    if (referral->state == REFERRAL_STATE(DRAFT) ||
        referral->state == REFERRAL_STATE(ENTERED_IN_ERROR))
        return false;
    *row = (struct row){{quarter_of(counting, referral->referred_date),
                         quarter_of(counting, first_in_progress(referral)),
                         quarter_of(counting, first_milestone(referral)),
                         quarter_of(counting, is_done ? last_move(referral) : ""),
                         quarter_of(counting, is_lost(referral) ? last_move(referral) : "")}, 1};
    return row->quarters[REFERRED];
}

/* ---- All of them ---- */

static void
add_row(struct counting *counting, const struct row *row)
{
    for (size_t i = 0; i < counting->n; i++)
        if (memcmp(counting->rows[i].quarters, row->quarters, sizeof(row->quarters)) == 0) {
            counting->rows[i].count++;
            return;
        }
    if (counting->n == counting->room) {
        size_t room = 2 * counting->room + 64;
        struct row *more = realloc(counting->rows, room * sizeof(*more));

        if ((counting->failed = !more))
            return;
        counting->rows = more;
        counting->room = room;
    }
    counting->rows[counting->n++] = *row;
}

static bool
take_referral(void *context, const struct wg_record *record)
{
    struct counting *counting = context;
    struct wg_arena *arena = wg_call_arena(counting->call);
    struct row row;

    if (read_row(counting, (const Referral *)record->message, &row))
        add_row(counting, &row);
    if (counting->past_first)
        wg_arena_rewind(arena, counting->behind_first);
    else
        counting->behind_first = wg_arena_mark(arena);
    counting->past_first = true;
    return !counting->failed;
}

/* ---- The answer ---- */

static char *
quarter_text(struct wg_arena *arena, wg_date last)
{
    char text[WG_PERIOD_TEXT_BYTES];

    return last ? wg_copy_text(arena, wg_period_format(wg_quarter_of(last), text)) : (char *)"";
}

static StageCount *
count_new(struct wg_arena *arena, const struct row *row)
{
    StageCount *count = wg_new_message(arena, &wellgate__referrals__v1__stage_count__descriptor);

    if (!count)
        return NULL;
    count->referred = quarter_text(arena, row->quarters[REFERRED]);
    count->started = quarter_text(arena, row->quarters[STARTED]);
    count->engaged = quarter_text(arena, row->quarters[ENGAGED]);
    count->completed = quarter_text(arena, row->quarters[COMPLETED]);
    count->lost = quarter_text(arena, row->quarters[LOST]);
    count->count = row->count;
    return count;
}

static const struct wg_problem *
answer(const struct counting *counting, const char *programme)
{
    struct wg_arena *arena = wg_call_arena(counting->call);
    CountStagesResponse *response =
        wg_new_message(arena, &wellgate__referrals__v1__count_stages_response__descriptor);
    const struct wg_problem *problem;

    if (!response ||
        !(response->counts = wg_alloc_array(arena, counting->n + 1, sizeof(*response->counts))))
        return wg_no_memory(counting->call);
    for (size_t i = 0; i < counting->n; i++)
        response->counts[response->n_counts++] = count_new(arena, &counting->rows[i]);
    if (arena->exhausted)
        return wg_no_memory(counting->call);
    if ((problem = wg_sequence(counting->call, programme, &response->sequence)))
        return problem;
    wg_answer(counting->call, &response->base);
    return NULL;
}

const struct wg_problem *
stages_count(struct wg_call *call)
{
    const CountStagesRequest *request = (const void *)wg_input(call);
    struct counting counting = {.call = call, .until = request->until_date};
    const struct wg_problem *problem = wg_scan(call, "referrals/Referral", request->programme, NULL,
                                               take_referral, &counting);

    if (!problem)
        problem = counting.failed ? wg_no_memory(call) : answer(&counting, request->programme);
    free(counting.rows);
    return problem;
}
