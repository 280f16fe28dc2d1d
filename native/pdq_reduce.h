/* Template: the PDQ reduction for one instruction set. Included by pdq.c with VARIANT(name)
 * and TARGET defined; no include guard on purpose.
 *
 * One pass over the bytes replaces four blur passes over float copies: for each of the 64
 * output rows, first the weighted sum of its source rows (4 at a time, to spare the
 * accumulator's traffic), then the luma mix, then 64 weighted sums along the line. The mix
 * comes after the vertical sum, so it costs 64 lines instead of all (performance.md 2.3).
 */

TARGET static void VARIANT(weigh_rows)(const uint8_t *first, ptrdiff_t stride, const float *weights,
                                       ptrdiff_t count, float *restrict line, ptrdiff_t samples) {
    ptrdiff_t k = 0;
    memset(line, 0, (size_t)samples * sizeof(float));
    for (; k + 4 <= count; k += 4) {
        const uint8_t *restrict a = first + k * stride, *restrict b = a + stride;
        const uint8_t *restrict c = b + stride, *restrict d = c + stride;
        float wa = weights[k], wb = weights[k + 1], wc = weights[k + 2], wd = weights[k + 3];
        for (ptrdiff_t x = 0; x < samples; x++)
            line[x] += wa * (float)a[x] + wb * (float)b[x] + wc * (float)c[x] + wd * (float)d[x];
    }
    for (; k < count; k++) {
        const uint8_t *restrict a = first + k * stride;
        float wa = weights[k];
        for (ptrdiff_t x = 0; x < samples; x++) line[x] += wa * (float)a[x];
    }
}

TARGET static void VARIANT(mix_luma)(const float *restrict line, float *restrict luma, ptrdiff_t width) {
    for (ptrdiff_t x = 0; x < width; x++)
        luma[x] = (float)(RED * (double)line[3 * x] + GREEN * (double)line[3 * x + 1] +
                          BLUE * (double)line[3 * x + 2]);
}

TARGET static float VARIANT(weigh_line)(const float *restrict line, const float *restrict weights, ptrdiff_t count) {
    float lanes[LANES] = {0};
    ptrdiff_t x = 0;
    for (; x + LANES <= count; x += LANES)
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += weights[x + lane] * line[x + lane];
    for (int lane = 0; x + lane < count; lane++) lanes[lane] += weights[x + lane] * line[x + lane];
    for (int half = LANES / 2; half; half /= 2)
        for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
    return lanes[0];
}

TARGET static void VARIANT(reduce)(const tk_pixels *pixels, const tk_band *rows, const tk_band *columns,
                                   float *line, float *luma, float *into) {
    ptrdiff_t samples = pixels->width * pixels->channels;
    for (int i = 0; i < TK_SIDE; i++) {
        const uint8_t *first = pixels->data + rows->starts[i] * pixels->row_stride;
        VARIANT(weigh_rows)(first, pixels->row_stride, rows->weights + i * rows->width, rows->lengths[i], line, samples);
        if (pixels->channels == 3) VARIANT(mix_luma)(line, luma, pixels->width);
        for (int j = 0; j < TK_SIDE; j++)
            into[i * TK_SIDE + j] = VARIANT(weigh_line)(luma + columns->starts[j],
                                                        columns->weights + j * columns->width, columns->lengths[j]);
    }
}
