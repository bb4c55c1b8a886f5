#include "CVectorKernels.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
// A result may take the place of an operand: each element depends on those at its own index only.
#define ELEMENTWISE _Pragma("clang loop vectorize(assume_safety)")
// Sums may be taken in vector lanes; everything else keeps the order written.
#define SUMMING _Pragma("clang fp reassociate(on) contract(fast)")

// eˣ to about 2 units in the last place (Cephes's polynomial on [−½ ln 2, ½ ln 2]), without a branch or a library call.
INLINE float exponential(float x) {
  // At these bounds n is −127 and 128, whose bits below are those of 0 and of infinity.
  x = x < -88.0f ? -88.0f : x;
  x = x > 88.7f ? 88.7f : x;
  const float round = 12582912.0f;  // 1.5 · 2²³: adding and subtracting it rounds to an integer
  float n = (x * 1.44269504088896341f + round) - round;
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits = ((int32_t)n + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

INLINE float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

// Φ(x), and e^(−x²/2) on the way
INLINE float normal_cdf(float x, float *bell) {
  float z = fabsf(x) * 0.70710678118654752f;
  float t = 1.0f / (1.0f + 0.3275911f * z);
  float e = exponential(-z * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float tail = 0.5f * p * t * e;
  *bell = e;
  return x < 0 ? tail : 1.0f - tail;
}

CLONES void rpp_quick_gelu(size_t n, const float *x, float *y) {
  ELEMENTWISE
  for (size_t i = 0; i < n; i++) y[i] = x[i] * sigmoid(1.702f * x[i]);
}

CLONES void rpp_quick_gelu_backward(size_t n, const float *x, const float *dy, float *dx) {
  ELEMENTWISE
  for (size_t i = 0; i < n; i++) {
    float s = sigmoid(1.702f * x[i]);
    dx[i] = dy[i] * (s + 1.702f * x[i] * s * (1.0f - s));
  }
}

CLONES void rpp_gelu(size_t n, const float *x, float *y) {
  ELEMENTWISE
  for (size_t i = 0; i < n; i++) {
    float bell;
    y[i] = x[i] * normal_cdf(x[i], &bell);
  }
}

CLONES void rpp_gelu_backward(size_t n, const float *x, const float *dy, float *dx) {
  ELEMENTWISE
  for (size_t i = 0; i < n; i++) {
    float bell;
    float cdf = normal_cdf(x[i], &bell);
    dx[i] = dy[i] * (cdf + x[i] * 0.39894228040143268f * bell);
  }
}

CLONES void rpp_exp(size_t n, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] = exponential(x[i]);
}

CLONES void rpp_axpy(size_t n, float a, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

CLONES void rpp_scale(size_t n, float a, const float *restrict x, float *restrict y) {
  for (size_t i = 0; i < n; i++) y[i] = a * x[i];
}

CLONES void rpp_add(size_t n, const float *x, const float *y, float *restrict z) {
  for (size_t i = 0; i < n; i++) z[i] = x[i] + y[i];
}

CLONES void rpp_multiply(size_t n, const float *x, const float *y, float *restrict z) {
  for (size_t i = 0; i < n; i++) z[i] = x[i] * y[i];
}

INLINE float dot(size_t n, const float *x, const float *y) {
  SUMMING
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

INLINE float total(size_t n, const float *x) {
  SUMMING
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  return sum;
}

CLONES float rpp_dot(size_t n, const float *x, const float *y) { return dot(n, x, y); }

CLONES float rpp_sum(size_t n, const float *x) { return total(n, x); }

CLONES void rpp_small_product(size_t m, size_t n, size_t k, const float *a, size_t a_stride, bool a_transposed,
                              const float *b, size_t b_stride, bool b_transposed, bool adding, float *restrict c,
                              size_t c_stride) {
  for (size_t i = 0; i < m; i++) {
    float *restrict row = c + i * c_stride;
    if (!adding)
      for (size_t j = 0; j < n; j++) row[j] = 0;
    if (b_transposed && !a_transposed) {
      for (size_t j = 0; j < n; j++) row[j] += dot(k, a + i * a_stride, b + j * b_stride);
      continue;
    }
    for (size_t p = 0; p < k; p++) {
      float factor = a_transposed ? a[p * a_stride + i] : a[i * a_stride + p];
      if (b_transposed)
        for (size_t j = 0; j < n; j++) row[j] += factor * b[j * b_stride + p];
      else
        for (size_t j = 0; j < n; j++) row[j] += factor * b[p * b_stride + j];
    }
  }
}

CLONES float rpp_normalize(size_t n, const float *restrict x, float *restrict y) {
  float length = sqrtf(dot(n, x, x));
  float inverse = 1.0f / length;
  for (size_t i = 0; i < n; i++) y[i] = x[i] * inverse;
  return length;
}

CLONES void rpp_normalize_backward(size_t n, const float *restrict y, float length, const float *restrict dy,
                                   float *restrict dx) {
  float along = dot(n, y, dy);
  float inverse = 1.0f / length;
  for (size_t i = 0; i < n; i++) dx[i] = (dy[i] - y[i] * along) * inverse;
}

CLONES void rpp_layer_norm(size_t n, const float *restrict x, const float *restrict scale, const float *restrict bias,
                           float epsilon, float *restrict y, float *mean, float *inverse_deviation) {
  SUMMING
  float m = total(n, x) / (float)n;
  float squares = 0;
  for (size_t i = 0; i < n; i++) squares += (x[i] - m) * (x[i] - m);
  float inverse = 1.0f / sqrtf(squares / (float)n + epsilon);
  for (size_t i = 0; i < n; i++) y[i] = (x[i] - m) * inverse * scale[i] + bias[i];
  *mean = m;
  *inverse_deviation = inverse;
}

CLONES void rpp_layer_norm_backward(size_t n, const float *restrict x, const float *restrict scale, float mean,
                                    float inverse_deviation, const float *restrict dy, float *restrict dx) {
  SUMMING
  float sum = 0, along = 0;
  for (size_t i = 0; i < n; i++) {
    float g = dy[i] * scale[i];
    sum += g;
    along += g * ((x[i] - mean) * inverse_deviation);
  }
  sum /= (float)n;
  along /= (float)n;
  for (size_t i = 0; i < n; i++)
    dx[i] = inverse_deviation * (dy[i] * scale[i] - sum - (x[i] - mean) * inverse_deviation * along);
}

CLONES void rpp_layer_norm_parameters_backward(size_t n, const float *restrict x, float mean, float inverse_deviation,
                                               const float *restrict dy, float *restrict dscale,
                                               float *restrict dbias) {
  for (size_t i = 0; i < n; i++) {
    dscale[i] += dy[i] * (x[i] - mean) * inverse_deviation;
    dbias[i] += dy[i];
  }
}

INLINE float largest(size_t n, const float *x) {
  // Eight running maxima, because a maximum of floats may not be reordered by the compiler.
  float lanes[8];
  for (int j = 0; j < 8; j++) lanes[j] = x[0];
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int j = 0; j < 8; j++) lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
  for (; i < n; i++) lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
  for (int j = 1; j < 8; j++) lanes[0] = lanes[j] > lanes[0] ? lanes[j] : lanes[0];
  return lanes[0];
}

CLONES void rpp_softmax(size_t n, float factor, float *restrict x) {
  SUMMING
  float top = largest(n, x);
  float sum = 0;
  for (size_t i = 0; i < n; i++) {
    x[i] = exponential(factor * (x[i] - top));
    sum += x[i];
  }
  float inverse = 1.0f / sum;
  for (size_t i = 0; i < n; i++) x[i] *= inverse;
}

CLONES void rpp_softmax_backward(size_t n, float factor, const float *restrict p, float *restrict dp) {
  float along = dot(n, p, dp);
  for (size_t i = 0; i < n; i++) dp[i] = factor * p[i] * (dp[i] - along);
}

CLONES float rpp_log_softmax(size_t n, const float *x, float *y) {
  SUMMING
  float top = largest(n, x);
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += exponential(x[i] - top);
  float shift = top + logf(sum);
  for (size_t i = 0; i < n; i++) y[i] = x[i] - shift;
  return shift;
}

CLONES void rpp_log_softmax_backward(size_t n, const float *restrict y, const float *restrict dy,
                                     float *restrict dx) {
  float sum = total(n, dy);
  for (size_t i = 0; i < n; i++) dx[i] = dy[i] - exponential(y[i]) * sum;
}

CLONES void rpp_sgd(size_t n, float rate, float momentum, float decay, const float *restrict gradient,
                    float *restrict velocity, float *restrict weight) {
  for (size_t i = 0; i < n; i++) {
    float v = momentum * velocity[i] + (gradient[i] + decay * weight[i]);
    velocity[i] = v;
    weight[i] -= rate * v;
  }
}

CLONES void rpp_adamw(size_t n, float rate, float beta1, float beta2, float epsilon, float decay, float correction1,
                      float correction2, const float *restrict gradient, float *restrict first, float *restrict second,
                      float *restrict weight) {
  for (size_t i = 0; i < n; i++) {
    float g = gradient[i];
    float m = beta1 * first[i] + (1.0f - beta1) * g;
    float v = beta2 * second[i] + (1.0f - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    float kept = weight[i] - rate * decay * weight[i];
    // Unlike sqrtf, which may set errno, this can be vectorised.
    weight[i] = kept - rate * (m / correction1) / (__builtin_elementwise_sqrt(v / correction2) + epsilon);
  }
}
