/* outcome_words.c - when something is payable, and for whom it counts. */
#include "words.h"

#include <string.h>

#include "terms/number.h"

#define OUTCOME(name) WELLGATE__PAYMENTS__V1__RULE__OUTCOME_##name
#define DECREASE WELLGATE__PAYMENTS__V1__SCORE_CHANGE_COHORT__DIRECTION__DECREASE

typedef Wellgate__Payments__V1__Comparison Comparison;
typedef Wellgate__Payments__V1__Condition Condition;
typedef Wellgate__Payments__V1__CostGapCohort CostGapCohort;
typedef Wellgate__Payments__V1__CountVsBaseline CountVsBaseline;
typedef Wellgate__Payments__V1__CumulativeValue CumulativeValue;
typedef Wellgate__Payments__V1__EventRateCohort EventRateCohort;
typedef Wellgate__Payments__V1__EventReductionPerson EventReductionPerson;
typedef Wellgate__Payments__V1__KOfN KOfN;
typedef Wellgate__Payments__V1__MilestoneReached MilestoneReached;
typedef Wellgate__Payments__V1__CombinedFigures CombinedFigures;
typedef Wellgate__Payments__V1__ProportionOfCohort ProportionOfCohort;
typedef Wellgate__Payments__V1__ScoreChangeCohort ScoreChangeCohort;
typedef Wellgate__Payments__V1__ScoreChangePerson ScoreChangePerson;
typedef Wellgate__Payments__V1__Sustained Sustained;
typedef Wellgate__Payments__V1__TimeAccrual TimeAccrual;
typedef Wellgate__Payments__V1__Window Window;

/* ---- What outcomes have in common ---- */

static void
say_offset(struct words *words, const char *offset, const char *anchor)
{
    if (!*offset) {
        words_add(words, "%s", anchor);
        return;
    }
    words_duration(words, offset);
    words_add(words, " %s %s", *offset == '-' ? "before" : "behind", anchor);
}

/* "from 1 month behind the start to 6 months behind the start" */
static void
say_window(struct words *words, const Window *window)
{
    const char *anchor = !*window->anchor ? "the start"
                         : strcmp(window->anchor, "unit") == 0 ? "the day that is judged"
                                                               : window->anchor;

    if (*window->anchor || *window->from || *window->to) {
        words_add(words, "from ");
        say_offset(words, window->from, anchor);
        if (*window->to) {
            words_add(words, " to ");
            say_offset(words, window->to, anchor);
        }
        if (*window->grace) {
            words_add(words, " and ");
            words_duration(words, window->grace);
            words_add(words, " of grace");
        }
    }
    if (*window->from_date)
        words_add(words, " not before %s", window->from_date);
    if (*window->to_date)
        words_add(words, " not after %s", window->to_date);
}

/* "at least 8 and at most 16" */
static void
say_bounds(struct words *words, const char *least, const char *most)
{
    if (*least)
        words_add(words, " at least %s", least);
    if (*most)
        words_add(words, "%s at most %s", *least ? " and" : "", most);
}

static void
say_values(struct words *words, const char *least, const char *most)
{
    if (!*least && !*most)
        return;
    words_add(words, " of");
    say_bounds(words, least, most);
}

/* ---- Outcomes of a person ---- */

static void
say_milestone(struct words *words, const MilestoneReached *terms)
{
    words_list(words, terms->events, terms->n_events, " or ");
    say_values(words, terms->value_at_least, terms->value_at_most);
}

static void
say_lapse(struct words *words, const Wellgate__Payments__V1__Sustained__Lapse *lapse)
{
    words_add(words, ", tolerating %u interruption%s", lapse->most, lapse->most == 1 ? "" : "s");
    if (lapse->days_each)
        words_add(words, " of at most %u days each", lapse->days_each);
    if (*lapse->from || *lapse->to) {
        words_add(words, " from ");
        say_offset(words, lapse->from, "the first day");
        words_add(words, " to ");
        say_offset(words, lapse->to, *lapse->to ? "the first day" : "the end");
    }
}

static void
say_sustained(struct words *words, const Sustained *terms)
{
    words_duration(words, terms->duration);
    words_add(words, " of ");
    words_list(words, terms->states, terms->n_states, " or ");
    say_values(words, terms->value_at_least, terms->value_at_most);
    if (terms->mode == WELLGATE__PAYMENTS__V1__SUSTAINED__MODE__CUMULATIVE)
        words_add(words, ", added up");
    if (*terms->within) {
        words_add(words, " within ");
        words_duration(words, terms->within);
    }
    for (size_t i = 0; i < terms->n_lapses; i++)
        say_lapse(words, terms->lapses[i]);
    if (terms->n_lapse_events) {
        words_add(words, ", interrupted by ");
        words_list(words, terms->lapse_events, terms->n_lapse_events, " or ");
    }
    if (terms->pro_rata) {
        words_add(words, "; a part of it for what is beyond ");
        words_duration(words, terms->pro_rata->from);
    }
}

