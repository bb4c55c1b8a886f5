#!/usr/bin/env bash
# All tests that touch products with several of OpenBLAS's kernel families, whichever it would choose by itself: an AVX-512
# one where the processor has AVX-512, an AVX2 one where it has AVX2, one with AVX, and one with SSE4.2 alone. The tests must be
# built (make test does it).
set -euo pipefail
cd "$(dirname "$0")/.."
has() { grep -qm1 "^flags.* $1 " /proc/cpuinfo; }
families="${FAMILIES:-$(has avx512vl && echo SkylakeX || :) $(has avx2 && echo Haswell || :) Sandybridge Nehalem}"
for family in $families; do
  version=$(OPENBLAS_CORETYPE=$family .build/release/rpp --version)
  case $version in
    *" $family kernels"*) ;;
    *) echo "OpenBLAS does not take $family here: $version"; continue ;;
  esac
  echo "kernels: $family"
  OPENBLAS_CORETYPE=$family swift test -c release --skip-build \
    --skip '^(Basics|SafeTensors|Images|Tokenization|EmbeddedWorld|Datasets|Statistics|Reports)Tests\.'
done
