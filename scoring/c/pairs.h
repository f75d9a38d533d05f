/* The lines of a ground truth, query by query. */
#ifndef CLEFBOARD_PAIRS_H
#define CLEFBOARD_PAIRS_H

#include "order.h"

enum { N_ARRAYS = 5, IS_BACKGROUND = 1, HAS_NO_CLASS = 2 };

typedef struct {
    PyObject *queries; /* lists of texts */
    PyObject *names;
    unsigned char *marks; /* of each row */
    int all_differ;       /* the queries */
    size_t n;
    int32_t *rows; /* sorted by query, then by foreground and class */
    int32_t *starts;
    int32_t *middles;
    int32_t *n_foreground;
    int32_t *places; /* of the query of each row */
    PyObject *found_queries;
    PyObject *found_names;
    size_t n_queries;
    size_t n_pairs;
    int may_contradict;
    Text *texts; /* of the classes of one query, and as much room again */
    size_t texts_room;
} Pairing;

/* Marks the rows, in their order: later they are met in another one, and would be waited for. */
static int has_marks(Pairing *pairing, PyObject *flags)
{
    pairing->marks = malloc(pairing->n + 1);
    if (!pairing->marks) {
        PyErr_NoMemory();
        return 0;
    }
    for (size_t row = 0; row < pairing->n; row++) {
        size_t length, flag_length = 0;
        const char *name = text_at(pairing->names, row, &length), *flag = NULL;
        if (name && flags != Py_None)
            flag = text_at(flags, row, &flag_length);
        if (!name || (flags != Py_None && !flag))
            return 0;
        int is_background = flag_length == 1 && *flag == '1';
        pairing->marks[row] =
            (unsigned char)(is_background * IS_BACKGROUND + !length * HAS_NO_CLASS);
    }
    return 1;
}

/* Copies the rows, which are then sorted: no other array must move them while it is filled,
 * even where a caller handed the same memory twice. */
static int has_rows(Pairing *pairing, const Buffer *given)
{
    if (!are_between(given, 0, (int64_t)pairing->n))
        return 0;
    pairing->rows = malloc((pairing->n + 1) * sizeof *pairing->rows);
    if (!pairing->rows) {
        PyErr_NoMemory();
        return 0;
    }
    memcpy(pairing->rows, INTS(*given), pairing->n * sizeof *pairing->rows);
    return 1;
}

/* Where the rows of a query end; 0 with an error set. */
static size_t end_of_query(const Pairing *pairing, size_t begin)
{
    size_t length, other_length, end = begin + 1;
    if (pairing->all_differ)
        return end;
    const char *query = text_at(pairing->queries, (size_t)pairing->rows[begin], &length);
    for (; query && end < pairing->n; end++) {
        const char *other = text_at(pairing->queries, (size_t)pairing->rows[end], &other_length);
        if (!other)
            return 0;
        if (length != other_length || memcmp(query, other, length))
            break;
    }
    return query ? end : 0;
}

/* Sorts the rows of a query: the foreground first, then by class. */
static int sort_query(Pairing *pairing, size_t begin, size_t end)
{
    int32_t *rows = pairing->rows + begin;
    size_t n = end - begin;
    if (!HAS_ROOM(pairing->texts, pairing->texts_room, 2 * n)) {
        PyErr_NoMemory();
        return 0;
    }
    Text *texts = pairing->texts;
    for (size_t at = 0; at < n; at++) {
        Text own = {0, NULL, 0, rows[at]};
        own.text = text_at(pairing->names, (size_t)rows[at], &own.length);
        if (!own.text)
            return 0;
        own.head = head_of(own.text, own.length);
        texts[at] = own;
    }
    const Text *in_order = sorted(texts, texts + n, n);
    size_t to = 0;
    for (int background = 0; background < 2; background++)
        for (size_t at = 0; at < n; at++)
            if ((pairing->marks[in_order[at].place] & IS_BACKGROUND) == background)
                rows[to++] = in_order[at].place;
    for (size_t at = 0; at < n; at++) /* a class twice, or none beside another line */
        pairing->may_contradict |=
            !in_order[at].length || (at && is_same_text(&in_order[at - 1], &in_order[at]));
    return 1;
}

