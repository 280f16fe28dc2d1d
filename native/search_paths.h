/* Template: bucket scan, single query, batch and brute force for one instruction set.
 * Included by search.c with VARIANT(name), TARGET, BITS_IN(word) and WIDE (1: AVX-512
 * VPOPCNTDQ) defined; no include guard on purpose.
 */

/* What one query needs inside one chunk. */
typedef struct {
    const tk_index *index;
    const uint64_t *query;
    uint32_t number; /* of the query */
    int chunk, radius;
} VARIANT(probe);

TARGET static inline unsigned VARIANT(distance)(const uint64_t *a, const uint64_t *b) {
    return BITS_IN(a[0] ^ b[0]) + BITS_IN(a[1] ^ b[1]) + BITS_IN(a[2] ^ b[2]) + BITS_IN(a[3] ^ b[3]);
}

/* Judges a candidate by its whole hash. A pair turns up in every chunk in which it is close;
 * it counts in the first of them only, so that each hit is reported once without sorting. */
TARGET static tk_result VARIANT(judge)(const VARIANT(probe) *probe, uint32_t id, tk_hits *hits) {
    if (id >= probe->index->count) return TK_DAMAGED;
    const uint64_t *hash = probe->index->hashes + (size_t)TK_WORDS * id;
    unsigned distance = VARIANT(distance)(probe->query, hash);
    if (distance > (unsigned)probe->radius) return TK_OK;
    for (int chunk = 0; chunk < probe->chunk; chunk++) {
        uint32_t differing = chunk_of(probe->query, chunk) ^ chunk_of(hash, chunk);
        if ((int)BITS_IN(differing) < budget_of(chunk, probe->radius)) return TK_OK;
    }
    return tk_hits_add(hits, probe->number, distance, id);
}

/* Looks through one bucket: candidates whose further 96 bits are within the radius are judged. */
#if WIDE
TARGET static inline tk_result VARIANT(scan)(const VARIANT(probe) *probe, const tk_entry *entries, uint32_t count,
                                             const uint32_t *further, tk_hits *hits) {
    const __mmask16 no_ids = 0x7777; /* four entries of three words; the ids are masked out */
    const __m512i radius = _mm512_set1_epi64(probe->radius);
    const __m512i wanted = _mm512_maskz_broadcast_i32x4(
        no_ids, _mm_set_epi32(0, (int)further[2], (int)further[1], (int)further[0]));
    for (uint32_t x = 0; x < count; x += 4) {
        uint32_t here = count - x < 4 ? count - x : 4;
        __mmask16 present = (__mmask16)(((1u << 4 * here) - 1) & no_ids);
        __m512i bits = _mm512_popcnt_epi64(
            _mm512_xor_si512(_mm512_maskz_loadu_epi32(present, entries + x), wanted));
        bits = _mm512_add_epi64(bits, _mm512_shuffle_epi32(bits, (_MM_PERM_ENUM)0x4E)); /* both halves of an entry */
        unsigned close = _mm512_cmple_epu64_mask(bits, radius) & 0x55u;
        while (TK_UNLIKELY(close)) {
            uint32_t which = (uint32_t)__builtin_ctz(close) / 2;
            close &= close - 1;
            if (which >= here) break;
            tk_result judged = VARIANT(judge)(probe, entries[x + which].id, hits);
            if (judged != TK_OK) return judged;
        }
    }
    return TK_OK;
}
#else
TARGET static inline tk_result VARIANT(scan)(const VARIANT(probe) *probe, const tk_entry *entries, uint32_t count,
                                             const uint32_t *further, tk_hits *hits) {
    uint64_t wanted = (uint64_t)further[1] << 32 | further[0];
    for (uint32_t x = 0; x < count; x++) {
        const uint32_t *there = entries[x].further;
        unsigned bits = BITS_IN(((uint64_t)there[1] << 32 | there[0]) ^ wanted);
        bits += BITS_IN((uint64_t)(there[2] ^ further[2]));
        if (TK_UNLIKELY(bits <= (unsigned)probe->radius)) {
            tk_result judged = VARIANT(judge)(probe, entries[x].id, hits);
            if (judged != TK_OK) return judged;
        }
    }
    return TK_OK;
}
#endif

