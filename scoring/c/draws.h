/* Draws of the bootstrap. */
#ifndef CLEFBOARD_DRAWS_H
#define CLEFBOARD_DRAWS_H

#include "arrays.h"
#include "words.h"

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

#endif
