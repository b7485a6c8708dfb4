/* rules.c - checks a message against the field rules of its annotations. */
#include "rules.h"

#include <gmp.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <wellgate/date.h>
#include <wellgate/decimal.h>
#include <wellgate/money.h>
#include <wellgate/nhs_number.h>
#include <wellgate/period.h>

#include "message.h"
#include "spot.h"
#include "utf8.h"
#include "well_known.h"

#define TEXT_CHARACTERS_MAX 1000 /* unless the field says; options.proto */
#define ITEMS_MAX 100

/* One check on its way. */
struct check {
    const struct descriptors *descriptors;
    struct wg_arena *arena;
    struct violations *violations;
    enum rules_of of;
    bool part; /* of what is stored: see RULES_PATCH */
};

static void check_message(const struct check *check, const struct message *type,
                          const ProtobufCMessage *message,
                          const struct spot *spot);

static void
refuse(const struct check *check, const struct spot *spot, const char *code,
       const char *detail)
{
    spot_violation(check->violations, check->arena, spot, code, "%s", detail);
}

/* ---- Forms of text ---- */

static bool
is_date(const char *text)
{
    wg_date date;

    return wg_date_parse(text, &date);
}

static bool
is_ratio(const char *text)
{
    mpq_t value;
    bool valid;

    mpq_init(value);
    valid = wg_ratio_parse(text, value);
    mpq_clear(value);
    return valid;
}

static bool
is_period(const char *text)
{
    struct wg_period period;

    return wg_period_parse(text, &period);
}

static bool
is_quarter(const char *text)
{
    struct wg_period period;

    return wg_quarter_parse(text, &period);
}

static bool
is_currency(const char *text)
{
    return wg_currency_digits(text) >= 0;
}

static bool
holds_no_nhs_number(const char *text)
{
    return !wg_nhs_number_among(text);
}

const char *
rules_form_wanted(const struct field *rules, const char *text)
{
#define FORMAT(NAME) [WELLGATE__OPTIONS__V1__FIELD__FORMAT__##NAME]
    static const struct {
        bool (*is_valid)(const char *);
        const char *wanted;
    } forms[] = {
        FORMAT(DATE) = {is_date, "must be a day as in 2016-09-30"},
        FORMAT(PARTIAL_DATE) = {wg_partial_date_valid,
                                "must be as 2016, 2016-09 or 2016-09-30"},
        FORMAT(DECIMAL) = {wg_decimal_valid,
                           "must be a decimal of at most 18 digits as in "
                           "-12.50"},
        FORMAT(RATIO) = {is_ratio, "must be a decimal as in 0.65 or a fraction "
                                   "as in 52/82"},
        FORMAT(PERIOD) = {is_period, "must be as 2016-Q3, 2016-07 or "
                                     "2016-07-01..2016-09-30"},
        FORMAT(CURRENCY) = {is_currency,
                            "must be an ISO 4217 code as in GBP"},
        FORMAT(TIME_ZONE) = {wg_zone_valid,
                             "must be a time zone as in Europe/London"},
        FORMAT(QUARTER) = {is_quarter,
                           "must be a calendar quarter as in 2016-Q3"},
        FORMAT(WORDS) = {holds_no_nhs_number,
                         "holds what looks like an NHS number, and is not kept secret"},
    };
#undef FORMAT
    size_t form = (size_t)rules->rules->format;

    if (form < sizeof(forms) / sizeof(*forms) && forms[form].is_valid &&
        !forms[form].is_valid(text))
        return forms[form].wanted;
    return NULL;
}

static void
check_format(const struct check *check, const struct field *rules,
             const char *text, const struct spot *spot)
{
    const char *wanted = rules_form_wanted(rules, text);
    bool words = rules->rules->format == WELLGATE__OPTIONS__V1__FIELD__FORMAT__WORDS;

    if (wanted)
        refuse(check, spot, words ? "NHS_NUMBER" : "FORMAT", wanted);
}

/* ---- Bounds, exactly ---- */

/* A number of any type as a rational. false where it is none: NaN, or text that
 * is no number, which is for its format to say. */
static bool
rational_of(const ProtobufCFieldDescriptor *c, const void *slot, mpq_t value)
{
    double real;

    switch (c->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        mpq_set_si(value, *(const int32_t *)slot, 1);
        return true;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        mpq_set_ui(value, *(const uint32_t *)slot, 1);
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        mpq_set_si(value, *(const int64_t *)slot, 1);
        return true;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        mpq_set_ui(value, *(const uint64_t *)slot, 1);
        return true;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        real = c->type == PROTOBUF_C_TYPE_FLOAT ? (double)*(const float *)slot
                                                : *(const double *)slot;
        if (isfinite(real))
            mpq_set_d(value, real);
        return isfinite(real);
    case PROTOBUF_C_TYPE_STRING:
        return wg_ratio_parse(*(char *const *)slot, value);
    default:
        return false;
    }
}

