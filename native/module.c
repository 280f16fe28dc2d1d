/* The Python face of the kernels: tutela._kernels, limited API of CPython 3.11 (abi3).
 *
 * Arguments are buffers, never paths or Python objects; every size and offset is checked here
 * or in the kernel before it is used, and the interpreter lock is released around the work.
 * There is no mutable state. tutela.arithmetic.paths.Kernels describes the calls.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernels.h"

/* The headers of CPython 3.12 and 3.13 let Py_RETURN_NONE take no reference, because None is immortal there;
 * a module that is built with them and run by 3.11, as the limited API allows, would then free it. */
static PyObject *none(void) {
    return Py_NewRef(Py_None);
}

/* Fails with the exception that belongs to a kernel's result. */
static PyObject *failed(tk_result result) {
    switch (result) {
    case TK_NO_MEMORY: return PyErr_NoMemory();
    case TK_DAMAGED: PyErr_SetString(PyExc_ValueError, "the index is damaged: its buckets point outside"); break;
    case TK_OUT_OF_RANGE:
        PyErr_SetString(PyExc_ValueError, "a reduction beyond +-4096 or a quality scale beyond 0-4");
        break;
    default: PyErr_SetString(PyExc_SystemError, "unknown result of a kernel");
    }
    return NULL;
}

static int arguments_are(Py_ssize_t given, Py_ssize_t expected) {
    if (given == expected) return 1;
    PyErr_Format(PyExc_TypeError, "%zd arguments needed, %zd given", expected, given);
    return 0;
}

/* A buffer of `items` items of `item_size` bytes (items < 0: any number), contiguous and aligned. */
static int take(PyObject *object, Py_buffer *view, int writable, Py_ssize_t item_size, Py_ssize_t items) {
    if (PyObject_GetBuffer(object, view, writable ? PyBUF_WRITABLE | PyBUF_C_CONTIGUOUS : PyBUF_C_CONTIGUOUS)) return 0;
    if (view->itemsize == item_size && view->len % item_size == 0 && (uintptr_t)view->buf % (size_t)item_size == 0 &&
        (items < 0 || view->len / item_size == items))
        return 1;
    PyErr_Format(PyExc_ValueError, "a buffer of %zd bytes in items of %zd: aligned items of %zd bytes needed",
                 view->len, view->itemsize, item_size);
    PyBuffer_Release(view);
    return 0;
}

/* A whole number from low to high, or -1 with an exception. */
static long long number(PyObject *object, long long low, long long high) {
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) return -1;
    if (value >= low && value <= high) return value;
    PyErr_Format(PyExc_ValueError, "%lld: a number from %lld to %lld needed", value, low, high);
    return -1;
}

/* A level this CPU can run: an illegal instruction would end the process. */
static int level_from(PyObject *object) { return (int)number(object, 0, tk_levels() - 1); }

static PyObject *py_levels(PyObject *module, PyObject *nothing) {
    (void)module;
    (void)nothing;
    return PyLong_FromLong(tk_levels());
}

/* ---- PDQ -------------------------------------------------------------------------------- */

typedef struct {
    Py_buffer starts, lengths, weights;
    tk_band band;
} held_band;

static void release_band(held_band *held) {
    PyBuffer_Release(&held->starts);
    PyBuffer_Release(&held->lengths);
    PyBuffer_Release(&held->weights);
}

/* A band (starts, lengths, weights) for a side of n samples. */
static int take_band(PyObject *triple, Py_ssize_t n, held_band *held) {
    if (!PyTuple_Check(triple) || PyTuple_Size(triple) != 3) {
        PyErr_SetString(PyExc_TypeError, "(starts, lengths, weights) needed");
        return 0;
    }
    if (!take(PyTuple_GetItem(triple, 0), &held->starts, 0, 4, TK_SIDE)) return 0;
    if (!take(PyTuple_GetItem(triple, 1), &held->lengths, 0, 4, TK_SIDE)) goto no_lengths;
    if (!take(PyTuple_GetItem(triple, 2), &held->weights, 0, 4, -1)) goto no_weights;
    held->band.starts = held->starts.buf;
    held->band.lengths = held->lengths.buf;
    held->band.weights = held->weights.buf;
    held->band.width = held->weights.len / 4 / TK_SIDE;
    if (tk_band_fits(&held->band, n)) return 1;
    PyErr_SetString(PyExc_ValueError, "the operator does not fit the picture");
    PyBuffer_Release(&held->weights);
no_weights:
    PyBuffer_Release(&held->lengths);
no_lengths:
    PyBuffer_Release(&held->starts);
    return 0;
}

