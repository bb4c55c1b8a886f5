#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoded.h"

typedef struct {
  const uint8_t *bytes;
  size_t left;
} Input;

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  Input *input = png_get_io_ptr(png);
  if (count > input->left) png_error(png, "the file ends too early");
  memcpy(target, input->bytes, count);
  input->bytes += count;
  input->left -= count;
}

static void exit_with_error(png_structp png, png_const_charp message) {
  cimage_fail(png_get_error_ptr(png), "damaged or cut PNG: ", message);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

/// Everything that may jump out; what it takes is released by the caller through `png`, `info` and `image`.
static void decode(png_structp png, png_infop info, Input *input, CImageDecoded *image) {
  png_set_read_fn(png, input, read_bytes);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  // The image is all that is wanted: no text, colour profile or other chunk is unpacked.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  // cimage_reserve has the limit that counts and the better message.
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(png, info);
  if (!cimage_reserve(image, png_get_image_width(png, info), png_get_image_height(png, info))) return;

  png_set_palette_to_rgb(png);
  png_set_expand_gray_1_2_4_to_8(png);
  png_set_gray_to_rgb(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != image->width * 3) png_error(png, "rows of an unexpected length");
  for (int pass = 0; pass < passes; ++pass) {
    for (size_t y = 0; y < image->height; ++y) png_read_row(png, image->pixels + y * image->width * 3, NULL);
  }
  png_read_end(png, NULL);
}

void cimage_decode_png(const uint8_t *bytes, size_t count, CImageDecoded *image) {
  Input input = {bytes, count};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, image, exit_with_error, ignore_warning);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    cimage_fail(image, "libpng does not start", "");
  } else if (setjmp(png_jmpbuf(png)) == 0) {
    decode(png, info, &input, image);
  }
  png_destroy_read_struct(&png, &info, NULL);
}

void cimage_encode_png(const uint8_t *pixels, size_t width, size_t height, CImageEncoded *encoded) {
  png_image image = {.version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB};
  image.width = (png_uint_32)width;
  image.height = (png_uint_32)height;
  png_alloc_size_t count = PNG_IMAGE_PNG_SIZE_MAX(image);
  encoded->bytes = malloc(count);
  if (encoded->bytes == NULL) {
    snprintf(encoded->problem, sizeof encoded->problem, "no memory for a PNG of %zu x %zu pixels", width, height);
  } else if (png_image_write_to_memory(&image, encoded->bytes, &count, 0, pixels, 0, NULL)) {
    encoded->count = count;
  } else {
    free(encoded->bytes);
    encoded->bytes = NULL;
    snprintf(encoded->problem, sizeof encoded->problem, "%s", image.message);
  }
}
