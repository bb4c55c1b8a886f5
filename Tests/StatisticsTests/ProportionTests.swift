import CGSL
import Statistics
import Testing

struct ProportionTests {
  /// scipy.stats.binomtest(k, n).proportion_ci(level, "exact") of SciPy 1.17.1.
  @Test(arguments: [
    (64, 64, 0.95, 0.9439909106133634, 1.0), (0, 64, 0.95, 0, 0.05600908938663658),
    (61, 64, 0.95, 0.8690642627585972, 0.9902269250455445), (61, 64, 0.9, 0.8832834120966406, 0.9871033414500437),
    (3, 7, 0.9, 0.1287563928042363, 0.7746784159675543),
  ])
  func agreesWithSciPy(successes: Int, trials: Int, level: Double, low: Double, high: Double) {
    let interval = Proportion(successes, of: trials, level: level).interval
    #expect(agree([interval.low, interval.high], [low, high]))
  }

  /// The ends are where k successes or more, or k or fewer, have the probability 0.025.
  @Test func endsHaveTheirProbabilityForAnyNumberOfTrials() {
    for trials in [1, 2, 64, 599, 600, 2304] {
      for successes in stride(from: 0, through: trials, by: max(1, trials / 97)) {
        let interval = Proportion(successes, of: trials).interval
        let (k, n) = (UInt32(successes), UInt32(trials))
        if successes > 0 { #expect(abs(gsl_cdf_binomial_Q(k - 1, interval.low, n) - 0.025) < 1e-9) }
        if successes < trials { #expect(abs(gsl_cdf_binomial_P(k, interval.high, n) - 0.025) < 1e-9) }
      }
    }
  }
}