/* uint8 (H, W) or (H, W, 3) whose samples lie side by side within a row. */
static int take_pixels(PyObject *object, Py_buffer *view, tk_pixels *pixels) {
    if (PyObject_GetBuffer(object, view, PyBUF_STRIDES)) return 0;
    int channels = view->ndim == 3 ? (view->shape[2] == 3 ? 3 : 0) : view->ndim == 2 ? 1 : 0;
    if (view->itemsize == 1 && channels && view->shape[0] > 0 && view->shape[1] > 0 &&
        view->shape[1] <= PY_SSIZE_T_MAX / 64 && view->strides[1] == channels &&
        (channels == 1 || view->strides[2] == 1)) {
        *pixels = (tk_pixels){view->buf, view->shape[0], view->shape[1], channels, view->strides[0]};
        return 1;
    }
    PyErr_SetString(PyExc_ValueError, "uint8 pixels (H, W) or (H, W, 3) with dense rows needed");
    PyBuffer_Release(view);
    return 0;
}

static PyObject *py_reduce_luma(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    Py_buffer view, into;
    held_band rows, columns;
    tk_pixels pixels;
    tk_result result = TK_OK;
    int level, done = 0;
    if (!arguments_are(count, 5) || (level = level_from(args[0])) < 0) return NULL;
    if (!take_pixels(args[1], &view, &pixels)) return NULL;
    if (!take_band(args[2], pixels.height, &rows)) goto no_rows;
    if (!take_band(args[3], pixels.width, &columns)) goto no_columns;
    if (!take(args[4], &into, 1, 4, TK_SIDE * TK_SIDE)) goto no_into;
    Py_BEGIN_ALLOW_THREADS
    result = tk_reduce(level, &pixels, &rows.band, &columns.band, into.buf);
    Py_END_ALLOW_THREADS
    done = 1;
    PyBuffer_Release(&into);
no_into:
    release_band(&columns);
no_columns:
    release_band(&rows);
no_rows:
    PyBuffer_Release(&view);
    if (!done) return NULL;
    if (result != TK_OK) return failed(result);
    return none();
}

static PyObject *py_finish(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    Py_buffer luma;
    uint8_t hashes[TK_FORMS][TK_HASH_BYTES];
    int quality = 0, forms;
    tk_result result;
    if (!arguments_are(count, 3)) return NULL;
    double scale = PyFloat_AsDouble(args[1]);
    if (scale == -1.0 && PyErr_Occurred()) return NULL;
    if ((forms = (int)number(args[2], 1, TK_FORMS)) < 0) return NULL;
    if (!take(args[0], &luma, 0, 4, TK_SIDE * TK_SIDE)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    result = tk_finish(luma.buf, (float)scale, forms, hashes, &quality);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&luma);
    if (result != TK_OK) return failed(result);

    PyObject *values = PyTuple_New(forms);
    for (int form = 0; values && form < forms; form++) {
        PyObject *value = PyBytes_FromStringAndSize((const char *)hashes[form], TK_HASH_BYTES);
        if (!value || PyTuple_SetItem(values, form, value)) Py_CLEAR(values);
    }
    return values ? Py_BuildValue("(Ni)", values, quality) : NULL;
}

/* ---- Search ----------------------------------------------------------------------------- */

/* Hash words: any number of hashes up to `most`; returns it, or -1 with an exception. */
static long long take_hashes(PyObject *object, Py_buffer *view, long long most) {
    if (!take(object, view, 0, 8, -1)) return -1;
    long long hashes = view->len / (8 * TK_WORDS);
    if (view->len % (8 * TK_WORDS) == 0 && hashes <= most) return hashes;
    PyErr_Format(PyExc_ValueError, "%zd bytes of hashes: at most %lld times 32 needed", view->len, most);
    PyBuffer_Release(view);
    return -1;
}

/* The bucket tables of `count` hashes. */
static int take_buckets(PyObject *offset_object, PyObject *entry_object, int writable, long long count,
                        Py_buffer *offsets, Py_buffer *entries) {
    if (!take(offset_object, offsets, writable, 4, TK_CHUNKS * (TK_BUCKETS + 1))) return 0;
    if (take(entry_object, entries, writable, 4, (Py_ssize_t)count * TK_CHUNKS * 4)) return 1;
    PyBuffer_Release(offsets);
    return 0;
}

