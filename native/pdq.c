/* PDQ: pixels -> 64 x 64 luma -> 16 x 16 DCT -> 256 bits.
 *
 * Sources: PDQ paper (ThreatExchange, hashing/hashing.pdf); performance.md section 2, whose
 * formulas are repeated where they are used. tutela.arithmetic.pdq_twin is the same in NumPy.
 */
#include "kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Source rows a sweep of the accumulator, and lanes of a long sum along a line. Both fix the
 * order of the additions, hence the bits of the result. */
enum { ROWS = 4, LANES = 4 };

/* ITU-R BT.601, as pdqhash computes it: in double, rounded once. */
static const double RED = 0.299, GREEN = 0.587, BLUE = 0.114;

/* D[p][q] = sqrt(2/64) cos(pi/128 (p + 1)(2q + 1)): frequencies 1..16, no constant term. The
 * root is rounded to float first, as in the reference (pdqhashing.cpp, dct_matrix_64). */
static float dct[TK_FREQUENCIES][TK_SIDE], dct_columns[TK_SIDE][TK_FREQUENCIES];

void tk_pdq_initialise(void) {
    const double pi = 3.14159265358979323846;
    const float root = (float)sqrt(2.0 / TK_SIDE);
    for (int p = 0; p < TK_FREQUENCIES; p++)
        for (int q = 0; q < TK_SIDE; q++)
            dct_columns[q][p] = dct[p][q] = (float)(root * cos(pi / 128.0 * (p + 1) * (2 * q + 1)));
}

int tk_band_fits(const tk_band *band, ptrdiff_t n) {
    for (int i = 0; i < TK_SIDE; i++) {
        ptrdiff_t start = band->starts[i], length = band->lengths[i];
        if (start < 0 || length < 1 || length > band->width || start > n - length) return 0;
    }
    return 1;
}

static ptrdiff_t whole_lanes(ptrdiff_t count) { return (count + LANES - 1) / LANES * LANES; }

/* Weights of a band with zeros behind each row's own, up to whole lanes. */
static void pad_band(const tk_band *band, float *padded) {
    ptrdiff_t width = whole_lanes(band->width);
    memset(padded, 0, TK_SIDE * (size_t)width * sizeof *padded);
    for (int i = 0; i < TK_SIDE; i++)
        memcpy(padded + i * width, band->weights + i * band->width, (size_t)band->lengths[i] * sizeof *padded);
}

#define VARIANT(name) name##_plain
#define TARGET
#include "pdq_reduce.h"
#undef VARIANT
#undef TARGET

#if TK_X86
#define VARIANT(name) name##_avx2
#define TARGET __attribute__((target("avx2")))
#include "pdq_reduce.h"
#undef VARIANT
#undef TARGET

#define VARIANT(name) name##_avx512
#define TARGET __attribute__((target("avx512f")))
#include "pdq_reduce.h"
#undef VARIANT
#undef TARGET
#endif

tk_result tk_reduce(int level, const tk_pixels *pixels, const tk_band *rows, const tk_band *columns, float *into) {
    size_t width = (size_t)pixels->width, samples = width * (size_t)pixels->channels;
    size_t lanes = (size_t)whole_lanes(columns->width);
    /* The line of luma is read up to a whole band behind its end, where it is 0. */
    float *line = calloc(samples + width + lanes + TK_SIDE * lanes, sizeof(float));
    if (!line) return TK_NO_MEMORY;
    float *luma = pixels->channels == 3 ? line + samples : line, *padded = line + samples + width + lanes;
    pad_band(columns, padded);
#if TK_X86
    if (level >= TK_AVX512) reduce_avx512(pixels, rows, columns, padded, line, luma, into);
    else if (level >= TK_POPCNT && __builtin_cpu_supports("avx2"))
        reduce_avx2(pixels, rows, columns, padded, line, luma, into);
    else
#endif
        reduce_plain(pixels, rows, columns, padded, line, luma, into);
    (void)level;
    free(line);
    return TK_OK;
}

/* B = D . A . D^T, each sum in the order of the reference (k ascending). */
static void transform(const float *luma, float coefficients[TK_FREQUENCIES][TK_FREQUENCIES]) {
    for (int p = 0; p < TK_FREQUENCIES; p++) {
        float across[TK_SIDE] = {0}, sums[TK_FREQUENCIES] = {0};
        for (int k = 0; k < TK_SIDE; k++)
            for (int j = 0; j < TK_SIDE; j++) across[j] += dct[p][k] * luma[k * TK_SIDE + j];
        for (int k = 0; k < TK_SIDE; k++)
            for (int q = 0; q < TK_FREQUENCIES; q++) sums[q] += across[k] * dct_columns[k][q];
        memcpy(coefficients[p], sums, sizeof sums);
    }
}

