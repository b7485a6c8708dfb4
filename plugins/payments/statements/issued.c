/* issued.c - what a contract issued, for other plugins: money, and what a coupon's rule came to. */
#include "issued.h"

#include <string.h>
#include <wellgate/decimal.h>
#include <wellgate/messages.h>

#include "terms/terms.h"

typedef Wellgate__Payments__V1__Coupon Coupon;
typedef Wellgate__Payments__V1__Line Line;
typedef Wellgate__Payments__V1__ListIssuedRequest ListIssuedRequest;
typedef Wellgate__Payments__V1__ListIssuedResponse ListIssuedResponse;
typedef Wellgate__Payments__V1__ListIssuedResponse__Issued Issued;
typedef Wellgate__Payments__V1__ListIssuedResponse__CouponFigure CouponFigure;
typedef Wellgate__Payments__V1__PayerAmount PayerAmount;
typedef Wellgate__Payments__V1__Statement Statement;

#define REASON(name) WELLGATE__PAYMENTS__V1__REASON__CODE__##name
#define ISSUED WELLGATE__PAYMENTS__V1__STATEMENT__STATE__ISSUED

struct listing {
    struct wg_call *call;
    const ListIssuedRequest *request;
    ListIssuedResponse *response;
    struct versions versions; /* where a coupon is asked for */
    size_t room, coupon_room;
    const struct wg_problem *problem;
};

/* The list, with room for one more behind n. NULL: no memory */
static void *
make_room(struct listing *listing, void *items, size_t n, size_t *room)
{
    void **more;

    if (n < *room)
        return items;
    more = wg_alloc_array(wg_call_arena(listing->call), *room = 2 * *room + 16, sizeof(*more));
    if (more && n)
        memcpy(more, items, n * sizeof(*more));
    if (!more)
        listing->problem = wg_no_memory(listing->call);
    return more;
}

/* ---- Money ---- */

static bool
add_issued(struct listing *listing, const Statement *statement, const PayerAmount *payer)
{
    ListIssuedResponse *response = listing->response;
    Issued *issued = wg_new_message(wg_call_arena(listing->call),
                                    &wellgate__payments__v1__list_issued_response__issued__descriptor);

    response->issued = make_room(listing, response->issued, response->n_issued, &listing->room);
    if (!response->issued || !issued)
        return false;
    issued->statement = statement->name;
    issued->end_date = statement->end_date;
    issued->payer = payer->payer;
    issued->amount = payer->amount;
    response->issued[response->n_issued++] = issued;
    return true;
}

/* ---- Coupons ---- */

static const Coupon *
coupon_of(const Version *version, const char *id)
{
    const Rule *rule = version ? rule_of(version, id) : NULL;

    return rule && rule->price_case == WELLGATE__PAYMENTS__V1__RULE__PRICE_COUPON ? rule->coupon
                                                                                 : NULL;
}

static const Version *
version_named(const struct versions *versions, const char *name)
{
    for (size_t i = 0; i < versions->n; i++)
        if (strcmp(versions->list[i]->name, name) == 0)
            return versions->list[i];
    return NULL;
}

/* The last step that a figure reaches; NULL: none. */
static const Wellgate__Payments__V1__Coupon__Step *
step_reached(const Coupon *coupon, const char *figure)
{
    const Wellgate__Payments__V1__Coupon__Step *reached = NULL;
    mpq_t at, value;

    mpq_inits(at, value, NULL);
    if (wg_ratio_read(figure, value))
        for (size_t i = 0; i < coupon->n_steps; i++)
            if (wg_ratio_parse(coupon->steps[i]->at, at) && mpq_cmp(value, at) >= 0)
                reached = coupon->steps[i];
    mpq_clears(at, value, NULL);
    return reached;
}

static void
add_coupon(struct listing *listing, const Statement *statement, const Line *line,
           const Coupon *coupon)
{
    ListIssuedResponse *response = listing->response;
    CouponFigure *told = wg_new_message(
        wg_call_arena(listing->call),
        &wellgate__payments__v1__list_issued_response__coupon_figure__descriptor);
    const Wellgate__Payments__V1__Coupon__Step *step =
        line->reason == REASON(PAID) ? step_reached(coupon, line->derivation->figure) : NULL;

    response->coupons =
        make_room(listing, response->coupons, response->n_coupons, &listing->coupon_room);
    if (!told || !response->coupons) {
        listing->problem = wg_no_memory(listing->call);
        return;
    }
    told->line = line->name;
    told->end_date = statement->end_date;
    told->figure = line->derivation->figure;
    told->rate = step ? step->rate : (char *)"0";
    response->coupons[response->n_coupons++] = told;
}

/* Of the statement's own period; where its figure is not judged, nothing is told. */
static void
take_coupon(struct listing *listing, const Statement *statement)
{
    const ProtobufCMessage *message;
    const Coupon *coupon;
    const Line *line;
    char *name = wg_format(wg_call_arena(listing->call), "%s/lines/%s", statement->name,
                           listing->request->coupon_rule);
    const struct wg_problem *problem = name ? wg_look(listing->call, name, &message)
                                            : wg_no_memory(listing->call);

    if (problem) {
        listing->problem = problem == &wg_not_found ? NULL : problem;
        return;
    }
    line = (const Line *)message;
    coupon = coupon_of(version_named(&listing->versions, line->version), line->rule);
    if (coupon && (line->reason == REASON(PAID) || line->reason == REASON(GATE_NOT_MET)))
        add_coupon(listing, statement, line, coupon);
}

static const struct wg_problem *
load_versions(struct listing *listing)
{
    const ListIssuedRequest *request = listing->request;
    const struct wg_problem *problem;

    if (!*request->coupon_rule)
        return NULL;
    if ((problem = versions_load(listing->call, request->contract, &listing->versions)))
        return problem;
    for (size_t i = 0; i < listing->versions.n; i++)
        if (coupon_of(listing->versions.list[i], request->coupon_rule))
            listing->response->has_coupon = true;
    return NULL;
}

/* ---- ListIssued ---- */

static bool
take_statement(void *context, const struct wg_record *record)
{
    struct listing *listing = context;
    const Statement *statement = (const Statement *)record->message;

    if (statement->state != ISSUED || strcmp(statement->end_date, listing->request->until_date) > 0)
        return true;
    for (size_t i = 0; i < statement->n_payers; i++)
        if (!add_issued(listing, statement, statement->payers[i])) {
            listing->problem = wg_no_memory(listing->call);
            return false;
        }
    if (listing->response->has_coupon)
        take_coupon(listing, statement);
    return !listing->problem;
}

const struct wg_problem *
issued_list(struct wg_call *call)
{
    struct listing listing = {.call = call, .request = (const void *)wg_input(call)};
    const char *contract = listing.request->contract;
    const struct wg_problem *problem;
    bool exists;

    if (!(listing.response = wg_new_message(wg_call_arena(call),
                                            &wellgate__payments__v1__list_issued_response__descriptor)))
        return wg_no_memory(call);
    if ((problem = wg_exists(call, contract, &exists)))
        return problem;
    if (!exists)
        return &wg_not_found;
    if ((problem = load_versions(&listing)) ||
        (problem = wg_scan(call, "payments/Statement", contract, NULL, take_statement, &listing)) ||
        (problem = listing.problem) ||
        (problem = wg_sequence(call, contract, &listing.response->sequence)))
        return problem;
    wg_answer(call, &listing.response->base);
    return NULL;
}
