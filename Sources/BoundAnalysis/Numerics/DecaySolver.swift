import CGSL
import Foundation

/// The search of a ``DecayFit`` from one exponent.
///
/// It is made in units in which rounding does no harm and tolerances mean the same for all data: λ relative to its geometric
/// mean, values relative to their largest distance from the first. The third parameter is ln p, so that p stays above 0.
struct DecaySolver {
  /// What the functions that GSL calls need.
  private struct Points {
    let x: [Double]
    let y: [Double]
  }

  private let points: Points
  /// 1 / error² in the units above.
  private let precisions: [Double]?
  /// The geometric mean of λ.
  private let weightUnit: Double
  private let valueUnit: Double
  private let origin: Double

  /// Nil if all values are equal.
  init?(_ weights: [Double], _ values: [Double], errors: [Double]?) {
    weightUnit = exp(weights.reduce(0) { $0 + log($1) } / Double(weights.count))
    origin = values[0]
    let distance = values.map { [origin] in abs($0 - origin) }.max()!
    guard distance > 0 else { return nil }
    valueUnit = distance
    points = Points(
      x: weights.map { [weightUnit] in $0 / weightUnit }, y: values.map { [origin] in ($0 - origin) / distance })
    precisions = errors?.map { distance * distance / ($0 * $0) }
  }

  /// p as the model has it.
  private static func exponent(_ logarithm: Double) -> Double {
    min(max(exp(logarithm), PowerLaw.exponents.lowerBound / 10), PowerLaw.exponents.upperBound)
  }

  /// The best a and b for an exponent.
  private func linear(_ exponent: Double) -> (limit: Double, scale: Double) {
    let x = points.x.map { pow($0, -exponent) }
    var (c0, c1, v00, v01, v11, sum) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    gsl_fit_wlinear(
      x, 1, precisions ?? Array(repeating: 1, count: x.count), 1, points.y, 1, x.count, &c0, &c1, &v00, &v01, &v11, &sum
    )
    return (c0, c1)
  }

  /// The fit that a search from an exponent finds; nil if it finds none.
  func fit(from exponent: Double) -> DecayFit? {
    let (n, p) = (points.x.count, 3)
    let (limit, scale) = linear(exponent)
    guard limit.isFinite, scale.isFinite else { return nil }
    var parameters = gsl_multifit_nlinear_default_parameters()
    guard let workspace = gsl_multifit_nlinear_alloc(rpp_gsl_multifit_nlinear_trust(), &parameters, n, p),
      let start = gsl_vector_alloc(p), let covariance = gsl_matrix_alloc(p, p), let weights = gsl_vector_alloc(n)
    else { return nil }
    defer {
      gsl_multifit_nlinear_free(workspace)
      gsl_vector_free(start)
      gsl_matrix_free(covariance)
      gsl_vector_free(weights)
    }
    for (index, value) in [limit, scale, log(exponent)].enumerated() { gsl_vector_set(start, index, value) }
    for index in 0..<n { gsl_vector_set(weights, index, precisions?[index] ?? 1) }
    return withUnsafePointer(to: points) { points in
      var problem = gsl_multifit_nlinear_fdf()
      problem.f = { parameters, points, residuals in
        let points = points!.assumingMemoryBound(to: Points.self).pointee
        let (limit, scale) = (gsl_vector_get(parameters, 0), gsl_vector_get(parameters, 1))
        let exponent = DecaySolver.exponent(gsl_vector_get(parameters, 2))
        for (index, x) in points.x.enumerated() {
          let fitted = PowerLaw.value(limit: limit, scale: scale, exponent: exponent, at: x)
          gsl_vector_set(residuals, index, fitted - points.y[index])
        }
        return Int32(GSL_SUCCESS)
      }
      problem.df = { parameters, points, jacobian in
        let points = points!.assumingMemoryBound(to: Points.self).pointee
        let scale = gsl_vector_get(parameters, 1)
        let exponent = DecaySolver.exponent(gsl_vector_get(parameters, 2))
        for (index, x) in points.x.enumerated() {
          let power = pow(x, -exponent)
          gsl_matrix_set(jacobian, index, 0, 1)
          gsl_matrix_set(jacobian, index, 1, power)
          gsl_matrix_set(jacobian, index, 2, -scale * power * log(x) * exponent)
        }
        return Int32(GSL_SUCCESS)
      }
      problem.n = n
      problem.p = p
      problem.params = UnsafeMutableRawPointer(mutating: points)
      return withUnsafeMutablePointer(to: &problem) { problem -> DecayFit? in
        gsl_multifit_nlinear_winit(start, weights, problem, workspace)
        var reason: Int32 = 0
        let status = gsl_multifit_nlinear_driver(500, 1e-10, 1e-10, 0, nil, nil, &reason, workspace)
        return result(workspace, covariance, hasConverged: status == Int32(GSL_SUCCESS))
      }
    }
  }

  private func result(
    _ workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>, _ covariance: UnsafeMutablePointer<gsl_matrix>,
    hasConverged: Bool
  ) -> DecayFit? {
    var inverseCondition = 0.0
    guard gsl_multifit_nlinear_rcond(&inverseCondition, workspace) == Int32(GSL_SUCCESS), inverseCondition > 1e-10
    else { return nil }
    gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, covariance)
    let position = gsl_multifit_nlinear_position(workspace)!
    let (a, b, logarithm) = (gsl_vector_get(position, 0), gsl_vector_get(position, 1), gsl_vector_get(position, 2))
    let p = exp(logarithm)
    guard PowerLaw.exponents.contains(p) else { return nil }
    let residuals = gsl_multifit_nlinear_residual(workspace)!
    var sum = 0.0
    gsl_blas_ddot(residuals, residuals, &sum)
    func entry(_ i: Int, _ j: Int) -> Double { gsl_matrix_get(covariance, i, j) }
    if !hasConverged {
      // At a minimum that is exact to rounding no step makes progress; what the gradient still promises tells.
      let gradient = (0..<3).map { gsl_vector_get(workspace.pointee.g, $0) }
      let promised = (0..<3).reduce(0.0) { sum, i in
        (0..<3).reduce(sum) { $0 + gradient[i] * entry(i, $1) * gradient[$1] }
      }
      guard promised <= 1e-6 * max(sum, 1e-12) else { return nil }
    }
    let freedom = points.x.count - 3
    // Without errors of the values, their residuals say how far they scatter.
    let variance = precisions == nil ? sum / Double(freedom) : 1
    // b λ^(−p) = b (λ / unit)^(−p) · unit^(−p).
    let factor = valueUnit * pow(weightUnit, p)
    let byLogarithm = b * p * log(weightUnit)
    let scaleVariance = entry(1, 1) + 2 * byLogarithm * entry(1, 2) + byLogarithm * byLogarithm * entry(2, 2)
    func error(_ value: Double) -> Double { max(0, variance * value).squareRoot() }
    let fit = DecayFit(
      limit: Measured(origin + valueUnit * a, error: valueUnit * error(entry(0, 0))),
      scale: Measured(factor * b, error: factor * error(scaleVariance)),
      exponent: Measured(p, error: p * error(entry(2, 2))),
      chiSquared: precisions == nil ? sum * valueUnit * valueUnit : sum, degreesOfFreedom: freedom,
      isWeighted: precisions != nil)
    return fit.limit.error.isFinite && fit.scale.error.isFinite && fit.exponent.error.isFinite ? fit : nil
  }
}
