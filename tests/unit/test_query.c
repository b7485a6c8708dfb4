/* test_query.c - filters, orders, pages and the indexes behind them, against a plain
 * model. Random tests print their seed; SEED repeats one. */
#include "store_fixture.h"

#include <inttypes.h>
#include <time.h>
#include <wellgate/decimal.h>

#include "plugin.h"
#include "resource/index_build.h"
#include "resource/query.h"
#include "resource/verify.h"
#include "rpc/loading.h"
#include "rpc/message.h"
#include "shelf.pb-c.h"
#include "wellgate/core/v1/core.pb-c.h"

typedef Shelf__V1__Book Book;
typedef Shelf__V1__ListBooksResponse Books;
typedef Wellgate__Common__V1__ListRequest ListRequest;

extern const struct wg_plugin wg_plugin; /* shelf.c */

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define ROOT "programmes/p"
#define OWNER "organisations/owner"
#define READER "organisations/reader"
#define SEES_ALL (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__COORDINATOR)
#define SEES_OWN (1u << WELLGATE__OPTIONS__V1__ROLE__KIND__PROVIDER)
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

struct fixture {
    char *path;
    struct driver *driver;
    struct driver_txn *txn;
    struct wg_arena arena;
    struct gateway gateway;
    struct wg_call call;
    const struct resource *book;
};

/* ---- The store ---- */

static void
put_root(struct fixture *f, const char *name)
{
    Wellgate__Core__V1__Programme programme = WELLGATE__CORE__V1__PROGRAMME__INIT;

    programme.name = (char *)name;
    programme.title = (char *)"P";
    CHECK_OK(wg_insert(&f->call, &programme.base, NULL));
}

static int
set_up(void **state)
{
    static const struct wg_plugin *const plugins[] = {&wg_plugin};
    struct fixture *f = calloc(1, sizeof(*f));
    char error[256] = "";

    f->path = new_directory();
    wg_arena_init(&f->arena, 256 << 20);
    f->driver = driver_open(f->path, 256 << 20, 4, error, sizeof(error));
    assert_non_null(f->driver);
    assert_int_equal(driver_begin_write(f->driver, NULL, &f->txn), DRIVER_OK);
    if (!plugins_join(&f->gateway, plugins, 1, error, sizeof(error)))
        fail_msg("%s", error);
    f->call = (struct wg_call){
        .gateway = &f->gateway,
        .plugin = f->gateway.plugins[0],
        .arena = &f->arena,
        .caller = {.issuer = "", .subject = "test", .organisation = OWNER},
        .now_ms = 1000,
        .method = method_find(f->gateway.descriptors, "shelf.v1.Shelf/ListBooks"),
    };
    call_begin_run(&f->call, f->txn, true);
    f->call.roles = SEES_ALL;
    f->book = resource_by_type(f->gateway.descriptors, "shelf/Book");
    put_root(f, ROOT);
    put_root(f, ROOT "q"); /* begins alike */
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    driver_abort(f->txn);
    driver_close(f->driver);
    plugins_part(&f->gateway);
    wg_arena_finish(&f->arena);
    remove_directory(f->path);
    free(f);
    return 0;
}

static Book *
new_book(struct fixture *f, const char *root, const char *id)
{
    Book *book = wg_new_message(&f->arena, &shelf__v1__book__descriptor);

    book->name = wg_format(&f->arena, "%s/books/%s", root, id);
    return book;
}

static void
set_field(struct fixture *f, Book *book, const char *path, const char *text)
{
    struct violations violations;
    struct decoding decoding = {.descriptors = f->gateway.descriptors, .arena = &f->arena,
                                .violations = &violations};

    violations_begin(&violations);
    if (!decode_parameter(&decoding, f->book->message, &book->base, path, text))
        fail_msg("%s = %s: %s", path, text, violations.first->detail);
}

/* The answer of ListBooks, or its problem. */
static const struct wg_problem *
list(struct fixture *f, const ListRequest *request, const Books **books)
{
    const struct wg_problem *problem;

    f->call.input = &request->base;
    f->call.detail = NULL;
    f->call.only_own = f->call.roles == SEES_OWN;
    problem = f->call.method->run(&f->call);
    *books = (const Books *)f->call.output;
    return problem;
}

static ListRequest
request_of(const char *filter, const char *order_by)
{
    ListRequest request = WELLGATE__COMMON__V1__LIST_REQUEST__INIT;

    request.parent = (char *)ROOT;
    request.filter = (char *)filter;
    request.order_by = (char *)order_by;
    return request;
}

static void
check_listed(struct fixture *f, const char *filter, const char *order_by, const char *expected)
{
    ListRequest request = request_of(filter, order_by);
    const Books *books;
    const char *ids = "";

    if (list(f, &request, &books))
        fail_msg("%s: %s", filter, f->call.detail);
    for (size_t i = 0; i < books->n_books; i++)
        ids = wg_format(&f->arena, "%s%s%s", ids, i ? " " : "", wg_name_id(books->books[i]->name));
    if (strcmp(ids, expected) != 0)
        fail_msg("%s, %s: %s, not %s", filter, order_by, ids, expected);
}

static bool
holds(struct fixture *f, char *said, size_t bytes)
{
    FILE *out = fmemopen(said, bytes, "w");
    struct wg_arena arena;
    bool sound;

    wg_arena_init(&arena, 4 << 20);
    sound = verify_store(f->txn, &f->gateway, &arena, out);
    wg_arena_finish(&arena);
    fclose(out);
    return sound;
}

static void
check_holds(struct fixture *f)
{
    char said[2000];

    if (!holds(f, said, sizeof(said)))
        fail_msg("%s", said);
}

static size_t
delete_all(struct fixture *f, enum space space, struct wg_bytes prefix)
{
    struct driver_cursor *cursor;
    struct wg_bytes key, value;
    size_t n = 0;

    assert_int_equal(driver_cursor_open(f->txn, space, &cursor), DRIVER_OK);
    while (driver_seek(cursor, prefix, &key, &value) == DRIVER_OK && key.length >= prefix.length &&
           memcmp(key.data, prefix.data, prefix.length) == 0) {
        struct wg_bytes copy = {wg_copy_bytes(&f->arena, key.data, key.length), key.length};

        assert_int_equal(driver_delete(f->txn, space, copy), DRIVER_OK);
        n++;
    }
    driver_cursor_close(cursor);
    return n;
}

/* ---- Chance ---- */

static uint64_t chance;

static uint64_t
next_chance(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance;
}

static size_t
below(size_t n)
{
    return (size_t)(next_chance() % n);
}

static void
begin_chance(void)
{
    const char *given = getenv("SEED");

    chance = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000003 + 1;
    print_message("# SEED=%" PRIu64 "\n", chance);
}

/* ---- Values in keys ---- */

static const struct field_path *
path_of(struct fixture *f, const char *name)
{
    struct field_path *path = wg_alloc(&f->arena, sizeof(*path));

    assert_true(field_path_find(f->book->message, name, strlen(name), path));
    return path;
}

