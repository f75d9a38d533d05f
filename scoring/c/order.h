/* The order of texts. */
#ifndef CLEFBOARD_ORDER_H
#define CLEFBOARD_ORDER_H

#include "arrays.h"

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

#endif
