/* quote.c - prices of units in ticks, each reckoned once: people are many, prices are few. */
#include "settlement_state.h"

static struct quote *
slot_of(const struct settlement *s, const struct quote *key)
{
    uint64_t mix = (uint64_t)key->measure * UINT64_C(0x9E3779B97F4A7C15);

    mix ^= ((uint64_t)key->terms << 32 ^ (uint64_t)key->uplift << 20 ^ key->factor) *
           UINT64_C(0xC2B2AE3D27D4EB4F);
    return &s->quotes[(mix >> 40) & (QUOTES - 1)];
}

/* Billions of units of such a price can still be added up. */
#define PRICE_MAX ((ticks)1 << 92)

/* The scale was made so that it is whole. */
static ticks
reckon(struct settlement *s, const struct rule_terms *terms, const struct quote *key)
{
    ticks price = 0;
    mpq_t exact, scale;

    mpq_inits(exact, scale, NULL);
    mpq_set_z(scale, s->price_scale);
    if (!unit_price(terms, key->factor, key->uplift, key->measure, exact))
        s->failed = true;
    mpq_mul(exact, exact, scale);
    if (mpz_cmp_ui(mpq_denref(exact), 1) != 0 || !ticks_set(&price, mpq_numref(exact)) ||
        price > PRICE_MAX)
        s->failed = true;
    mpq_clears(exact, scale, NULL);
    return price;
}

ticks
quote(struct settlement *s, const struct rule_terms *terms, uint16_t uplift, size_t factor,
      int64_t measure)
{
    struct quote key = {.set = true, .terms = terms->number, .uplift = uplift,
                        .factor = (uint32_t)factor, .measure = measure};
    struct quote *slot = slot_of(s, &key);

    if (!slot->set || slot->terms != key.terms || slot->uplift != uplift ||
        slot->factor != key.factor || slot->measure != measure) {
        key.price = reckon(s, terms, &key);
        *slot = key;
        if (key.price > s->greatest)
            s->greatest = key.price;
    }
    return slot->price;
}
