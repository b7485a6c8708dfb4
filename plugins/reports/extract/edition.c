/* edition.c - all rows of all tables go by once: nothing of them is kept. */
#include "edition.h"

#include <string.h>
#include <wellgate/messages.h>

#include "comparators.h"
#include "digest.h"

typedef Wellgate__Reports__V1__Extract__Table TableHash;

#define SCRATCH_BYTES_MAX ((size_t)16 << 20) /* of one person's rows */
#define TABLES_MAX 16

/* A table as it goes by. */
struct file {
    const struct table *table;
    struct digest whole, piece;
    uint32_t rows, piece_rows;
    uint32_t after; /* people before the piece */
    struct seen seen[COLUMNS_MAX];
};

struct making {
    struct wg_call *call;
    struct wg_arena *arena;  /* the call's: what stays */
    struct wg_arena scratch; /* one person's rows */
    const struct members *members;
    Extract *extract;
    struct file files[TABLES_MAX];
    size_t n_files;
    struct file *file;       /* that is being written */
    struct wg_csv_writer csv;
    bool failed;
};

/* ---- Rows ---- */

/* Of several parted by semicolons each is one of an enumeration, which is told whole. */
static bool
has_code(const struct column *column, const char *cell)
{
    return column->type == TYPE(CODE) && cell && *cell &&
           (!column->enumerations[0] || !strchr(cell, ';'));
}

static void
note_codes(struct making *making, const struct table *table, const char *const *cells)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (has_code(&table->columns[i], cells[i]) &&
            !seen_add(&making->file->seen[i], making->arena, cells[i]))
            making->failed = true;
}

static void
take(void *context, const struct table *table, const char *const *cells)
{
    struct making *making = context;
    struct file *file = making->file;

    making->csv.length = 0;
    wg_csv_row(&making->csv, cells, table->n_columns);
    digest_add(&file->whole, making->csv.text, making->csv.length);
    digest_add(&file->piece, making->csv.text, making->csv.length);
    file->rows++;
    file->piece_rows++;
    note_codes(making, table, cells);
}

static void
write_headings(struct making *making, struct file *file)
{
    making->csv = (struct wg_csv_writer){.arena = &making->scratch};
    table_put_headings(file->table, &making->csv);
    digest_add(&file->whole, making->csv.text, making->csv.length);
}

/* ---- Pieces ---- */

/* It ends before the person at; false: past the arena. */
static bool
end_piece(struct making *making, struct file *file, size_t at)
{
    Extract *extract = making->extract;
    Piece *piece = wg_new_message(making->arena, &wellgate__reports__v1__extract__piece__descriptor);

    if (extract->n_pieces == PIECES_MAX)
        return true; /* refused later */
    if (!piece || !(piece->sha256 = digest_text(&file->piece, making->arena)))
        return false;
    piece->table = file->table->code;
    piece->after = file->after;
    extract->pieces[extract->n_pieces++] = piece;
    file->after = (uint32_t)at;
    file->piece_rows = 0;
    digest_begin(&file->piece);
    return !file->piece.failed;
}

static bool
write_person(struct making *making, struct teller *teller, size_t at)
{
    bool last = at + 1 == making->members->n;

    for (size_t i = 0; i < making->n_files; i++) {
        struct file *file = making->file = &making->files[i];

        if (file->table->of_people && !table_tell_person(teller, file->table, take, making))
            return false;
        if (file->piece_rows >= PIECE_ROWS && !last && !end_piece(making, file, at + 1))
            return false;
    }
    return !making->csv.failed && !making->failed;
}

static const struct wg_problem *
write_people(struct making *making)
{
    struct teller teller = {.arena = &making->scratch, .members = making->members};
    struct person person;
    bool written = true;

    for (size_t at = 0; written && at < making->members->n; at++) {
        wg_arena_reset(&making->scratch);
        making->csv = (struct wg_csv_writer){.arena = &making->scratch};
        written = members_person(making->members, at, &person) &&
                  teller_begin(&teller, &making->members->list[at], &person) &&
                  write_person(making, &teller, at);
    }
    return written ? NULL : wg_no_memory(making->call);
}

