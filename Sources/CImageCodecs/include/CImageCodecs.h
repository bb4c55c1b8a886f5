/// What Swift cannot do itself for images: codecs that report errors by longjmp, and the inner loops of the resize, for
/// which the vector instructions are chosen at run time.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The most pixels an image may claim, and where Pillow calls an image a decompression bomb; refused before any memory
/// is taken for it. Such an image takes 512 MiB as 8-bit RGB.
///
/// Under the fuzzer it is small, since an input that takes half a gigabyte would count as a finding.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define CIMAGE_PIXEL_LIMIT 65536
#else
#define CIMAGE_PIXEL_LIMIT 178956970
#endif

/// A decoded image, or why there is none; all zero before decoding.
typedef struct {
  /// `height` rows of `width` pixels of 3 bytes; from malloc, the caller frees it; NULL when decoding failed.
  uint8_t *pixels;
  size_t width, height;
  /// One line without the file's name; empty when decoding succeeded.
  char problem[256];
} CImageDecoded;

/// Bytes of an encoded image, or why there are none; all zero before encoding.
typedef struct {
  /// From malloc, the caller frees it; NULL when encoding failed.
  uint8_t *bytes;
  size_t count;
  /// One line; empty when encoding succeeded.
  char problem[256];
} CImageEncoded;

/// JPEG of 8 bits, gray, colour or four inks, baseline or progressive, with libjpeg's default transform and upsampling.
/// Four inks are taken as Adobe's inverted CMYK. A file that ends too early is an error.
void cimage_decode_jpeg(const uint8_t *bytes, size_t count, CImageDecoded *image);

/// PNG of every kind; of 16 bits the upper 8, no alpha, no gamma. A wrong checksum or a missing end is an error.
void cimage_decode_png(const uint8_t *bytes, size_t count, CImageDecoded *image);

/// WebP without animation, lossy or lossless, no alpha.
void cimage_decode_webp(const uint8_t *bytes, size_t count, CImageDecoded *image);

/// PNG of 8-bit RGB without gaps between rows.
void cimage_encode_png(const uint8_t *pixels, size_t width, size_t height, CImageEncoded *encoded);

/// Fraction bits of the resize's weights, as in Pillow's Resample.c.
#define CIMAGE_WEIGHT_BITS 22

/// One row of a horizontal pass: pixel `x` of `output` is the sum over `i < counts[x]` of pixel `starts[x] + i` of `input`
/// times `weights[x * stride + i]`, rounded and clipped to 8 bits. Pixels are RGB. Reads one byte beyond the last pixel it
/// names and writes one beyond the last of `output`.
void cimage_resample_row(
  const uint8_t *input, uint8_t *output, size_t width, const int32_t *starts, const int32_t *counts,
  const int32_t *weights, size_t stride);

/// One row of a vertical pass: byte `x` of `output` is the sum over `i < taps` of `input[i * pitch + x]` times
/// `weights[i]`, rounded and clipped to 8 bits.
void cimage_blend_rows(
  const uint8_t *input, size_t pitch, uint8_t *output, size_t count, const int32_t *weights, size_t taps);
