/* Decimals and ranks, from text. */
#ifndef CLEFBOARD_NUMBERS_H
#define CLEFBOARD_NUMBERS_H

#include "words.h"

/* Whether arithmetic on doubles is rounded to doubles, so that one operation on exact ones is exact. */
#define HAS_EXACT_DOUBLES (FLT_EVAL_METHOD == 0)

static const double POWERS_OF_TEN[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static inline int is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* A bit for the first byte that is not below 10, and perhaps for some after it. */
static inline uint64_t others_than_digits(uint64_t digits)
{
    return ((digits + LOW_BITS * (0x80 - 10)) | digits) & HIGH_BITS;
}

/* The number that eight digits make, the first one lowest in the word. */
static inline uint64_t eight_digits(uint64_t digits)
{
    const uint64_t mask = 0x000000FF000000FFu;
    digits = 10 * digits + (digits >> 8);
    return ((digits & mask) * (100 + (1000000ull << 32)) +
            ((digits >> 16) & mask) * (1 + (10000ull << 32))) >>
           32;
}

/* Appends digits to a number and returns where they end, eight at a time before `safe`. */
static inline const char *read_digits(const char *p, const char *safe, uint64_t *number)
{
    static const uint64_t powers[] = {1,      10,      100,      1000,     10000,
                                      100000, 1000000, 10000000, 100000000};
    while (p < safe) {
        uint64_t digits = load(p) ^ (LOW_BITS * '0');
        uint64_t others = others_than_digits(digits);
        unsigned n = others ? lowest_bit(others) / 8 : 8;
        if (!n)
            return p;
        *number = *number * powers[n] + eight_digits(digits << 8 * (8 - n));
        p += n;
        if (n < 8)
            return p;
    }
    for (; is_digit(*p); p++)
        *number = 10 * *number + (uint64_t)(*p - '0');
    return p;
}

#ifdef HAS_WIDE_NUMBERS
// clang-format off
static const uint64_t POWERS_OF_FIVE[] = {
    1u, 5u, 25u, 125u, 625u, 3125u, 15625u, 78125u, 390625u, 1953125u, 9765625u, 48828125u,
    244140625u, 1220703125u, 6103515625u, 30517578125u, 152587890625u, 762939453125u,
    3814697265625u, 19073486328125u, 95367431640625u, 476837158203125u, 2384185791015625u,
    11920928955078125u, 59604644775390625u, 298023223876953125u, 1490116119384765625u,
    7450580596923828125u};
// clang-format on

/* The double nearest to mantissa / 10^k for 0 < k <= 27: a long division, its rest decides. */
static double divided(uint64_t mantissa, int k)
{
    int zeros = __builtin_clzll(mantissa);
    unsigned __int128 top = (unsigned __int128)(mantissa << zeros) << 64;
    unsigned __int128 quotient = top / POWERS_OF_FIVE[k];
    int inexact = quotient * POWERS_OF_FIVE[k] != top;
    uint64_t high = (uint64_t)(quotient >> 64); /* never 0: 2^127 / 2^63 */
    int drop = 128 - __builtin_clzll(high) - 53;
    unsigned __int128 rest = quotient & (((unsigned __int128)1 << drop) - 1);
    unsigned __int128 half = (unsigned __int128)1 << (drop - 1);
    uint64_t kept = (uint64_t)(quotient >> drop);
    kept += rest > half || (rest == half && (inexact || (kept & 1)));
    uint64_t bits = (uint64_t)(1023 + drop - 64 - zeros - k) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return (double)kept * power;
}
#endif

/* Python's own conversion, for what needs more digits; the text ends with a character of no number. */
static double converted(const char *text)
{
    PyGILState_STATE state = PyGILState_Ensure();
    char *end;
    double value = PyOS_string_to_double(text, &end, NULL);
    if (PyErr_Occurred()) { /* no memory, which nobody survives for long */
        PyErr_Clear();
        value = NAN;
    }
    PyGILState_Release(state);
    return value;
}

/* How many zeros a number begins with, its point not counted. */
static size_t leading_zeros(const char *text)
{
    size_t n = 0;
    for (; *text == '0' || *text == '.'; text++)
        n += *text == '0';
    return n;
}

/* Reads -?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)? and returns where it ends, NULL where there
 * is none. What follows the text is a character of no number; before `safe` eight bytes can be read. */
static NEVER_INLINE const char *read_decimal(const char *text, const char *safe, double *value)
{
    const char *p = text + (*text == '-'), *digits = p;
    uint64_t mantissa = 0;
    for (; is_digit(*p); p++)
        mantissa = 10 * mantissa + (uint64_t)(*p - '0');
    size_t n_digits = (size_t)(p - digits);
    int64_t exponent = 0;
    if (*p == '.') {
        const char *point = p;
        p = read_digits(p + 1, safe, &mantissa);
        exponent = -(p - point - 1);
        n_digits += (size_t)(p - point - 1);
    }
    if (!n_digits)
        return NULL;
    if ((*p | 0x20) == 'e') {
        int negative = p[1] == '-';
        int64_t written = 0;
        p += 1 + (negative || p[1] == '+');
        if (!is_digit(*p))
            return NULL;
        for (; is_digit(*p); p++)
            written = written < 100000000 ? 10 * written + (*p - '0') : written;
        exponent += negative ? -written : written;
    }
    int is_exact = n_digits <= 19 || n_digits - leading_zeros(digits) <= 19;
    double found;
    if (is_exact && mantissa == 0)
        found = 0;
#if HAS_EXACT_DOUBLES
    else if (is_exact && mantissa <= 1ull << 53 && exponent >= -22 && exponent <= 0)
        found = (double)mantissa / POWERS_OF_TEN[-exponent];
#endif
#ifdef HAS_WIDE_NUMBERS
    else if (is_exact && exponent >= -27 && exponent < 0)
        found = divided(mantissa, (int)-exponent);
#endif
    else {
        *value = converted(text) + 0.0;
        return p;
    }
    *value = *text == '-' ? 0.0 - found : found; /* -0.0 is 0 */
    return p;
}

/* Reads a whole number from 1 to 2^31 - 1, as `read_decimal`. */
static inline const char *read_rank(const char *text, int32_t *rank)
{
    int64_t value = 0;
    const char *p = text;
    for (; is_digit(*p); p++)
        value = value <= INT32_MAX ? 10 * value + (*p - '0') : value;
    if (value < 1 || value > INT32_MAX)
        return NULL;
    *rank = (int32_t)value;
    return p;
}

#endif
