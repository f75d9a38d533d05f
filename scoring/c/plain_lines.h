/* Lines that are right and simple. */
#ifndef CLEFBOARD_PLAIN_LINES_H
#define CLEFBOARD_PLAIN_LINES_H

#include "careful_lines.h"

enum { WINDOW = 64 };

/* A bit for each of 64 bytes that ends a field or a line, or is a quote; the first one lowest. */
static inline uint64_t marks_in(const char *window, char separator)
{
    uint64_t marks = 0;
#ifdef HAS_SSE2
    const __m128i ends = _mm_set1_epi8(separator), lines = _mm_set1_epi8('\n');
    const __m128i quotes = _mm_set1_epi8('"');
    for (int at = 0; at < WINDOW; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(window + at));
        __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, ends), _mm_cmpeq_epi8(bytes, lines));
        hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, quotes));
        marks |= (uint64_t)(unsigned)_mm_movemask_epi8(hits) << at;
    }
#else
    for (int at = 0; at < WINDOW; at += 8) {
        uint64_t word = load(window + at);
        uint64_t hits = exactly_zero(word ^ (LOW_BITS * (unsigned char)separator)) |
                        exactly_zero(word ^ (LOW_BITS * '\n')) |
                        exactly_zero(word ^ (LOW_BITS * '"'));
        marks |= ((hits >> 7) * 0x0102040810204080u >> 56) << at; /* the top bits, side by side */
    }
#endif
    return marks;
}

/* Finds one mark after the other. */
typedef struct {
    const char *window;
    const char *last; /* a window begins here or before it: eight bytes follow every mark */
    uint64_t marks;   /* of the window, those that are still to be found */
} Marks;

static void look_from(Marks *own, const char *place, char separator)
{
    own->window = place;
    own->marks = place <= own->last ? marks_in(place, separator) : 0;
}

/* The place of the next mark; NULL where the end of the data is near. */
static inline const char *next_mark(Marks *own, char separator)
{
    while (!own->marks) {
        if (own->last - own->window < WINDOW)
            return NULL;
        own->window += WINDOW;
        own->marks = marks_in(own->window, separator);
    }
    const char *place = own->window + lowest_bit(own->marks);
    own->marks &= own->marks - 1;
    return place;
}

/* Reads a decimal that fills a field; eight bytes follow it. */
static ALWAYS_INLINE int read_plain_decimal(const char *text, const char *end, double *value)
{
#if HAS_EXACT_DOUBLES
    size_t n = (size_t)(end - text) - 2;
    if (n - 1 < 8 && text[0] == '0' && text[1] == '.') { /* 0.5, or up to eight digits */
        uint64_t digits = load(text + 2) ^ (LOW_BITS * '0');
        if (!(others_than_digits(digits) << (64 - 8 * n))) {
            *value = (double)eight_digits(digits << 8 * (8 - n)) / POWERS_OF_TEN[n];
            return 1;
        }
    }
#endif
    return read_decimal(text, end, value) == end;
}

static inline int has_prefix(const Reading *r, const char *line)
{
    size_t n = r->prefix_length;
    return !((load(line) ^ r->prefix_word) & r->prefix_mask) &&
           (n <= 8 || !memcmp(line + 8, r->prefix + 8, n - 8));
}

/* Learns the query that a line begins with, whose columns end at some places; tells whether it is known. */
static int has_plain_query(Reading *r, const char *line, const char *const ends[])
{
    Field fields[2];
    const char *p = line;
    for (size_t at = 0; at < r->n_query; at++) {
        fields[at].text = p;
        fields[at].length = (size_t)(ends[at] - p);
        p = ends[at] + 1;
    }
    uint32_t query = find_query(r, fields);
    if (query != NOTHING && r->status == FINE)
        keep_prefix(r, line, (size_t)(p - line), query);
    return query != NOTHING && r->status == FINE;
}

/* Reads a line but for its class; returns where the next one begins, NULL where it is not simple.
 * What a line is made of is known where this is compiled, four times. */
