#include <string.h>

#include "CImageCodecs.h"

#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))

static inline uint8_t round_to_byte(int32_t sum) {
  int32_t value = sum >> CIMAGE_WEIGHT_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

typedef uint8_t Bytes4 __attribute__((vector_size(4)));
typedef int32_t Ints4 __attribute__((vector_size(16)));

FOR_EACH_CPU
void cimage_resample_row(
  const uint8_t *input, uint8_t *output, size_t width, const int32_t *starts, const int32_t *counts,
  const int32_t *weights, size_t stride) {
  for (size_t x = 0; x < width; ++x) {
    const uint8_t *pixel = input + (size_t)starts[x] * 3;
    const int32_t *weight = weights + x * stride;
    int32_t count = counts[x];
    Ints4 sum = {0, 0, 0, 0};
    sum += 1 << (CIMAGE_WEIGHT_BITS - 1);
    // Four bytes are taken at a time: three of the pixel, and one of the next that comes to nothing.
    for (int32_t i = 0; i < count; ++i, pixel += 3) {
      Bytes4 bytes;
      memcpy(&bytes, pixel, sizeof bytes);
      sum += __builtin_convertvector(bytes, Ints4) * weight[i];
    }
    sum >>= CIMAGE_WEIGHT_BITS;
    sum &= ~(sum < 0);
    sum = (sum & (sum < 255)) | (255 & (sum >= 255));
    Bytes4 result = __builtin_convertvector(sum, Bytes4);
    memcpy(output + x * 3, &result, sizeof result);
  }
}

FOR_EACH_CPU
void cimage_blend_rows(
  const uint8_t *input, size_t pitch, uint8_t *output, size_t count, const int32_t *weights, size_t taps) {
  enum { block = 64 };
  size_t x = 0;
  for (; x + block <= count; x += block) {
    int32_t sums[block];
    for (size_t i = 0; i < block; ++i) sums[i] = 1 << (CIMAGE_WEIGHT_BITS - 1);
    for (size_t tap = 0; tap < taps; ++tap) {
      const uint8_t *row = input + tap * pitch + x;
      int32_t weight = weights[tap];
      for (size_t i = 0; i < block; ++i) sums[i] += row[i] * weight;
    }
    for (size_t i = 0; i < block; ++i) output[x + i] = round_to_byte(sums[i]);
  }
  for (; x < count; ++x) {
    int32_t sum = 1 << (CIMAGE_WEIGHT_BITS - 1);
    for (size_t tap = 0; tap < taps; ++tap) sum += input[tap * pitch + x] * weights[tap];
    output[x] = round_to_byte(sum);
  }
}
