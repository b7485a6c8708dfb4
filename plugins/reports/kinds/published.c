/* published.c - figures that others published: as they were stated, beside nothing that is
 * reckoned here. */
#include <string.h>
#include <wellgate/decimal.h>

#include "kinds.h"
#include "wellgate/outcomes/v1/costs.pb-c.h"

typedef Wellgate__Outcomes__V1__Fact PublishedFact;

#define ABOUT(name) WELLGATE__OUTCOMES__V1__FACT__ABOUT_##name

struct published {
    struct writer *writer;
    const char *perspective; /* of the table at hand */
    const char *perspectives[64];
    size_t n;
    bool collecting;
};

static const char *
time_of(const PublishedFact *fact)
{
    return fact->about_case == ABOUT(DATE) ? fact->date
           : fact->about_case == ABOUT(PERIOD) ? fact->period : "year not stated";
}

/* Ends are told by their text: 12.14 stays 12.14. */
static void
write_fact(struct writer *writer, const PublishedFact *fact)
{
    bool money = fact->figure_case == WELLGATE__OUTCOMES__V1__FACT__FIGURE_AMOUNT;
    const char *strand = *fact->strand ? name_listed(&writer->names, NAMES_STRANDS, fact->strand) : "";
    struct figure figure = {GROUP_ALL, wg_name_id(fact->name), fact->statement,
        *fact->unit ? fact->unit : NULL, NULL, money ? UNIT(MONEY) : UNIT(AS_STATED),
        wg_format(writer->arena, "%s, %s%s%s", fact->source, time_of(fact), *strand ? ", " : "",
                  strand)};

    if (money)
        write_stated(writer, &figure, fact->amount->currency, fact->amount->amount);
    else
        write_stated(writer, &figure, "", fact->value);
}

static void
collect(struct published *published, const char *perspective)
{
    for (size_t i = 0; i < published->n; i++)
        if (strcmp(published->perspectives[i], perspective) == 0)
            return;
    if (published->n < sizeof(published->perspectives) / sizeof(published->perspectives[0]))
        published->perspectives[published->n++] = perspective;
}

static bool
visit(void *context, const struct wg_record *record)
{
    const PublishedFact *fact = (const PublishedFact *)record->message;
    struct published *published = context;

    if (published->collecting)
        collect(published, fact->perspective);
    else if (strcmp(fact->perspective, published->perspective) == 0)
        write_fact(published->writer, fact);
    return !published->writer->failed;
}

static const struct wg_problem *
go_through(struct published *published)
{
    return wg_scan(published->writer->call, "outcomes/Fact", published->writer->selection->programme,
                   NULL, visit, published);
}

const struct wg_problem *
write_published(struct writer *writer)
{
    struct published published = {.writer = writer, .collecting = true};
    const struct wg_problem *problem;

    write_declaration(writer, "Figures that others published, as they stated them. None is reckoned "
                              "from the programme's records, and those of different perspectives "
                              "cannot be compared.");
    if ((problem = go_through(&published)))
        return problem;
    published.collecting = false;
    for (size_t i = 0; i < published.n; i++) {
        published.perspective = published.perspectives[i];
        write_table(writer, *published.perspective ? published.perspective : NOT_RECORDED,
                    *published.perspective ? published.perspective : "No perspective stated");
        if ((problem = go_through(&published)))
            return problem;
    }
    return NULL;
}
