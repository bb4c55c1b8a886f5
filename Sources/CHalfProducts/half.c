#define _GNU_SOURCE
#include "half.h"

#include <dlfcn.h>
#include <dnnl.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct rpp_half_matrix {
  ptrdiff_t k, n;
  void *elements;
  dnnl_memory_t memory;
  dnnl_primitive_t product, addition;
  // What they need on the way, which must be the thread's own: oneDNN's belongs to the thread that made the primitive.
  dnnl_memory_desc_t product_passing, addition_passing;
};

static dnnl_engine_t engine;

// oneDNN shares its work among OpenMP's threads; here threads share the rows.
static dnnl_stream_t stream_of_thread(void) {
  static _Thread_local dnnl_stream_t stream;
  if (stream == NULL) {
    void (*set_threads)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    if (set_threads) set_threads(1);
    dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
  }
  return stream;
}

static void *scratch(void **kept, size_t *capacity, size_t size) {
  if (*capacity < size) {
    free(*kept);
    *kept = aligned_alloc(64, (size + 63) / 64 * 64);
    *capacity = *kept ? size : 0;
  }
  return *kept;
}

// To the nearest, ties to even.
__attribute__((target_clones("default", "avx2", "avx512f"))) static void round_to_half(
    size_t count, const float *restrict from, uint16_t *restrict to) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, from + i, 4);
    to[i] = (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }
}

static bool describe(dnnl_memory_desc_t *description, ptrdiff_t rows, ptrdiff_t columns, dnnl_data_type_t type,
                     dnnl_format_tag_t tag) {
  dnnl_dims_t dimensions = {rows, columns};
  return dnnl_memory_desc_init_by_tag(description, 2, dimensions, type, tag) == dnnl_success;
}

/// A product of rpp_half_rows rows with a matrix; added to what is there, if `adding`.
///
/// @param packed How the matrix is packed: told by a product, and taken by an addition.
static dnnl_primitive_t primitive(
    ptrdiff_t k, ptrdiff_t n, bool adding, dnnl_memory_desc_t *packed, dnnl_memory_desc_t *passing) {
  dnnl_memory_desc_t a, b, c;
  dnnl_matmul_desc_t operation;
  dnnl_primitive_attr_t attributes;
  dnnl_post_ops_t after;
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_t result = NULL;
  if (!describe(&a, rpp_half_rows, k, dnnl_bf16, dnnl_ab) || !describe(&b, k, n, dnnl_bf16, dnnl_format_tag_any)
      || !describe(&c, rpp_half_rows, n, dnnl_f32, dnnl_ab))
    return NULL;
  if (adding) b = *packed;
  dnnl_primitive_attr_create(&attributes);
  dnnl_post_ops_create(&after);
  if (adding) dnnl_post_ops_append_sum(after, 1);
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  dnnl_primitive_attr_set_post_ops(attributes, after);
  if (dnnl_matmul_desc_init(&operation, &a, &b, NULL, &c) == dnnl_success
      && dnnl_primitive_desc_create(&description, &operation, attributes, engine, NULL) == dnnl_success
      && dnnl_primitive_create(&result, description) == dnnl_success) {
    *packed = *dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0);
    *passing = *dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  }
  if (description) dnnl_primitive_desc_destroy(description);
  dnnl_post_ops_destroy(after);
  dnnl_primitive_attr_destroy(attributes);
  return result;
}

rpp_half_matrix *rpp_half_matrix_create(const float *elements, ptrdiff_t k, ptrdiff_t n, bool transposed) {
  if (engine == NULL && dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) return NULL;
  dnnl_stream_t stream = stream_of_thread();
  rpp_half_matrix *matrix = calloc(1, sizeof *matrix);
  if (matrix == NULL) return NULL;
  matrix->k = k;
  matrix->n = n;
  dnnl_memory_desc_t packed, plain;
  matrix->product = primitive(k, n, false, &packed, &matrix->product_passing);
  if (matrix->product) matrix->addition = primitive(k, n, true, &packed, &matrix->addition_passing);
  if (!matrix->product || !matrix->addition || !describe(&plain, k, n, dnnl_f32, transposed ? dnnl_ba : dnnl_ab))
    goto refused;
  size_t size = dnnl_memory_desc_get_size(&packed);
  matrix->elements = aligned_alloc(64, (size + 63) / 64 * 64);
  dnnl_memory_t from = NULL;
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_t reorder = NULL;
  bool done = matrix->elements
      && dnnl_memory_create(&matrix->memory, &packed, engine, matrix->elements) == dnnl_success
      && dnnl_memory_create(&from, &plain, engine, (void *)elements) == dnnl_success
      && dnnl_reorder_primitive_desc_create(&description, &plain, engine, &packed, engine, NULL) == dnnl_success
      && dnnl_primitive_create(&reorder, description) == dnnl_success;
  if (done) {
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, matrix->memory}};
    done = dnnl_primitive_execute(reorder, stream, 2, arguments) == dnnl_success;
    dnnl_stream_wait(stream);
  }
  if (reorder) dnnl_primitive_destroy(reorder);
  if (description) dnnl_primitive_desc_destroy(description);
  if (from) dnnl_memory_destroy(from);
  if (done) return matrix;