static void
say_gain(struct words *words, const ScoreChangePerson *terms)
{
    switch (terms->threshold_case) {
    case WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_ABSOLUTE:
        words_add(words, " by at least %s", terms->absolute);
        break;
    case WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_RELATIVE:
        words_add(words, " by at least %s of the first", terms->relative);
        break;
    case WELLGATE__PAYMENTS__V1__SCORE_CHANGE_PERSON__THRESHOLD_RELIABLE:
        words_add(words, " by more than chance (deviation %s, reliability %s)",
                  terms->reliable->standard_deviation, terms->reliable->reliability);
        break;
    default:
        break;
    }
}

static void
say_score_person(struct words *words, const ScoreChangePerson *terms)
{
    static const char *const follow_ups[] = {"", "the first", "the last", "any"};
    bool fall = terms->direction == DECREASE;

    words_add(words, "a %s of %s (%s)", fall ? "fall" : "gain", terms->score, terms->instrument);
    say_gain(words, terms);
    words_add(words, ", from the first reading");
    if (terms->baseline_window) {
        words_add(words, " ");
        say_window(words, terms->baseline_window);
    }
    words_add(words, " to %s later one", follow_ups[terms->follow_up]);
    if (terms->follow_up_window) {
        words_add(words, " ");
        say_window(words, terms->follow_up_window);
    }
    if (*terms->starts_at)
        words_add(words, ", beginning at %s or %s", terms->starts_at, fall ? "above" : "below");
    if (*terms->reaches)
        words_add(words, ", reaching %s or %s", terms->reaches, fall ? "below" : "above");
}

static void
say_test(struct words *words, const Wellgate__Payments__V1__KOfN__Test *test)
{
    switch (test->test_case) {
    case WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_SCORE_CHANGE_PERSON:
        say_score_person(words, test->score_change_person);
        break;
    case WELLGATE__PAYMENTS__V1__KOF_N__TEST__TEST_MILESTONE:
        say_milestone(words, test->milestone);
        break;
    default:
        say_sustained(words, test->sustained);
    }
}

static void
say_k_of_n(struct words *words, const KOfN *terms)
{
    words_add(words, "at least %u of %zu tests", one_or_more(terms->k), terms->n_tests);
    for (size_t i = 0; i < terms->n_tests; i++) {
        words_add(words, "%s (%zu) ", i ? ";" : ":", i + 1);
        say_test(words, terms->tests[i]);
    }
    if (terms->complete_cases)
        words_add(words, "; of people for whom every one can be judged");
}

static void
say_reduction(struct words *words, const EventReductionPerson *terms)
{
    words_list(words, terms->events, terms->n_events, " and ");
    words_add(words, " fewer by at least %s than in the ", terms->reduction);
    words_duration(words, terms->baseline);
    words_add(words, " before the start, tested ");
    for (size_t i = 0; i < terms->n_test_at; i++) {
        words_add(words, "%s", i ? ", " : "");
        words_duration(words, terms->test_at[i]);
    }
    words_add(words, " behind it");
    if (*terms->over) {
        words_add(words, ", each over ");
        words_duration(words, terms->over);
    }
    if (terms->min_baseline)
        words_add(words, ", of people with at least %u before", terms->min_baseline);
}

static void
say_accrual(struct words *words, const TimeAccrual *terms)
{
    uint32_t days = one_or_more(terms->unit_days);

    words_add(words, "each %u day%s of ", days, days == 1 ? "" : "s");
    words_list(words, terms->states, terms->n_states, " or ");
    if (terms->most_units)
        words_add(words, ", at most %u of them", terms->most_units);
}

static void
say_levels(struct words *words, const CumulativeValue *terms)
{
    words_add(words, "each of the levels ");
    words_list(words, terms->levels, terms->n_levels, " and ");
    words_add(words, " that the total of ");
    words_list(words, terms->events, terms->n_events, " and ");
    words_add(words, " crosses");
}

/* ---- Outcomes of a cohort ---- */

/* Where it is not as the kind has it. */
static void
say_better(struct words *words, int better)
{
    static const char *const ways[] = {"", "; less is better", "; more is better"};

    words_add(words, "%s", ways[better]);
}

static void
say_comparison(struct words *words, const Comparison *comparison)
{
    static const char *const effects[] = {"", "the difference", "relative to that",
                                          "in its standard deviations"};

    if (!comparison)
        return;
    if (*comparison->own_period)
        words_add(words, ", against its own in %s", comparison->own_period);
    else
        words_add(words, ", against %s",
                  *comparison->comparator ? comparison->comparator : comparison->fixed);
    words_add(words, ", %s", effects[comparison->effect]);
    say_better(words, (int)comparison->better);
}

