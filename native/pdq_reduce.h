/* Template: the PDQ reduction for one instruction set. Included by pdq.c with VARIANT(name)
 * and TARGET defined; no include guard on purpose.
 *
 * One pass over the bytes replaces four blur passes over float copies: for each of the 64
 * output rows, first the weighted sum of its source rows (ROWS at a time, to spare
 * the accumulator's traffic), then the luma mix, then 64 weighted sums along the line. The mix
 * comes after the vertical sum, so it costs 64 lines instead of all (performance.md 2.3).
 */

/* line = the weighted sum of `count` rows, ROWS of them a sweep. Missing rows of the last sweep
 * repeat its first one with weight 0, which adds exactly nothing. */
TARGET static void VARIANT(weigh_rows)(const uint8_t *first, ptrdiff_t stride, const float *weights,
                                       ptrdiff_t count, float *restrict line, ptrdiff_t samples) {
    for (ptrdiff_t k = 0; k < count; k += ROWS) {
        const uint8_t *row[ROWS];
        float w[ROWS];
        for (int r = 0; r < ROWS; r++) {
            row[r] = first + (k + r < count ? k + r : k) * stride;
            w[r] = k + r < count ? weights[k + r] : 0.0f;
        }
        const uint8_t *restrict a = row[0], *restrict b = row[1], *restrict c = row[2], *restrict d = row[3];
        if (k)
            for (ptrdiff_t x = 0; x < samples; x++)
                line[x] += w[0] * (float)a[x] + w[1] * (float)b[x] + w[2] * (float)c[x] + w[3] * (float)d[x];
        else
            for (ptrdiff_t x = 0; x < samples; x++)
                line[x] = w[0] * (float)a[x] + w[1] * (float)b[x] + w[2] * (float)c[x] + w[3] * (float)d[x];
    }
}

TARGET static void VARIANT(mix_luma)(const float *restrict line, float *restrict luma, ptrdiff_t width) {
    for (ptrdiff_t x = 0; x < width; x++)
        luma[x] = (float)(RED * (double)line[3 * x] + GREEN * (double)line[3 * x + 1] +
                          BLUE * (double)line[3 * x + 2]);
}

/* The 64 weighted sums along a line. Sample x of a band goes to lane x mod LANES, then the lanes are folded: one
 * order of additions that does not depend on the width of the vectors, and that the NumPy twin follows too.
 * Weights and line are padded with zeros to whole lanes, which adds exactly nothing. */
TARGET static void VARIANT(weigh_line)(const float *restrict line, const float *restrict weights, ptrdiff_t width,
                                       const int32_t *restrict starts, float *restrict into) {
    for (int j = 0; j < TK_SIDE; j++, weights += width) {
        const float *restrict samples = line + starts[j];
        float lanes[LANES] = {0};
        for (ptrdiff_t x = 0; x < width; x += LANES)
            for (int lane = 0; lane < LANES; lane++) lanes[lane] += weights[x + lane] * samples[x + lane];
        into[j] = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    }
}

TARGET static void VARIANT(reduce)(const tk_pixels *pixels, const tk_band *rows, const tk_band *columns,
                                   const float *padded, float *line, float *luma, float *into) {
    ptrdiff_t samples = pixels->width * pixels->channels;
    for (int i = 0; i < TK_SIDE; i++) {
        const uint8_t *first = pixels->data + rows->starts[i] * pixels->row_stride;
        VARIANT(weigh_rows)(first, pixels->row_stride, rows->weights + i * rows->width, rows->lengths[i], line, samples);
        if (pixels->channels == 3) VARIANT(mix_luma)(line, luma, pixels->width);
        VARIANT(weigh_line)(luma, padded, whole_lanes(columns->width), columns->starts, into + i * TK_SIDE);
    }
}