/* -1, 0 or 1 as the keys of two values of a field. */
static int
key_order(struct fixture *f, const struct field_path *path, const Book *a, const Book *b)
{
    const struct field *field = field_path_last(path);
    struct record_key keys[2] = {{.length = 0}, {.length = 0}};
    const Book *books[] = {a, b};
    int order;

    for (int i = 0; i < 2; i++) {
        struct value value;

        assert_true(value_of(&books[i]->base, path, 0, &value));
        assert_true(value_append(&keys[i], field, ROOT, &value));
        assert_int_equal(value_length_at(field, record_key_bytes(&keys[i])), keys[i].length);
    }
    (void)f;
    order = memcmp(keys[0].bytes, keys[1].bytes,
                   keys[0].length < keys[1].length ? keys[0].length : keys[1].length);
    return order ? (order > 0) - (order < 0)
                 : (keys[0].length > keys[1].length) - (keys[0].length < keys[1].length);
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* Small ones, all of them, and those near both ends. */
static int64_t
random_number(void)
{
    switch (below(4)) {
    case 0:
        return (int64_t)below(5) - 2;
    case 1:
        return INT64_MAX - (int64_t)below(3);
    case 2:
        return INT64_MIN + (int64_t)below(3);
    default:
        return (int64_t)next_chance();
    }
}

static void
numbers_sort_in_keys_as_they_do(void **state)
{
    struct fixture *f = *state;
    const struct field_path *pages = path_of(f, "pages"), *copies = path_of(f, "copies");
    const struct field_path *year = path_of(f, "origin.year");

    begin_chance();
    for (int i = 0; i < 20000; i++) {
        Book a = SHELF__V1__BOOK__INIT, b = SHELF__V1__BOOK__INIT;
        Shelf__V1__Book__Origin from = SHELF__V1__BOOK__ORIGIN__INIT, to = from;

        a.origin = &from;
        b.origin = &to;
        from.year = random_number();
        to.year = random_number();
        a.copies = (uint64_t)random_number();
        b.copies = (uint64_t)random_number();
        a.pages = (int32_t)random_number();
        b.pages = (int32_t)random_number();
        assert_int_equal(key_order(f, year, &a, &b), ORDER(from.year, to.year));
        assert_int_equal(key_order(f, copies, &a, &b), ORDER(a.copies, b.copies));
        assert_int_equal(key_order(f, pages, &a, &b), ORDER(a.pages, b.pages));
    }
}

/* At most 18 digits, anywhere about the point. */
static char *
random_decimal(struct fixture *f)
{
    size_t digits = 1 + below(18), places = below(digits);
    char text[32];
    size_t n = 0;

    if (below(2))
        text[n++] = '-';
    text[n++] = (char)(digits - places > 1 ? '1' + below(9) : '0' + below(10));
    for (size_t i = 1; i < digits; i++) {
        if (i == digits - places)
            text[n++] = '.';
        text[n++] = (char)(below(3) ? '0' + below(10) : '0');
    }
    text[n] = '\0';
    return wg_copy_text(&f->arena, text);
}

static void
decimals_sort_in_keys_as_fractions_do(void **state)
{
    struct fixture *f = *state;
    const struct field_path *price = path_of(f, "price");
    mpq_t x, y;

    mpq_inits(x, y, NULL);
    begin_chance();
    for (int i = 0; i < 20000; i++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);
        Book a = SHELF__V1__BOOK__INIT, b = SHELF__V1__BOOK__INIT;
        int order;

        a.price = random_decimal(f);
        b.price = below(10) ? random_decimal(f) : a.price;
        assert_true(wg_ratio_parse(a.price, x) && wg_ratio_parse(b.price, y));
        order = mpq_cmp(x, y);
        if (key_order(f, price, &a, &b) != ORDER(order, 0))
            fail_msg("%s and %s", a.price, b.price);
        b.price = (char *)"";
        assert_int_equal(key_order(f, price, &b, &a), -1);
        wg_arena_rewind(&f->arena, mark);
    }
    mpq_clears(x, y, NULL);
}

static void
times_sort_in_keys_as_they_pass(void **state)
{
    struct fixture *f = *state;
    const struct field_path *read_time = path_of(f, "read_time");

    begin_chance();
    for (int i = 0; i < 20000; i++) {
        Google__Protobuf__Timestamp x = GOOGLE__PROTOBUF__TIMESTAMP__INIT, y = x;
        Book a = SHELF__V1__BOOK__INIT, b = SHELF__V1__BOOK__INIT;

        x.seconds = (int64_t)below(5) - 2 + (below(2) ? -62135596800 : 0);
        y.seconds = (int64_t)below(5) - 2 + (below(2) ? -62135596800 : 0);
        x.nanos = (int32_t)below(3) * 400000000;
        y.nanos = (int32_t)below(3) * 400000000;
        a.read_time = &x;
        b.read_time = &y;
        assert_int_equal(key_order(f, read_time, &a, &b),
                         x.seconds != y.seconds ? ORDER(x.seconds, y.seconds)
                                                : ORDER(x.nanos, y.nanos));
        b.read_time = NULL;
        assert_int_equal(key_order(f, read_time, &b, &a), -1);
    }
}

/* Of few letters, so that many begin alike; no longer than keys hold whole. */
static void
texts_sort_in_keys_by_their_bytes(void **state)
{
    static const char letters[] = "a\1b\xc3\xa9";
    struct fixture *f = *state;
    const struct field_path *title = path_of(f, "title");

    begin_chance();
    for (int i = 0; i < 20000; i++) {
        char texts[2][VALUE_TEXT_BYTES_MAX + 1];
        Book a = SHELF__V1__BOOK__INIT, b = SHELF__V1__BOOK__INIT;

        for (int t = 0; t < 2; t++) {
            size_t n = below(2) ? below(4) : VALUE_TEXT_BYTES_MAX - below(2), j = 0;

            for (; j < n; j++)
                texts[t][j] = j + 3 < n ? 'a' : letters[below(5)];
            texts[t][j] = '\0';
        }
        a.title = texts[0];
        b.title = texts[1];
        assert_int_equal(key_order(f, title, &a, &b), ORDER(strcmp(a.title, b.title), 0));
    }
}

static void
texts_longer_than_keys_hold_are_apart_and_near(void **state)
{
    struct fixture *f = *state;
    const struct field_path *title = path_of(f, "title");
    Book books[4] = {SHELF__V1__BOOK__INIT, SHELF__V1__BOOK__INIT, SHELF__V1__BOOK__INIT,
                     SHELF__V1__BOOK__INIT};

    for (size_t i = 0; i < 4; i++) {
        books[i].title = wg_alloc(&f->arena, 300);
        memset(books[i].title, 'm', 200);
    }
    books[0].title[VALUE_TEXT_BYTES_MAX] = '\0';
    books[1].title[199] = 'x';
    books[3].title[VALUE_TEXT_BYTES_MAX - 1] = 'n';
    assert_int_equal(key_order(f, title, &books[0], &books[1]), -1);
    assert_int_not_equal(key_order(f, title, &books[1], &books[2]), 0);
    assert_int_equal(key_order(f, title, &books[1], &books[1]), 0);
    assert_int_equal(key_order(f, title, &books[1], &books[3]), -1);
    assert_int_equal(key_order(f, title, &books[2], &books[3]), -1);
}

/* ---- Reading filters ---- */

