/* Exact search by Hamming distance: multi-index hashing over 16 chunks of 16 bits.
 *
 * If every chunk c of two hashes differed by more than T_c bits, the hashes would differ by at
 * least sum(T_c + 1). Spreading radius + 1 over the 16 chunks therefore guarantees that a pair
 * within the radius agrees in at least one chunk up to T_c <= 1 bits (Norouzi, Punjani, Fleet
 * 2012; performance.md section 4.1). A bucket entry carries 96 further bits of its hash: their
 * distance is a lower bound of the whole, so nearly all candidates are refused without touching
 * the hashes. tutela.arithmetic.mih_twin is the same in NumPy.
 */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#if TK_X86
#include <immintrin.h>
#endif

/* ---- Hits ------------------------------------------------------------------------------- */

void tk_hits_open(tk_hits *hits, uint32_t queries, uint32_t per_query_max) {
    hits->keys = hits->first;
    hits->used = 0;
    hits->room = TK_HITS_AT_ONCE;
    hits->per_query_max = per_query_max;
    hits->queries = queries;
    hits->capped = NULL;
}

void tk_hits_close(tk_hits *hits) {
    if (hits->keys != hits->first) free(hits->keys);
    free(hits->capped);
}

static void insertion_sort(uint64_t *keys, size_t count) {
    for (size_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        size_t j = i;
        for (; j && keys[j - 1] > key; j--) keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

/* Least significant byte first; bytes that are equal in all keys are skipped. */
static tk_result sort_keys(uint64_t *keys, size_t count) {
    if (count <= TK_HITS_AT_ONCE) {
        insertion_sort(keys, count);
        return TK_OK;
    }
    uint64_t *spare = malloc(count * sizeof *spare);
    if (!spare) return TK_NO_MEMORY;
    uint64_t *from = keys, *to = spare;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t starts[257] = {0};
        for (size_t i = 0; i < count; i++) starts[(from[i] >> shift & 255) + 1]++;
        if (starts[(from[0] >> shift & 255) + 1] == count) continue;
        for (int value = 0; value < 256; value++) starts[value + 1] += starts[value];
        for (size_t i = 0; i < count; i++) to[starts[from[i] >> shift & 255]++] = from[i];
        uint64_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != keys) memcpy(keys, from, count * sizeof *keys);
    free(spare);
    return TK_OK;
}

/* Sorts and keeps the per_query_max nearest of each query, marking those that had more. */
static tk_result keep_nearest(tk_hits *hits) {
    tk_result sorted = sort_keys(hits->keys, hits->used);
    if (sorted != TK_OK || hits->used <= hits->per_query_max) return sorted;
    size_t kept = 0;
    uint64_t query = UINT64_MAX, rank = 0;
    for (size_t i = 0; i < hits->used; i++) {
        uint64_t key = hits->keys[i];
        rank = key >> 41 == query ? rank + 1 : 0;
        query = key >> 41;
        if (rank < hits->per_query_max) {
            hits->keys[kept++] = key;
            continue;
        }
        if (!hits->capped) hits->capped = calloc(hits->queries, 1);
        if (!hits->capped) return TK_NO_MEMORY;
        hits->capped[query] = 1;
    }
    hits->used = kept;
    return TK_OK;
}

tk_result tk_hits_grow(tk_hits *hits) {
    if (hits->used > hits->per_query_max) {
        tk_result kept = keep_nearest(hits);
        if (kept != TK_OK) return kept;
        if (hits->used <= hits->room / 2) return TK_OK;
    }
    if (hits->room > SIZE_MAX / (2 * sizeof *hits->keys)) return TK_NO_MEMORY;
    size_t bytes = 2 * hits->room * sizeof *hits->keys;
    uint64_t *larger = hits->keys == hits->first ? malloc(bytes) : realloc(hits->keys, bytes);
    if (!larger) return TK_NO_MEMORY;
    if (hits->keys == hits->first) memcpy(larger, hits->first, hits->used * sizeof *larger);
    hits->keys = larger;
    hits->room *= 2;
    return TK_OK;
}

tk_result tk_hits_finish(tk_hits *hits) {
    tk_result kept = keep_nearest(hits);
    if (kept != TK_OK) return kept;
    for (size_t i = 0; i < hits->used; i++) {
        uint64_t key = hits->keys[i], low = key & ((UINT64_C(1) << 41) - 1);
        hits->keys[i] = key >> 41 << 41 | (low & UINT32_MAX) << 9 | low >> 32;
    }
    return sort_keys(hits->keys, hits->used);
}

/* ---- Chunks ----------------------------------------------------------------------------- */

static inline uint32_t chunk_of(const uint64_t *hash, int chunk) {
    return (uint32_t)(hash[chunk >> 2] >> (16 * (chunk & 3))) & 0xFFFFu;
}

static inline uint32_t half_of(const uint64_t *hash, int half) {
    return (uint32_t)(hash[(half & 7) >> 1] >> (32 * (half & 1)));
}

/* The three 32-bit words after the one that holds the chunk. */
static inline void further_of(const uint64_t *hash, int chunk, uint32_t *further) {
    int half = chunk / 2 + 1;
    for (int i = 0; i < 3; i++) further[i] = half_of(hash, half + i);
}

/* T_c + 1: 0 = the chunk is not needed, 1 = equal values, 2 = values up to one bit away. */
static inline int budget_of(int chunk, int radius) {
    return (radius + 1) / TK_CHUNKS + (chunk < (radius + 1) % TK_CHUNKS);
}

/* The values to look up in a chunk; returns their number: 0, 1 or 17. */
static inline int probes_of(uint32_t value, int budget, uint32_t *probes) {
    if (!budget) return 0;
    probes[0] = value;
    if (budget == 1) return 1;
    for (int bit = 0; bit < TK_CHUNKS; bit++) probes[1 + bit] = value ^ 1u << bit;
    return TK_PROBES;
}

tk_result tk_build(const uint64_t *hashes, uint32_t count, uint32_t *offsets, tk_entry *entries) {
    for (int chunk = 0; chunk < TK_CHUNKS; chunk++, offsets += TK_BUCKETS + 1, entries += count) {
        memset(offsets, 0, (TK_BUCKETS + 1) * sizeof *offsets);
        for (size_t i = 0; i < count; i++) offsets[chunk_of(hashes + TK_WORDS * i, chunk) + 1]++;
        for (int value = 0; value < TK_BUCKETS; value++) offsets[value + 1] += offsets[value];
        for (size_t i = 0; i < count; i++) {
            const uint64_t *hash = hashes + TK_WORDS * i;
            uint32_t place = offsets[chunk_of(hash, chunk)]++;
            if (place >= count) return TK_DAMAGED; /* the hashes changed under us */
            further_of(hash, chunk, entries[place].further);
            entries[place].id = (uint32_t)i;
        }
        memmove(offsets + 1, offsets, TK_BUCKETS * sizeof *offsets);
        offsets[0] = 0;
    }
    return TK_OK;
}

/* ---- One copy of the search per instruction set ------------------------------------------ */

/* TILE: hashes compared with all queries before the next ones are read, 64 KiB. GAP: entries between two
 * wanted buckets that are fetched along, 8 KiB. */
enum { TILE = 2048, GAP = 512 };

/* Bits set in 64 without a popcount instruction (Warren, Hacker's Delight, section 5-1). */
static inline unsigned bits_in_plain(uint64_t v) {
    v -= v >> 1 & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
    v = (v + (v >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (unsigned)(v * UINT64_C(0x0101010101010101) >> 56);
}

#define VARIANT(name) name##_plain
#define TARGET
#define BITS_IN bits_in_plain
#define WIDE 0
#include "search_paths.h"
#undef VARIANT
#undef TARGET
#undef BITS_IN
#undef WIDE

#if defined(__GNUC__)
#define VARIANT(name) name##_popcnt
#if TK_X86
#define TARGET __attribute__((target("popcnt")))
#else
#define TARGET
#endif
#define BITS_IN (unsigned)__builtin_popcountll
#define WIDE 0
#include "search_paths.h"
#undef VARIANT
#undef TARGET
#undef BITS_IN
#undef WIDE
#endif

#if TK_X86
#define VARIANT(name) name##_avx512
#define TARGET __attribute__((target("avx512f,avx512vpopcntdq,popcnt")))
#define BITS_IN (unsigned)__builtin_popcountll
#define WIDE 1
#include "search_paths.h"
#undef VARIANT
#undef TARGET
#undef BITS_IN
#undef WIDE
#endif

int tk_levels(void) {
#if TK_X86
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("popcnt")) return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq") ? 3 : 2;
#elif defined(__GNUC__)
    return 2;
#else
    return 1;
#endif
}

tk_result tk_query(int level, const tk_index *index, const uint64_t *queries, uint32_t query_count,
                   int radius, int batch, tk_hits *hits) {
#if TK_X86
    if (level >= TK_AVX512) return query_avx512(index, queries, query_count, radius, batch, hits);
#endif
#if defined(__GNUC__)
    if (level >= TK_POPCNT) return query_popcnt(index, queries, query_count, radius, batch, hits);
#endif
    (void)level;
    return query_plain(index, queries, query_count, radius, batch, hits);
}

tk_result tk_brute(int level, const uint64_t *hashes, uint32_t count, const uint64_t *queries,
                   uint32_t query_count, int radius, tk_hits *hits) {
#if TK_X86
    if (level >= TK_AVX512) return brute_avx512(hashes, count, queries, query_count, radius, hits);
#endif
#if defined(__GNUC__)
    if (level >= TK_POPCNT) return brute_popcnt(hashes, count, queries, query_count, radius, hits);
#endif
    (void)level;
    return brute_plain(hashes, count, queries, query_count, radius, hits);
}