/* One query: all offsets are fetched before the first entry is read, and the entries of a
 * bucket three probes before they are scanned, so that memory latency overlaps. */
TARGET static tk_result VARIANT(query_one)(const tk_index *index, const uint64_t *query, uint32_t number, int radius,
                                           tk_hits *hits) {
    uint32_t low[TK_CHUNKS * TK_PROBES + 3], high[TK_CHUNKS * TK_PROBES + 3], probes[TK_CHUNKS * TK_PROBES];
    int ends[TK_CHUNKS + 1] = {0};
    for (int chunk = 0; chunk < TK_CHUNKS; chunk++) {
        const uint32_t *offsets = index->offsets + (size_t)chunk * (TK_BUCKETS + 1);
        int first = ends[chunk], many = probes_of(chunk_of(query, chunk), budget_of(chunk, radius), probes + first);
        for (int k = first; k < first + many; k++) TK_PREFETCH(offsets + probes[k]);
        ends[chunk + 1] = first + many;
    }
    for (int chunk = 0; chunk < TK_CHUNKS; chunk++) {
        const uint32_t *offsets = index->offsets + (size_t)chunk * (TK_BUCKETS + 1);
        const tk_entry *entries = index->entries + (size_t)chunk * index->count;
        for (int k = ends[chunk]; k < ends[chunk + 1]; k++) {
            low[k] = offsets[probes[k]];
            high[k] = offsets[probes[k] + 1];
            if (low[k] > high[k] || high[k] > index->count) return TK_DAMAGED;
            TK_PREFETCH(entries + low[k]);
        }
    }
    for (int chunk = 0; chunk < TK_CHUNKS; chunk++) {
        const tk_entry *entries = index->entries + (size_t)chunk * index->count;
        VARIANT(probe) probe = {index, query, number, chunk, radius};
        uint32_t further[3];
        further_of(query, chunk, further);
        for (int k = ends[chunk]; k < ends[chunk + 1]; k++) {
            if (k + 3 < ends[chunk + 1])
                for (uint32_t x = low[k + 3] + 4; x < high[k + 3] && x < low[k + 3] + 64; x += 4)
                    TK_PREFETCH(entries + x);
            tk_result scanned = VARIANT(scan)(&probe, entries + low[k], high[k] - low[k], further, hits);
            if (scanned != TK_OK) return scanned;
        }
    }
    return TK_OK;
}

/* Sorts probes (bucket in the upper half, query in the lower) by bucket: two passes of a byte.
 * `probes` and `spare` hold `count` each; the result is in `probes`. */
TARGET static void VARIANT(sort_probes)(uint32_t *probes, uint32_t *spare, size_t count) {
    for (int shift = 16; shift < 32; shift += 8) {
        size_t starts[257] = {0};
        for (size_t i = 0; i < count; i++) starts[(probes[i] >> shift & 255) + 1]++;
        for (int value = 0; value < 256; value++) starts[value + 1] += starts[value];
        for (size_t i = 0; i < count; i++) spare[starts[probes[i] >> shift & 255]++] = probes[i];
        uint32_t *swapped = probes;
        probes = spare;
        spare = swapped;
    }
}

/* All queries in one chunk, in the order of the buckets: each bucket comes into the cache once. From
 * about 800 queries on, every fifth bucket is wanted and the gaps are fetched too: memory gives 31 GB/s in a
 * row and 7 GB/s in pieces (measured). Where there is a probe for each bucket, the processor streams by
 * itself and to ask for lines only costs time. */
