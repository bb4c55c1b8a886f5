import Statistics

/// A PAC-Bayes bound on the 0–1 error at one λ and N, over all draws: it needs no Θ* to be localised.
public struct PACBayesEstimate: Equatable, Sendable {
  /// The mean bound on the posterior's error, with its interval over draws (2,000 bootstrap resamples).
  public let bound: Estimate
  /// The posterior's mean error on the training sets.
  public let trainingError: Double
  /// Its mean error on the held-out pool.
  public let heldOutError: Estimate
  /// The share of draws whose error on the pool is at most the bound, with its Clopper–Pearson interval.
  public let coverage: Proportion
  /// The mean KL(posterior ‖ prior).
  public let divergence: Double
  /// The median standard deviation of the posteriors.
  public let deviation: Double
}
