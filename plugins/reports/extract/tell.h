/* tell.h - what a cell says. */
#ifndef REPORTS_EXTRACT_TELL_H
#define REPORTS_EXTRACT_TELL_H

struct teller;

/* In the teller's arena; "": nothing. NULL past the arena. */
typedef const char *tell_cell(struct teller *teller);

/* Of a person. */
tell_cell tell_pseudonym, tell_first_referred, tell_age_band, tell_sex, tell_ethnicity, tell_decile,
    tell_caring, tell_first_practice, tell_locality, tell_left, tell_n_referrals;

/* Of a referral. */
tell_cell tell_referral, tell_referred, tell_strand, tell_source, tell_practice, tell_provider,
    tell_referral_state;

/* Of a fact. */
tell_cell tell_date, tell_until, tell_word, tell_other, tell_number, tell_minutes, tell_score,
    tell_onward_kind, tell_onward_state, tell_question, tell_answer;

/* Of an observation. */
tell_cell tell_comparator, tell_period, tell_observed_practice, tell_classes, tell_observed_measure,
    tell_n, tell_person_time, tell_events, tell_mean, tell_deviation, tell_cost, tell_currency,
    tell_price_year;

#endif