/* A bound of the proto; one for 64 bits may have more digits than a ratio. */
static bool
read_bound(const char *bound, mpq_t limit)
{
    return wg_ratio_parse(bound, limit) ||
           mpz_set_str(mpq_numref(limit), bound, 10) == 0;
}

/* Is value on the wrong side of bound? direction is -1 where it must not be
 * less, 1 where it must not be greater. */
static bool
breaks(const mpq_t value, const char *bound, int direction)
{
    bool broken = false;
    mpq_t limit;

    mpq_init(limit);
    if (*bound && read_bound(bound, limit)) {
        int order = mpq_cmp(value, limit);

        broken = direction < 0 ? order < 0 : order > 0;
    }
    mpq_clear(limit);
    return broken;
}

static void
refuse_bounds(const struct check *check,
              const Wellgate__Options__V1__Field *rules,
              const struct spot *spot)
{
    const char *least = *rules->least ? "at least " : "";
    const char *greatest = *rules->greatest ? "at most " : "";

    spot_violation(check->violations, check->arena, spot, "OUT_OF_RANGE",
                   "must be %s%s%s%s%s", least, rules->least,
                   *least && *greatest ? " and " : "", greatest,
                   rules->greatest);
}

/* NaN and the infinities are within no bounds. */
static void
check_bounds(const struct check *check, const struct field *field,
             const ProtobufCFieldDescriptor *c, const void *slot,
             const struct spot *spot)
{
    const Wellgate__Options__V1__Field *rules = field->rules;
    mpq_t value;
    bool number;

    if (!*rules->least && !*rules->greatest)
        return;
    mpq_init(value);
    number = rational_of(c, slot, value);
    if (number ? breaks(value, rules->least, -1) ||
                     breaks(value, rules->greatest, 1)
               : c->type != PROTOBUF_C_TYPE_STRING)
        refuse_bounds(check, rules, spot);
    mpq_clear(value);
}

/* ---- One value ---- */

static size_t
characters_max(const struct field *rules, bool item)
{
    return rules->rules->max > 0 && !item ? rules->rules->max
                                          : TEXT_CHARACTERS_MAX;
}

enum match
pattern_match(const regex_t *pattern, const char *text)
{
    size_t length = strlen(text);
    regoff_t found = -2;

    if (length <= INT_MAX)
        found = re_search((regex_t *)pattern, text, (regoff_t)length, 0, (regoff_t)length, NULL);
    return found >= 0 ? MATCH : found == -1 ? MATCH_NOT : MATCH_UNKNOWN;
}

static void
check_pattern(const struct check *check, const struct field *rules,
              const char *text, const struct spot *spot)
{
    enum match match = rules->pattern ? pattern_match(rules->pattern, text) : MATCH;

    if (match == MATCH_UNKNOWN)
        check->arena->exhausted = true;
    else if (match == MATCH_NOT)
        spot_violation(check->violations, check->arena, spot, "PATTERN",
                       "must match %s", rules->rules->pattern);
}

/* Only its form: whether there is such a record, the store knows. */
static void
check_reference(const struct check *check, const struct field *rules, const char *text,
                const struct spot *spot)
{
    if (field_n_references(rules) &&
        !field_refers_to(rules, resource_of_name(check->descriptors, text)))
        spot_violation(check->violations, check->arena, spot, "REFERENCE",
                       "must be a name such as %s", rules->reference_names);
}

/* slot may hold NULL, where an item was refused before. */
static void
check_text(const struct check *check, const struct field *rules,
           const ProtobufCFieldDescriptor *c, char *const *slot, bool item,
           const struct spot *spot)
{
    size_t most = characters_max(rules, item);

    if (!*slot || !**slot)
        return;
    if (utf8_characters(*slot) > most) {
        spot_violation(check->violations, check->arena, spot, "TOO_LONG",
                       "must have at most %zu characters", most);
        return; /* a regular expression takes its time */
    }
    check_format(check, rules, *slot, spot);
    check_reference(check, rules, *slot, spot);
    check_pattern(check, rules, *slot, spot);
    check_bounds(check, rules, c, slot, spot);
}

static void
check_enum(const struct check *check, const ProtobufCFieldDescriptor *c,
           const int32_t *number, const struct spot *spot)
{
    if (!protobuf_c_enum_descriptor_get_value(c->descriptor, *number))
        refuse(check, spot, "UNKNOWN_VALUE", "is not one of the values");
}