static ALWAYS_INLINE const char *read_plain_line(Reading *r, const char *line, Marks *marks,
                                                 Pending *pending, const size_t n_query,
                                                 const size_t n_fields)
{
    const char separator = r->separator;
    const char *ends[MAX_FIELDS];
    for (size_t at = 0; at < n_fields; at++) {
        ends[at] = next_mark(marks, separator);
        if (!ends[at] || *ends[at] != (at + 1 < n_fields ? separator : '\n'))
            return NULL;
    }
    const char *name = ends[n_query - 1] + 1, *end = ends[n_fields - 1];
    int is_known = r->prefix_query != NOTHING && (size_t)(name - line) == r->prefix_length &&
                   has_prefix(r, line);
    if (!is_known && !has_plain_query(r, line, ends))
        return NULL;
    size_t length = (size_t)(ends[n_query] - name);
    if (!length)
        return NULL;
    pending->key = length <= 8
                       ? short_key(r->classes, name, length, first_bytes(load(name), length))
                       : key_of(r->classes, name, length);
    PREFETCH(&r->classes->slots[pending->key.hash & r->classes->mask]);
    pending->start = line;
    pending->end = end;
    pending->query = r->prefix_query;
    pending->rank = 0;
    end -= end[-1] == '\r';
    const char *probability = ends[n_query] + 1;
    if (n_fields > n_query + 2) {
        const char *rank = ends[n_query + 1] + 1;
        if (read_rank(rank, &pending->rank) != end)
            return NULL;
        end = rank - 1;
    }
    if (!read_plain_decimal(probability, end, &pending->probability) ||
        !is_in_range(r, pending->probability) || pending->end - line > MAX_LINE_BYTES)
        return NULL;
    return pending->end + 1;
}

/* Reads lines until there are as many as are added at once, or one is not simple; returns how many. */
static ALWAYS_INLINE size_t read_alike(Reading *r, const char **place, Marks *marks,
                                       const size_t n_query, const size_t n_fields)
{
    size_t n = 0;
    for (const char *next; n < BATCH; n++) {
        next = read_plain_line(r, *place, marks, &r->pending[n], n_query, n_fields);
        if (!next)
            break;
        *place = next;
    }
    return n;
}

static size_t read_plain_lines(Reading *r, const char **place, Marks *marks)
{
    if (r->n_query == 1 && r->width == 3)
        return read_alike(r, place, marks, 1, 3);
    if (r->n_query == 1 && r->width == 4)
        return read_alike(r, place, marks, 1, 4);
    if (r->n_query == 2 && r->width == 4)
        return read_alike(r, place, marks, 2, 4);
    return 0; /* nothing is known of the columns yet */
}

/* Looks up the classes of lines that were read quickly, and adds them. */
static void add_pending(Reading *r, size_t n, uint64_t number)
{
    if (n && (r->n_blank || !r->has_lines))
        count_line(r, number);
    for (size_t at = 0; at < n; at++) {
        Pending *own = &r->pending[at];
        own->name = slot_of(r->classes, &own->key)->code;
        if (own->name != NOTHING)
            PREFETCH(&r->seen[own->name]);
    }
    for (size_t at = 0; at < n && r->status == FINE; at++) {
        const Pending *own = &r->pending[at];
        r->n_lines = number + at;
        if (own->name == NOTHING) {
            read_careful_line(r, own->start, own->end, number + at);
            continue;
        }
        Row row = {own->probability, number + at, own->name, own->rank};
        add_line(r, own->query, &row);
    }
}

/* Reads whole lines, the end of the last one left out; a NUL follows the data. */
static void read_lines(Reading *r, const char *data, size_t size)
{
    const char *p = data, *end = data + size;
    Marks marks = {data, size >= WINDOW + 8 ? end - WINDOW - 8 : data - 1, 0};
    look_from(&marks, p, r->separator);
    while (r->status == FINE) {
        size_t n = read_plain_lines(r, &p, &marks);
        add_pending(r, n, r->next_line);
        r->next_line += n;
        if (n == BATCH || r->status != FINE)
            continue;
        const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        read_careful_line(r, p, stop ? stop : end, r->next_line++);
        if (!stop)
            return;
        p = stop + 1;
        look_from(&marks, p, r->separator);
    }
}

#endif
