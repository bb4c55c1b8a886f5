#pragma once
#include <stdbool.h>
#include <stddef.h>

// Products of rows with a frozen matrix in bf16 with 32-bit sums, by oneDNN.

/// Whether this processor multiplies in bf16 by instructions of its own. It is tried, in a child process: virtual machines announce
/// instructions that trap. To be called once, before any product.
bool rpp_half_works(void);

/// A frozen matrix of k × n, rounded to bf16 and packed.
typedef struct rpp_half_matrix rpp_half_matrix;

/// Packs a matrix that memory holds as k × n, or as n × k if `transposed`, row after row.
///
/// @return NULL where oneDNN refuses.
rpp_half_matrix *rpp_half_matrix_create(const float *elements, ptrdiff_t k, ptrdiff_t n, bool transposed);

void rpp_half_matrix_destroy(rpp_half_matrix *matrix);

/// How many rows a product has at most.
enum { rpp_half_rows = 64 };

/// C = A · B, or C += A · B, on the calling thread. Every row has the same bits wherever it stands among others.
///
/// @param rows Of A and C, at most rpp_half_rows.
/// @param a Rows of k elements, one behind the other.
/// @param c Rows of n elements, one behind the other.
void rpp_half_product(
    const rpp_half_matrix *b, ptrdiff_t rows, const float *a, float *c, bool adding);