static void
filters_that_can_be_read(void **state)
{
    static const struct {
        const char *filter;
        size_t n;
    } cases[] = {
        {"", 0}, {"  \t\n", 0}, {"genre=NOVEL", 1}, {"genre = NOVEL", 1},
        {" genre  =\tNOVEL ", 1}, {"genre=\"NOVEL\"", 1}, {"genre='NOVEL'", 1},
        {"genre = 1", 1}, {"title = \"\"", 1}, {"title = \"AND\"", 1}, {"title = OR", 1},
        {"title=a-b+c@d/e;f%g", 1}, {"title = \"a \\\"b\\\" \\\\ 'c'\"", 1},
        {"title = 'a \\'b\\''", 1}, {"title = \"\xc3\xa9\"", 1}, {"title = \xc3\xa9", 1},
        {"pages >= -5 AND pages < 10", 2}, {"pages>=-5 AND pages<10", 2},
        {"price <= -12.50", 1}, {"price = \"\"", 1}, {"bought > 2016-10-01", 1},
        {"read_time < 2016-10-01T00:00:00Z", 1}, {"readTime<\"2016-10-01T00:00:00.5+01:00\"", 1},
        {"origin.country=GB AND origin.year=-44", 2}, {"lent = true", 1}, {"tags:old", 1},
        {"tags : \"old one\"", 1}, {"copies = 18446744073709551615", 1},
        {"sequel = programmes/p/books/b", 1}, {"sequel = \"\"", 1},
        {"a_b = 1", 99}, {"pages=1 AND pages=1 AND pages=1 AND pages=1 AND pages=1", 5},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct filter filter;
        const struct wg_problem *problem =
            filter_parse(&f->call, f->book->message, ROOT, cases[i].filter, &filter);

        if (cases[i].n == 99 ? !problem : problem || filter.n != cases[i].n)
            fail_msg("%s: %s", cases[i].filter, problem ? f->call.detail : "read");
    }
}

static void
filters_that_are_refused_with_the_reason(void **state)
{
    static const struct {
        const char *filter, *detail;
    } cases[] = {
        {"nothing = 1", "there is no field \"nothing\""},
        {"origin.nothing = 1", "there is no field \"origin.nothing\""},
        {"title.x = 1", "there is no field"},
        {"genre. = 1", "there is no field"},
        {".genre = 1", "there is no field"},
        {"origin = x", "origin cannot be compared"},
        {"weight = 1", "weight cannot be compared"},
        {"origin.country.x.y.z.z.z = 1", "there is no field"},
        {"tags = old", "tags repeats: ask with :"},
        {"title : old", "title does not repeat"},
        {"genre = NOVELS", "what genre is compared with"},
        {"genre = novel", "what genre is compared with"},
        {"pages = many", "what pages is compared with"},
        {"pages = 2147483648", "what pages is compared with"},
        {"pages = \"\"", "what pages is compared with"},
        {"copies = -1", "what copies is compared with"},
        {"lent = maybe", "what lent is compared with"},
        {"price = cheap", "must be a decimal"},
        {"price = 1e5", "must be a decimal"},
        {"bought = 2016-02-30", "must be a day"},
        {"bought = 2016", "must be a day"},
        {"read_time = 2016-10-01", "what read_time is compared with"},
        {"sequel = programmes/q/books/b", "must be a name such as"},
        {"sequel = programmes/p", "must be a name such as"},
        {"sequel = b", "must be a name such as"},
        {"genre", "behind genre comes one of"},
        {"genre NOVEL", "behind genre comes one of"},
        {"genre != NOVEL", "behind genre comes one of"},
        {"genre == NOVEL", "compared with nothing"},
        {"genre =", "compared with nothing"},
        {"genre = ", "compared with nothing"},
        {"genre = (NOVEL)", "compared with nothing"},
        {"genre = NOVEL pages = 1", "joined by AND"},
        {"genre = NOVEL, pages = 1", "joined by AND"},
        {"genre = NOVEL OR genre = POEM", "joined by AND"},
        {"genre = NOVEL and pages = 1", "joined by AND"},
        {"genre = NOVEL AND", "joined by AND"},
        {"genre = NOVEL AND AND pages = 1", "joined by AND"},
        {"AND", "joined by AND"},
        {"NOT genre = NOVEL", "joined by AND"},
        {"-genre = NOVEL", "joined by AND"},
        {"(genre = NOVEL)", "joined by AND"},
        {"((((((((((((((((((((((((((((((((((((((", "joined by AND"},
        {"lower(title) = x", "joined by AND"},
        {"title = f(x)", "joined by AND"},
        {"\"title\" = x", "joined by AND"},
        {"*", "joined by AND"},
        {"title = *\"x", "joined by AND"},
        {"title = \"x", "are not closed"},
        {"title = 'x\"", "are not closed"},
        {"title = \"x\\", "a backslash"},
        {"title = \"x\\n\"", "a backslash"},
        {"title = x\\y", "joined by AND"},
        {"pages=1 AND pages=1 AND pages=1 AND pages=1 AND pages=1 AND pages=1",
         "more than 5 comparisons"},
        {"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn=1",
         "with so long a name"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct filter filter;

        f->call.detail = NULL;
        if (filter_parse(&f->call, f->book->message, ROOT, cases[i].filter, &filter) !=
            &wg_malformed)
            fail_msg("%s is taken", cases[i].filter);
        if (!strstr(f->call.detail, cases[i].detail))
            fail_msg("%s: %s", cases[i].filter, f->call.detail);
    }
}

/* Whatever is cut, doubled or changed in it: an answer, no more. */
static void
mangled_filters_are_read_or_refused(void **state)
{
    static const char whole[] = "origin.country = \"G\\\"B\" AND tags:'x' AND pages >= -5";
    struct fixture *f = *state;

    begin_chance();
    for (int i = 0; i < 20000; i++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);
        char text[sizeof(whole)];
        struct filter filter;

        memcpy(text, whole, sizeof(whole));
        for (size_t n = below(4); n-- > 0;)
            text[below(sizeof(whole) - 1)] = " \"'\\=<>:().,ANDx\t\x80"[below(18)];
        text[below(sizeof(whole))] = '\0';
        filter_parse(&f->call, f->book->message, ROOT, text, &filter);
        wg_arena_rewind(&f->arena, mark);
    }
}

/* ---- Choosing an index ---- */

static void
a_query_is_served_by_the_index_that_fits(void **state)
{
    static const struct {
        const char *filter, *order_by, *fields; /* fields NULL: none fits */
        size_t n_equal;
    } cases[] = {
        {"", "", "", 0},
        {"genre = NOVEL", "", "genre,bought", 1},
        {"", "genre", "genre,bought", 0},
        {"", "genre, bought", "genre,bought", 0},
        {"", "genre desc, bought desc", "genre,bought", 0},
        {"", "genre asc, bought", "genre,bought", 0},
        {"genre > NOVEL", "genre", "genre,bought", 0},
        {"genre = NOVEL", "bought desc", "genre,bought", 1},
        {"genre = NOVEL", "genre, bought", "genre,bought", 1},
        {"genre = NOVEL", "bought, genre", "genre,bought", 1},
        {"bought = 2016-01-01 AND genre = NOVEL", "", "genre,bought", 2},
        {"genre = NOVEL AND bought >= 2016-01-01 AND bought < 2017-01-01", "bought",
         "genre,bought", 1},
        {"genre = NOVEL", "price, pages", "genre,price,pages", 1},
        {"genre = NOVEL AND price > 1", "price desc, pages desc", "genre,price,pages", 1},
        {"genre = NOVEL AND pages = 5 AND price = 1", "", "genre,price,pages", 3},
        {"title = x", "", "title,pages", 1},
        {"tags:x", "bought", "tags,bought", 1},
        {"origin.year > 5 AND origin.country = GB", "", "origin.country,origin.year", 1},
        {"cost = 1", "", "cost,bought", 1},
        {"bought = 2016-01-01", "", NULL, 0},
        {"", "bought", NULL, 0},
        {"", "tags", NULL, 0},
        {"", "tags, bought", NULL, 0},
        {"", "name", NULL, 0},
        {"name = x", "", NULL, 0},
        {"pages = 1", "", NULL, 0},
        {"genre = NOVEL AND pages = 1", "", NULL, 0},
        {"genre > NOVEL AND bought = 2016-01-01", "", NULL, 0},
        {"genre > NOVEL", "bought", NULL, 0},
        {"genre > NOVEL AND bought > 2016-01-01", "", NULL, 0},
        {"genre = NOVEL AND genre = POEM", "", NULL, 0},
        {"genre = NOVEL AND genre > POEM", "", NULL, 0},
        {"bought > 2016-01-01 AND bought > 2017-01-01 AND genre = NOVEL", "", NULL, 0},
        {"genre = NOVEL", "pages", NULL, 0},
        {"genre = NOVEL", "bought, price", NULL, 0},
        {"title = x AND title = y", "", NULL, 0},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query query;
        const struct wg_problem *problem = query_plan(&f->call, f->book, ROOT, cases[i].filter,
                                                      cases[i].order_by, &query);

        if (!problem != !!cases[i].fields)
            fail_msg("%s, %s: %s", cases[i].filter, cases[i].order_by, problem ? f->call.detail : "");
        if (!problem && (strcmp(query.index->fields, cases[i].fields) != 0 ||
                         query.n_equal != cases[i].n_equal))
            fail_msg("%s, %s: %s", cases[i].filter, cases[i].order_by, query.index->fields);
    }
}

