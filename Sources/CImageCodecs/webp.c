#include <webp/decode.h>

#include "decoded.h"

static const char *reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return "no memory to decode it";
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return "the file ends too early";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "it uses a feature that libwebp does not know";
    default: return "libwebp finds no valid image";
  }
}

void cimage_decode_webp(const uint8_t *bytes, size_t count, CImageDecoded *image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) {
    cimage_fail(image, "libwebp does not start", "");
    return;
  }
  VP8StatusCode status = WebPGetFeatures(bytes, count, &config.input);
  if (status == VP8_STATUS_OK && config.input.has_animation) {
    cimage_fail(image, "animated WebP is not read; a still image is", "");
    return;
  }
  if (status == VP8_STATUS_OK) {
    if (!cimage_reserve(image, (size_t)config.input.width, (size_t)config.input.height)) return;
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = image->pixels;
    config.output.u.RGBA.stride = config.input.width * 3;
    config.output.u.RGBA.size = image->width * image->height * 3;
    status = WebPDecode(bytes, count, &config);
    WebPFreeDecBuffer(&config.output);
  }
  if (status != VP8_STATUS_OK) cimage_fail(image, "damaged or cut WebP: ", reason(status));
}
