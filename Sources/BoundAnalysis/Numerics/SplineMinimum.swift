import Basics
import CGSL

/// The minimum of the natural cubic spline through points, by Brent's method.
struct SplineMinimum {
  /// Where it is.
  let x: Double
  /// The spline's value there.
  let y: Double

  /// The minimum beside the smallest of the points, which have ascending x; that point itself if it is an end, if a neighbour is
  /// no higher, or with fewer than 3 points.
  init(_ x: [Double], _ y: [Double]) {
    require(!x.isEmpty && x.count == y.count, "a spline through \(x.count) and \(y.count) numbers")
    let best = y.indices.min { y[$0] < y[$1] }!
    guard x.count > 2, best > 0, best < x.count - 1, y[best] < y[best - 1], y[best] < y[best + 1] else {
      (self.x, self.y) = (x[best], y[best])
      return
    }
    let spline = gsl_spline_alloc(rpp_gsl_interp_cspline(), x.count)!
    defer { gsl_spline_free(spline) }
    gsl_spline_init(spline, x, y, x.count)
    var function = gsl_function(
      function: { x, spline in gsl_spline_eval(spline!.assumingMemoryBound(to: gsl_spline.self), x, nil) },
      params: UnsafeMutableRawPointer(spline))
    let minimizer = gsl_min_fminimizer_alloc(rpp_gsl_min_fminimizer_brent())!
    defer { gsl_min_fminimizer_free(minimizer) }
    (self.x, self.y) = withUnsafeMutablePointer(to: &function) { function in
      // The values at the points as they are: the spline's own could differ in the last digit.
      gsl_min_fminimizer_set_with_values(
        minimizer, function, x[best], y[best], x[best - 1], y[best - 1], x[best + 1], y[best + 1])
      for _ in 0..<100 {
        guard gsl_min_fminimizer_iterate(minimizer) == Int32(GSL_SUCCESS) else { break }
        let (low, high) = (gsl_min_fminimizer_x_lower(minimizer), gsl_min_fminimizer_x_upper(minimizer))
        if high - low < 1e-8 * (x.last! - x[0]) { break }
      }
      return (gsl_min_fminimizer_x_minimum(minimizer), gsl_min_fminimizer_f_minimum(minimizer))
    }
  }
}
