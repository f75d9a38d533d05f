/* Reads run files: checks their lines and counts positions, near the limit of the machine.
 *
 * It does what `LineChecker`, `Grouped`, `Scattered` and the tracers of this package do in Python, and
 * comes to the same judgement on every file; they are its oracle in the tests and run where there is no
 * compiler. It says which lines are wrong and in what way; the words are made by the Python side.
 *
 * A line is first read by `read_plain_line`, which is quick and gives up on anything that is not right
 * and simple; `read_careful_line` is the rule. Nobody trusts the bytes that come in: all of them end
 * with a NUL, which no field holds that is quickly read, and every table is asked only for what is in it.
 */
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030b0000
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What not every compiler or processor has; with -DPORTABLE the code for those that do not is tried. */
#if (defined(__SSE2__) || defined(_M_X64)) && !defined(PORTABLE)
#include <emmintrin.h>
#define HAS_SSE2 1
#endif
#if defined(__SIZEOF_INT128__) && !defined(PORTABLE)
#define HAS_WIDE_NUMBERS 1
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#define PREFETCH(place) ((void)(place))
#define ALWAYS_INLINE __forceinline
#define NEVER_INLINE __declspec(noinline)
#else
#define PREFETCH(place) __builtin_prefetch(place)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))
#endif

enum { BATCH = 64, SHOWN_LINES = 10, MAX_FIELDS = 8, TIME_LENGTH = 17 };
#define MAX_LINE_BYTES 1000000
#define NOTHING UINT32_MAX /* no query, no class */

/* ------------------------------------------------------------ words of eight bytes */

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

/* The same of a text that may end before its eighth byte. */
static uint64_t load_text(const char *text, size_t n)
{
    char bytes[8] = {0};
    memcpy(bytes, text, n < 8 ? n : 8);
    return load(bytes);
}

#ifndef HAS_SSE2
/* The top bit of each byte that is 0. */
static inline uint64_t exactly_zero(uint64_t word)
{
    const uint64_t others = LOW_BITS * 0x7F;
    return ~(((word & others) + others) | word | others);
}
#endif

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

/* ------------------------------------------------------------ ids: texts with numbers
 *
 * A hash table with linear probing. The hash is keyed with a secret, since a stranger chooses the ids
 * that are looked up and, where a run may name any class, those that are added.
 */

typedef struct {
    uint64_t word; /* the id where it has at most 8 bytes, else its hash */
    uint32_t code;
    uint32_t length;
} Slot;

typedef struct {
    PyObject_HEAD
    Slot *slots;
    uint64_t mask;
    uint64_t secret[2];
    char *texts; /* all ids, one after the other */
    size_t texts_room;
    size_t *ends; /* of each in `texts` */
    size_t ends_room;
    uint32_t count;
    int is_fixed;  /* a reading has arrays by their numbers, so none is added */
    int is_open;   /* a reading adds those it meets, so no other one is at work then */
    int n_at_work; /* readings */
} Ids;

/* A text on its way into the table or to be found in it. */
typedef struct {
    const char *text;
    size_t length;
    uint64_t word;
    uint64_t hash;
} Key;

static inline Key short_key(const Ids *ids, const char *text, size_t length, uint64_t word)
{
    Key key = {text, length, word, fold(word ^ ids->secret[0], ids->secret[1] + length)};
    return key;
}

static Key key_of(const Ids *ids, const char *text, size_t length)
{
    if (length <= 8)
        return short_key(ids, text, length, load_text(text, length));
    uint64_t hash = ids->secret[0] ^ length;
    size_t at = 0;
    for (; at + 8 <= length; at += 8)
        hash = fold(hash ^ load(text + at), ids->secret[1]);
    hash = fold(hash ^ load_text(text + at, length - at), ids->secret[1] + 1);
    Key key = {text, length, hash, hash};
    return key;
}

static inline const char *text_of(const Ids *ids, uint32_t code)
{
    return ids->texts + (code ? ids->ends[code - 1] : 0);
}

static inline size_t length_of(const Ids *ids, uint32_t code)
{
    return ids->ends[code] - (code ? ids->ends[code - 1] : 0);
}

/* The slot of an id, or the empty one where it would be. */
static inline Slot *slot_of(const Ids *ids, const Key *key)
{
    for (uint64_t at = key->hash & ids->mask;; at = (at + 1) & ids->mask) {
        Slot *slot = &ids->slots[at];
        if (slot->code == NOTHING)
            return slot;
        if (slot->word == key->word && slot->length == key->length &&
            (key->length <= 8 || !memcmp(text_of(ids, slot->code), key->text, key->length)))
            return slot;
    }
}

static inline uint32_t find_id(const Ids *ids, const char *text, size_t length)
{
    Key key = key_of(ids, text, length);
    return slot_of(ids, &key)->code;
}

static int has_slots(Ids *ids, uint64_t n)
{
    Slot *slots = malloc(n * sizeof *slots);
    if (!slots)
        return 0;
    for (uint64_t at = 0; at < n; at++)
        slots[at].code = NOTHING;
    free(ids->slots);
    ids->slots = slots;
    ids->mask = n - 1;
    for (uint32_t code = 0; code < ids->count; code++) {
        Key key = key_of(ids, text_of(ids, code), length_of(ids, code));
        Slot filled = {key.word, code, (uint32_t)key.length};
        *slot_of(ids, &key) = filled;
    }
    return 1;
}

/* The number of an id, a new one where it has none; NOTHING when there is no memory. */
static uint32_t intern(Ids *ids, const char *text, size_t length)
{
    Key key = key_of(ids, text, length);
    Slot *slot = slot_of(ids, &key);
    if (slot->code != NOTHING)
        return slot->code;
    size_t start = ids->count ? ids->ends[ids->count - 1] : 0;
    if (ids->count == NOTHING - 1 || length > UINT32_MAX ||
        !HAS_ROOM(ids->texts, ids->texts_room, start + length + 1) || /* an id may be empty */
        !HAS_ROOM(ids->ends, ids->ends_room, (size_t)ids->count + 1))
        return NOTHING;
    memcpy(ids->texts + start, text, length);
    ids->ends[ids->count] = start + length;
    Slot filled = {key.word, ids->count, (uint32_t)length};
    *slot = filled;
    if (2 * (uint64_t)++ids->count > ids->mask && !has_slots(ids, 2 * (ids->mask + 1)))
        return NOTHING;
    return ids->count - 1;
}

/* ------------------------------------------------------------ numbers */

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

/* ------------------------------------------------------------ a reading: one file, read once */

typedef struct {
    double probability;
    uint64_t line;
    uint32_t name; /* its class */
    int32_t rank;  /* 0 in a file without ranks */
} Row;

/* The lines of one query so far. */
typedef struct {
    Row *rows;
    size_t n_rows;
    size_t room;
    uint64_t n_lines; /* with those that name no class of the task */
    uint64_t first_line;
    uint32_t query;
} Answer;

/* Where a class stands in the answer at hand, if the stamp is that of the answer. */
typedef struct {
    uint32_t stamp;
    uint32_t row;
} Seen;

typedef enum {
    LONG_LINE,
    NOT_UTF8,
    QUOTES,
    COLUMNS,
    UNKNOWN_QUERY,
    UNKNOWN_CLASS,
    PROBABILITY,
    RANK,
    TOO_MANY,
    DUPLICATE,
    BLANK_LINE,
    N_KINDS
} Kind;

static const char *const KIND_NAMES[N_KINDS] = {
    "long_line",   "not_utf8", "quotes",   "columns",   "unknown_query", "unknown_class",
    "probability", "rank",     "too_many", "duplicate", "blank_line"};

/* The problems of one kind. */
typedef struct {
    uint64_t count;
    uint64_t lines[SHOWN_LINES]; /* the first ones, ascending */
    size_t n_lines;
    char *text; /* of the first line, where it tells more than query and class do */
    size_t text_room;
    size_t text_length;
    uint32_t query;
    uint32_t name;
} Found;

typedef enum { FINE, SCATTERED, NO_MEMORY, RAISED } Status;

/* A line that was read quickly and whose class is still to be looked up. */
typedef struct {
    Key key;
    const char *start;
    const char *end;
    double probability;
    int32_t rank;
    uint32_t query;
    uint32_t name;
} Pending;

typedef struct {
    Py_buffer view;
    int is_held;
} Buffer;

typedef struct {
    Buffer of_class; /* the group of each class; 0 is none */
    Buffer positions;
    uint32_t *marks; /* a stamp for each group */
} Group;

/* Where what is counted of the answers of judged queries goes; the arrays are those of a trace. */
typedef struct {
    Buffer places; /* of each query among the judged ones; -1 is none */
    Buffer starts; /* of the pairs of each judged query */
    Buffer n_foreground;
    Buffer pairs;   /* classes; -1 is one that no run may name */
    Buffer swapped; /* what stands in the file for them, by chance */
    Buffer positions;
    Buffer chance_positions;
    Buffer probabilities;
    Buffer chance_probabilities;
    Buffer n_predictions;
    Buffer first_classes; /* numbers from 1 */
    Group *groups;
    size_t n_groups;
} Judge;

