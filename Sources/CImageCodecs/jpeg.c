#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

// jpeglib.h needs stdio.h and jerror.h needs jpeglib.h.
#include <jpeglib.h>

#include <jerror.h>

#include "decoded.h"

/// Against small files that keep a decoder busy for long: libjpeg-turbo advises 500 scans, and a scan goes over all pixels,
/// so that a large image may have fewer (of the largest 22, which take seconds; a usual progressive JPEG has 10).
enum { scan_limit = 500 };
static const size_t scanned_pixel_limit = 4000000000;

typedef struct {
  struct jpeg_error_mgr manager;
  jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
} ErrorState;

static void exit_with_error(j_common_ptr codec) {
  ErrorState *state = (ErrorState *)codec->err;
  state->manager.format_message(codec, state->message);
  longjmp(state->escape, 1);
}

/// Missing data is an error; other damage that libjpeg copes with is passed over, as Pillow does.
static void receive_message(j_common_ptr codec, int level) {
  int code = codec->err->msg_code;
  if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) codec->err->error_exit(codec);
}

static void watch_scans(j_common_ptr codec) {
  if (!codec->is_decompressor) return;
  j_decompress_ptr decoder = (j_decompress_ptr)codec;
  size_t limit = scanned_pixel_limit / ((size_t)decoder->image_width * decoder->image_height);
  if (limit > scan_limit) limit = scan_limit;
  if ((size_t)decoder->input_scan_number > limit) {
    ErrorState *state = (ErrorState *)codec->err;
    snprintf(state->message, sizeof state->message, "more than %zu scans", limit);
    longjmp(state->escape, 1);
  }
}

/// a · b / 255, rounded as Pillow does.
static inline unsigned scale_255(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/// Pillow's conversion of Adobe's CMYK, in which 255 is no ink.
static void convert_inverted_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t width) {
  for (size_t x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
    unsigned light = cmyk[3];
    for (int channel = 0; channel < 3; ++channel) {
      rgb[channel] = (uint8_t)(light - scale_255(255u - cmyk[channel], light));
    }
  }
}

/// Everything that may jump out; what it takes is released by the caller through `codec` and `image`.
static void decode(struct jpeg_decompress_struct *codec, CImageDecoded *image) {
  jpeg_read_header(codec, TRUE);
  int inks = codec->num_components;
  if (inks != 1 && inks != 3 && inks != 4) {
    cimage_fail(image, "JPEG of neither 1, 3 nor 4 colour components", "");
    return;
  }
  codec->out_color_space = inks == 4 ? JCS_CMYK : JCS_RGB;
  if (!cimage_reserve(image, codec->image_width, codec->image_height)) return;
  jpeg_start_decompress(codec);
  JSAMPARRAY row = NULL;
  if (inks == 4) {
    row = codec->mem->alloc_sarray((j_common_ptr)codec, JPOOL_IMAGE, codec->output_width * 4, 1);
  }
  while (codec->output_scanline < codec->output_height) {
    JSAMPROW target = image->pixels + (size_t)codec->output_scanline * image->width * 3;
    if (inks == 4) {
      jpeg_read_scanlines(codec, row, 1);
      convert_inverted_cmyk(row[0], target, image->width);
    } else {
      jpeg_read_scanlines(codec, &target, 1);
    }
  }
  jpeg_finish_decompress(codec);
}

/// What must keep its value across a longjmp, so it lives outside the function that calls setjmp.
typedef struct {
  struct jpeg_decompress_struct codec;
  struct jpeg_progress_mgr progress;
  ErrorState error;
} Decoder;

static void run(Decoder *decoder, const uint8_t *bytes, size_t count, CImageDecoded *image) {
  if (setjmp(decoder->error.escape) == 0) {
    jpeg_create_decompress(&decoder->codec);
    decoder->codec.progress = &decoder->progress;
    jpeg_mem_src(&decoder->codec, bytes, count);
    decode(&decoder->codec, image);
  } else {
    cimage_fail(image, "damaged or cut JPEG: ", decoder->error.message);
  }
}

void cimage_decode_jpeg(const uint8_t *bytes, size_t count, CImageDecoded *image) {
  Decoder decoder = {.progress = {.progress_monitor = watch_scans}};
  decoder.codec.err = jpeg_std_error(&decoder.error.manager);
  decoder.error.manager.error_exit = exit_with_error;
  decoder.error.manager.emit_message = receive_message;
  run(&decoder, bytes, count, image);
  jpeg_destroy_decompress(&decoder.codec);
}
