/* Reads run files and truths near the limit of the machine: checks lines and counts positions; cuts
 * tables into columns, sorts their texts and pairs queries with classes.
 *
 * It does what `LineChecker`, `Grouped`, `Scattered`, the tracers and the tables of this package do in
 * Python, and comes to the same judgement on every file; they are its oracle in the tests and run where
 * there is no compiler. It says which lines of a run are wrong and in what way; the words are made by the
 * Python side, which also judges each table that is not right and simple.
 *
 * A line of a run is first read by `read_plain_line`, field by field, which is quick and gives up on
 * anything that is not right and simple; `read_careful_line` is the rule. Nobody trusts the bytes that
 * come in: a line is quickly read only so far from their end that all it may touch lies before it, and
 * every table is asked only for what is in it.
 *
 * Its rooms, in `c`: platform < words < ids, numbers, columns; arrays < draws; words, arrays < order < pairs;
 * ids, arrays < reading < answers < gathering < careful_lines < plain_lines; and, for Python, wants,
 * ids_type, reading_type.
 */
#include "c/columns.h"
#include "c/draws.h"
#include "c/pairs.h"
#include "c/reading_type.h"

static PyMethodDef FUNCTIONS[] = {
    {"cut", cut_columns, METH_VARARGS, "Return the columns of lines, None where care is needed."},
    {"order", order, METH_VARARGS,
     "Write the places of texts in the order of their bytes; return whether all differ."},
    {"take", take, METH_VARARGS, "Return what stands in these places of a list."},
    {"pairs", pair_queries, METH_VARARGS, "Sort the lines of a ground truth within each query."},
    {"count_draws", count_draws, METH_VARARGS,
     "Count what a bit generator draws, in rows of a draw for each unit."},
    {NULL, NULL, 0, NULL}};

static int add_types(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->ids_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &IDS_SPEC, NULL);
    state->reading_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &READING_SPEC, NULL);
    if (!state->ids_type || !state->reading_type || PyModule_AddType(module, state->ids_type) < 0)
        return -1;
    return PyModule_AddType(module, state->reading_type);
}

static int visit_types(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    Py_VISIT(state->ids_type);
    Py_VISIT(state->reading_type);
    return 0;
}

static int clear_types(PyObject *module)
{
    State *state = PyModule_GetState(module);
    Py_CLEAR(state->ids_type);
    Py_CLEAR(state->reading_type);
    return 0;
}

static PyModuleDef_Slot MODULE_SLOTS[] = {{Py_mod_exec, add_types}, {0, NULL}};

static struct PyModuleDef MODULE = {.m_base = PyModuleDef_HEAD_INIT,
                                    .m_name = "_kernel",
                                    .m_doc =
                                        "Run files and truths, read near the limit of the machine.",
                                    .m_size = sizeof(State),
                                    .m_methods = FUNCTIONS,
                                    .m_slots = MODULE_SLOTS,
                                    .m_traverse = visit_types,
                                    .m_clear = clear_types};

PyMODINIT_FUNC PyInit__kernel(void)
{
    return PyModuleDef_Init(&MODULE);
}