static void
say_score_cohort(struct words *words, const ScoreChangeCohort *terms)
{
    static const char *const cohorts[] = {
        "", "everyone to date", "everyone whose last reading falls in the period",
        "everyone whose first reading falls in the period"};

    words_add(words, "The mean %s of %s (%s) over %s, from each person's first reading to the last "
                     "one, at least %d days apart, both complete",
              terms->direction == DECREASE ? "fall" : "gain", terms->score, terms->instrument,
              cohorts[terms->cohort], terms->min_days_apart);
    if (terms->baseline_window) {
        words_add(words, "; the first ");
        say_window(words, terms->baseline_window);
    }
    if (terms->follow_up_window) {
        words_add(words, "; the last ");
        say_window(words, terms->follow_up_window);
    }
    say_comparison(words, terms->comparison);
}

static void
say_event_rate(struct words *words, const EventRateCohort *terms)
{
    words_add(words, "%s ", terms->count_people ? "The part of the people that has any of" : "How many of");
    words_list(words, terms->events, terms->n_events, " and ");
    words_add(words, "%s within ", terms->count_people ? "" : " each person has");
    words_duration(words, terms->follow);
    words_add(words, " from the start, of those who started");
    for (size_t i = 0; i < terms->n_cohorts; i++)
        words_add(words, "%s from %s to %s", i ? " or" : "", terms->cohorts[i]->from_date,
                  terms->cohorts[i]->to_date);
    say_comparison(words, terms->comparison);
}

static void
say_cost_gap(struct words *words, const CostGapCohort *terms)
{
    words_add(words, "What ");
    words_list(words, terms->classes, terms->n_classes, " and ");
    if (*terms->code)
        words_add(words, " (%s)", terms->code);
    words_add(words, " cost a head over ");
    if (*terms->over)
        words_duration(words, terms->over);
    else
        words_add(words, "the period");
    words_add(words, ", of those who started at least ");
    words_duration(words, terms->first_evidence);
    words_add(words, " before that");
    say_comparison(words, terms->comparison);
}

static void
say_count(struct words *words, const CountVsBaseline *terms)
{
    words_add(words, "%s of ", terms->count_events ? "How many there were" : "How many people had one");
    words_list(words, terms->events, terms->n_events, " or ");
    words_add(words, " in the period, against what was expected%s",
              terms->effect == WELLGATE__PAYMENTS__V1__COMPARISON__EFFECT__RELATIVE
                  ? ", as a part of that" : "");
    say_better(words, (int)terms->better);
}

/* "the sum of into-work × 0.5 and cohort-better, in the mean of 4 periods". */
static void
say_combined(struct words *words, const CombinedFigures *terms)
{
    static const char *const made[] = {"", "sum", "weighted mean", "product"};

    words_add(words, "The %s of the figures of ", made[terms->combination]);
    for (size_t i = 0; i < terms->n_parts; i++) {
        const Wellgate__Payments__V1__CombinedFigures__Part *part = terms->parts[i];

        words_add(words, "%s%s", i ? i + 1 < terms->n_parts ? ", " : " and " : "", part->rule);
        if (*part->weight)
            words_add(words, " × %s", part->weight);
        if (part->periods > 1)
            words_add(words, " (the mean of the last %u periods')", part->periods);
    }
    words_add(words, "%s", terms->skip_missing ? ", those apart that have none" : "");
}

static void
say_proportion(struct words *words, const ProportionOfCohort *terms)
{
    words_add(words, "Of the people with a unit of %s%s, the part that has one of %s",
              terms->denominator, terms->per_period ? " in the period" : "", terms->numerator);
    say_comparison(words, terms->comparison);
}

/* ---- Every outcome ---- */

static void
say_outcome_of_person(struct words *words, const Rule *rule)
{
    words_add(words, "A unit for ");
    switch (rule->outcome_case) {
    case OUTCOME(MILESTONE): say_milestone(words, rule->milestone); break;
    case OUTCOME(SUSTAINED): say_sustained(words, rule->sustained); break;
    case OUTCOME(SCORE_CHANGE_PERSON): say_score_person(words, rule->score_change_person); break;
    case OUTCOME(K_OF_N): say_k_of_n(words, rule->k_of_n); break;
    case OUTCOME(EVENT_REDUCTION_PERSON):
        say_reduction(words, rule->event_reduction_person);
        break;
    case OUTCOME(TIME_ACCRUAL): say_accrual(words, rule->time_accrual); break;
    case OUTCOME(CUMULATIVE_VALUE): say_levels(words, rule->cumulative_value); break;
    default:
        words_add(words, "each of %s, of people with %s", rule->attribute_supplement->rule,
                  rule->attribute_supplement->attribute->series);
    }
}

