/* settlement.c - how long a settlement of a million units takes, in three kinds: without caps,
 * with them, and with all that asks for an order. */
#include <time.h>

#include "../unit/settlement_fixture.h"

#define UNITS 1000000
#define PEOPLE 200000

static double
cpu_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Each person has a unit of each of five rules, on any day of seven years. */
static struct claimed_unit *
make_units(struct world *w)
{
    struct claimed_unit *units = calloc(UNITS, sizeof(*units));
    uint64_t seed = 20261130;
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    struct claimed_unit model[5];

    assert_non_null(units);
    for (size_t r = 0; r < 5; r++)
        model[r] = unit_of(w, ids[r], 0, day("2015-04-01"), "1.5");
    for (size_t i = 0; i < UNITS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        units[i] = model[i % 5];
        units[i].person = (uint32_t)(i / 5);
        units[i].unit.date += (wg_date)((seed >> 33) % (28 * 91));
        units[i].period = (uint16_t)timeline_at(&w->timeline, units[i].unit.date);
    }
    return units;
}

static void
measure(const char *title, const char *more_of_rule, const char *settlement)
{
    double best_take = 1e9, best_finish = 1e9;

    for (int round = 0; round < 5; round++) {
        struct claimed_unit *units;
        const char *rules = "";
        struct world w;
        double begin, taken, done;

        for (int r = 0; r < 5; r++)
            rules = wg_format(&terms_arena, "%s%s{'id':'%c','title':'r','milestone':{'events':"
                              "['milestone:x']},'deadweight':'0.2','flat':{'amount':{'currency':"
                              "'GBP','amount':'%d.99'}}%s}",
                              rules, r ? "," : "", 'a' + r, 500 + 100 * r, more_of_rule);
        begin_world(&w, 29);
        ADD_VERSION(&w, "2015-04-01", rules, settlement);
        open_world(&w, false);
        units = make_units(&w);
        begin = cpu_ms();
        for (size_t i = 0; i < UNITS; i++)
            if (!settlement_take(w.settlement, &units[i]))
                abort();
        taken = cpu_ms();
        if (!settlement_finish(w.settlement))
            abort();
        done = cpu_ms();
        best_take = taken - begin < best_take ? taken - begin : best_take;
        best_finish = done - taken < best_finish ? done - taken : best_finish;
        free(units);
        finish_world(&w);
    }
    printf("%-28s take %6.1f ms, finish %6.1f ms\n", title, best_take, best_finish);
}

int
main(void)
{
    load_terms(NULL);
    measure("no caps", "", "'settlement':{'discount':'0.12'}");
    measure("contract's cap", "", "'settlement':{'cap':{'currency':'GBP','amount':'300000000'}}");
    measure("all caps", ",'caps':{'units':150000,'amount':{'currency':'GBP','amount':'90000000'}}",
            "'settlement':{'capPerPerson':{'currency':'GBP','amount':'2500'},'cap':{'currency':"
            "'GBP','amount':'300000000'},'quotas':[{'rules':['a'],'share':'0.19'}]}");
    unload_terms(NULL);
    return 0;
}