static const struct wg_problem *
write_comparators(struct making *making)
{
    struct teller teller = {.arena = making->arena, .members = making->members};
    const struct wg_problem *problem = NULL;

    making->csv = (struct wg_csv_writer){.arena = making->arena};
    for (size_t i = 0; !problem && i < making->n_files; i++)
        if (!(making->file = &making->files[i])->table->of_people)
            problem = comparators_tell(&teller, making->file->table, take, making);
    return problem || !making->csv.failed ? problem : wg_no_memory(making->call);
}

/* ---- The edition ---- */

static bool
wants(const Extract *extract, const struct table *table)
{
    for (size_t i = 0; i < extract->n_tables; i++)
        if (extract->tables[i] == table->code)
            return true;
    return !extract->n_tables;
}

static void
begin_files(struct making *making)
{
    for (size_t i = 0; i < n_tables; i++)
        if (wants(making->extract, &tables[i])) {
            struct file *file = &making->files[making->n_files++];

            file->table = &tables[i];
            digest_begin(&file->whole);
            digest_begin(&file->piece);
            write_headings(making, file);
        }
}

static bool
end_files(struct making *making)
{
    for (size_t i = 0; i < making->n_files; i++)
        if (!end_piece(making, &making->files[i], making->members->n))
            return false;
    return true;
}

static const struct wg_problem *
write_files(struct making *making)
{
    const struct wg_problem *problem;

    begin_files(making);
    if ((problem = write_people(making)) || (problem = write_comparators(making)))
        return problem;
    if (!end_files(making))
        return wg_no_memory(making->call);
    if (making->extract->n_pieces == PIECES_MAX)
        return wg_fail(making->call, &wg_validation,
                       "it has more than %d million rows: ask for a shorter period, or fewer tables",
                       PIECES_MAX * PIECE_ROWS / 1000000);
    return NULL;
}

static bool
set_tables(struct making *making, Edition *edition)
{
    edition->tables = wg_alloc_array(making->arena, making->n_files + 1, sizeof(*edition->tables));
    for (size_t i = 0; edition->tables && i < making->n_files; i++) {
        TableHash *table = wg_new_message(making->arena,
                                          &wellgate__reports__v1__extract__table__descriptor);

        if (!table || !(table->sha256 = digest_text(&making->files[i].whole, making->arena)))
            return false;
        table->table = making->files[i].table->code;
        table->rows = making->files[i].rows;
        edition->tables[edition->n_tables++] = table;
    }
    return edition->tables;
}

static bool
set_edition(struct making *making, uint64_t sequence, Edition *edition)
{
    edition->number = (uint32_t)making->extract->n_editions + 1;
    edition->format = FORMAT;
    edition->sequence = sequence;
    edition->time = wg_time_message(making->arena, wg_now_ms(making->call));
    edition->people = (uint32_t)making->members->n;
    edition->withheld = making->members->withheld;
    edition->erased = making->members->erased;
    return edition->time && set_tables(making, edition);
}

/* ---- Its codebook ---- */

static bool
declare(Codebook *codebook, const char *text)
{
    codebook->declarations[codebook->n_declarations++] = (char *)(uintptr_t)text;
    return text;
}

static const char *
strands_words(struct wg_arena *arena, const Extract *extract)
{
    const char *text = extract->n_strands ? "Referred to" : "Referred to any strand";

    for (size_t i = 0; text && i < extract->n_strands; i++)
        text = wg_format(arena, "%s%s %s", text, i ? " or" : "", extract->strands[i]);
    return text ? wg_format(arena, "%s.", text) : NULL;
}

