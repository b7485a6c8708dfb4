/* rates.c - the bonds' rates of return of flows from stdin, a line for each set of flows.
 *
 * A line is "date minor date minor ..."; what is printed is the rate, then all rates, as
 * hexadecimal floating point; or "none". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/bonds/report/xirr.h"

#define FLOWS_MAX 1000

static size_t
read_flows(char *line, struct xirr_flow *flows)
{
    size_t n = 0;

    for (char *date = strtok(line, " \n"); date && n < FLOWS_MAX; date = strtok(NULL, " \n")) {
        const char *minor = strtok(NULL, " \n");

        if (!minor || !wg_date_parse(date, &flows[n].date))
            exit(2);
        flows[n++].minor = strtoll(minor, NULL, 10);
    }
    return n;
}

static void
print_rates(const struct xirr *xirr)
{
    printf("%a", xirr->rate);
    for (size_t i = 0; i < xirr->n_rates; i++)
        printf(" %a", xirr->rates[i]);
    putchar('\n');
}

int
main(void)
{
    static struct xirr_flow flows[FLOWS_MAX];
    char *line = NULL;
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0) {
        struct wg_arena arena;
        struct xirr xirr;
        size_t n = read_flows(line, flows);

        wg_arena_init(&arena, 1 << 20);
        if (xirr_solve(&arena, flows, n, &xirr) == XIRR_OK)
            print_rates(&xirr);
        else
            puts("none");
        wg_arena_finish(&arena);
    }
    free(line);
    return 0;
}