TARGET static tk_result VARIANT(query_chunk)(const tk_index *index, const uint64_t *queries, const uint32_t *probes,
                                             size_t probe_count, const uint32_t *further, int chunk, int radius,
                                             tk_hits *hits) {
    const uint32_t *offsets = index->offsets + (size_t)chunk * (TK_BUCKETS + 1);
    const tk_entry *entries = index->entries + (size_t)chunk * index->count;
    uint64_t fetched = 0; /* entries before this one were asked for */
    const uint64_t gap = probe_count >= TK_BUCKETS / 5 ? GAP : 0;
    for (size_t i = 0; i < probe_count; i++) {
        if (i + 32 < probe_count) TK_PREFETCH(offsets + (probes[i + 32] >> 16));
        if (i + 12 < probe_count && probe_count < TK_BUCKETS) {
            uint32_t ahead = probes[i + 12] >> 16;
            uint64_t from = offsets[ahead], to = offsets[ahead + 1];
            if (from < fetched || from - fetched <= gap) from = fetched;
            if (to > from + 2 * GAP) to = from + 2 * GAP; /* offsets are untrusted */
            for (; from < to; from += 4) TK_PREFETCH(entries + from);
            fetched = from;
        }
        uint32_t bucket = probes[i] >> 16, number = probes[i] & 0xFFFFu;
        uint32_t low = offsets[bucket], high = offsets[bucket + 1];
        if (low > high || high > index->count) return TK_DAMAGED;
        VARIANT(probe) probe = {index, queries + (size_t)TK_WORDS * number, number, chunk, radius};
        tk_result scanned = VARIANT(scan)(&probe, entries + low, high - low, further + 3 * (size_t)number, hits);
        if (scanned != TK_OK) return scanned;
    }
    return TK_OK;
}

TARGET static tk_result VARIANT(query_batch)(const tk_index *index, const uint64_t *queries, uint32_t query_count,
                                             int radius, tk_hits *hits) {
    size_t room = (size_t)query_count * TK_PROBES;
    uint32_t *probes = malloc((2 * room + 3 * (size_t)query_count) * sizeof *probes);
    if (!probes) return TK_NO_MEMORY;
    uint32_t *spare = probes + room, *further = spare + room;
    tk_result result = TK_OK;
    for (int chunk = 0; chunk < TK_CHUNKS && result == TK_OK; chunk++) {
        size_t count = 0;
        for (uint32_t number = 0; number < query_count; number++) {
            const uint64_t *query = queries + (size_t)TK_WORDS * number;
            int many = probes_of(chunk_of(query, chunk), budget_of(chunk, radius), probes + count);
            for (int k = 0; k < many; k++, count++) probes[count] = probes[count] << 16 | number;
            further_of(query, chunk, further + 3 * (size_t)number);
        }
        VARIANT(sort_probes)(probes, spare, count);
        result = VARIANT(query_chunk)(index, queries, probes, count, further, chunk, radius, hits);
    }
    free(probes);
    return result;
}

TARGET static tk_result VARIANT(query)(const tk_index *index, const uint64_t *queries, uint32_t query_count,
                                       int radius, int batch, tk_hits *hits) {
    if (batch) return VARIANT(query_batch)(index, queries, query_count, radius, hits);
    for (uint32_t number = 0; number < query_count; number++) {
        tk_result result =
            VARIANT(query_one)(index, queries + (size_t)TK_WORDS * number, number, radius, hits);
        if (result != TK_OK) return result;
    }
    return TK_OK;
}

/* Every hash of a tile against one query. */
#if WIDE
TARGET static tk_result VARIANT(brute_tile)(const uint64_t *hashes, uint32_t first, uint32_t last,
                                            const uint64_t *query, uint32_t number, int radius, tk_hits *hits) {
    const __m512i wanted = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)query));
    const __m512i limit = _mm512_set1_epi64(radius);
    for (uint32_t x = first; x < last; x += 2) {
        __mmask8 present = last - x < 2 ? 0x0F : 0xFF; /* two hashes of four words */
        __m512i bits = _mm512_popcnt_epi64(
            _mm512_xor_si512(_mm512_maskz_loadu_epi64(present, hashes + (size_t)TK_WORDS * x), wanted));
        bits = _mm512_add_epi64(bits, _mm512_permutex_epi64(bits, 0x4E));
        bits = _mm512_add_epi64(bits, _mm512_shuffle_epi32(bits, (_MM_PERM_ENUM)0x4E));
        unsigned close = _mm512_cmple_epu64_mask(bits, limit) & 0x11u & present;
        while (TK_UNLIKELY(close)) {
            uint32_t id = x + (uint32_t)__builtin_ctz(close) / 4;
            close &= close - 1;
            unsigned distance = VARIANT(distance)(query, hashes + (size_t)TK_WORDS * id);
            tk_result added = tk_hits_add(hits, number, distance, id);
            if (added != TK_OK) return added;
        }
    }
    return TK_OK;
}
#else
TARGET static tk_result VARIANT(brute_tile)(const uint64_t *hashes, uint32_t first, uint32_t last,
                                            const uint64_t *query, uint32_t number, int radius, tk_hits *hits) {
    for (uint32_t id = first; id < last; id++) {
        const uint64_t *hash = hashes + (size_t)TK_WORDS * id;
        unsigned bits = BITS_IN(hash[0] ^ query[0]) + BITS_IN(hash[1] ^ query[1]);
        if (bits > (unsigned)radius) continue; /* half of the bits refuse nearly all */
        bits += BITS_IN(hash[2] ^ query[2]) + BITS_IN(hash[3] ^ query[3]);
        if (bits > (unsigned)radius) continue;
        tk_result added = tk_hits_add(hits, number, bits, id);
        if (added != TK_OK) return added;
    }
    return TK_OK;
}
#endif

