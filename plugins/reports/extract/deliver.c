/* deliver.c - a table, piece by piece: written anew of what was known, and delivered only where
 * it is what the extract's hashes say. */
#include "extract.h"

#include <stdlib.h>
#include <string.h>
#include <wellgate/messages.h>

#include "comparators.h"
#include "digest.h"
#include "edition.h"

typedef Wellgate__Reports__V1__ListExtractRowsRequest RowsRequest;
typedef Wellgate__Reports__V1__ListExtractRowsResponse RowsResponse;

struct delivery {
    struct wg_call *call;
    struct wg_arena *arena;
    const RowsRequest *request;
    const Extract *extract;
    const struct table *table;
    struct members members;
    const Piece *piece, *next; /* next NULL: it is the last */
    size_t number;             /* of the piece, from 0 */
    RowsResponse *response;
    size_t room;
    struct wg_csv_writer csv; /* the row at hand */
    struct digest digest;
    bool failed;
};

/* ---- What is asked for ---- */

/* The token of a piece, "2-14": of which edition it is, and its number. */
static bool
read_token(const char *token, unsigned long *edition, size_t *number)
{
    size_t digits = strspn(token, "0123456789"), more;

    if (!digits || token[digits] != '-')
        return false;
    more = strspn(token + digits + 1, "0123456789");
    *edition = strtoul(token, NULL, 10);
    *number = strtoul(token + digits + 1, NULL, 10);
    return more && !token[digits + 1 + more];
}

/* The piece of that number, and the one behind it. */
static bool
find_piece(struct delivery *delivery)
{
    size_t number = 0;

    for (size_t i = 0; i < delivery->extract->n_pieces && !delivery->next; i++) {
        const Piece *piece = delivery->extract->pieces[i];

        if (piece->table != delivery->table->code)
            continue;
        if (number++ == delivery->number)
            delivery->piece = piece;
        else if (delivery->piece)
            delivery->next = piece;
    }
    return delivery->piece;
}

/* Pieces of two editions make no table. */
static const struct wg_problem *
turn_to(struct delivery *delivery)
{
    const char *token = delivery->request->page_token;
    unsigned long last = last_edition(delivery->extract)->number, edition = last;

    if (*token && !read_token(token, &edition, &delivery->number))
        return wg_fail(delivery->call, &wg_malformed, "pageToken is not one of this list");
    if (edition && edition < last)
        return wg_fail(delivery->call, &wg_conflict, "it was amended since the first page: begin again");
    if (edition == last && find_piece(delivery))
        return NULL;
    return *token ? wg_fail(delivery->call, &wg_malformed, "pageToken is not one of this list")
                  : wg_fail(delivery->call, &wg_not_found, "it has no such table");
}

static const struct wg_problem *
require_deliverable(struct delivery *delivery)
{
    uint32_t format = last_edition(delivery->extract)->format;

    if (delivery->extract->state == WELLGATE__REPORTS__V1__EXTRACT__STATE__WITHDRAWN)
        return wg_fail(delivery->call, &wg_conflict, "it was withdrawn");
    if (format != FORMAT)
        return wg_fail(delivery->call, &wg_conflict,
                       "its tables are in format %u, and this gateway writes %d: amend it", format, FORMAT);
    return NULL;
}

static const struct wg_problem *
load(struct delivery *delivery)
{
    const struct wg_problem *problem;
    const ProtobufCMessage *message;

    if ((problem = wg_look(delivery->call, delivery->request->name, &message)))
        return problem;
    delivery->extract = (const Extract *)message;
    delivery->table = table_named(delivery->request->table);
    if ((problem = require_deliverable(delivery)))
        return problem;
    return delivery->table ? turn_to(delivery)
                           : wg_fail(delivery->call, &wg_not_found, "it has no such table");
}

/* ---- Whether all who are in it may be evaluated still ---- */

static size_t
count_leaving(struct delivery *delivery, const struct departures *departures)
{
    const struct members *members = &delivery->members;
    struct person person;
    size_t n = 0;

    for (size_t i = 0; departures->n && i < members->n && members_person(members, i, &person); i++)
        n += departures_tell(departures, members->selection.programme, &person) != STAYS;
    return n;
}

static const struct wg_problem *
require_all(struct delivery *delivery)
{
    const char *programme = delivery->members.selection.programme;
    const Extract *extract = delivery->extract;
    const struct wg_problem *problem;
    struct departures departures;
    uint64_t now;
    size_t n;

    if ((problem = wg_sequence(delivery->call, programme, &now)) ||
        now == last_edition(extract)->sequence ||
        (problem = departures_read(delivery->call, programme, extract->known_at_sequence, now, &departures)))
        return problem;
    if (!(n = count_leaving(delivery, &departures)))
        return NULL;
    return wg_fail(delivery->call, &wg_conflict, "%zu %s in it may not be evaluated any more: amend it", n,
                   n == 1 ? "person" : "people");
}

/* ---- Rows ---- */

static bool
make_room(struct delivery *delivery)
{
    RowsResponse *response = delivery->response;
    Row **more;

    if (response->n_rows < delivery->room)
        return true;
    delivery->room = 2 * delivery->room + 256;
    if (!(more = wg_alloc_array(delivery->arena, delivery->room, sizeof(*more))))
        return false;
    if (response->n_rows)
        memcpy(more, response->rows, response->n_rows * sizeof(*more));
    response->rows = more;
    return true;
}