typedef struct {
    Buffer members; /* a byte for each query */
    Buffer counts;
} Part;

/* The lines of some classes, a column each, counted between the probabilities of the relevant pairs. */
typedef struct {
    Buffer columns; /* of each class; -1 is none */
    Buffer starts;  /* of the steps of each column */
    Buffer steps;
    Part *parts;
    size_t n_parts;
} Counting;

typedef struct {
    PyObject_HEAD
    /* what is asked */
    Ids *queries;
    Ids *classes;
    int takes_any; /* class */
    int takes_unknown;
    double least_score, greatest_score;
    char separator;
    size_t n_query; /* columns that name the query */
    size_t width;   /* columns of a line; 0 until a line says it */
    uint64_t next_line;
    size_t least_width, most_width;
    uint64_t limit; /* of predictions for a query */
    int is_scattered;
    PyObject *take; /* gets every answer; or NULL */
    PyObject *class_names;
    Judge *judge;
    Counting *countings;
    size_t n_countings;
    /* what is being read */
    int is_busy;
    Status status;
    char *prefix; /* the columns of the query at hand, as they are written, and its number */
    size_t prefix_length, prefix_room;
    uint64_t prefix_word, prefix_mask; /* its first eight bytes */
    uint32_t prefix_query;
    char *scratch;
    size_t scratch_room;
    Answer answer;   /* of the query at hand, where lines of a query stand together */
    Answer *answers; /* of each query, where they do not */
    uint32_t *order; /* of the queries, by their first lines */
    size_t n_order;
    Seen *seen; /* by class */
    size_t seen_room;
    char *is_met; /* by class, where lines are scattered */
    size_t met_room;
    size_t n_met;
    uint32_t stamp;
    char *is_begun; /* by query */
    Row *sorted;
    size_t sorted_room;
    Pending pending[BATCH];
    /* what was found */
    uint64_t n_lines;
    uint64_t width_line;
    int has_lines;
    uint64_t first_blank, n_blank; /* lines that are ignored unless another one follows */
    uint64_t n_predictions;
    char *is_answered; /* by query */
    Found found[N_KINDS];
    uint64_t n_problems;
    uint64_t n_answers;
    size_t most_rows;
    double lowest, highest;
    uint64_t contradicting[SHOWN_LINES];
    uint64_t n_contradicting;
    uint32_t first_contradiction;
} Reading;

/* ------------------------------------------------------------ problems */

static void note_line(Found *found, uint64_t line)
{
    size_t at = found->n_lines;
    if (at == SHOWN_LINES && line > found->lines[at - 1])
        return;
    while (at > 0 && found->lines[at - 1] > line)
        at--;
    size_t last = found->n_lines < SHOWN_LINES ? found->n_lines++ : SHOWN_LINES - 1;
    memmove(found->lines + at + 1, found->lines + at, (last - at) * sizeof *found->lines);
    found->lines[at] = line;
}

static void say(Reading *r, Kind kind, uint64_t line, const char *text, size_t length,
                uint32_t query, uint32_t name)
{
    Found *found = &r->found[kind];
    if (!found->count || line < found->lines[0]) {
        if (!HAS_ROOM(found->text, found->text_room, length)) {
            r->status = NO_MEMORY;
            return;
        }
        if (length)
            memcpy(found->text, text, length);
        found->text_length = length;
        found->query = query;
        found->name = name;
    }
    found->count++;
    r->n_problems++;
    note_line(found, line);
}

/* ------------------------------------------------------------ a whole answer */

/* Whether one row stands before another: by probability, equal ones by rank. */
static inline int is_ahead(const Row *one, const Row *other)
{
    return one->probability > other->probability ||
           (one->probability == other->probability && one->rank < other->rank);
}

static inline int is_level(const Row *one, const Row *other)
{
    return one->probability == other->probability && one->rank == other->rank;
}

static int by_probability(const void *one, const void *other)
{
    const Row *a = one, *b = other;
    return a->probability < b->probability ? 1 : a->probability > b->probability ? -1 : 0;
}

/* Whether a more probable class has a greater rank than a less probable one; rows by probability. */
static int steps_down(const Row *rows, size_t n)
{
    int32_t before = 0, level = 0; /* greatest ranks of more probable ones, and of equal ones */
    for (size_t at = 0; at < n; at++) {
        if (at && rows[at].probability < rows[at - 1].probability && level > before)
            before = level;
        if (rows[at].rank < before)
            return 1;
        level = rows[at].rank > level ? rows[at].rank : level;
    }
    return 0;
}

static int contradicts(Reading *r, const Answer *answer)
{
    size_t at = 1, n = answer->n_rows;
    while (at < n && answer->rows[at].probability <= answer->rows[at - 1].probability)
        at++;
    if (at >= n)
        return steps_down(answer->rows, n);
    if (!HAS_ROOM(r->sorted, r->sorted_room, n)) {
        r->status = NO_MEMORY;
        return 0;
    }
    memcpy(r->sorted, answer->rows, n * sizeof *r->sorted);
    qsort(r->sorted, n, sizeof *r->sorted, by_probability);
    return steps_down(r->sorted, n);
}

/* Sees what may be worth a warning. */
static void watch(Reading *r, const Answer *answer)
{
    r->n_answers++;
    r->most_rows = answer->n_rows > r->most_rows ? answer->n_rows : r->most_rows;
    for (size_t at = 0; at < answer->n_rows; at++) {
        double probability = answer->rows[at].probability;
        r->lowest = probability < r->lowest ? probability : r->lowest;
        r->highest = probability > r->highest ? probability : r->highest;
    }
    if (!answer->rows[0].rank || !contradicts(r, answer))
        return;
    if (r->n_contradicting < SHOWN_LINES)
        r->contradicting[r->n_contradicting] = answer->first_line;
    if (!r->n_contradicting++)
        r->first_contradiction = answer->query;
}

#define INTS(buffer) ((int32_t *)(buffer).view.buf)
#define DOUBLES(buffer) ((double *)(buffer).view.buf)
#define LENGTH(buffer) ((size_t)(buffer).view.len / (size_t)(buffer).view.itemsize)

/* The row of a class in the answer whose rows are seen; a class that is -1 is in none. */
static inline const Row *row_of(const Reading *r, const Answer *answer, int32_t name)
{
    if (name < 0)
        return NULL;
    const Seen *seen = &r->seen[name];
    return seen->stamp == r->stamp ? &answer->rows[seen->row] : NULL;
}

/* How many rows stand at the place of a row or before it. */
static int32_t end_of(const Answer *answer, const Row *row)
{
    size_t n = 0;
    for (size_t at = 0; at < answer->n_rows; at++)
        n += !is_ahead(row, &answer->rows[at]);
    return (int32_t)n;
}

/* Notes the positions of the pairs of a query: foreground, then background.
 *
 * Equal ones end where the last of them ends. Right ones take their places from behind, first the
 * foreground, then the background, the last one first; wrong ones have those before. */
static void place_pairs(const Reading *r, const Answer *answer, const int32_t *names, size_t n,
                        size_t n_foreground, int32_t *positions, double *probabilities)
{
    for (size_t pair = 0; pair < n; pair++) {
        const Row *row = row_of(r, answer, names[pair]);
        if (probabilities)
            probabilities[pair] = row ? row->probability : NAN;
        positions[pair] = row ? end_of(answer, row) : 0;
        for (size_t other = 0; row && other < n; other++) {
            int is_behind = (other < n_foreground) == (pair < n_foreground) ? other > pair
                                                                            : other < n_foreground;
            const Row *rival = is_behind ? row_of(r, answer, names[other]) : NULL;
            positions[pair] -= rival && is_level(row, rival);
        }
    }
}

/* Whether one class is named before another where both are at the first place: wrong ones first. */
static int is_named_first(const Reading *r, const Judge *judge, size_t place, uint32_t one,
                          uint32_t other)
{
    const int32_t *starts = INTS(judge->starts), *pairs = INTS(judge->pairs);
    int32_t foreground = starts[place] + INTS(judge->n_foreground)[place];
    int merit[2] = {0, 0};
    for (int32_t pair = starts[place]; pair < starts[place + 1]; pair++) {
        int worth = pair < foreground ? 2 : 1;
        merit[0] = (uint32_t)pairs[pair] == one ? worth : merit[0];
        merit[1] = (uint32_t)pairs[pair] == other ? worth : merit[1];
    }
    if (merit[0] != merit[1])
        return merit[0] < merit[1];
    size_t n = length_of(r->classes, one), m = length_of(r->classes, other);
    int order = memcmp(text_of(r->classes, one), text_of(r->classes, other), n < m ? n : m);
    return order ? order < 0 : n < m;
}

static uint32_t first_class(const Reading *r, const Answer *answer, size_t place)
{
    const Row *best = &answer->rows[0];
    for (size_t at = 1; at < answer->n_rows; at++) {
        const Row *row = &answer->rows[at];
        if (is_ahead(row, best) ||
            (is_level(row, best) && is_named_first(r, r->judge, place, row->name, best->name)))
            best = row;
    }
    return best->name;
}