static void
orders_that_are_refused_with_the_reason(void **state)
{
    static const struct {
        const char *order_by, *detail;
    } cases[] = {
        {"nothing", "there is no field \"nothing\""}, {"genre up", "nothing, asc or desc"},
        {"genre DESC", "nothing, asc or desc"}, {"genre desc, bought", "the same direction"},
        {"genre, bought desc", "the same direction"}, {",", "there is no field"},
        {"genre,", "there is no field"}, {"genre bought", "nothing, asc or desc"},
        {"genre; bought", "joined by commas"}, {"genre desc desc", "joined by commas"},
        {"genre, genre, genre, genre, genre", "too many fields"}, {"-genre", "there is no field"},
        {"bought", "The indexes are: genre, bought; title, pages; genre, price, pages; tags, "
                   "bought; origin.country, origin.year; readTime; lent, copies; cost, bought; "
                   "sequel"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query query;

        if (query_plan(&f->call, f->book, ROOT, "", cases[i].order_by, &query) != &wg_malformed)
            fail_msg("%s is taken", cases[i].order_by);
        if (!strstr(f->call.detail, cases[i].detail))
            fail_msg("%s: %s", cases[i].order_by, f->call.detail);
    }
}

static void
an_index_with_a_field_that_the_caller_may_not_see_is_none(void **state)
{
    struct fixture *f = *state;
    struct query query;

    f->call.roles = SEES_OWN;
    assert_ptr_equal(query_plan(&f->call, f->book, ROOT, "cost = 1", "", &query), &wg_malformed);
    assert_null(strstr(f->call.detail, "cost"));
    assert_ptr_equal(query_plan(&f->call, f->book, ROOT, "", "cost", &query), &wg_malformed);
    CHECK_OK(query_plan(&f->call, f->book, ROOT, "genre = NOVEL", "", &query));
}

/* ---- Pages against a model ---- */

/*
 * A field's values in their order, as a filter writes them. From one on (tied) their
 * order in keys is by hash.
 */
#define LONG64 "long long long long long long long long long long long long long"
static const struct domain {
    const char *path;
    size_t n, tied;
    const char *values[8];
} domains[] = {
    {"genre", 5, 9, {"UNKNOWN", "GENRE_UNSPECIFIED", "NOVEL", "POEM", "PLAY"}},
    {"bought", 4, 9, {"", "1999-12-31", "2016-01-01", "2016-01-02"}},
    {"title", 7, 4, {"", "a", "a b", LONG64, LONG64 "a", LONG64 "ab", LONG64 "b"}},
    {"pages", 5, 9, {"-2147483648", "-1", "0", "7", "2147483647"}},
    {"price", 8, 9, {"", "-999999999999999999", "-0.00000000000000001", "0", "0.1", "2", "10",
                     "999999999999999999"}},
    {"origin.country", 4, 9, {"", "A", "AB", "\xc3\xa9"}},
    {"origin.year", 4, 9, {"-9223372036854775808", "-44", "0", "2016"}},
    {"readTime", 4, 9, {"", "0001-01-01T00:00:00Z", "2016-01-01T00:00:00Z",
                        "2016-01-01T00:00:00.000000001Z"}},
    {"lent", 2, 9, {"false", "true"}},
    {"copies", 3, 9, {"0", "1", "18446744073709551615"}},
    {"cost", 2, 9, {"", "1"}},
    {"sequel", 3, 9, {"", "programmes/p/books/b0000", "programmes/p/books/b0001"}},
    {"tags", 3, 9, {"new", "old", "rare"}},
};

enum { FIELDS = COUNT(domains), TAGS = FIELDS - 1, SEQUEL = TAGS - 1, BOOKS = 400 };

static const struct {
    size_t n, fields[3];
} model_indexes[] = {
    {2, {0, 1}}, {2, {2, 3}}, {3, {0, 4, 3}}, {2, {TAGS, 1}}, {2, {5, 6}},
    {1, {7}}, {2, {8, 9}}, {2, {10, 1}}, {1, {11}},
};

struct model_book {
    size_t values[FIELDS]; /* of tags: a bit for each */
    bool there, owned, moved;
};

static struct model_book model[BOOKS + 100];
static size_t n_model;

static const char *
id_of(struct fixture *f, size_t at)
{
    return wg_format(&f->arena, "b%04zu", at * 7919 % 10000);
}

/* No book names another: that would have to be there. */
static void
choose_values(struct model_book *book)
{
    for (size_t i = 0; i < FIELDS; i++)
        book->values[i] = i == TAGS ? below(8) : i == SEQUEL ? 0 : below(domains[i].n);
    book->owned = below(2);
}

static void
store_book(struct fixture *f, size_t at, bool new)
{
    struct wg_mark mark = wg_arena_mark(&f->arena);
    const struct model_book *of = &model[at];
    Book *book = new_book(f, ROOT, id_of(f, at));

    for (size_t i = 0; i < FIELDS; i++) {
        const char *text = domains[i].values[of->values[i]];

        if (i != TAGS && *text)
            set_field(f, book, domains[i].path, text);
    }
    for (size_t tag = 0; tag < domains[TAGS].n; tag++)
        if (of->values[TAGS] & 1u << tag)
            set_field(f, book, "tags", domains[TAGS].values[tag]);
    if (of->values[TAGS])
        set_field(f, book, "tags", book->tags[0]); /* twice the same */
    book->owner = (char *)(of->owned ? OWNER : READER);
    set_field(f, book, "readers", READER);
    if ((new ? wg_insert : wg_update)(&f->call, &book->base, NULL))
        fail_msg("book %zu: %s", at, f->call.detail);
    wg_arena_rewind(&f->arena, mark);
}

static void
fill(struct fixture *f)
{
    n_model = 0;
    memset(model, 0, sizeof(model));
    while (n_model < BOOKS) {
        choose_values(&model[n_model]);
        model[n_model].there = true;
        store_book(f, n_model++, true);
    }
}

struct model_query {
    size_t index, n_equal;
    size_t equal[3];        /* places in domains */
    bool lower, upper, lower_open, upper_open;
    size_t least, greatest; /* places in the domain of the next field */
    size_t n_order;
    bool descending, own;
    const char *filter, *order_by;
};

static const char *
and(struct fixture *f, const char *filter, const char *path, const char *comparison,
    const char *value)
{
    return wg_format(&f->arena, "%s%s%s%s\"%s\"", filter, *filter ? " AND " : "", path, comparison,
                     value);
}

/* A time that is not set cannot be written in a filter. */
static size_t
choose_value(const struct domain *domain)
{
    return strcmp(domain->path, "readTime") == 0 ? 1 + below(domain->n - 1) : below(domain->n);
}

static void
choose_query(struct fixture *f, struct model_query *q)
{
    size_t index = below(COUNT(model_indexes)), n = model_indexes[index].n;
    const size_t *fields = model_indexes[index].fields;
    size_t n_equal = fields[0] == TAGS ? 1 + below(n) : below(n + 1);

    *q = (struct model_query){.index = index, .n_equal = n_equal, .own = below(2) && index != 7,
                              .filter = "", .order_by = ""};
    for (size_t i = 0; i < n_equal; i++) {
        const struct domain *domain = &domains[fields[i]];

        q->equal[i] = choose_value(domain);
        q->filter = and(f, q->filter, domain->path, fields[i] == TAGS ? ":" : " = ",
                        domain->values[q->equal[i]]);
    }
    if (n_equal < n) {
        const struct domain *domain = &domains[fields[n_equal]];

        if ((q->lower = below(2))) {
            q->least = choose_value(domain);
            q->lower_open = below(2);
            q->filter = and(f, q->filter, domain->path, q->lower_open ? ">" : " >= ",
                            domain->values[q->least]);
        }
        if ((q->upper = below(2))) {
            q->greatest = choose_value(domain);
            q->upper_open = below(2);
            q->filter = and(f, q->filter, domain->path, q->upper_open ? "< " : "<=",
                            domain->values[q->greatest]);
        }
        q->n_order = below(n - n_equal + 1);
        q->descending = q->n_order && below(2);
        for (size_t i = 0; i < q->n_order; i++)
            q->order_by = wg_format(&f->arena, "%s%s%s%s", q->order_by, i ? ", " : "",
                                    domains[fields[n_equal + i]].path, q->descending ? " desc" : "");
    }
}

static bool
model_wants(const struct model_query *q, const struct model_book *book)
{
    const size_t *fields = model_indexes[q->index].fields;
    size_t next = fields[q->n_equal < 3 ? q->n_equal : 0];

    if (!book->there || (q->own && !book->owned))
        return false;
    for (size_t i = 0; i < q->n_equal; i++)
        if (fields[i] == TAGS ? !(book->values[TAGS] & 1u << q->equal[i])
                              : book->values[fields[i]] != q->equal[i])
            return false;
    if (q->lower && (q->lower_open ? book->values[next] <= q->least : book->values[next] < q->least))
        return false;
    return !q->upper || (q->upper_open ? book->values[next] < q->greatest
                                       : book->values[next] <= q->greatest);
}

/* By the fields asked for; ties are in any order. */
static int
model_order(const struct model_query *q, size_t a, size_t b)
{
    for (size_t i = 0; i < q->n_order; i++) {
        size_t field = model_indexes[q->index].fields[q->n_equal + i], tied = domains[field].tied;
        size_t x = model[a].values[field], y = model[b].values[field];

        x = x < tied ? x : tied;
        y = y < tied ? y : tied;
        if (x == tied && y == tied && model[a].values[field] != model[b].values[field])
            return 0; /* by hash: nothing behind it counts */
        if (x != y)
            return q->descending ? ORDER(y, x) : ORDER(x, y);
    }
    return 0;
}

/* Somebody writes between two pages. */
static void
disturb(struct fixture *f)
{
    size_t at = below(n_model);

    if (below(3) == 0 && n_model < COUNT(model)) {
        at = n_model++;
        choose_values(&model[at]);
        model[at].there = model[at].moved = true;
        store_book(f, at, true);
    } else if (model[at].there && below(2)) {
        CHECK_OK(wg_delete(&f->call, wg_format(&f->arena, ROOT "/books/%s", id_of(f, at)), NULL));
        model[at].there = false;
    } else if (model[at].there) {
        choose_values(&model[at]);
        model[at].moved = true;
        store_book(f, at, false);
    }
}

static size_t
model_at(struct fixture *f, const char *name)
{
    for (size_t i = 0; i < n_model; i++)
        if (strcmp(wg_name_id(name), id_of(f, i)) == 0)
            return i;
    fail_msg("%s is listed", name);
    return 0;
}

static void
walk_pages(struct fixture *f, const struct model_query *q, bool disturbed)
{
    ListRequest request = request_of(q->filter, q->order_by);
    bool wanted[COUNT(model)], listed[COUNT(model)] = {false};
    size_t last = SIZE_MAX;

    for (size_t i = 0; i < n_model; i++) {
        model[i].moved = false;
        wanted[i] = model_wants(q, &model[i]);
    }
    f->call.roles = q->own ? SEES_OWN : SEES_ALL;
    request.page_size = 1 + (int32_t)below(below(2) ? 4 : 60);
    do {
        const Books *page;

        if (list(f, &request, &page))
            fail_msg("%s; %s: %s", q->filter, q->order_by, f->call.detail);
        assert_true(page->n_books <= (size_t)request.page_size);
        assert_true(page->n_books > 0 || !*page->next_page_token);
        for (size_t i = 0; i < page->n_books; i++) {
            size_t at = model_at(f, page->books[i]->name);

            if (!model_wants(q, &model[at]))
                fail_msg("%s; %s: %zu is not wanted", q->filter, q->order_by, at);
            if (listed[at] && !model[at].moved)
                fail_msg("%s; %s: %zu is there twice", q->filter, q->order_by, at);
            if (last != SIZE_MAX && !model[last].moved && model_order(q, last, at) > 0)
                fail_msg("%s; %s: %zu is behind %zu", q->filter, q->order_by, at, last);
            listed[last = at] = true;
        }
        request.page_token = wg_copy_text(&f->arena, page->next_page_token);
        if (disturbed && *request.page_token)
            disturb(f);
    } while (*request.page_token);
    for (size_t i = 0; i < n_model; i++)
        if (wanted[i] && !listed[i] && model[i].there && !model[i].moved)
            fail_msg("%s; %s: %zu is missing", q->filter, q->order_by, i);
}

static void
walk_at_random(struct fixture *f, bool disturbed)
{
    begin_chance();
    fill(f);
    for (int i = 0; i < 400; i++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);
        struct model_query q;

        choose_query(f, &q);
        walk_pages(f, &q, disturbed);
        wg_arena_rewind(&f->arena, mark);
    }
    check_holds(f);
}