static PyObject *py_mih_build(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    Py_buffer hashes, offsets, entries;
    tk_result result;
    if (!arguments_are(count, 3)) return NULL;
    long long hash_count = take_hashes(args[0], &hashes, UINT32_MAX);
    if (hash_count < 0) return NULL;
    if (!take_buckets(args[1], args[2], 1, hash_count, &offsets, &entries)) {
        PyBuffer_Release(&hashes);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    result = tk_build(hashes.buf, (uint32_t)hash_count, offsets.buf, entries.buf);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&entries);
    PyBuffer_Release(&offsets);
    PyBuffer_Release(&hashes);
    if (result != TK_OK) return failed(result);
    return none();
}

static PyObject *empty_bytes(size_t items, size_t item_size) {
    return items > PY_SSIZE_T_MAX / item_size ? PyErr_NoMemory()
                                              : PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(items * item_size));
}

/* The columns (query u32, id u32, distance u16, capped queries u32) of finished hits as bytes,
 * or None when there is no hit: the common case, which then costs nothing. */
static PyObject *columns_of(const tk_hits *hits) {
    if (!hits->used) return none();
    uint32_t capped_count = 0;
    for (uint32_t query = 0; hits->capped && query < hits->queries; query++) capped_count += hits->capped[query];
    PyObject *queries = empty_bytes(hits->used, 4), *ids = empty_bytes(hits->used, 4);
    PyObject *distances = empty_bytes(hits->used, 2), *capped = empty_bytes(capped_count, 4);
    if (!queries || !ids || !distances || !capped) {
        Py_XDECREF(queries);
        Py_XDECREF(ids);
        Py_XDECREF(distances);
        Py_XDECREF(capped);
        return NULL;
    }
    uint32_t *query_column = (uint32_t *)(void *)PyBytes_AsString(queries);
    uint32_t *id_column = (uint32_t *)(void *)PyBytes_AsString(ids);
    uint16_t *distance_column = (uint16_t *)(void *)PyBytes_AsString(distances);
    uint32_t *capped_column = (uint32_t *)(void *)PyBytes_AsString(capped);
    for (size_t i = 0; i < hits->used; i++) {
        query_column[i] = (uint32_t)(hits->keys[i] >> 41);
        id_column[i] = (uint32_t)(hits->keys[i] >> 9);
        distance_column[i] = (uint16_t)(hits->keys[i] & 511);
    }
    for (uint32_t query = 0; hits->capped && query < hits->queries; query++)
        if (hits->capped[query]) *capped_column++ = query;
    return Py_BuildValue("(NNNN)", queries, ids, distances, capped);
}

typedef struct {
    Py_buffer hashes, offsets, entries;
    tk_index index;
} held_index;

static void release_index(held_index *held) {
    PyBuffer_Release(&held->entries);
    PyBuffer_Release(&held->offsets);
    PyBuffer_Release(&held->hashes);
}

/* An index (hashes, offsets, entries). What the tables say is checked while they are read. */
static int take_index(PyObject *triple, held_index *held) {
    if (!PyTuple_Check(triple) || PyTuple_Size(triple) != 3) {
        PyErr_SetString(PyExc_TypeError, "(hashes, offsets, entries) needed");
        return 0;
    }
    long long count = take_hashes(PyTuple_GetItem(triple, 0), &held->hashes, UINT32_MAX);
    if (count < 0) return 0;
    if (!take_buckets(PyTuple_GetItem(triple, 1), PyTuple_GetItem(triple, 2), 0, count, &held->offsets,
                      &held->entries)) {
        PyBuffer_Release(&held->hashes);
        return 0;
    }
    held->index = (tk_index){held->hashes.buf, (uint32_t)count, held->offsets.buf, held->entries.buf};
    return 1;
}