/* The position of the first class of a relevant group; wrong ones stand before equal ones. */
static int32_t group_position(const Reading *r, const Answer *answer, size_t place, Group *group)
{
    const int32_t *of_class = INTS(group->of_class);
    uint32_t *marks = group->marks;
    int32_t start = INTS(r->judge->starts)[place];
    for (int32_t pair = start; pair < start + INTS(r->judge->n_foreground)[place]; pair++)
        if (INTS(r->judge->pairs)[pair] >= 0)
            marks[of_class[INTS(r->judge->pairs)[pair]]] = r->stamp;
    marks[0] = 0; /* no group is not a group */
    const Row *best = NULL;
    int32_t n_level = 0;
    for (size_t at = 0; at < answer->n_rows; at++) {
        const Row *row = &answer->rows[at];
        if (marks[of_class[row->name]] != r->stamp)
            continue;
        if (!best || is_ahead(row, best)) {
            best = row;
            n_level = 0;
        }
        n_level += is_level(row, best);
    }
    return best ? end_of(answer, best) - n_level + 1 : 0;
}

static void judge_answer(Reading *r, const Answer *answer)
{
    Judge *judge = r->judge;
    int32_t place = INTS(judge->places)[answer->query];
    if (place < 0)
        return;
    size_t start = (size_t)INTS(judge->starts)[place];
    size_t n = (size_t)INTS(judge->starts)[place + 1] - start;
    size_t n_foreground = (size_t)INTS(judge->n_foreground)[place];
    int has_probabilities = judge->probabilities.is_held;
    INTS(judge->n_predictions)[place] = (int32_t)answer->n_rows;
    INTS(judge->first_classes)[place] = (int32_t)first_class(r, answer, (size_t)place) + 1;
    place_pairs(r, answer, INTS(judge->pairs) + start, n, n_foreground,
                INTS(judge->positions) + start,
                has_probabilities ? DOUBLES(judge->probabilities) + start : NULL);
    if (judge->swapped.is_held)
        place_pairs(r, answer, INTS(judge->swapped) + start, n, n_foreground,
                    INTS(judge->chance_positions) + start,
                    has_probabilities ? DOUBLES(judge->chance_probabilities) + start : NULL);
    for (size_t at = 0; at < judge->n_groups; at++) {
        Group *group = &judge->groups[at];
        INTS(group->positions)[place] = group_position(r, answer, (size_t)place, group);
    }
}

/* The place of a probability among the ascending steps of a class: even between two, odd on one. */
static int32_t step_of(const double *steps, int32_t n, double probability)
{
    int32_t low = 0, high = n;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (steps[middle] < probability)
            low = middle + 1;
        else
            high = middle;
    }
    return 2 * low + (low < n && steps[low] == probability);
}

static void count_answer(const Answer *answer, const Counting *counting)
{
    const int32_t *starts = INTS(counting->starts);
    size_t n_classes = LENGTH(counting->columns);
    for (size_t at = 0; at < answer->n_rows; at++) {
        uint32_t name = answer->rows[at].name;
        int32_t column = name < n_classes ? INTS(counting->columns)[name] : -1;
        if (column < 0)
            continue;
        int32_t start = starts[column], n = starts[column + 1] - start;
        int32_t step = step_of(DOUBLES(counting->steps) + start, n, answer->rows[at].probability);
        size_t cell = 2 * (size_t)start + (size_t)column + (size_t)step;
        for (size_t part = 0; part < counting->n_parts; part++) {
            const Part *own = &counting->parts[part];
            ((int64_t *)own->counts.view.buf)[cell] +=
                ((const char *)own->members.view.buf)[answer->query];
        }
    }
}

/* The name of a class as an object; the reference is borrowed. */
static PyObject *name_of(Reading *r, uint32_t code)
{
    while (PyList_Size(r->class_names) <= (Py_ssize_t)code) {
        uint32_t next = (uint32_t)PyList_Size(r->class_names);
        PyObject *name = PyUnicode_DecodeUTF8(text_of(r->classes, next),
                                              (Py_ssize_t)length_of(r->classes, next), NULL);
        int failed = !name || PyList_Append(r->class_names, name) < 0;
        Py_XDECREF(name);
        if (failed)
            return NULL;
    }
    return PyList_GetItem(r->class_names, (Py_ssize_t)code);
}

/* Calls take(query, first line, classes, probabilities, ranks). */
static void hand_over(Reading *r, const Answer *answer)
{
    Py_ssize_t n = (Py_ssize_t)answer->n_rows;
    int has_ranks = answer->rows[0].rank != 0;
    PyObject *names = PyList_New(n), *probabilities = PyList_New(n);
    PyObject *ranks = PyList_New(has_ranks ? n : 0);
    int is_fine = names && probabilities && ranks;
    for (Py_ssize_t at = 0; is_fine && at < n; at++) {
        const Row *row = &answer->rows[at];
        PyObject *name = name_of(r, row->name), *number = PyFloat_FromDouble(row->probability);
        PyObject *rank = has_ranks ? PyLong_FromLong(row->rank) : NULL;
        Py_XINCREF(name);
        PyList_SetItem(names, at, name);
        PyList_SetItem(probabilities, at, number);
        if (has_ranks)
            PyList_SetItem(ranks, at, rank);
        is_fine = name && number && (rank || !has_ranks);
    }
    PyObject *done = is_fine ? PyObject_CallFunction(r->take, "IKOOO", answer->query,
                                                     (unsigned long long)answer->first_line, names,
                                                     probabilities, ranks)
                             : NULL;
    Py_XDECREF(names);
    Py_XDECREF(probabilities);
    Py_XDECREF(ranks);
    if (!done)
        r->status = RAISED;
    Py_XDECREF(done);
}

/* Takes a whole answer; its classes are seen under the stamp at hand. */
static void take_answer(Reading *r, const Answer *answer)
{
    r->is_answered[answer->query] = 1;
    r->n_predictions += answer->n_rows;
    if (r->n_problems || !answer->n_rows)
        return;
    watch(r, answer);
    if (r->judge)
        judge_answer(r, answer);
    for (size_t at = 0; at < r->n_countings; at++)
        count_answer(answer, &r->countings[at]);
    if (r->take)
        hand_over(r, answer);
}

/* ------------------------------------------------------------ lines into answers */

static void say_duplicate(Reading *r, const Row *row, uint32_t query)
{
    say(r, DUPLICATE, row->line, NULL, 0, query, row->name);
}

static int add_row(Reading *r, Answer *answer, const Row *row)
{
    if (!HAS_ROOM(answer->rows, answer->room, answer->n_rows + 1)) {
        r->status = NO_MEMORY;
        return 0;
    }
    answer->rows[answer->n_rows++] = *row;
    return 1;
}

/* Sees the rows of an answer anew, and removes those of a class that stands in it twice. */
static void see_rows(Reading *r, Answer *answer)
{
    size_t kept = 0;
    r->stamp++;
    for (size_t at = 0; at < answer->n_rows; at++) {
        Row row = answer->rows[at];
        if (r->seen[row.name].stamp == r->stamp) {
            say_duplicate(r, &row, answer->query);
            continue;
        }
        Seen seen = {r->stamp, (uint32_t)kept};
        r->seen[row.name] = seen;
        answer->rows[kept++] = row;
    }
    answer->n_rows = kept;
}

static void begin_answer(Reading *r, uint32_t query, uint64_t line)
{
    if (r->answer.query != NOTHING)
        take_answer(r, &r->answer);
    if (r->status == FINE && r->is_begun[query])
        r->status = SCATTERED;
    if (r->status != FINE)
        return;
    r->is_begun[query] = 1;
    r->stamp++;
    r->answer.query = query;
    r->answer.first_line = line;
    r->answer.n_rows = 0;
    r->answer.n_lines = 0;
}

static inline void count_line_of(Reading *r, Answer *answer, uint64_t line)
{
    if (++answer->n_lines > r->limit)
        say(r, TOO_MANY, line, NULL, 0, answer->query, NOTHING);
}

/* Adds a line to the answer at hand: lines of a query stand together. */
static inline void add_grouped(Reading *r, uint32_t query, const Row *row)
{
    if (query != r->answer.query) {
        begin_answer(r, query, row->line);
        if (r->status != FINE)
            return;
    }
    Answer *answer = &r->answer;
    count_line_of(r, answer, row->line);
    if (row->name == NOTHING)
        return;
    Seen *seen = &r->seen[row->name];
    if (seen->stamp == r->stamp) {
        say_duplicate(r, row, query);
        return;
    }
    seen->stamp = r->stamp;
    seen->row = (uint32_t)answer->n_rows;
    add_row(r, answer, row);
}

