/* Lines that are right and simple. */
#ifndef CLEFBOARD_PLAIN_LINES_H
#define CLEFBOARD_PLAIN_LINES_H

#include "careful_lines.h"

/* A simple line names query and class in few bytes, and is so far from the end of the data that nobody
 * asks where that is: what is read goes less than FAR beyond its beginning, whatever stands there. */
enum { MOST_PREFIX = 256, MOST_NAME = 64, MOST_DIGITS = 64, FAR = 512 };

/* How many bytes stand before a separator; 0 for none, for too many, and where the line ends before. */
static ALWAYS_INLINE size_t field_length(const char *text, const char separator)
{
    for (size_t at = 0; at < MOST_NAME; at += 8) {
        uint64_t word = load(text + at);
        uint64_t fields = word ^ (LOW_BITS * (unsigned char)separator);
        uint64_t lines = word ^ (LOW_BITS * '\n');
        uint64_t ends = ((fields - LOW_BITS) & ~fields) | ((lines - LOW_BITS) & ~lines);
        if (ends & HIGH_BITS) { /* the lowest one is right */
            size_t length = at + lowest_bit(ends & HIGH_BITS) / 8;
            return text[length] == separator ? length : 0;
        }
    }
    return 0;
}

/* Reads a decimal that is not as most are. */
static NEVER_INLINE const char *read_other_decimal(const Reading *r, const char *text,
                                                   double *value)
{
    const char *end = read_decimal(text, text + MOST_DIGITS, value);
    return end && end - text <= MOST_DIGITS && is_in_range(r, *value) ? end : NULL;
}

/* Reads a decimal, and returns where it ends, NULL where there is none that is right and short. */
static ALWAYS_INLINE const char *read_plain_decimal(const Reading *r, const char *text,
                                                    Digits *usual, double *value)
{
#if HAS_EXACT_DOUBLES
    if (!memcmp(text, "0.", 2)) { /* up to seven digits: every task takes 0 to 1 */
        uint64_t digits = load(text + 2) ^ (LOW_BITS * '0'), others = others_than_digits(digits);
        uint64_t end = others & (0 - others);
        if (end != usual->end) { /* mostly right: then nobody waits to know */
            usual->end = end;
            usual->n = end ? lowest_bit(end) / 8 : 0;
            usual->shift = 64 - 8 * usual->n;
            usual->power = POWERS_OF_TEN[usual->n];
        }
        if (usual->n) {
            *value = (double)eight_digits(digits << usual->shift) / usual->power;
            return text + 2 + usual->n;
        }
    }
#endif
    return read_other_decimal(r, text, value);
}

/* Whether a line begins as the one before. */
static ALWAYS_INLINE int has_prefix(const Reading *r, const char *line)
{
    size_t n = r->prefix_length;
    return !((load(line) ^ r->prefix_word) & r->prefix_mask) &&
           (n <= 8 || (n <= MOST_PREFIX && !memcmp(line + 8, r->prefix + 8, n - 8)));
}

/* Learns the query that a line begins with; tells whether it is known, and short. */
static NEVER_INLINE int has_plain_query(Reading *r, const char *line)
{
    Field fields[2];
    const char *p = line;
    for (size_t at = 0; at < r->n_query; at++) {
        const char *end = memchr(p, r->separator, (size_t)(line + MOST_PREFIX - p));
        if (!end)
            return 0;
        fields[at].text = p;
        fields[at].length = (size_t)(end - p);
        p = end + 1;
    }
    uint32_t query = find_query(r, fields);
    if (query == NOTHING || r->status != FINE)
        return 0;
    keep_prefix(r, line, (size_t)(p - line), query);
    return r->status == FINE;
}

/* Reads a line but for its class; returns where the next one begins, NULL where it is not simple. */
static ALWAYS_INLINE const char *read_plain_line(Reading *r, const char *line, const char separator,
                                                 Digits *usual, Pending *pending,
                                                 const int has_rank)
{
    if (!has_prefix(r, line) && !has_plain_query(r, line))
        return NULL;
    const char *name = line + r->prefix_length;
    size_t length = field_length(name, separator);
    if (!length)
        return NULL;
    pending->key = length <= 8
                       ? short_key(r->classes, name, length, first_bytes(load(name), length))
                       : key_of(r->classes, name, length);
    PREFETCH(first_slot(r->classes, &pending->key));
    pending->line = line;
    pending->query = r->prefix_query;
    pending->rank = 0;
    const char *p = read_plain_decimal(r, name + length + 1, usual, &pending->probability);
    if (p && has_rank)
        p = *p == separator ? read_rank(p + 1, &pending->rank) : NULL;
    /* All branches, which are guessed: where the next line begins would be waited for, were it summed up. */
    if (!p || (*p != '\n' && (*p++ != '\r' || *p != '\n')))
        return NULL;
    pending->end = p;
    return p + 1;
}