static void
pages_are_what_a_plain_search_finds(void **state)
{
    walk_at_random(*state, false);
}

static void
writes_between_pages_double_and_lose_no_row(void **state)
{
    walk_at_random(*state, true);
}

/* ---- One thing at a time ---- */

/* Three books: a novel of 2016 for sale, a poem, a novel of 1999. */
static void
put_three(struct fixture *f)
{
    static const char *const books[][3] = {
        {"one", "NOVEL", "2016-01-01"}, {"three", "NOVEL", "1999-12-31"},
        {"two", "POEM", "2016-01-01"},
    };

    for (size_t i = 0; i < COUNT(books); i++) {
        Book *book = new_book(f, ROOT, books[i][0]);

        set_field(f, book, "genre", books[i][1]);
        set_field(f, book, "bought", books[i][2]);
        book->owner = (char *)(i ? OWNER : READER);
        CHECK_OK(wg_insert(&f->call, &book->base, NULL));
    }
}

static void
rows_are_of_the_programme_and_of_the_caller(void **state)
{
    struct fixture *f = *state;
    Book *elsewhere = new_book(f, ROOT "q", "zero");

    set_field(f, elsewhere, "genre", "NOVEL");
    CHECK_OK(wg_insert(&f->call, &elsewhere->base, NULL));
    put_three(f);
    check_listed(f, "genre = NOVEL", "", "three one");
    check_listed(f, "genre = NOVEL", "bought desc", "one three");
    check_listed(f, "", "genre desc", "two one three");
    f->call.roles = SEES_OWN;
    check_listed(f, "genre = NOVEL", "", "three");
    check_listed(f, "", "", "three two");
}