/* Adds a line to the answer of its query: lines stand in any order. */
static void add_scattered(Reading *r, uint32_t query, const Row *row)
{
    Answer *answer = &r->answers[query];
    if (!answer->n_lines) {
        answer->query = query;
        answer->first_line = row->line;
        r->order[r->n_order++] = query;
    }
    count_line_of(r, answer, row->line);
    if (row->name == NOTHING || !add_row(r, answer, row))
        return;
    r->n_met += !r->is_met[row->name];
    r->is_met[row->name] = 1;
    if (answer->n_rows > 2 * r->n_met) /* many classes stand in it twice */
        see_rows(r, answer);
}

static inline void add_line(Reading *r, uint32_t query, const Row *row)
{
    if (r->is_scattered)
        add_scattered(r, query, row);
    else
        add_grouped(r, query, row);
}

static void finish(Reading *r)
{
    if (!r->is_scattered && r->answer.query != NOTHING)
        take_answer(r, &r->answer);
    for (size_t at = 0; at < r->n_order && r->status == FINE; at++) {
        Answer *answer = &r->answers[r->order[at]];
        see_rows(r, answer);
        take_answer(r, answer);
    }
}

/* ------------------------------------------------------------ a line, by the rules */

static int is_utf8(const unsigned char *p, const unsigned char *end)
{
    while (p < end) {
        unsigned char lead = *p++;
        if (lead < 0x80)
            continue;
        int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || end - p < more)
            return 0;
        unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (*p < low || *p > high)
            return 0;
        for (p++; --more; p++)
            if (*p < 0x80 || *p > 0xBF)
                return 0;
    }
    return 1;
}

static int is_blank(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p == end;
}

typedef struct {
    const char *text; /* without quotes; a NUL, or what parted it from the next one, follows */
    size_t length;
} Field;

typedef struct {
    Field fields[MAX_FIELDS]; /* the first ones */
    size_t n;                 /* how many there are */
    size_t starts[MAX_FIELDS];
} Fields;

/* Reads one field in quotes from its first quote on, and returns where it ends; NULL where it does
 * not end. What is in it goes to `out`, with a NUL. */
static const char *read_quoted(const char *p, const char *end, char **out, Field *field)
{
    field->text = *out;
    for (p++; p < end; p++) {
        if (*p == '"' && (p + 1 == end || p[1] != '"')) {
            field->length = (size_t)(*out - field->text);
            *(*out)++ = 0;
            return p + 1;
        }
        p += *p == '"';
        *(*out)++ = *p;
    }
    return NULL;
}

/* Cuts a line into its fields; is 0 where quotes do not open and close around a whole field. */
static int split(const Reading *r, const char *line, const char *end, Fields *fields)
{
    char *out = r->scratch;
    const char *p = line;
    for (fields->n = 0;; p++) {
        Field field;
        size_t start = (size_t)(p - line);
        if (p < end && *p == '"') {
            p = read_quoted(p, end, &out, &field);
            if (!p || (p < end && *p != r->separator))
                return 0;
        } else {
            const char *stop = p < end ? memchr(p, r->separator, (size_t)(end - p)) : NULL;
            field.text = p;
            p = stop ? stop : end;
            field.length = (size_t)(p - field.text);
            if (field.length && memchr(field.text, '"', field.length))
                return 0;
        }
        if (fields->n < MAX_FIELDS) {
            fields->fields[fields->n] = field;
            fields->starts[fields->n] = start;
        }
        fields->n++;
        if (p == end)
            return 1;
    }
}

static int is_time(const char *text)
{
    static const char shape[] = "00:00:00-00:00:00";
    for (size_t at = 0; at < TIME_LENGTH; at++)
        if (shape[at] == '0' ? !is_digit(text[at]) : text[at] != shape[at])
            return 0;
    return 1;
}

/* The number of the query of a medium's segment. */
static uint32_t find_segment(Reading *r, Field medium, Field time)
{
    if (time.length != TIME_LENGTH || !is_time(time.text))
        return NOTHING;
    size_t length = medium.length + 1 + TIME_LENGTH;
    char small[256], *name = length <= sizeof small ? small : malloc(length);
    if (!name) {
        r->status = NO_MEMORY;
        return NOTHING;
    }
    memcpy(name, medium.text, medium.length);
    name[medium.length] = '/';
    memcpy(name + medium.length + 1, time.text, TIME_LENGTH);
    uint32_t query = find_id(r->queries, name, length);
    if (name != small)
        free(name);
    return query;
}

static uint32_t find_query(Reading *r, const Field *fields)
{
    if (r->n_query == 2)
        return find_segment(r, fields[0], fields[1]);
    return find_id(r->queries, fields[0].text, fields[0].length);
}

/* Keeps how a query is written: most lines begin as the one before. */
static void keep_prefix(Reading *r, const char *line, size_t length, uint32_t query)
{
    if (!HAS_ROOM(r->prefix, r->prefix_room, length + 8)) {
        r->status = NO_MEMORY;
        return;
    }
    memcpy(r->prefix, line, length);
    memset(r->prefix + length, 0, 8);
    r->prefix_length = length;
    r->prefix_word = load(r->prefix);
    r->prefix_mask = first_bytes(UINT64_MAX, length < 8 ? length : 8); /* of a separator at least */
    r->prefix_query = query;
}

/* Makes room by class after some were added. */
static int has_class_room(Reading *r)
{
    size_t before = r->seen_room, met_before = r->met_room;
    size_t n = (size_t)r->classes->count + 1; /* none is empty */
    if (!HAS_ROOM(r->seen, r->seen_room, n) || !HAS_ROOM(r->is_met, r->met_room, n))
        return 0;
    memset(r->seen + before, 0, (r->seen_room - before) * sizeof *r->seen);
    memset(r->is_met + met_before, 0, r->met_room - met_before);
    return 1;
}

static uint32_t find_class(Reading *r, Field field)
{
    if (!r->takes_any)
        return find_id(r->classes, field.text, field.length);
    int is_unknown = field.length == 2 && !memcmp(field.text, "-1", 2);
    if (!field.length || (is_unknown && !r->takes_unknown))
        return NOTHING;
    uint32_t name = intern(r->classes, field.text, field.length);
    if (name == NOTHING || !has_class_room(r))
        r->status = NO_MEMORY;
    return name;
}

static inline int is_in_range(const Reading *r, double value)
{
    return value >= r->least_score && value <= r->greatest_score;
}

/* Notes that a line is there, and what that makes of blank ones before it. */
static void count_line(Reading *r, uint64_t line)
{
    r->n_lines = line;
    r->has_lines = 1;
    for (uint64_t at = 0; at < r->n_blank && at < SHOWN_LINES; at++)
        note_line(&r->found[BLANK_LINE], r->first_blank + at);
    r->found[BLANK_LINE].count += r->n_blank;
    r->n_problems += r->n_blank;
    r->n_blank = 0;
}

/* Cuts a line and tells whether it has the right columns; says what is wrong where it has not. */
static int has_fields(Reading *r, const char *line, size_t length, uint64_t number, Fields *fields)
{
    const unsigned char *bytes = (const unsigned char *)line;
    Kind kind;
    if (length > MAX_LINE_BYTES)
        kind = LONG_LINE;
    else if (!is_utf8(bytes, bytes + length))
        kind = NOT_UTF8;
    else if (!split(r, line, line + length, fields))
        kind = QUOTES;
    else {
        if (!r->width && fields->n >= r->least_width && fields->n <= r->most_width) {
            r->width = fields->n;
            r->width_line = number;
        }
        if (fields->n == r->width)
            return 1;
        kind = COLUMNS;
    }
    say(r, kind, number, line, length, NOTHING, NOTHING);
    return 0;
}

/* Judges one line by itself, says everything that is wrong with it, and adds what it says. */
static void read_careful_line(Reading *r, const char *line, const char *end, uint64_t number)
{
    size_t length = (size_t)(end - line) - (end > line && end[-1] == '\r');
    if (length <= MAX_LINE_BYTES && is_blank(line, line + length)) {
        r->first_blank = r->n_blank ? r->first_blank : number;
        r->n_blank++;
        return;
    }
    count_line(r, number);
    if (!HAS_ROOM(r->scratch, r->scratch_room, length + MAX_FIELDS + 1)) {
        r->status = NO_MEMORY;
        return;
    }
    Fields cut;
    if (!has_fields(r, line, length, number, &cut))
        return;
    const Field *fields = cut.fields, *after = fields + r->n_query;
    Row row = {NAN, number, NOTHING, 0};
    uint32_t query = find_query(r, fields);
    row.name = find_class(r, after[0]);
    if (r->status != FINE)
        return;
    const char *stop = read_decimal(after[1].text, after[1].text, &row.probability);
    int is_right = stop == after[1].text + after[1].length && is_in_range(r, row.probability);
    if (query == NOTHING)
        say(r, UNKNOWN_QUERY, number, line, length, NOTHING, NOTHING);
    if (row.name == NOTHING)
        say(r, UNKNOWN_CLASS, number, line, length, NOTHING, NOTHING);
    if (!is_right)
        say(r, PROBABILITY, number, line, length, NOTHING, NOTHING);
    if (cut.n > r->n_query + 2 &&
        read_rank(after[2].text, &row.rank) != after[2].text + after[2].length)
        say(r, RANK, number, line, length, NOTHING, NOTHING);
    if (query == NOTHING || r->status != FINE)
        return;
    keep_prefix(r, line, cut.starts[r->n_query], query);
    add_line(r, query, &row);
}

