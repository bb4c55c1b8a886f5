// The inner loops that the Swift compiler does not vectorise well. On x86-64 each is compiled for AVX-512, AVX2 and the
// baseline, and the processor's best is chosen when the program starts. All arrays are dense rows of 32-bit floats.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What the processor and the operating system support: 0 what every x86-64 has (or another architecture), 1 SSE4.2, 2 AVX,
// 3 AVX2 and FMA, 4 AVX-512 (F, CD, BW, DQ, VL).
int32_t rpp_vector_instructions(void);
// Whether the processor is AMD's.
bool rpp_is_amd(void);

// y = x · σ(1.702 x), and dx = dy · y'(x); y may be x, dx may be dy
void rpp_quick_gelu(size_t n, const float *x, float *y);
void rpp_quick_gelu_backward(size_t n, const float *x, const float *dy, float *dx);
// y = x · Φ(x) with the error function to 1.5e-7 (Abramowitz and Stegun 7.1.26), likewise
void rpp_gelu(size_t n, const float *x, float *y);
void rpp_gelu_backward(size_t n, const float *x, const float *dy, float *dx);
// y = eˣ: 0 below −87.7, infinite above 88.3
void rpp_exp(size_t n, const float *x, float *y);
// y += a · x
void rpp_axpy(size_t n, float a, const float *x, float *y);
// y = a · x
void rpp_scale(size_t n, float a, const float *x, float *y);
// z = x + y, z = x · y
void rpp_add(size_t n, const float *x, const float *y, float *z);
void rpp_multiply(size_t n, const float *x, const float *y, float *z);
// Σ x · y and Σ x
float rpp_dot(size_t n, const float *x, const float *y);
float rpp_sum(size_t n, const float *x);
// C = A B, or C += A B if adding, with A m × k, B k × n, C m × n; strides are those of memory, which holds the transpose of an
// operand that is transposed. For products so small that a library's preparations would take longer.
void rpp_small_product(size_t m, size_t n, size_t k, const float *a, size_t a_stride, bool a_transposed, const float *b,
                       size_t b_stride, bool b_transposed, bool adding, float *c, size_t c_stride);
// y = x / ‖x‖ (length is ‖x‖), and dx = (dy − y (y · dy)) / length
float rpp_normalize(size_t n, const float *x, float *y);
void rpp_normalize_backward(size_t n, const float *y, float length, const float *dy, float *dx);
// One row: y = (x − mean) / std · scale + bias, std² = variance + epsilon; keeps mean and 1/std.
void rpp_layer_norm(size_t n, const float *x, const float *scale, const float *bias, float epsilon, float *y,
                    float *mean, float *inverse_deviation);
void rpp_layer_norm_backward(size_t n, const float *x, const float *scale, float mean, float inverse_deviation,
                             const float *dy, float *dx);
// dscale += dy · x̂ and dbias += dy over one row
void rpp_layer_norm_parameters_backward(size_t n, const float *x, float mean, float inverse_deviation, const float *dy,
                                        float *dscale, float *dbias);
// One row: p = softmax(factor · x) in place; and in place on dp: dx = factor · p · (dp − Σ p · dp)
void rpp_softmax(size_t n, float factor, float *x);
void rpp_softmax_backward(size_t n, float factor, const float *p, float *dp);
// One row: y = x − ln Σ eˣ; returns ln Σ eˣ. x may be y.
float rpp_log_softmax(size_t n, const float *x, float *y);
// dx = dy − eʸ Σ dy
void rpp_log_softmax_backward(size_t n, const float *y, const float *dy, float *dx);
// Stochastic gradient descent with momentum m (PyTorch's): g += decay · w; v = m · v + g; w −= rate · v
void rpp_sgd(size_t n, float rate, float momentum, float decay, const float *gradient, float *velocity, float *weight);
// AdamW (Loshchilov and Hutter 2019): correction1 = 1 − β₁ᵗ, correction2 = 1 − β₂ᵗ
void rpp_adamw(size_t n, float rate, float beta1, float beta2, float epsilon, float decay, float correction1,
               float correction2, const float *gradient, float *first, float *second, float *weight);
