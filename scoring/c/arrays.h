/* Arrays of the caller, held and checked. */
#ifndef CLEFBOARD_ARRAYS_H
#define CLEFBOARD_ARRAYS_H

#include "platform.h"

typedef struct {
    Py_buffer view;
    int is_held;
} Buffer;

enum { TEXT_AT = 48 };

#define INTS(buffer) ((int32_t *)(buffer).view.buf)
#define DOUBLES(buffer) ((double *)(buffer).view.buf)
#define LENGTH(buffer) ((size_t)(buffer).view.len / (size_t)(buffer).view.itemsize)

static void release(Buffer *buffer)
{
    if (buffer->is_held)
        PyBuffer_Release(&buffer->view);
    buffer->is_held = 0;
}

/* Whether items stand where the machine reads them: a view of bytes may begin anywhere. */
static int is_aligned(const Py_buffer *view)
{
    return !view->len || (uintptr_t)view->buf % (size_t)view->itemsize == 0;
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
    if (buffer->view.ndim == 1 && has_format(&buffer->view, format) && is_aligned(&buffer->view))
        return 1;
    PyErr_Format(PyExc_TypeError, "an array of '%s' is needed", format);
    return 0;
}

/* Has a text fetched that will be read soon; its bytes follow what Python keeps of it. */
static inline void fetch_text(PyObject *text)
{
    PREFETCH(text);
    PREFETCH((const char *)text + TEXT_AT);
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

#endif