/* ------------------------------------------------------------ lines that are right and simple */

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

/* ------------------------------------------------------------ arrays of the caller */

static void release(Buffer *buffer)
{
    if (buffer->is_held)
        PyBuffer_Release(&buffer->view);
    buffer->is_held = 0;
}

/* Whether the items of an array have a format; where a long is an int, numpy's have its letter. */
static int has_format(const Py_buffer *view, const char *format)
{
    return !strcmp(view->format, format) ||
           (*format == 'i' && !strcmp(view->format, "l") && view->itemsize == sizeof(int32_t));
}

/* Holds an array of items of a format; None is not held where it may be missing. */
static int hold(PyObject *object, Buffer *buffer, const char *format, int is_written, int is_needed)
{
    if (object == Py_None && !is_needed)
        return 1;
    if (PyObject_GetBuffer(object, &buffer->view,
                           PyBUF_FORMAT | PyBUF_ND | (is_written ? PyBUF_WRITABLE : 0)) < 0)
        return 0;
    buffer->is_held = 1;
    if (buffer->view.ndim == 1 && has_format(&buffer->view, format))
        return 1;
    PyErr_Format(PyExc_TypeError, "an array of '%s' is needed", format);
    return 0;
}

/* Refuses an array of another length. */
static int has_length(const Buffer *buffer, size_t n)
{
    if (!buffer->is_held || LENGTH(*buffer) == n)
        return 1;
    PyErr_Format(PyExc_ValueError, "an array has %zu items where %zu are needed", LENGTH(*buffer),
                 n);
    return 0;
}

/* Refuses whole numbers outside least <= number < end. */
static int are_between(const Buffer *buffer, int64_t least, int64_t end)
{
    for (size_t at = 0; buffer->is_held && at < LENGTH(*buffer); at++) {
        int32_t number = INTS(*buffer)[at];
        if (number < least || number >= end) {
            PyErr_Format(PyExc_ValueError, "%d is none of the numbers from %lld to %lld",
                         (int)number, (long long)least, (long long)end - 1);
            return 0;
        }
    }
    return 1;
}

/* Refuses starts that do not ascend from 0 to n. */
static int are_starts(const Buffer *buffer, size_t n)
{
    const int32_t *starts = INTS(*buffer);
    size_t last = LENGTH(*buffer) - 1;
    int is_right = LENGTH(*buffer) > 0 && starts[0] == 0 && (size_t)starts[last] == n;
    for (size_t at = 0; is_right && at < last; at++)
        is_right = starts[at] <= starts[at + 1];
    if (!is_right)
        PyErr_SetString(PyExc_ValueError, "starts do not ascend from 0 to the end");
    return is_right;
}

static void free_judge(Judge *judge)
{
    if (!judge)
        return;
    Buffer *buffers[] = {&judge->places,
                         &judge->starts,
                         &judge->n_foreground,
                         &judge->pairs,
                         &judge->swapped,
                         &judge->positions,
                         &judge->chance_positions,
                         &judge->probabilities,
                         &judge->chance_probabilities,
                         &judge->n_predictions,
                         &judge->first_classes};
    for (size_t at = 0; at < sizeof buffers / sizeof *buffers; at++)
        release(buffers[at]);
    for (size_t at = 0; at < judge->n_groups; at++) {
        release(&judge->groups[at].of_class);
        release(&judge->groups[at].positions);
        free(judge->groups[at].marks);
    }
    free(judge->groups);
    free(judge);
}

static void free_counting(Counting *counting)
{
    release(&counting->columns);
    release(&counting->starts);
    release(&counting->steps);
    for (size_t at = 0; at < counting->n_parts; at++) {
        release(&counting->parts[at].members);
        release(&counting->parts[at].counts);
    }
    free(counting->parts);
}

/* ------------------------------------------------------------ the type Ids */

typedef struct {
    PyTypeObject *ids_type;
    PyTypeObject *reading_type;
} State;

static void *is_new(PyTypeObject *type)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    return allocate(type, 0);
}

static void ids_dealloc(PyObject *self)
{
    Ids *ids = (Ids *)self;
    PyTypeObject *type = Py_TYPE(self);
    free(ids->slots);
    free(ids->texts);
    free(ids->ends);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static int has_ids(Ids *ids, PyObject *list)
{
    Py_ssize_t n = PyList_Size(list);
    uint64_t n_slots = 16;
    while (n_slots < 2 * (uint64_t)n + 2)
        n_slots *= 2;
    if (n >= (Py_ssize_t)INT32_MAX || !has_slots(ids, n_slots)) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t at = 0; at < n; at++) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, at), &length);
        if (!text)
            return 0;
        uint32_t code = intern(ids, text, (size_t)length);
        if (code == NOTHING) {
            PyErr_NoMemory();
            return 0;
        }
        if (code != (uint32_t)at) {
            PyErr_Format(PyExc_ValueError, "the id %R stands twice", PyList_GetItem(list, at));
            return 0;
        }
    }
    return 1;
}

static PyObject *ids_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"ids", "secret", NULL};
    PyObject *list;
    const char *secret;
    Py_ssize_t length;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!y#", names, &PyList_Type, &list, &secret,
                                     &length))
        return NULL;
    if (length != 16) {
        PyErr_SetString(PyExc_ValueError, "a secret has 16 bytes");
        return NULL;
    }
    Ids *ids = is_new(type);
    if (!ids)
        return NULL;
    ids->secret[0] = load(secret);
    ids->secret[1] = load(secret + 8) | 1;
    if (!has_ids(ids, list)) {
        Py_DECREF(ids);
        return NULL;
    }
    return (PyObject *)ids;
}

static PyObject *ids_add(PyObject *self, PyObject *args)
{
    const char *text;
    Py_ssize_t length;
    Ids *ids = (Ids *)self;
    if (!PyArg_ParseTuple(args, "s#", &text, &length))
        return NULL;
    if (ids->n_at_work || (ids->is_fixed && find_id(ids, text, (size_t)length) == NOTHING)) {
        PyErr_SetString(PyExc_RuntimeError, "a reading counts by these ids: none can be added");
        return NULL;
    }
    uint32_t code = intern(ids, text, (size_t)length);
    return code == NOTHING ? PyErr_NoMemory() : PyLong_FromUnsignedLong(code);
}

static PyObject *ids_find(PyObject *self, PyObject *args)
{
    PyObject *names, *codes;
    Buffer found = {0};
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &names, &codes))
        return NULL;
    size_t n = (size_t)PyList_Size(names);
    int is_right = hold(codes, &found, "i", 1, 1) && has_length(&found, n);
    for (size_t at = 0; is_right && at < n; at++) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GetItem(names, (Py_ssize_t)at), &length);
        is_right = text != NULL;
        if (is_right)
            INTS(found)[at] = (int32_t)find_id((Ids *)self, text, (size_t)length);
    }
    release(&found);
    if (!is_right)
        return NULL;
    Py_RETURN_NONE;
}

static Py_ssize_t ids_length(PyObject *self)
{
    return (Py_ssize_t)((Ids *)self)->count;
}

static PyObject *ids_item(PyObject *self, Py_ssize_t code)
{
    Ids *ids = (Ids *)self;
    if (code < 0 || code >= (Py_ssize_t)ids->count) {
        PyErr_SetString(PyExc_IndexError, "no id has this number");
        return NULL;
    }
    if (ids->is_open && ids->n_at_work) {
        PyErr_SetString(PyExc_RuntimeError, "a reading adds to these ids");
        return NULL;
    }
    return PyUnicode_DecodeUTF8(text_of(ids, (uint32_t)code),
                                (Py_ssize_t)length_of(ids, (uint32_t)code), NULL);
}

