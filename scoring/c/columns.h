/* Lines of a table, cut into columns of texts. */
#ifndef CLEFBOARD_COLUMNS_H
#define CLEFBOARD_COLUMNS_H

#include "words.h"

enum { RECENT_BITS = 6, N_RECENT = 1 << RECENT_BITS, MAX_NEW = 256 };
#define MIXER 0x9E3779B97F4A7C15u /* the upper bits of a product with it depend on all others */

typedef struct {
    PyObject *texts; /* of each line; a list that belongs to the result */
    PyObject *alike; /* a list of those that it is likely to have */
    Py_ssize_t n_alike;
    PyObject *recent[N_RECENT]; /* some of its texts, where it repeats them */
    Py_ssize_t n_shared;
} Column;

/* Lines that lie between two places; the last one needs no line feed. */
typedef struct {
    const char *at;
    const char *end;
    char separator;
    Py_ssize_t width;
    Column *columns;
} Lines;

/* Leaves out the ends of the last lines; 0 where a return belongs to the last field. */
static int leave_ends(Lines *lines)
{
    const char *end = lines->end;
    while (lines->end > lines->at && (lines->end[-1] == '\n' || lines->end[-1] == '\r'))
        lines->end--;
    return end - lines->end < 2 || lines->end[0] != '\r' || lines->end[1] != '\r';
}

static Py_ssize_t count_marks(const Lines *lines, char mark)
{
    Py_ssize_t n = 0;
    for (const char *at = lines->at; at < lines->end; at++)
        n += *at == mark;
    return n;
}

/* Where a text that may come again is kept; NULL in a column that has mostly new ones. */
static PyObject **recent_place(Column *column, Py_ssize_t row, const char *field, size_t length)
{
    if (row - 2 * column->n_shared > MAX_NEW)
        return NULL;
    return &column->recent[(load_text(field, length) + length) * MIXER >> (64 - RECENT_BITS)];
}

/* The text of a field: one that it is likely to be, if it is, so that there is one in memory. */
static PyObject *text_of_field(Column *column, Py_ssize_t row, const char *field, Py_ssize_t length)
{
    int is_alike = row < column->n_alike;
    PyObject **recent = is_alike ? NULL : recent_place(column, row, field, (size_t)length);
    PyObject *likely = is_alike ? PyList_GetItem(column->alike, row) : recent ? *recent : NULL;
    Py_ssize_t n = 0;
    const char *text = likely ? PyUnicode_AsUTF8AndSize(likely, &n) : NULL;
    if (likely && !text)
        return NULL;
    if (text && n == length && !memcmp(text, field, (size_t)n)) {
        column->n_shared++;
        return Py_NewRef(likely);
    }
    PyObject *own = PyUnicode_DecodeUTF8(field, length, NULL);
    if (recent)
        *recent = own;
    return own;
}

/* Cuts one line; 0 where it has another width, may be blank, or Python has set an error. */
static int cut_line(Lines *lines, Py_ssize_t row)
{
    const char *at = lines->at, *end = lines->end;
    if (lines->width == 1 && (at == end || *at <= ' ' || *at > '~'))
        return 0;
    for (Py_ssize_t place = 0; place < lines->width; place++) {
        const char *field = at;
        while (at < end && *at != lines->separator && *at != '\n')
            at++;
        int is_last = place == lines->width - 1, ends_line = at == end || *at == '\n';
        if (is_last != ends_line)
            return 0;
        Py_ssize_t length = at - field;
        if (is_last && at < end && length && at[-1] == '\r')
            length--;
        PyObject *text = text_of_field(&lines->columns[place], row, field, length);
        if (!text)
            return 0;
        PyList_SetItem(lines->columns[place].texts, row, text);
        if (at < end)
            at++;
    }
    lines->at = at;
    return 1;
}

/* Makes the columns of so many lines, as a list; NULL with an error set. */
static PyObject *new_columns(Lines *lines, PyObject *alike, Py_ssize_t n)
{
    PyObject *result = PyList_New(lines->width);
    lines->columns = malloc((size_t)lines->width * sizeof *lines->columns);
    if (result && !lines->columns)
        PyErr_NoMemory();
    for (Py_ssize_t place = 0; result && lines->columns && place < lines->width; place++) {
        Column own = {PyList_New(n), PyList_GetItem(alike, place), 0, {NULL}, 0};
        if (!own.texts)
            break;
        PyList_SetItem(result, place, own.texts);
        own.n_alike = PyList_Size(own.alike); /* -1 and an error for what is no list */
        lines->columns[place] = own;
    }
    if (PyErr_Occurred())
        Py_CLEAR(result);
    return result;
}

static PyObject *cut_columns(PyObject *Py_UNUSED(module), PyObject *args)
{
    const char *text, *separator;
    Py_ssize_t length, start, n_bytes;
    PyObject *alike;
    if (!PyArg_ParseTuple(args, "s#ns#O!", &text, &length, &start, &separator, &n_bytes,
                          &PyList_Type, &alike))
        return NULL;
    Py_ssize_t width = PyList_Size(alike);
    if (start < 0 || start > length || n_bytes != 1 || !width) {
        PyErr_SetString(PyExc_ValueError, "there is nothing to cut, or nothing to cut it at");
        return NULL;
    }
    Lines lines = {text + start, text + length, *separator, width, NULL};
    if (!leave_ends(&lines) || count_marks(&lines, '"'))
        Py_RETURN_NONE;
    Py_ssize_t n = count_marks(&lines, '\n') + 1;
    PyObject *result = new_columns(&lines, alike, n);
    int is_plain = result != NULL;
    for (Py_ssize_t row = 0; is_plain && row < n; row++)
        is_plain = cut_line(&lines, row);
    free(lines.columns);
    if (is_plain)
        return result;
    Py_XDECREF(result);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

#endif