#if WIDE
/* The same for many queries: the first 128 bits of the tile's hashes are laid out word by word
 * once, so that each query compares eight hashes at a time and touches the rest of a hash only
 * where half of the bits are within the radius already. */
TARGET static tk_result VARIANT(brute_tile_many)(const uint64_t *hashes, uint32_t first, uint32_t last,
                                                 const uint64_t *queries, uint32_t query_count, int radius,
                                                 tk_hits *hits) {
    uint64_t word0[TILE], word1[TILE];
    const __m512i limit = _mm512_set1_epi64(radius);
    uint32_t count = last - first;
    for (uint32_t x = 0; x < count; x++) {
        word0[x] = hashes[(size_t)TK_WORDS * (first + x)];
        word1[x] = hashes[(size_t)TK_WORDS * (first + x) + 1];
    }
    for (uint32_t number = 0; number < query_count; number++) {
        const uint64_t *query = queries + (size_t)TK_WORDS * number;
        const __m512i wanted0 = _mm512_set1_epi64((long long)query[0]);
        const __m512i wanted1 = _mm512_set1_epi64((long long)query[1]);
        for (uint32_t x = 0; x < count; x += 8) {
            __mmask8 present = (__mmask8)(count - x < 8 ? (1u << (count - x)) - 1 : 0xFFu);
            __m512i bits = _mm512_add_epi64(
                _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_maskz_loadu_epi64(present, word0 + x), wanted0)),
                _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_maskz_loadu_epi64(present, word1 + x), wanted1)));
            unsigned close = _mm512_mask_cmple_epu64_mask(present, bits, limit);
            while (TK_UNLIKELY(close)) {
                uint32_t id = first + x + (uint32_t)__builtin_ctz(close);
                close &= close - 1;
                unsigned distance = VARIANT(distance)(query, hashes + (size_t)TK_WORDS * id);
                if (distance > (unsigned)radius) continue;
                tk_result added = tk_hits_add(hits, number, distance, id);
                if (added != TK_OK) return added;
            }
        }
    }
    return TK_OK;
}
#endif

/* A tile stays in the cache while all queries pass over it. */
TARGET static tk_result VARIANT(brute)(const uint64_t *hashes, uint32_t count, const uint64_t *queries,
                                       uint32_t query_count, int radius, tk_hits *hits) {
    for (uint32_t first = 0; first < count; first += count - first < TILE ? count - first : TILE) {
        uint32_t last = count - first < TILE ? count : first + TILE;
#if WIDE
        if (query_count > 3) { /* fewer do not pay for the layout */
            tk_result many = VARIANT(brute_tile_many)(hashes, first, last, queries, query_count, radius, hits);
            if (many != TK_OK) return many;
            continue;
        }
#endif
        for (uint32_t number = 0; number < query_count; number++) {
            const uint64_t *query = queries + (size_t)TK_WORDS * number;
            tk_result result = VARIANT(brute_tile)(hashes, first, last, query, number, radius, hits);
            if (result != TK_OK) return result;
        }
    }
    return TK_OK;
}