static PyMethodDef IDS_METHODS[] = {
    {"find", ids_find, METH_VARARGS,
     "Write the number of each id into an array, -1 where it has none."},
    {"add", ids_add, METH_VARARGS, "Return the number of an id, a new one where it has none."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot IDS_SLOTS[] = {
    {Py_tp_doc, "Ids(ids, secret): texts with numbers, in the order of a list."},
    {Py_tp_new, ids_new},
    {Py_tp_dealloc, ids_dealloc},
    {Py_sq_length, ids_length},
    {Py_sq_item, ids_item},
    {Py_tp_methods, IDS_METHODS},
    {0, NULL}};

static PyType_Spec IDS_SPEC = {"scoring._kernel.Ids", sizeof(Ids), 0, Py_TPFLAGS_DEFAULT,
                               IDS_SLOTS};

/* ------------------------------------------------------------ the type Reading */

static void reading_dealloc(PyObject *self)
{
    Reading *r = (Reading *)self;
    PyTypeObject *type = Py_TYPE(self);
    free_judge(r->judge);
    for (size_t at = 0; at < r->n_countings; at++)
        free_counting(&r->countings[at]);
    for (size_t at = 0; at < r->n_order; at++)
        free(r->answers[r->order[at]].rows);
    for (size_t at = 0; at < N_KINDS; at++)
        free(r->found[at].text);
    void *arrays[] = {r->countings, r->prefix, r->scratch,  r->answer.rows, r->answers,    r->order,
                      r->seen,      r->is_met, r->is_begun, r->sorted,      r->is_answered};
    for (size_t at = 0; at < sizeof arrays / sizeof *arrays; at++)
        free(arrays[at]);
    Py_XDECREF((PyObject *)r->queries);
    Py_XDECREF((PyObject *)r->classes);
    Py_XDECREF(r->take);
    Py_XDECREF(r->class_names);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static int has_arrays(Reading *r)
{
    size_t n = (size_t)r->queries->count + 1; /* none is empty */
    r->is_begun = calloc(n, 1);
    r->is_answered = calloc(n, 1);
    if (r->is_scattered) {
        r->answers = calloc(n, sizeof *r->answers);
        r->order = malloc(n * sizeof *r->order);
    }
    return r->is_begun && r->is_answered && (!r->is_scattered || (r->answers && r->order)) &&
           has_class_room(r);
}

static PyObject *reading_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"queries",   "classes",      "separator", "first_line", "n_query",
                            "width",     "widths",       "limit",     "takes_any",  "takes_unknown",
                            "any_score", "is_scattered", NULL};
    State *state = PyType_GetModuleState(type);
    PyObject *queries, *classes;
    int separator, n_query, width, least, most, takes_any, takes_unknown, any_score, is_scattered;
    unsigned long long limit, first_line;
    if (!state || !PyArg_ParseTupleAndKeywords(
                      args, kwargs, "O!O!CKii(ii)Kpppp", names, state->ids_type, &queries,
                      state->ids_type, &classes, &separator, &first_line, &n_query, &width, &least,
                      &most, &limit, &takes_any, &takes_unknown, &any_score, &is_scattered))
        return NULL;
    if (separator > 127 || first_line < 1 || first_line >= NOTHING || n_query < 1 || n_query > 2 ||
        least != n_query + 2 || most < least || most > n_query + 3 ||
        (width && (width < least || width > most))) {
        PyErr_SetString(PyExc_ValueError, "no run has such columns");
        return NULL;
    }
    if (((Ids *)queries)->is_open ||
        (takes_any && (queries == classes || ((Ids *)classes)->is_fixed))) {
        PyErr_SetString(PyExc_ValueError, "ids to count by are no ids to add to");
        return NULL;
    }
    Reading *r = is_new(type);
    if (!r)
        return NULL;
    Py_INCREF(queries);
    Py_INCREF(classes);
    r->queries = (Ids *)queries;
    r->classes = (Ids *)classes;
    r->queries->is_fixed = 1;
    r->classes->is_open |= takes_any;
    r->separator = (char)separator;
    r->n_query = (size_t)n_query;
    r->width = (size_t)width;
    r->least_width = (size_t)least;
    r->most_width = (size_t)most;
    r->limit = limit;
    r->next_line = first_line;
    r->takes_any = takes_any;
    r->takes_unknown = takes_unknown;
    r->least_score = any_score ? -DBL_MAX : 0;
    r->greatest_score = any_score ? DBL_MAX : 1;
    r->is_scattered = is_scattered;
    r->prefix_query = NOTHING;
    r->answer.query = NOTHING;
    r->lowest = HUGE_VAL;
    r->highest = -HUGE_VAL;
    if (!has_arrays(r)) {
        Py_DECREF(r);
        return PyErr_NoMemory();
    }
    return (PyObject *)r;
}

static int is_at_rest(const Reading *r)
{
    if (r->is_busy)
        PyErr_SetString(PyExc_RuntimeError, "the reading is at work already");
    return !r->is_busy;
}

static int is_free(const Reading *r)
{
    if (!is_at_rest(r))
        return 0;
    if (r->status != FINE)
        PyErr_SetString(PyExc_RuntimeError, "the reading has ended");
    return r->status == FINE;
}

/* Begins to work with the ids; classes may have been added since the last time. */
static int begins(Reading *r)
{
    if (!is_free(r))
        return 0;
    if (r->classes->is_open && r->classes->n_at_work) {
        PyErr_SetString(PyExc_RuntimeError, "another reading adds to these classes");
        return 0;
    }
    if (!has_class_room(r)) {
        PyErr_NoMemory();
        return 0;
    }
    r->is_busy = 1;
    r->queries->n_at_work++;
    r->classes->n_at_work++;
    return 1;
}

static PyObject *ended(Reading *r)
{
    r->is_busy = 0;
    r->queries->n_at_work--;
    r->classes->n_at_work--;
    if (r->status == NO_MEMORY)
        return PyErr_NoMemory();
    if (r->status == RAISED)
        return NULL;
    if (r->status == SCATTERED)
        Py_RETURN_NONE;
    return PyLong_FromUnsignedLongLong(r->n_problems);
}

static PyObject *reading_feed(PyObject *self, PyObject *args)
{
    Reading *r = (Reading *)self;
    PyObject *data;
    if (!PyArg_ParseTuple(args, "O!", &PyBytes_Type, &data))
        return NULL;
    char *bytes; /* a NUL follows them */
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(data, &bytes, &size) < 0)
        return NULL;
    if (r->next_line + (uint64_t)size >= NOTHING) {
        PyErr_SetString(PyExc_OverflowError, "a run has fewer than four billion lines");
        return NULL;
    }
    if (!begins(r))
        return NULL;
    if (r->take)
        read_lines(r, bytes, (size_t)size);
    else {
        Py_BEGIN_ALLOW_THREADS
        read_lines(r, bytes, (size_t)size);
        Py_END_ALLOW_THREADS
    }
    return ended(r);
}

static PyObject *reading_finish(PyObject *self, PyObject *Py_UNUSED(none))
{
    Reading *r = (Reading *)self;
    if (!begins(r))
        return NULL;
    finish(r);
    return ended(r);
}

static int holds_groups(Reading *r, Judge *judge, PyObject *groups, size_t n_places)
{
    Py_ssize_t n = PyList_Size(groups);
    judge->groups = calloc((size_t)n + 1, sizeof *judge->groups);
    if (!judge->groups) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t at = 0; at < n; at++) {
        PyObject *of_class, *positions;
        Group *group = &judge->groups[judge->n_groups++];
        if (!PyArg_ParseTuple(PyList_GetItem(groups, at), "OO", &of_class, &positions) ||
            !hold(of_class, &group->of_class, "i", 0, 1) ||
            !hold(positions, &group->positions, "i", 1, 1) ||
            !has_length(&group->of_class, r->classes->count) ||
            !has_length(&group->positions, n_places) ||
            !are_between(&group->of_class, 0, r->classes->count + (int64_t)1))
            return 0;
        group->marks = calloc((size_t)r->classes->count + 1, sizeof *group->marks);
        if (!group->marks) {
            PyErr_NoMemory();
            return 0;
        }
    }
    if (n && r->classes->is_open) {
        PyErr_SetString(PyExc_ValueError, "groups need a list of classes");
        return 0;
    }
    r->classes->is_fixed |= n > 0;
    return 1;
}

/* Whether all arrays of a judge fit each other, so that no place in them is beyond an end. */
static int is_judge(const Reading *r, const Judge *judge)
{
    size_t n_places = LENGTH(judge->n_foreground), n_pairs = LENGTH(judge->pairs);
    if (!has_length(&judge->places, r->queries->count) ||
        !are_between(&judge->places, -1, (int64_t)n_places) ||
        !has_length(&judge->starts, n_places + 1) || !are_starts(&judge->starts, n_pairs) ||
        !are_between(&judge->pairs, -1, r->classes->count) ||
        !are_between(&judge->swapped, -1, r->classes->count) ||
        !has_length(&judge->swapped, n_pairs) || !has_length(&judge->positions, n_pairs) ||
        !has_length(&judge->n_predictions, n_places) ||
        !has_length(&judge->first_classes, n_places) ||
        !has_length(&judge->chance_positions, n_pairs) ||
        !has_length(&judge->probabilities, n_pairs) ||
        !has_length(&judge->chance_probabilities, n_pairs))
        return 0;
    int is_right = !judge->swapped.is_held ||
                   (judge->chance_positions.is_held &&
                    judge->chance_probabilities.is_held == judge->probabilities.is_held);
    for (size_t at = 0; is_right && at < n_places; at++) {
        int32_t n = INTS(judge->starts)[at + 1] - INTS(judge->starts)[at];
        is_right = INTS(judge->n_foreground)[at] >= 0 && INTS(judge->n_foreground)[at] <= n;
    }
    if (!is_right)
        PyErr_SetString(PyExc_ValueError, "the arrays of a judge do not fit each other");
    return is_right;
}