refused:
  rpp_half_matrix_destroy(matrix);
  return NULL;
}

void rpp_half_matrix_destroy(rpp_half_matrix *matrix) {
  if (matrix->memory) dnnl_memory_destroy(matrix->memory);
  if (matrix->product) dnnl_primitive_destroy(matrix->product);
  if (matrix->addition) dnnl_primitive_destroy(matrix->addition);
  free(matrix->elements);
  free(matrix);
}

void rpp_half_product(const rpp_half_matrix *b, ptrdiff_t rows, const float *a, float *c, bool adding) {
  static _Thread_local void *kept_a, *kept_c, *kept_passing;
  static _Thread_local size_t capacity_a, capacity_c, capacity_passing;
  dnnl_stream_t stream = stream_of_thread();
  size_t size = (size_t)rpp_half_rows * b->k;
  uint16_t *half = scratch(&kept_a, &capacity_a, size * sizeof *half);
  round_to_half(rows * b->k, a, half);
  // Fewer rows are filled up with zeros, so that there is one kernel for each matrix.
  bool is_whole = rows == rpp_half_rows;
  float *target = c;
  if (!is_whole) {
    memset(half + rows * b->k, 0, (size - rows * b->k) * sizeof *half);
    target = scratch(&kept_c, &capacity_c, (size_t)rpp_half_rows * b->n * sizeof *target);
    if (adding) memcpy(target, c, rows * b->n * sizeof *c);
  }
  dnnl_memory_desc_t of_a, of_c;
  dnnl_memory_t memory_a, memory_c, passing;
  const dnnl_memory_desc_t *of_passing = adding ? &b->addition_passing : &b->product_passing;
  void *scratchpad = scratch(&kept_passing, &capacity_passing, dnnl_memory_desc_get_size(of_passing) + 64);
  if (half == NULL || target == NULL || scratchpad == NULL || !describe(&of_a, rpp_half_rows, b->k, dnnl_bf16, dnnl_ab)
      || !describe(&of_c, rpp_half_rows, b->n, dnnl_f32, dnnl_ab)
      || dnnl_memory_create(&memory_a, &of_a, engine, half) != dnnl_success
      || dnnl_memory_create(&memory_c, &of_c, engine, target) != dnnl_success
      || dnnl_memory_create(&passing, of_passing, engine, scratchpad) != dnnl_success)
    abort();
  dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_SRC, memory_a},
      {DNNL_ARG_WEIGHTS, b->memory},
      {DNNL_ARG_DST, memory_c},
      {DNNL_ARG_SCRATCHPAD, passing}};
  if (dnnl_primitive_execute(adding ? b->addition : b->product, stream, 4, arguments) != dnnl_success) abort();
  dnnl_stream_wait(stream);
  if (!is_whole) memcpy(c, target, rows * b->n * sizeof *c);
  dnnl_memory_destroy(memory_a);
  dnnl_memory_destroy(memory_c);
  dnnl_memory_destroy(passing);
}

/// Whether products are right with what oneDNN may use now.
static bool products_are_right(void) {
  enum { rows = 37, k = 96, n = 80 };
  if (dnnl_get_effective_cpu_isa() < dnnl_cpu_isa_avx512_core_bf16) return false;
  float *a = malloc(sizeof *a * rows * k), *b = malloc(sizeof *b * k * n), *c = malloc(sizeof *c * rows * n);
  for (int i = 0; i < rows * k; i++) a[i] = (float)(i * 7 % 31) / 16 - 1;
  for (int i = 0; i < k * n; i++) b[i] = (float)(i * 5 % 29) / 16 - 1;
  for (int i = 0; i < rows * n; i++) c[i] = 1;
  rpp_half_matrix *matrix = rpp_half_matrix_create(b, k, n, false);
  if (matrix == NULL) return false;
  rpp_half_product(matrix, rows, a, c, true);
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < n; j++) {
      float sum = 1;
      for (int p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      if (!(fabsf(sum - c[i * n + j]) < 0.1f)) return false;
    }
  return true;
}

static bool child_succeeds(bool without_amx) {
  pid_t child = fork();
  if (child == 0) {
    // A trap is an answer here, and no crash for a handler to tell of.
    for (int trap = 0; trap < 4; trap++) signal((int[]){SIGILL, SIGSEGV, SIGBUS, SIGFPE}[trap], SIG_DFL);
    alarm(20);
    if (without_amx) dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx512_core_bf16);
    _exit(products_are_right() ? 0 : 1);
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool rpp_half_works(void) {
  if (child_succeeds(false)) return true;
  if (!child_succeeds(true)) return false;
  return dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx512_core_bf16) == dnnl_success;
}
