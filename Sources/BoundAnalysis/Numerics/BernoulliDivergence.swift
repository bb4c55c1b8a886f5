import CGSL
import Foundation

/// kl(q ‖ p), the Kullback–Leibler divergence between two coins that show heads with probability q and p, in nats.
package enum BernoulliDivergence {
  /// kl(q ‖ p) for q in [0, 1] and p in (0, 1).
  package static func of(_ q: Double, _ p: Double) -> Double {
    func term(_ a: Double, _ b: Double) -> Double { a > 0 ? a * log(a / b) : 0 }
    return max(0, term(q, p) + term(1 - q, 1 - p))
  }

  /// The largest p in [q, 1] with kl(q ‖ p) ≤ `divergence`, by Brent's method (GSL), to 1e-12.
  package static func largestProbability(_ q: Double, within divergence: Double) -> Double {
    guard divergence > 0, q < 1 else { return min(max(q, 0), 1) }
    // Of q = 0 it has a closed form: −ln(1 − p) = divergence.
    guard q > 0 else { return -expm1(-divergence) }
    let edge = 1 - 1e-15
    guard of(q, edge) > divergence else { return 1 }
    var parameters = (q: q, divergence: divergence)
    return withUnsafeMutablePointer(to: &parameters) { parameters in
      var function = gsl_function(
        function: { p, parameters in
          let (q, divergence) = parameters!.assumingMemoryBound(to: (q: Double, divergence: Double).self).pointee
          return BernoulliDivergence.of(q, p) - divergence
        }, params: UnsafeMutableRawPointer(parameters))
      let solver = gsl_root_fsolver_alloc(rpp_gsl_root_fsolver_brent())!
      defer { gsl_root_fsolver_free(solver) }
      return withUnsafeMutablePointer(to: &function) { function in
        gsl_root_fsolver_set(solver, function, q, edge)
        for _ in 0..<200 {
          guard gsl_root_fsolver_iterate(solver) == Int32(GSL_SUCCESS) else { break }
          if gsl_root_fsolver_x_upper(solver) - gsl_root_fsolver_x_lower(solver) < 1e-12 { break }
        }
        return gsl_root_fsolver_x_upper(solver)
      }
    }
  }
}