static void
check_scalar(const struct check *check, const struct field *rules,
             const ProtobufCFieldDescriptor *c, const void *slot, bool item,
             const struct spot *spot)
{
    if (check->part)
        return;
    switch (c->type) {
    case PROTOBUF_C_TYPE_STRING:
        check_text(check, rules, c, slot, item, spot);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        check_enum(check, c, slot, spot);
        break;
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    default:
        check_bounds(check, rules, c, slot, spot);
    }
}

static void
check_any(const struct check *check, const ProtobufCMessage *any,
          const struct spot *spot)
{
    const struct message *type;
    ProtobufCMessage *content =
        any_unpack(check->descriptors, check->arena, any, &type);

    if (content)
        check_message(check, type, content, spot);
}

/* What is inside the other well-known messages has no rules. */
static void
check_inside(const struct check *check, const struct field *rules,
             const struct message *type, const ProtobufCMessage *message,
             bool item, const struct spot *spot)
{
    const ProtobufCFieldDescriptor *only;

    switch (type->well_known) {
    case WELL_KNOWN_NONE:
        check_message(check, type, message, spot);
        break;
    case WELL_KNOWN_WRAPPER: /* bears the rules of the field it stands in */
        only = type->fields[0].c;
        check_scalar(check, rules, only, member_of(message, only), item, spot);
        break;
    case WELL_KNOWN_LITERAL: /* and so do its text and its number */
        for (size_t i = 0; i < type->n_fields; i++)
            if (member_is_set(message, only = type->fields[i].c))
                check_scalar(check, rules, only, member_of(message, only), item, spot);
        break;
    case WELL_KNOWN_ANY:
        check_any(check, message, spot);
        break;
    default:
        break;
    }
}

/* One value of field, which bears the rules of rules: they are the same, save
 * for a map's values. item: max was for the number of items. */
static void
check_value(const struct check *check, const struct field *rules,
            const struct field *field, const void *slot, bool item,
            const struct spot *spot)
{
    const ProtobufCMessage *message;

    if (!field->message) {
        check_scalar(check, rules, field->c, slot, item, spot);
        return;
    }
    message = *(ProtobufCMessage *const *)slot;
    if (message)
        check_inside(check, rules, field->message, message, item, spot);
}

/* ---- One field ---- */

static void
check_items(const struct check *check, const struct field *field,
            const ProtobufCMessage *message, const struct spot *spot)
{
    for (size_t i = 0; i < *member_count(message, field->c); i++) {
        struct spot item = spot_item(spot, i);

        check_value(check, field, field, member_item(message, field->c, i),
                    true, &item);
    }
}

static void
check_entry(const struct check *check, const struct field *map,
            const ProtobufCMessage *entry, const struct spot *spot)
{
    const char *key = map_key_text(check->arena, map, entry);
    struct spot at;

    if (!key)
        return;
    at = spot_key(spot, key, strlen(key));
    check_value(check, map_key(map), map_key(map),
                member_of(entry, map_key(map)->c), true, &at);
    check_value(check, map, map_value(map),
                member_of(entry, map_value(map)->c), true, &at);
}

static void
check_map(const struct check *check, const struct field *map,
          const ProtobufCMessage *message, const struct spot *spot)
{
    for (size_t i = 0; i < *member_count(message, map->c); i++) {
        ProtobufCMessage *const *entry = member_item(message, map->c, i);

        check_entry(check, map, *entry, spot);
    }
}

static void
check_repeated(const struct check *check, const struct field *field,
               const ProtobufCMessage *message, const struct spot *spot)
{
    size_t most = field->rules->max > 0 ? field->rules->max : ITEMS_MAX;

    if (*member_count(message, field->c) > most)
        spot_violation(check->violations, check->arena, spot, "TOO_MANY",
                       "must have at most %zu items", most);
    else if (field->is_map)
        check_map(check, field, message, spot);
    else
        check_items(check, field, message, spot);
}

/* For numbers and booleans 0 is a value like others: they are always there. */
static bool
can_be_empty(const ProtobufCFieldDescriptor *c)
{
    return c->label == PROTOBUF_C_LABEL_REPEATED ||
           c->type == PROTOBUF_C_TYPE_STRING ||
           c->type == PROTOBUF_C_TYPE_BYTES ||
           c->type == PROTOBUF_C_TYPE_ENUM ||
           c->type == PROTOBUF_C_TYPE_MESSAGE;
}

static bool
in_other_case(const ProtobufCMessage *message,
              const ProtobufCFieldDescriptor *c)
{
    return c->flags & PROTOBUF_C_FIELD_FLAG_ONEOF && !member_is_set(message, c);
}

/* A oneof's member may be set and empty. */
static bool
is_empty(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *c)
{
    return c->label == PROTOBUF_C_LABEL_REPEATED
               ? *member_count(message, c) == 0
               : !value_is_set(c, member_of(message, c));
}

