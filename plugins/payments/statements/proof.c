/* proof.c - journals and statements, proved from what is stored. */
#include "proof.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "terms/hash.h"
#include "ledger/journal.h"
#include "draft.h"

/* One root's contracts. */
struct proving {
    struct wg_call *call;
    const char **fault;
    const struct wg_problem *problem;
    const struct wg_problem *(*prove)(struct proving *proving, const Contract *contract);
};

/* Always true: the fault that is said. */
static bool
says(struct proving *proving, const char *text)
{
    *proving->fault = text;
    if (!text)
        proving->problem = wg_no_memory(proving->call);
    return true;
}

static bool
prove_contract(void *context, const struct wg_record *record)
{
    struct proving *proving = context;

    proving->problem = proving->prove(proving, (const Contract *)record->message);
    return !proving->problem && !*proving->fault;
}

static const struct wg_problem *
prove_all(struct proving *proving, const char *root)
{
    const struct wg_problem *problem;

    if (strncmp(root, "programmes/", strlen("programmes/")) != 0)
        return NULL;
    problem = wg_scan(proving->call, "payments/Contract", root, NULL, prove_contract, proving);
    return problem ? problem : proving->problem;
}

/* ---- The journal ---- */

/* What payers owe by the journal, less what they owe by their standings. */
struct reconciling {
    struct proving *proving;
    const Contract *contract;
    uint64_t number;
    char previous[HASH_TEXT_BYTES];
    int64_t *owed; /* of each payer */
};

static int64_t *
owed_by(struct reconciling *reconciling, const char *payer)
{
    for (size_t i = 0; i < reconciling->contract->n_payers; i++)
        if (strcmp(reconciling->contract->payers[i], payer) == 0)
            return &reconciling->owed[i];
    return NULL;
}

static bool
is_receivable(Account account)
{
    return account == ACCOUNT(UNAPPROVED_RECEIVABLE) || account == ACCOUNT(RECEIVABLE) ||
           account == ACCOUNT(DISPUTED_RECEIVABLE);
}

static const char *
entry_fault(const struct reconciling *reconciling, const JournalEntry *entry)
{
    char hash[HASH_TEXT_BYTES];

    if (entry->number != reconciling->number + 1)
        return "is not the one behind the one before";
    if (strcmp(entry->previous_hash, reconciling->previous) != 0)
        return "does not have the hash of the one before";
    if (!entry_hash(entry, hash) || strcmp(entry->hash, hash) != 0)
        return "is not what its hash says";
    return postings_balance(entry->postings, entry->n_postings) ? NULL : "does not balance";
}

static bool
take_entry(void *context, const struct wg_record *record)
{
    struct reconciling *reconciling = context;
    const JournalEntry *entry = (const JournalEntry *)record->message;
    const char *fault = entry_fault(reconciling, entry);

    if (fault)
        return !says(reconciling->proving,
                     wg_format(wg_call_arena(reconciling->proving->call), "entry %s %s", entry->name, fault));
    reconciling->number = entry->number;
    strcpy(reconciling->previous, entry->hash);
    for (size_t i = 0; i < entry->n_postings; i++) {
        int64_t *owed = owed_by(reconciling, entry->postings[i]->payer);

        if (owed && is_receivable(entry->postings[i]->account))
            *owed += minor_of(entry->postings[i]->amount);
    }
    return true;
}

static bool
take_standings(void *context, const struct wg_record *record)
{
    struct reconciling *reconciling = context;
    const Statement *statement = (const Statement *)record->message;

    for (size_t i = 0; i < statement->n_standings; i++) {
        int64_t *owed = owed_by(reconciling, statement->standings[i]->payer);

        if (owed)
            *owed -= minor_of(statement->standings[i]->outstanding) +
                     minor_of(statement->standings[i]->disputed);
    }
    return true;
}

static const struct wg_problem *
prove_journal(struct proving *proving, const Contract *contract)
{
    struct wg_call *call = proving->call;
    struct reconciling reconciling = {
        proving, contract,
        .owed = wg_alloc_array(wg_call_arena(call), contract->n_payers + 1, sizeof(int64_t))};
    const struct wg_problem *problem;

    if (!reconciling.owed)
        return wg_no_memory(call);
    if ((problem = wg_scan(call, "payments/JournalEntry", contract->name, NULL, take_entry,
                           &reconciling)) ||
        *proving->fault ||
        (problem = wg_scan(call, "payments/Statement", contract->name, NULL, take_standings,
                           &reconciling)))
        return problem;
    for (size_t i = 0; i < contract->n_payers; i++)
        if (reconciling.owed[i])
            says(proving, wg_format(wg_call_arena(call), "the journal of %s says that %s owes what its "
                                    "statements do not", contract->name, contract->payers[i]));
    return NULL;
}

const struct wg_problem *
journal_check(struct wg_call *call, const char *root, const char **fault)
{
    struct proving proving = {.call = call, .fault = fault, .prove = prove_journal};

    return prove_all(&proving, root);
}

/* ---- Statements ---- */