static void
a_reference_is_found_by_its_whole_name(void **state)
{
    struct fixture *f = *state;
    Book *book;

    put_three(f);
    book = new_book(f, ROOT, "four");
    book->sequel = (char *)ROOT "/books/two";
    CHECK_OK(wg_insert(&f->call, &book->base, NULL));
    check_listed(f, "sequel = " ROOT "/books/two", "", "four");
    check_listed(f, "sequel >= " ROOT "/books/two", "", "four");
    check_listed(f, "sequel > " ROOT "/books/two", "", "");
    check_listed(f, "sequel = " ROOT "/books/tw", "", "");
    check_listed(f, "sequel = ''", "", "one three two");
    check_holds(f);
}

/* The key says no more of them than that they begin alike. */
static void
ranges_end_within_texts_longer_than_keys_hold(void **state)
{
    static const char *const titles[] = {"k", LONG64, LONG64 "a", LONG64 "b", LONG64 "c", "m"};
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(titles); i++) {
        Book *book = new_book(f, ROOT, (const char[]){(char)('0' + i), '\0'});

        book->title = (char *)titles[i];
        book->pages = (int32_t)i;
        CHECK_OK(wg_insert(&f->call, &book->base, NULL));
    }
    check_listed(f, "title < '" LONG64 "a'", "", "0 1");
    check_listed(f, "title <= '" LONG64 "'", "", "0 1");
    check_listed(f, "title >= '" LONG64 "c'", "", "4 5");
    check_listed(f, "title > '" LONG64 "c'", "", "5");
    check_listed(f, "title = '" LONG64 "b'", "", "3");
    check_listed(f, "title < '" LONG64 "c' AND title > '" LONG64 "a'", "title desc", "3");
    check_listed(f, "title > '" LONG64 "' AND title <= '" LONG64 "a'", "", "2");
}

static void
a_list_without_an_index_takes_no_filter(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("title = P", "");
    const Books *books;

    f->call.method = method_find(f->gateway.descriptors, "wellgate.core.v1.Core/ListProgrammes");
    f->call.roles = 1u << WELLGATE__OPTIONS__V1__ROLE__KIND__ADMIN;
    request.parent = (char *)"";
    assert_ptr_equal(list(f, &request, &books), &wg_malformed);
    assert_string_equal(f->call.detail, "this list takes neither filter nor orderBy");
}

static void
put_page(struct fixture *f, const char *name, int32_t number)
{
    Shelf__V1__Page page = SHELF__V1__PAGE__INIT;

    page.name = (char *)name;
    page.number = number;
    CHECK_OK(wg_insert(&f->call, &page.base, NULL));
}

static void
records_of_one_parent_are_listed_without_those_of_others(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("number > 1", "number desc");
    const Shelf__V1__ListPagesResponse *pages;

    put_three(f);
    put_page(f, ROOT "/books/one/pages/a", 1);
    put_page(f, ROOT "/books/one/pages/b", 2);
    put_page(f, ROOT "/books/one/pages/c", 3);
    put_page(f, ROOT "/books/three/pages/d", 4);
    f->call.method = method_find(f->gateway.descriptors, "shelf.v1.Shelf/ListPages");
    request.parent = (char *)ROOT "/books/one";
    CHECK_OK(list(f, &request, (const Books **)&pages));
    assert_int_equal(pages->n_pages, 2);
    assert_string_equal(pages->pages[0]->name, ROOT "/books/one/pages/c");
    assert_string_equal(pages->pages[1]->name, ROOT "/books/one/pages/b");
    check_holds(f);
}

/* A book with the longest entries that its id and its owner leave room for. */
static const struct wg_problem *
put_long_book(struct fixture *f, const char *id, const char *owner)
{
    Book *book = new_book(f, ROOT, wg_format(&f->arena, "%s%0150d", id, 0));

    book->title = (char *)LONG64 "and on";
    book->owner = (char *)owner;
    return wg_insert(&f->call, &book->base, NULL);
}

/* Of any length, entries are refused as they are written, or can be listed: the position
 * of each is good for the next page. */
static void
what_no_key_has_room_for_is_refused_as_it_is_written(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("", "title");
    size_t stored = 0;

    request.page_size = 1;
    f->call.roles = SEES_OWN;
    for (int length = 180; length < 300; length++) {
        const char *owner = wg_format(&f->arena, "%0*d", length, 0);
        const Books *page;

        if (put_long_book(f, wg_format(&f->arena, "a%d", length), owner)) {
            assert_non_null(strstr(f->call.detail, "too long together"));
            continue;
        }
        CHECK_OK(put_long_book(f, wg_format(&f->arena, "b%d", length), owner));
        stored++;
        f->call.caller.organisation = owner;
        request.page_token = (char *)"";
        for (int pages = 0; pages < 2; pages++) {
            CHECK_OK(list(f, &request, &page));
            assert_int_equal(page->n_books, 1);
            assert_int_equal(*page->next_page_token != '\0', pages == 0);
            request.page_token = page->next_page_token;
        }
    }
    assert_in_range(stored, 10, 110);
    check_holds(f);
}

static bool
add_id(void *context, const struct wg_record *record)
{
    char *ids = context;

    strcat(ids, wg_name_id(((const Book *)record->message)->name));
    strcat(ids, " ");
    return strlen(ids) < 8;
}

static void
plugins_find_records_by_the_first_fields_of_an_index(void **state)
{
    static const char *const novel[] = {"NOVEL", "1999-12-31"}, *const wrong[] = {"NOVELS"};
    struct fixture *f = *state;
    char ids[64] = "";

    put_three(f);
    f->call.roles = SEES_OWN; /* all the same */
    CHECK_OK(wg_find(&f->call, "shelf/Book", ROOT, "genre,bought", novel, 1, add_id, ids));
    assert_string_equal(ids, "three one ");
    *ids = '\0';
    CHECK_OK(wg_find(&f->call, "shelf/Book", ROOT, "genre,bought", novel, 2, add_id, ids));
    assert_string_equal(ids, "three ");
    *ids = '\0';
    CHECK_OK(wg_find(&f->call, "shelf/Book", ROOT, "genre,bought", NULL, 0, add_id, ids));
    assert_string_equal(ids, "three one "); /* which is enough */
    *ids = '\0';
    CHECK_OK(wg_find(&f->call, "shelf/Book", ROOT "q", "genre,bought", novel, 1, add_id, ids));
    assert_string_equal(ids, "");
    assert_ptr_equal(wg_find(&f->call, "shelf/Book", ROOT, "genre,bought", wrong, 1, add_id, ids),
                     &wg_internal);
}