/* Maps a float to an unsigned integer of the same order. */
static uint32_t ordered(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* The 128th smallest of 256 values (the lower median; the reference's Torben search returns
 * the same number), found bit by bit from the top. */
static float lower_median(const float *values) {
    uint32_t keys[256], median = 0;
    for (int i = 0; i < 256; i++) keys[i] = ordered(values[i]);
    for (uint32_t bit = 0x80000000u; bit; bit >>= 1) {
        uint32_t candidate = median | bit;
        int below = 0;
        for (int i = 0; i < 256; i++) below += keys[i] < candidate;
        if (below < 128) median = candidate;
    }
    uint32_t bits = median & 0x80000000u ? median & 0x7FFFFFFFu : ~median;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Bit k = 16 p + q is 1 iff B[p][q] > median; bit 255 comes first. */
static void threshold(const float *coefficients, uint8_t *hash) {
    float median = lower_median(coefficients);
    memset(hash, 0, TK_HASH_BYTES);
    for (int k = 0; k < 256; k++)
        if (coefficients[k] > median) hash[31 - (k >> 3)] |= (uint8_t)(1u << (k & 7));
}

/* The sum of |trunc(100 (here - there) / 255)| over `count` pairs of neighbours. */
static int gradient(const float *here, const float *there, int count, float scale) {
    int32_t total = 0;
    for (int j = 0; j < count; j++) {
        int32_t step = (int32_t)((here[j] - there[j]) * scale * 100.0f / 255.0f);
        total += step < 0 ? -step : step;
    }
    return total;
}

/* Q = min(100, floor(sum of the gradients down and to the right / 90)); each difference is
 * truncated before it is added (performance.md section 2.5). */
static int quality_of(const float *luma, float scale) {
    int64_t total = 0;
    for (int i = 0; i < TK_SIDE; i++, luma += TK_SIDE) {
        if (i + 1 < TK_SIDE) total += gradient(luma, luma + TK_SIDE, TK_SIDE, scale);
        total += gradient(luma, luma + 1, TK_SIDE - 1, scale);
    }
    int64_t quality = total / 90;
    return quality > 100 ? 100 : (int)quality;
}

/* Mirroring an axis negates the cosines of even index; turning is mirroring and transposing
 * (performance.md section 2.6). Order: r0 r90 r180 r270 mx my md ma. */
static void orient(float upright[TK_FREQUENCIES][TK_FREQUENCIES], int form,
                   float turned[TK_FREQUENCIES][TK_FREQUENCIES]) {
    static const struct { uint8_t by_row, by_column, transposed; } ORIENTATIONS[TK_FORMS] = {
        {0, 0, 0}, {0, 1, 1}, {1, 1, 0}, {1, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1},
    };
    for (int p = 0; p < TK_FREQUENCIES; p++)
        for (int q = 0; q < TK_FREQUENCIES; q++) {
            int negative = (ORIENTATIONS[form].by_row & ~p & 1) ^ (ORIENTATIONS[form].by_column & ~q & 1);
            float value = negative ? -upright[p][q] : upright[p][q];
            if (ORIENTATIONS[form].transposed) turned[q][p] = value;
            else turned[p][q] = value;
        }
}

tk_result tk_finish(const float *luma, float quality_scale, int forms, uint8_t (*hashes)[TK_HASH_BYTES],
                    int *quality) {
    /* Also refuses NaN. 4096 is far outside 8-bit luma, and far inside what int can hold. */
    for (int i = 0; i < TK_SIDE * TK_SIDE; i++)
        if (!(fabsf(luma[i]) <= 4096.0f)) return TK_OUT_OF_RANGE;
    if (!(quality_scale > 0.0f && quality_scale <= 4.0f)) return TK_OUT_OF_RANGE;

    float upright[TK_FREQUENCIES][TK_FREQUENCIES], turned[TK_FREQUENCIES][TK_FREQUENCIES];
    transform(luma, upright);
    threshold(&upright[0][0], hashes[0]);
    for (int form = 1; form < forms && form < TK_FORMS; form++) {
        orient(upright, form, turned);
        threshold(&turned[0][0], hashes[form]);
    }
    *quality = quality_of(luma, quality_scale);
    return TK_OK;
}