static bool
packs_alike(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    size_t length = protobuf_c_message_get_packed_size(a);
    uint8_t *packed = malloc(2 * length + 1);
    bool alike = packed && protobuf_c_message_get_packed_size(b) == length;

    if (alike) {
        protobuf_c_message_pack(a, packed);
        protobuf_c_message_pack(b, packed + length);
        alike = memcmp(packed, packed + length, length) == 0;
    }
    free(packed);
    return alike;
}

/* What it says of what is due, without what happened to it. */
static Statement
figures_of(const Statement *statement)
{
    Statement figures = WELLGATE__PAYMENTS__V1__STATEMENT__INIT;

    figures.name = statement->name;
    figures.period = statement->period;
    figures.start_date = statement->start_date;
    figures.end_date = statement->end_date;
    figures.financial_period = statement->financial_period;
    figures.known_at_sequence = statement->known_at_sequence;
    figures.known_at_time = statement->known_at_time;
    figures.total = statement->total;
    figures.payers = statement->payers;
    figures.n_payers = statement->n_payers;
    figures.line_count = statement->line_count;
    figures.edition = statement->edition;
    figures.entitlement_to_date = statement->entitlement_to_date;
    return figures;
}

static bool
line_alike(const Line *line, const Line *stored)
{
    Line a = *line, b = *stored;

    a.create_time = a.update_time = b.create_time = b.update_time = NULL;
    return packs_alike(&a.base, &b.base);
}

struct comparing {
    Line *const *lines; /* n_lines that were reckoned, in order of their names */
    size_t n_lines, n;  /* n: stored so far, in the same order */
    char *wrong; /* the first line that is not as it should be; freed */
};

static bool
take_line(void *context, const struct wg_record *record)
{
    struct comparing *comparing = context;
    const Line *stored = (const Line *)record->message;

    if (comparing->n < comparing->n_lines && line_alike(comparing->lines[comparing->n++], stored))
        return true;
    comparing->wrong = strdup(stored->name);
    return false;
}

static const struct wg_problem *
compare_lines(struct wg_call *call, const Statement *statement, const struct draft *draft,
              struct comparing *comparing)
{
    *comparing = (struct comparing){.lines = draft_lines_by_name(call, draft),
                                    .n_lines = draft->n_lines};
    if (!comparing->lines)
        return wg_no_memory(call);
    return wg_scan(call, "payments/Line", statement->name, NULL, take_line, comparing);
}

/* "" where all is as it was reckoned; malloc'd. */
static char *
difference(struct wg_call *call, const Statement *statement, const struct draft *draft,
           const struct wg_problem **problem)
{
    Statement figures = figures_of(statement), again = figures_of(draft->statement);
    struct comparing comparing;

    if ((*problem = compare_lines(call, statement, draft, &comparing)))
        return NULL;
    if (comparing.wrong)
        return comparing.wrong;
    return strdup(comparing.n == draft->n_lines && packs_alike(&figures.base, &again.base)
                      ? "" : statement->name);
}

/* What it took to reckon is given back, statement by statement. */
static const struct wg_problem *
prove_statement(struct proving *proving, const char *name)
{
    struct wg_call *call = proving->call;
    struct wg_mark mark = wg_arena_mark(wg_call_arena(call));
    struct account account = {0};
    struct draft draft = {.credits = CREDITS_TAKEN};
    const struct wg_problem *problem;
    const Statement *again;
    struct wg_record record;
    const char *contract = wg_name_parent(call, name, 2);
    char *wrong = NULL;

    if ((problem = wg_load(call, name, &record)))
        return problem;
    if (!contract)
        return wg_no_memory(call);
    again = (const Statement *)record.message;
    problem = account_open(call, contract, wg_name_id(name), again->known_at_sequence, false, &account);
    account.edition = again->edition;
    if (!problem && !(problem = draft_make(call, &account, name, &draft)))
        wrong = difference(call, again, &draft, &problem);
    account_close(&account);
    wg_arena_rewind(wg_call_arena(call), mark);
    if (problem)
        says(proving, wg_format(wg_call_arena(call), "%s cannot be reckoned again", name));
    else if (!wrong || *wrong)
        says(proving, wrong ? wg_format(wg_call_arena(call), "%s is not what is reckoned again", wrong)
                            : NULL);
    free(wrong);
    return proving->problem;
}

struct names {
    struct wg_call *call;
    char **list;
    size_t n;
    bool failed;
};

static bool
take_issued(void *context, const struct wg_record *record)
{
    struct names *names = context;
    const Statement *statement = (const Statement *)record->message;

    if (statement->state == WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED)
        names->failed = !append_message(names->call, &names->list, &names->n, statement->name);
    return !names->failed;
}

static const struct wg_problem *
prove_statements(struct proving *proving, const Contract *contract)
{
    struct names names = {.call = proving->call};
    const struct wg_problem *problem =
        wg_scan(proving->call, "payments/Statement", contract->name, NULL, take_issued, &names);

    if (!problem && names.failed)
        problem = wg_no_memory(proving->call);
    for (size_t i = 0; !problem && !*proving->fault && i < names.n; i++)
        problem = prove_statement(proving, names.list[i]);
    return problem;
}

const struct wg_problem *
statements_check(struct wg_call *call, const char *root, const char **fault)
{
    struct proving proving = {.call = call, .fault = fault, .prove = prove_statements};

    return prove_all(&proving, root);
}
