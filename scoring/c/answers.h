/* A whole answer: watched, judged, counted, handed over. */
#ifndef CLEFBOARD_ANSWERS_H
#define CLEFBOARD_ANSWERS_H

#include "reading.h"

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
    size_t n = answer->n_rows;
    if (answer->descends)
        return steps_down(answer->rows, n);
    if (!HAS_ROOM(r->sorted, r->sorted_room, n)) {
        r->status = NO_MEMORY;
        return 0;
    }
    memcpy(r->sorted, answer->rows, n * sizeof *r->sorted);
    qsort(r->sorted, n, sizeof *r->sorted, by_probability);
    return steps_down(r->sorted, n);
}

static void watch_rows(Reading *r, const Row *rows, size_t n, size_t step)
{
    for (size_t at = 0; at < n; at += step) {
        double probability = rows[at].probability;
        r->lowest = probability < r->lowest ? probability : r->lowest;
        r->highest = probability > r->highest ? probability : r->highest;
    }
}

/* Sees what may be worth a warning. */
static void watch(Reading *r, const Answer *answer)
{
    size_t n = answer->n_rows;
    r->n_answers++;
    r->most_rows = n > r->most_rows ? n : r->most_rows;
    watch_rows(r, answer->rows, n, answer->descends && n > 1 ? n - 1 : 1); /* the ends say it all */
    if (!answer->rows[0].rank || !contradicts(r, answer))
        return;
    if (r->n_contradicting < SHOWN_LINES)
        r->contradicting[r->n_contradicting] = answer->first_line;
    if (!r->n_contradicting++)
        r->first_contradiction = answer->query;
}

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
    if (answer->descends)
        return (int32_t)(row - answer->rows) + 1;
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
    for (size_t at = 1; at < answer->n_rows && !answer->descends; at++) {
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

#endif