char *
outcome_words(struct wg_arena *arena, const Rule *rule)
{
    struct words words = WORDS(arena);

    switch (rule->outcome_case) {
    case OUTCOME(_NOT_SET):
        words_add(&words, "Due as time goes by");
        break;
    case OUTCOME(SCORE_CHANGE_COHORT): say_score_cohort(&words, rule->score_change_cohort); break;
    case OUTCOME(EVENT_RATE_COHORT): say_event_rate(&words, rule->event_rate_cohort); break;
    case OUTCOME(COST_GAP_COHORT): say_cost_gap(&words, rule->cost_gap_cohort); break;
    case OUTCOME(COUNT_VS_BASELINE): say_count(&words, rule->count_vs_baseline); break;
    case OUTCOME(PROPORTION_OF_COHORT):
        say_proportion(&words, rule->proportion_of_cohort);
        break;
    case OUTCOME(COMBINED_FIGURES): say_combined(&words, rule->combined_figures); break;
    default: say_outcome_of_person(&words, rule);
    }
    words_add(&words, ".");
    return words.text;
}

/* ---- Modifiers ---- */

static void
say_condition(struct words *words, const Condition *condition)
{
    if (condition->absent)
        words_add(words, "no ");
    if (condition->latest)
        words_add(words, "the latest ");
    if (condition->at_least > 1)
        words_add(words, "at least %u of ", condition->at_least);
    words_add(words, "%s", condition->series);
    say_values(words, condition->value_at_least, condition->value_at_most);
    if (condition->window) {
        words_add(words, " ");
        say_window(words, condition->window);
    }
}

static void
say_eligibility(struct words *words, const Rule *rule)
{
    for (size_t i = 0; i < rule->n_eligible_if; i++) {
        words_add(words, "%s", i ? ", and " : "Of people with ");
        for (size_t c = 0; c < rule->eligible_if[i]->n_any_of; c++) {
            words_add(words, "%s", c ? " or " : "");
            say_condition(words, rule->eligible_if[i]->any_of[c]);
        }
    }
    if (rule->n_eligible_if)
        words_add(words, ". ");
}

static void
say_links(struct words *words, const Rule *rule)
{
    static const char *const stages[] = {"", "achieved", "claimed", "paid"};

    for (size_t i = 0; i < rule->n_requires; i++)
        words_add(words, "%s%s %s", i ? ", " : "Requires ", rule->requires[i]->rule,
                  stages[rule->requires[i]->stage]);
    if (rule->n_requires)
        words_add(words, ". ");
    if (!rule->n_excludes)
        return;
    words_add(words, "Not for people with ");
    words_list(words, rule->excludes, rule->n_excludes, " or ");
    words_add(words, ". ");
}

static void
say_repeats(struct words *words, const Rule *rule)
{
    if (rule->max_per_person)
        words_add(words, "At most %u for a person. ", rule->max_per_person);
    if (*rule->claim_within) {
        words_add(words, "Claimed within ");
        words_duration(words, rule->claim_within);
        words_add(words, ". ");
    }
    if (*rule->repeat_after) {
        words_add(words, "The next one at least ");
        words_duration(words, rule->repeat_after);
        words_add(words, " later. ");
    }
    if (!rule->n_reset_on)
        return;
    words_add(words, "The start is set anew by ");
    words_list(words, rule->reset_on, rule->n_reset_on, " or ");
    words_add(words, ". ");
}

static void
say_evidence(struct words *words, const Rule *rule)
{
    for (size_t i = 0; i < rule->n_evidence; i++) {
        words_add(words, "The record carries ");
        words_list(words, rule->evidence[i]->any_of, rule->evidence[i]->n_any_of, " or ");
        words_add(words, "%s. ", rule->evidence[i]->alternating ? ", never the same twice running" : "");
    }
}

static void
say_clawbacks(struct words *words, const Rule *rule)
{
    for (size_t i = 0; i < rule->n_clawbacks; i++) {
        words_add(words, "%s within ", rule->clawbacks[i]->event);
        words_duration(words, rule->clawbacks[i]->within);
        words_add(words, " takes %s of it back. ",
                  *rule->clawbacks[i]->share ? rule->clawbacks[i]->share : "all");
    }
}

char *
modifier_words(struct wg_arena *arena, const Rule *rule)
{
    struct words words = WORDS(arena);

    say_eligibility(&words, rule);
    if (rule->window) {
        words_add(&words, "Counts ");
        say_window(&words, rule->window);
        words_add(&words, ". ");
    }
    if (rule->only_covered)
        words_add(&words, "Use of services counts as none only on days that are covered. ");
    say_links(&words, rule);
    say_repeats(&words, rule);
    say_evidence(&words, rule);
    say_clawbacks(&words, rule);
    if (words.text && *words.text)
        words.text[strlen(words.text) - 1] = '\0'; /* the last space */
    return words.text;
}