/* ---- Page tokens ---- */

static void
a_page_token_is_good_for_its_list_alone(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("genre = NOVEL", "bought"), other;
    const Books *books;

    put_three(f);
    request.page_size = 1;
    CHECK_OK(list(f, &request, &books));
    request.page_token = books->next_page_token;
    assert_true(*request.page_token);
    request.page_size = 5; /* may change */
    CHECK_OK(list(f, &request, &books));
    assert_int_equal(books->n_books, 1);

    other = request;
    other.filter = (char *)"genre = POEM";
    assert_ptr_equal(list(f, &other, &books), &wg_malformed);
    other = request;
    other.order_by = (char *)"bought desc";
    assert_ptr_equal(list(f, &other, &books), &wg_malformed);
    other = request;
    other.parent = (char *)ROOT "q";
    assert_ptr_equal(list(f, &other, &books), &wg_malformed);
    other = request;
    other.filter = other.order_by = (char *)"";
    other.as_at = (char *)"1";
    assert_ptr_equal(list(f, &other, &books), &wg_malformed);
    f->call.roles = SEES_OWN;
    assert_ptr_equal(list(f, &request, &books), &wg_malformed);
}

/* Whatever a token holds, the page is within the filter and the caller's rows. */
static void
mangled_page_tokens_show_nothing_else(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("genre = NOVEL", "");
    const Books *books;
    char *token;

    begin_chance();
    put_three(f);
    f->call.roles = SEES_ALL;
    request.page_size = 1;
    CHECK_OK(list(f, &request, &books));
    token = books->next_page_token;
    for (int i = 0; i < 5000; i++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);

        request.page_token = wg_copy_text(&f->arena, token);
        request.page_token[below(strlen(token))] = "ABCxyz-_09=+/ "[below(14)];
        if (strcmp(request.page_token, token) != 0 && !list(f, &request, &books))
            for (size_t n = 0; n < books->n_books; n++)
                assert_int_equal(books->books[n]->genre, SHELF__V1__BOOK__GENRE__NOVEL);
        wg_arena_rewind(&f->arena, mark);
    }
}

/* ---- As it was ---- */

static void
check_listed_at(struct fixture *f, uint64_t sequence, int32_t page_size, const char *expected)
{
    ListRequest request = request_of("", "");
    const char *ids = "";

    request.as_at = wg_format(&f->arena, "%" PRIu64, sequence);
    request.page_size = page_size;
    do {
        const Books *books;

        CHECK_OK(list(f, &request, &books));
        for (size_t i = 0; i < books->n_books; i++)
            ids = wg_format(&f->arena, "%s%s=%d ", ids, wg_name_id(books->books[i]->name),
                            books->books[i]->genre);
        request.page_token = books->next_page_token;
    } while (*request.page_token);
    if (strcmp(ids, expected) != 0)
        fail_msg("as at %" PRIu64 ": %s, not %s", sequence, ids, expected);
}

/* Events: 1 the programme, 2 to 4 the books. */
static void
a_list_as_it_was_has_what_is_changed_or_deleted_since(void **state)
{
    struct fixture *f = *state;
    Book *book;

    put_three(f);
    CHECK_OK(wg_delete(&f->call, ROOT "/books/three", NULL)); /* 5 */
    book = new_book(f, ROOT, "one");
    book->genre = SHELF__V1__BOOK__GENRE__PLAY;
    CHECK_OK(wg_update(&f->call, &book->base, NULL)); /* 6 */
    book = new_book(f, ROOT, "three");
    CHECK_OK(wg_insert(&f->call, &book->base, NULL)); /* 7 */
    for (int32_t size = 1; size < 5; size++) {
        check_listed_at(f, 1, size, "");
        check_listed_at(f, 2, size, "one=1 ");
        check_listed_at(f, 3, size, "one=1 three=1 ");
        check_listed_at(f, 4, size, "one=1 three=1 two=2 ");
        check_listed_at(f, 5, size, "one=1 two=2 ");
        check_listed_at(f, 6, size, "one=3 two=2 ");
        check_listed_at(f, 7, size, "one=3 three=0 two=2 ");
    }
    f->call.roles = SEES_OWN; /* of today: two alone */
    check_listed_at(f, 4, 1, "two=2 ");
    check_listed_at(f, 3, 1, "");
}

static void
a_list_as_it_was_stays_at_its_moment_from_page_to_page(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("", "");
    const Books *books;
    Book *book;

    put_three(f);
    request.as_at = (char *)"2100-01-01T00:00:00Z"; /* whatever is last by then */
    request.page_size = 1;
    CHECK_OK(list(f, &request, &books));
    book = new_book(f, ROOT, "two");
    book->genre = SHELF__V1__BOOK__GENRE__PLAY;
    CHECK_OK(wg_update(&f->call, &book->base, NULL));
    request.page_size = 5;
    request.page_token = books->next_page_token;
    CHECK_OK(list(f, &request, &books));
    assert_int_equal(books->n_books, 2);
    assert_int_equal(books->books[1]->genre, SHELF__V1__BOOK__GENRE__POEM);
}

static void
a_list_as_it_was_takes_no_filter_and_no_order(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("genre = NOVEL", "");
    const Books *books;

    request.as_at = (char *)"1";
    assert_ptr_equal(list(f, &request, &books), &wg_malformed);
    request.filter = (char *)"";
    request.order_by = (char *)"genre";
    assert_ptr_equal(list(f, &request, &books), &wg_malformed);
    request.order_by = (char *)"";
    CHECK_OK(list(f, &request, &books));
    request.as_at = (char *)"99";
    assert_ptr_equal(list(f, &request, &books), &wg_malformed);
}

/* As many as one page looks at, and one more, none of which was there then. */
static void
a_page_of_what_was_ends_before_it_has_looked_at_too_much(void **state)
{
    struct fixture *f = *state;
    ListRequest request = request_of("", "");
    const Books *books;
    int pages = 0;

    for (int i = 0; i < 10001; i++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);

        CHECK_OK(wg_insert(&f->call, &new_book(f, ROOT, wg_format(&f->arena, "b%05d", i))->base,
                           NULL));
        wg_arena_rewind(&f->arena, mark);
    }
    request.as_at = (char *)"1";
    do {
        CHECK_OK(list(f, &request, &books));
        assert_int_equal(books->n_books, 0);
        request.page_token = books->next_page_token;
        pages++;
    } while (*request.page_token);
    assert_int_equal(pages, 2);
}

/* ---- Verifying ---- */

static void
an_entry_that_is_gone_and_one_too_many_are_found(void **state)
{
    static const char genre[] = "programmes/p\0shelf/Book\0genre,bought\0\0\0";
    struct fixture *f = *state;
    char said[2000], extra[100];

    put_three(f);
    check_holds(f);
    assert_int_equal(delete_all(f, SPACE_INDEX, (struct wg_bytes){genre, sizeof(genre) - 1}), 3);
    assert_false(holds(f, said, sizeof(said)));
    assert_non_null(strstr(said, "FAULT: programmes/p: record shelf/Book one is not in the index "
                                 "\"genre,bought\" of all"));

    memcpy(extra, genre, sizeof(genre) - 1);
    memcpy(extra + sizeof(genre) - 1, "\x80\0\0\1" "2016-01-01\0one", 18);
    assert_int_equal(driver_put(f->txn, SPACE_INDEX,
                                (struct wg_bytes){extra, sizeof(genre) - 1 + 18}, bytes("")),
                     DRIVER_OK);
    assert_false(holds(f, said, sizeof(said)));
    assert_non_null(strstr(said, "record shelf/Book three is not in the index"));
}

