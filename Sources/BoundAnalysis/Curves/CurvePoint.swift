/// One λ and N: whether the theorem's argument applies there, and what was estimated.
public struct CurvePoint: Equatable, Sendable {
  /// λ.
  public let weight: DistillationWeight
  /// N.
  public let size: Int
  /// ρ, see ``FamilySweep/radius(_:size:)``.
  public let radius: Double
  /// How many training sets were drawn.
  public let draws: Int
  /// In how many of them F(Θ*) ≤ F(Θ_T).
  public let localised: Int
  /// In how many Θ* lies in H_λ: R on the pool is at most ρ.
  public let inSet: Int
  /// In how many the last fifth of the budget brought less than 1 % of the decrease.
  public let converged: Int
  /// The median over all draws of the relative length of the gradient; nil where it is not known.
  public let gradientNorm: Double?
  /// What was estimated from the localised draws; unknown where there are fewer than 2.
  public let estimates: Known<PointEstimates>
  /// What a PAC-Bayes bound says there; unknown where no posteriors were drawn.
  public let pacBayes: Known<PACBayesEstimate>

  /// localised / draws.
  public var localisedShare: Double { Double(localised) / Double(draws) }
  /// inSet / draws.
  public var inSetShare: Double { Double(inSet) / Double(draws) }
  /// converged / draws.
  public var convergedShare: Double { Double(converged) / Double(draws) }
}
