/* messages.c - shared messages for plugins and for the gateway itself. */
#include <wellgate/messages.h>
#include <wellgate/money.h>

Wellgate__Common__V1__Money *
wg_money_message(struct wg_arena *arena, const char *currency, int64_t minor)
{
    Wellgate__Common__V1__Money *money =
        wg_new_message(arena, &wellgate__common__v1__money__descriptor);
    char text[WG_MONEY_TEXT_BYTES];

    if (!money)
        return NULL;
    money->currency = (char *)currency;
    money->amount = wg_copy_text(arena, wg_money_format(currency, minor, text));
    return money->amount ? money : NULL;
}

Google__Protobuf__Timestamp *
wg_time_message(struct wg_arena *arena, int64_t time_ms)
{
    Google__Protobuf__Timestamp *time =
        wg_new_message(arena, &google__protobuf__timestamp__descriptor);

    if (!time)
        return NULL;
    time->seconds = time_ms / 1000;
    time->nanos = (int32_t)(time_ms % 1000) * 1000000;
    return time;
}
