#include "decoded.h"

#include <stdio.h>
#include <stdlib.h>

void cimage_fail(CImageDecoded *image, const char *context, const char *message) {
  free(image->pixels);
  image->pixels = NULL;
  snprintf(image->problem, sizeof image->problem, "%s%s", context, message);
}

int cimage_reserve(CImageDecoded *image, size_t width, size_t height) {
  if (width == 0 || height == 0 || width > CIMAGE_PIXEL_LIMIT / height) {
    snprintf(
      image->problem, sizeof image->problem, "it claims %zu x %zu pixels, and at least 1 and at most %d are read", width,
      height, CIMAGE_PIXEL_LIMIT);
    return 0;
  }
  image->width = width;
  image->height = height;
  image->pixels = malloc(width * height * 3);
  if (image->pixels == NULL) {
    snprintf(image->problem, sizeof image->problem, "no memory for its %zu x %zu pixels", width, height);
    return 0;
  }
  return 1;
}