static PyObject *reading_judge(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"places",
                            "starts",
                            "n_foreground",
                            "pairs",
                            "n_predictions",
                            "first_classes",
                            "positions",
                            "probabilities",
                            "swapped",
                            "chance_positions",
                            "chance_probabilities",
                            "groups",
                            NULL};
    Reading *r = (Reading *)self;
    PyObject *o[11], *groups;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOOOOOOOO!", names, &o[0], &o[1], &o[2],
                                     &o[3], &o[4], &o[5], &o[6], &o[7], &o[8], &o[9], &o[10],
                                     &PyList_Type, &groups) ||
        !is_free(r))
        return NULL;
    Judge *judge = calloc(1, sizeof *judge);
    if (!judge || !has_class_room(r)) {
        free(judge);
        return PyErr_NoMemory();
    }
    int is_right =
        hold(o[0], &judge->places, "i", 0, 1) && hold(o[1], &judge->starts, "i", 0, 1) &&
        hold(o[2], &judge->n_foreground, "i", 0, 1) && hold(o[3], &judge->pairs, "i", 0, 1) &&
        hold(o[4], &judge->n_predictions, "i", 1, 1) &&
        hold(o[5], &judge->first_classes, "i", 1, 1) && hold(o[6], &judge->positions, "i", 1, 1) &&
        hold(o[7], &judge->probabilities, "d", 1, 0) && hold(o[8], &judge->swapped, "i", 0, 0) &&
        hold(o[9], &judge->chance_positions, "i", 1, 0) &&
        hold(o[10], &judge->chance_probabilities, "d", 1, 0) && is_judge(r, judge) &&
        holds_groups(r, judge, groups, LENGTH(judge->n_foreground));
    if (!is_right) {
        free_judge(judge);
        return NULL;
    }
    free_judge(r->judge);
    r->judge = judge;
    Py_RETURN_NONE;
}

static int holds_parts(Reading *r, Counting *counting, PyObject *parts)
{
    Py_ssize_t n = PyList_Size(parts);
    size_t n_cells = 2 * LENGTH(counting->steps) + LENGTH(counting->starts) - 1;
    counting->parts = calloc((size_t)n + 1, sizeof *counting->parts);
    if (!counting->parts) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t at = 0; at < n; at++) {
        PyObject *members, *counts;
        Part *part = &counting->parts[counting->n_parts++];
        if (!PyArg_ParseTuple(PyList_GetItem(parts, at), "OO", &members, &counts) ||
            !hold(members, &part->members, "B", 0, 1) || !hold(counts, &part->counts, "q", 1, 1) ||
            !has_length(&part->members, r->queries->count) || !has_length(&part->counts, n_cells))
            return 0;
    }
    return 1;
}

static PyObject *reading_count(PyObject *self, PyObject *args)
{
    Reading *r = (Reading *)self;
    PyObject *columns, *starts, *steps, *parts;
    if (!PyArg_ParseTuple(args, "OOOO!", &columns, &starts, &steps, &PyList_Type, &parts) ||
        !is_free(r))
        return NULL;
    Counting *countings = realloc(r->countings, (r->n_countings + 1) * sizeof *countings);
    if (!countings)
        return PyErr_NoMemory();
    r->countings = countings;
    Counting *counting = &countings[r->n_countings];
    memset(counting, 0, sizeof *counting);
    int is_right = hold(columns, &counting->columns, "i", 0, 1) &&
                   hold(starts, &counting->starts, "i", 0, 1) &&
                   hold(steps, &counting->steps, "d", 0, 1) &&
                   are_starts(&counting->starts, LENGTH(counting->steps)) &&
                   are_between(&counting->columns, -1, (int64_t)LENGTH(counting->starts) - 1) &&
                   holds_parts(r, counting, parts);
    if (!is_right) {
        free_counting(counting);
        return NULL;
    }
    r->n_countings++;
    Py_RETURN_NONE;
}

static PyObject *reading_give(PyObject *self, PyObject *args)
{
    Reading *r = (Reading *)self;
    PyObject *take, *names;
    if (!PyArg_ParseTuple(args, "OO!", &take, &PyList_Type, &names) || !is_free(r))
        return NULL;
    PyObject *copy = PyList_GetSlice(names, 0, PyList_Size(names));
    if (!copy)
        return NULL;
    Py_XDECREF(r->take);
    Py_XDECREF(r->class_names);
    Py_INCREF(take);
    r->take = take;
    r->class_names = copy;
    Py_RETURN_NONE;
}

static PyObject *lines_of(const uint64_t *lines, size_t n)
{
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t at = 0; list && at < n; at++)
        PyList_SetItem(list, (Py_ssize_t)at, PyLong_FromUnsignedLongLong(lines[at]));
    return list;
}

static PyObject *reading_problems(PyObject *self, PyObject *Py_UNUSED(none))
{
    Reading *r = (Reading *)self;
    if (!is_at_rest(r))
        return NULL;
    PyObject *list = PyList_New(0);
    for (size_t kind = 0; list && kind < N_KINDS; kind++) {
        const Found *found = &r->found[kind];
        if (!found->count)
            continue;
        PyObject *item =
            Py_BuildValue("sKNy#II", KIND_NAMES[kind], (unsigned long long)found->count,
                          lines_of(found->lines, found->n_lines), found->text ? found->text : "",
                          (Py_ssize_t)found->text_length, found->query, found->name);
        if (!item || PyList_Append(list, item) < 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

static PyObject *reading_figures(PyObject *self, PyObject *Py_UNUSED(none))
{
    Reading *r = (Reading *)self;
    if (!is_at_rest(r))
        return NULL;
    size_t n_shown = r->n_contradicting < SHOWN_LINES ? (size_t)r->n_contradicting : SHOWN_LINES;
    return Py_BuildValue(
        "{sK,sK,sK,sO,sK,sK,sy#,sn,sK,sK,sn,sd,sd,sK,sN,sI}", "next_line",
        (unsigned long long)r->next_line, "n_blank", (unsigned long long)r->n_blank, "n_lines",
        (unsigned long long)r->n_lines, "has_lines", r->has_lines ? Py_True : Py_False,
        "n_predictions", (unsigned long long)r->n_predictions, "n_problems",
        (unsigned long long)r->n_problems, "answered", r->is_answered,
        (Py_ssize_t)r->queries->count, "width", (Py_ssize_t)r->width, "width_line",
        (unsigned long long)r->width_line, "n_answers", (unsigned long long)r->n_answers, "most",
        (Py_ssize_t)r->most_rows, "lowest", r->lowest, "highest", r->highest, "n_contradicting",
        (unsigned long long)r->n_contradicting, "contradicting",
        lines_of(r->contradicting, n_shown), "first_contradiction", r->first_contradiction);
}

static PyMethodDef READING_METHODS[] = {
    {"feed", reading_feed, METH_VARARGS,
     "Read the next whole lines; return how many problems there are, None when lines are "
     "scattered."},
    {"finish", reading_finish, METH_NOARGS, "Take the answers that are still held."},
    {"judge", (PyCFunction)(void (*)(void))reading_judge, METH_VARARGS | METH_KEYWORDS,
     "Note positions in these arrays."},
    {"count", reading_count, METH_VARARGS, "Count lines between the steps of their class."},
    {"give", reading_give, METH_VARARGS, "Give every answer to a function."},
    {"problems", reading_problems, METH_NOARGS, "What is wrong, a kind each."},
    {"figures", reading_figures, METH_NOARGS, "What was counted."},
    {NULL, NULL, 0, NULL}};

static PyType_Slot READING_SLOTS[] = {{Py_tp_doc, "One file, read once."},
                                      {Py_tp_new, reading_new},
                                      {Py_tp_dealloc, reading_dealloc},
                                      {Py_tp_methods, READING_METHODS},
                                      {0, NULL}};

static PyType_Spec READING_SPEC = {"scoring._kernel.Reading", sizeof(Reading), 0,
                                   Py_TPFLAGS_DEFAULT, READING_SLOTS};

/* ------------------------------------------------------------ the order of texts */

typedef struct {
    uint64_t head; /* the first eight bytes, the first one highest */
    const char *text;
    size_t length;
    int32_t place;
} Text;

static inline int is_before(const Text *one, const Text *other)
{
    if (one->head != other->head)
        return one->head < other->head;
    size_t n = one->length < other->length ? one->length : other->length;
    int order = memcmp(one->text, other->text, n);
    return order ? order < 0 : one->length < other->length;
}

/* Merges two sorted runs of texts into one; of equal ones those of the first run come first. */
static void merge(const Text *from, size_t middle, size_t end, Text *to)
{
    for (size_t left = 0, right = middle, at = 0; at < end; at++) {
        int is_right = left == middle || (right < end && is_before(&from[right], &from[left]));
        to[at] = is_right ? from[right++] : from[left++];
    }
}

/* Sorts texts; the sorted ones are in the array that is returned, one of the two. */
static Text *sorted(Text *texts, Text *others, size_t n)
{
    size_t n_right = 1;
    while (n_right < n && !is_before(&texts[n_right], &texts[n_right - 1]))
        n_right++;
    if (n_right >= n) /* as most tables are */
        return texts;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t at = 0; at < n; at += 2 * width) {
            size_t left = n - at;
            merge(texts + at, left < width ? left : width, left < 2 * width ? left : 2 * width,
                  others + at);
        }
        Text *swap = texts;
        texts = others;
        others = swap;
    }
    return texts;
}

static int has_texts(Text *texts, PyObject *list, size_t n)
{
    for (size_t at = 0; at < n; at++) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, (Py_ssize_t)at), &length);
        if (!text)
            return 0;
        uint64_t head = 0;
        for (Py_ssize_t byte = 0; byte < 8; byte++)
            head = head << 8 | (byte < length ? (unsigned char)text[byte] : 0);
        Text own = {head, text, (size_t)length, (int32_t)at};
        texts[at] = own;
    }
    return 1;
}

