/* The type Reading. */
#ifndef CLEFBOARD_READING_TYPE_H
#define CLEFBOARD_READING_TYPE_H

#include "ids_type.h"
#include "plain_lines.h"
#include "wants.h"

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
        "{sK,sK,sK,sK,sy#,sn,sK,sK,sn,sd,sd,sK,sN,sI}", "next_line",
        (unsigned long long)r->next_line, "n_blank", (unsigned long long)r->n_blank, "n_lines",
        (unsigned long long)r->n_lines, "n_predictions", (unsigned long long)r->n_predictions,
        "answered", r->is_answered, (Py_ssize_t)r->queries->count, "width", (Py_ssize_t)r->width,
        "width_line", (unsigned long long)r->width_line, "n_answers",
        (unsigned long long)r->n_answers, "most", (Py_ssize_t)r->most_rows, "lowest", r->lowest,
        "highest", r->highest, "n_contradicting", (unsigned long long)r->n_contradicting,
        "contradicting", lines_of(r->contradicting, n_shown), "first_contradiction",
        r->first_contradiction);
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

#endif