/* May the value be looked at? Where not, all is said about the field. */
static bool
check_presence(const struct check *check, const struct field *field,
               const ProtobufCMessage *message, const struct spot *spot)
{
    const ProtobufCFieldDescriptor *c = field->c;

    if (field->rules->output_only && check->of != RULES_STORED) {
        if (!check->part && member_is_set(message, c))
            refuse(check, spot, "OUTPUT_ONLY", "is set by the service");
        return false;
    }
    if (field->rules->required && !field->rules->output_only && !check->part &&
        can_be_empty(c) && is_empty(message, c)) {
        refuse(check, spot, "REQUIRED", "must be given");
        return false;
    }
    return true;
}

static void
check_field(const struct check *check, const struct field *field,
            const ProtobufCMessage *message, const struct spot *parent)
{
    struct spot spot = spot_key(parent, field->json_name, strlen(field->json_name));

    if (in_other_case(message, field->c) ||
        !check_presence(check, field, message, &spot))
        return;
    if (field->c->label == PROTOBUF_C_LABEL_REPEATED)
        check_repeated(check, field, message, &spot);
    else
        check_value(check, field, field, member_of(message, field->c), false,
                    &spot);
}

/* ---- One message ---- */

/* Both parts are well-formed: do they go together? */
static void
check_money(const struct check *check, const ProtobufCMessage *money,
            const struct spot *spot)
{
    const ProtobufCMessageDescriptor *c = money->descriptor;
    const char *currency = field_text(money, field_of(c, "currency"));
    const char *amount = field_text(money, field_of(c, "amount"));
    int64_t minor;

    if (!wg_money_parse(currency, amount, &minor))
        spot_violation(check->violations, check->arena, spot, "MONEY",
                       "must have at most the %d decimals of its currency, "
                       "and not be too large",
                       wg_currency_digits(currency));
}

static void
check_external_id(const struct check *check, const ProtobufCMessage *id, const struct spot *spot)
{
    struct spot value = spot_key(spot, "value", strlen("value"));

    if (wg_nhs_number_within(field_text(id, field_of(id->descriptor, "value"))))
        refuse(check, &value, "NHS_NUMBER", "looks like an NHS number, which is none");
}

/* What is checked of some messages beside their fields. */
static void
check_together(const struct check *check, const struct message *type,
               const ProtobufCMessage *message, const struct spot *spot)
{
    static const struct {
        const char *type;
        void (*check)(const struct check *, const ProtobufCMessage *, const struct spot *);
    } known[] = {
        {"wellgate.common.v1.Money", check_money},
        {"wellgate.common.v1.ExternalId", check_external_id},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strcmp(type->c->name, known[i].type) == 0)
            known[i].check(check, message, spot);
}

static void
check_message(const struct check *check, const struct message *type,
              const ProtobufCMessage *message, const struct spot *spot)
{
    size_t n_violations = check->violations->n;
    struct check inside = *check;

    inside.part = check->part || (type->resource && check->of == RULES_PATCH);
    for (size_t i = 0; i < type->n_fields; i++)
        check_field(&inside, &type->fields[i], message, spot);
    if (!inside.part && check->violations->n == n_violations)
        check_together(check, type, message, spot);
}

void
rules_check(const struct descriptors *descriptors, struct wg_arena *arena,
            struct violations *violations, const struct message *type,
            const ProtobufCMessage *message, enum rules_of of,
            const char *pointer)
{
    struct check check = {descriptors, arena, violations, of, false};
    struct spot whole = spot_whole(pointer);

    check_message(&check, type, message, &whole);
}

/* ---- Changes ---- */

static void
check_change(struct wg_arena *arena, struct violations *violations, const struct message *type,
             const ProtobufCMessage *before, const ProtobufCMessage *after,
             const struct spot *parent)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field *field = &type->fields[i];
        const ProtobufCFieldDescriptor *c = field->c;
        bool object = field->message && c->label != PROTOBUF_C_LABEL_REPEATED;
        const ProtobufCMessage *old = before && object ? member_at(before, c, 0) : NULL;
        const ProtobufCMessage *new = after && object ? member_at(after, c, 0) : NULL;
        struct spot spot = spot_key(parent, field->json_name, strlen(field->json_name));

        if (field->rules->immutable && !member_equal(arena, before, after, c))
            spot_violation(violations, arena, &spot, "IMMUTABLE",
                           "cannot change once it is recorded");
        else if (old || new)
            check_change(arena, violations, field->message, old, new, &spot);
    }
}

void
rules_check_change(struct wg_arena *arena, struct violations *violations,
                   const struct message *type, const ProtobufCMessage *before,
                   const ProtobufCMessage *after)
{
    struct spot whole = spot_whole("");

    check_change(arena, violations, type, before, after, &whole);
}
