import Foundation

/// A PAC-Bayes bound on the expected 0–1 error of a random predictor: what the literature offers without λ.
///
/// Prior and posterior are normal with the same standard deviation s in every direction, around a point that no training set
/// decides and around Θ*; their divergence is ‖Θ* − prior‖² / 2s². With probability at least 1 − δ₁ over the training set, for
/// every Θ* and each of J values of s at once (a union bound),
///
/// kl(e_N ‖ e_D) ≤ (‖Θ* − prior‖² / 2s² + ln(2 √N J / δ₁)) / N (Seeger 2002 with the constant of Maurer 2004, for N ≥ 8),
///
/// e_N and e_D being the posterior's mean error on the training set and on the population. e_N is itself estimated from m
/// predictors, which pays δ₂: kl(ê ‖ e_N) ≤ ln(1/δ₂) / m (Langford and Caruana 2002). δ₁ + δ₂ = δ.
package struct PACBayesBound {
  /// N.
  package let size: Int
  /// δ.
  package let delta: Double

  /// A bound for one N and δ.
  package init(size: Int, delta: Double) {
    self.size = size
    self.delta = delta
  }

  /// The values of s that a posterior may have, from 10 down to 0.001, fixed before any data is seen.
  package static let deviations: [Double] = (0..<9).map { pow(10, 1 - Double($0) / 2) }
  /// The part of δ that the estimate of the posterior's training error pays.
  static let samplingShare = 0.1
  /// Maurer's constant is proved for this many samples and more.
  package static let leastSize = 8

  /// KL(posterior ‖ prior).
  package static func divergence(squaredDistance: Double, deviation: Double) -> Double {
    squaredDistance / (2 * deviation * deviation)
  }

  /// A bound on e_D.
  ///
  /// - Parameters:
  ///   - trainingError: ê, the mean error of the sampled predictors on the training set.
  ///   - samples: m, independent of each other and of what chose s.
  package func error(trainingError: Double, samples: Int, divergence: Double) -> Double {
    let price = log(1 / (Self.samplingShare * delta)) / Double(samples)
    return promise(
      trainingError: BernoulliDivergence.largestProbability(trainingError, within: price), divergence: divergence)
  }

  /// What the bound would be if e_N were known: by this s is chosen, with an e_N of few predictors.
  package func promise(trainingError: Double, divergence: Double) -> Double {
    let count = Double(size)
    let price = log(2 * count.squareRoot() * Double(Self.deviations.count) / ((1 - Self.samplingShare) * delta))
    return BernoulliDivergence.largestProbability(trainingError, within: (divergence + price) / count)
  }
}
