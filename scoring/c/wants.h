/* What is wanted of a reading: arrays to fill, lines to count, answers to hand over. */
#ifndef CLEFBOARD_WANTS_H
#define CLEFBOARD_WANTS_H

#include "reading.h"

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

#endif