/* ---- Built at start ---- */

#define MARKS ((struct wg_bytes){"index", 6})
#define ENTRIES ((struct wg_bytes){"", 0})

/* Steps of so many records until there is no more; how many. */
static int
bring_up(struct fixture *f, size_t records)
{
    bool more = true;
    int steps = 0;

    for (; more; steps++) {
        struct wg_mark mark = wg_arena_mark(&f->arena);

        CHECK_OK(indexes_step(&f->call, records, &more));
        wg_arena_rewind(&f->arena, mark);
    }
    return steps;
}

static void
indexes_that_are_missing_are_built_in_steps_of_any_size(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 7, 100, 20000};
    struct fixture *f = *state;

    begin_chance();
    fill(f);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char said[2000];

        assert_true(delete_all(f, SPACE_INDEX, ENTRIES) > BOOKS);
        delete_all(f, SPACE_META, MARKS);
        assert_false(holds(f, said, sizeof(said)));
        assert_true(bring_up(f, sizes[i]) >= (int)(BOOKS / sizes[i]));
        check_holds(f);
        assert_int_equal(bring_up(f, sizes[i]), 1); /* nothing to do */
    }
}

/* A plugin that declared other indexes before. */
static void
an_index_is_built_or_removed_as_its_declaration_comes_and_goes(void **state)
{
    struct fixture *f = *state;
    struct resource *book = (struct resource *)f->book;
    const struct index *all = book->indexes;
    struct index some[3];

    begin_chance();
    fill(f);
    bring_up(f, 1000);
    some[0] = all[0];
    some[1] = all[3];
    some[2] = all[1];
    book->indexes = some;
    book->n_indexes = 3;
    bring_up(f, 50);
    check_holds(f);
    assert_int_equal(bring_up(f, 50), 1);
    some[1].fields = "genre,price"; /* another one, by another name */
    some[1].n_paths = 2;
    bring_up(f, 50);
    check_holds(f);
    book->indexes = all;
    book->n_indexes = 10;
    bring_up(f, 50);
    check_holds(f);
}

/* The same name for something else: relations have changed, or a field's type. */
static void
an_index_whose_entries_are_made_otherwise_is_made_anew(void **state)
{
    struct fixture *f = *state;
    struct resource *book = (struct resource *)f->book;
    char said[2000];

    begin_chance();
    fill(f);
    bring_up(f, 1000);
    book->n_relations = 1;
    assert_false(holds(f, said, sizeof(said)));
    bring_up(f, 60);
    check_holds(f);
    book->n_relations = 2;
    bring_up(f, 60);
    check_holds(f);
}

static void
a_store_of_an_older_layout_comes_out_right(void **state)
{
    static const char old[] = "programmes/p\0shelf/Book\0audience\0" OWNER "\0one";
    struct fixture *f = *state;

    put_three(f);
    delete_all(f, SPACE_INDEX, ENTRIES);
    assert_int_equal(driver_put(f->txn, SPACE_INDEX, (struct wg_bytes){old, sizeof(old) - 1},
                                bytes("")), DRIVER_OK);
    bring_up(f, 20000);
    check_holds(f);
    check_listed(f, "genre = NOVEL", "", "three one");
}

/* ---- Declared ---- */

static void
declarations_that_no_index_can_be_made_of_stop_the_start(void **state)
{
    static const struct {
        const char *fields, *fault;
    } cases[] = {
        {"nothing", "names no field of it"}, {"genre,", "names no field of it"},
        {",genre", "names no field of it"}, {"genre, bought", "names no field of it"},
        {"origin.nothing", "names no field of it"}, {"tags.x", "names no field of it"},
        {"origin", "values have no order"}, {"weight", "values have no order"},
        {"genre,bought,genre", "names a field twice"},
        {"tags,readers", "two fields that repeat"},
        {"genre,bought,title,pages,price", "too many fields"},
        {"", "empty or declared twice"}, {"title", "empty or declared twice"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *indexes[] = {(char *)"title", (char *)cases[i].fields};
        Wellgate__Options__V1__Resource options = *f->book->options;
        struct resource book = *f->book;
        char error[256] = "";

        options.indexes = indexes;
        options.n_indexes = 2;
        book.options = &options;
        f->gateway.descriptors->error = error;
        f->gateway.descriptors->error_bytes = sizeof(error);
        assert_false(loading_indexes(f->gateway.descriptors, &book));
        if (!strstr(error, cases[i].fault) || !strstr(error, "shelf/Book: its index \""))
            fail_msg("%s: %s", cases[i].fields, error);
    }
}

static void
a_root_has_no_indexes(void **state)
{
    struct fixture *f = *state;
    struct resource programme = *resource_by_type(f->gateway.descriptors, "core/Programme");
    Wellgate__Options__V1__Resource options = *programme.options;
    char *indexes[] = {(char *)"title"};
    char error[256] = "";

    options.indexes = indexes;
    options.n_indexes = 1;
    programme.options = &options;
    f->gateway.descriptors->error = error;
    f->gateway.descriptors->error_bytes = sizeof(error);
    assert_false(loading_indexes(f->gateway.descriptors, &programme));
    assert_non_null(strstr(error, "serves no list of it"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_sort_in_keys_as_they_do),
        TEST(decimals_sort_in_keys_as_fractions_do),
        TEST(times_sort_in_keys_as_they_pass),
        TEST(texts_sort_in_keys_by_their_bytes),
        TEST(texts_longer_than_keys_hold_are_apart_and_near),
        TEST(filters_that_can_be_read),
        TEST(filters_that_are_refused_with_the_reason),
        TEST(mangled_filters_are_read_or_refused),
        TEST(a_query_is_served_by_the_index_that_fits),
        TEST(orders_that_are_refused_with_the_reason),
        TEST(an_index_with_a_field_that_the_caller_may_not_see_is_none),
        TEST(pages_are_what_a_plain_search_finds),
        TEST(writes_between_pages_double_and_lose_no_row),
        TEST(rows_are_of_the_programme_and_of_the_caller),
        TEST(a_reference_is_found_by_its_whole_name),
        TEST(ranges_end_within_texts_longer_than_keys_hold),
        TEST(a_list_without_an_index_takes_no_filter),
        TEST(records_of_one_parent_are_listed_without_those_of_others),
        TEST(what_no_key_has_room_for_is_refused_as_it_is_written),
        TEST(plugins_find_records_by_the_first_fields_of_an_index),
        TEST(a_page_token_is_good_for_its_list_alone),
        TEST(mangled_page_tokens_show_nothing_else),
        TEST(a_list_as_it_was_has_what_is_changed_or_deleted_since),
        TEST(a_list_as_it_was_stays_at_its_moment_from_page_to_page),
        TEST(a_list_as_it_was_takes_no_filter_and_no_order),
        TEST(a_page_of_what_was_ends_before_it_has_looked_at_too_much),
        TEST(an_entry_that_is_gone_and_one_too_many_are_found),
        TEST(indexes_that_are_missing_are_built_in_steps_of_any_size),
        TEST(an_index_is_built_or_removed_as_its_declaration_comes_and_goes),
        TEST(an_index_whose_entries_are_made_otherwise_is_made_anew),
        TEST(a_store_of_an_older_layout_comes_out_right),
        TEST(declarations_that_no_index_can_be_made_of_stop_the_start),
        TEST(a_root_has_no_indexes),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