static PyObject *order(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *list, *places;
    Buffer found = {0};
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &places))
        return NULL;
    size_t n = (size_t)PyList_Size(list);
    if (!hold(places, &found, "i", 1, 1) || !has_length(&found, n)) {
        release(&found);
        return NULL;
    }
    Text *texts = malloc((n + 1) * sizeof *texts), *others = malloc((n + 1) * sizeof *others);
    if (!texts || !others)
        PyErr_NoMemory();
    else if (has_texts(texts, list, n)) {
        const Text *in_order = sorted(texts, others, n);
        for (size_t at = 0; at < n; at++)
            INTS(found)[at] = in_order[at].place;
    }
    free(texts);
    free(others);
    release(&found);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* ------------------------------------------------------------ draws of the bootstrap */

/* A number of 128 bits. */
typedef struct {
    uint64_t high, low;
} Wide;

static inline Wide times(Wide one, Wide other)
{
    uint64_t high = high_half(one.low, other.low) + one.high * other.low + one.low * other.high;
    return (Wide){high, one.low * other.low};
}

static inline Wide plus(Wide one, Wide other)
{
    uint64_t low = one.low + other.low;
    return (Wide){one.high + other.high + (low < other.low), low};
}

/* The generator PCG64 of numpy (O'Neill 2014, "PCG: a family of simple fast space-efficient
 * statistically good algorithms"): a state is FACTOR times the one before it, and a step more. */
static const Wide FACTOR = {2549297995355413924u, 4865540595714422341u};

enum { DRAWN = 512 }; /* numbers at hand, which 256 states give */

typedef struct {
    Wide state, next; /* before and after the numbers at hand */
    Wide step;
    size_t n_used;
    uint32_t numbers[DRAWN];
} Source;

static inline void show(Wide state, uint32_t *numbers)
{
    uint64_t word = state.high ^ state.low, turn = state.high >> 58;
    word = word >> turn | word << ((64 - turn) & 63);
    numbers[0] = (uint32_t)word;
    numbers[1] = (uint32_t)(word >> 32);
}

/* Draws the numbers that follow a state. Two states at a time go two steps each: a multiplication need
 * not wait for the one before it. */
static void draw_numbers(Source *source)
{
    Wide twice = times(FACTOR, FACTOR), two_steps = plus(times(FACTOR, source->step), source->step);
    Wide one = plus(times(source->state, FACTOR), source->step);
    Wide other = plus(times(one, FACTOR), source->step);
    for (size_t at = 0; at < DRAWN; at += 4) {
        show(one, source->numbers + at);
        show(other, source->numbers + at + 2);
        source->next = other;
        one = plus(times(one, twice), two_steps);
        other = plus(times(other, twice), two_steps);
    }
}

/* Counts the unit that a number stands for, if there is one; returns how many units that is. As numpy's
 * `integers` does: each unit comes as often as any other, since numbers that would be some too many for
 * that stand for none (Lemire 2019, "Fast random integer generation in an interval"). */
static inline uint32_t count_unit(uint32_t number, const int32_t *codes, size_t n,
                                  uint32_t too_many, uint32_t *counts)
{
    uint64_t product = (uint64_t)number * n;
    uint32_t is_one = (uint32_t)product >= too_many;
    counts[codes[product >> 32]] += is_one;
    return is_one;
}

/* Draws n units for each row and counts them by their codes, in two tables by turns: adding to a place
 * need not wait for the last addition there. */
static void draw(Source *source, const int32_t *codes, size_t n, uint32_t *tables, double *counts,
                 size_t n_codes, size_t n_rows)
{
    uint32_t too_many = (uint32_t)((1ull << 32) % n), *even = tables, *odd = tables + n_codes;
    const uint32_t *numbers = source->numbers;
    for (; n_rows > 0; n_rows--, counts += n_codes) {
        memset(tables, 0, 2 * n_codes * sizeof *tables);
        for (size_t n_left = n; n_left > 0;) {
            if (source->n_used == DRAWN) {
                source->state = source->next;
                source->n_used = 0;
                draw_numbers(source);
            }
            size_t at = source->n_used, end = n_left < DRAWN - at ? at + n_left : DRAWN;
            for (; at + 2 <= end; at += 2) {
                n_left -= count_unit(numbers[at], codes, n, too_many, even);
                n_left -= count_unit(numbers[at + 1], codes, n, too_many, odd);
            }
            if (at < end)
                n_left -= count_unit(numbers[at++], codes, n, too_many, even);
            source->n_used = at;
        }
        for (size_t code = 0; code < n_codes; code++)
            counts[code] = even[code] + odd[code];
    }
}

/* Draws on from five words: state, step, and how many of the numbers after the state are used. */
static int draw_on(uint64_t *words, const int32_t *codes, size_t n, double *counts, size_t n_codes,
                   size_t n_rows)
{
    uint32_t *tables = malloc(2 * n_codes * sizeof *tables);
    if (!tables)
        return 0;
    Source source = {.state = {words[0], words[1]}, .step = {words[2], words[3]}};
    draw_numbers(&source);
    source.n_used = (size_t)words[4];
    draw(&source, codes, n, tables, counts, n_codes, n_rows);
    words[0] = source.state.high;
    words[1] = source.state.low;
    words[4] = source.n_used;
    free(tables);
    return 1;
}

static PyObject *count_draws(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *words, *codes, *counts;
    Py_ssize_t n_codes;
    if (!PyArg_ParseTuple(args, "OOnO", &words, &codes, &n_codes, &counts))
        return NULL;
    Buffer from = {.is_held = 0}, of = {.is_held = 0}, to = {.is_held = 0};
    int is_right = hold(words, &from, "Q", 1, 1) && has_length(&from, 5) &&
                   hold(codes, &of, "i", 0, 1) && hold(counts, &to, "d", 1, 1) &&
                   are_between(&of, 0, n_codes);
    if (is_right && !(LENGTH(of) > 0 && LENGTH(of) <= INT32_MAX)) {
        PyErr_Format(PyExc_ValueError, "there are %zu units to draw from", LENGTH(of));
        is_right = 0;
    }
    if (is_right && ((uint64_t *)from.view.buf)[4] > DRAWN) {
        PyErr_Format(PyExc_ValueError, "more than %d numbers are used", DRAWN);
        is_right = 0;
    }
    size_t n_rows = is_right ? LENGTH(to) / (size_t)n_codes : 0;
    if (n_rows > 0) {
        Py_BEGIN_ALLOW_THREADS
        is_right =
            draw_on(from.view.buf, INTS(of), LENGTH(of), DOUBLES(to), (size_t)n_codes, n_rows);
        Py_END_ALLOW_THREADS
        if (!is_right)
            PyErr_NoMemory();
    }
    release(&from);
    release(&of);
    release(&to);
    return is_right ? Py_NewRef(Py_None) : NULL;
}

static PyMethodDef FUNCTIONS[] = {
    {"order", order, METH_VARARGS, "Write the places of texts in the order of their bytes."},
    {"count_draws", count_draws, METH_VARARGS,
     "Count what a bit generator draws, in rows of a draw for each unit."},
    {NULL, NULL, 0, NULL}};

/* ------------------------------------------------------------ the module */

static int add_types(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->ids_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &IDS_SPEC, NULL);
    state->reading_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &READING_SPEC, NULL);
    if (!state->ids_type || !state->reading_type || PyModule_AddType(module, state->ids_type) < 0)
        return -1;
    return PyModule_AddType(module, state->reading_type);
}

static int visit_types(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->ids_type);
    Py_VISIT(state->reading_type);
    return 0;
}

static int clear_types(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->ids_type);
    Py_CLEAR(state->reading_type);
    return 0;
}

static PyModuleDef_Slot MODULE_SLOTS[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef MODULE = {.m_base = PyModuleDef_HEAD_INIT,
                                    .m_name = "_kernel",
                                    .m_doc = "Run files, read near the limit of the machine.",
                                    .m_size = sizeof(State),
                                    .m_methods = FUNCTIONS,
                                    .m_slots = MODULE_SLOTS,
                                    .m_traverse = visit_types,
                                    .m_clear = clear_types};

PyMODINIT_FUNC PyInit__kernel(void)
{
    return PyModuleDef_Init(&MODULE);
}
