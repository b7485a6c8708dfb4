/* hex.h - a hexadecimal digit's value. */
#ifndef RPC_HEX_H
#define RPC_HEX_H

/* -1 for any other character. */
static inline int
hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

#endif
