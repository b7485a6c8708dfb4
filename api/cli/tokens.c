/* tokens.c - wellgate keys and wellgate token: first steps and tests. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "commands.h"

int
command_keys(int n, char **words)
{
    char error[512];

    if (n != 2) {
        fprintf(stderr, "usage: wellgate keys PRIVATE.pem PUBLIC.jwks\n");
        return 2;
    }
    if (keys_make(words[0], words[1], error, sizeof(error)))
        return 0;
    fprintf(stderr, "wellgate: %s\n", error);
    return 1;
}

static int
usage(void)
{
    fprintf(stderr, "usage: wellgate token --key PRIVATE.pem --issuer URL --audience NAME "
                    "--subject NAME\n"
                    "                      [--organisation organisations/ID] [--scope WORDS] "
                    "[--lifetime SECONDS]\n");
    return 2;
}

int
command_token(int n, char **words)
{
    static const struct option options[] = {
        {"key", required_argument, NULL, 'k'},      {"issuer", required_argument, NULL, 'i'},
        {"audience", required_argument, NULL, 'a'}, {"subject", required_argument, NULL, 's'},
        {"organisation", required_argument, NULL, 'o'}, {"scope", required_argument, NULL, 'c'},
        {"lifetime", required_argument, NULL, 'l'}, {0},
    };
    struct token_claims claims = {.organisation = "", .scope = "", .issued_s = time(NULL),
                                  .lifetime_s = 3600};
    const char *key = NULL;
    char error[512], *token;
    int option;

    optind = 0;
    while ((option = getopt_long(n + 1, words - 1, "", options, NULL)) != -1) {
        switch (option) {
        case 'k': key = optarg; break;
        case 'i': claims.issuer = optarg; break;
        case 'a': claims.audience = optarg; break;
        case 's': claims.subject = optarg; break;
        case 'o': claims.organisation = optarg; break;
        case 'c': claims.scope = optarg; break;
        case 'l': claims.lifetime_s = atoll(optarg); break;
        default: return usage();
        }
    }
    if (!key || !claims.issuer || !claims.audience || !claims.subject || claims.lifetime_s <= 0)
        return usage();
    if (!(token = token_mint(key, &claims, error, sizeof(error)))) {
        fprintf(stderr, "wellgate: %s\n", error);
        return 1;
    }
    puts(token);
    free(token);
    return 0;
}