static void
take(void *context, const struct table *table, const char *const *cells)
{
    struct delivery *delivery = context;
    Row *row = row_make(delivery->arena, table, cells);

    delivery->csv.length = 0;
    wg_csv_row(&delivery->csv, cells, table->n_columns);
    digest_add(&delivery->digest, delivery->csv.text, delivery->csv.length);
    if ((delivery->failed = delivery->failed || !row || delivery->csv.failed || !make_room(delivery)))
        return;
    delivery->response->rows[delivery->response->n_rows++] = row;
}

/* All records of the person were shown, of whichever of them a row is. */
static const struct wg_problem *
disclose(struct delivery *delivery, const struct person *person, size_t rows)
{
    const struct wg_problem *problem = NULL;

    for (size_t i = 0; rows && !problem && i < person->n_ids; i++) {
        const char *name = wg_format(delivery->arena, "%s/people/%.*s",
                                     delivery->members.selection.programme,
                                     (int)person->ids[i].length, (const char *)person->ids[i].data);

        problem = name ? wg_disclose(delivery->call, name, (uint32_t)rows) : wg_no_memory(delivery->call);
    }
    return problem;
}

static const struct wg_problem *
write_person(struct delivery *delivery, size_t at)
{
    struct teller teller = {.arena = delivery->arena, .members = &delivery->members};
    size_t before = delivery->response->n_rows;
    struct person person;

    if (!members_person(&delivery->members, at, &person) ||
        !teller_begin(&teller, &delivery->members.list[at], &person) ||
        !table_tell_person(&teller, delivery->table, take, delivery))
        return wg_no_memory(delivery->call);
    return disclose(delivery, &person, delivery->response->n_rows - before);
}

static const struct wg_problem *
write_rows(struct delivery *delivery)
{
    size_t end = delivery->next ? delivery->next->after : delivery->members.n;
    struct teller teller = {.arena = delivery->arena, .members = &delivery->members};
    const struct wg_problem *problem = NULL;

    if (!delivery->table->of_people)
        return comparators_tell(&teller, delivery->table, take, delivery);
    for (size_t i = delivery->piece->after; !problem && i < end && i < delivery->members.n; i++)
        problem = write_person(delivery, i);
    return problem;
}

/* What cannot be made again as it was is not delivered. */
static const struct wg_problem *
require_hash(struct delivery *delivery)
{
    const char *hash = digest_text(&delivery->digest, delivery->arena);

    if (!hash)
        return wg_no_memory(delivery->call);
    return strcmp(hash, delivery->piece->sha256) == 0
               ? NULL : wg_fail(delivery->call, &wg_internal, "it cannot be made again as it was");
}

static const struct wg_problem *
deliver(struct delivery *delivery)
{
    const struct wg_problem *problem;

    digest_begin(&delivery->digest);
    if ((problem = write_rows(delivery)))
        return problem;
    if (delivery->failed)
        return wg_no_memory(delivery->call);
    if ((problem = require_hash(delivery)))
        return problem;
    if (delivery->next)
        delivery->response->next_page_token = wg_format(
            delivery->arena, "%u-%zu", last_edition(delivery->extract)->number, delivery->number + 1);
    return delivery->response->next_page_token ? NULL : wg_no_memory(delivery->call);
}

const struct wg_problem *
extract_rows(struct wg_call *call)
{
    struct delivery delivery = {.call = call, .arena = wg_call_arena(call), .csv.arena = wg_call_arena(call),
                                .request = (const RowsRequest *)wg_input(call)};
    const struct wg_problem *problem;

    delivery.response = wg_new_message(delivery.arena,
                                       &wellgate__reports__v1__list_extract_rows_response__descriptor);
    if (!delivery.response)
        return wg_no_memory(call);
    if ((problem = load(&delivery)) ||
        (problem = members_read(call, delivery.extract, last_edition(delivery.extract)->sequence,
                                &delivery.members)) ||
        (problem = require_all(&delivery)))
        return problem;
    problem = deliver(&delivery);
    digest_finish(&delivery.digest);
    if (!problem)
        wg_answer(call, &delivery.response->base);
    return problem;
}

/* ---- As CSV ---- */

const struct wg_problem *
extract_rows_csv(struct wg_call *call, const ProtobufCMessage *output, struct wg_bytes *text)
{
    const RowsResponse *response = (const RowsResponse *)output;
    const RowsRequest *request = (const RowsRequest *)wg_input(call);
    const struct table *table = table_named(request->table);
    struct wg_csv_writer csv = {.arena = wg_call_arena(call)};

    if (!*request->page_token)
        table_put_headings(table, &csv);
    for (size_t i = 0; i < response->n_rows; i++) {
        for (size_t c = 0; c < table->n_columns; c++)
            wg_csv_cell(&csv, row_cell(csv.arena, response->rows[i], &table->columns[c]));
        wg_csv_end_row(&csv);
    }
    *text = (struct wg_bytes){csv.text, csv.length};
    return csv.failed || csv.arena->exhausted ? wg_no_memory(call) : NULL;
}
