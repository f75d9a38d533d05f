/* Words of eight bytes, and arrays that grow. */
#ifndef CLEFBOARD_WORDS_H
#define CLEFBOARD_WORDS_H

#include "platform.h"

#define LOW_BITS 0x0101010101010101u
#define HIGH_BITS 0x8080808080808080u

/* Eight bytes, the first one lowest. */
static inline uint64_t load(const char *place)
{
    uint64_t word;
    memcpy(&word, place, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The first n of them, the others 0; n is from 1 to 8. */
static inline uint64_t first_bytes(uint64_t word, size_t n)
{
    return word << (64 - 8 * n) >> (64 - 8 * n);
}

static inline uint64_t load_bytes(const char *place, size_t n)
{
    char bytes[8] = {0};
    memcpy(bytes, place, n);
    return load(bytes);
}

/* The same of a text that may end before its eighth byte: by as few loads as its length allows. */
static inline uint64_t load_text(const char *text, size_t n)
{
    if (n >= 8)
        return load(text);
    if (n >= 4) /* what both of them hold is the same */
        return load_bytes(text, 4) | load_bytes(text + n - 4, 4) << (8 * (n - 4));
    if (n >= 2)
        return load_bytes(text, 2) | load_bytes(text + n - 2, 2) << (8 * (n - 2));
    return load_bytes(text, n);
}

/* A word with its first byte highest: texts are in the order of these. */
static inline uint64_t reversed(uint64_t word)
{
    word = (word & 0x00FF00FF00FF00FFu) << 8 | (word >> 8 & 0x00FF00FF00FF00FFu);
    word = (word & 0x0000FFFF0000FFFFu) << 16 | (word >> 16 & 0x0000FFFF0000FFFFu);
    return word << 32 | word >> 32;
}

static inline unsigned lowest_bit(uint64_t word)
{
#if defined(_MSC_VER)
    unsigned long place;
    _BitScanForward64(&place, word);
    return place;
#else
    return (unsigned)__builtin_ctzll(word);
#endif
}

/* The upper half of a product. */
static inline uint64_t high_half(uint64_t one, uint64_t other)
{
#ifdef HAS_WIDE_NUMBERS
    return (uint64_t)((unsigned __int128)one * other >> 64);
#elif defined(_MSC_VER)
    return __umulh(one, other);
#else
    uint64_t a = one >> 32, b = one & UINT32_MAX, c = other >> 32, d = other & UINT32_MAX;
    uint64_t middle = a * d + ((b * d) >> 32), low = (middle & UINT32_MAX) + b * c;
    return a * c + (middle >> 32) + (low >> 32);
#endif
}

/* Both halves of a product: what a multiplication mixes best. */
static inline uint64_t fold(uint64_t one, uint64_t other)
{
    return (one * other) ^ high_half(one, other);
}

/* Room for a table that is read here and there. A large one is asked to have large pages, where there
 * are some: else every second look waits for where its page is, too. */
static void *new_table(size_t n, size_t item)
{
    if (n > SIZE_MAX / 2 / item)
        return NULL;
#if defined(MADV_HUGEPAGE)
    const size_t page = (size_t)1 << 21;
    void *table;
    if (n * item >= 2 * page) {
        size_t size = (n * item + page - 1) & ~(page - 1);
        if (posix_memalign(&table, page, size))
            return NULL;
        madvise(table, size, MADV_HUGEPAGE); /* a wish: whether it is heard changes no answer */
        return table;
    }
#endif
    return malloc(n * item);
}

/* Makes an array larger; where there is no memory it stays as it is. */
static void *grown(void *array, size_t *room, size_t needed, size_t item)
{
    size_t wanted = *room ? *room : 16;
    while (wanted < needed && wanted <= SIZE_MAX / 2)
        wanted *= 2;
    void *larger =
        wanted >= needed && wanted <= SIZE_MAX / item ? realloc(array, wanted * item) : NULL;
    if (!larger)
        return array;
    *room = wanted;
    return larger;
}

#define HAS_ROOM(array, room, needed) \
    ((needed) <= (room) || \
     ((array) = grown((array), &(room), (needed), sizeof *(array)), (needed) <= (room)))

#endif
