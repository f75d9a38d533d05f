/* The order of texts.
 *
 * Texts are sorted by their first eight bytes after what all of them begin with, a byte a pass; those
 * that agree there and go on are merged. Ids of up to eight bytes are never compared.
 */
#ifndef CLEFBOARD_ORDER_H
#define CLEFBOARD_ORDER_H

#include "arrays.h"
#include "words.h"

enum { GOES_ON = 9, N_DIGITS = 9, AHEAD = 16 };

/* What a text is sorted by: the bytes of its head, then how long it is there. */
typedef struct {
    uint64_t head; /* eight bytes, the first one highest */
    int32_t place;
    uint32_t length; /* up to eight bytes, or GOES_ON */
} Head;

typedef struct {
    uint64_t head;
    const char *text;
    size_t length;
    int32_t place;
} Text;

/* ------------------------------------------------------------ by comparison */
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

/* ------------------------------------------------------------ by their heads */
static inline uint64_t head_of(const char *text, size_t length)
{
    return reversed(load_text(text, length));
}

static const char *text_at(PyObject *list, size_t place, size_t *length)
{
    Py_ssize_t n;
    PyObject *own = PyList_GetItem(list, (Py_ssize_t)place);
    const char *text = own ? PyUnicode_AsUTF8AndSize(own, &n) : NULL;
    *length = text ? (size_t)n : 0;
    return text;
}

static inline unsigned digit_of(const Head *head, size_t digit)
{
    return digit ? head->head >> (8 * (digit - 1)) & 255 : head->length;
}

/* Sorts heads, equal ones as they come; the sorted ones are in the array that is returned. */
static Head *sorted_heads(Head *heads, Head *others, size_t n)
{
    uint32_t counts[N_DIGITS][256] = {{0}};
    for (size_t at = 0; at < n; at++)
        for (size_t digit = 0; digit < N_DIGITS; digit++)
            counts[digit][digit_of(&heads[at], digit)]++;
    for (size_t digit = 0; digit < N_DIGITS; digit++) {
        uint32_t *count = counts[digit], sum = 0;
        if (n && count[digit_of(&heads[0], digit)] == n)
            continue;
        for (size_t value = 0; value < 256; value++) {
            uint32_t own = count[value];
            count[value] = sum;
            sum += own;
        }
        for (size_t at = 0; at < n; at++)
            others[count[digit_of(&heads[at], digit)]++] = heads[at];
        Head *swap = heads;
        heads = others;
        others = swap;
    }
    return heads;
}

static size_t common_prefix(PyObject *list, size_t n)
{
    size_t common = 0, length;
    const char *first = n ? text_at(list, 0, &common) : NULL;
    for (size_t at = 1; first && common && at < n; at++) {
        const char *text = text_at(list, at, &length);
        size_t same = 0;
        while (text && same < common && same < length && text[same] == first[same])
            same++;
        common = same;
    }
    return common;
}

static int has_heads(Head *heads, PyObject *list, size_t n, size_t skipped)
{
    for (size_t at = 0; at < n; at++) {
        size_t length;
        const char *text = text_at(list, at, &length);
        if (!text)
            return 0;
        length -= skipped;
        Head own = {head_of(text + skipped, length), (int32_t)at,
                    length <= 8 ? (uint32_t)length : GOES_ON};
        heads[at] = own;
    }
    return 1;
}

/* ------------------------------------------------------------ where heads agree */
static inline int is_same_head(const Head *one, const Head *other)
{
    return one->head == other->head && one->length == other->length;
}

static int is_same_text(const Text *one, const Text *other)
{
    return one->length == other->length && !memcmp(one->text, other->text, one->length);
}

/* Sorts texts that agree in their heads, and tells whether all differ; -1 for no memory. */
static int sort_run(Head *run, PyObject *list, size_t n, size_t skipped)
{
    Text *texts = malloc(2 * n * sizeof *texts);
    if (!texts)
        return -1;
    for (size_t at = 0; at < n; at++) {
        Text own = {0, NULL, 0, run[at].place};
        own.text = text_at(list, (size_t)own.place, &own.length) + skipped;
        own.length -= skipped;
        own.head = head_of(own.text, own.length);
        texts[at] = own;
    }
    const Text *in_order = sorted(texts, texts + n, n);
    int all_differ = 1;
    for (size_t at = 0; at < n; at++) {
        run[at].place = in_order[at].place;
        all_differ &= !at || !is_same_text(&in_order[at - 1], &in_order[at]);
    }
    free(texts);
    return all_differ;
}

/* The same of all runs of sorted heads. */
static int sort_runs(Head *heads, PyObject *list, size_t n, size_t skipped)
{
    int all_differ = 1;
    for (size_t at = 0, end; at < n; at = end) {
        for (end = at + 1; end < n && is_same_head(&heads[at], &heads[end]);)
            end++;
        if (end == at + 1)
            continue;
        int differ =
            heads[at].length == GOES_ON ? sort_run(heads + at, list, end - at, skipped + 8) : 0;
        if (differ < 0)
            return -1;
        all_differ &= differ;
    }
    return all_differ;
}

/* Writes the places of texts, sorted, and tells whether all differ; -1 with an error set. */
static int write_order(PyObject *list, int32_t *places, size_t n)
{
    Head *heads = new_table(2 * n + 1, sizeof *heads);
    int all_differ = -1;
    size_t skipped = common_prefix(list, n);
    if (!heads)
        PyErr_NoMemory();
    else if (!PyErr_Occurred() && has_heads(heads, list, n, skipped)) {
        Head *in_order = sorted_heads(heads, heads + n, n);
        all_differ = sort_runs(in_order, list, n, skipped);
        if (all_differ < 0)
            PyErr_NoMemory();
        for (size_t at = 0; at < n; at++)
            places[at] = in_order[at].place;
    }
    free(heads);
    return all_differ;
}

static PyObject *take(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *list, *places, *taken = NULL;
    Buffer held = {0};
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &places))
        return NULL;
    if (hold(places, &held, "i", 0, 1) && are_between(&held, 0, PyList_Size(list)))
        taken = PyTuple_New((Py_ssize_t)LENGTH(held));
    size_t n = taken ? LENGTH(held) : 0;
    for (size_t at = 0; at < n; at++) {
        if (at + AHEAD < n)
            PREFETCH(PyList_GetItem(list, INTS(held)[at + AHEAD]));
        PyTuple_SetItem(taken, (Py_ssize_t)at, Py_NewRef(PyList_GetItem(list, INTS(held)[at])));
    }
    release(&held);
    return taken;
}

static PyObject *order(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *list, *places;
    Buffer found = {0};
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &places))
        return NULL;
    size_t n = (size_t)PyList_Size(list);
    int all_differ = -1;
    if (hold(places, &found, "i", 1, 1) && has_length(&found, n))
        all_differ = write_order(list, INTS(found), n);
    release(&found);
    return all_differ < 0 ? NULL : PyBool_FromLong(all_differ);
}

#endif
