#include "CVectorKernels.h"

#if defined(__x86_64__)

int32_t rpp_vector_instructions(void) {
  __builtin_cpu_init();
  // __builtin_cpu_supports also checks that the operating system saves the registers.
  if (!__builtin_cpu_supports("sse4.2")) return 0;
  if (!__builtin_cpu_supports("avx")) return 1;
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 2;
  bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512vl");
  return avx512 ? 4 : 3;
}

bool rpp_is_amd(void) {
  __builtin_cpu_init();
  return __builtin_cpu_is("amd");
}

#else

int32_t rpp_vector_instructions(void) { return 0; }

bool rpp_is_amd(void) { return false; }

#endif
