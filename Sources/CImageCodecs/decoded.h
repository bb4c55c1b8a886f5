#pragma once

#include "CImageCodecs.h"

/// Takes memory for an image of this size; 0, and the problem noted, when the size is beyond the limit or there is none.
int cimage_reserve(CImageDecoded *image, size_t width, size_t height);

/// Notes a problem instead of an image: `context`, then `message`.
void cimage_fail(CImageDecoded *image, const char *context, const char *message);
