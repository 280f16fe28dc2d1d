/* What the parts of tutela._kernels share. Plain C11; nothing here knows Python.
 *
 * Each kernel is compiled once per instruction set ("level") from one template, because a
 * baseline x86-64 build has no POPCNT instruction (performance.md section 4.5). Results never
 * depend on the level: integers are exact, and the floats are summed in one fixed order with
 * contraction off (-ffp-contract=off).
 */
#ifndef TUTELA_KERNELS_H
#define TUTELA_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define TK_X86 1
#else
#define TK_X86 0
#endif

#if defined(__GNUC__)
#define TK_PREFETCH(address) __builtin_prefetch(address)
#define TK_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#else
#define TK_PREFETCH(address) ((void)(address))
#define TK_UNLIKELY(condition) (condition)
#endif

/* Instruction sets, slowest first; the numbers are those of tutela.arithmetic.paths. */
enum { TK_PLAIN = 0, TK_POPCNT = 1, TK_AVX512 = 2 };

/* How a kernel ended; module.c turns these into Python's exceptions. */
typedef enum { TK_OK = 0, TK_NO_MEMORY = -1, TK_DAMAGED = -2, TK_OUT_OF_RANGE = -3 } tk_result;

/* Number of levels this CPU and this build can run: 1 to 3. */
int tk_levels(void);

/* ---- PDQ (pdq.c) ------------------------------------------------------------------------ */

enum { TK_SIDE = 64, TK_FREQUENCIES = 16, TK_HASH_BYTES = 32, TK_FORMS = 8 };

/* The banded 64 x n matrix of one side: row i weighs lengths[i] samples from starts[i] on. */
typedef struct {
    const int32_t *starts, *lengths;
    const float *weights;
    ptrdiff_t width; /* weights a row */
} tk_band;

typedef struct {
    const uint8_t *data;
    ptrdiff_t height, width, channels; /* channels: 1 or 3 */
    ptrdiff_t row_stride;              /* bytes from one row to the next, may be negative */
} tk_pixels;

/* Whether every row of the band stays within n samples and within its own width. */
int tk_band_fits(const tk_band *band, ptrdiff_t n);

/* Fills the DCT matrix; called once, at import. */
void tk_pdq_initialise(void);

/* into[64][64] = rows . luma(pixels) . columns^T. Bands must fit (tk_band_fits). */
tk_result tk_reduce(int level, const tk_pixels *pixels, const tk_band *rows, const tk_band *columns, float *into);

/* The hashes of the first `forms` (1 or 8) orientations of a reduction, and its quality 0-100. */
tk_result tk_finish(const float *luma, float quality_scale, int forms, uint8_t (*hashes)[TK_HASH_BYTES],
                    int *quality);

/* ---- Search (search.c) ------------------------------------------------------------------ */

enum {
    TK_WORDS = 4,          /* 64-bit words of a hash */
    TK_CHUNKS = 16,        /* chunks of 16 bits */
    TK_BUCKETS = 1 << 16,  /* values of a chunk */
    TK_RADIUS_MAX = 31,    /* two values of distance per chunk: 16 * 2 - 1 */
    TK_PROBES = 17,        /* the value itself and its 16 neighbours one bit away */
    TK_QUERIES_MAX = 1 << 16,
    TK_HITS_AT_ONCE = 64   /* hits held without allocating */
};

/* 96 bits of the hash outside the chunk's own word, and the row of the hash. */
typedef struct {
    uint32_t further[3];
    uint32_t id;
} tk_entry;

typedef struct {
    const uint64_t *hashes; /* count * TK_WORDS */
    uint32_t count;
    const uint32_t *offsets;  /* TK_CHUNKS * (TK_BUCKETS + 1); untrusted: checked at each use */
    const tk_entry *entries;  /* TK_CHUNKS * count; untrusted: ids are checked at each use */
} tk_index;

/* Found pairs as keys: query (23 bits), distance (9), id (32), so that sorting puts the
 * nearest first. Each query keeps its per_query_max nearest; the others are marked. */
typedef struct {
    uint64_t *keys;
    size_t used, room;
    uint32_t per_query_max;
    uint32_t queries;
    uint8_t *capped; /* one flag a query; NULL until the first is capped */
    uint64_t first[TK_HITS_AT_ONCE];
} tk_hits;

void tk_hits_open(tk_hits *hits, uint32_t queries, uint32_t per_query_max);
void tk_hits_close(tk_hits *hits);
tk_result tk_hits_grow(tk_hits *hits);
/* Sorts by query and id, and packs keys as query (23), id (32), distance (9). */
tk_result tk_hits_finish(tk_hits *hits);

static inline tk_result tk_hits_add(tk_hits *hits, uint32_t query, unsigned distance, uint32_t id) {
    if (TK_UNLIKELY(hits->used == hits->room)) {
        tk_result grown = tk_hits_grow(hits);
        if (grown != TK_OK) return grown;
    }
    hits->keys[hits->used++] = (uint64_t)query << 41 | (uint64_t)distance << 32 | id;
    return TK_OK;
}

/* Fills offsets and entries of `count` hashes: a stable counting sort per chunk. */
tk_result tk_build(const uint64_t *hashes, uint32_t count, uint32_t *offsets, tk_entry *entries);

tk_result tk_query(int level, const tk_index *index, const uint64_t *queries, uint32_t query_count,
                   int radius, int batch, tk_hits *hits);
tk_result tk_brute(int level, const uint64_t *hashes, uint32_t count, const uint64_t *queries,
                   uint32_t query_count, int radius, tk_hits *hits);

#endif
