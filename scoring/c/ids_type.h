/* The type Ids. */
#ifndef CLEFBOARD_IDS_TYPE_H
#define CLEFBOARD_IDS_TYPE_H

#include "arrays.h"
#include "ids.h"

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

/* Makes keys of the next texts of a list, and has the memory fetched that they will be looked up in:
 * in a large table each of them is a wait. Returns how many, 0 at the end or with an error set.
 */
static Py_ssize_t next_keys(const Ids *ids, PyObject *list, Py_ssize_t at, Key *keys)
{
    PyObject *texts[BATCH];
    Py_ssize_t left = PyList_Size(list) - at, n = left < BATCH ? left : BATCH;
    for (Py_ssize_t place = 0; place < n; place++) {
        texts[place] = PyList_GetItem(list, at + place);
        fetch_text(texts[place]);
    }
    for (Py_ssize_t place = 0; place < n; place++) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(texts[place], &length);
        if (!text)
            return 0;
        keys[place] = key_of(ids, text, (size_t)length);
        PREFETCH(first_slot(ids, &keys[place]));
    }
    return n;
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
    Key keys[BATCH];
    for (Py_ssize_t at = 0, n_keys; (n_keys = next_keys(ids, list, at, keys)) > 0; at += n_keys)
        for (Py_ssize_t place = 0; place < n_keys; place++) {
            uint32_t code = intern_key(ids, &keys[place]);
            if (code == (uint32_t)(at + place))
                continue;
            if (code == NOTHING)
                PyErr_NoMemory();
            else
                PyErr_Format(PyExc_ValueError, "the id %R stands twice",
                             PyList_GetItem(list, at + place));
            return 0;
        }
    return !PyErr_Occurred();
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

/* Refuses to look at ids that are being added to, and moved, by another thread. */
static int is_still(const Ids *ids)
{
    int is_moved = ids->is_open && ids->n_at_work;
    if (is_moved)
        PyErr_SetString(PyExc_RuntimeError, "a reading adds to these ids");
    return !is_moved;
}

static PyObject *ids_find(PyObject *self, PyObject *args)
{
    PyObject *names, *codes;
    Buffer found = {0};
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &names, &codes))
        return NULL;
    const Ids *ids = (Ids *)self;
    Py_ssize_t n_found = 0;
    Key keys[BATCH];
    if (is_still(ids) && hold(codes, &found, "i", 1, 1) &&
        has_length(&found, (size_t)PyList_Size(names)))
        for (Py_ssize_t at = 0, n; (n = next_keys(ids, names, at, keys)) > 0; at += n)
            for (Py_ssize_t place = 0; place < n; place++) {
                uint32_t code = slot_of(ids, &keys[place])->code;
                INTS(found)[at + place] = (int32_t)code;
                n_found += code != NOTHING;
            }
    release(&found);
    return PyErr_Occurred() ? NULL : PyLong_FromSsize_t(n_found);
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
    if (!is_still(ids))
        return NULL;
    return PyUnicode_DecodeUTF8(text_of(ids, (uint32_t)code),
                                (Py_ssize_t)length_of(ids, (uint32_t)code), NULL);
}

static PyMethodDef IDS_METHODS[] = {
    {"find", ids_find, METH_VARARGS,
     "Write the number of each id into an array, -1 where it has none; return how many have one."},
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

#endif