/* Adds a text of one list to another. */
static int is_added(PyObject *texts, PyObject *from, int32_t row)
{
    return PyList_Append(texts, PyList_GetItem(from, row)) == 0;
}

/* Adds the pair of a row, if it has a class. */
static int add_pair(Pairing *pairing, int32_t row)
{
    int background = pairing->marks[row] & IS_BACKGROUND;
    if (pairing->marks[row] & HAS_NO_CLASS) {
        pairing->may_contradict |= background;
        return 1;
    }
    pairing->n_foreground[pairing->n_queries] += !background;
    pairing->n_pairs++;
    return is_added(pairing->found_names, pairing->names, row);
}

/* Has the texts of a row fetched that will be read soon. */
static inline void fetch_row(const Pairing *pairing, size_t at)
{
    if (at >= pairing->n)
        return;
    fetch_text(PyList_GetItem(pairing->queries, pairing->rows[at]));
    PREFETCH(PyList_GetItem(pairing->names, pairing->rows[at]));
}

static int add_query(Pairing *pairing, size_t begin, size_t end)
{
    size_t place = pairing->n_queries, n = end - begin;
    const int32_t *rows = pairing->rows + begin;
    pairing->starts[place] = (int32_t)pairing->n_pairs;
    pairing->n_foreground[place] = 0;
    for (size_t at = 0; at < n; at++) {
        fetch_row(pairing, begin + at + AHEAD);
        pairing->places[rows[at]] = (int32_t)place;
        if (!add_pair(pairing, rows[at]))
            return 0;
    }
    pairing->middles[place] = pairing->starts[place] + pairing->n_foreground[place];
    pairing->n_queries++;
    return is_added(pairing->found_queries, pairing->queries, *rows);
}

static int pair_up(Pairing *pairing)
{
    for (size_t begin = 0, end; begin < pairing->n; begin = end) {
        end = end_of_query(pairing, begin);
        if (!end || (end - begin > 1 && !sort_query(pairing, begin, end)) ||
            !add_query(pairing, begin, end))
            return 0;
    }
    pairing->starts[pairing->n_queries] = (int32_t)pairing->n_pairs;
    return !PyErr_Occurred();
}

static int has_columns(Pairing *pairing, PyObject *flags)
{
    Py_ssize_t n = (Py_ssize_t)pairing->n;
    if (PyList_Size(pairing->names) == n && (flags == Py_None || PyList_Size(flags) == n))
        return has_marks(pairing, flags);
    PyErr_SetString(PyExc_ValueError, "columns differ in their length");
    return 0;
}

static PyObject *pair_queries(PyObject *Py_UNUSED(module), PyObject *args)
{
    Pairing pairing = {0};
    PyObject *flags, *arrays[N_ARRAYS], *result = NULL;
    Buffer held[N_ARRAYS];
    memset(held, 0, sizeof held);
    if (!PyArg_ParseTuple(args, "O!O!OpOOOOO", &PyList_Type, &pairing.queries, &PyList_Type,
                          &pairing.names, &flags, &pairing.all_differ, &arrays[0], &arrays[1],
                          &arrays[2], &arrays[3], &arrays[4]))
        return NULL;
    pairing.n = (size_t)PyList_Size(pairing.queries);
    pairing.found_queries = PyList_New(0);
    pairing.found_names = PyList_New(0);
    int is_right = pairing.found_queries && pairing.found_names && has_columns(&pairing, flags);
    for (size_t at = 0; is_right && at < N_ARRAYS; at++)
        is_right = hold(arrays[at], &held[at], "i", at > 0, 1) &&
                   has_length(&held[at], pairing.n + (at > 0));
    if (is_right && has_rows(&pairing, &held[0])) {
        pairing.starts = INTS(held[1]);
        pairing.middles = INTS(held[2]);
        pairing.n_foreground = INTS(held[3]);
        pairing.places = INTS(held[4]);
        if (pair_up(&pairing))
            result = Py_BuildValue("OON", pairing.found_queries, pairing.found_names,
                                   PyBool_FromLong(pairing.may_contradict));
    }
    for (size_t at = 0; at < N_ARRAYS; at++)
        release(&held[at]);
    Py_XDECREF(pairing.found_queries);
    Py_XDECREF(pairing.found_names);
    free(pairing.rows);
    free(pairing.texts);
    free(pairing.marks);
    return result;
}

#endif
