/// A lower estimate of 2 · Rademacher_N(ℓ∘H_λ): the mean over training sets of their ``SignedMaximum``.
public struct RademacherEstimate: Codable, Equatable, Sendable {
  /// The mean and its standard error, s / √n.
  public let mean: Measured
  /// n, the number of training sets, each with an antithetic pair of sign vectors.
  public let count: Int
}