/* (level, tables, queries, radius, per_query_max) -> columns or None */
static PyObject *mih_query(PyObject *const *args, Py_ssize_t count, int batch) {
    held_index held;
    Py_buffer queries;
    PyObject *columns = NULL;
    tk_hits hits;
    tk_result result;
    int level, radius;
    long long per_query_max, query_count;
    if (!arguments_are(count, 5) || (level = level_from(args[0])) < 0) return NULL;
    if ((radius = (int)number(args[3], 0, TK_RADIUS_MAX)) < 0) return NULL;
    if ((per_query_max = number(args[4], 1, UINT32_MAX)) < 0) return NULL;
    if (!take_index(args[1], &held)) return NULL;
    if ((query_count = take_hashes(args[2], &queries, TK_QUERIES_MAX)) < 0) goto no_queries;

    tk_hits_open(&hits, (uint32_t)query_count, (uint32_t)per_query_max);
    Py_BEGIN_ALLOW_THREADS
    result = tk_query(level, &held.index, queries.buf, (uint32_t)query_count, radius, batch, &hits);
    if (result == TK_OK) result = tk_hits_finish(&hits);
    Py_END_ALLOW_THREADS
    columns = result == TK_OK ? columns_of(&hits) : failed(result);
    tk_hits_close(&hits);
    PyBuffer_Release(&queries);
no_queries:
    release_index(&held);
    return columns;
}

static PyObject *py_mih_query(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    return mih_query(args, count, 0);
}

static PyObject *py_mih_query_batch(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    return mih_query(args, count, 1);
}

static PyObject *py_brute_query(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    Py_buffer hashes, queries;
    PyObject *columns = NULL;
    tk_hits hits;
    tk_result result;
    int level, radius;
    long long per_query_max, hash_count, query_count;
    if (!arguments_are(count, 5) || (level = level_from(args[0])) < 0) return NULL;
    if ((radius = (int)number(args[3], 0, 8 * TK_HASH_BYTES)) < 0) return NULL;
    if ((per_query_max = number(args[4], 1, UINT32_MAX)) < 0) return NULL;
    if ((hash_count = take_hashes(args[1], &hashes, UINT32_MAX)) < 0) return NULL;
    if ((query_count = take_hashes(args[2], &queries, TK_QUERIES_MAX)) < 0) goto no_queries;

    tk_hits_open(&hits, (uint32_t)query_count, (uint32_t)per_query_max);
    Py_BEGIN_ALLOW_THREADS
    result = tk_brute(level, hashes.buf, (uint32_t)hash_count, queries.buf, (uint32_t)query_count, radius, &hits);
    if (result == TK_OK) result = tk_hits_finish(&hits);
    Py_END_ALLOW_THREADS
    columns = result == TK_OK ? columns_of(&hits) : failed(result);
    tk_hits_close(&hits);
    PyBuffer_Release(&queries);
no_queries:
    PyBuffer_Release(&hashes);
    return columns;
}

/* ---- The module ------------------------------------------------------------------------- */

#define FAST(function) (PyCFunction)(void (*)(void))(function)

static PyMethodDef METHODS[] = {
    {"levels", py_levels, METH_NOARGS, "levels() -> number of instruction sets that run here, 1-3"},
    {"reduce_luma", FAST(py_reduce_luma), METH_FASTCALL, "reduce_luma(level, pixels, rows, columns, into)"},
    {"finish", FAST(py_finish), METH_FASTCALL, "finish(luma64, quality_scale, forms) -> (hashes, quality)"},
    {"mih_build", FAST(py_mih_build), METH_FASTCALL, "mih_build(hashes, offsets, entries)"},
    {"mih_query", FAST(py_mih_query), METH_FASTCALL,
     "mih_query(level, (hashes, offsets, entries), queries, radius, per_query_max) -> columns or None"},
    {"mih_query_batch", FAST(py_mih_query_batch), METH_FASTCALL, "as mih_query, bucket by bucket"},
    {"brute_query", FAST(py_brute_query), METH_FASTCALL,
     "brute_query(level, hashes, queries, radius, per_query_max) -> columns or None"},
    {NULL, NULL, 0, NULL},
};

static int initialise(PyObject *module) {
    (void)module;
    const uint16_t one = 1;
    if (*(const uint8_t *)&one != 1) { /* the arrays are little-endian files */
        PyErr_SetString(PyExc_ImportError, "tutela._kernels needs a little-endian machine");
        return -1;
    }
    tk_pdq_initialise();
    return 0;
}

static PyModuleDef_Slot SLOTS[] = {{Py_mod_exec, (void *)initialise}, {0, NULL}};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_kernels", "PDQ and Hamming search in C; see tutela.arithmetic.", 0, METHODS, SLOTS,
    NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernels(void) { return PyModuleDef_Init(&MODULE); }