static bool
set_declarations(struct making *making, Codebook *codebook)
{
    const Extract *extract = making->extract;
    struct wg_arena *arena = making->arena;

    if (!(codebook->declarations = wg_alloc_array(arena, 8, sizeof(*codebook->declarations))))
        return false;
    return declare(codebook, *extract->period
                   ? wg_format(arena, "About people who were referred in %s.", extract->period)
                   : "About all people who were referred.") &&
           declare(codebook, strands_words(arena, extract)) &&
           declare(codebook, wg_format(arena, "As known at place %llu of the programme's stream, on %s.",
                                       (unsigned long long)extract->known_at_sequence, extract->data_date)) &&
           declare(codebook, wg_format(arena, "%zu people; %u are left out who may not be evaluated, and "
                                       "%u whose data was erased.", making->members->n,
                                       making->members->withheld, making->members->erased)) &&
           declare(codebook, making->members->relative
                   ? "Days are counted from the person's first referral in the extract."
                   : "Days are those of the calendar.") &&
           declare(codebook, "Practices and localities that fewer than 8 of these people have are SMALL. "
                   "There are no names, numbers, addresses or dates of birth in it, and no free text.");
}

static const struct wg_problem *
set_codebook(struct making *making, Edition *edition, Codebook *codebook)
{
    const struct wg_problem *problem = NULL;
    struct wg_bytes text;
    struct digest digest = {0};

    codebook->title = making->extract->title;
    codebook->name = wg_format(making->arena, "%s/codebooks/%u", making->extract->name, edition->number);
    codebook->columns = wg_alloc_array(making->arena, TABLES_MAX * COLUMNS_MAX, sizeof(*codebook->columns));
    if (!codebook->name || !codebook->columns || !set_declarations(making, codebook))
        return wg_no_memory(making->call);
    for (size_t i = 0; !problem && i < making->n_files; i++)
        problem = codebook_add(making->call, making->members, codebook, making->files[i].table,
                               making->files[i].seen);
    if (problem || !codebook_table(making->arena, codebook, &text))
        return problem ? problem : wg_no_memory(making->call);
    digest_begin(&digest);
    digest_add(&digest, text.data, text.length);
    edition->codebook_sha256 = digest_text(&digest, making->arena);
    digest_finish(&digest);
    making->extract->codebook = codebook->name;
    return edition->codebook_sha256 ? NULL : wg_no_memory(making->call);
}

/* ---- All of it ---- */

static const struct wg_problem *
make(struct making *making, uint64_t sequence, struct made *made)
{
    Edition *edition = wg_new_message(making->arena, &wellgate__reports__v1__extract__edition__descriptor);
    Codebook *codebook = wg_new_message(making->arena, &wellgate__reports__v1__codebook__descriptor);
    size_t n = making->extract->n_editions;
    Edition **editions = wg_alloc_array(making->arena, n + 1, sizeof(*editions));
    const struct wg_problem *problem;

    making->extract->n_pieces = 0;
    making->extract->pieces = wg_alloc_array(making->arena, PIECES_MAX, sizeof(*making->extract->pieces));
    if (!edition || !codebook || !editions || !making->extract->pieces)
        return wg_no_memory(making->call);
    if ((problem = write_files(making)))
        return problem;
    if (!set_edition(making, sequence, edition))
        return wg_no_memory(making->call);
    if (n)
        memcpy(editions, making->extract->editions, n * sizeof(*editions));
    editions[n] = edition;
    making->extract->editions = editions;
    making->extract->n_editions = n + 1;
    made->codebook = codebook;
    return set_codebook(making, edition, codebook);
}

const struct wg_problem *
edition_make(struct wg_call *call, const struct members *members, uint64_t sequence, struct made *made)
{
    struct making *making = wg_alloc(wg_call_arena(call), sizeof(*making));
    const struct wg_problem *problem;

    if (!making)
        return wg_no_memory(call);
    making->call = call;
    making->arena = wg_call_arena(call);
    making->members = members;
    making->extract = made->extract;
    wg_arena_init(&making->scratch, SCRATCH_BYTES_MAX);
    problem = make(making, sequence, made);
    for (size_t i = 0; i < making->n_files; i++) {
        digest_finish(&making->files[i].whole);
        digest_finish(&making->files[i].piece);
    }
    wg_arena_finish(&making->scratch);
    return problem;
}