/* Reads lines until there are as many as are added at once, or one is not simple; returns how many. */
static ALWAYS_INLINE size_t read_alike(Reading *r, const char **place, const char *end,
                                       const int has_rank)
{
    const char *line = *place, *next, separator = r->separator;
    Digits usual = r->usual;
    size_t n = 0;
    while (n < BATCH && end - line >= FAR &&
           (next = read_plain_line(r, line, separator, &usual, &r->pending[n], has_rank))) {
        line = next;
        n++;
    }
    r->usual = usual;
    *place = line;
    return n;
}

static size_t read_plain_lines(Reading *r, const char **place, const char *end)
{
    if (!r->width || r->queries->has_marks || r->classes->has_marks)
        return 0;
    return r->width == r->n_query + 2 ? read_alike(r, place, end, 0) : read_alike(r, place, end, 1);
}

/* Looks up the classes of lines. */
static void find_classes(const Reading *r, Pending *pending, size_t n)
{
    for (Pending *own = pending; own < pending + n; own++) {
        own->name = find_usual(r->classes, &own->key);
        if (own->name != NOTHING)
            PREFETCH(&r->seen[own->name]);
    }
}

/* Adds lines as long as they are of the query at hand and right; returns how many. */
static size_t add_alike(Reading *r, const Pending *pending, size_t n, uint64_t number)
{
    Answer *answer = &r->answer;
    const uint32_t stamp = r->stamp;
    const size_t n_rows = answer->n_rows, room = answer->room - n_rows;
    const uint64_t left = r->limit > answer->n_lines ? r->limit - answer->n_lines : 0;
    Row *rows = answer->rows + n_rows;
    int descends = !n_rows || answer->descends;
    double before = n_rows ? rows[-1].probability : HUGE_VAL;
    n = n < room ? n : room;
    n = n < left ? n : (size_t)left;
    size_t at = 0;
    for (; at < n && pending[at].query == answer->query && pending[at].name != NOTHING; at++) {
        Seen *seen = &r->seen[pending[at].name], now = {stamp, (uint32_t)(n_rows + at)};
        if (seen->stamp == stamp)
            break;
        *seen = now;
        Row row = {pending[at].probability, number + at, pending[at].name, pending[at].rank};
        rows[at] = row;
        descends &= row.probability < before;
        before = row.probability;
    }
    answer->descends = descends;
    answer->n_rows += at;
    answer->n_lines += at;
    return at;
}

/* Adds lines that were read quickly. */
static void add_pending(Reading *r, size_t n, uint64_t number)
{
    if (n && (r->n_blank || !r->has_lines))
        count_line(r, number);
    find_classes(r, r->pending, n);
    for (size_t at = 0; at < n && r->status == FINE; at++) {
        if (!r->is_scattered && r->answer.query != NOTHING)
            at += add_alike(r, &r->pending[at], n - at, number + at);
        if (at == n)
            break;
        const Pending *own = &r->pending[at];
        Row row = {own->probability, number + at, own->name, own->rank};
        if (own->name == NOTHING)
            read_careful_line(r, own->line, own->end, number + at);
        else
            add_line(r, own->query, &row);
    }
    r->n_lines = n ? number + n - 1 : r->n_lines;
}

/* Reads whole lines, the end of the last one left out; a NUL follows the data. */
static void read_lines(Reading *r, const char *data, size_t size)
{
    const char *p = data, *end = data + size;
    while (r->status == FINE) {
        size_t n = read_plain_lines(r, &p, end);
        add_pending(r, n, r->next_line);
        r->next_line += n;
        if (n == BATCH || r->status != FINE)
            continue;
        const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
        read_careful_line(r, p, stop ? stop : end, r->next_line++);
        if (!stop)
            return;
        p = stop + 1;
    }
}

#endif
